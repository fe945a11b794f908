"""Make everything that Firsthand needs under .venv/: `python3 tools/setup.py [--checks | --tests]`.

Standard library only, on any Python from 3.11. Each step leaves a stamp in .venv/.stamps/ with the hash of what
it read, so a second run does nothing. With `--checks` also the packages of tests and checks; with `--tests` also
the tools of the browser tests: Chromium, CJK fonts, Java and npm come from Debian's own packages (root or sudo), the
accessibility rules and the HTML checker from npm. Elsewhere one sentence says what is missing (E-37).
`--lock` writes the two requirements files anew.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / ".stamps"
NODE = VENV / "node"
NODE_FILES = ("package.json", "package-lock.json", ".npmrc")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


class Missing(Exception):
    """Something that this machine lacks, said in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps; 0 when all is there, 1 after one sentence about what is missing, 2 when a tool failed."""
    parser = argparse.ArgumentParser(prog="tools/setup.py", description="Make everything Firsthand needs in .venv/")
    parser.add_argument("--checks", action="store_true", help="also what `make check` needs")
    parser.add_argument("--tests", action="store_true", help="also what `make test` needs")
    parser.add_argument("--lock", action="store_true", help="write requirements*.txt anew from requirements*.in")
    options = parser.parse_args(arguments)
    try:
        make_environment()
        if options.lock:
            lock()
        install_packages(options.checks or options.tests)
        compile_words()
        if options.tests:
            install_debian_tools()
            install_node_tools()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"Set-up stopped: `{' '.join(map(str, error.cmd))}` failed (see above).", file=sys.stderr)
        return 2
    return 0


def make_environment() -> None:
    """Make .venv, or make it anew when it was moved here from elsewhere or its Python is gone."""
    if sys.version_info < (3, 11):
        raise Missing(
            f"Firsthand needs Python 3.11 or later and this is {sys.version.split()[0]}: "
            "name a newer one, as in `make demo PYTHON=python3.12`."
        )
    stamp = STAMPS / "place"
    moved = stamp.exists() and stamp.read_text(encoding="utf-8") != str(VENV)
    if not moved and PYTHON.exists() and quiet(PYTHON, "-c", "import pip"):
        write(stamp, str(VENV))
        return
    if not quiet(sys.executable, "-c", "import ensurepip"):
        debian_install(["python3-venv"], "Python's venv module")
    say("Making the virtual environment in .venv")
    run(sys.executable, "-m", "venv", "--clear", VENV)
    write(stamp, str(VENV))


def install_packages(checks: bool) -> None:
    """Install exactly the locked packages, each checked against its hash."""
    app, everything = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    if checks:
        step("packages-checks", [app, everything], lambda: pip(everything))
        mark("packages", [app])
    else:
        step("packages", [app], lambda: pip(app))


def pip(requirements: Path) -> None:
    """The locked file is complete, so nothing is resolved: `--no-deps`."""
    count = sum("==" in line for line in requirements.read_text(encoding="utf-8").splitlines())
    say(f"Installing {count} locked packages from {requirements.name}")
    options = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    run(PYTHON, "-m", "pip", "install", *options, "--requirement", requirements)


def compile_words() -> None:
    """Compile the catalogues, which the application reads as .mo files."""
    sources = sorted(ROOT.glob("translations/*/LC_MESSAGES/messages.po"))
    if not all(source.with_suffix(".mo").exists() for source in sources):
        (STAMPS / "words").unlink(missing_ok=True)
    step("words", sources, lambda: run(PYTHON, ROOT / "tools" / "words.py", "--compile"))


def chromium() -> str | None:
    """The path of a Chromium that the browser tests can drive, or None. FIRSTHAND_CHROMIUM names another one."""
    found = [os.environ.get("FIRSTHAND_CHROMIUM"), *map(shutil.which, CHROMIUM_NAMES)]
    found += [place for place in CHROMIUM_PLACES if Path(place).exists()]
    return next((path for path in found if path), None)


def has_chinese_font() -> bool:
    """Elsewhere than on Linux the system brings one."""
    if not sys.platform.startswith("linux"):
        return True
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def has_libatomic() -> bool:
    """What the browser's driver is linked with on Linux."""
    return not sys.platform.startswith("linux") or find_library("atomic") is not None


DEBIAN_TOOLS: tuple[tuple[str, Callable[[], object], tuple[str, ...]], ...] = (
    ("Chromium", chromium, ("chromium",)),
    ("a Chinese font", has_chinese_font, ("fonts-noto-cjk", "fontconfig")),
    ("libatomic", has_libatomic, ("libatomic1",)),
    ("Java", lambda: shutil.which("java"), ("default-jre-headless",)),
    ("npm", lambda: shutil.which("npm"), ("nodejs", "npm")),
)


def install_debian_tools() -> None:
    """Install what the browser tests drive, where it is not there yet."""
    missing = [(what, packages) for what, found, packages in DEBIAN_TOOLS if not found()]
    if missing:
        debian_install([name for _, names in missing for name in names], ", ".join(what for what, _ in missing))


def debian_install(packages: list[str], what: str) -> None:
    """Install Debian packages as root or through sudo; raise `Missing` where neither is possible."""
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Missing(f"Missing on this machine: {what}. Install that, then run this again (on Debian: {command}).")
    prefix = root_prefix()
    if prefix is None:
        raise Missing(f"Missing on this machine: {what}. Ask an administrator to run: {command}")
    say(f"Installing from Debian: {' '.join(packages)}")
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    run(*environment, "apt-get", "update", "-qq", show=False)
    run(*environment, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, show=False)


def root_prefix() -> list[str] | None:
    """What to put before a command that needs root: nothing, sudo, or None when there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and (sys.stdin.isatty() or quiet("sudo", "-n", "true")):
        return ["sudo"]
    return None


def install_node_tools() -> None:
    """Install axe and the HTML checker as locked in package-lock.json; neither may run a script."""

    def install() -> None:
        say("Installing the accessibility rules and the HTML checker")
        NODE.mkdir(parents=True, exist_ok=True)
        for name in NODE_FILES:
            shutil.copy(ROOT / name, NODE / name)
        run(shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--loglevel=error", cwd=NODE)

    step("node", [ROOT / name for name in NODE_FILES], install)


def lock() -> None:
    """Resolve both .in files for every platform and Python from 3.11 on, with hashes and without addresses."""
    tool = VENV / "lock"
    run(sys.executable, "-m", "venv", tool)
    uv = tool / BIN.name / "uv"
    run(tool / BIN.name / PYTHON.name, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    options = ("--quiet", "--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url")
    for name in ("requirements", "requirements-dev"):
        files = (f"{name}.in", "--output-file", f"{name}.txt")
        run(
            uv,
            "pip",
            "compile",
            *options,
            "--only-binary=:all:",
            "--custom-compile-command=make lock",
            *files,
        )


def step(name: str, sources: Sequence[Path], action: Callable[[], object]) -> None:
    """Run `action` unless the stamp `name` already holds the hash of `sources`."""
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest(sources):
        return
    action()
    mark(name, sources)


def mark(name: str, sources: Sequence[Path]) -> None:
    """Note that step `name` was done with `sources` as they are now."""
    write(STAMPS / name, digest(sources))


def digest(sources: Sequence[Path]) -> str:
    """One hash over the names and contents of `sources` and the version of Python."""
    parts = [f"{source.name}:{hashlib.sha256(source.read_bytes()).hexdigest()}" for source in sources]
    return hashlib.sha256("\n".join([sys.version, *parts]).encode()).hexdigest()


def write(path: Path, text: str) -> None:
    """Write a small file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(*command: object, cwd: Path = ROOT, show: bool = True) -> None:
    """Run a command with its errors shown, and what else it says; raises `subprocess.CalledProcessError`."""
    output = None if show else subprocess.DEVNULL
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, stdout=output)


def quiet(*command: object) -> bool:
    """Whether a command succeeds; its output is not shown."""
    return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0


def say(text: str) -> None:
    """One line of progress, at once."""
    print(f"… {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

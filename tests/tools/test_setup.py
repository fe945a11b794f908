"""The set-up (tools/setup.py) and the files that it installs from."""

from __future__ import annotations

import json

import pytest

from tools import setup

LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_a_step_is_taken_once_and_again_when_what_it_reads_has_changed(stamps):
    source, taken = stamps / "lock.txt", []
    source.write_text("one")
    setup.step("packages", [source], lambda: taken.append("first"))
    setup.step("packages", [source], lambda: taken.append("never"))
    source.write_text("two")
    setup.step("packages", [source], lambda: taken.append("again"))
    assert taken == ["first", "again"]


def test_a_step_that_fails_is_taken_again(stamps):
    source = stamps / "lock.txt"
    source.write_text("one")
    with pytest.raises(ZeroDivisionError):
        setup.step("packages", [source], lambda: 1 / 0)
    taken = []
    setup.step("packages", [source], lambda: taken.append("again"))
    assert taken == ["again"]


@pytest.mark.parametrize("apt", [None, "/usr/bin/apt-get"])
def test_a_machine_without_debian_or_root_is_told_in_one_sentence_what_is_missing(monkeypatch, apt):
    monkeypatch.setattr(setup.shutil, "which", lambda name: apt)
    monkeypatch.setattr(setup, "root_prefix", lambda: None)
    with pytest.raises(setup.Missing, match=r"^Missing on this machine: Java\. .*default-jre-headless"):
        setup.debian_install(["default-jre-headless"], "Java")


def test_an_old_python_is_told_which_one_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    assert setup.main([]) == 1
    assert "Firsthand needs Python 3.11 or later" in capsys.readouterr().err


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_an_exact_version_and_hashes_and_no_address(name):
    text = (setup.ROOT / name).read_text(encoding="utf-8")
    entries = text.replace("\\\n", " ").splitlines()
    packages = [line for line in entries if line.strip() and not line.lstrip().startswith("#")]
    assert len(packages) > 40
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []
    assert "://" not in text
    assert "--" not in text.replace("--hash=sha256:", "")


def test_the_test_packages_hold_the_same_versions_as_the_application():
    app, everything = (
        {
            line.split(" ;")[0].rstrip(" \\")
            for line in (setup.ROOT / name).read_text(encoding="utf-8").splitlines()
            if "==" in line
        }
        for name in LOCKS
    )
    assert app < everything


def test_the_node_packages_are_locked_by_hash_and_not_by_address():
    lock = json.loads((setup.ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert set(packages) == {"node_modules/axe-core", "node_modules/vnu-jar"}
    assert all(facts["integrity"].startswith("sha512-") and "resolved" not in facts for facts in packages.values())

"""A real server in a process of its own, and browsers that are nothing but HTTP: for drills and for starting up."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
PATIENCE = 40.0  # seconds until a server must answer


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a desk in `data` on this machine, without anything of the machine's own desk."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FIRSTHAND_", "DATABASE_URL", "LC_", "LANG"))}
    ours = {"FIRSTHAND_DATA": str(data), "FIRSTHAND_INSECURE_HTTP": "1", "LANG": "en_US.UTF-8"}
    return kept | ours | {"FIRSTHAND_SECRET_KEY": secrets.token_hex(32)} | more


def flask(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
    env = environment(data, **more)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, *arguments: str, **more: str) -> Iterator[int]:
    """A desk served from `data`; yields its port when it answers."""
    port = free_port()
    command = [sys.executable, "-m", "flask", "--app", "app", *(arguments or ("serve",)), "--port", str(port)]
    with (data.parent / f"server-{port}.log").open("w+") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment(data, **more), stdout=log, stderr=log)
        try:
            _wait(server, port, log.name)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait(server: subprocess.Popen[bytes], port: int, log: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(Path(log).read_text())


class Browser:
    """One person's browser: cookies, one connection, the CSRF token of the last page."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **values: str) -> tuple[int, str]:
        """Send a form, once; status and text of the answer (an address when it leads on)."""
        return self._ask("POST", path, {"csrf_token": self.token, "once": secrets.token_urlsafe(16)} | values)

    def sign_in(self, name: str, password: str) -> None:
        """Sign in, and take the token of the first page."""
        self.get("/login")
        code, where = self.post("/login", username=name, password=password)
        assert code == 303, (code, where[:500])
        self.get("/settings")

    def _ask(self, method: str, path: str, values: Mapping[str, str] | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(values) if values is not None else None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text):
            self.token = found[1]
        return answer.status, answer.headers.get("Location") or text

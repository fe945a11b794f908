"""What browser tests share: one Chromium, contexts for every look, and the judges axe and Nu.

A `Look` is a width, a colour scheme and a language. `ALL` has the twelve of them for the pages that matter most, the
others take one each by their name (E-36). Everything works with JavaScript off but axe, which needs it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tools.setup import chromium

NODE = Path(sys.prefix) / "node" / "node_modules"
AXE = NODE / "axe-core" / "axe.min.js"
NU = NODE / "vnu-jar" / "build" / "dist" / "vnu.jar"
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HEIGHTS = {1366: 768, 390: 844, 320: 640}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
SCRIPTED = "Object.assign(document.createElement('p'), {innerHTML: '<noscript><b></b></noscript>'}).querySelector('b') === null"
PATIENCE = 10_000  # milliseconds before a click or a wait gives up


class Look(NamedTuple):
    """How a page is looked at: width in CSS pixels, `light` or `dark`, `zh` or `en`."""

    width: int = 1366
    scheme: str = "light"
    language: str = "zh"

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}"


ALL = [Look(*parts) for parts in product(HEIGHTS, ("light", "dark"), LOCALES)]


def look_for(page_name: str) -> Look:
    """One of the twelve looks, always the same one for the same page."""
    return ALL[zlib.crc32(page_name.encode()) % len(ALL)]


@contextmanager
def launched() -> Iterator[Browser]:
    """The installed Chromium; make one per worker and a context per test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        yield browser
        browser.close()


class Silent(WSGIRequestHandler):
    """Answers without a line in the log for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is said."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application served by threads on a free port of this machine; yields its address without a slash."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@contextmanager
def looking(
    browser: Browser,
    address: str,
    look: Look = Look(),  # noqa: B008 - a constant
    *,
    javascript: bool = True,
    cookies: Mapping[str, str] | None = None,
    expected: str = "nothing",
) -> Iterator[Page]:
    """A page of its own context in a given look, on which relative addresses work.

    What the page complains of (errors in the console, refusals of the content security policy, uncaught errors) fails
    the test at the end; answers of 4xx and 5xx that a test asks for on purpose are no complaint, nor is what matches `expected`.
    """
    context = browser.new_context(
        base_url=address,
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale=LOCALES[look.language],
        java_script_enabled=javascript,
        is_mobile=look.width < 500,
        has_touch=look.width < 500,
    )
    context.set_default_timeout(PATIENCE)
    keep_cookies(context, address, cookies or {})
    page = context.new_page()
    complaints = listen(page, expected)
    yield page
    context.close()
    assert not complaints, complaints


def keep_cookies(context: BrowserContext, address: str, cookies: Mapping[str, str]) -> None:
    """Give a context the cookies of a session that the test made, so that nobody has to sign in."""
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])


def listen(page: Page, expected: str = "nothing") -> list[str]:
    """The growing list of what `page` complains of, but for what matches `expected`."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        asked_for = message.text.startswith("Failed to load resource: the server responded with a status of")
        if message.type == "error" and not asked_for and not re.search(expected, message.text):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return complaints


def axe_problems(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own best practices, one line per rule and place.

    Raises AssertionError where JavaScript is off: axe would wait for ever.
    """
    assert page.evaluate(SCRIPTED), "axe needs a page with JavaScript"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": list(AXE_RULES), "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def nu_problems(pages: Mapping[str, str]) -> list[str]:
    """What the Nu HTML checker calls an error in `pages` (name → HTML); one start of Java for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, html in pages.items():
            (Path(folder) / f"{name.replace('/', '_')}.html").write_text(html, encoding="utf-8")
        checker = (
            "-jar",
            str(NU),
            "--format",
            "json",
            "--stdout",
            "--errors-only",
            "--also-check-css",
            folder,
        )
        java = shutil.which("java") or "java"
        answer = subprocess.run([java, "-Xss4m", *checker], capture_output=True, text=True, check=False)
    said = json.loads(answer.stdout)["messages"]
    return [f"{Path(m['url']).stem}:{m.get('lastLine')}: {m['message']} {m.get('extract', '')[:80]}" for m in said]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 or less is right. (A phone zooms its window out.)"""
    size = page.viewport_size
    assert size
    return int(page.evaluate("document.documentElement.scrollWidth")) - size["width"]


def problems(page: Page) -> list[str]:
    """Everything that a look must not have: axe's findings and sideways scrolling."""
    wide = sideways(page)
    return axe_problems(page) + ([f"{wide} px wider than the window"] if wide > 0 else [])

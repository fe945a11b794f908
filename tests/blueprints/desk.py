"""A person at the desk: signs in without a password, sends forms as a browser would, and reads every answer strictly."""

from __future__ import annotations

import contextvars
import hashlib
import hmac
import re
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.blueprints.reading import Form, Reader, read
from tests.blueprints.world import World, signed_in

HERE = "https://localhost"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
CSP = ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
CHANGING = re.compile(r'(name="(?:csrf_token|once)" value=")[^"]*')  # what differs from one drawing to the next
NEVER = ("UNSAFE", "unsafe-inline", "unsafe-eval", "*")


class Person:
    """One browser with one person's session; `name` None is a stranger."""

    def __init__(self, app: Flask, world: World | None = None, name: str | None = None) -> None:
        self.app, self.name = app, name
        self.client = app.test_client()
        self.token = ""
        if world is not None and name is not None:
            self._enter(*signed_in(world, name))

    def _enter(self, token: str, user_id: int, version: int) -> None:
        key = str(self.app.secret_key)
        secret = hmac.new(key.encode(), f"csrf {user_id} {version}".encode(), hashlib.sha256).hexdigest()
        self.token = str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))

        def keep() -> None:
            with self.client.session_transaction(base_url=HERE) as session:
                session["_user_id"], session["csrf_token"] = token, secret
                session.permanent = True

        contextvars.Context().run(keep)

    # ------------------------------------------------------------------ asking

    def get(self, url: str, htmx: bool = False, **options: Any) -> TestResponse:
        """Ask for a page, or for its part as htmx does."""
        return self._open(url, "GET", htmx, options)

    def post(self, url: str, data: dict[str, Any] | None = None, htmx: bool = False, **options: Any) -> TestResponse:
        """Send a form with this person's CSRF token, from this desk's own pages."""
        sent = {"csrf_token": self.token} | (data or {})
        options["headers"] = {"Origin": HERE, "Referer": f"{HERE}/queue"} | options.get("headers", {})
        return self._open(url, "POST", htmx, options | {"data": sent})

    def send(self, form: Form, do: str | None = None, htmx: bool = False, **other: Any) -> TestResponse:
        """Send a form found on a page, `other` filled in; `do` presses the button of that value."""
        pressed = next((b for b in form.buttons if b[1] == do), None) if do else None
        data: dict[str, Any] = form.data() | dict(other)
        if pressed:
            data[pressed[0]] = pressed[1]
        return self.post(pressed[2] if pressed and pressed[2] else form.action, data, htmx)

    def page(self, url: str) -> Reader:
        """A page that must be there, read."""
        answer = self.get(url)
        assert answer.status_code == 200, (self.name, url, answer.status_code)
        return read(answer.text)

    def form(self, url: str, action: str) -> Form:
        """The form on the page `url` whose address ends in `action`, or one of whose buttons' does."""
        found = self.page(url).forms
        return next(
            f for f in found if f.action.endswith(action) or any(b[2].endswith(action) for b in f.buttons if b[2])
        )

    def _open(self, url: str, method: str, htmx: bool, options: dict[str, Any]) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if htmx:
            headers["HX-Request"] = "true"
        options = {"base_url": HERE} | options
        # an empty context: the request must not share the test's own application context
        answer = contextvars.Context().run(self.client.open, url, method=method, headers=headers, **options)
        judge(answer, f"{self.name} {method} {url}")
        return answer


def judge(answer: TestResponse, what: str) -> None:
    """What holds for every answer: no fault, its headers, not kept anywhere, and well-made HTML."""
    assert answer.status_code < 500, (what, answer.status_code, answer.text[:300])
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (what, name, answer.headers.get(name))
    policy = answer.headers["Content-Security-Policy"]
    if "attachment" not in answer.headers.get("Content-Disposition", ""):
        assert all(part in policy for part in CSP) and not any(bad in policy for bad in NEVER), (what, policy)
    assert answer.headers["Cache-Control"] == "no-store", what
    assert {"HX-Request", "Cookie"} <= set(answer.vary), what
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), (what, cookie)
    if answer.mimetype == "text/html" and answer.text and not 300 <= answer.status_code < 400:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8", what
        found = read(answer.text)
        assert found.whole or "HX-Request" in answer.request.headers or _bare(answer), what


def _bare(answer: TestResponse) -> bool:
    """Answers that are a few words and no page: what keeps a draft."""
    return "<" not in answer.text


def same(answer: TestResponse) -> tuple[int, str | None, str]:
    """What two answers must share to be equal: status, address, and the text but for freshly minted tokens."""
    return answer.status_code, answer.headers.get("Location"), CHANGING.sub(r"\1", answer.text)

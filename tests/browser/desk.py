"""The desk in a browser: an office with people at work, a clock that runs, and sessions as cookies."""

from __future__ import annotations

import contextvars
import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask

from rules import store
from tests.blueprints.world import World, signed_in
from tests.factories import TEN


@contextmanager
def running(start: datetime = TEN) -> Iterator[Callable[[float], None]]:
    """The desk's clock runs on from `start`; yields a way to let minutes pass."""
    began, ahead = datetime.now(UTC), [timedelta()]
    store.set_clock(lambda: start + (datetime.now(UTC) - began) + ahead[0])

    def forward(minutes: float) -> None:
        ahead[0] += timedelta(minutes=minutes)

    yield forward
    store.set_clock(None)


def cookies(app: Flask, world: World, name: str | None) -> dict[str, str]:
    """The cookie of a new session of a person; none for a stranger."""
    if name is None:
        return {}
    token, user_id, version = signed_in(world, name)
    secret = hmac.new(str(app.secret_key).encode(), f"csrf {user_id} {version}".encode(), hashlib.sha256).hexdigest()
    client = app.test_client()

    def keep() -> None:
        with client.session_transaction() as session:
            session["_user_id"], session["csrf_token"] = token, secret
            session.permanent = True

    contextvars.Context().run(keep)
    found = client.get_cookie(str(app.config["SESSION_COOKIE_NAME"]))
    assert found
    return {found.key: found.value}

"""One Chromium per worker, and the desk served to it over plain http on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app import create_app
from models import db
from tests.browser.browsing import launched, serving
from tests.databases import SqliteDatabase, migrator


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The installed Chromium."""
    with launched() as opened:
        yield opened


@pytest.fixture(scope="session")
def served(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, SqliteDatabase]:
    """The application as a browser on this machine meets it (plain http, cookies that work there), and its database."""
    database = SqliteDatabase(tmp_path_factory.mktemp("browser"), migrator(data))
    app = create_app(DATABASE_URL=database.url, FIRSTHAND_DATA=str(data), FIRSTHAND_INSECURE_HTTP="1")
    return app, database


@pytest.fixture(scope="session")
def address(served: tuple[Flask, SqliteDatabase]) -> Iterator[str]:
    """Where the desk is served."""
    with serving(served[0]) as found:
        yield found


@pytest.fixture
def app(served: tuple[Flask, SqliteDatabase]) -> Iterator[Flask]:
    """The served application on a database as the migrations leave it, in an application context."""
    desk, database = served
    with desk.app_context():
        database.reset(db.engine)
        yield desk
        db.session.rollback()
        db.session.remove()

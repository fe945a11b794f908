"""What all tests share: the databases, the nets around every statement, and a clock that stands still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from models import db
from rules import store
from rules.policy import PROTECTED
from tests import factories

pytest_plugins = ["tests.databases"]

_TABLES = re.compile(rf'(?:\bFROM|\bJOIN|,)\s+"?({"|".join(sorted(PROTECTED))})"?\b(?!["\w]*\.)', re.IGNORECASE)
_READING = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_caught: list[str] = []


def watch(connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
    """The net (E-29, E-11): protected rows are read only through `visible()` or `unseen()`, and rows are written only
    inside `write_tx`. Statements handed to the driver as they are (pragmas, and tests that go round the rules) pass."""
    if context is None or context.compiled is None:
        return
    options = context.execution_options
    if _READING.match(statement) and _TABLES.search(statement):
        if options.get("visible") not in ("user", "system") and not _refreshes(options):
            _catch(f"reads protected rows without visible() or unseen(): {statement}")
    elif _WRITING.match(statement) and not connection.get_execution_options().get("w"):
        _catch(f"writes outside write_tx: {statement}")


def _refreshes(options: Any) -> bool:
    """Whether the session reads a row that it holds already over again, by its primary key."""
    loading = options.get("_sa_orm_load_options")
    return loading is not None and loading._refresh_state is not None


def _catch(what: str) -> None:
    _caught.append(what)
    raise AssertionError(what)


@pytest.fixture(scope="session")
def house(house: Flask) -> Flask:
    """The application on a database, every statement watched."""
    with house.app_context():
        event.listen(db.engine, "before_cursor_execute", watch)
    return house


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application on a database as the migrations leave it; fails when a statement slipped past the rules."""
    _caught.clear()
    yield app
    assert not _caught, _caught[0]


class StandingClock:
    """The desk's clock, moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, minutes: float = 0, **more: float) -> datetime:
        """Let time pass; returns the new moment."""
        self.at += timedelta(minutes=minutes, **more)
        return self.at


@pytest.fixture
def clock() -> Iterator[StandingClock]:
    """The one clock standing at ten in the morning of a Wednesday; `clock.forward(5)` lets five minutes pass."""
    standing = StandingClock(factories.TEN)
    store.set_clock(standing)
    yield standing
    store.set_clock(None)


@pytest.fixture
def desk(app: Flask, clock: StandingClock) -> factories.Desk:
    """A small office with one person per role, a customer and an air shipment; see `factories.Desk`."""
    return factories.desk()

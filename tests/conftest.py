"""What all tests share: the databases, the nets around every statement, and a clock that stands still."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from models import db
from rules import library, store
from tests import factories, nets
from tests.databases import Database

pytest_plugins = ["tests.databases"]
gc.set_threshold(
    50_000, 20, 50
)  # thousands of tests keep much alive: looking through it again and again is a tenth of the time


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end and need not be looked through (E-43)."""
    gc.freeze()


@pytest.fixture(scope="session")
def house(house: Flask) -> Flask:
    """The application on a database, every statement watched."""
    with house.app_context():
        nets.spread(db.engine)
    return house


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application on a database as the migrations leave it; fails when a statement slipped past the rules."""
    nets.caught.clear()
    yield app
    assert not nets.caught, nets.caught[0]


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
def desk(app: Flask, database: Database, clock: StandingClock) -> factories.Desk:
    """A small office with one person per role, a customer and an air shipment; see `factories.Desk`."""
    return database.furnished("desk", db.engine, factories.desk)


@pytest.fixture
def handbook(app: Flask) -> int:
    """The texts that come with the desk, put in; name it after `desk` or `world`. How many there are."""
    with factories.writing("library.install") as tx:
        return library.install(tx)

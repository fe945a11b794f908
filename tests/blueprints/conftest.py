"""The desk with a small office in it, and one browser per role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from models import db
from tests.blueprints.desk import Person
from tests.blueprints.world import World, build
from tests.conftest import StandingClock
from tests.databases import Database

Enter = Callable[[str | None], Person]


@pytest.fixture
def world(app: Flask, database: Database, clock: StandingClock) -> World:
    """Two branches with people, customers and goods; the clock stands at ten in the morning of a working day."""
    return database.furnished("world", db.engine, build)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """Sign a person of the world in: `enter("agent")`; `enter(None)` is a stranger."""
    people: dict[str | None, Person] = {}

    def sign_in(name: str | None) -> Person:
        if name not in people:
            people[name] = Person(app, world if name else None, name)
        return people[name]

    return sign_in

"""Migrations on a database in which people have worked: nothing is lost on the way down and up again (3.7, E-40)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app import create_app
from migrations import triggers
from models import db
from rules import store
from tests import factories
from tests.blueprints import world

# As it was before money became lines, links, holds and grants came.
BEFORE = "0005"
KEPT = ("cases", "changes", "change_fields", "approvals", "shipments", "customers", "events", "turns", "user_roles")
MONEY = "SELECT case_id, side, item, payer, amount_minor, currency, agreed FROM charge_lines ORDER BY case_id"
HELD = "SELECT customer_id, shipment_id, side, what, status FROM holds ORDER BY customer_id, shipment_id"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A desk of its own on SQLite, which rebuilds a table by dropping it; a minute passes whenever it looks at the clock,
    because each migration makes its backup."""
    minutes = itertools.count()
    store.set_clock(lambda: factories.TEN + timedelta(minutes=next(minutes)))
    app = create_app(DATABASE_URL=f"sqlite:///{tmp_path / 'desk.db'}", FIRSTHAND_DATA=str(tmp_path), TESTING=True)
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    store.set_clock(None)


def rows(statement: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def counted() -> dict[str, int]:
    return {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}


def test_down_and_up_again_with_work_in_it(app: Flask, tmp_path: Path) -> None:
    world.every_state(world.build())
    db.session.remove()
    before, money, held = counted(), rows(MONEY), rows(HELD)
    assert all(before.values()) and money and held
    downgrade(revision=BEFORE)
    assert counted() == before
    upgrade()
    assert rows("SELECT count(*) FROM search_fts WHERE search_fts MATCH '\"@customer\"'") == [(before["customers"],)]
    assert rows("SELECT count(*) FROM search_texts WHERE id <> object_id * 16 + CASE what WHEN 'customer' THEN 0"
                " WHEN 'shipment' THEN 1 ELSE 2 END") == [(0,)]  # fmt: skip
    assert (counted(), rows(MONEY), rows(HELD)) == (before, money, held)
    with db.engine.connect() as connection:
        assert triggers.missing(connection) == []
    assert rows("PRAGMA foreign_key_check") == [] and rows("PRAGMA foreign_keys") == [(1,)]
    assert len(list((tmp_path / "backups").iterdir())) == 2


def test_a_migration_that_would_leave_rows_pointing_nowhere_changes_nothing(app: Flask) -> None:
    world.build()
    db.session.remove()
    with db.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE contacts SET customer_id = 999 WHERE id = 1")
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(SystemExit):
        downgrade(revision="0007")
    assert rows("SELECT version_num FROM alembic_version") == [("0011",)]

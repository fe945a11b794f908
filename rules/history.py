"""The history: every change of a tracked row becomes an Event in the same transaction, chained by a keyed hash (E-13).

What a flush changed is collected from the session, and written once per object just before the commit, so that one
request gives one event per object. The canonical form that is hashed: UTF-8 JSON of all columns but `hash`, keys
sorted, no spaces, times as ISO 8601 with microseconds and Z. hash = HMAC-SHA256(key, canonical form).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Mapper, Session, configure_mappers

from models import (
    Absence,
    Agreement,
    Approval,
    Attachment,
    Base,
    CalendarDay,
    Carrier,
    Case,
    CaseLink,
    ChangeField,
    ChargeLine,
    Clock,
    ClockPause,
    Confirmation,
    Contact,
    Customer,
    CustomerLink,
    Department,
    Document,
    DocumentVersion,
    Escalation,
    Event,
    Fee,
    Grant,
    HandOver,
    HandOverItem,
    Hold,
    Idea,
    Message,
    Office,
    Outbox,
    Partner,
    Payment,
    Phrase,
    PhraseHit,
    Pickup,
    Preventive,
    PriceSource,
    Promise,
    Question,
    Quotation,
    QuotationLine,
    Setting,
    Shipment,
    Tariff,
    TransportEvent,
    TransportNotice,
    User,
    UserRole,
    Watchword,
    db,
)
from rules.store import Tx

TRACKED = (
    Absence, Agreement, Approval, Attachment, CalendarDay, Carrier, Case, CaseLink, ChangeField, ChargeLine, Clock,
    ClockPause, Confirmation, Contact, Customer, CustomerLink, Department, Document, DocumentVersion, Escalation, Fee,
    Grant, HandOver, HandOverItem, Hold, Idea, Message, Office, Outbox, Partner, Payment, Phrase, PhraseHit, Pickup,
    Preventive, PriceSource, Promise, Question, Quotation, QuotationLine, Setting, Shipment, Tariff, TransportEvent,
    TransportNotice, User, UserRole, Watchword,
)  # fmt: skip
GENESIS = "0" * 64
PAGE = 1000
SECRET = {"t": "secret"}
_keys: dict[str, bytes] = {}
_current: list[str] = []


@dataclass(slots=True)
class Changed:
    """One object of a running write with what it was and is: column → [before, after], typed values."""

    row: Any
    new: bool
    gone: bool
    diff: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What walking the chain found. `bad` is the first wrong sequence number, `why` says what is wrong with it."""

    count: int
    last: int
    bad: int | None = None
    why: str = ""


def use_key(key: bytes) -> str:
    """Chain new events under `key` (it is also known for verifying); returns its public id."""
    _current[:] = [know_key(key)]
    return _current[0]


def know_key(key: bytes) -> str:
    """Know `key` for verifying only, as of a backup made elsewhere; returns its public id."""
    key_id = hashlib.sha256(b"firsthand history key id" + key).hexdigest()[:12]
    _keys[key_id] = key
    return key_id


# ------------------------------------------------------------------------------------------ collecting


def typed(value: Any, column: Any) -> Any:
    """A column's value for the history: times, days, money and links say what they are."""
    if value is None:
        return None
    if column.info.get("secret"):
        return dict(SECRET)
    if isinstance(value, datetime):
        return {"t": "time", "v": stamp(value)}
    if isinstance(value, date):
        return {"t": "day", "v": value.isoformat()}
    if "money" in column.info:
        return {"t": "money", "v": value}
    if column.foreign_keys and isinstance(value, int):
        return {"t": "link", "to": next(iter(column.foreign_keys)).column.table.name, "v": value}
    return value


def stamp(at: datetime) -> str:
    """A moment in its canonical spelling."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@event.listens_for(db.session, "before_flush")
def _guard(session: Session, *_: Any) -> None:
    """Only a write may flush, and nothing tracked is ever deleted (a role taken away is the one exception)."""
    if (
        session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    ) and "tx" not in session.info:
        raise RuntimeError("a change outside write_tx")
    for row in session.deleted:
        if isinstance(row, TRACKED) and not isinstance(row, UserRole):
            raise RuntimeError(f"{type(row).__name__} may not be deleted")


@event.listens_for(db.session, "after_flush")
def _collect(session: Session, *_: Any) -> None:
    tx: Tx = session.info["tx"]
    for row in session.new:
        _note(tx, row, new=True)
    for row in session.dirty:
        _note(tx, row, new=False)
    for row in session.deleted:
        if isinstance(row, TRACKED):
            tx.changed[id(row)] = Changed(row, False, True, {c: [v, None] for c, v in _whole(row)})


def _note(tx: Tx, row: Any, new: bool) -> None:
    if not isinstance(row, TRACKED):
        return
    found = tx.changed.get(id(row))
    if found is None:
        found = tx.changed[id(row)] = Changed(row, new, False, {})
    pairs = {name: [None, value] for name, value in _whole(row)} if new else _differences(row)
    for name, (before, after) in pairs.items():
        kept = found.diff.setdefault(name, [before, after])
        kept[1] = after


def _columns(row: Any) -> Iterator[tuple[str, Any]]:
    for attribute in inspect(type(row)).column_attrs:
        column = attribute.columns[-1]
        if attribute.key != "version" and not column.info.get("derived"):
            yield attribute.key, column


def _whole(row: Any) -> Iterator[tuple[str, Any]]:
    for name, column in _columns(row):
        value = typed(row.__dict__.get(name), column)
        if value is not None:
            yield name, value


def _differences(row: Any) -> dict[str, list[Any]]:
    state = inspect(row)
    found = {}
    for name, column in _columns(row):
        past = state.attrs[name].history
        if (
            past.deleted
        ):  # what stood before is always known; a column only flagged, to raise the version, has not changed
            found[name] = [typed(past.deleted[0], column), typed(past.added[0] if past.added else None, column)]
    return found


def _know_before() -> None:
    """Setting a column of a tracked row that is not loaded reads it first, so that what stood before is known."""
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, TRACKED):
            for attribute in mapper.column_attrs:
                mapper.class_manager[attribute.key].impl.active_history = True


event.listen(Mapper, "after_configured", _know_before)  # kinds of work bring tables of their own later
configure_mappers()
_know_before()


# ------------------------------------------------------------------------------------------ writing


@event.listens_for(db.session, "before_commit")
def _write(session: Session) -> None:
    tx: Tx | None = session.info.get("tx")
    if tx is None:
        return
    session.flush()
    for changed in tx.changed.values():
        changed.diff = {name: pair for name, pair in changed.diff.items() if _differ(*pair)}
    rows = [c for c in tx.changed.values() if c.new or c.gone or c.diff]
    if rows:
        head = session.execute(select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)).first()
        seq, prev = (head.seq, head.hash) if head else (0, GENESIS)
        events = []
        for changed in rows:
            seq += 1
            line = _line(tx, changed, seq, prev)
            prev = line["hash"]
            events.append(line)
        session.execute(insert(Event), events)
    tx.changed.clear()


def _differ(before: Any, after: Any) -> bool:
    """Whether a value is another one at the end; of two secrets only that one was set is known."""
    return bool(before != after) or before == SECRET


def _line(tx: Tx, changed: Changed, seq: int, prev: str) -> dict[str, Any]:
    row, actor = changed.row, tx.actor
    kind = row.kind if isinstance(row, Case) else row.__tablename__
    line = {
        "seq": seq, "at": tx.at, "actor_id": actor.user_id, "actor": actor.name,
        "role": "+".join(sorted(actor.roles)), "on_behalf_of": tx.on_behalf_of,
        "office_id": getattr(row, "office_id", None) or actor.office_id, "request_id": actor.request_id,
        "route": actor.route[:120], "address": actor.address, "action": tx.action, "object_type": kind,
        "object_id": inspect(row).identity[0], "object_ref": _ref(row), "version": getattr(row, "version", None),
        "case_id": row.id if isinstance(row, Case) else _of(row, "case_id", "change_id") or _moved(tx),
        "customer_id": row.id if isinstance(row, Customer) else _of(row, "customer_id"),
        "shipment_id": row.id if isinstance(row, Shipment) else _of(row, "shipment_id"),
        "diff": canonical(changed.diff), "reason": tx.reason, "key_id": _current[0], "prev": prev,
    }  # fmt: skip
    line["hash"] = sign(line)
    return line


def _moved(tx: Tx) -> int | None:
    """The case whose move changed a row of another kind, such as the shipment of a change."""
    return next(iter(tx.cases)) if len(tx.cases) == 1 else None


def _of(row: Any, *names: str) -> int | None:
    return next((value for name in names if (value := row.__dict__.get(name))), None)


def _ref(row: Any) -> str | None:
    for name in ("ref", "number", "code", "name", "key", "path", "role", "item"):
        value = row.__dict__.get(name)
        if value:
            return str(value)[:300]
    return None


def canonical(value: Any) -> str:
    """JSON in its one spelling: sorted keys, no spaces, UTF-8 characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sign(line: dict[str, Any]) -> str:
    """The keyed hash of one event given as a dict of its columns; `hash` itself is left out. KeyError: unknown key."""
    content = {k: stamp(v) if isinstance(v, datetime) else v for k, v in line.items() if k != "hash"}
    return hmac.new(_keys[line["key_id"]], canonical(content).encode(), hashlib.sha256).hexdigest()


# ------------------------------------------------------------------------------------------ verifying


def verify(session: Session, since: int = 0, between: Callable[[], None] = lambda: None) -> Verdict:
    """Walk the chain from after sequence `since`, in pages with `between` after each; name the first event that does not
    fit and why."""
    count, seq = 0, since
    prev = GENESIS if since == 0 else session.scalar(select(Event.hash).where(Event.seq == since))
    if prev is None:
        return Verdict(0, since, since, "missing")
    lines = select(Event).order_by(Event.seq).limit(PAGE).execution_options(populate_existing=True)
    while page := session.scalars(lines.where(Event.seq > seq)).all():
        for line in page:
            if why := _wrong(line, seq, prev):
                return Verdict(count, seq, seq + 1 if why == "missing" else line.seq, why)
            count, seq, prev = count + 1, line.seq, line.hash
        session.expunge_all()
        between()
    return Verdict(count, seq)


def _wrong(line: Event, seq: int, prev: str) -> str:
    if line.seq != seq + 1:
        return "missing"
    if line.prev != prev:
        return "not chained to the one before"
    if line.key_id not in _keys:
        return "signed with an unknown key"
    columns = {c.key: getattr(line, c.key) for c in inspect(Event).column_attrs}
    return "" if hmac.compare_digest(sign(columns), line.hash) else "content changed"

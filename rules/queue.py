"""The queue: pages, bands and counts of turns, all from one set of conditions, so that a counter never lies (E-01…E-04).

A list is a set of branches (own turns, turns that came back, turns of a role); each branch is read along one partial
index, limited, and merged. Counts are capped in SQL (E-42).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, literal, or_, select, true, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from models import FAR, Case, Customer, Payment, Shipment, Turn, User, When
from rules import open_promises, open_questions
from rules.policy import AGENT, FINANCE, RELEASE, SUPERVISOR, visible
from rules.store import Actor

PAGE, CAP = 50, 1000
SOON = timedelta(minutes=10)
MINE, WAITING, OFFICE, DONE, POOL = "mine", "waiting", "office", "done", "pool"
VIEWS = (MINE, WAITING, OFFICE, POOL, DONE)
QUEUE_ROLES = (AGENT, SUPERVISOR, FINANCE, RELEASE)
# What differs from one reading to the next; everything else of a statement is built once per shape and kept.
ME = bindparam("me", type_=Turn.id.type)
AT, SOON_AT, DAY_START, DAY_END, SINCE = (
    bindparam(name, type_=When()) for name in ("at", "soon_at", "day_start", "day_end", "newer_than")
)
AFTER = (
    bindparam("after_at", type_=When()),
    bindparam("after_since", type_=When()),
    bindparam("after_id", type_=Turn.id.type),
)
SHAPES = 512
Owner = aliased(User)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows: view, kind, late only, class and group of the customer; `at` is the reader's moment."""

    view: str
    at: datetime
    day_end: datetime
    kind: str | None = None
    late: bool = False
    grade: str | None = None
    grouping: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: queue time, waiting time, id (keyset, E-02)."""

    queue_at: datetime
    since: datetime
    id: int


COLUMNS = (
    Turn.id, Turn.what, Turn.waiting, Turn.user_id, Turn.role, Turn.since, Turn.due_at, Turn.due_name, Turn.queue_at, Turn.note,
    Turn.case_id, Case.ref, Case.kind, Case.state, Case.title, Case.channel, Case.gist, Case.chases, Case.version,
    Case.due_at.label("case_due_at"), Case.due_name.label("case_due_name"), Case.waiting_since, Case.closed_at,
    Case.created_at, Case.caller_name, Case.pooled,
    Customer.id.label("customer_id"), Customer.name.label("customer"), Customer.grade, Customer.grouping,
    Shipment.id.label("shipment_id"), Shipment.number, Shipment.origin, Shipment.destination, Shipment.stage,
    Shipment.cut_off_at, Owner.display.label("owner"), Owner.name.label("owner_login"), Case.owner_id,
)  # fmt: skip


# ------------------------------------------------------------------------------------------ branches


def _branches(who: Actor, f: Filter) -> list[Select[*tuple[Any, ...]]]:
    """The id, queue time and waiting time of every turn the list holds, as one select per index range."""
    keys: Select[*tuple[Any, ...]] = select(Turn.id, Turn.queue_at, Turn.since)
    found = [visible(who, s, Turn) for s in {MINE: _mine, POOL: _pool}.get(f.view, _one)(who, f, keys)]
    return [_narrowed(s, f) for s in found]


def _mine(who: Actor, f: Filter, keys: Select[*tuple[Any, ...]]) -> list[Select[*tuple[Any, ...]]]:
    own = keys.where(Turn.user_id == ME, Turn.closed_at.is_(None))
    branches = [own.where(Turn.waiting.is_(False)), own.where(Turn.waiting.is_(True), Turn.queue_at <= SOON_AT)]
    return branches + [_role(who, keys, role) for role in QUEUE_ROLES if role in who.roles]


def _role(who: Actor, keys: Select[*tuple[Any, ...]], role: str) -> Select[*tuple[Any, ...]]:
    """Turns of a role that this person may take: grade high enough, not the asker or last editor (D-01)."""
    return keys.where(
        Turn.user_id.is_(None), Turn.closed_at.is_(None), Turn.role == role,
        Turn.grade <= (who.grade if role == SUPERVISOR else 9),
        or_(Turn.except_id.is_(None), Turn.except_id != ME),
        or_(Turn.except_too_id.is_(None), Turn.except_too_id != ME),
        *((Turn.office_id == who.office_id,) if who.office_id is not None else ()),
    )  # fmt: skip


def _pool(who: Actor, _f: Filter, keys: Select[*tuple[Any, ...]]) -> list[Select[*tuple[Any, ...]]]:
    return [keys.where(Turn.user_id.is_(None), Turn.closed_at.is_(None), Turn.role == AGENT, Turn.what == "claim")]


def _one(who: Actor, f: Filter, keys: Select[*tuple[Any, ...]]) -> list[Select[*tuple[Any, ...]]]:
    if f.view == WAITING:
        mine = (Turn.user_id == ME, Turn.closed_at.is_(None), Turn.waiting.is_(True))
        return [keys.where(*mine, Turn.what != "remind")]  # a reminder to ask again stands beside the matter's own row
    if f.view == DONE:
        closing = exists().where(Case.id == Turn.case_id, Case.closed_at == Turn.closed_at)  # the turn that closed it
        today = (Turn.closed_at >= DAY_START, Turn.closed_at < DAY_END)
        return [keys.where(Turn.leading, Turn.user_id == ME, *today, closing)]
    return [keys.where(Turn.leading, Turn.closed_at.is_(None))]


def _narrowed(statement: Select[*tuple[Any, ...]], f: Filter) -> Select[*tuple[Any, ...]]:
    if f.kind:
        statement = statement.where(Turn.kind == f.kind)
    if f.late:
        statement = statement.where(Turn.queue_at < AT)
    if f.grade or f.grouping:
        statement = statement.join(Customer, Customer.id == Turn.customer_id)
    if f.grade:
        statement = statement.where(Customer.grade == f.grade)
    if f.grouping:
        statement = statement.where(Customer.grouping == f.grouping)
    return statement


# ------------------------------------------------------------------------------------------ pages


def rows(session: Session, who: Actor, f: Filter, after: Key | None = None) -> tuple[Sequence[Any], Key | None]:
    """One page of rows (tuples of COLUMNS) in queue order, and the key of the next page or None."""
    moments = _moments(who, f)
    if after is not None:
        moments |= {"after_at": after.queue_at, "after_since": after.since, "after_id": after.id}
    page = session.execute(_rows_of(*_shape(who, f), after is not None), moments).all()
    following = page[PAGE - 1] if len(page) > PAGE else None
    return page[:PAGE], Key(following.queue_at, following.since, following.id) if following else None


@lru_cache(SHAPES)
def _rows_of(who: Actor, f: Filter, further: bool) -> Select[*tuple[Any, ...]]:
    branches = _branches(who, f)
    order = (Turn.queue_at, Turn.since, Turn.id)
    if further:
        branches = [b.where(tuple_(*order) > tuple_(*AFTER)) for b in branches]
    limited = [select(b.order_by(*order).limit(PAGE + 1).subquery()) for b in branches]
    ids = union_all(*limited).subquery()
    return joined(who, select(*COLUMNS).join(ids, ids.c.id == Turn.id)).order_by(*order).limit(PAGE + 1)


def _shape(who: Actor, f: Filter) -> tuple[Actor, Filter]:
    """Reader and list without what differs from one reading to the next."""
    return Actor(None, "", "", who.roles, who.grade, who.office_id), replace(f, at=FAR, day_end=FAR)


def _moments(who: Actor, f: Filter) -> dict[str, Any]:
    start = f.day_end - timedelta(days=1)
    return {"me": who.user_id, "at": f.at, "soon_at": f.at + SOON, "day_start": start, "day_end": f.day_end}


def joined(who: Actor, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A select of turns with what their rows show, limited to what this person may see."""
    return visible(
        who,
        statement.outerjoin(Case, Case.id == Turn.case_id)
        .outerjoin(Customer, Customer.id == Turn.customer_id)
        .outerjoin(Shipment, Shipment.id == Case.shipment_id)
        .outerjoin(Owner, Owner.id == Case.owner_id),
        Turn,
    )


def row_of(session: Session, who: Actor, case_id: int) -> Any | None:
    """The row through which this person sees a case: the own turn, else one of his roles', else the owner's; `reminded`:
    he has a reminder on it."""
    held = (Turn.user_id == who.user_id) | (Turn.user_id.is_(None) & Turn.role.in_(who.roles))
    mine = func.coalesce(held, False)  # "unknown" would sort first on PostgreSQL
    other = aliased(Turn)
    mine_to_tick = exists().where(
        other.case_id == case_id, other.user_id == who.user_id, other.what == "remind", other.closed_at.is_(None)
    )
    columns = (*COLUMNS, mine_to_tick.label("reminded"))
    found = joined(who, select(*columns).select_from(Turn)).where(Turn.case_id == case_id, Turn.what != "remind")
    order = (Turn.closed_at.is_not(None), mine.desc(), mine & Turn.waiting, Turn.leading.desc(), Turn.id.desc())
    return session.execute(found.order_by(*order).limit(1)).first()


def reminder(session: Session, who: Actor, turn_id: int) -> Any | None:
    """The row of one of the person's open reminders."""
    found = joined(who, select(*COLUMNS).select_from(Turn)).where(
        Turn.id == turn_id, Turn.user_id == who.user_id, Turn.what == "remind", Turn.closed_at.is_(None)
    )
    return session.execute(found).first()


def counts(session: Session, who: Actor, f: Filter, kinds: Sequence[str]) -> dict[str, int]:
    """All numbers of the page in one select: total, late, soon and today of the list; each kind and its late ones;
    each view, one's reminders, and payments that wait for finance. Capped at 1,000."""
    found = session.execute(_counts_of(*_shape(who, f), tuple(kinds)), _moments(who, f)).one()
    return dict(found._mapping)  # SQLAlchemy's public name for a row as a mapping


@lru_cache(SHAPES)
def _counts_of(who: Actor, f: Filter, kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    plain = replace(f, late=False)
    near = (Turn.queue_at >= AT) & (Turn.queue_at <= SOON_AT)
    asked: dict[str, tuple[Filter, Any]] = {
        "total": (f, true()), "late": (f, Turn.queue_at < AT), "soon": (f, near),
        "today": (f, (Turn.queue_at > SOON_AT) & (Turn.queue_at < DAY_END)),
    }  # fmt: skip
    for kind in kinds:
        asked[f"kind-{kind}"] = (replace(plain, kind=kind), true())
        asked[f"late-{kind}"] = (replace(plain, kind=kind, late=True), true())
    asked["kind-all"] = (replace(plain, kind=None), true())
    for view in VIEWS:
        asked[f"view-{view}"] = (Filter(view, f.at, f.day_end), true())
    asked["reminders"] = (Filter(MINE, f.at, f.day_end), Turn.what == "remind")
    counted = [_count(who, g, extra).label(name) for name, (g, extra) in asked.items()]
    beside = (
        ("payments", _payments(who)),
        ("promises", open_promises.count(who)),
        ("questions", open_questions.count(who)),
    )
    statement = select(*counted, *(number.label(name) for name, number in beside))
    return statement.execution_options(visible="user")


def _count(who: Actor, f: Filter, extra: Any) -> Any:
    limited = [select(b.where(extra).limit(CAP).subquery()) for b in _branches(who, f)]
    return (
        select(func.count()).select_from(select(union_all(*limited).subquery()).limit(CAP).subquery()).scalar_subquery()
    )


def _payments(who: Actor) -> Any:
    """Payments that wait for finance; nothing for everybody else."""
    if FINANCE not in who.roles:
        return literal(0)
    waiting = visible(who, select(Payment.id), Payment).where(Payment.status == "waiting").limit(CAP).subquery()
    return select(func.count()).select_from(waiting).scalar_subquery()


def fresh(session: Session, who: Actor, f: Filter, since: datetime) -> tuple[int, int]:
    """How many own turns were opened after `since` and how many fall due within ten minutes (E-30)."""
    shape = _shape(who, replace(f, kind=None, late=False))
    new, near = session.execute(_fresh_of(*shape), _moments(who, f) | {"newer_than": since}).one()
    return int(new), int(near)


@lru_cache(SHAPES)
def _fresh_of(who: Actor, f: Filter) -> Select[*tuple[Any, ...]]:
    newer = _count(who, f, Turn.opened_at > SINCE)
    near = _count(who, f, (Turn.queue_at >= AT) & (Turn.queue_at <= SOON_AT))
    return select(newer, near).execution_options(visible="user")


def next_due(session: Session, who: Actor, f: Filter) -> datetime | None:
    """When the next thing that waits for somebody else comes back, for an empty list."""
    mine = (Turn.user_id == who.user_id, Turn.closed_at.is_(None), Turn.queue_at < FAR)
    found: datetime | None = session.scalar(visible(who, select(func.min(Turn.queue_at)), Turn).where(*mine))
    return found

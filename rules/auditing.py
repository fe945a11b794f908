"""The auditor's lists: decisions made without looking, and every high-risk change with its signers (CHG-24, D-06, E-28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, extract, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from models import Approval, Case, Change, Customer, Shipment, User
from rules import catalogue, figures
from rules.policy import unseen, visible
from rules.store import Actor
from rules.words import N_, Words

PAGE = 50
HASTY = "audit.hasty.seconds"
RISKY = tuple(kind.code for kind in catalogue.KINDS if kind.release_officer)
Key = tuple[datetime, int]
Behalf = aliased(User)


@dataclass(frozen=True, slots=True)
class Hasty:
    """A decision and what was left out before it."""

    id: int
    ref: str
    gist: Any
    role: str
    status: str
    at: datetime
    who: str
    behalf: str | None
    why: list[Words]


@dataclass(frozen=True, slots=True)
class Risky:
    """A high-risk change: its columns, and the steps of its last round in order."""

    change: Any
    steps: list[Any]


def hasty(
    session: Session, who: Actor, since: datetime, until: datetime, before: Key | None = None
) -> tuple[list[Hasty], Key | None]:
    """A page of the decisions between two moments that were made within seconds of opening the case, without opening it
    since it was asked, or without opening the proof; newest first, and the key of the next page or None."""
    seconds = int(figures.figure(session, HASTY, who.office_id))
    columns = (Approval, Case.ref, Case.gist, User.display, Behalf.display)
    found = select(*columns).join(Case, Case.id == Approval.case_id).join(User, User.id == Approval.decided_by_id)
    found = visible(who, found.outerjoin(Behalf, Behalf.id == Approval.on_behalf_of_id), Case)
    order = (Approval.decided_at, Approval.id)
    found = found.where(Approval.decided_at >= since, Approval.decided_at < until, _unlooked(seconds))
    if before is not None:
        found = found.where(tuple_(*order) < before)
    rows = session.execute(found.order_by(*(column.desc() for column in order)).limit(PAGE + 1)).all()
    lines = [
        Hasty(a.id, ref, gist, a.role, a.status, a.decided_at, name, behalf, why)
        for a, ref, gist, name, behalf in rows[:PAGE]
        if (why := _why(a, seconds))
    ]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return lines, (last.decided_at, last.id) if last is not None else None


def _unlooked(seconds: int) -> Any:
    """Whole seconds on SQLite: one too many at most, which `_why` leaves out."""
    spent = extract("epoch", Approval.decided_at) - extract("epoch", Approval.opened_at)
    unopened = or_(Approval.opened_at.is_(None), Approval.opened_at < Approval.asked_at)
    return or_(unopened, Approval.proof_opened.is_(False), and_(Approval.opened_at.is_not(None), spent <= seconds))


def _why(approval: Approval, seconds: int) -> list[Words]:
    found = []
    if approval.opened_at is None or approval.opened_at < approval.asked_at:
        found.append(Words(N_("The change was not opened")))
    elif approval.decided_at and (spent := (approval.decided_at - approval.opened_at).total_seconds()) <= seconds:
        found.append(Words(N_("Decided %(n)s seconds after opening"), n=round(spent)))
    if approval.proof_opened is False:
        found.append(Words(N_("The proof was not opened")))
    return found


def high_risk(session: Session, who: Actor, before: int | None = None) -> tuple[list[Risky], int | None]:
    """A page of the changes that take a release officer (K14, K15), newest first, with who signed what when; and the id
    before which the next page begins, or None."""
    columns = (
        Change.id, Change.ref, Change.code, Change.state, Change.created_at, Change.executed_at, Change.extra, Change.reason,
        Change.requested_by_id, Customer.name.label("customer"), Shipment.number, User.display.label("asked_by"),
    )  # fmt: skip
    found = select(*columns).join(User, User.id == Change.requested_by_id)
    found = found.outerjoin(Customer, Customer.id == Change.customer_id)
    found = visible(who, found.outerjoin(Shipment, Shipment.id == Change.shipment_id), Change)
    found = found.where(Change.code.in_(RISKY))
    if before is not None:
        found = found.where(Change.id < before)
    rows = session.execute(found.order_by(Change.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    steps = _steps(session, [row.id for row in shown])
    return [Risky(row, steps.get(row.id, [])) for row in shown], shown[-1].id if len(rows) > PAGE else None


def _steps(session: Session, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The last round of each change: role, status, who, for whom, when, why."""
    columns = (
        Approval.case_id, Approval.round, Approval.role, Approval.status, Approval.decided_at, Approval.reason,
        User.display.label("who"), Behalf.display.label("behalf"),
    )  # fmt: skip
    found = select(*columns).outerjoin(User, User.id == Approval.decided_by_id)
    found = found.outerjoin(Behalf, Behalf.id == Approval.on_behalf_of_id).where(Approval.case_id.in_(ids))
    last: dict[int, list[Any]] = {}
    for row in session.execute(unseen(found.order_by(Approval.case_id, Approval.round, Approval.step))):
        known = last.setdefault(row.case_id, [])
        if known and known[0].round != row.round:
            known.clear()
        known.append(row)
    return last

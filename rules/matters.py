"""Open matters of one person, and whole cases by their ids, for work on many at once (ORG-06, E-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Case, Customer, Shipment, Turn, User, UserRole
from rules.policy import SUPERVISOR, unseen, visible
from rules.store import Actor
from rules.workflow import KINDS

MOST = 200  # matters of one person on one page or sheet
COLUMNS = (
    Case.id, Case.ref, Case.kind, Case.state, Case.title, Case.gist, Case.due_at, Case.due_name, Case.owner_id,
    Case.assignee_id, Case.offered_to_id, Case.pooled, Case.channel, Case.caller_name, Customer.name.label("customer"),
    Shipment.number, Shipment.origin, Shipment.destination,
)  # fmt: skip


def open_rows(session: Session, who: Actor, user_id: int) -> list[Any]:
    """The open matters that a person owns or works on, first due first (tuples of COLUMNS)."""
    mine = or_(Case.owner_id == user_id, Case.assignee_id == user_id)
    found = select(*COLUMNS).outerjoin(Customer, Customer.id == Case.customer_id)
    found = visible(who, found.outerjoin(Shipment, Shipment.id == Case.shipment_id), Case)
    due = (Case.due_at.is_(None), Case.due_at, Case.id)
    return list(session.execute(found.where(mine, Case.closed_at.is_(None)).order_by(*due).limit(MOST)))


def open_ids(session: Session, user_id: int) -> list[int]:
    """The ids of all open matters that a person owns, works on or has been offered."""
    mine = or_(Case.owner_id == user_id, Case.assignee_id == user_id, Case.offered_to_id == user_id)
    return list(session.scalars(unseen(select(Case.id).where(mine, Case.closed_at.is_(None)).order_by(Case.id))))


def whole(session: Session, ids: Iterable[int]) -> list[Any]:
    """The open ones of these cases, each with what its moves use, in order of their ids."""
    wanted, found = sorted(set(ids)), list[Any]()
    for flow in KINDS.values() if wanted else ():
        model: Any = flow.model
        loads = [
            joinedload(model.customer), joinedload(model.contact), joinedload(model.owner), joinedload(model.assignee),
            joinedload(model.office), joinedload(model.shipment).joinedload(Shipment.customer),
            *(selectinload(getattr(model, name)) for name in flow.loads),
        ]  # fmt: skip
        these = select(model).where(model.id.in_(wanted), model.closed_at.is_(None)).options(*loads)
        found += session.scalars(unseen(these)).unique()
    return sorted(found, key=lambda case: int(case.id))


def deciding_ids(session: Session, user_id: int) -> list[int]:
    """The ids of matters that wait for a supervisor's decision where this person is one: while he is away the office's
    second decider may hold it (D-13)."""
    mine = exists().where(
        UserRole.user_id == User.id, UserRole.role == SUPERVISOR, User.id == user_id,
        or_(User.office_id.is_(None), User.office_id == Turn.office_id),
    )  # fmt: skip
    waiting = select(Turn.case_id).where(
        Turn.what == "decide", Turn.role == SUPERVISOR, Turn.user_id.is_(None), Turn.closed_at.is_(None), mine
    )
    return [case_id for case_id in session.scalars(unseen(waiting.distinct())) if case_id is not None]

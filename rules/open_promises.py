"""Promises that are neither kept nor dropped, of a person, an office, a customer: the first due first (CUS-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from models import Case, Customer, Promise
from rules.policy import visible
from rules.store import Actor

PAGE = 50
CAP = 1000
OPEN = (Promise.kept_at.is_(None), Promise.dropped_at.is_(None), Case.closed_at.is_(None))
Place = tuple[datetime, int]


def waiting(session: Session, who: Actor, mine: bool, after: Place | None) -> tuple[list[Any], Place | None]:
    """A page of open promises, overdue ones first: (promise with case and owner, customer's name), and where the next begins."""
    found = _open(who)
    if mine:
        found = found.where(Promise.owner_id == who.user_id)
    if after is not None:
        found = found.where(tuple_(Promise.due_at, Promise.id) > tuple_(*after))
    rows = list(session.execute(found.limit(PAGE + 1)))
    last = rows[PAGE - 1].Promise if len(rows) > PAGE else None
    return rows[:PAGE], (last.due_at, last.id) if last is not None else None


def of_customer(session: Session, who: Actor, customer_id: int) -> list[Promise]:
    """What is still promised to a customer."""
    return [row.Promise for row in session.execute(_open(who).where(Promise.customer_id == customer_id).limit(PAGE))]


def count(who: Actor) -> Any:
    """How many promises of the office are open, capped, as a scalar for another select."""
    found: Any = select(Promise.id).join(Case, Case.id == Promise.case_id)
    inner = visible(who, found, Promise).where(*OPEN).limit(CAP).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def _open(who: Actor) -> Any:
    columns: Any = select(Promise, func.coalesce(Customer.name, Case.caller_name).label("customer"))
    found = columns.join(Case, Case.id == Promise.case_id).outerjoin(Customer, Customer.id == Promise.customer_id)
    found = found.options(joinedload(Promise.case), joinedload(Promise.owner))
    return visible(who, found, Promise).where(*OPEN).order_by(Promise.due_at, Promise.id)

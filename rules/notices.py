"""Notices: lines that come to one person by themselves. They obey his desk hours and are made once (ORG-08, D-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models import Case, Customer, Notice, User
from rules import calendar, clocks
from rules.policy import visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

PAGE = 100
Shown = tuple[Notice, str | None, str | None]  # with the ref of its case and the name of its customer


def tell(
    tx: Tx,
    user_id: int,
    kind: str,
    text: Words,
    key: str,
    *,
    office_id: int,
    case_id: int | None = None,
    customer_id: int | None = None,
    urgent: bool = False,
) -> bool:
    """Put a line before a person, unless `key` says that it was done; whether it is new. Outside his office's hours
    (`office_id` for people of no office) it waits until the desk opens; an `urgent` one, of a crisis, does not."""
    if tx.session.scalar(select(Notice.id).where(Notice.key == key)) is not None:
        return False
    user = tx.session.get_one(User, user_id)
    shown_at = tx.at if urgent else opening(tx.session, user.office_id or office_id, tx.at)
    tx.add(Notice(
        user_id=user_id, case_id=case_id, customer_id=customer_id, kind=kind, text=text.store(), at=shown_at,
        made_at=tx.at, key=key,
    ))  # fmt: skip
    return True


def opening(session: Session, office_id: int, at: datetime) -> datetime:
    """The moment itself when the desk is open, else when it opens next."""
    known = clocks.office_calendar(session, office_id)
    if calendar.is_open(known, at):
        return at
    return calendar.add_working_time(known, at, 1).due - timedelta(minutes=1)


def unread(user: Any, at: Any) -> ColumnElement[int]:
    """How many lines a person has not read, as a column: `user` and `at` may be columns or values."""
    waiting = (Notice.user_id == user, Notice.seen_at.is_(None), Notice.at <= at)
    return select(func.count(Notice.id)).where(*waiting).correlate(User).scalar_subquery()


def of(session: Session, who: Actor, at: datetime) -> Sequence[Shown]:
    """The newest lines of a person, unread ones first, with what they are about where he may still see it."""
    cases = visible(who, select(Case.id, Case.ref), Case).subquery()
    customers = visible(who, select(Customer.id, Customer.name), Customer).subquery()
    found = (
        select(Notice, cases.c.ref, customers.c.name)
        .outerjoin(cases, cases.c.id == Notice.case_id)
        .outerjoin(customers, customers.c.id == Notice.customer_id)
        .where(Notice.user_id == who.user_id, Notice.at <= at)
        .order_by(Notice.seen_at.is_not(None), Notice.id.desc())
        .limit(PAGE)
        .execution_options(visible="user")
    )
    return [tuple(row) for row in session.execute(found)]


def seen(tx: Tx, notice_id: int | None = None) -> None:
    """Mark one line of the actor, or all that he could read, as read. Raises Refused (404) for a line of others."""
    mine = select(Notice).where(Notice.user_id == tx.actor.user_id, Notice.at <= tx.at)
    mine = mine.where(Notice.seen_at.is_(None)) if notice_id is None else mine.where(Notice.id == notice_id)
    found = list(tx.session.scalars(mine))
    if notice_id is not None and not found:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    for notice in found:
        notice.seen_at = notice.seen_at or tx.at

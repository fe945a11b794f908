"""Reminders: "15:00 再看" on a matter or a customer, a turn of one's own that comes into the queue at its time (E-01)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Case, Customer, Notice, Turn
from rules import notices
from rules.policy import unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

WHAT, KIND = "remind", "reminder"  # what the turn is for; the kind of one that belongs to no matter
Mine = tuple[Turn, str | None, str | None, str | None]  # with ref and title of its case, name of its customer
OPEN = (Turn.what == WHAT, Turn.closed_at.is_(None))


def remind(tx: Tx, customer: Customer, at: datetime | None, note: str) -> Turn:
    """Put a reminder about a customer into the actor's queue. Raises Refused (422) for a moment that is past."""
    at = _check(tx, at)
    turn: Turn = tx.add(Turn(
        customer_id=customer.id, office_id=customer.office_id, kind=KIND, what=WHAT, user_id=tx.actor.user_id, since=tx.at,
        opened_at=tx.at, due_at=at, due_name=WHAT, queue_at=at, note=note,
    ))  # fmt: skip
    return turn


def mine(session: Session, who: Actor) -> list[Mine]:
    """The person's open reminders, first due first: turn, ref and title of its case, name of its customer."""
    found = (
        select(Turn, Case.ref, Case.title, Customer.name)
        .outerjoin(Case, Case.id == Turn.case_id)
        .outerjoin(Customer, Customer.id == Turn.customer_id)
        .where(Turn.user_id == who.user_id, *OPEN)
        .order_by(Turn.queue_at, Turn.id)
    )
    return [(turn, ref, title, name) for turn, ref, title, name in session.execute(visible(who, found, Turn))]


def one(session: Session, who: Actor, turn_id: int) -> Turn:
    """An open reminder of the person. Raises Refused (404) when there is none of his."""
    found = select(Turn).where(Turn.id == turn_id, Turn.user_id == who.user_id, *OPEN)
    turn: Turn | None = session.scalars(visible(who, found, Turn)).first()
    if turn is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    return turn


def move(tx: Tx, turn_id: int, at: datetime | None) -> Turn:
    """Give a reminder another moment. Raises Refused: 404 not the actor's, 422 a moment that is past."""
    turn = one(tx.session, tx.actor, turn_id)
    turn.due_at = turn.queue_at = _check(tx, at)
    return turn


def tick_off(tx: Tx, turn_id: int) -> Turn:
    """The reminder has served. Raises Refused (404) when it is not the actor's, or ticked off already."""
    turn = one(tx.session, tx.actor, turn_id)
    turn.closed_at = tx.at
    return turn


def _check(tx: Tx, at: datetime | None) -> datetime:
    if at is None or at <= tx.at:
        raise Refused(Words(N_("That moment is past; choose a later one.")), 422, "at")
    return at


# ------------------------------------------------------------------------------------------ notices of due ones


def due(session: Session, at: datetime) -> list[tuple[int, str]]:
    """Reminders whose time has come without a notice: (turn, key of the notice)."""
    found = session.execute(unseen(select(Turn.id, Turn.queue_at).where(*OPEN, Turn.queue_at <= at).order_by(Turn.id)))
    keys = {key(turn_id, queue_at): turn_id for turn_id, queue_at in found}
    told = set(session.scalars(select(Notice.key).where(Notice.key.in_(keys))))
    return [(turn_id, name) for name, turn_id in keys.items() if name not in told]


def key(turn_id: int, at: datetime) -> str:
    """What makes the notice of a reminder once; moved, it may come again."""
    return f"remind:{turn_id}:{at:%Y%m%d%H%M%S}"


def tell(tx: Tx, turn_id: int) -> bool:
    """Tell the holder of a due reminder; False when it was ticked off, moved or told meanwhile."""
    turn: Any = tx.session.scalars(
        unseen(select(Turn).where(Turn.id == turn_id, *OPEN, Turn.queue_at <= tx.at))
    ).first()
    if turn is None or turn.user_id is None:
        return False
    text = Words(N_("Reminder: %(note)s"), note=turn.note) if turn.note else Words(N_("A reminder is due."))
    return notices.tell(
        tx, turn.user_id, KIND, text, key(turn.id, turn.queue_at), office_id=turn.office_id, case_id=turn.case_id,
        customer_id=turn.customer_id,
    )  # fmt: skip

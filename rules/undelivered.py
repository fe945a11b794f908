"""Mail that did not arrive comes back to people: a turn of whoever works on the matter, a notice to the writer without one.

Why it did not arrive is kept as a code and what the server said, `refused: 550 no such user`, and worded by `reason`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import Case, Outbox, Turn
from rules import absences, notices, turns
from rules.policy import AGENT, unseen
from rules.store import Tx
from rules.words import N_, Words

REASONS = {
    "unreachable": N_("the mail server cannot be reached"),
    "timeout": N_("the mail server did not answer in time"),
    "hung_up": N_("the mail server broke off"),
    "busy": N_("the mail server does not take it now: %(said)s"),
    "refused": N_("the mail server refuses it: %(said)s"),
    "login": N_("the mail server does not accept the desk's password"),
    "unsecured": N_("the connection to the mail server cannot be made secure"),
    "unclear": N_("the mail server's answer was not clear: %(said)s"),
    "cut_off": N_("the desk was stopped while sending"),
    "fault": N_("the desk itself failed: %(said)s"),
    "unfit": N_("address or subject cannot be used"),
    "by_hand": N_("by hand: %(said)s"),
    "dropped": N_("given up: %(said)s"),
}


def reason(error: str | None) -> Words | None:
    """Why a letter is where it is, in words."""
    code, _, said = (error or "").partition(": ")
    return Words(REASONS[code], said=said) if code in REASONS else None


def tell(tx: Tx, row: Outbox) -> None:
    """A letter failed, or may not have arrived: a turn in the matter it belongs to, else a notice to the one who wrote it."""
    settled(tx, row)
    message = row.message
    if message.case_id is not None:
        case = tx.session.scalar(unseen(select(Case).where(Case.id == message.case_id)))
        row.turn_id = _turn(tx, row, case).id
    elif message.by_id is not None:
        text = Words(N_("Mail to %(address)s: %(why)s"), address=row.address, why=reason(row.error) or "")
        key = f"{turns.UNDELIVERED}:{row.id}:{row.version}"
        notices.tell(
            tx, message.by_id, turns.UNDELIVERED, text, key, office_id=row.office_id, customer_id=message.customer_id
        )


def _turn(tx: Tx, row: Outbox, case: Any) -> Turn:
    """Held by whoever works on the matter or covers for him; a matter in the pool has it in the pool."""
    held = case.assignee_id or case.owner_id
    user_id = None if case.pooled else absences.stand_in(tx.session, held, tx.at)
    turn: Turn = tx.add(Turn(
        case_id=case.id, customer_id=case.customer_id, office_id=case.office_id, kind=case.kind, what=turns.UNDELIVERED,
        user_id=user_id, role=None if user_id else AGENT, since=tx.at, opened_at=tx.at, due_at=tx.at,
        due_name=turns.UNDELIVERED, queue_at=tx.at, note=row.error,
    ))  # fmt: skip
    return turn


def settled(tx: Tx, row: Outbox) -> None:
    """Something has been done about a letter, or it arrived after all: its turn goes."""
    if row.turn_id is not None:
        turn = tx.session.scalar(unseen(select(Turn).where(Turn.id == row.turn_id, Turn.closed_at.is_(None))))
        if turn is not None:
            turn.closed_at = tx.at
        row.turn_id = None

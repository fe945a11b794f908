"""Coming back to the customer: after a quotation for special goods, and when a price is to come out (INQ-10, INQ-11, INQ-24)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Inquiry, Turn
from rules import calendar, clocks, figures, turns
from rules.cargo_data import OVERSIZED
from rules.policy import unseen
from rules.store import Tx
from rules.words import N_

SAME_DAY, NEXT_DAY, PRICE, VISIT = "same_day", "next_day", "price", "visit"
WHAT = {  # what a follow-up is for; its turn bears the code
    SAME_DAY: N_("Ask what he thinks of the quotation"), NEXT_DAY: N_("Ask again about the quotation"),
    PRICE: N_("Report whether the new price is out"), VISIT: N_("Visit the customer"),
}  # fmt: skip
MIDDAY = 12


def after_quote(tx: Tx, case: Any) -> None:
    """Put the follow-ups of a quotation for special goods or break-bulk into the queue of the one who works on it: the same
    afternoon if it was given in the morning, and the next working day (INQ-11). Others have none."""
    if case.goods not in OVERSIZED:
        return
    known = clocks.office_calendar(tx.session, case.office_id)
    first = figures.figure(tx.session, "inquiry.special.follow_up_1", case.office_id)
    local = known.local(tx.at)
    if local.hour < MIDDAY:
        hour, minute = map(int, first.split(":"))
        at = datetime.combine(local.date(), time(hour, minute), local.tzinfo).astimezone(UTC)
        _put(tx, case, at, SAME_DAY)
    _put(tx, case, next_day(tx, case, "inquiry.special.follow_up_2"), NEXT_DAY)


def price_pending(tx: Tx, case: Any) -> datetime:
    """Report the next working day whether the price is out (INQ-10); returns that moment."""
    at = next_day(tx, case, "inquiry.price_pending.report")
    _put(tx, case, at, PRICE)
    return at


def visit(tx: Tx, case: Any, at: datetime) -> None:
    """Plan a visit instead of dropping the customer (INQ-11, INQ-24)."""
    _put(tx, case, at, VISIT)


def next_day(tx: Tx, case: Any, key: str) -> datetime:
    """When the desk opens on the working day that a figure of days names."""
    known = clocks.office_calendar(tx.session, case.office_id)
    days = figures.figure(tx.session, key, case.office_id)
    closes = calendar.add_working_days(known, tx.at, days).due
    spans = known.day(known.local(closes - timedelta(minutes=1)).date()).spans
    midnight = datetime.combine(known.local(closes - timedelta(minutes=1)).date(), time(), known.local(closes).tzinfo)
    return (midnight + timedelta(minutes=spans[0][0])).astimezone(UTC)


def _put(tx: Tx, case: Any, at: datetime, what: str) -> None:
    if any(turn.note == what for turn in standing(tx.session, case)):
        return  # a second version of the quotation is asked about together with the first
    turns.remind(tx, case, at, what, turns.FOLLOW_UP, case.assignee_id)
    case.steps = {**(case.steps or {}), "follow_up": {"value": what, "at": tx.at.isoformat()}}


def standing(session: Session, case: Any) -> list[Turn]:
    """Follow-ups of a case that have not been ticked off, the first due first; nothing is asked where none was ever set."""
    if "follow_up" not in (case.steps or {}):
        return []
    mine = (Turn.case_id == case.id, Turn.what == turns.FOLLOW_UP, Turn.closed_at.is_(None))
    return list(session.scalars(unseen(select(Turn).where(*mine).order_by(Turn.queue_at, Turn.id))))


def unbooked(session: Session, customer_id: int | None) -> int:
    """How often a customer asked for a price since his last booking, void entries left out (INQ-24)."""
    if customer_id is None:
        return 0
    his = (Inquiry.customer_id == customer_id, Inquiry.topic == "price", Inquiry.state != "void")
    last = session.scalar(unseen(select(func.max(Inquiry.id)).where(*his, Inquiry.booked_at.is_not(None)))) or 0
    found = select(func.count()).select_from(Inquiry).where(*his, Inquiry.id > last)
    return int(session.scalar(unseen(found)) or 0)

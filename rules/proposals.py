"""Holds that the system proposes and finance decides: an expired agreement, a term passed without payment (D-16, CF-17).

Monthly accounts only. A proposal holds nothing: pages warn as before until finance confirms it. What finance has decided
about a customer since the cause began is not proposed again. The desk keeps no ledger: unpaid means that the freight
whose term ended lately is more than what was confirmed here as paid.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Agreement, Customer, Hold, Office, Payment, Shipment, db
from rules import figures, holds, store, telling
from rules.policy import unseen
from rules.store import Tx, system, write_tx
from rules.words import N_, Words

MONTHLY, PAGE = "monthly", 200
AGREEMENT, TERM = "agreement", "term"


def nightly(rest: Callable[[], None]) -> dict[str, int]:
    """Propose a document hold for every monthly account that gives cause; counts what was proposed."""
    made, last = 0, 0
    while page := _accounts(db.session(), last):
        last, causes = page[-1], [(key, cause) for key in page if (cause := cause_of(db.session(), key, store.now()))]
        db.session.rollback()
        for key, _cause in causes:
            with write_tx(system("tick"), "hold.propose") as tx:
                made += propose(tx, key)
            rest()
    return {"holds": made}


def _accounts(session: Session, after: int) -> list[int]:
    found = select(Customer.id).where(Customer.settlement == MONTHLY, Customer.id > after, Customer.stopped_at.is_(None),
                                      Customer.documents_held.is_(None))  # fmt: skip
    return list(session.scalars(unseen(found.order_by(Customer.id).limit(PAGE))))


def propose(tx: Tx, customer_id: int) -> bool:
    """Propose a document hold where there is cause; False when there is none any more, or one stands already."""
    cause = cause_of(tx.session, customer_id, tx.at)
    if cause is None:
        return False
    customer: Any = tx.session.scalars(unseen(select(Customer).where(Customer.id == customer_id))).one()
    tx.add(Hold(customer_id=customer_id, office_id=customer.office_id, side=holds.FINANCE, what=holds.DOCUMENTS,
                status=holds.PROPOSED, reason=cause, proposed_at=tx.at))  # fmt: skip
    return True


def cause_of(session: Session, customer_id: int, at: datetime) -> str | None:
    """Why a hold should be proposed, as a code for `reason_words`; None for no cause, or one that finance has answered."""
    columns: Any = select(Customer, Office.zone).join(Office, Office.id == Customer.office_id)
    customer, name = session.execute(unseen(columns.where(Customer.id == customer_id))).one()
    if customer.settlement != MONTHLY or customer.stopped_at is not None or customer.documents_held:
        return None
    zone = ZoneInfo(name)
    today = at.astimezone(zone).date()
    found = _expired(session, customer, today) or _unpaid(session, customer, at, zone)
    if found is None or _answered(session, customer, datetime.combine(found[0], time(), zone)):
        return None
    return found[1]


def _expired(session: Session, customer: Customer, today: date) -> tuple[date, str] | None:
    """The first day without an agreement, when the last one has ended."""
    ended = session.scalar(select(func.max(Agreement.ends_on)).where(Agreement.customer_id == customer.id))
    return (ended + timedelta(days=1), f"{AGREEMENT}:{ended}") if ended is not None and ended < today else None


def _unpaid(session: Session, customer: Customer, at: datetime, zone: ZoneInfo) -> tuple[date, str] | None:
    """The day on which the first of the terms that ended lately was over, when the freight is not known as paid."""
    if customer.term_days is None:
        return None
    term, lately = (
        timedelta(days=customer.term_days),
        figures.figure(session, "finance.long_overdue", customer.office_id),
    )
    begun = at - term - timedelta(days=lately)
    owed = select(func.sum(Shipment.freight_minor), func.min(Shipment.departs_at)).where(
        Shipment.customer_id == customer.id, Shipment.departs_at >= begun, Shipment.departs_at < at - term,
        Shipment.currency == "CNY", Shipment.payment == MONTHLY, Shipment.freight_minor > 0,
    )  # fmt: skip
    paid = select(func.sum(Payment.confirmed_minor)).where(
        Payment.customer_id == customer.id, Payment.currency == "CNY", Payment.decided_at >= begun
    )
    due, first = session.execute(unseen(owed)).one()
    left = int(due or 0) - int(session.scalar(unseen(paid)) or 0)
    day = (first + term).astimezone(zone).date() if left > 0 else None
    return (day, f"{TERM}:{day}:{left}") if day else None


def _answered(session: Session, customer: Customer, since: datetime) -> bool:
    """Whether a hold stands, or finance has dropped or lifted one since the cause began."""
    theirs = select(Hold).where(Hold.customer_id == customer.id, Hold.what == holds.DOCUMENTS).order_by(Hold.id.desc())
    last = session.scalars(unseen(theirs.limit(1))).first()
    return last is not None and (last.ended_at is None or last.ended_at >= since)


def reason_words(hold: Hold) -> Words | str:
    """The reason of a hold in words: what the system proposed is a code, what people wrote stands as it is."""
    if hold.proposed_at is None or hold.placed_by_id is not None:
        return hold.reason
    what, _, rest = hold.reason.partition(":")
    if what == AGREEMENT:
        return Words(N_("the agreement ended on %(day)s"), day=rest)
    if what == TERM:
        day, _, minor = rest.partition(":")
        return Words(
            N_("term passed on %(day)s, %(amount)s not known as paid"), day=day, amount=telling.money(int(minor), "CNY")
        )
    return hold.reason

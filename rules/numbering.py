"""A waybill number that comes later: what is done with the goods until then, and who waits for it (SHP-19, D-12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from models import Inquiry, Shipment, Turn
from rules import absences, turns
from rules.byhand import check_version
from rules.policy import unseen
from rules.store import Tx
from rules.tracing_words import PROGRESS
from rules.words import N_, Refused, Words

WATCH, TOLD = "number_notice", "number_told"
SAME = ("destination", "consignee", "pieces")
OUT = N_("The waybill number is out: tell the customer")


def set_progress(tx: Tx, shipment: Any, progress: str | None, version: int | None = None) -> None:
    """Note whether goods without a number are being scanned, weighed or billed; None: not known. Raises Refused: 409 when
    the number is out or somebody was faster, 422 for another word."""
    check_version(shipment, version)
    if shipment.number is not None:
        raise Refused(Words(N_("The waybill number is out already.")), 409)
    if progress is not None and progress not in PROGRESS:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "progress")
    shipment.progress = progress


def joined(tx: Tx, shipment: Shipment) -> None:
    """The number has come: whoever promised a notice has it in his queue now, due at once."""
    shipment.progress = None
    waiting = select(Inquiry).where(Inquiry.shipment_id == shipment.id, Inquiry.closed_at.is_(None))
    for case in tx.session.scalars(unseen(waiting)):
        if _waits(case):
            _due(tx, case)


def came_by_file(tx: Tx, since: datetime) -> None:
    """A file has brought numbers since a moment: where exactly one new waybill is that of goods which a customer waits for
    (same customer, destination, consignee and pieces), his matter goes over to it and the notice is due."""
    waiting = select(Inquiry, Shipment).join(Shipment, Shipment.id == Inquiry.shipment_id)
    waiting = waiting.where(Inquiry.closed_at.is_(None), Shipment.number.is_(None), Shipment.customer_id.is_not(None))
    for case, goods in tx.session.execute(unseen(waiting)).all():
        found = _same_goods(tx, goods, since) if _waits(case) else []
        if len(found) == 1:
            case.shipment_id = found[0]
            _due(tx, case)


def told(tx: Tx, case: Inquiry) -> None:
    """The number was told, by whomever: every reminder of it has served."""
    standing = select(Turn).where(Turn.case_id == case.id, Turn.note == OUT, Turn.closed_at.is_(None))
    for turn in tx.session.scalars(unseen(standing)):
        turn.closed_at = tx.at


def _due(tx: Tx, case: Inquiry) -> None:
    """In the list of whoever works on the matter, or covers for him."""
    turns.remind(tx, case, tx.at, OUT, user_id=absences.stand_in(tx.session, case.assignee_id, tx.at))


def _same_goods(tx: Tx, goods: Shipment, since: datetime) -> list[int]:
    same = [getattr(Shipment, name) == getattr(goods, name) for name in ("office_id", "customer_id", *SAME)]
    found = select(Shipment.id).where(*same, Shipment.number.is_not(None), Shipment.created_at >= since).limit(2)
    return list(tx.session.scalars(unseen(found)))


def _waits(case: Inquiry) -> bool:
    steps = case.steps or {}
    return WATCH in steps and TOLD not in steps

"""Repeated complaints: what was complained about lately on the same waybill, by the same customer, about the same partner.

Shown while another one is logged, so that a second matter is not opened beside the first (ORG-01, CMP-01).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Complaint, Partner, Shipment
from rules import figures
from rules.policy import visible
from rules.store import Actor, now
from rules.words import N_, Words

MOST = 200  # complaints looked through; a partner with more is past counting
SHOWN = 8
WAYBILL, CUSTOMER, PARTNER = "waybill", "customer", "partner"
SAME = {WAYBILL: N_("same waybill"), CUSTOMER: N_("same customer"), PARTNER: N_("same partner")}
COUNTED = {
    WAYBILL: N_("Complaint no. %(n)s about this waybill in %(days)s days"),
    CUSTOMER: N_("Complaint no. %(n)s of this customer in %(days)s days"),
    PARTNER: N_("Complaint no. %(n)s about this partner (%(name)s) in %(days)s days"),
}


@dataclass(frozen=True)
class Repeat:
    """An earlier complaint, and what it shares with the new one; `joins` when a call may go to it: an open one of the same
    waybill or customer, or a closed one to reopen. Another customer's is shown only."""

    row: Any
    same: str
    joins: bool


@dataclass(frozen=True)
class Repeats:
    """Earlier complaints, nearest first, and which number the new one would be: told where it is at least the second."""

    found: list[Repeat] = field(default_factory=list)
    counted: list[Words] = field(default_factory=list)


def repeats(session: Session, who: Actor, customer_id: int | None, shipment: Shipment | None) -> Repeats:
    """Complaints of the last `complaint.repeat` days that share waybill, customer or partner with a new one. Void ones do not
    count. One select, and one for the partner's name."""
    shared = {
        WAYBILL: (Complaint.shipment_id, shipment.id if shipment else None),
        CUSTOMER: (Complaint.customer_id, customer_id),
        PARTNER: (Shipment.partner_id, shipment.partner_id if shipment else None),
    }
    known = {same: pair for same, pair in shared.items() if pair[1] is not None}
    if not known:
        return Repeats()
    days = figures.figure(session, "complaint.repeat", who.office_id)
    rows = _rows(session, who, days, [column == value for column, value in known.values()])
    groups = {
        same: [row for row in rows if getattr(row, column.key) == value] for same, (column, value) in known.items()
    }
    nearest: dict[int, Repeat] = {}
    for same, listed in groups.items():
        for row in sorted(listed, key=lambda r: (r.closed_at is not None, -r.id)):
            nearest.setdefault(row.id, Repeat(row, same, _joins(row, same, customer_id)))
    partner = groups.get(PARTNER) and shipment and shipment.partner_id
    name = session.scalar(select(Partner.name).where(Partner.id == partner)) if partner else ""
    counted = [
        Words(COUNTED[same], n=len(listed) + 1, days=days, name=name) for same, listed in groups.items() if listed
    ]
    return Repeats(list(nearest.values())[:SHOWN], counted)


def _rows(session: Session, who: Actor, days: int, ways: list[Any]) -> list[Any]:
    columns = (
        Complaint.id, Complaint.ref, Complaint.kind, Complaint.state, Complaint.title, Complaint.gist, Complaint.due_at,
        Complaint.closed_at, Complaint.created_at, Complaint.customer_id, Complaint.shipment_id, Shipment.partner_id,
    )  # fmt: skip
    found = visible(who, select(*columns).outerjoin(Shipment, Shipment.id == Complaint.shipment_id), Complaint).where(
        or_(*ways), Complaint.state.not_in(("void", "merged")), Complaint.created_at >= now() - timedelta(days=days)
    )
    return list(session.execute(found.order_by(Complaint.id.desc()).limit(MOST)))


def _joins(row: Any, same: str, customer_id: int | None) -> bool:
    """A caller joins or reopens what is his own, or what is about his goods."""
    return same != PARTNER and (customer_id is None or row.customer_id in (None, customer_id))

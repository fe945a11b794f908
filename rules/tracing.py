"""Cargo queries: who may be told what, and the search without a number for a person of the shipper (SHP-16, SHP-17, CF-13).

Whoever is not known as a person of a customer is told nothing, and nothing is looked up for him: no answer can depend on
goods that were never searched.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models import Agreement, Contact, Customer, SearchRef, Shipment
from rules import figures, phones
from rules.policy import unseen, visible
from rules.store import Actor
from rules.tracing_words import PICKUP, WINDOW, Known
from rules.words import Refused

KEYS = ("day", "consignee", "destination", "shipper")
SHOWN = 10


def known(session: Session, office_id: int, zone: str) -> Known:
    """What the office promises about air freight."""
    values = figures.figures(session, office_id)
    return Known(int(values[PICKUP]), str(values[WINDOW]), zone)


def audiences(session: Session, shipment: Any, today: date) -> tuple[str, ...]:
    """Who may be told about goods by their number: of air freight under an agreement the shipper alone, of all else both
    sides (CF-13)."""
    if shipment.mode != "air" or shipment.customer_id is None:
        return ("shipper", "consignee")
    held = select(Agreement.id).where(
        Agreement.customer_id == shipment.customer_id, Agreement.starts_on <= today, Agreement.ends_on >= today
    )
    strict = session.scalar(unseen(held.limit(1))) is not None
    return ("shipper",) if strict else ("shipper", "consignee")


# ------------------------------------------------------------------------------------------ who calls


def callers(
    session: Session, who: Actor, phone: str | None, company: str | None, name: str | None
) -> list[tuple[Contact, Customer]]:
    """The people of customers that a caller is known as: by his number, or by name and company; nobody who has left (SHP-17)."""
    digits, company, name = _norm(phone), company or "", name or ""
    by_phone = Customer.id.in_(
        select(SearchRef.object_id).where(
            SearchRef.what == "customer", SearchRef.field == "phone", SearchRef.norm == digits
        )
    )
    named = or_(Customer.name == company, Customer.code == company) & (Contact.name == name)
    found: Any = (
        select(Contact, Customer).join(Customer, Customer.id == Contact.customer_id).where(Contact.left_at.is_(None))
    )
    found = visible(who, found, Contact).where(or_(by_phone, named)).order_by(Contact.id)
    return [
        (c, customer) for c, customer in session.execute(found)
        if (digits and digits in (_norm(c.phone), _norm(c.landline)))
        or (company and name == c.name and company in (customer.name, customer.code))
    ]  # fmt: skip


def _norm(phone: str | None) -> str:
    try:
        return phones.phone(phone).norm if phone else ""
    except Refused:
        return ""


# ------------------------------------------------------------------------------------------ his company's goods


def goods(session: Session, who: Actor, customers: set[int], keys: dict[str, Any]) -> list[Shipment]:
    """The newest goods of these customers that all the given `keys` fit: day, consignee, destination, shipper (SHP-17)."""
    found = (
        select(Shipment).join(Customer, Customer.id == Shipment.customer_id).where(Shipment.customer_id.in_(customers))
    )
    for name in ("consignee", "destination", "shipper"):
        if keys.get(name):
            found = found.where(getattr(Shipment, name).contains(keys[name], autoescape=True))
    if keys.get("day"):
        begins, ends = _span(keys["day"], who.zone)
        times = (Shipment.departs_at, Shipment.arrives_at, Shipment.created_at)
        found = found.where(or_(*((column >= begins) & (column < ends) for column in times)))
    found = visible(who, found, Shipment).options(contains_eager(Shipment.customer), joinedload(Shipment.partner))
    return list(session.scalars(found.order_by(Shipment.id.desc()).limit(SHOWN)))


def _span(day: date, zone: str) -> tuple[datetime, datetime]:
    """A day of the office's calendar, in UTC."""
    begins = datetime.combine(day, time(), ZoneInfo(zone))
    return begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)

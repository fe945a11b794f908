"""Who calls and about what: customer, contact and shipment of a new matter, all within the receiver's office (E-09, D-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models import Contact, Customer, SearchRef, Shipment, User, UserSession
from rules import absences, queries, unnumbered
from rules.policy import visible
from rules.recognise import Pieces
from rules.store import Actor, now
from rules.words import N_, Refused, Words

ON_DUTY = timedelta(minutes=20)
SKEW = timedelta(minutes=1)  # a typed time has no seconds


@dataclass
class Party:
    """What was found out about a caller and his goods."""

    customer: Customer | None = None
    contact: Contact | None = None
    shipment: Shipment | None = None
    choices: tuple[Customer, ...] = ()
    goods: tuple[Shipment, ...] = ()  # several whose number ends as was said
    by_end: bool = False  # the goods were found by their last digits


def recognise(
    session: Session, who: Actor, pieces: Pieces, number: str | None = None, shipment: Shipment | None = None
) -> Party:
    """The shipment by its number (or the one that is known already), the customer by his phone or else by the shipment."""
    numbers = (number, *pieces.numbers) if shipment is None else ()
    party = Party(shipment=next(filter(None, (_shipment(session, who, n) for n in numbers if n)), shipment))
    found = _customers_by_phone(session, who, pieces.phones)
    if not found and party.shipment is not None and party.shipment.customer_id:
        own = queries.customer_by_id(session, who, party.shipment.customer_id)
        found = [own] if own else []
    party.customer = found[0] if len(found) == 1 else None
    party.choices = tuple(found) if len(found) > 1 else ()
    if party.shipment is None:
        _by_end(session, who, party, (number or "", *pieces.ends))
    if party.customer is not None:
        digits = {_digits(p) for p in pieces.phones}
        people = [c for c in party.customer.contacts if c.left_at is None]
        known = (c for c in people if {_digits(c.phone), _digits(c.landline)} & digits)
        party.contact = next(known, people[0] if people else None)
    return party


def _by_end(session: Session, who: Actor, party: Party, ends: tuple[str, ...]) -> None:
    """The goods by the last digits of their number, those of the known customer before others; the customer by his goods."""
    found = next((f for end in ends if (f := queries.shipments_by_end(session, who, end))), [])
    if party.customer is not None:
        found = [s for s in found if s.customer_id == party.customer.id] or found
    if len(found) > 1:
        party.goods = tuple(found)
    elif found:
        party.shipment, party.by_end = found[0], True
        if party.customer is None and not party.choices and found[0].customer_id:
            party.customer = queries.customer_by_id(session, who, found[0].customer_id)


def _shipment(session: Session, who: Actor, number: str) -> Shipment | None:
    return queries.shipment_by_number(session, who, number)


def _customers_by_phone(session: Session, who: Actor, phones: tuple[str, ...]) -> list[Customer]:
    digits = [_digits(p) for p in phones]
    if not digits:
        return []
    refs = select(SearchRef.object_id).where(SearchRef.what == "customer", SearchRef.norm.in_(digits))
    found = visible(who, select(Customer.id).where(Customer.id.in_(refs)), Customer).limit(5)
    return [c for i in session.scalars(found) if (c := queries.customer_by_id(session, who, i))]


def _digits(phone: str | None) -> str:
    return "".join(c for c in (phone or "").split("转")[0] if c.isdigit())


def resolve(session: Session, who: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Replace the ids and the number of a checked form by what they stand for. Raises Refused (422) at the field for
    anything that is not there for this person, a call in the future, goods and customer of two offices; a caller who is no
    customer needs name and phone (E-09)."""
    data = dict(data)
    if data.get("called_at") and data["called_at"] > now() + SKEW:
        raise Refused(Words(N_("The call lies in the future.")), 422, "called_at")
    if data.get("number"):
        data["shipment"] = _shipment(session, who, data["number"]) or _only_end(session, who, data)
        if data["shipment"] is None:
            raise Refused(Words(N_("There is no shipment “%(number)s” here."), number=data["number"]), 422, "number")
    elif data.get("note_id"):
        data["shipment"] = unnumbered.by_id(session, who, data["note_id"])
        if data["shipment"] is None:
            raise Refused(Words(N_("This shipment is not here, or has a number meanwhile.")), 422, "number")
    if data.get("shipment"):
        data["shipment_id"] = data["shipment"].id
    customer = _customer(session, who, data)
    contact = data.get("contact")
    known = contact and customer and queries.contact_of_customer(session, who, contact, customer.id)
    if contact and not known:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "contact")
    data["contact_id"] = contact or (_first_contact(session, who, customer) if customer else None)
    data["customer_id"] = customer.id if customer else None
    if customer is None and not (data.get("caller_name") and data.get("caller_phone")):
        empty = "caller_phone" if data.get("caller_name") else "caller_name"
        raise Refused(Words(N_("A caller who is no customer is logged with name and phone.")), 422, empty)
    data["office_id"] = _office(who, customer, data.get("shipment"))
    if data.get("shipment") and data["shipment"].office_id != data["office_id"]:
        raise Refused(Words(N_("The shipment belongs to another office than the customer.")), 422, "number")
    data["assignee_id"] = _assignee(session, customer)
    return data


def _only_end(session: Session, who: Actor, data: dict[str, Any]) -> Shipment | None:
    """The goods whose number ends in the digits that were typed, if it is one of the customer's or of all. Raises Refused."""
    found = queries.shipments_by_end(session, who, data["number"])
    own = [s for s in found if data.get("customer") and s.customer_id == data["customer"]] or found
    if len(own) > 1:
        raise Refused(
            Words(N_("Several waybills end in %(digits)s; choose one."), digits=data["number"]), 422, "number"
        )
    return own[0] if own else None


def _customer(session: Session, who: Actor, data: dict[str, Any]) -> Customer | None:
    wanted = data.get("customer")
    if wanted:
        found = queries.customer_by_id(session, who, wanted)
        if found is None:
            raise Refused(Words(N_("There is no such customer here.")), 422, "customer")
        return found
    shipment = data.get("shipment")
    named = data.get("caller_name") and data.get("caller_phone")
    if shipment is not None and shipment.customer_id and not named:
        return queries.customer_by_id(session, who, shipment.customer_id)
    return None


def _first_contact(session: Session, who: Actor, customer: Customer) -> int | None:
    people = [c for c in customer.contacts if c.left_at is None]
    return people[0].id if people else None


def _office(who: Actor, customer: Customer | None, shipment: Shipment | None) -> int:
    office = (customer and customer.office_id) or (shipment and shipment.office_id) or who.office_id
    if office is None:
        raise Refused(Words(N_("Say for which office: choose a customer or a shipment.")), 422, "customer")
    return office


def _assignee(session: Session, customer: Customer | None) -> int | None:
    """The customer's own agent if on duty, that is signed in lately, or his cover while he is away; else the receiver
    keeps the work (D-17, ORG-01)."""
    if customer is None or customer.agent_id is None:
        return None
    cover = absences.stand_in(session, customer.agent_id, now())
    if cover != customer.agent_id:
        return cover
    lately = UserSession.seen_at > now() - ON_DUTY
    duty = exists().where(UserSession.user_id == User.id, UserSession.ended_at.is_(None), lately)
    here = or_(User.office_id.is_(None), User.office_id == customer.office_id)
    return session.scalar(select(User.id).where(User.id == customer.agent_id, User.disabled_at.is_(None), here, duty))

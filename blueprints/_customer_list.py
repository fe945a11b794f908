"""The list of customers as its template wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

from blueprints._words import shown_phone
from models import Case, Contact, Customer, db
from rules import queries, search
from rules.customer_forms import GROUPS, STATUSES
from rules.policy import visible
from rules.store import Actor
from rules.words import N_, Words


@dataclass(frozen=True)
class Wanted:
    """What the list of customers is narrowed to."""

    q: str
    grade: str | None
    grouping: str | None
    agent: int | None

    @property
    def said(self) -> list[Any]:
        """The filters in words, for an empty list."""
        named = [self.q, self.grade, Words(GROUPS[self.grouping]) if self.grouping else None]
        return [*(part for part in named if part), *([Words(N_("own agent"))] if self.agent else [])]


def select_list(who: Actor, wanted: Wanted) -> Select[Any]:
    """The customers that the list holds, by name."""
    found = queries.customers(who)
    if wanted.q:
        found = found.where(Customer.id.in_(search.customers_matching(db.session(), who, wanted.q)))
    narrow = {"grade": wanted.grade, "grouping": wanted.grouping, "agent_id": wanted.agent}
    return found.where(*(getattr(Customer, name) == value for name, value in narrow.items() if value is not None))


@dataclass
class Line:
    """One row of the list."""

    href: str
    name: str
    code: str | None
    grade: str
    group: Any
    agent: str | None
    contact: str
    phone: str
    marks: list[tuple[Any, str]]
    open: int


def lines(who: Actor, found: list[Any]) -> list[Line]:
    """Rows of the list with the first contact and the number of open matters; two selects for all of them."""
    ids = [customer.id for customer, _agent in found]
    people: dict[int, Contact] = {}
    contacts = select(Contact).join(Customer, Customer.id == Contact.customer_id).order_by(Contact.id)
    contacts = contacts.where(Contact.customer_id.in_(ids), Contact.left_at.is_(None))
    for contact in db.session.scalars(visible(who, contacts, Customer)):
        people.setdefault(contact.customer_id, contact)
    counted: Any = select(Case.customer_id, func.count()).group_by(Case.customer_id)
    counted = counted.where(Case.customer_id.in_(ids), Case.closed_at.is_(None))
    open_now = {row[0]: row[1] for row in db.session.execute(visible(who, counted, Case))}
    return [_line(c, agent or c.agent_name, people.get(c.id), open_now.get(c.id, 0)) for c, agent in found]


def _line(c: Customer, agent: str | None, person: Contact | None, open_now: int) -> Line:
    return Line(
        url_for("customers.customer", customer_id=c.id), c.name, c.code, c.grade, GROUPS[c.grouping], agent,
        person.name if person else "", shown_phone(person.phone or person.landline) if person else "", marks(c), open_now,
    )  # fmt: skip


def marks(c: Customer) -> list[tuple[Any, str]]:
    """What everybody must see at once: (words, tone)."""
    found = [(N_("Stopped"), "late")] if c.stopped_at else []
    found += [(N_("Document hold"), "hold")] if c.documents_held else []
    found += [(N_("Warning"), "soon")] if c.warning else []
    found += [(N_("VIP"), "")] if c.vip else []
    found += [(N_("State-owned"), "")] if c.state_owned else []
    return found + ([(STATUSES[c.status], "")] if c.status != "active" else [])

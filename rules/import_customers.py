"""Where a customers' file is kept: customer, contact, agreement, and the own agent's account (CUS-12, ORG-01, E-19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Agreement, Contact, Customer, ImportedRow, User
from rules.customer_columns import KIND
from rules.merging import Home, Known, Place, same
from rules.policy import unseen
from rules.records import Finding, Values
from rules.words import N_, Words


@dataclass
class Refs:
    """Accounts by login or name, lower case; a name that two people share is none."""

    users: dict[str, int]


def refs(session: Session, place: Place) -> Refs:
    """The accounts that may be named as 负责客服."""
    users: dict[str, int] = {}
    rows = session.execute(select(User.id, User.name, User.display).where(User.disabled_at.is_(None))).all()
    displays = Counter(row.display.lower() for row in rows)
    for row in rows:
        if displays[row.display.lower()] == 1:
            users[row.display.lower()] = row.id
    return Refs(users | {row.name.lower(): row.id for row in rows})


def doubts(values: Values, known: Refs) -> Iterator[Finding]:
    """An agent without an account (ORG-01: work is assigned to the customer's own agent)."""
    agent = values.get("agent")
    if agent and agent.lower() not in known.users:
        yield (
            "agent",
            Words(
                N_("“%(agent)s” has no account yet; the customer is imported without an own agent"),
                agent=agent,
            ),
        )


def load(session: Session, place: Place, rows: list[Values], last: dict[str, ImportedRow]) -> dict[str, Known]:
    """The customers of the rows, by customer number, each with the contact and the agreement that the file means."""
    codes = [values["code"] for values in rows]
    found = unseen(select(Customer).where(Customer.office_id == place.id, Customer.code.in_(codes)))
    customers = {customer.code: customer for customer in session.scalars(found)}
    ids = [customer.id for customer in customers.values()]
    contacts = _by_customer(
        session.scalars(unseen(select(Contact).where(Contact.customer_id.in_(ids)).order_by(Contact.id)))
    )
    agreements = _by_customer(
        session.scalars(select(Agreement).where(Agreement.customer_id.in_(ids)).order_by(Agreement.id))
    )
    known = {}
    for values in rows:
        key, customer = values["code"], customers.get(values["code"])
        kept = last[key].row if key in last else {}
        known[key] = Known({"": customer}, last.get(key))
        if customer is not None:
            mine = contacts.get(customer.id, [])
            known[key].parts["contact"] = _one(mine, kept.get("#contact"), "name", values.get("contact"))
            mine = agreements.get(customer.id, [])
            known[key].parts["agreement"] = _one(mine, kept.get("#agreement"), "starts_on", values.get("starts_on"))
    return known


def _by_customer(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.customer_id, []).append(row)
    return found


def _one(rows: list[Any], made: int | None, column: str, value: Any) -> Any:
    """The row that an earlier import made, else one that holds the same in `column`."""
    by_id = next((row for row in rows if row.id == made), None)
    return by_id or next((row for row in rows if value is not None and same(getattr(row, column), value)), None)


def create(place: Place, values: Values, at: datetime) -> Customer:
    """A new customer, not yet filled in."""
    return Customer(office_id=place.id, code=values["code"], name=values["name"], created_at=at)


def part(name: str, main: Customer, values: Values) -> Contact | Agreement | None:
    """A new contact or agreement of a customer, None if the row does not hold enough of it."""
    if name == "contact":
        return Contact(customer_id=main.id, name=values.get("contact") or main.name)
    if values.get("starts_on") and values.get("ends_on"):
        return Agreement(customer_id=main.id, starts_on=values["starts_on"], ends_on=values["ends_on"])
    return None


def derive(known: Known, values: Values, refs_: Refs, at: datetime) -> tuple[dict[str, Any], list[Finding]]:
    """The account of the own agent: follows the file's name when that changes, is filled in while there is none."""
    if "agent" not in values:
        return {}, []
    customer, agent = known.main, values["agent"]
    account = refs_.users.get(agent.lower()) if agent else None
    renamed = known.last is not None and not same(known.last.row.get("agent"), agent)
    linked = customer.agent_id if customer is not None else None
    if account != linked and (linked is None or renamed):
        return {"agent_id": account}, []
    return {}, []


HOME = Home(KIND, refs, load, create, ordered=(("starts_on", "ends_on"),), doubts=doubts, part=part, derive=derive)

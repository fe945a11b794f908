"""Selects that pages share. Each says what it loads and goes through `visible()`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Attachment, Case, Contact, Customer, Department, Event, Shipment, User, UserRole
from rules import terms
from rules.policy import visible
from rules.store import Actor
from rules.workflow import KINDS


def case_by_ref(session: Session, who: Actor, ref: str, fresh: bool = False) -> Any | None:
    """One case by its ref, whole: its kind's columns, customer, contact, shipment, owner, assignee, office; None when
    there is none that this person may see. `fresh` reads over what the session holds."""
    flow = next((f for f in KINDS.values() if ref.startswith(f.prefix + "-")), None)
    if flow is None or not ref[len(flow.prefix) + 1 :].isascii():
        return None
    model: Any = flow.model
    loads = [
        joinedload(model.customer), joinedload(model.contact), joinedload(model.owner), joinedload(model.assignee),
        joinedload(model.office), joinedload(model.shipment).joinedload(Shipment.customer),
    ]  # fmt: skip
    loads += [
        joinedload(getattr(model, name)) for name in flow.loads
    ]  # a few rows each: dearer as selects of their own
    found = visible(who, select(model).where(model.ref == ref), model).options(*loads)
    return session.scalars(found.execution_options(populate_existing=fresh)).unique().first()


def customer_by_id(session: Session, who: Actor, customer_id: int) -> Customer | None:
    """One customer with contacts and agent."""
    found = visible(who, select(Customer).where(Customer.id == customer_id), Customer)
    return session.scalars(found.options(selectinload(Customer.contacts), joinedload(Customer.agent))).first()


def shipment_by_id(session: Session, who: Actor, shipment_id: int) -> Shipment | None:
    """One shipment with customer and partner."""
    found = visible(who, select(Shipment).where(Shipment.id == shipment_id), Shipment)
    return session.scalars(found.options(joinedload(Shipment.customer), joinedload(Shipment.partner))).first()


def shipment_by_number(session: Session, who: Actor, number: str) -> Shipment | None:
    """The newest shipment under a waybill, master or container number, however it is written."""
    found = visible(who, select(Shipment).where(terms.carries(number)), Shipment).order_by(Shipment.id.desc())
    return session.scalars(found.options(joinedload(Shipment.customer)).limit(1)).first()


def shipments_by_end(session: Session, who: Actor, digits: str) -> list[Shipment]:
    """Shipments whose waybill, master or container number ends in these four to six digits, newest first, at most six."""
    if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 6):
        return []
    found = visible(who, select(Shipment).where(terms.ends(digits)), Shipment).order_by(Shipment.id.desc())
    return list(session.scalars(found.options(joinedload(Shipment.customer)).limit(6)))


def open_matters(
    session: Session, who: Actor, *, customer_id: int | None = None, shipment_id: int | None = None
) -> list[Any]:
    """Open cases of a customer or shipment, first due first: (id, ref, kind, state, title, gist, due_at, owner)."""
    columns = (
        Case.id,
        Case.ref,
        Case.kind,
        Case.state,
        Case.title,
        Case.gist,
        Case.due_at,
        User.display.label("owner"),
    )
    found = visible(who, select(*columns).join(User, User.id == Case.owner_id), Case).where(Case.closed_at.is_(None))
    if customer_id is not None:
        found = found.where(Case.customer_id == customer_id)
    if shipment_id is not None:
        found = found.where(Case.shipment_id == shipment_id)
    return list(session.execute(found.order_by(Case.due_at.is_(None), Case.due_at, Case.id).limit(50)))


def closed_matters(session: Session, who: Actor, customer_id: int) -> list[Any]:
    """The last closed cases of a customer."""
    columns = (Case.ref, Case.kind, Case.title, Case.gist, Case.closed_at)
    found = visible(who, select(*columns), Case).where(Case.customer_id == customer_id, Case.closed_at.is_not(None))
    return list(session.execute(found.order_by(Case.id.desc()).limit(20)))


def colleagues(session: Session, who: Actor, office_id: int) -> list[tuple[str, str]]:
    """People of an office who write, as (id, name) choices; the asking person left out."""
    writes = exists().where(UserRole.user_id == User.id, UserRole.role.in_(("agent", "supervisor", "finance")))
    found = select(User.id, User.display, User.name).where(
        writes,
        User.disabled_at.is_(None),
        User.id != who.user_id,
        or_(User.office_id == office_id, User.office_id.is_(None)),
    )
    return [(str(i), f"{display} {name}") for i, display, name in session.execute(found.order_by(User.display))]


def departments(session: Session) -> list[tuple[str, str]]:
    """Other desks as choices."""
    found = select(Department.id, Department.name).where(Department.active).order_by(Department.name)
    return [(str(i), name) for i, name in session.execute(found)]


def attachment(session: Session, who: Actor, attachment_id: int) -> Attachment | None:
    """One attachment of a case that this person may see."""
    return session.scalars(visible(who, select(Attachment).where(Attachment.id == attachment_id), Attachment)).first()


def customers(who: Actor) -> Select[Any]:
    """Customers with their agent's name, newest first by name."""
    return visible(
        who,
        select(Customer, User.display.label("agent_display")).outerjoin(User, User.id == Customer.agent_id),
        Customer,
    ).order_by(Customer.name, Customer.id)


def contact_of_customer(session: Session, who: Actor, contact_id: int, customer_id: int) -> Contact | None:
    """A contact, if he belongs to that customer."""
    found = select(Contact).join(Customer, Customer.id == Contact.customer_id)
    found = visible(who, found, Customer).where(Contact.id == contact_id, Contact.customer_id == customer_id)
    return session.scalars(found).first()


def history(who: Actor, **filters: Any) -> Select[Any]:
    """Events, newest first; a supervisor reads his own office's."""
    found = select(Event).order_by(Event.seq.desc())
    if who.office_id is not None and "auditor" not in who.roles:
        found = found.where(Event.office_id == who.office_id)
    for name in ("actor_id", "case_id", "shipment_id", "customer_id", "object_type", "office_id"):
        if filters.get(name) is not None:
            found = found.where(getattr(Event, name) == filters[name])
    if filters.get("action"):
        found = found.where(Event.action == filters["action"])
    if filters.get("since") is not None:
        found = found.where(Event.at >= filters["since"])
    if filters.get("until") is not None:
        found = found.where(Event.at < filters["until"])
    if filters.get("before") is not None:
        found = found.where(Event.seq < filters["before"])
    return found


def total(session: Session, statement: Select[Any], cap: int = 1000) -> int:
    """How many rows a select gives, capped."""
    inner = statement.order_by(None).limit(cap).subquery()
    counted = select(func.count()).select_from(inner)
    return session.scalar(counted.execution_options(**statement.get_execution_options())) or 0

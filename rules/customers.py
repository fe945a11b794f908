"""Customers and contacts made and edited by hand (CUS-01 to CUS-07, CUS-12, E-09), and the finance stop (停办)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from models import Agreement, Contact, Customer, Message, Turn
from rules import fields, holds, search, speaking
from rules.byhand import check_version, office_of, reason_given, write_values
from rules.customer_forms import GRADES, REACHED_BY, UNREACHED, days_wrong
from rules.policy import can, require, unseen
from rules.store import Tx
from rules.words import N_, Refused, Words

FLAGS = ("vip", "state_owned", "warning", "margin_from", "margin_to")  # a supervisor's (CUS-07, CUS-14, INQ-16)


# ------------------------------------------------------------------------------------------ customers


def make(tx: Tx, values: dict[str, Any]) -> Customer:
    """A new customer from checked values (`CustomerForm`). Raises Refused (422) for a name or number already taken."""
    values = _allowed(tx, dict(values))
    agreement = (values.pop("starts_on", None), values.pop("ends_on", None))
    customer = Customer(office_id=office_of(tx, values.pop("office_id", None)), created_at=tx.at, **values)
    _check_unique(tx, customer, values)
    tx.add(customer)
    _agree(tx, customer, *agreement)
    search.index(tx.session, customer)
    return customer


def edit(tx: Tx, customer: Customer, values: dict[str, Any], version: int | None = None) -> None:
    """Take over `values`; class and office stay. Raises Refused: 409 changed meanwhile, 422 name or number taken."""
    check_version(customer, version)
    values = _allowed(tx, {k: v for k, v in values.items() if k not in ("grade", "office_id")})
    agreement = (values.pop("starts_on", None), values.pop("ends_on", None))
    _check_unique(tx, customer, values)
    write_values(customer, values)
    _agree(tx, customer, *agreement)
    search.index(tx.session, customer)


def set_class(tx: Tx, customer: Customer, grade: str, reason: str | None, version: int | None = None) -> None:
    """Put a customer into another class; the history keeps the reason (CUS-04). Raises Refused 403, 409, 422."""
    require(tx.actor, "customer.class")
    check_version(customer, version)
    tx.reason = reason_given(reason, N_("Say why the class changes; the history keeps it."))
    if grade not in GRADES:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "grade")
    if grade == customer.grade:
        raise Refused(Words(N_("The customer is in class %(grade)s already."), grade=grade), 409, "grade")
    customer.grade = grade


def stop(tx: Tx, customer: Customer, reason: str | None) -> None:
    """Finance stops a customer: no release from now on (FIN-19, D-02). Raises Refused 403, 409, 422."""
    require(tx.actor, "customer.stop")
    tx.reason = reason_given(reason, N_("Say why the customer is stopped; the desk tells him."))
    if customer.stopped_at is not None:
        raise Refused(Words(N_("This customer has been stopped already.")), 409)
    customer.stopped_at, customer.stopped_by_id, customer.stopped_reason = tx.at, tx.actor.user_id, tx.reason


def lift_stop(tx: Tx, customer: Customer, reason: str | None) -> None:
    """Finance lifts the stop. Raises Refused 403, 409, 422."""
    require(tx.actor, "customer.stop")
    tx.reason = reason_given(reason, N_("Say why the stop is lifted."))
    if customer.stopped_at is None:
        raise Refused(Words(N_("This customer is not stopped.")), 409)
    holds.need_another(tx, customer)
    customer.stopped_at = customer.stopped_by_id = customer.stopped_reason = None


def _allowed(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    """Without the flags that this person may not set; account numbers as such."""
    if not can(tx.actor, "customer.flags") and "system" not in tx.actor.roles:
        values = {k: v for k, v in values.items() if k not in FLAGS}
    for name in ("agent_id", "office_id"):
        if name in values:
            values[name] = int(values[name]) if values[name] else None
    return values


def _check_unique(tx: Tx, customer: Customer, values: dict[str, Any]) -> None:
    with tx.session.no_autoflush:
        for name, why in (("code", _TAKEN_CODE), ("name", _TAKEN_NAME)):
            if not values.get(name):
                continue
            same = select(Customer.id).where(
                Customer.office_id == customer.office_id, getattr(Customer, name) == values[name]
            )
            if customer.id is not None:
                same = same.where(Customer.id != customer.id)
            if tx.session.scalar(unseen(same.limit(1))):
                raise Refused(Words(why, value=values[name]), 422, name)


_TAKEN_CODE = N_("The number “%(value)s” belongs to another customer.")
_TAKEN_NAME = N_("There is a customer “%(value)s” already; open that one.")


# ------------------------------------------------------------------------------------------ agreements


def _agree(tx: Tx, customer: Customer, start: date | None, end: date | None) -> None:
    """Correct the days of the present agreement, or add the next one when it begins after the present one ends (D-16)."""
    if why := days_wrong(start, end):
        raise Refused(why, 422, "ends_on")
    if start is None or end is None:
        return
    theirs = select(Agreement).where(Agreement.customer_id == customer.id)
    present = tx.session.scalar(theirs.order_by(Agreement.ends_on.desc(), Agreement.id.desc()).limit(1))
    if present is None or start > present.ends_on:
        tx.add(Agreement(customer_id=customer.id, starts_on=start, ends_on=end, settlement=customer.settlement,
                         term_days=customer.term_days))  # fmt: skip
    else:
        write_values(present, {"starts_on": start, "ends_on": end})


# ------------------------------------------------------------------------------------------ contacts and contact log


def add_contact(tx: Tx, customer: Customer, values: dict[str, Any]) -> Contact:
    """A new contact of a customer. Raises Refused (422) when there is no way to reach him."""
    if not any(values.get(name) for name in REACHED_BY):
        raise Refused(Words(UNREACHED), 422, "phone")
    contact: Contact = tx.add(Contact(customer_id=customer.id, **values))
    search.index(tx.session, customer)
    return contact


def edit_contact(
    tx: Tx, customer: Customer, contact: Contact, values: dict[str, Any], version: int | None = None
) -> None:
    """Take over `values`. Raises Refused (409) when the contact was changed meanwhile."""
    check_version(contact, version)
    write_values(contact, values)
    search.index(tx.session, customer)


def contact_left(tx: Tx, contact: Contact, here_again: bool = False) -> None:
    """Note that a contact has left the customer (or is there again): he gives no orders any more, his past stays."""
    contact.left_at = None if here_again else tx.at


def log_contact(tx: Tx, customer: Customer, values: dict[str, Any]) -> Message:
    """Record a contact that belongs to no matter: channel, person, what was said and answered (SYS-08, CUS-05)."""
    if not values.get("said") and not values.get("text"):
        raise Refused(Words(N_("Write what the customer said or what you told him.")), 422, "said")
    whom = {"customer_id": customer.id, "office_id": customer.office_id, "audience": "shipper", "channel": values["channel"],
            "party": values.get("party"), "said": values.get("said")}  # fmt: skip
    if not values.get("text"):
        return speaking.heard(tx, **whom)
    return speaking.said(tx, text=values["text"], **whom, **speaking.further(values))


def promote(tx: Tx, case: Any, name: str | None = None) -> Customer:
    """Make the caller of a case, who is no customer yet, a prospect with himself as contact, and link both (E-09).

    `name` is the company's name where it is known. Raises Refused (409) when the case has a customer already.
    """
    if case.customer_id is not None:
        raise Refused(Words(N_("This matter has a customer already.")), 409)
    values = {
        "name": fields.clean(name) or case.caller_name,
        "status": "prospect",
        "grade": "D",
        "agent_id": case.owner_id,
    }
    customer = Customer(office_id=case.office_id, created_at=tx.at, **values)
    _check_unique(tx, customer, values)
    tx.add(customer)
    contact = add_contact(tx, customer, {"name": case.caller_name, "phone": case.caller_phone})
    case.customer_id, case.contact_id = customer.id, contact.id
    for model in (Turn, Message):
        for row in tx.session.scalars(unseen(select(model).where(model.case_id == case.id))):
            row.customer_id = customer.id
    search.index(tx.session, case)
    return customer

"""Customers and contacts made and edited by hand (CUS-01 to CUS-07, CUS-12, E-09), and the finance stop (停办)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select, update
from wtforms import Form

from models import Agreement, Contact, Customer, Message, Turn
from rules import fields, search
from rules.byhand import Day, check_version, office_of, reason_given, write_values
from rules.customer_columns import SETTLEMENT_NAMES
from rules.policy import can, require, unseen
from rules.store import Tx
from rules.words import N_, Refused, Words

GROUPS = {"direct": N_("Direct"), "coloader": N_("Co-loader")}
GRADES = {
    "A": N_("A: VIP or ships every month"), "B": N_("B: close contact, ships irregularly"),
    "C": N_("C: asks now and then, rarely ships"), "D": N_("D: contact data only"),
}  # fmt: skip
SOURCES = {
    "management": N_("Management's customer"), "departed_sales": N_("Departed salesperson's customer"),
    "dormant": N_("Dormant customer"), "own": N_("Own solicitation"), "vip": N_("VIP"),
}  # fmt: skip
STATUSES = {"prospect": N_("Prospect"), "active": N_("Active"), "dormant": N_("Dormant")}
FLAGS = ("vip", "state_owned", "warning")  # a supervisor's (CUS-07, CUS-14)
REACHED_BY = ("phone", "landline", "wechat", "qq", "mail")


class CustomerForm(Form):
    """A customer; class and stop have forms of their own, because they ask for a reason."""

    name = fields.text(N_("Customer name"), fields.Filled(N_("Write the customer's name.")))
    code = fields.text(N_("Customer number"), longest=40)
    office_id = fields.pick(N_("Office"), ())
    grouping = fields.pick(N_("Group"), tuple(GROUPS.items()), fields.Filled(), default="direct")
    grade = fields.pick(N_("Class"), tuple(GRADES.items()), fields.Filled(), default="C")
    source = fields.pick(N_("Source"), tuple(SOURCES.items()), fields.Filled(), default="own")
    status = fields.pick(N_("Standing"), tuple(STATUSES.items()), fields.Filled(), default="active")
    agent_id = fields.pick(N_("Own agent"), ())
    salesperson = fields.text(N_("Salesperson"))
    settlement = fields.pick(N_("Settlement"), (("", N_("not agreed")), *SETTLEMENT_NAMES.items()))
    term_days = fields.Number(N_("Term (days)"), most=365)
    starts_on = Day(N_("Agreement from"), render_kw={"type": "date"})
    ends_on = Day(N_("Agreement to"), render_kw={"type": "date"})
    note_mailbox = fields.text(N_("Note mailbox"))
    lanes = fields.text(N_("Lanes"), longest=300)
    monthly_volume = fields.text(N_("Monthly volume"))
    industry = fields.text(N_("Industry"))
    interests = fields.text(N_("Interests"), longest=300)
    payment_standing = fields.text(N_("Payment standing"), longest=300)
    quality_record = fields.text(N_("Quality record"), longest=300)
    special_demands = fields.text(N_("Special demands"), longest=300)
    overseas = fields.Tick(N_("Overseas agency"))
    vip = fields.Tick(N_("VIP"))
    state_owned = fields.Tick(N_("State-owned"))
    warning = fields.text(N_("Warning, shown in every matter"), longest=300)
    remark = fields.area(N_("Remark"))

    def validate_ends_on(self, field: Any) -> None:
        """An agreement has both days, in order."""
        if why := next(_days_wrong(self.starts_on.data, field.data), None):
            raise fields.fail(why.msgid, **why.params)


class ContactForm(Form):
    """A person at the customer."""

    name = fields.text(N_("Contact"), fields.Filled(N_("Write the person's name.")))
    salutation = fields.text(N_("Salutation"))
    post = fields.text(N_("Post"))
    phone = fields.Telephone(N_("Mobile phone"))
    landline = fields.Telephone(N_("Landline"))
    fax = fields.Telephone(N_("Fax"))
    wechat = fields.text(N_("WeChat"))
    qq = fields.text(N_("QQ"))
    mail = fields.text(N_("E-mail"))
    authority = fields.Tick(N_("May give the shipper's orders"), default=True)
    remark = fields.text(N_("Remark"), longest=300)

    def validate_phone(self, field: Any) -> None:
        """A contact can be reached in at least one way."""
        if not any(self[name].data for name in REACHED_BY):
            raise fields.fail(UNREACHED)


UNREACHED = N_("Give a phone, WeChat, QQ or mail, so that the person can be reached.")


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
            same = select(Customer.id).where(Customer.office_id == customer.office_id, getattr(Customer, name) == values[name])
            if customer.id is not None:
                same = same.where(Customer.id != customer.id)
            if tx.session.scalar(unseen(same.limit(1))):
                raise Refused(Words(why, value=values[name]), 422, name)


_TAKEN_CODE = N_("The number “%(value)s” belongs to another customer.")
_TAKEN_NAME = N_("There is a customer “%(value)s” already; open that one.")


# ------------------------------------------------------------------------------------------ agreements


def _days_wrong(start: date | None, end: date | None) -> Iterator[Words]:
    if (start is None) != (end is None):
        yield Words(N_("An agreement has both a first and a last day."))
    elif start and end and end < start:
        yield Words(N_("The agreement ends on %(end)s, before its start on %(start)s"), end=end.isoformat(), start=start.isoformat())


def _agree(tx: Tx, customer: Customer, start: date | None, end: date | None) -> None:
    """Correct the days of the present agreement, or add the next one when it begins after the present one ends (D-16)."""
    if why := next(_days_wrong(start, end), None):
        raise Refused(why, 422, "ends_on")
    if start is None or end is None:
        return
    present = tx.session.scalar(
        select(Agreement).where(Agreement.customer_id == customer.id).order_by(Agreement.ends_on.desc(), Agreement.id.desc()).limit(1)
    )
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


def edit_contact(tx: Tx, customer: Customer, contact: Contact, values: dict[str, Any], version: int | None = None) -> None:
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
    message: Message = tx.add(Message(
        customer_id=customer.id, office_id=customer.office_id, direction="out" if values.get("text") else "in",
        audience="shipper", channel=values["channel"], party=values.get("party"), said=values.get("said"), text=values.get("text"),
        at=tx.at, by_id=tx.actor.user_id,
    ))  # fmt: skip
    return message


def promote(tx: Tx, case: Any, name: str | None = None) -> Customer:
    """Make the caller of a case, who is no customer yet, a prospect with himself as contact, and link both (E-09).

    `name` is the company's name where it is known. Raises Refused (409) when the case has a customer already.
    """
    if case.customer_id is not None:
        raise Refused(Words(N_("This matter has a customer already.")), 409)
    values = {"name": fields.clean(name) or case.caller_name, "status": "prospect", "grade": "D", "agent_id": case.owner_id}
    customer = Customer(office_id=case.office_id, created_at=tx.at, **values)
    _check_unique(tx, customer, values)
    tx.add(customer)
    contact = add_contact(tx, customer, {"name": case.caller_name, "phone": case.caller_phone})
    case.customer_id, case.contact_id = customer.id, contact.id
    tx.session.execute(update(Turn).where(Turn.case_id == case.id).values(customer_id=customer.id))
    for message in tx.session.scalars(unseen(select(Message).where(Message.case_id == case.id))):
        message.customer_id = customer.id
    search.index(tx.session, case)
    return customer

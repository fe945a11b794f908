"""A customer's page and list as their templates want them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy import select
from wtforms import Form

from blueprints import _byhand, _case_facts, _finance_view, _history_view, _holds_view, _promises_view, _rows
from blueprints._customer_list import marks
from blueprints._outbox_view import standing
from blueprints._shared import asked_id
from blueprints._words import listed, local, masks, shown_phone, shown_text, words
from models import Agreement, Case, Contact, Customer, Event, Hold, Message, Payment, Shipment, User, db
from rules import (
    asking,
    fields,
    finance_forms,
    follow_ups,
    holding,
    holds,
    open_promises,
    outbox,
    payments,
    queries,
    stages,
    telling,
)
from rules.customer_columns import SETTLEMENT_NAMES
from rules.customer_forms import GRADES, GROUPS, SOURCES
from rules.policy import can, unseen, visible
from rules.store import Actor, now
from rules.telling import day
from rules.words import N_, Words
from rules.workflow import KINDS
from workflows.common import CHANNELS, Reminder

AGREEMENT_SOON = 60  # days before the end from which the page says so


class ClassForm(Form):
    """Another class, and why."""

    grade = fields.pick(N_("Class"), tuple(GRADES.items()), fields.Filled())
    reason = fields.text(N_("Reason"), longest=300)


class StopForm(Form):
    """Why finance stops a customer, or lets him go again."""

    reason = fields.text(N_("Reason"), longest=300)


class LogForm(Form):
    """A contact that belongs to no matter."""

    channel = fields.pick(N_("Channel"), CHANNELS, fields.Filled(N_("Say by which channel.")), default="phone")
    party = fields.text(N_("With whom"), longest=120)
    said = fields.area(N_("They said"))
    text = fields.area(N_("I answered"))


# ------------------------------------------------------------------------------------------ the page


def page_values(who: Actor, c: Customer, **forms: Any) -> dict[str, Any]:
    """Everything customers/customer.html wants; `forms` are forms that were refused (grade, stop, log, paid, documents)."""
    here = url_for("customers.customer", customer_id=c.id)
    writes = can(who, "customer.write")
    held_now = holds.opened(db.session(), customer_id=c.id)
    return {
        "c": c, "group": GROUPS[c.grouping], "marks": marks(c), "notes": list(notes(c, held_now)), "slips": _byhand.open_slips(
            who, here, Case.customer_id == c.id),
        "entries": contact_log(who, c), "closed": closed(who, c), "shipments": recent(who, c), "held": held(who, c),
        "facts": facts(c), "contacts": [person(c, contact, writes, can(who, "link.write")) for contact in c.contacts],
        "happened": happened(c),
        "promised": [_promises_view.line(p, with_case=True) for p in open_promises.of_customer(db.session(), who, c.id)],
        "may": {name: can(who, f"customer.{name}") for name in ("write", "class", "stop")},
        "log_url": url_for("register.register", customer=c.id) if can(who, "case.register") else None,
        "history_url": url_for("history.listing", of=f"customers-{c.id}") if can(who, "history.read") else None,
        "class_form": forms.get("grade") or ClassForm(obj=c), "stop_form": forms.get("stop") or StopForm(),
        "money": [paid(p) for p in payments.of_customer(db.session(), who, c.id)], "states": can(who, "payment.state"),
        "paid_form": forms.get("paid") or finance_forms.PaymentForm(data={"paid_on": _today()}),
        "documents_form": forms.get("documents") or finance_forms.DocumentsForm(), "law": holding.LAW,
        "log_form": forms.get("log") or LogForm(), "remind_form": forms.get("remind") or Reminder(), "failed": bool(forms),
        "opened": next(iter(forms), "log" if request.args.get("log") else None),
    }  # fmt: skip


def notes(c: Customer, held_now: list[Hold]) -> Any:
    """The banners of a customer, worst first: (tone, strong, text)."""
    by = {hold.what: hold for hold in held_now}
    if c.stopped_at:
        yield (
            "late",
            Words(N_("Stopped: %(reason)s"), reason=shown_text(c.stopped_reason) or "–"),
            _by(by.get(holds.STOP)),
        )
    if c.documents_held:
        said = Words(N_("Document hold: %(reason)s"), reason=shown_text(c.documents_held))
        yield "hold", said, _by(by.get(holds.DOCUMENTS))
    for hold in held_now:
        if hold.status == holds.PROPOSED:
            line = _holds_view.line(hold)
            yield (
                "soon",
                Words(N_("Document hold proposed: %(reason)s"), reason=line.reason),
                line.more[0] if line.more else line.by,
            )
    if c.warning:
        yield "soon", Words(N_("Warning: %(reason)s"), reason=shown_text(c.warning)), None
    if (asked := follow_ups.unbooked(db.session(), c.id)) > 1:
        said = Words(N_("Inquiries since the last booking: %(n)s"), n=asked)
        yield "", said, Words(N_("A visit may bring the order; do not drop him."))
    agreed = agreement(c)
    if agreed and agreed.ends_on < _today():
        yield "soon", Words(N_("The agreement ended on %(day)s."), day=day(agreed.ends_on, _today())), Words(
            N_("It holds nothing by itself; ask finance before new work on account."))  # fmt: skip


def _by(hold: Hold | None) -> Any:
    return _holds_view.placed(hold) if hold is not None else None


def paid(p: Payment) -> tuple[Any, ...]:
    """A payment in the customer's list: amount, what for, status, tone, by whom, reason, slip."""
    tone = {payments.WAITING: "hold", payments.CONFIRMED: "done"}.get(p.status, "late")
    by = Words(N_("stated by %(name)s, %(hour)s"), name=f"{p.stated_by.display} {p.stated_by.name}", hour=p.stated_at)
    got = telling.money(p.confirmed_minor or 0, p.currency) if p.status == payments.PARTLY else None
    return (telling.money(p.amount_minor, p.currency), shown_text(p.purpose), payments.STATUSES[p.status], tone, by,
            got, shown_text(p.reason), _finance_view.slip(p))  # fmt: skip


def _today() -> date:
    moment = local(now())
    assert moment is not None
    return moment.date()


def agreement(c: Customer) -> Agreement | None:
    """The agreement that ends last."""
    theirs = (
        select(Agreement).where(Agreement.customer_id == c.id).order_by(Agreement.ends_on.desc(), Agreement.id.desc())
    )
    return db.session.scalars(theirs.limit(1)).first()


def facts(c: Customer) -> list[Any]:
    """What is known of a customer, for `ui.facts`; what nobody has filled in is left out, the first lines stay."""
    agent = f"{c.agent.display} {c.agent.name}" if c.agent else c.agent_name
    term: Any = SETTLEMENT_NAMES.get(c.settlement or "")
    if term and c.term_days:
        term = Words(N_("%(how)s, %(n)s days"), how=Words(term), n=c.term_days)
    first = [
        (N_("Customer number"), c.code, "no"), (N_("Class"), GRADES[c.grade]), (N_("Group"), GROUPS[c.grouping]),
        (N_("Own agent"), agent), (N_("Settlement"), term), *_agreed(agreement(c)),
    ]  # fmt: skip
    more = [
        (N_("Salesperson"), c.salesperson), (N_("Source"), SOURCES[c.source]), (N_("Note mailbox"), c.note_mailbox),
        (N_("Lanes"), c.lanes), (N_("Monthly volume"), c.monthly_volume), (N_("Industry"), c.industry),
        (N_("Interests"), c.interests), (N_("Payment standing"), c.payment_standing), (N_("Quality record"), c.quality_record),
        (N_("Special demands"), c.special_demands), (N_("Remark"), shown_text(c.remark)),
    ]  # fmt: skip
    return first + [pair for pair in more if pair[1]]


def _agreed(found: Agreement | None) -> list[Any]:
    if found is None:
        return [(N_("Agreement"), None)]
    span = f"{found.starts_on.isoformat()} – {found.ends_on.isoformat()}"
    left = (found.ends_on - _today()).days
    if left < 0:
        return [(N_("Agreement"), span), (N_("Agreement ends"), Words(N_("ended %(n)s days ago"), n=-left), "soon")]
    soon = [(N_("Agreement ends"), Words(N_("in %(n)s days"), n=left), "soon")] if left <= AGREEMENT_SOON else []
    return [(N_("Agreement"), span), *soon]


@dataclass
class Person:
    """A contact on the page."""

    name: str
    about: str
    numbers: list[tuple[str, str | None]]
    other: list[Any]
    orders: bool
    left: Any
    remark: str
    edit_url: str | None
    left_url: str
    again: bool
    link_url: str | None


def person(c: Customer, contact: Contact, writes: bool, links: bool) -> Person:
    """One contact with what he is reached by; an auditor sees masked numbers and no link to call."""
    typed = [value for value in (contact.phone, contact.landline) if value]
    numbers = [(shown_phone(value), None if masks() else f"tel:{value.replace(' ', '')}") for value in typed]
    fax = shown_phone(contact.fax)
    named = ((N_("WeChat %(name)s"), contact.wechat), (N_("QQ %(name)s"), contact.qq), (N_("Fax %(name)s"), fax))
    other = [Words(msgid, name=shown_text(value)) for msgid, value in named if value]
    ids: dict[str, Any] = {"customer_id": c.id, "contact_id": contact.id}
    return Person(
        contact.name, listed(part for part in (contact.salutation, contact.post) if part), numbers,
        other + ([contact.mail] if contact.mail else []), contact.authority,
        Words(N_("left %(hour)s"), hour=contact.left_at) if contact.left_at else None, shown_text(contact.remark),
        url_for("contacts.contact", **ids) if writes else None, url_for("contacts.left", **ids), bool(contact.left_at),
        url_for("links.of_contact", **ids) if links and asking.may_ask(contact) else None,
    )  # fmt: skip


def contact_log(who: Actor, c: Customer) -> list[dict[str, Any]]:
    """The last contacts with a customer, on matters and without, newest first, for `ui.timeline`; `?upto=` goes back to a
    message that was found."""
    named = dict(CHANNELS) | dict(_rows.CHANNEL_NAMES)
    columns: Any = select(Message, User.display, User.name, Case.ref)
    found = visible(
        who, columns.outerjoin(User, User.id == Message.by_id).outerjoin(Case, Case.id == Message.case_id), Message
    )
    found = found.where(Message.customer_id == c.id, Message.direction != "note").order_by(
        Message.at.desc(), Message.id.desc()
    )
    if upto := asked_id("upto"):
        found = found.where(Message.id <= upto)
    rows = db.session.execute(found.limit(20)).all()
    mail = outbox.of_messages(db.session(), (row[0] for row in rows))
    return [
        {"id": f"m-{m.id}", "mail": standing(m, mail.get(m.id)), "tone": "done" if m.direction == "out" else "",
         "title": named.get(m.channel or "", N_("Contact")),
         "who": f"{display or ''} {name or ''}".strip(), "at": m.at.isoformat(timespec="seconds"), "when": words(m.at),
         "via": " ".join(part for part in (m.party, *_case_facts.reached(m), ref) if part) or None,
         "said": shown_text(m.said), "text": shown_text(m.text)}
        for m, display, name, ref in rows
    ]  # fmt: skip


def closed(who: Actor, c: Customer) -> list[Any]:
    """The last closed matters: (stamp, ref, address, title, when)."""
    return [
        (KINDS[r.kind].stamp(r), r.ref, url_for("cases.case", ref=r.ref), KINDS[r.kind].headline(r), r.closed_at)
        for r in queries.closed_matters(db.session(), who, c.id)
    ]


def recent(who: Actor, c: Customer, limit: int = 10) -> list[Any]:
    """The newest shipments: (number, address, lane, stage, cut-off, hold)."""
    found = visible(who, select(Shipment), Shipment).where(Shipment.customer_id == c.id).order_by(Shipment.id.desc())
    return [_shipment(s) for s in db.session.scalars(found.limit(limit))]


def held(who: Actor, c: Customer) -> list[Any]:
    """Goods on the shipper's hold (货物在物控), whoever else stops the customer (D-02)."""
    found = visible(who, select(Shipment), Shipment).where(
        Shipment.customer_id == c.id, Shipment.hold_shipper.is_not(None)
    )
    return [_shipment(s) for s in db.session.scalars(found.order_by(Shipment.id.desc()).limit(20))]


def _shipment(s: Shipment) -> tuple[Any, ...]:
    called = s.number or s.booking or s.master or N_("Without number")
    lane = f"{s.origin or '?'} → {s.destination or '?'}"
    href = url_for("shipments.shipment", shipment_id=s.id)
    return called, href, lane, stages.name(s.stage), s.departs_at, shown_text(s.hold_shipper)


def happened(c: Customer) -> list[dict[str, Any]]:
    """The last changes of the customer itself, for `ui.timeline`."""
    found = (
        select(Event)
        .where(Event.object_type == "customers", Event.object_id == c.id)
        .order_by(Event.seq.desc())
        .limit(8)
    )
    return [_history_view.entry(event) for event in db.session.scalars(unseen(found))]

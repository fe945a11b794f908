"""A known contact of the shipper asks by link for one of the four changes without cost on his own goods (CHG-03, SYS-06).

The answer opens a request and never carries anything out: the desk reads it back first, or turns it down.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload
from wtforms import Form

from models import Contact, Customer, CustomerLink, Shipment, User, UserRole
from rules import absences, catalogue, cities, fields, identifiers, links, phones, speaking, terms
from rules.catalogue import BY_CODE
from rules.links import LEFT, OPEN
from rules.policy import AGENT, SUPERVISOR, unseen
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words
from rules.workflow import open_case, settle

KINDS = tuple(kind.code for kind in catalogue.KINDS if kind.online)
SETS = {"K07": ("consignee", 120), "K08": ("consignee_phone", 40), "K09": ("address", 300)}


class AskForm(Form):
    """What the contact writes: which goods, with what the waybill shows now, what shall change, and who he is."""

    number = fields.text(N_("Waybill number"), fields.Filled(N_("Write the waybill number.")), longest=40)
    destination = fields.text(N_("Destination on the waybill"), fields.Filled(N_("Write the destination.")), longest=60)
    consignee = fields.text(N_("Consignee on the waybill now"), fields.Filled(N_("Write the present consignee.")))
    code = fields.pick(
        N_("What shall change"),
        [(code, BY_CODE[code].name) for code in KINDS],
        fields.Filled(N_("Say what shall change.")),
    )
    value = fields.text(N_("New name, phone or address (not for a release)"), longest=300)
    name = fields.text(N_("Your name"), fields.Filled(N_("Write your name.")), longest=60)


def offer(tx: Tx, key: str, customer: Customer, contact: Contact, language: str) -> tuple[CustomerLink, str]:
    """A link by which a contact may ask once. Raises Refused (409) for a contact who may not give orders or has left."""
    if not may_ask(contact):
        raise Refused(
            Words(N_("Only a contact who may give the shipper's orders and has not left gets this link.")), 409
        )
    return links.make(
        tx, key, links.ASK, language, office_id=customer.office_id, customer_id=customer.id, contact_id=contact.id
    )


def may_ask(contact: Contact | None) -> bool:
    """Whether a contact gives the shipper's orders and is still there (CHG-03)."""
    return contact is not None and contact.authority and contact.left_at is None


def standing(session: Session, link: CustomerLink, at: datetime) -> str:
    """Whether the link may still be answered: besides what `links.standing` says, the contact must still be one."""
    found = links.standing(link, at)
    if found != OPEN:
        return found
    person = session.scalars(unseen(select(Contact).where(Contact.id == link.contact_id))).first()
    return OPEN if may_ask(person) else LEFT


# ------------------------------------------------------------------------------------------ the answer


def note_words(name: str, at: datetime, zone: str, address: str) -> Words:
    """What the request's proof is called: who asked, when by the office's clock, from which address."""
    time = f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return Words(N_("Asked online by %(name)s, %(time)s, %(address)s"), name=name, time=time, address=address)


def ask(tx: Tx, link: CustomerLink, form: dict[str, Any], note: str, said: str) -> Any:
    """Open the request; `note` is `note_words` and `said` what he asked, both in his language. Returns the change. Raises
    Refused: 409 when the link can no longer be answered, 422 at the field that is wrong."""
    links.need_open(standing(tx.session, link, tx.at))
    goods = _own(tx.session, link, form["number"])
    kind = BY_CODE[form["code"]]
    if why := catalogue.impossible(kind, goods):
        raise Refused(why, 422, "code")
    owner, able = _owner(tx.session, link, tx.at)
    data = {
        "office_id": link.office_id, "channel": "web", "called_at": tx.at, "customer_id": link.customer_id,
        "contact_id": link.contact_id, "shipment": goods, "shipment_id": goods.id, "code": kind.code,
        "assignee_id": absences.stand_in(tx.session, owner.id, tx.at), "proof_note": note,
        "proof_items": _shown(goods, form), **_value(tx.session, kind.code, form, goods),
    }  # fmt: skip
    case = _open(tx, owner, data)
    if not able:  # nobody of those who know him works here any more: whoever claims it
        case.pooled = True
        settle(tx, case)
    links.settle(tx, link, "asked", form["name"], None)
    link.case_id = case.id
    _note(tx, link, case, said)
    return case


def _own(session: Session, link: CustomerLink, number: str) -> Shipment:
    """One of the customer's own goods; all other numbers get the same answer, whether they exist or not."""
    mine = select(Shipment).where(Shipment.customer_id == link.customer_id, Shipment.office_id == link.office_id)
    found = unseen(mine.where(terms.carries(number)).order_by(Shipment.id.desc()).limit(1)).options(
        joinedload(Shipment.customer)
    )
    goods: Shipment | None = session.scalars(found).first()
    if goods is None:
        why = Words(N_("There is no waybill “%(number)s” of yours here. Check the number."), number=number)
        raise Refused(why, 422, "number")
    return goods


def _value(session: Session, code: str, form: dict[str, Any], goods: Shipment) -> dict[str, Any]:
    """The new value under its column; nothing for a release. Another city is no matter for a link (D-01)."""
    if code not in SETS:
        return {}
    path, longest = SETS[code]
    typed = form.get("value") or ""
    why = None
    if not typed:
        why = Words(N_("Write the new name, phone or address."))
    elif len(typed) > longest:
        why = Words(N_("At most %(longest)s characters; this has %(count)s."), longest=longest, count=len(typed))
    elif code == "K09" and cities.another_city(session, typed, goods.destination):
        why = Words(N_("Another city costs extra and needs a written order: please call us."))
    if why is not None:
        raise Refused(why, 422, "value")
    return {path: _phone(typed) if code == "K08" else typed}


def _phone(typed: str) -> str:
    try:
        return phones.phone(typed).display
    except Refused as no:
        raise Refused(no.why, 422, "value") from no


def _shown(goods: Shipment, form: dict[str, Any]) -> list[str]:
    """The elements of the proof: what he wrote of the waybill counts where it is right."""
    right = ["number"]
    right += ["destination"] if _meets(form["destination"], goods.destination) else []
    right += ["consignee"] if _meets(form["consignee"], goods.consignee) else []
    return [*right, "content"]


def _meets(typed: str, known: str | None) -> bool:
    """北京 and 北京市 are the same place."""
    a, b = identifiers.normal(typed), identifiers.normal(known or "")
    return bool(b) and (a == b or a in (b + "市", b.removesuffix("市")))


def _owner(session: Session, link: CustomerLink, at: datetime) -> tuple[User, bool]:
    """The customer's own agent if he can work, else who made the link; whether that one can work at all (ORG-01)."""
    agent_id = session.scalar(unseen(select(Customer.agent_id).where(Customer.id == link.customer_id)))
    works = or_(User.expires_on.is_(None), User.expires_on >= at.date())
    here = or_(User.office_id.is_(None), User.office_id == link.office_id)
    writes = User.roles.any(UserRole.role.in_((AGENT, SUPERVISOR)))
    able = select(User).where(User.disabled_at.is_(None), works, here, writes)
    known = {user.id: user for user in session.scalars(able.where(User.id.in_({agent_id, link.made_by_id} - {None})))}
    found = known.get(agent_id or 0) or known.get(link.made_by_id)
    return (found, True) if found else (session.get_one(User, link.made_by_id), False)


def _open(tx: Tx, owner: User, data: dict[str, Any]) -> Any:
    """Open the case in its owner's name, as if he had logged it; the history says that the customer did it himself."""
    desk = replace(tx, actor=Actor(owner.id, owner.name, owner.display, grade=owner.grade, office_id=owner.office_id))
    try:
        case = open_case(desk, "change", data)
    except Refused as no:  # what the desk's own form calls by its column is the one value here
        field = "value" if no.field in ("consignee", "consignee_phone", "address") else no.field
        raise Refused(no.why, no.code, field) from no
    tx.action = desk.action
    return case


def _note(tx: Tx, link: CustomerLink, case: Any, said: str) -> None:
    speaking.heard(
        tx, case=case, office_id=case.office_id, audience="customer", channel="web", party=link.answered_by, said=said
    )
    text = Words(N_("%(name)s asks for a change online."), name=link.answered_by)
    links.tell_desk(tx, link, case, text)

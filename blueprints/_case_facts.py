"""What stands beside and below a case: contact, papers, what happened, shipment and matter in facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from blueprints import _rows
from blueprints._history_words import action_name
from blueprints._outbox_view import standing
from blueprints._words import doer, local, masks, shown_phone, shown_text, words
from models import Message, Outbox
from rules import joining, outbox, printing, stages, telling
from rules.facts import Facts
from rules.words import N_, Words
from rules.workflow import flow_of


def contact_of(case: Any) -> list[Any]:
    """The person to talk to, with phone and WeChat: (words, address or None)."""
    if case.contact is not None:
        phone = case.contact.phone or case.contact.landline
        found: list[Any] = [(case.contact.name + (f"（{case.contact.post}）" if case.contact.post else ""), None)]
        if case.contact.wechat:
            found.append((Words(N_("WeChat %(name)s"), name=case.contact.wechat), None))
    else:
        found, phone = [(case.caller_name or "", None)], case.caller_phone
    if phone:
        found.insert(1, (shown_phone(phone), None if masks() else f"tel:{phone}"))
    found.append((Words(N_("the customer's time runs from %(hour)s"), hour=case.waiting_since), None))
    return found


def last_said(facts: Facts) -> tuple[str | None, Any]:
    for m in reversed(facts.messages):
        if m.said:
            return shown_text(m.said), Words(
                N_("%(channel)s %(hour)s"), channel=Words(_rows.CHANNEL_NAMES.get(m.channel or "", "")), hour=m.at
            )
    case = facts.case
    text = getattr(case, "content", None) or getattr(case, "asked", None)
    return shown_text(text), Words(
        N_("%(channel)s %(hour)s"), channel=Words(_rows.CHANNEL_NAMES[case.channel]), hour=case.waiting_since
    )


@dataclass
class File:
    """An attachment; see ui.attachments."""

    name: str
    size: str
    when: Any
    href: str
    thumb: str | None = None
    preview: str | None = None
    width: int | None = None
    height: int | None = None


def papers(facts: Facts) -> list[File]:
    """The papers of a case."""
    return [
        File(
            p.name, telling.size(p.size), _hour(p.at), url_for("cases.paper", paper_id=p.id),
            *(
                (url_for("cases.preview", paper_id=p.id), url_for("pictures.picture", paper_id=p.id))
                if p.preview
                else (None, None)
            ),
        )
        for p in facts.papers
    ]  # fmt: skip


@dataclass
class Entry:
    """One line of what happened; see ui.timeline."""

    tone: str
    title: Any
    who: str
    at: str
    when: Any
    via: Any = None
    text: Any = None
    said: str | None = None
    mail: Any = None
    id: str = ""


TOLD = {"in": N_("Customer said"), "out": N_("We answered"), "note": N_("Note")}
AMONG = {"in": N_("%(whom)s said"), "out": N_("%(whom)s was asked or told"), "note": N_("Note")}
TOLD_BY = (
    ".message",
    ".note",
    ".ask_party",
    ".joint_review",
    ".party_answered",
    ".nudge_party",
)  # the contact says it all
OTHERS = ("partner", "colleague")  # contacts with them are no answers to the customer


def entries(facts: Facts) -> list[Entry]:
    """Contacts, notes and moves, newest first; what was said in matters merged into this one belongs to it."""
    given = {(e.at, e.reason) for e in facts.events if e.reason}  # the step says it already
    merged = joining.contacts(facts.session, joining.swallowed(joining.known(facts), facts.case))
    mail = outbox.of_messages(facts.session, [*facts.messages, *(m for m, _ in merged)])
    found = [
        (m.at, _contact(m, mail=mail.get(m.id)))
        for m in facts.messages
        if m.direction != "note" or (m.at, m.text) not in given
    ]
    found += [(m.at, _contact(m, ref, mail.get(m.id))) for m, ref in merged]
    for e in {(e.request_id, e.at, e.action): e for e in reversed(facts.events)}.values():  # a step is one line
        if not e.action.endswith(TOLD_BY):
            step = action_name(e.action), doer(e.actor, e.role), stamp(e.at), _hour(e.at), None, shown_text(e.reason)
            found.append((e.at, Entry("", *step)))
    return [entry for _, entry in sorted(found, key=lambda line: line[0], reverse=True)]


def reached(m: Message) -> list[str]:
    """By which number or address somebody was reached, and that what was said was read back (SYS-08)."""
    found = [shown_text(m.address)] if m.address else []
    return [*found, words(Words(N_("read back")))] if m.read_back else found


def _contact(m: Message, ref: str | None = None, mail: Outbox | None = None) -> Entry:
    """One contact or note; `ref` names the merged matter it comes from, `mail` the letter that has not arrived."""
    among = m.audience in OTHERS and m.party
    title = Words(AMONG[m.direction], whom=shown_text(m.party)) if among else TOLD[m.direction]
    by = f"{m.by.display} {m.by.name}" if m.by else ""
    via = " ".join(filter(None, (words(_rows.CHANNEL_NAMES[m.channel]) if m.channel else None, *reached(m)))) or None
    return Entry(
        "done" if m.direction == "out" and not among else "", title, by, stamp(m.at), _hour(m.at), ref or via,
        shown_text(m.text), shown_text(m.said), standing(m, mail), f"m-{m.id}",
    )  # fmt: skip


def stamp(at: datetime) -> str:
    """A moment for the page's machine-readable attributes: whole seconds."""
    return at.isoformat(timespec="seconds")


def _hour(at: Any) -> Any:
    moment = local(at)
    return f"{moment:%m-%d %H:%M}" if moment else ""


def panels(case: Any) -> list[Any]:
    found: list[Any] = []
    if case.shipment is not None:
        found.append(_shipment_panel(case.shipment))
    pairs = [
        (N_("Customer"), case.customer.name if case.customer else case.caller_name,
         url_for("customers.customer", customer_id=case.customer_id) if case.customer_id else ""),
        (N_("Owner"), f"{case.owner.display} {case.owner.name}"), (N_("Works on it"),
        f"{case.assignee.display} {case.assignee.name}"),
        (N_("Channel"), _rows.CHANNEL_NAMES[case.channel]), (N_("State"), flow_of(case).state(case.state).label),
    ]  # fmt: skip
    if case.customer is not None and case.customer.stopped_at is not None:
        pairs.insert(1, (N_("Stopped"), case.customer.stopped_reason or "", "late"))
    found.append((N_("Matter"), None, pairs, ""))
    if sheets := printing.forms_of(case):
        links = [(N_("Paper form"), title, url_for("prints.form", ref=case.ref, form=name)) for name, title in sheets]
        found.append((N_("To print"), None, links, ""))
    for name in (
        "topic",
        "weight",
        "purpose",
        "impact",
        "restated",
        "wanted",
        "evidence",
        "finding",
        "responsible",
        "lane",
    ):
        value = getattr(case, name, None)
        if value:
            label, shown = fact_names(case, name, value)
            pairs.append((label, shown_text(shown)))
    return found


FACTS = {
    "topic": N_("Kind"), "weight": N_("Complexity"), "purpose": N_("Purpose"), "impact": N_("Impact"), "restated": N_("Restated"),
    "wanted": N_("Wanted"), "evidence": N_("Evidence"), "finding": N_("Finding"), "responsible": N_("Responsible party"),
    "lane": N_("Lane"),
}  # fmt: skip
WEIGHTS = {"simple": N_("Simple complaint"), "complex": N_("Complex complaint")}


def fact_names(case: Any, name: str, value: str) -> tuple[str, Any]:
    """A kind's fact with its label; codes become words."""
    named = dict(flow_of(case).topics) if name == "topic" else WEIGHTS if name == "weight" else {}
    return FACTS[name], named.get(value, value)


def _shipment_panel(shipment: Any) -> Any:
    lane = f"{shipment.origin or '?'} → {shipment.destination or '?'}"
    weight = f"{shipment.weight_g / 1000:g} kg" if shipment.weight_g else ""
    pieces = Words(N_("%(n)s pieces"), n=shipment.pieces) if shipment.pieces else ""
    phone = shown_phone(shipment.consignee_phone)
    pairs = [
        (N_("Lane"), lane), (N_("Stage"), stages.name(shipment.stage)), (N_("Pieces"), pieces), (N_("Weight"), weight),
        (N_("Cargo"), shipment.cargo), (N_("Consignee"), f"{shipment.consignee or ''} {phone}".strip()),
        (N_("Address"), shipment.address),
        (N_("Shipper's hold"), shipment.hold_shipper or N_("none"), "soon" if shipment.hold_shipper else "done"),
    ]  # fmt: skip
    href = url_for("shipments.shipment", shipment_id=shipment.id)
    return (shipment.number or shipment.master or N_("Without number"), href, pairs, "no")

"""A case as its templates want it: composer, moves with reasons, facts, papers, what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from sqlalchemy import select

from blueprints import _rows
from blueprints._change_view import Decision, decision
from blueprints._words import local
from models import Draft, db
from rules import queries, queue, stages, telling
from rules.store import Actor, now
from rules.words import N_, Words
from rules.workflow import Facts, Move, Workflow, flow_of, label_of, offered
from workflows.common import AUDIENCES, CHANNELS, SPOKEN

COPIED = ("wechat", "qq", "fax", "sms")


@dataclass
class Talk:
    """The composer; see cases/_composer.html."""

    url: str
    draft_url: str
    check_url: str
    audiences: list[Any]
    channels: list[Any]
    mode: str
    button: Any
    said: str
    text: str
    stops: bool
    ask: bool
    errors: list[Any] = field(default_factory=list)
    scripts: tuple[Any, ...] = ()
    banned: Any = None
    blocks: bool = False
    saved: Any = None
    dirty: bool = False


@dataclass
class Shown:
    """A move as ui.move wants it."""

    name: str
    label: Any
    url: str
    form: Any
    tone: str
    key: str | None = None


@dataclass
class Opened:
    """The inside of an opened row that waits for an answer; see cases/_answer.html."""

    contact: list[Any]
    said: str | None
    said_by: Any
    talk: Talk | None
    ticks: tuple[Any, ...] = ()
    ticks_label: Any = None
    moves: list[Shown] = field(default_factory=list)
    blocked: list[Any] = field(default_factory=list)


@dataclass
class Tried:
    """A form that was refused: which move, its form with what was typed, and why."""

    name: str
    form: Any
    why: Any = None
    typed: str | None = None

    @property
    def kept(self) -> Words | None:
        """What was typed, so that it is not lost when the form is no longer there."""
        return Words(N_("You had written: %(text)s"), text=self.typed) if self.typed else None


def undo(case: Any, who: Actor) -> tuple[Any, str, int] | None:
    """The way back for a signature that the next one has not followed yet."""
    moves = offered(who, case, Facts(db.session(), case), now())
    back = next((m for m, why in moves if m.name == "unsign" and why is None), None)
    return (back.label, url_for("cases.move", ref=case.ref, name=back.name), case.version) if back else None


def open_row(row: _rows.Row, who: Actor, tried: Tried | None = None) -> None:
    """Open a row in place: what its turn asks for stands inside."""
    case = queries.case_by_ref(db.session(), who, row.ref)
    if case is None:
        return
    row.open, row.version = True, case.version
    fill(row, case, who, Facts(db.session(), case), tried)


def fill(
    row: _rows.Row, case: Any, who: Actor, facts: Facts, tried: Tried | None = None
) -> tuple[list[Shown], list[Any]]:
    """Put the kind's inside into a row; returns moves and blocked moves for the case page."""
    flow = flow_of(case)
    moves, blocked = _moves(who, case, facts, tried)
    talk = _talk(case, flow, facts, who, tried)
    if flow.kind == "change":
        row.inside, row.case = "change/decide.html", _decision(row, case, who, facts, tried)
        return moves, blocked
    side = [m for m in moves if row.view == "row"]
    row.inside = "cases/_answer.html"
    row.case = Opened(
        contact_of(case), *_last_said(facts), talk, moves=side, blocked=blocked if row.view == "row" else []
    )
    return moves, blocked


def _decision(row: _rows.Row, case: Any, who: Actor, facts: Facts, tried: Tried | None) -> Decision:
    return decision(case, who, facts, contact_of(case), papers(facts), tried)


def case_values(case: Any, who: Actor, tried: Tried | None = None, said: Any = None) -> dict[str, Any]:
    """Everything cases/case.html wants."""
    facts = Facts(db.session(), case)
    found = queue.row_of(db.session(), who, case.id)
    row = _rows.hero(_rows.build(found, who, url_for("queue.queue")), case, flow_of(case))
    row.version = case.version
    moves, blocked = fill(row, case, who, facts, tried)
    is_change = row.inside == "change/decide.html"
    talk = _talk(case, flow_of(case), facts, who, tried)
    writes = flow_of(case).state(case.state).open and "auditor" not in who.roles
    if tried is not None and tried.why is not None:
        row.note = ("late", tried.why, tried.kept)
    return {
        "row": row, "talk": talk, "inside": row.inside if is_change else None, "moves": moves, "blocked": blocked,
        "note_url": None, "note_error": None, "note_text": None,
        "files_url": url_for("cases.move", ref=case.ref, name="attach") if writes else None, "files_error": None,
        "files": papers(facts), "entries": entries(facts), "more_url": None, "panels": _panels(case, who), "said": said,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------ moves and composer


def _moves(who: Actor, case: Any, facts: Facts, tried: Tried | None) -> tuple[list[Shown], list[Any]]:
    shown, blocked = [], []
    for move, why in offered(who, case, facts, now()):
        if move.place in ("composer", "papers") or (move.place == "decide" and case.kind == "change"):
            continue
        if why is None:
            shown.append(_shown(move, case, who, tried))
        elif move.place != "row":
            blocked.append((move.label, (why,)))
    return shown, blocked


def _shown(move: Move, case: Any, who: Actor, tried: Tried | None) -> Shown:
    form = None
    if move.form is not None:
        form = tried.form if tried is not None and tried.name == move.name else move.form(obj=case, prefix="")
        fill_choices(form, case, who)
    return Shown(move.name, move.label, url_for("cases.move", ref=case.ref, name=move.name), form, move.style)


def fill_choices(form: Any, case: Any, who: Actor) -> None:
    """Give selects of people and desks their choices."""
    if "person" in form:
        form.person.choices = [("", N_("Choose")), *queries.colleagues(db.session(), who, case.office_id)]
    if "department_id" in form:
        form.department_id.choices = [("", N_("Choose")), *queries.departments(db.session())]


def _talk(case: Any, flow: Workflow, facts: Facts, who: Actor, tried: Tried | None) -> Talk | None:
    names = {m.name: why for m, why in offered(who, case, facts, now()) if m.place == "composer"}
    able = [name for name, why in names.items() if why is None]
    if not able:
        return None
    name = "answer" if "answer" in able else "message"
    typed = _typed(case, who, tried)
    channel = typed.get("channel") or (case.channel if case.channel in dict(CHANNELS) else "phone")
    mode = "note" if channel in SPOKEN else "copy" if channel in COPIED else "send"
    labels = {"phone": N_("Log the call"), "visit": N_("Log the talk"), "mail": N_("Send")}
    to = typed.get("to") or "shipper"
    url = url_for("cases.move", ref=case.ref, name=name)
    return Talk(
        url=url, draft_url=url_for("cases.draft", ref=case.ref), check_url=url_for("cases.keep", ref=case.ref),
        audiences=[(code, _party(case, code, label), code == to) for code, label in AUDIENCES],
        channels=[(code, label, code == channel) for code, label in CHANNELS], mode=mode, button=labels.get(channel, N_("Sent")),
        said=typed.get("said") or "", text=typed.get("text") or "", stops=name == "answer", ask="ask_info" in able,
        errors=_errors(tried, names), saved=typed.get("saved"), dirty=tried is not None,
    )  # fmt: skip


def _errors(tried: Tried | None, names: dict[str, Any]) -> list[Any]:
    if tried is None or tried.name not in names or tried.form is None:
        return []
    return [(f.name, f.errors[0]) for f in tried.form if f.errors]


def _typed(case: Any, who: Actor, tried: Tried | None) -> dict[str, Any]:
    """What stands in the composer: what was just sent and refused, else the draft kept on the server."""
    if tried is not None:
        return {k: request.form.get(k) for k in ("to", "channel", "said", "text")}
    found = db.session.scalars(select(Draft).where(Draft.user_id == who.user_id, Draft.place == case.ref)).first()
    if found is None:
        return {}
    return dict(found.values) | {"saved": Words(N_("Draft kept %(hour)s"), hour=found.at)}


def _party(case: Any, code: str, label: str) -> Any:
    name, phone = None, None
    if code == "shipper" and case.contact is not None:
        name, phone = case.contact.name, case.contact.phone or case.contact.landline
    elif code == "shipper":
        name, phone = case.caller_name, case.caller_phone
    elif code == "consignee" and case.shipment is not None:
        name, phone = case.shipment.consignee, case.shipment.consignee_phone
    if not name:
        return label
    return Words(
        N_("%(role)s %(name)s %(phone)s"), role=Words(label), name=name, phone=telling.phone_spaced(phone or "")
    )


# ------------------------------------------------------------------------------------------ facts


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
        found.insert(1, (telling.phone_spaced(phone), f"tel:{phone}"))
    found.append((Words(N_("the customer's time runs from %(hour)s"), hour=case.waiting_since), None))
    return found


def _last_said(facts: Facts) -> tuple[str | None, Any]:
    for m in reversed(facts.messages):
        if m.said:
            return m.said, Words(
                N_("%(channel)s %(hour)s"), channel=Words(_rows.CHANNEL_NAMES.get(m.channel, "")), hour=m.at
            )
    case = facts.case
    text = getattr(case, "content", None) or getattr(case, "asked", None)
    return text, Words(
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
            *((url_for("cases.preview", paper_id=p.id),) * 2 if p.preview else (None, None)),
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


def entries(facts: Facts) -> list[Entry]:
    """Contacts, notes and moves, newest first."""
    found = []
    for m in facts.messages:
        title = {"in": N_("Customer said"), "out": N_("We answered"), "note": N_("Note")}[m.direction]
        via = Words(_rows.CHANNEL_NAMES[m.channel]) if m.channel else None
        who = f"{m.by.display} {m.by.name}" if m.by else ""
        found.append(
            Entry(
                "done" if m.direction == "out" else "", title, who, m.at.isoformat(), _hour(m.at), via, m.text, m.said
            )
        )
    for e in facts.events:
        if e.action.endswith((".message", ".note")):
            continue
        found.append(Entry("", label_of(e.action), e.actor, e.at.isoformat(), _hour(e.at), None, e.reason))
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _hour(at: Any) -> Any:
    moment = local(at)
    return f"{moment:%m-%d %H:%M}" if moment else ""


def _panels(case: Any, who: Actor) -> list[Any]:
    found: list[Any] = []
    if case.shipment is not None:
        found.append(_shipment_panel(case.shipment))
    pairs = [
        (N_("Customer"), case.customer.name if case.customer else case.caller_name,
         url_for("customers.customer", customer_id=case.customer_id) if case.customer_id else ""),
        (N_("Owner"), f"{case.owner.display} {case.owner.name}"), (N_("Works on it"), f"{case.assignee.display} {case.assignee.name}"),
        (N_("Channel"), _rows.CHANNEL_NAMES[case.channel]), (N_("State"), flow_of(case).state(case.state).label),
    ]  # fmt: skip
    if case.customer is not None and case.customer.stopped_at is not None:
        pairs.insert(1, (N_("Stopped"), case.customer.stopped_reason or "", "late"))
    found.append((N_("Matter"), None, pairs, ""))
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
            pairs.append((label, shown))
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
    phone = telling.phone_spaced(shipment.consignee_phone or "")
    pairs = [
        (N_("Lane"), lane), (N_("Stage"), stages.name(shipment.stage)), (N_("Pieces"), pieces), (N_("Weight"), weight),
        (N_("Cargo"), shipment.cargo), (N_("Consignee"), f"{shipment.consignee or ''} {phone}".strip()),
        (N_("Address"), shipment.address),
        (N_("Shipper's hold"), shipment.hold_shipper or N_("none"), "soon" if shipment.hold_shipper else "done"),
    ]  # fmt: skip
    href = url_for("shipments.shipment", shipment_id=shipment.id)
    return (shipment.number or shipment.master or N_("Without number"), href, pairs, "no")

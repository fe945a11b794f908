"""What 登记 shows beside and above the form: recognised pieces, the customer, the goods, their open matters (ORG-01, E-09)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from blueprints import _rows, _transport_view
from blueprints._shared import me
from models import db
from rules import intake, queries, recognise, repeats, stages, telling
from rules.shipment_forms import HOLDS
from rules.store import now
from rules.words import N_, Words
from rules.workflow import KINDS


@dataclass
class Found:
    """What the pasted text led to; see cases/_found.html."""

    customer: Any = None
    choices: list[Any] = field(default_factory=list)
    shipment: Any = None
    matters: list[Any] = field(default_factory=list)
    goods: list[Any] = field(default_factory=list)
    repeats: list[Any] = field(default_factory=list)
    counted: list[Any] = field(default_factory=list)
    looked: bool = False
    keep: bool = False
    refused: bool = False
    by_hand: bool = False


@dataclass
class FoundCustomer:
    """The customer beside the form."""

    id: int
    name: str
    href: str
    grade: str
    group: Any
    contact: Any
    pairs: list[Any]


@dataclass
class FoundShipment:
    """The shipment beside the form."""

    number: str
    href: str
    pairs: list[Any]


@dataclass
class Matter:
    """An open matter of the customer or shipment, or an earlier complaint: `same` says what it shares, `again` which button
    goes to it (join, reopen or none)."""

    ref: str
    href: str
    label: Any
    state: Any
    tone: str
    join: bool
    checked: bool
    same: Any = None
    again: str = ""
    when: Any = None


# ------------------------------------------------------------------------------------------ what was recognised


def choose(party: intake.Party) -> None:
    """A customer chosen by hand counts before what was recognised; one that was recognised before counts only until
    another one is. “Not this one” takes him away."""
    wanted = request.values.get("customer", "")
    if request.values.get("not_customer"):
        party.customer = party.contact = None
    elif wanted.isascii() and wanted.isdigit() and len(wanted) < 12 and (_by_hand(wanted) or party.customer is None):
        party.customer = queries.customer_by_id(db.session(), me(), int(wanted)) or party.customer
    if party.customer is not None and party.contact is None:
        party.contact = next((c for c in party.customer.contacts if c.left_at is None), None)


def _by_hand(wanted: str) -> bool:
    return bool(wanted) and request.values.get("seen_customer") != wanted


def chips(pieces: recognise.Pieces) -> list[Any]:
    """Recognised pieces to keep or untick: name, value, label, checked."""
    found: list[Any] = [("piece", f"number:{n}", n, True) for n in pieces.numbers]
    found += [("piece", f"phone:{p}", telling.phone_spaced(p), True) for p in pieces.phones]
    if pieces.lane:
        found.append(("piece", "lane:" + "→".join(pieces.lane), "→".join(pieces.lane), True))
    if pieces.pieces:
        found.append(("piece", f"pieces:{pieces.pieces}", Words(N_("%(n)s pieces"), n=pieces.pieces), True))
    if pieces.weight_g:
        found.append(("piece", f"weight:{pieces.weight_g}", f"{pieces.weight_g / 1000:g} kg", True))
    if pieces.volume_l:
        found.append(("piece", f"volume:{pieces.volume_l}", f"{pieces.volume_l / 1000:g} m³", True))
    return found


# ------------------------------------------------------------------------------------------ what was found


def found(party: intake.Party, kind: str = "") -> Found:
    """Customer, goods and open matters as cards; beside a new complaint also the earlier ones; see cases/_found.html."""
    made = Found(choices=[(c.id, c.name, c.code or "") for c in party.choices])
    made.refused = bool(request.values.get("not_customer"))
    made.by_hand = _by_hand(request.values.get("customer", ""))
    if party.customer is not None:
        made.customer = _customer_card(party)
    if party.shipment is not None:
        made.shipment = _shipment_card(party.shipment)
        made.keep = party.by_end or request.form.get("waybill") == made.shipment.number
    made.goods = [_goods_choice(s) for s in party.goods]
    made.looked = bool(request.values.get("src"))
    made.matters = _matters(party)
    if kind == "complaint":
        _add_repeats(made, party)
    return made


def _goods_choice(s: Any) -> tuple[Any, ...]:
    """Goods whose number ends as was said: number, lane, stage, customer."""
    lane = f"{s.origin or '?'} → {s.destination or '?'}"
    return s.number or s.master or s.container, lane, stages.name(s.stage), s.customer.name if s.customer else s.shipper


def _add_repeats(made: Found, party: intake.Party) -> None:
    """Earlier complaints; the open ones among them stand here and not among the open matters."""
    customer_id = party.customer.id if party.customer else None
    again = repeats.repeats(db.session(), me(), customer_id, party.shipment)
    made.counted, may_reopen = again.counted, _may_reopen()
    for one in again.found:
        matter = _matter(one.row, False)
        matter.same, matter.when = repeats.SAME[one.same], one.row.created_at
        if one.joins:
            matter.again = "join" if one.row.closed_at is None else "reopen" if may_reopen else ""
        made.repeats.append(matter)
    shown = {m.ref for m in made.repeats}
    made.matters = [m for m in made.matters if m.ref not in shown]


def _may_reopen() -> bool:
    return bool(set(KINDS["complaint"].move("reopen").who) & me().roles)


def _shipment_card(s: Any) -> FoundShipment:
    pairs = [
        (N_("Stage"), stages.name(s.stage)), (N_("Lane"), f"{s.origin or '?'} → {s.destination or '?'}"),
        (N_("Consignee"), s.consignee),
        (N_("Shipper's hold"), s.hold_shipper or N_("none"), "soon" if s.hold_shipper else "done"),
    ]  # fmt: skip
    pairs += [
        (N_("Flight, ship or truck"), what, href)
        for href, _vehicle, what, _at, _told in _transport_view.of_shipment(s)[:2]
    ]
    pairs += [(name, why, "hold") for which, name in HOLDS.items() if (why := getattr(s, f"hold_{which}"))]
    return FoundShipment(s.number or s.master or "–", url_for("shipments.shipment", shipment_id=s.id), pairs)


def _customer_card(party: intake.Party) -> FoundCustomer:
    c = party.customer
    assert c is not None
    contact = f"{party.contact.name} {telling.phone_spaced(party.contact.phone or '')}" if party.contact else ""
    stopped = (
        (N_("Stopped"), c.stopped_reason or N_("yes"), "late") if c.stopped_at else (N_("Stopped"), N_("none"), "done")
    )
    agent = f"{c.agent.display} {c.agent.name}" if c.agent else c.agent_name
    pairs = [
        stopped,
        (N_("Document hold"), c.documents_held or N_("none"), "late" if c.documents_held else "done"),
        (N_("Agent"), agent),
    ]
    href = url_for("customers.customer", customer_id=c.id)
    return FoundCustomer(c.id, c.name, href, c.grade, _rows.GROUPS[c.grouping], contact, pairs)


def _matters(party: intake.Party) -> list[Matter]:
    """Open matters of the customer and of the goods; the goods' own can be joined."""
    session, who = db.session(), me()
    rows = queries.open_matters(session, who, customer_id=party.customer.id) if party.customer else []
    of_goods = queries.open_matters(session, who, shipment_id=party.shipment.id) if party.shipment else []
    same = {r.id for r in of_goods}
    return [_matter(r, r.id in same) for r in {r.id: r for r in (*rows, *of_goods)}.values()]


def _matter(r: Any, same: bool) -> Matter:
    flow = KINDS[r.kind]
    tone = telling.clock_tone(now(), r.due_at) if r.due_at else ""
    label = Words(N_("%(kind)s %(ref)s %(title)s"), kind=Words(flow.stamp(r)), ref=r.ref, title=flow.headline(r))
    return Matter(
        r.ref, url_for("cases.case", ref=r.ref), label, Words(flow.state(r.state).label),
        tone if tone in ("late", "soon") else "", same, r.ref in request.values.getlist("join"),
    )  # fmt: skip

"""登记: a matter is logged while the caller speaks; what he says is recognised, his open matters are offered (ORG-01, E-09)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _rows
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from blueprints.cases import stored_files
from models import db
from rules import catalogue, intake, queries, recognise, stages, telling
from rules.store import now
from rules.words import N_, Refused, Words
from rules.workflow import KINDS, Workflow, open_case, perform, proceed
from workflows.common import ARRIVALS

bp = Blueprint("register", __name__)
UPLOAD = 55_000_000
DEFAULT = "inquiry"


@dataclass
class Found:
    """What the pasted text led to; see cases/_found.html."""

    customer: Any = None
    choices: list[Any] = field(default_factory=list)
    shipment: Any = None
    matters: list[Any] = field(default_factory=list)


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
    """An open matter of the customer or shipment."""

    ref: str
    href: str
    label: Any
    state: Any
    tone: str
    join: bool
    checked: bool


@bp.get("/register")
@require("case.register")
def register() -> Answer:
    """An empty form, or one begun from a customer's or shipment's page."""
    flow = _flow(request.args.get("kind"))
    form = flow.form(request.args if len(request.args) else None, meta={"zone": me().zone})
    form.called_at.data = now()
    return _form_page(flow, form)


@bp.post("/recognise")
@require("case.register")
def recognised() -> Answer:
    """Read the pasted text again; changes nothing."""
    flow = _flow(request.form.get("kind"))
    form = flow.form(request.form, meta={"zone": me().zone})
    return _form_page(flow, form, part="found")


@bp.post("/cases")
@require("case.register", takes=UPLOAD)
def create() -> Answer:
    """Log the matter, or join it to an open one; with an answer the clock stops at once."""
    if request.form.get("join"):
        return _join(request.form["join"])
    flow = _flow(request.form.get("kind"))
    form = flow.form(request.form, meta={"zone": me().zone})
    if not form.validate():
        return _form_page(flow, form, code=422)
    try:
        ref = _create(flow, {f.name: f.data for f in form})
    except Refused as no:
        if no.field in form:
            form[no.field].errors = [no.why]
        else:
            form.form_errors.append(no.why)
        return _form_page(flow, form, code=no.code)
    target = url_for("cases.case", ref=ref)
    if request.form.get("do") == "log":
        return done(url_for("queue.queue") + f"#w-{ref.split('-')[1]}", Words(N_("Logged %(ref)s."), ref=ref))
    return done(target, Words(N_("Logged %(ref)s."), ref=ref))


def _create(flow: Workflow, data: dict[str, Any]) -> str:
    data["papers"] = stored_files()
    picked = _picked_number()
    data["number"] = data.get("number") or picked
    with writing(f"{flow.kind}.register") as tx:
        data = intake.resolve(tx.session, me(), data)
        case = open_case(tx, flow.kind, data)
        _first_words(tx, case, flow, data)
        g.result = url_for("cases.case", ref=case.ref)
        return str(case.ref)


def _first_words(tx: Any, case: Any, flow: Workflow, data: dict[str, Any]) -> None:
    """What was said and answered while logging: an answer stops the clock where the kind allows it."""
    said = {
        "said": data.get("said"),
        "text": data.get("text"),
        "channel": _spoken(data["channel"]),
        "papers": data["papers"],
    }
    kept: Any = queries.case_by_ref(tx.session, me(), case.ref)
    answers = next((m for m in flow.moves if m.name == "answer"), None)
    if data.get("text") and answers is not None and answers.leaves(flow, kept.state):
        perform(tx, kept, "answer", said)
    elif data.get("said") or data.get("text"):
        perform(tx, kept, "message", said)
    elif data["papers"]:
        perform(tx, kept, "attach", said)
    proceed(tx, kept, data | {"papers": []})  # attached already
    tx.action = f"{flow.kind}.register"


def _spoken(channel: str) -> str:
    return channel if channel in dict(ARRIVALS) else "phone"


def _join(ref: str) -> Answer:
    """Another contact on the same open matter joins it and never resets its waiting time (ORG-01)."""
    found = queries.case_by_ref(db.session(), me(), ref)
    if found is None:
        raise not_found()
    said = {
        "said": request.form.get("said") or request.form.get("src") or "",
        "channel": request.form.get("channel", "phone"),
    }
    with writing("case.chase") as tx:
        kept = queries.case_by_ref(tx.session, me(), ref, fresh=True)
        perform(tx, kept, "chase", {k: v[:4000] for k, v in said.items()})
        g.result = url_for("cases.case", ref=ref)
    return done(url_for("cases.case", ref=ref), N_("Joined to this matter; its time keeps running"))


# ------------------------------------------------------------------------------------------ the page


def _flow(kind: str | None) -> Workflow:
    return KINDS.get(kind or DEFAULT, KINDS[DEFAULT])


def _picked_number() -> str | None:
    picked = [v.partition(":")[2] for v in request.form.getlist("piece") if v.startswith("number:")]
    return picked[0] if picked else None


def _form_page(flow: Workflow, form: Any, part: str | None = None, code: int = 200) -> Answer:
    src = request.values.get("src", "")
    pieces = recognise.read(src)
    party = intake.recognise(db.session(), me(), pieces, request.values.get("number"))
    _choose(party)
    reg = {
        "src": src, "kinds": [(k, f.label, k == flow.kind) for k, f in KINDS.items()], "form": form,
        "came_words": Words(N_("now %(hour)s"), hour=now()), "back_url": url_for("queue.queue"),
        "inside": f"{flow.kind}/form.html",
        "kind": flow.kind, "answer_open": bool(form.text.data), "change_kind": request.form.get("do") == "kind",
    }  # fmt: skip
    if flow.kind == "change":
        _limit_codes(form, party.shipment)
    return page(
        "cases/register.html", part, code=code, reg=reg, chips=_chips(pieces), found=_found(party), failed=code >= 400
    )


def _choose(party: intake.Party) -> None:
    """A customer chosen by hand counts before what was recognised; “not this one” takes it away."""
    wanted = request.values.get("customer", "")
    if request.values.get("not_customer"):
        party.customer = party.contact = None
    elif wanted.isascii() and wanted.isdigit() and len(wanted) < 12:
        party.customer = queries.customer_by_id(db.session(), me(), int(wanted)) or party.customer
    if party.customer is not None and party.contact is None:
        party.contact = next((c for c in party.customer.contacts if c.left_at is None), None)


def _limit_codes(form: Any, shipment: Any) -> None:
    """Offer only what the shipment's stage allows; the rest stands below with its reason (CHG-11)."""
    form.impossible = []
    if shipment is None:
        return
    able = []
    for kind in catalogue.KINDS:
        why = catalogue.impossible(kind, shipment)
        if why is None:
            able.append((kind.code, Words(kind.name)))
        else:
            form.impossible.append((kind.name, why))
    form.code.choices = able


def _chips(pieces: recognise.Pieces) -> list[Any]:
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


def _found(party: intake.Party) -> Found:
    found = Found(choices=[(c.id, c.name, c.code or "") for c in party.choices])
    session, who = db.session(), me()
    if party.customer is not None:
        found.customer = _customer_card(party)
    if party.shipment is not None:
        s = party.shipment
        pairs = [(N_("Stage"), stages.name(s.stage)), (N_("Lane"), f"{s.origin or '?'} → {s.destination or '?'}"),
                 (N_("Consignee"), s.consignee), (N_("Shipper's hold"), s.hold_shipper or N_("none"),
                                                  "soon" if s.hold_shipper else "done")]  # fmt: skip
        found.shipment = FoundShipment(
            s.number or s.master or "–", url_for("shipments.shipment", shipment_id=s.id), pairs
        )
    rows = queries.open_matters(session, who, customer_id=party.customer.id) if party.customer else []
    if party.shipment is not None:
        rows += queries.open_matters(session, who, shipment_id=party.shipment.id)
        same = {r.id for r in queries.open_matters(session, who, shipment_id=party.shipment.id)}
    else:
        same = set()
    found.matters = [_matter(r, r.id in same) for r in {r.id: r for r in rows}.values()]
    return found


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


def _matter(r: Any, same: bool) -> Matter:
    flow = KINDS[r.kind]
    tone = telling.clock_tone(now(), r.due_at) if r.due_at else ""
    label = Words(N_("%(kind)s %(ref)s %(title)s"), kind=Words(flow.stamp(r)), ref=r.ref, title=flow.headline(r))
    state = Words(flow.state(r.state).label)
    return Matter(
        r.ref, url_for("cases.case", ref=r.ref), label, state, tone if tone in ("late", "soon") else "", same, False
    )

"""登记: a matter is logged while the caller speaks; what he says is recognised, his open matters are offered (ORG-01, E-09)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _change_form, _register_view
from blueprints._shared import Answer, done, me, not_found, page, require, wants_part, writing
from blueprints._words import words
from blueprints.cases import stored_files
from models import db
from rules import fields, intake, proofs, queries, recognise, unnumbered
from rules.store import now
from rules.words import N_, Refused, Words
from rules.workflow import KINDS, Workflow, open_case, perform, proceed
from workflows.common import ARRIVALS, CHANNELS

bp = Blueprint("register", __name__)
UPLOAD = 55_000_000
DEFAULT = "inquiry"
LOGGED = {
    "": N_("Logged %(ref)s."),
    "proof_missing": N_("Logged %(ref)s: it is opened, not carried out. The written proof is still needed."),
    "waiting": N_("Logged %(ref)s and sent for decision."),
    "executed": N_("Logged %(ref)s and carried out: the shipment shows the new values."),
    "refused": N_("Logged %(ref)s as refused, with the reason."),
}


@bp.get("/register")
@require("case.register")
def register() -> Answer:
    """An empty form, or one begun from a customer's or shipment's page."""
    flow = _flow(request.args.get("kind"))
    form = _form(flow)
    form.called_at.data = now()
    return _form_page(flow, form)


@bp.post("/recognise")
@require("case.register")
def recognised() -> Answer:
    """Read the pasted text again; changes nothing."""
    flow = _flow(request.form.get("kind"))
    return _form_page(flow, _form(flow), part="found")


@bp.post("/cases")
@require("case.register", takes=UPLOAD)
def create() -> Answer:
    """Log the matter, or join it to an open one; with an answer the clock stops at once."""
    if request.form.get("join"):
        return _join(request.form["join"])
    if request.form.get("reopen"):
        return _reopen(request.form["reopen"])
    flow = _flow(request.form.get("kind"))
    form = _form(flow, strict=True)
    if not form.validate():
        return _form_page(flow, form, code=422)
    try:
        ref, said = _create(flow, {f.name: f.data for f in form})
    except Refused as no:
        if no.field in form:
            form[no.field].errors = [no.why]
        else:
            form.form_errors.append(no.why)
        return _form_page(flow, form, code=no.code)
    if request.form.get("do") == "log":
        return done(url_for("queue.queue") + f"#w-{ref.split('-')[1]}", said)
    return done(url_for("cases.case", ref=ref), said)


def _create(flow: Workflow, data: dict[str, Any]) -> tuple[str, Words]:
    """Log it in one write; its reference, and what to say about it."""
    data["papers"] = stored_files()
    data["number"] = data.get("number") or _picked_number()
    data = proofs.heard(_called(data))
    with writing(f"{flow.kind}.register") as tx:
        data = unnumbered.bring(tx, intake.resolve(tx.session, me(), data))
        case = open_case(tx, flow.kind, data)
        _first_words(tx, case, flow, data)
        g.result = url_for("cases.case", ref=case.ref)
        return str(case.ref), Words(LOGGED.get(case.state, LOGGED[""]), ref=case.ref)


def _called(data: dict[str, Any]) -> dict[str, Any]:
    """Who faster than the page has sent the form: what he wrote first is recognised now."""
    if request.form.get("looked") or data.get("customer") or data.get("caller_name") or not request.form.get("src"):
        return data
    party = intake.recognise(db.session(), me(), recognise.read(request.form["src"]), data["number"])
    goods = party.shipment
    number = data["number"] or (goods and (goods.number or goods.master or goods.container))
    return data | {"customer": party.customer.id if party.customer else None, "number": number}


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
    with writing("case.chase") as tx:
        kept = queries.case_by_ref(tx.session, me(), ref, fresh=True)
        perform(tx, kept, "chase", _heard())
        g.result = url_for("cases.case", ref=ref)
    return done(url_for("cases.case", ref=ref), N_("Joined to this matter; its time keeps running"))


def _reopen(ref: str) -> Answer:
    """The customer complains again about a closed matter: it is opened again, in his words, instead of a second one."""
    if queries.case_by_ref(db.session(), me(), ref) is None:
        raise not_found()
    heard = _heard()
    reason = " ".join(heard["said"].split())[:300] or words(N_("The customer complains again"))
    with writing("complaint.reopen") as tx:
        perform(tx, queries.case_by_ref(tx.session, me(), ref, fresh=True), "reopen", {"reason": reason})
        if len(heard["said"]) > len(reason):
            perform(tx, queries.case_by_ref(tx.session, me(), ref, fresh=True), "message", heard)
        tx.action = "complaint.reopen"
        g.result = url_for("cases.case", ref=ref)
    return done(url_for("cases.case", ref=ref), N_("Reopened: the clock runs from now"))


def _heard() -> dict[str, str]:
    """What the customer said, wherever on the form it was written, and how."""
    said = next((v for name in ("said", "content", "asked", "src") if (v := fields.prose(request.form.get(name)))), "")
    channel = request.form.get("channel", "")
    return {"said": said[:4000], "channel": channel if channel in dict(CHANNELS) else "phone"}


# ------------------------------------------------------------------------------------------ the page


def _flow(kind: str | None) -> Workflow:
    return KINDS.get(kind or DEFAULT, KINDS[DEFAULT])


def _form(flow: Workflow, strict: bool = False) -> Any:
    """The kind's form as it was sent, or as the address fills it in."""
    values: Any = request.form if request.method == "POST" else request.args
    if flow.kind == "change":
        values = _change_form.sent(values, strict)
    return flow.form(values if len(values) else None, meta={"zone": me().zone})


def _picked_number() -> str | None:
    picked = [v.partition(":")[2] for v in request.form.getlist("piece") if v.startswith("number:")]
    return picked[0] if picked else request.form.get("waybill", "")[:40] or None


def _form_page(flow: Workflow, form: Any, part: str | None = None, code: int = 200) -> Answer:
    src = request.values.get("src", "")
    pieces = recognise.read(src)
    party = _party(form, pieces)
    did = request.form.get("do", "")
    reg = {
        "src": src, "kinds": [(k, f.label, k == flow.kind) for k, f in KINDS.items()], "form": form,
        "came_words": Words(N_("now %(hour)s"), hour=now()), "back_url": url_for("queue.queue"),
        "inside": f"{flow.kind}/form.html", "kind": flow.kind,
        "swaps": "fields" if did == "kind" else "kinds" if flow.kind == "change" else "",
        "chips": did not in ("code", "number", "note") and not request.form.get("pick"),
    }  # fmt: skip
    change = _change_form.part(form, _change_form.goods(form, party)) if flow.kind == "change" else None
    fresh = request.method == "GET" and not src
    stepped = code == 200 and not wants_part() and (did in ("code", "number", "note") or "pick" in request.form)
    begin = change is not None and bool(change.choices) and (fresh or stepped)
    found = _register_view.found(party, flow.kind)
    return page(
        "cases/register.html", part, code=code, reg=reg, chips=_register_view.chips(pieces), found=found,
        failed=code >= 400, change=change, begin=begin,
    )  # fmt: skip


def _party(form: Any, pieces: recognise.Pieces) -> intake.Party:
    """Who calls and about which goods, from all that the form says."""
    chosen = request.form.get("waybill", "")  # one of several with these last digits, as long as they stand there
    chosen = chosen if any(chosen.endswith(end) for end in pieces.ends) else ""
    number, session = request.values.get("number") or chosen or None, db.session()
    known = None
    if "note_id" in form and form.note_id.data and not number and not pieces.numbers:
        known = unnumbered.by_id(session, me(), form.note_id.data)
    party = intake.recognise(session, me(), pieces, number, known)
    _register_view.choose(party)
    return party

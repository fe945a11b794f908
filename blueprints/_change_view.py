"""A change as its form wants it: before and after, stage, proof, charges, answers awaited, who decides, what blocks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._case_facts import contact_of, papers
from blueprints._look import Look
from blueprints._words import shown_phone
from rules import approvals, catalogue, changing, charges, confirming, matrix, releasing, stages
from rules.catalogue import BY_CODE
from rules.customer_columns import SETTLEMENT_NAMES
from rules.facts import Facts
from rules.matrix import CONFIRMERS
from rules.store import Actor, now
from rules.words import N_, Words

THEN = {
    "finance": N_("Approve, send to finance"), "release": N_("Approve, send to the release officer"),
    "supervisor": N_("Approve"),
}  # fmt: skip
KEYS = {
    "approve": "A", "send_back": "B", "refuse": "X", "lift_stop": "A", "free_waybill": "B", "keep_stop": "X",
    "leader_frees": "A", "leader_keeps": "X",
}  # fmt: skip


@dataclass
class Decision:
    """See change/decide.html."""

    contact: list[Any]
    rows: list[Any]
    rows_label: Any
    stage: Any
    consequence: Any
    stages: list[Any]
    ticks: list[Any]
    proof: list[Any]
    chain: list[Any]
    charges: list[Any] = field(default_factory=list)
    totals: list[Any] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    after: list[Any] = field(default_factory=list)
    warning: Any = None
    moved: Any = None
    proof_note: str | None = None
    buttons: list[Any] = field(default_factory=list)
    form: Any = None
    asks_why: bool = False
    why: str = ""
    why_error: Any = None
    clash: list[Any] = field(default_factory=list)
    same: Any = None
    same_label: Any = None
    stop: Any = None
    tone: str = "late"


def decision(look: Look) -> Decision:
    """The change as this person sees it, with the buttons he may press."""
    case, who, facts = look.case, look.who, look.facts
    kind, shipment = BY_CODE[case.code], case.shipment
    shown = Decision(
        contact_of(case), before_after(case), Words(N_("%(n)s changes"), n=len(case.fields)), stages.name(shipment.stage),
        Words(catalogue.way(kind, shipment).words), _stages(kind, shipment),
        _ticks(case), papers(facts), _chain(case, who, facts),
    )  # fmt: skip
    shown.proof_note = case.proof_note
    shown.charges = [charges.line_words(line) for line in case.charges]
    shown.totals = charges.total_words(case.lines) if len(case.lines) > 1 else []
    shown.extra, shown.answers = extra_rows(case), answers(case, facts)
    shown.after = [Words(step) for step in kind.after] if case.state == "approved" else []
    shown.warning = Words(catalogue.WARNING) if kind.release_officer else None
    _buttons(shown, look)
    _release(shown, look)
    shown.tone = "hold" if case.executed_at is not None else "late"  # carried out: it only waits
    _moved(shown, case)
    _clash(shown, case)
    return shown


def extra_rows(case: Any) -> list[Any]:
    """What a kind asks beyond the shipment's columns: label, value."""
    found = case.extra or {}
    said = [
        (
            name,
            Words(catalogue.EXTRA_CHOICES[name][found[name]]) if name in catalogue.EXTRA_CHOICES else str(found[name]),
        )
        for name in BY_CODE[case.code].extra
        if name in found
    ]
    rows: list[Any] = [(catalogue.EXTRA_NAMES[name], value) for name, value in said]
    if found.get("own_mistake"):
        rows.append((N_("Paid by"), Words(N_("Our company, for its own mistake"))))
    if found.get("off_list"):
        rows.append((N_("Destination agent"), Words(N_("not on the published list"))))
    return rows


def answers(case: Any, facts: Facts) -> list[Any]:
    """Answers that the change waits for: what, tone, how it stands."""
    last = confirming.latest(facts.confirmations)
    needed = list(dict.fromkeys([*confirming.needed(case), *last])) if case.closed_at is None else list(last)
    return [(Words(CONFIRMERS[what]), *_answer(last.get(what))) for what in needed]


def _answer(line: Any) -> tuple[str, Words]:
    if line is None:
        return "", Words(N_("not asked yet"))
    if line.answer is None:
        said = N_("asked %(whom)s %(when)s, chased %(n)s times")
        return "soon", Words(said, whom=line.whom or "", when=line.asked_at, n=line.chases)
    tone, said = ("done", N_("yes")) if line.answer == "yes" else ("late", N_("no"))
    text = f" {line.text}" if line.text else ""
    whole = N_("%(answer)s, %(name)s %(when)s%(text)s")
    return tone, Words(whole, answer=Words(said), name=line.answered_by, when=line.answered_at, text=text)


def before_after(case: Any) -> list[Any]:
    """Rows of ui.diff: field, old, new."""
    return [
        (catalogue.FIELD_NAMES[f.path], value_words(f.path, f.old), value_words(f.path, f.new), None)
        for f in case.fields
    ]


def value_words(path: str, value: Any) -> Any:
    """A shipment's value as people read it."""
    if value is None:
        return ""
    if path == "weight_g":
        return f"{value / 1000:g} kg"
    if path == "volume_l":
        return f"{value / 1000:g} m³"
    if path == "standing":
        return stages.STANDINGS[value]
    if path == "consignee_phone":
        return shown_phone(value)
    return SETTLEMENT_NAMES.get(value, value) if path == "payment" else str(value)


def _ticks(case: Any) -> list[Any]:
    """What the paper must show at this stage, and whether it does: words, ok."""
    return [(catalogue.PROOF_NAMES[item], item in (case.proof_items or [])) for item in catalogue.proof_of(case)]


def _stages(kind: Any, shipment: Any) -> list[Any]:
    order = list(stages.STAGES[shipment.mode])
    at = order.index(shipment.stage)
    return [
        (stages.name(s), "past" if i < at else "current" if i == at else "next", Words(matrix.way(kind.code, s).words))
        for i, s in enumerate(order)
    ]


def _chain(case: Any, who: Actor, facts: Facts) -> list[Any]:
    found: list[Any] = [(Words(N_("%(name)s asked"), name=case.owner.display), case.requested_by_id == who.user_id)]
    present = approvals.current(facts.approvals, case)
    may = present is not None and approvals.barred(facts.session, who, case, facts.approvals) is None
    for step in (a for a in facts.approvals if a.round == case.round and a.status != "dropped"):
        role = Words(approvals.STEP_NAMES[step.role])
        if step.decided_by is not None:
            role = Words(N_("%(name)s signed %(hour)s"), name=signer(step), hour=step.decided_at)
        found.append((role, may and step is present))
    return found


def signer(step: Any) -> Any:
    """Who signed, and for whom: B for A (D-13)."""
    if step.on_behalf_of is None:
        return step.decided_by.display
    return Words(N_("%(name)s for %(other)s"), name=step.decided_by.display, other=step.on_behalf_of.display)


def _buttons(shown: Decision, look: Look) -> None:
    stops = []
    for move, why in look.offered:
        if move.place != "decide":
            continue
        if why is not None:
            stops.append(why)
            continue
        more = _then(look.case, look.facts) if move.name == "approve" else None
        label = more if more else move.label
        url = url_for("cases.move", ref=look.case.ref, name=move.name)
        shown.buttons.append((move.name, label, move.style, KEYS.get(move.name), url))
        shown.asks_why = shown.asks_why or hasattr(move.form, "reason")
        if move.form is not None and not hasattr(move.form, "reason"):
            shown.form = look.form_of(move)
            if "keep" in shown.form:  # stands in the table of what moved meanwhile
                del shown.form.keep
    _tried(shown, look)
    _stop(shown, stops)
    shown.buttons.sort(key=lambda b: b[2] == "danger")


def _then(case: Any, facts: Facts) -> Words | None:
    """What the button says when somebody signs after this one."""
    left = [a.role for a in facts.approvals if a.round == case.round and a.status == "waiting"]
    return Words(THEN[left[1]]) if len(left) > 1 else None


def _moved(shown: Decision, case: Any) -> None:
    """The stage when it is another one than was asked or last looked at: whoever signs says that he has seen it."""
    stage = case.shipment.stage
    if case.closed_at is None and case.executed_at is None and stage != (case.stage_seen or case.stage_asked):
        was = stages.name(case.stage_seen or case.stage_asked)
        shown.moved = (Words(N_("Asked at “%(was)s”, now “%(now)s”"), was=was, now=shown.stage), stage)


def _tried(shown: Decision, look: Look) -> None:
    """What was typed as a reason stays, with what is wrong with it."""
    form = look.tried.form if look.tried is not None else None
    if form is not None and "reason" in form:
        shown.why = form["reason"].data or ""
        shown.why_error = next(iter(form["reason"].errors), None)


def _stop(shown: Decision, stops: list[Words]) -> None:
    """The sentence that stands where the button would, and the one way on: finance (FIN-19)."""
    if not stops:
        return
    ask = next((b for b in shown.buttons if b[0] == "ask_finance"), None)
    if ask is not None:
        shown.buttons.remove(ask)
    shown.stop = (stops[0], "", ask[1] if ask else "", ask[4] if ask else None)


def _release(shown: Decision, look: Look) -> None:
    """On what condition finance lets these goods go, and who decides (FIN table)."""
    said = releasing.explain(look.facts.session, look.case, now()) if look.case.closed_at is None else None
    strong, _, label, url = shown.stop or ("", "", "", None)
    if said is not None and strong != said:
        shown.stop = (strong or said, said if strong else "", label, url)


def _clash(shown: Decision, case: Any) -> None:
    if case.executed_at is not None or case.closed_at is not None:
        return
    for f in changing.clashing(case):
        values = (value_words(f.path, v) for v in (f.old, getattr(case.shipment, f.path), f.new))
        shown.clash.append((catalogue.FIELD_NAMES[f.path], *values, f.path))

"""A change as its form wants it: before and after, stage, proof, charge, who decides, and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._case_facts import contact_of, papers
from blueprints._look import Look
from blueprints._words import shown_phone
from rules import approvals, catalogue, stages, telling
from rules.catalogue import BY_CODE
from rules.customer_columns import SETTLEMENT_NAMES
from rules.store import Actor
from rules.words import N_, Words
from rules.workflow import Facts

KEYS = {"approve": "A", "send_back": "B", "refuse": "X"}
STANDINGS = {
    "active": N_("active"), "void": N_("void"), "withdrawn": N_("withdrawn"), "returning": N_("returning"),
    "redirected": N_("redirected"),
}  # fmt: skip
CONSEQUENCES = {
    "A0": N_("written proof, changed at once"), "A1": N_("written proof; warehouse and billing are told"),
    "A2": N_("written proof; the split waybill is printed again"),
    "A3": N_("dispatcher and customer's written confirmation; freight is not refunded"),
    "A4": N_("cannot come back; return or redirect from the destination"),
    "A5": N_("the destination partner confirms"), "A6": N_("delivered: nothing can be changed"),
}  # fmt: skip


@dataclass
class Decision:
    """See change/decide.html."""

    contact: list[Any]
    rows: list[Any]
    rows_label: Any
    stage: Any
    consequence: Any
    charge: Any
    stages: list[Any]
    ticks: list[Any]
    proof: list[Any]
    chain: list[Any]
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


def decision(look: Look) -> Decision:
    """The change as this person sees it, with the buttons he may press."""
    case, who, facts = look.case, look.who, look.facts
    kind, shipment = BY_CODE[case.code], case.shipment
    shown = Decision(
        contact_of(case), before_after(case), Words(N_("%(n)s changes"), n=len(case.fields)), stages.name(shipment.stage),
        CONSEQUENCES[catalogue.AS_AIR.get(shipment.stage, shipment.stage)], _charge(case), _stages(shipment),
        [(catalogue.PROOF_NAMES[i], i in (case.proof_items or [])) for i in kind.proof], papers(facts), _chain(case, who, facts),
    )  # fmt: skip
    shown.proof_note = case.proof_note
    _buttons(shown, look)
    _clash(shown, case)
    return shown


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
        return STANDINGS[value]
    if path == "consignee_phone":
        return shown_phone(value)
    return SETTLEMENT_NAMES.get(value, value) if path == "payment" else str(value)


def _charge(case: Any) -> Any:
    if not case.charge_minor:
        return None
    payer = {"shipper": N_("Shipper"), "consignee": N_("Consignee"), "company": N_("Company")}.get(case.payer, "")
    return Words(
        N_("Charge %(amount)s, paid by %(payer)s. Agreed: %(agreed)s"),
        amount=telling.money(case.charge_minor, case.currency), payer=Words(payer) if payer else "?",
        agreed=case.charge_agreed or "–",
    )  # fmt: skip


def _stages(shipment: Any) -> list[Any]:
    order = list(stages.STAGES[shipment.mode])
    at = order.index(shipment.stage)
    return [
        (
            stages.name(s),
            "past" if i < at else "current" if i == at else "next",
            CONSEQUENCES[catalogue.AS_AIR.get(s, s)],
        )
        for i, s in enumerate(order)
    ]


def _chain(case: Any, who: Actor, facts: Facts) -> list[Any]:
    found: list[Any] = [(Words(N_("%(name)s asked"), name=case.owner.display), case.requested_by_id == who.user_id)]
    for step in (a for a in facts.approvals if a.round == case.round and a.status != "dropped"):
        role = Words(approvals.STEP_NAMES[step.role])
        if step.decided_by is not None:
            role = Words(N_("%(name)s signed %(hour)s"), name=step.decided_by.display, hour=step.decided_at)
        mine = (
            step.status == "waiting" and step.role in who.roles and approvals.barred(who, case, facts.approvals) is None
        )
        found.append((role, mine))
    return found


def _buttons(shown: Decision, look: Look) -> None:
    stops = []
    for move, why in look.offered:
        if move.place != "decide":
            continue
        if why is not None:
            stops.append(why)
            continue
        more = move.name == "approve" and _more_steps(look.case, look.facts)
        label = Words(N_("Approve, send to finance")) if more else move.label
        url = url_for("cases.move", ref=look.case.ref, name=move.name)
        shown.buttons.append((move.name, label, move.style, KEYS.get(move.name), url))
        shown.asks_why = shown.asks_why or hasattr(move.form, "reason")
        if move.form is not None and not hasattr(move.form, "reason"):
            shown.form = look.form_of(move)
    _tried(shown, look)
    _stop(shown, stops)
    shown.buttons.sort(key=lambda b: b[2] == "danger")


def _more_steps(case: Any, facts: Facts) -> bool:
    return sum(a.round == case.round and a.status == "waiting" for a in facts.approvals) > 1


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


def _clash(shown: Decision, case: Any) -> None:
    if case.executed_at is not None or case.closed_at is not None:
        return
    for f in case.fields:
        theirs = getattr(case.shipment, f.path)
        if theirs != f.old:
            shown.clash.append(
                (catalogue.FIELD_NAMES[f.path], *(value_words(f.path, v) for v in (f.old, theirs, f.new)))
            )

"""A change as its form wants it: before and after, stage, proof, charge, who decides, and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from rules import approvals, catalogue, stages, telling
from rules.catalogue import BY_CODE
from rules.store import Actor, now
from rules.words import N_, Words
from rules.workflow import Act, Facts, flow_of, offered

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
    buttons: list[Any] = field(default_factory=list)
    form: Any = None
    asks_why: bool = False
    why: str = ""
    why_error: Any = None
    clash: list[Any] = field(default_factory=list)
    same: Any = None
    same_label: Any = None
    stop: Any = None


def decision(case: Any, who: Actor, facts: Facts, contact: list[Any], proof: list[Any], tried: Any) -> Decision:
    """The change as this person sees it, with the buttons he may press."""
    kind, shipment = BY_CODE[case.code], case.shipment
    shown = Decision(
        contact, _rows(case), Words(N_("%(n)s changes"), n=len(case.fields)), stages.name(shipment.stage),
        CONSEQUENCES[catalogue.AS_AIR.get(shipment.stage, shipment.stage)], _charge(case), _stages(shipment),
        [(catalogue.PROOF_NAMES[i], i in (case.proof_items or [])) for i in kind.proof], proof, _chain(case, who, facts),
    )  # fmt: skip
    _buttons(shown, case, who, facts, tried)
    _clash(shown, case)
    return shown


def _rows(case: Any) -> list[Any]:
    return [
        (catalogue.FIELD_NAMES[f.path], value_words(f.path, f.old), value_words(f.path, f.new)) + (None,)
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
        return telling.phone_spaced(value)
    return str(value)


def _charge(case: Any) -> Any:
    if not case.charge_minor:
        return None
    payer = {"shipper": N_("Shipper"), "consignee": N_("Consignee"), "company": N_("Company")}.get(case.payer, "")
    return Words(
        N_("Charge %(amount)s, paid by %(payer)s. Agreed: %(agreed)s"),
        amount=telling.money(case.charge_minor, case.currency), payer=Words(payer) if payer else "?", agreed=case.charge_agreed or "–",
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


def _buttons(shown: Decision, case: Any, who: Actor, facts: Facts, tried: Any) -> None:
    flow = flow_of(case)
    for move, why in offered(who, case, facts, now()):
        if move.place != "decide":
            continue
        url = url_for("cases.move", ref=case.ref, name=move.name)
        if why is None:
            label = (
                Words(N_("Approve, send to finance"))
                if move.name == "approve" and _more_steps(case, facts)
                else move.label
            )
            shown.buttons.append((move.name, label, move.style, KEYS.get(move.name), url))
            shown.asks_why = shown.asks_why or hasattr(move.form, "reason")
            if move.form is not None and move.name in ("carry_out", "submit", "execute"):
                shown.form = tried.form if tried is not None and tried.name == move.name else move.form(obj=case)
        elif move.name in ("carry_out", "approve", "submit"):
            _blocked(shown, Act(who, case, flow, move, facts, now()), why)
    if tried is not None and tried.form is not None and "reason" in tried.form:
        shown.why = tried.form["reason"].data or ""
        shown.why_error = next(iter(tried.form["reason"].errors), None)
    shown.buttons.sort(key=lambda b: b[2] == "danger")


def _more_steps(case: Any, facts: Facts) -> bool:
    return sum(a.round == case.round and a.status == "waiting" for a in facts.approvals) > 1


def _blocked(shown: Decision, act: Act, why: Words) -> None:
    """The sentence that stands where the button would, and the one way on: finance (FIN-19)."""
    if act.move.name in ("carry_out", "submit") and why.msgid.startswith(
        ("This kind of change needs", "No decision is needed")
    ):
        return
    ask = next((b for b in shown.buttons if b[0] == "ask_finance"), None)
    shown.stop = (why, "", N_("Ask finance to decide"), None) if ask is None else (why, "", ask[1], ask[4])


def _clash(shown: Decision, case: Any) -> None:
    if case.executed_at is not None or case.closed_at is not None:
        return
    for f in case.fields:
        theirs = getattr(case.shipment, f.path)
        if theirs != f.old:
            shown.clash.append(
                tuple([catalogue.FIELD_NAMES[f.path], *(value_words(f.path, v) for v in (f.old, theirs, f.new))])
            )

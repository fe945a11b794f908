"""What the moves of a waybill change do to its values, charges, confirmations and the shipment itself (CHG-01 to CHG-24).

As all effects, these send nothing and set no state. Signatures stand in `rules/signing.py`.
"""

from __future__ import annotations

from typing import Any

from models import ChangeField, ChargeLine, Shipment
from rules import catalogue, charges, clocks, confirming, effects, fields, figures, needs, reminders, search
from rules.catalogue import BY_CODE
from rules.words import N_, Refused, Words
from rules.workflow import Act


def new_fields(shipment: Shipment, kind: catalogue.Kind, wanted: dict[str, Any]) -> list[ChangeField]:
    """The fields of a change: those the kind sets itself, and those of `wanted` that differ from the shipment."""
    typed = {path: wanted[path] for path in catalogue.writable(kind) if wanted.get(path) is not None}
    values = typed | dict(kind.sets)
    return [
        ChangeField(path=path, old=getattr(shipment, path), new=new)
        for path, new in values.items()
        if getattr(shipment, path) != new
    ]


def check_proof(act: Act) -> None:
    """Refuse (409) unless the proof, as it stands after this form, shows what its kind asks for (CHG-01)."""
    act.facts.forget()
    if why := needs.has_proof(act):
        raise Refused(why, 409)


def check_charge(act: Act) -> None:
    """Refuse (409) a charge that has not been named or agreed with the customer (CHG-13, CHG-15)."""
    if why := needs.charge_named(act) or needs.charge_agreed(act):
        raise Refused(why, 409)


def charge_came(act: Act) -> None:
    """Put down a charge that was sent along: who pays, in which currency, agreed with whom (CHG-15). What came with the
    logging itself stands there already."""
    data, case = act.data, act.case
    if data.get("just_logged"):
        return
    if data.get("charge_minor"):
        charge_line(act.write, case, data)
    elif data.get("payer") == "company" and not case.lines:
        case.extra = dict(case.extra or {}) | {"own_mistake": True}
    if data.get("charge_agreed"):
        agree_charges(act)


def charge_line(tx: Any, case: Any, data: dict[str, Any]) -> None:
    """A charge from a form's fields becomes a line of the change."""
    side = data.get("side") or charges.RECEIVABLE
    agreed = data.get("charge_agreed") if side == charges.RECEIVABLE else None
    currency = data.get("currency") or "CNY"
    charges.add(
        tx, case, side=side, amount_minor=fields.minor_units(data["charge_minor"], currency), currency=currency,
        item=data.get("item") or "change", payer=data.get("payer") if side == charges.RECEIVABLE else None,
        party=data.get("party"), agreed=agreed,
    )  # fmt: skip


def agree_charges(act: Act) -> None:
    """The customer has agreed to every charge that was still open."""
    for line in charges.unagreed(act.case.lines):
        line.agreed = act.data["charge_agreed"]


def waive_charge(act: Act) -> None:
    """A company leader waives one charge (CHG-19)."""
    charges.waive(act.write, _line(act), act.data["reason"])


def strike_charge(act: Act) -> None:
    """A charge that was entered by mistake, or does not arise, is taken out."""
    charges.strike(act.write, _line(act), act.data.get("reason"))


def _line(act: Act) -> ChargeLine:
    line: ChargeLine | None = next((line for line in act.case.lines if line.id == act.data.get("line")), None)
    if line is None:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "line")
    return line


def edit_values(act: Act) -> None:
    """Take over other new values; what the form leaves empty, and what the kind sets itself, stays as it was asked."""
    case, kind = act.case, BY_CODE[act.case.code]
    for path in catalogue.writable(kind):
        new = act.data.get(path)
        if new is None:
            continue
        known = next((f for f in case.fields if f.path == path), None)
        if known is not None:
            known.old, known.new = getattr(case.shipment, path), new
        elif getattr(case.shipment, path) != new:
            case.fields.append(ChangeField(path=path, old=getattr(case.shipment, path), new=new))
    extra = {name: act.data[name] for name in kind.extra if act.data.get(name) is not None}
    case.extra = dict(case.extra or {}) | extra


def rebase(act: Act) -> None:
    """Sent again, the change stands against the shipment as it is now: what moved meanwhile was shown on the form."""
    act.case.shipment_version, act.case.stage_seen = act.case.shipment.version, act.case.shipment.stage
    for f in act.case.fields:
        f.old = getattr(act.case.shipment, f.path)


def clashing(case: Any) -> list[ChangeField]:
    """The requested values whose present value has moved since it was asked, to something else than is wanted (E-07)."""
    return [f for f in case.fields if getattr(case.shipment, f.path) not in (f.old, f.new)]


def settle_clash(act: Act) -> None:
    """A requested value that moved meanwhile (E-07) is written only after somebody decided for it: `keep` names the fields
    where ours overwrites theirs. Raises Refused (409) for the first one left open; nothing is applied then."""
    kept = act.data.get("keep") or ()
    for f in clashing(act.case):
        now = getattr(act.case.shipment, f.path)
        if f.path not in kept:
            raise Refused(
                Words(N_("“%(field)s” of the shipment has changed meanwhile: it is now “%(now)s”."),
                      field=Words(catalogue.FIELD_NAMES[f.path]), now=str(now or "")), 409, "keep")  # fmt: skip
        f.old = now


def apply_change(act: Act) -> None:
    """Write all fields to the shipment at once. Raises Refused (409) when a requested field has moved meanwhile (E-07)
    or the stage or finance no longer allows it. What has been written already stays."""
    case, shipment = act.case, act.case.shipment
    if case.executed_at is not None:
        return
    if why := needs.stage_allows(act) or needs.finance_allows(act):
        raise Refused(why, 409)
    settle_clash(act)
    for f in case.fields:
        setattr(shipment, f.path, f.new)
    case.executed_at, case.stage_executed = act.at, shipment.stage
    act.write.session.flush()
    search.index(act.write.session, shipment)


def tell_customer(act: Act) -> None:
    """The result is given back to the customer, and that is on record (ORG-01, CHG-04): sent along, said before, or known
    to him because the change was read back and carried out in the call."""
    told = act.data.get("told")
    if act.case.read_back and not told:
        return
    if told:
        effects.log_told(act, told, "told")
        return
    since = max((a.decided_at for a in act.facts.approvals if a.decided_at), default=act.case.created_at)
    if not any(m.direction == "out" and m.audience != "partner" and m.at >= since for m in act.facts.messages):
        raise Refused(Words(N_("Tell the customer first, and write what he was told.")), 409, "told")


def follow_up(act: Act) -> None:
    """Goods that were put on hold come back to the desk's list: deliver, redirect or return is the next question (CHG-13)."""
    case, customer = act.case, act.case.customer or act.case.shipment.customer
    if case.code != "K10-hold" or customer is None:
        return
    session = act.write.session
    minutes = figures.figure(session, "hold.follow_up", case.office_id)
    at = clocks.reckon(session, case.office_id, "desk", act.at, minutes).due
    goods = case.shipment.number or case.shipment.master or case.ref
    reminders.remind(act.write, customer, at, f"{goods} {case.shipment.hold_shipper or ''}".strip())


def ask_confirmation(act: Act) -> None:
    """Ask somebody inside the house or a partner, from now on with a clock (CHG-08, CHG-12)."""
    confirming.ask(act.write, act.case, act.facts.confirmations, act.data["what"], act.data.get("whom"))


def confirmation_came(act: Act) -> None:
    """Record the answer, with the name of who gave it."""
    data = act.data
    confirming.answer(
        act.write, act.case, act.facts.confirmations, data["what"], data["answer"] == "yes", data["answered_by"], data.get("text")
    )  # fmt: skip


def chase_confirmation(act: Act) -> None:
    """Ask again for an answer that has not come."""
    confirming.chase(act.write, act.facts.confirmations, act.data["what"])


def turn_down(act: Act) -> None:
    """The desk refuses a zero-cost change with a reason that the customer is told (CHG-04)."""
    act.case.refusal = act.data["reason"]


def own_system(act: Act) -> None:
    """Note that the office's own waybill system was changed too: who and when."""
    if act.data.get("own_system"):
        act.case.own_system_at, act.case.own_system_by_id = act.at, act.who.user_id

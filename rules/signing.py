"""Signatures under a waybill change: asked, given, refused, returned, taken back, void after an edit (E-15, D-01, D-19)."""

from __future__ import annotations

from typing import Any

from rules import approvals, catalogue, changing, charges, confirming, search, stages
from rules.catalogue import BY_CODE
from rules.words import N_, Refused, Words
from rules.workflow import Act


def edited_by_actor(act: Act) -> None:
    """The last editor cannot decide either (E-15); whoever signed before signed something else, so a new round begins."""
    _new_round(act)
    act.case.last_editor_id = act.who.user_id


def sent_by_actor(act: Act) -> None:
    """Whoever sends it for a decision counts as its editor, but forwarding does not free the one who edited before him:
    only who brings a charge along takes his place, and never the one who asked, who is barred anyway (E-15)."""
    case, who = act.case, act.who.user_id
    _new_round(act)
    unedited = case.last_editor_id == case.requested_by_id
    if who != case.requested_by_id and (unedited or act.data.get("charge_minor")):
        case.last_editor_id = who


def _new_round(act: Act) -> None:
    case = act.case
    if any(a.round == case.round for a in act.facts.approvals):
        approvals.drop(act.facts.approvals, case)
        act.write.session.flush()
        case.round += 1


def ask_decision(act: Act) -> None:
    """Ask supervisor, finance where money is touched, release officer for bills of lading; a new round each time."""
    case = act.case
    if any(a.round == case.round for a in act.facts.approvals):
        case.round += 1
    approvals.ask(act.write, case, signers(case), approvals.due(act.write, case, case.shipment))


def signers(case: Any) -> tuple[tuple[str, int], ...]:
    """Who signs this change at the shipment's present stage."""
    kind = BY_CODE[case.code]
    money = charges.has_money(case.lines) or any(f.path == "payment" for f in case.fields)
    second, off_list = bool((case.gist or {}).get("second_look")), bool((case.extra or {}).get("off_list"))
    return catalogue.signers(kind, case.shipment.stage, money, second, off_list)


def approve(act: Act) -> None:
    """Sign the current step as the stage and the shipment stand now; with the last signature the change is written to the
    shipment, unless it waits for an answer from inside the house."""
    case, facts = act.case, act.facts
    _same_stage(act)
    changing.check_charge(act)
    changing.settle_clash(act)
    if approvals.void_signatures(facts.approvals, case):
        raise Refused(Words(N_("It was edited after a signature: send it for a decision again.")), 409)
    approvals.decide(act.write, case, facts.approvals, "approved", act.data.get("reason"))
    case.stage_decided = case.shipment.stage
    approvals.pass_on(act.write, case, facts.approvals, case.shipment)
    if approvals.complete(facts.approvals, case) and not confirming.missing(
        case, facts.confirmations, ("decision", "effect")
    ):
        changing.apply_change(act)


def _same_stage(act: Act) -> None:
    """The stage has moved on since it was asked, or last looked at: whoever signs says that he has seen it (CHG-06)."""
    case, stage = act.case, act.case.shipment.stage
    if stage in (case.stage_seen or case.stage_asked, act.data.get("stage_seen")):
        asked = [(a.role, a.grade) for a in act.facts.approvals if a.round == case.round and a.status != "dropped"]
        if tuple(asked) != signers(case):
            raise Refused(
                Words(N_("The stage has moved on, and with it who decides: return it to be asked anew.")), 409
            )
        case.stage_seen = stage
        return
    raise Refused(Words(N_("The goods have moved on to “%(stage)s” meanwhile: confirm that you have seen it."),
                        stage=Words(stages.NAMES[stage])), 409, "stage_seen")  # fmt: skip


def refuse(act: Act) -> None:
    """Refuse the change with a reason that the requester sees (CHG-04)."""
    approvals.decide(act.write, act.case, act.facts.approvals, "refused", act.data["reason"])
    approvals.drop(act.facts.approvals, act.case)
    act.case.refusal = act.data["reason"]


def send_back(act: Act) -> None:
    """Give the change back for papers or corrections, with a reason."""
    approvals.decide(act.write, act.case, act.facts.approvals, "returned", act.data["reason"])
    approvals.drop(act.facts.approvals, act.case)


def unsign(act: Act) -> None:
    """Take back one's own signature, and what it did to the shipment, while nobody has acted on it: a new round begins."""
    case = act.case
    steps = [(a.role, a.grade) for a in act.facts.approvals if a.round == case.round]
    if case.executed_at is not None:
        _take_back(act)
    approvals.drop(act.facts.approvals, case)
    case.round += 1
    approvals.ask(act.write, case, steps, approvals.due(act.write, case, case.shipment))


def _take_back(act: Act) -> None:
    """The shipment as it was before, unless somebody has changed it again since."""
    case, shipment = act.case, act.case.shipment
    moved = next((f for f in case.fields if getattr(shipment, f.path) != f.new), None)
    if moved is not None:
        raise Refused(Words(N_("“%(field)s” has been changed again since: ask for a new change."),
                            field=Words(catalogue.FIELD_NAMES[moved.path])), 409)  # fmt: skip
    for f in case.fields:
        setattr(shipment, f.path, f.old)
    case.executed_at = case.stage_executed = None
    act.write.session.flush()
    search.index(act.write.session, shipment)


def withdraw(act: Act) -> None:
    """The customer no longer wants it: nothing is asked any more."""
    approvals.drop(act.facts.approvals, act.case)

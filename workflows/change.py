"""Waybill changes (改单): old → new per field, written proof, who decides by kind (CHG-01 to CHG-24, D-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models import Change, Shipment
from rules import (
    answering,
    catalogue,
    change_checks,
    changing,
    charges,
    confirming,
    effects,
    fees,
    figures,
    needs,
    releasing,
    signing,
)
from rules.clocks import HOUSE, ClockRule
from rules.policy import AGENT, FINANCE, SUPERVISOR
from rules.store import Tx
from rules.words import N_, Refused, Words
from rules.workflow import ANY, STAY, Act, Move, State, Workflow
from workflows.change_forms import (
    CODES,
    Agreed,
    Answered,
    Ask,
    AskAgain,
    CarryOut,
    ChangeForm,
    Charge,
    Correction,
    Decision,
    Edit,
    Executed,
    Mistake,
    Proof,
    Waiver,
    offer,
)  # fmt: skip
from workflows.common import COMMON, DESK, Reason

UNDECIDED = ("asked", "proof_missing")
BEFORE = (*UNDECIDED, "waiting")
UNFINISHED = (*BEFORE, "approved")


def make(tx: Tx, case: Any, data: dict[str, Any]) -> str:
    """Fill a new change against the shipment as it stands. Raises Refused (422) naming the field that is wrong; what the
    stage does not allow may be logged as refused, with the reason (CHG-11)."""
    shipment: Shipment | None = data.get("shipment")
    kind = catalogue.BY_CODE[data["code"]]
    if shipment is None:
        raise Refused(Words(N_("A change needs the shipment: give its number.")), 422, "number")
    case.code, case.requested_by_id, case.last_editor_id = kind.code, tx.actor.user_id, tx.actor.user_id
    case.shipment_version, case.stage_asked, case.shipment = shipment.version, shipment.stage, shipment
    case.fields, case.charges, case.round = [], [], 1
    for name in ("proof_note", "proof_items", "reason"):
        setattr(case, name, data.get(name))
    case.extra = {name: data[name] for name in kind.extra if data.get(name) is not None}
    case.gist = {"second_look": figures.second_look(tx.session, case.office_id)}
    case.title = data.get("reason") or ""
    if why := catalogue.impossible(kind, shipment):
        if not data.get("log_refused"):
            raise Refused(why, 422, "code")
        case.refusal, case.closed_at = str(why.msgid), tx.at
        return "refused"
    case.fields = changing.new_fields(shipment, kind, data)
    if not case.fields and kind.fields:
        raise Refused(Words(N_("Nothing would change: fill in at least one new value.")), 422, kind.fields[0])
    change_checks.check_extra(tx, kind, case, data)
    return "asked" if data.get("proof_note") or data.get("papers") else "proof_missing"


def charged(tx: Tx, case: Any, data: dict[str, Any]) -> None:
    """The charge that came with the request, else what the fee table asks for (CHG-15)."""
    if case.refusal:
        return
    if data.get("charge_minor"):
        changing.charge_line(tx, case, data)
    elif data.get("payer") == "company":
        case.extra = dict(case.extra) | {"own_mistake": True}
    else:
        charges.propose(tx, case, case.shipment, fees.today(tx.actor, tx.at))
        for line in charges.unagreed(case.lines) if data.get("charge_agreed") else ():
            line.agreed = data["charge_agreed"]


def headline(row: Any) -> Words | str:
    """The reason as given, else what is changed: 改收货人、电话."""
    if row.title:
        return str(row.title)
    kind = catalogue.BY_CODE[row.gist["code"]]
    names = [catalogue.FIELD_NAMES[path] for path in row.gist["fields"] if path not in ("standing", "hold_shipper")]
    if not names:
        return Words(kind.name)
    listed: Words | str = Words(names[0])
    for name in names[1:]:
        listed = Words(N_("%(a)s, %(b)s"), a=listed, b=Words(name))
    return Words(N_("Change %(fields)s"), fields=listed)


def gist(case: Any) -> dict[str, Any]:
    """Codes for the row of the queue."""
    owed = next(iter(charges.totals(case.lines)), ("", "CNY", 0))
    return {
        "code": case.code, "charge": owed[2], "currency": owed[1], "fields": [f.path for f in case.fields],
        "second_look": bool((case.gist or {}).get("second_look")),
    }  # fmt: skip


def unfinished(act: Act) -> bool:
    """Whether something is still open after a signature, or after carrying out: a signature, a partner's confirmation."""
    if act.move.name == "approve":
        return act.facts.undecided
    return bool(confirming.missing(act.case, act.facts.confirmations))


def proof_clock(case: Any) -> str | None:
    """Only a request that waits for its paper is chased."""
    return "change.proof.chase" if case.state != "asked" else None


DECIDERS = (SUPERVISOR, FINANCE, AGENT)  # an agent only as the office's second decider (D-13)
WORKFLOW = Workflow(
    kind="change", rank=3, prefix="CHG", label=N_("Amendment"), model=Change, form=ChangeForm, make=make, gist=gist,
    topics=CODES, loads=("fields", "charges"), headline=headline, unfinished=unfinished, opened=charged, offer=offer,
    at_once=(("carry_out", (needs.has_proof, needs.read_back_given)),
             ("submit", (needs.has_proof, needs.charge_named, needs.charge_agreed, needs.confirmed_to_decide))),
    stamp=lambda case: catalogue.BY_CODE[case.gist["code"]].stamp,
    steps=(N_("Asked"), N_("Proof"), N_("Decided"), N_("Carried out")),
    clocks=(
        ClockRule("change", N_("Change carried out"), lambda _case: "change.customer.done", pauses=("=proof_missing",),
                  resumes=("=asked", "=waiting"), stops=("carry_out", "execute", "refuse", "withdraw")),
        ClockRule("proof", N_("Written proof"), proof_clock, party=HOUSE, starts=("=proof_missing",),
                  stops=("=asked", "=waiting", "=approved", "=executed", "=refused", "=withdrawn")),
        *confirming.CLOCKS,
    ),
    states=(
        State("asked", N_("Asked"), does="check", step=1),
        State("proof_missing", N_("Proof missing"), awaits="desk", does="chase_proof", step=1),
        State("waiting", N_("Waiting for a decision"), awaits="approvals", step=2),
        State("approved", N_("To be finished"), does="finish", step=3),
        State("refused", N_("Refused"), awaits="nobody", step=4),
        State("withdrawn", N_("Withdrawn"), awaits="nobody", step=4),
        State("executed", N_("Carried out"), awaits="nobody", step=4),
        State("void", N_("Void"), awaits="nobody", step=4),
    ),
    moves=(
        Move("carry_out", N_("Carry out"), UNDECIDED, ("approved", "executed"), DESK,
             (needs.stage_allows, needs.finance_allows),
             (effects.keep_papers, effects.copy_form, changing.check_proof, changing.apply_change, changing.own_system),
             CarryOut, place="decide", style="primary",
             when=(needs.carried_out_by_agent,), done=N_("Carried out: the shipment shows the new values")),
        Move("submit", N_("Send for decision"), UNDECIDED, "waiting", DESK,
             (needs.stage_allows, needs.finance_allows, needs.confirmed_to_decide),
             (effects.keep_papers, effects.copy_form, changing.charge_came, signing.sent_by_actor, changing.rebase,
              changing.check_proof, changing.check_charge, signing.ask_decision), Correction, place="decide", style="primary",
             when=(needs.needs_decision,), done=N_("Sent for decision")),
        Move("turn_down", N_("Turn down"), UNDECIDED, "refused", DESK, (needs.owner_or_leader,),
             (effects.note, changing.turn_down), Reason, when=(needs.asked_online,), done=N_("Turned down: tell the customer")),
        Move("add_proof", N_("The proof has come"), ("proof_missing",), "asked", DESK,
             then=(effects.keep_papers, effects.copy_form), form=Proof, done=N_("Proof noted")),
        Move("add_charge", N_("A charge arises"), UNDECIDED, "=", DESK,
             then=(signing.edited_by_actor, changing.charge_came), form=Charge,
             done=N_("Charge noted: the change now needs a decision"), strict=True),
        Move("agree_charge", N_("The customer has agreed to the charge"), UNDECIDED, "=", DESK,
             then=(changing.agree_charges,), form=Agreed, when=(needs.some_unagreed,), done=N_("Agreed: noted"), strict=True),
        Move("strike_charge", N_("Take out a charge"), UNDECIDED, "=", DESK,
             then=(effects.note, signing.edited_by_actor, changing.strike_charge), form=Mistake, when=(needs.some_mistake,),
             done=N_("Taken out"), strict=True),
        Move("waive_charge", N_("Waive a charge"), BEFORE, "=", (SUPERVISOR,),
             (releasing.another_person, releasing.leads),
             (effects.note, changing.waive_charge), Waiver, when=(needs.some_charge,), done=N_("Waived"),
             instead=("waiting", "asked"), strict=True),
        Move("edit", N_("Correct the request"), BEFORE, "=", DESK, (),
             (signing.edited_by_actor, changing.edit_values, change_checks.check_edit), Edit,
             done=N_("Corrected; signatures given before are void"), instead=("waiting", "asked"), strict=True),
        Move("ask_confirmation", N_("Ask for a confirmation"), UNFINISHED, "=", DESK, (), (changing.ask_confirmation,), Ask,
             when=(needs.can_ask,), done=N_("Asked; the time runs")),
        Move("confirmation", N_("Note a confirmation"), UNFINISHED, "=", DESK, (), (changing.confirmation_came,), Answered,
             when=(needs.somebody_asked,), done=N_("Answer noted")),
        Move("chase_confirmation", N_("Asked again"), UNFINISHED, "=", DESK, (), (changing.chase_confirmation,), AskAgain,
             when=(needs.somebody_asked,), done=N_("Noted; the time runs on")),
        Move("ask_finance", N_("Ask finance to decide"), UNDECIDED, "=", DESK, then=(releasing.ask_finance,),
             when=(needs.finance_blocks,), place="decide", done=N_("Finance has it now")),
        Move("lift_stop", N_("Lift for the customer"), UNDECIDED, "=", (FINANCE,), (releasing.another_person,),
             (effects.note, releasing.lift_stop, releasing.answered), Reason,
             when=(releasing.finance_has_it,), place="decide", style="primary",
             done=N_("Lifted: the desk can release")),
        Move("free_waybill", N_("Lift for this waybill only"), UNDECIDED, "=", (FINANCE,),
             (releasing.another_person, releasing.finance_decides),
             (effects.note, releasing.free_waybill, releasing.answered), Reason,
             when=(releasing.finance_has_it,), place="decide", done=N_("This waybill may go: the desk can release")),
        Move("ask_leader", N_("Hand to the company leader"), UNDECIDED, "=", (FINANCE,), (),
             (effects.note, releasing.ask_leader), Reason,
             when=(releasing.finance_has_it,), place="decide", done=N_("The company leader has it now")),
        Move("keep_stop", N_("Keep the stop"), UNDECIDED, "=", (FINANCE,), (),
             (effects.note, releasing.answered), Reason,
             when=(releasing.finance_has_it,), place="decide", style="danger",
             done=N_("Kept: the desk tells the customer")),
        Move("leader_frees", N_("Let this waybill go"), UNDECIDED, "=", (SUPERVISOR,),
             (releasing.leads, releasing.another_person), (effects.note, releasing.free_waybill, releasing.answered), Reason,
             when=(releasing.leader_has_it,), place="decide", style="primary",
             done=N_("This waybill may go: the desk can release")),
        Move("leader_keeps", N_("Do not let it go"), UNDECIDED, "=", (SUPERVISOR,),
             (releasing.leads, releasing.another_person), (effects.note, releasing.answered), Reason,
             when=(releasing.leader_has_it,), place="decide", style="danger", done=N_("Kept: the desk tells the customer")),
        Move("approve", N_("Approve"), ("waiting",), ("waiting", "approved"), DECIDERS,
             (needs.may_decide, needs.stage_allows), (signing.approve,), Decision, when=(needs.decider,),
             place="decide", style="primary", done=N_("Approved")),
        Move("send_back", N_("Return for papers"), ("waiting",), "proof_missing", DECIDERS, (needs.may_decide,),
             (signing.send_back,), Reason, when=(needs.decider,), place="decide", done=N_("Returned")),
        Move("refuse", N_("Refuse"), ("waiting",), "refused", DECIDERS, (needs.may_decide,), (signing.refuse,), Reason,
             when=(needs.decider,), place="decide", style="danger", done=N_("Refused")),
        Move("unsign", N_("Take back my signature"), ("waiting", "approved"), "waiting", DECIDERS, (),
             (signing.unsign,), when=(needs.may_undo,), done=N_("Signature taken back")),
        Move("withdraw", N_("Withdraw the change"), UNFINISHED, "withdrawn", DESK,
             (needs.asker_or_editor, needs.not_executed),
             (effects.note, signing.withdraw), Reason, done=N_("Withdrawn")),
        Move("execute", N_("Own system changed, customer told"), ("approved",), "executed", DESK, (needs.confirmed_to_finish,),
             (changing.apply_change, changing.tell_customer, changing.own_system, changing.follow_up),
             form=Executed, place="decide", style="primary", done=N_("Carried out")),
        Move("customer_confirmed", N_("Customer confirmed online"), ANY, STAY, (), then=(answering.confirmed,), place="none",
             instead=("proof_missing", "asked")),
        Move("customer_declined", N_("Customer declined online"), ANY, STAY, (), then=(answering.heard,), place="none"),
        *(replace(move, needs=(*move.needs, needs.not_executed)) if move.name == "void" else move for move in COMMON),
    ),
)  # fmt: skip

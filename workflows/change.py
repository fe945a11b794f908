"""Waybill changes (改单): old → new per field, written proof, who decides by kind (CHG-01 to CHG-24, D-01)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from models import Change, Shipment
from rules import catalogue, effects, fields, figures, needs
from rules.clocks import ClockRule
from rules.customer_columns import SETTLEMENT_NAMES
from rules.policy import FINANCE, SUPERVISOR
from rules.store import Tx
from rules.words import N_, Refused, Words
from rules.workflow import Move, State, Workflow
from workflows.common import COMMON, DESK, Opening, Reason

PAYERS = (("shipper", N_("Shipper")), ("consignee", N_("Consignee")), ("company", N_("Company")))
CODES = tuple((kind.code, kind.name) for kind in catalogue.KINDS)
PROOF_ITEMS = tuple(catalogue.PROOF_NAMES.items())
UNDECIDED = ("asked", "proof_missing")


class ProofFields(Form):
    """The written proof: which paper it is and what it shows (CHG-01, CHG-02)."""

    proof_note = fields.text(N_("Written proof: which paper, from whom"), longest=200)
    proof_items = fields.Many(N_("The proof shows"), choices=[(code, Words(name)) for code, name in PROOF_ITEMS])


class ChargeFields(Form):
    """Money that arises, agreed with the customer first (CHG-15)."""

    charge_minor = fields.Money(N_("Charge"), filters=[lambda minor: minor or 0])  # empty: no charge
    payer = fields.pick(N_("Paid by"), (("", ""), *PAYERS))
    charge_agreed = fields.text(N_("Charge agreed with, when"), longest=200)


class ChangeForm(Opening, ProofFields, ChargeFields):
    """A new change: kind, new values per field, proof and charge."""

    code = fields.pick(N_("What shall change"), CODES, fields.Filled(N_("Say what shall change.")))
    consignee = fields.text(N_("New consignee"))
    consignee_phone = fields.Telephone(N_("New phone"))
    address = fields.text(N_("New delivery address"), longest=300)
    destination = fields.text(N_("New destination"))
    cargo = fields.text(N_("New cargo name"))
    model = fields.text(N_("New model"))
    pieces = fields.Number(N_("New pieces"), most=1_000_000)
    weight_g = fields.Number(N_("New weight (kg)"), scale=1000)
    volume_l = fields.Number(N_("New volume (m³)"), scale=1000)
    payment = fields.pick(N_("New payment"), (("", ""), *SETTLEMENT_NAMES.items()))
    container = fields.text(N_("New container"), longest=40)
    shipper = fields.text(N_("New shipper"))
    hold_shipper = fields.text(N_("Reason of the hold"), longest=200)
    reason = fields.text(N_("Reason"), longest=300)
    read_back = fields.text(N_("Read back to, when (zero-cost changes are then carried out at once)"), longest=200)
    own_system = fields.Tick(N_("Our own waybill system has been changed too"))


class Proof(ProofFields):
    """A proof that came later."""


class Charge(Form):
    """Money that turns up after the change was asked: it then needs a decision (CHG-15)."""

    charge_minor = fields.Money(N_("Charge"), [fields.Filled(N_("Write the charge, for example 120.00."))])
    payer = fields.pick(N_("Paid by"), (("", ""), *PAYERS))
    charge_agreed = fields.text(N_("Charge agreed with, when"), longest=200)


class CarryOut(ProofFields):
    """Proof and read-back in one form (D-01, CHG-05)."""

    read_back = fields.text(
        N_("Read back to, when"), fields.Filled(N_("Read the change back to the customer first, and note with whom."))
    )
    own_system = fields.Tick(N_("Our own waybill system has been changed too"))


class Correction(ProofFields, ChargeFields):
    """A change that came back for papers or corrections."""


class Decision(Form):
    """Signing; a word is optional."""

    reason = fields.text(N_("Reason"), longest=300)


class Executed(Form):
    """The last step: the office's own system."""

    own_system = fields.Tick(
        N_("Our own waybill system has been changed too"),
        [fields.Filled(N_("Tick it when the own system has been changed."))],
    )


def make(tx: Tx, case: Any, data: dict[str, Any]) -> str:
    """Fill a new change against the shipment as it stands. Raises Refused (422) naming the field that is wrong."""
    shipment: Shipment | None = data.get("shipment")
    kind = catalogue.BY_CODE[data["code"]]
    if shipment is None:
        raise Refused(Words(N_("A change needs the shipment: give its number.")), 422, "number")
    if why := catalogue.impossible(kind, shipment):
        raise Refused(why, 422, "code")
    case.fields = effects.new_fields(shipment, kind, data)
    if not case.fields and kind.fields:
        raise Refused(Words(N_("Nothing would change: fill in at least one new value.")), 422, kind.fields[0])
    case.code, case.requested_by_id, case.last_editor_id = kind.code, tx.actor.user_id, tx.actor.user_id
    case.shipment_version, case.stage_asked = shipment.version, shipment.stage
    for name in ("payer", "charge_agreed", "proof_note", "proof_items", "reason"):
        setattr(case, name, data.get(name))
    case.charge_minor, case.currency, case.round = data.get("charge_minor") or 0, "CNY", 1
    case.gist = {"second_look": bool(figures.figure(tx.session, "change.zero_cost.second_look", case.office_id))}
    case.title = data.get("reason") or ""
    return "asked" if data.get("proof_note") or data.get("papers") else "proof_missing"


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
    return {
        "code": case.code, "charge": case.charge_minor, "currency": case.currency, "fields": [f.path for f in case.fields],
        "second_look": bool((case.gist or {}).get("second_look")),
    }  # fmt: skip


WORKFLOW = Workflow(
    kind="change", rank=3, prefix="CHG", label=N_("Amendment"), model=Change, form=ChangeForm, make=make, gist=gist,
    topics=CODES, loads=("fields",), headline=headline,
    at_once=(("carry_out", (needs.has_proof, needs.read_back_given)), ("submit", (needs.has_proof, needs.charge_agreed))),
    stamp=lambda case: catalogue.BY_CODE[case.gist["code"]].stamp,
    steps=(N_("Asked"), N_("Proof"), N_("Decided"), N_("Carried out")),
    clocks=(ClockRule("change", N_("Change carried out"), lambda _case: "change.customer.done",
                      stops=("carry_out", "execute", "refuse", "withdraw")),),
    states=(
        State("asked", N_("Asked"), does="check", step=1),
        State("proof_missing", N_("Proof missing"), awaits="desk", does="chase_proof", step=1),
        State("waiting", N_("Waiting for a decision"), awaits="approvals", step=2),
        State("approved", N_("Approved"), does="finish", step=3),
        State("refused", N_("Refused"), awaits="nobody", step=4),
        State("withdrawn", N_("Withdrawn"), awaits="nobody", step=4),
        State("executed", N_("Carried out"), awaits="nobody", step=4),
        State("void", N_("Void"), awaits="nobody", step=4),
    ),
    moves=(
        Move("carry_out", N_("Carry out"), UNDECIDED, "executed", DESK,
             (needs.stage_allows, needs.finance_allows),
             (effects.keep_papers, effects.copy_form, effects.check_proof, effects.apply_change, effects.own_system),
             CarryOut, place="decide", style="primary",
             when=(needs.carried_out_by_agent,), done=N_("Carried out: the shipment shows the new values")),
        Move("submit", N_("Send for decision"), UNDECIDED, "waiting", DESK,
             (needs.stage_allows, needs.finance_allows),
             (effects.keep_papers, effects.copy_form, effects.edited_by_actor, effects.rebase, effects.check_proof,
             effects.check_charge,
              effects.ask_decision), Correction, place="decide", style="primary",
             when=(needs.needs_decision,), done=N_("Sent for decision")),
        Move("add_proof", N_("The proof has come"), ("proof_missing",), "asked", DESK,
             then=(effects.keep_papers, effects.copy_form), form=Proof, done=N_("Proof noted")),
        Move("add_charge", N_("A charge arises"), UNDECIDED, "=", DESK, then=(effects.copy_form, effects.edited_by_actor),
             form=Charge, done=N_("Charge noted: the change now needs a decision")),
        Move("ask_finance", N_("Ask finance to decide"), UNDECIDED, "=", DESK, then=(effects.ask_finance,),
             when=(needs.finance_blocks,), place="decide", done=N_("Finance has it now")),
        Move("lift_stop", N_("Lift the stop"), UNDECIDED, "=", (FINANCE,), (),
             (effects.note, effects.lift_stop, effects.finance_done), Reason,
             when=(needs.finance_asked,), place="decide", style="primary",
             done=N_("Lifted: the desk can release")),
        Move("keep_stop", N_("Keep the stop"), UNDECIDED, "=", (FINANCE,), (),
             (effects.note, effects.finance_done), Reason,
             when=(needs.finance_asked,), place="decide", style="danger",
             done=N_("Kept: the desk tells the customer")),
        Move("approve", N_("Approve"), ("waiting",), ("waiting", "approved"), (SUPERVISOR, FINANCE),
             (needs.may_decide, needs.stage_allows), (effects.approve,), Decision, place="decide", style="primary",
             done=N_("Approved")),
        Move("send_back", N_("Return for papers"), ("waiting",), "proof_missing", (SUPERVISOR, FINANCE),
             (needs.may_decide,),
             (effects.send_back,), Reason, place="decide", done=N_("Returned")),
        Move("refuse", N_("Refuse"), ("waiting",), "refused", (SUPERVISOR, FINANCE), (needs.may_decide,),
             (effects.refuse,),
             Reason, place="decide", style="danger", done=N_("Refused")),
        Move("unsign", N_("Take back my signature"), ("waiting",), "waiting", (SUPERVISOR, FINANCE), (),
             (effects.unsign,),
             when=(needs.may_undo,), done=N_("Signature taken back")),
        Move("withdraw", N_("Withdraw the change"), (*UNDECIDED, "waiting"), "withdrawn", DESK,
             (needs.asker_or_editor,),
             (effects.note, effects.withdraw), Reason, done=N_("Withdrawn")),
        Move("execute", N_("Own system changed"), ("approved",), "executed", DESK, then=(effects.own_system,),
             form=Executed, place="decide", style="primary", done=N_("Carried out")),
        *COMMON,
    ),
)  # fmt: skip

"""Waybill changes: proof, who decides, what is written to the shipment, and what is refused (CHG-01 to CHG-24, D-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from models import Change
from rules import workflow
from rules.words import Refused
from tests import factories as make
from tests.factories import PROOF, READ_BACK
from tests.workflows.tables import lines, wrong
from workflows.change import CarryOut, Correction

OPEN = ("asked", "proof_missing", "waiting/1", "waiting/2", "approved")
# A change of the consignee's name alone: zero cost, carried out by any agent.
ZERO_COST = """
move              owner colleague supervisor finance auditor admin | asked       proof_missing executed withdrawn void
carry_out         yes   yes   yes   role  role  role  | executed    executed      -        -         -
submit            no_decision no_decision no_decision role role role | waiting waiting - -         -
add_proof         yes   yes   yes   role  role  role  | -           asked         -        -         -
ask_finance       nothing_held nothing_held nothing_held role role role | = =      -        -         -
lift_stop         role  role  role  not_asked role role | =         =             -        -         -
keep_stop         role  role  role  not_asked role role | =         =             -        -         -
approve           role  role  yes   yes   role  role  | -           -             -        -         -
send_back         role  role  yes   yes   role  role  | -           -             -        -         -
refuse            role  role  yes   yes   role  role  | -           -             -        -         -
unsign            role  role  yes   yes   role  role  | -           -             -        -         -
withdraw          yes   asker asker role  role  role  | withdrawn   withdrawn     -        -         -
execute           yes   yes   yes   role  role  role  | -           -             -        -         -
"""
# A redirection to another city with a charge: a supervisor, then finance.
DECIDED = """
move              owner colleague supervisor finance auditor admin | asked     proof_missing approved refused withdrawn executed void
carry_out         needs_decision needs_decision needs_decision role role role | executed executed - - - - -
submit            yes   yes   yes   role  role  role  | waiting   waiting       -        -       -         -        -
add_proof         yes   yes   yes   role  role  role  | -         asked         -        -       -         -        -
ask_finance       nothing_held nothing_held nothing_held role role role | =       =      -      -      -      -      -
lift_stop         role  role  role  not_asked role role | =       =             -        -       -         -        -
keep_stop         role  role  role  not_asked role role | =       =             -        -       -         -        -
approve           role  role  yes   yes   role  role  | -         -             -        -       -         -        -
send_back         role  role  yes   yes   role  role  | -         -             -        -       -         -        -
refuse            role  role  yes   yes   role  role  | -         -             -        -       -         -        -
unsign            role  role  yes   yes   role  role  | -         -             -        -       -         -        -
withdraw          yes   asker asker role  role  role  | withdrawn withdrawn     -        -       -         -        -
execute           yes   yes   yes   role  role  role  | -         -             executed -       -         -        -
"""
WITH_SUPERVISOR = """
move              owner colleague supervisor finance auditor admin | waiting/1
carry_out         yes   yes   yes   role  role  role  | -
submit            yes   yes   yes   role  role  role  | -
add_proof         yes   yes   yes   role  role  role  | -
ask_finance       yes   yes   yes   role  role  role  | -
lift_stop         role  role  role  yes   role  role  | -
keep_stop         role  role  role  yes   role  role  | -
approve           role  role  yes   supervisor_first role role | waiting
send_back         role  role  yes   supervisor_first role role | proof_missing
refuse            role  role  yes   supervisor_first role role | refused
unsign            role  role  not_signer not_signer role role | waiting
withdraw          yes   asker asker role  role  role  | withdrawn
execute           yes   yes   yes   role  role  role  | -
"""
WITH_FINANCE = """
move              owner colleague supervisor finance auditor admin | waiting/2
carry_out         yes   yes   yes   role  role  role  | -
submit            yes   yes   yes   role  role  role  | -
add_proof         yes   yes   yes   role  role  role  | -
ask_finance       yes   yes   yes   role  role  role  | -
lift_stop         role  role  role  yes   role  role  | -
keep_stop         role  role  role  yes   role  role  | -
approve           role  role  signed yes  role  role  | approved
send_back         role  role  signed yes  role  role  | proof_missing
refuse            role  role  signed yes  role  role  | refused
unsign            role  role  yes   not_signer role role | waiting
withdraw          yes   asker asker role  role  role  | withdrawn
execute           yes   yes   yes   role  role  role  | -
"""
CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
NO_PROOF = {"proof_note": None, "proof_items": []}
Step = tuple[str, str]  # who, move
GETS_TO: dict[str, tuple[Step, ...]] = {
    "asked": (),
    "proof_missing": (),
    "waiting/1": (("agent", "submit"),),
    "waiting/2": (("agent", "submit"), ("supervisor", "approve")),
    "approved": (("agent", "submit"), ("supervisor", "approve"), ("finance", "approve")),
    "refused": (("agent", "submit"), ("supervisor", "refuse")),
    "withdrawn": (("agent", "withdraw"),),
    "executed": (("agent", "submit"), ("supervisor", "approve"), ("finance", "approve"), ("agent", "execute")),
    "void": (("agent", "void"),),
}


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    person = {"person": make.person(desk, "agent").user_id, "reason": "休假"}
    words = {"to": "shipper", "channel": "phone", "text": "已转代理"}
    why = {"reason": "证明上没有目的地"}
    return {
        "carry_out": PROOF | READ_BACK, "submit": dict(PROOF), "add_proof": dict(PROOF), "execute": {"own_system": True},
        "lift_stop": why, "keep_stop": why, "send_back": why, "refuse": why, "withdraw": why, "message": words,
        "chase": {"said": "改好了吗", "channel": "phone"}, "note": {"text": "记下"}, "hand_over": person, "assign": person,
        "return_to_pool": why, "void": why, "decline_hand_over": why, "remind": {"at": make.now(), "text": "回电"},
    }  # fmt: skip


def people(desk):
    return {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip


def redirection(desk, **data):
    """A redirection with a charge, asked by the agent."""
    return make.change(desk.agent, desk, "K10", destination="天津", **CHARGED | data)


def reach(desk, sent, ref, steps):
    for name, move in steps:
        make.do(getattr(desk, name), ref, move, **sent.get(move, {}))


@pytest.mark.parametrize("state", ["asked", "proof_missing", "executed", "withdrawn", "void"])
def test_who_may_do_what_with_a_zero_cost_change(desk, sent, state):
    ref = make.change(desk.agent, desk, "K07", **(NO_PROOF if state == "proof_missing" else {}))
    reach(desk, sent, ref, {"executed": (("colleague", "carry_out"),)}.get(state, GETS_TO[state]))
    assert make.matter(ref).state == state
    assert wrong(lines(ZERO_COST, OPEN), people(desk), ref, state, sent) == []


@pytest.mark.parametrize(
    ("state", "table"),
    [(state, DECIDED) for state in GETS_TO if not state.startswith("waiting")]
    + [("waiting/1", WITH_SUPERVISOR), ("waiting/2", WITH_FINANCE)],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_who_may_do_what_with_a_change_that_needs_signatures(desk, sent, state, table):
    ref = redirection(desk, **(NO_PROOF if state == "proof_missing" else {}))
    reach(desk, sent, ref, GETS_TO[state])
    assert make.matter(ref).state == state.partition("/")[0]
    assert wrong(lines(table, OPEN), people(desk), ref, state, sent) == []


@pytest.mark.parametrize("table", [ZERO_COST, DECIDED, WITH_SUPERVISOR, WITH_FINANCE])
def test_the_tables_name_every_move_of_a_change(house, table):
    assert {line.move for line in lines(table, OPEN)} == {move.name for move in workflow.KINDS["change"].moves}


# ------------------------------------------------------------------------------------------ asking


@pytest.mark.parametrize(
    ("what", "asked", "why", "where"),
    [
        ("no shipment", {"shipment_id": None}, "A change needs the shipment: give its number.", "number"),
        ("the same name", {"consignee": "王五"}, "Nothing would change: fill in at least one new value.", "consignee"),
        ("a release without a hold", {"code": "K06"}, "The goods are not on the shipper's hold.", "code"),
        ("a void at the destination", {"code": "K05"},
         "Past security: the goods cannot come back. Return or redirect from the destination instead.", "code"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused_at_its_field(desk, what, asked, why, where):
    asked = {"shipment_id": desk.shipment, "code": "K07", "consignee": "王建平", **PROOF, **asked}
    with pytest.raises(Refused) as no:
        make.log(desk.agent, desk, "change", asked)
    assert (no.value.why.msgid, no.value.code, no.value.field) == (why, 422, where)


def test_delivered_goods_cannot_be_changed(desk):
    delivered = make.goods(desk, "A6")
    with pytest.raises(Refused) as no:
        make.change(desk.agent, desk, "K07", delivered)
    assert no.value.why.msgid == "Already delivered: nothing can be changed."


def test_a_change_keeps_what_stood_on_the_shipment_when_it_was_asked(desk):
    ref = make.change(desk.agent, desk, "K10", consignee="王建平", destination="天津")
    case = make.matter(ref)
    assert [(f.path, f.old, f.new) for f in case.fields] == [
        ("consignee", "王五", "王建平"),
        ("destination", "北京", "天津"),
        ("standing", "active", "redirected"),
    ]
    assert (case.stage_asked, case.requested_by_id, case.last_editor_id) == ("A5", desk.agent.user_id, desk.agent.user_id)


def test_without_proof_a_change_waits_for_it(desk):
    ref = make.change(desk.agent, desk, "K07", **NO_PROOF)
    assert make.matter(ref).state == "proof_missing"
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "The written proof is missing."


@pytest.mark.parametrize("missing", ["number", "destination", "consignee", "content"])
def test_a_proof_that_does_not_show_everything_is_no_proof(desk, missing):
    shown = [item for item in make.PAPER if item != missing]
    ref = make.change(desk.agent, desk, "K07", proof_items=shown)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "The proof does not show: %(item)s."
    assert make.goods_of(desk.shipment).consignee == "王五"
    assert make.matter(ref).state == "asked"


def test_before_the_number_the_proof_shows_destination_consignee_model_and_quantity(desk):
    early = make.goods(desk, "A0", number=None)
    ref = make.change(desk.agent, desk, "K01", early, consignee="王建平", proof_items=["destination", "consignee", "model"])
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "submit")
    assert str(no.value.why) == "The proof does not show: Quantity."
    make.do(desk.agent, ref, "submit", proof_items=["destination", "consignee", "model", "quantity"])
    assert make.matter(ref).state == "waiting"


def test_the_form_that_carries_out_asks_with_whom_the_change_was_read_back():
    form = CarryOut(data={})
    assert not form.validate()
    assert list(form.errors) == ["read_back"]


# ------------------------------------------------------------------------------------------ carrying out


def test_a_zero_cost_change_is_carried_out_by_the_one_who_asked_and_written_at_once(desk):
    ref = make.change(desk.agent, desk, "K09", address="北京海淀中关村 1 号")
    version = make.goods_of(desk.shipment).version
    make.do(desk.agent, ref, "carry_out", **READ_BACK, own_system=True)
    case, shipment = make.matter(ref), make.goods_of(desk.shipment)
    assert (shipment.address, shipment.version) == ("北京海淀中关村 1 号", version + 1)
    assert (case.read_back, case.executed_at, case.closed_at) == ("赵敏 10:05", make.now(), make.now())
    assert (case.own_system_at, case.own_system_by_id) == (make.now(), desk.agent.user_id)
    assert make.approvals_of(ref) == []


def test_an_agent_releases_held_goods_and_the_hold_is_gone(desk):
    held = make.goods(desk, hold_shipper="等付款", hold_service="错发")
    ref = make.change(desk.agent, desk, "K06", held)
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    shipment = make.goods_of(held)
    assert (shipment.hold_shipper, shipment.hold_service) == (None, "错发")


def test_the_shipment_is_written_only_by_the_last_signature(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    assert make.goods_of(desk.shipment).destination == "北京"
    make.do(desk.finance, ref, "approve")
    shipment, case = make.goods_of(desk.shipment), make.matter(ref)
    assert (shipment.destination, shipment.consignee, shipment.standing) == ("天津", "王建平", "redirected")
    assert (case.state, case.stage_decided, case.executed_at, case.closed_at) == ("approved", "A5", make.now(), None)


def test_ticking_the_own_system_closes_an_approved_change_and_stops_its_clock(desk, clock):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    ticked = clock.forward(4)
    make.do(desk.colleague, ref, "execute", own_system=True)
    case = make.matter(ref)
    assert (case.state, case.own_system_at, case.own_system_by_id) == ("executed", ticked, desk.colleague.user_id)
    assert make.clocks_of(ref)[0].stopped_at == ticked


def test_a_requested_field_that_moved_meanwhile_stops_the_change(desk):
    ref = make.change(desk.agent, desk, "K07", consignee="王建平")
    _set(desk.shipment, consignee="李雷")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "“%(field)s” of the shipment has changed meanwhile: it is now “%(now)s”."
    assert (str(no.value.why.params["field"]), no.value.why.params["now"]) == ("Consignee", "李雷")
    assert make.goods_of(desk.shipment).consignee == "李雷"


def test_another_field_that_moved_meanwhile_does_no_harm(desk):
    ref = make.change(desk.agent, desk, "K07", consignee="王建平")
    _set(desk.shipment, pieces=9, address="别处")
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    shipment = make.goods_of(desk.shipment)
    assert (shipment.consignee, shipment.pieces, shipment.address) == ("王建平", 9, "别处")


def test_goods_that_were_delivered_meanwhile_are_not_changed(desk):
    zero, decided = make.change(desk.agent, desk, "K07"), redirection(desk)
    make.do(desk.agent, decided, "submit")
    _set(desk.shipment, stage="A6")
    for who, ref, move in ((desk.agent, zero, "carry_out"), (desk.supervisor, decided, "approve")):
        with pytest.raises(Refused) as no:
            make.do(who, ref, move, **PROOF | READ_BACK)
        assert no.value.why.msgid == "Already delivered: nothing can be changed."
    make.do(desk.supervisor, decided, "refuse", reason="已签收")
    assert make.matter(decided).state == "refused"


def _set(shipment_id, **values):
    with make.writing() as tx:
        shipment = make.goods_of(shipment_id)
        for name, value in values.items():
            setattr(shipment, name, value)
        assert tx.session.dirty


# ------------------------------------------------------------------------------------------ finance


def stopped_release(desk, **data):
    shipment = make.goods(desk, hold_shipper="等付款", stopped="10 月账单逾期")
    owner = make.goods_of(shipment).customer_id
    return shipment, make.change(desk.agent, desk, "K06", shipment, **{"customer_id": owner, **data})


def test_release_for_a_stopped_customer_is_refused_with_the_reason(desk):
    shipment, ref = stopped_release(desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert str(no.value.why) == "No release: finance has stopped this customer. 10 月账单逾期"
    assert make.goods_of(shipment).hold_shipper == "等付款"


def test_a_caller_who_gives_his_own_name_cannot_get_a_stopped_customers_goods_released(desk):
    caller = {"customer_id": None, "caller_name": "周先生", "caller_phone": "13900001111"}
    shipment, ref = stopped_release(desk, **caller)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "No release: finance has stopped this customer. %(reason)s"
    assert make.goods_of(shipment).hold_shipper == "等付款"


def test_another_customer_cannot_get_a_stopped_customers_goods_released(desk):
    _, ref = stopped_release(desk, customer_id=desk.customer)
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "carry_out", **READ_BACK)


def test_documents_that_finance_holds_block_the_release(desk):
    held = make.goods(desk, hold_shipper="等付款")
    with make.writing() as tx:
        make.goods_of(held).customer.documents_held = "扣单：欠运费"
        tx.session.flush()
    ref = make.change(desk.agent, desk, "K06", held)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert str(no.value.why) == "No release: finance holds this customer's documents. 扣单：欠运费"


def test_goods_that_finance_holds_are_not_released(desk):
    held = make.goods(desk, hold_shipper="等付款", hold_finance="运费未付")
    ref = make.change(desk.agent, desk, "K06", held)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert str(no.value.why) == "No release: finance holds this shipment. 运费未付"


def test_a_finance_stop_does_not_touch_other_changes(desk):
    shipment = make.goods(desk, stopped="欠款")
    ref = make.change(desk.agent, desk, "K07", shipment, customer_id=make.goods_of(shipment).customer_id)
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.matter(ref).state == "executed"


def test_finance_lifts_the_stop_when_asked_and_the_agent_releases(desk, clock):
    shipment, ref = stopped_release(desk)
    asked = clock.forward(1)
    make.do(desk.agent, ref, "ask_finance")
    assert ("lift", "finance") in {(t.what, t.role) for t in make.open_turns(ref)}
    assert make.matter(ref).finance_asked_at == asked
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "ask_finance")
    assert no.value.why.msgid == "Finance has been asked already."
    make.do(desk.finance, ref, "lift_stop", reason="已到账")
    customer = make.goods_of(shipment).customer
    assert (customer.stopped_at, customer.stopped_by_id, customer.stopped_reason) == (None, None, None)
    assert "lift" not in {t.what for t in make.open_turns(ref)}
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.goods_of(shipment).hold_shipper is None


def test_finance_may_keep_the_stop_and_the_release_stays_refused(desk):
    shipment, ref = stopped_release(desk)
    make.do(desk.agent, ref, "ask_finance")
    make.do(desk.finance, ref, "keep_stop", reason="未到账")
    assert make.goods_of(shipment).customer.stopped_reason == "10 月账单逾期"
    assert make.matter(ref).finance_asked_at is None
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "carry_out", **READ_BACK)


# ------------------------------------------------------------------------------------------ money


def test_a_charge_that_was_not_agreed_is_not_sent_for_decision(desk):
    ref = redirection(desk, charge_agreed=None)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "submit")
    assert no.value.why.msgid == "Agree the charge with the customer first, and note with whom."
    make.do(desk.agent, ref, "submit", charge_agreed="赵敏 13:50")
    assert make.matter(ref).state == "waiting"


def test_an_empty_charge_field_means_no_charge(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    form = Correction(MultiDict({"charge_minor": "", "payer": "", "charge_agreed": ""}))
    assert form.validate()
    make.do(desk.agent, ref, "submit", **{f.name: f.data for f in form if f.raw_data})
    assert (make.matter(ref).charge_minor, _steps(ref)) == (0, [("supervisor", 2, "waiting")])


def test_a_charge_found_while_sending_a_zero_cost_change_brings_supervisor_and_finance_in(desk):
    ref = make.change(desk.agent, desk, "K07")
    make.do(desk.agent, ref, "submit", **CHARGED)
    assert _steps(ref) == [("supervisor", 2, "waiting"), ("finance", 1, "waiting")]


def test_a_zero_cost_change_whose_charge_is_dropped_is_carried_out_not_sent(desk):
    ref = make.change(desk.agent, desk, "K07", **CHARGED)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "submit", charge_minor=0)
    assert no.value.why.msgid == "No decision is needed: carry it out with proof and read-back."
    assert make.matter(ref).state == "asked"


def _steps(ref):
    return [(a.role, a.grade, a.status) for a in make.approvals_of(ref)]


# ------------------------------------------------------------------------------------------ deciding


def test_a_second_look_sends_zero_cost_changes_to_a_supervisor(desk):
    make.set_figure("change.zero_cost.second_look", True, by=desk.supervisor.user_id, agreed=desk.finance.user_id)
    ref = make.change(desk.agent, desk, "K07")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "This kind of change needs a decision first."
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    assert make.goods_of(desk.shipment).consignee == "王建平"


def test_a_second_look_that_nobody_has_agreed_to_changes_nothing(desk):
    make.set_figure("change.zero_cost.second_look", True, by=desk.supervisor.user_id)
    ref = make.change(desk.agent, desk, "K07")
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.matter(ref).state == "executed"


def test_refusing_tells_the_reason_drops_what_is_still_asked_and_stops_the_clock(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "refuse", reason="无单")
    case = make.matter(ref)
    assert (case.state, case.refusal, _steps(ref)) == ("refused", "无单", [("supervisor", 2, "refused"), ("finance", 1, "dropped")])
    assert make.clocks_of(ref)[0].stopped_at == make.now()


def test_a_change_sent_back_is_signed_anew_by_everybody(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "send_back", reason="金额不符")
    assert make.matter(ref).state == "proof_missing"
    make.do(desk.agent, ref, "submit", charge_minor=15_000)
    assert [(a.round, a.role, a.status) for a in make.approvals_of(ref)] == [
        (1, "supervisor", "approved"), (1, "finance", "returned"), (2, "supervisor", "waiting"), (2, "finance", "waiting"),
    ]  # fmt: skip
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    assert (make.matter(ref).state, make.matter(ref).charge_minor) == ("approved", 15_000)


def test_a_signature_taken_back_is_asked_for_again(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.supervisor, ref, "unsign")
    assert [(a.round, a.role, a.status) for a in make.approvals_of(ref)] == [
        (1, "supervisor", "approved"), (1, "finance", "dropped"), (2, "supervisor", "waiting"), (2, "finance", "waiting"),
    ]  # fmt: skip
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    assert make.matter(ref).state == "approved"


@pytest.mark.parametrize("end", ["withdraw", "void"])
def test_nothing_is_asked_any_more_of_a_change_that_is_withdrawn_or_void(desk, end):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.agent, ref, end, reason="客户取消")
    assert {status for _, _, status in _steps(ref)} == {"dropped"}
    assert make.open_turns(ref) == []
    assert make.clocks_of(ref)[0].stopped_at == make.now()


def test_the_second_of_two_deciders_learns_who_was_faster_and_nothing_is_changed(desk, clock):
    other = make.person(desk, "supervisor", grade=2)
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    seen = make.matter(ref).version
    at = clock.forward(2)
    make.do(desk.supervisor, ref, "refuse", seen, reason="无单")
    clock.forward(1)
    with pytest.raises(Refused) as no:
        make.do(other, ref, "approve", seen)
    why = no.value.why
    assert (no.value.code, why.msgid) == (409, "%(who)s was faster: %(what)s (%(when)s)")
    assert (why.params["who"], str(why.params["what"]), why.params["when"]) == (desk.supervisor.name, "Refuse", at)
    assert make.matter(ref).state == "refused"


def test_a_form_made_before_the_charge_was_corrected_does_not_approve_it(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    seen = make.matter(ref).version
    make.do(desk.supervisor, ref, "send_back", reason="金额不符")
    make.do(desk.agent, ref, "submit", charge_minor=99_900)
    with pytest.raises(Refused) as no:
        make.do(desk.supervisor, ref, "approve", seen)
    assert no.value.code == 409


def test_the_state_of_a_change_always_agrees_with_its_signatures(desk):
    refs = [redirection(desk) for _ in range(4)]
    for ref in refs:
        make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, refs[1], "approve")
    make.do(desk.supervisor, refs[2], "approve")
    make.do(desk.finance, refs[2], "approve")
    make.do(desk.supervisor, refs[3], "refuse", reason="无单")
    for case in (make.matter(ref) for ref in refs):
        waiting = [a for a in make.approvals_of(case.ref) if a.round == case.round and a.status == "waiting"]
        assert (case.state == "waiting") is bool(waiting), case.ref
    assert [make.matter(ref).state for ref in refs] == ["waiting", "waiting", "approved", "refused"]


def test_the_earlier_of_thirty_minutes_and_thirty_minutes_before_cut_off_decides(desk):
    now = make.now()
    for cut_off, due in ((None, 30), (timedelta(hours=5), 30), (timedelta(minutes=45), 15), (timedelta(minutes=10), -20)):
        shipment = make.goods(desk, cut_off_at=now + cut_off if cut_off else None)
        ref = make.change(desk.agent, desk, "K10", shipment, destination="天津")
        make.do(desk.agent, ref, "submit")
        assert [a.due_at for a in make.approvals_of(ref)] == [now + timedelta(minutes=due)], cut_off


def test_logging_a_complete_change_carries_it_out_or_submits_it_in_the_same_write(desk):
    with make.write_tx(desk.agent, "register") as tx:
        made = [_begun(tx, desk, "K08", consignee_phone="13800001111", **READ_BACK), _begun(tx, desk, "K10", destination="天津")]
        states = [case.state for case in made]
    assert states == ["executed", "waiting"]
    assert make.goods_of(desk.shipment).consignee_phone == "13800001111"


def _begun(tx, desk, code, **data):
    data = {"office_id": desk.office, "channel": "fax", "customer_id": desk.customer, "code": code, **PROOF, **data}
    data |= {"shipment_id": desk.shipment, "shipment": make.goods_of(desk.shipment)}
    case = workflow.open_case(tx, "change", data)
    case = make.matter(case.ref)
    assert isinstance(case, Change)
    workflow.proceed(tx, case, data)
    return case

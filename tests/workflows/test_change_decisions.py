"""Who decides a change, what finance and money have to do with it, and two who decide at once (D-01, D-02, D-19, CHG-15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from models import Change
from rules import charges, workflow
from rules.words import Refused
from tests import factories as make
from tests.factories import PROOF, READ_BACK
from workflows.change import Correction

CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}


def redirection(desk, **data):
    """A redirection with a charge, asked by the agent."""
    return make.change(desk.agent, desk, "K10", destination="天津", **CHARGED | data)


# ------------------------------------------------------------------------------------------ finance


def stopped_release(desk, **data):
    shipment = make.goods(desk, hold_shipper="等付款", stopped="10 月账单逾期")
    owner = make.goods_of(shipment).customer_id
    return shipment, make.change(desk.agent, desk, "K06", shipment, **{"customer_id": owner, **data})


@pytest.mark.rule("CHG-12", "FIN-19")
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


@pytest.mark.rule("FIN-02")
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


@pytest.mark.rule("FIN-19")
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


@pytest.mark.rule("CHG-15")
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
    assert (make.matter(ref).lines, _steps(ref)) == ([], [("supervisor", 2, "waiting")])


@pytest.mark.rule("CHG-03", "CHG-15")
def test_a_charge_found_while_sending_a_zero_cost_change_brings_supervisor_and_finance_in(desk):
    ref = make.change(desk.agent, desk, "K07")
    make.do(desk.agent, ref, "submit", **CHARGED)
    assert _steps(ref) == [("supervisor", 2, "waiting"), ("finance", 1, "waiting")]


@pytest.mark.rule("CHG-15")
def test_an_empty_charge_field_does_not_take_a_charge_away(desk):
    """A charge once noted is waived by a company leader, never left out of a form (CHG-19)."""
    ref = make.change(desk.agent, desk, "K07", **CHARGED)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "This kind of change needs a decision first."
    make.do(desk.agent, ref, "submit", charge_minor=0)
    assert _steps(ref) == [("supervisor", 2, "waiting"), ("finance", 1, "waiting")]


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


@pytest.mark.rule("CHG-04")
def test_refusing_tells_the_reason_drops_what_is_still_asked_and_stops_the_clock(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "refuse", reason="无单")
    case = make.matter(ref)
    assert (case.state, case.refusal, _steps(ref)) == (
        "refused",
        "无单",
        [("supervisor", 2, "refused"), ("finance", 1, "dropped")],
    )
    assert make.clocks_of(ref)[0].stopped_at == make.now()


def test_a_change_sent_back_is_signed_anew_by_everybody(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "send_back", reason="金额不符")
    assert make.matter(ref).state == "proof_missing"
    make.do(desk.agent, ref, "submit", **CHARGED | {"charge_minor": 3_000})
    assert [(a.round, a.role, a.status) for a in make.approvals_of(ref)] == [
        (1, "supervisor", "approved"), (1, "finance", "returned"), (2, "supervisor", "waiting"), (2, "finance", "waiting"),
    ]  # fmt: skip
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    assert make.matter(ref).state == "approved"
    assert charges.totals(make.matter(ref).lines) == [("receivable", "CNY", 15_000)]


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


def test_a_form_made_before_another_charge_came_does_not_approve_it(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    seen = make.matter(ref).version
    make.do(desk.supervisor, ref, "send_back", reason="金额不符")
    make.do(desk.agent, ref, "submit", **CHARGED | {"charge_minor": 99_900})
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
    for cut_off, due in (
        (None, 30),
        (timedelta(hours=5), 30),
        (timedelta(minutes=45), 15),
        (timedelta(minutes=10), -20),
    ):
        shipment = make.goods(desk, cut_off_at=now + cut_off if cut_off else None)
        ref = make.change(desk.agent, desk, "K10", shipment, destination="天津")
        make.do(desk.agent, ref, "submit")
        assert [a.due_at for a in make.approvals_of(ref)] == [now + timedelta(minutes=due)], cut_off


def test_logging_a_complete_change_carries_it_out_or_submits_it_in_the_same_write(desk):
    with make.write_tx(desk.agent, "register") as tx:
        made = [
            _begun(tx, desk, "K08", consignee_phone="13800001111", **READ_BACK),
            _begun(tx, desk, "K10", destination="天津", payer="company"),
        ]
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

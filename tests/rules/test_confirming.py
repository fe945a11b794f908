"""Answers that a change needs from inside the house or from a partner: who is asked, what waits for it, how long it may take
(CHG-08, CHG-09, CHG-10, CHG-12, CHG-14, CHG-16, CF-06)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from models import Confirmation, Customer, Shipment, db
from rules import confirming
from rules.matrix import CONFIRMERS
from rules.policy import unseen
from rules.words import Refused
from tests import factories as make
from tests.factories import READ_BACK

DONE = {"own_system": True, "told": "已改好"}
ITEMS = {
    "K03": ["replaces", "time", "signature"], "K05": ["number", "destination", "consignee", "return_to_stock", "no_refund"],
}  # fmt: skip
# Who has to answer before what: `decision`, `effect` (the shipment is written) or `close`; from the rulebook by hand.
NEEDED = """
K03  A0  -
K03  A1  clerks:effect warehouse:effect
K04  A2  billing:effect warehouse:effect
K05  A3  dispatcher:decision
K06  A4  -
K06  A5  partner:close
K06  R2  partner:close
K07  A5  -
K07  R3  partner:close
K10  A5  -
K12  S1  original:decision
K12  S2  original:decision carrier:effect
K12  S3  original:decision terminal:effect
K12  S4  original:decision carrier:effect
K13  S0  route:decision
K14  S4  -
K16  R2  -
K18  S3  carrier:close
K19  S3  terminal:close
K21  A5  pickup:effect
K21  R3  pickup:effect partner:close
"""


@pytest.mark.parametrize("line", NEEDED.strip().splitlines())
@pytest.mark.rule("CHG-08", "CHG-09", "CHG-10", "CHG-12", "CHG-14", "CHG-16", "CHG-21", "CHG-22", "POD-05")
def test_who_has_to_answer_before_what(line):
    code, stage, *wanted = line.split()
    case = SimpleNamespace(code=code, shipment=Shipment(stage=stage))
    should = {phase: [w.partition(":")[0] for w in wanted if w.endswith(f":{phase}")] for phase in confirming.PHASES}
    assert {phase: confirming.needed(case, (phase,)) for phase in confirming.PHASES} == should


def test_everybody_who_may_be_asked_has_a_name_and_a_clock_of_the_house():
    assert {rule.name for rule in confirming.CLOCKS} == {f"confirm_{what}" for what in CONFIRMERS}
    assert {rule.party for rule in confirming.CLOCKS} == {"house"}


# ------------------------------------------------------------------------------------------ at the desk


def lines(ref):
    found = select_of(ref)
    return list(db.session.scalars(unseen(found).execution_options(populate_existing=True)))


def select_of(ref):
    return db.select(Confirmation).where(Confirmation.case_id == make.matter(ref).id).order_by(Confirmation.id)


def refused(who, ref, move, **data):
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, **data)
    return no.value


def released(desk):
    """A release at the destination that the agent has carried out; the partner has still to say that he saw it."""
    ref = make.change(desk.agent, desk, "K06", make.goods(desk, "A5", hold_shipper="等付款"))
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    return ref


def voided(desk):
    """A note that is voided while the goods are loaded out: clerks and warehouse have to say that it is stopped."""
    return make.change(desk.agent, desk, "K03", make.goods(desk, "A1", number=None), proof_items=ITEMS["K03"])


@pytest.mark.rule("CHG-12")
def test_a_release_at_the_destination_is_done_when_the_partner_has_seen_it(desk, clock):
    """CHG-12: no confirmation, stays open."""
    ref = released(desk)
    case = make.matter(ref)
    assert (case.state, case.executed_at, case.shipment.hold_shipper) == ("approved", make.now(), None)
    assert [(t.what, t.user_id) for t in make.open_turns(ref)] == [("finish", desk.agent.user_id)]
    why = refused(desk.agent, ref, "execute", **DONE)
    assert (why.code, str(why.why)) == (409, "Waits for: Destination partner: has seen it.")
    make.do(desk.agent, ref, "ask_confirmation", what="partner", whom="北京代理 孙经理，微信")
    assert refused(desk.agent, ref, "execute", **DONE).code == 409
    make.do(desk.agent, ref, "confirmation", what="partner", answer="yes", answered_by="孙经理", text="15:20 已看到")
    make.do(desk.agent, ref, "execute", **DONE)
    assert make.matter(ref).state == "executed"


def test_a_question_keeps_whom_when_and_the_answer_with_the_name(desk, clock):
    ref = released(desk)
    asked = clock.forward(2)
    make.do(desk.agent, ref, "ask_confirmation", what="partner", whom="北京代理，微信")
    (line,) = lines(ref)
    assert (line.what, line.whom, line.asked_at, line.asked_by_id, line.answer) == (
        "partner", "北京代理，微信", asked, desk.agent.user_id, None,
    )  # fmt: skip
    came = clock.forward(9)
    make.do(desk.colleague, ref, "confirmation", what="partner", answer="yes", answered_by="孙经理", text="看到了")
    (line,) = lines(ref)
    assert (line.answer, line.answered_at, line.answered_by, line.text, line.recorded_by_id) == (
        "yes", came, "孙经理", "看到了", desk.colleague.user_id,
    )  # fmt: skip
    assert {e.action for e in make.events(object_type="confirmations")} == {
        "change.ask_confirmation",
        "change.confirmation",
    }


def test_a_question_runs_a_clock_of_the_house_until_it_is_answered(desk, clock):
    ref = released(desk)
    make.do(desk.agent, ref, "ask_confirmation", what="partner")
    running = next(c for c in make.clocks_of(ref) if c.name == "confirm_partner")
    assert (running.party, running.minutes, running.due_at) == ("house", 30, make.now() + timedelta(minutes=30))
    assert lines(ref)[0].clock_id == running.id
    clock.forward(5)
    make.do(desk.agent, ref, "chase_confirmation", what="partner")
    make.do(desk.agent, ref, "chase_confirmation", what="partner")
    same = next(c for c in make.clocks_of(ref) if c.name == "confirm_partner")
    assert (lines(ref)[0].chases, same.due_at, same.stopped_at) == (2, running.due_at, None)
    answered = clock.forward(5)
    make.do(desk.agent, ref, "confirmation", what="partner", answer="no", answered_by="孙经理", text="没收到")
    assert [c.stopped_at for c in make.clocks_of(ref) if c.name == "confirm_partner"] == [answered]


def test_the_office_sets_how_long_a_confirmation_may_take(desk):
    make.set_figure("change.confirmation", 12, desk.office)
    ref = released(desk)
    make.do(desk.agent, ref, "ask_confirmation", what="partner")
    assert [c.minutes for c in make.clocks_of(ref) if c.name == "confirm_partner"] == [12]


def test_a_no_stands_until_it_is_asked_anew_and_answered_with_yes(desk):
    ref = released(desk)
    make.do(desk.agent, ref, "ask_confirmation", what="partner")
    make.do(desk.agent, ref, "confirmation", what="partner", answer="no", answered_by="孙经理", text="货已放错")
    assert str(refused(desk.agent, ref, "execute", **DONE).why) == "孙经理 said no: 货已放错"
    make.do(desk.agent, ref, "ask_confirmation", what="partner")
    assert str(refused(desk.agent, ref, "execute", **DONE).why) == "Waits for: Destination partner: has seen it."
    make.do(desk.agent, ref, "confirmation", what="partner", answer="yes", answered_by="孙经理")
    assert [line.answer for line in lines(ref)] == ["no", "yes"]
    make.do(desk.agent, ref, "execute", **DONE)


def test_only_what_is_needed_is_asked_and_once(desk):
    ref = voided(desk)
    assert (refused(desk.agent, ref, "ask_confirmation", what="dispatcher").code) == 422
    make.do(desk.agent, ref, "ask_confirmation", what="clerks")
    why = refused(desk.agent, ref, "ask_confirmation", what="clerks")
    assert (why.code, why.field, why.why.msgid) == (422, "what", "This is not needed here, or has been asked already.")
    for move in ("confirmation", "chase_confirmation"):
        why = refused(desk.agent, ref, move, what="warehouse", answer="yes", answered_by="老何")
        assert (why.code, why.why.msgid) == (422, "Nobody was asked for this.")
    make.do(desk.agent, ref, "confirmation", what="clerks", answer="yes", answered_by="单证小李")
    assert refused(desk.agent, ref, "ask_confirmation", what="clerks").code == 422


# ------------------------------------------------------------------------------------------ before deciding


@pytest.mark.rule("CHG-10")
def test_a_withdrawal_is_not_sent_for_decision_before_the_dispatcher_has_answered(desk):
    """CHG-10."""
    ref = make.change(desk.agent, desk, "K05", make.goods(desk, "A3"), proof_items=ITEMS["K05"])
    why = refused(desk.agent, ref, "submit")
    assert (why.code, str(why.why)) == (409, "Waits for: Dispatcher: the goods can still come back.")
    make.do(desk.agent, ref, "ask_confirmation", what="dispatcher")
    make.do(desk.agent, ref, "confirmation", what="dispatcher", answer="no", answered_by="调度老周", text="已装机")
    assert str(refused(desk.agent, ref, "submit").why) == "调度老周 said no: 已装机"
    make.do(desk.agent, ref, "ask_confirmation", what="dispatcher")
    make.do(desk.agent, ref, "confirmation", what="dispatcher", answer="yes", answered_by="调度老周")
    make.do(desk.agent, ref, "submit")
    assert make.matter(ref).state == "waiting"


@pytest.mark.rule("CHG-14")
def test_only_the_customers_own_agent_or_a_supervisor_reviews_a_commission(desk):
    """CHG-14, CF-06: the original clerk; others record that he was asked."""
    with make.writing() as tx:
        db.session.get_one(
            Customer, desk.customer, execution_options={"visible": "system"}
        ).agent_id = desk.colleague.user_id
        tx.session.flush()
    answer = {"what": "original", "answer": "yes", "answered_by": "原客服"}
    for who in (desk.colleague, desk.supervisor):
        ref = make.change(desk.agent, desk, "K12", make.goods(desk, "S1"), container="TGHU1234567")
        make.do(desk.agent, ref, "ask_confirmation", what="original")
        why = refused(desk.agent, ref, "confirmation", **answer)
        assert (why.code, why.why.msgid) == (403, "Only the customer's own agent or a supervisor reviews this.")
        make.do(who, ref, "confirmation", **answer)
        make.do(desk.agent, ref, "submit")


# ------------------------------------------------------------------------------------------ before the effect


@pytest.mark.rule("CHG-08")
def test_a_void_after_the_loading_sheet_is_written_only_when_clerks_and_warehouse_have_confirmed(desk):
    """CHG-08: two confirmations; the signature alone changes nothing on the shipment."""
    ref = voided(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    case = make.matter(ref)
    assert (case.state, case.executed_at, case.shipment.standing) == ("approved", None, "active")
    for what, still in (("clerks", "Warehouse: goods back in stock"), ("warehouse", None)):
        make.do(desk.agent, ref, "ask_confirmation", what=what)
        make.do(desk.agent, ref, "confirmation", what=what, answer="yes", answered_by="老何")
        if still:
            assert str(refused(desk.agent, ref, "execute", **DONE).why) == f"Waits for: {still}."
    make.do(desk.agent, ref, "execute", **DONE)
    case = make.matter(ref)
    assert (case.state, case.executed_at, case.stage_executed, case.shipment.standing) == (
        "executed",
        make.now(),
        "A1",
        "void",
    )


def test_answers_that_came_before_the_signature_need_not_be_waited_for(desk):
    ref = voided(desk)
    for what in ("clerks", "warehouse"):
        make.do(desk.agent, ref, "ask_confirmation", what=what)
        make.do(desk.agent, ref, "confirmation", what=what, answer="yes", answered_by="老何")
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    assert make.goods_of(make.matter(ref).shipment_id).standing == "void"


@pytest.mark.rule("CHG-06")
def test_goods_that_were_handed_over_while_the_clerks_were_asked_are_not_voided_any_more(desk):
    """CHG-06: the stage counts when it is carried out, too."""
    ref = voided(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    shipment = make.matter(ref).shipment_id
    with make.writing() as tx:
        make.goods_of(shipment).stage = "A2"
        tx.session.flush()
    why = refused(desk.agent, ref, "execute", **DONE)
    assert (why.code, why.why.msgid) == (409, "The split waybill exists: cancel it with return to stock.")
    assert make.goods_of(shipment).standing == "active"


def test_a_stage_that_moves_on_brings_new_questions(desk):
    """A commission asked before the booking was confirmed needs the carrier's consent after it (matrix, S2)."""
    ref = make.change(desk.agent, desk, "K12", make.goods(desk, "S1"), container="TGHU1234567")
    make.do(desk.supervisor, ref, "ask_confirmation", what="original")
    make.do(desk.supervisor, ref, "confirmation", what="original", answer="yes", answered_by="原客服")
    make.do(desk.agent, ref, "submit")
    with make.writing() as tx:
        make.matter(ref).shipment.stage = "S2"
        tx.session.flush()
    make.do(desk.supervisor, ref, "approve", stage_seen="S2")
    assert make.matter(ref).executed_at is None
    assert str(refused(desk.agent, ref, "execute", **DONE).why) == "Waits for: Carrier: consents."


def test_what_was_asked_ends_with_the_change(desk):
    ref = voided(desk)
    make.do(desk.agent, ref, "ask_confirmation", what="clerks")
    make.do(desk.agent, ref, "withdraw", reason="客户取消")
    assert all(c.stopped_at for c in make.clocks_of(ref))
    assert refused(desk.agent, ref, "confirmation", what="clerks", answer="yes", answered_by="老何").code == 409

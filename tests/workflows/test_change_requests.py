"""Asking for a change: what is logged as refused, what a kind asks beyond the shipment, charges from asking to waiving, the
paper that is still missing, and the last step (CHG-01, CHG-11, CHG-13, CHG-15, CHG-19 to CHG-23, D-01, ORG-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Message, Partner, db
from rules import charges, fees, reminders
from rules.policy import unseen
from rules.store import write_tx
from rules.words import Refused
from tests import factories as make
from tests.factories import PROOF, READ_BACK

CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
DONE = {"own_system": True, "told": "已改好"}
NO_PROOF = {"proof_note": None, "proof_items": []}
OWN = "You asked for this change yourself; another person decides."


def refused(who, ref, move, **data):
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, **data)
    return no.value.code, no.value.why.msgid


def not_asked(desk, code, shipment=None, **data):
    """Where the form says no, and why."""
    with pytest.raises(Refused) as no:
        make.change(desk.agent, desk, code, shipment, **data)
    assert no.value.code == 422
    return no.value.field, str(no.value.why)


# ------------------------------------------------------------------------------------------ refused, and on record


@pytest.mark.parametrize(
    ("code", "stage", "why"),
    [
        ("K05", "A4", "Past security: the goods cannot come back. Return or redirect from the destination instead."),
        ("K07", "A6", "Already delivered: nothing can be changed."),
        ("K01", "A2", "The waybill number exists: change the consignee, phone or address alone, or in writing."),
    ],
)
@pytest.mark.rule("CHG-11")
def test_an_impossible_request_is_logged_as_refused_with_its_reason(desk, code, stage, why):
    """CHG-11: closed with the reason; nothing of it can be decided or carried out."""
    goods = make.goods(desk, stage)
    field, said = not_asked(desk, code, goods)
    assert (field, said) == ("code", why)
    ref = make.change(desk.agent, desk, code, goods, log_refused=True)
    case = make.matter(ref)
    assert (case.state, case.refusal, case.closed_at, case.fields) == ("refused", why, make.now(), [])
    assert (make.open_turns(ref), make.clocks_of(ref), make.approvals_of(ref)) == ([], [], [])
    assert refused(desk.agent, ref, "submit")[0] == 409


def test_a_possible_request_is_not_logged_as_refused(desk):
    ref = make.change(desk.agent, desk, "K07", log_refused=True)
    assert make.matter(ref).state == "asked"


# ------------------------------------------------------------------------------------------ another city


@pytest.mark.parametrize("code", ["K09", "K11"])
def test_another_city_is_a_redirection_and_no_new_address(desk, code):
    """D-01: 转货, with a charge."""
    more = {"consignee": "王建平"} if code == "K11" else {}
    assert not_asked(desk, code, address="上海浦东张江路 1 号", **more) == (
        "address", "上海 is another city than the destination: choose “Redirect”, it carries a charge.",
    )  # fmt: skip
    make.change(desk.agent, desk, code, address="北京海淀上海路 5 号", **more)  # a street, not the city
    make.change(desk.agent, desk, code, address="海淀中关村 1 号", **more)  # cannot be told


def test_a_correction_cannot_smuggle_in_another_city(desk):
    ref = make.change(desk.agent, desk, "K09", address="北京海淀中关村 1 号")
    code, why = refused(desk.agent, ref, "edit", address="天津滨海新区 3 号")
    assert (code, why) == (
        422,
        "%(city)s is another city than the destination: choose “Redirect”, it carries a charge.",
    )


def test_a_city_of_ones_own_partners_is_known_too(desk):
    with make.writing() as tx:
        tx.add(Partner(code="YT1", name="鹰潭代理", city="鹰潭"))
    assert not_asked(desk, "K09", address="鹰潭月湖区 2 号")[0] == "address"


# ------------------------------------------------------------------------------------------ what a kind asks


@pytest.mark.parametrize(
    ("code", "stage", "given", "field"),
    [
        ("K14", "S4", {"bl_number": "COSU612"}, "bl_date"),
        ("K14", "S4", {"bl_number": "COSU612", "bl_date": "上周五"}, "bl_date"),
        ("K14", "S4", {"bl_date": "2026-11-10"}, "bl_number"),
        ("K15", "S4", {}, "bl_number"),
        ("K16", "S4", {}, "fee_kind"),
        ("K18", "S4", {}, "free_days"),
        ("K19", "S2", {"box": "TGHU1234567", "customs_number": "5304"}, "vessel"),
        ("K20", "S3", {}, "path"),
    ],
)
@pytest.mark.rule("CHG-22", "CHG-23")
def test_what_a_kind_needs_beyond_the_shipment_is_asked_at_its_field(desk, code, stage, given, field):
    assert not_asked(desk, code, make.goods(desk, stage), proof_items=["number", "content"], **given)[0] == field


@pytest.mark.rule("SYS-05")
def test_a_destination_agent_who_is_blocked_is_not_chosen(desk):
    with make.writing() as tx:
        gone = tx.add(Partner(code="BJ9", name="停用代理", status="blocked", published=True)).id
    goods = make.goods(desk, "S1")
    assert not_asked(desk, "K17", goods, partner_id=gone)[0] == "partner_id"
    assert not_asked(desk, "K17", goods, partner_id=99_999)[0] == "partner_id"


# ------------------------------------------------------------------------------------------ charges


@pytest.mark.rule("CHG-13")
def test_a_redirection_names_its_charge_or_the_companys_own_mistake(desk):
    """CHG-13."""
    ref = make.change(desk.agent, desk, "K10", destination="天津", payer=None)
    assert refused(desk.agent, ref, "submit") == (409, "Name the charge, or that our company pays for its own mistake.")
    make.do(desk.agent, ref, "submit", payer="company")
    assert (make.matter(ref).lines, [a.role for a in make.approvals_of(ref)]) == ([], ["supervisor"])


@pytest.mark.parametrize(
    ("code", "stage", "more"),
    [("K10", "A6", {"destination": "天津"}), ("K19", "S2", {"box": "TGHU1", "customs_number": "5", "vessel": "021E"}),
     ("K20", "S3", {"path": "paid"})],
)  # fmt: skip
@pytest.mark.rule("CHG-22", "CHG-23")
def test_where_it_must_cost_something_our_own_mistake_does_not_do(desk, code, stage, more):
    """A new transport after delivery, a watched box, a paid short shipment (CHG-22, CHG-23, matrix A6)."""
    items = make.PAPER if code == "K10" else ["number", "content"]
    ref = make.change(desk.agent, desk, code, make.goods(desk, stage), proof_items=items, **more)
    assert refused(desk.agent, ref, "submit", payer="company")[0] == 409
    make.do(desk.agent, ref, "submit", **CHARGED)
    assert [a.role for a in make.approvals_of(ref)] == ["supervisor", "finance"]


@pytest.mark.rule("CHG-13")
def test_what_we_owe_others_is_no_charge_to_the_customer(desk):
    """Delivered already: only against a charge, which a fee of the carrier's alone is not."""
    ref = make.change(desk.agent, desk, "K10", make.goods(desk, "A6"), destination="天津")
    make.do(desk.agent, ref, "add_charge", charge_minor=1, side="payable", item="carrier", party="北京代理")
    assert refused(desk.agent, ref, "submit") == (409, "Name the charge, or that our company pays for its own mistake.")


@pytest.mark.rule("CHG-12")
def test_a_release_is_not_turned_into_a_hold_by_a_correction(desk):
    """Releasing is the agent's, holding a supervisor's: what is typed into a release's hold is not taken over."""
    goods = make.goods(desk, hold_shipper="等发货人指令")
    ref = make.change(desk.agent, desk, "K06", goods, hold_shipper="不放了")
    make.do(desk.agent, ref, "edit", hold_shipper="不放了")
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.goods_of(goods).hold_shipper is None


@pytest.mark.rule("CHG-15", "FIN-13")
def test_a_charge_that_arises_later_is_agreed_before_it_is_sent(desk):
    ref = make.change(desk.agent, desk, "K07")
    make.do(desk.colleague, ref, "add_charge", charge_minor=8_000, payer="consignee", item="redelivery")
    make.do(desk.colleague, ref, "add_charge", charge_minor=5_000, side="payable", party="北京代理", item="carrier")
    assert refused(desk.agent, ref, "carry_out", **READ_BACK) == (409, "This kind of change needs a decision first.")
    assert refused(desk.agent, ref, "submit") == (409, "Agree the charge with the customer first, and note with whom.")
    make.do(desk.agent, ref, "agree_charge", charge_agreed="赵敏 14:20")
    case = make.matter(ref)
    assert [(line.side, line.payer, line.party, line.agreed) for line in case.lines] == [
        ("receivable", "consignee", None, "赵敏 14:20"), ("payable", None, "北京代理", None),
    ]  # fmt: skip
    assert charges.totals(case.lines) == [("receivable", "CNY", 8_000), ("payable", "CNY", 5_000)]
    assert case.last_editor_id == desk.colleague.user_id
    make.do(desk.agent, ref, "submit")
    assert [a.role for a in make.approvals_of(ref)] == ["supervisor", "finance"]


@pytest.mark.rule("CHG-15")
def test_the_customer_has_agreed_only_to_what_was_on_the_form(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津", **CHARGED | {"charge_agreed": None})
    seen = make.matter(ref).version
    make.do(desk.colleague, ref, "add_charge", charge_minor=99_900, payer="shipper")
    assert refused_against(desk.agent, ref, "agree_charge", seen, charge_agreed="赵敏 14:20") == 409
    assert [line.agreed for line in make.matter(ref).lines] == [None, None]


def refused_against(who, ref, move, version, **data):
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, version, **data)
    return no.value.code


@pytest.mark.parametrize("payer", [None, "", "bank"])
def test_a_charge_says_who_pays(desk, payer):
    ref = make.change(desk.agent, desk, "K07")
    code, why = refused(desk.agent, ref, "add_charge", charge_minor=8_000, payer=payer)
    assert (code, why) == (422, "Say who pays: shipper, consignee, or our company for our own mistake.")


def test_a_mistyped_charge_is_taken_out_and_counts_no_more(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津", **CHARGED)
    typed = make.matter(ref).lines[0].id
    assert refused(desk.agent, ref, "strike_charge", line=typed)[0] == 422  # a reason is asked
    make.do(desk.agent, ref, "add_charge", charge_minor=1_200, payer="shipper", charge_agreed="赵敏 13:55")
    make.do(desk.colleague, ref, "strike_charge", line=typed, reason="多打了一个零")
    assert [line.amount_minor for line in make.matter(ref).lines] == [1_200]
    assert make.matter(ref).last_editor_id == desk.colleague.user_id  # he decides no more
    assert refused(desk.agent, ref, "strike_charge", line=typed, reason="再删一次")[0] == 422


def test_a_fee_of_the_table_that_does_not_arise_is_taken_out_and_the_signer_sees_it(desk):
    ref = _with_fee(desk, "redelivery")
    (line,) = make.matter(ref).lines
    make.do(desk.agent, ref, "strike_charge", line=line.id, reason="自提，不用二次派送")
    case = make.matter(ref)
    assert case.lines == [] and [kept.struck_reason for kept in case.charges] == ["自提，不用二次派送"]
    assert charges.line_words(case.charges[0]).params["reason"] == "自提，不用二次派送"


@pytest.mark.rule("CHG-19")
@pytest.mark.parametrize("item", ["document", "telex"])
def test_a_document_or_telex_fee_of_the_table_is_waived_by_a_leader_and_not_taken_out(desk, item):
    ref = _with_fee(desk, item)
    (line,) = make.matter(ref).lines
    make.do(desk.agent, ref, "add_charge", charge_minor=500, payer="shipper")
    code, why = refused(desk.agent, ref, "strike_charge", line=line.id, reason="不想收")
    assert (code, why) == (409, "A document or telex-release fee is waived by a company leader only.")


def _with_fee(desk, item):
    """A change for which the fee table asks ¥80 for `item`."""
    with write_tx(desk.finance, "fee.add") as tx:
        fees.add(tx, {"code": "K11", "item": item, "receivable_minor": 8_000, "valid_from": tx.at.date()})
    return make.change(desk.agent, desk, "K11", consignee="王建平")


@pytest.mark.rule("CHG-13")
def test_goods_put_on_hold_come_back_to_the_desk_to_be_followed_up(desk):
    ref = make.change(desk.agent, desk, "K10-hold", hold_shipper="买家换人，等通知")
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.agent, ref, "execute", own_system=True, told="已暂扣，等您通知")
    (turn, *_), *_ = reminders.mine(db.session(), desk.agent)
    assert "买家换人，等通知" in turn.note and turn.due_at > make.now()


@pytest.mark.rule("CHG-19")
def test_only_a_leader_who_did_not_ask_waives_a_charge(desk):
    """CHG-19: grade 4, with a reason; the line stays, and finance still signs."""
    leader, asker = make.person(desk, "supervisor", grade=4), make.person(desk, "agent", "supervisor", grade=4)
    ref = make.change(asker, desk, "K10", destination="天津", **CHARGED)
    line = make.matter(ref).lines[0].id
    given = {"line": line, "reason": "老客户，本次免收"}
    assert refused(asker, ref, "waive_charge", **given) == (403, OWN)
    third = make.person(desk, "supervisor", grade=3)
    assert refused(third, ref, "waive_charge", **given) == (403, "This needs grade %(grade)s or higher.")
    make.do(leader, ref, "waive_charge", **given)
    (kept,) = make.matter(ref).lines
    assert (kept.waived_by_id, kept.waived_reason, kept.amount_minor) == (leader.user_id, "老客户，本次免收", 12_000)
    assert charges.totals([kept]) == []
    make.do(asker, ref, "submit")
    assert [a.role for a in make.approvals_of(ref)] == ["supervisor", "finance"]
    assert refused(leader, ref, "waive_charge", **given) == (409, "There is no charge to waive.")


def test_a_charge_waived_while_it_waits_is_sent_for_decision_again(desk):
    leader = make.person(desk, "supervisor", grade=4)
    ref = make.change(desk.agent, desk, "K10", destination="天津", **CHARGED)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(leader, ref, "waive_charge", line=make.matter(ref).lines[0].id, reason="免收")
    assert make.matter(ref).state == "asked"
    assert refused(desk.finance, ref, "approve")[0] == 409
    make.do(desk.agent, ref, "submit")
    assert [(a.round, a.role, a.status) for a in make.approvals_of(ref)][-2:] == [
        (2, "supervisor", "waiting"), (2, "finance", "waiting"),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ the paper


def clocks(ref):
    """The running clocks of a change, the customer's marked when it stands still."""
    still = {p.clock_id for p in make.pauses_of(ref) if p.to_at is None}
    return {c.name: c.id not in still for c in make.clocks_of(ref) if c.stopped_at is None}


def test_a_missing_paper_is_chased_by_a_clock_of_the_house_while_the_customers_stands_still(desk, clock):
    ref = make.change(desk.agent, desk, "K07", **NO_PROOF)
    assert clocks(ref) == {"change": False, "proof": True}
    chase = next(c for c in make.clocks_of(ref) if c.name == "proof")
    assert (chase.party, chase.due_at) == ("house", make.now() + timedelta(minutes=120))
    (turn,) = make.open_turns(ref)
    assert (turn.what, turn.due_at, turn.due_name) == ("chase_proof", chase.due_at, "proof")
    clock.forward(25)
    make.do(desk.agent, ref, "add_proof", **PROOF)
    assert clocks(ref) == {"change": True}
    ends = next(c for c in make.clocks_of(ref) if c.name == "change")
    assert ends.due_at == make.TEN + timedelta(minutes=85)  # an hour, and 25 minutes of waiting for the customer


def test_a_change_with_its_paper_is_not_chased(desk):
    assert clocks(make.change(desk.agent, desk, "K07")) == {"change": True}


def test_returned_for_papers_it_is_chased_again(desk, clock):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(desk.agent, ref, "submit")
    clock.forward(5)
    make.do(desk.supervisor, ref, "send_back", reason="证明看不清")
    assert clocks(ref) == {"change": False, "proof": True}
    make.do(desk.agent, ref, "submit")
    assert clocks(ref) == {"change": True}


@pytest.mark.rule("CHG-01")
def test_a_request_by_telephone_opens_a_change_and_carries_nothing_out(desk):
    """CF-23."""
    ref = make.change(desk.agent, desk, "K08", consignee_phone="13900002222", channel="phone", **NO_PROOF)
    assert refused(desk.agent, ref, "carry_out", **READ_BACK) == (409, "The written proof is missing.")
    assert make.goods_of(desk.shipment).consignee_phone == "13810202290"


# ------------------------------------------------------------------------------------------ the last step


def approved(desk):
    ref = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津")
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    return ref


@pytest.mark.rule("CHG-04", "ORG-01")
def test_a_change_is_closed_only_when_the_customer_has_been_told(desk, clock):
    """ORG-01, CHG-04."""
    ref = approved(desk)
    assert refused(desk.agent, ref, "execute", own_system=True) == (
        409,
        "Tell the customer first, and write what he was told.",
    )
    make.do(desk.agent, ref, "execute", **DONE, channel="wechat")
    said = select(Message).where(Message.case_id == make.matter(ref).id)
    told = db.session.scalars(unseen(said)).all()
    assert [(m.direction, m.channel, m.text, m.audience) for m in told] == [("out", "wechat", "已改好", "customer")]


def test_words_to_the_customer_after_the_decision_do_and_words_before_it_do_not(desk, clock):
    words = {"to": "shipper", "channel": "phone", "text": "已改好，请转告"}
    before = approved_after(desk, clock, words)
    assert refused(desk.agent, before, "execute", own_system=True)[0] == 409
    clock.forward(1)
    make.do(desk.agent, before, "message", **words | {"to": "partner"})
    assert refused(desk.agent, before, "execute", own_system=True)[0] == 409
    make.do(desk.agent, before, "message", **words)
    make.do(desk.agent, before, "execute", own_system=True)
    assert make.matter(before).state == "executed"


def approved_after(desk, clock, words):
    """A change that was spoken about before it was decided."""
    ref = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津")
    make.do(desk.agent, ref, "message", **words)
    clock.forward(1)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    return ref


@pytest.mark.rule("CHG-04")
def test_a_zero_cost_request_is_turned_down_with_a_reason(desk):
    """CHG-04."""
    ref = make.change(desk.agent, desk, "K07")
    make.do(desk.agent, ref, "turn_down", reason="发货人未确认")
    case = make.matter(ref)
    assert (case.state, case.refusal, make.goods_of(desk.shipment).consignee) == ("refused", "发货人未确认", "王五")
    assert make.open_turns(ref) == []

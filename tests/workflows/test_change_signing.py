"""What a signature holds for and what makes it void: an edit, goods that moved on, values that moved meanwhile, a signature
taken back, a second decider (CHG-06, D-01, D-13, E-07, E-15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Absence, Shipment, User, db
from rules import deputies, queue
from rules.queue import Filter
from rules.words import Refused
from tests import factories as make
from tests.factories import READ_BACK

CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
OWN = "You asked for this change yourself; another person decides."
DONE = {"own_system": True, "told": "已改好"}


def redirection(desk, who=None, **data):
    """A redirection to another city with a charge, sent for a decision: a supervisor, then finance."""
    ref = make.change(who or desk.agent, desk, "K10", destination="天津", **CHARGED | data)
    make.do(who or desk.agent, ref, "submit")
    return ref


def ours(desk, **data):
    """A redirection for our own mistake, sent for a decision: a supervisor alone."""
    ref = make.change(desk.agent, desk, "K10", destination="天津", **data)
    make.do(desk.agent, ref, "submit")
    return ref


def refused(who, ref, move="approve", **data):
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, **data)
    return no.value.code, no.value.why.msgid


def steps(ref):
    return [(a.round, a.role, a.status) for a in make.approvals_of(ref)]


def set_goods(shipment_id, **values):
    with make.writing() as tx:
        goods = make.goods_of(shipment_id)
        for name, value in values.items():
            setattr(goods, name, value)
        tx.session.flush()


# ------------------------------------------------------------------------------------------ edits


def test_an_edit_after_a_signature_brings_it_back_and_everybody_signs_anew(desk):
    ref = redirection(desk)
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.colleague, ref, "edit", destination="济南")
    case = make.matter(ref)
    assert (case.state, case.round, case.last_editor_id) == ("asked", 2, desk.colleague.user_id)
    assert steps(ref) == [(1, "supervisor", "approved"), (1, "finance", "dropped")]
    assert refused(desk.finance, ref)[0] == 409
    make.do(desk.agent, ref, "submit")
    assert steps(ref)[2:] == [(2, "supervisor", "waiting"), (2, "finance", "waiting")]
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    assert make.goods_of(desk.shipment).destination == "济南"


def _new_value(case):
    next(f for f in case.fields if f.path == "destination").new = "上海"


def _charge(case):
    case.lines[0].amount_minor = 1


def _payer(case):
    case.lines[0].payer = "consignee"


def _extra(case):
    case.extra = {"own_mistake": True}


@pytest.mark.parametrize("alter", [_new_value, _charge, _payer, _extra])
def test_what_was_altered_past_the_edit_is_not_signed_by_the_next_one(desk, alter):
    """What is signed is bound by its hash, whichever way it was altered."""
    ref = redirection(desk)
    make.do(desk.supervisor, ref, "approve")
    with make.writing() as tx:
        alter(make.matter(ref))
        tx.session.flush()
    assert refused(desk.finance, ref) == (409, "It was edited after a signature: send it for a decision again.")
    assert make.goods_of(desk.shipment).destination == "北京"


def test_a_note_and_a_paper_leave_signatures_alone(desk):
    ref = redirection(desk)
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.colleague, ref, "note", text="客户很急")
    make.do(desk.agent, ref, "attach", papers=[make.PAPER_FILE])
    make.do(desk.finance, ref, "approve")
    assert make.matter(ref).state == "approved"


@pytest.mark.parametrize("state", ["asked", "waiting"])
def test_who_corrected_it_last_does_not_decide_whoever_sends_it(desk, state):
    """Forwarding what another has edited does not make him free."""
    editor = make.person(desk, "agent", "supervisor", grade=4)
    for sender in (desk.agent, desk.colleague):
        ref = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津", **CHARGED)
        if state == "waiting":
            make.do(desk.agent, ref, "submit")
        make.do(editor, ref, "edit", destination="济南")
        make.do(sender, ref, "submit")
        assert refused(editor, ref) == (403, OWN)
        make.do(desk.supervisor, ref, "approve")


def test_who_brings_a_charge_along_has_edited_it(desk):
    clerk = make.person(desk, "agent", "supervisor", grade=4)
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(clerk, ref, "submit", **CHARGED)
    assert refused(clerk, ref) == (403, OWN)


def test_a_form_made_before_the_first_signature_does_not_give_the_second_one(desk):
    both = make.person(desk, "supervisor", "finance", grade=2)
    ref = redirection(desk)
    seen = make.matter(ref).version
    make.do(desk.supervisor, ref, "approve", seen)
    with pytest.raises(Refused) as no:
        make.do(both, ref, "approve", seen)
    assert (no.value.code, no.value.why.msgid) == (409, "%(who)s was faster: %(what)s (%(when)s)")
    assert steps(ref)[-1] == (1, "finance", "waiting")


def test_an_edit_made_against_an_older_form_is_refused(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    seen = make.matter(ref).version
    make.do(desk.colleague, ref, "edit", seen, destination="济南")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "edit", seen, destination="南京")
    assert (no.value.code, no.value.why.msgid) == (409, "%(who)s was faster: %(what)s (%(when)s)")
    assert next(f.new for f in make.matter(ref).fields if f.path == "destination") == "济南"


@pytest.mark.parametrize("move", ["edit", "add_charge"])
@pytest.mark.parametrize("then", ["edit", "carry_out", "submit"])
def test_a_form_made_before_a_correction_of_the_same_person_is_stale(desk, move, then):
    """Values and charges are rows of their own: the change's version rises with them all the same (E-14)."""
    code = "K10" if then == "submit" else "K07"
    ref = make.change(desk.agent, desk, code, consignee="甲")
    before = make.matter(ref).version
    make.do(desk.agent, ref, move, **{"edit": {"consignee": "乙"}, "add_charge": CHARGED}[move])
    with pytest.raises(Refused) as no:
        make.do(desk.colleague, ref, then, before, **{"edit": {"consignee": "丙"}}.get(then, READ_BACK))
    assert no.value.code == 409 and "was faster" in no.value.why.msgid
    assert {f.path: f.new for f in make.matter(ref).fields}["consignee"] == ("乙" if move == "edit" else "甲")


def test_an_edit_that_leaves_nothing_to_change_is_refused(desk):
    ref = make.change(desk.agent, desk, "K08", consignee_phone="13800001111")
    assert refused(desk.agent, ref, "edit", consignee_phone="13810202290") == (
        422, "Nothing would change: fill in at least one new value.",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ the stage moves on


@pytest.mark.parametrize(
    ("move", "who"),
    [("asked", "agent"), ("decided", "supervisor"), ("executed", "colleague")],
)
@pytest.mark.rule("CHG-06")
def test_goods_that_became_unchangeable_are_noticed_when_asked_decided_and_carried_out(desk, move, who):
    """CHG-06: a note that is amended, then gets its number."""
    early = make.goods(desk, "A1", number=None)
    wanted = {"model": "X200", "proof_items": ["destination", "consignee", "model", "quantity"]}
    why = "The waybill number exists: change the consignee, phone or address alone, or in writing."
    if move == "asked":
        set_goods(early, stage="A2")
        with pytest.raises(Refused) as no:
            make.change(desk.agent, desk, "K01", early, **wanted)
        assert (no.value.code, no.value.why.msgid) == (422, why)
        return
    ref = make.change(desk.agent, desk, "K01", early, **wanted)
    if move == "executed":
        set_goods(early, stage="A2")
        assert refused(desk.colleague, ref, "submit") == (409, why)
        return
    make.do(desk.agent, ref, "submit")
    set_goods(early, stage="A2")
    assert refused(desk.supervisor, ref) == (409, why)
    assert make.goods_of(early).model is None


@pytest.mark.rule("CHG-06")
def test_goods_that_moved_on_are_signed_for_only_by_who_has_seen_it(desk):
    onward = make.goods(desk, "A3")
    ref = redirection(desk, shipment=onward)
    set_goods(onward, stage="A5")
    moved = (409, "The goods have moved on to “%(stage)s” meanwhile: confirm that you have seen it.")
    assert refused(desk.supervisor, ref) == moved
    assert refused(desk.supervisor, ref, stage_seen="A4") == moved
    make.do(desk.supervisor, ref, "approve", stage_seen="A5")
    case = make.matter(ref)
    assert (case.stage_asked, case.stage_seen, case.stage_decided) == ("A3", "A5", "A5")
    make.do(desk.finance, ref, "approve")  # the same stage as the first signer saw
    set_goods(onward, stage="A6")
    make.do(desk.agent, ref, "execute", **DONE)
    case = make.matter(ref)
    assert (case.stage_decided, case.stage_executed, case.state) == ("A5", "A5", "executed")


def test_where_the_stage_asks_another_signer_it_is_asked_anew(desk):
    """A shipper's name on a booking is a leader's decision once the box is stuffed (K13, S3)."""
    box = make.goods(desk, "S2")
    ref = make.change(desk.agent, desk, "K13", box, shipper="启明电子")
    make.do(desk.agent, ref, "ask_confirmation", what="route")
    make.do(desk.agent, ref, "confirmation", what="route", answer="yes", answered_by="航线部")
    make.do(desk.agent, ref, "submit")
    set_goods(box, stage="S3")
    assert refused(desk.supervisor, ref, stage_seen="S3") == (
        409, "The stage has moved on, and with it who decides: return it to be asked anew.",
    )  # fmt: skip
    make.do(desk.supervisor, ref, "send_back", reason="已装箱")
    make.do(desk.agent, ref, "submit")
    assert [a.grade for a in make.approvals_of(ref) if a.round == 2] == [4]


# ------------------------------------------------------------------------------------------ a conflict


def test_a_value_that_moved_meanwhile_is_applied_only_after_somebody_decided_for_ours(desk):
    ref = redirection(desk)
    set_goods(desk.shipment, destination="石家庄", consignee="李雷")
    clash = (409, "“%(field)s” of the shipment has changed meanwhile: it is now “%(now)s”.")
    assert refused(desk.supervisor, ref) == clash
    assert refused(desk.supervisor, ref, keep=["destination"]) == clash  # the name is still open
    assert [(a.status) for a in make.approvals_of(ref)] == ["waiting", "waiting"]
    make.do(desk.supervisor, ref, "approve", keep=["destination", "consignee"])
    goods = make.goods_of(desk.shipment)
    assert (goods.destination, goods.consignee) == ("石家庄", "李雷")
    make.do(desk.finance, ref, "approve")
    goods = make.goods_of(desk.shipment)
    assert (goods.destination, goods.consignee) == ("天津", "王建平")
    assert [f.old for f in make.matter(ref).fields if f.path in ("consignee", "destination")] == ["李雷", "石家庄"]


def test_theirs_is_kept_by_correcting_the_request_or_sending_it_anew(desk):
    ref = ours(desk, consignee="王建平")
    set_goods(desk.shipment, consignee="李雷")
    make.do(desk.supervisor, ref, "send_back", reason="收货人已变")
    make.do(desk.agent, ref, "edit", consignee="李雷")
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    goods = make.goods_of(desk.shipment)
    assert (goods.destination, goods.consignee) == ("天津", "李雷")


def test_a_value_that_moved_to_what_was_asked_is_no_conflict(desk):
    ref = ours(desk)
    set_goods(desk.shipment, destination="天津")
    make.do(desk.supervisor, ref, "approve")
    assert make.matter(ref).state == "approved"


def test_a_conflict_between_two_signatures_is_shown_to_the_second_signer(desk):
    ref = redirection(desk)
    make.do(desk.supervisor, ref, "approve")
    set_goods(desk.shipment, destination="石家庄")
    assert refused(desk.finance, ref)[0] == 409
    make.do(desk.finance, ref, "approve", keep=["destination"])
    assert make.goods_of(desk.shipment).destination == "天津"


# ------------------------------------------------------------------------------------------ taking it back


def test_a_signature_taken_back_restores_the_shipment_and_is_asked_for_again(desk):
    ref = ours(desk)
    make.do(desk.supervisor, ref, "approve")
    assert make.goods_of(desk.shipment).standing == "redirected"
    make.do(desk.supervisor, ref, "unsign")
    goods, case = make.goods_of(desk.shipment), make.matter(ref)
    assert (goods.destination, goods.consignee, goods.standing) == ("北京", "王五", "active")
    assert (case.state, case.executed_at, case.stage_executed) == ("waiting", None, None)
    assert steps(ref) == [(1, "supervisor", "approved"), (2, "supervisor", "waiting")]
    make.do(desk.supervisor, ref, "refuse", reason="看错了")
    assert make.goods_of(desk.shipment).destination == "北京"


def test_only_the_last_signer_takes_his_signature_back(desk):
    ref = redirection(desk)
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    for who in (desk.supervisor, desk.agent):
        assert refused(who, ref, "unsign") == (403, "Only the one who signed last can take it back.")
    make.do(desk.finance, ref, "unsign")
    assert make.goods_of(desk.shipment).destination == "北京"


@pytest.mark.parametrize("to", ["partner", "consignee"])
def test_a_signature_stays_once_somebody_outside_was_told(desk, clock, to):
    """A partner who has been told acts on it."""
    ref = ours(desk)
    make.do(desk.supervisor, ref, "approve")
    clock.forward(1)
    make.do(desk.agent, ref, "message", text="请转天津", to=to, channel="phone")
    assert refused(desk.supervisor, ref, "unsign") == (403, "Others have acted on it already; ask for a new change.")
    assert make.goods_of(desk.shipment).destination == "天津"


def test_what_is_written_to_the_shipment_is_not_voided(desk):
    """Released, waiting for the partner to confirm: it goes on to its end, nobody makes it disappear."""
    goods = make.goods(desk, hold_shipper="等发货人指令")
    ref = make.change(desk.agent, desk, "K06", goods)
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.matter(ref).state == "approved"
    assert refused(desk.agent, ref, "void", reason="记错了") == (409, "The shipment has been changed already.")


def test_a_signature_on_which_others_have_acted_stays(desk, clock):
    """The effect has left the desk: somebody was asked on the strength of it, the customer was told, the shipment was changed
    again, it is done."""
    acted = (403, "Others have acted on it already; ask for a new change.")
    asked = make.change(
        desk.agent, desk, "K03", make.goods(desk, "A1", number=None), proof_items=["replaces", "time", "signature"]
    )
    make.do(desk.agent, asked, "submit")
    make.do(desk.supervisor, asked, "approve")
    clock.forward(1)
    make.do(desk.agent, asked, "ask_confirmation", what="clerks")
    assert refused(desk.supervisor, asked, "unsign") == acted
    moved = ours(desk)
    make.do(desk.supervisor, moved, "approve")
    set_goods(desk.shipment, destination="石家庄")
    assert refused(desk.supervisor, moved, "unsign") == (
        409,
        "“%(field)s” has been changed again since: ask for a new change.",
    )
    assert (make.matter(moved).state, make.goods_of(desk.shipment).destination) == ("approved", "石家庄")
    told = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津")
    make.do(desk.agent, told, "submit")
    make.do(desk.supervisor, told, "approve")
    clock.forward(1)
    make.do(desk.agent, told, "message", to="shipper", channel="phone", text="已改好")
    assert refused(desk.supervisor, told, "unsign") == acted
    done = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津")
    make.do(desk.agent, done, "submit")
    make.do(desk.supervisor, done, "approve")
    make.do(desk.agent, done, "execute", **DONE)
    assert refused(desk.supervisor, done, "unsign")[0] == 409


# ------------------------------------------------------------------------------------------ the second decider


@pytest.fixture
def second(desk):
    """The colleague, named by the office as second decider, while its one supervisor is on leave."""
    make.set_figure(
        deputies.DECIDER, desk.colleague.login, desk.office, by=desk.admin.user_id, agreed=desk.supervisor.user_id
    )
    with make.writing() as tx:
        tx.add(Absence(user_id=desk.supervisor.user_id, cover_id=desk.agent.user_id, from_at=tx.at - timedelta(hours=1),
                       until_at=tx.at + timedelta(hours=8), reason="休假", by_id=desk.supervisor.user_id, made_at=tx.at))  # fmt: skip
    return desk.colleague


def listed(who):
    wanted = Filter("mine", make.now(), make.TEN.replace(hour=16))
    return [row.ref for row in queue.rows(db.session(), who, wanted, None)[0]]


def test_the_second_decider_signs_for_the_absent_supervisor_and_it_is_recorded(desk, second):
    ref = redirection(desk)
    assert ref in listed(second)
    make.do(second, ref, "approve")
    step = make.approvals_of(ref)[0]
    assert (step.decided_by_id, step.on_behalf_of_id, step.status) == (
        second.user_id,
        desk.supervisor.user_id,
        "approved",
    )
    make.do(desk.finance, ref, "approve")
    assert make.goods_of(desk.shipment).destination == "天津"


@pytest.mark.parametrize("move", ["approve", "refuse", "send_back"])
def test_the_second_decider_never_decides_his_own_request_nor_what_he_edited(desk, second, move):
    own = redirection(desk, second)
    edited = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津", **CHARGED)
    make.do(second, edited, "submit")
    for ref in (own, edited):
        assert refused(second, ref, move, reason="x")[0] == 403
        assert make.matter(ref).state == "waiting"


def test_another_agent_decides_nothing_while_the_supervisor_is_away(desk, second):
    ref = redirection(desk, make.person(desk, "agent"))
    for move in ("approve", "refuse", "send_back"):
        assert refused(desk.agent, ref, move, reason="x") == (403, "Your role does not allow this.")
    assert refused(second, make.change(desk.agent, desk, "K07"), "approve")[0] == 409  # nothing is asked there


def test_the_second_decider_takes_his_own_signature_back(desk, second):
    ref = redirection(desk)
    make.do(second, ref, "approve")
    make.do(second, ref, "unsign")
    assert steps(ref)[-2:] == [(2, "supervisor", "waiting"), (2, "finance", "waiting")]


def test_the_second_decider_is_not_asked_when_the_supervisor_is_back(desk, second):
    ref = redirection(desk)
    with make.writing() as tx:
        tx.session.query(Absence).one().revoked_at = tx.at
    assert refused(second, ref) == (403, "Your role does not allow this.")
    make.do(desk.supervisor, ref, "approve")


def test_a_zero_cost_change_is_carried_out_whoever_is_away(desk, second):
    ref = make.change(desk.agent, desk, "K07")
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert db.session.get(User, second.user_id) is not None
    assert db.session.get(Shipment, desk.shipment, execution_options={"visible": "system"}).consignee == "王建平"

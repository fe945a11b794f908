"""A release that finance blocks: who may answer what, and what is released then (FIN-06, FIN-19, CF-24)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from models import Customer, db
from rules import customers, holding, payments, releasing, shipments
from rules.policy import unseen
from rules.store import Actor, write_tx
from rules.words import Refused
from tests import factories as make

ANSWERS = ("lift_stop", "free_waybill", "ask_leader", "keep_stop")
LEADERS = ("leader_frees", "leader_keeps")


def held(desk: Any, vip: bool = False, what: str = "stop") -> tuple[str, int]:
    """Goods in 物控 of the desk's customer, whom finance holds, and the agent's request to release them."""
    goods = make.goods(desk, hold_shipper="等发货人指令")
    with write_tx(desk.finance, "hold.test") as tx:
        owner = tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()
        owner.vip = vip
        if what == "stop":
            customers.stop(tx, owner, "欠款")
        elif what == "documents":
            holding.hold_documents(tx, owner, "账期已过", True)
    return make.change(desk.agent, desk, "K06", goods), goods


def asked(desk: Any, **options: Any) -> tuple[str, int]:
    ref, goods = held(desk, **options)
    make.do(desk.agent, ref, "ask_finance")
    return ref, goods


def code(who: Actor, ref: str, move: str, **data: Any) -> int:
    """200, or the status with which the move is refused."""
    try:
        make.do(who, ref, move, **data)
    except Refused as no:
        db.session.rollback()
        return no.code
    return 200


def released(desk: Any, ref: str) -> int:
    return code(desk.agent, ref, "carry_out", **make.READ_BACK)


def turns(ref: str) -> list[tuple[str, str | None, int]]:
    """Whose turn it is beside the owner's: what, role, grade."""
    return [(t.what, t.role, t.grade) for t in make.open_turns(ref) if t.role]


def customer(desk: Any) -> Customer:
    db.session.rollback()
    return db.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()


WHY = {"reason": "本票运费已到账"}
# who, what was asked of finance and of the leader before → may he make these moves
TABLE = """
            nobody asked                finance asked                     leader asked
lift_stop     403 403 409 403 403  403 403 200 403 403   403 403 409 403 403
free_waybill  403 403 409 403 403  403 403 200 403 403   403 403 409 403 403
ask_leader    403 403 409 403 403  403 403 200 403 403   403 403 409 403 403
keep_stop     403 403 409 403 403  403 403 200 403 403   403 403 409 403 403
leader_frees  403 409 403 409 403  403 409 403 409 403   403 403 403 200 403
leader_keeps  403 409 403 409 403  403 409 403 409 403   403 403 403 200 403
"""
WHO = ("agent", "supervisor", "finance", "leader", "auditor")
LINES = [line.split() for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize("before", [0, 1, 2], ids=["nobody", "finance", "leader"])
@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_who_may_answer_when(desk, line, before):
    move, wanted = line[0], [int(cell) for cell in line[1:]][before * 5 : before * 5 + 5]
    people = {**desk.people, "leader": make.person(desk, "supervisor", grade=4)}
    found = []
    for name in WHO:
        ref, _ = (
            held(desk) if customer(desk).stopped_at is None else (make.change(desk.agent, desk, "K06", _goods(desk)), 0)
        )
        for step, who in (("ask_finance", desk.agent), ("ask_leader", desk.finance))[:before]:
            make.do(who, ref, step, **(WHY if step == "ask_leader" else {}))
        found.append(code(people[name], ref, move, **WHY))
    assert found == wanted


def _goods(desk: Any) -> int:
    return make.goods(desk, hold_shipper="等发货人指令")


@pytest.mark.rule("FIN-19")
def test_blocked_until_finance_lifts_for_the_customer(desk):
    ref, goods = asked(desk)
    assert released(desk, ref) == 409
    assert turns(ref) == [("lift", "finance", 1)]
    make.do(desk.finance, ref, "lift_stop", **WHY)
    assert customer(desk).stopped_at is None and turns(ref) == []
    assert released(desk, ref) == 200 and make.goods_of(goods).hold_shipper is None


@pytest.mark.rule("FIN-06")
def test_lifted_for_this_waybill_only_this_one_goes(desk):
    ref, goods = asked(desk)
    other, _ = make.change(desk.agent, desk, "K06", _goods(desk)), None
    make.do(desk.finance, ref, "free_waybill", **WHY)
    box = make.goods_of(goods)
    assert (box.freed_by_id, box.freed_reason, box.freed_at) == (desk.finance.user_id, WHY["reason"], make.now())
    assert customer(desk).stopped_at is not None
    assert released(desk, ref) == 200 and released(desk, other) == 409


@pytest.mark.parametrize("what", ["stop", "documents"])
def test_kept_it_stays_blocked_and_can_be_asked_again(desk, what):
    ref, _ = asked(desk, what=what)
    make.do(desk.finance, ref, "keep_stop", reason="账还没到")
    assert turns(ref) == [] and released(desk, ref) == 409
    make.do(desk.agent, ref, "ask_finance")
    assert turns(ref) == [("lift", "finance", 1)]


@pytest.mark.rule("FIN-06", "CUS-07")
def test_a_vip_overdue_is_the_leaders_decision(desk):
    ref, goods = asked(desk, vip=True, what="documents")
    with pytest.raises(Refused) as no:
        make.do(desk.finance, ref, "free_waybill", **WHY)
    assert str(no.value.why) == "VIP or state-owned, overdue: a special decision. The company leader decides."
    make.do(desk.finance, ref, "ask_leader", reason="国企，请领导定")
    assert turns(ref) == [("lift", "supervisor", 4)]
    assert make.matter(ref).gist["wait"]["for"] in ("leader", "supervisor")
    leader = make.person(desk, "supervisor", grade=4)
    make.do(leader, ref, "leader_frees", reason="老客户，放")
    box = make.goods_of(goods)
    assert box.freed_by_id == leader.user_id and customer(desk).documents_held
    assert turns(ref) == [] and released(desk, ref) == 200


def test_the_leader_keeps_it(desk):
    ref, goods = asked(desk, vip=True, what="documents")
    make.do(desk.finance, ref, "ask_leader", reason="请领导定")
    make.do(make.person(desk, "supervisor", grade=4), ref, "leader_keeps", reason="先付款")
    case = make.matter(ref)
    assert (case.finance_asked_at, case.leader_asked_at) == (None, None)
    assert make.goods_of(goods).freed_at is None and released(desk, ref) == 409


def test_paid_a_vip_is_lifted_by_finance_itself(desk):
    ref, _ = asked(desk, vip=True, what="documents")
    make.do(desk.finance, ref, "lift_stop", reason="已付清")
    assert customer(desk).documents_held is None and released(desk, ref) == 200


def test_nobody_answers_his_own_request(desk):
    both = make.person(desk, "agent", "finance", "supervisor", grade=4)
    held(desk)
    ref = make.change(both, desk, "K06", _goods(desk))
    make.do(both, ref, "ask_finance")
    assert [code(both, ref, move, **WHY) for move in ("lift_stop", "free_waybill")] == [403, 403]
    assert make.open_turns(ref)[-1].except_id == both.user_id
    make.do(desk.finance, ref, "ask_leader", reason="请领导定")
    assert [code(both, ref, move, **WHY) for move in LEADERS] == [403, 403]


OWN_LIFTS = {
    "stop": lambda tx, goods: customers.lift_stop(tx, goods.customer, "自己放"),
    "documents": lambda tx, goods: holding.lift_documents(tx, goods.customer, "自己放"),
    "free": lambda tx, goods: holding.free(tx, [goods], "自己放"),
    "waybill": lambda tx, goods: shipments.lift_hold(tx, goods, "finance", "自己放"),
}


@pytest.mark.parametrize("way", [*OWN_LIFTS, "payment"])
@pytest.mark.parametrize("edits", [False, True])
def test_nobody_lifts_for_his_own_release_on_another_page_either(desk, way, edits):
    """A finance clerk who also serves (D-13): not on the customer's page, the shipment's, finance's, or by a payment."""
    both = make.person(desk, "agent", "finance")
    held(desk)
    goods = _goods(desk)
    with make.writing() as tx:
        row = make.goods_of(goods)
        row.hold_finance, row.customer.documents_held = "运费未付", "账期已过"
        tx.session.flush()
        said = payments.state(
            replace(tx, actor=desk.agent),
            row.customer,
            {"amount_minor": 100, "paid_on": make.now().date(), "purpose": "款"},
        ).id
    ref = make.change(desk.agent if edits else both, desk, "K10-hold" if edits else "K06", goods, hold_shipper="等")
    if edits:
        make.do(both, ref, "edit", hold_shipper="等找到买家")
    with pytest.raises(Refused) as no, write_tx(both, "test") as tx:
        if way == "payment":
            payments.confirm(tx, payments.one(tx.session, both, said), lifts=True)
        else:
            OWN_LIFTS[way](tx, make.goods_of(goods))
    assert no.value.code == 403 and customer(desk).documents_held
    make.do(desk.agent if edits else both, ref, "withdraw", reason="客户不要了")
    if way != "payment":
        with write_tx(both, "test") as tx:  # nothing of his own waits any more
            OWN_LIFTS[way](tx, make.goods_of(goods))


def test_a_hold_on_the_waybill_itself_is_asked_and_lifted_the_same_way(desk):
    goods = make.goods(desk, hold_shipper="等", hold_finance="运费未付")
    ref = make.change(desk.agent, desk, "K06", goods)
    make.do(desk.agent, ref, "ask_finance")
    make.do(desk.finance, ref, "free_waybill", **WHY)
    assert make.goods_of(goods).hold_finance is None and released(desk, ref) == 200


def test_the_page_is_told_the_condition_only_while_finance_holds_something(desk):
    ref, _ = held(desk)
    session, at = db.session(), make.now()
    said = releasing.explain(session, make.matter(ref), at)
    assert str(said) == "Finance has stopped the customer: the stop has to be lifted. Finance decides."
    make.do(desk.agent, ref, "ask_finance")
    make.do(desk.finance, ref, "free_waybill", **WHY)
    assert releasing.explain(session, make.matter(ref), at) is None
    assert releasing.explain(session, make.matter(make.change(desk.agent, desk)), at) is None  # a name, no release


def test_what_finance_answered_stands_in_the_hold_and_its_reason(desk):
    ref, _ = asked(desk)
    make.do(desk.finance, ref, "lift_stop", reason="已到账")
    ended = [e for e in make.events(object_type="holds") if "ended_at" in str(e.diff)]
    assert [(e.actor_id, e.reason, e.action) for e in ended] == [(desk.finance.user_id, "已到账", "change.lift_stop")]

"""Holds: each column that holds something has its row with who, since when and why, whoever wrote it; documents need the
clause or a second person; single waybills go alone (CF-24, FIN-02, FIN-06, FIN-19, freight 3.1)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import Customer, Event, Hold, Shipment, db
from rules import customers, holding, holds, shipments
from rules.policy import unseen
from rules.store import Actor, system, write_tx
from rules.words import Refused
from tests import factories as make


def rows(*where: Any) -> list[Hold]:
    """Holds, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(unseen(select(Hold).where(*where).order_by(Hold.id))))


def told(hold: Hold) -> tuple[Any, ...]:
    return hold.side, hold.what, hold.status, hold.reason, hold.placed_by_id, hold.ended_by_id, hold.end_reason


def act(who: Actor, rule: Any, target: Any, *args: Any) -> Any:
    """Carry a rule out on a customer, waybill or hold given as (model, id)."""
    with write_tx(who, "hold.test") as tx:
        row = tx.session.scalars(unseen(select(target[0]).where(target[0].id == target[1]))).one()
        return rule(tx, row, *args)


def refusal(who: Actor, rule: Any, target: Any, *args: Any) -> Refused:
    with pytest.raises(Refused) as no:
        act(who, rule, target, *args)
    return no.value


def the(desk: Any) -> tuple[Any, int]:
    return Customer, desk.customer


def customer(desk: Any) -> Customer:
    db.session.rollback()
    return db.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()


def box(desk: Any) -> Shipment:
    db.session.rollback()
    return make.goods_of(desk.shipment)


# ------------------------------------------------------------------ kept in step


@pytest.mark.rule("FIN-19")
def test_a_stop_has_its_row_from_placing_to_lifting(desk, clock):
    act(desk.finance, customers.stop, the(desk), "欠款 21400 元")
    (hold,) = rows()
    assert told(hold) == ("finance", "stop", "active", "欠款 21400 元", desk.finance.user_id, None, None)
    assert hold.placed_at == make.now() and hold.customer_id == desk.customer and hold.office_id == desk.office
    clock.forward(30)
    act(desk.finance, customers.lift_stop, the(desk), "已到账")
    (hold,) = rows()
    assert told(hold)[2:] == ("lifted", "欠款 21400 元", desk.finance.user_id, desk.finance.user_id, "已到账")
    assert hold.ended_at == make.now()


def test_each_side_has_its_own_row_on_one_waybill(desk):
    act(desk.agent, shipments.set_hold, (Shipment, desk.shipment), "service", "发错货")
    act(desk.finance, shipments.set_hold, (Shipment, desk.shipment), "finance", "运费未付")
    with make.writing() as tx:
        tx.session.get_one(Shipment, desk.shipment, execution_options={"visible": "system"}).hold_shipper = "等发货人"
    assert [(h.side, h.reason, h.placed_by_id) for h in rows()] == [
        ("service", "发错货", desk.agent.user_id), ("finance", "运费未付", desk.finance.user_id), ("shipper", "等发货人", None),
    ]  # fmt: skip
    act(desk.agent, shipments.lift_hold, (Shipment, desk.shipment), "service", "查清")
    assert [h.status for h in rows()] == ["lifted", "active", "active"]


def test_a_side_does_not_lift_what_another_holds(desk):
    act(desk.finance, shipments.set_hold, (Shipment, desk.shipment), "finance", "运费未付")
    act(desk.agent, shipments.set_hold, (Shipment, desk.shipment), "service", "发错货")
    assert refusal(desk.agent, shipments.lift_hold, (Shipment, desk.shipment), "finance", "x").code == 403
    service = rows(Hold.side == "service")[0]
    assert refusal(desk.finance, holding.lift, (Hold, service.id), "x").code == 403


def test_a_release_ends_the_shippers_hold_in_the_name_of_who_carried_it_out(desk):
    goods = make.goods(desk, hold_shipper="等发货人指令")
    ref = make.change(desk.agent, desk, "K06", goods)
    make.do(desk.agent, ref, "carry_out", **make.READ_BACK)
    (hold,) = rows(Hold.shipment_id == goods)
    assert (hold.side, hold.status, hold.ended_by_id) == ("shipper", "lifted", desk.agent.user_id)


def test_another_reason_rewords_the_row_and_a_new_row_comes_with_its_record(desk):
    with make.writing() as tx:
        office = tx.session.get_one(make.Office, desk.office)
        owner = make.make_customer(tx, office, "恒昌贸易", "13622150419", stopped_at=tx.at, stopped_reason="停办")
        owner.stopped_reason = "停办"
        made = owner.id
    assert [told(h)[:4] for h in rows(Hold.customer_id == made)] == [("finance", "stop", "active", "停办")]
    goods = make.goods(desk, hold_service="发错货")
    with make.writing() as tx:
        tx.session.get_one(Shipment, goods, execution_options={"visible": "system"}).hold_service = "发错货，找下家"
    assert [(h.status, h.reason) for h in rows(Hold.shipment_id == goods)] == [("active", "发错货，找下家")]


def test_the_history_tells_of_the_hold_beside_its_customer(desk):
    act(desk.finance, customers.stop, the(desk), "欠款")
    found = db.session.scalars(select(Event).where(Event.object_type == "holds")).all()
    assert [(e.customer_id, e.reason, e.actor_id) for e in found] == [(desk.customer, "欠款", desk.finance.user_id)]


def test_what_is_stopped_and_let_go_again_in_one_write_leaves_no_row(desk):
    with make.writing() as tx:
        row = tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"})
        row.documents_held = "x"
        row.documents_held = None
    assert rows() == []


# ------------------------------------------------------------------ documents


@pytest.mark.rule("FIN-02")
def test_with_the_clause_documents_are_held_at_once(desk):
    act(desk.finance, holding.hold_documents, the(desk), "账期已过", True)
    (hold,) = rows()
    assert told(hold)[:5] == ("finance", "documents", "active", "账期已过", desk.finance.user_id)
    assert hold.pay_first and customer(desk).documents_held == "账期已过"
    act(desk.finance, holding.lift_documents, the(desk), "已付清")
    assert customer(desk).documents_held is None and rows()[0].end_reason == "已付清"


@pytest.mark.parametrize(
    ("reason", "clause", "field"), [("账期已过", None, "pay_first"), ("", True, "reason"), (" ", False, "reason")]
)
def test_a_document_hold_asks_for_reason_and_clause(desk, reason, clause, field):
    no = refusal(desk.finance, holding.hold_documents, the(desk), reason, clause)
    assert (no.code, no.field) == (422, field) and rows() == []


@pytest.mark.parametrize("who", ["agent", "supervisor", "auditor", "admin"])
@pytest.mark.rule("FIN-02")
def test_only_finance_holds_documents(desk, who):
    assert refusal(desk.people[who], holding.hold_documents, the(desk), "x", True).code == 403
    assert refusal(desk.people[who], holding.lift_documents, the(desk), "x").code == 403


def test_without_the_clause_it_waits_for_a_supervisor_of_grade_3(desk):
    act(desk.finance, holding.hold_documents, the(desk), "账期已过", False)
    (hold,) = rows()
    assert (hold.status, hold.pay_first, customer(desk).documents_held) == ("proposed", False, None)
    assert refusal(desk.supervisor, holding.override, (Hold, hold.id), "损失更大").code == 403  # grade 2
    assert refusal(desk.finance, holding.override, (Hold, hold.id), "损失更大").code == 403
    senior = make.person(desk, "supervisor", grade=3)
    assert refusal(senior, holding.override, (Hold, hold.id), "").field == "reason"
    act(senior, holding.override, (Hold, hold.id), "损失更大")
    (hold,) = rows()
    assert (hold.status, hold.overridden_by_id, hold.override_reason) == ("active", senior.user_id, "损失更大")
    assert (hold.placed_by_id, hold.reason, customer(desk).documents_held) == (
        desk.finance.user_id,
        "账期已过",
        "账期已过",
    )
    assert refusal(senior, holding.override, (Hold, hold.id), "再来").code == 409


def test_who_proposed_it_never_takes_it_upon_himself(desk):
    both = make.person(desk, "finance", "supervisor", grade=4)
    act(both, holding.hold_documents, the(desk), "账期已过", False)
    (hold,) = rows()
    assert refusal(both, holding.override, (Hold, hold.id), "我批").code == 403
    assert not holding.may_override(both, hold)


def test_a_refused_override_drops_the_hold(desk):
    act(desk.finance, holding.hold_documents, the(desk), "账期已过", False)
    senior = make.person(desk, "supervisor", grade=3)
    (hold,) = rows()
    assert refusal(desk.supervisor, holding.drop, (Hold, hold.id), "x").code == 403
    act(senior, holding.drop, (Hold, hold.id), "合同没有条款")
    assert [(h.status, h.end_reason, h.ended_by_id) for h in rows()] == [("dropped", "合同没有条款", senior.user_id)]
    assert refusal(senior, holding.drop, (Hold, hold.id), "x").code in (403, 409)


def test_held_documents_are_not_held_again(desk):
    act(desk.finance, holding.hold_documents, the(desk), "账期已过", True)
    assert refusal(desk.finance, holding.hold_documents, the(desk), "再扣", True).code == 409
    assert refusal(desk.finance, holding.confirm, (Hold, rows()[0].id), "再扣", True).code == 409


@pytest.mark.parametrize("what", ["stop", "documents", "goods"])
def test_finance_lifts_its_own_holds_from_the_list(desk, what):
    if what == "stop":
        act(desk.finance, customers.stop, the(desk), "欠款")
    elif what == "documents":
        act(desk.finance, holding.hold_documents, the(desk), "账期已过", True)
    else:
        act(desk.finance, shipments.set_hold, (Shipment, desk.shipment), "finance", "运费未付")
    (hold,) = rows()
    assert refusal(desk.agent, holding.lift, (Hold, hold.id), "x").code == 403
    assert refusal(desk.finance, holding.lift, (Hold, hold.id), "").code == 422
    act(desk.finance, holding.lift, (Hold, hold.id), "已付清")
    assert [(h.status, h.end_reason) for h in rows()] == [("lifted", "已付清")]
    assert refusal(desk.finance, holding.lift, (Hold, hold.id), "x").code == 409
    assert (
        customer(desk).stopped_at is None and customer(desk).documents_held is None and box(desk).hold_finance is None
    )


# ------------------------------------------------------------------ one waybill alone


def free(who: Actor, ids: list[int], reason: str) -> None:
    with write_tx(who, "hold.free") as tx:
        goods = [make.goods_of(key) for key in ids]
        holding.free(tx, goods, reason)


@pytest.mark.rule("FIN-06")
def test_one_waybill_goes_and_the_stop_stays(desk):
    act(desk.finance, customers.stop, the(desk), "欠款")
    other = make.goods(desk)
    free(desk.finance, [desk.shipment], "本票运费已付")
    assert box(desk).freed_by_id == desk.finance.user_id and box(desk).freed_reason == "本票运费已付"
    assert customer(desk).stopped_at is not None
    assert not holding.held(box(desk)) and holding.held(make.goods_of(other))
    assert str(holds.freed(box(desk))) == "Finance lets this waybill go: 本票运费已付"


def test_nothing_held_nothing_chosen_no_reason_or_another_role_is_refused(desk):
    cases = (([desk.shipment], "x", 409), ([], "x", 422), ([desk.shipment], "", 422))
    for ids, reason, code in cases:
        with pytest.raises(Refused) as no:
            free(desk.finance, ids, reason)
        assert no.value.code == code
    act(desk.finance, customers.stop, the(desk), "欠款")
    for who in (desk.agent, desk.supervisor):
        with pytest.raises(Refused) as no:
            free(who, [desk.shipment], "x")
        assert no.value.code == 403


@pytest.mark.rule("FIN-06", "CUS-07")
def test_a_vip_that_is_overdue_is_the_leaders(desk):
    act(desk.finance, holding.hold_documents, the(desk), "账期已过", True)
    with make.writing() as tx:
        tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"}).vip = True
    with pytest.raises(Refused) as no:
        free(desk.finance, [desk.shipment], "先放")
    assert no.value.code == 409 and "company leader decides" in str(no.value.why)


def test_a_new_hold_binds_the_waybill_again(desk):
    act(desk.finance, customers.stop, the(desk), "欠款")
    free(desk.finance, [desk.shipment], "本票已付")
    act(desk.finance, customers.lift_stop, the(desk), "付清")
    assert box(desk).freed_at is not None
    act(desk.finance, customers.stop, the(desk), "又欠款")
    assert box(desk).freed_at is None and holding.held(box(desk))


def test_letting_go_lifts_finances_hold_on_that_waybill(desk):
    act(desk.finance, shipments.set_hold, (Shipment, desk.shipment), "finance", "运费未付")
    free(desk.finance, [desk.shipment], "已付")
    assert box(desk).hold_finance is None and [h.status for h in rows()] == ["lifted"]


def test_the_desk_itself_lists_what_is_open(desk):
    act(desk.finance, customers.stop, the(desk), "欠款")
    act(desk.finance, holding.hold_documents, the(desk), "账期", False)
    session = db.session()
    assert [holds.name(h) for h in holds.opened(session, customer_id=desk.customer)] == ["Stopped", "Document hold"]
    assert holds.opened(session, shipment_id=desk.shipment) == []
    assert system("x").user_id is None

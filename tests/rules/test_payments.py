"""Money received: stated by the desk, found by finance, never by the same person; what it lifts (FIN-19)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models import Customer, Hold, Notice, Payment, db
from rules import customers, holding, payments, shipments
from rules.papers import Paper
from rules.policy import unseen
from rules.store import Actor, write_tx
from rules.words import Refused
from tests import factories as make

PAID = {"amount_minor": 642_000, "currency": "CNY", "paid_on": date(2026, 11, 18), "purpose": "10 月余款"}
SLIP = Paper("cd" * 32, "水单.jpg", "image/jpeg", 1234, "ef" * 32)


def load(tx: Any, desk: Any) -> Customer:
    return tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()


def stated(desk: Any, who: Actor | None = None, slip: Paper | None = None, **values: Any) -> int:
    with write_tx(who or desk.agent, "payment.state") as tx:
        return payments.state(tx, load(tx, desk), {**PAID, **values}, slip).id


def answer(who: Actor, payment: int, rule: Any, *args: Any) -> None:
    with write_tx(who, "payment.confirm") as tx:
        rule(tx, payments.one(tx.session, who, payment), *args)


def refusal(work: Any, *args: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as no:
        work(*args, **options)
    return no.value


def kept(desk: Any, payment: int) -> Payment:
    db.session.rollback()
    return payments.one(db.session(), desk.auditor, payment)


def hold(desk: Any, stop: bool = True, documents: bool = False, goods: bool = False) -> None:
    with write_tx(desk.finance, "hold.test") as tx:
        owner = load(tx, desk)
        if stop:
            customers.stop(tx, owner, "欠款")
        if documents:
            holding.hold_documents(tx, owner, "账期已过", True)
        if goods:
            shipments.set_hold(tx, make.goods_of(desk.shipment), "finance", "运费未付")


def still_held(desk: Any) -> list[tuple[str, str]]:
    db.session.rollback()
    found = select(Hold.what, Hold.status).where(Hold.status == "active").order_by(Hold.id)
    return [tuple(row) for row in db.session.execute(unseen(found))]


def test_a_statement_waits_for_finance_an_hour_of_desk_time(desk, clock):
    row = kept(desk, stated(desk, slip=SLIP, payer="锐达机电", number=make.goods_of(desk.shipment).number))
    assert (row.status, row.amount_minor, row.stated_by_id) == ("waiting", 642_000, desk.agent.user_id)
    assert row.due_at == make.TEN + timedelta(hours=1)
    assert (row.slip, row.slip_sha256, row.slip_preview) == ("水单.jpg", "cd" * 32, "ef" * 32)
    assert row.shipment_id == desk.shipment
    clock.forward(7 * 60 + 30)  # half past five: half an hour today, half an hour tomorrow from nine
    assert kept(desk, stated(desk)).due_at == make.TEN + timedelta(hours=23, minutes=30)


@pytest.mark.parametrize(("values", "field"), [
    ({"amount_minor": None}, "amount_minor"), ({"amount_minor": 0}, "amount_minor"),
    ({"paid_on": date(2026, 11, 19)}, "paid_on"), ({"number": "99999999"}, "number"),
])  # fmt: skip
def test_a_statement_that_cannot_be_is_refused_at_its_field(desk, values, field):
    no = refusal(stated, desk, **values)
    assert (no.code, no.field) == (422, field)


@pytest.mark.parametrize("who", ["auditor", "admin"])
def test_who_does_not_write_states_nothing(desk, who):
    assert refusal(stated, desk, desk.people[who]).code == 403


def test_a_waybill_of_another_customer_is_not_found(desk):
    other = make.goods_of(make.goods(desk, stopped="停办")).number
    assert refusal(stated, desk, number=other).field == "number"


# ------------------------------------------------------------------ who answers


def test_finance_confirms_and_who_stated_it_hears_of_it(desk):
    payment = stated(desk)
    answer(desk.finance, payment, payments.confirm)
    row = kept(desk, payment)
    assert (row.status, row.confirmed_minor, row.decided_by_id) == ("confirmed", 642_000, desk.finance.user_id)
    notices = db.session.scalars(select(Notice).where(Notice.user_id == desk.agent.user_id)).all()
    assert [n.kind for n in notices] == ["payment"]


@pytest.mark.parametrize("who", ["agent", "colleague", "supervisor", "auditor", "admin"])
@pytest.mark.rule("FIN-19")
def test_nobody_but_finance_answers(desk, who):
    payment = stated(desk)
    for rule, args in ((payments.confirm, ()), (payments.confirm_part, (100, "x")), (payments.missing, ("x",))):
        with pytest.raises(Refused) as no, write_tx(desk.people[who], "payment.confirm") as tx:
            rule(tx, payments.one(tx.session, desk.auditor, payment), *args)
        assert no.value.code == 403
    assert kept(desk, payment).status == "waiting"


def test_who_stated_it_never_confirms_it_whatever_his_roles(desk):
    both = make.person(desk, "finance", "supervisor", grade=4)
    payment = stated(desk, both)
    for rule, args in ((payments.confirm, ()), (payments.confirm_part, (100, "x")), (payments.missing, ("x",))):
        assert refusal(answer, both, payment, rule, *args).code == 403
    answer(desk.finance, payment, payments.confirm)


def test_the_database_refuses_it_too(desk):
    payment = stated(desk)
    change = text("UPDATE payments SET status = 'confirmed', decided_by_id = stated_by_id WHERE id = :id")
    with pytest.raises(IntegrityError), make.writing() as tx:
        tx.session.execute(change, {"id": payment})
    assert kept(desk, payment).status == "waiting"


def test_a_payment_is_answered_once(desk):
    payment = stated(desk)
    answer(desk.finance, payment, payments.missing, "账上没有这笔")
    assert kept(desk, payment).reason == "账上没有这笔"
    for rule, args in ((payments.confirm, ()), (payments.confirm_part, (100, "x")), (payments.missing, ("x",))):
        assert refusal(answer, desk.finance, payment, rule, *args).code == 409


@pytest.mark.parametrize("amount", [None, 0, 642_000, 642_001])
def test_a_part_is_more_than_nothing_and_less_than_all(desk, amount):
    no = refusal(answer, desk.finance, stated(desk), payments.confirm_part, amount, "只到一半")
    assert (no.code, no.field) == (422, "amount_minor")


def test_a_part_is_kept_with_its_amount_and_lifts_nothing(desk):
    hold(desk)
    payment = stated(desk)
    answer(desk.finance, payment, payments.confirm_part, 300_000, "余款未到")
    row = kept(desk, payment)
    assert (row.status, row.confirmed_minor, row.reason) == ("partly", 300_000, "余款未到")
    assert still_held(desk) == [("stop", "active")]


def test_not_received_needs_a_reason(desk):
    assert refusal(answer, desk.finance, stated(desk), payments.missing, " ").field == "reason"


# ------------------------------------------------------------------ what it lifts


def test_confirmed_without_lifting_holds_stay(desk):
    hold(desk, documents=True)
    answer(desk.finance, stated(desk), payments.confirm)
    assert still_held(desk) == [("stop", "active"), ("documents", "active")]


@pytest.mark.rule("FIN-19")
def test_confirm_and_lift_lifts_all_of_the_customers_and_says_why(desk):
    hold(desk, documents=True)
    answer(desk.finance, stated(desk), payments.confirm, True)
    assert still_held(desk) == []
    ends = db.session.scalars(unseen(select(Hold.end_reason))).all()
    assert ends == ["¥6,420.00 10 月余款"] * 2


def test_a_payment_for_one_waybill_lets_that_waybill_go_and_no_other(desk):
    hold(desk)
    other = make.goods(desk)
    payment = stated(desk, number=make.goods_of(desk.shipment).number)
    answer(desk.finance, payment, payments.confirm, True)
    assert still_held(desk) == [("stop", "active")]
    assert not holding.held(make.goods_of(desk.shipment)) and holding.held(make.goods_of(other))


def test_a_hold_on_the_paid_waybill_is_lifted(desk):
    hold(desk, stop=False, goods=True)
    payment = stated(desk, number=make.goods_of(desk.shipment).number)
    assert payments.held(kept(desk, payment))
    answer(desk.finance, payment, payments.confirm, True)
    assert still_held(desk) == [] and make.goods_of(desk.shipment).hold_finance is None


def test_nothing_held_is_not_lifted(desk):
    payment = stated(desk)
    assert refusal(answer, desk.finance, payment, payments.confirm, True).code == 409
    assert kept(desk, payment).status == "waiting"


def test_another_office_sees_no_payment(desk):
    payment = stated(desk)
    assert refusal(payments.one, db.session(), desk.stranger, payment).code == 404
    assert (
        payments.waiting(db.session(), desk.stranger) == []
        and payments.of_customer(db.session(), desk.admin, desk.customer) == []
    )
    assert [p.id for p in payments.waiting(db.session(), desk.finance)] == [payment]

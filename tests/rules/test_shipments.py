"""Shipments by hand, by the rules alone: numbers, what only a change may write, stage, holds (D-02, D-12, CHG stages)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import Customer, Office, Shipment, db
from rules import search, shipments, stages
from rules.policy import unseen
from rules.shipment_forms import ShipmentForm
from rules.store import Actor, write_tx
from rules.words import Refused
from tests import factories


def act(who: Actor, rule: Any, key: int, *args: Any, **options: Any) -> None:
    with write_tx(who, "shipment.test") as tx:
        rule(tx, goods(key), *args, **options)


def goods(key: int) -> Shipment:
    return db.session.scalars(unseen(select(Shipment).where(Shipment.id == key))).one()


def kept(key: int) -> Shipment:
    db.session.rollback()
    return goods(key)


def make(who: Actor, **values: Any) -> int:
    with write_tx(who, "shipment.add") as tx:
        return shipments.make(tx, {"mode": "air", **values}).id


def refusal(who: Actor, rule: Any, key: int, *args: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as no:
        act(who, rule, key, *args, **options)
    return no.value


def test_goods_may_exist_before_their_number_and_begin_at_the_first_stage_of_their_mode(desk):
    for mode in stages.MODES:
        made = kept(make(desk.agent, mode=mode, consignee="王五"))
        assert (made.number, made.stage, made.office_id) == (None, stages.first(mode), desk.office)


def test_numbers_are_stored_in_their_normal_form_and_found(desk):
    made = make(desk.agent, number="sz 6630001", master="784 1234 5675")
    assert (kept(made).number, kept(made).master) == ("SZ6630001", "784-12345675")
    found = search.find(db.session(), desk.agent, "784-12345675").only
    assert found is not None and found.id == made


@pytest.mark.parametrize(("values", "field"), [
    ({"master": "784-12345674"}, "master"), ({"mode": "sea", "container": "CSQU3054384"}, "container"),
    ({"departs_at": datetime(2026, 11, 20, tzinfo=UTC), "arrives_at": datetime(2026, 11, 19, tzinfo=UTC)}, "arrives_at"),
])  # fmt: skip
def test_the_rule_refuses_what_its_form_refuses(desk, values, field):
    with pytest.raises(Refused) as no:
        make(desk.agent, **values)
    assert no.value.field == field
    form = ShipmentForm(data={"mode": "air", **values})
    assert not form.validate() and list(form.errors) == [field]


def test_a_bill_of_lading_is_never_refused(desk):
    assert kept(make(desk.agent, mode="sea", master="cosu-6123 4567 89")).master == "COSU6123456789"


def test_one_carrier_has_a_number_once_another_carrier_may_have_it_too(desk):
    number = kept(desk.shipment).number
    with pytest.raises(Refused) as no:
        make(desk.agent, number=number)
    assert no.value.field == "number"
    assert kept(make(desk.agent, number=number, carrier="顺风")).carrier == "顺风"
    assert kept(make(desk.stranger, number=number)).office_id == desk.other_office


def test_before_the_number_exists_an_agent_writes_everything(desk):
    made = make(desk.agent, consignee="王五", destination="北京")
    act(desk.agent, shipments.edit, made, {"consignee": "王建平", "destination": "天津", "number": "6630002"})
    found = kept(made)
    assert (found.consignee, found.destination, found.number) == ("王建平", "天津", "6630002")


def test_afterwards_only_a_change_or_a_supervisor_with_a_reason_does(desk):
    no = refusal(desk.agent, shipments.edit, desk.shipment, {"consignee": "王建平"})
    assert (no.code, no.field) == (422, "consignee")
    assert refusal(desk.agent, shipments.edit, desk.shipment, {"consignee": None}).field == "consignee"
    assert refusal(desk.supervisor, shipments.edit, desk.shipment, {"consignee": "王建平"}).field == "reason"
    assert kept(desk.shipment).consignee == "王五"
    act(desk.supervisor, shipments.edit, desk.shipment, {"consignee": "王建平"}, reason="录错")
    assert kept(desk.shipment).consignee == "王建平" and factories.events()[-1].action == "shipment.correct"


def test_what_stands_empty_may_be_filled_in_and_what_no_change_governs_is_free(desk):
    act(desk.agent, shipments.edit, desk.shipment, {"model": "X9", "vehicle": "CZ3101", "receipt": "原件"})
    found = kept(desk.shipment)
    assert (found.model, found.vehicle, found.receipt) == ("X9", "CZ3101", "原件")
    assert "model" in shipments.locked(desk.agent, found) and not shipments.locked(desk.supervisor, found)


def test_hand_editing_never_touches_the_shippers_hold_standing_or_mode(desk):
    held = factories.goods(desk, hold_shipper="等指令")
    act(
        desk.supervisor,
        shipments.edit,
        held,
        {"hold_shipper": None, "standing": "void", "mode": "sea", "vehicle": "x"},
        reason="试",
    )
    found = kept(held)
    assert (found.hold_shipper, found.standing, found.mode, found.vehicle) == ("等指令", "active", "air", "x")


def test_a_customer_is_meant_by_number_by_whole_name_or_by_the_only_one_found(desk):
    with factories.writing() as tx:
        office = tx.session.get_one(Office, desk.office)
        for name, code in (("恒昌贸易", "H1"), ("恒昌物流", "H2")):
            factories.make_customer(tx, office, name, code=code)
    asked = lambda who, typed: shipments.customer_called(db.session(), who, typed)  # noqa: E731
    code = db.session.scalar(unseen(select(Customer.code).where(Customer.id == desk.customer)))
    assert asked(desk.agent, code) == asked(desk.agent, "启明通讯设备") == asked(desk.agent, "启明") == desk.customer
    assert asked(desk.agent, None) is None
    for who, typed in ((desk.agent, "恒昌"), (desk.agent, "没有"), (desk.stranger, "启明")):
        with pytest.raises(Refused) as no:
            asked(who, typed)
        assert no.value.field == "customer"


def test_a_stage_moves_on_with_time_and_source_and_back_only_with_a_reason(desk, clock):
    at = clock.at - timedelta(minutes=30)
    waiting = factories.goods(desk, "A2")
    act(desk.agent, shipments.set_stage, waiting, "A3", at, "dispatch")
    assert (kept(waiting).stage, kept(waiting).stage_at, kept(waiting).stage_source) == ("A3", at, "dispatch")
    assert refusal(desk.agent, shipments.set_stage, waiting, "A2", at, "dispatch").field == "reason"
    act(desk.agent, shipments.set_stage, waiting, "A2", at, "dispatch", "主单作废")
    assert kept(waiting).stage == "A2" and factories.events()[-1].reason == "主单作废"


def test_a_stage_of_another_mode_the_same_one_and_one_to_come_are_refused(desk, clock):
    for stage, at, field in (
        ("S3", clock.at, "stage"),
        ("A5", clock.at, "stage"),
        ("A6", clock.at + timedelta(minutes=1), "at"),
    ):
        assert refusal(desk.agent, shipments.set_stage, desk.shipment, stage, at, "partner").field == field
    assert kept(desk.shipment).stage == "A5"


def test_holds_are_kept_apart_by_reason_and_each_is_its_own_roles(desk):
    act(desk.agent, shipments.set_hold, desk.shipment, "service", "等核实")
    act(desk.finance, shipments.set_hold, desk.shipment, "finance", "运费未到")
    for who, which in (
        (desk.finance, "service"),
        (desk.agent, "finance"),
        (desk.supervisor, "finance"),
        (desk.auditor, "service"),
    ):
        assert refusal(who, shipments.lift_hold, desk.shipment, which, "x").code == 403
    assert refusal(desk.agent, shipments.set_hold, desk.shipment, "service", "再扣").code == 409
    assert refusal(desk.agent, shipments.lift_hold, desk.shipment, "service", "").field == "reason"
    act(desk.agent, shipments.lift_hold, desk.shipment, "service", "已核实")
    found = kept(desk.shipment)
    assert (found.hold_service, found.hold_finance, found.hold_shipper) == (None, "运费未到", None)

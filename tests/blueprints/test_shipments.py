"""Shipments by hand: list, page, numbers, what only a change may write, stage, holds (D-02, D-12, CHG stages)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Shipment, db
from rules.policy import unseen
from tests.blueprints import world as making
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.world import NUMBERS, World
from tests.factories import events

READERS = ("agent", "supervisor", "finance", "auditor")


def goods(world: World, key: str) -> Shipment:
    return by_id(world.shipments[key])


def by_id(shipment_id: int) -> Shipment:
    db.session.rollback()
    return db.session.scalars(unseen(select(Shipment).where(Shipment.id == shipment_id))).one()


def url(world: World, key: str = "A5", tail: str = "") -> str:
    return f"/shipments/{world.shipments[key]}{tail}"


def add(who: Person, **values: str):
    return who.send(who.form("/shipments/new", "/shipments"), **values)


def last() -> Shipment:
    db.session.rollback()
    return db.session.scalars(unseen(select(Shipment).order_by(Shipment.id.desc()))).first()


# ------------------------------------------------------------------------------------------ list and page


@pytest.mark.parametrize("name", READERS)
def test_everybody_who_reads_finds_a_shipment_by_the_end_of_its_number(enter, world, name):
    page = enter(name).page("/shipments?q=1912")
    assert url(world) in page.links and url(world, "A1") not in page.links


def test_the_list_is_narrowed_by_mode_stage_and_holds_and_keeps_to_the_office(enter, world):
    agent = enter("agent")
    assert (
        url(world, "A6") in agent.page("/shipments?stage=A6").links
        and url(world) not in agent.page("/shipments?stage=A6").links
    )
    assert (
        url(world, "held") in agent.page("/shipments?held=1").links
        and url(world) not in agent.page("/shipments?held=1").links
    )
    assert "7721934" not in agent.page("/shipments").text()
    assert url(world) not in agent.page("/shipments?mode=sea").links


def test_the_list_goes_on_page_by_page_without_a_gap(enter, world):
    with making.acting(world, "agent") as tx:
        for n in range(60):
            tx.session.add(Shipment(office_id=world.offices["SZ"], mode="sea", stage="S0", stage_at=tx.at, stage_source="desk",
                                    created_at=tx.at, booking=f"SO{n}"))  # fmt: skip
    agent = enter("agent")
    first = agent.page("/shipments?mode=sea")
    second = agent.page(next(link for link in first.links if "before=" in link))
    found = [{link for link in page.links if link.removeprefix("/shipments/").isdecimal()} for page in (first, second)]
    assert (len(found[0]), len(found[1]), found[0] & found[1]) == (50, 10, set())


@pytest.mark.parametrize("name", READERS)
def test_the_page_shows_stage_holds_matters_and_changes_with_old_and_new(enter, world, name):
    complaint, change = making.log(world, "complaint"), making.log(world, "change")
    page = enter(name).page(url(world))
    assert f"/cases/{complaint}" in page.links and f"/cases/{change}" in page.links
    assert "北京" in page.text() and "天津" in page.text()


def test_a_shipment_of_another_office_is_not_found_by_any_door(enter, world):
    guest = enter("guest")
    assert [guest.get(url(world, tail=tail)).status_code for tail in ("", "/edit")] == [404, 404]
    for tail in ("/edit", "/stage", "/hold/service", "/hold/shipper"):
        assert guest.post(url(world, tail=tail), {"reason": "x", "mode": "air"}).status_code == 404, tail


def test_an_auditor_sees_the_consignees_phone_masked_and_no_form(enter, world):
    making.log(
        world, "change", code="K08", consignee_phone="13512349999", charge_minor=0, consignee=None, destination=None
    )
    page = enter("auditor").page(url(world))
    for number in ("13512340000", "135 1234 0000", "13512349999", "135 1234 9999"):
        assert number not in page.text()
    assert "135 **** 0000" in page.text() and "135 **** 9999" in page.text()
    assert not [form for form in page.forms if form.method == "post" and form.action.startswith("/shipments")]


# ------------------------------------------------------------------------------------------ making and editing


def test_a_shipment_is_made_before_its_number_and_gets_it_later(enter, world):
    agent = enter("agent")
    answer = add(
        agent, customer="C-good", destination="乌鲁木齐", consignee="阿里木", model="X9", pieces="4", weight_g="86.5"
    )
    assert answer.status_code == 303
    made = last()
    assert (made.number, made.stage, made.weight_g, made.customer_id) == (None, "A0", 86500, world.customers["good"])
    edit = f"/shipments/{made.id}/edit"
    assert agent.send(agent.form(edit, edit), number="6630001", consignee="阿里木江").status_code == 303
    assert (last().number, last().consignee) == ("6630001", "阿里木江")
    assert agent.get("/find?q=6630001").location == f"/shipments/{made.id}"


@pytest.mark.parametrize(("values", "field"), [
    ({"master": "784-12345674"}, "master"),
    ({"mode": "sea", "container": "CSQU3054384"}, "container"),
    ({"consignee_phone": "1381234"}, "consignee_phone"),
    ({"weight_g": "-3"}, "weight_g"),
    ({"freight_minor": "12,5x"}, "freight_minor"),
    ({"customer": "没有这家"}, "customer"),
    ({"number": NUMBERS["A5"]}, "number"),
    ({"departs_at": "2026-11-20T10:00", "arrives_at": "2026-11-19T10:00"}, "arrives_at"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(enter, world, values, field):
    agent = enter("agent")
    answer = add(agent, **values)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
    again = next(f for f in read(answer.text).forms if f.action == "/shipments").data()
    assert all(again[name] == [value] for name, value in values.items())


def test_good_numbers_are_stored_as_the_import_stores_them(enter, world):
    agent = enter("agent")
    assert add(agent, master="784 1234 5675", departs_at="2026-11-20T10:00").status_code == 303
    assert last().master == "784-12345675" and last().departs_at.hour == 2
    assert (
        add(agent, mode="sea", container="csqu 305438-3", freight_minor="1,234.50", volume_l="4.2").status_code == 303
    )
    assert (last().container, last().freight_minor, last().volume_l, last().stage) == (
        "CSQU3054383",
        123450,
        4200,
        "S0",
    )


def test_once_the_waybill_exists_an_agent_cannot_write_what_a_change_governs(enter, world):
    agent = enter("agent")
    form = agent.form(url(world, tail="/edit"), "/edit")
    assert not {"consignee", "consignee_phone", "address", "destination", "number"} & set(form.names)
    assert agent.send(form, consignee="别人", destination="上海", vehicle="CZ3101").status_code == 303
    kept = goods(world, "A5")
    assert (kept.consignee, kept.destination, kept.vehicle) == ("王强", "北京", "CZ3101")
    assert any(
        link.startswith("/register?kind=change&number=" + NUMBERS["A5"])
        for link in agent.page(url(world, tail="/edit")).links
    )


def test_an_empty_governed_field_may_be_filled_in(enter, world):
    agent = enter("agent")
    form = agent.form(url(world, tail="/edit"), "/edit")
    assert agent.send(form, model="X9").status_code == 303 and goods(world, "A5").model == "X9"
    assert "model" not in agent.form(url(world, tail="/edit"), "/edit").names


def test_a_supervisor_corrects_a_governed_field_with_a_reason(enter, world):
    lead = enter("supervisor")
    form = lead.form(url(world, tail="/edit"), "/edit")
    answer = lead.send(form, consignee="王强强")
    assert answer.status_code == 422 and 'id="reason-e"' in answer.text
    assert lead.send(form, consignee="王强强", reason="录单时漏一字").status_code == 303
    assert goods(world, "A5").consignee == "王强强" and events(action="shipment.correct")[0].reason == "录单时漏一字"


def test_an_edit_against_an_old_version_shows_theirs_and_mine(enter, world):
    agent, other = enter("agent"), enter("agent2")
    mine = agent.form(url(world, tail="/edit"), "/edit")
    assert other.send(other.form(url(world, tail="/edit"), "/edit"), vehicle="CA1310").status_code == 303
    answer = agent.send(mine, vehicle="CZ3101")
    assert answer.status_code == 409 and "CA1310" in answer.text and "CZ3101" in answer.text
    assert goods(world, "A5").vehicle == "CA1310"


# ------------------------------------------------------------------------------------------ stage and holds


def test_a_stage_is_noted_with_time_and_source(enter, world):
    agent = enter("agent")
    form = agent.form(url(world, "A1"), "/stage")
    assert form.data()["stage"] == ["A2"]
    assert agent.send(form, stage="A3", at="2026-11-18T09:30", source="dispatch").status_code == 303
    kept = goods(world, "A1")
    assert (kept.stage, kept.stage_source, kept.stage_at.hour, kept.stage_at.minute) == ("A3", "dispatch", 1, 30)


@pytest.mark.parametrize(("values", "field"), [
    ({"stage": "A1", "source": "partner"}, "reason"),
    ({"stage": "A6", "source": "partner", "at": "2026-11-18T10:05"}, "at"),
    ({"stage": "S4", "source": "partner"}, "stage"),
    ({"stage": "A6"}, "source"),
])  # fmt: skip
def test_a_stage_that_cannot_be_is_refused_at_its_field(enter, world, values, field):
    agent = enter("agent")
    answer = agent.send(agent.form(url(world), "/stage"), **values)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text and goods(world, "A5").stage == "A5"


def test_a_stage_goes_back_with_a_reason(enter, world):
    agent = enter("agent")
    assert (
        agent.send(agent.form(url(world), "/stage"), stage="A4", source="partner", reason="看错单号").status_code == 303
    )
    assert goods(world, "A5").stage == "A4" and events(action="shipment.stage")[-1].reason == "看错单号"


def test_the_desk_sets_the_service_hold_and_finance_its_own(enter, world):
    agent, finance = enter("agent"), enter("finance")
    assert agent.send(agent.form(url(world), "/hold/service"), "set").status_code == 422
    assert agent.send(agent.form(url(world), "/hold/service"), "set", reason="等核实地址").status_code == 303
    assert finance.send(finance.form(url(world), "/hold/finance"), "set", reason="运费未到").status_code == 303
    assert (goods(world, "A5").hold_service, goods(world, "A5").hold_finance) == ("等核实地址", "运费未到")
    assert agent.post(url(world, tail="/hold/finance"), {"do": "lift", "reason": "x"}).status_code == 403
    assert finance.post(url(world, tail="/hold/service"), {"do": "lift", "reason": "x"}).status_code == 403
    assert finance.send(finance.form(url(world), "/hold/finance"), "lift", reason="已到账").status_code == 303
    assert (goods(world, "A5").hold_service, goods(world, "A5").hold_finance) == ("等核实地址", None)


def test_the_shippers_hold_has_no_button_here_but_the_way_to_a_change(enter, world):
    agent = enter("agent")
    page = agent.page(url(world, "held"))
    assert "等发货人指令" in page.text() and "/register?kind=change&number=8821945" in page.links
    assert agent.post(url(world, "held", "/hold/shipper"), {"do": "lift", "reason": "x"}).status_code == 404
    assert agent.send(agent.form(url(world, "held", "/edit"), "/edit"), hold_shipper="").status_code == 303
    assert goods(world, "held").hold_shipper == "等发货人指令"


def test_a_stopped_customers_goods_say_so(enter, world):
    assert "欠款未付" in enter("agent").page(url(world, "stopped")).text()

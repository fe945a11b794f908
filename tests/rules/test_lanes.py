"""Lanes: where they lead, who is served on them, who is declined and who never (INQ-14, INQ-15, CUS-03, CUS-07)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import Customer, Inquiry, Message, Question, db
from rules import lanes, ports, register
from rules.facts import Facts
from rules.policy import unseen
from rules.words import Refused
from tests import factories
from tests.factories import Desk, do, matter, set_figure
from workflows import declining

OUT = {"to": "shipper", "channel": "wechat", "text": "这条航线暂不做同行，其他航线欢迎询价"}


@pytest.fixture
def desk(app: Flask) -> Iterable[Desk]:
    yield factories.desk()


def customer(desk: Desk, **columns: Any) -> None:
    with factories.writing() as tx:
        row = tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()
        for name, value in columns.items():
            setattr(row, name, value)


def ask(desk: Desk, lane: str | None, **data: Any) -> str:
    return factories.inquiry(desk.agent, desk, lane=lane, asked="一个高柜多少钱", **data)


def told(ref: str) -> lanes.Verdict | None:
    case = matter(ref)
    assert isinstance(case, Inquiry)
    return lanes.verdict(Facts(db.session(), case))


# ------------------------------------------------------------------------------------------ where a lane leads


@pytest.mark.rule("CUS-03")
@pytest.mark.parametrize(
    ("lane", "region"),
    [
        ("深圳 → 横滨", "asia"), ("Ningbo - Ho Chi Minh", "asia"), ("深圳-蒙巴萨", "africa"), ("shenzhen to DAR ES SALAAM", "africa"),
        ("盐田→桑托斯", "latin_america"), ("深圳到墨西哥城", "latin_america"), ("蛇口-杰贝阿里", "middle_east"), ("上海-那瓦舍瓦", "middle_east"),
        ("深圳-吉达", "middle_east"), ("SZX-FRA", "europe"), ("ｙａｎｔｉａｎ－ｈａｍｂｕｒｇ", "europe"), ("深圳→洛杉矶", "north_america"),
        ("深圳-奥克兰", "south_pacific"), ("汉堡 → 上海", "europe"), ("深圳→北京", "china"), ("某地", None), (None, None), ("lax 深圳", "china"),
    ],
)  # fmt: skip
def test_where_a_lane_leads(lane, region):
    assert ports.region_of(lane) == region


def test_every_place_has_one_region():
    names = [name for block in ports._PLACES.values() for name in block.split()]
    assert len(names) == len(set(names)) == len(ports.REGION_OF)


# ------------------------------------------------------------------------------------------ what is said


@pytest.mark.rule("INQ-14", "CUS-02", "CUS-03")
@pytest.mark.parametrize(
    ("group", "lane", "off", "gather", "said"),
    [
        ("coloader", "深圳-汉堡", True, False, "decline politely"), ("coloader", "深圳-横滨", True, False, "decline politely"),
        ("coloader", "深圳-蒙巴萨", False, False, None), ("coloader", "深圳-桑托斯", False, False, None),
        ("coloader", "深圳-吉达", False, False, None), ("coloader", "深圳-北京", False, False, None), ("coloader", "某地", False, False, None),
        ("direct", "深圳-横滨", False, False, None), ("direct", "深圳-蒙巴萨", False, False, None),
        ("direct", "深圳-吉达", False, False, "quote from what there is; after the consignment note"),
        ("direct", "深圳-洛杉矶", False, True, "quote from what there is; after the consignment note"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_lane_depends_on_the_group(desk: Desk, group, lane, off, gather, said):
    customer(desk, grouping=group)
    found = told(ask(desk, lane))
    if said is None:
        assert found is None
    else:
        assert found is not None and (found.off, found.gather) == (off, gather) and said in str(found.said)
    assert told(ask(desk, lane, topic="cargo")) is None


@pytest.mark.rule("INQ-15")
def test_outside_the_mainstream_prices_are_gathered_from_three_sides(desk: Desk):
    for lane in ("深圳-鹿特丹", "深圳-纽约", "深圳-悉尼"):
        found = told(ask(desk, lane, customer_id=None, contact_id=None, caller_name="新客", caller_phone="13900139000"))
        assert found is not None and found.gather and not found.off
    assert [kind for kind, _ in lanes.GATHERING] == ["wholesaler", "own", "carrier"]


@pytest.mark.rule("CUS-03")
def test_the_lanes_of_co_loaders_are_a_figure(desk: Desk):
    customer(desk, grouping="coloader")
    ref = ask(desk, "深圳-汉堡")
    set_figure("lane.coloader", "africa,europe")
    now_served, off = told(ref), told(ask(desk, "深圳-吉达"))
    assert now_served is not None and not now_served.off and off is not None and off.off
    assert register.read("lane.coloader", ["europe", "africa"]) == "africa,europe"
    for typed in ([], ["mars"]):
        with pytest.raises(Refused) as no:
            register.read("lane.coloader", typed)
        assert (no.value.code, no.value.field) == (422, "value")
    assert str(register.shown("lane.coloader", "africa,europe")) == "Africa; Europe and Mediterranean"
    assert register.written("lane.coloader", "africa,europe") == ["africa", "europe"]


# ------------------------------------------------------------------------------------------ declining


def refused(who: Any, ref: str, move: str, **data: Any) -> str:
    with pytest.raises(Refused) as no:
        do(who, ref, move, **data)
    return str(no.value.why)


@pytest.mark.rule("INQ-14")
def test_a_co_loader_off_his_lanes_is_declined_politely_and_his_clock_stops(desk: Desk):
    customer(desk, grouping="coloader")
    ref = ask(desk, "深圳-汉堡")
    do(desk.agent, ref, "decline", **OUT)
    case = matter(ref)
    assert (case.state, case.outcome, case.due_at) == ("answered", "declined", None)
    said = db.session.scalars(
        unseen(select(Message).where(Message.case_id == case.id, Message.direction == "out"))
    ).one()
    assert (said.text, said.channel) == (OUT["text"], "wechat")
    assert set(declining.STOPS) == {"decline"}


@pytest.mark.rule("INQ-14", "CUS-03")
def test_nobody_is_declined_on_a_lane_that_is_served(desk: Desk):
    for group, lane in (("direct", "深圳-汉堡"), ("coloader", "深圳-蒙巴萨"), ("coloader", "某地")):
        customer(desk, grouping=group)
        ref = ask(desk, lane)
        assert "is served on this lane" in refused(desk.agent, ref, "decline", **OUT)
        assert "is served on this lane" in refused(desk.supervisor, ref, "serve_anyway", reason="试一试")


@pytest.mark.rule("CUS-07", "INQ-14")
@pytest.mark.parametrize(("flag", "said"), [("vip", "VIP"), ("state_owned", "state-owned")])
def test_a_vip_or_state_owned_customer_is_never_declined(desk: Desk, flag, said):
    customer(desk, grouping="coloader", **{flag: True})
    ref = ask(desk, "深圳-汉堡")
    found = told(ref)
    assert found is not None and said in str(found.said) and found.gather
    for who in (desk.agent, desk.supervisor):
        why = refused(who, ref, "decline", **OUT)
        assert said in why and "never declined" in why
    do(desk.agent, ref, "answer", to="shipper", channel="phone", text="USD 1,900")
    assert said in refused(desk.agent, ref, "close", outcome="declined")
    assert matter(ref).outcome is None


@pytest.mark.rule("CUS-03", "INQ-14")
def test_a_supervisor_makes_an_exception_with_a_reason_and_only_then_a_price_is_made(desk: Desk):
    customer(desk, grouping="coloader")
    ref = ask(desk, "深圳-汉堡")
    quote = {"basis": "selling", "lines": []}
    assert "supervisor makes an exception" in refused(desk.agent, ref, "quote_draft", **quote)
    assert "role" in refused(desk.agent, ref, "serve_anyway", reason="老客户")
    do(desk.supervisor, ref, "serve_anyway", reason="长期大货客户")
    case = matter(ref)
    assert case.steps[lanes.EXCEPTION]["value"] == "长期大货客户" and case.state == "open"
    found = told(ref)
    assert found is not None and "长期大货客户" in str(found.said)
    assert "has decided to serve" in refused(desk.agent, ref, "decline", **OUT)
    assert "has decided to serve" in refused(desk.supervisor, ref, "serve_anyway", reason="再来")
    assert "supervisor makes an exception" not in _quotes(desk, ref, quote)


def _quotes(desk: Desk, ref: str, data: dict[str, Any]) -> str:
    """Why a price cannot be made, "" when it can."""
    try:
        do(desk.agent, ref, "quote_draft", **data)
    except Refused as no:
        return str(no.why)
    return ""


def test_the_refusal_names_the_lane_and_where_he_is_welcome(desk: Desk):
    customer(desk, grouping="coloader")
    text = str(lanes.farewell(Facts(db.session(), matter(ask(desk, "深圳-汉堡")))))
    assert "深圳-汉堡" in text and "Africa, Latin America, Middle East, India–Pakistan and Red Sea" in text


@pytest.mark.rule("INQ-14")
@pytest.mark.parametrize(("lane", "asked"), [("深圳-汉堡", 1), ("深圳-蒙巴萨", 0)])
def test_after_the_consignment_note_of_a_direct_customer_off_the_strong_lanes_a_price_to_compare_is_asked_for(
    desk: Desk, lane, asked
):
    customer(desk, grouping="direct")
    ref = ask(desk, lane)
    do(desk.agent, ref, "booking_came", text="委托书已到", channel="mail", said="订舱")
    found = db.session.scalars(select(Question).where(Question.case_id == matter(ref).id)).all()
    assert (matter(ref).state, len(found)) == ("booked", asked)

"""Which script is offered first, to whom, and that nothing unapproved is ever offered (KNO-01, KNO-02, KNO-04, KNO-05, SYS-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import CalendarDay, ScriptUse, User, db
from rules import scripts
from rules.calendar import HOLIDAY
from rules.script_fit import Asked, Scene, ranked
from rules.slot_about import About
from rules.store import write_tx
from rules.words import Refused
from tests import factories
from tests.databases import on_sqlite
from tests.factories import Desk, do, goods, inquiry, matter, writing
from tests.rules.handbook_rows import happened, keep, script

SHELF = [
    script("SCR-01", "来电开场", "Opening", grouped="KNO", kinds=["opening"], channels=["phone", "visit"]),
    script(
        "SCR-03",
        "来电开场，节日",
        "Opening on a festival",
        grouped="KNO",
        kinds=["opening"],
        channels=["phone"],
        variant="festival",
    ),
    script(
        "SCR-04",
        "去电开场",
        "Outgoing opening",
        grouped="KNO",
        kinds=["opening"],
        channels=["phone"],
        variant="outgoing",
    ),
    script("SCR-06", "结束语", "Closing", grouped="KNO", kinds=["closing"]),
    script("SCR-13", "有单号查货", "Tracing with a number", grouped="SHP", kinds=["inquiry.cargo"]),
    script("SCR-16", "网上更改已通过", "Online change approved", grouped="CHG", kinds=["change", "K07"]),
    script("SCR-17", "拉货通知", "Bumped from the flight", kinds=["inquiry.cargo", "complaint.flight"]),
    script("SCR-18", "航班延误", "Flight delayed", kinds=["inquiry.cargo"]),
    script(
        "SCR-26", "错货，收货方", "Wrong goods, consignee", grouped="CMP", audience="consignee", kinds=["complaint"]
    ),
    script(
        "SCR-40", "代理：货到哪了", "Partner: where is it", grouped="SHP", audience="partner", kinds=["inquiry.cargo"]
    ),
    script("SCR-47", "同事：日常请求", "Colleague: routine request", grouped="ORG", audience="colleague"),
    script(
        "SCR-60",
        "价格未出",
        "Price not yet out",
        grouped="INQ",
        kinds=["inquiry.price"],
        body_zh="价格还没有出来，明天告诉您",
    ),
    script(
        "SCR-70",
        "价格未出，新人",
        "Price not yet out, newcomer",
        grouped="INQ",
        kinds=["inquiry.price"],
        variant="newcomer",
    ),
]
CARGO, PRICE = Scene(frozenset({"inquiry", "inquiry.cargo"})), Scene(frozenset({"inquiry", "inquiry.price"}))
CHANGE, MISSED = (
    Scene(frozenset({"change", "K07", "change.K07"})),
    Scene(frozenset({"complaint", "complaint.warehouse"})),
)
PHONE, WECHAT = Asked(), Asked(channel="wechat")


def order(scene: Scene, asked: Asked, used: dict[int, int] | None = None) -> list[str]:
    return [fit.number[4:] for fit in ranked(SHELF, scene, asked, used or {})]


@pytest.mark.rule("KNO-04")
def test_the_best_fit_stands_first():
    bumped, opening = replace(CARGO, tells="SCR-17"), replace(CARGO, opens=True)
    for scene, asked, first in (
        (CARGO, WECHAT, "13"), (bumped, WECHAT, "17"), (replace(CARGO, tells="SCR-18"), WECHAT, "18"), (PRICE, WECHAT, "60"),
        (CHANGE, WECHAT, "16"), (opening, PHONE, "01"), (replace(opening, calls_out=True), PHONE, "04"),
        (replace(bumped, closes=True), WECHAT, "06"), (CARGO, replace(WECHAT, to="partner"), "40"),
        (CARGO, replace(WECHAT, to="colleague"), "47"), (MISSED, replace(WECHAT, to="consignee"), "26"),
        (replace(opening, tells="SCR-17"), PHONE, "01"), (bumped, PHONE, "17"),
    ):  # fmt: skip
        assert order(scene, asked)[0] == first, (scene, asked)
    assert order(CARGO, WECHAT, {18: 5})[:3] == ["18", "13", "17"], "what is used more goes first among equals"
    assert order(bumped, WECHAT, {18: 500})[0] == "17", "and never before what fits better"


@pytest.mark.rule("KNO-04")
def test_a_script_is_found_by_number_letters_initials_title_and_words_of_the_situation():
    for typed, found in (
        ("17", ["17"]), ("SCR-17", ["17"]), ("scr 17", ["17"]), ("scr06", ["06"]), ("6", ["06"]), ("lh", ["17"]), ("LHTZ", ["17"]), ("lhtz", ["17"]), ("hby", ["18"]),
        ("拉货", ["17"]), ("延误", ["18"]), ("bumped", ["17"]), ("Bumped from", ["17"]), ("bftf", ["17"]),
        ("明天告诉", ["60"]), ("没有这样的话术", []), ("%", []), ("'\"", []), ("😀", []),
    ):  # fmt: skip
        assert order(CARGO, replace(WECHAT, typed=typed)) == found, typed
    assert order(CARGO, replace(PHONE, typed="kc"))[:2] == ["01", "04"], "two letters within the initials"
    assert order(replace(CARGO, tells="SCR-18"), replace(WECHAT, typed="17"))[0] == "17", "its number goes before all"


@pytest.mark.rule("KNO-01", "KNO-05")
def test_nobody_is_offered_words_for_others_another_channel_another_day_or_other_hands():
    everything = {number for scene in (CARGO, PRICE) for number in order(scene, PHONE)}
    assert everything.isdisjoint({"03", "70", "26", "40", "47"})
    assert "03" in order(replace(CARGO, festival=True), PHONE)
    assert order(replace(CARGO, festival=True, opens=True), PHONE)[:2] == ["03", "01"]
    assert order(replace(PRICE, newcomer=True), WECHAT)[:2] == ["70", "60"]
    assert set(order(CARGO, replace(PHONE, to="partner"))) == {"40"}
    assert set(order(CARGO, replace(PHONE, to="consignee"))) == {"26", "01", "04", "06"}, "greetings are for everybody"
    assert "01" not in order(CARGO, WECHAT), "an opening of a call is no written word"


# ------------------------------------------------------------------------------------------ in the database


def about(desk: Desk, ref: str, who: Any = None) -> About:
    return About(db.session(), who or desk.agent, factories.now(), "zh", str, case=matter(ref))


def offered(desk: Desk, ref: str, asked: Asked = WECHAT, who: Any = None) -> list[str]:
    return [fit.number for fit in scripts.fitting(db.session(), about(desk, ref, who), asked)]


@pytest.mark.rule("SYS-03")
def test_only_what_is_approved_and_in_force_today_is_offered_or_can_be_chosen(desk: Desk, clock):
    with writing() as tx:
        keep(tx, "SCR-17")
        for n, state in enumerate(("draft", "review", "reviewed", "replaced", "withdrawn")):
            keep(tx, f"SCR-8{n}", state=state)
        keep(tx, "SCR-90", active=False)
        keep(tx, "SCR-91", starts_on=date(2026, 11, 19))
        keep(tx, "SCR-92", starts_on=date(2026, 11, 18))
    ref = inquiry(desk.agent, desk, topic="cargo")
    assert offered(desk, ref) == ["SCR-17", "SCR-92"]
    for number in ("SCR-80", "SCR-83", "SCR-90", "SCR-91", "SCR-99", "17", ""):
        with pytest.raises(Refused) as no:
            scripts.chosen(db.session(), about(desk, ref), number)
        assert no.value.code == 404
    assert scripts.chosen(db.session(), about(desk, ref), "SCR-92").stamp == "SCR-92/1"
    clock.forward(hours=24)
    assert "SCR-91" in offered(desk, ref)
    for stamp, kept in (
        ("SCR-17/1", True),
        ("SCR-83/1", True),
        ("SCR-17/2", False),
        ("SCR-80/1", False),
        ("x", False),
        (None, False),
    ):
        assert (scripts.remembered(db.session(), stamp) == stamp and bool(stamp)) is kept, stamp


@on_sqlite
@pytest.mark.rule("KNO-01", "KNO-02")
def test_a_call_opens_with_a_greeting_until_somebody_spoke_and_ends_with_the_closing(desk: Desk):
    with writing() as tx:
        for number in ("SCR-01", "SCR-06", "SCR-13"):
            kinds = {"SCR-01": ["opening"], "SCR-06": ["closing"], "SCR-13": ["inquiry.cargo"]}[number]
            keep(tx, number, grouped="KNO" if number != "SCR-13" else "SHP", kinds=kinds)
    ref = inquiry(desk.agent, desk, topic="cargo")
    assert offered(desk, ref, PHONE)[0] == "SCR-01" and offered(desk, ref, WECHAT)[0] == "SCR-13"
    do(desk.agent, ref, "message", text="马上查", to="shipper", channel="phone")
    assert offered(desk, ref, PHONE)[0] == "SCR-13"
    do(desk.agent, ref, "answer", text="今晚到", to="shipper", channel="phone")
    assert offered(desk, ref, PHONE)[0] == "SCR-06"


@on_sqlite
@pytest.mark.rule("KNO-04", "EXC-04")
def test_what_happened_to_the_flight_is_told_by_the_script_that_has_all_it_needs(desk: Desk):
    told, kinds = {"AIR-OFF-1": "SCR-17B", "AIR-OFF-END": "SCR-17"}, ["inquiry.cargo", "AIR-OFF-1", "AIR-OFF-END"]
    with writing() as tx:
        for number in ("SCR-13", "SCR-17", "SCR-17B"):
            keep(tx, number, kinds=kinds[:1] if number == "SCR-13" else kinds)
    cargo = goods(desk, "A4", vehicle="CA1301")
    ref = inquiry(desk.agent, desk, topic="cargo", shipment_id=cargo)
    assert offered(desk, ref)[0] == "SCR-13"
    for code, number in told.items():
        happened(desk, cargo, code, new_vehicle="CA1305" if code == "AIR-OFF-END" else None)
        assert offered(desk, ref)[0] == number


@on_sqlite
@pytest.mark.rule("KNO-01")
def test_festival_and_newcomer_words_come_with_the_calendar_and_the_account(desk: Desk):
    with writing() as tx:
        keep(tx, "SCR-03", variant="festival")
        keep(tx, "SCR-70", variant="newcomer")
    ref = inquiry(desk.agent, desk)
    assert offered(desk, ref) == []
    assert offered(desk, ref, who=replace(desk.agent, newcomer=True)) == ["SCR-70"]
    with writing() as tx:
        tx.add(CalendarDay(office_id=None, day=date(2026, 11, 18), kind=HOLIDAY, name="National Day", source="library"))
    assert offered(desk, ref) == ["SCR-03"]


@on_sqlite
@pytest.mark.rule("KNO-04")
def test_use_is_counted_by_person_and_day_and_old_use_is_forgotten(desk: Desk, clock):
    with writing() as tx:
        keep(tx, "SCR-20")
        keep(tx, "SCR-21")
    ref = inquiry(desk.agent, desk)
    for who in (desk.agent, desk.agent, desk.colleague):
        with write_tx(who, "draft") as tx:
            scripts.used(tx, scripts.chosen(tx.session, about(desk, ref), "SCR-21"), date(2026, 11, 18))
    rows = db.session.execute(select(User.name, ScriptUse.count).join(User, User.id == ScriptUse.user_id)).all()
    assert sorted(n for _, n in rows) == [1, 2]
    assert offered(desk, ref) == ["SCR-21", "SCR-20"]
    clock.forward(minutes=timedelta(days=91).total_seconds() / 60)
    assert offered(desk, ref) == ["SCR-20", "SCR-21"]


@pytest.mark.rule("KNO-04")
def test_a_script_comes_after_what_was_written_and_replaces_nothing():
    assert scripts.after("", "您好") == "您好" and scripts.after("  \n", "您好") == "您好"
    assert scripts.after("刘女士：\n", "您好") == "刘女士：\n您好"

"""Slots of scripts: filled from what is known, open by name where nobody knows, and never guessed (KNO-04, CF-15)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from models import CalendarDay, Customer, db
from rules import festivals, scripts, slot_values, slots
from rules.calendar import HOLIDAY, MAKE_UP
from rules.slot_about import About
from rules.slot_names import NAMES
from rules.words import Refused
from tests import factories
from tests.databases import on_sqlite
from tests.factories import TEN, Desk, goods, goods_of, inquiry, matter, writing
from tests.rules.handbook_rows import happened

LANDS = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)  # half past two in the afternoon in Shenzhen


def about(desk: Desk, ref: str, language: str = "zh") -> About:
    return About(db.session(), desk.agent, factories.now(), language, str, case=matter(ref))


def told(desk: Desk, ref: str, *codes: str, language: str = "zh") -> dict[str, str]:
    return slot_values.values(about(desk, ref, language), codes)


@pytest.mark.rule("KNO-04")
def test_an_open_slot_is_found_however_it_is_written_and_ordinary_text_is_none():
    for text, found in (
        ("改配 {改配航班}，{原因}。", ["改配航班", "原因"]), ("｛派送时间｝前", ["派送时间"]), ("{ new flight }", ["new flight"]),
        ("{a} and {a}", ["a"]), ("{" + "长" * 40 + "}", ["长" * 40]), ("{x｝", ["x"]),
        ("", []), (None, []), ("{}", []), ("{ }", []), ("a { b", []), ("{" + "长" * 41 + "}", []), ("{a\nb}", []), ("(原因)", []),
    ):  # fmt: skip
        assert slots.unfilled(text) == found, text


@pytest.mark.rule("KNO-04")
def test_what_nobody_knows_stays_in_the_text_by_its_name_and_keeps_it_in_the_house():
    body = "{contact}您好，{number}改配{new_flight}，原因：{reason}。"
    said = slots.fill(body, {"contact": "赵敏", "number": "812", "reason": "  "}, "zh")
    assert said == "赵敏您好，812改配{改配航班}，原因：{原因}。"
    assert slots.fill("Now on {new_flight}.", {}, "en") == "Now on {new flight}."
    with pytest.raises(Refused) as no:
        slots.check(said)
    assert (no.value.code, no.value.field) == (422, "text") and "{改配航班} {原因}" in str(no.value.why)
    slots.check("都填好了")
    assert slots.unfilled(slots.fill("{model}", {"model": "A{7}"}, "zh")) == [], "braces of a customer are no slots"
    assert slots.strange("{number} {guess} {reason}") == ["guess"]


def test_every_slot_has_a_name_in_both_languages_that_can_stand_open():
    for code, names in NAMES.items():
        assert all(name and slots.unfilled(f"{{{name}}}") == [name] for name in names), code
    for place in (0, 1):
        assert len({names[place] for names in NAMES.values()}) == len(NAMES), (
            "two slots of one name cannot be told apart"
        )
    assert set(slot_values.SOURCES) <= set(NAMES)


@on_sqlite
@pytest.mark.rule("KNO-04")
def test_a_matter_fills_the_slots_that_it_knows_in_the_language_of_the_text(desk: Desk, clock):
    cargo = goods(desk, "A4", vehicle="CA1301", departs_at=TEN + timedelta(hours=1), arrives_at=LANDS, number="8125550")
    ref = inquiry(desk.agent, desk, topic="cargo", shipment_id=cargo)
    codes = ("contact", "number", "consignee", "flight", "flight_date", "landing", "delivery", "answer_by", "hours",
             "answer_minutes", "work_number", "company", "phone", "days", "deductible")  # fmt: skip
    assert told(desk, ref, *codes) == {
        "contact": "赵敏", "number": "8125550", "consignee": "王五", "flight": "CA1301", "flight_date": "11月18日",
        "landing": "11月18日 14:30", "delivery": "11月18日 18:00–19:00", "answer_by": "11月18日 10:30前", "hours": "30分钟",
        "answer_minutes": "30", "work_number": desk.agent.login, "company": "SZ 营业部", "phone": "136 2215 0418", "days": "10",
        "deductible": "¥300.00",
    }  # fmt: skip
    english = told(desk, ref, "landing", "delivery", "answer_by", "hours", language="en")
    assert english == {
        "landing": "18 Nov 14:30",
        "delivery": "18 Nov 18:00–19:00",
        "answer_by": "18 Nov 10:30",
        "hours": "30 minutes",
    }
    clock.forward(31)
    assert "answer_by" not in told(desk, ref, "answer_by"), "a time that has passed is no promise"


@on_sqlite
@pytest.mark.rule("KNO-04")
def test_a_plan_that_passed_unconfirmed_and_goods_without_times_leave_their_slots_open(desk: Desk, clock):
    late = goods(desk, "A4", vehicle="CA1301", departs_at=TEN - timedelta(hours=4), arrives_at=TEN - timedelta(hours=1))
    for shipment in (late, goods(desk, "A3")):
        ref = inquiry(desk.agent, desk, topic="cargo", shipment_id=shipment)
        wanted = ("landing", "delivery", "arrival", "departs", "reason", "new_flight", "airport", "serial", "cause")
        assert told(desk, ref, *wanted) == {}


@on_sqlite
@pytest.mark.rule("EXC-04")
def test_a_reason_is_the_recorded_one_and_the_new_flight_comes_from_the_news(desk: Desk):
    cargo = goods(desk, "A4", vehicle="CA1301", departs_at=TEN, arrives_at=LANDS)
    ref = inquiry(desk.agent, desk, topic="cargo", shipment_id=cargo)
    wanted = ("flight", "flight_date", "reason", "new_flight", "arrival", "delivery")
    assert "reason" not in told(desk, ref, *wanted), "no news, no reason"
    happened(desk, cargo, "AIR-OFF-1")
    first = told(desk, ref, *wanted)
    assert first == {"flight": "CA1301", "flight_date": "11月18日", "reason": "the flight had reached its load limit"}
    happened(
        desk, cargo, "AIR-OFF-END", new_vehicle="CA1305", arrives_at=LANDS + timedelta(days=1), delivery="11月20日 上午"
    )
    assert told(desk, ref, *wanted) == first | {
        "new_flight": "CA1305",
        "arrival": "11月19日 14:30",
        "delivery": "11月20日 上午",
    }


@on_sqlite
def test_another_customer_s_news_fills_nothing(desk: Desk):
    cargo = goods(desk, "A4", vehicle="CA1301")
    other = goods(desk, "A4", vehicle="CA1301")
    happened(desk, other, "AIR-OFF-1")
    ref = inquiry(desk.agent, desk, topic="cargo", shipment_id=cargo)
    assert told(desk, ref, "reason", "new_flight") == {}
    assert goods_of(cargo).vehicle == "CA1301"


@on_sqlite
@pytest.mark.rule("KNO-01")
def test_only_a_festival_of_the_calendar_is_a_festival(desk: Desk):
    days = {
        "春节": ("Spring Festival", HOLIDAY),
        "补班": ("Spring Festival", MAKE_UP),
        "清明": ("Tomb-sweeping Day", HOLIDAY),
    }
    with writing() as tx:
        for n, (name, kind) in enumerate(days.values()):
            tx.add(CalendarDay(office_id=None, day=date(2027, 2, 6 + n), kind=kind, name=name, source="library"))
        tx.add(
            CalendarDay(
                office_id=desk.other_office, day=date(2027, 3, 1), kind=HOLIDAY, name="National Day", source="library"
            )
        )
    found = [festivals.today(db.session(), desk.office, date(2027, 2, 6 + n)) for n in range(4)]
    assert found == ["Spring Festival", None, None, None]
    assert festivals.today(db.session(), desk.office, date(2027, 3, 1)) is None, "another office's calendar"


def test_a_customer_overseas_reads_english():
    assert [scripts.speaks_to(c) for c in (None, Customer(overseas=False), Customer(overseas=True))] == [
        "zh",
        "zh",
        "en",
    ]

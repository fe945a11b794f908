"""“Explain this deadline”: the sentences of a clock in both languages, by hand, and the trace counted again (E-34, D-19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from blueprints._words import words
from models import CalendarDay
from rules import calendar as cal
from rules import clocks, explaining, reckoning
from rules.facts import Facts
from rules.retelling import Teller
from rules.trace import Trace
from tests import factories as make
from tests.rules.test_calendar import CALENDARS, DESK, EXTRA, FIGURES, LUNCH, MINUTE_TABLE, MOMENTS, NIGHT, QUICK, at
from tests.rules.test_clocks import local

WORDS = {"to": "shipper", "channel": "phone", "text": "好"}


def told(ref, moment, language="en"):
    """Everything that is said about each deadline of a case, one list per deadline."""
    session, case = make.db.session(), make.matter(ref)
    with force_locale({"en": "en", "zh": "zh_Hans_CN"}[language]):
        found = explaining.of_case(session, case, Facts(session, case), moment)
        return [
            [
                words(e.name),
                words(e.clock),
                *map(words, e.lines),
                *map(words, e.counted),
                words(e.total),
                *map(words, e.after),
            ]
            for e in found
        ]


def lines(calendar, start, minutes, language):
    """What is said of one reckoning: stretches, sum, closed days, calendar."""
    trace = cal.add_working_time(calendar, at(start), minutes).trace
    say = Teller(trace.zone, at(start))
    with force_locale({"en": "en", "zh": "zh_Hans_CN"}[language]):
        return [words(line) for line in (*say.counted(trace), say.sum(trace), *say.closed(trace), *say.calendar(trace))]


GOLDEN = [
    ("Friday evening", DESK, "2026-11-20 17:50", 30,
     ["Fri 20 Nov 17:50–18:00: 10 min", "Mon 23 Nov 09:00–09:20: 20 min", "10 min + 20 min = 30 min",
      "Version 7 of the calendar."],
     ["周五 11/20 17:50–18:00：10 分", "周一 11/23 09:00–09:20：20 分", "10 分 + 20 分 = 30 分", "日历版本 7。"]),
    ("lunch", LUNCH, "2026-11-18 11:50", 30,
     ["Wed 18 Nov 11:50–12:00: 10 min", "Wed 18 Nov 13:30–13:50: 20 min", "10 min + 20 min = 30 min",
      "Version 7 of the calendar."],
     ["周三 11/18 11:50–12:00：10 分", "周三 11/18 13:30–13:50：20 分", "10 分 + 20 分 = 30 分", "日历版本 7。"]),
    ("make-up day before the Spring Festival", DESK, "2026-02-14 17:50", 30,
     ["Sat 14 Feb 17:50–18:00: 10 min (make-up working day, Spring Festival)", "Tue 24 Feb 09:00–09:20: 20 min",
      "10 min + 20 min = 30 min", "Not counted: Sun 15 Feb to Mon 23 Feb, Spring Festival.", "Version 7 of the calendar."],
     ["周六 2/14 17:50–18:00：10 分（补班，春节）", "周二 2/24 09:00–09:20：20 分", "10 分 + 20 分 = 30 分",
      "不计：周日 2/15 至 周一 2/23，春节。", "日历版本 7。"]),
    ("National Day", DESK, "2026-09-30 17:50", 30,
     ["Wed 30 Sep 17:50–18:00: 10 min", "Thu 8 Oct 09:00–09:20: 20 min", "10 min + 20 min = 30 min",
      "Not counted: Thu 1 Oct to Wed 7 Oct, National Day.", "Version 7 of the calendar."],
     ["周三 9/30 17:50–18:00：10 分", "周四 10/8 09:00–09:20：20 分", "10 分 + 20 分 = 30 分",
      "不计：周四 10/1 至 周三 10/7，国庆节。", "日历版本 7。"]),
    ("the make-up Saturday of October", DESK, "2026-10-10 10:00", 30,
     ["Sat 10 Oct 10:00–10:30: 30 min (make-up working day, National Day)", "Together 30 min", "Version 7 of the calendar."],
     ["周六 10/10 10:00–10:30：30 分（补班，国庆节）", "共 30 分", "日历版本 7。"]),
    ("night shift", NIGHT, "2026-11-18 23:50", 30,
     ["Wed 18 Nov 23:50–Thu 19 Nov 00:20: 30 min", "Together 30 min", "Version 7 of the calendar."],
     ["周三 11/18 23:50–周四 11/19 00:20：30 分", "共 30 分", "日历版本 7。"]),
    ("start outside hours, ends on extra hours", EXTRA, "2026-11-20 19:00", 30,
     ["Sat 21 Nov 10:00–10:30: 30 min (extra hours)", "Together 30 min", "Version 7 of the calendar."],
     ["周六 11/21 10:00–10:30：30 分（加班）", "共 30 分", "日历版本 7。"]),
    ("into a year that is not announced", DESK, "2026-12-31 17:50", 30,
     ["Thu 31 Dec 17:50–18:00: 10 min", "Mon 4 Jan 2027 09:00–09:20: 20 min", "10 min + 20 min = 30 min",
      "Not counted: Fri 1 Jan 2027, New Year's Day.", "Version 7 of the calendar.",
      "The holidays of 2027 are not announced yet: this time may still move."],
     ["周四 12/31 17:50–18:00：10 分", "周一 2027/1/4 09:00–09:20：20 分", "10 分 + 20 分 = 30 分", "不计：周五 2027/1/1，元旦。",
      "日历版本 7。", "2027 年的放假安排还没有公布，这个时间还可能变。"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "calendar", "start", "minutes", "en", "zh"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_a_deadline_is_explained_in_both_languages(app, case, calendar, start, minutes, en, zh):
    assert lines(calendar, start, minutes, "en") == en
    assert lines(calendar, start, minutes, "zh") == zh


def test_three_working_days_over_the_spring_festival_are_named_one_by_one(app):
    trace = cal.add_working_days(DESK, at("2026-02-13 09:00"), 3).trace
    say = Teller(trace.zone, at("2026-02-13 09:00"))
    with force_locale("en"):
        assert [words(line) for line in (*say.counted(trace), say.sum(trace), *say.closed(trace))] == [
            "Sat 14 Feb 09:00–18:00: 1 working day (make-up working day, Spring Festival)",
            "Tue 24 Feb 09:00–18:00: 1 working day", "Wed 25 Feb 09:00–18:00: 1 working day",
            "Together 3 working days", "Not counted: Sun 15 Feb to Mon 23 Feb, Spring Festival.",
        ]  # fmt: skip


# ------------------------------------------------------------------------------------------ pauses


def around(start, minutes, *pauses, calendar=DESK):
    found = reckoning.add_around(calendar, False, at(start), minutes, [(at(a), at(b)) for a, b in pauses])
    assert found.trace.total == found.trace.figure == minutes
    assert reckoning.replay(found.trace, at(start)) == found.due
    return found.due


@pytest.mark.parametrize(
    ("start", "minutes", "pauses", "due"),
    [
        ("2026-11-18 10:00", 30, [("2026-11-18 10:05", "2026-11-18 11:00"), ("2026-11-18 11:10", "2026-11-18 15:00")],
         "2026-11-18 15:15"),  # two pauses in one day
        ("2026-11-18 10:00", 30, [("2026-11-18 10:05", "2026-11-18 15:00"), ("2026-11-18 12:00", "2026-11-18 13:00")],
         "2026-11-18 15:25"),  # one pause inside another
        ("2026-09-30 17:00", 120, [("2026-09-30 17:30", "2026-10-08 10:00")], "2026-10-08 11:30"),  # over a holiday
        ("2026-09-30 17:00", 120, [("2026-09-30 17:30", "2026-10-03 10:00")], "2026-10-08 10:30"),  # ends in a holiday
        ("2026-11-20 17:50", 30, [("2026-11-21 10:00", "2026-11-22 10:00")], "2026-11-23 09:20"),  # within a weekend
        ("2026-11-18 10:00", 30, [("2026-11-18 10:05", "2026-11-18 10:05")], "2026-11-18 10:30"),  # resumed at once
        ("2026-11-18 10:00", 30, [("2026-11-18 10:30", "2026-11-18 12:00")], "2026-11-18 10:30"),  # due already
        ("2026-11-18 10:00", 30, [("2026-11-18 10:45", "2026-11-18 12:00")], "2026-11-18 10:30"),  # late already
        ("2026-02-14 17:50", 30, [("2026-02-14 17:55", "2026-02-20 12:00")], "2026-02-24 09:25"),  # begins on an exception
    ],
)  # fmt: skip
def test_pauses_are_left_out_and_the_stretches_still_add_up(start, minutes, pauses, due):
    assert around(start, minutes, *pauses) == at(due)


@pytest.mark.parametrize(("calendar", "start", "minutes", "due"), MINUTE_TABLE)
def test_the_stretches_of_every_row_of_the_golden_table_add_up_and_lead_to_the_same_instant(
    calendar, start, minutes, due
):
    trace = Trace.load(cal.add_working_time(calendar, at(start), minutes).trace.store())
    assert trace.total == minutes
    assert reckoning.replay(trace, at(start)) == at(due)


@QUICK
@given(
    CALENDARS,
    MOMENTS,
    FIGURES,
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 3000)), max_size=4),
)
def test_with_any_pauses_the_stretches_add_up_and_lead_to_the_same_instant(calendar, start, minutes, always, gaps):
    pauses, moment = [], start
    for runs, stands in gaps:
        pauses.append((moment + timedelta(minutes=runs), moment + timedelta(minutes=runs + stands)))
        moment = pauses[-1][1]
    found = reckoning.add_around(calendar, always, start, minutes, pauses)
    assert found.trace.total == minutes
    assert reckoning.replay(Trace.load(found.trace.store()), start) == found.due
    assert found.due >= reckoning.add(calendar, always, start, minutes).due
    assert not any(
        s.begins < end and s.ends > begin for s in found.trace.segments for begin, end in pauses if end > begin
    )


@QUICK
@given(CALENDARS, MOMENTS, FIGURES, st.booleans(), st.lists(st.integers(0, 3000), max_size=4))
def test_pausing_and_resuming_at_once_changes_nothing(calendar, start, minutes, always, moments):
    pauses = [(at, at) for at in sorted(start + timedelta(minutes=n) for n in moments)]
    assert (
        reckoning.add_around(calendar, always, start, minutes, pauses).due
        == reckoning.add(calendar, always, start, minutes).due
    )


# ------------------------------------------------------------------------------------------ clocks of a case


def test_a_running_clock_says_start_figure_stretches_and_calendar(desk, clock):
    ref = make.inquiry(desk.agent, desk, called_at=local("17 17:58"))
    clock.at = local("17 17:59")
    assert told(ref, clock.at) == [[
        "Answer", "15 h left", "The customer called or wrote 17:58: it runs from there, not from when it was logged.",
        "The figure is 5 min: “First answer to a price inquiry (minutes)”, the default.",
        "It runs in the desk hours of the office (Asia/Shanghai).",
        "Tue 17 Nov 17:58–18:00: 2 min", "Wed 18 Nov 09:00–09:03: 3 min", "2 min + 3 min = 5 min", "Version 1 of the calendar.",
    ]]  # fmt: skip
    assert told(ref, clock.at, "zh") == [[
        "答复", "剩 15 小时", "客户 17:58 来电或来信，从那时起算，不从登记时起算。", "时限 5 分：“询价首次答复（分钟）”，默认值。",
        "按营业部办公时间计（Asia/Shanghai）。", "周二 11/17 17:58–18:00：2 分", "周三 11/18 09:00–09:03：3 分", "2 分 + 3 分 = 5 分",
        "日历版本 1。",
    ]]  # fmt: skip


def test_class_setting_pause_and_promise_are_all_told(desk, clock):
    make.set_figure("inquiry.other.answer", 20, desk.office)
    ref = make.inquiry(desk.agent, desk, topic="other")
    clock.forward(5)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    assert "Stands still since 10:05: waiting for the customer." in told(ref, clock.at)[0]
    clock.forward(60)
    make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    make.do(desk.agent, ref, "message", **WORDS, promised_at=local("18 11:10"))
    (found,) = told(ref, clock.at)
    assert found[3:] == [
        "The figure is 20 min: “Answer to any other question (minutes)”, set 10:00 for this office.",
        "It runs in the desk hours of the office (Asia/Shanghai).",
        "Wed 18 Nov 10:00–10:05: 5 min", "Wed 18 Nov 11:05–11:20: 15 min", "5 min + 15 min = 20 min",
        "Stood still from 10:05 to 11:05: waiting for the customer.",
        "The customer was promised 11:10, and that holds. By the figure it would be 11:20; statistics keep that.",
        "Version 1 of the calendar.",
    ]  # fmt: skip
    complaint = make.complaint(desk.agent, desk)
    figure = "The figure is 60 min: “Clear answer to a complaint by class of customer (minutes)”, class A, Simple complaint, the default."
    assert figure in told(complaint, clock.at)[0]


def test_a_stopped_clock_says_whether_it_was_kept(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    clock.forward(12)
    make.do(desk.agent, ref, "answer", **WORDS)
    (found,) = told(ref, clock.at)
    assert (found[1], found[-1]) == ("Stopped late", "Done 10:12, 7 min late.")
    make.do(desk.agent, ref, "chase", said="?", channel="phone")
    clock.forward(2)
    make.do(desk.agent, ref, "answer", **WORDS)
    again = told(ref, clock.at)[1]
    assert (again[1], again[2], again[-1]) == (
        "Stopped on time",
        "It was taken up again 10:12: it runs from there.",
        "Done 10:14, on time.",
    )


def test_a_decision_is_explained_by_its_figure_or_by_cut_off(desk, clock):
    data = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "x", "destination": "天津"}
    ref = make.change(desk.agent, desk, "K10", **data)
    make.do(desk.agent, ref, "submit")
    found = next(e for e in told(ref, clock.at) if e[0] == "Decision")
    assert found[2:6] == [
        "The decision was asked for 10:00: it runs from there, beside the customer's time.",
        "The figure is 30 min: “Decision on a change (minutes)”.", "It runs in the desk hours of the office (Asia/Shanghai).",
        "Wed 18 Nov 10:00–10:30: 30 min",
    ]  # fmt: skip
    soon = make.goods(desk, "A5", cut_off_at=local("18 10:50"))
    ref = make.change(desk.agent, desk, "K10", shipment=soon, **data)
    make.do(desk.agent, ref, "submit")
    found = next(e for e in told(ref, clock.at) if e[0] == "Decision")
    assert found[3:5] == [
        "Cut-off is 10:50, and a decision comes 30 min before it at the latest: 10:20.",
        "The figure alone would give 10:30; the earlier time counts.",
    ]
    make.do(desk.supervisor, ref, "approve")
    assert "Done 10:00, on time." in next(
        e for e in told(ref, clock.at) if e[0] == "Decision" and e[1] == "Stopped on time"
    )


# ------------------------------------------------------------------------------------------ counted again


def test_what_is_stored_agrees_with_itself_and_any_tampering_is_seen(desk, clock):
    ref = make.inquiry(desk.agent, desk, topic="other")
    clock.forward(5)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    clock.forward(60)
    make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    (row,) = make.clocks_of(ref)
    session, good = make.db.session(), (row.trace, row.due_at, row.minutes)
    session.expunge(row)  # what is tried on it is not stored
    assert explaining.agrees(session, row)
    trace = Trace.load(row.trace)
    first, last = trace.segments
    longer = replace(last, ends=last.ends + timedelta(minutes=1))
    early = replace(first, begins=first.begins - timedelta(minutes=1))
    still = replace(last, begins=last.begins - timedelta(minutes=30), ends=last.ends - timedelta(minutes=30))
    for segments in ((first,), (first, longer), (early, last), (last, first), (first, still)):
        row.trace = replace(trace, segments=segments).store()
        assert not explaining.agrees(session, row), segments
    row.trace = good[0]
    for name, value in (
        ("due_at", good[1] + timedelta(seconds=1)),
        ("minutes", 31),
        ("promised_at", local("18 16:00")),
    ):
        kept = getattr(row, name)
        setattr(row, name, value)
        assert not explaining.agrees(session, row), name
        setattr(row, name, kept)
    assert explaining.agrees(session, row)


def test_a_clock_reckoned_anew_on_a_changed_calendar_keeps_its_promise_and_its_pauses(desk, clock):
    ref = make.inquiry(desk.agent, desk, topic="other")
    clock.forward(5)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    clock.at = local("18 17:50")
    make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    (row,) = make.clocks_of(ref)
    assert row.due_at == local("19 09:15")
    with make.writing() as tx:
        tx.add(CalendarDay(day=date(2026, 11, 19), kind="closure", name="台风", source="notice", office_id=desk.office))
        (row,) = make.clocks_of(ref)
        pauses = clocks.pauses_of(tx.session, row)
        found = clocks.recount(tx.session, desk.office, row, pauses)
        assert found.due == row.due_at == local("20 09:15")
        row.promised_at = local("20 09:05")
        assert clocks.recount(tx.session, desk.office, row, pauses).due == local("20 09:15")
        assert row.due_at == local("20 09:05")
        tx.session.flush()
        assert explaining.agrees(tx.session, row)

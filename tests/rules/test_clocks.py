"""Clocks of a matter: when they start, stand still, run out, stop and start again (D-03, D-15, D-19, E-18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules import figures, offices
from rules.trace import Trace
from tests import factories as make

WORDS = {"to": "shipper", "channel": "phone", "text": "好"}
SHENZHEN = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    """A moment of November 2026 (or of the full date given) on a clock in Shenzhen: "18 10:05"."""
    text = text if len(text) > 10 else f"2026-11-{text}"
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHENZHEN).astimezone(UTC)


def due(ref):
    return make.clocks_of(ref)[-1].due_at


# The 18th of November 2026 is a Wednesday; the desk is open from 9 to 18, Monday to Friday.
@pytest.mark.parametrize(
    ("called", "falls_due"),
    [
        ("18 10:00", "18 10:05"),
        ("18 09:40", "18 09:45"),  # called twenty minutes before it was logged: overdue when logged
        ("17 17:58", "18 09:03"),  # two minutes in the evening, three in the morning
        ("17 18:00", "18 09:05"),
        ("17 23:30", "18 09:05"),
        ("18 05:00", "18 09:05"),
        ("14 12:00", "16 09:05"),  # Saturday: Monday morning
    ],
)
def test_a_clock_starts_when_the_customer_called_and_runs_in_desk_hours(desk, called, falls_due):
    ref = make.inquiry(desk.agent, desk, called_at=local(called))
    assert make.clocks_of(ref)[0].started_at == local(called)
    assert due(ref) == local(falls_due)
    assert make.matter(ref).due_at == local(falls_due)


@pytest.mark.parametrize(
    ("weight", "always", "falls_due"),
    [
        ("simple", False, "18 12:00"),
        ("simple", True, "18 12:00"),
        ("complex", False, "20 16:00"),  # 8 hours on Wednesday, 9 on Thursday, 7 on Friday
        ("complex", True, "19 10:00"),
    ],
)
def test_complaint_clocks_run_in_desk_hours_unless_the_office_is_on_duty_round_the_clock(
    desk, weight, always, falls_due
):
    make.set_figure("desk.duty_24h", always, desk.office)
    stranger = {"customer_id": None, "caller_name": "周先生", "caller_phone": "13900001111"}
    assert due(make.complaint(desk.agent, desk, weight=weight, **stranger)) == local(falls_due)


def test_duty_round_the_clock_is_not_for_inquiries(desk, clock):
    make.set_figure("desk.duty_24h", True, desk.office)
    clock.at = local("18 20:00")
    assert due(make.inquiry(desk.agent, desk)) == local("19 09:05")
    assert due(make.complaint(desk.agent, desk)) == local("18 21:00")  # a customer of class A


def test_desk_hours_with_a_break_at_noon_skip_it(desk, clock):
    make.set_figure("desk.hours", "08:30-12:00 13:30-17:30", desk.office)
    clock.at = local("18 11:50")
    assert due(make.inquiry(desk.agent, desk, topic="other")) == local("18 13:50")


def test_each_office_has_its_own_hours_and_zone(desk, clock):
    with make.writing() as tx:
        office = make.make_office(tx, "TYO", "Asia/Tokyo").id
        customer = make.make_customer(tx, tx.session.get_one(make.Office, office)).id
    clock.at = local("18 17:58")  # in Tokyo it is 18:58 and the desk is closed
    there = make.person(desk, "agent", office=office)
    ref = make.log(
        there, desk, "inquiry", {"topic": "price", "asked": "x", "office_id": office, "customer_id": customer}
    )
    assert due(ref) == datetime(2026, 11, 19, 0, 5, tzinfo=UTC)  # nine in the morning in Tokyo


@pytest.mark.parametrize(
    ("called", "falls_due"),
    [
        ("2026-09-30 17:58", "2026-10-08 09:03"),  # the National Day holidays
        ("2026-10-09 17:58", "2026-10-10 09:03"),  # Saturday the tenth is a make-up day
        ("2026-10-10 17:58", "2026-10-12 09:03"),
    ],
)
def test_holidays_are_closed_and_make_up_days_open(desk, clock, called, falls_due):
    clock.at = local(called)
    with make.writing() as tx:
        office = offices.add(tx, "HQ", "总部").id
        customer = make.make_customer(tx, tx.session.get_one(make.Office, office)).id
    who = make.person(desk, "agent", office=office)
    ref = make.log(who, desk, "inquiry", {"topic": "price", "asked": "x", "office_id": office, "customer_id": customer})
    assert due(ref) == local(falls_due)


def test_a_clock_explains_its_time(desk):
    ref = make.inquiry(desk.agent, desk, called_at=local("17 17:58"))
    trace = Trace.load(make.clocks_of(ref)[0].trace)
    assert (trace.figure, trace.total, trace.zone) == (5, 5, "Asia/Shanghai")
    assert [(s.begins, s.minutes) for s in trace.segments] == [(local("17 17:58"), 2), (local("18 09:00"), 3)]


# ------------------------------------------------------------------------------------------ standing still


def test_a_clock_stands_still_while_we_wait_for_the_customer_and_the_rest_counts_afterwards(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    clock.forward(2)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    case = make.matter(ref)
    assert (case.due_at, case.due_name) == (None, None)
    assert [(p.from_at, p.to_at, p.reason) for p in make.pauses_of(ref)] == [(clock.at, None, "customer")]
    again = clock.forward(hours=3)
    make.do(desk.agent, ref, "info_came", said="3 吨", channel="phone")
    assert due(ref) == again + timedelta(minutes=3) == make.matter(ref).due_at
    assert make.pauses_of(ref)[0].to_at == again


def test_several_pauses_take_nothing_from_the_allowance(desk, clock):
    ref = make.inquiry(desk.agent, desk, topic="other")
    for minutes in (5, 7, 8):
        clock.forward(minutes)
        make.do(desk.agent, ref, "ask_info", **WORDS)
        clock.forward(60)
        make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    assert due(ref) == clock.at + timedelta(minutes=30 - 5 - 7 - 8)


def test_a_pause_over_night_counts_only_desk_hours(desk, clock):
    clock.at = local("18 17:57")
    ref = make.inquiry(desk.agent, desk)
    clock.forward(1)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    clock.at = local("18 17:59")
    make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    assert due(ref) == local("19 09:03")  # one minute used, one left tonight, three in the morning


def test_half_a_minute_counts_as_half_a_minute(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    clock.forward(1.5)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    again = clock.forward(10)
    make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    assert due(ref) == again + timedelta(minutes=3.5)


def test_asking_the_customer_does_not_wash_an_overdue_clock(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    was_due = due(ref)
    clock.forward(20)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    clock.forward(20)
    make.do(desk.agent, ref, "info_came", said="x", channel="phone")
    assert due(ref) == was_due == make.matter(ref).due_at


@pytest.mark.parametrize("move", ["ask_party", "note", "message", "chase", "hand_over", "return_to_pool"])
def test_nothing_but_a_question_to_the_customer_stops_or_delays_his_clock(desk, clock, move):
    ref = make.inquiry(desk.agent, desk)
    was_due = due(ref)
    clock.forward(2)
    asked = {"whom": "x", "question": "x"}
    make.do(desk.agent, ref, move, **WORDS, **asked, said="x", person=desk.colleague.user_id, reason="x")
    assert (make.pauses_of(ref), make.matter(ref).due_at) == ([], was_due)


def test_an_answer_while_waiting_for_the_customer_stops_the_clock_and_ends_the_pause(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    at = clock.forward(9)
    make.do(desk.agent, ref, "answer", **WORDS)
    assert make.clocks_of(ref)[0].stopped_at == at
    assert make.pauses_of(ref)[0].to_at == at
    assert make.matter(ref).due_at is None


# ------------------------------------------------------------------------------------------ figures


def test_a_clock_keeps_the_figure_it_was_promised_under(desk, clock):
    old = make.inquiry(desk.agent, desk)
    row = make.set_figure("inquiry.general.first_answer", 15)
    clock.forward(1)
    new = make.inquiry(desk.agent, desk)
    assert [(c.minutes, c.setting_id) for c in make.clocks_of(old)] == [(5, None)]
    assert [(c.minutes, c.setting_id) for c in make.clocks_of(new)] == [(15, row)]
    make.do(desk.agent, old, "ask_info", **WORDS)
    again = clock.forward(5)
    make.do(desk.agent, old, "info_came", said="x", channel="phone")
    assert due(old) == again + timedelta(minutes=4)


def test_the_offices_own_figure_stands_before_the_common_one(desk):
    make.set_figure("inquiry.general.first_answer", 15)
    make.set_figure("inquiry.general.first_answer", 3, desk.office)
    make.set_figure("inquiry.general.first_answer", 99, desk.other_office)
    assert make.clocks_of(make.inquiry(desk.agent, desk))[0].minutes == 3
    assert figures.figure(make.db.session(), "inquiry.general.first_answer", None) == 15

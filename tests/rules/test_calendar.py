"""Working time, by hand and by property (E-34, D-15, rulebook 1.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import calendar as cal
from rules.calendar import Calendar, Day
from rules.holidays_cn import announced_until, as_days, known_days
from rules.hours import DEFAULT_WEEK, check_spans, desk_week, format_hours, read_hours
from rules.trace import Trace
from rules.words import Refused, Words

SHANGHAI = "Asia/Shanghai"
LUNCH_WEEK = desk_week(read_hours("09:00-12:00 13:30-18:00"))
NIGHT_WEEK = {day: read_hours("20:00-04:00") for day in range(7)}


def office(week=DEFAULT_WEEK, zone=SHANGHAI, extra=None):
    rows = [row for year in (2025, 2026, 2027) for row in known_days(year)]
    return Calendar(zone, week, as_days(rows, week) | (extra or {}), 7, announced_until())


DESK, LUNCH = office(), office(LUNCH_WEEK)
NIGHT = office(NIGHT_WEEK)
HALF = office(extra={date(2026, 2, 13): Day(read_hours("09:00-12:00"), cal.HALF_DAY, name="Half day")})
EXTRA = office(extra={date(2026, 11, 21): Day(read_hours("10:00-15:00"), cal.EXTRA)})
TYPHOON = office(extra={date(2026, 9, 16): Day((), cal.CLOSURE, name="Typhoon")})


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(moment: datetime, zone: str = SHANGHAI) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


MINUTE_TABLE = [
    # an ordinary day
    (DESK, "2026-11-18 14:00", 5, "2026-11-18 14:05"),
    (DESK, "2026-11-18 09:00", 540, "2026-11-18 18:00"),
    (DESK, "2026-11-18 17:55", 5, "2026-11-18 18:00"),
    (DESK, "2026-11-18 17:55", 6, "2026-11-19 09:01"),
    (DESK, "2026-11-18 18:00", 5, "2026-11-19 09:05"),
    (DESK, "2026-11-18 07:15", 5, "2026-11-18 09:05"),
    (DESK, "2026-11-18 00:00", 30, "2026-11-18 09:30"),
    (DESK, "2026-11-18 23:59", 30, "2026-11-19 09:30"),
    (DESK, "2026-11-18 14:00", 0, "2026-11-18 14:00"),
    (DESK, "2026-11-21 14:00", 0, "2026-11-21 14:00"),
    (DESK, "2026-11-18 14:00", 480, "2026-11-19 13:00"),
    (DESK, "2026-11-18 14:00", 2700, "2026-11-25 14:00"),
    # the weekend
    (DESK, "2026-11-20 17:50", 30, "2026-11-23 09:20"),
    (DESK, "2026-11-20 18:00", 1, "2026-11-23 09:01"),
    (DESK, "2026-11-21 11:00", 30, "2026-11-23 09:30"),
    (DESK, "2026-11-22 23:00", 120, "2026-11-23 11:00"),
    (DESK, "2026-11-20 16:30", 120, "2026-11-23 09:30"),
    # Spring Festival 2026: 14 February works, 15 to 23 off, 28 works
    (DESK, "2026-02-13 17:50", 30, "2026-02-14 09:20"),
    (DESK, "2026-02-14 09:00", 30, "2026-02-14 09:30"),
    (DESK, "2026-02-14 17:50", 30, "2026-02-24 09:20"),
    (DESK, "2026-02-15 10:00", 30, "2026-02-24 09:30"),
    (DESK, "2026-02-19 10:00", 5, "2026-02-24 09:05"),
    (DESK, "2026-02-23 18:30", 5, "2026-02-24 09:05"),
    (DESK, "2026-02-14 16:00", 240, "2026-02-24 11:00"),
    (DESK, "2026-02-27 17:50", 30, "2026-02-28 09:20"),
    (DESK, "2026-02-28 17:50", 30, "2026-03-02 09:20"),
    # New Year, Tomb-sweeping, Labour, Dragon Boat, Mid-autumn 2026
    (DESK, "2025-12-31 17:50", 30, "2026-01-04 09:20"),
    (DESK, "2026-01-04 17:50", 30, "2026-01-05 09:20"),
    (DESK, "2026-04-03 17:50", 30, "2026-04-07 09:20"),
    (DESK, "2026-04-30 17:50", 30, "2026-05-06 09:20"),
    (DESK, "2026-05-08 17:50", 30, "2026-05-09 09:20"),
    (DESK, "2026-06-18 17:50", 30, "2026-06-22 09:20"),
    (DESK, "2026-09-18 17:50", 30, "2026-09-20 09:20"),
    (DESK, "2026-09-24 17:50", 30, "2026-09-28 09:20"),
    # National Day 2026: 1 to 7 off, Saturday 10 works
    (DESK, "2026-09-30 17:50", 30, "2026-10-08 09:20"),
    (DESK, "2026-10-03 12:00", 30, "2026-10-08 09:30"),
    (DESK, "2026-10-09 17:50", 30, "2026-10-10 09:20"),
    (DESK, "2026-10-10 17:50", 30, "2026-10-12 09:20"),
    (DESK, "2026-10-11 10:00", 30, "2026-10-12 09:30"),
    # 2025: New Year alone, Spring Festival 28 January to 4 February, National Day 1 to 8 October
    (DESK, "2024-12-31 17:50", 30, "2025-01-02 09:20"),
    (DESK, "2025-01-24 17:50", 30, "2025-01-26 09:20"),
    (DESK, "2025-01-27 17:50", 30, "2025-02-05 09:20"),
    (DESK, "2025-02-07 17:50", 30, "2025-02-08 09:20"),
    (DESK, "2025-04-25 17:50", 30, "2025-04-27 09:20"),
    (DESK, "2025-04-30 17:50", 30, "2025-05-06 09:20"),
    (DESK, "2025-05-30 17:50", 30, "2025-06-03 09:20"),
    (DESK, "2025-09-26 17:50", 30, "2025-09-28 09:20"),
    (DESK, "2025-09-30 17:50", 30, "2025-10-09 09:20"),
    (DESK, "2025-10-10 17:50", 30, "2025-10-11 09:20"),
    (DESK, "2025-10-11 17:50", 30, "2025-10-13 09:20"),
    # lunch
    (LUNCH, "2026-11-18 11:50", 30, "2026-11-18 13:50"),
    (LUNCH, "2026-11-18 11:50", 10, "2026-11-18 12:00"),
    (LUNCH, "2026-11-18 12:00", 1, "2026-11-18 13:31"),
    (LUNCH, "2026-11-18 12:45", 15, "2026-11-18 13:45"),
    (LUNCH, "2026-11-18 11:00", 480, "2026-11-19 11:30"),
    (LUNCH, "2026-11-20 17:50", 200, "2026-11-23 13:40"),
    (LUNCH, "2026-02-14 11:45", 30, "2026-02-14 13:45"),
    (LUNCH, "2026-10-10 17:45", 30, "2026-10-12 09:15"),
    # the night shift; an exception belongs to the day a shift starts
    (NIGHT, "2026-11-18 23:50", 30, "2026-11-19 00:20"),
    (NIGHT, "2026-11-19 03:50", 30, "2026-11-19 20:20"),
    (NIGHT, "2026-11-19 12:00", 480, "2026-11-20 04:00"),
    (NIGHT, "2026-11-19 00:30", 210, "2026-11-19 04:00"),
    (NIGHT, "2026-02-14 23:00", 300, "2026-02-15 04:00"),
    (NIGHT, "2026-02-15 01:00", 240, "2026-02-24 21:00"),
    (NIGHT, "2026-02-15 05:00", 60, "2026-02-24 21:00"),
    (NIGHT, "2026-02-23 22:00", 60, "2026-02-24 21:00"),
    (NIGHT, "2026-10-01 02:00", 180, "2026-10-08 21:00"),
    # half day, extra hours, closure
    (HALF, "2026-02-13 11:50", 30, "2026-02-14 09:20"),
    (HALF, "2026-02-13 15:00", 30, "2026-02-14 09:30"),
    (EXTRA, "2026-11-20 17:50", 30, "2026-11-21 10:20"),
    (EXTRA, "2026-11-21 14:50", 30, "2026-11-23 09:20"),
    (TYPHOON, "2026-09-15 17:50", 30, "2026-09-17 09:20"),
    (TYPHOON, "2026-09-16 11:00", 5, "2026-09-17 09:05"),
    # into a year that is not announced
    (DESK, "2026-12-31 17:50", 30, "2027-01-04 09:20"),
    (DESK, "2026-12-28 09:00", 2700, "2027-01-04 18:00"),
    (DESK, "2027-02-04 17:50", 30, "2027-02-11 09:20"),
]


@pytest.mark.parametrize(("calendar", "start", "minutes", "due"), MINUTE_TABLE)
@pytest.mark.rule("ORG-11")
def test_minutes_of_desk_hours_fall_due_as_counted_by_hand(calendar, start, minutes, due):
    reckoned = cal.add_working_time(calendar, at(start), minutes)
    assert local(reckoned.due) == due
    assert reckoned.trace.total == reckoned.trace.figure == minutes
    assert cal.working_time_between(calendar, at(start), reckoned.due) == minutes


DAY_TABLE = [
    (DESK, "2026-02-13 10:00", 3, "2026-02-25 18:00"),  # 14, 24 and 25 February count
    (DESK, "2026-02-13 17:59", 1, "2026-02-14 18:00"),
    (DESK, "2026-02-13 22:00", 1, "2026-02-14 18:00"),
    (DESK, "2026-02-14 10:00", 1, "2026-02-24 18:00"),
    (DESK, "2026-02-17 10:00", 1, "2026-02-24 18:00"),
    (DESK, "2026-02-17 10:00", 5, "2026-02-28 18:00"),
    (DESK, "2026-10-09 10:00", 1, "2026-10-10 18:00"),
    (DESK, "2026-10-09 10:00", 2, "2026-10-12 18:00"),
    (DESK, "2026-09-30 10:00", 3, "2026-10-10 18:00"),
    (DESK, "2026-11-20 10:00", 1, "2026-11-23 18:00"),
    (DESK, "2026-11-21 10:00", 1, "2026-11-23 18:00"),
    (DESK, "2026-11-18 10:00", 10, "2026-12-02 18:00"),
    (DESK, "2026-12-28 10:00", 5, "2027-01-05 18:00"),
    (DESK, "2025-09-30 10:00", 3, "2025-10-11 18:00"),
    (LUNCH, "2026-11-18 12:30", 1, "2026-11-19 18:00"),
    (NIGHT, "2026-11-18 21:00", 1, "2026-11-20 04:00"),
    (NIGHT, "2026-11-19 02:00", 1, "2026-11-20 04:00"),  # inside the shift of the 18th
    (NIGHT, "2026-11-19 05:00", 1, "2026-11-21 04:00"),
    (HALF, "2026-02-12 10:00", 1, "2026-02-13 12:00"),
    (EXTRA, "2026-11-20 10:00", 1, "2026-11-21 15:00"),
    (DESK, "2026-11-18 10:00", 0, "2026-11-18 10:00"),
]


@pytest.mark.parametrize(("calendar", "start", "days", "due"), DAY_TABLE)
def test_working_days_end_at_the_close_of_the_nth_working_day_after_the_start_day(calendar, start, days, due):
    reckoned = cal.add_working_days(calendar, at(start), days)
    assert local(reckoned.due) == due
    assert reckoned.trace.total == days


def test_a_clock_round_the_clock_passes_nights_and_holidays():
    reckoned = cal.add_calendar_time(DESK, at("2026-02-14 17:00"), 24 * 60)
    assert local(reckoned.due) == "2026-02-15 17:00"
    assert [(part.why, part.minutes) for part in reckoned.trace.segments] == [("calendar", 1440)]


def test_the_trace_names_each_counted_stretch_and_each_closed_day():
    trace = cal.add_working_time(LUNCH, at("2026-02-14 17:30"), 240).trace
    assert [(part.day.isoformat(), local(part.begins)[11:], local(part.ends)[11:], part.minutes, part.why)
            for part in trace.segments] == [
        ("2026-02-14", "17:30", "18:00", 30, "make-up"),
        ("2026-02-24", "09:00", "12:00", 180, "week"),
        ("2026-02-24", "13:30", "14:00", 30, "week"),
    ]  # fmt: skip
    assert [day.day.day for day in trace.closed] == list(range(15, 24))
    assert {day.name for day in trace.closed} == {"Spring Festival"}
    assert trace.version == 7


def test_a_stored_trace_loads_as_it_was():
    trace = cal.add_working_time(LUNCH, at("2026-02-14 17:30:20"), 240).trace
    assert Trace.load(trace.store()) == trace


@pytest.mark.parametrize(
    ("start", "days", "provisional"),
    [
        ("2026-12-29 10:00", 1, False),
        ("2026-12-30 10:00", 1, False),
        ("2026-12-31 10:00", 1, True),  # passes 1 January 2027, only guessed to be off
        ("2027-03-10 10:00", 1, True),  # an ordinary Wednesday: its year is still not announced
        ("2028-07-03 10:00", 1, True),
        ("2026-02-13 10:00", 3, False),
    ],
)
def test_a_promise_into_a_year_not_announced_is_marked_provisional(start, days, provisional):
    assert cal.add_working_days(DESK, at(start), days).provisional is provisional


def test_an_announced_row_makes_its_day_final():
    firm = office(extra={date(2027, 3, 11): Day(read_hours("09:00-12:00"), cal.HALF_DAY)})
    trace = cal.add_working_days(firm, at("2027-03-10 10:00"), 1).trace
    assert [part.provisional for part in trace.segments] == [False]
    assert trace.provisional  # the start day still is a guess


def test_a_day_far_in_the_future_is_reckoned():
    assert local(cal.add_working_days(DESK, at("2150-01-01 10:00"), 1).due) == "2150-01-02 18:00"


@pytest.mark.parametrize("start", ["2026-11-18 10:00", "9990-01-01 10:00"])
@pytest.mark.parametrize("reckon", [cal.add_working_time, cal.add_working_days])
def test_a_calendar_without_hours_is_refused_with_a_sentence(reckon, start):
    with pytest.raises(cal.NoWorkingTime) as refused:
        reckon(Calendar(week={}), at(start), 5)
    assert refused.value.why.msgid.startswith("The calendar has no desk hours")
    assert isinstance(refused.value, ValueError)


def test_no_time_passes_backwards():
    assert cal.working_time_between(DESK, at("2026-11-18 15:00"), at("2026-11-18 14:00")) == 0
    assert cal.count_working_time(DESK, at("2026-11-18 14:00"), at("2026-11-18 14:00")).segments == ()


def test_odd_seconds_are_kept():
    due = cal.add_working_time(DESK, at("2026-11-18 17:59:30"), 1).due
    assert due == at("2026-11-19 09:00:30")
    assert cal.working_time_between(DESK, at("2026-11-18 17:59:30"), at("2026-11-18 18:30")) == 0.5


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-18 09:00", True),
        ("2026-11-18 18:00", False),
        ("2026-02-14 10:00", True),
        ("2026-02-16 10:00", False),
    ],
)
def test_the_desk_is_open_from_opening_until_close(moment, is_open):
    assert cal.is_open(DESK, at(moment)) is is_open


def test_a_morning_that_meets_the_end_of_a_night_shift_counts_once():
    both = Calendar(week={day: read_hours("03:00-06:00 22:00-04:00") for day in range(7)})
    assert cal.working_time_between(both, at("2026-11-18 22:00"), at("2026-11-19 22:00")) == 8 * 60


BERLIN = Calendar("Europe/Berlin", {day: read_hours("00:00-24:00") for day in range(7)})


@pytest.mark.parametrize(
    ("week", "begin", "end", "minutes"),
    [
        ("00:00-24:00", "2026-03-29 00:00", "2026-03-30 00:00", 23 * 60),  # the clock goes forward at 02:00
        ("00:00-24:00", "2026-10-25 00:00", "2026-10-26 00:00", 25 * 60),
        ("02:15-02:45", "2026-03-29 00:00", "2026-03-30 00:00", 0),  # hours that do not exist that night
        ("01:00-02:30", "2026-03-29 00:00", "2026-03-30 00:00", 60),
        ("22:00-06:00", "2026-03-28 22:00", "2026-03-29 12:00", 7 * 60),
    ],
)
def test_summer_time_neither_adds_nor_loses_minutes(week, begin, end, minutes):
    calendar = Calendar(BERLIN.zone, {day: read_hours(week) for day in range(7)})
    begins, ends = at(begin, BERLIN.zone), at(end, BERLIN.zone)
    assert cal.working_time_between(calendar, begins, ends) == minutes


# --- hours as text ----------------------------------------------------------------------------------------------

HOURS_TABLE = [
    ("09:00-18:00", ((540, 1080),)),
    ("9:00-18:00", ((540, 1080),)),
    ("09:00-12:00 13:30-18:00", ((540, 720), (810, 1080))),
    ("09：00－12：00，13：30～18：00", ((540, 720), (810, 1080))),
    ("09:00–12:00、13:30—18:00", ((540, 720), (810, 1080))),
    ("09:00至18:00", ((540, 1080),)),
    ("13:30-18:00 09:00-12:00", ((540, 720), (810, 1080))),
    ("20:00-04:00", ((1200, 1680),)),
    ("20:00-次日04:00", ((1200, 1680),)),
    ("00:00-24:00", ((0, 1440),)),
    ("20:00-24:00", ((1200, 1440),)),
    ("", ()),
]


@pytest.mark.parametrize(("text", "spans"), HOURS_TABLE)
def test_hours_are_read_as_people_type_them(text, spans):
    assert read_hours(text) == spans
    assert read_hours(format_hours(spans)) == spans


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nine to five", "Write hours like 09:00-12:00 13:30-18:00; “%(text)s” cannot be read"),
        ("09:00", "Write hours like 09:00-12:00 13:30-18:00; “%(text)s” cannot be read"),
        ("09:00-18:00 x", "Write hours like 09:00-12:00 13:30-18:00; “%(text)s” cannot be read"),
        ("09:00-25:00", "%(time)s is not a time of day"),
        ("09:75-18:00", "%(time)s is not a time of day"),
        ("09:00-09:00", "%(hours)s is not a stretch of one day"),
        ("09:00-13:00 12:00-18:00", "%(first)s and %(second)s overlap"),
        ("20:00-04:00 22:00-23:00", "%(first)s and %(second)s overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_reason(text, why):
    with pytest.raises(Refused) as refused:
        read_hours(text)
    assert refused.value.why.msgid == why
    assert refused.value.code == 422
    assert isinstance(refused.value.why, Words)


# --- properties -------------------------------------------------------------------------------------------------

QUICK = settings(max_examples=40, derandomize=True, deadline=None, database=None)


def _spans(points):
    ordered = sorted(points)[: len(points) // 2 * 2]
    return check_spans(zip(ordered[::2], ordered[1::2], strict=True))


SPANS = st.lists(st.integers(0, 1439), min_size=2, max_size=8, unique=True).map(_spans)
NIGHTS = st.tuples(st.integers(1080, 1439), st.integers(1, 600)).map(lambda n: check_spans([(n[0], n[0] + n[1])]))
HOURS = st.one_of(SPANS, NIGHTS)
EXCEPTIONS = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2026, 4, 30)), st.one_of(st.just(()), HOURS).map(Day), max_size=12
)
CALENDARS = st.builds(
    Calendar,
    st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
    st.dictionaries(st.integers(0, 6), HOURS, min_size=1, max_size=7),
    EXCEPTIONS,
)
MOMENTS = st.integers(0, 120 * 1440).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
FIGURES = st.integers(0, 6000)


@QUICK
@given(CALENDARS, MOMENTS, FIGURES)
def test_the_time_between_start_and_due_is_the_figure(calendar, start, minutes):
    reckoned = cal.add_working_time(calendar, start, minutes)
    assert cal.working_time_between(calendar, start, reckoned.due) == minutes
    assert reckoned.trace.total == minutes
    assert Trace.load(reckoned.trace.store()) == reckoned.trace


@QUICK
@given(CALENDARS, MOMENTS, FIGURES, st.integers(0, 3000))
def test_a_later_start_or_a_longer_figure_is_never_due_earlier(calendar, start, minutes, more):
    due = cal.add_working_time(calendar, start, minutes).due
    assert cal.add_working_time(calendar, start, minutes + more).due >= due
    assert cal.add_working_time(calendar, start + timedelta(minutes=more), minutes).due >= due


@QUICK
@given(CALENDARS, MOMENTS, st.lists(st.integers(0, 900), min_size=1, max_size=5))
def test_a_figure_in_parts_ends_where_the_whole_ends(calendar, start, parts):
    stepwise = start
    for part in parts:
        stepwise = cal.add_working_time(calendar, stepwise, part).due
    assert stepwise == cal.add_working_time(calendar, start, sum(parts)).due


@QUICK
@given(CALENDARS, MOMENTS, st.integers(1, 2000), st.integers(1, 2000))
def test_pausing_and_resuming_at_once_changes_nothing(calendar, start, minutes, later):
    due = cal.add_working_time(calendar, start, minutes).due
    pause = min(start + timedelta(minutes=later), due)
    left = minutes - cal.working_time_between(calendar, start, pause)
    resumed = cal.add_working_time(calendar, pause, left)
    assert resumed.due == due


@QUICK
@given(CALENDARS, MOMENTS, st.integers(1, 12))
def test_one_more_working_day_is_a_later_close(calendar, start, days):
    dues = [cal.add_working_days(calendar, start, n).due for n in range(1, days + 1)]
    assert dues == sorted(dues)
    assert all(due > start for due in dues)


@QUICK
@given(SPANS)
def test_hours_written_down_read_back_the_same(spans):
    assert read_hours(format_hours(spans)) == spans

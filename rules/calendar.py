"""Working time: when a promise falls due and why (E-34, rulebook 1.4).

Pure functions over a frozen `Calendar`: no database, no clock of its own. Moments go in and come out as aware
UTC datetimes and are counted to the whole second; hours of the desk are minutes after local midnight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from rules.hours import DAY, DEFAULT_WEEK, Spans, check_spans, desk_week, format_hours, read_hours
from rules.trace import DAYS, MINUTES, Reckoned, Segment, Trace, in_minutes
from rules.words import N_, Refused, Words

__all__ = [
    "DEFAULT_WEEK", "Calendar", "Day", "NoWorkingTime", "Reckoned", "Segment", "Trace", "add_calendar_time",
    "add_working_days", "add_working_time", "count_working_time", "format_hours", "is_open", "read_hours",
    "working_time_between",
]  # fmt: skip
WEEK, HOLIDAY, MAKE_UP, HALF_DAY, EXTRA, CLOSURE = (
    "week",
    "holiday",
    "make-up",
    "half-day",
    "extra",
    "closure",
)
CALENDAR_TIME = "calendar"
BARREN_DAYS = 3660  # ten years without an open hour: the calendar is wrong, not the promise long


class NoWorkingTime(Refused, ValueError):
    """The calendar has no open hour for ten years, so nothing can fall due on it."""


@dataclass(frozen=True)
class Day:
    """What holds on one date instead of the week: its hours (none = closed), where that comes from, its name.

    `provisional` marks a guess about a year that is not announced yet.
    """

    spans: Spans = ()
    source: str = HOLIDAY
    provisional: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", check_spans(self.spans))


@dataclass(frozen=True)
class Calendar:
    """Desk hours of an office: zone, hours by weekday (Monday 0), dated exceptions, version.

    A shift over midnight ends past minute 1440 and belongs, with its exceptions, to the day it starts (E-34).
    Dates after `announced_until` are provisional even without an exception, because their holidays are not
    known; None means that every date is final.
    """

    zone: str = "Asia/Shanghai"
    week: Mapping[int, Spans] = field(default_factory=desk_week)
    days: Mapping[date, Day] = field(default_factory=dict)
    version: int = 1
    announced_until: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "week", {day: check_spans(spans) for day, spans in self.week.items()})

    def day(self, on: date) -> Day:
        """What holds on a date: its exception, else the week."""
        return self.days.get(on) or Day(self.week.get(on.weekday(), ()), WEEK, self._unannounced(on))

    def local(self, moment: datetime) -> datetime:
        """The moment in the office's zone."""
        return moment.astimezone(ZoneInfo(self.zone))

    def _unannounced(self, on: date) -> bool:
        return self.announced_until is not None and on > self.announced_until


def add_working_time(calendar: Calendar, start: datetime, minutes: float) -> Reckoned:
    """The moment after `minutes` of desk hours from `start` (UTC). Ending at closing time is due at closing time.

    Raises NoWorkingTime if the desk is not open for ten years on end.
    """
    begin = _whole(start)
    left, due, counted = round(minutes * 60), begin, []
    for segment in _open_from(calendar, begin) if left > 0 else ():
        taken = min(left, segment.seconds)
        due, left = segment.begins + timedelta(seconds=taken), left - taken
        counted.append(replace(segment, ends=due))
        if not left:
            break
    return Reckoned(due, _trace(calendar, MINUTES, minutes, begin, due, counted))


def count_working_time(calendar: Calendar, begin: datetime, end: datetime) -> Trace:
    """Each stretch of desk hours between two moments (UTC); nothing if `end` is not after `begin`."""
    begin, end = _whole(begin), _whole(end)
    counted = []
    for segment in _open_from(calendar, begin, until=end):
        if segment.begins >= end:
            break
        counted.append(replace(segment, ends=min(segment.ends, end)))
    seconds = sum(segment.seconds for segment in counted)
    return _trace(calendar, MINUTES, in_minutes(seconds), begin, max(begin, end), counted)


def working_time_between(calendar: Calendar, begin: datetime, end: datetime) -> float:
    """Minutes of desk hours between two moments (UTC); 0 if `end` is not after `begin`."""
    return count_working_time(calendar, begin, end).minutes


def add_working_days(calendar: Calendar, start: datetime, days: int) -> Reckoned:
    """The close of desk hours on the nth working day; the day of the start is not counted (E-34).

    A start inside a shift over midnight counts as the day that shift began. 0 days is due at once.
    Raises NoWorkingTime if the desk is not open for ten years on end.
    """
    begin = _whole(start)
    first = _shift_day(calendar, begin)
    counted = list(islice(_working_days(calendar, first + timedelta(days=1)), max(days, 0)))
    due = counted[-1].ends if counted else begin
    return Reckoned(due, _trace(calendar, DAYS, days, begin, due, counted))


def add_calendar_time(calendar: Calendar, start: datetime, minutes: float) -> Reckoned:
    """The moment after `minutes` round the clock from `start` (UTC): holidays and nights count."""
    begin = _whole(start)
    due = begin + timedelta(seconds=round(minutes * 60))
    segment = Segment(calendar.local(begin).date(), begin, due, CALENDAR_TIME)
    return Reckoned(due, Trace(MINUTES, minutes, calendar.zone, calendar.version, (segment,)))


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether the desk is open at a moment (UTC)."""
    return bool(count_working_time(calendar, moment, _whole(moment) + timedelta(seconds=1)).segments)


# --- how it is counted ------------------------------------------------------------------------------------------


def _whole(moment: datetime) -> datetime:
    """The moment in UTC without fractions of a second, so that sums are exact."""
    return moment.astimezone(UTC).replace(microsecond=0)


def _cut(segment: Segment, ends: datetime) -> Segment:
    return Segment(segment.day, segment.begins, ends, segment.why, segment.name, segment.provisional)


@lru_cache(maxsize=8192)
def _instant(zone: str, on: date, minute: int) -> datetime:
    """A wall time as UTC; one that the spring change skips is the moment of the change."""
    wall = datetime.combine(on, time()) + timedelta(minutes=minute)
    moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    while moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
        moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return moment


def _dates(first: date) -> Iterator[date]:
    while first < date.max - timedelta(days=3):  # shifts and zones reach over the edge of the calendar
        yield first
        first += timedelta(days=1)


def _segments(calendar: Calendar, on: date) -> Iterator[Segment]:
    day = calendar.day(on)
    for start, end in day.spans:
        begins, ends = _instant(calendar.zone, on, start), _instant(calendar.zone, on, end)
        yield Segment(on, begins, ends, day.source, day.name, day.provisional)


def _barren(calendar: Calendar) -> NoWorkingTime:
    return NoWorkingTime(Words(N_("The calendar has no desk hours for ten years from here. Set the desk hours first.")))


def _open_from(calendar: Calendar, begin: datetime, until: datetime | None = None) -> Iterator[Segment]:
    """Open stretches from `begin` on, in order and never overlapping, even where a night shift meets a morning."""
    cursor, idle = begin, 0
    for on in _dates(calendar.local(begin).date() - timedelta(days=1)):
        if until is not None and _instant(calendar.zone, on, 0) >= until:
            return
        idle += 1
        for segment in _segments(calendar, on):
            begins = max(segment.begins, cursor)
            if segment.ends > begins:
                cursor, idle = segment.ends, 0
                yield replace(segment, begins=begins)
        if until is None and idle > BARREN_DAYS:
            break
    if until is None:
        raise _barren(calendar)


def _working_days(calendar: Calendar, first: date) -> Iterator[Segment]:
    """Working days from a date on, each as one segment from opening to close, no close before the last one."""
    idle, close = 0, datetime.min.replace(tzinfo=UTC)
    for on in _dates(first):
        shifts = list(_segments(calendar, on))
        idle = 0 if shifts else idle + 1
        if shifts:
            close = max(close, shifts[-1].ends)
            yield replace(shifts[0], ends=close)
        if idle > BARREN_DAYS:
            break
    raise _barren(calendar)


def _shift_day(calendar: Calendar, moment: datetime) -> date:
    """The date a moment belongs to: yesterday while yesterday's shift over midnight still runs."""
    today = calendar.local(moment).date()
    before = today - timedelta(days=1)
    late = any(end > DAY and _instant(calendar.zone, before, end) > moment for _, end in calendar.day(before).spans)
    return before if late else today


def _trace(calendar: Calendar, unit: str, figure: float, begin: datetime, due: datetime,
           counted: list[Segment]) -> Trace:  # fmt: skip
    """The trace, with the exceptions that closed the desk on the way; it is provisional if any date passed is."""
    first, last = calendar.local(begin).date(), calendar.local(due).date()
    passed = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    closed = tuple(_closed(calendar, on) for on in passed if on in calendar.days and not calendar.days[on].spans)
    guessed = any(calendar.day(on).provisional for on in passed) or any(part.provisional for part in counted)
    return Trace(unit, figure, calendar.zone, calendar.version, tuple(counted), closed, guessed)


def _closed(calendar: Calendar, on: date) -> Segment:
    day, midnight = calendar.days[on], _instant(calendar.zone, on, 0)
    return Segment(on, midnight, midnight, day.source, day.name, day.provisional)

"""A deadline with pauses: what ran before each pause counts, what is left counts on from its end (E-34, D-03).

Pure functions, like `rules.calendar`; the trace of the whole names every stretch, so that they add up to the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules import calendar
from rules.calendar import Calendar
from rules.trace import MINUTES, Reckoned, Segment, Trace, in_minutes

Pauses = Iterable[tuple[datetime, datetime]]


def add(known: Calendar, always: bool, start: datetime, minutes: float) -> Reckoned:
    """The moment after `minutes`, in desk hours or round the clock (`always`)."""
    return (calendar.add_calendar_time if always else calendar.add_working_time)(known, start, minutes)


def count(known: Calendar, always: bool, begin: datetime, end: datetime) -> Trace:
    """What counts between two moments, in desk hours or round the clock; nothing when `end` is not after `begin`."""
    if not always:
        return calendar.count_working_time(known, begin, end)
    seconds = max(int((whole(end) - whole(begin)).total_seconds()), 0)
    trace = calendar.add_calendar_time(known, begin, in_minutes(seconds)).trace
    return trace if seconds else replace(trace, segments=())


def add_around(known: Calendar, always: bool, start: datetime, minutes: float, pauses: Pauses) -> Reckoned:
    """The moment after `minutes` from `start`, the finished `pauses` (in order) left out.

    What was overdue before a pause began stays due when it was: a pause never washes a clock.
    """
    begin, left, parts = start, minutes, []
    for from_at, to_at in pauses:
        ran = count(known, always, begin, from_at)
        if ran.minutes >= left:
            break
        parts.append(ran)
        begin, left = max(begin, to_at, from_at), left - ran.minutes
    rest = add(known, always, begin, left)
    return Reckoned(rest.due, _joined([*parts, rest.trace], minutes))


def replay(trace: Trace, start: datetime) -> datetime | None:
    """The moment that the stored segments of a trace lead to, counted again one by one; None when they do not add up,
    overlap, or begin before `start`."""
    left, due = round(trace.figure * 60), whole(start)
    for segment in trace.segments:
        if segment.begins < due or segment.seconds > left or segment.seconds <= 0:
            return None
        due, left = segment.begins + timedelta(seconds=segment.seconds), left - segment.seconds
    return None if left else due


def whole(moment: datetime) -> datetime:
    """The moment in UTC to the whole second, as the calendar counts."""
    return moment.astimezone(UTC).replace(microsecond=0)


def _joined(parts: Sequence[Trace], minutes: float) -> Trace:
    """Several traces as one; a closed day that two of them passed is named once."""
    closed: dict[object, Segment] = {day.day: day for part in parts for day in part.closed}
    segments = tuple(segment for part in parts for segment in part.segments if segment.seconds)
    last = parts[-1]
    guessed = any(part.provisional for part in parts)
    return Trace(MINUTES, minutes, last.zone, last.version, segments, tuple(closed.values()), guessed)

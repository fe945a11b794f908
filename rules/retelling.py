"""A trace told in sentences: each stretch that was counted, what they add up to, closed days, pauses, the calendar (E-34)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models import ClockPause
from rules import telling
from rules.trace import DAYS, Segment, Trace
from rules.words import N_, Words

REASONS = {"customer": N_("waiting for the customer"), "closure": N_("closed at short notice")}
SOURCES = {
    "holiday": N_("holiday"), "make-up": N_("make-up working day"), "half-day": N_("half day"), "extra": N_("extra hours"),
    "closure": N_("closed"),
}  # fmt: skip


def minutes_of(seconds: float) -> Words:
    """A length in minutes, with odd seconds: what is added up must add up."""
    minutes, rest = divmod(round(seconds), 60)
    if rest:
        return Words(N_("%(m)s min %(s)s s"), m=minutes, s=f"{rest:02d}")
    return Words(N_("%(m)s min"), m=minutes)


@dataclass(frozen=True)
class Teller:
    """Tells moments on the clock of an office; `at` is the moment of telling."""

    zone: str
    at: datetime

    def moment(self, when: datetime) -> Words:
        """A moment: hour, with the date when it is another day."""
        return telling.hour(when, self.zone, self.at)

    def counted(self, trace: Trace) -> list[Words]:
        """Each stretch that was counted, with its length and why the desk was open then."""
        return [self._segment(segment, trace) for segment in trace.segments]

    def _segment(self, segment: Segment, trace: Trace) -> Words:
        begin, end = self._local(segment.begins), self._local(segment.ends)
        over = end.date() != begin.date()
        until = (
            Words(N_("%(date)s %(hour)s"), date=self._day(end.date()), hour=f"{end:%H:%M}") if over else f"{end:%H:%M}"
        )
        params = {"day": self._day(begin.date()), "begin": f"{begin:%H:%M}", "end": until}
        length = Words(N_("1 working day")) if trace.unit == DAYS else minutes_of(segment.seconds)
        if segment.why not in SOURCES:
            return Words(N_("%(day)s %(begin)s–%(end)s: %(length)s"), **params, length=length)
        why = Words(SOURCES[segment.why])
        if segment.name:
            why = Words(N_("%(why)s, %(name)s"), why=why, name=segment.name)
        return Words(N_("%(day)s %(begin)s–%(end)s: %(length)s (%(why)s)"), **params, length=length, why=why)

    def sum(self, trace: Trace) -> Words | None:
        """What the stretches add up to, or None when there are none."""
        if not trace.segments:
            return None
        if trace.unit == DAYS:
            return Words(N_("Together %(n)s working days"), n=trace.total)
        parts = [minutes_of(segment.seconds) for segment in trace.segments]
        added = parts[0]
        for part in parts[1:]:
            added = Words(N_("%(a)s + %(b)s"), a=added, b=part)
        total = minutes_of(sum(segment.seconds for segment in trace.segments))
        return Words(N_("%(added)s = %(total)s"), added=added, total=total) if len(parts) > 1 else Words(
            N_("Together %(total)s"), total=total)  # fmt: skip

    def closed(self, trace: Trace) -> list[Words]:
        """The closed days that were passed over; days in a row of one name are one sentence."""
        found: list[Words] = []
        for run in _runs(trace.closed):
            first, last, why = self._day(run[0].day), self._day(run[-1].day), _why(run[0])
            if len(run) == 1:
                found.append(Words(N_("Not counted: %(day)s, %(why)s."), day=first, why=why))
            else:
                found.append(Words(N_("Not counted: %(first)s to %(last)s, %(why)s."), first=first, last=last, why=why))
        return found

    def pause(self, pause: ClockPause) -> Words:
        """When and why a clock stood still."""
        why = Words(REASONS[pause.reason]) if pause.reason in REASONS else pause.reason
        if pause.to_at is None:
            return Words(N_("Stands still since %(at)s: %(why)s."), at=self.moment(pause.from_at), why=why)
        begin, end = self.moment(pause.from_at), self.moment(pause.to_at)
        return Words(N_("Stood still from %(begin)s to %(end)s: %(why)s."), begin=begin, end=end, why=why)

    def calendar(self, trace: Trace) -> list[Words]:
        """The version of the calendar, and whether a part of it was a guess."""
        found = [Words(N_("Version %(version)s of the calendar."), version=trace.version)]
        if trace.provisional:
            guessed = [part for part in (*trace.closed, *trace.segments) if part.provisional]
            year = guessed[0].day.year if guessed else self._local(trace.segments[-1].ends).year
            found.append(
                Words(N_("The holidays of %(year)s are not announced yet: this time may still move."), year=year)
            )
        return found

    def kept(self, due_at: datetime, done_at: datetime) -> Words:
        """When it was done, and how much earlier or later than promised."""
        seconds = (done_at - due_at).total_seconds()
        if seconds <= 0:
            return Words(N_("Done %(at)s, on time."), at=self.moment(done_at))
        late = telling.took(seconds / 60) if seconds >= 60 else telling.took_exactly(seconds)
        return Words(N_("Done %(at)s, %(late)s late."), at=self.moment(done_at), late=late)

    def _local(self, when: datetime) -> datetime:
        return when.astimezone(ZoneInfo(self.zone))

    def _day(self, on: date) -> Words:
        told = telling.day(on, self._local(self.at).date())
        return Words(N_("%(weekday)s %(date)s"), weekday=telling.weekday(on), date=told)


def _why(segment: Segment) -> Words:
    if segment.name:
        return Words(segment.name)
    return Words(SOURCES[segment.why]) if segment.why in SOURCES else Words(segment.why)


def _runs(days: Iterable[Segment]) -> list[list[Segment]]:
    """Days that follow each other under one name."""
    found: list[list[Segment]] = []
    for day in sorted(days, key=lambda d: d.day):
        last = found[-1][-1] if found else None
        if last and day.day - last.day == timedelta(days=1) and (day.name, day.why) == (last.name, last.why):
            found[-1].append(day)
        else:
            found.append([day])
    return found

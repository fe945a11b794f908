"""A sudden closure, as for a typhoon: it counts for promises made from now on and moves nothing by itself (E-34).

The open deadlines that it touches are shown; those chosen get a pause with a reason, which extends each by the working
time that it covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlalchemy.orm import Session

from models import Clock, ClockPause, Office
from rules import calendar_days, clocks, matters, reckoning
from rules.calendar import CLOSURE, Calendar
from rules.clocks import CUSTOMER
from rules.holidays_cn import HolidayRow
from rules.hours import DAY, Spans
from rules.store import Tx
from rules.trace import Trace
from rules.words import N_, Refused, Words
from rules.workflow import settle

REASON = "closure"
WHOLE_DAY: Spans = ((0, DAY),)


@dataclass(frozen=True)
class Touched:
    """A running clock that falls into the closure: when it is due, and when it would be with the pause (UTC)."""

    clock_id: int
    case_id: int
    ref: str
    kind: str
    name: str
    before: datetime
    after: datetime


def touched(session: Session, office_id: int, on: date, closed: Spans = WHOLE_DAY) -> list[Touched]:
    """The open deadlines of an office that a closure touches: those with working time in it, first due first."""
    known = clocks.office_calendar(session, office_id)
    begins, ends = moments(session, office_id, on, closed)
    found = []
    near = (Clock.party == CUSTOMER, Clock.started_at < ends, or_(Clock.due_at > begins, Clock.promised_at > begins))
    for clock, case, paused in calendar_days.running(session, office_id, *near):
        if clocks.runs_always(session, clock.runs_in, office_id):
            continue
        after = _paused_due(known, clock, paused, begins, ends)
        if after > clock.due_at:
            found.append(Touched(clock.id, case.id, case.ref, case.kind, clock.name, clock.due_at, after))
    return sorted(found, key=lambda t: (t.before, t.clock_id))


def close(tx: Tx, office_id: int, on: date, name: str, closed: Spans, clock_ids: Iterable[int]) -> int:
    """Close an office for `closed` (minutes of the day) on a date, and pause the chosen ones of the clocks it touches;
    returns how many. The reason stands in `tx.reason`. Raises Refused: 409 a chosen clock is no longer touched."""
    session, chosen = tx.session, set(clock_ids)
    known = clocks.office_calendar(session, office_id)
    begins, ends = moments(session, office_id, on, closed)
    pausing = {t.clock_id: t for t in touched(session, office_id, on, closed) if t.clock_id in chosen}
    if chosen - pausing.keys():
        raise Refused(Words(N_("Days or deadlines have changed since this was shown. Look again, then save.")), 409)
    hours = remaining(known.day(on).spans, closed)
    calendar_days.write_days(tx, office_id, [HolidayRow(on, CLOSURE, name, False, calendar_days.DESK, hours)])
    for clock_id, found in pausing.items():
        clock = session.get_one(Clock, clock_id, execution_options={"visible": "system"})
        tx.add(ClockPause(clock_id=clock.id, from_at=max(begins, clock.started_at), to_at=ends, reason=REASON))
        if clock.promised_at is not None:
            clock.promised_at = found.after
        clocks.recount(session, office_id, clock, clocks.pauses_of(session, clock))
    for case in matters.whole(session, [t.case_id for t in pausing.values()]):
        settle(tx, case)
    return len(pausing)


def _paused_due(
    known: Calendar, clock: Clock, paused: calendar_days.Pauses, begins: datetime, ends: datetime
) -> datetime:
    """When a clock falls due with a pause from `begins` to `ends`."""
    begins = max(begins, clock.started_at)
    if clock.promised_at is not None:
        if clock.promised_at <= begins:
            return clock.promised_at
        return reckoning.add(known, False, ends, reckoning.count(known, False, begins, clock.promised_at).minutes).due
    with_pause = sorted([*paused, (begins, ends)])
    figure = Trace.load(clock.trace).figure
    return reckoning.add_around(known, False, clock.started_at, figure, with_pause).due


def moments(session: Session, office_id: int, on: date, closed: Spans) -> tuple[datetime, datetime]:
    """When a closure begins and ends (UTC)."""
    zone = ZoneInfo(session.get_one(Office, office_id).zone)
    midnight = datetime.combine(on, time(), zone)
    return midnight + timedelta(minutes=closed[0][0]), midnight + timedelta(minutes=closed[-1][1])


def remaining(open_spans: Spans, closed: Spans) -> Spans:
    """The hours of a day that are left beside a closure."""
    begins, ends = closed[0][0], closed[-1][1]
    parts = [piece for start, end in open_spans for piece in ((start, min(end, begins)), (max(start, ends), end))]
    return tuple((start, end) for start, end in parts if start < end)

"""Clocks of a case: start, pause, resume, stop. Deadlines are stored and compared, never ticked.

A customer's clock starts when the customer called or wrote, and stands still only while we wait for the customer
(D-03, CF-01). How long it runs is a figure; the clock keeps the settings row it was promised under.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import CalendarDay, Clock, ClockPause, Office
from rules import calendar, figures
from rules.calendar import Calendar
from rules.holidays_cn import ANNOUNCED, LIBRARY, NOTICE, HolidayRow, announced_until, as_days
from rules.hours import read_hours
from rules.policy import unseen
from rules.store import Tx
from rules.trace import Reckoned


def office_calendar(session: Session, office_id: int) -> Calendar:
    """The working calendar of an office: its zone, desk hours and dated exceptions (the office's own before common)."""
    office = session.get_one(Office, office_id)
    known = figures.figures(session, office_id)
    week = {int(day): read_hours(known["desk.hours"]) for day in known["desk.days"]}
    rows = session.scalars(
        select(CalendarDay)
        .where(or_(CalendarDay.office_id.is_(None), CalendarDay.office_id == office_id))
        .order_by(CalendarDay.office_id.is_not(None), CalendarDay.id)
    )
    exceptions = [HolidayRow(r.day, r.kind, r.name, r.provisional, r.source, r.spans) for r in rows]
    until = announced_until({r.day.year for r in exceptions if r.source in (LIBRARY, NOTICE)} or ANNOUNCED)
    return Calendar(office.zone, week, as_days(exceptions, week), 1, until)


def reckon(session: Session, office_id: int, runs_in: str, start: datetime, minutes: float) -> Reckoned:
    """When `minutes` from `start` are over: in desk hours, or round the clock for calendar clocks and 24-hour duty."""
    known = office_calendar(session, office_id)
    add = calendar.add_calendar_time if runs_always(session, runs_in, office_id) else calendar.add_working_time
    return add(known, start, minutes)


def runs_always(session: Session, runs_in: str, office_id: int) -> bool:
    """Whether a clock of this kind runs round the clock (D-15: complaints do when the office has 24-hour duty)."""
    return runs_in == "calendar" or (runs_in == "duty" and bool(figures.figure(session, "desk.duty_24h", office_id)))


def start(tx: Tx, case: Any, name: str, key: str, runs_in: str, started_at: datetime) -> Clock:
    """Start clock `name` on a case: `key` is the figure in minutes, from `started_at` on."""
    session = tx.session
    minutes, setting_id = _promised(session, key, case.office_id)
    reckoned = reckon(session, case.office_id, runs_in, started_at, minutes)
    clock = Clock(
        case_id=case.id, name=name, started_at=started_at, minutes=minutes, runs_in=runs_in, due_at=reckoned.due,
        trace=reckoned.trace.store(), provisional=reckoned.provisional, setting_id=setting_id,
    )  # fmt: skip
    return tx.add(clock)  # type: ignore[no-any-return]


def running(clocks: list[Clock], pauses: list[ClockPause]) -> list[Clock]:
    """Clocks that neither stopped nor stand still."""
    still = {p.clock_id for p in pauses if p.to_at is None}
    return [c for c in clocks if c.stopped_at is None and c.id not in still]


def earliest(clocks: list[Clock], pauses: list[ClockPause]) -> tuple[datetime | None, str | None]:
    """When the first running clock falls due and its name; (None, None) when none runs."""
    first = min(running(clocks, pauses), key=lambda c: c.due_at, default=None)
    return (first.due_at, first.name) if first else (None, None)


def of_case(session: Session, case: Any) -> list[Clock]:
    """The clocks of a case that have not stopped."""
    found = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None)).order_by(Clock.id)
    return list(session.scalars(unseen(found)))


def pauses_of(session: Session, clock: Clock) -> list[ClockPause]:
    """The pauses of one clock, in order."""
    found = select(ClockPause).where(ClockPause.clock_id == clock.id).order_by(ClockPause.from_at)
    return list(session.scalars(unseen(found)))


def pause(tx: Tx, case: Any, reason: str) -> None:
    """The customer's clocks of a case stand still from now on, because we wait for the customer."""
    for clock in of_case(tx.session, case):
        if not any(p.to_at is None for p in pauses_of(tx.session, clock)):
            tx.add(ClockPause(clock_id=clock.id, from_at=max(tx.at, clock.started_at), reason=reason))


def resume(tx: Tx, case: Any) -> None:
    """Let paused clocks run again: what was left of the allowance counts from now."""
    for clock in of_case(tx.session, case):
        pauses = pauses_of(tx.session, clock)
        standing = [p for p in pauses if p.to_at is None]
        if not standing:
            continue
        standing[-1].to_at = max(tx.at, standing[-1].from_at)
        _reckon_rest(tx, case, clock, pauses)


def retime(tx: Tx, case: Any, name: str, key: str) -> None:
    """Let the running clock `name` go by the figure `key` from its start on; pauses stay as they were."""
    for clock in of_case(tx.session, case):
        if clock.name == name:
            clock.minutes, clock.setting_id = _promised(tx.session, key, case.office_id)
            _reckon_rest(tx, case, clock, pauses_of(tx.session, clock))


def _promised(session: Session, key: str, office_id: int) -> tuple[int, int | None]:
    """A figure in minutes, and the settings row it comes from (None: the default)."""
    setting = figures.row(session, key, office_id)
    return int(setting.value if setting else figures.DEFAULTS[key][0]), setting.id if setting else None


def _reckon_rest(tx: Tx, case: Any, clock: Clock, pauses: list[ClockPause]) -> None:
    """Count what is left of the allowance from the last pause's end; what was overdue before a pause stays overdue."""
    begin = pauses[-1].to_at if pauses else clock.started_at
    left = clock.minutes - used_minutes(tx.session, case, clock, pauses)
    if begin is None or left <= 0:
        return
    reckoned = reckon(tx.session, case.office_id, clock.runs_in, begin, left)
    clock.due_at, clock.provisional, clock.trace = reckoned.due, reckoned.provisional, reckoned.trace.store()


def used_minutes(session: Session, case: Any, clock: Clock, pauses: list[ClockPause]) -> float:
    """Minutes of the allowance that ran before the last pause began, earlier pauses left out."""
    known = office_calendar(session, case.office_id)
    always = runs_always(session, clock.runs_in, case.office_id)
    used, begin = 0.0, clock.started_at
    for p in pauses:
        if always:
            used += max((p.from_at - begin).total_seconds() / 60, 0)
        else:
            used += calendar.working_time_between(known, begin, p.from_at)
        begin = p.to_at or p.from_at
    return used


def stop(tx: Tx, case: Any) -> None:
    """The customer has the answer: every clock of the case stops now; an open pause ends with it."""
    for clock in of_case(tx.session, case):
        for p in pauses_of(tx.session, clock):
            p.to_at = p.to_at or max(tx.at, p.from_at)
        clock.stopped_at = tx.at

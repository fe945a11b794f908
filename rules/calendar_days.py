"""Changing the days of the calendar: plan it, look at what would move, apply exactly that (E-34).

Only deadlines that were reckoned over a provisional day move when that day becomes known; a change of a day that was
certain moves nothing. Everything is planned again inside the write, and refused when it is no longer what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import CalendarDay, Case, Clock, ClockPause, Office
from rules import clocks, matters, reckoning
from rules.calendar import CLOSURE, EXTRA, HALF_DAY, HOLIDAY, MAKE_UP, WEEK, Calendar
from rules.holidays_cn import ESTIMATE, LIBRARY, NOTICE, HolidayRow, as_days
from rules.hours import Spans
from rules.notice_cn import read_notice
from rules.policy import unseen
from rules.store import Tx
from rules.trace import Reckoned, Trace
from rules.words import N_, Refused, Words
from rules.workflow import settle

DESK = "desk"  # the source of a day that somebody entered here
KIND_NAMES = {
    WEEK: N_("as in any week"), HOLIDAY: N_("holiday"), MAKE_UP: N_("make-up day"), HALF_DAY: N_("half day"),
    EXTRA: N_("extra hours"), CLOSURE: N_("closed at short notice"),
}  # fmt: skip
Pauses = list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class DayChange:
    """One date that would change: what stands there (None: nothing) and what would."""

    day: date
    before: HolidayRow | None
    after: HolidayRow


@dataclass(frozen=True)
class Moved:
    """A running clock whose deadline would move, in the words of its case; `before` and `after` are UTC."""

    clock_id: int
    case_id: int
    ref: str
    kind: str
    name: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Plan:
    """What a change of the calendar would do. `confirmed`: clocks that stay when they are, but are no guess any more."""

    office_id: int | None
    changes: tuple[DayChange, ...]
    moved: tuple[Moved, ...]
    confirmed: tuple[tuple[int, int], ...]
    digest: str


def edition(session: Session) -> int:
    """The calendar's version: it rises with each change."""
    return session.scalar(select(func.max(CalendarDay.edition))) or 1


def stored(session: Session, office_id: int | None) -> dict[date, CalendarDay]:
    """The dated exceptions of one office alone, or (None) those common to all."""
    own = CalendarDay.office_id.is_(None) if office_id is None else CalendarDay.office_id == office_id
    return {row.day: row for row in session.scalars(select(CalendarDay).where(own).order_by(CalendarDay.id))}


def notice_rows(session: Session, year: int, text: str) -> list[HolidayRow]:
    """A pasted notice as rows; holidays and make-up days of that year that it does not name become ordinary days.

    Raises Refused (422) with the printed words at fault.
    """
    rows = read_notice(text, year)
    named = {row.day for row in rows}
    dropped = [
        HolidayRow(day, WEEK, "", False, NOTICE)
        for day, row in stored(session, None).items()
        if day.year == year and day not in named and row.source in (LIBRARY, ESTIMATE, NOTICE)
    ]
    return sorted([*rows, *dropped])


def plan(session: Session, office_id: int | None, rows: Iterable[HolidayRow]) -> Plan:
    """What would change if `rows` stood in the calendar of an office (None: of all), and which deadlines would move."""
    known = stored(session, office_id)
    pairs = [DayChange(row.day, _row(known.get(row.day)), row) for row in rows]
    common = stored(session, None) if office_id is not None else {}
    changes = tuple(
        c for c in pairs if c.before != c.after and (c.before or c.after.kind != WEEK or c.day in common)
    )  # fmt: skip
    moved: list[Moved] = []
    confirmed: list[tuple[int, int]] = []
    for office in [office_id] if office_id is not None else session.scalars(select(Office.id).order_by(Office.id)):
        _look(session, office, office_id is None, changes, moved, confirmed)
    told = repr((edition(session), office_id, changes, moved, confirmed))
    return Plan(office_id, changes, tuple(moved), tuple(confirmed), hashlib.sha256(told.encode()).hexdigest()[:16])


def apply(tx: Tx, office_id: int | None, rows: Iterable[HolidayRow], digest: str) -> Plan:
    """Write the days and move exactly the deadlines that the plan of that `digest` named. Raises Refused (409) when
    days or deadlines have changed since."""
    planned = plan(tx.session, office_id, rows)
    if planned.digest != digest:
        raise Refused(Words(N_("Days or deadlines have changed since this was shown. Look again, then save.")), 409)
    write_days(tx, office_id, [change.after for change in planned.changes])
    ids = [*((m.clock_id, m.case_id) for m in planned.moved), *planned.confirmed]
    for clock_id, case_id in ids:
        clock = tx.session.get_one(Clock, clock_id, execution_options={"visible": "system"})
        clocks.recount(tx.session, _office_of(tx.session, case_id), clock, clocks.pauses_of(tx.session, clock))
    for case in matters.whole(tx.session, [case_id for _, case_id in ids]):
        settle(tx, case)
    return planned


def write_days(tx: Tx, office_id: int | None, rows: Sequence[HolidayRow]) -> None:
    """Let `rows` stand in the calendar, under its next edition."""
    known, following = stored(tx.session, office_id), edition(tx.session) + 1
    for row in rows:
        day = known.get(row.day) or CalendarDay(day=row.day, office_id=office_id)
        day.kind, day.name, day.source, day.provisional = row.kind, row.name, row.source, row.provisional
        day.spans, day.edition = [list(span) for span in row.spans] if row.spans is not None else None, following
        tx.session.add(day)
    tx.session.flush()


# ------------------------------------------------------------------------------------------ what would move


def _row(day: CalendarDay | None) -> HolidayRow | None:
    if day is None:
        return None
    return HolidayRow(day.day, day.kind, day.name, day.provisional, day.source, spans_of(day))


def spans_of(day: CalendarDay) -> Spans | None:
    """The hours of a day's own, None where the usual ones hold."""
    return None if day.spans is None else tuple((int(start), int(end)) for start, end in day.spans)


def after_change(before: Calendar, own: Iterable[date], changes: Iterable[DayChange], version: int) -> Calendar:
    """The calendar as it would be; `own` are the office's own days, which a change common to all does not touch."""
    rows = [change.after for change in changes if change.day not in own]
    days = {day: held for day, held in before.days.items() if day not in {row.day for row in rows}}
    until = max((date(row.day.year, 12, 31) for row in rows if row.source == NOTICE), default=None)
    announced = max(filter(None, (before.announced_until, until)), default=None)
    return replace(before, days=days | as_days(rows, before.week), version=version, announced_until=announced)


def _look(session: Session, office_id: int, common: bool, changes: Sequence[DayChange], moved: list[Moved],
          confirmed: list[tuple[int, int]]) -> None:  # fmt: skip
    before = clocks.office_calendar(session, office_id)
    own = stored(session, office_id) if common else {}
    guessed = [c.day for c in changes if c.day not in own and before.day(c.day).provisional]
    if not guessed:
        return
    after = after_change(before, own, changes, edition(session) + 1)
    for clock, case, paused in running(session, office_id, Clock.provisional):
        if clocks.runs_always(session, clock.runs_in, office_id):
            continue
        old, new = _reckoned(before, clock, paused), _reckoned(after, clock, paused)
        first, last = before.local(clock.started_at).date(), before.local(max(old.due, new.due)).date()
        if not any(first <= day <= last for day in guessed):
            continue
        if new.due != old.due and clock.promised_at is None:
            moved.append(Moved(clock.id, case.id, case.ref, case.kind, clock.name, clock.due_at, new.due))
        elif clock.promised_at is not None or new.due == clock.due_at:
            confirmed.append((clock.id, case.id))


def _reckoned(known: Calendar, clock: Clock, paused: Pauses) -> Reckoned:
    return reckoning.add_around(known, False, clock.started_at, Trace.load(clock.trace).figure, paused)


def running(session: Session, office_id: int, *where: Any) -> list[tuple[Clock, Any, Pauses]]:
    """Clocks of open matters of an office that run now, with (id, ref, kind, title) of the case and finished pauses."""
    found = select(Clock, Case.id, Case.ref, Case.kind, Case.title).join(Case, Case.id == Clock.case_id)
    found = found.where(Case.office_id == office_id, Case.closed_at.is_(None), Clock.stopped_at.is_(None), *where)
    rows = session.execute(unseen(found.order_by(Clock.id))).all()
    pauses: dict[int, list[ClockPause]] = {}
    ids = [row.Clock.id for row in rows]
    these = select(ClockPause).where(ClockPause.clock_id.in_(ids)).order_by(ClockPause.from_at)
    for pause in session.scalars(unseen(these)) if ids else ():
        pauses.setdefault(pause.clock_id, []).append(pause)
    still = {clock_id for clock_id, held in pauses.items() if any(p.to_at is None for p in held)}
    return [
        (row.Clock, row, [(p.from_at, p.to_at) for p in pauses.get(row.Clock.id, ()) if p.to_at is not None])
        for row in rows
        if row.Clock.id not in still
    ]


def _office_of(session: Session, case_id: int) -> int:
    return int(session.execute(unseen(select(Case.office_id).where(Case.id == case_id))).scalar_one())

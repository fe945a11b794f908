"""Clocks of a case: start, pause, resume, stop. Deadlines are stored and compared, never ticked.

A customer's clock starts when the customer called or wrote, and stands still only while we wait for the customer
(D-03, CF-01). Waits inside the house have clocks of their own beside it. How long a clock runs is a figure; it keeps
the settings row it was promised under. `Clock.due_at` is the deadline that holds: `promised_at` where a time was named
to the customer (D-05), else the end of the trace, which always tells what the figure asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import CalendarDay, Clock, ClockPause, Office
from rules import figures, reckoning
from rules.calendar import Calendar
from rules.holidays_cn import ANNOUNCED, LIBRARY, NOTICE, HolidayRow, announced_until, as_days
from rules.hours import read_hours
from rules.policy import unseen
from rules.store import Tx
from rules.trace import Reckoned, Trace, in_minutes
from rules.words import N_, Refused, Words

CUSTOMER, HOUSE = "customer", "house"
PLEDGE = "pledge"  # the clock of something promised beside the answer: no time named for the answer moves it (CUS-15)
REGISTER = "register"


def comes_to(state: str) -> str:
    """What drives clocks when a case comes to `state`, however it gets there."""
    return f"={state}"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock of a kind of work: what it promises, how long (by case), in which time, and which moves drive it.

    `figure` names a figure, a cell of a table ("key:row:column"), or None where the case has no such clock. `runs_in`:
    desk hours, duty (desk hours, or round the clock for offices with 24-hour duty) or calendar time. `party`: whose
    waiting it measures; a clock of the house never pauses and never makes the case due. A matter that closes stops all.
    What drives it are moves by name, or states: `=proof_missing` is the moment in which the case comes to that state.
    """

    name: str
    label: str
    figure: Callable[[Any], str | None]
    runs_in: str = "desk"
    party: str = CUSTOMER
    starts: tuple[str, ...] = (REGISTER,)
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()


def office_calendar(session: Session, office_id: int) -> Calendar:
    """The working calendar of an office: its zone, desk hours and dated exceptions (the office's own before common)."""
    office = session.get_one(Office, office_id)
    known = figures.figures(session, office_id)
    week = {int(day): read_hours(known["desk.hours"]) for day in known["desk.days"]}
    rows = session.scalars(
        select(CalendarDay)
        .where(or_(CalendarDay.office_id.is_(None), CalendarDay.office_id == office_id))
        .order_by(CalendarDay.office_id.is_not(None), CalendarDay.id)
    ).all()
    exceptions = [HolidayRow(r.day, r.kind, r.name, r.provisional, r.source, r.spans) for r in rows]
    until = announced_until({r.day.year for r in exceptions if r.source in (LIBRARY, NOTICE)} or ANNOUNCED)
    version = max((r.edition for r in rows), default=1)
    return Calendar(office.zone, week, as_days(exceptions, week), version, until)


def reckon(session: Session, office_id: int, runs_in: str, start: datetime, minutes: float) -> Reckoned:
    """When `minutes` from `start` are over: in desk hours, or round the clock for calendar clocks and 24-hour duty."""
    always = runs_always(session, runs_in, office_id)
    return reckoning.add(office_calendar(session, office_id), always, start, minutes)


def runs_always(session: Session, runs_in: str, office_id: int) -> bool:
    """Whether a clock of this kind runs round the clock (D-15: complaints do when the office has 24-hour duty)."""
    return runs_in == "calendar" or (runs_in == "duty" and bool(figures.figure(session, "desk.duty_24h", office_id)))


# ------------------------------------------------------------------------------------------ what moves do to clocks


def drive(tx: Tx, case: Any, rules: Iterable[ClockRule], move: str, moved: bool = True, closes: bool = False) -> None:
    """Let a move stop, pause, resume and start the clocks of a case as their rules say.

    `moved`: the case came to another state; a chase starts a clock only then. `closes`: the matter is over, all stops.
    """
    rules = tuple(rules)
    stop(tx, case, None if closes else {rule.name for rule in rules if move in rule.stops})
    if named := {rule.name for rule in rules if move in rule.pauses}:
        pause(tx, case, CUSTOMER, named)
    if named := {rule.name for rule in rules if move in rule.resumes}:
        resume(tx, case, named)
    begun = [rule for rule in rules if move in rule.starts and (moved or move != "chase") and not closes]
    running_names = {clock.name for clock in of_case(tx.session, case)} if begun else set()
    fresh = [
        (rule, figure) for rule in begun if rule.name not in running_names and (figure := rule.figure(case)) is not None
    ]
    if move != REGISTER and any(rule.party == CUSTOMER for rule, _ in fresh):
        case.waiting_since = tx.at
    for rule, figure in fresh:
        start(tx, case, rule, figure, tx.at if rule.party == HOUSE else case.waiting_since)


def start(tx: Tx, case: Any, rule: ClockRule, figure: str, started_at: datetime) -> Clock:
    """Start the clock of a rule on a case: `figure` says how long, from `started_at` on."""
    promised = figures.promised(tx.session, figure, case.office_id)
    reckoned = reckon(tx.session, case.office_id, rule.runs_in, started_at, promised.minutes)
    clock = Clock(
        case_id=case.id, name=rule.name, party=rule.party, started_at=started_at, minutes=promised.minutes,
        runs_in=rule.runs_in, due_at=reckoned.due, trace=reckoned.trace.store(), provisional=reckoned.provisional,
        setting_id=promised.setting_id, figure=promised.name,
    )  # fmt: skip
    return tx.add(clock)  # type: ignore[no-any-return]


def stop(tx: Tx, case: Any, names: set[str] | None = None) -> None:
    """What was promised is done: the clocks called `names` (None: all) stop now; an open pause ends with it."""
    stopping = [c for c in of_case(tx.session, case) if names is None or c.name in names]
    if stopping:
        resume(tx, case, {c.name for c in stopping})
    for clock in stopping:
        clock.stopped_at = tx.at


def pause(tx: Tx, case: Any, reason: str, names: set[str] | None = None) -> None:
    """The customer's clocks of a case (or those called `names`) stand still from now on, because we wait for him."""
    for clock in of_case(tx.session, case):
        if clock.party != CUSTOMER or (names is not None and clock.name not in names):
            continue
        if not any(p.to_at is None for p in pauses_of(tx.session, clock)):
            tx.add(ClockPause(clock_id=clock.id, from_at=max(tx.at, clock.started_at), reason=reason))


def resume(tx: Tx, case: Any, names: set[str] | None = None) -> None:
    """Let paused clocks run again: what was left counts from now, up to a promised time as well."""
    for clock in of_case(tx.session, case):
        pauses = pauses_of(tx.session, clock)
        standing = next((p for p in pauses if p.to_at is None), None)
        if standing is None or (names is not None and clock.name not in names):
            continue
        standing.to_at = max(tx.at, standing.from_at)
        if clock.promised_at is not None and clock.promised_at > standing.from_at:
            clock.promised_at = _later(tx.session, case, clock, clock.promised_at, standing)
        recount(tx.session, case.office_id, clock, pauses)


def retime(tx: Tx, case: Any, name: str, figure: str | None) -> None:
    """Let the running clock `name` go by another figure from its start on; pauses and promises stay as they were."""
    for clock in of_case(tx.session, case):
        if clock.name == name and figure is not None:
            promised = figures.promised(tx.session, figure, case.office_id)
            clock.minutes, clock.setting_id, clock.figure = promised.minutes, promised.setting_id, promised.name
            recount(tx.session, case.office_id, clock, pauses_of(tx.session, clock), promised.minutes)


def recount(
    session: Session, office_id: int, clock: Clock, pauses: Sequence[ClockPause], minutes: float | None = None
) -> Reckoned:
    """Reckon a clock anew on the office's calendar as it is now, its finished pauses left out; a promised time stays.

    Sets due_at, trace and provisional. `minutes`: another figure than the one it has. Returns what the figure asks for.
    """
    figure = Trace.load(clock.trace).figure if minutes is None else minutes
    done = [(p.from_at, p.to_at) for p in pauses if p.to_at is not None]
    always = runs_always(session, clock.runs_in, office_id)
    found = reckoning.add_around(office_calendar(session, office_id), always, clock.started_at, figure, done)
    clock.trace, clock.provisional = found.trace.store(), found.provisional
    clock.due_at = clock.promised_at or found.due
    return found


def _later(session: Session, case: Any, clock: Clock, promised_at: datetime, paused: ClockPause) -> datetime:
    """A promised time after a pause: what was left up to it counts from the pause's end."""
    known, always = office_calendar(session, case.office_id), runs_always(session, clock.runs_in, case.office_id)
    left = reckoning.count(known, always, paused.from_at, promised_at).minutes
    return reckoning.add(known, always, paused.to_at or paused.from_at, left).due


# ------------------------------------------------------------------------------------------ times that are named


def promise(tx: Tx, case: Any, at: datetime, accepted: bool, but: Iterable[str] = ()) -> Clock | None:
    """A time for the answer is named to the customer: it is the deadline from now on, the figure stays in the trace (D-05).

    It goes to the customer's clock that runs longest, leaving out those called `but`; None when there is none. Raises
    Refused (422): a time that has passed, a later one than the deadline that the customer has not accepted.
    """
    _not_passed(tx, at)
    but = {PLEDGE, *but}
    standing = [c for c in of_case(tx.session, case) if c.party == CUSTOMER and c.name not in but]
    clock = max(standing, key=lambda c: c.due_at, default=None)
    if clock is None:
        return None
    if at > clock.due_at and not accepted:
        why = N_("That is later than %(hour)s: name an earlier time, or tick that the customer has accepted it.")
        raise Refused(Words(why, hour=clock.due_at), 422, "promised_at")
    clock.promised_at = clock.due_at = at
    return clock


def start_promised(tx: Tx, case: Any, rule: ClockRule, at: datetime) -> Clock:
    """A time for the answer was named where no clock for it runs: one starts now and ends then (CF-22).

    Raises Refused (422) when that time has passed.
    """
    _not_passed(tx, at)
    seconds = int((reckoning.whole(at) - reckoning.whole(tx.at)).total_seconds())
    reckoned = reckon(tx.session, case.office_id, "calendar", tx.at, in_minutes(seconds))
    clock = Clock(
        case_id=case.id, name=rule.name, party=CUSTOMER, started_at=tx.at, minutes=round(seconds / 60), runs_in="calendar",
        due_at=reckoned.due, trace=reckoned.trace.store(), provisional=False,
    )  # fmt: skip
    return tx.add(clock)  # type: ignore[no-any-return]


def _not_passed(tx: Tx, at: datetime) -> None:
    if at < tx.at + timedelta(seconds=1):
        raise Refused(Words(N_("Name a time that has not passed yet.")), 422, "promised_at")


# ------------------------------------------------------------------------------------------ reading


def running(clocks: Sequence[Clock], pauses: Sequence[ClockPause]) -> list[Clock]:
    """Clocks that neither stopped nor stand still."""
    still = {p.clock_id for p in pauses if p.to_at is None}
    return [c for c in clocks if c.stopped_at is None and c.id not in still]


def earliest(
    clocks: Sequence[Clock], pauses: Sequence[ClockPause], party: str = CUSTOMER
) -> tuple[datetime | None, str | None]:
    """When the first running clock of a party falls due and its name; (None, None) when none runs."""
    found = (c for c in running(clocks, pauses) if c.party == party)
    first = min(found, key=lambda c: c.due_at, default=None)
    return (first.due_at, first.name) if first else (None, None)


def figure_due(clock: Clock) -> datetime:
    """When the figure alone would have it done, whatever was promised: for statistics (D-05)."""
    trace = Trace.load(clock.trace)
    return trace.segments[-1].ends if trace.segments else reckoning.whole(clock.started_at)


def of_case(session: Session, case: Any) -> list[Clock]:
    """The clocks of a case that have not stopped."""
    found = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None)).order_by(Clock.id)
    return list(session.scalars(unseen(found)))


def pauses_of(session: Session, clock: Clock) -> list[ClockPause]:
    """The pauses of one clock, in order."""
    found = select(ClockPause).where(ClockPause.clock_id == clock.id).order_by(ClockPause.from_at)
    return list(session.scalars(unseen(found)))

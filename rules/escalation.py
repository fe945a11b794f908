"""What is late climbs the ladder: each rung once, one notice per person, the queue of those reached shows it (ORG-08).

A promise is a running clock of a case, or the step of a decision that somebody has to make. `late` finds what is past
its time, `due` the rungs that it has reached, `climb` carries one of them out; rules/rungs.py has the ladders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from models import Approval, Case, Change, Clock, ClockPause, Escalation, User, UserRole
from rules import calendar, clocks, figures, notices, queries, rungs
from rules.policy import SUPERVISOR, unseen
from rules.rungs import GRADES, OWNER, RUNGS, ladder_of
from rules.store import Tx
from rules.words import N_, Words
from rules.workflow import settle

CASES: Any = Case.__table__
CHANGES: Any = Change.__table__
OF_CASE = (CASES.c.id, CASES.c.ref, CASES.c.office_id, CASES.c.kind)
LINE = 300


@dataclass(frozen=True, slots=True)
class Late:
    """A promise that is past its time: of which case, which clock or step, and in which hours its lateness counts."""

    case_id: int
    ref: str
    office_id: int
    kind: str
    name: str
    of_id: int
    runs_in: str
    due_at: datetime


class Hours:
    """The desk hours and figures of one office, read once for many promises."""

    def __init__(self, session: Session, office_id: int) -> None:
        self.session, self.office_id = session, office_id

    @cached_property
    def calendar(self) -> calendar.Calendar:
        """Its working calendar."""
        return clocks.office_calendar(self.session, self.office_id)

    @cached_property
    def figures(self) -> dict[str, Any]:
        """All figures in force there."""
        return figures.figures(self.session, self.office_id)

    def after(self, promise: Late, minutes: int) -> datetime:
        """The moment `minutes` after a promise fell due, in the hours of its clock."""
        if minutes == 0:
            return promise.due_at
        always = promise.runs_in == "calendar" or (promise.runs_in == "duty" and self.figures["desk.duty_24h"])
        add = calendar.add_calendar_time if always else calendar.add_working_time
        return add(self.calendar, promise.due_at, minutes).due


# ------------------------------------------------------------------------------------------ what is late


def late(session: Session, at: datetime, case_id: int | None = None) -> list[Late]:
    """Every promise of an open case (or of one case) that is past its time, the oldest first."""
    return sorted([*_clocks(session, at, case_id), *_steps(session, at, case_id)], key=lambda one: one.due_at)


def _clocks(session: Session, at: datetime, case_id: int | None) -> Iterator[Late]:
    standing = exists().where(ClockPause.clock_id == Clock.id, ClockPause.to_at.is_(None))
    found = select(*OF_CASE, Clock.name, Clock.id, Clock.runs_in, Clock.due_at).join(CASES, CASES.c.id == Clock.case_id)
    found = found.where(Clock.stopped_at.is_(None), Clock.due_at <= at, ~standing)
    return (Late(*row) for row in session.execute(unseen(_open(found, case_id))))


def _steps(session: Session, at: datetime, case_id: int | None) -> Iterator[Late]:
    found = select(*OF_CASE, Approval.id, Approval.due_at).join(CASES, CASES.c.id == Approval.case_id)
    found = found.join(CHANGES, CHANGES.c.id == CASES.c.id).where(Approval.round == CHANGES.c.round)
    found = _open(found.where(Approval.status == "waiting", Approval.due_at <= at, ~_after_another()), case_id)
    for case, ref, office, kind, step, due_at in session.execute(unseen(found)):
        yield Late(case, ref, office, kind, rungs.DECIDE, step, "desk", due_at)


def _after_another() -> Any:
    """A step whose turn has not come: one before it in the round waits itself."""
    before = aliased(Approval)
    return exists().where(
        before.case_id == Approval.case_id, before.round == Approval.round, before.step < Approval.step,
        before.status == "waiting",
    )  # fmt: skip


def _open(statement: Any, case_id: int | None) -> Any:
    statement = statement.where(CASES.c.closed_at.is_(None))
    return statement if case_id is None else statement.where(CASES.c.id == case_id)


# ------------------------------------------------------------------------------------------ which rungs


def due(session: Session, at: datetime) -> list[tuple[Late, str]]:
    """Every rung that is reached at `at` and not made yet, in the order of its making."""
    promises = late(session, at)
    made = made_of(session, {promise.case_id for promise in promises})
    hours = {office: Hours(session, office) for office in {promise.office_id for promise in promises}}
    return [
        (promise, rung)
        for promise in promises
        for rung in reached(promise, hours[promise.office_id], at)
        if (promise.case_id, promise.name, promise.of_id, rung) not in made
    ]


def reached(promise: Late, hours: Hours, at: datetime) -> list[str]:
    """The rungs that a late promise has reached at `at`, lowest first."""
    ladder = ladder_of(promise.kind, promise.name)
    after = {rung: int(hours.figures[rungs.key(ladder, rung)]) for rung in RUNGS}
    passed = at - promise.due_at  # never less than in working time, so that few calendars need be counted
    return [
        rung for rung, minutes in after.items()
        if passed >= timedelta(minutes=minutes) and hours.after(promise, minutes) <= at
    ]  # fmt: skip


def made_of(session: Session, case_ids: Iterable[int]) -> set[tuple[int, str, int, str]]:
    """The rungs that cases have behind them: (case, clock, its id, rung)."""
    columns = (Escalation.case_id, Escalation.name, Escalation.of_id, Escalation.rung)
    found = session.execute(select(*columns).where(Escalation.case_id.in_(list(case_ids))))
    return {(case, name, of_id, rung) for case, name, of_id, rung in found}


# ------------------------------------------------------------------------------------------ climbing


def climb(tx: Tx, promise: Late, rung: str) -> bool:
    """Make one rung: an event in the history, a notice to everybody whom it reaches first, the case in their queues.

    Asks again whether the promise is still late and the rung not made: False, writing nothing, when it need not be.
    """
    session = tx.session
    if promise not in late(session, tx.at, promise.case_id):
        return False
    before = [r for r in rungs.of_case(session, promise.case_id) if (r.name, r.of_id) == (promise.name, promise.of_id)]
    if rung in {r.rung for r in before}:
        return False
    case: Any = queries.case_by_ref(session, tx.actor, promise.ref, fresh=True)
    people = _people(session, case, rung)
    known = {user for r in before for user in r.people}
    came_from = next((r.reached for r in reversed(before) if r.reached), _names([case.owner]))
    tx.add(Escalation(
        case_id=case.id, name=promise.name, of_id=promise.of_id, rung=rung, at=tx.at, came_from=came_from,
        reached=_names(people), people=[user.id for user in people if user.id not in known],
    ))  # fmt: skip
    for user in people:
        _tell(tx, case, promise, user, came_from, own=rung == OWNER)
    settle(tx, case)
    return True


def _tell(tx: Tx, case: Any, promise: Late, user: User, came_from: str, own: bool) -> None:
    what = {"ref": case.ref, "title": case.title}
    text = Words(N_("%(ref)s is late: %(title)s"), **what) if own else Words(
        N_("%(ref)s is late and has climbed to you from %(name)s: %(title)s"), name=came_from, **what)  # fmt: skip
    key = f"late:{case.id}:{promise.name}:{promise.of_id}:{user.id}"  # without the rung: one notice per person (D-15)
    urgent = bool(case.gist.get("crisis"))
    notices.tell(tx, user.id, "late", text, key, office_id=case.office_id, case_id=case.id, urgent=urgent)


def _people(session: Session, case: Any, rung: str) -> list[User]:
    """Whom a rung reaches: owner and the one who works on it; else the supervisors of the least grade that is enough,
    so that an office without a grade 3 turns to grade 4."""
    if rung == OWNER:
        return [user for user in dict.fromkeys((case.owner, case.assignee)) if user.disabled_at is None]
    leads = exists().where(UserRole.user_id == User.id, UserRole.role == SUPERVISOR)
    here = or_(User.office_id == case.office_id, User.office_id.is_(None))
    found = select(User).where(leads, here, User.disabled_at.is_(None), User.grade >= GRADES[rung]).order_by(User.id)
    able = list(session.scalars(found))
    least = min((user.grade for user in able), default=0)
    return [user for user in able if user.grade == least]


def _names(people: Iterable[User]) -> str:
    return ", ".join(f"{user.display} {user.name}" for user in people)[:LINE]

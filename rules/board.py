"""The supervisor's board: what each person has in hand, what is late, and what was answered within time today.

Matters count once, for their owner. Everything is read in a fixed number of statements, each along one index and
capped, so that a board costs the same at ten matters and at a million (E-42).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from models import Case, Clock, Turn, User, UserRole
from rules import matters
from rules.clocks import CUSTOMER
from rules.policy import AGENT, SUPERVISOR, visible
from rules.store import Actor

CAP = 5000  # open matters, and answers of a day, that are counted
PEOPLE = 200
HOUR = timedelta(hours=1)


@dataclass
class Line:
    """One person: open matters he owns, of them late and due within the hour; answers today, of them within time."""

    user_id: int
    display: str
    login: str
    open: int = 0
    late: int = 0
    soon: int = 0
    answered: int = 0
    kept: int = 0

    @property
    def share(self) -> int | None:
        """Answers within time, in percent; None without an answer."""
        return round(100 * self.kept / self.answered) if self.answered else None


@dataclass
class Board:
    """The lines of an office, the answers of today by hour (within time, late), and whether a cap was reached."""

    lines: list[Line] = field(default_factory=list)
    hours: dict[int, tuple[int, int]] = field(default_factory=dict)
    capped: bool = False

    def total(self, name: str) -> int:
        """The sum of a column over all people."""
        return sum(getattr(line, name) for line in self.lines)


def board(session: Session, who: Actor, at: datetime, day_start: datetime, zone: ZoneInfo) -> Board:
    """The board of the reader's office (all offices for somebody without one) at a moment; hours are those of `zone`."""
    lines = {line.user_id: line for line in _people(session, who)}
    made = Board()
    counted = 0
    for row in session.execute(_in_hand(who, at)):
        counted += row.open
        if line := lines.get(row.user_id):
            line.open, line.late, line.soon = row.open, row.late, row.soon
    answers = session.execute(_answers(who, day_start)).all()
    _count_answers(made, lines, answers, zone)
    made.capped = counted >= CAP or len(answers) >= CAP
    made.lines = sorted(lines.values(), key=lambda line: (-line.late, -line.soon, -line.open, line.login))
    return made


def chosen(session: Session, who: Actor, user_id: int, which: str, at: datetime) -> list[Any]:
    """The open matters of a person that `which` names (late, soon, all) and that are offered to nobody yet."""
    rows = [row for row in matters.open_rows(session, who, user_id) if row.offered_to_id is None]
    if which == "all":
        return rows
    first, last = (datetime.min.replace(tzinfo=at.tzinfo), at) if which == "late" else (at, at + HOUR)
    return [row for row in rows if row.due_at is not None and first <= row.due_at < last]


def _people(session: Session, who: Actor) -> list[Line]:
    works = exists().where(UserRole.user_id == User.id, UserRole.role.in_((AGENT, SUPERVISOR)))
    found = select(User.id, User.display, User.name).where(works, User.disabled_at.is_(None))
    if who.office_id is not None:
        found = found.where(or_(User.office_id == who.office_id, User.office_id.is_(None)))
    return [Line(*row) for row in session.execute(found.order_by(User.name).limit(PEOPLE))]


def _in_hand(who: Actor, at: datetime) -> Any:
    """Per owner: open, late and due within the hour, of the first CAP matters by due time."""
    leading = visible(who, select(Turn.user_id, Turn.queue_at), Turn).where(Turn.leading, Turn.closed_at.is_(None))
    first = leading.order_by(Turn.queue_at, Turn.since, Turn.id).limit(CAP).subquery()
    late, soon = first.c.queue_at < at, (first.c.queue_at >= at) & (first.c.queue_at < at + HOUR)
    counted = select(
        first.c.user_id, func.count().label("open"), func.sum(case((late, 1), else_=0)).label("late"),
        func.sum(case((soon, 1), else_=0)).label("soon"),
    )  # fmt: skip
    return counted.group_by(first.c.user_id).execution_options(visible="user")


def _answers(who: Actor, day_start: datetime) -> Any:
    """When each customer's clock was stopped today, when it was due, and whose matter it is."""
    found = select(Clock.stopped_at, Clock.due_at, Case.owner_id).join(Case, Case.id == Clock.case_id)
    found = visible(who, found, Case).where(
        Clock.stopped_at >= day_start, Clock.party == CUSTOMER, Case.void_reason.is_(None)
    )  # fmt: skip
    return found.order_by(Clock.stopped_at).limit(CAP)


def _count_answers(made: Board, lines: dict[int, Line], answers: Sequence[Any], zone: ZoneInfo) -> None:
    for row in answers:
        kept = row.stopped_at <= row.due_at
        hour = row.stopped_at.astimezone(zone).hour
        within, late = made.hours.get(hour, (0, 0))
        made.hours[hour] = (within + kept, late + (not kept))
        if line := lines.get(row.owner_id):
            line.answered += 1
            line.kept += kept

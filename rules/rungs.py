"""The escalation ladder as data: what is late climbs from rung to rung (ORG-08, CMP-03, CMP-07, INQ-07).

A ladder says how many minutes past its time, counted in the hours of its clock, a promise reaches the owner, the
supervisor of the office, grade 3 and grade 4. The figures stand in the register as `escalation.<ladder>.<rung>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Approval, Clock, Escalation
from rules.policy import unseen
from rules.words import N_, Words

OWNER, SUPERVISOR, GRADE_3, GRADE_4 = "owner", "supervisor", "grade3", "grade4"
RUNGS = {
    OWNER: N_("the owner"), SUPERVISOR: N_("the supervisor of the office"), GRADE_3: N_("grade 3"), GRADE_4: N_("grade 4"),
}  # fmt: skip
GRADES = {SUPERVISOR: 1, GRADE_3: 3, GRADE_4: 4}  # the least grade of those whom a rung reaches
DECIDE, CONSULT, OTHER = "decide", "consult", "other"
# Minutes past due in the order of RUNGS. A clock of its own name goes before the kind of work it belongs to.
LADDERS: dict[str, tuple[int, int, int, int]] = {
    "inquiry": (0, 0, 30, 120), "complaint": (0, 0, 60, 240), "change": (0, 15, 60, 240), CONSULT: (0, 0, 0, 30),
    DECIDE: (0, 0, 15, 60), OTHER: (0, 0, 60, 240),
}  # fmt: skip
NAMES = {
    "inquiry": N_("Late inquiry"), "complaint": N_("Late complaint"), "change": N_("Late change"),
    CONSULT: N_("Late reply of the supervisor"), DECIDE: N_("Late decision"), OTHER: N_("Any other late matter"),
}  # fmt: skip


def key(ladder: str, rung: str) -> str:
    """The figure that says when a rung is reached."""
    return f"escalation.{ladder}.{rung}"


FIGURES: dict[str, tuple[int, Words]] = {
    key(ladder, rung): (after, Words(N_("%(late)s reaches %(rung)s (minutes past due)"), late=Words(NAMES[ladder]),
                                     rung=Words(RUNGS[rung])))
    for ladder, minutes in LADDERS.items() for rung, after in zip(RUNGS, minutes, strict=True)
}  # fmt: skip


def ladder_of(kind: str, clock: str) -> str:
    """The ladder of a promise: that of its clock, else that of its kind of work."""
    return clock if clock in (DECIDE, CONSULT) else kind if kind in LADDERS else OTHER


def climbed(
    session: Session, case_id: int, running: Iterable[Clock], approvals: Iterable[Approval], at: datetime
) -> dict[int, str]:
    """Whom a case has reached by being late, as long as what was late still runs: user id → from whom it came."""
    late = {(c.name, c.id) for c in running if c.due_at <= at}
    step = next((a for a in approvals if a.status == "waiting"), None)  # later steps wait for this one
    if step is not None and step.due_at is not None and step.due_at <= at:
        late.add((DECIDE, step.id))
    if not late:
        return {}
    return {
        user: rung.came_from
        for rung in reversed(of_case(session, case_id))
        if rung.rung != OWNER and (rung.name, rung.of_id) in late
        for user in rung.people
    }


def of_case(session: Session, case_id: int) -> list[Any]:
    """The rungs that a case has reached, in order."""
    found = select(Escalation).where(Escalation.case_id == case_id).order_by(Escalation.id)
    return list(session.scalars(unseen(found)))

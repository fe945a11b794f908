"""The second decider of an office: who signs a supervisor's step when no supervisor can (D-13).

Called by `rules/approvals.py` (may he sign, and for whom: "B for A") and `rules/turns.py` (whose turn it is):
`deputy(session, case)` is the person named for a change, `stands_in(session, case, approvals, user_id)` whether that
person may sign its present step now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from models import Absence, Approval, ChargeLine, User, UserRole
from rules import absences, catalogue, figures
from rules.policy import SUPERVISOR, WRITERS
from rules.store import now

DECIDER, LIMIT = "change.second_decider", "change.second_decider.limit"
LEADS_FROM = 3  # what needs a higher grade is the company leader's
NOBODY: tuple[bool, int | None] = (False, None)


def named(session: Session, office_id: int | None) -> str:
    """The sign-in name of an office's second decider, "" for nobody."""
    return str(figures.figure(session, DECIDER, office_id))


def deputy(session: Session, case: Any) -> User | None:
    """The second decider of a change's office; None: none is named, he has left, the kind goes with a release officer
    (K14, K15) or is a company leader's alone (K16 waives a fee whose amount no limit sees), or its charge passes the limit."""
    kind = catalogue.BY_CODE[case.code]
    if kind.release_officer or kind.grade > LEADS_FROM:
        return None
    known = figures.figures(session, case.office_id)
    if not known[DECIDER] or _money(session, case) > known[LIMIT]:
        return None
    named = select(User).where(User.name == known[DECIDER], *_works_for(case.office_id, WRITERS))
    return session.scalars(named).first()


def stands_in(
    session: Session, case: Any, approvals: Sequence[Approval], user_id: int | None
) -> tuple[bool, int | None]:
    """Whether a person may sign the present step as second decider, and for whom: the absent supervisor of the highest
    grade, or nobody when all who are there are barred themselves. Never a step of finance or of the release officer, nor
    what he asked for, edited or signed himself."""
    steps = [a for a in approvals if a.round == case.round]
    step = next((a for a in steps if a.status == "waiting"), None)
    barred = {case.requested_by_id, case.last_editor_id, *(a.decided_by_id for a in steps)}
    if step is None or step.role != SUPERVISOR or user_id is None or user_id in barred:
        return NOBODY
    named = deputy(session, case)
    if named is None or named.id != user_id:
        return NOBODY
    able = _supervisors(session, case.office_id, step.grade)
    away = _away(session, now())
    if not able or any(who not in barred and who not in away for who in able):
        return NOBODY
    return True, next((who for who in able if who not in barred), None)


def _money(session: Session, case: Any) -> float:
    """The larger of what is owed to us and by us, waived or not, in minor units; endless in any foreign currency."""
    lines = select(ChargeLine.side, ChargeLine.currency, func.sum(ChargeLine.amount_minor))
    lines = lines.where(ChargeLine.case_id == case.id, ChargeLine.struck_at.is_(None))
    found = session.execute(lines.group_by(ChargeLine.side, ChargeLine.currency))
    sums = [float(total) if currency == "CNY" else float("inf") for _, currency, total in found]
    return max(sums, default=0.0)


def _supervisors(session: Session, office_id: int, grade: int) -> list[int]:
    """Who may sign a supervisor's step of this grade in an office: the highest grade first, then the oldest account."""
    found = select(User.id).where(User.grade >= grade, *_works_for(office_id, frozenset({SUPERVISOR})))
    return list(session.scalars(found.order_by(User.grade.desc(), User.id)))


def _works_for(office_id: int, roles: frozenset[str]) -> tuple[Any, ...]:
    holds = exists().where(UserRole.user_id == User.id, UserRole.role.in_(roles))
    lasts = or_(User.expires_on.is_(None), User.expires_on >= now().date())
    return holds, User.disabled_at.is_(None), lasts, or_(User.office_id == office_id, User.office_id.is_(None))


def _away(session: Session, at: datetime) -> set[int]:
    return set(session.scalars(select(Absence.user_id).where(*absences.holds(at))))

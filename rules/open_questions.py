"""Who owes the office an answer: open questions of open matters, the longest wait first, so that none is forgotten (ORG-03)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Case, Clock, Customer, Department, Question, User
from rules import parties
from rules.policy import visible
from rules.store import Actor

PAGE = 50
CAP = 1000
OPEN = (Question.answered_at.is_(None), Question.dropped_at.is_(None), Case.closed_at.is_(None))


def waiting(session: Session, who: Actor, to: str | None, after: int | None) -> tuple[list[Any], int | None]:
    """A page of open questions after the one with the id `after`: (question, due_at, ref, kind, title, gist, customer, owner,
    asker), and where the next page begins. `to` is a kind of those who are asked, or `department:3`."""
    columns: Any = select(
        Question, Clock.due_at, Case.ref, Case.kind, Case.title, Case.gist,
        func.coalesce(Customer.name, Case.caller_name).label("customer"), User.display.label("owner"),
    )  # fmt: skip
    found = columns.join(Case, Case.id == Question.case_id).join(User, User.id == Case.owner_id)
    found = found.outerjoin(Customer, Customer.id == Case.customer_id).outerjoin(Clock, Clock.id == Question.clock_id)
    found = visible(who, found, Case).where(*OPEN, *_narrow(to))
    if after is not None:
        found = found.where(Question.id > after)
    rows = list(session.execute(found.order_by(Question.id).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].Question.id if len(rows) > PAGE else None


def groups(session: Session, who: Actor) -> list[tuple[str, Any, int]]:
    """Who is asked, with how many questions: (code as `to` has it, name, number), those who owe most first."""
    many = func.count(Question.id)
    columns: Any = select(Question.to_kind, Question.department_id, Department.name, many)
    found = columns.join(Case, Case.id == Question.case_id).outerjoin(
        Department, Department.id == Question.department_id
    )
    found = visible(who, found, Case).where(*OPEN).group_by(Question.to_kind, Question.department_id, Department.name)
    rows = session.execute(found.order_by(many.desc(), Department.name)).all()
    return [(f"{kind}:{key}" if key else kind, name or parties.NAMES[kind], n) for kind, key, name, n in rows]


def count(who: Actor) -> Any:
    """How many questions of the office are open, capped, as a scalar for another select."""
    found: Select[Any] = select(Question.id).join(Case, Case.id == Question.case_id)
    inner = visible(who, found, Case).where(*OPEN).limit(CAP).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def _narrow(to: str | None) -> tuple[Any, ...]:
    kind, _, key = (to or "").partition(":")
    if kind not in parties.NAMES:
        return ()
    if key.isascii() and key.isdigit():
        return (Question.to_kind == kind, Question.department_id == int(key))
    return (Question.to_kind == kind,)

"""Approving several changes in one list (E-06): zero-cost changes of an office that asks for a second look.

Every change is its own move in its own write; what is not plain (money, a moved stage, a conflict, a proof with gaps)
is decided in its row of the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Approval, Attachment, Change, Confirmation, Shipment, Turn
from rules import approvals, catalogue, changing, charges, figures, needs
from rules.facts import Facts
from rules.policy import SUPERVISOR, unseen, visible
from rules.store import Actor
from rules.words import N_, Words
from rules.workflow import Act, flow_of, refusal

NO_SECOND_LOOK = N_("This office asks no second look at zero-cost changes.")
MOST = 100  # changes of one list


@dataclass(frozen=True, slots=True)
class Item:
    """A change that waits for the reader's decision; `why` says what keeps it out of the list, None: nothing."""

    change: Any
    facts: Facts
    due_at: datetime | None
    why: Words | None


def waiting(session: Session, who: Actor, at: datetime) -> list[Item]:
    """The changes that wait for this person's decision, first due first."""
    mine = and_(
        Turn.user_id.is_(None), Turn.role == SUPERVISOR, Turn.grade <= who.grade,
        or_(Turn.except_id.is_(None), Turn.except_id != who.user_id),
        or_(Turn.except_too_id.is_(None), Turn.except_too_id != who.user_id),
    )  # fmt: skip
    turns = select(Turn.case_id, Turn.due_at).where(
        Turn.kind == "change", Turn.what == "decide", Turn.closed_at.is_(None), or_(Turn.user_id == who.user_id, mine)
    )
    found = visible(who, turns.order_by(Turn.queue_at, Turn.since, Turn.id).limit(MOST), Turn)
    due = {row.case_id: row.due_at for row in session.execute(found)}
    changes = {change.id: change for change in _whole(session, who, list(due))}
    ordered = [changes[case_id] for case_id in due if case_id in changes]
    facts = _facts(session, ordered)
    looks = {office: figures.second_look(session, office) for office in {c.office_id for c in ordered}}
    return [
        Item(c, facts[c.id], due[c.id], plain(who, c, facts[c.id], at) if looks[c.office_id] else Words(NO_SECOND_LOOK))
        for c in ordered
    ]


def plain(who: Actor, case: Any, facts: Facts, at: datetime) -> Words | None:
    """Why a change of an office with a second look cannot be approved together with others by this person; None: it can."""
    flow, kind = flow_of(case), catalogue.BY_CODE[case.code]
    step = approvals.current(facts.approvals, case)
    if step is None or step.role != SUPERVISOR or not catalogue.zero_cost(kind, charges.has_money(case.lines)):
        return Words(N_("Only zero-cost changes are approved together."))
    if case.shipment.stage != (case.stage_seen or case.stage_asked):
        return Words(N_("The stage has moved on since: decide it in its row."))
    if changing.clashing(case):
        return Words(N_("The shipment has changed since: decide it in its row."))
    act = Act(who, case, flow, flow.move("approve"), facts, at)
    return needs.has_proof(act) or refusal(act)


def _whole(session: Session, who: Actor, ids: Sequence[int]) -> list[Any]:
    loads = (
        joinedload(Change.customer), joinedload(Change.owner), joinedload(Change.shipment).joinedload(Shipment.customer),
        selectinload(Change.fields), selectinload(Change.charges),
    )  # fmt: skip
    return list(session.scalars(visible(who, select(Change).where(Change.id.in_(ids)), Change).options(*loads)))


def _facts(session: Session, changes: Sequence[Any]) -> dict[int, Facts]:
    """What is known of each change, read for all of them at once."""
    found = {change.id: Facts(session, change) for change in changes}
    steps = select(Approval).options(joinedload(Approval.decided_by), joinedload(Approval.on_behalf_of))
    for name, model, statement in (
        ("approvals", Approval, steps.order_by(Approval.round, Approval.step)),
        ("papers", Attachment, select(Attachment).options(joinedload(Attachment.by)).order_by(Attachment.id)),
        ("confirmations", Confirmation, select(Confirmation).order_by(Confirmation.id)),
    ):
        for facts in found.values():
            facts.__dict__[name] = []  # as the cached property would have it
        for row in session.scalars(unseen(statement.where(model.case_id.in_(found)))):
            found[row.case_id].__dict__[name].append(row)
    return found

"""Four eyes: who is asked for a decision, who may give it, and what the decisions come to (E-15, D-01, D-06, D-13).

Nobody decides on what he himself asked for or last edited, whatever his roles; nobody signs twice in one round.
The database holds the same rule by triggers, so that a mistake here cannot pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models import Approval, Shipment
from rules import clocks, figures
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words


def ask(tx: Tx, case: Any, steps: Sequence[tuple[str, int]], due_at: datetime) -> None:
    """Ask each of `steps` (role, least grade), in order, for a decision in the case's present round."""
    for step, (role, grade) in enumerate(steps, 1):
        tx.add(Approval(
            case_id=case.id, round=case.round, step=step, role=role, grade=grade, asked_at=tx.at, due_at=due_at,
            requested_by_id=case.requested_by_id,
        ))  # fmt: skip


def due(tx: Tx, case: Any, shipment: Shipment | None) -> datetime:
    """When the decision falls due: 30 minutes of desk hours, or 30 minutes before cut-off if that is earlier (D-19)."""
    known = figures.figures(tx.session, case.office_id)
    latest = clocks.reckon(tx.session, case.office_id, "desk", tx.at, known["change.decision"]).due
    if shipment is not None and shipment.cut_off_at is not None:
        latest = min(latest, shipment.cut_off_at - timedelta(minutes=known["change.before_cut_off"]))
    return latest


def current(approvals: Sequence[Approval], case: Any) -> Approval | None:
    """The step that is to be decided now, or None."""
    return next((a for a in approvals if a.round == case.round and a.status == "waiting"), None)


def barred(who: Actor, case: Any, approvals: Sequence[Approval]) -> Words | None:
    """Why this person may not decide now: asked himself, last editor, signed already, role or grade; None = may."""
    step = current(approvals, case)
    if step is None:
        return Words(N_("There is nothing to decide."))
    if who.user_id in (case.requested_by_id, case.last_editor_id):
        return Words(N_("You asked for this change yourself; another person decides."))
    if any(a.decided_by_id == who.user_id for a in approvals if a.round == case.round):
        return Words(N_("You have signed already; another person signs this step."))
    if step.role not in who.roles:
        return Words(N_("Waiting for %(role)s."), role=Words(STEP_NAMES[step.role]))
    if who.grade < step.grade and step.role == "supervisor":
        return Words(N_("This needs grade %(grade)s or higher."), grade=step.grade)
    return None


def decide(tx: Tx, case: Any, approvals: Sequence[Approval], status: str, reason: str | None) -> Approval:
    """Record the actor's decision on the current step. Raises Refused (403) when he may not give it."""
    if why := barred(tx.actor, case, approvals):
        raise Refused(why, 403)
    step = current(approvals, case)
    assert step is not None
    step.status, step.decided_by_id, step.decided_at, step.reason = status, tx.actor.user_id, tx.at, reason
    tx.session.flush()
    return step


def pass_on(tx: Tx, case: Any, approvals: Sequence[Approval], shipment: Shipment | None) -> None:
    """The next step is asked from now on, with its own time."""
    step = current(approvals, case)
    if step is not None:
        step.asked_at, step.due_at = tx.at, due(tx, case, shipment)


def drop(approvals: Sequence[Approval], case: Any) -> None:
    """Take back what is still asked in the present round (returned, refused or withdrawn)."""
    for step in approvals:
        if step.round == case.round and step.status == "waiting":
            step.status = "dropped"


def complete(approvals: Sequence[Approval], case: Any) -> bool:
    """Whether every step of the present round has been approved."""
    steps = [a for a in approvals if a.round == case.round and a.status != "dropped"]
    return bool(steps) and all(a.status == "approved" for a in steps)


STEP_NAMES = {"supervisor": N_("Supervisor"), "finance": N_("Finance")}

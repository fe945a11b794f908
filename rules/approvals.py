"""Four eyes: who is asked for a decision, who may give it, and what the decisions come to (E-15, D-01, D-06, D-13).

Nobody decides on what he himself asked for or last edited, whatever his roles; nobody signs twice in one round.
The database holds the same rule by triggers, so that a mistake here cannot pass.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import Approval, Shipment
from rules import clocks, deputies, figures, seen
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words


def content(case: Any) -> str:
    """The hash of what is decided about: kind, new values, what the kind asks beyond them, charges. Whatever is edited
    after a signature makes another hash, and the signature void."""
    whole = {
        "code": case.code, "extra": case.extra or {}, "fields": sorted([f.path, f.new] for f in case.fields),
        "lines": sorted(
            [line.side, line.item, line.payer or "", line.party or "", line.amount_minor, line.currency, bool(line.waived_at)]
            for line in case.lines
        ),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


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


def barred(session: Session, who: Actor, case: Any, approvals: Sequence[Approval]) -> Words | None:
    """Why this person may not decide now: asked himself, last editor, signed already, role or grade; None = may."""
    step = current(approvals, case)
    if step is None:
        return Words(N_("There is nothing to decide."))
    if who.user_id in (case.requested_by_id, case.last_editor_id):
        return Words(N_("You asked for this change yourself; another person decides."))
    signed = [a for a in approvals if a.round == case.round and a.decided_by_id is not None]
    if any(who.user_id in (a.decided_by_id, a.on_behalf_of_id) for a in signed):
        return Words(N_("You have signed already; another person signs this step."))
    if step.role == "supervisor" and (step.role not in who.roles or who.grade < step.grade):
        if deputies.stands_in(session, case, approvals, who.user_id)[0]:
            return None
        if step.role in who.roles:
            return Words(N_("This needs grade %(grade)s or higher."), grade=step.grade)
    if step.role not in who.roles:
        return Words(N_("Waiting for %(role)s."), role=Words(STEP_NAMES[step.role]))
    return None


def decide(tx: Tx, case: Any, approvals: Sequence[Approval], status: str, reason: str | None) -> Approval:
    """Record the actor's decision on the current step, and on whose behalf. Raises Refused (403) when he may not give it."""
    if why := barred(tx.session, tx.actor, case, approvals):
        raise Refused(why, 403)
    step = current(approvals, case)
    assert step is not None
    if step.role not in tx.actor.roles or (tx.actor.grade < step.grade and step.role == "supervisor"):
        step.on_behalf_of_id = deputies.stands_in(tx.session, case, approvals, tx.actor.user_id)[1]
    step.status, step.decided_by_id, step.decided_at, step.reason = status, tx.actor.user_id, tx.at, reason
    step.content = content(case)
    seen.on_decision(tx.session, step, case, tx.actor.user_id)
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


def void_signatures(approvals: Sequence[Approval], case: Any) -> bool:
    """Whether somebody in the present round signed something else than what stands there now."""
    now = content(case)
    return any(a.round == case.round and a.status == "approved" and a.content not in (None, now) for a in approvals)


def complete(approvals: Sequence[Approval], case: Any) -> bool:
    """Whether every step of the present round has been approved."""
    steps = [a for a in approvals if a.round == case.round and a.status != "dropped"]
    return bool(steps) and all(a.status == "approved" for a in steps)


STEP_NAMES = {"supervisor": N_("Supervisor"), "finance": N_("Finance"), "release": N_("Release officer")}

"""The supervisor's daily look at what was carried out without a decision (D-01): the day's list, and marking it seen.

Nobody marks what he asked for, edited or carried out himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Approval, Attachment, Change, Event, User
from rules.policy import unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Words

MOST = 200  # changes of one day on one page
BACK = timedelta(days=60)  # how far back unlooked days are counted


@dataclass(frozen=True, slots=True)
class Line:
    """A change that was carried out without a decision: who did it, how many papers it has, who looked at it, and why the
    reader may not."""

    change: Any
    by_id: int | None
    by: str
    papers: int
    looked_by: str | None
    barred: Words | None


def day(session: Session, who: Actor, begins: datetime, ends: datetime) -> list[Line]:
    """What was carried out between two moments, in order of time."""
    found = _undecided(who).where(Change.executed_at >= begins, Change.executed_at < ends)
    whole = found.options(selectinload(Change.fields), joinedload(Change.shipment), joinedload(Change.customer))
    changes = list(session.scalars(whole.order_by(Change.executed_at, Change.id).limit(MOST)))
    return _lines(session, who, changes)


def unlooked(session: Session, who: Actor, before: datetime) -> list[datetime]:
    """When the changes of earlier days that nobody has looked at yet were carried out, the oldest first."""
    found = _undecided(who).where(Change.executed_at >= before - BACK, Change.executed_at < before)
    at = found.where(Change.looked_at.is_(None)).with_only_columns(Change.executed_at)
    return list(session.scalars(at.order_by(Change.executed_at).limit(1000)))


def look(tx: Tx, ids: Iterable[int]) -> list[tuple[str, Words, bool]]:
    """Mark changes as seen by the actor. Returns for each its ref, what came of it, and whether it is marked now; what is
    not his to see is left out."""
    wanted = select(Change).where(Change.id.in_(list(ids)), Change.executed_at.is_not(None), ~_decided())
    rows = tx.session.scalars(visible(tx.actor, wanted, Change).order_by(Change.id).limit(MOST))
    said = []
    for line in _lines(tx.session, tx.actor, list(rows)):
        if line.barred is None:
            line.change.looked_at, line.change.looked_by_id = tx.at, tx.actor.user_id
        said.append((line.change.ref, line.barred or Words(N_("Seen")), line.barred is None))
    return said


def _undecided(who: Actor) -> Select[Any]:
    found = select(Change).where(Change.executed_at.is_not(None), ~_decided())
    return visible(who, found, Change)


def _decided() -> Any:
    return exists().where(Approval.case_id == Change.id, Approval.status == "approved")


def _lines(session: Session, who: Actor, changes: Sequence[Any]) -> list[Line]:
    ids = [change.id for change in changes]
    doers = _doers(session, ids)
    looked_by = _names(session, {change.looked_by_id for change in changes})
    count = (
        select(Attachment.case_id, func.count().label("papers"))
        .where(Attachment.case_id.in_(ids))
        .group_by(Attachment.case_id)
    )
    papers = {row.case_id: row.papers for row in session.execute(unseen(count))}
    return [
        Line(
            change, *doers.get(change.id, (None, "")), papers.get(change.id, 0), looked_by.get(change.looked_by_id),
            _barred(who, change, doers.get(change.id, (None, ""))[0], looked_by.get(change.looked_by_id)),
        )
        for change in changes
    ]  # fmt: skip


def _doers(session: Session, ids: Sequence[int]) -> dict[int, tuple[int | None, str]]:
    """Who carried each change out, as the history has it."""
    found = select(Event.case_id, Event.actor_id, Event.actor).where(
        Event.case_id.in_(ids), Event.object_type == "change", Event.action == "change.carry_out"
    )
    return {row.case_id: (row.actor_id, row.actor) for row in session.execute(unseen(found.order_by(Event.seq)))}


def _names(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    found = select(User.id, User.display).where(User.id.in_([each for each in ids if each is not None]))
    return {row.id: row.display for row in session.execute(found)}


def _barred(who: Actor, change: Any, by_id: int | None, looked_by: str | None) -> Words | None:
    if change.looked_at is not None:
        return Words(N_("%(name)s has seen it already"), name=looked_by or "")
    if who.user_id in (change.requested_by_id, change.last_editor_id):
        return Words(N_("You asked for it yourself; another person looks at it"))
    if who.user_id == by_id:
        return Words(N_("You carried it out yourself; another person looks at it"))
    return None

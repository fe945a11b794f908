"""Who works for whom today: absent people and their cover (ORG-01). The owner stays the owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import Absence, User
from rules.store import Tx


def holds(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """What makes an absence count at a moment."""
    return Absence.from_at <= at, Absence.until_at > at, Absence.revoked_at.is_(None)


def covers(session: Session, at: datetime) -> dict[int, int]:
    """Who covers for whom at a moment; a cover who is away himself passes on to his own, a circle covers nobody."""
    found = select(Absence.user_id, Absence.cover_id).join(User, User.id == Absence.cover_id)
    now = found.where(*holds(at), User.disabled_at.is_(None)).order_by(Absence.id)
    pairs: dict[int, int] = {row.user_id: row.cover_id for row in session.execute(now)}
    return {user: last for user in pairs if (last := _last(pairs, user)) is not None}


def stand_in(session: Session, user_id: int, at: datetime) -> int:
    """The person who takes new work of `user_id` at a moment: his cover while he is away, else himself."""
    return covers(session, at).get(user_id, user_id)


def drop(tx: Tx, user: User) -> None:
    """End the absences of a person who leaves, and those he was to cover; the next tick moves the work back."""
    his = or_(Absence.user_id == user.id, Absence.cover_id == user.id)
    for absence in tx.session.scalars(
        select(Absence).where(his, Absence.until_at > tx.at, Absence.revoked_at.is_(None))
    ):
        absence.revoked_at = tx.at


def _last(pairs: dict[int, int], user: int) -> int | None:
    seen = {user}
    while user in pairs:
        user = pairs[user]
        if user in seen:
            return None
        seen.add(user)
    return user

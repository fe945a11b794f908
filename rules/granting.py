"""The second person for roles and grades that steer decisions: what waits for him, agreeing, refusing (E-18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Grant, Office, User
from rules import accounts, grants, leaving
from rules.policy import ADMIN, SUPERVISOR
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One grant that waits: whose, what he holds and what he shall hold, who asked when, and whether the reader
    himself did, and why he may not agree."""

    id: int
    user: User
    held: list[str]
    grade: int
    roles: list[str]
    to_grade: int
    by: str | None
    at: Any
    own: bool
    barred: Words | None


def lines(session: Session, who: Actor) -> list[Line]:
    """What waits in the reader's office or, for who belongs to none, everywhere; the oldest first."""
    found = select(Grant).where(Grant.status == grants.WAITING).join(User, User.id == Grant.user_id)
    if ADMIN not in who.roles and who.office_id is not None:
        found = found.where((User.office_id == who.office_id) | User.office_id.is_(None))
    loads = (joinedload(Grant.user).options(selectinload(User.roles), joinedload(User.office)), joinedload(Grant.by))
    return [
        Line(
            row.id, row.user, sorted(r.role for r in row.user.roles), row.user.grade, row.roles, row.grade,
            row.by.display if row.by else None, row.made_at, row.by_id == who.user_id, barred(who, row),
        )
        for row in session.scalars(found.options(*loads).order_by(Grant.id).limit(PAGE))
    ]  # fmt: skip


def barred(who: Actor, grant: Grant) -> Words | None:
    """Why this person may not agree to a grant (its account loaded); None: he may."""
    if who.user_id == grant.by_id:
        return Words(N_("You asked for this yourself; another person agrees."))
    if who.user_id == grant.user_id:
        return Words(N_("This is your own account; another person agrees."))
    if ADMIN in who.roles:
        return None
    if SUPERVISOR not in who.roles or who.grade < grants.AGREES_FROM:
        return Words(N_("Another administrator agrees, or a supervisor of grade %(grade)s."), grade=grants.AGREES_FROM)
    return None


def agree(tx: Tx, grant_id: int) -> Grant:
    """Agree as the second person: the account holds it from now on. Raises Refused: 404 unseen, 403 not this person, 409
    decided meanwhile, work that would stay behind, or the last administrator, 422 an agent without an office."""
    grant = _held(tx, grant_id)
    if why := barred(tx.actor, grant):
        raise Refused(why, 403)
    user, roles = grant.user, frozenset(grant.roles)
    accounts.check_place(roles, grant.grade, tx.session.get(Office, user.office_id) if user.office_id else None)
    if leaving.loses_work(user, roles, user.office_id) and (count := accounts.open_matters(tx.session, user)):
        raise Refused(Words(N_("%(n)s open matters would stay behind: pass them on first."), n=count))
    keeps = ADMIN in roles and user.expires_on is None and user.disabled_at is None
    accounts.check_administered(tx.session, user, keeps)
    grant.status, grant.decided_by_id, grant.decided_at = grants.AGREED, tx.actor.user_id, tx.at
    accounts.set_roles(tx, user, roles)
    user.grade = grant.grade
    return grant


def refuse(tx: Tx, grant_id: int) -> Grant:
    """Say no, or take back what one has asked for oneself. Raises Refused: 404 unseen, 403 role, 409 decided meanwhile."""
    grant = _held(tx, grant_id)
    if tx.actor.user_id == grant.by_id:
        grant.status, grant.decided_at = grants.DROPPED, tx.at
        return grant
    if why := barred(tx.actor, grant):
        raise Refused(why, 403)
    grant.status, grant.decided_by_id, grant.decided_at = grants.REFUSED, tx.actor.user_id, tx.at
    return grant


def _held(tx: Tx, grant_id: int) -> Grant:
    found = select(Grant).where(Grant.id == grant_id).options(joinedload(Grant.user).selectinload(User.roles))
    grant = tx.session.scalars(found.execution_options(populate_existing=True)).first()
    near = grant is not None and (ADMIN in tx.actor.roles or grant.user.office_id in (None, tx.actor.office_id)
                                  or tx.actor.office_id is None)  # fmt: skip
    if grant is None or not near:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if grant.status != grants.WAITING:
        raise Refused(Words(N_("This has been decided meanwhile.")))
    return grant

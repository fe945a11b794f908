"""Roles and grades that steer who decides, and roles that give roles, take a second person to grant (E-18).

What is asked for waits as a row while somebody else could agree to it; the account keeps what it has. On a desk with
nobody else who could, it counts at once and the row says so. The command line is the owner's of the machine, and waits
for nobody. Agreeing stands in `rules/granting.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models import Grant, User, UserRole
from rules.policy import ADMIN, FINANCE, RELEASE, SUPERVISOR
from rules.store import Tx, now

STEERING = frozenset({SUPERVISOR, FINANCE, RELEASE, ADMIN})
AGREES_FROM = 3  # the least grade of a supervisor who may agree
WAITING, AGREED, ALONE, REFUSED, DROPPED = "waiting", "agreed", "alone", "refused", "dropped"


def steers(held: Iterable[str], grade: int, roles: Iterable[str], to_grade: int) -> bool:
    """Whether somebody would decide, or grant, more than before."""
    return bool((set(roles) - set(held)) & STEERING) or to_grade > grade


def harmless(roles: frozenset[str]) -> frozenset[str]:
    """What of these roles a new account may hold at once."""
    return roles - STEERING


def someone_else(session: Session, but: Iterable[int | None], office_id: int | None) -> bool:
    """Whether anybody but these people could agree to a grant in an office (None: in all of them)."""
    lasts = (User.disabled_at.is_(None), or_(User.expires_on.is_(None), User.expires_on >= now().date()))
    admin = exists().where(UserRole.user_id == User.id, UserRole.role == ADMIN)
    leads = exists().where(UserRole.user_id == User.id, UserRole.role == SUPERVISOR)
    near = or_(User.office_id.is_(None), User.office_id == office_id) if office_id is not None else User.id.is_not(None)
    could = or_(admin, leads & (User.grade >= AGREES_FROM) & near)
    others = [user_id for user_id in but if user_id is not None]
    return session.scalar(select(User.id).where(could, *lasts, User.id.not_in(others)).limit(1)) is not None


def must_wait(
    tx: Tx, user_id: int | None, held: Iterable[str], grade: int, roles: Iterable[str], to_grade: int,
    office_id: int | None,
) -> bool:  # fmt: skip
    """Whether these roles and this grade count only after a second person has agreed; `user_id` None: a new account."""
    if tx.actor.user_id is None or not steers(held, grade, roles, to_grade):
        return False
    return someone_else(tx.session, (tx.actor.user_id, user_id), office_id)


def ask(tx: Tx, user: User, roles: Iterable[str], grade: int, alone: bool = False) -> Grant:
    """Ask for what an account shall hold, in place of what was asked before; `alone`: it holds it already."""
    drop(tx, user)
    row = Grant(
        user_id=user.id, roles=sorted(roles), grade=grade, status=ALONE if alone else WAITING, by_id=tx.actor.user_id,
        made_at=tx.at,
    )  # fmt: skip
    return tx.add(row)  # type: ignore[no-any-return]


def drop(tx: Tx, user: User) -> None:
    """What was asked for an account and still waits is not asked any more."""
    waits = waiting(tx.session, user.id)
    if waits is not None:
        waits.status, waits.decided_at = DROPPED, tx.at
        tx.session.flush()


def waiting(session: Session, user_id: int) -> Grant | None:
    """What waits for a second person on an account."""
    found = select(Grant).where(Grant.user_id == user_id, Grant.status == WAITING)
    return session.scalars(found).first()

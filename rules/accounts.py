"""Accounts: making, changing, disabling; passwords; how long a wrong password makes one wait (D-13, E-10, E-32)."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from models import Case, Office, SignIn, User, UserRole, UserSession
from rules import grants
from rules.policy import SUPERVISOR, check_roles, require, unseen
from rules.store import Busy, Tx, now
from rules.words import N_, Refused, Words

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = HASHER.hash("nobody's password, so that unknown names take as long")
_gate = threading.BoundedSemaphore(2)
SHORTEST, LONGEST_PASSWORD = 12, 256
FREE_TRIES, WINDOW = 5, timedelta(minutes=15)


def login_name(typed: str) -> str:
    """A sign-in name in its one spelling: NFKC, lower case, trimmed. Raises Refused (422) when it cannot be one."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    if not 1 <= len(name) <= 40 or any(not c.isalnum() and c not in "._-@" for c in name):
        raise Refused(Words(N_("A sign-in name has up to 40 letters, digits, dots or hyphens.")), 422, "username")
    return name


def check_password(password: str, *about: str) -> None:
    """Raise Refused (422) unless the password is long enough and does not repeat the person's own names."""
    if len(password) < SHORTEST:
        raise Refused(Words(N_("At least %(n)s characters; a sentence is easiest to keep."), n=SHORTEST), 422, "new")
    if len(password) > LONGEST_PASSWORD:
        raise Refused(Words(N_("At most %(n)s characters."), n=LONGEST_PASSWORD), 422, "new")
    low = password.lower()
    if len(set(low)) < 5 or any(a and len(a) > 3 and a.lower() in low for a in about):
        raise Refused(
            Words(N_("Too easy to guess: not your own name, and more than a few different characters.")), 422, "new"
        )


def hashed(password: str) -> str:
    """Argon2id, at most two at a time; raises Busy when both are taken for long."""
    if not _gate.acquire(timeout=5):
        raise Busy
    try:
        return HASHER.hash(password)
    finally:
        _gate.release()


def matches(user: User | None, password: str) -> bool:
    """Whether the password is this account's; an unknown account takes as long."""
    if not _gate.acquire(timeout=5):
        raise Busy
    try:
        return HASHER.verify(user.password_hash if user else _NOBODY, password[:LONGEST_PASSWORD]) and user is not None
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _gate.release()


def wait_seconds(session: Session, username: str, address: str, at: datetime) -> int:
    """Seconds the next try has to wait: after five wrong ones in 15 minutes it doubles, at most a minute. A good
    sign-in ends the count of its account; an address's own count never locks a colleague elsewhere out."""
    since = at - WINDOW
    good = select(func.max(SignIn.at)).where(SignIn.username == username, SignIn.ok).scalar_subquery()
    mine = select(func.count(), func.max(SignIn.at)).where(
        SignIn.username == username, SignIn.address == address, SignIn.at > since, ~SignIn.ok,
        or_(good.is_(None), SignIn.at > good),
    )  # fmt: skip
    failed, last = session.execute(mine).one()
    there = select(func.count()).where(SignIn.address == address, SignIn.at > since, ~SignIn.ok)
    many = max(failed - FREE_TRIES, (session.scalar(there) or 0) - 10 * FREE_TRIES)
    if many < 0 or last is None:
        return 0
    return max(0, int(min(2 ** (many + 1), 60) - (at - last).total_seconds()))


def by_name(session: Session, name: str) -> User | None:
    """The account that signs in as `name`, with its roles and office."""
    found = select(User).where(User.name == name).options(joinedload(User.roles), joinedload(User.office))
    return session.scalars(found).unique().first()


def add(
    tx: Tx, name: str, password: str, roles: Iterable[str], *, display: str = "", office: Office | None = None,
    grade: int = 1, one_time: bool = False, expires_on: date | None = None,
) -> User:  # fmt: skip
    """Make an account. Raises Refused (422): name taken or odd, roles that do not go together, no office for desk work.

    Roles and a grade that steer decisions wait for a second person where there is one (`rules/grants.py`).
    """
    name, wanted = login_name(name), frozenset(roles)
    check_roles(wanted)
    if by_name(tx.session, name) is not None:
        raise Refused(Words(N_("There is an account “%(name)s” already."), name=name), 422, "username")
    check_place(wanted, grade, office)
    home = office.id if office else None
    waits = grants.must_wait(tx, None, (), 1, wanted, grade, home)
    first = grants.harmless(wanted) if waits else wanted
    user: User = tx.add(User(
        name=name, display=display or name, office_id=home, grade=1 if waits else grade, password_hash=hashed(password),
        must_change=one_time, created_at=tx.at, expires_on=expires_on,
        roles=[UserRole(role=role) for role in sorted(first)],
    ))  # fmt: skip
    if tx.actor.user_id is not None and grants.steers((), 1, wanted, grade):
        grants.ask(tx, user, wanted, grade, alone=not waits)
    return user


def set_roles(tx: Tx, user: User, roles: frozenset[str]) -> None:
    """Replace an account's roles; nobody may grant himself one (E-18). Ends its sessions."""
    check_roles(roles)
    held = {r.role: r for r in user.roles}
    if roles == set(held):
        return
    check_not_himself(tx, user, roles)
    user.roles[:] = [held.get(role) or UserRole(role=role) for role in sorted(roles)]
    flag_modified(user, "display")  # roles are rows of their own: the account's version shall rise with them
    end_sessions(tx, user)


def check_not_himself(tx: Tx, user: User, roles: frozenset[str]) -> None:
    """Raise Refused (403) when somebody would grant himself a role (E-18)."""
    if user.id == tx.actor.user_id and roles - {r.role for r in user.roles}:
        raise Refused(Words(N_("Nobody grants himself a role; another administrator does.")), 403, "roles")


def change(
    tx: Tx, user: User, *, display: str, roles: frozenset[str], office: Office | None, grade: int,
    expires_on: date | None,
) -> None:  # fmt: skip
    """Change an account. Raises Refused: 422 for what `add` refuses, 403 for what nobody gives himself (E-18), 409 when
    no administrator would be left. `roles` and `expires_on` replace what was; roles and grade wait for
    a second person where they steer decisions."""
    check_roles(roles)
    check_place(roles, grade, office)
    check_not_himself(tx, user, roles)
    if user.id == tx.actor.user_id and (why := self_favour(user, grade, expires_on)):
        raise why
    keeps = "admin" in roles and expires_on is None and user.disabled_at is None
    check_administered(tx.session, user, keeps)
    _grant(tx, user, roles, grade, office.id if office else None)
    user.display, user.office_id = display, office.id if office else None
    user.expires_on = expires_on


def set_newcomer(tx: Tx, user: User, until: date | None) -> None:
    """Until when somebody is a newcomer whose quotations are reviewed, None: no longer (ORG-04, INQ-17). Raises Refused:
    403 for who is no supervisor and for the newcomer himself, 404 for another office's people."""
    require(tx.actor, "newcomer.release")
    if user.id == tx.actor.user_id:
        raise Refused(Words(N_("Nobody ends his own time as a newcomer; another supervisor does.")), 403)
    if tx.actor.office_id not in (None, user.office_id):
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    user.newcomer_until = until


def _grant(tx: Tx, user: User, roles: frozenset[str], grade: int, office_id: int | None) -> None:
    """Roles and grade from now on, or as soon as a second person has agreed; what was asked before is dropped with any
    other choice."""
    held = {r.role for r in user.roles}
    asked = grants.waiting(tx.session, user.id)
    if asked is not None and frozenset(asked.roles) == roles and asked.grade == grade:
        return
    if grants.must_wait(tx, user.id, held, user.grade, roles, grade, office_id):
        grants.ask(tx, user, roles, grade)
        return
    if tx.actor.user_id is not None and grants.steers(held, user.grade, roles, grade):
        grants.ask(tx, user, roles, grade, alone=True)
    else:
        grants.drop(tx, user)
    set_roles(tx, user, roles)
    user.grade = grade


def check_place(roles: frozenset[str], grade: int, office: Office | None) -> None:
    """Raise Refused (422) for a grade outside 1 to 4, or an agent without an office."""
    if not 1 <= grade <= 4:
        raise Refused(Words(N_("The grade is a number from 1 to 4.")), 422, "grade")
    if "agent" in roles and office is None:
        raise Refused(Words(N_("An agent belongs to an office.")), 422, "office")


def self_favour(user: User, grade: int, expires_on: date | None) -> Refused | None:
    """Why somebody may not change his own account so: a higher grade or a later end is another's to give (E-18)."""
    if grade > user.grade:
        return Refused(Words(N_("Nobody raises his own grade; another administrator does.")), 403, "grade")
    if user.expires_on is not None and (expires_on is None or expires_on > user.expires_on):
        return Refused(Words(N_("Nobody extends his own account; another administrator does.")), 403, "expires_on")
    return None


def lasting_admins(session: Session) -> set[int]:
    """Ids of the administrators who are enabled and do not expire."""
    found = select(User.id).join(UserRole).where(UserRole.role == "admin", User.disabled_at.is_(None))
    return set(session.scalars(found.where(User.expires_on.is_(None))))


def check_administered(session: Session, user: User, keeps: bool) -> None:
    """Raise Refused (409) when the desk would have no lasting administrator left; `keeps`: this one stays one."""
    lasting = lasting_admins(session)
    if not keeps and user.id in lasting and not lasting - {user.id}:
        raise Refused(
            Words(N_("This is the last administrator without an end date. Make another one first.")), 409, "roles"
        )


def set_password(tx: Tx, user: User, password: str, one_time: bool = False) -> None:
    """A new password; every session of the account ends."""
    user.password_hash = hashed(password)
    user.password_version += 1
    user.must_change = one_time
    end_sessions(tx, user)


def one_time_password() -> str:
    """Something that can be read over the phone once."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def end_sessions(tx: Tx, user: User) -> None:
    """Sign the account out everywhere."""
    tx.session.execute(
        update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None)).values(ended_at=tx.at)
    )


def enable(user: User) -> None:
    """Let a disabled account sign in again."""
    user.disabled_at = None


def open_matters(session: Session, user: User) -> int:
    """How many open cases the account owns, works on or has been offered."""
    mine = or_(Case.owner_id == user.id, Case.assignee_id == user.id, Case.offered_to_id == user.id)
    return session.scalar(unseen(select(func.count()).select_from(Case).where(mine, Case.closed_at.is_(None)))) or 0


def log_attempt(tx: Tx, username: str, address: str, ok: bool) -> None:
    """Write the security log."""
    tx.add(SignIn(at=tx.at, username=username[:120], address=address, ok=ok))


def usable(user: User | None) -> bool:
    """Whether the account may sign in today."""
    return (
        user is not None and user.disabled_at is None and (user.expires_on is None or user.expires_on >= now().date())
    )


def supervisors(session: Session, office_id: int) -> list[User]:
    """The supervisors of an office who are there, by name."""
    here = or_(User.office_id == office_id, User.office_id.is_(None))
    found = select(User).join(UserRole).where(UserRole.role == SUPERVISOR, User.disabled_at.is_(None), here)
    return list(session.scalars(unseen(found.order_by(User.display, User.id))))

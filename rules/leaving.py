"""Who takes what a person leaves behind, so that nothing is ownerless (E-10): matters, reminders, own customers.

Work goes to a colleague who may see it, or into the pool of its office, where it is claimed. A matter that a colleague
already works on becomes his own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Case, Customer, Turn, User, UserRole
from rules import absences, accounts
from rules.accounts import check_administered, end_sessions, open_matters
from rules.policy import WRITERS, unseen
from rules.store import Tx
from rules.words import N_, Refused, Words
from rules.workflow import KINDS, settle

POOL = "pool"


def successors(session: Session, user: User) -> list[User]:
    """Colleagues who could take a person's work: enabled, writing, of the same office or of none."""
    writes = exists().where(UserRole.user_id == User.id, UserRole.role.in_(sorted(WRITERS)))
    found = select(User).where(writes, User.disabled_at.is_(None), User.id != user.id).order_by(User.display)
    if user.office_id is not None:
        found = found.where(or_(User.office_id == user.office_id, User.office_id.is_(None)))
    return list(session.scalars(found))


def own_customers(session: Session, user: User) -> int:
    """How many customers have the person as their own agent (ORG-01)."""
    found = select(func.count()).select_from(Customer).where(Customer.agent_id == user.id)
    return session.scalar(unseen(found)) or 0


def loses_work(user: User, roles: frozenset[str], office_id: int | None) -> bool:
    """Whether an account with these roles in this office could no longer work on what it has open."""
    return not roles & WRITERS or (office_id is not None and office_id != user.office_id)


def disable(tx: Tx, user: User, to: User | None, customers: bool = False) -> int:
    """Disable an account, end its sessions and pass its work on: to `to`, or into the pool when None.

    Returns how many matters were passed on. Raises Refused: 409 oneself or the last administrator, 422 a colleague
    who cannot take the work.
    """
    if user.id == tx.actor.user_id:
        raise Refused(Words(N_("Nobody disables his own account; another administrator does.")))
    if user.disabled_at is not None:
        raise Refused(Words(N_("This account is disabled already.")))
    check_administered(tx.session, user, keeps=False)
    absences.drop(tx, user)
    count = hand_over(tx, user, to, customers)
    user.disabled_at = tx.at
    end_sessions(tx, user)
    return count


def hand_over(tx: Tx, user: User, to: User | None, customers: bool = False) -> int:
    """Pass all open work of a person on; returns the number of matters. Raises Refused (422) for an unfit colleague."""
    if to is not None and to.id not in {each.id for each in successors(tx.session, user)}:
        raise Refused(Words(N_("Choose a colleague of this office who works on matters, or the pool.")), 422, "to")
    cases = open_cases(tx.session, user)
    for case in cases:
        _pass_on(case, user, to if to is not None and to.office_id in (None, case.office_id) else None)
    tx.session.flush()
    for case in cases:
        settle(tx, case)
    _reminders(tx, user, to)
    if customers and to is not None:
        _customers(tx, user, to)
    return len(cases)


def hand_over_to_colleague(tx: Tx, user: User, to: User) -> int:
    """As `hand_over`, for a person who stays in the house: only to somebody who may see every one of the matters."""
    if to.office_id is not None and any(case.office_id != to.office_id for case in open_cases(tx.session, user)):
        raise Refused(
            Words(N_("%(name)s cannot see all of these matters. Choose somebody else."), name=to.display), 422, "to"
        )
    return hand_over(tx, user, to)


def change(tx: Tx, user: User, to: User | None, **values: Any) -> None:
    """Change an account as `accounts.change` does; when the person can then no longer work on what he has open, `to`
    takes it first. Raises Refused (422, "to") when nobody is named."""
    office_id = values["office"].id if values["office"] else None
    if loses_work(user, values["roles"], office_id):
        absences.drop(tx, user)
    if loses_work(user, values["roles"], office_id) and (count := open_matters(tx.session, user)):
        if to is None:
            why = N_("%(n)s open matters stay behind in the old place. Say who takes them.")
            raise Refused(Words(why, n=count), 422, "to")
        hand_over_to_colleague(tx, user, to)
    accounts.change(tx, user, **values)


def open_cases(session: Session, user: User) -> list[Any]:
    """The open matters that a person owns, works on or has been offered, each whole."""
    found: list[Any] = []
    for flow in KINDS.values():
        model: Any = flow.model
        mine = or_(model.owner_id == user.id, model.assignee_id == user.id, model.offered_to_id == user.id)
        wanted = select(model).where(mine, model.closed_at.is_(None)).order_by(model.id)
        loads = [joinedload(model.assignee), *(selectinload(getattr(model, name)) for name in flow.loads)]
        found += session.scalars(unseen(wanted.options(*loads))).unique()
    return found


def _pass_on(case: Case, user: User, to: User | None) -> None:
    """One matter: to the colleague, else to who works on it already, else into the pool (claiming moves it, E-10)."""
    if case.offered_to_id == user.id:
        case.offered_to_id = None
    works_on_it = case.assignee_id == user.id
    if case.owner_id == user.id and (to is not None or (not works_on_it and case.assignee.disabled_at is None)):
        case.owner_id = to.id if to is not None else case.assignee_id
    if works_on_it and to is not None:
        case.assignee_id, case.pooled = to.id, False
    elif works_on_it or case.owner_id == user.id:
        case.pooled = True


def _reminders(tx: Tx, user: User, to: User | None) -> None:
    """Reminders follow the work; into the pool they do not go, the matter stands there itself."""
    mine = select(Turn).where(Turn.user_id == user.id, Turn.what == "remind", Turn.closed_at.is_(None))
    for turn in tx.session.scalars(unseen(mine)):
        if to is not None and to.office_id in (None, turn.office_id):
            turn.user_id = to.id
        else:
            turn.closed_at = tx.at


def _customers(tx: Tx, user: User, to: User) -> None:
    mine = select(Customer).where(Customer.agent_id == user.id)
    for customer in tx.session.scalars(unseen(mine)):
        if to.office_id in (None, customer.office_id):
            customer.agent_id = to.id

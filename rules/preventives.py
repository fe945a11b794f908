"""Lasting measures after complaints: who does what by when, and what came of it (CMP-21)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Case, Office, Preventive, User, UserRole, db
from rules import notices, store
from rules.policy import AUDITOR, WRITERS, unseen, visible
from rules.store import Actor, Tx, system, write_tx
from rules.words import N_, Refused, Words
from rules.workflow import Act

PAGE = 200
Line = tuple[Preventive, str, str]  # with ref and title of its complaint


def today(session: Session, office_id: int, at: datetime) -> date:
    """The day it is at an office."""
    zone = session.scalar(select(Office.zone).where(Office.id == office_id)) or "Asia/Shanghai"
    return at.astimezone(ZoneInfo(zone)).date()


def add(act: Act) -> None:
    """A measure with its owner and day. Raises Refused (422) for a day that is past or a person of another office."""
    data, tx, case = act.data, act.write, act.case
    if data["due_on"] < today(tx.session, case.office_id, act.at):
        raise Refused(Words(N_("That day is past; choose a later one.")), 422, "due_on")
    if str(data["owner_id"]) not in dict(owners(tx.session, case.office_id)):
        raise Refused(Words(N_("Choose a colleague of this office.")), 422, "owner_id")
    tx.add(Preventive(
        case_id=case.id, office_id=case.office_id, cause=data["cause"], action=data["action"], owner_id=int(data["owner_id"]),
        due_on=data["due_on"], made_at=act.at, made_by_id=act.who.user_id,
    ))  # fmt: skip


def owners(session: Session, office_id: int) -> list[tuple[str, str]]:
    """Who can be given a measure, as choices (id, name)."""
    writes = select(UserRole.user_id).where(UserRole.role.in_(WRITERS))
    found = select(User.id, User.display, User.name).where(
        User.id.in_(writes), User.disabled_at.is_(None), (User.office_id == office_id) | User.office_id.is_(None)
    )
    return [
        (str(i), f"{display} {name}") for i, display, name in session.execute(found.order_by(User.display, User.id))
    ]


def of_case(session: Session, case_id: int) -> Sequence[Preventive]:
    """The measures of a complaint, oldest first, with their owners."""
    found = select(Preventive).where(Preventive.case_id == case_id).order_by(Preventive.id)
    return session.scalars(unseen(found.options(joinedload(Preventive.owner)))).all()


def listing(session: Session, who: Actor, over: bool = False) -> list[Line]:
    """The measures that a person sees: those still open with the first due first, or `over`: the newest done ones."""
    found = (
        select(Preventive, Case.ref, Case.title)
        .join(Case, Case.id == Preventive.case_id)
        .options(joinedload(Preventive.owner))
        .limit(PAGE)
    )
    if over:
        found = found.where(Preventive.done_at.is_not(None)).order_by(Preventive.done_at.desc(), Preventive.id)
    else:
        found = found.where(Preventive.done_at.is_(None)).order_by(Preventive.due_on, Preventive.id)
    return [(row, ref, title) for row, ref, title in session.execute(visible(who, found, Preventive))]


def finish(tx: Tx, preventive_id: int, result: str) -> Preventive:
    """Done, with what came of it. Raises Refused: 404 unseen, 409 done already, 403 for others than owner and leaders."""
    found = select(Preventive).where(Preventive.id == preventive_id)
    row: Preventive | None = tx.session.scalars(visible(tx.actor, found, Preventive)).first()
    if row is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if row.done_at is not None:
        raise Refused(Words(N_("This measure is done already.")), 409)
    if not may_finish(tx.actor, row):
        raise Refused(Words(N_("Only the one who answers for it or a supervisor can do this.")), 403)
    row.done_at, row.done_by_id, row.result = tx.at, tx.actor.user_id, result
    return row


def may_finish(who: Actor, row: Preventive) -> bool:
    """Its owner, who made it, or a supervisor says that it is done."""
    return who.user_id in (row.owner_id, row.made_by_id) or "supervisor" in who.roles


# ------------------------------------------------------------------------------------------ what is overdue


def nightly(rest: Callable[[], None]) -> dict[str, int]:
    """Tell owners and auditors once of every measure whose day is past; counts the lines."""
    told = 0
    for preventive_id in _overdue(db.session(), store.now()):
        with write_tx(system("tick"), "notice") as tx:
            told += _tell(tx, preventive_id)
        rest()
    return {"measures": told}


def _overdue(session: Session, at: datetime) -> list[int]:
    found = select(Preventive.id, Preventive.office_id, Preventive.due_on).where(Preventive.done_at.is_(None))
    rows = session.execute(unseen(found.order_by(Preventive.due_on, Preventive.id))).all()
    days = {office: today(session, office, at) for office in {row.office_id for row in rows}}
    session.rollback()
    return [row.id for row in rows if row.due_on < days[row.office_id]]


def _tell(tx: Tx, preventive_id: int) -> int:
    row: Any = tx.session.scalars(unseen(select(Preventive).where(Preventive.id == preventive_id))).one()
    if row.done_at is not None:
        return 0
    auditors = select(UserRole.user_id).join(User).where(UserRole.role == AUDITOR, User.disabled_at.is_(None))
    text = Words(N_("Measure overdue since %(day)s: %(action)s"), day=row.due_on.isoformat(), action=row.action)
    return sum(
        notices.tell(tx, user_id, "measure", text, f"measure:{row.id}:{row.due_on}:{user_id}", office_id=row.office_id,
                     case_id=row.case_id)
        for user_id in dict.fromkeys((row.owner_id, *tx.session.scalars(auditors)))
    )  # fmt: skip

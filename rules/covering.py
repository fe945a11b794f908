"""Entering and ending an absence, and moving the open work to the cover and back (ORG-01).

The work moves by settling the turns of the open matters anew, a few per write: doing it twice changes nothing, so a
run that broke off is simply made again.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Absence, Office, User, db
from rules import leaving, matters
from rules.policy import AUDITOR, SUPERVISOR
from rules.store import Actor, Tx, now, system, write_tx
from rules.words import N_, Refused, Words
from rules.workflow import settle

CHUNK = 25


def enter(tx: Tx, user: User, cover: User, first: date, last: date, reason: str) -> Absence:
    """Enter an absence from `first` to `last` (days of the person's office). Raises Refused: 403 for somebody else's
    absence unless one leads the office; 422 days, cover or overlap."""
    _check_right(tx.actor, user)
    begins, ends = _midnight(tx.session, user, first), _midnight(tx.session, user, last + timedelta(days=1))
    if last < first:
        raise Refused(Words(N_("The last day comes before the first.")), 422, "last")
    if ends <= tx.at:
        raise Refused(Words(N_("These days are over.")), 422, "last")
    if cover.id not in {each.id for each in leaving.successors(tx.session, user)}:
        raise Refused(Words(N_("Choose a colleague of this office.")), 422, "cover")
    if cover.office_id is not None and user.office_id is None:
        why = N_("%(name)s cannot see all of these matters. Choose somebody else.")
        raise Refused(Words(why, name=cover.display), 422, "cover")
    _check_free(tx.session, user, begins, ends, "first", N_("%(name)s is entered as absent in these days already."))
    _check_free(
        tx.session, cover, begins, ends, "cover", N_("%(name)s is away in these days too. Choose somebody else.")
    )
    made: Absence = tx.add(Absence(
        user_id=user.id, cover_id=cover.id, from_at=begins, until_at=ends, reason=reason, by_id=tx.actor.user_id,
        made_at=tx.at,
    ))  # fmt: skip
    return made


def revoke(tx: Tx, absence: Absence) -> None:
    """End an absence now. Raises Refused (403, 409 when it is over)."""
    _check_right(tx.actor, absence.user)
    if absence.revoked_at is not None or absence.until_at <= tx.at:
        raise Refused(Words(N_("This absence is over already.")))
    absence.revoked_at = tx.at


def listed(session: Session, who: Actor, at: datetime) -> list[Absence]:
    """Absences that are not over: the person's own, and those he covers; for a supervisor all of his office."""
    found = select(Absence).join(User, User.id == Absence.user_id).where(
        Absence.until_at > at, Absence.revoked_at.is_(None)
    )  # fmt: skip
    if SUPERVISOR not in who.roles:
        found = found.where(or_(Absence.user_id == who.user_id, Absence.cover_id == who.user_id))
    elif who.office_id is not None:
        found = found.where(or_(User.office_id == who.office_id, User.office_id.is_(None)))
    found = found.options(joinedload(Absence.user), joinedload(Absence.cover)).order_by(Absence.from_at, Absence.id)
    return list(session.scalars(found.limit(matters.MOST)))


def due(session: Session, at: datetime) -> list[int]:
    """The absences whose begin or end has not been carried out yet, read without a lock."""
    return list(session.scalars(select(Absence.id).where(_turned(at)).order_by(Absence.id)))


def carry_out() -> int:
    """Move the open work of everybody whose absence has begun or ended since the last run; returns how many matters
    were settled anew. Safe to run twice, at once, or again after a crash."""
    at = now()
    return sum(_carry_out(absence_id, at) for absence_id in due(db.session(), at))


def _carry_out(absence_id: int, at: datetime) -> int:
    user_id = db.session.get_one(Absence, absence_id).user_id
    ids = sorted({*matters.open_ids(db.session(), user_id), *matters.deciding_ids(db.session(), user_id)})
    for start in range(0, len(ids), CHUNK):
        with write_tx(system("absence"), "absence.turn") as tx:
            for case in matters.whole(tx.session, ids[start : start + CHUNK]):
                settle(tx, case)
    with write_tx(system("absence"), "absence.turn") as tx:
        absence = tx.session.get_one(Absence, absence_id)
        absence.began_at = absence.began_at or at
        if absence.revoked_at is not None or absence.until_at <= at:
            absence.ended_at = absence.ended_at or at
    return len(ids)


def _turned(at: datetime) -> ColumnElement[bool]:
    """Begun and not yet carried out, or carried out and over since."""
    begun = and_(
        Absence.began_at.is_(None), Absence.from_at <= at, or_(Absence.revoked_at.is_(None), Absence.revoked_at > Absence.from_at)
    )  # fmt: skip
    over = and_(
        Absence.began_at.is_not(None), Absence.ended_at.is_(None), or_(Absence.until_at <= at, Absence.revoked_at.is_not(None))
    )  # fmt: skip
    return or_(begun, over)


def _check_right(who: Actor, user: User) -> None:
    leads = SUPERVISOR in who.roles and AUDITOR not in who.roles and who.office_id in (None, user.office_id)
    if who.user_id != user.id and not leads:
        raise Refused(Words(N_("Only the person or a supervisor of the office can do this.")), 403)


def _check_free(session: Session, user: User, begins: datetime, ends: datetime, field: str, why: str) -> None:
    overlap = (Absence.from_at < ends, Absence.until_at > begins, Absence.revoked_at.is_(None))
    if session.scalar(select(Absence.id).where(Absence.user_id == user.id, *overlap).limit(1)):
        raise Refused(Words(why, name=user.display), 422, field)


def zone_of(session: Session, user: User) -> ZoneInfo:
    """The zone in which a person's days begin."""
    office = session.get(Office, user.office_id) if user.office_id else None
    return ZoneInfo(office.zone if office else "Asia/Shanghai")


def _midnight(session: Session, user: User, on: date) -> datetime:
    return datetime.combine(on, time(), zone_of(session, user))

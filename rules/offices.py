"""Offices: making one with its zone and the known holidays of the years around now (E-32, E-34)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import CalendarDay, Office
from rules import figures, register
from rules.fields import clean
from rules.holidays_cn import known_days
from rules.hours import read_hours
from rules.store import Tx
from rules.words import N_, Refused, Words


def add(tx: Tx, code: str, name: str, zone: str = "Asia/Shanghai", hours: str | None = None) -> Office:
    """Make an office. Raises Refused (422): code taken or empty, unknown zone, hours that cannot be read."""
    code, name = (clean(code) or "")[:40], (clean(name) or "")[:120]
    if not code or not name:
        raise Refused(Words(N_("An office has a code and a name.")), 422, "code")
    if tx.session.scalar(select(Office.id).where(Office.code == code)):
        raise Refused(Words(N_("There is an office “%(code)s” already."), code=code), 422, "code")
    if zone not in available_timezones():
        raise Refused(Words(N_("“%(zone)s” is no time zone; write it like Asia/Shanghai."), zone=zone), 422, "zone")
    if hours:
        read_hours(hours)
    office: Office = tx.add(Office(code=code, name=name, zone=zone, created_at=tx.at))
    if hours:
        figures.change(tx, "desk.hours", hours, office.id)
    know_years(tx, (tx.at.year - 1, tx.at.year, tx.at.year + 1, tx.at.year + 2))
    return office


def first(session: Session) -> int | None:
    """The oldest office, under which stands what belongs to none in particular."""
    return session.scalar(select(func.min(Office.id)))


def edit(tx: Tx, office: Office, name: str, zone: str, times: Mapping[str, Any]) -> None:
    """Rename an office, set its zone, and the figures of its desk hours that `times` names (desk.hours, desk.days,
    desk.duty_24h) from now on. Raises Refused (422) for an unknown zone or an empty name."""
    if zone not in available_timezones():
        raise Refused(Words(N_("“%(zone)s” is no time zone; write it like Asia/Shanghai."), zone=zone), 422, "zone")
    if not name:
        raise Refused(Words(N_("An office has a code and a name.")), 422, "name")
    office.name, office.zone = name, zone
    for key, value in times.items():
        if figures.figure(tx.session, key, office.id) != value:
            register.change(tx, key, value, office.id)


def know_years(tx: Tx, years: tuple[int, ...]) -> None:
    """Store the holidays and make-up days of years that have no rows yet; unannounced years provisionally."""
    known = {day.year for day in tx.session.scalars(select(CalendarDay.day).where(CalendarDay.office_id.is_(None)))}
    for year in years:
        for row in known_days(year) if year not in known else ():
            tx.session.add(CalendarDay(
                day=row.day, kind=row.kind, name=row.name, source=row.source, provisional=row.provisional, spans=row.spans,
            ))  # fmt: skip
    tx.session.flush()

"""Tariffs: what a lane costs with a carrier while it is valid; which fit an inquiry; which open quotations a new one touches
(INQ-19). Of several of one series that are valid on a day, the one that began last holds. Amounts are minor units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from models import Inquiry, Tariff
from rules import ports
from rules.policy import AGENT, SUPERVISOR, unseen, visible
from rules.prices import FREIGHT
from rules.store import Actor, now

SERIES = ("office_id", "mode", "carrier", "origin", "destination", "item", "unit")
MOST = 8  # lines shown beside an inquiry
BOXES = {"20": "20GP", "40": "40GP", "40HQ": "40HQ"}  # an inquiry's container → the unit of a tariff
_APART = re.compile(r"\s*(?:→|⇒|->|=>|—|–|-|>|到|至|/|,|，|、|;|；|\bto\b)\s*", re.IGNORECASE)
FLOOR_ROLES = frozenset({AGENT, SUPERVISOR})


def sees_floor(who: Actor) -> bool:
    """Whether a person is shown floor prices: those who quote, on the page only (INQ-16)."""
    return bool(who.roles & FLOOR_ROLES)


def series(tariff: Tariff) -> tuple[Any, ...]:
    """What makes two tariffs the same price at different times."""
    return tuple(_folded(value) if isinstance(value := getattr(tariff, name), str) else value for name in SERIES)


def valid_on(day: date) -> ColumnElement[bool]:
    """Begun, not over and not withdrawn on a day."""
    until = or_(Tariff.valid_until.is_(None), Tariff.valid_until >= day)
    return and_(Tariff.valid_from <= day, until, Tariff.withdrawn_at.is_(None))


def holding(found: Iterable[Tariff]) -> list[Tariff]:
    """Of each series the one that began last, in the order given."""
    latest: dict[tuple[Any, ...], Tariff] = {}
    for tariff in found:
        other = latest.setdefault(series(tariff), tariff)
        if (tariff.valid_from, tariff.id) > (other.valid_from, other.id):
            latest[series(tariff)] = tariff
    chosen = {tariff.id for tariff in latest.values()}
    return [tariff for tariff in found if tariff.id in chosen]


def today(zone: str) -> date:
    """The day in an office's zone."""
    return now().astimezone(ZoneInfo(zone)).date()


# ------------------------------------------------------------------------------------------ for an inquiry


def ends(lane: str | None) -> tuple[list[str], list[str]]:
    """Where a lane begins and where it leads, each as the names that it may be called by, folded."""
    text = unicodedata.normalize("NFKC", lane or "").strip()
    parts = [part for part in _APART.split(text) if len(part) > 1]
    if len(parts) < 2:
        found = ports.places(text)
        parts = found if len(found) > 1 else parts
    if len(parts) < 2:
        return [], _names(parts)
    return _names(parts[:1]), _names(parts[1:])


def _names(parts: list[str]) -> list[str]:
    return list(dict.fromkeys(_folded(name) for part in parts for name in (part, *ports.places(part))))


def _folded(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip().lower()


def _called(column: Any, names: list[str]) -> ColumnElement[bool]:
    """A place of the table that holds one of the names, or is part of one: 蒙巴萨/达市, 洛杉矶 in 洛杉矶港."""
    lower = func.lower(column)
    inside = [lower.contains(name, autoescape=True) for name in names]
    return or_(*inside, *(literal(name).contains(lower) for name in names))


def matching(session: Session, case: Inquiry) -> list[Tariff]:
    """The tariffs that fit a price inquiry today, the best first, at most eight; none without a lane (INQ-19).

    Best: from the same origin, in the container or unit that is asked for, the freight before what is added to it, then the
    cheapest. Other origins count only when none is served from the one that is asked for.
    """
    origins, destinations = ends(case.lane)
    if case.topic != "price" or not destinations:
        return []
    zone = case.office.zone if case.office is not None else "Asia/Shanghai"
    wanted = select(Tariff).where(
        Tariff.office_id == case.office_id, valid_on(today(zone)), _called(Tariff.destination, destinations)
    )
    found = holding(list(session.scalars(unseen(wanted))))
    near = [tariff for tariff in found if names_place(tariff.origin, origins)]
    return sorted(near or found, key=lambda tariff: _rank(case, tariff))[:MOST]


def names_place(place: str, names: list[str]) -> bool:
    """Whether a tariff's place is one of the names, holds one or is part of one."""
    here = _folded(place)
    return any(name in here or here in name for name in names)


def _rank(case: Inquiry, tariff: Tariff) -> tuple[Any, ...]:
    cargo = case.cargo or {}
    units = _units(case.goods, cargo)
    other_mode = case.goods == "chemical" and tariff.mode != "road"
    freight = tariff.item in (FREIGHT[tariff.mode], "all_in")
    return (
        other_mode,
        bool(units) and tariff.unit not in units,
        not freight,
        tariff.currency,
        tariff.selling_minor,
        tariff.id,
    )


def _units(goods: str, cargo: Mapping[str, Any]) -> tuple[str, ...]:
    """In which units the goods are priced; empty: any."""
    if box := BOXES.get(str(cargo.get("container"))):
        return (box,)
    return {"lcl": ("cbm", "wm", "t", "kg"), "chemical": ("truck", "t", "kg")}.get(goods, ())


# ------------------------------------------------------------------------------------------ the table


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed by: words of the lane, carrier, mode, and a day on which it is valid (None: any)."""

    lane: str = ""
    carrier: str = ""
    mode: str | None = None
    day: date | None = None


def listed(who: Actor, wanted: Wanted, after: int | None = None) -> Select[Any]:
    """The tariffs that `who` may see, by destination, after the one that was seen last."""
    found = visible(who, select(Tariff).order_by(Tariff.destination, Tariff.id), Tariff)
    for name in filter(None, (_folded(part) for part in _APART.split(wanted.lane))):
        both = or_(func.lower(Tariff.origin).contains(name, autoescape=True), _called(Tariff.destination, [name]))
        found = found.where(both)
    if wanted.carrier:
        found = found.where(func.lower(Tariff.carrier).contains(_folded(wanted.carrier), autoescape=True))
    if wanted.mode:
        found = found.where(Tariff.mode == wanted.mode)
    if wanted.day:
        found = found.where(valid_on(wanted.day))
    if after is not None:
        last = select(Tariff.destination).where(Tariff.id == after).scalar_subquery()
        found = found.where(or_(Tariff.destination > last, and_(Tariff.destination == last, Tariff.id > after)))
    return found


def of(session: Session, who: Actor, tariff_id: int) -> Tariff | None:
    """One tariff that `who` may see."""
    return session.scalars(visible(who, select(Tariff).where(Tariff.id == tariff_id), Tariff)).first()


def line_of(session: Session, found: list[Tariff]) -> dict[tuple[Any, ...], list[Tariff]]:
    """All tariffs of the same series as those in `found`, the newest first; withdrawn ones are left out."""
    if not found:
        return {}
    lanes = {(t.office_id, t.destination) for t in found}
    wanted = select(Tariff).where(
        Tariff.office_id.in_({office for office, _ in lanes}), Tariff.destination.in_({place for _, place in lanes}),
        Tariff.withdrawn_at.is_(None),
    )  # fmt: skip
    known: dict[tuple[Any, ...], list[Tariff]] = {series(t): [] for t in found}
    for tariff in session.scalars(unseen(wanted.order_by(Tariff.valid_from.desc(), Tariff.id.desc()))):
        if series(tariff) in known:
            known[series(tariff)].append(tariff)
    return known


def before(tariff: Tariff, line: list[Tariff]) -> Tariff | None:
    """The one that held before `tariff`, of its `line` (the newest first)."""
    return next((t for t in line if (t.valid_from, t.id) < (tariff.valid_from, tariff.id)), None)

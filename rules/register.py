"""The register of figures as people read and change it: what is typed, how it is shown, what waits for agreement (E-18)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Office, Setting, User
from rules import figures, ports, rungs, telling
from rules.accounts import by_name, login_name
from rules.defaults import CEILINGS, COLUMNS, UNITS
from rules.figures import DEFAULTS, SECOND_PERSON
from rules.hours import format_hours, read_hours
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
YES_NO = {True: N_("yes"), False: N_("no")}
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
SEVERAL = ("weekdays", "yes", "regions")  # of which several may be ticked
MOST_MINUTES = 60 * 24 * 60  # two months


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a figure: who set what when, and where. `by` and `agreed` are names; `waits`: a second person must agree."""

    id: int
    key: str
    label: str | Words
    value: Any
    at: Any
    office: str | None
    office_id: int | None
    by: str | None
    agreed: str | None
    waits: bool


def shape(key: str) -> str:
    """How a figure is written: "yes", "weekdays", "hours", "minutes", or a unit of `defaults.UNITS`. KeyError for an
    unknown one."""
    default = DEFAULTS[key][0]
    if key in UNITS:
        return UNITS[key]
    if isinstance(default, bool):
        return "yes"
    return "minutes" if isinstance(default, int) else "weekdays" if isinstance(default, list) else "hours"


def read(key: str, typed: list[str]) -> Any:
    """The value of what was typed (one text, several weekdays, the cells of a table). Raises Refused (422) saying how to
    write it."""
    kind = shape(key)
    first = typed[0].strip() if typed else ""
    if kind == "minutes":
        return _whole(
            first, 0 if key in rungs.FIGURES else 1, MOST_MINUTES
        )  # a rung may be reached the moment it is late
    if kind == "table":
        return _table(key, typed)
    return _READ[kind](typed if kind in SEVERAL else first)


def _whole(typed: str, least: int, most: int) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 12 or not least <= int(typed) <= most:
        why = N_("Write a whole number from %(least)s to %(most)s.")
        raise Refused(Words(why, least=least, most=most), 422, "value")
    return int(typed)


def _table(key: str, typed: list[str]) -> dict[str, list[int]]:
    """The cells row by row, as many as the default has."""
    rows, columns = DEFAULTS[key][0], COLUMNS[key]
    cells = [_whole(cell.strip(), 1, MOST_MINUTES) for cell in typed]
    if len(cells) != len(rows) * len(columns):
        raise Refused(Words(N_("Fill in every cell of the table.")), 422, "value")
    return {row: cells[i * len(columns) : (i + 1) * len(columns)] for i, row in enumerate(rows)}


def _money(typed: str) -> int:
    if not _AMOUNT.fullmatch(typed):
        raise Refused(Words(N_("Write an amount like 300 or 300.50.")), 422, "value")
    return int(Decimal(typed) * 100)


def _time(typed: str) -> str:
    if not _CLOCK.fullmatch(typed):
        raise Refused(Words(N_("Write a time of day like 08:00.")), 422, "value")
    return typed


def _text(typed: str) -> str:
    if not typed or len(typed) > 60:
        raise Refused(Words(N_("Write a short text.")), 422, "value")
    return typed


def _login(typed: str) -> str:
    """A sign-in name; empty means nobody."""
    return login_name(typed) if typed else ""


def _days(typed: list[str]) -> list[int]:
    if not typed or not set(typed) <= set("0123456"):
        raise Refused(Words(N_("Choose at least one working day.")), 422, "value")
    return sorted({int(day) for day in typed})


def _regions(typed: list[str]) -> str:
    """Regions as lanes are told apart, one after the other with commas."""
    if not typed or not set(typed) <= set(ports.REGIONS):
        raise Refused(Words(N_("Choose at least one region.")), 422, "value")
    return ",".join(code for code in ports.REGIONS if code in typed)


def _hours(typed: str) -> str:
    try:
        spans = read_hours(typed)
    except Refused as no:
        raise Refused(no.why, 422, "value") from no
    if not spans:
        raise Refused(Words(N_("Write the desk hours, for example 09:00-18:00.")), 422, "value")
    return format_hours(spans)


_READ: dict[str, Callable[[Any], Any]] = {
    "yes": lambda typed: typed[:1] == ["yes"], "weekdays": _days, "hours": _hours, "money": _money, "time": _time, "text": _text,
    "regions": _regions, "login": _login, "seconds": partial(_whole, least=0, most=600),
    "percent": partial(_whole, least=0, most=100), "days": partial(_whole, least=0, most=3650),
    "working_days": partial(_whole, least=0, most=3650), "number": partial(_whole, least=0, most=1000),
    "tonnes": partial(_whole, least=1, most=1000),
}  # fmt: skip


def written(key: str, value: Any) -> list[str]:
    """A value as `read` takes it."""
    kind = shape(key)
    if kind == "yes":
        return ["yes" if value else "no"]
    if kind == "table":
        return [str(cell) for row in DEFAULTS[key][0] for cell in value.get(row, DEFAULTS[key][0][row])]
    if kind == "money":
        return [f"{Decimal(value) / 100:.2f}"]
    if kind == "regions":
        return str(value).split(",")
    return [str(day) for day in value] if kind == "weekdays" else [str(value)]


_SHOWN = {
    "minutes": N_("%(n)s min"), "days": N_("%(n)s days"), "working_days": N_("%(n)s working days"),
    "percent": N_("%(n)s %%"), "tonnes": N_("%(n)s t"), "seconds": N_("%(n)s s"),
}  # fmt: skip


def shown(key: str, value: Any) -> Words | str:
    """A value for people."""
    kind = shape(key)
    if kind == "yes":
        return Words(YES_NO[bool(value)])
    if kind in _SHOWN:
        return Words(_SHOWN[kind], n=value)
    if kind == "money":
        return telling.money(value, "CNY")
    if kind == "login" and not value:
        return Words(N_("nobody"))
    if kind == "table":
        return "; ".join(f"{row}: {' / '.join(map(str, value[row]))}" for row in DEFAULTS[key][0] if row in value)
    if kind == "regions":
        names = {code: Words(ports.REGIONS[code]) for code in str(value).split(",") if code in ports.REGIONS}
        return Words("; ".join(f"%({code})s" for code in names), **names)
    if kind == "weekdays":
        return Words(" ".join(f"%(d{d})s" for d in value), **{f"d{d}": Words(WEEKDAYS[d]) for d in value})
    return str(value)


def change(tx: Tx, key: str, value: Any, office_id: int | None) -> bool:
    """Set a figure from now on; False, writing nothing, when it is in force (or asked for) already."""
    found = newest(tx.session, key, office_id)
    if value == (found.value if found else figures.figure(tx.session, key, office_id)):
        return False
    _check_ceilings(tx, key, value, office_id)
    if shape(key) == "login" and value and by_name(tx.session, value) is None:
        raise Refused(Words(N_("There is no account “%(name)s”."), name=value), 422, "value")
    figures.change(tx, key, value, office_id)
    return True


def _check_ceilings(tx: Tx, key: str, value: Any, office_id: int | None) -> None:
    """A table may only shorten the figure of its column (CF-03)."""
    for place, ceiling in enumerate(CEILINGS.get(key, ())):
        most = figures.figure(tx.session, ceiling, office_id)
        if any(row[place] > most for row in value.values()):
            why = N_("“%(column)s”: at most %(most)s minutes; the table may only shorten that.")
            raise Refused(Words(why, column=Words(COLUMNS[key][place][1]), most=most), 422, "value")


def newest(session: Session, key: str, office_id: int | None) -> Setting | None:
    """The last row written for exactly this office (None: everywhere), agreed to or not."""
    here = Setting.office_id.is_(None) if office_id is None else Setting.office_id == office_id
    return session.scalars(select(Setting).where(Setting.key == key, here).order_by(Setting.id.desc()).limit(1)).first()


def lines(session: Session, key: str | None = None) -> list[Line]:
    """The rows of a figure, or of all, newest first, with names."""
    found = (
        select(Setting, Office.name, User.display)
        .outerjoin(Office, Office.id == Setting.office_id)
        .outerjoin(User, User.id == Setting.by_id)
        .order_by(Setting.id.desc())
    )
    if key is not None:
        found = found.where(Setting.key == key)
    rows = session.execute(found).all()
    names = _names(session, {s.approved_by_id for s, *_ in rows if s.approved_by_id})
    last: dict[tuple[str, int | None], int] = {}
    for s, *_ in rows:
        last.setdefault((s.key, s.office_id), s.id)
    return [
        Line(
            s.id, s.key, DEFAULTS[s.key][1], s.value, s.valid_from, office, s.office_id, by, names.get(s.approved_by_id),
            s.key in SECOND_PERSON and s.approved_by_id is None and last[s.key, s.office_id] == s.id,
        )
        for s, office, by in rows if s.key in DEFAULTS
    ]  # fmt: skip


def _names(session: Session, ids: set[int]) -> dict[int | None, str]:
    rows = session.execute(select(User.id, User.display).where(User.id.in_(ids))).all() if ids else []
    return {row.id: row.display for row in rows}


def waiting(session: Session, who: Actor) -> list[Line]:
    """Changes of figures that a second person has to agree to and that concern the actor's office."""
    return [line for line in lines(session) if line.waits and concerns(who, line.office_id)]


def concerns(who: Actor, office_id: int | None) -> bool:
    """Whether a figure of this office (None: everywhere) is the actor's business."""
    return office_id is None or who.office_id in (None, office_id)


def agree(tx: Tx, setting_id: int) -> Setting:
    """Agree to a changed figure as the second person (E-18).

    Raises Refused: 404 when the actor has no such figure to agree to, 409 when it is agreed to or replaced already,
    403 when the actor changed it himself.
    """
    found = tx.session.get(Setting, setting_id)
    if found is None or found.key not in SECOND_PERSON or not concerns(tx.actor, found.office_id):
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if found.approved_by_id is not None or newest(tx.session, found.key, found.office_id) is not found:
        raise Refused(Words(N_("This figure has been agreed to or changed again meanwhile.")), 409)
    figures.agree(tx, found, tx.actor)
    return found

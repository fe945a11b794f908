"""The register of figures (rulebook appendix A): defaults here, changes as append-only settings rows (E-18).

A clock stores the row it was promised under. Figures that steer approval, compensation or roles take effect only
after a second person has agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from models import Setting
from rules import defaults, rungs
from rules.store import Actor, Tx, now
from rules.words import N_, Refused, Words

DEFAULTS: dict[str, tuple[Any, str | Words]] = {**defaults.DEFAULTS, **rungs.FIGURES}
SECOND_PERSON = defaults.SECOND_PERSON


@dataclass(frozen=True, slots=True)
class Promise:
    """How long something may take: minutes, the settings row that says so (None: the default), and the figure's name
    with row and column of its table: "complaint.by_kind_and_class:A:simple"."""

    minutes: int
    setting_id: int | None
    name: str


def _in_force(key: str) -> ColumnElement[bool]:
    return Setting.approved_by_id.is_not(None) if key in SECOND_PERSON else true()


def row(session: Session, key: str, office_id: int | None, at: datetime | None = None) -> Setting | None:
    """The settings row in force for `key` at a moment: the office's own before the common one; None = default."""
    found = session.scalars(
        select(Setting)
        .where(Setting.key == key, or_(Setting.office_id == office_id, Setting.office_id.is_(None)))
        .where(Setting.valid_from <= (at or now()), _in_force(key))
        .order_by(Setting.office_id.is_(None), Setting.valid_from.desc(), Setting.id.desc())
        .limit(1)
    )
    return found.first()


def figure(session: Session, key: str, office_id: int | None) -> Any:
    """The value in force for `key` (KeyError when the register does not know it)."""
    found = row(session, key, office_id)
    return found.value if found else DEFAULTS[key][0]


def promised(session: Session, name: str, office_id: int | None) -> Promise:
    """The minutes in force for a figure, or for a cell of a table: "key:row:column". A ceiling of the column counts
    where it is lower (CF-03); a row that the table lacks has the ceiling. KeyError for an unknown figure."""
    key, *cell = name.split(":")
    found = row(session, key, office_id)
    value = found.value if found else DEFAULTS[key][0]
    if not cell:
        return Promise(int(value), found.id if found else None, name)
    place = [code for code, _ in defaults.COLUMNS[key]].index(cell[1])
    ceiling = promised(session, defaults.CEILINGS[key][place], office_id)
    minutes = value.get(cell[0], [])[place : place + 1]
    return (
        Promise(int(minutes[0]), found.id if found else None, name)
        if minutes and minutes[0] <= ceiling.minutes
        else ceiling
    )


def figures(session: Session, office_id: int | None) -> dict[str, Any]:
    """All figures in force for an office in one select."""
    rows = session.scalars(
        select(Setting)
        .where(or_(Setting.office_id == office_id, Setting.office_id.is_(None)), Setting.valid_from <= now())
        .order_by(Setting.office_id.is_not(None), Setting.valid_from, Setting.id)
    )
    found = {key: default for key, (default, _) in DEFAULTS.items()}
    found.update({r.key: r.value for r in rows if r.key not in SECOND_PERSON or r.approved_by_id})
    return found


def change(tx: Tx, key: str, value: Any, office_id: int | None) -> Setting:
    """Set a figure from now on. KeyError for an unknown key; types must be those of the default."""
    default = DEFAULTS[key][0]
    if type(value) is not type(default) or (isinstance(default, int) and not 0 <= value <= 10**9):
        raise Refused(Words(N_("Write a whole number from 0 on.")), 422, key)
    return tx.add(Setting(key=key, office_id=office_id, value=value, valid_from=tx.at, by_id=tx.actor.user_id))  # type: ignore[no-any-return]


def agree(tx: Tx, setting: Setting, who: Actor) -> None:
    """A second person agrees to a figure that steers approval or money (E-18); never the one who set it."""
    if setting.by_id == who.user_id:
        raise Refused(Words(N_("The one who changed the figure cannot agree to it.")), 403)
    setting.approved_by_id = who.user_id


def second_look(session: Session, office_id: int | None) -> bool:
    """Whether an office asks a supervisor to look at zero-cost changes before they are carried out (D-01)."""
    return bool(figure(session, "change.zero_cost.second_look", office_id))

"""What records made and edited by hand share: a day field, the version they were read at, the office they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import StringField

from models import Office
from rules.fields import clean
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words


def day_typed(typed: str | None) -> date | None:
    """The day that was typed, None for nothing. Raises Refused (422) for what is no day of this century."""
    text = clean(typed) or ""
    if not text:
        return None
    try:
        found = date.fromisoformat(text.replace("/", "-"))
    except ValueError as no:
        raise Refused(Words(N_("“%(typed)s” is no day. Write it like 2026-11-18."), typed=text[:40]), 422) from no
    if not 2000 <= found.year <= 2100:
        raise Refused(Words(N_("The year must lie between 2000 and 2100.")), 422)
    return found


class Day(StringField):
    """A day, as the browser's date field writes it; the data is a `date`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The day; raises ValueError for what is no day."""
        self.data = None
        try:
            self.data = day_typed(valuelist[0] if valuelist else None)
        except Refused as no:
            raise ValueError(no.why) from no

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""


def check_version(row: Any, version: int | None) -> None:
    """Raise Refused (409) when `row` has been changed since `version` was read; None checks nothing."""
    if version is not None and row.version != version:
        raise Refused(Words(N_("Somebody has changed this meanwhile. Compare, then save again to keep yours.")), 409)


def reason_given(reason: str | None, ask: str = N_("Give the reason; others will read it.")) -> str:
    """The reason, cleaned. Raises Refused (422) when there is none."""
    found = clean(reason)
    if not found:
        raise Refused(Words(ask), 422, "reason")
    return found[:300]


def office_of(tx: Tx, chosen: int | None = None) -> int:
    """The office that a new record belongs to: the actor's, else the chosen one, else the only one. Raises Refused."""
    if tx.actor.office_id is not None:
        return tx.actor.office_id
    known = [int(code) for code, _name in offices(tx.session, tx.actor)]
    if chosen in known:
        return chosen
    if len(known) == 1:
        return known[0]
    raise Refused(Words(N_("Choose the office that this belongs to.")), 422, "office_id")


def offices(session: Session, who: Actor) -> list[tuple[str, str]]:
    """The offices that `who` may choose from, as (id, name)."""
    known = select(Office.id, Office.name).order_by(Office.name)
    if who.office_id is not None:
        known = known.where(Office.id == who.office_id)
    return [(str(key), name) for key, name in session.execute(known)]


def write_values(row: Any, values: dict[str, Any]) -> list[str]:
    """Set the columns of `row` that differ from `values`; returns their names."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def next_number(taken: Iterable[str], prefix: str, width: int) -> str:
    """The number that follows the highest one of a series: FP-25 → FP-26; numbers with letters behind are none of it."""
    held = (number.removeprefix(prefix) for number in taken)
    return f"{prefix}{max((int(n) for n in held if n.isascii() and n.isdigit()), default=0) + 1:0{width}d}"

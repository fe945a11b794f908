"""Where an office's price sheet is kept: tariffs, one row per lane, carrier, charge, unit and first day (INQ-19, E-19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ImportedRow, Tariff
from rules import merging
from rules.fields import EXPONENTS
from rules.merging import Derived, Home, Known, Place
from rules.policy import unseen
from rules.records import Values
from rules.tariff_columns import KIND, item_of, key_of
from rules.tariff_news import tell_owners
from rules.words import N_, Words

ORDERED = (("valid_from", "valid_until"),)


def resolve(values: Values, _refs: Any, _place: Place) -> Values:
    """Values as they are stored: the charge that is meant, amounts in minor units of the row's currency."""
    whole = 10 ** (2 - EXPONENTS[values["currency"]])
    amounts = {
        name: values[name] // whole for name in ("selling", "floor") if name in values and values[name] is not None
    }
    return values | {"item": item_of(values)} | amounts


def load(session: Session, place: Place, rows: list[Values], last: dict[str, ImportedRow]) -> dict[str, Known]:
    """The tariffs of the rows by key."""
    keys = [key_of(values) for values in rows]
    stored = unseen(select(Tariff).where(Tariff.office_id == place.id, Tariff.key.in_(keys)))
    found = {tariff.key: tariff for tariff in session.scalars(stored)}
    return {key: Known({"": found.get(key)}, last.get(key)) for key in keys}


def create(place: Place, values: Values, at: datetime) -> Tariff:
    """A new tariff of the office; the rest is filled in by the merge."""
    return Tariff(office_id=place.id, key=key_of(values), made_at=at)


def derive(known: Known, values: Values, _refs: Any, at: datetime) -> Derived:
    """Another selling price is news from now on, for the list of open quotations that it touches; a row that was withdrawn on
    the desk stays withdrawn."""
    tariff = known.main
    if tariff is None:
        return {}, []
    doubts = [("selling", Words(N_("Withdrawn on the desk; it stays so")))] if tariff.withdrawn_at else []
    steps = merging.merge(KIND, known, values, ORDERED).steps
    return ({"made_at": at} if any(each.name == "selling" for each, _ in steps) else {}), doubts


HOME = Home(KIND, lambda session, place: None, load, create, ORDERED, resolve, derive=derive, after=tell_owners)

"""Reference data: partners, carriers, other desks, watch words: what may be kept, and the list a new desk starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from models import Carrier, Department, Partner, Watchword
from rules.byhand import check_version
from rules.reference_start import CARRIERS, DEPARTMENTS, WORDS
from rules.store import Tx
from rules.words import N_, Refused, Words

Row = Any  # Partner, Carrier, Department or Watchword


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of reference data: `same` is what makes two rows the same (the last of it orders them), `sought` what a
    search looks in."""

    name: str
    model: Any
    same: tuple[str, ...]
    sought: tuple[str, ...]


SORTS: dict[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("partners", Partner, ("code",), ("code", "name", "city")),
        Sort("carriers", Carrier, ("code",), ("code", "name", "prefix")),
        Sort("departments", Department, ("code",), ("code", "name")),
        Sort("words", Watchword, ("kind", "word"), ("word",)),
    )
}


def rows(sort: Sort, sought: str | None, after: str | None, kind: str | None = None) -> Select[Any]:
    """Rows of a sort in the order of their code or word, after one that was seen last; `kind` for one word list."""
    model, order = sort.model, getattr(sort.model, sort.same[-1])
    found = select(model).order_by(order, model.id)
    if kind:
        found = found.where(model.kind == kind)
    if sought:
        found = found.where(or_(*(getattr(model, name).icontains(sought, autoescape=True) for name in sort.sought)))
    return found.where(order > after) if after else found


def save(tx: Tx, sort: Sort, data: Mapping[str, Any], row_id: int | None = None, version: int | None = None) -> Row:
    """Add a row, or change row `row_id` seen at `version`. Returns it.

    Raises Refused: 404 when there is no such row, 409 when it has changed since, 422 when another row is the same thing
    or an airline's prefix does not fit.
    """
    row = sort.model() if row_id is None else tx.session.get(sort.model, row_id)
    if row is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if row_id is not None:
        check_version(row, version)
    _alone(tx, sort, data, row_id)
    if sort.model is Carrier:
        _prefix(tx, data, row_id)
    for name, value in data.items():
        setattr(row, name, value)
    return tx.add(row)


def _alone(tx: Tx, sort: Sort, data: Mapping[str, Any], row_id: int | None) -> None:
    twin = select(sort.model.id).where(*(getattr(sort.model, name) == data[name] for name in sort.same))
    if row_id is not None:
        twin = twin.where(sort.model.id != row_id)
    if tx.session.scalar(twin) is not None:
        raise Refused(Words(N_("“%(name)s” is on the list already."), name=data[sort.same[-1]]), 422, sort.same[-1])


def _prefix(tx: Tx, data: Mapping[str, Any], row_id: int | None) -> None:
    prefix = data["prefix"]
    if prefix is None:
        return
    if data["mode"] != "air":
        raise Refused(Words(N_("Only an airline has a waybill prefix; leave it blank")), 422, "prefix")
    if not (len(prefix) == 3 and prefix.isascii() and prefix.isdigit()):
        why = Words(N_("“%(text)s” is no airline prefix: three digits, for example 784"), text=prefix)
        raise Refused(why, 422, "prefix")
    twin = select(Carrier.name).where(Carrier.prefix == prefix, Carrier.id != (row_id or 0))
    if (name := tx.session.scalar(twin)) is not None:
        raise Refused(Words(N_("Prefix %(prefix)s belongs to %(name)s."), prefix=prefix, name=name), 422, "prefix")


# ------------------------------------------------------------------------------------------ the starting list


def seed(tx: Tx) -> int:
    """Add what is missing of the list a new desk starts with; what stands is left alone. Returns how many were added."""
    desks = [Department(code=code, name=name) for code, name in DEPARTMENTS]
    columns = ("code", "name", "mode", "prefix", "verified")
    known = set(tx.session.scalars(select(Carrier.prefix)))
    carriers = [
        Carrier(**dict(zip(columns, row, strict=True))) for row in CARRIERS if row[3] is None or row[3] not in known
    ]
    words = [Watchword(kind=kind, word=word) for kind, listed in WORDS.items() for word in listed]
    new = _missing(tx, SORTS["departments"], desks)
    new += _missing(tx, SORTS["carriers"], carriers)
    new += _missing(tx, SORTS["words"], words)
    tx.session.add_all(new)
    tx.session.flush()
    return len(new)


def _missing(tx: Tx, sort: Sort, wanted: list[Any]) -> list[Any]:
    columns = [getattr(sort.model, name) for name in sort.same]
    known = {tuple(found) for found in tx.session.execute(select(*columns))}
    return [row for row in wanted if tuple(getattr(row, name) for name in sort.same) not in known]

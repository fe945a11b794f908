"""Where a waybills' file is kept: shipments, their stage, what executed changes have set on them (CHG stages, E-19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Change, ChangeField, Customer, ImportedRow, Shipment
from rules import numbering, stages
from rules.merging import Home, Known, Place
from rules.policy import unseen
from rules.records import Finding, Values
from rules.waybill_columns import KIND, key_of
from rules.words import N_, Words

SOURCE = "import"  # where a stage came from: the office's file


@dataclass
class Refs:
    """Customers of the office, customer number → id."""

    customers: dict[str, int]


def refs(session: Session, place: Place) -> Refs:
    """The customers that a waybill may name."""
    own = select(Customer.code, Customer.id).where(Customer.office_id == place.id, Customer.code.is_not(None))
    rows = session.execute(unseen(own))
    return Refs({row.code: row.id for row in rows})


def resolve(values: Values, known: Refs, place: Place) -> Values:
    """Values as they are stored: the customer's id, times of the office's clock in UTC."""
    zone = ZoneInfo(place.zone)
    stored = {
        name: value.replace(tzinfo=zone).astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return stored | {"customer": known.customers.get(values["customer"])}


def misfits(values: Values, known: Refs) -> Iterator[Finding]:
    """The customer must be known to this office."""
    if values["customer"] not in known.customers:
        yield (
            "customer",
            Words(
                N_("This office has no customer %(code)s: import or add the customer first"),
                code=values["customer"],
            ),
        )


def load(session: Session, place: Place, rows: list[Values], last: dict[str, ImportedRow]) -> dict[str, Known]:
    """The shipments of the rows by carrier and number, with the columns that executed changes have set.

    A row that names no carrier means the only shipment of that number, whoever carries it.
    """
    numbers = [values["number"] for values in rows]
    found = unseen(
        select(Shipment).where(Shipment.office_id == place.id, Shipment.number.in_(numbers)).order_by(Shipment.id)
    )
    by_number: dict[str, list[Shipment]] = {}
    for shipment in session.scalars(found):
        by_number.setdefault(shipment.number, []).append(shipment)
    kept = _kept(session, [shipment.id for same_number in by_number.values() for shipment in same_number])
    known = {}
    for values in rows:
        shipment = _of_carrier(by_number.get(values["number"], []), values.get("carrier") or "")
        mine = kept.get(shipment.id, frozenset()) if shipment else frozenset()
        known[key_of(values)] = Known({"": shipment}, last.get(key_of(values)), mine)
    return known


def _of_carrier(shipments: list[Shipment], carrier: str) -> Shipment | None:
    """Of shipments with the same number the one that a row means: its carrier's, else one that names none."""
    wanted = (carrier, "") if carrier else ("",)
    named = next((shipment for name in wanted for shipment in shipments if shipment.carrier == name), None)
    return named or (shipments[0] if len(shipments) == 1 and not carrier else None)


def _kept(session: Session, ids: list[int]) -> dict[int, frozenset[str]]:
    rows = session.execute(
        unseen(
            select(Change.shipment_id, ChangeField.path)
            .join(ChangeField, ChangeField.change_id == Change.id)
            .where(Change.shipment_id.in_(ids), Change.executed_at.is_not(None))
        )
    )
    kept: dict[int, set[str]] = {}
    for shipment_id, path in rows:
        kept.setdefault(shipment_id, set()).add(path)
    return {shipment_id: frozenset(paths) for shipment_id, paths in kept.items()}


def create(place: Place, values: Values, at: datetime) -> Shipment:
    """A new shipment, not yet filled in."""
    return Shipment(office_id=place.id, number=values["number"], mode=values["mode"], created_at=at)


def derive(known: Known, values: Values, refs_: Refs, at: datetime) -> tuple[dict[str, Any], list[Finding]]:
    """The stage, which only moves forward (a new mode starts its own order); a step back is doubted, not made."""
    shipment, mode, status = known.main, values["mode"], values.get("status")
    stage = stages.from_status(mode, status, values.get("departs_at"), at)
    moved = {"stage": stage, "stage_at": at, "stage_source": SOURCE}
    if shipment is None or stage[0] != shipment.stage[0]:
        return moved, []
    if status and stages.is_later(stage, shipment.stage):
        return moved, []
    told = known.last.row.get("status") if known.last else None
    if status and status != told and stages.is_later(shipment.stage, stage):
        return {}, [("status", Words(_BACK, stage=stages.name(shipment.stage), status=status))]
    return {}, []


_BACK = N_("The stage stays “%(stage)s”: the file's “%(status)s” would move it back")
HOME = Home(
    KIND,
    refs,
    load,
    create,
    ordered=(("departs_at", "arrives_at"),),
    resolve=resolve,
    misfits=misfits,
    derive=derive,
    after=numbering.came_by_file,
)

"""Shipments made and edited by hand, their stage and their holds (D-02, D-12, CHG stages, freight 1).

Once a waybill number exists, what a change (改单) governs is changed by a change: by hand its empty fields may be
filled in, but what stands there is corrected only by a supervisor who gives the reason. Before the number exists
everybody at the desk writes freely. The shipper's hold is never set here, because only a change carries his order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Customer, Shipment
from rules import catalogue, fields, holds, numbering, search, stages
from rules.byhand import check_version, office_of, reason_given, write_values
from rules.policy import SUPERVISOR, require, unseen, visible
from rules.shipment_forms import BACKWARDS, identifier
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

GOVERNED = frozenset(name for kind in catalogue.KINDS for name in kind.fields) | {"number"}
NOT_BY_HAND = ("mode", "customer", "office_id", "reason", "hold_shipper", "standing")


# ------------------------------------------------------------------------------------------ making and editing


def make(tx: Tx, values: dict[str, Any], customer_id: int | None = None) -> Shipment:
    """A new shipment in the first stage of its mode; the number may come later (D-12). Raises Refused (422)."""
    values = {k: v for k, v in values.items() if k not in ("customer", "reason")}
    office_id = office_of(tx, _whole(values.pop("office_id", None)))
    values = _stored(values["mode"], values)
    shipment = Shipment(
        office_id=office_id, customer_id=customer_id, stage=stages.first(values["mode"]), stage_at=tx.at, stage_source="desk",
        created_at=tx.at, **values,
    )  # fmt: skip
    _check_unique(tx, shipment)
    tx.add(shipment)
    search.index(tx.session, shipment)
    return shipment


def locked(who: Actor, shipment: Shipment) -> frozenset[str]:
    """The fields that this person cannot write by hand, because only a change may (see above)."""
    if shipment.number is None or who.roles & {SUPERVISOR, "system"}:
        return frozenset()
    return frozenset(name for name in GOVERNED if getattr(shipment, name) is not None)


def edit(
    tx: Tx, shipment: Shipment, values: dict[str, Any], version: int | None = None, reason: str | None = None,
    customer_id: int | None = None,
) -> None:  # fmt: skip
    """Take over `values`. Raises Refused: 409 changed meanwhile, 422 with the field that is wrong or only a change may
    write, 422 when a supervisor corrects such a field without a reason."""
    check_version(shipment, version)
    values = {k: v for k, v in values.items() if k not in NOT_BY_HAND}
    values = _stored(shipment.mode, values) | ({"customer_id": customer_id} if customer_id else {})
    governed = {n for n in GOVERNED if shipment.number and getattr(shipment, n) is not None}
    moved = [n for n in values if n in governed and values[n] != getattr(shipment, n)]
    if stuck := [name for name in moved if name in locked(tx.actor, shipment)]:
        raise Refused(Words(N_("The waybill exists: log a change for this.")), 422, stuck[0])
    if moved:
        tx.reason, tx.action = (
            reason_given(reason, N_("Say why this is corrected without a change.")),
            "shipment.correct",
        )
    with tx.session.no_autoflush:
        written = write_values(shipment, values)
        _check_unique(tx, shipment)
    if "number" in written and shipment.number:
        numbering.joined(tx, shipment)
    search.index(tx.session, shipment)


def _stored(mode: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the columns hold them. Raises Refused (422) naming the field."""
    found = dict(values)
    for name in ("number", "master", "container", "booking"):
        if name in found:
            try:
                found[name] = identifier(name, mode, found[name])
            except Refused as no:
                raise Refused(no.why, 422, name) from no
    if found.get("departs_at") and found.get("arrives_at") and found["arrives_at"] < found["departs_at"]:
        raise Refused(Words(BACKWARDS), 422, "arrives_at")
    if "carrier" in found:
        found["carrier"] = found["carrier"] or ""
    if "partner_id" in found:
        found["partner_id"] = _whole(found["partner_id"])
    return found


def _whole(value: Any) -> int | None:
    return int(value) if value else None


def _check_unique(tx: Tx, shipment: Shipment) -> None:
    same = select(Shipment.id).where(
        Shipment.office_id == shipment.office_id, Shipment.carrier == (shipment.carrier or ""),
        Shipment.number == shipment.number, Shipment.id != (shipment.id or 0),
    )  # fmt: skip
    if shipment.number and tx.session.scalar(unseen(same.limit(1))):
        raise Refused(
            Words(N_("This carrier has a waybill %(number)s already."), number=shipment.number), 422, "number"
        )


def customer_called(session: Session, who: Actor, typed: str | None) -> int | None:
    """The customer that `typed` means by number, whole name, or as the only one it finds; None for nothing.

    Raises Refused (422) when there is none, or more than one: then their names are said.
    """
    if not typed:
        return None
    columns: Any = select(Customer.id, Customer.name, Customer.code)
    near = visible(who, columns, Customer)
    for same in (
        Customer.code == typed,
        Customer.name == typed,
        Customer.id.in_(search.customers_matching(session, who, typed)),
    ):
        found = session.execute(near.where(same).order_by(Customer.name).limit(5)).all()
        if len(found) == 1:
            return int(found[0].id)
        if found:
            names = " / ".join(f"{row.name} {row.code or ''}".strip() for row in found)
            raise Refused(
                Words(N_("Several customers fit: %(names)s. Write the number."), names=names), 422, "customer"
            )
    raise Refused(Words(N_("No customer “%(typed)s” is known; add the customer first."), typed=typed), 422, "customer")


# ------------------------------------------------------------------------------------------ stage and holds


def set_stage(
    tx: Tx,
    shipment: Shipment,
    stage: str,
    at: datetime,
    source: str,
    reason: str | None = None,
    version: int | None = None,
) -> None:
    """Move a shipment to `stage` as reported by `source` for the moment `at`; back only with a reason.

    Raises Refused: 409 changed meanwhile, 422 for a stage of another mode, a moment to come, a step back unexplained.
    """
    check_version(shipment, version)
    if stage not in stages.STAGES[shipment.mode] or stage == shipment.stage:
        raise Refused(Words(N_("Choose another stage than the present one.")), 422, "stage")
    if at > tx.at:
        raise Refused(Words(N_("A stage is noted when it has been reached, not before.")), 422, "at")
    if stages.is_later(shipment.stage, stage):
        tx.reason = reason_given(reason, N_("Say why the goods go back a stage."))
    tx.action, tx.reason = "shipment.stage", tx.reason or fields.clean(reason)
    shipment.stage, shipment.stage_at, shipment.stage_source = stage, at, source


def set_hold(tx: Tx, shipment: Shipment, which: str, reason: str | None) -> None:
    """Hold a shipment for the service's or finance's own reason. Raises Refused 403, 409 (held already), 422."""
    require(tx.actor, f"shipment.hold.{which}")
    why = reason_given(reason, N_("Say why the goods are held; everybody sees it."))
    if getattr(shipment, f"hold_{which}"):
        raise Refused(Words(N_("This hold is set already.")), 409)
    tx.action, tx.reason = "shipment.hold", why
    setattr(shipment, f"hold_{which}", why)


def lift_hold(tx: Tx, shipment: Shipment, which: str, reason: str | None) -> None:
    """Lift the service's or finance's own hold. Raises Refused 403, 409 (not held), 422."""
    require(tx.actor, f"shipment.hold.{which}")
    tx.action, tx.reason = "shipment.lift_hold", reason_given(reason, N_("Say why the hold is lifted."))
    if not getattr(shipment, f"hold_{which}"):
        raise Refused(Words(N_("This hold is not set.")), 409)
    if which == holds.FINANCE:
        holds.need_another(tx, shipment)
    setattr(shipment, f"hold_{which}", None)

"""Shipments that have no number yet: found by what stands on the note, or made from it when a change is asked (D-12, CHG-02)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Shipment
from rules import queries, shipments
from rules.offering import ON_NOTE
from rules.policy import visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

ASKED = ("note_destination", "note_consignee", "note_model", "note_pieces")  # CHG-02: what the paper has to show
LIFTS_HOLD = "K02"


def by_id(session: Session, who: Actor, shipment_id: int) -> Shipment | None:
    """A shipment that this person may see and that still has no number."""
    found = queries.shipment_by_id(session, who, shipment_id)
    return found if found is not None and found.number is None else None


def by_note(
    session: Session, who: Actor, customer_id: int | None, destination: str | None, consignee: str | None
) -> Shipment | None:
    """The customer's newest shipment without number to the same destination and consignee; None when either is not given."""
    if not destination or not consignee:
        return None
    same = select(Shipment).where(
        Shipment.number.is_(None), Shipment.standing == "active", Shipment.customer_id == customer_id,
        Shipment.destination == destination, Shipment.consignee == consignee,
    )  # fmt: skip
    found = visible(who, same, Shipment).options(joinedload(Shipment.customer)).order_by(Shipment.id.desc())
    return session.scalars(found.limit(1)).first()


def bring(tx: Tx, data: dict[str, Any]) -> dict[str, Any]:
    """Give a request without a number its shipment: the one that the note means, else a new one at the first stage of its
    mode. `data` is what `intake.resolve` left. Raises Refused (422) at the field for what the note does not say."""
    if data.get("shipment") is not None or not any(data.get(name) for name in ASKED):
        return data
    found = by_note(
        tx.session, tx.actor, data.get("customer_id"), data.get("note_destination"), data.get("note_consignee")
    )
    if found is None:
        empty = next((name for name in ASKED if data.get(name) in (None, "")), None)
        if empty is not None:
            raise Refused(Words(N_("Without a number, the note's destination, consignee, model and pieces are needed.")),
                          422, empty)  # fmt: skip
        found = _made(tx, data)
    return data | {"shipment": found, "shipment_id": found.id}


def _made(tx: Tx, data: dict[str, Any]) -> Shipment:
    """A new shipment from the note; a note whose hold shall be lifted carries one."""
    values = {name.removeprefix("note_"): data[name] for name in ASKED}
    held = ON_NOTE if data.get("code") == LIFTS_HOLD else None
    made = shipments.make(
        tx, values | {"mode": data.get("note_mode") or "air", "hold_shipper": held, "office_id": data["office_id"]},
        data.get("customer_id"),
    )  # fmt: skip
    return queries.shipment_by_id(tx.session, tx.actor, made.id) or made

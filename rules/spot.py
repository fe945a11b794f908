"""A cargo query answered in the call: one contact on the shipment, no matter opened (SHP-16, SYS-08)."""

from __future__ import annotations

from typing import Any

from models import Message
from rules import speaking
from rules.store import Tx
from rules.words import N_, Refused, Words


def answer(tx: Tx, shipment: Any, data: dict[str, Any]) -> Message:
    """Record who asked after the goods, by which channel, and what he was told. Raises Refused (422) at the field when
    nothing was answered, or nobody is named where the goods have no customer."""
    if not data.get("text"):
        raise Refused(Words(N_("Write what was answered; it stays on record.")), 422, "text")
    if not data.get("party") and shipment.customer_id is None:
        raise Refused(Words(N_("These goods have no customer: write who asked.")), 422, "party")
    return speaking.said(
        tx, shipment_id=shipment.id, customer_id=shipment.customer_id, office_id=shipment.office_id, audience=data["to"],
        channel=data["channel"], party=data.get("party"), said=data.get("said"), text=data["text"], **speaking.further(data),
    )  # fmt: skip

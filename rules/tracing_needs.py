"""Needs of cargo queries: the shipper himself is answered, and a promised notice is given (SHP-18, SHP-19)."""

from __future__ import annotations

from typing import Any

from rules.numbering import TOLD, WATCH
from rules.steps import value
from rules.words import N_, Words
from rules.workflow import Act


def shipper_asks(case: Any) -> bool:
    """Whether a shipper asked after his cargo: then nobody else's answer is his (SHP-18)."""
    if case.kind != "inquiry" or case.topic != "cargo" or case.customer_id is None:
        return False
    return case.shipment is None or case.shipment.customer_id in (None, case.customer_id)


def shipper_first(act: Act) -> Words | None:
    """What the consignee is told is a contact; the shipper who asked waits on (SHP-18)."""
    if shipper_asks(act.case) and act.data.get("to") == "consignee":
        return Words(N_("The shipper asked and must get the answer; what the consignee was told is a contact."))
    return None


def shipper_answered(act: Act) -> Words | None:
    """A shipper's cargo query is not over before he himself was answered (SHP-18)."""
    if not shipper_asks(act.case):
        return None
    told = any(m.direction == "out" and m.audience in ("shipper", "customer") for m in act.facts.messages)
    return None if told else Words(N_("The shipper has not been answered yet; telling the consignee is not enough."))


def number_told(act: Act) -> Words | None:
    """Who was promised a notice gets it before the matter is closed (SHP-19)."""
    if value(act.case, WATCH) is None or value(act.case, TOLD) is not None:
        return None
    return Words(N_("The customer waits for the waybill number: tell it first."))


def not_watched(act: Act) -> Words | None:
    """A notice is offered while there is no number, once."""
    case = act.case
    without = case.topic == "cargo" and case.shipment is not None and case.shipment.number is None
    return None if without and value(case, WATCH) is None else Words(N_("No number is waited for."))


def number_is_out(act: Act) -> Words | None:
    """The number can be told when it is there and somebody waits for it."""
    case = act.case
    out = case.shipment is not None and case.shipment.number is not None
    waits = value(case, WATCH) is not None and value(case, TOLD) is None
    return None if out and waits else Words(N_("No number is waited for."))

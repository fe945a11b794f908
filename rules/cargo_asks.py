"""What is known and what is missing about the goods of an inquiry; why it cannot be quoted, sent to a desk or booked yet.

`Inquiry.cargo` holds {field code: value} as `rules.cargo_data` names them, besides "untold" (fields that the customer
leaves open), "flags" and "notes": what his figures and words call for, found when they are written down.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from rules import cargo_data
from rules.cargo_data import BOOKING, BY_GOODS, DESK, NOTES, OVERSIZED, QUOTE, Ask
from rules.words import N_, Words

GENUINE = Ask("genuine", N_("Whether the order looks genuine"), "pick", DESK, ours=True)


def asks(case: Any) -> list[Ask]:
    """What is asked about this case's goods, given what is known of them."""
    cargo = case.cargo or {}
    return [ask for ask in BY_GOODS.get(case.goods, ()) if _applies(ask, cargo)] if case.topic == "price" else []


def _applies(ask: Ask, cargo: dict[str, Any]) -> bool:
    if ask.only is None:
        return True
    field, values = ask.only
    held = cargo.get(field)
    return bool(set(held) & set(values)) if isinstance(held, list) else held in values


def has(case: Any, ask: Ask) -> bool:
    """Whether a field is known, or the customer leaves it open where he may."""
    cargo = case.cargo or {}
    return cargo.get(ask.code) not in (None, "", []) or (ask.untold and ask.code in cargo.get("untold", ()))


def missing(case: Any, *before: str) -> list[Ask]:
    """Fields still unknown that have to be known before these steps (QUOTE, DESK, BOOKING)."""
    found = [ask for ask in asks(case) if ask.before in before and not has(case, ask)]
    if DESK in before and case.topic == "price" and case.goods == "special" and case.genuine is None:
        found.append(GENUINE)
    return found


def quotable(case: Any, sources: Iterable[Any] = ()) -> Words | None:
    """Why an inquiry cannot be quoted yet, or None: fields missing (INQ-02 to INQ-06), the fleet's price not confirmed
    (INQ-20; a price source of the fleet among `sources` counts as confirmed)."""
    if case.topic != "price":
        return Words(N_("Only a price inquiry is quoted."))
    fleet = any(source.kind == "fleet" for source in sources)
    left = [ask for ask in missing(case, QUOTE) if not (ask.code == "fleet_price" and fleet)]
    return Words(N_("Not to be quoted yet; still to be asked: %(what)s."), what=named(left)) if left else None


def sendable(case: Any) -> Words | None:
    """Why special goods cannot go to the route desk, break-bulk to the bulk desk yet, or None (INQ-03, INQ-04)."""
    if case.kind != "inquiry" or case.topic != "price" or case.goods not in OVERSIZED:
        return None
    left = missing(case, QUOTE, DESK)
    return Words(N_("The desk needs the full set; still to be asked: %(what)s."), what=named(left)) if left else None


def bookable(case: Any) -> Words | None:
    """Why the goods cannot be booked yet, or None: what only a booking needs (MSDS, D-09; reefer, BKG-09; overweight,
    BKG-08; terminal, BKG-19; charges of dangerous goods, BKG-21) or figures that do not fit the box (BKG-07)."""
    if case.topic != "price":
        return None
    left = missing(case, QUOTE, DESK, BOOKING)
    if (case.cargo or {}).get("msds") == "asked":
        left.append(cargo_data.ASKS["msds"])
    if left:
        return Words(N_("No booking yet; still to be asked: %(what)s."), what=named(left))
    return next((note for note, blocks in notes(case) if blocks), None)


def subject_to(case: Any) -> list[Words]:
    """What a price given now is subject to, to be said with it: classed goods without their safety data sheet (D-09)."""
    cargo = case.cargo or {}
    classed = case.goods == "chemical" and cargo.get("danger_class") in cargo_data.CLASSED
    return [Words(N_("Price subject to MSDS"))] if classed and cargo.get("msds") != "received" else []


def notes(case: Any) -> list[tuple[Words, bool]]:
    """What the figures and words call for: the sentence, and whether it keeps a booking back."""
    return [
        (Words(NOTES[code][0], **params), NOTES[code][1])
        for code, params in (case.cargo or {}).get("notes", ())
        if not _settled(case, code)
    ]


def _settled(case: Any, code: str) -> bool:
    answer = {"overweight": "overweight", "terminal": "terminal", "dangerous": "charges_confirmed"}.get(code)
    return answer is not None and bool((case.cargo or {}).get(answer))


def named(found: Iterable[Ask]) -> Words:
    """The labels of several fields in a row."""
    labels = [Words(ask.label) for ask in found]
    return reduce(lambda said, label: Words(N_("%(a)s, %(b)s"), a=said, b=label), labels)

"""Everything that is known of a matter in lines, for whoever is asked about it: the full set at once (INQ-03, INQ-04, SHP-20)."""

from __future__ import annotations

from typing import Any

from rules import cargo_asks, cargo_data, tracing_words
from rules.cargo_data import Ask
from rules.words import N_, Words

LINE = N_("%(label)s: %(value)s")


def lines(case: Any) -> list[Words | str]:
    """What the one who is asked has to know: the shipment's number, date and flight, or the lane and goods as far as they
    are known, and what the customer asks or complains about."""
    found: list[Words | str] = []
    if case.shipment is not None:
        found.append(tracing_words.partner_question(case.shipment))
    if getattr(case, "lane", None):
        found.append(Words(LINE, label=Words(N_("Lane")), value=case.lane))
    if case.kind == "inquiry":
        known = case.cargo or {}
        asked = {ask.code: ask for ask in cargo_asks.asks(case)}
        further = {code: ask for code, ask in cargo_data.ASKS.items() if code not in asked}
        held = [(ask, known.get(code)) for code, ask in {**asked, **further}.items()]
        found += [Words(LINE, label=Words(ask.label), value=_said(ask, value)) for ask, value in held if _told(value)]
    said = getattr(case, "asked", None) or getattr(case, "content", None)
    return [*found, said] if said else found


def _told(value: Any) -> bool:
    return value is not None and value not in ("", [], False)


def _said(ask: Ask, value: Any) -> Words | str:
    if ask.kind == "weight":
        return f"{value / 1000:g} kg"
    if ask.kind == "volume":
        return f"{value / 1000:g} m³"
    if ask.kind == "tick":
        return Words(N_("yes"))
    names = dict(ask.choices)
    several = value if isinstance(value, list) else [value]
    said: list[Words | str] = [Words(names[one]) if one in names else str(one) for one in several]
    whole = said[0]
    for one in said[1:]:
        whole = Words(N_("%(a)s, %(b)s"), a=whole, b=one)
    return whole

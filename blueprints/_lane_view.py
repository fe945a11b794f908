"""Which lanes are served for whom, on the page of a price inquiry (INQ-14, INQ-15, CUS-03, CUS-07)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from blueprints._look import Look, Shown
from blueprints._words import OTHER, speaking, words
from rules import lanes
from rules.words import N_, Words


@dataclass
class Part:
    """See inquiry/_lane.html."""

    tone: str
    said: Words
    gathering: list[Any] = field(default_factory=list)
    decline: Shown | None = None
    serve: Shown | None = None
    other: str = ""


def part(look: Look) -> Part | None:
    """What is to be said of the lane, the steps of gathering prices, and how a co-loader is declined; None for most lanes."""
    found = lanes.verdict(look.facts)
    if found is None:
        return None
    able = {shown.name: shown for shown in look.able("decline", "serve_anyway")} if found.off else {}
    made = Part(
        found.tone, found.said, _gathering(look) if found.gather else [], able.get("decline"), able.get("serve_anyway")
    )
    if made.decline is not None:
        code = "en" if look.case.customer.overseas else "zh"
        if not made.decline.form.text.raw_data:
            made.decline.form.text.data = _farewell(look, code)
        made.other = _farewell(look, OTHER[code][0])
    return made


def _farewell(look: Look, code: str) -> str:
    with speaking(code):
        return words(lanes.farewell(look.facts))


def _gathering(look: Look) -> list[Any]:
    """The three sides that are asked, each with whether its price is noted, then the choice."""
    known = {source.kind for source in look.facts.sources} if look.facts.has("price_sources") else set()
    steps = [(label, "past" if kind in known else "next", None) for kind, label in lanes.GATHERING]
    chosen = len(known & {kind for kind, _ in lanes.GATHERING}) == len(steps)
    return [*steps, (N_("Choose carrier and price"), "current" if chosen else "next", None)]

"""What a kind of work adds to the page of its matters: sections around the composer, ticks in the opened row.

A section is a template that wants `part`. Each maker answers None where it has nothing to show, and asks the database
only when `look.facts.has(table)` says that there is something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blueprints import (
    _complaint_view,
    _inquiry_view,
    _joined_view,
    _lane_view,
    _pickups_view,
    _promises_view,
    _questions_view,
    _quotation_view,
    _remedies_view,
)
from blueprints._look import Look


@dataclass
class Section:
    """A part of a matter's page: its template, and what that calls `part`."""

    template: str
    part: Any


Maker = Callable[[Look], Section | None]


def of(template: str, part: Callable[[Look], Any]) -> Maker:
    """A section from a template and the maker of its part; none where that makes None."""

    def made(look: Look) -> Section | None:
        found = part(look)
        return None if found is None else Section(template, found)

    return made


JOINED = of("cases/_joined.html", _joined_view.part)
AROUND = (  # what any matter may bring along: questions to others, promises, other matters
    of("cases/_questions.html", _questions_view.part),
    of("cases/_promises.html", _promises_view.part),
    of("cases/_further.html", _joined_view.further),
)
STEPS = of("cases/_steps.html", _remedies_view.steps_part)
REMEDIES = (
    of("complaint/_remedies.html", _remedies_view.remedies_part),
    of("complaint/_measures.html", _remedies_view.measures_part),
)
PICKUPS = of("complaint/_pickups.html", _pickups_view.part)
MAKERS: dict[str, tuple[Maker, ...]] = {
    "inquiry": (
        JOINED,
        STEPS,
        of("inquiry/_goods.html", _inquiry_view.goods),
        of("inquiry/_lane.html", _lane_view.part),
        of("inquiry/_quotation.html", _quotation_view.part),
        of("inquiry/_ahead.html", _inquiry_view.ahead),
        *AROUND,
    ),
    "complaint": (JOINED, of("complaint/_handling.html", _complaint_view.part), STEPS, PICKUPS, *REMEDIES, *AROUND),
    "change": (JOINED,),
}
TICKS: dict[str, Callable[[Look], tuple[tuple[Any, ...], Any]]] = {
    "inquiry": _inquiry_view.ticks,
    "complaint": _complaint_view.ticks,
}


# What the answer rests on stands above the composer, what else the matter brings along below it.
DECIDES = {"approve_quote": "A", "return_quote": "B"}  # as in a change (interface guide 8)
ABOVE = {
    "cases/_joined.html", "inquiry/_goods.html", "inquiry/_lane.html", "inquiry/_quotation.html", "complaint/_handling.html",
}  # fmt: skip


def sections(look: Look) -> tuple[list[Section], list[Section]]:
    """The sections of a matter's page for this person, in order: those above the composer, those below it."""
    found = [made for maker in MAKERS.get(look.case.kind, ()) if (made := maker(look)) is not None]
    above = ABOVE | ({"complaint/_remedies.html"} if look.case.state == "with_supervisor" else set())
    return [s for s in found if s.template in above], [s for s in found if s.template not in above]


def review(look: Look) -> Any:
    """The quotation that waits for a supervisor, to be decided in the opened row; see inquiry/_review.html."""
    part = _quotation_view.part(look) if look.case.state == "in_review" else None
    for move in part.moves if part else ():
        move.key = DECIDES.get(move.name)
    return part


def ticks(look: Look) -> tuple[tuple[Any, ...], Any]:
    """What is known and what is missing, as (words, known), and the list's name; see cases/_answer.html."""
    maker = TICKS.get(look.case.kind)
    return maker(look) if maker else ((), None)

"""What a kind of work adds to the page of its matters: sections below the composer, ticks in the opened row.

A section is a template that wants `part`. Each maker answers None where it has nothing to show, and asks the database
only when `look.facts.has(table)` says that there is something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blueprints._look import Look


@dataclass
class Section:
    """A part of a matter's page: its template, and what that calls `part`."""

    template: str
    part: Any


Maker = Callable[[Look], Section | None]
MAKERS: dict[str, tuple[Maker, ...]] = {"inquiry": (), "complaint": (), "change": ()}
TICKS: dict[str, Callable[[Look], tuple[tuple[Any, ...], Any]]] = {}


def sections(look: Look) -> list[Section]:
    """The sections of a matter's page for this person, in order."""
    return [made for maker in MAKERS.get(look.case.kind, ()) if (made := maker(look)) is not None]


def ticks(look: Look) -> tuple[tuple[Any, ...], Any]:
    """What is known and what is missing, as (words, known), and the list's name; see cases/_answer.html."""
    maker = TICKS.get(look.case.kind)
    return maker(look) if maker else ((), None)

"""Linked and merged matters on the page of a matter, and the buttons that ask, promise, link and merge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints import _questions_view
from blueprints._keyed import keyed
from blueprints._look import Look, Shown
from models import Case
from rules import joining
from rules.workflow import KINDS


@dataclass
class Near:
    """Another matter: its kind, number, line, state, and how the link is taken off."""

    stamp: Any
    ref: str
    title: Any
    href: str
    state: Any
    moves: list[Shown] = field(default_factory=list)


@dataclass
class Part:
    """See cases/_joined.html: where a merged matter goes on, what was merged into this one, what is linked."""

    into: Near | None
    swallowed: list[Near]
    near: list[Near]
    out: list[Shown]


def part(look: Look) -> Part | None:
    """The matters that belong to this one; None when none do."""
    found = joining.known(look.facts)
    if not found:
        return None
    into, case = joining.merged_into(found, look.case), look.case
    near = [_near(one) for one in joining.near(found, case)]
    for shown, one in zip(near, joining.near(found, case), strict=True):
        shown.moves = keyed(look, ("unrelate",), "other_id", one.id)
    swallowed = [_near(one) for one in joining.swallowed(found, case)]
    return Part(_near(into) if into is not None else None, swallowed, near, look.able("unmerge"))


def further(look: Look) -> list[Shown] | None:
    """Buttons for what is not done to most matters: ask others, promise, link, merge."""
    return [*_questions_view.asking(look), *look.able("promise", "relate", "merge")] or None


def _near(case: Case) -> Near:
    flow = KINDS[case.kind]
    return Near(
        flow.stamp(case), case.ref, flow.headline(case), url_for("cases.case", ref=case.ref), joining.label(case)
    )

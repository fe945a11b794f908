"""Promises on the page of a matter: what, to whom, by when, and whether it was kept (CUS-15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._keyed import keyed
from blueprints._look import Look, Shown
from models import Promise
from rules import promises, telling
from rules.store import now
from rules.words import N_, Words

ROW = ("promise_kept", "promise_dropped")


@dataclass
class Line:
    """One promise; see cases/_promises.html and promises/list.html."""

    id: int
    what: Any
    whom: str
    made: Any
    state: Any
    tone: str
    href: str | None = None
    ref: str | None = None
    about: str | None = None
    owner: str = ""
    own: bool = False  # not the answer, which is kept by answering
    moves: list[Shown] = field(default_factory=list)


def part(look: Look) -> list[Line] | None:
    """What was promised in this matter; None when nothing was."""
    if not look.facts.has("promises"):
        return None
    found = look.facts.promises
    lines = [line(one) for one in reversed(found)]
    for shown, one in zip(lines, reversed(found), strict=True):
        if one in promises.waiting([one]):
            shown.moves = keyed(look, ROW, "promise_id", one.id)
    return lines or None


def line(one: Promise, with_case: bool = False) -> Line:
    """A promise in words; `with_case` adds the matter that it belongs to."""
    what = Words(N_("Answer")) if one.what == promises.ANSWER else one.what
    tone, state = _state(one)
    shown = Line(one.id, what, one.to_whom, Words(N_("promised %(when)s"), when=one.made_at), state, tone)
    shown.own = one.what != promises.ANSWER
    shown.owner = f"{one.owner.display} {one.owner.name}"
    if with_case:
        shown.ref, shown.about, shown.href = one.case.ref, one.case.title, url_for("cases.case", ref=one.case.ref)
    return shown


def _state(one: Promise) -> tuple[str, Any]:
    if one.kept_at is not None:
        note = f" {one.kept_note}" if one.kept_note else ""
        late = one.kept_at > one.due_at
        said = N_("kept %(when)s, late%(note)s") if late else N_("kept %(when)s%(note)s")
        return "soon" if late else "done", Words(said, when=one.kept_at, note=note)
    if one.dropped_at is not None:
        return "hold", Words(N_("dropped %(when)s: %(why)s"), when=one.dropped_at, why=one.dropped_reason or "")
    at = now()
    tone = telling.clock_tone(at, one.due_at)
    return tone, Words(N_("by %(hour)s, %(left)s"), hour=one.due_at, left=telling.left(at, one.due_at))

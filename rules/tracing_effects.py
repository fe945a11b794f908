"""Effects of a cargo query's own moves: a notice is promised, a number is told (SHP-19)."""

from __future__ import annotations

from rules import numbering
from rules.numbering import TOLD, WATCH
from rules.workflow import Act


def watch(act: Act) -> None:
    """Promise a notice: it comes into the queue at once when the number joins."""
    _note(act, WATCH)


def told(act: Act) -> None:
    """The number was told; the reminder has served."""
    _note(act, TOLD)
    numbering.told(act.write, act.case)


def _note(act: Act, code: str) -> None:
    line = {"value": True, "at": act.at.isoformat(), "by": act.who.name}
    act.case.steps = {**(act.case.steps or {}), code: line}

"""Checklists of a matter: what a kind of complaint or inquiry asks the desk to do, as rows of data (CMP-09 to CMP-19).

What was noted stands in `case.steps`: {code: {"value": True or text or option, "at": ISO time, "by": name and number}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from rules.words import N_, Refused, Words
from rules.workflow import Act, Need

TICK, LINE, CHOICE = "tick", "line", "choice"
LONGEST = 300
ROWS: dict[tuple[str, str], tuple[Step, ...]] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a checklist. `before` names the move that waits for it ("answer", "close" or ""); `figure` is said in the
    label as %(n)s; `tracks` puts the goods under priority tracking when it is ticked or chosen; `leads` says which kind of change
    an option calls for; `unless` names options of other rows that make this row needless: (code, option)."""

    code: str
    label: str
    kind: str = TICK
    options: tuple[tuple[str, str], ...] = ()
    before: str = ""
    rule: str = ""
    figure: str = ""
    tracks: bool = False
    leads: tuple[tuple[str, str], ...] = ()
    unless: tuple[tuple[str, str], ...] = ()


def register(rows: Mapping[tuple[str, str], tuple[Step, ...]]) -> None:
    """Make checklists known: (kind of matter, topic) → rows in order."""
    ROWS.update(rows)


def of(case: Any) -> tuple[Step, ...]:
    """The rows that a case's kind and topic ask for; those of another topic it had before are kept, but not asked."""
    return ROWS.get((case.kind, getattr(case, "topic", "")), ())


def value(case: Any, code: str) -> Any:
    """What was noted at a row, or None."""
    return ((case.steps or {}).get(code) or {}).get("value")


def missing(case: Any, before: str) -> list[Step]:
    """The rows that have to be noted before the move `before` and are not."""
    return [s for s in of(case) if s.before == before and not value(case, s.code) and not _needless(case, s)]


def _needless(case: Any, step: Step) -> bool:
    return any(value(case, code) == option for code, option in step.unless)


def done_before(move: str) -> Need:
    """The rows that the move waits for are noted; each missing one is named."""

    def noted(act: Act) -> Words | None:
        """What the checklist asks before this move is noted."""
        left = missing(act.case, move)
        return Words(N_("Not noted yet: %(steps)s."), steps=enumerated(left)) if left else None

    return noted


def enumerated(found: list[Step]) -> Words:
    """The labels of several rows in a line."""
    labels = [Words(step.label) for step in found]
    return reduce(lambda said, label: Words(N_("%(a)s; %(b)s"), a=said, b=label), labels)


# ------------------------------------------------------------------------------------------ noting


def sent(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says: boxes that were shown, ticked or not, and what was typed or chosen, by code."""
    ticked = set(data.get("tick") or ())
    found: dict[str, Any] = {code: code in ticked for code in data.get("shown") or ()}
    return found | dict(zip(data.get("codes") or (), data.get("values") or (), strict=False))


def note(act: Act) -> None:
    """Set and unset rows of the checklist; what did not change keeps its time and name. Raises Refused (422) for a row that
    the matter does not have, an option that is not offered, a text too long."""
    known, case = {s.code: s for s in of(act.case)}, act.case
    kept = dict(case.steps or {})
    for code, given in sent(act.data).items():
        if code not in known:
            raise Refused(Words(N_("The list of this matter has changed; look at it again.")), 422)
        new = _checked(known[code], given)
        if new == value(case, code) or (not new and code not in kept):
            continue
        if new:
            kept[code] = {"value": new, "at": act.at.isoformat(), "by": act.who.name}
        else:
            del kept[code]
        if new and known[code].tracks and case.shipment is not None:
            case.shipment.tracked = True
    case.steps = kept


def _checked(step: Step, given: Any) -> Any:
    if step.kind == TICK:
        return bool(given)
    text = " ".join(str(given or "").split())
    if step.kind == CHOICE and text and text not in dict(step.options):
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "values")
    if len(text) > LONGEST:
        raise Refused(
            Words(N_("At most %(longest)s characters; this has %(count)s."), longest=LONGEST, count=len(text)),
            422,
            "values",
        )
    return text

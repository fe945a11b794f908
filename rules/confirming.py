"""Answers that a change needs from inside the house or from a partner: asked, chased, recorded (CHG-08, 10, 12, 14, 16).

Each question runs a clock of the house. The last answer to a question counts; a “no” stands until it is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models import Confirmation
from rules import catalogue, clocks
from rules.catalogue import BY_CODE
from rules.clocks import HOUSE, ClockRule
from rules.matrix import CONFIRMERS
from rules.policy import SUPERVISOR
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

FIGURE = "change.confirmation"
CLOCKS = tuple(
    ClockRule(f"confirm_{what}", label, lambda _case: FIGURE, party=HOUSE, starts=(), stops=())
    for what, label in CONFIRMERS.items()
)
PHASES = ("decision", "effect", "close")


def needed(case: Any, before: Iterable[str] = PHASES) -> list[str]:
    """What has to be confirmed for a case at the shipment's present stage, before one of `before`."""
    return [c.what for c in catalogue.confirms(BY_CODE[case.code], case.shipment.stage, tuple(before))]


def latest(found: Sequence[Confirmation]) -> dict[str, Confirmation]:
    """The last question of each kind."""
    return {line.what: line for line in found}


def missing(case: Any, found: Sequence[Confirmation], before: Iterable[str] = PHASES) -> list[str]:
    """Which of the needed answers have not been given with “yes”."""
    last = latest(found)
    return [what for what in needed(case, before) if what not in last or last[what].answer != "yes"]


def why_not(case: Any, found: Sequence[Confirmation], before: Iterable[str]) -> Words | None:
    """The first answer that is missing, or that was no, in words; None when all are there."""
    what = next(iter(missing(case, found, before)), None)
    if what is None:
        return None
    line = latest(found).get(what)
    if line is not None and line.answer == "no":
        return Words(N_("%(who)s said no: %(text)s"), who=line.answered_by, text=line.text or "–")
    return Words(N_("Waits for: %(what)s."), what=Words(CONFIRMERS[what]))


def askable(case: Any, found: Sequence[Confirmation]) -> list[str]:
    """What can be asked now: needed, and not waiting for an answer already or answered with yes."""
    last = latest(found)
    return [what for what in needed(case) if what not in last or last[what].answer == "no"]


def waiting(found: Sequence[Confirmation]) -> list[Confirmation]:
    """Questions without an answer."""
    return [line for line in latest(found).values() if line.answer is None]


def ask(tx: Tx, case: Any, found: Sequence[Confirmation], what: str, whom: str | None) -> Confirmation:
    """Note that somebody was asked; his time runs from now on. Raises Refused (422) for what is not needed or waits already."""
    if what not in askable(case, found):
        raise Refused(Words(N_("This is not needed here, or has been asked already.")), 422, "what")
    rule = next(rule for rule in CLOCKS if rule.name == f"confirm_{what}")
    clock = clocks.start(tx, case, rule, FIGURE, tx.at)
    tx.session.flush()
    line: Confirmation = tx.add(Confirmation(
        case_id=case.id, what=what, whom=whom, asked_at=tx.at, asked_by_id=tx.actor.user_id, clock_id=clock.id, chases=0,
    ))  # fmt: skip
    return line


def answer(tx: Tx, case: Any, found: Sequence[Confirmation], what: str, yes: bool, by: str, text: str | None) -> None:
    """Record an answer with the name of who gave it. Raises Refused: 422 nothing was asked, 403 another clerk than the
    customer's own (or a supervisor) answers for the original clerk (CHG-14, CF-06)."""
    line = next((line for line in waiting(found) if line.what == what), None)
    if line is None:
        raise Refused(Words(N_("Nobody was asked for this.")), 422, "what")
    if what == "original" and not _original(tx.actor, case):
        raise Refused(Words(N_("Only the customer's own agent or a supervisor reviews this.")), 403)
    line.answer, line.answered_at, line.answered_by = "yes" if yes else "no", tx.at, by
    line.text, line.recorded_by_id = text, tx.actor.user_id
    clocks.stop(tx, case, {f"confirm_{what}"})


def chase(tx: Tx, found: Sequence[Confirmation], what: str) -> None:
    """Count that somebody was asked again; his time runs on. Raises Refused (422) when nobody was asked."""
    line = next((line for line in waiting(found) if line.what == what), None)
    if line is None:
        raise Refused(Words(N_("Nobody was asked for this.")), 422, "what")
    line.chases += 1


def _original(who: Actor, case: Any) -> bool:
    own = case.customer.agent_id if case.customer is not None else None
    return SUPERVISOR in who.roles or who.user_id == own

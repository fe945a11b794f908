"""What the desk has promised to whom and by when: every promise has an owner and a time that runs (CUS-15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models import Clock, Promise
from rules import clocks
from rules.clocks import PLEDGE, ClockRule
from rules.policy import unseen
from rules.store import Tx
from rules.words import N_, Refused, Words

ANSWER = "answer"  # what is promised when a time for the answer is named (D-05)
CLOCK = ClockRule(PLEDGE, N_("Promise"), lambda _case: None, "calendar", starts=(), stops=())


def make(tx: Tx, case: Any, what: str, to_whom: str, by_at: datetime) -> Promise:
    """Promise something: it runs a clock of its own. Raises Refused (422) for a time that has passed."""
    if by_at <= tx.at:
        raise Refused(Words(N_("Name a time that has not passed yet.")), 422, "by_at")
    clock = clocks.start_promised(tx, case, CLOCK, by_at)
    return _add(tx, case, what, to_whom, by_at, clock)


def named(tx: Tx, case: Any, clock: Clock | None) -> None:
    """A time for the answer was named: that is a promise too, one as long as the answer is owed (D-05)."""
    if clock is None:
        return
    tx.session.flush()
    line = next(iter(_owed(tx, case)), None)
    if line is None:
        _add(tx, case, ANSWER, whom(case), clock.due_at, clock)
    else:
        line.due_at, line.clock_id = clock.due_at, clock.id


def answered(tx: Tx, case: Any) -> None:
    """The answer has gone out, which stopped the clock it was promised by: the promise is kept."""
    for line in _owed(tx, case):
        clock = _clock(tx, line)
        if clock is not None and clock.stopped_at is not None:
            line.kept_at, line.kept_by_id = tx.at, tx.actor.user_id


def waiting(found: Iterable[Promise]) -> list[Promise]:
    """Promises neither kept nor dropped."""
    return [line for line in found if line.kept_at is None and line.dropped_at is None]


def one(found: Sequence[Promise], promise_id: int | None) -> Promise:
    """The promise that is meant. Raises Refused: 422 none of this matter, 409 kept or dropped already."""
    line = next((line for line in found if line.id == promise_id), None)
    if line is None:
        raise Refused(Words(N_("There is no such promise here.")), 422, "promise_id")
    if line not in waiting([line]):
        raise Refused(
            Words(N_("This promise was kept or dropped (%(when)s)."), when=line.kept_at or line.dropped_at), 409
        )
    return line


def keep(tx: Tx, line: Promise, note: str | None) -> None:
    """It was kept; its time stops."""
    line.kept_at, line.kept_by_id, line.kept_note = tx.at, tx.actor.user_id, note
    _stop(tx, line)


def drop(tx: Tx, line: Promise, reason: str) -> None:
    """It does not hold any more, for a reason; its time stops."""
    line.dropped_at, line.dropped_reason = tx.at, reason
    _stop(tx, line)


def move_to(tx: Tx, case: Any, other: Any) -> None:
    """The open promises of a matter go over to the one it was merged into, with the clocks that are theirs alone."""
    found = select(Promise).where(Promise.case_id == case.id)
    for line in waiting(tx.session.scalars(unseen(found))):
        clock = _clock(tx, line)
        line.case_id = other.id
        if clock is not None and clock.name == PLEDGE:
            clock.case_id = other.id
        elif clock is not None:
            same = (c for c in clocks.of_case(tx.session, other) if c.name == clock.name)
            line.clock_id = next((c.id for c in same), None)
    tx.session.flush()


def whom(case: Any) -> str:
    """To whom a promise about a matter is given: the contact, else the caller, else the customer."""
    names = (case.contact, case.customer)
    return case.caller_name or next((one.name for one in names if one is not None), "")


def _add(tx: Tx, case: Any, what: str, to_whom: str, due_at: datetime, clock: Clock) -> Promise:
    line: Promise = tx.add(Promise(
        case_id=case.id, office_id=case.office_id, customer_id=case.customer_id, what=what, to_whom=to_whom, due_at=due_at,
        owner_id=case.owner_id, clock_id=clock.id, made_at=tx.at, made_by_id=tx.actor.user_id or case.owner_id,
    ))  # fmt: skip
    return line


def _owed(tx: Tx, case: Any) -> list[Promise]:
    found = select(Promise).where(Promise.case_id == case.id, Promise.what == ANSWER)
    return waiting(tx.session.scalars(unseen(found)))


def _clock(tx: Tx, line: Promise) -> Clock | None:
    return tx.session.scalars(unseen(select(Clock).where(Clock.id == line.clock_id))).first()


def _stop(tx: Tx, line: Promise) -> None:
    """Only its own clock stops: that of the answer runs until the answer is given."""
    clock = _clock(tx, line)
    if clock is not None and clock.name == PLEDGE and clock.stopped_at is None:
        clock.stopped_at = tx.at

"""What the desk does by itself: reminders that fall due, rungs of the ladder, and once a day the nightly work (E-12).

Every item is a short write of its own that asks again whether it is still needed, so that two runs at once, or a run
that was cut off, make nothing twice and lose nothing. What a run did stands in `tick_runs`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from models import TickRun, db
from rules import covering, escalation, nightly, reminders, store
from rules.store import Tx, system, write_tx

BREATH = 0.02  # seconds between two writes: the web goes first (E-12)
TICK, QUIET = "tick", "quiet"
STALE = timedelta(hours=1)  # nightly work that was begun and not ended is begun again
LINE = 300
Stopped = Callable[[], bool]
Item = tuple[str, str, Callable[[Tx], bool]]  # what it is, the action in the history, and the write that does it


@dataclass
class Report:
    """What a run did: how often what, and what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As plain data: {"done": {what: how often}, "errors": […]}."""
        return {"done": dict(self.counts), "errors": self.errors}

    def failed(self, what: str, fault: Exception) -> None:
        """Note a fault; the next item must not wait for this one."""
        self.errors.append(f"{what}: {type(fault).__name__}: {fault}"[:LINE])

    def line(self) -> str | None:
        """What went wrong, in one line."""
        return "; ".join(self.errors)[:LINE] or None


def run(stopped: Stopped = lambda: False) -> Report:
    """One tick: everything that is due now, then the work of the day where it has not been done yet. It ends early, after
    the item at hand, when `stopped` says so."""
    report = Report()
    if items := list(due(store.now())):
        _tick(items, report, stopped)
    else:
        _quiet()
    if covering.due(db.session(), store.now()) and not stopped():
        _absences(report)
    for what, job in nightly.JOBS.items():
        if not stopped():
            _once_a_day(what, job, report)
    return report


def due(at: datetime) -> Iterator[Item]:
    """What is due at a moment, read without a lock."""
    session = db.session()
    for turn_id, _ in reminders.due(session, at):
        yield "reminders", "reminder.due", partial(reminders.tell, turn_id=turn_id)
    for promise, rung in escalation.due(session, at):
        yield "rungs", "escalation.rung", partial(escalation.climb, promise=promise, rung=rung)


def _tick(items: list[Item], report: Report, stopped: Stopped) -> None:
    row_id = _begin(TICK)
    for what, action, do in items:
        if stopped():
            break
        try:
            with write_tx(system("tick"), action) as tx:
                made = do(tx)
            report.counts[what] += made
        except Exception as fault:
            report.failed(what, fault)
        time.sleep(BREATH)
    _end(row_id, dict(report.counts), report.line())


def _absences(report: Report) -> None:
    """Open work goes to the cover when an absence begins, and back when it is over (ORG-01)."""
    row_id, ours = _begin("absences"), Report()
    try:
        ours.counts["matters"] += covering.carry_out()
    except Exception as fault:
        ours.failed("absences", fault)
    _end(row_id, dict(ours.counts), ours.line())
    report.counts.update(ours.counts)
    report.errors += ours.errors


def _once_a_day(what: str, job: nightly.Job, report: Report) -> None:
    row_id = _claim(f"{what}:{nightly.night(store.now())}", what)
    if row_id is None:
        return
    ours = Report()
    try:
        ours.counts.update(job(lambda: time.sleep(BREATH)))
    except Exception as fault:
        ours.failed(what, fault)
    _end(row_id, dict(ours.counts), ours.line())
    report.counts.update({what: 1})
    report.errors += ours.errors


# ------------------------------------------------------------------------------------------ what is said of runs


def _begin(what: str) -> int:
    """A row that says when the run began; it stays without an end when the run is cut off."""
    with write_tx(system("tick"), "tick") as tx:
        return int(tx.add(TickRun(what=what, started_at=tx.at, counts={})).id)


def _claim(key: str, what: str) -> int | None:
    """The row of the work named `key` when this run has to do it: nobody has, or he was cut off; else None."""
    db.session.rollback()
    if not _free(db.session.scalar(select(TickRun).where(TickRun.key == key)), store.now()):
        return None
    with write_tx(system("tick"), "tick") as tx:
        found = tx.session.scalar(select(TickRun).where(TickRun.key == key))
        if not _free(found, tx.at):
            return None
        if found is None:
            found = tx.add(TickRun(what=what, started_at=tx.at, counts={}, key=key))
        found.started_at = tx.at
        return int(found.id)


def _free(row: TickRun | None, at: datetime) -> bool:
    return row is None or (row.ended_at is None and row.started_at < at - STALE)


def _end(row_id: int, counts: dict[str, int], error: str | None) -> None:
    with write_tx(system("tick"), "tick") as tx:
        row = tx.session.get_one(TickRun, row_id)
        row.ended_at, row.counts, row.error = tx.at, counts, error


def _quiet() -> None:
    """Runs in a row with nothing to do share one row, so that the table says when the desk last looked."""
    with write_tx(system("tick"), "tick") as tx:
        newest = select(TickRun).where(TickRun.key.is_(None)).order_by(TickRun.id.desc()).limit(1)
        row = tx.session.scalars(newest).first()
        if row is None or row.what != QUIET:
            row = tx.add(TickRun(what=QUIET, started_at=tx.at, counts={}))
        row.ended_at, row.counts = tx.at, {"runs": row.counts.get("runs", 0) + 1}

"""Work of the desk that is done once a day: the history's chain, deadlines, the years of the calendar, proposed holds,
overdue measures, texts whose day has come, old rows.

A job takes a breath between its pieces (`rest`) and answers with what it counted; what it finds wrong, it raises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from models import CalendarDay, Clock, TickRun, db
from rules import document_moves, explaining, history, offices, preventives, proposals, store
from rules.policy import unseen
from rules.store import system, write_tx

Rest = Callable[[], None]
Job = Callable[[Rest], dict[str, int]]
BEGINS, ZONE = timedelta(hours=3), ZoneInfo("Asia/Shanghai")  # the day's work is due from three in the morning on
YEARS_AHEAD = 2
KEPT = timedelta(days=90)
PAGE = 100


class Wrong(Exception):
    """A nightly check found something that must not be."""


def night(at: datetime) -> date:
    """The day to which nightly work done at `at` belongs."""
    return (at.astimezone(ZONE) - BEGINS).date()


def chain(rest: Rest) -> dict[str, int]:
    """Walk the whole history; raises Wrong when it does not hold."""

    def between() -> None:
        db.session.rollback()  # no read stays open while others write
        rest()

    found = history.verify(db.session(), between=between)
    db.session.rollback()
    if found.bad is not None:
        raise Wrong(f"event {found.bad}: {found.why}")
    return {"events": found.count}


def deadlines(rest: Rest) -> dict[str, int]:
    """Reckon every open deadline again from its stored trace; raises Wrong when one does not come to the same instant.
    Counts also those that stand on days which are not announced yet (E-34)."""
    clocks, provisional, last, wrong = 0, 0, 0, list[str]()
    while page := _open_clocks(last):
        clocks, provisional, last = clocks + len(page), provisional + sum(c.provisional for c in page), page[-1].id
        wrong += [f"{c.case_id} {c.name}" for c in page if not explaining.agrees(db.session(), c)]
        db.session.rollback()
        rest()
    if wrong:
        raise Wrong(f"{len(wrong)} deadlines do not come to the same instant: {', '.join(wrong[:10])}")
    return {"clocks": clocks, "provisional": provisional}


def _open_clocks(after: int) -> list[Clock]:
    found = select(Clock).where(Clock.stopped_at.is_(None), Clock.id > after).order_by(Clock.id).limit(PAGE)
    return list(db.session.scalars(unseen(found)))


def years(rest: Rest) -> dict[str, int]:
    """Know the holidays of this year and the next two; provisionally, where they are not announced yet."""
    made, this = 0, store.now().astimezone(ZONE).year
    for year in range(this, this + YEARS_AHEAD + 1):
        if not _days_of(year):
            with write_tx(system("tick"), "calendar.add") as tx:
                offices.know_years(tx, (year,))
            made += _days_of(year)
            rest()
    return {"days": made}


def _days_of(year: int) -> int:
    common = (CalendarDay.office_id.is_(None), CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return db.session.scalar(select(func.count(CalendarDay.id)).where(*common)) or 0


def clean(_rest: Rest) -> dict[str, int]:
    """Forget what runs did long ago; the history keeps what was changed."""
    with write_tx(system("tick"), "tick") as tx:
        gone = tx.session.execute(delete(TickRun).where(TickRun.started_at < tx.at - KEPT))
        return {"rows": gone.rowcount}  # type: ignore[attr-defined]


JOBS: dict[str, Job] = {
    "chain": chain,
    "deadlines": deadlines,
    "years": years,
    "holds": proposals.nightly,
    "measures": preventives.nightly,
    "texts": document_moves.nightly,
    "clean": clean,
}

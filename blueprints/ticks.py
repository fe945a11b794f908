"""What the desk did by itself: the last runs, what they counted and what went wrong (E-12)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import select

from blueprints._admin import show
from blueprints._shared import Answer, require
from models import TickRun, db
from rules import outbox, ticking
from rules.store import now
from rules.words import N_, Words

bp = Blueprint("ticks", __name__, url_prefix="/admin/ticks")
PAGE = 50
NAMES = {
    ticking.TICK: N_("Due work"), ticking.QUIET: N_("Nothing due"), "chain": N_("History checked"),
    "years": N_("Years of the calendar"), "clean": N_("Old rows removed"), "deadlines": N_("Deadlines reckoned again"),
    "absences": N_("Absences begun or ended"), "holds": N_("Holds proposed"),
}  # fmt: skip
COUNTS = {
    "matters": N_("%(n)s matters moved"), "holds": N_("%(n)s holds proposed"),
    "runs": N_("%(n)s runs"), "rungs": N_("%(n)s rungs climbed"), "reminders": N_("%(n)s reminders told"),
    "events": N_("%(n)s events"), "days": N_("%(n)s days added"), "rows": N_("%(n)s rows"),
    "clocks": N_("%(n)s clocks agree"), "provisional": N_("%(n)s stand on provisional days"),
}  # fmt: skip


@bp.get("")
@require("settings.admin")
def listing() -> Answer:
    """The last runs, newest first."""
    before = request.args.get("before", "")
    found = select(TickRun).order_by(TickRun.id.desc()).limit(PAGE + 1)
    if before.isascii() and before.isdigit() and len(before) < 12:
        found = found.where(TickRun.id < int(before))
    rows = list(db.session.scalars(found))
    more = url_for("ticks.listing", before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    rows_shown = [_line(row) for row in rows[:PAGE]]
    return show("admin/ticks.html", rows=rows_shown, more=more, mail=outbox.standing_still(db.session(), now()))


def _line(row: TickRun) -> dict[str, Any]:
    counts = [Words(COUNTS[name], n=n) if name in COUNTS else f"{name} {n}" for name, n in row.counts.items() if n]
    return {"row": row, "name": NAMES.get(row.what, row.what), "counts": counts}

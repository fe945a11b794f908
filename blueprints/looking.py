"""The supervisor's lists: what was carried out without a decision on a day (D-01), and approving several at once (E-06)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints._case_facts import papers
from blueprints._change_view import before_after
from blueprints._shared import Answer, me, not_found, page, require, writing
from blueprints._words import zone
from models import db
from rules import bulk, catalogue, figures, looking, queries
from rules.byhand import day_typed
from rules.facts import Facts
from rules.once import Repeated
from rules.store import Busy, now
from rules.words import N_, Refused, Words
from rules.workflow import perform

bp = Blueprint("looking", __name__, url_prefix="/changes")
Results = list[tuple[str, Words, bool]]  # ref, what came of it, whether it was done


@bp.get("/day")
@require("change.look")
def day() -> Answer:
    """What was carried out without a decision on one day, and how many of earlier days nobody has looked at."""
    return _day_page(_chosen())


@bp.post("/look")
@require("change.look")
def look() -> Answer:
    """Mark the ticked ones, or all that are shown, as seen; what may not be marked says why."""
    chosen = _chosen()
    name = "shown" if request.form.get("all") else "change"
    ids = [int(key) for key in request.form.getlist(name) if key.isascii() and key.isdigit() and len(key) < 16]
    with writing("change.look") as tx:
        results = looking.look(tx, ids[: looking.MOST])
        g.result = url_for("looking.day", day=chosen.isoformat())
    return _day_page(chosen, results)


@bp.get("/waiting")
@require("change.look")
def waiting() -> Answer:
    """The plain zero-cost changes that wait for the reader, to be ticked."""
    return _waiting_page()


@bp.post("/approve")
@require("change.look")
def approve() -> Answer:
    """Approve the ticked ones, each in a write of its own: what does not go says why, and the others are approved."""
    refs = list(dict.fromkeys(request.form.getlist("change")))[: bulk.MOST]
    return _waiting_page([(ref, *_approve(ref)) for ref in refs])


# ------------------------------------------------------------------------------------------ the day


def _chosen() -> date:
    """The day asked for, else today where the reader is."""
    try:
        found = day_typed(request.values.get("day"))
    except Refused:
        found = None
    return found or now().astimezone(zone()).date()


def _day_page(chosen: date, results: Results | None = None) -> Answer:
    db.session.expire_all()
    begins, ends = (datetime.combine(d, time(), zone()).astimezone(UTC) for d in (chosen, chosen + timedelta(days=1)))
    lines = looking.day(db.session(), me(), begins, ends)
    older = Counter(at.astimezone(zone()).date() for at in looking.unlooked(db.session(), me(), begins))
    return page(
        "change/day.html", day=chosen, lines=[_line(line) for line in lines], older=sorted(older.items()),
        results=results or [], yesterday=chosen - timedelta(days=1), tomorrow=chosen + timedelta(days=1),
        left=sum(line.change.looked_at is None for line in lines), most=looking.MOST,
    )  # fmt: skip


def _line(line: looking.Line) -> dict[str, Any]:
    return {"l": line} | _change(line.change)


def _change(change: Any) -> dict[str, Any]:
    return {
        "c": change, "href": url_for("cases.case", ref=change.ref), "kind": catalogue.BY_CODE[change.code].name,
        "rows": before_after(change),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------ several at once


def _waiting_page(results: Results | None = None) -> Answer:
    db.session.expire_all()
    items = bulk.waiting(db.session(), me(), now())
    rows = [{"i": item, "papers": papers(item.facts)} | _change(item.change) for item in items if item.why is None]
    return page("change/waiting.html", rows=rows, others=len(items) - len(rows), results=results or [])


def _approve(ref: str) -> tuple[Words, bool]:
    """Approve one; what came of it, and whether it was done."""
    version = request.form.get(f"version-{ref}", "")
    try:
        with writing("approve", ref) as tx:
            case = queries.case_by_ref(tx.session, me(), ref, fresh=True)
            if case is None or case.kind != "change":
                raise not_found()
            if not figures.second_look(tx.session, case.office_id):
                raise Refused(Words(bulk.NO_SECOND_LOOK))
            if why := bulk.plain(me(), case, Facts(tx.session, case), tx.at):
                raise Refused(why)
            perform(tx, case, "approve", {}, int(version) if version.isascii() and version.isdigit() else -1)
            g.result = url_for("looking.waiting")
    except Repeated:
        return Words(N_("Approved before with the same form; nothing changed")), True
    except Busy:
        return Words(N_("Not saved: many changes at once. Try again.")), False
    except Refused as no:
        return no.why, False
    return Words(N_("Approved")), True

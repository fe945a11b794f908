"""What auditors look at, and supervisors in their own office: decisions made without looking, and high-risk changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, request, url_for

from blueprints import _byhand
from blueprints._shared import Answer, me, page, require
from blueprints._words import zone
from models import db
from rules import approvals, auditing, catalogue
from rules.byhand import day_typed
from rules.store import now
from rules.words import N_, Refused
from rules.workflow import KINDS

bp = Blueprint("audit", __name__, url_prefix="/audit")
DAYS = timedelta(days=30)
RESULTS = {"approved": N_("Approved"), "refused": N_("Refused"), "returned": N_("Returned"), "waiting": N_("Waiting"),
           "dropped": N_("Not asked any more")}  # fmt: skip


@bp.get("/decisions")
@require("history.read")
def decisions() -> Answer:
    """Decisions made too fast, or without opening the change or its proof; the last thirty days unless said otherwise."""
    until, since = _day("to"), _day("from")
    ends = until + timedelta(days=1) if until else now() + timedelta(seconds=1)
    begins = since or ends - DAYS
    lines, following = auditing.hasty(db.session(), me(), begins, ends, _after())
    typed: dict[str, Any] = {name: request.args[name] for name in ("from", "to") if request.args.get(name)}
    older = (
        url_for("audit.decisions", **typed, after=f"{following[0].isoformat()}|{following[1]}") if following else None
    )
    shown, first_day = [_line(line) for line in lines], begins.astimezone(zone()).date()
    return page("history/decisions.html", lines=shown, older=older, typed=typed, begins=first_day)


@bp.get("/high-risk")
@require("history.read")
def high_risk() -> Answer:
    """Every back-dating and advance issue of a bill of lading, with its signers and the release officer."""
    found, before = auditing.high_risk(db.session(), me(), _byhand.number("before", request.args))
    older = url_for("audit.high_risk", before=before) if before else None
    return page("history/high_risk.html", rows=[_risky(row) for row in found], older=older)


def _line(line: auditing.Hasty) -> dict[str, Any]:
    return {
        "d": line, "href": url_for("cases.case", ref=line.ref), "history": url_for("history.listing", ref=line.ref),
        "kind": catalogue.BY_CODE[line.gist["code"]].name, "role": approvals.STEP_NAMES[line.role],
        "result": RESULTS[line.status],
    }  # fmt: skip


def _risky(row: auditing.Risky) -> dict[str, Any]:
    change = row.change
    steps = [(approvals.STEP_NAMES[s.role], RESULTS[s.status], s) for s in row.steps]
    return {
        "c": change, "href": url_for("cases.case", ref=change.ref), "history": url_for("history.listing", ref=change.ref),
        "kind": catalogue.BY_CODE[change.code].name, "state": KINDS["change"].state(change.state).label, "steps": steps,
    }  # fmt: skip


def _day(name: str) -> datetime | None:
    """The office's midnight at which a typed day begins."""
    try:
        found = day_typed(request.args.get(name))
    except Refused:
        return None
    return datetime.combine(found, time(), zone()) if found else None


def _after() -> auditing.Key | None:
    try:
        at, number = request.args.get("after", "").replace(" ", "+").split("|")
        found = datetime.fromisoformat(at)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)), int(number[:18])
    except ValueError:
        return None

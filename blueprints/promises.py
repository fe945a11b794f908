"""What the desk has promised and not kept yet, one's own or the office's, the overdue first (CUS-15)."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, request, url_for

from blueprints._promises_view import line
from blueprints._shared import Answer, me, page, require
from models import db
from rules import open_promises
from rules.open_promises import Place
from rules.policy import can

bp = Blueprint("promises", __name__)


@bp.get("/promises")
@require("promise.read")
def listing() -> Answer:
    """Open promises: mine, or all of the office."""
    writes = can(me(), "case.write")
    mine = writes and request.args.get("view") != "office"
    rows, following = open_promises.waiting(db.session(), me(), mine, _after(request.args.get("after", "")))
    view = "mine" if mine else "office"
    later = url_for("promises.listing", view=view, after=_place(following)) if following else None
    lines = [(line(promise, with_case=True), customer) for promise, customer in rows]
    return page(
        "promises/list.html", "more", lines=lines, mine=mine, views=writes, next_url=later, may=writes,
        here=url_for("promises.listing", view=view),
    )  # fmt: skip


def _place(place: Place) -> str:
    return f"{place[0].isoformat()}_{place[1]}"


def _after(typed: str) -> Place | None:
    """Where a page begins; None for what is no place."""
    moment, _, key = typed.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(key)) if at.tzinfo is not None and key.isascii() and key.isdigit() and len(key) < 16 else None

"""The find box: a number, phone, name, initials or words; straight to the page on one hit (freight 6)."""

from __future__ import annotations

from flask import Blueprint, redirect, request

from blueprints import _find_view
from blueprints._shared import Answer, asked_id, me, page, require
from models import db
from rules import search

bp = Blueprint("find", __name__)
SHOWN = 30


@bp.get("/find")
@require("find")
def find() -> Answer:
    """Go to the one thing found, or list what was found; `sort` limits the list to one kind, `before` turns its page."""
    typed = request.args.get("q", "").strip()[:200]
    sort = request.args.get("sort", "")
    chosen, before = sort if sort in search.SORTS else "", asked_id("before")
    found = search.find(db.session(), me(), typed, SHOWN, chosen, before) if typed else search.Found([])
    if found.only is not None and not sort:
        return redirect(_find_view.address(found.only))
    return page(
        "find/find.html", q=typed, find_q=typed, groups=_find_view.groups(found, typed, chosen), sort=chosen,
        sorts=_find_view.sorts(found, typed, chosen), more=_find_view.more(found, typed, chosen), count=len(found.hits),
    )  # fmt: skip

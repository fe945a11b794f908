"""Notices: what has come to me by itself, unread first; reading is noted by a form, never by looking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, url_for

from blueprints._shared import Answer, done, me, page, require, writing
from models import Notice, db
from rules import notices
from rules.store import now
from rules.words import N_, Words

bp = Blueprint("notices", __name__, url_prefix="/notices")
# Notices about no matter and no customer: where they lead, and what that is called.
PLACES = {"handbook": ("drafting.drafts", N_("Being drafted")), "idea": ("ideas.listing", N_("Suggestions"))}


@bp.get("")
@require("own.settings")
def listing() -> Answer:
    """My notices."""
    rows = [_line(*found) for found in notices.of(db.session(), me(), now())]
    return page("notices/list.html", rows=rows, unread=sum(row["notice"].seen_at is None for row in rows))


@bp.post("/seen")
@require("own.settings")
def all_seen() -> Answer:
    """Mark all of my notices as read."""
    return _seen(None)


@bp.post("/<int:notice_id>/seen")
@require("own.settings")
def seen(notice_id: int) -> Answer:
    """Mark one of my notices as read."""
    return _seen(notice_id)


def _seen(notice_id: int | None) -> Answer:
    with writing("notice.seen") as tx:
        g.result = url_for("notices.listing")
        notices.seen(tx, notice_id)
    return done(url_for("notices.listing"))


def _line(notice: Notice, ref: str | None, customer: str | None) -> dict[str, Any]:
    if notice.kind in PLACES:
        endpoint, about = PLACES[notice.kind]
        return {"notice": notice, "text": Words.load(notice.text), "href": url_for(endpoint), "about": Words(about)}
    href = url_for("cases.case", ref=ref) if ref else None
    if href is None and customer:
        href = url_for("customers.customer", customer_id=notice.customer_id)
    gone = (notice.case_id or notice.customer_id) and href is None  # of a place that the person has left
    text = Words(N_("About a matter that you may no longer see.")) if gone else Words.load(notice.text)
    return {"notice": notice, "text": text, "href": href, "about": ref or customer}

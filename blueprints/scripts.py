"""Scripts at hand while an answer is written: the list under the composer's field (KNO-04)."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for

from blueprints import _scripts_view
from blueprints._shared import Answer, me, not_found, page, require, wants_part
from models import db
from rules import queries

bp = Blueprint("scripts", __name__)


@bp.get("/cases/<ref>/scripts")
@require("case.write")
def fitting(ref: str) -> Answer:
    """The scripts that fit a matter, its hearer, its channel and what was typed, best first."""
    case = queries.case_by_ref(db.session(), me(), ref)
    if case is None:
        raise not_found()
    if not wants_part():
        return redirect(url_for("cases.case", ref=ref))
    sought = request.args.get("q", "")
    found = _scripts_view.listed(case, request.args)
    draft, at = url_for("cases.draft", ref=ref), f"-{case.id}"
    return page("cases/_fitting.html", found=found, sought=sought, draft_url=draft, at=at)

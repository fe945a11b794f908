"""“Explain this deadline”: every clock of a case in sentences, as a page or opened in its row."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from blueprints import _rows
from blueprints._shared import Answer, me, not_found, page, require, safe_back, wants_part
from models import db
from rules import explaining, queries, queue
from rules.facts import Facts
from rules.store import now
from rules.words import N_

bp = Blueprint("clocks", __name__)


@bp.get("/cases/<ref>/clocks")
@require("case.read")
def clocks(ref: str) -> Answer:
    """All clocks and decisions of a case, each explained; asked for from a row, the row opened with them inside."""
    session, who = db.session(), me()
    case = queries.case_by_ref(session, who, ref)
    if case is None:
        raise not_found()
    back = safe_back(request.args.get("back"), url_for("queue.queue"))
    row = _rows.build(queue.row_of(session, who, case.id), who, back)
    row.case = explaining.of_case(session, case, Facts(session, case), now())
    if wants_part():
        row.open, row.inside = True, "clocks/_explained.html"
        return page("cases/row.html", row=row, said=None, counts=[], oob=True)
    return page("clocks/clocks.html", row=row, title=N_("Why this time"))

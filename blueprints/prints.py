"""Forms to print on A4: change notice (HC-27), hold and release notice, record of an inquiry. No script, nothing is written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints import _print_view, _record_view
from blueprints._shared import Answer, me, not_found, page, require
from blueprints._words import LANGUAGES, OTHER, TAGS, language, speaking
from models import db
from rules import printing, queries

bp = Blueprint("prints", __name__)


@bp.get("/cases/<ref>/print/<form>")
@require("case.read")
def form(ref: str, form: str) -> Answer:
    """A form of a matter as it stands now, in the reader's language or in `lang`."""
    case = queries.case_by_ref(db.session(), me(), ref)
    if case is None or form not in dict(printing.forms_of(case)):
        raise not_found()
    asked = request.args.get("lang", "")
    spoken = asked if asked in LANGUAGES else language()
    with speaking(spoken):
        other, name = OTHER[spoken]
        template, sheet = _paper(case, form)
        return page(template, sheet=sheet, tag=TAGS[spoken],
                    other=(TAGS[other], name, url_for("prints.form", ref=ref, form=form, lang=other)),
                    case_url=url_for("cases.case", ref=ref))  # fmt: skip


def _paper(case: Any, form: str) -> tuple[str, Any]:
    """The template of a form, and what stands on it."""
    if form == printing.RECORD:
        return "prints/record.html", _record_view.sheet(case, me())
    return "prints/form.html", _print_view.sheet(case, form, me())

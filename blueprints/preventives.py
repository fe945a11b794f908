"""Measures after complaints: the list with what is overdue first, and what came of each (CMP-21)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from wtforms import Form

from blueprints._shared import Answer, done, me, page, require, writing
from models import db
from rules import fields, policy, preventives
from rules.store import now
from rules.words import N_, Refused

bp = Blueprint("preventives", __name__, url_prefix="/preventives")


class Finished(Form):
    """What came of a measure."""

    result = fields.sentence(N_("Result"), fields.Filled(N_("Write what came of it.")), longest=300)


@bp.get("")
@require("preventive.read")
def listing() -> Answer:
    """The open measures, first due first, or those that are done."""
    return _listing()


@bp.post("/<int:preventive_id>/done")
@require("preventive.write")
def finish(preventive_id: int) -> Answer:
    """A measure is done, with its result."""
    form = Finished(request.form)
    if not form.validate():
        return _listing({preventive_id: form}, 422)
    try:
        with writing("preventive.done") as tx:
            g.result = url_for("preventives.listing")
            preventives.finish(tx, preventive_id, form.result.data)
    except Refused as no:
        if no.code == 404:
            raise
        form.result.errors = [no.why]
        return _listing({preventive_id: form}, no.code)
    return done(url_for("preventives.listing"), N_("Done, with its result on record"))


def _listing(tried: dict[int, Any] | None = None, code: int = 200) -> Answer:
    who, over = me(), request.args.get("over") == "1"
    rows = [_line(tried or {}, *line) for line in preventives.listing(db.session(), who, over)]
    return page("preventives/list.html", code=code, rows=rows, over=over, failed=code >= 400)


def _line(tried: dict[int, Any], row: Any, ref: str, title: str) -> dict[str, Any]:
    who = me()
    late = row.done_at is None and row.due_on < preventives.today(db.session(), row.office_id, now())
    writes = row.done_at is None and policy.can(who, "preventive.write") and preventives.may_finish(who, row)
    return {
        "m": row,
        "ref": ref,
        "title": title,
        "late": late,
        "form": (tried.get(row.id) or Finished()) if writes else None,
    }

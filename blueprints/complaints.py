"""Responsible parties confirmed by a supervisor, several at once (D-08)."""

from __future__ import annotations

from flask import Blueprint, g, request, url_for

from blueprints._shared import Answer, me, not_found, page, require, writing
from models import db
from rules import queries, responsible
from rules.once import Repeated
from rules.store import Busy
from rules.words import N_, Refused, Words
from rules.workflow import perform

bp = Blueprint("complaints", __name__, url_prefix="/complaints")
Results = list[tuple[str, Words, bool]]


@bp.get("/confirm")
@require("complaint.confirm")
def waiting() -> Answer:
    """The complaints whose responsible party waits for the reader."""
    return _page()


@bp.post("/confirm")
@require("complaint.confirm")
def confirm() -> Answer:
    """Confirm the ticked ones, each in a write of its own: what does not go says why, the others are confirmed."""
    refs = list(dict.fromkeys(request.form.getlist("complaint")))[: responsible.MOST]
    return _page([(ref, *_confirm(ref)) for ref in refs])


def _page(results: Results | None = None) -> Answer:
    db.session.expire_all()
    found = responsible.waiting(db.session(), me())
    rows = [(case, responsible.shown(case), url_for("cases.case", ref=case.ref)) for case in found]
    return page("complaint/confirm.html", rows=rows, results=results or [])


def _confirm(ref: str) -> tuple[Words, bool]:
    """Confirm one; what came of it, and whether it was done."""
    version = request.form.get(f"version-{ref}", "")
    try:
        with writing("confirm", ref) as tx:
            case = queries.case_by_ref(tx.session, me(), ref, fresh=True)
            if case is None or case.kind != "complaint":
                raise not_found()
            perform(tx, case, "confirm_party", {}, int(version) if version.isascii() and version.isdigit() else -1)
            g.result = url_for("complaints.waiting")
    except Repeated:
        return Words(N_("Confirmed before with the same form; nothing changed")), True
    except Busy:
        return Words(N_("Not saved: many changes at once. Try again.")), False
    except Refused as no:
        return no.why, False
    return Words(N_("Responsible party confirmed")), True

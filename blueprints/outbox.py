"""Mail that the desk sends itself: what waits, failed or may have arrived, and what a person does about it (SYS-08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _outbox_view
from blueprints._admin import sent_version
from blueprints._shared import Answer, done, me, page, require, safe_back, writing
from models import Outbox, db
from rules import outbox
from rules.store import Tx
from rules.words import N_, Refused

bp = Blueprint("outbox", __name__, url_prefix="/outbox")
SAID = {
    "outbox.again": N_("It goes out within seconds"),
    "outbox.by_hand": N_("On record as sent otherwise"),
    "outbox.drop": N_("Given up, with its reason on record"),
}


@bp.get("")
@require("outbox.read")
def listing() -> Answer:
    """Mail that has not arrived yet, or that in one state, newest first."""
    state, before = request.args.get("state", ""), request.args.get("before", "")
    states = (state,) if state in outbox.STATES else outbox.OPEN
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    found = outbox.rows(db.session(), me(), states, last)
    more = (
        url_for("outbox.listing", state=state, before=found[outbox.PAGE - 1][0].id)
        if len(found) > outbox.PAGE
        else None
    )
    rows = [_outbox_view.line(row, me()) for row in found[: outbox.PAGE]]
    return page("outbox/list.html", rows=rows, more=more, views=_outbox_view.views(state), sends=outbox.sends())


@bp.get("/<int:row_id>")
@require("outbox.read")
def letter(row_id: int) -> Answer:
    """One mail, and what can be done about it."""
    return _letter(row_id)


@bp.post("/<int:row_id>/again")
@require("outbox.write")
def again(row_id: int) -> Answer:
    """Send it once more: the same mail under the same number."""
    sure = request.form.get("sure") == "y"
    return _act(row_id, "outbox.again", lambda tx: outbox.again(tx, row_id, sent_version(), sure))


@bp.post("/<int:row_id>/by-hand")
@require("outbox.write")
def by_hand(row_id: int) -> Answer:
    """It reached the recipient otherwise."""
    return _act(
        row_id, "outbox.by_hand", lambda tx: outbox.by_hand(tx, row_id, sent_version(), request.form.get("how", ""))
    )


@bp.post("/<int:row_id>/drop")
@require("outbox.write")
def drop(row_id: int) -> Answer:
    """It is not to be sent any more."""
    return _act(
        row_id, "outbox.drop", lambda tx: outbox.drop(tx, row_id, sent_version(), request.form.get("reason", ""))
    )


def _act(row_id: int, action: str, work: Callable[[Tx], Outbox]) -> Answer:
    here = safe_back(request.form.get("back"), url_for("outbox.letter", row_id=row_id))
    try:
        with writing(action) as tx:
            g.result = here
            work(tx)
    except Refused as no:
        if no.code in (403, 404):
            raise
        db.session.rollback()
        return _letter(row_id, (action.removeprefix("outbox."), request.form, no))
    return done(here, SAID[action])


def _letter(row_id: int, tried: tuple[str, Any, Refused] | None = None) -> Answer:
    row = _outbox_view.line(outbox.one(db.session(), me(), row_id), me(), tried)
    code = tried[2].code if tried else 200
    return page("outbox/letter.html", code=code, row=row, body=row.body, failed=code >= 400)

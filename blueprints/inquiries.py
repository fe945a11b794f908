"""Inquiries: the message that asks the customer for what is missing, written into the composer (INQ-02, INQ-05)."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from sqlalchemy import select

from blueprints import _inquiry_view
from blueprints._shared import Answer, done, me, not_found, require
from models import Draft, db
from rules import queries
from rules.store import write_tx
from rules.words import N_

bp = Blueprint("inquiries", __name__)


@bp.post("/inquiries/<ref>/words")
@require("quotation.write")
def words(ref: str) -> Answer:
    """Write the question for the gap, or that a call-back follows, into the composer after what stands there; nothing is sent."""
    case, what = queries.case_by_ref(db.session(), me(), ref), request.form.get("what", "gap")
    if case is None or case.kind != "inquiry" or not (what == "later" or _inquiry_view.asks(case)):
        raise not_found()
    text, number = _inquiry_view.message(case, what), case.id
    with write_tx(me(), "draft") as tx:
        mine = select(Draft).where(Draft.user_id == me().user_id, Draft.place == ref)
        kept = tx.session.scalars(mine).first() or tx.add(Draft(user_id=me().user_id, place=ref, values={}, at=tx.at))
        before = (kept.values.get("text") or "").replace(text, "").rstrip()
        kept.values, kept.at = {**kept.values, "to": "shipper", "text": f"{before}\n{text}".strip()[:4000]}, tx.at
    return done(url_for("cases.case", ref=ref) + f"#text-{number}", N_("Written below: read it, then send it."))

"""A picture of a proof, large enough to be read, shown in the row that it belongs to."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, current_app, send_file

from blueprints._shared import Answer, me, not_found, require
from models import db
from rules import papers, queries, seen

bp = Blueprint("pictures", __name__)


@bp.get("/papers/<int:paper_id>/picture")
@require("case.read")
def picture(paper_id: int) -> Answer:
    """An attached picture, made anew on the server so that nothing but its pixels reaches a browser."""
    found = queries.attachment(db.session(), me(), paper_id)
    large = papers.enlarged(current_app.config["DATA"] / "attachments", found.sha256, found.name) if found else None
    if large is None:
        raise not_found()
    seen.proof(db.session(), me(), paper_id)
    return send_file(BytesIO(large), mimetype=papers.PREVIEW_MEDIA)

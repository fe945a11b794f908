"""For the machine that watches the desk: whether database and history answer. No secrets, no sign-in."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from blueprints._shared import Answer
from models import Event, db
from rules import history

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> Answer:
    """200 when the database answers and the newest event fits the chain, else 503."""
    try:
        last = db.session.scalar(select(func.max(Event.seq))) or 0
        whole = history.verify(db.session(), max(0, last - 1)).bad is None
        found = {"ok": whole, "database": "answers", "chain tail": "fits" if whole else "does not fit"}
    except SQLAlchemyError:
        found = {"ok": False, "database": "does not answer", "chain tail": "unknown"}
    return jsonify(found), 200 if found["ok"] else 503


@bp.get("/favicon.ico")
def favicon() -> Answer:
    """The mark, for browsers that ask for it by its old name."""
    return current_app.send_static_file("favicon.svg")

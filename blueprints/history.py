"""Placeholder while being built."""

from flask import Blueprint

bp = Blueprint("history", __name__)


@bp.get("/history")
def listing():
    """Being built."""
    return ""


@bp.get("/history/<int:seq>")
def event(**_values):
    """Being built."""
    return ""

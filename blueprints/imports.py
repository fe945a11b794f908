"""Placeholder while being built."""

from flask import Blueprint

bp = Blueprint("imports", __name__)


@bp.get("/import")
def upload():
    """Being built."""
    return ""


@bp.get("/import-x")
def x(**_values):
    """Being built."""
    return ""

"""Placeholder while being built."""

from flask import Blueprint

bp = Blueprint("admin", __name__)


@bp.get("/admin")
def home():
    """Being built."""
    return ""


@bp.get("/admin-x")
def x(**_values):
    """Being built."""
    return ""

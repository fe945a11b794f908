"""Placeholder while being built."""

from flask import Blueprint

bp = Blueprint("find", __name__)


@bp.get("/find")
def find():
    """Being built."""
    return ""


@bp.get("/find-x")
def x(**_values):
    """Being built."""
    return ""

"""Placeholder while being built."""

from flask import Blueprint

bp = Blueprint("customers", __name__)


@bp.get("/customers")
def listing():
    """Being built."""
    return ""


@bp.get("/customers/<int:customer_id>")
def customer(**_values):
    """Being built."""
    return ""

"""Placeholder while being built."""

from flask import Blueprint

bp = Blueprint("shipments", __name__)


@bp.get("/shipments")
def listing():
    """Being built."""
    return ""


@bp.get("/shipments/<int:shipment_id>")
def shipment(**_values):
    """Being built."""
    return ""

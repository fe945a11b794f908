"""The find box: a number, phone, name, initials or “destination consignee”; straight to the page on one hit (freight 6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from blueprints._shared import Answer, me, page, require
from models import db
from rules import search, stages
from rules.customer_forms import STATUSES
from rules.words import N_, Words
from rules.workflow import KINDS

bp = Blueprint("find", __name__)
SHOWN = 30
HEADINGS = {"customer": N_("Customers"), "shipment": N_("Shipments"), "case": N_("Matters")}


@bp.get("/find")
@require("find")
def find() -> Answer:
    """Go to the one thing found, or list what was found."""
    typed = request.args.get("q", "").strip()[:200]
    found = search.find(db.session(), me(), typed, SHOWN) if typed else search.Found([])
    if found.only is not None:
        return redirect(address(found.only))
    groups = [(HEADINGS[what], [_shown(hit) for hit in found.hits if hit.what == what]) for what in _in_order(found)]
    return page(
        "find/find.html", q=typed, find_q=typed, groups=groups, count=len(found.hits), capped=len(found.hits) == SHOWN
    )


def _in_order(found: search.Found) -> list[str]:
    """Kinds of thing in the order of their best hit."""
    return list(dict.fromkeys(hit.what for hit in found.hits))


def address(hit: search.Hit) -> str:
    """The page of a thing found."""
    if hit.what == "customer":
        return url_for("customers.customer", customer_id=hit.id)
    if hit.what == "shipment":
        return url_for("shipments.shipment", shipment_id=hit.id)
    return url_for("cases.case", ref=hit.label)


def _shown(hit: search.Hit) -> tuple[str, Any, Any, list[Any]]:
    """A hit for the list: address, label, mark, details."""
    if hit.what == "customer":
        return (
            address(hit),
            hit.label,
            STATUSES.get(hit.state),
            [Words(N_("class %(grade)s"), grade=hit.kind), *hit.detail],
        )
    if hit.what == "shipment":
        label = hit.label or Words(N_("Without number"))
        return address(hit), label, stages.NAMES.get(hit.state), [stages.MODES.get(hit.kind), *hit.detail]
    flow = KINDS[hit.kind]
    mark = next((state.label for state in flow.states if state.name == hit.state), None)
    return address(hit), hit.label, mark, [flow.label, *hit.detail]

"""Roles and grades that wait for a second person, and his answer (E-18)."""

from __future__ import annotations

from flask import Blueprint, url_for

from blueprints._admin import show
from blueprints._shared import Answer, done, me, require, writing
from models import db
from rules import granting
from rules.policy import ROLE_NAMES
from rules.words import N_

bp = Blueprint("grants", __name__, url_prefix="/admin/grants")


@bp.get("")
@require("grant.second")
def waiting() -> Answer:
    """What waits: the account, what it holds and what it shall hold, who asked."""
    return show("admin/grants.html", rows=granting.lines(db.session(), me()), role_names=ROLE_NAMES)


@bp.post("/<int:grant_id>/agree")
@require("grant.second")
def agree(grant_id: int) -> Answer:
    """Agree as the second person; it counts from now on."""
    with writing("grant.agree") as tx:
        granting.agree(tx, grant_id)
    return done(url_for("grants.waiting"), N_("Agreed. It counts from now on."))


@bp.post("/<int:grant_id>/refuse")
@require("grant.second")
def refuse(grant_id: int) -> Answer:
    """Say no, or take back what one has asked for oneself."""
    with writing("grant.refuse") as tx:
        granting.refuse(tx, grant_id)
    return done(url_for("grants.waiting"), N_("Not agreed; the account keeps what it has."))

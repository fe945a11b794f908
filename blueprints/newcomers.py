"""Who is a newcomer, and until when: a supervisor's word alone, because it lets prices go out unreviewed (ORG-04, INQ-17)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import select

from blueprints._admin import save
from blueprints._shared import Answer, done, me, not_found, page, require
from models import User, UserRole, db
from rules import accounts
from rules.newcomer_forms import NewcomerForm
from rules.policy import AGENT, unseen
from rules.store import Tx, now
from rules.words import N_

bp = Blueprint("newcomers", __name__, url_prefix="/people/newcomers")


@bp.get("")
@require("newcomer.release")
def listing() -> Answer:
    """The agents of the supervisor's office, each with the day until which he is a newcomer."""
    return _page()


@bp.post("/<int:user_id>")
@require("newcomer.release")
def release(user_id: int) -> Answer:
    """Set that day, or end it."""
    form = NewcomerForm(request.form)
    if code := save(form, "user.newcomer", lambda tx: _set(tx, user_id, form)):
        return _page(user_id, form, code)
    return done(url_for("newcomers.listing"), N_("Saved."))


def _set(tx: Tx, user_id: int, form: NewcomerForm) -> None:
    user = tx.session.scalars(_agents().where(User.id == user_id)).first()
    if user is None:
        raise not_found()
    accounts.set_newcomer(tx, user, form.newcomer_until.data)


def _agents() -> Any:
    held = select(UserRole.user_id).where(UserRole.role == AGENT)
    found = select(User).where(User.id.in_(held), User.disabled_at.is_(None)).order_by(User.name)
    office = me().office_id
    return unseen(found if office is None else found.where(User.office_id == office))


def _page(user_id: int = 0, tried: NewcomerForm | None = None, code: int = 200) -> Answer:
    today = now().date()
    rows = [
        (user, tried if tried and user.id == user_id else NewcomerForm(data={"newcomer_until": user.newcomer_until}),
         user.newcomer_until is not None and user.newcomer_until >= today, user.id == me().user_id)
        for user in db.session.scalars(_agents())
    ]  # fmt: skip
    return page("people/newcomers.html", code=code, rows=rows, failed=code >= 400)

"""Who is away, from when to when, and who covers (ORG-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints._admin import save
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from blueprints._words import zone
from models import Absence, User, db
from rules import covering, queries
from rules.cover_forms import AbsenceForm
from rules.policy import SUPERVISOR
from rules.store import Tx, now
from rules.words import N_

bp = Blueprint("absence", __name__, url_prefix="/people/absence")


@bp.get("")
@require("cover.write")
def listing() -> Answer:
    """Absences that are not over, and the form of a new one."""
    return _page(_with_people(AbsenceForm(data={"user": request.args.get("of", str(me().user_id))})))


@bp.post("")
@require("cover.write")
def enter() -> Answer:
    """Enter an absence; open work goes to the cover at once when it has begun."""
    form = _with_people(AbsenceForm(request.form))
    if code := save(form, "absence.enter", lambda tx: _enter(tx, form)):
        return _page(form, code)
    covering.carry_out()
    return done(url_for("absence.listing"), N_("Entered. New work goes to the cover in these days."))


@bp.post("/<int:absence_id>/revoke")
@require("cover.write")
def revoke(absence_id: int) -> Answer:
    """End an absence now; the open work comes back."""
    with writing("absence.revoke") as tx:
        found = tx.session.scalars(
            select(Absence).where(Absence.id == absence_id).options(joinedload(Absence.user))
        ).first()  # fmt: skip
        if found is None or me().office_id not in (None, found.user.office_id):
            raise not_found()
        covering.revoke(tx, found)
    covering.carry_out()
    return done(url_for("absence.listing"), N_("Ended. The work comes back."))


def _enter(tx: Tx, form: Any) -> None:
    user, cover = (tx.session.get_one(User, int(field.data)) for field in (form.user, form.cover))
    covering.enter(tx, user, cover, form.first.data, form.last.data, form.reason.data)


def _with_people(form: Any) -> Any:
    own = (str(me().user_id), me().name)
    office = me().office_id
    others = queries.colleagues(db.session(), me(), office) if office is not None else _everybody()
    form.user.choices = [own, *others] if SUPERVISOR in me().roles else [own]
    form.cover.choices = [("", N_("Choose")), own, *others]
    return form


def _everybody() -> list[tuple[str, str]]:
    found = select(User.id, User.display, User.name).where(User.disabled_at.is_(None), User.id != me().user_id)
    return [(str(key), f"{display} {name}") for key, display, name in db.session.execute(found.order_by(User.display))]


def _page(form: Any, code: int = 200) -> Answer:
    at, here = now(), zone()
    rows = [
        (
            a,
            a.from_at.astimezone(here).date(),
            (a.until_at - timedelta(seconds=1)).astimezone(here).date(),
            a.from_at <= at,
        )
        for a in covering.listed(db.session(), me(), at)
    ]
    return page(
        "cover/absence.html", code=code, form=form, rows=rows, failed=code >= 400, leads=SUPERVISOR in me().roles
    )

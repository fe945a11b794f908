"""Offices: name, time zone and desk hours (D-15, E-32)."""

from __future__ import annotations

import zlib
from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import func, select

from blueprints._admin import clash, save, sent_version, show
from blueprints._shared import Answer, done, not_found, require
from models import Office, User, db
from rules import figures, offices, register
from rules.admin_forms import NewOfficeForm, OfficeForm
from rules.store import Tx
from rules.words import N_, Refused, Words

bp = Blueprint("offices", __name__, url_prefix="/admin/offices")


@bp.get("")
@require("office.admin")
def listing() -> Answer:
    """All offices with their desk hours and how many people they have."""
    people = select(User.office_id, func.count()).where(User.disabled_at.is_(None)).group_by(User.office_id)
    count = dict(db.session.execute(people).tuples().all())
    found = db.session.scalars(select(Office).order_by(Office.name)).all()
    return show("admin/offices.html", rows=[(office, _shown(office), count.get(office.id, 0)) for office in found])


@bp.get("/new")
@require("office.admin")
def new() -> Answer:
    """The form of a new office."""
    return show("admin/office.html", office=None, form=NewOfficeForm(), theirs=(), version=None)


@bp.post("/new")
@require("office.admin")
def add() -> Answer:
    """Make an office."""
    form = NewOfficeForm(request.form)
    if code := save(form, "office.add", lambda tx: _add(tx, form)):
        return show("admin/office.html", code, office=None, form=form, theirs=(), version=None)
    return done(url_for("offices.listing"), Words(N_("Added %(name)s."), name=form.name.data))


@bp.get("/<int:office_id>")
@require("office.admin")
def office(office_id: int) -> Answer:
    """One office."""
    found = _office(office_id)
    data = _data(found)
    return show("admin/office.html", office=found, form=OfficeForm(data=data), theirs=(), version=_version(data))


@bp.post("/<int:office_id>")
@require("office.admin")
def edit(office_id: int) -> Answer:
    """Change an office; running clocks keep the time they were promised."""
    form = OfficeForm(request.form)
    if code := save(form, "office.edit", lambda tx: _edit(tx, office_id, form)):
        found = _office(office_id)
        data = _data(found)
        theirs = clash(form, data) if code == 409 else ()
        return show("admin/office.html", code, office=found, form=form, theirs=theirs, version=_version(data))
    return done(url_for("offices.listing"), N_("Saved."))


def _office(office_id: int) -> Office:
    found = db.session.get(Office, office_id)
    if found is None:
        raise not_found()
    return found


def _data(found: Office) -> dict[str, Any]:
    known = figures.figures(db.session(), found.id)
    return {
        "name": found.name, "zone": found.zone, "hours": known["desk.hours"],
        "days": [str(day) for day in known["desk.days"]], "duty": bool(known["desk.duty_24h"]),
    }  # fmt: skip


def _version(data: dict[str, Any]) -> int:
    """An office and its figures have no version of their own: what they say stands for it."""
    return zlib.crc32(repr(sorted(data.items())).encode())


def _shown(found: Office) -> list[Any]:
    known = figures.figures(db.session(), found.id)
    return [register.shown(key, known[key]) for key in ("desk.hours", "desk.days", "desk.duty_24h")]


def _add(tx: Tx, form: Any) -> None:
    made = offices.add(tx, form.code.data, form.name.data, form.zone.data)
    offices.edit(tx, made, form.name.data, form.zone.data, form.times)


def _edit(tx: Tx, office_id: int, form: Any) -> None:
    found = _office(office_id)
    if sent_version() != _version(_data(found)):
        raise Refused(Words(N_("Somebody has changed this meanwhile. Compare, then save again to keep yours.")), 409)
    offices.edit(tx, found, form.name.data, form.zone.data, form.times)

"""The register of figures: what is in force where, since when and by whom; changing one, and the second person (E-18)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import select
from wtforms import Form

from blueprints._admin import place, sent_version, show
from blueprints._shared import Answer, done, me, not_found, require, writing
from models import Office, Setting, db
from rules import figures, ports, register
from rules.defaults import COLUMNS
from rules.store import Tx
from rules.words import N_, Refused, Words

bp = Blueprint("figures", __name__, url_prefix="/admin/figures")


@bp.get("")
@require("settings.admin")
def listing() -> Answer:
    """Every figure with the value in force in an office, or everywhere."""
    office = _office(request.args.get("office"))
    session, office_id = db.session(), office.id if office else None
    rows = [_row(key, figures.row(session, key, office_id), office_id) for key in figures.DEFAULTS]
    waits = {(line.key, line.office_id) for line in register.lines(session) if line.waits}
    return show("admin/figures.html", rows=rows, office=office, offices=_offices(), waits=waits)


@bp.get("/<key>")
@require("settings.admin")
def figure(key: str) -> Answer:
    """One figure: the form for a new value, and every value it has had."""
    return _page(_known(key), _office(request.args.get("office")))


@bp.post("/<key>")
@require("settings.admin")
def save(key: str) -> Answer:
    """Set a figure from now on, everywhere or in one office; running clocks keep what they were promised."""
    key, office, typed = _known(key), _office(request.form.get("office")), request.form.getlist("value")
    try:
        changed = _save(key, typed, office)
    except Refused as no:
        return _page(key, office, typed=typed, no=no)
    back = url_for("figures.listing", office=office.id if office else None)
    waits = changed and key in figures.SECOND_PERSON
    return done(
        back,
        N_("Waits for a second person to agree.") if waits else N_("Saved.") if changed else N_("Nothing changed."),
    )


@bp.get("/agree")
@require("settings.second")
def waiting() -> Answer:
    """Changed figures that wait for a second person."""
    rows = [(line, _said(line)) for line in register.waiting(db.session(), me())]
    return show("admin/waiting.html", rows=rows)


@bp.post("/agree/<int:setting_id>")
@require("settings.second")
def agree(setting_id: int) -> Answer:
    """Agree to a changed figure as the second person; it counts from now on."""
    with writing("setting.agree") as tx:
        register.agree(tx, setting_id)
    return done(url_for("figures.waiting"), N_("Agreed. The figure counts from now on."))


# ------------------------------------------------------------------------------------------ one figure


def _known(key: str) -> str:
    if key not in figures.DEFAULTS:
        raise not_found()
    return key


def _office(sent: str | None) -> Office | None:
    if not sent:
        return None
    found = db.session.get(Office, int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 12 else None
    if found is None:
        raise not_found()
    return found


def _offices() -> list[Office]:
    return list(db.session.scalars(select(Office).order_by(Office.name)))


def _row(key: str, row: Setting | None, office_id: int | None) -> dict[str, Any]:
    default, label = figures.DEFAULTS[key]
    value = row.value if row else default
    return {
        "key": key, "label": label, "value": register.shown(key, value), "default": register.shown(key, default),
        "since": row.valid_from if row else None, "own": row is not None and row.office_id == office_id,
        "href": url_for("figures.figure", key=key, office=office_id), "second": key in figures.SECOND_PERSON,
    }  # fmt: skip


def _said(line: register.Line) -> dict[str, Any]:
    force = figures.figure(db.session(), line.key, line.office_id)
    return {"old": register.shown(line.key, force), "new": register.shown(line.key, line.value)}


def _save(key: str, typed: list[str], office: Office | None) -> bool:
    value, office_id = register.read(key, typed), office.id if office else None
    with writing("setting.change") as tx:
        _check_newest(tx, key, office_id)
        return register.change(tx, key, value, office_id)


def _check_newest(tx: Tx, key: str, office_id: int | None) -> None:
    found = register.newest(tx.session, key, office_id)
    if sent_version() != (found.id if found else 0):
        raise Refused(Words(N_("Somebody has changed this meanwhile. Compare, then save again to keep yours.")), 409)


def _page(key: str, office: Office | None, typed: list[str] | None = None, no: Refused | None = None) -> Answer:
    session, office_id = db.session(), office.id if office else None
    newest, form = register.newest(session, key, office_id), Form()
    if no is not None and no.field != "value":
        place(form, no)
    force = figures.figure(session, key, office_id)
    rows = [(line, register.shown(key, line.value)) for line in register.lines(session, key)]
    values = {
        "row": _row(key, figures.row(session, key, office_id), office_id), "form": form, "shape": register.shape(key),
        "typed": register.written(key, force) if typed is None else typed, "rows": rows, "office": office,
        "error": no.why if no is not None and no.field == "value" else None, "version": newest.id if newest else 0,
        "week": register.WEEKDAYS, "regions": ports.REGIONS,
        "columns": COLUMNS.get(key, ()), "names": figures.DEFAULTS[key][0] if key in COLUMNS else (),
    }  # fmt: skip
    return show("admin/figure.html", no.code if no else 200, **values)

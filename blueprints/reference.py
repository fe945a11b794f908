"""Reference data: partners with the published list, carriers, other desks, word lists. One page pair serves all four."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints._admin import clash, save, sent_version, show
from blueprints._shared import Answer, done, not_found, require, writing
from models import db
from rules import reference
from rules.admin_forms import LISTS, REFERENCE_FORMS
from rules.fields import clean
from rules.words import N_, Words

bp = Blueprint("reference", __name__, url_prefix="/admin")
PAGE = 100
NAMES = "<any(partners, carriers, departments, words):name>"
TITLES = {
    "partners": (N_("Partners"), N_("Add a partner")),
    "carriers": (N_("Carriers"), N_("Add a carrier")),
    "departments": (N_("Other desks"), N_("Add a desk")),
    "words": (N_("Word lists"), N_("Add a word")),
}


@bp.get(f"/{NAMES}")
@require("reference.admin")
def listing(name: str) -> Answer:
    """The rows of one list, by code or word."""
    sort, sought = reference.SORTS[name], clean(request.args.get("q"))
    kind = request.args.get("kind") if name == "words" and request.args.get("kind") in dict(LISTS) else None
    wanted = reference.rows(sort, sought, request.args.get("after"), kind)
    rows = list(db.session.scalars(wanted.limit(PAGE + 1)))
    more = None
    if len(rows) > PAGE:
        more = url_for(
            "reference.listing", name=name, q=sought, kind=kind, after=getattr(rows[PAGE - 1], sort.same[-1])
        )
    return show(
        "admin/reference.html",
        name=name,
        titles=TITLES[name],
        rows=rows[:PAGE],
        q=sought,
        kind=kind,
        more=more,
        lists=LISTS,
    )


@bp.get(f"/{NAMES}/new")
@require("reference.admin")
def new(name: str) -> Answer:
    """The form of a new row."""
    return _page(name, REFERENCE_FORMS[name](kind=request.args.get("kind", "heavy")), None)


@bp.post(f"/{NAMES}/new")
@require("reference.admin")
def add(name: str) -> Answer:
    """Add a row."""
    form, sort = REFERENCE_FORMS[name](request.form), reference.SORTS[name]
    if code := save(form, "reference.add", lambda tx: reference.save(tx, sort, form.data)):
        return _page(name, form, None, code)
    return done(url_for("reference.listing", name=name), Words(N_("Added %(name)s."), name=form[sort.same[-1]].data))


@bp.get(f"/{NAMES}/<int:row_id>")
@require("reference.admin")
def row(name: str, row_id: int) -> Answer:
    """One row."""
    found = _row(name, row_id)
    return _page(name, REFERENCE_FORMS[name](obj=found), found)


@bp.post(f"/{NAMES}/<int:row_id>")
@require("reference.admin")
def edit(name: str, row_id: int) -> Answer:
    """Change a row; one that is no longer used is switched off, never deleted."""
    form, sort = REFERENCE_FORMS[name](request.form), reference.SORTS[name]
    if code := save(form, "reference.edit", lambda tx: reference.save(tx, sort, form.data, row_id, sent_version())):
        return _page(name, form, _row(name, row_id), code)
    return done(url_for("reference.listing", name=name), N_("Saved."))


@bp.post("/reference/start")
@require("reference.admin")
def start() -> Answer:
    """Add what is missing of the list a new desk starts with."""
    with writing("reference.start") as tx:
        count = reference.seed(tx)
    return done(
        url_for("reference.listing", name="departments"), Words(N_("Added %(n)s from the starting list."), n=count)
    )


def _row(name: str, row_id: int) -> Any:
    found = db.session.get(reference.SORTS[name].model, row_id)
    if found is None:
        raise not_found()
    return found


def _page(name: str, form: Any, found: Any, code: int = 200) -> Answer:
    theirs = clash(form, {f.name: getattr(found, f.name) for f in form}) if code == 409 else ()
    return show("admin/reference_row.html", code, name=name, titles=TITLES[name], form=form, row=found, theirs=theirs)

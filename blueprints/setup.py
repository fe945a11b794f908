"""The first run: an empty desk leads every address to one page for office, desk hours and first administrator (E-32)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for

from blueprints._admin import place
from blueprints._shared import Answer, done, page
from models import db
from rules import setup
from rules.admin_forms import SetupForm
from rules.store import system, write_tx
from rules.words import N_, Refused

bp = Blueprint("setup", __name__)
OPEN = {"setup.first", "setup.make", "people.language", "health.health", "health.favicon", "static"}
KNOWN = "desk.set_up"
ALREADY = N_("This desk is set up already. Sign in.")


def set_up() -> bool:
    """Whether the desk has an account; asked of the database only until it has."""
    if KNOWN not in current_app.extensions and not setup.empty(db.session()):
        current_app.extensions[KNOWN] = True
    return KNOWN in current_app.extensions


@bp.before_app_request
def lead_here() -> Answer | None:
    """Lead every address of an empty desk to the one page."""
    if request.endpoint in OPEN or set_up():
        return None
    return redirect(url_for("setup.first"), 303)


@bp.get("/setup")
def first() -> Answer:
    """The form; once an account exists, the sign-in page."""
    return redirect(url_for("people.sign_in")) if set_up() else page("setup/first.html", form=SetupForm())


@bp.post("/setup")
def make() -> Answer:
    """Make office and administrator in one write; who comes second is told to sign in."""
    if set_up():
        return done(url_for("people.sign_in"), ALREADY)
    form = SetupForm(request.form)
    code = _make(form) if form.validate() else 422
    if set_up():
        return done(url_for("people.sign_in"), ALREADY if code else N_("The desk is ready. Sign in."))
    return page("setup/first.html", code=code, form=form, failed=True)


def _make(form: Any) -> int:
    try:
        with write_tx(system("first run"), "office.first") as tx:
            setup.first(
                tx, form.code.data, form.name.data, form.zone.data, form.times, form.username.data, form.display.data,
                form.new.data,
            )  # fmt: skip
    except Refused as no:
        place(form, no)
        return no.code
    return 0

"""Sign-in and sign-out, own password, language and habits (SYS-01, E-25, E-32)."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, request, session, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, StringField

from blueprints import _guard
from blueprints._shared import Answer, done, home_of, me, page, require, safe_back, writing
from blueprints._words import words
from models import User, db
from rules import accounts, fields
from rules.store import now, system, write_tx
from rules.words import N_, Refused, Words

bp = Blueprint("people", __name__)
YEAR = 31_536_000


class SignInForm(FlaskForm):
    """Staff number or name, and password."""

    username = StringField(N_("Staff number or name"))
    password = PasswordField(N_("Password"))
    shared = BooleanField(N_("Shared computer"))


class HabitsForm(FlaskForm):
    """Theme, language, density, sound and keys."""

    theme = RadioField(
        N_("Appearance"), choices=[("auto", N_("as the system")), ("light", N_("light")), ("dark", N_("dark"))]
    )
    language = RadioField(N_("Language"), choices=[("zh", "简体中文"), ("en", "English")])
    density = RadioField(N_("Row height"), choices=[("full", N_("roomy")), ("tight", N_("compact"))])
    keys = RadioField(N_("Single keys"), choices=[("on", N_("on")), ("off", N_("off"))])
    sound_new = BooleanField(N_("One tone for new work"))
    sound_soon = BooleanField(N_("Two tones for work about to be late"))


class PasswordForm(FlaskForm):
    """A new password; the present one proves who asks."""

    current = PasswordField(N_("Present password"))
    new = PasswordField(N_("New password"))
    again = PasswordField(N_("New password again"))


@bp.get("/login")
def sign_in() -> Answer:
    """The sign-in page."""
    if getattr(g, "signed_in", None):
        return redirect(home_of(me()))
    return page(
        "people/sign_in.html", form=SignInForm(), next=safe_back(request.args.get("next"), ""), office=None, help=None
    )


@bp.post("/login")
def sign_in_post() -> Answer:
    """Sign in: wrong name and wrong password look the same; too many tries wait (429)."""
    form = SignInForm()
    name, address = (fields.clean(form.username.data) or "").lower()[:40], request.remote_addr or ""
    if wait := accounts.wait_seconds(db.session(), name, address, now()):
        why = Words(N_("Too many attempts. Try again in %(n)s seconds."), n=wait)
        return _again(form, why, 429), 429, {"Retry-After": str(wait)}
    user = accounts.by_name(db.session(), name)
    ok = accounts.matches(user, form.password.data or "") and accounts.usable(user)
    with write_tx(system("sign in"), "sign_in") as tx:
        accounts.log_attempt(tx, name, address, ok)
    if not ok or user is None:
        return _again(form, Words(N_("Name or password is wrong.")), 422), 422
    who = _guard.start_session(accounts.by_name(db.session(), name) or user, bool(form.shared.data))
    return redirect(safe_back(request.form.get("next"), home_of(who.actor)), 303)


def _again(form: SignInForm, why: Words, code: int) -> str:
    form.username.errors = [why]  # type: ignore[assignment]
    nxt = safe_back(request.form.get("next"), "")
    return str(page("people/sign_in.html", code=code, form=form, next=nxt, office=None, help=None, failed=True)[0])


@bp.post("/logout")
def sign_out() -> Answer:
    """End this session; nothing of it stays in the browser."""
    _guard.end_session(g.signed_in)
    answer = redirect(url_for("people.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.post("/language")
def language() -> Answer:
    """Switch the language: kept with the account when signed in, in a cookie before."""
    chosen = "en" if request.form.get("language") == "en" else "zh"
    if getattr(g, "signed_in", None):
        with writing("user.habits") as tx:
            tx.session.get_one(User, me().user_id).language = chosen
    answer = make_response(redirect(safe_back(request.form.get("back"), url_for("people.sign_in")), 303))
    answer.set_cookie("language", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    return answer


@bp.get("/settings")
@require("own.settings")
def settings() -> Answer:
    """Own habits, keys and password."""
    user = g.signed_in.user
    form = HabitsForm(
        theme=user.theme, language=user.language or "zh", density="tight" if user.tight else "full",
        keys="on" if user.keys else "off", sound_new=user.sound_new, sound_soon=user.sound_soon,
    )  # fmt: skip
    return page("people/settings.html", form=form, secret=PasswordForm(), must_change=user.must_change)


@bp.post("/settings")
@require("own.settings")
def save_settings() -> Answer:
    """Keep own habits."""
    form = HabitsForm()
    if not form.validate():
        return page("people/settings.html", code=422, form=form, secret=PasswordForm(), must_change=False, failed=True)
    with writing("user.habits") as tx:
        user = tx.session.get_one(User, me().user_id)
        user.theme, user.language, user.tight = form.theme.data, form.language.data, form.density.data == "tight"
        user.keys, user.sound_new, user.sound_soon = form.keys.data == "on", form.sound_new.data, form.sound_soon.data
    return done(url_for("people.settings"), N_("Saved."))


@bp.post("/password")
@require("own.settings")
def password() -> Answer:
    """Change the own password: the present one is asked; other devices are signed out, this one stays."""
    form = PasswordForm()
    try:
        _change_password(form)
    except Refused as no:
        form[no.field or "new"].errors = [no.why]
        habits = HabitsForm(formdata=None)
        return page("people/settings.html", code=422, form=habits, secret=form, must_change=False, failed=True)
    shared = g.signed_in.row.shared
    _guard.start_session(accounts.by_name(db.session(), me().login), shared)  # type: ignore[arg-type]
    flash(words(Words(N_("Your password has been changed."))))
    session.modified = True
    return redirect(url_for("people.settings"), 303)


def _change_password(form: PasswordForm) -> None:
    user = g.signed_in.user
    if not accounts.matches(user, form.current.data or ""):
        raise Refused(Words(N_("The present password is wrong.")), 422, "current")
    if form.new.data != form.again.data:
        raise Refused(Words(N_("The two new passwords differ.")), 422, "again")
    accounts.check_password(form.new.data or "", user.name, user.display)
    with writing("user.password") as tx:
        accounts.set_password(tx, accounts.by_name(tx.session, user.name), form.new.data)  # type: ignore[arg-type]

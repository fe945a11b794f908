"""Accounts: who may sign in, as what, where and until when (SYS-01, D-13, E-10, E-18, E-32)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from blueprints._admin import clash, save, sent_version, show
from blueprints._shared import Answer, done, me, not_found, require, writing
from models import Office, User, UserSession, db
from rules import accounts, grants, leaving
from rules.admin_forms import EditAccountForm, LeavingForm, NewAccountForm
from rules.byhand import check_version
from rules.fields import clean
from rules.policy import ROLE_NAMES
from rules.store import Tx, now
from rules.words import N_, Words

bp = Blueprint("admin", __name__, url_prefix="/admin")
PAGE = 50


@bp.get("")
@require("account.admin")
def home() -> Answer:
    """All accounts, by name."""
    sought, after = clean(request.args.get("q")), request.args.get("after")
    found = select(User).options(selectinload(User.roles), joinedload(User.office)).order_by(User.name)
    if sought:
        found = found.where(
            or_(User.name.icontains(sought, autoescape=True), User.display.icontains(sought, autoescape=True))
        )
    rows = list(db.session.scalars((found.where(User.name > after) if after else found).limit(PAGE + 1)))
    more = url_for("admin.home", q=sought, after=rows[PAGE - 1].name) if len(rows) > PAGE else None
    return show("admin/accounts.html", rows=[_line(user) for user in rows[:PAGE]], q=sought, more=more)


@bp.get("/accounts/new")
@require("account.admin")
def new() -> Answer:
    """The form of a new account."""
    return show("admin/account_new.html", form=_with_choices(NewAccountForm()))


@bp.post("/accounts/new")
@require("account.admin")
def add() -> Answer:
    """Make an account; its one-time password is shown on the answer and nowhere else."""
    form, password = _with_choices(NewAccountForm(request.form)), accounts.one_time_password()
    made: list[User] = []
    if code := save(form, "user.add", lambda tx: made.append(_add(tx, form, password))):
        return show("admin/account_new.html", code, form=form)
    waits = grants.waiting(db.session(), made[0].id)
    return show("admin/password.html", user=_account(made[0].id), password=password, waits=waits)


@bp.get("/accounts/<int:user_id>")
@require("account.admin")
def account(user_id: int) -> Answer:
    """One account: what it may do, its password, its sessions, and how it ends."""
    user = _account(user_id)
    return _account_page(user, _with_choices(EditAccountForm(data=_data(user)), user))


@bp.post("/accounts/<int:user_id>")
@require("account.admin")
def edit(user_id: int) -> Answer:
    """Change an account."""
    form = _with_choices(EditAccountForm(request.form), _account(user_id))
    if code := save(form, "user.edit", lambda tx: _edit(tx, user_id, form)):
        user = _account(user_id)
        theirs = clash(form, _data(user)) if code == 409 else []
        return _account_page(user, form, code=code, theirs=theirs)
    return done(url_for("admin.account", user_id=user_id), N_("Saved."))


@bp.post("/accounts/<int:user_id>/disable")
@require("account.admin")
def disable(user_id: int) -> Answer:
    """Disable an account and pass its open matters on (E-10)."""
    user = _account(user_id)
    form = _successors(LeavingForm(request.form), user)
    counted: list[int] = []
    if code := save(form, "user.disable", lambda tx: counted.append(_disable(tx, user_id, form))):
        user = _account(user_id)
        return _account_page(user, _with_choices(EditAccountForm(data=_data(user)), user), code=code, leaving_form=form)
    said = Words(N_("Disabled; %(n)s open matters passed on."), n=counted[0])
    return done(url_for("admin.account", user_id=user_id), said)


@bp.post("/accounts/<int:user_id>/enable")
@require("account.admin")
def enable(user_id: int) -> Answer:
    """Let a disabled account sign in again."""
    with writing("user.enable") as tx:
        accounts.enable(_held(tx, user_id))
    return done(url_for("admin.account", user_id=user_id), N_("The account may sign in again."))


@bp.post("/accounts/<int:user_id>/password")
@require("account.admin")
def password(user_id: int) -> Answer:
    """A new one-time password, shown once; every session of the account ends (E-32)."""
    g.result = url_for("admin.account", user_id=user_id)
    fresh = accounts.one_time_password()
    with writing("user.password") as tx:
        accounts.set_password(tx, _held(tx, user_id), fresh, one_time=True)
    return show("admin/password.html", user=_account(user_id), password=fresh)


@bp.post("/accounts/<int:user_id>/sessions")
@require("account.admin")
def sessions(user_id: int) -> Answer:
    """Sign the account out everywhere."""
    with writing("user.sign_out") as tx:
        accounts.end_sessions(tx, _held(tx, user_id))
    return done(url_for("admin.account", user_id=user_id), N_("Signed out everywhere."))


# ------------------------------------------------------------------------------------------ one account


def _account(user_id: int) -> User:
    whole = select(User).where(User.id == user_id).options(selectinload(User.roles), joinedload(User.office))
    found = db.session.scalars(whole.execution_options(populate_existing=True)).first()
    if found is None:
        raise not_found()
    return found


def _held(tx: Tx, user_id: int) -> User:
    user = tx.session.scalars(select(User).where(User.id == user_id).options(selectinload(User.roles))).first()
    if user is None:
        raise not_found()
    return user


def _data(user: User) -> dict[str, Any]:
    asked = grants.waiting(db.session(), user.id)  # what waits for a second person is what the form goes on from
    return {
        "display": user.display, "roles": asked.roles if asked else [r.role for r in user.roles],
        "grade": str(asked.grade if asked else user.grade),
        "office": str(user.office_id) if user.office_id else None,
        "expires_on": user.expires_on,
    }  # fmt: skip


def _with_choices(form: Any, user: User | None = None) -> Any:
    offices = db.session.execute(select(Office.id, Office.name).order_by(Office.name))
    form.office.choices = [("", N_("no office: sees all")), *((str(key), name) for key, name in offices)]
    if user is not None:
        form.to.choices = [("", N_("Choose")), *_people(user)]
    return form


def _successors(form: LeavingForm, user: User) -> LeavingForm:
    form.to.choices = [("", N_("Choose")), (leaving.POOL, N_("the pool, where colleagues claim them")), *_people(user)]
    if not accounts.open_matters(db.session(), user):
        form.to.data = form.to.data or leaving.POOL
    return form


def _people(user: User) -> list[tuple[str, str]]:
    return [(str(u.id), f"{u.display} {u.name}") for u in leaving.successors(db.session(), user)]


def _account_page(user: User, form: Any, code: int = 200, theirs: Any = (), leaving_form: Any = None) -> Answer:
    alive = select(func.count(), func.max(UserSession.seen_at)).where(UserSession.user_id == user.id)
    signed_in = alive.where(UserSession.ended_at.is_(None), UserSession.password_version == user.password_version)
    return show(
        "admin/account.html", code, user=user, form=form, theirs=theirs, line=_line(user), own=user.id == me().user_id,
        leaving_form=leaving_form or _successors(LeavingForm(), user), open=accounts.open_matters(db.session(), user),
        customers=leaving.own_customers(db.session(), user), waits=grants.waiting(db.session(), user.id),
        alive=db.session.execute(signed_in).one()[0],
        seen=db.session.execute(alive).one()[1],
    )  # fmt: skip


def _line(user: User) -> dict[str, Any]:
    today = now().date()
    expired = user.expires_on is not None and user.expires_on < today
    mark = (N_("disabled"), "hold") if user.disabled_at else (N_("ended"), "hold") if expired else None
    newcomer = user.newcomer_until is not None and user.newcomer_until >= today
    return {
        "user": user, "href": url_for("admin.account", user_id=user.id), "mark": mark, "newcomer": newcomer,
        "roles": [ROLE_NAMES[r.role] for r in sorted(user.roles, key=lambda r: r.role)],
    }  # fmt: skip


# ------------------------------------------------------------------------------------------ writes


def _values(tx: Tx, form: Any) -> dict[str, Any]:
    office = tx.session.get(Office, int(form.office.data)) if form.office.data else None
    return {
        "display": form.display.data, "office": office, "grade": int(form.grade.data),
        "expires_on": form.expires_on.data,
    }  # fmt: skip


def _add(tx: Tx, form: Any, secret: str) -> User:
    user = accounts.add(tx, form.username.data, secret, form.roles.data, one_time=True, **_values(tx, form))
    g.result = url_for("admin.account", user_id=user.id)
    return user


def _edit(tx: Tx, user_id: int, form: Any) -> None:
    user = _held(tx, user_id)
    check_version(user, sent_version())
    to = tx.session.get(User, int(form.to.data)) if form.to.data else None
    leaving.change(tx, user, to, roles=frozenset(form.roles.data), **_values(tx, form))


def _disable(tx: Tx, user_id: int, form: Any) -> int:
    tx.reason = form.reason.data
    to = None if form.to.data == leaving.POOL else tx.session.get(User, int(form.to.data))
    return leaving.disable(tx, _held(tx, user_id), to, customers=bool(form.customers.data))

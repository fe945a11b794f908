"""What stands before and behind every request: host, session, origin, headers, and error pages that say what to do."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import select, update
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from models import User, UserSession, db
from rules import notices
from rules.once import Repeated
from rules.store import Actor, Busy, now, system, write_tx
from rules.words import N_, Refused, Words

IDLE, LONGEST, SEEN_EVERY = timedelta(hours=4), timedelta(hours=12), timedelta(minutes=5)
OPEN_ENDPOINTS = {
    "people.sign_in",
    "people.sign_in_post",
    "people.language",
    "setup.first",
    "setup.make",
    "health.health",
    "static",
    "health.favicon",
    "public.look",
    "public.answer",
}
MUST_CHANGE = OPEN_ENDPOINTS | {"people.settings", "people.password", "people.sign_out"}
csrf = CSRFProtect()
login = LoginManager()


class SignedIn(UserMixin):
    """A signed-in browser: its session row, its account, and the actor that rules see."""

    def __init__(self, row: UserSession, user: User, token: str, notices: int) -> None:
        self.row, self.user, self.token, self.notices = row, user, token, notices
        self.actor = Actor(
            user.id, user.name, user.display, frozenset(r.role for r in user.roles), user.grade, user.office_id,
            user.office.zone if user.office else "Asia/Shanghai",
            bool(user.newcomer_until and user.newcomer_until >= now().date()),
            g.request_id, f"{request.method} {request.url_rule}", request.remote_addr or "",
        )  # fmt: skip

    def get_id(self) -> str:
        """What the cookie carries: the session's random token, never the account."""
        return self.token


def hashed(token: str) -> str:
    """How a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


@login.user_loader
def load(token: str) -> SignedIn | None:
    """The signed-in person of a session token; None when ended, idle too long, disabled or expired."""
    found = db.session.execute(
        select(UserSession, User, notices.unread(User.id, now()))
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == hashed(token))
        .options(joinedload(User.roles), joinedload(User.office))
    ).unique().first()  # fmt: skip
    if found is None:
        return None
    row, user, unread = found
    at = now()
    dead = row.ended_at is not None or at - row.seen_at > IDLE or at - row.created_at > LONGEST
    left = user.disabled_at is not None or (user.expires_on is not None and user.expires_on < at.date())
    if dead or left or row.password_version != user.password_version:
        return None
    g.signed_in = SignedIn(row, user, token, unread)
    return g.signed_in


def start_session(user: User, shared: bool) -> SignedIn:
    """Sign a browser in: a new session row and token; whatever the old session held is forgotten."""
    token = secrets.token_urlsafe(32)
    with write_tx(system("sign in"), "sign_in") as tx:
        user_id, version = user.id, user.password_version
        tx.add(UserSession(
            user_id=user_id, token_hash=hashed(token), password_version=version, created_at=tx.at, seen_at=tx.at,
            shared=shared, address=request.remote_addr or "", browser=(request.user_agent.string or "")[:300],
        ))  # fmt: skip
    session.clear()
    session.permanent = not shared
    session["csrf_token"] = csrf_secret(user_id, version)
    found = load(token)
    assert found is not None
    login_user(found)
    return found


def csrf_secret(user_id: int, password_version: int) -> str:
    """The same person's open tabs survive a new sign-in with their text, until the password changes (E-25)."""
    key = current_app.secret_key
    assert isinstance(key, str)
    return hmac.new(key.encode(), f"csrf {user_id} {password_version}".encode(), hashlib.sha256).hexdigest()


def end_session(who: SignedIn) -> None:
    """Sign this browser out: the row ends, a copied cookie is worth nothing."""
    with write_tx(who.actor, "sign_out") as tx:
        tx.session.execute(update(UserSession).where(UserSession.id == who.row.id).values(ended_at=tx.at))
    logout_user()
    session.clear()


# ------------------------------------------------------------------------------------------ before and after


def _before() -> Any:
    g.request_id = secrets.token_hex(8)
    if request.mimetype == "multipart/form-data":  # the form is read before the view can say what it takes
        request.max_content_length = getattr(current_app.view_functions.get(request.endpoint or ""), "takes", None)
    _host_and_origin()
    if request.endpoint in ("static", None):
        return None
    who = current_user if current_user.is_authenticated else None
    if who is None:
        return None if request.endpoint in OPEN_ENDPOINTS else _ask_to_sign_in()
    _seen(who)
    if who.user.must_change and request.endpoint not in MUST_CHANGE:
        return redirect(url_for("people.settings"))
    return None


def _host_and_origin() -> None:
    host = request.host
    if current_app.config["INSECURE_HTTP"] and not (_private(request.remote_addr or "") and _near(host)):
        abort(403)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (origin is not None and not _own(origin, host)) or site not in ("same-origin", "none"):
        abort(403)


def _own(origin: str, host: str) -> bool:
    """Whether an origin is this desk: its host, and https unless plain http is allowed."""
    parts = urlsplit(origin)
    return parts.netloc == host and (parts.scheme == "https" or current_app.config["INSECURE_HTTP"])


def _private(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False


def _near(host: str) -> bool:
    """Whether a host name is this machine, a private address, or one the settings name (no DNS rebinding)."""
    name = urlsplit(f"//{host}").hostname or ""
    return name == "localhost" or _private(name) or name in (current_app.config["HOSTS"] or ())


def _ask_to_sign_in() -> Any:
    if request.headers.get("HX-Request"):
        part = render_template("people/expired.html")
        return part, 401, {"HX-Retarget": "#alert", "HX-Reswap": "innerHTML"}
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("people.sign_in", next=here or None))


def _seen(who: SignedIn) -> None:
    """Note at most every five minutes that the session lives; polls do not count (E-28)."""
    if request.endpoint == "queue.fresh" or now() - who.row.seen_at < SEEN_EVERY:
        return
    try:
        with write_tx(who.actor, "seen") as tx:
            tx.session.execute(update(UserSession).where(UserSession.id == who.row.id).values(seen_at=tx.at))
    except Busy:
        return  # the next request will note it
    load(who.token)


def _own_host() -> str:
    """The host that was asked for; none of ours gets an address that leads nowhere."""
    try:
        return request.host
    except SecurityError:
        return "unknown.invalid"


def _after(response: Any) -> Any:
    secure = not current_app.config["INSECURE_HTTP"]
    root = f"{'https' if secure else 'http'}://{_own_host()}/static/"
    policy = (
        f"default-src 'none'; script-src {root}; style-src {root}; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
    for name, value in (
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"), ("X-Request-Id", g.get("request_id", "")),
    ):  # fmt: skip
        response.headers.setdefault(name, value)
    if secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "HX-Request", "Accept-Language"))
    return response


# ------------------------------------------------------------------------------------------ errors

SENTENCES: dict[int, tuple[str, str, str]] = {
    400: (N_("That request was not understood"), N_("Something in it does not fit."), N_("Go back and try again.")),
    403: (N_("Not allowed"), N_("Your role does not allow this."), N_("Ask a supervisor if it should.")),
    404: (
        N_("Not found"),
        N_("There is nothing here, or it belongs to another office."),
        N_("Check the number or search for it."),
    ),
    405: (
        N_("Not found"),
        N_("There is nothing here, or it belongs to another office."),
        N_("Check the number or search for it."),
    ),
    409: (N_("Somebody was faster"), N_("This has changed meanwhile."), N_("Open it again to see how it stands.")),
    413: (N_("Too large"), N_("What was sent is too large."), N_("Papers may have up to 50 MB, texts far less.")),
    422: (N_("Please check"), N_("Something is missing or wrong."), N_("Go back and put it right.")),
    429: (N_("Too many attempts"), N_("Too many attempts from here."), N_("Wait a moment, then try again.")),
    500: (
        N_("Not saved"),
        N_("A fault on our side; nothing was half saved."),
        N_("Try again; if it happens again, tell the administrator."),
    ),
    503: (N_("Busy"), N_("Many changes at once."), N_("Nothing was saved. Try again in a few seconds.")),
}
TRANSLATED: tuple[tuple[type[Exception], int], ...] = (
    (Busy, 503), (StaleDataError, 409), (OverflowError, 400), (UnicodeError, 400), (DataError, 400), (OperationalError, 503),
)  # fmt: skip


def show(code: int, why: Words | None = None, headers: dict[str, str] | None = None) -> Any:
    """An error page (or its part for HTMX) in the reader's language."""
    db.session.rollback()
    title, reason, what = SENTENCES.get(code, SENTENCES[500 if code >= 500 else 400])
    values = {
        "code": code, "title": title, "why": why or reason, "what": "" if why else what,
        "request_id": g.get("request_id") if code >= 500 else None, "link": None,
    }  # fmt: skip
    if request.headers.get("HX-Request") and code < 500:
        headers = {"HX-Retarget": "#alert", "HX-Reswap": "innerHTML"} | (headers or {})
        return render_template("errors/part.html", **values), code, headers
    return render_template("errors/error.html", **values), code, headers or {}


def _on_error(error: Exception) -> Any:
    if isinstance(error, Refused):
        return show(error.code, error.why)
    if isinstance(error, Repeated):
        return redirect(error.result or "/", 303)  # the same form again: the same answer, nothing changed
    if isinstance(error, CSRFError):
        return show(400, Words(N_("This page is too old to send. Go back, reload it and send again.")))
    if isinstance(error, SecurityError):  # a host that is not ours: no address, so no page, can be made for it
        return Response("400", 400, mimetype="text/plain")
    if isinstance(error, HTTPException):
        if error.code is not None and error.code < 400:
            return error
        return show(error.code or 500)
    code = next((c for kind, c in TRANSLATED if isinstance(error, kind)), 500)
    if code == 500:
        current_app.logger.exception("request %s", g.get("request_id"))
    return show(code, headers={"Retry-After": "3"} if code == 503 else None)


def install(app: Flask) -> None:
    """Put the guard around an app."""
    csrf.init_app(app)
    login.init_app(app)
    login.session_protection = None  # addresses change behind proxies; idle and absolute limits hold instead
    app.before_request_funcs.setdefault(None, []).insert(0, _before)
    app.after_request(_after)
    app.register_error_handler(Exception, _on_error)

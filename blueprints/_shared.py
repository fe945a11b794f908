"""What views share: who is asking, permission, page or part, one write per form, and the frame of every page."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import current_app, flash, g, get_flashed_messages, redirect, render_template, request, url_for

from blueprints._words import OTHER, TAGS, language, words
from rules import fields, once, phrase_hits, policy
from rules.stopped import Stopped
from rules.store import Actor, Tx, now, write_tx
from rules.words import N_, Refused, Words

Answer = Any
REASON = 300  # characters of a reason, as everywhere


def me() -> Actor:
    """The signed-in actor of this request."""
    return cast(Actor, g.signed_in.actor)


def require(permission: str, takes: int | None = None) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Guard a view with a permission of `rules.policy`; the view says so for the role matrix test. `takes` bytes may be
    sent to a view with uploads: the guard sets it before the form is first read."""

    def guard(view: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Answer:
            policy.require(me(), permission)
            return view(*args, **kwargs)

        guarded.permission, guarded.takes = permission, takes  # type: ignore[attr-defined]
        return guarded

    return guard


def wants_part() -> bool:
    """Whether HTMX asks for a part; a history restore wants the whole page."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")


def page(template: str, part: str | None = None, code: int = 200, **values: Any) -> Answer:
    """The whole page, or its block `part` when HTMX asks; the same template serves both."""
    if part is None or not wants_part():
        return render_template(template, **values), code
    values["oob"] = True
    current_app.update_template_context(values)
    found = current_app.jinja_env.get_template(template)
    context = found.new_context(values)
    return "".join(found.blocks[part](context)), code


def acted(answer: tuple[str, int]) -> Answer:
    """The answer to something done in a row; what stands beside the list and counts is read again (`acted from:body`)."""
    return *answer, {"HX-Trigger": "acted"}


@contextmanager
def writing(action: str, item: str = "") -> Iterator[Tx]:
    """A write under the signed-in person that a form's token lets through once; `g.result` is where its result is seen.
    A form that does several things makes a write for each, named by `item`.

    Raises Repeated when the same form was carried out before. Forbidden phrases that kept the words in the house are put on
    record in a write of their own, after this one was rolled back.
    """
    key = request.form.get("once", "")
    key = f"{item} {key}" if key and item else key
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    body = once.digest(request.path, [*request.form.items(multi=True), *files])
    try:
        with write_tx(me(), action) as tx:
            tx.overrule = (fields.clean(request.form.get("overrule")) or "")[:REASON] or None
            if key:
                once.claim(tx, key, body)
            yield tx
            if key:
                once.keep(tx, key, body, g.get("result") or request.path)
    except Stopped as no:
        g.stopped = no
        if no.attempt is not None:
            with write_tx(me(), "phrase.blocked") as tx:
                phrase_hits.record(tx, no.attempt, no.hits, phrase_hits.BLOCKED)
        raise


def done(url: str, said: str | Words | None = None, **params: Any) -> Answer:
    """Go on to `url` (303) and say there what was done."""
    if said:
        flash(words(Words(said, **params) if isinstance(said, str) else said))
    return redirect(url, 303)


def safe_back(url: str | None, default: str) -> str:
    """An address of this desk to go back to, else `default`: no scheme, host, backslash or control character."""
    if not url or not url.startswith("/") or url[1:2] in ("/", "\\") or "\\" in url or any(ord(c) < 33 for c in url):
        return default
    low = url.lower()
    if any(bad in low[:8] for bad in ("%5c", "%2f", "%09", "%0")) or urlsplit(url).netloc:
        return default
    return url


def asked_id(name: str) -> int | None:
    """The id that the address names, None for none and for what no row can have."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value < 2**53 else None


def not_found() -> Refused:
    """Nothing here that this person may see."""
    return Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)


def token() -> str:
    """A one-use form token, minted when the form is drawn (E-24)."""
    return secrets.token_urlsafe(16)


@lru_cache(maxsize=64)
def _fingerprint(path: str, _changed: float) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """A static file's address with its content's fingerprint, so that it may be cached for a year."""
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_fingerprint(str(path), path.stat().st_mtime))


# ------------------------------------------------------------------------------------------ frame

NAV = (
    ("queue.read", N_("To do"), "queue.queue", "Q"),
    ("finance.read", N_("Finance desk"), "finance.finance", "F"),
    ("customer.read", N_("Customers"), "customers.listing", "C"),
    ("shipment.read", N_("Shipments"), "shipments.listing", "S"),
    ("cover.write", N_("Hand-over"), "handover.sheets", ""),
    ("board.read", N_("Board"), "board.board", ""),
    ("handbook.read", N_("Handbook"), "handbook.listing", ""),
    ("outbox.read", N_("Outgoing mail"), "outbox.listing", ""),
    ("history.read", N_("History"), "history.listing", "H"),
    ("import.open", N_("Import"), "imports.upload", ""),
    ("account.admin", N_("Administration"), "admin.home", ""),
    ("settings.second", N_("Figures"), "figures.waiting", ""),
)
IN_BAR = 5  # lists that stand in the bar; the others lie under “More”, so that it stays one line in every language


@dataclass
class Frame:
    """What base.html needs of the person, the page and the desk."""

    lang: str
    theme: str
    now: str
    keys: bool
    sound: str
    tight: bool
    home: str
    find_url: str
    log_url: str | None
    tracing_url: str | None
    nav: list[tuple[str, str, bool, str]]
    more: list[tuple[str, str, bool, str]]
    user: str | None
    settings_url: str
    language_url: str
    other: tuple[str, str]
    here: str
    insecure: bool
    demo: bool
    said: str | None
    office: str | None
    notices: int
    notices_url: str


def home_of(actor: Actor) -> str:
    """Where a person's day starts: the queue, for an auditor the history, for an administrator the accounts."""
    if policy.AUDITOR in actor.roles:
        return url_for("history.listing")
    return url_for("queue.queue") if policy.can(actor, "queue.read") else url_for("admin.home")


def _sound(user: Any) -> str:
    """Which tones desk.js may play: `new`, `soon`, both or none."""
    chosen = {"new": user.sound_new, "soon": user.sound_soon} if user else {}
    return " ".join(name for name, wanted in chosen.items() if wanted)


def frame() -> dict[str, Any]:
    """Context processor: `frame` for base.html."""
    who = getattr(g, "signed_in", None)
    user, actor = (who.user, who.actor) if who else (None, None)
    can = (lambda name: policy.can(actor, name)) if actor else (lambda _name: False)
    nav = [
        (label, url_for(endpoint), f"{request.path}/".startswith(url_for(endpoint) + "/"), letter)
        for permission, label, endpoint, letter in NAV
        if can(permission)
    ]
    theme = user.theme if user else request.cookies.get("theme", "")
    said = get_flashed_messages()
    made = Frame(
        lang=TAGS[language()], theme=theme if theme in ("light", "dark") else "", now=now().isoformat(),
        keys=user.keys if user else True, sound=_sound(user),
        tight=bool(user and user.tight), home=home_of(actor) if actor else url_for("people.sign_in"),
        find_url=url_for("find.find"), log_url=url_for("register.register") if can("case.register") else None,
        nav=nav[:IN_BAR], more=nav[IN_BAR:],
        tracing_url=url_for("tracing.search") if can("tracing.read") else None,
        user=f"{actor.name}" if actor else None, settings_url=url_for("people.settings"),
        language_url=url_for("people.language"), other=OTHER[language()],
        here=quote(request.full_path.rstrip("?"), safe="/?&=%:,") if request.method == "GET" else (
            (actor and home_of(actor)) or url_for("people.sign_in")),
        insecure=current_app.config["INSECURE_HTTP"] and not current_app.config["DEMO"], demo=current_app.config["DEMO"],
        said=str(said[0]) if said else None, office=None,
        notices=who.notices if who else 0, notices_url=url_for("notices.listing"),
    )  # fmt: skip
    return {"frame": made}

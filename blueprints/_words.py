"""How `Words`, moments and amounts are said in the reader's language (E-23)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations, gettext, refresh

from rules import telling
from rules.policy import AUDITOR, ROLE_NAMES
from rules.store import now
from rules.words import N_, Words

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
TAGS = {"zh": "zh-CN", "en": "en"}
OTHER = {"zh": ("en", "English"), "en": ("zh", "中文")}


def language() -> str:
    """The reader's language: what is spoken just now, his setting, the sign-in page's choice (cookie), the browser's wish,
    Chinese."""
    if has_request_context() and g.get("spoken"):
        return str(g.spoken)
    who = getattr(g, "signed_in", None) if has_request_context() else None
    chosen = (who.user.language if who else None) or (
        request.cookies.get("language") if has_request_context() else None
    )
    if chosen in LANGUAGES:
        return chosen
    wish = request.accept_languages.best_match(["zh-CN", "zh", "en"]) if has_request_context() else None
    return "en" if wish == "en" else "zh"


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Say everything in one language meanwhile, whatever the reader's is: what a customer is to read."""
    before = g.get("spoken")
    _speak(code)
    try:
        yield
    finally:
        _speak(before)


def _speak(code: str | None) -> None:
    g.spoken = code
    g.pop("catalogue", None)
    refresh()


def zone() -> ZoneInfo:
    """The zone of the reader's office."""
    who = getattr(g, "signed_in", None) if has_request_context() else None
    return ZoneInfo(who.actor.zone if who else "Asia/Shanghai")


def say(msgid: str) -> str:
    """A message id in the reader's language; which catalogue that is, is looked up once per request."""
    if not has_request_context():
        return str(gettext(msgid))
    if "catalogue" not in g:
        g.catalogue = get_translations().gettext
    return str(g.catalogue(msgid))


def words(thing: Any) -> str:
    """Say Words, a message id, a moment or a number in the reader's language; None is empty."""
    if thing is None or thing == "":
        return ""
    if isinstance(thing, Words):
        said = say(thing.msgid)
        return said % {key: words(value) for key, value in thing.params.items()} if thing.params else said
    if isinstance(thing, str):
        return say(thing) if "%" not in thing else thing
    if isinstance(thing, datetime):
        return words(telling.hour(thing, zone().key, now()))
    if isinstance(thing, date):
        return thing.isoformat()
    return str(thing)


def listed(parts: Iterable[Any]) -> str:
    """Several things said in a row, with the reader's own comma between them."""
    said = ""
    for part in parts:
        said = words(Words(N_("%(a)s, %(b)s"), a=said, b=part)) if said else words(part)
    return said


def doer(actor: str, role: str) -> str:
    """Who acted: a person by name and number, the system, or a customer by his link with the name that he gave."""
    if "customer" in role.split("+"):
        return words(Words(N_("Customer %(name)s"), name=actor.removesuffix(" customer")))
    return words(ROLE_NAMES["system"]) if actor == "system" else actor


def local(at: datetime | None) -> datetime | None:
    """A moment in the office's zone."""
    return at.astimezone(zone()) if at else None


# A phone number inside a text: a mobile in one piece or in groups, a landline with area code.
_PHONE = re.compile(r"(?<![\d-])(?:1[3-9]\d([ -]?)\d{4}\1\d{4}|0\d{2,3}[- ]?\d{4} ?\d{3,4})(?!\d)")


def masks() -> bool:
    """Whether phone numbers are masked for this reader: an auditor reads everything and calls nobody (D-20)."""
    who = getattr(g, "signed_in", None) if has_request_context() else None
    return bool(who and AUDITOR in who.actor.roles)


def shown_phone(number: str | None) -> str:
    """A phone number as this reader sees it: in groups, or masked for auditors; the same number always alike (D-20)."""
    if not number:
        return ""
    return telling.masked_phone(number) if masks() else telling.phone_spaced(number)


def shown_text(text: str | None) -> str:
    """A text that people wrote, with the phone numbers in it masked for auditors (D-20)."""
    if not text or not masks():
        return text or ""
    return _PHONE.sub(lambda found: telling.masked_phone(found.group()), text)


def install(app: Flask) -> Babel:
    """Set the language up and give templates what says things."""
    babel = Babel(app, locale_selector=lambda: LANGUAGES[language()])
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(say, lambda one, many, n: say(one if n == 1 else many), newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        words=words, money=telling.money, hour=lambda at: words(at), get_locale=get_locale,
        script_words=telling.script_words,
    )  # fmt: skip
    app.jinja_env.filters.update(words=words, listed=listed)
    return babel

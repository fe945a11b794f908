"""The picker of scripts in the composer: what fits, best first, and its words put after what was written (KNO-04)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._shared import me
from blueprints._tracing_view import ready
from blueprints._words import speaking, words
from models import db
from rules import scripts
from rules.documents import GROUPS
from rules.script_fit import Asked, Fit
from rules.slot_about import About
from rules.store import Tx, now
from rules.words import N_, Words

LANGUAGES = (("zh", "\u4e2d\u6587"), ("en", "English"))
NONE_FITS = N_("No script fits “%(typed)s”.")


@dataclass
class Picker:
    """The row of scripts in a composer; see cases/_scripts.html. `stamp`: the script that the words began with; `found`: what
    was looked for stands below, `missed`: nothing was."""

    url: str
    typed: str
    languages: list[tuple[str, str, bool]]
    stamp: str
    found: list[tuple[str, str, str]] = field(default_factory=list)
    missed: Any = None


def picker(case: Any, typed: Mapping[str, Any]) -> Picker:
    """The picker as it was left: language, what was typed, and the list when Insert had found nothing."""
    language = language_of(case, typed)
    sought = str(typed.get("q") or "")
    made = Picker(
        url_for("scripts.fitting", ref=case.ref), sought, [(code, name, code == language) for code, name in LANGUAGES],
        str(typed.get("script") or ""),
    )  # fmt: skip
    if typed.get("listed"):
        made.missed = Words(NONE_FITS, typed=sought) if sought else None
        made.found = listed(case, {**typed, "q": ""})
    return made


def language_of(case: Any, typed: Mapping[str, Any]) -> str:
    """The language chosen beside the picker, else the customer's."""
    chosen = typed.get("lang")
    return str(chosen) if chosen in dict(LANGUAGES) else scripts.speaks_to(case.customer)


def listed(case: Any, typed: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The scripts that fit, best first: number, title, group."""
    asked = _asked(case, typed)
    return [(f.number, f.title(asked.language), GROUPS.get(f.version.document.grouped, "")) for f in _fits(case, asked)]


def inserted(tx: Tx, case: Any, typed: dict[str, str], look: Any) -> dict[str, str]:
    """What stands in the composer after Insert: the script that was picked, else the best fit, after what was written; when
    none fits, what was written and the list. Raises Refused (404) for a script that is not in force."""
    asked = _asked(case, typed)
    about = _about(case, asked.language)
    number = typed.pop("pick", "")
    best = scripts.chosen(tx.session, about, number) if number else next(iter(_fits(case, asked)), None)
    if best is None:
        return typed | {"listed": "1"}
    with speaking(asked.language):
        said = scripts.text(about, best)
    scripts.used(tx, best, scripts.today(about))
    written = "" if typed.get("text", "").strip() == (ready(look) or "").strip() else typed.get("text", "")
    stamp = typed.get("script") if written.strip() else ""
    return typed | {"text": scripts.after(written, said), "script": stamp or best.stamp, "q": "", "inserted": "1"}


def _fits(case: Any, asked: Asked) -> list[Fit]:
    return scripts.fitting(db.session(), _about(case, asked.language), asked)


def _asked(case: Any, typed: Mapping[str, Any]) -> Asked:
    channel = str(typed.get("channel") or case.channel)
    return Asked(str(typed.get("to") or "shipper"), channel, language_of(case, typed), str(typed.get("q") or "")[:40])


def _about(case: Any, language: str) -> About:
    return About(db.session(), me(), now(), language, words, case=case)

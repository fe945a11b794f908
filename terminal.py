"""How a command speaks: one sentence in the terminal's language, and the exit code that goes with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from blueprints._words import LANGUAGES, words
from models import Office, db
from rules import offices
from rules.plans import Report
from rules.store import Busy, system, write_tx
from rules.tables import Unreadable
from rules.words import N_, Refused, Words

__all__ = ["LANGUAGES", "office_called", "say", "sentence", "tell", "tell_report", "told_by_environment"]


def told_by_environment() -> str:
    """zh or en: the language of the terminal's environment, Chinese when it names none of the two."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if locale.lower().startswith("en") else "zh"


def say(what: Words, language: str | None = None) -> str:
    """A sentence in the language of the terminal or the one wanted."""
    with force_locale(LANGUAGES[language or told_by_environment()]):
        return words(what)


def tell(msgid: str, err: bool = False, **params: Any) -> None:
    """Print a sentence."""
    click.echo(say(Words(msgid, **params)), err=err)


def sentence(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command in the app's context; what is refused becomes one sentence and exit 1, an unreadable file exit 2."""

    @with_appcontext
    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Refused as no:
            why, code = no.why, 1
        except Unreadable as no:
            why, code = no.why, 2
        except Busy:
            why, code = Words(N_("Another program is writing; try again in a few seconds.")), 1
        except OSError as error:
            why, code = (
                Words(N_("%(file)s: %(why)s"), file=str(error.filename or "?"), why=error.strerror or str(error)),
                1,
            )
        click.echo(say(why, kwargs.get("language")), err=True)
        sys.exit(code)

    return run


def office_called(code: str | None, make: bool = True) -> Office | None:
    """The office called `code`, made with a warning when it does not exist (E-32); without a code the only one there is."""
    if code is None:
        some = db.session.scalars(select(Office).limit(2)).all()
        return some[0] if len(some) == 1 else None
    found = db.session.scalar(select(Office).where(Office.code == code))
    if found is None and make:
        tell(N_("There was no office %(code)s; it has been made."), err=True, code=code)
        with write_tx(system("flask"), "office.add") as tx:
            offices.add(tx, code, code)
        found = db.session.scalar(select(Office).where(Office.code == code))
    return found or (Office(id=0, code=code, zone="Asia/Shanghai") if code and not make else None)


def tell_report(report: Report, language: str | None) -> None:
    """What an import did: each row refused or doubted on the error stream, the counts on the other."""
    refused, taken = N_("line %(line)s, %(field)s: %(why)s"), N_("line %(line)s, %(field)s (taken): %(why)s")
    for problems, msgid in ((report.refused, refused), (report.warned, taken)):
        for each in sorted(problems, key=lambda problem: problem.line):
            click.echo(say(Words(msgid, line=each.line, field=each.field, why=each.why), language), err=True)
    counts = {"good": report.good, "created": report.created, "updated": report.updated, "refused": len(report.refused)}
    total = N_("%(good)s good: %(created)s created, %(updated)s updated. %(refused)s refused.")
    click.echo(say(Words(total, **counts), language))

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

from blueprints._words import LANGUAGES, words
from rules.store import Busy
from rules.tables import Unreadable
from rules.words import N_, Refused, Words

__all__ = ["LANGUAGES", "say", "sentence", "tell"]


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
            why, code = Words(N_("%(file)s: %(why)s"), file=str(error.filename or "?"), why=error.strerror or str(error)), 1
        click.echo(say(why, kwargs.get("language")), err=True)
        sys.exit(code)

    return run

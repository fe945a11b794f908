"""The command line: accounts, offices, imports, kinds, backup, verify (`flask --app app …`); `starting.py` has the rest.

Exit codes: 0 done, 1 refused (or some rows of a file were), 2 the file or the command line could not be read. Sentences
are Chinese, or English where the environment (LC_ALL, LC_MESSAGES, LANG) or `--language` says so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

import deadlines
import searching
import serving
import settings
import starting
from models import db
from rules import accounts, backup, history, importing, kinds, library, offices, phrases, posting, ticking
from rules.policy import ROLES
from rules.store import system, write_tx
from rules.words import N_, Words
from terminal import LANGUAGES, office_called, say, sentence, tell, tell_report, told_by_environment

FORMATS: dict[str, Callable[[], str]] = {
    "md": kinds.markdown,
    "mermaid": kinds.mermaid,
    "json": lambda: json.dumps(kinds.as_json(), ensure_ascii=False, indent=1),
}
user = AppGroup("user", help="Accounts.")
office = AppGroup("office", help="Offices.")
texts = AppGroup("library", help="Scripts, articles and forbidden phrases that come with the desk.")


# ------------------------------------------------------------------------------------------ accounts and offices


@user.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be repeated.")
@click.option("--office", "code", help="Code of the office.")
@click.option("--grade", type=click.IntRange(1, 4), help="1 agent, 2 supervisor, 3 manager, 4 company leader.")
@click.option("--display", default="", help="Name as shown.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@sentence
def user_add(
    name: str, roles: tuple[str, ...], code: str | None, grade: int | None, display: str, password_stdin: bool
) -> None:  # fmt: skip
    """Make an account."""
    serving.need_tables(db.engine)
    password = starting.read_password()
    accounts.check_password(password, name)
    home = office_called(code) if code or "agent" in roles else None
    with write_tx(system("flask user add"), "user.add") as tx:
        accounts.add(
            tx, name, password, roles, display=display, office=home, grade=grade or (2 if "supervisor" in roles else 1)
        )
    tell(N_("%(name)s may sign in."), name=name)


@office.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--zone", default="Asia/Shanghai", show_default=True, help="IANA time zone.")
@sentence
def office_add(code: str, name: str, zone: str) -> None:
    """Make an office."""
    serving.need_tables(db.engine)
    with write_tx(system("flask office add"), "office.add") as tx:
        offices.add(tx, code, name, zone)
    tell(N_("Office %(code)s %(name)s has been made."), code=code, name=name)


@texts.command("install")
@sentence
def library_install() -> None:
    """Put in the texts that the desk does not have; those of the office stay as they are."""
    serving.need_tables(db.engine)
    with write_tx(system("flask library install"), "library.install") as tx:
        made = library.install(tx)
    tell(N_("%(n)s texts have been put in."), n=made)


# ------------------------------------------------------------------------------------------ import and kinds


ALIASES = {"tariff": "tariffs", "pickup": "pickups"}


@click.command("import")
@click.argument("kind", type=click.Choice([*importing.HOMES, *ALIASES]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--office", "code", help="Code of the office; not needed where there is only one.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--dry-run", is_flag=True, help="Check only; nothing is written.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Language of the reasons.")
@sentence
def import_(kind: str, file: Path, code: str | None, as_json: bool, dry_run: bool, language: str | None) -> None:
    """Import a file (.xlsx or .csv): customers, waybills, partners, carriers, tariffs or pick-ups."""
    serving.need_tables(db.engine)
    kind = ALIASES.get(kind, kind)
    shared = importing.HOMES[kind].shared
    home = None if shared else office_called(code, make=not dry_run)
    if home is None and not shared:
        raise click.UsageError(say(Words(N_("Say which office the file is for: --office CODE.")), language))
    plan = importing.check(db.session(), kind, file, file.name, home)
    report = (
        plan.report if dry_run else importing.apply(plan, lambda: write_tx(system("flask import"), f"import.{kind}"))
    )
    if as_json:
        click.echo(json.dumps(report.to_json(lambda why: say(why, language)), ensure_ascii=False))
    else:
        tell_report(report, language)
    sys.exit(1 if report.refused else 0)


@click.command("kinds")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="md", show_default=True)
def print_kinds(form: str) -> None:
    """Print the kinds of work: states, moves, who, clocks."""
    click.echo(FORMATS[form]().rstrip("\n"))


# ------------------------------------------------------------------------------------------ backup and verify


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@sentence
def make_backup(folder: Path) -> None:
    """Copy the desk into a new directory while it serves, and verify the copy."""
    serving.need_tables(db.engine)
    made = backup.backup(db.engine, current_app.config["DATA"], folder)
    tell(N_("Backup verified: %(events)s events, %(papers)s papers, in %(folder)s."), events=made.last_event, papers=made.papers,
         folder=str(folder))  # fmt: skip


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--into", "target", required=True, type=click.Path(path_type=Path), help="A new directory.")
@sentence
def restore(folder: Path, target: Path) -> None:
    """Bring a backup into a new data directory, and verify it again."""
    made = backup.restore(folder, target, settings.sqlite_module())
    tell(N_("Restored and verified: %(events)s events, %(papers)s papers. Serve it with FIRSTHAND_DATA=%(folder)s."),
         events=made.last_event, papers=made.papers, folder=str(target))  # fmt: skip
    if made.database == "postgresql":
        tell(
            N_("Load the database with: pg_restore --clean --if-exists --dbname=DATABASE %(file)s"),
            file=str(target / "desk.dump"),
        )


@click.command("verify")
@click.option("--since", type=int, default=0, help="Sequence number after which to begin.")
@click.option("--json", "as_json", is_flag=True)
@sentence
def verify(since: int, as_json: bool) -> None:
    """Walk the history's chain; exit 1 and name the first bad event when it does not hold."""
    serving.need_tables(db.engine)
    found = history.verify(db.session(), since)
    if as_json:
        click.echo(json.dumps({"count": found.count, "last": found.last, "bad": found.bad, "why": found.why}))
    elif found.bad is None:
        tell(N_("%(count)s events: the chain is whole."), count=found.count)
    else:
        tell(N_("The history does not hold at event %(seq)s: %(why)s."), err=True, seq=found.bad, why=found.why)
    sys.exit(0 if found.bad is None else 1)


@click.command("tick")
@click.option("--json", "as_json", is_flag=True)
@sentence
def tick(as_json: bool) -> None:
    """Do once what the served desk does by itself: rungs, reminders, mail, nightly checks; exit 1 when something failed."""
    serving.need_tables(db.engine)
    report = ticking.run()
    report.counts.update({f"mail.{state}": n for state, n in posting.run().items()})
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for what, n in report.counts.items():
            click.echo(f"{what} {n}")
        for line in report.errors:
            click.echo(line, err=True)
    sys.exit(1 if report.errors else 0)


@click.command("check")
@click.argument("text")
@click.option(
    "--audience", type=click.Choice(list(phrases.AUDIENCES)), required=True, help="Who would read or hear it."
)
@click.option("--json", "as_json", is_flag=True)
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Language of what to say instead.")
@sentence
def check_words(text: str, audience: str, as_json: bool, language: str | None) -> None:
    """Look for forbidden phrases in TEXT (-: standard input), as the pages do; exit 1 when there is one."""
    serving.need_tables(db.engine)
    read = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text
    found = phrases.find(phrases.rows(db.session()), read, audience)
    if as_json:
        click.echo(json.dumps({"audience": audience, "hits": phrases.told(found)}, ensure_ascii=False))
    elif not found:
        tell(N_("No forbidden phrase."))
    for hit in () if as_json else found:
        instead = hit.instead(language or told_by_environment())
        told = Words(N_("%(number)s “%(written)s”. Say instead: %(instead)s"), number=hit.phrase.number,
                     written=read[hit.start : hit.end], instead=instead)  # fmt: skip
        click.echo(say(told, language))
    sys.exit(1 if found else 0)


def install(app: Flask) -> None:
    """Add the commands to an app."""
    ours = (user, office, texts, import_, print_kinds, make_backup, restore, verify, tick, check_words)
    for command in (*ours, *starting.COMMANDS, *deadlines.COMMANDS, *searching.COMMANDS):
        app.cli.add_command(command)

"""The command line: accounts, offices, imports, kinds, backup, verify, serve (`flask --app app …`)."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import waitress
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

import settings
from models import Office, db
from rules import accounts, history, offices
from rules.store import system, write_tx
from rules.words import Refused

user = AppGroup("user", help="Accounts.")
office = AppGroup("office", help="Offices.")


def office_by_code(code: str | None) -> Office | None:
    """The office called `code`; made with a warning when it does not exist (E-32)."""
    if code is None:
        return None
    found = db.session.scalar(select(Office).where(Office.code == code))
    if found is None:
        click.echo(f"office {code} did not exist and has been created", err=True)
        with write_tx(system("flask"), "office.add") as tx:
            offices.add(tx, code, code)
        found = db.session.scalar(select(Office).where(Office.code == code))
    return found


def fail(error: Refused) -> None:
    """Say why and leave with 1."""
    click.echo(str(error.why), err=True)
    sys.exit(1)


@user.command("add")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, required=True, help="agent, supervisor, finance, auditor or admin; may repeat."
)
@click.option("--office", "code", help="Code of the office.")
@click.option("--grade", type=int, default=None, help="1 agent … 4 company leader.")
@click.option("--display", default="", help="Name as shown.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@with_appcontext
def user_add(
    name: str, roles: tuple[str, ...], code: str | None, grade: int | None, display: str, password_stdin: bool
) -> None:
    """Make an account."""
    password = sys.stdin.readline().rstrip("\r\n")
    home = office_by_code(code)
    grade = grade or (2 if "supervisor" in roles else 1)
    try:
        accounts.check_password(password, name)
        with write_tx(system("flask user add"), "user.add") as tx:
            accounts.add(tx, name, password, roles, display=display, office=home, grade=grade)
    except Refused as error:
        fail(error)
    click.echo(f"{name} may sign in")


@office.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--zone", default="Asia/Shanghai", help="IANA time zone.")
@with_appcontext
def office_add(code: str, name: str, zone: str) -> None:
    """Make an office."""
    try:
        with write_tx(system("flask office add"), "office.add") as tx:
            offices.add(tx, code, name, zone)
    except Refused as error:
        fail(error)
    click.echo(f"{code} {name}")


@click.command("verify")
@click.option("--since", type=int, default=0)
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def verify(since: int, as_json: bool) -> None:
    """Walk the history's chain; exit 1 and name the first bad row when it does not fit."""
    found = history.verify(db.session(), since)
    if as_json:
        click.echo(json.dumps({"count": found.count, "last": found.last, "bad": found.bad, "why": found.why}))
    elif found.bad is None:
        click.echo(f"{found.count} events, the chain is whole")
    else:
        click.echo(f"event {found.bad}: {found.why}", err=True)
    sys.exit(0 if found.bad is None else 1)


@click.command("serve")
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, envvar="PORT", default=5000)
@with_appcontext
def serve(host: str, port: int) -> None:
    """Serve the desk: one process, two request threads."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        settings.check_serving(app.config)
    except settings.Misconfigured as error:
        settings.stop(error)
    run(app, host, port)


def run(app: Any, host: str, port: int) -> None:
    """Waitress with two request threads (E-41); slow clients wait outside them."""
    click.echo(f"Firsthand 首接: http://{host}:{port}")
    waitress.serve(
        app, host=host, port=port, threads=2, connection_limit=1000, channel_timeout=20, cleanup_interval=5, ident=None
    )


def install(app: Flask) -> None:
    """Add the commands to an app."""
    for command in (user, office, verify, serve):
        app.cli.add_command(command)

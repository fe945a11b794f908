"""Commands that bring a desk to life: `init` sets one up, `serve` opens it, `demo` opens an invented one."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
from flask import current_app
from flask.cli import ScriptInfo

import demo as invented
import serving
import settings
from models import db
from rules import register, setup
from rules.store import system, write_tx
from rules.words import N_
from terminal import sentence, tell

WORKING_DAYS = "01234"  # Monday to Friday
port_option = click.option("--port", type=int, envvar="PORT", default=5000, show_default=True)


@click.command("init")
@click.option("--office", "code", prompt="Code of the office, e.g. SZ")
@click.option("--name", prompt="Name of the office")
@click.option("--zone", default="Asia/Shanghai", prompt="Time zone", show_default=True)
@click.option("--hours", default="09:00-18:00", prompt="Desk hours", help='Like "09:00-12:00 13:30-18:00".')
@click.option("--days", default=WORKING_DAYS, help="Working days of the week, 0 = Monday.", show_default=True)
@click.option("--duty-24h", is_flag=True, help="Complaints are answered round the clock.")
@click.option("--admin", prompt="Sign-in name of the administrator")
@click.option("--display", default="", help="The administrator's name as shown.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
@sentence
def init(
    code: str, name: str, zone: str, hours: str, days: str, duty_24h: bool, admin: str, display: str, password_stdin: bool
) -> None:  # fmt: skip
    """Set up an empty desk: tables, office, desk hours, reference data, first administrator (E-32)."""
    serving.make_tables(db.engine)
    serving.need_tables(db.engine)
    password = (
        read_password() if password_stdin else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    times = {
        "desk.hours": register.read("desk.hours", [hours]), "desk.days": register.read("desk.days", list(days)),
        "desk.duty_24h": duty_24h,
    }  # fmt: skip
    with write_tx(system("flask init"), "office.first") as tx:
        setup.first(tx, code, name, zone, times, admin, display, password)
    tell(N_("The desk is ready: %(name)s may sign in and make the other accounts."), name=admin)


def read_password() -> str:
    """One line of standard input, whatever the terminal's own encoding is."""
    return sys.stdin.buffer.readline().decode().rstrip("\r\n")


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for the office network."
)
@port_option
@sentence
def serve(host: str, port: int) -> None:
    """Serve the desk: one process, two request threads. An empty database gets its tables and shows the first page."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        settings.check_serving(app.config)
    except settings.Misconfigured as error:
        settings.stop(error)
    if serving.make_tables(db.engine):
        tell(N_("The database was empty; its tables have been made."))
    serving.serve(app, host, port, tell)


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Only make the office and print its accounts.")
@port_option
@click.pass_context
def demo(context: click.Context, no_serve: bool, port: int) -> None:
    """Serve an invented office in a data directory of its own."""
    info = context.ensure_object(ScriptInfo)
    os.environ.update(invented.settings())
    app = ScriptInfo(app_import_path=info.app_import_path, create_app=info.create_app).load_app()
    with app.app_context():
        sentence(invented.run)(app, tell, None if no_serve else port)


COMMANDS = (init, serve, demo)

"""What stands between a command and a served desk: tables, revision, triggers, the chain's tail, one server at a time."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import waitress
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import Engine, func, inspect, select

from migrations import triggers
from models import Event, db
from rules import history
from rules.words import N_, Refused, Words
from ticker import POST, Ticker, post

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

TAIL = 500  # events looked at when the desk starts; `flask verify` looks at all
LOCK = "serve.lock"


def need_tables(engine: Engine) -> None:
    """Refuse when the database has no tables yet, or others than this program's."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present is None:
        raise Refused(Words(N_("The database has no tables yet: run `flask --app app db upgrade`.")))
    if present != newest():
        raise Refused(
            Words(N_("The database stands at revision %(present)s, this program needs %(newest)s: run "
                     "`flask --app app db upgrade` (it makes a backup first)."), present=present, newest=newest()))  # fmt: skip


def newest() -> str | None:
    """The revision this program was written for."""
    config = current_app.extensions["migrate"].migrate.get_config()
    return ScriptDirectory.from_config(config).get_current_head()


def make_tables(engine: Engine) -> bool:
    """Make the tables of an empty database; whether there were none."""
    if inspect(engine).get_table_names():
        return False
    upgrade()
    return True


def check(engine: Engine) -> None:
    """Refuse to serve a database without its guards, or with a history that does not hold at its end."""
    need_tables(engine)
    with engine.connect() as connection:
        if gone := triggers.missing(connection):
            raise Refused(Words(N_("The database has lost its guards (%(names)s): run `flask --app app db upgrade`."),
                                names=", ".join(gone)))  # fmt: skip
    last = db.session.scalar(select(func.max(Event.seq))) or 0
    verdict = history.verify(db.session(), max(0, last - TAIL))
    db.session.rollback()
    if verdict.bad is not None:
        why = N_("The history does not hold at event %(seq)s: %(why)s.")
        raise Refused(Words(why, seq=verdict.bad, why=verdict.why))


def alone(folder: Path) -> IO[str]:
    """Hold the data directory's lock as long as the answer lives; Refused when another server holds it (E-12)."""
    file = (folder / LOCK).open("a+", encoding="ascii")
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Refused(
            Words(N_("Another server is running on %(folder)s: one at a time on SQLite."), folder=str(folder))
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def serve(app: Flask, host: str, port: int, tell: Callable[..., None]) -> None:
    """Check, lock and serve until told to stop: one process, two request threads; slow clients wait outside them (E-41)."""
    check(db.engine)
    lock = alone(app.config["DATA"]) if db.engine.dialect.name == "sqlite" else None
    db.session.remove()
    tickers = (Ticker(app), Ticker(app, POST, post))
    for ticker in tickers:
        ticker.start()
    tell(N_("Firsthand is served at %(address)s"), address=f"http://{host}:{port}")
    try:
        _listen(app, host, port)
    except OSError as error:
        raise Refused(Words(N_("Port %(port)s cannot be used (%(why)s): name another with --port or PORT."),
                            port=port, why=error.strerror or str(error))) from error  # fmt: skip
    finally:
        for ticker in tickers:
            ticker.stop()
        if lock is not None:
            lock.close()


def _listen(app: Any, host: str, port: int) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # waiting a moment for a thread is meant
    waitress.serve(
        app, host=host, port=port, threads=2, connection_limit=1000, channel_timeout=20, cleanup_interval=5, ident=None,
    )  # fmt: skip

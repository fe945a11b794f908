"""How Alembic runs here: the app's own engine, batches on SQLite, one transaction per migration, triggers re-made (3.7).

A database with data in it is backed up and the backup verified before a migration touches it (E-40).
"""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection

from migrations import triggers
from rules import backup
from rules.store import now
from rules.words import Refused

db = current_app.extensions["migrate"].db


def plain(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own time type as the plain one: a migration must not depend on models that move on."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "When" else False


def steps() -> list[Any]:
    """The migrations this run is going to make; none for commands that only look."""
    here = context.get_context()
    plan = here.opts["fn"]
    return list(plan(here.get_current_heads(), here)) if plan.__name__ in ("upgrade", "downgrade") else []


def save(connection: Connection) -> None:
    """Back up what there is before it is changed; without a backup nothing is."""
    if not steps() or not backup.has_data(connection):
        return
    data = current_app.config["DATA"]
    stands = "-".join(context.get_context().get_current_heads())
    try:
        backup.backup(db.engine, data, data / "backups" / f"{now():%Y-%m-%dT%H%M%S}-from-{stands}")
    except (Refused, OSError) as no:
        raise CommandError(f"Not migrated, because no backup could be made. {no}") from no


def hold_keys(connection: Connection, hold: bool) -> None:
    """SQLite rebuilds a table by dropping it, which rows that point to it forbid: their keys are let go meanwhile. It is
    only heard between transactions, so it goes past SQLAlchemy, which would begin one."""
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={'ON' if hold else 'OFF'}")


def check_keys(ctx: Any, **_: Any) -> None:
    """Looked at before a migration commits: none that leaves a row pointing nowhere is kept."""
    if ctx.dialect.name == "sqlite" and ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise CommandError("Not migrated: rows would point to others that are not there. Nothing was changed.")


def run() -> None:
    """Upgrade or downgrade inside write transactions; afterwards all triggers stand again."""
    engine = db.engine
    with engine.connect().execution_options(w=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
            render_item=plain,
            on_version_apply=check_keys,
            include_object=lambda _o, name, kind, _r, _c: not (kind == "table" and name.startswith("search_fts")),
        )
        save(connection)
        if steps():  # SQLite checks every trigger against the tables while one of them is being rebuilt
            triggers.remove(connection)
        connection.commit()
        hold_keys(connection, False)
        try:
            with context.begin_transaction():
                context.run_migrations()
            if connection.in_transaction():
                connection.commit()
        finally:
            if connection.in_transaction():
                connection.rollback()
            hold_keys(connection, True)
            triggers.install(connection)
            connection.commit()


run()

"""How Alembic runs here: the app's own engine, batches on SQLite, one transaction per migration, triggers re-made (3.7)."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from migrations import triggers

db = current_app.extensions["migrate"].db


def plain(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own time type as the plain one: a migration must not depend on models that move on."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "When" else False


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
            include_object=lambda _o, name, kind, _r, _c: not (kind == "table" and name.startswith("search_fts")),
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()
        triggers.install(connection)
        connection.commit()


run()

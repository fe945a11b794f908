"""What the database itself refuses: changes to the history, and decisions by the one who asked (E-13, E-15).

Rebuilding a table in a batch migration loses its triggers silently, so all are made anew after every migration, and
their presence is asserted when the desk starts.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

BARRED = """
EXISTS (SELECT 1 FROM changes c WHERE c.id = NEW.case_id
        AND (NEW.decided_by_id IN (c.requested_by_id, c.last_editor_id)
             OR NEW.on_behalf_of_id IN (c.requested_by_id, c.last_editor_id)))
"""
TWICE = """
EXISTS (SELECT 1 FROM approvals a WHERE a.case_id = NEW.case_id AND a.round = NEW.round AND a.id <> NEW.id
        AND (NEW.decided_by_id IN (a.decided_by_id, a.on_behalf_of_id)
             OR NEW.on_behalf_of_id IN (a.decided_by_id, a.on_behalf_of_id)))
"""
SIGNED = """
EXISTS (SELECT 1 FROM approvals a WHERE a.case_id = NEW.id AND a.round = NEW.round AND a.status = 'approved'
        AND NEW.last_editor_id IN (a.decided_by_id, a.on_behalf_of_id))
"""
# name: (table, event, condition, sentence)
RULES: dict[str, tuple[str, str, str, str]] = {
    "events_no_update": ("events", "UPDATE", "", "the history is append-only"),
    "events_no_delete": ("events", "DELETE", "", "the history is append-only"),
    "events_no_replace": (  # REPLACE deletes without a word unless recursive triggers are on
        "events", "INSERT", "EXISTS (SELECT 1 FROM events e WHERE e.seq = NEW.seq OR e.prev = NEW.prev)",
        "the history is append-only",
    ),
    "settings_no_update": (
        "settings", "UPDATE", "OLD.value IS DISTINCT FROM NEW.value OR OLD.key <> NEW.key OR OLD.valid_from <> NEW.valid_from",
        "settings are append-only",
    ),
    "settings_no_delete": ("settings", "DELETE", "", "settings are append-only"),
    "approvals_four_eyes": (
        "approvals", "UPDATE", f"NEW.decided_by_id IS NOT NULL AND ({BARRED} OR {TWICE})",
        "nobody decides what he asked for, or twice",
    ),
    "approvals_four_eyes_new": (
        "approvals", "INSERT", f"NEW.decided_by_id IS NOT NULL AND ({BARRED} OR {TWICE})",
        "nobody decides what he asked for, or twice",
    ),
    "approvals_no_delete": ("approvals", "DELETE", "", "a signature is never deleted"),
    "changes_requester_stays": (
        "changes", "UPDATE", f"OLD.requested_by_id <> NEW.requested_by_id OR {SIGNED}", "the requester of a change stays",
    ),
}  # fmt: skip
STATEMENT_RULES = {"events_no_truncate": ("events", "the history is append-only")}


def install(connection: Connection) -> None:
    """Create every trigger anew, on the tables that stand."""
    tables = set(inspect(connection).get_table_names())
    make = _sqlite if connection.dialect.name == "sqlite" else _postgres
    for table, statement in make():
        if table in tables:
            connection.execute(text(statement))


def missing(connection: Connection) -> list[str]:
    """Names of triggers that should stand and do not."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        wanted = set(RULES)
    else:
        found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"))
        wanted = set(RULES) | set(STATEMENT_RULES)
    return sorted(wanted - {name for (name,) in found})


def _sqlite() -> list[tuple[str, str]]:
    statements = []
    for name, (table, event, condition, sentence) in RULES.items():
        when = f"WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}" if condition else ""
        statements += [
            (table, f"DROP TRIGGER IF EXISTS {name}"),
            (
                table,
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
            ),
        ]
    return statements


def _postgres() -> list[tuple[str, str]]:
    statements = []
    for name, (table, event, condition, sentence) in RULES.items():
        body = f"RAISE EXCEPTION '{sentence}';"
        if condition:
            body = f"IF {condition} THEN {body} END IF;"
        back = "OLD" if event == "DELETE" else "NEW"
        statements += _function(name, table, f"{body} RETURN {back};", f"{event} ON {table} FOR EACH ROW")
    for name, (table, sentence) in STATEMENT_RULES.items():
        statements += _function(
            name, table, f"RAISE EXCEPTION '{sentence}';", f"TRUNCATE ON {table} FOR EACH STATEMENT"
        )
    return statements


def _function(name: str, table: str, body: str, when: str) -> list[tuple[str, str]]:
    return [
        (table, f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"),
        (table, f"DROP TRIGGER IF EXISTS {name} ON {table}"),
        (table, f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION {name}()"),
    ]

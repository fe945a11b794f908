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
FALSE_ASKER = "EXISTS (SELECT 1 FROM changes c WHERE c.id = NEW.case_id AND c.requested_by_id <> NEW.requested_by_id)"
STEP_TAKEN = """
EXISTS (SELECT 1 FROM approvals a WHERE a.id = NEW.id
        OR (a.case_id = NEW.case_id AND a.round = NEW.round AND a.step = NEW.step))
"""
# Whoever edits begins a new round, which nobody has been asked to sign yet: in a round that is asked, the editor stays.
EDITOR_MOVED = """
(OLD.last_editor_id <> NEW.last_editor_id
 AND EXISTS (SELECT 1 FROM approvals a WHERE a.case_id = NEW.id AND a.round = NEW.round))
"""


def _moved(columns: str) -> str:
    """Whether one of `columns` is not what it was."""
    return "(" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns.split()) + ")"


def _again(table: str) -> str:
    """Whether the row is there already: REPLACE deletes without a word unless recursive triggers are on."""
    return f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id)"


STEP = _moved("id case_id round step role grade requested_by_id")
SIGNATURE = _moved("status decided_by_id on_behalf_of_id decided_at reason content")
ANSWER = _moved("status decided_by_id decided_at amount_minor currency confirmed_minor")
TEXT = _moved(
    "title_zh title_en body_zh body_en to_write reason drafted_at reviewed_by_id reviewed_at approved_by_id approved_at starts_on"
)
ENDING = _moved("state ended_at ended_by_id end_reason")
SIGNED = "(OLD.approved_at IS NOT NULL OR OLD.state IN ('approved', 'replaced', 'withdrawn'))"
# A text that was never signed may still be changed; a signed one may only come into force and end, once.
CONTROLLED = f"""
({_moved("id document_id number drafted_by_id")}
 OR ({SIGNED} AND ({TEXT} OR NEW.state IN ('draft', 'review')))
 OR (OLD.state = 'approved' AND NEW.state = 'reviewed')
 OR (OLD.state IN ('replaced', 'withdrawn') AND {ENDING})
 OR (OLD.state <> 'approved' AND NEW.state IN ('approved', 'replaced')
     AND (OLD.state <> 'reviewed' OR NEW.reviewed_by_id IS NULL OR NEW.approved_by_id IS NULL)))
"""
# name: (table, event, condition, sentence)
RULES: dict[str, tuple[str, str, str, str]] = {
    "events_no_update": ("events", "UPDATE", "", "the history is append-only"),
    "events_no_delete": ("events", "DELETE", "", "the history is append-only"),
    "events_no_replace": (
        "events", "INSERT", "EXISTS (SELECT 1 FROM events e WHERE e.seq = NEW.seq OR e.prev = NEW.prev)",
        "the history is append-only",
    ),
    "settings_no_update": (
        "settings", "UPDATE",
        f"{_moved('id key office_id value valid_from by_id')} OR (OLD.approved_by_id IS NOT NULL AND {_moved('approved_by_id')})",
        "settings are append-only",
    ),
    "settings_no_delete": ("settings", "DELETE", "", "settings are append-only"),
    "settings_no_replace": ("settings", "INSERT", _again("settings"), "settings are append-only"),
    "settings_second_person": (
        "settings", "UPDATE", "NEW.approved_by_id = NEW.by_id", "the one who changed a figure cannot agree to it",
    ),
    "settings_second_person_new": (
        "settings", "INSERT", "NEW.approved_by_id = NEW.by_id", "the one who changed a figure cannot agree to it",
    ),
    "approvals_four_eyes": (
        "approvals", "UPDATE", f"NEW.decided_by_id IS NOT NULL AND ({BARRED} OR {TWICE})",
        "nobody decides what he asked for, or twice",
    ),
    "approvals_four_eyes_new": (
        "approvals", "INSERT", f"NEW.decided_by_id IS NOT NULL OR {FALSE_ASKER} OR {STEP_TAKEN}",
        "a signature is asked for before it is given",
    ),
    "approvals_stay": (
        "approvals", "UPDATE", f"{STEP} OR (OLD.decided_by_id IS NOT NULL AND {SIGNATURE})",
        "a signature stays as it was given",
    ),
    "approvals_no_delete": ("approvals", "DELETE", "", "a signature is never deleted"),
    "changes_requester_stays": (
        "changes", "UPDATE", f"{_moved('id requested_by_id')} OR {EDITOR_MOVED}", "the requester of a change stays",
    ),
    "changes_rounds_go_on": ("changes", "UPDATE", "NEW.round < OLD.round", "the rounds of a change only go on"),
    "changes_no_replace": ("changes", "INSERT", _again("changes"), "the requester of a change stays"),
    "changes_no_delete": ("changes", "DELETE", "", "a change is never deleted"),
    "grants_stay": (
        "grants", "UPDATE", f"{_moved('id user_id by_id roles grade')} OR (OLD.status <> 'waiting' AND {_moved('status decided_by_id')})",
        "what was asked for an account stays",
    ),
    "grants_no_replace": ("grants", "INSERT", f"NEW.status = 'agreed' OR {_again('grants')}", "what was asked for an account stays"),
    "payments_stay": (
        "payments", "UPDATE", f"{_moved('id stated_by_id')} OR (OLD.decided_by_id IS NOT NULL AND {ANSWER})",
        "a payment stays as it was stated and answered",
    ),
    "payments_no_replace": ("payments", "INSERT", _again("payments"), "a payment stays as it was stated and answered"),
    "payments_no_delete": ("payments", "DELETE", "", "a payment is never deleted"),
    "document_versions_stay": ("document_versions", "UPDATE", CONTROLLED, "a text stays as it was approved"),
    "document_versions_no_replace": (
        "document_versions", "INSERT", f"{_again('document_versions')} OR (NEW.state <> 'draft' AND NEW.drafted_by_id IS NOT NULL)",
        "a text is drafted before it is approved",
    ),
    "document_versions_no_delete": ("document_versions", "DELETE", "", "a version of a text is never deleted"),
}  # fmt: skip
STATEMENT_RULES = {"events_no_truncate": ("events", "the history is append-only")}


def install(connection: Connection) -> None:
    """Create every trigger anew, on the tables that stand."""
    tables = set(inspect(connection).get_table_names())
    make = _sqlite if connection.dialect.name == "sqlite" else _postgres
    for table, statement in make():
        if table in tables:
            connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take the triggers on rows away while tables are rebuilt; `install` brings them back."""
    tables = set(inspect(connection).get_table_names())
    on = " ON {}" if connection.dialect.name != "sqlite" else ""
    for name, (table, *_rest) in RULES.items():
        if table in tables:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on.format(table)}"))


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

"""The nets around every statement of the tests: nothing protected is read past the visibility filter (E-29), and
nothing is written past `write_tx` (E-11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from rules.policy import PROTECTED

_TABLES = re.compile(rf'(?:\bFROM|\bJOIN|,)\s+"?({"|".join(sorted(PROTECTED))})"?\b(?!["\w]*\.)', re.IGNORECASE)
_READING = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
caught: list[str] = []


def spread(engine: Engine) -> None:
    """Watch every statement of `engine`."""
    event.listen(engine, "before_cursor_execute", _watch)


def _watch(connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
    """Statements handed to the driver as they are pass: pragmas, and tests that go round the rules on purpose."""
    if context is None or context.compiled is None:
        return
    options = context.execution_options
    if _READING.match(statement) and _TABLES.search(statement):
        if options.get("visible") not in ("user", "system") and not _refreshes(options):
            _catch(f"reads protected rows without visible() or unseen(): {statement}")
    elif _WRITING.match(statement) and not connection.get_execution_options().get("w"):
        _catch(f"writes outside write_tx: {statement}")


def _refreshes(options: Any) -> bool:
    """Whether the session reads a row that it holds already over again, by its primary key."""
    loading = options.get("_sa_orm_load_options")
    return loading is not None and loading._refresh_state is not None


def _catch(what: str) -> None:
    caught.append(what)
    raise AssertionError(what)


@contextmanager
def catching() -> Iterator[list[str]]:
    """What the nets catch meanwhile is meant, and handed out."""
    before = len(caught)
    found: list[str] = []
    yield found
    found += caught[before:]
    del caught[before:]


@contextmanager
def selects(engine: Engine) -> Iterator[list[str]]:
    """The statements that read, as they are sent."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _READING.match(statement):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)

"""The kinds of work are data: what they come to on one database they come to on the other, which rules and pages are tried on.

`FIRSTHAND_TEST_DATABASES=postgresql` tries them there all the same.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import NAMES

HERE = Path(__file__).parent
# Long tables of the same kind elsewhere: ladders, the matrix of changes, walks through a change.
TABLES = {"test_escalation.py", "test_change_matrix.py", "test_change_walk.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the second database, where both are asked for."""
    if "sqlite" not in NAMES:
        return
    twice = [
        item for item in items
        if "postgresql" in item.name.partition("[")[2] and (HERE in item.path.parents or item.path.name in TABLES)
    ]  # fmt: skip
    config.hook.pytest_deselected(items=twice)
    left = set(twice)
    items[:] = [item for item in items if item not in left]

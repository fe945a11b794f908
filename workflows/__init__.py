"""The kinds of work: one file each, data only. Every module here with a `WORKFLOW` is a kind; nothing else to register."""

from __future__ import annotations

import importlib
import pkgutil

from rules import workflow


def find() -> dict[str, workflow.Workflow]:
    """Import every module of this package and register the kinds of work it finds; returns them by name."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        found = getattr(importlib.import_module(f"{__name__}.{module}"), "WORKFLOW", None)
        if found is not None:
            workflow.register(found)
    return workflow.KINDS

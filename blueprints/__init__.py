"""Thin views: read what came, ask the rules, show a page or a part. Every module with a `bp` is a blueprint."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask


def register_all(app: Flask) -> None:
    """Register the `bp` of every module of this package."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        found = getattr(importlib.import_module(f"{__name__}.{module}"), "bp", None)
        if found is not None:
            app.register_blueprint(found)

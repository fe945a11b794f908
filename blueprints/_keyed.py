"""Moves that stand once for each of several rows of a matter: a form per row, named by the row's id."""

from __future__ import annotations

from typing import Any

from blueprints._look import Look, Shown


def keyed(look: Look, names: tuple[str, ...], field: str, key: int) -> list[Shown]:
    """The moves called `names` for the row `key`, which their form sends along as `field`; what was just refused for that
    row keeps what was typed."""
    return [_with(look, shown, field, key) for shown in look.able(*names)]


def _with(look: Look, shown: Shown, field: str, key: int) -> Shown:
    tried = look.tried
    meant = tried is not None and tried.name == shown.name and tried.form is not None and tried.form[field].data == key
    form: Any = tried.form if meant and tried else look.flow.move(shown.name).form(meta={"zone": look.who.zone})  # type: ignore[misc]
    form[field].data = key
    shown.form = form
    return shown

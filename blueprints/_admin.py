"""What the administrator's pages share: their rail, one way to save a form, and what two people changed at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from blueprints._shared import Answer, me, page, writing
from rules import policy
from rules.store import Tx
from rules.words import N_, Refused, Words

# permission, label, endpoint and its values
SECTIONS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("account.admin", N_("Accounts"), "admin.home", {}),
    ("office.admin", N_("Offices"), "offices.listing", {}),
    ("calendar.read", N_("Calendar"), "calendars.year", {}),
    ("settings.admin", N_("Figures"), "figures.listing", {}),
    ("settings.second", N_("Figures to agree to"), "figures.waiting", {}),
    ("grant.second", N_("Roles to agree to"), "grants.waiting", {}),
    ("fee.read", N_("Fee table"), "fees.listing", {}),
    ("phrase.read", N_("Forbidden phrases"), "phrases.listing", {}),
    ("settings.admin", N_("By itself"), "ticks.listing", {}),
    ("reference.admin", N_("Partners"), "reference.listing", {"name": "partners"}),
    ("reference.admin", N_("Carriers"), "reference.listing", {"name": "carriers"}),
    ("reference.admin", N_("Other desks"), "reference.listing", {"name": "departments"}),
    ("reference.admin", N_("Word lists"), "reference.listing", {"name": "words"}),
)
Theirs = dict[str, Any]


def show(template: str, code: int = 200, **values: Any) -> Answer:
    """A page of the administration with its rail: (label, address, current)."""
    name = values.get("name")
    rail = [
        (label, url_for(endpoint, **extra), _here(endpoint, extra, name))
        for permission, label, endpoint, extra in SECTIONS
        if policy.can(me(), permission)
    ]
    return page(template, code=code, rail=rail, failed=code >= 400, **values)


def _here(endpoint: str, extra: dict[str, Any], name: str | None) -> bool:
    at = request.endpoint or ""
    if endpoint.startswith("figures."):
        return at == endpoint or (endpoint == "figures.listing" and at in ("figures.figure", "figures.save"))
    return at.split(".")[0] == endpoint.split(".")[0] and extra.get("name") == (name if extra else None)


def save(form: Any, action: str, work: Callable[[Tx], Any]) -> int:
    """Check a form and do `work` in one write. 0 when it is done, else the status to show the form again with, the
    reason at its field or on top. A row that is not there (404) is raised on."""
    if not form.validate():
        return 422
    try:
        with writing(action) as tx:
            work(tx)
    except Refused as no:
        if no.code == 404:
            raise
        place(form, no)
        return no.code
    return 0


def place(form: Any, no: Refused) -> None:
    """Put a refusal where it belongs: at its field, else on top of the form."""
    if no.field in form:
        form[no.field].errors = [no.why]
    else:
        form.form_errors = [*form.form_errors, no.why]


def sent_version() -> int | None:
    """The version that the form was drawn from; a form without one never fits (-1)."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 12 else -1


def clash(form: Any, theirs: Theirs) -> list[tuple[str, Any, Any]]:
    """What differs between the desk now and what was typed: (label, on the desk, typed)."""
    return [
        (form[name].label.text, _said(form[name], value), _said(form[name], form[name].data))
        for name, value in theirs.items()
        if name in form and _plain(value) != _plain(form[name].data)
    ]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple | set | frozenset) else value or None


def _said(field: Any, value: Any) -> Any:
    if hasattr(field, "iter_choices"):
        wanted = set(value) if isinstance(value, list | tuple | set | frozenset) else {value or ""}
        found = [label for code, label, *_ in field.iter_choices() if code in wanted]
        return Words(
            " ".join(f"%(c{n})s" for n in range(len(found))), **{f"c{n}": _label(c) for n, c in enumerate(found)}
        )
    if isinstance(value, bool):
        return N_("yes") if value else N_("no")
    return "" if value is None else str(value)


def _label(label: Any) -> Any:
    return Words(label) if isinstance(label, str) and label else label

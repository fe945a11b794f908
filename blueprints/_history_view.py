"""Events of the history in words: values with their type, links with the name of their row, phones masked (D-20, E-13)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select

from blueprints._change_view import value_words
from blueprints._complaint_words import steps_said
from blueprints._history_words import (
    CLASSES,
    COLUMNS,
    PHONES,
    action_name,
    code_name,
    column_name,
    record_name,
    ref_name,
)
from blueprints._inquiry_view import cargo_said
from blueprints._words import doer, listed, local, shown_phone, shown_text, words
from models import Case, Clock, Contact, Customer, Department, Event, Office, Partner, Setting, Shipment, User, db
from rules import telling
from rules.policy import ROLE_NAMES, visible
from rules.store import Actor
from rules.words import N_, Words

ORDER = {name: place for place, name in enumerate(COLUMNS)}
SECRET = N_("changed, never shown")
NAMED: dict[str, tuple[Any, Any]] = {
    "users": (User, User.display), "customers": (Customer, Customer.name), "contacts": (Contact, Contact.name),
    "cases": (Case, Case.ref), "changes": (Case, Case.ref), "offices": (Office, Office.name),
    "departments": (Department, Department.name), "partners": (Partner, Partner.name), "clocks": (Clock, Clock.name),
    "settings": (Setting, Setting.key), "shipments": (Shipment, Shipment.number),
}  # fmt: skip


@dataclass
class Line:
    """One event in the list."""

    seq: int
    at: str
    when: str
    who: str
    action: Any
    record: Any
    called: str
    said: Any


def entry(event: Event) -> dict[str, Any]:
    """An event for `ui.timeline`: what, who, when, and which fields."""
    return {
        "tone": "", "title": action_name(event.action), "who": person(event), "via": None, "said": None,
        "at": event.at.isoformat(timespec="seconds"), "when": words(event.at), "text": summary(event),
    }  # fmt: skip


def line(event: Event) -> Line:
    """An event as one row."""
    return Line(
        event.seq, event.at.isoformat(timespec="seconds"), exactly(event.at), person(event), action_name(event.action),
        record_name(event.object_type), called(event), summary(event),
    )  # fmt: skip


def person(event: Event) -> str:
    """Who acted, in words."""
    return doer(event.actor, event.role)


def called(event: Event) -> str:
    """What the record is called: its number or name; codes of clocks, fields and roles in words."""
    return shown_text(words(ref_name(event.object_type, event.object_ref or "")))


def summary(event: Event) -> str:
    """The fields that an event touched, and its reason, in a line."""
    diff = json.loads(event.diff)
    new = all(before is None for before, _after in diff.values())
    names = [words(column_name(event.object_type, name)) for name in diff if name != "id"]
    told = shown_text(event.reason) if event.reason else ""
    many = words(Words(N_("new, %(n)s fields"), n=len(names))) if new and len(names) > 3 else listed(names[:4])
    more = " …" if not new and len(names) > 4 else ""
    return " · ".join(part for part in (told, many + more) if part)


def exactly(at: datetime) -> str:
    """A moment to the second by the office's clock."""
    moment = local(at)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


# ------------------------------------------------------------------------------------------ one event


def facts(who: Actor, event: Event) -> list[Any]:
    """When, who, where, about what, for `ui.facts`."""
    role = [ROLE_NAMES.get(name, name) for name in event.role.split("+") if name] if event.actor_id else []
    pairs: list[Any] = [
        (N_("Time"), exactly(event.at)), (N_("Person"), listed([person(event), *role])),
        (N_("On behalf of"), event.on_behalf_of), (N_("Record"), *_about(event)), *_matter(who, event),
        (N_("Reason"), shown_text(event.reason)), (N_("Came by"), f"{event.route} {event.address}".strip()),
    ]  # fmt: skip
    return [pair for pair in pairs if pair[1]]


def _about(event: Event) -> tuple[Any, ...]:
    name = called(event) or event.object_id
    said = Words(N_("%(record)s %(name)s"), record=Words(record_name(event.object_type)), name=name)
    if event.object_type == "customers":
        return said, url_for("customers.customer", customer_id=event.object_id)
    if event.object_type == "shipments":
        return said, url_for("shipments.shipment", shipment_id=event.object_id)
    return (said,)


def _matter(who: Actor, event: Event) -> list[Any]:
    if event.case_id is None:
        return []
    ref = db.session.scalar(visible(who, select(Case.ref).where(Case.id == event.case_id), Case))
    return [(N_("Matter"), ref, url_for("cases.case", ref=ref))] if ref else []


def rows(who: Actor, event: Event) -> list[tuple[Any, str, str, None]]:
    """Before and after of every field, in words, for `ui.diff`."""
    diff = json.loads(event.diff)
    names = _names(who, diff)
    currency = _currency(who, event, diff)
    path = (diff.get("path") or [None, None])[1]
    kind = event.object_type
    said = [
        (column_name(kind, name), *(_said(kind, name, value, names, currency, path) for value in diff[name]), None)
        for name in sorted(diff, key=lambda name: (ORDER.get(name, len(ORDER)), name))
    ]  # fmt: skip
    return [row for row in said if row[1] or row[2]]


def _said(kind: str, name: str, value: Any, names: dict[tuple[str, int], str], currency: str, path: str | None) -> str:
    """One value of a diff in the reader's language."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict) and "t" in value:
        return _typed(value, names, currency)
    if kind == "change_fields" and name in ("old", "new") and path:
        return shown_phone(value) if path in PHONES else words(value_words(path, value))
    if name in PHONES:
        return shown_phone(str(value))
    if isinstance(value, bool):
        return words(N_("yes") if value else N_("no"))
    if name in ("weight_g", "volume_l"):
        return words(value_words(name, value))
    if isinstance(value, list):
        return listed(words(code_name(kind, name, part)) if isinstance(part, str) else _plain(part) for part in value)
    if isinstance(value, dict):
        return WHOLE[name](value) if name in WHOLE else _plain(value)
    if kind == "customers" and name == "grade":
        return words(CLASSES.get(value, value))
    coded = code_name(kind, name, value)
    return words(coded) if coded != value else shown_text(str(value))


WHOLE = {"steps": steps_said, "cargo": cargo_said}  # columns that hold several things, each in words


def _plain(value: Any) -> str:
    return shown_text(json.dumps(value, ensure_ascii=False))


def _typed(value: dict[str, Any], names: dict[tuple[str, int], str], currency: str) -> str:
    kind, inner = value["t"], value.get("v")
    if kind == "time":
        return exactly(datetime.fromisoformat(str(inner)))
    if kind == "money":
        return telling.money(int(inner or 0), currency)
    if kind == "link":
        return names.get((value["to"], int(inner or 0)), f"#{inner}")
    return words(SECRET) if kind == "secret" else str(inner)


def _names(who: Actor, diff: dict[str, list[Any]]) -> dict[tuple[str, int], str]:
    """The names of all rows that a diff links to; one select per table."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for value in (value for pair in diff.values() for value in pair):
        if isinstance(value, dict) and value.get("t") == "link" and value["to"] in NAMED:
            wanted[value["to"]].add(value["v"])
    found: dict[tuple[str, int], str] = {}
    for table, ids in wanted.items():
        for key, name in _named(who, table, ids):
            found[table, key] = str(name or f"#{key}")
    return found


def _named(who: Actor, table: str, ids: Iterable[int]) -> Any:
    model, name = NAMED[table]
    columns: Any = select(model.id, name).where(model.id.in_(ids))
    if table == "users":
        columns = select(User.id, User.display + " " + User.name).where(User.id.in_(ids))
    if table == "contacts":
        return db.session.execute(visible(who, columns.join(Customer, Customer.id == Contact.customer_id), Customer))
    return db.session.execute(visible(who, columns, *((model,) if model in (Customer, Case, Shipment) else ())))


def _currency(who: Actor, event: Event, diff: dict[str, list[Any]]) -> str:
    """The currency of an event's amounts: as it stands in the diff, else the row's."""
    stated = (diff.get("currency") or [None, None])[1]
    if stated or not any(isinstance(v, dict) and v.get("t") == "money" for pair in diff.values() for v in pair):
        return stated or "CNY"
    if event.object_type == "shipments":
        kept = visible(who, select(Shipment.currency).where(Shipment.id == event.object_id), Shipment)
        return db.session.scalar(kept) or "CNY"
    return "CNY"


def same_request(events: Iterable[Event], event: Event) -> list[Line]:
    """The other events of the same request, as rows."""
    return [line(other) for other in events if other.seq != event.seq]

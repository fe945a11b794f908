"""The history for auditors, and for supervisors of their own office: who changed what from what to what (E-13, D-20).

Nothing here writes; filters stand in the address, so that a search can be kept and printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import ColumnElement, Select, false, or_, select

from blueprints import _byhand, _history_view, _history_words
from blueprints._shared import Answer, me, not_found, page, require
from blueprints._words import zone
from models import Case, Event, User, db
from rules import queries, search
from rules.byhand import day_typed
from rules.policy import AUDITOR, visible
from rules.store import Actor
from rules.words import N_, Refused
from rules.workflow import KINDS

bp = Blueprint("history", __name__)
PAGE = 50
SAME_REQUEST, BESIDE = 100, 20  # the events of one request lie side by side; so many of them are shown
COLUMN_OF = {"customers": "customer", "shipments": "shipment", "cases": "case"}
KEPT = ("from", "to", "who", "action", "kind", "ref", "of")


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; days are the office's, `who` 0 is the system."""

    since: datetime | None
    until: datetime | None
    who: int | None
    action: str | None
    kind: str | None
    ref: str
    of: tuple[str, int] | None
    typed: dict[str, str]

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.typed)


@bp.get("/history")
@require("history.read")
def listing() -> Answer:
    """Events, newest first; one picked stands beside the list."""
    who, wanted = me(), read_filter()
    found = select_events(who, wanted)
    before, picked = _byhand.number("before", request.args), _byhand.number("pick", request.args)
    part = found.where(Event.seq < before) if before else found
    events = list(db.session.scalars(part.limit(PAGE + 1)))
    shown = events[:PAGE]
    return page(
        "history/list.html", lines=[_history_view.line(event) for event in shown], total=queries.total(db.session(), found),
        wanted=wanted, picked=_detail(who, wanted, picked) if picked else None, later=bool(before),
        older_url=_address(wanted, before=shown[-1].seq) if len(events) > PAGE else None, newest_url=_address(wanted),
        row_url=lambda seq: _address(wanted, before=before, pick=seq) + f"#e-{seq}", **_choices(who, wanted),
    )  # fmt: skip


@bp.get("/history/<int:seq>")
@require("history.read")
def event(seq: int) -> Answer:
    """One event on a page of its own, to be linked to and printed."""
    detail = _detail(me(), read_filter(), seq)
    if detail is None:
        raise not_found()
    return page(
        "history/event.html", e=detail, printed=request.args.get("print") == "1", list_url=_address(read_filter())
    )


# ------------------------------------------------------------------------------------------ the filter


def read_filter() -> Wanted:
    """What the address asks for; what it does not understand is ignored."""
    args = request.args
    typed = {name: args[name].strip()[:200] for name in KEPT if args.get(name, "").strip()}
    since, until = _day(typed.get("from")), _day(typed.get("to"))
    table, _, key = typed.get("of", "").partition("-")
    return Wanted(
        since, until + timedelta(days=1) if until else None, _byhand.number("who", typed), typed.get("action"), typed.get("kind"),
        typed.get("ref", ""), (COLUMN_OF[table], int(key)) if table in COLUMN_OF and key.isdecimal() else None, typed,
    )  # fmt: skip


def _day(typed: str | None) -> datetime | None:
    """The office's midnight at which a day begins."""
    try:
        found = day_typed(typed)
    except Refused:
        return None
    return datetime.combine(found, time(), zone()) if found else None


def select_events(who: Actor, wanted: Wanted) -> Select[Any]:
    """The events that the list holds."""
    found = queries.history(who, since=wanted.since, until=wanted.until, action=wanted.action, object_type=wanted.kind)
    if wanted.who is not None:
        found = found.where(Event.actor_id == wanted.who if wanted.who else Event.actor_id.is_(None))
    places = [wanted.of] if wanted.of else _places(who, wanted.ref) if wanted.ref else None
    if places is not None:
        found = found.where(or_(false(), *(_about(who, what, key) for what, key in places)))
    return found.execution_options(visible="user")


def _places(who: Actor, ref: str) -> list[tuple[str, int]]:
    """The things that a typed number or name means."""
    if "-" in ref and ref.partition("-")[0].upper() in {flow.prefix for flow in KINDS.values()}:
        case = queries.case_by_ref(db.session(), who, ref.upper())
        return [("case", case.id)] if case is not None else []
    return [(hit.what, hit.id) for hit in search.find(db.session(), who, ref).hits]


def _about(who: Actor, what: str, key: int) -> ColumnElement[bool]:
    """Events of a thing and of the matters about it."""
    if what == "case":
        return Event.case_id == key
    column = "customer_id" if what == "customer" else "shipment_id"
    theirs = visible(who, select(Case.id).where(getattr(Case, column) == key), Case)
    return or_(getattr(Event, column) == key, Event.case_id.in_(theirs))


def _address(wanted: Wanted, **more: Any) -> str:
    given: dict[str, Any] = wanted.typed | {name: value for name, value in more.items() if value}
    return url_for("history.listing", **given)


def _choices(who: Actor, wanted: Wanted) -> dict[str, Any]:
    """The selects of the filter: people, actions, kinds of record."""
    people = select(User.id, User.display, User.name).order_by(User.display)
    if AUDITOR not in who.roles and who.office_id is not None:
        people = people.where(User.office_id == who.office_id)
    named = [(str(key), f"{display} {name}") for key, display, name in db.session.execute(people)]
    kinds = [(kind, flow.label) for kind, flow in KINDS.items()] + list(_history_words.RECORDS.items())
    actions = _history_words.all_actions()
    return {
        "people": _options([("", N_("Anybody")), ("0", N_("System")), *named], wanted.typed.get("who", "")),
        "actions": _options([("", N_("Any action")), *actions], wanted.action or ""),
        "kinds": _options([("", N_("Any record")), *kinds], wanted.kind or ""),
    }  # fmt: skip


def _options(pairs: list[tuple[str, Any]], chosen: str) -> list[tuple[str, Any, bool]]:
    return [(code, label, code == chosen) for code, label in pairs]


# ------------------------------------------------------------------------------------------ one event


@dataclass
class Detail:
    """An event as history/_event.html wants it."""

    seq: int
    title: Any
    facts: list[Any]
    rows: list[Any]
    beside: list[_history_view.Line]
    hash: str
    prev: str
    key_id: str
    newer_url: str | None
    older_url: str | None
    page_url: str


def _detail(who: Actor, wanted: Wanted, seq: int) -> Detail | None:
    """One event with its neighbours in the list and what else the same request did; None when it cannot be seen."""
    found = db.session.scalars(queries.history(who).where(Event.seq == seq)).first()
    if found is None:
        return None
    near = queries.history(who).where(
        Event.request_id == found.request_id, Event.seq.between(seq - SAME_REQUEST, seq + SAME_REQUEST)
    )
    inside = select_events(who, wanted).with_only_columns(Event.seq).order_by(None)
    newer = db.session.scalar(inside.where(Event.seq > seq).order_by(Event.seq).limit(1))
    older = db.session.scalar(inside.where(Event.seq < seq).order_by(Event.seq.desc()).limit(1))
    return Detail(
        seq, _history_words.action_name(found.action), _history_view.facts(who, found), _history_view.rows(who, found),
        _history_view.same_request(db.session.scalars(near.limit(BESIDE)) if found.request_id else (), found),
        found.hash, found.prev, found.key_id, _own(wanted, newer), _own(wanted, older), _own(wanted, seq) or "",
    )  # fmt: skip


def _own(wanted: Wanted, seq: int | None) -> str | None:
    given: dict[str, Any] = {**wanted.typed}
    return url_for("history.event", seq=seq, **given) if seq is not None else None

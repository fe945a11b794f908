"""One flight, ship or truck, many customers: recorded once, told to each, marked one by one (EXC-04 to EXC-06)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _byhand, _transport_view
from blueprints._shared import Answer, done, me, not_found, page, require, wants_part, writing
from blueprints._words import speaking, words
from models import TransportEvent, TransportNotice, db
from rules import transport_events
from rules.policy import can
from rules.transport_forms import SentForm, WhichForm, values_of
from rules.words import N_, Refused

bp = Blueprint("transport", __name__, url_prefix="/transport")


@bp.get("")
@require("transport.read")
def listing() -> Answer:
    """What happened lately, what is not told yet on top, and the form to begin with."""
    form = _transport_view.which(WhichForm(data=request.args.to_dict() | {"day": _transport_view.today()}))
    return _list_page(form)


@bp.get("/new")
@require("transport.write")
def new() -> Answer:
    """The waybills of a flight, ship or truck, and what the reason asks."""
    form = _transport_view.which(WhichForm(request.args))
    if not form.validate():
        return _list_page(form, 422)
    return _event_page(_transport_view.asked(form))


@bp.post("")
@require("transport.write")
def create() -> Answer:
    """Record it for the ticked waybills; one prepared message per customer."""
    which = _transport_view.which(WhichForm(request.form))
    if not which.validate():
        return _list_page(which, 422)
    return _record(_transport_view.asked(which))


@bp.get("/<int:event_id>/next")
@require("transport.write")
def following(event_id: int) -> Answer:
    """The second notice of an event: how it ended, or what came of it."""
    return _event_page(_transport_view.asked_again(_event(event_id), request.args.get("code")))


@bp.post("/<int:event_id>/next")
@require("transport.write")
def follow(event_id: int) -> Answer:
    """Record the second notice for the same waybills."""
    return _record(_transport_view.asked_again(_event(event_id), request.form.get("code")))


def _record(ask: _transport_view.Ask) -> Answer:
    form = _transport_view.event_form(ask, request.form)
    if not form.validate():
        return _event_page(ask, form, 422)
    data = values_of(form) | {"code": ask.code, "vehicle": ask.vehicle, "day": ask.day}
    try:
        with writing("transport.follow" if ask.follows else "transport.record") as tx, speaking(form.speak.data):
            goods = [s for s in _transport_view.goods(ask) if s.id in (ask.ticked or ())]
            first = _event(ask.follows) if ask.follows else None
            made = transport_events.record(tx, data, goods, me().zone, words, first)
            g.result = url_for("transport.event", event_id=made.id)
    except Refused as no:
        return _event_page(ask, _byhand.refused(form, no), no.code)
    return done(g.result, N_("Recorded. Tell the customers now, one after the other."))


@bp.get("/<int:event_id>")
@require("transport.read")
def event(event_id: int) -> Answer:
    """What happened, and what each customer is told, unsent ones first."""
    return page("transport/event.html", **_transport_view.event_values(_event(event_id)))


@bp.post("/notices/<int:notice_id>")
@require("transport.write")
def sent(notice_id: int) -> Answer:
    """Mark one customer's message as sent."""
    found, form, code = _notice(notice_id), SentForm(request.form), 422
    here, version = url_for("transport.event", event_id=found.event_id), _byhand.number("version")
    if form.validate():
        try:
            with writing("transport.sent") as tx:
                g.result = f"{here}#n-{notice_id}"
                transport_events.mark_sent(tx, _notice(notice_id), values_of(form), version)
            if not wants_part():
                return done(here, N_("Marked as sent."))
            return page(
                "transport/event.html", "answer", said=N_("Marked as sent."), **_values(found.event_id, notice_id)
            )
        except Refused as no:
            form, code = _byhand.refused(form, no), no.code
    return page("transport/event.html", "answer", code, failed=True, **_values(found.event_id, notice_id, form))


# ------------------------------------------------------------------------------------------ reading and showing


def _event(event_id: int) -> TransportEvent:
    found = transport_events.event_by_id(db.session(), me(), event_id)
    if found is None:
        raise not_found()
    return found


def _notice(notice_id: int) -> TransportNotice:
    found = transport_events.notice_by_id(db.session(), me(), notice_id)
    if found is None:
        raise not_found()
    return found


def _values(event_id: int, tried: int | None = None, form: Any = None) -> dict[str, Any]:
    db.session().expire_all()
    return _transport_view.event_values(_event(event_id), tried, form)


def _list_page(form: WhichForm, code: int = 200) -> Answer:
    values = _transport_view.list_values()
    return page(
        "transport/list.html", code=code, form=form, failed=code >= 400, may=can(me(), "transport.write"), **values
    )


def _event_page(ask: _transport_view.Ask, form: Any = None, code: int = 200) -> Answer:
    values = _transport_view.ask_values(ask, form or _transport_view.event_form(ask, None))
    return page("transport/new.html", code=code, failed=code >= 400, **values)

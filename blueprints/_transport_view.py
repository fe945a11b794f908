"""Events of flights, ships and trucks as their templates want them: the list, the form with its waybills, the messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from sqlalchemy import select

from blueprints._shared import me
from blueprints._words import language, shown_text
from models import Shipment, TransportEvent, TransportNotice, User, db
from rules import stages, transport_events, transport_reasons
from rules.policy import can
from rules.store import now
from rules.transport_forms import CHANNELS, EventForm, SentForm, WhichForm, fitted, grouped, named
from rules.words import N_, Words


@dataclass
class Ask:
    """What is about to be recorded: reason, vehicle, day, and the event it follows (its id, and the codes that may follow)."""

    code: str
    vehicle: str
    day: date
    follows: int | None = None
    offered: tuple[str, ...] = ()

    @property
    def what(self) -> transport_reasons.Happening:
        """The kind of event."""
        return transport_reasons.happening(self.code)

    @property
    def ticked(self) -> set[int] | None:
        """The waybills that were ticked; None before the form was sent."""
        if request.method == "POST":
            return {int(key) for key in request.form.getlist("goods") if key.isdecimal() and len(key) < 16}
        return None


def today() -> date:
    """The day of the reader's office."""
    return now().astimezone(ZoneInfo(me().zone)).date()


def which(form: WhichForm) -> WhichForm:
    """The form with all reasons, by mode."""
    form.code.choices = {"": [("", N_("Choose"))], **grouped()}
    return form


def asked(form: WhichForm) -> Ask:
    """What the checked form asks for."""
    return Ask(str(form.code.data), str(form.vehicle.data), form.day.data or today())


def asked_again(event: TransportEvent, code: str | None) -> Ask:
    """A second notice of `event`; without a code how it ended."""
    offered = transport_reasons.following(event.code)
    return Ask(code if code in offered else offered[0], event.vehicle, event.day, event.id, tuple(offered))


def goods(ask: Ask) -> list[Shipment]:
    """The shipments that it may concern; read again inside a write."""
    session, who = db.session(), me()
    if ask.follows is not None:
        first = transport_events.event_by_id(session, who, ask.follows)
        return transport_events.goods_of(session, who, first) if first else []
    return transport_events.aboard(session, who, ask.what.mode, ask.vehicle, ask.day, who.zone)


def event_form(ask: Ask, sent: Any) -> EventForm:
    """The form of the reason, as it was sent or new."""
    form = (
        EventForm(sent, zone=me().zone) if sent is not None else EventForm(zone=me().zone, data={"speak": language()})
    )
    return fitted(form, ask.what)


# ------------------------------------------------------------------------------------------ pages


def list_values() -> dict[str, Any]:
    """Events with what is still to be done on top."""
    rows = [_row(event, more) for event, more in transport_events.listed(db.session(), me())]
    return {
        "todo": [r for r in rows if r["unsent"] or r["more"]],
        "rest": [r for r in rows if not (r["unsent"] or r["more"])],
    }


def _row(event: TransportEvent, more: bool) -> dict[str, Any]:
    sent = sum(n.sent_at is not None for n in event.notices)
    return {
        "href": url_for("transport.event", event_id=event.id), "vehicle": event.vehicle, "day": event.day,
        "mode": stages.MODES[event.mode], "name": named(event.code), "at": event.at, "sent": sent,
        "unsent": len(event.notices) - sent, "more": more, "waybills": sum(len(n.shipments) for n in event.notices),
        "next": url_for("transport.following", event_id=event.id),
    }  # fmt: skip


def ask_values(ask: Ask, form: EventForm) -> dict[str, Any]:
    """Everything transport/new.html wants."""
    found, ticked = goods(ask), ask.ticked
    if ticked is None:
        ticked = {s.id for s in found if ask.follows or transport_events.likely(s, ask.code)}
    groups = [
        (
            transport_events.by_customer(group)[0][0].customer,
            group[0].shipper,
            [_waybill(s, s.id in ticked) for s in group],
        )
        for group in transport_events.by_customer(found)
    ]
    same = [] if ask.follows else transport_events.same(db.session(), me(), ask.what.mode, ask.vehicle, ask.day)
    return {
        "ask": ask, "form": form, "name": named(ask.code), "mode": stages.MODES[ask.what.mode], "groups": groups,
        "asks": [form[name] for name in ask.what.asks], "count": len(found),
        "codes": [(code, named(code), code == ask.code) for code in ask.offered],
        "url": url_for("transport.follow", event_id=ask.follows) if ask.follows else url_for("transport.create"),
        "same": [(url_for("transport.event", event_id=e.id), named(e.code), e.at) for e in same],
    }  # fmt: skip


def _waybill(s: Shipment, ticked: bool) -> dict[str, Any]:
    return {
        "id": s.id, "called": transport_events.called(s), "lane": f"{s.origin or '?'} → {s.destination or '?'}",
        "stage": stages.NAMES[s.stage], "consignee": s.consignee, "pieces": s.pieces, "ticked": ticked,
        "odd": N_("departure not noted") if s.departs_at is None else None,
    }  # fmt: skip


def event_values(event: TransportEvent, tried: int | None = None, form: Any = None) -> dict[str, Any]:
    """Everything transport/event.html wants; `form` is the refused one of the notice `tried`."""
    session, writes = db.session(), can(me(), "transport.write")
    goods_by_id = {s.id: s for s in transport_events.goods_of(session, me(), event)}
    names = dict(session.execute(select(User.id, User.display).where(
        User.id.in_({event.by_id, *(n.sent_by_id for n in event.notices if n.sent_by_id)}))).all())  # fmt: skip
    last = max((n for n in event.notices if n.sent_at), key=lambda n: n.sent_at or now(), default=None)
    channel = (last and last.channel) or "wechat"
    rows = [
        _told(n, goods_by_id, names, _sent_form(n, channel, form if n.id == tried else None, writes))
        for n in event.notices
    ]
    one = next((row for row in rows if row["id"] == tried), None)
    if one is not None:
        one["focus"] = one["form"] is None
    later = transport_events.follower(session, event.id)
    more = transport_events.expects_more(event) and later is None
    return {
        "event": event, "name": named(event.code), "mode": stages.MODES[event.mode], "facts": _facts(event, names),
        "unsent": [r for r in rows if r["at"] is None], "sent": [r for r in rows if r["at"] is not None], "more": more,
        "next_url": url_for("transport.following", event_id=event.id) if writes and later is None else None,
        "one": one, "first": _link(event.follows_id), "later": _link(later.id if later else None),
    }  # fmt: skip


def _sent_form(n: TransportNotice, channel: str, refused: Any, writes: bool) -> Any:
    """The form of a message that is not sent yet, or the refused one; a message that somebody else sent has its refusal
    above the words that he used."""
    if refused is not None:
        return refused
    return (
        SentForm(data={"channel": channel, "party": n.party, "text": n.text}) if writes and n.sent_at is None else None
    )


def _told(n: TransportNotice, goods_by_id: dict[int, Shipment], names: dict[int, str], form: Any) -> dict[str, Any]:
    listed = [goods_by_id[key] for key in n.shipments if key in goods_by_id]
    return {
        "id": n.id, "version": n.version, "customer": n.customer, "shipper": listed[0].shipper if listed else None,
        "goods": [(url_for("shipments.shipment", shipment_id=s.id), transport_events.called(s)) for s in listed],
        "text": shown_text(n.text), "form": form, "at": n.sent_at, "by": names.get(n.sent_by_id or 0),
        "via": dict(CHANNELS).get(n.channel or ""), "party": shown_text(n.party),
    }  # fmt: skip


def _facts(event: TransportEvent, names: dict[int, str]) -> list[Any]:
    asks = transport_reasons.happening(event.code).asks
    pairs = [(N_("Day of departure"), event.day), *((label, getattr(event, name)) for name, label in asks.items())]
    by = Words(N_("%(who)s, %(when)s"), who=names.get(event.by_id, ""), when=event.at)
    return [*pairs, (N_("Recorded by"), by)]


def _link(event_id: int | None) -> str | None:
    return url_for("transport.event", event_id=event_id) if event_id else None


def of_shipment(s: Shipment) -> list[tuple[Any, ...]]:
    """What happened to a shipment's flight, for its page: (address, vehicle, words, when, told when or None)."""
    return [
        (url_for("transport.event", event_id=event.id), event.vehicle, named(event.code), event.at, told.sent_at)
        for event, told in transport_events.of_shipment(db.session(), me(), s)
    ]


def begin_url(s: Shipment) -> str | None:
    """Where an event of this shipment's flight, ship or truck is begun."""
    if not s.vehicle or not can(me(), "transport.write"):
        return None
    day = s.departs_at.astimezone(ZoneInfo(me().zone)).date().isoformat() if s.departs_at else None
    return url_for("transport.listing", vehicle=s.vehicle, day=day)

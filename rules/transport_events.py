"""One flight, ship or truck, many customers: what happened is recorded once, and each customer is told once (EXC-04 to EXC-06).

The list of waybills comes from the shipments; goods and customers that were told nothing stay on top until they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Contact, SearchRef, Shipment, TransportEvent, TransportNotice, User
from rules import fields, shipments, speaking, stages, telling, terms
from rules.byhand import check_version
from rules.policy import require, unseen, visible
from rules.store import Actor, Tx
from rules.transport_reasons import ASKED, CAUSES, CODES, HAPPENINGS, Happening, following, happening
from rules.words import N_, Refused, Words

Say = Callable[[Words], str]
FINAL = tuple(list(order)[-1] for order in stages.STAGES.values())
ARRIVED = ("A5", "R3")

# ------------------------------------------------------------------------------------------ whose goods are on it


def aboard(session: Session, who: Actor, mode: str, vehicle: str, day: date, zone: str) -> list[Shipment]:
    """The shipments on a flight, ship or truck that leaves on `day` of `zone`, however its name is written (CA-1301 is
    ca1301), by customer; also those on it whose departure nobody has noted yet. What was voided or withdrawn is not on it."""
    parts = [norm for part in terms.parted(vehicle) if (norm := terms.norm(part))]
    begins = datetime.combine(day, time(), ZoneInfo(zone))
    named = [
        Shipment.id.in_(select(SearchRef.object_id).where(
            SearchRef.what == terms.SHIPMENT, SearchRef.field == "vehicle", SearchRef.norm == part))
        for part in parts
    ]  # fmt: skip
    then = (Shipment.departs_at >= begins) & (Shipment.departs_at < begins + timedelta(days=1))
    unknown = Shipment.departs_at.is_(None) & Shipment.stage.not_in(FINAL)
    live = Shipment.standing.not_in(("void", "withdrawn"))
    found = visible(who, select(Shipment).where(Shipment.mode == mode, live, or_(then, unknown), *named), Shipment)
    return _loaded(session, found) if parts else []


def goods_of(session: Session, who: Actor, event: TransportEvent) -> list[Shipment]:
    """The shipments of an event that was recorded, for its second notice."""
    return by_ids(session, who, [key for told in event.notices for key in told.shipments])


def by_ids(session: Session, who: Actor, ids: list[int]) -> list[Shipment]:
    """These shipments, by customer."""
    return _loaded(session, visible(who, select(Shipment).where(Shipment.id.in_(ids)), Shipment))


def _loaded(session: Session, found: Any) -> list[Shipment]:
    listed = list(session.scalars(found.options(joinedload(Shipment.customer)).order_by(Shipment.id)))
    return sorted(listed, key=lambda s: (s.customer is None, s.customer.name if s.customer else s.shipper or "", s.id))


def likely(shipment: Shipment, code: str) -> bool:
    """Whether the goods are surely concerned: their departure is noted, and they have not arrived, or, for what is found out
    after arrival, are not with the consignee yet."""
    past = FINAL if happening(code).after else (*FINAL, *ARRIVED)
    return shipment.departs_at is not None and shipment.stage not in past


def by_customer(found: Iterable[Shipment]) -> list[list[Shipment]]:
    """Shipments of one customer together; goods without customer by their shipper."""
    groups: dict[Any, list[Shipment]] = {}
    for s in found:
        groups.setdefault(s.customer_id or ("shipper", s.shipper), []).append(s)
    return list(groups.values())


# ------------------------------------------------------------------------------------------ recording


def record(
    tx: Tx, data: dict[str, Any], goods: list[Shipment], zone: str, say: Say, follows: TransportEvent | None = None
) -> TransportEvent:
    """Record what happened, with one prepared notice per customer of `goods`. `data` has code, vehicle, day and the fields
    that the reason asks; `update` takes the new times over into the shipments, `track` marks them for priority tracking
    (CMP-15). `zone` is the office's, `say` tells words in the customers' language.

    Raises Refused: 403, 409 when a second notice was recorded already, 422 at the field that is missing."""
    require(tx.actor, "transport.write")
    what = _checked(tx, data, goods, follows)
    event: TransportEvent = tx.add(TransportEvent(
        office_id=goods[0].office_id, mode=what.mode, vehicle=data["vehicle"], day=data["day"], code=data["code"],
        **{name: data.get(name) for name in ASKED if name in what.asks}, follows_id=follows.id if follows else None,
        at=tx.at, by_id=tx.actor.user_id,
    ))  # fmt: skip
    people = _people(tx.session, goods)
    for group in by_customer(goods):
        text = say(notice(event, group, zone, tx.at))
        tx.add(TransportNotice(
            event_id=event.id, office_id=event.office_id, customer_id=group[0].customer_id, shipments=[s.id for s in group],
            text=text, party=people.get(group[0].customer_id or 0, group[0].shipper),
        ))  # fmt: skip
    for s in goods:
        _take_over(tx, event, s, bool(data.get("update")), bool(data.get("track")))
    return event


def _checked(tx: Tx, data: dict[str, Any], goods: list[Shipment], follows: TransportEvent | None) -> Happening:
    """The kind of event, when nothing speaks against recording it. Raises Refused."""
    code = data.get("code") or ""
    allowed = following(follows.code) if follows else CAUSES
    if code not in allowed:
        raise Refused(Words(N_("Choose the true reason.")), 422, "code")
    what = happening(code)
    if empty := next((name for name in what.needs if not data.get(name)), None):
        raise Refused(
            Words(N_("Fill in “%(field)s”; the customers are told."), field=Words(what.asks[empty])), 422, empty
        )
    if not goods:
        raise Refused(Words(N_("Tick at least one waybill.")), 422, "goods")
    if len({s.office_id for s in goods}) > 1:
        raise Refused(Words(N_("The goods belong to several offices; each records for its own.")), 422, "goods")
    if follows is not None and (later := follower(tx.session, follows.id)):
        raise Refused(Words(N_("The second notice was recorded already (%(when)s)."), when=later.at), 409)
    return what


def _people(session: Session, goods: list[Shipment]) -> dict[int, str]:
    """Whom to tell of each customer: his first contact, with number."""
    ids = {s.customer_id for s in goods if s.customer_id}
    found = select(Contact).where(Contact.customer_id.in_(ids), Contact.left_at.is_(None)).order_by(Contact.id.desc())
    return {c.customer_id: f"{c.name} {c.phone or c.landline or ''}".strip() for c in session.scalars(unseen(found))}


def _take_over(tx: Tx, event: TransportEvent, s: Shipment, update: bool, track: bool) -> None:
    """The new vehicle and times, through the rules of shipments; an arrival that lies before the new departure is not
    known any more."""
    moves = happening(event.code).moves if update else ()
    values = {name: getattr(event, name) for name in moves if getattr(event, name)}
    if "new_vehicle" in values:
        values["vehicle"] = values.pop("new_vehicle")
    leaves = values.get("departs_at") or s.departs_at
    arrives = values.get("arrives_at") or s.arrives_at
    if leaves and arrives and arrives < leaves:
        if "arrives_at" in values:
            raise Refused(Words(N_("The arrival lies before the departure.")), 422, "arrives_at")
        values["arrives_at"] = None
    if track and not s.tracked:
        values["tracked"] = True
    if values:
        action, reason = tx.action, tx.reason
        shipments.edit(tx, s, values, reason=CAUSES.get(event.code))
        tx.action, tx.reason = action, reason


# ------------------------------------------------------------------------------------------ what customers read


def notice(event: TransportEvent, goods: list[Shipment], zone: str, at: datetime) -> Words:
    """What one customer reads about his waybills: what happened and why, what comes next, what is not known yet (CF-15)."""
    what, first = happening(event.code), goods[0]
    facts: dict[str, Any] = {name: _said(getattr(event, name), zone, at) for name in ASKED}
    facts |= {
        "vehicle": event.vehicle, "day": telling.day(event.day, at.astimezone(ZoneInfo(zone)).date()),
        "numbers": ", ".join(called(s) for s in goods), "cause": Words(CAUSES[event.code]) if event.code in CAUSES else "",
    }  # fmt: skip
    name = first.customer.name if first.customer else first.shipper
    said = [Words(N_("Dear customer %(name)s,"), name=name)] if name else []
    said.append(Words(what.opening, **facts))
    said += [Words(sentence, **{field: facts[field]}) for field, sentence in what.told if facts[field]]
    said += [Words(sentence) for field, sentence in what.lacking if not facts[field]]
    return _in_a_row([*said, Words(what.closing)])


def called(s: Shipment) -> str:
    """What customers call a shipment."""
    return s.number or s.booking or s.master or s.container or s.cargo or "–"


def _said(value: Any, zone: str, at: datetime) -> Any:
    """A moment with its date always, because the customer may read it on another day."""
    if not isinstance(value, datetime):
        return value
    local = value.astimezone(ZoneInfo(zone))
    date_said = telling.day(local.date(), at.astimezone(ZoneInfo(zone)).date())
    return Words(N_("%(date)s %(hour)s"), date=date_said, hour=f"{local:%H:%M}")


def _in_a_row(said: list[Words]) -> Words:
    row = said[0]
    for following_one in said[1:]:
        row = Words(N_("%(first)s %(then)s"), first=row, then=following_one)
    return row


# ------------------------------------------------------------------------------------------ telling the customers


def mark_sent(tx: Tx, found: TransportNotice, data: dict[str, Any], version: int | None = None) -> None:
    """One customer was told: by which channel, whom, in which words; also among his contacts (SYS-08). Raises Refused: 403,
    409 when a colleague has told him already, 422 without words."""
    require(tx.actor, "transport.write")
    if found.sent_at is not None:
        name = tx.session.scalar(select(User.display).where(User.id == found.sent_by_id))
        raise Refused(
            Words(N_("%(who)s has told this customer already (%(when)s)."), who=name, when=found.sent_at), 409
        )
    check_version(found, version)
    text = fields.prose(data.get("text"))
    if not text:
        raise Refused(Words(N_("Write what the customer was told.")), 422, "text")
    found.text, found.channel, found.party = text, data["channel"], data.get("party")
    found.sent_at, found.sent_by_id = tx.at, tx.actor.user_id
    alone = len(found.shipments) == 1 or not found.customer_id
    speaking.said(
        tx, customer_id=found.customer_id, shipment_id=found.shipments[0] if alone else None, office_id=found.office_id,
        audience="shipper", channel=data["channel"], party=data.get("party"), said=data.get("said"), text=text,
        **speaking.further(data),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ reading


def event_by_id(session: Session, who: Actor, event_id: int) -> TransportEvent | None:
    """One event with its notices and their customers."""
    found = visible(who, select(TransportEvent).where(TransportEvent.id == event_id), TransportEvent)
    loads = selectinload(TransportEvent.notices).joinedload(TransportNotice.customer)
    return session.scalars(found.options(loads)).first()


def notice_by_id(session: Session, who: Actor, notice_id: int) -> TransportNotice | None:
    """One notice."""
    found = visible(who, select(TransportNotice).where(TransportNotice.id == notice_id), TransportNotice)
    return session.scalars(found.options(joinedload(TransportNotice.customer))).first()


def follower(session: Session, event_id: int) -> TransportEvent | None:
    """The second notice of an event, if there is one."""
    found = select(TransportEvent).where(TransportEvent.follows_id == event_id).limit(1)
    return session.scalars(unseen(found)).first()


def expects_more(event: TransportEvent) -> bool:
    """Whether the customers were promised further news by this event (EXC-05, EXC-06)."""
    what = happening(event.code)
    return what.again or any(not getattr(event, name) for name in what.open_until)


def listed(session: Session, who: Actor, limit: int = 50) -> list[tuple[TransportEvent, bool]]:
    """The latest events with their notices, and whether each still asks for a second notice."""
    found = visible(who, select(TransportEvent), TransportEvent).order_by(
        TransportEvent.at.desc(), TransportEvent.id.desc()
    )
    events = list(session.scalars(found.options(selectinload(TransportEvent.notices)).limit(limit)))
    followed = {event.follows_id for event in events}
    return [(event, expects_more(event) and event.id not in followed) for event in events]


def same(session: Session, who: Actor, mode: str, vehicle: str, day: date) -> list[TransportEvent]:
    """Events recorded already for this vehicle and day."""
    found = visible(who, select(TransportEvent), TransportEvent).where(
        TransportEvent.mode == mode, TransportEvent.day == day
    )
    wanted = terms.norm(vehicle)
    return [e for e in session.scalars(found.order_by(TransportEvent.id.desc())) if terms.norm(e.vehicle) == wanted]


def of_shipment(session: Session, who: Actor, s: Shipment) -> list[tuple[TransportEvent, TransportNotice]]:
    """What happened to the flight, ship or truck of a shipment, newest first."""
    both = select(TransportEvent, TransportNotice).join(TransportNotice, TransportNotice.event_id == TransportEvent.id)
    found = visible(who, both, TransportEvent).where(
        TransportEvent.at >= s.created_at, TransportEvent.office_id == s.office_id
    )
    own = TransportNotice.customer_id == s.customer_id if s.customer_id else TransportNotice.customer_id.is_(None)
    rows = session.execute(found.where(own).order_by(TransportEvent.id.desc()).limit(200)).all()
    return [(event, told) for event, told in rows if s.id in told.shipments]


def kind_of(event: TransportEvent) -> str:
    """The name of the kind of event, as a message id."""
    return HAPPENINGS[CODES[event.code]].name

"""Where the value of each slot comes from: the matter, its goods and their flight, the people, the figures (KNO-04).

What nobody has recorded stays open; nothing is guessed, and a reason is always the recorded one (CF-15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from models import Partner
from rules import catalogue, festivals, pickups, stages, telling, tracing_words
from rules.slot_about import About
from rules.transport_reasons import CAUSES
from rules.words import Words

EVENT_SLOTS = frozenset(("reason", "new_flight", "airport"))


def values(about: About, codes: Iterable[str]) -> dict[str, str]:
    """What is known for each of these slots, as text in the language of `about`; the others are left out."""
    wanted = list(codes)
    about.happened = bool(EVENT_SLOTS.intersection(wanted))
    found = {code: _text(about, SOURCES[code](about)) for code in wanted if code in SOURCES}
    return {code: text for code, text in found.items() if text}


def _text(about: About, value: Any) -> str:
    """A value told: a moment as “11月24日 18:30” or “24 Nov 18:30”, a day without its hour."""
    if isinstance(value, datetime):
        local = value.astimezone(about.zone)
        return f"{_day(about, local.date())} {local:%H:%M}"
    if isinstance(value, date):
        return _day(about, value)
    if isinstance(value, Words):
        return about.say(value)
    return "" if value is None else str(value)


def _day(about: About, on: date) -> str:
    today = about.at.astimezone(about.zone).year
    if about.language == "zh":
        return f"{on.month}月{on.day}日" if on.year == today else f"{on.year}年{on.month}月{on.day}日"
    said = f"{on.day} {telling.MONTHS[on.month - 1]}"
    return said if on.year == today else f"{said} {on.year}"


# ------------------------------------------------------------------------------------------ one source each


def _of_case(name: str) -> Callable[[About], Any]:
    return lambda about: getattr(about.case, name, None) if about.case is not None else None


def _of_goods(*names: str) -> Callable[[About], Any]:
    """The first of these columns of the goods that is filled."""
    return lambda about: next((v for n in names if (v := getattr(about.shipment, n, None)) not in (None, "")), None)


def _contact(about: About) -> Any:
    person = about.case.contact if about.case is not None else None
    if person is None:
        return _of_case("caller_name")(about)
    return f"{person.name}{_gap(about)}{person.salutation}" if person.salutation else person.name


def _gap(about: About) -> str:
    return "" if about.language == "zh" else " "


def _phone(about: About) -> Any:
    person = about.case.contact if about.case is not None else None
    number = _of_case("caller_phone")(about) or (person and (person.phone or person.landline))
    return telling.phone_spaced(number) if number else None


def _flight(about: About) -> Any:
    happened = about.events[0].vehicle if about.happened and about.events else None
    if len(about.events) > 1 and happened:
        happened = about.events[-1].vehicle
    return happened or _of_goods("vehicle")(about)


def _flight_date(about: About) -> Any:
    if about.happened and about.events:
        return about.events[-1].day
    leaves = _of_goods("departs_at")(about)
    return leaves.astimezone(about.zone).date() if leaves else None


def _moment(event: str, column: str) -> Callable[[About], Any]:
    """A moment of what happened to the flight; without such news the goods' own, while it lies ahead."""

    def found(about: About) -> Any:
        if about.events:
            return about.event(event)
        at = _of_goods(column)(about)
        return at if at is not None and at > about.at else None

    return found


def _landing(about: About) -> Any:
    if about.shipment is None:
        return None
    told = about.event("arrives_at") if about.events else None
    return told or (None if about.events else tracing_words.landed_or_due(about.shipment, about.at))


def _delivery(about: About) -> Any:
    """The window that the news names, else the first after landing and pick-up (SHP-16)."""
    told, landing = about.event("delivery"), _landing(about)
    if told or landing is None or about.shipment.mode != "air":
        return told
    ready = landing + timedelta(minutes=about.known.pickup_minutes)
    found = tracing_words.window(max(ready, about.at), about.known)
    return f"{_text(about, found[0])}–{found[1]}" if found else about.known.window


def _reason(about: About) -> Any:
    code = next((event.code for event in about.events if event.code in CAUSES), None)
    return Words(CAUSES[code]) if code else None


def _answer_by(about: About) -> Any:
    """“11月24日 18:30前”; English texts write “by” themselves. A moment that has passed is no promise."""
    if about.clock is None or about.clock.due_at <= about.at:
        return None
    return _text(about, about.clock.due_at) + ("前" if about.language == "zh" else "")


def _hours(about: About) -> Any:
    if about.clock is None or not about.clock.minutes:
        return None
    hours, odd = divmod(about.clock.minutes, 60)
    if about.language == "zh":
        return f"{hours}小时" if hours and not odd else f"{about.clock.minutes}分钟"
    many, unit = (hours, "hour") if hours and not odd else (about.clock.minutes, "minute")
    return f"{many} {unit}{'' if many == 1 else 's'}"


def _minutes(about: About) -> Any:
    return about.clock.minutes if about.clock is not None and about.clock.minutes else None


def _waited(about: About) -> Any:
    if about.case is None:
        return None
    return telling.took((about.at - about.case.waiting_since).total_seconds() / 60)


def _kind(about: About) -> Any:
    code = _of_case("code")(about)
    return Words(catalogue.BY_CODE[code].name) if code in catalogue.BY_CODE else None


def _state(about: About) -> Any:
    return stages.name(about.shipment.stage) if about.shipment is not None else None


def _table(about: About) -> Any:
    if about.case is None or about.case.customer_id is None:
        return None
    found = pickups.log(
        about.session, about.who, about.case.customer_id, about.case.office_id, about.case.created_at, about.at
    )
    return "\n".join(about.say(line) for line in pickups.table_text(found)) if found.lines else None


def _partner(about: About) -> Any:
    partner_id = _of_goods("partner_id")(about)
    return about.session.scalar(select(Partner.name).where(Partner.id == partner_id)) if partner_id else None


def _charge(about: About) -> Any:
    lines = [line for line in _of_case("charges")(about) or () if line.side == "receivable"]
    if len({line.currency for line in lines}) != 1:
        return None
    return telling.money(sum(line.amount_minor for line in lines), lines[0].currency)


def _festival(about: About) -> Any:
    name = festivals.today(about.session, about.office_id, about.at.astimezone(about.zone).date())
    return Words(name) if name else None


SOURCES: dict[str, Callable[[About], Any]] = {
    "company": lambda about: about.case.office.name if about.case is not None else None,
    "name": lambda about: about.who.display, "work_number": lambda about: about.who.login,
    "contact": _contact, "phone": _phone, "mailbox": lambda about: getattr(about.customer, "note_mailbox", None),
    "customer": lambda about: getattr(about.customer, "name", None),
    "salesperson": lambda about: getattr(about.customer, "salesperson", None), "partner": _partner,
    "number": _of_goods("number"), "master": _of_goods("master"), "booking": _of_goods("booking"),
    "consignee": _of_goods("consignee"), "origin": _of_goods("origin"), "destination": _of_goods("destination"),
    "pieces": _of_goods("pieces"), "model": _of_goods("model", "cargo"), "state": _state, "kind": _kind,
    "flight": _flight, "flight_date": _flight_date, "date": _flight_date, "landing": _landing, "delivery": _delivery,
    "arrival": _moment("arrives_at", "arrives_at"), "departs": _moment("departs_at", "departs_at"), "reason": _reason,
    "new_flight": lambda about: about.event("new_vehicle"), "airport": lambda about: about.event("place"),
    "waited": _waited, "answer_by": _answer_by, "hours": _hours, "answer_minutes": _minutes,
    "pickup_table": _table, "finding": _of_case("finding"), "charge": _charge, "festival": _festival,
    "days": lambda about: about.figure(about.days),
    "deductible": lambda about: telling.money(about.figure("claim.deductible"), "CNY"),
}  # fmt: skip

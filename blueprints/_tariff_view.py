"""Tariffs as their pages want them: the present price beside the one before, and the floor price for those who quote."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import select

from blueprints import _history_view
from models import Event, Tariff, db
from rules import stages, tariffs, telling
from rules.fields import EXPONENTS
from rules.prices import ITEMS, UNITS
from rules.store import Actor
from rules.tariff_forms import AMOUNTS
from rules.tariff_news import Touched
from rules.words import N_, Words

COPIED = ("mode", "carrier", "origin", "destination", "item", "unit", "currency", "remark")


def rows(found: list[Tariff], who: Actor) -> list[dict[str, Any]]:
    """The lines of the list; what held before each is read for all at once."""
    lines = tariffs.line_of(db.session(), found)
    return [row(tariff, lines.get(tariffs.series(tariff), []), who) for tariff in found]


def row(tariff: Tariff, line: list[Tariff], who: Actor) -> dict[str, Any]:
    """A line as people read it; `floor` is None for those who do not quote (INQ-16)."""
    earlier, today = tariffs.before(tariff, line), tariffs.today(who.zone)
    floor = tariff.floor_minor if tariffs.sees_floor(who) else None
    return {
        "id": tariff.id, "href": url_for("tariffs.tariff", tariff_id=tariff.id), "lane": lane(tariff),
        "carrier": tariff.carrier or "–", "mode": stages.MODES[tariff.mode], "item": ITEMS.get(tariff.item, tariff.item),
        "unit": UNITS.get(tariff.unit, tariff.unit), "price": money(tariff.selling_minor, tariff),
        "floor": money(floor, tariff) if floor is not None else None,
        "before": money(earlier.selling_minor, earlier) if earlier else None, "difference": _difference(tariff, earlier),
        "first": tariff.valid_from, "last": tariff.valid_until, "remark": tariff.remark, "marks": _marks(tariff, line, today),
    }  # fmt: skip


def _difference(tariff: Tariff, earlier: Tariff | None) -> str | None:
    if earlier is None or earlier.currency != tariff.currency or earlier.selling_minor == tariff.selling_minor:
        return None
    return signed(tariff.selling_minor - earlier.selling_minor, tariff.currency)


def _marks(tariff: Tariff, line: list[Tariff], today: date) -> list[tuple[str, str]]:
    """Withdrawn, to come, ended, or replaced by a later one that has begun."""
    if tariff.withdrawn_at is not None:
        return [(N_("withdrawn"), "late")]
    if tariff.valid_from > today:
        return [(N_("to come"), "soon")]
    if tariff.valid_until is not None and tariff.valid_until < today:
        return [(N_("ended"), "hold")]
    begun = [
        each
        for each in line
        if each.valid_from <= today and (each.valid_from, each.id) > (tariff.valid_from, tariff.id)
    ]
    return [(N_("replaced"), "hold")] if begun else []


def money(minor: int, tariff: Tariff) -> str:
    """An amount in a line's currency."""
    return telling.money(minor, tariff.currency)


def signed(minor: int, currency: str) -> str:
    """A difference with its sign: "+USD 50.00"."""
    return f"{'+' if minor > 0 else '−'}{telling.money(abs(minor), currency)}"


def lane(tariff: Tariff) -> str:
    """From where to where."""
    return f"{tariff.origin} → {tariff.destination}"


def name(tariff: Tariff) -> Words:
    """What a line is called in a sentence."""
    return Words(N_("%(lane)s, %(item)s per %(unit)s"), lane=lane(tariff), item=Words(ITEMS.get(tariff.item, tariff.item)),
                 unit=Words(UNITS.get(tariff.unit, tariff.unit)))  # fmt: skip


def whole(tariff: Tariff, who: Actor) -> dict[str, Any]:
    """What the page of a line wants: itself as a row, the prices of its lane, and its facts."""
    line = tariffs.line_of(db.session(), [tariff])[tariffs.series(tariff)]
    shown = row(tariff, line, who)
    pairs = [
        (N_("Mode"), shown["mode"]), (N_("Carrier"), tariff.carrier), (N_("Charge"), shown["item"]), (N_("Unit"), shown["unit"]),
        (N_("Selling price"), shown["price"]), (N_("Price before"), shown["before"]), (N_("Difference"), shown["difference"]),
        (N_("Valid from"), tariff.valid_from), (N_("Valid until"), tariff.valid_until), (N_("Remark"), tariff.remark),
    ]  # fmt: skip
    others = [row(each, line, who) for each in line if each.id != tariff.id]
    return {
        "tariff": tariff,
        "row": shown,
        "pairs": pairs,
        "line": others,
        "floors": tariffs.sees_floor(who),
        "entries": _happened(tariff),
    }


def _happened(tariff: Tariff) -> list[dict[str, Any]]:
    """What was done to a line, newest first; a floor price is never named there."""
    about = (Event.object_type == Tariff.__tablename__, Event.object_id == tariff.id)
    found = select(Event).where(*about).order_by(Event.seq.desc()).limit(20)
    return [_history_view.entry(event) for event in db.session.scalars(found)]


def amounts(tariff: Tariff) -> dict[str, Any]:
    """What a form of prices shows: `Money` fields think in hundredths."""
    scale = 10 ** (2 - EXPONENTS[tariff.currency])
    held = {name: getattr(tariff, column) for name, column in AMOUNTS.items()}
    shown = {name: value * scale if value is not None else None for name, value in held.items()}
    return shown | {name: getattr(tariff, name) for name in ("currency", "valid_until", "remark")}


def start(like: Tariff | None, today: date) -> dict[str, Any]:
    """What a new line begins with: nothing, or the lane of another one, whose price goes on from today."""
    if like is None:
        return {"valid_from": today}
    return {name: getattr(like, name) for name in COPIED} | {"valid_from": today, "valid_until": None}


def hit(found: Touched) -> dict[str, Any]:
    """One charge of an open quotation that a new tariff touches."""
    case, customer = found.case, found.case.customer
    named = {"ref": case.ref, "number": found.quotation.number}
    return {
        "href": url_for("cases.case", ref=case.ref), "quotation": Words(N_("Quotation %(ref)s-%(number)s"), **named),
        "lane": case.lane or "–", "customer": customer.name if customer else case.caller_name,
        "customer_href": url_for("customers.customer", customer_id=customer.id) if customer else None,
        "grade": customer.grade if customer else None, "agent": case.assignee,
        "item": ITEMS.get(found.line.item, found.line.item),
        "unit": UNITS.get(found.line.unit, found.line.unit), "old": telling.money(*found.old), "new": telling.money(*found.new),
        "quoted": telling.money(found.line.amount_minor, found.line.currency),
        "difference": signed(found.difference, found.new[1]) if found.difference is not None else None,
        "tone": "late" if (found.difference or 0) > 0 else "done", "tariff": url_for("tariffs.tariff", tariff_id=found.tariff.id),
    }  # fmt: skip

"""The pick-up log on the page of a complaint about late pick-up (CMP-14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from blueprints._look import Look
from blueprints._words import speaking, words
from models import db
from rules import pickups
from rules.store import now
from rules.words import Words

TOPIC = "pickup"


@dataclass
class Part:
    """See complaint/_pickups.html; `rows` are (agreed, came, how late, place, vehicle, waybill)."""

    verdict: Words
    rows: list[Any]
    confirmed: str | None
    table: str
    days: int


def part(look: Look) -> Part | None:
    """The customer's pick-ups of the last days, what they say, and the words for either outcome; None without a customer."""
    case = look.case
    if case.topic != TOPIC or case.customer_id is None:
        return None
    found = pickups.log(db.session(), look.who, case.customer_id, case.office_id, case.waiting_since, now())
    with speaking("en" if case.customer.overseas else "zh"):
        table = "\n".join(words(line) for line in pickups.table_text(found))
        sorry = pickups.apology(found)
        confirmed = words(sorry) if sorry else None
    return Part(pickups.verdict(found), [_row(line, found.zone) for line in found.lines], confirmed, table, found.days)


def _row(line: pickups.Line, zone: str) -> tuple[Any, ...]:
    def moment(at: Any) -> str:
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if at else "–"

    pickup = line.pickup
    vehicle = " ".join(filter(None, (pickup.fleet, pickup.plate, pickup.driver)))
    return moment(pickup.planned_at), moment(pickup.came_at), line.late, pickup.place, vehicle, pickup.waybill

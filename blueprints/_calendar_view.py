"""The calendar as its page shows it: twelve months of days with a mark each, and plans in words (E-34)."""

from __future__ import annotations

import calendar as months_of
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from rules.calendar import CLOSURE, EXTRA, HALF_DAY, HOLIDAY, MAKE_UP, Calendar
from rules.calendar_days import KIND_NAMES, Plan
from rules.holidays_cn import HolidayRow
from rules.hours import format_hours
from rules.words import N_, Words
from rules.workflow import KINDS

# The short word in a day's box, and the class that gives it a shape.
MARKS = {
    HOLIDAY: (N_("free"), "off"), MAKE_UP: (N_("work"), "on"), HALF_DAY: (N_("half"), "half"), EXTRA: (N_("plus"), "plus"),
    CLOSURE: (N_("shut"), "shut"),
}  # fmt: skip
SOURCES = {
    "library": N_("announced"), "notice": N_("pasted notice"), "estimate": N_("estimate, not announced yet"),
    "desk": N_("entered here"), "demo": N_("demonstration"),
}  # fmt: skip


@dataclass
class Box:
    """One day: number, address, short mark, what it is in words, class, whether it is a guess."""

    number: int
    href: str
    mark: str
    said: Any
    tone: str
    guess: bool
    today: bool


def months(known: Calendar, year: int, href: Any, today: date) -> list[tuple[str, list[list[Box | None]]]]:
    """The twelve months: name and weeks from Monday to Sunday."""
    found = []
    for month in range(1, 13):
        weeks = months_of.Calendar().monthdatescalendar(year, month)
        boxes = [[_box(known, on, href, today) if on.month == month else None for on in week] for week in weeks]
        found.append((f"{year}-{month:02d}", boxes))
    return found


def _box(known: Calendar, on: date, href: Any, today: date) -> Box:
    held = known.days.get(on)
    mark, tone = MARKS.get(held.source, ("", "")) if held else ("", "")
    said = Words(KIND_NAMES[held.source]) if held and held.source in KIND_NAMES else None
    if held and held.name:
        said = Words(N_("%(a)s, %(b)s"), a=said, b=Words(held.name))
    if not held and not known.week.get(on.weekday()):
        tone = "rest"
    return Box(on.day, href(on), mark, said, tone, known.day(on).provisional and bool(held), on == today)


def line(row: HolidayRow | None) -> Any:
    """What a day is, in words."""
    if row is None:
        return None
    said = Words(KIND_NAMES.get(row.kind, row.kind))
    for more in (row.name, format_hours(row.spans) if row.spans else "", N_("provisional") if row.provisional else ""):
        if more:
            said = Words(N_("%(a)s, %(b)s"), a=said, b=Words(more) if "%" not in more else more)
    return said


def listed(known: Any, year: int) -> list[tuple[date, Any, Any]]:
    """The exceptions of a year: day, what it is, where it comes from."""
    return [
        (day, line(row), Words(SOURCES.get(row.source, row.source)))
        for day, row in sorted(known.items())
        if day.year == year and row.kind != "week"
    ]


def told(plan: Plan) -> dict[str, Any]:
    """A plan as its page wants it."""
    return {
        "plan": plan, "changes": [(c.day, line(c.before), line(c.after)) for c in plan.changes],
        "moved": [(m.ref, label(m.kind, m.name), m.before, m.after) for m in plan.moved],
    }  # fmt: skip


def label(kind: str, name: str) -> Any:
    """What a clock of a kind of work promises, in words."""
    found = next((rule.label for rule in KINDS[kind].clocks if rule.name == name), name)
    return Words(N_("%(kind)s: %(what)s"), kind=Words(KINDS[kind].label), what=Words(found))


def address(endpoint: str, office_id: int | None, **values: Any) -> str:
    """An address of the calendar that keeps the chosen office."""
    return url_for(f"calendars.{endpoint}", office=office_id, **values)

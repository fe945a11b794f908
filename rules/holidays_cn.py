"""Public holidays and make-up working days of mainland China (放假, 补班), announced or guessed.

Known years come from `chinesecalendar`; a year that is not announced yet is guessed from `holidays`, which
knows the statutory days but no make-up day, and each such row is provisional. Nothing here raises for a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import holidays
from chinese_calendar import constants

from rules.calendar import HOLIDAY, MAKE_UP, WEEK, Day
from rules.hours import OFFICE_HOURS, Spans
from rules.words import N_

LIBRARY, ESTIMATE, NOTICE = "library", "estimate", "notice"

# As the notice prints them, and as the desk stores them (translated when shown).
NAMES = {
    "元旦": N_("New Year's Day"),
    "春节": N_("Spring Festival"),
    "清明": N_("Tomb-sweeping Day"),
    "劳动节": N_("Labour Day"),
    "端午": N_("Dragon Boat Festival"),
    "中秋": N_("Mid-autumn Festival"),
    "国庆": N_("National Day"),
}
_ALSO = {"农历除夕": NAMES["春节"], "休息日": N_("Exchanged day of rest")}
ANNOUNCED = frozenset(day.year for day in constants.holidays if (day.month, day.day) == (10, 1))


@dataclass(frozen=True, order=True)
class HolidayRow:
    """One date that differs from the week: what it is, its name, whether it is only a guess, where it is from.

    `kind` is a source of `rules.calendar`; `spans` are hours of its own (half day, extra hours), None the usual.
    """

    day: date
    kind: str
    name: str
    provisional: bool = False
    source: str = LIBRARY
    spans: Spans | None = None


def known_days(year: int) -> list[HolidayRow]:
    """The holidays and make-up days of a year, in order; provisional if the year is not announced yet."""
    return _announced(year) if year in ANNOUNCED else _estimated(year)


def announced_until(years: Iterable[int] = ANNOUNCED) -> date:
    """The last date whose holidays are known: for `Calendar.announced_until`.

    `years` are those the office holds announced rows for; by default those of the library.
    """
    return date(max(years), 12, 31)


def as_days(rows: Sequence[HolidayRow], week: Mapping[int, Spans]) -> dict[date, Day]:
    """Rows as exceptions of a calendar, a later row of a date before an earlier one: make-up days open as the week's
    first open day does, a day of kind "week" is no exception (any more)."""
    workday = next((week[day] for day in sorted(week) if week[day]), OFFICE_HOURS)
    usual: dict[str, Spans] = {MAKE_UP: workday}
    last = {row.day: row for row in rows}
    hours = {row.day: usual.get(row.kind, ()) if row.spans is None else row.spans for row in last.values()}
    return {
        row.day: Day(hours[row.day], row.kind, row.provisional, row.name) for row in last.values() if row.kind != WEEK
    }


def _announced(year: int) -> list[HolidayRow]:
    kinds = {HOLIDAY: constants.holidays, MAKE_UP: constants.workdays}
    rows = (HolidayRow(day, kind, str(name)) for kind, table in kinds.items() for day, name in table.items())
    return sorted(row for row in rows if row.day.year == year)


def _estimated(year: int) -> list[HolidayRow]:
    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    rows = (HolidayRow(day, HOLIDAY, festival(name), True, ESTIMATE) for day, name in found.items())
    return sorted(row for row in rows if row.day.year == year)


def festival(name: str) -> str:
    """The stored name of a festival from its Chinese name; an unknown name stands as it is."""
    return next((known for part, known in {**NAMES, **_ALSO}.items() if part in name), name)

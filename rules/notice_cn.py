"""Reads the yearly notice of the State Council (国务院办公厅关于…部分节假日安排的通知) as it is printed.

“二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。”
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from rules.calendar import HOLIDAY, MAKE_UP
from rules.holidays_cn import NAMES, NOTICE, HolidayRow, festival
from rules.words import N_, Refused, Words

_DATE = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?"
_FESTIVAL = "|".join(NAMES)
_TOKEN = re.compile(
    rf"(?P<head>(?:{_FESTIVAL})[^:。,\d]{{0,12}}:)"
    rf"|(?P<first>{_DATE})(?:\s*(?:至|到|[-~–—])\s*(?P<last>{_DATE}))?"
    r"|共(?P<total>\d+)天"
    r"|(?P<verb>放假|上班)(?:(?P<days>\d+)天)?"
    r"|(?P<stop>[。;])"
)
_TITLE = re.compile(r"(\d{4})年[^\d。]{0,4}部分节假日")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = {**{sign: day for day, sign in enumerate("一二三四五六日")}, "天": 6}
_KINDS = {"放假": HOLIDAY, "上班": MAKE_UP}


def read_notice(text: str, year: int) -> list[HolidayRow]:
    """The rows of a pasted notice for `year`, in order.

    Raises Refused (422) with the printed words at fault: another year in the title, a date that does not exist
    or falls on another weekday than printed, a count that differs from the range, a date both off and at work,
    or no date at all.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    title = _TITLE.search(plain)
    if title and int(title[1]) != year:
        raise _refused(N_("The notice is for %(printed)s, not for %(year)s"), printed=title[1], year=year)
    reader = _Reader(year)
    rows = [row for token in _TOKEN.finditer(plain) for row in reader.take(token)]
    if not rows:
        raise _refused(N_("No date followed by 放假 or 上班 was found in the text"))
    return _distinct(rows)


def _refused(msgid: str, **params: object) -> Refused:
    return Refused(Words(msgid, **params), 422)


def _distinct(rows: list[HolidayRow]) -> list[HolidayRow]:
    by_day = {row.day: row for row in reversed(rows)}
    for row in rows:
        if by_day[row.day].kind != row.kind:
            both = N_("%(date)s is printed both as a day off and as a working day")
            raise _refused(both, date=row.day.isoformat())
    return sorted(by_day.values())


class _Reader:
    """Walks the tokens of a notice: festival, dates, what happens on them, how many days are printed."""

    def __init__(self, year: int) -> None:
        self.year, self.month, self.name = year, 0, ""
        self.waiting: list[date] = []  # dates read, not yet known whether off or at work
        self.off: list[date] = []  # the days off of this sentence, for the printed count

    def take(self, token: re.Match[str]) -> Iterator[HolidayRow]:
        """The rows that this token completes."""
        if token["head"]:
            self.name, self.waiting = festival(token["head"]), []
        elif token["first"]:
            self.waiting += self._range(token)
        elif token["total"]:
            self._agree(int(token["total"]))
        elif token["verb"]:
            yield from self._decide(token)
        elif token["stop"]:
            self.waiting, self.off = [], []

    def _decide(self, token: re.Match[str]) -> Iterator[HolidayRow]:
        kind, days, self.waiting = _KINDS[token["verb"]], self.waiting, []
        self.off += days if kind == HOLIDAY else []
        if token["days"]:
            self._agree(int(token["days"]))
        for day in days:
            yield HolidayRow(day, kind, self.name, False, NOTICE)

    def _agree(self, printed: int) -> None:
        if self.off and len(self.off) != printed:
            raise _refused(
                N_("From %(first)s there are %(days)s days off, but %(printed)s are printed"),
                first=self.off[0].isoformat(), days=len(self.off), printed=printed,
            )  # fmt: skip

    def _range(self, token: re.Match[str]) -> list[date]:
        groups = token.groups()
        at = _TOKEN.groupindex["first"]
        first = self._date(token["first"], *groups[at : at + 4])
        if not token["last"]:
            return [first]
        at = _TOKEN.groupindex["last"]
        last = self._date(token["last"], *groups[at : at + 4])
        if not timedelta(0) < last - first < timedelta(days=31):
            raise _refused(N_("“%(text)s” does not run forward"), text=token[0])
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def _date(self, printed: str, year: str | None, month: str | None, day: str, note: str | None) -> date:
        self.month = int(month or self.month)
        eve = self.month == 12 and self.name == NAMES["元旦"]  # December days before the new year's first
        try:
            found = date(int(year or self.year - eve), self.month, int(day))
        except ValueError:
            raise _refused(N_("“%(text)s” is not a date"), text=printed) from None
        weekday = _WEEKDAY.search(note or "")
        if weekday and _WEEKDAYS[weekday[1]] != found.weekday():
            wrong = N_("“%(text)s” does not fall on that weekday in %(year)s")
            raise _refused(wrong, text=printed, year=found.year)
        return found

"""What stands in a cell of an office's file, turned into values. A blank cell is None; what cannot be read is refused.

Cells arrive as text (csv) or as text, numbers, booleans and dates (workbook). Each function raises `Refused` (422)
with a sentence that says what is wrong and how to write it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.words import N_, Refused, Words

Cell = Any
Parser = Callable[[Cell], Any]

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
MOST = 10_000_000  # pieces, kilograms, cubic metres, yuan or days in one cell
YEARS = (1990, 2100)
_EPOCH = datetime(1899, 12, 30)  # day 0 of a spreadsheet's serial dates (with its false leap day of 1900)
_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_GUARD = re.compile(r"'(?=[=+\-@\t\r])")  # the apostrophe that keeps a spreadsheet from reading a formula
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_DATE = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T\s]*(\d{1,2})(?:[:时点](\d{1,2})?分?(?::?(\d{1,2})(?:\.\d+)?秒?)?|(\d{2})(\d{2})?))?",
    re.ASCII,
)


def refused(msgid: str, **params: Any) -> Refused:
    """A refusal of one cell (422)."""
    return Refused(Words(msgid, **params), code=422)


def lines(cell: Cell) -> str | None:
    """Text that may have several lines: trimmed (also of full-width blanks), without control characters."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime | date | time):
        return str(cell)
    if isinstance(cell, float):
        cell = int(cell) if cell.is_integer() else format(Decimal(str(cell)), "f")
    text = _CONTROL.sub("", _GUARD.sub("", str(cell), count=1)).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(part.strip() for part in text.strip().split("\n"))
    if text.upper() in ERRORS:
        raise refused(N_("The formula in this cell gives %(error)s; put the value itself"), error=text)
    return text or None


def line(cell: Cell) -> str | None:
    """Text of one line: line breaks become blanks."""
    found = lines(cell)
    return found and found.replace("\n", " ")


def plain(cell: Cell) -> str | None:
    """Text in half-width letters and digits, for numbers, codes and words of a list."""
    found = line(cell)
    return found and unicodedata.normalize("NFKC", found).strip()


def code(cell: Cell) -> str | None:
    """A number that names a thing: never shortened by a spreadsheet, no blanks inside, upper case."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise refused(N_("The spreadsheet has shortened this number; format the column as text and type it again"))
    found = plain(cell)
    if found and _SCIENTIFIC.fullmatch(found) and "+" in found:
        raise refused(N_("The spreadsheet has shortened this number; format the column as text and type it again"))
    return found and re.sub(r"\s+", "", found).upper()


def decimal(cell: Cell, units: Mapping[str, int | Decimal], unit: str = "") -> Decimal | None:
    """A number not below zero, with or without a unit (`1,234.5`, `3件`), times what the unit is worth.

    `units` maps unit words to factors, "" being none; `unit` is what the column's header names for bare numbers.
    """
    found = plain(cell)
    if found is None:
        return None
    text = re.sub(r"\s+", "", found)
    match = _NUMBER.match(text)
    if not match:
        raise refused(N_("“%(text)s” is no number; write digits, for example 12.5"), text=found)
    tail = text[match.end() :].lower().strip(".")
    if tail not in units:
        raise refused(N_("“%(text)s” is no number in a unit known here (%(units)s)"), text=found,
                      units=", ".join(filter(None, units)))  # fmt: skip
    sign, whole, fraction = match.groups()
    value = Decimal(whole.replace(",", "") + (fraction or ""))
    if sign == "-" and value:
        raise refused(N_("“%(text)s” is less than zero"), text=found)
    if value > MOST:
        raise refused(N_("“%(text)s” is too large to be right"), text=found)
    return value * units[tail or (unit if unit in units else "")]


def whole(cell: Cell, units: Mapping[str, int | Decimal], unit: str = "") -> int | None:
    """A whole number not below zero."""
    value = decimal(cell, units, unit)
    if value is not None and value != value.to_integral_value():
        raise refused(N_("“%(text)s” is no whole number"), text=str(cell).strip())
    return None if value is None else int(value)


def moment(cell: Cell) -> datetime | None:
    """A date with or without time, of the office's own clock: a date cell, a serial number or one of four text forms.

    2025/9/24, 2025-09-24, 20250924 and 2025年9月24日, each with an optional time.
    """
    found = None if isinstance(cell, date) else plain(cell)
    if isinstance(cell, datetime):
        value = cell.replace(tzinfo=None, microsecond=0)
    elif isinstance(cell, date):
        value = datetime.combine(cell, time())
    elif found is None:
        return None
    else:
        try:
            value = _serial(found) or _written(found)
        except ValueError:
            raise refused(N_("“%(text)s” is no date of the calendar"), text=found) from None
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise refused(N_("The year %(year)s cannot be right"), year=value.year)
    return value


def day(cell: Cell) -> date | None:
    """The date of `moment`."""
    found = moment(cell)
    return found and found.date()


def _serial(text: str) -> datetime | None:
    """The time of a spreadsheet's serial number (days since 1899-12-30), to the second."""
    if not re.fullmatch(r"\d{5}(?:\.\d+)?", text, re.ASCII) or not _SERIALS[0] <= float(text) <= _SERIALS[1]:
        return None
    return _EPOCH + timedelta(seconds=round(float(text) * 86_400))


def _written(text: str) -> datetime:
    match = _DATE.fullmatch(text)
    if not match:
        raise refused(N_("“%(text)s” is no date; write it as 2025-09-24 or 2025-09-24 14:30"), text=text)
    year, _, month, day_, month_cn, day_cn, month_8, day_8, hour, minute, second, minute_4, second_4 = match.groups()
    return datetime(int(year), int(month or month_cn or month_8), int(day_ or day_cn or day_8),
                    int(hour or 0), int(minute or minute_4 or 0), int(second or second_4 or 0))  # fmt: skip


_YES = {"是", "有", "Y", "YES", "TRUE", "T", "1", "√", "✓", "对"}
_NO = {"否", "无", "N", "NO", "FALSE", "F", "0", "×", "X", "✗", "不", "没有", "-", "/"}


def yes_no(cell: Cell) -> bool | None:
    """是 or 否 and the usual ways to write them."""
    found = plain(cell)
    if found is None:
        return None
    if found.upper() in _YES or found.upper() in _NO:
        return found.upper() in _YES
    raise refused(N_("“%(text)s” is neither yes nor no; write 是 or 否"), text=found)


def choice(words: Mapping[str, str]) -> Parser:
    """A parser for a word of a list: `words` maps what may stand in the cell to the code that is stored."""
    known = {word.upper(): stored for word, stored in words.items()}
    listed = "、".join(dict.fromkeys(next(w for w in words if words[w] == stored) for stored in words.values()))

    def parse(cell: Cell) -> str | None:
        found = plain(cell)
        if found is None:
            return None
        if found.upper() not in known:
            raise refused(N_("“%(text)s” is not known here; possible are %(words)s"), text=found, words=listed)
        return known[found.upper()]

    return parse

"""Desk hours as text and as minutes: "09:00-12:00 13:30-18:00" and ((540, 720), (810, 1080)) (D-15, E-34)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from rules.words import N_, Refused, Words

DAY = 1440
Spans = tuple[tuple[int, int], ...]

OFFICE_HOURS: Spans = ((9 * 60, 18 * 60),)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*(?:[-~‐‑‒–—―]|至|到)\s*(次日)?(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[\s,;、。和及]*")


def desk_week(hours: Spans = OFFICE_HOURS) -> dict[int, Spans]:
    """Monday to Friday with the given hours, the default of a new office (D-15)."""
    return dict.fromkeys(range(5), hours)


DEFAULT_WEEK = desk_week()


def check_spans(spans: Iterable[tuple[int, int]]) -> Spans:
    """The spans of one day in order, or Refused: each starts on its day, lasts less than 24 hours (or is the
    whole day), and none overlaps the one before it."""
    checked = tuple(sorted((int(start), int(end)) for start, end in spans))
    for start, end in checked:
        if not 0 <= start < DAY or not start < end or (end - start >= DAY and (start, end) != (0, DAY)):
            raise Refused(Words(N_("%(hours)s is not a stretch of one day"), hours=_span_text(start, end)), 422)
    for (start, end), (following, last) in pairwise(checked):
        if following < end:
            first, second = _span_text(start, end), _span_text(following, last)
            raise Refused(Words(N_("%(first)s and %(second)s overlap"), first=first, second=second), 422)
    return checked


def read_hours(text: str) -> Spans:
    """Hours typed by a person as spans in minutes after midnight; an empty text means closed.

    Takes full-width signs, any dash and 至; an end before its start is on the next day. Raises Refused (422).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _BETWEEN.fullmatch(_SPAN.sub(" ", plain)) is None:
        raise Refused(Words(N_("Write hours like 09:00-12:00 13:30-18:00; “%(text)s” cannot be read"), text=text), 422)
    return check_spans(_span(*match.groups()) for match in _SPAN.finditer(plain))


def format_hours(spans: Iterable[tuple[int, int]]) -> str:
    """Spans as text that `read_hours` takes; "" when closed."""
    return " ".join(_span_text(start, end) for start, end in spans)


def _minute(hours: str, minutes: str) -> int:
    if int(minutes) > 59 or int(hours) * 60 + int(minutes) > DAY:
        raise Refused(Words(N_("%(time)s is not a time of day"), time=f"{hours}:{minutes}"), 422)
    return int(hours) * 60 + int(minutes)


def _span(hours: str, minutes: str, next_day: str | None, end_hours: str, end_minutes: str) -> tuple[int, int]:
    start, end = _minute(hours, minutes), _minute(end_hours, end_minutes)
    return start, end + DAY if end < start or next_day else end


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute if minute <= DAY else minute - DAY, 60)
    return f"{hours:02d}:{minutes:02d}"


def _span_text(start: int, end: int) -> str:
    return f"{_clock(start)}-{_clock(end)}"

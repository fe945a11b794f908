"""A day or a time that the desk names in a text to the customer: it may become a promise, no more (CUS-15).

Read clause by clause: 明天下午3点, 11月26日, 18:00前, 周五, 30 分钟内, tomorrow at 3 pm, Friday, within 2 hours. When goods
leave or arrive, until when a price holds, and what the customer is asked to do by when are no promises of the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

END_OF_DAY = 18  # what is promised for a day is promised until the desk closes
_CLAUSE = re.compile(r"[，。；！？,;!?\n]|\.(?:\s|$)")
_OTHERS = re.compile(
    r"预计|到达|抵达|到港|到货|到站|起飞|落地|降落|航班|开航|开船|离港|船期|进港|交货期|有效|截止|截关|截单|截港|截货|昨|前天|上周|已于|已经|"
    r"(?<![送派做办报等])到(?!时候|账|位)|请|麻烦|劳驾|\b(?:eta|etd|arriv\w*|depart\w*|land(?:s|ed|ing)?|sail\w*|flight|vessel|"
    r"take[sn]?[ -]?off|valid\w*|expires?|cut[ -]?off|yesterday|last|please|kindly|was|were|has been)\b",
    re.IGNORECASE,
)
_HAN = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_DAYS = "一二三四五六日"
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>" + "|".join(_MONTHS) + r")[a-z]*\.?"
_NEAR = {"今": 0, "明": 1, "后": 2, "大后": 3, "today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2}
_DAY = (
    r"(?P<near>大后|[今明后])(?:天|日|(?=[早晚上中下]))|(?P<near_en>the day after tomorrow|tomorrow|today|tonight)|"
    r"(?P<next>下个?|本|这|这个)?(?:周|星期|礼拜)(?P<week>[一二三四五六日天])|"
    r"\b(?P<week_en>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|"
    r"(?:(?P<year>20\d\d)[年/.-])?(?<!\d)(?P<month>1[0-2]|0?[1-9])(?:月|(?<=20\d\d.\d\d)[/.-]|(?<=20\d\d.\d)[/.-])"
    r"(?P<mday>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?|"
    rf"\b{_MONTH.format('mon')} (?P<mday_a>\d{{1,2}})(?:st|nd|rd|th)?\b|"
    rf"\b(?P<mday_b>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH.format('mon_b')}|"
    r"(?<![\d月])(?P<only>3[01]|[12]\d|[1-9])[日号](?!线|楼|口|门|库|仓)"
)
_TIME = (
    r"(?P<part>上午|早上|凌晨|中午|下午|傍晚|晚上|晚|早)?\s*(?:(?P<h>[01]?\d|2[0-3])[:：](?P<m>[0-5]\d)(?![\d:])|"
    rf"(?P<h_zh>{_N})(?:点|时(?!候))(?:(?P<half>半)|(?P<quarter>一刻)|(?P<m_zh>{_N})分?)?)\s*(?P<pm>[ap]\.?m\b)?|"
    r"\b(?P<h_en>1[0-2]|[1-9])\s?(?P<pm_en>[ap])\.?m\b"
)
_LATER = re.compile(
    rf"(?P<n>半|{_N}|\d{{1,3}})\s*个?(?P<unit>分钟|小时|钟头|天|工作日)(?:之内|以内|内|后)|"
    r"\b(?:within|in)\s+(?P<n_en>\d{1,3}|an|a|one|two|three|half an)\s+(?P<unit_en>minute|min|hour|day)s?\b",
    re.IGNORECASE,
)
_WHEN = re.compile(rf"(?:{_DAY})(?:\s*(?:的|之前|前|at|by|before|,)?\s*(?:{_TIME}))?", re.IGNORECASE)
_CLOCK = re.compile(_TIME, re.IGNORECASE)
_WORDS_EN = {"an": 1, "a": 1, "one": 1, "two": 2, "three": 3}


@dataclass(frozen=True, slots=True)
class Said:
    """A moment named in a text: the clause it stands in, and the moment itself."""

    words: str
    at: datetime


def first(text: str | None, now: datetime, zone: str) -> Said | None:
    """The first moment still to come that the desk names as its own in a text, else None; `now` is aware, `zone` the
    reader's."""
    here = now.astimezone(ZoneInfo(zone))
    for clause in _CLAUSE.split(text or ""):
        if clause.strip() and _OTHERS.search(clause) is None:
            at = _moment(clause, here)
            if at is not None and at > here:
                return Said(" ".join(clause.split())[:200], at)
    return None


def _moment(clause: str, here: datetime) -> datetime | None:
    if m := _LATER.search(clause):
        return _later(m, here)
    if m := _WHEN.search(clause):
        day = _day(m, here.date())
        return None if day is None else _at(day, m if _timed(m) else _CLOCK.search(clause), here)
    if m := _CLOCK.search(clause):
        return _at(here.date(), m, here)
    return None


def _later(m: re.Match[str], here: datetime) -> datetime:
    typed, unit = (m["n"] or m["n_en"]).lower(), (m["unit"] or m["unit_en"]).lower()
    if typed in ("半", "half an"):
        return here + timedelta(minutes=30)
    many = _WORDS_EN.get(typed) or _number(typed)
    if unit in ("天", "工作日", "day"):
        return _at(here.date() + timedelta(days=many), None, here)
    return here + timedelta(minutes=many * (60 if unit in ("小时", "钟头", "hour") else 1))


def _day(m: re.Match[str], today: date) -> date | None:
    if near := m["near"] or m["near_en"]:
        return today + timedelta(days=_NEAR[near.lower()])
    if m["week"] or m["week_en"]:
        number = _DAYS.index(m["week"].replace("天", "日")) if m["week"] else _WEEK.index(m["week_en"][:3].lower())
        monday = today - timedelta(days=today.weekday())
        if (m["next"] or "").startswith("下"):
            return monday + timedelta(days=7 + number)
        return today + timedelta(days=(number - today.weekday()) % 7)
    return _dated(m, today)


def _dated(m: re.Match[str], today: date) -> date | None:
    """A day by its number: this year's, or next year's when that lies more than half a year back."""
    named = (m["mon"] or m["mon_b"] or "").lower()
    month = int(m["month"]) if m["month"] else _MONTHS.index(named) + 1 if named else today.month
    number = int(m["mday"] or m["mday_a"] or m["mday_b"] or m["only"])
    try:
        found = date(int(m["year"] or today.year), month, number)
        return found if m["year"] or found > today - timedelta(days=180) else found.replace(year=found.year + 1)
    except ValueError:
        return None


def _timed(m: re.Match[str]) -> bool:
    return bool(m["h"] or m["h_zh"] or m["h_en"])


def _at(day: date, m: re.Match[str] | None, here: datetime) -> datetime:
    hour, minute = (END_OF_DAY, 0) if m is None else _hour(m)
    return datetime(day.year, day.month, day.day, min(hour, 23), minute, tzinfo=here.tzinfo)


def _hour(m: re.Match[str]) -> tuple[int, int]:
    """Hour and minute; 下午3点 is 15, 3点 alone too, since the desk is closed at three in the morning."""
    hour = int(m["h"] or m["h_en"] or 0) if not m["h_zh"] else _number(m["h_zh"])
    minute = 30 if m["half"] else 15 if m["quarter"] else int(m["m"] or 0) if not m["m_zh"] else _number(m["m_zh"])
    part, half = m["part"] or "", (m["pm"] or m["pm_en"] or "").lower()[:1]
    late = part in ("下午", "傍晚", "晚上", "晚") or half == "p" or (not part and not half and not m["h"] and hour < 8)
    return (hour + 12 if late and hour < 12 else hour), min(minute, 59)


def _number(typed: str) -> int:
    if typed.isdigit():
        return int(typed)
    tens, ten, ones = typed.partition("十")
    if not ten:
        return _HAN.get(typed[0], 0)
    return (_HAN.get(tens, 1) if tens else 1) * 10 + (_HAN.get(ones, 0) if ones else 0)

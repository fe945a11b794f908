"""How times, money, sizes and phone numbers are told (interface 4 and 5).

Times come as `Words`, because their order differs by language: 11/18 14:06 and 18 Nov 14:06. The Chinese of a
month's short name is its number. The same tables serve the script that keeps the clocks fresh (`script_words`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil, floor, inf
from zoneinfo import ZoneInfo

from rules.words import N_, Words

SOON_MINUTES = 10

# Below so many seconds the words of that name are used, where a table has them.
STEPS = (
    (60, "s"),
    (60, "0"),
    (601, "ms"),
    (3600, "m"),
    (36000, "hm"),
    (86400, "h"),
    (172800, "d1"),
    (inf, "d"),
)
LEFT = {
    "s": N_("%(s)s s left"),
    "ms": N_("%(m)s min %(s)s s left"),
    "m": N_("%(m)s min left"),
    "hm": N_("%(h)s h %(m)s min left"),
    "h": N_("%(h)s h left"),
    "d1": N_("1 day left"),
    "d": N_("%(d)s days left"),
}
LATE = {
    "0": N_("Just late"),
    "m": N_("%(m)s min late"),
    "hm": N_("%(h)s h %(m)s min late"),
    "h": N_("%(h)s h late"),
    "d1": N_("1 day late"),
    "d": N_("%(d)s days late"),
}
TOOK = {
    "0": N_("under 1 min"),
    "m": N_("%(m)s min"),
    "hm": N_("%(h)s h %(m)s min"),
    "h": N_("%(h)s h"),
    "d1": N_("1 day"),
    "d": N_("%(d)s days"),
}
EXACTLY = {**TOOK, "s": N_("%(s)s s"), "ms": N_("%(m)s min %(s)s s")}

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
EXPONENTS = {**dict.fromkeys(_ZERO.split(), 0), **dict.fromkeys(_THREE.split(), 3)}  # ISO 4217; all others 2
_SIGNS = {"CNY": "¥"}
_UNITS = ("B", "KB", "MB", "GB", "TB")


def left(now: datetime, due: datetime) -> Words:
    """What a clock says: "1 h 12 min left", with seconds in the last ten minutes, or "26 min late"."""
    seconds = (due - now).total_seconds()
    return _told(LEFT, ceil(seconds)) if seconds > 0 else _told(LATE, floor(-seconds))


def took(minutes: float) -> Words:
    """How long something took or has waited, to the minute: "34 min", "1 h 05 min", "2 days"."""
    return _told(TOOK, floor(minutes * 60))


def took_exactly(seconds: float) -> Words:
    """How long an answer took, with seconds below ten minutes: "3 min 12 s"."""
    return _told(EXACTLY, floor(seconds))


def clock_tone(now: datetime, due: datetime, soon_minutes: float = SOON_MINUTES) -> str:
    """The class of a running clock: "late" from the due moment on, "soon" within `soon_minutes` of it, or "calm"."""
    if due <= now:
        return "late"
    return "soon" if due - now <= timedelta(minutes=soon_minutes) else "calm"


def share(start: datetime, due: datetime, now: datetime) -> int:
    """Which part of the allowance is used, 0 to 100."""
    if due <= start:
        return 100
    return max(0, min(100, floor((now - start) / (due - start) * 100)))


def hour(when: datetime, zone: str, now: datetime) -> Words:
    """A moment in the office's zone: "14:06" today, "tomorrow 14:06", else "18 Nov 14:06", with the year if another."""
    local, today = (moment.astimezone(ZoneInfo(zone)) for moment in (when, now))
    return _hour(local, today.date())


def _hour(local: datetime, today: date) -> Words:
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return Words(N_("%(hour)s"), hour=clock)
    if local.date() == today + timedelta(days=1):
        return Words(N_("tomorrow %(hour)s"), hour=clock)
    return Words(N_("%(date)s %(hour)s"), date=day(local.date(), today), hour=clock)


def day(on: date, today: date) -> Words:
    """A date: "18 Nov", with the year if it is another than today's."""
    params = {"day": on.day, "month": Words(MONTHS[on.month - 1])}
    if on.year == today.year:
        return Words(N_("%(day)s %(month)s"), **params)
    return Words(N_("%(day)s %(month)s %(year)s"), **params, year=on.year)


def weekday(on: date) -> Words:
    """The short name of a date's weekday."""
    return Words(WEEKDAYS[on.weekday()])


def money(minor: int, currency: str) -> str:
    """Minor units as an amount: "¥48,260.00" in renminbi, else "USD 62.00", "JPY 6,200" (ISO exponents)."""
    exponent = EXPONENTS.get(currency, 2)
    amount = f"{Decimal(abs(minor)).scaleb(-exponent):,.{exponent}f}"
    sign = "-" if minor < 0 else ""
    return f"{sign}{_SIGNS[currency]}{amount}" if currency in _SIGNS else f"{currency} {sign}{amount}"


def size(count: int) -> str:
    """Bytes as people read them: "820 B", "4.6 KB", "12 MB"."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 9.95 else f"{value:.0f} {_UNITS[unit]}"


def phone_spaced(number: str) -> str:
    """A mobile number in its groups: "138 5741 3306"; any other number as it is."""
    return re.sub(r"^(\+86 ?)?(1\d\d)(\d{4})(\d{4})$", lambda found: " ".join(found.group(2, 3, 4)), number)


def masked_phone(number: str) -> str:
    """A phone number for auditors and exports (D-20): "138 **** 3306"; of short numbers only the last two."""
    spaced = phone_spaced(number)
    digits = [place for place, sign in enumerate(spaced) if sign.isdigit()]
    head, tail = (3, 4) if len(digits) >= 11 else (0, 2)
    hidden = set(digits[head : max(len(digits) - tail, 0)])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(spaced))


def script_words() -> list[tuple[str, Words]]:
    """Names and words for the `data-` attributes of <html>: what desk.js says, with {d} {h} {m} {s} {n} to fill."""
    holes = {name: f"{{{name}}}" for name in "dhms"}
    clocks = [
        (f"{name}-{step}", Words(msgid, **_used(msgid, holes)))
        for name, table in (("left", LEFT), ("late", LATE), ("took", TOOK))
        for step, msgid in table.items()
    ]
    return clocks + [(name, Words(msgid, **_used(msgid, {"n": "{n}"}))) for name, msgid in _SAID.items()]


_SAID = {
    "title-new": N_("%(n)s new"),
    "title-soon": N_("%(n)s about to be late"),
    "sending": N_("Sending…"),
    "copied": N_("Copied. Paste it to the customer, then press “Sent”."),
    "copy-by-hand": N_("Press Ctrl+C to copy"),
    "alert-offline": N_("The server cannot be reached. What you wrote is still here; send it again later."),
    "alert-slow": N_("The network is slow. Try once more."),
    "alert-busy": N_("Too much at once. Wait a moment and try again."),
    "alert-error": N_("Not saved. What you wrote is still here; tell your administrator if it happens again."),
}


def _told(table: Mapping[str, str], seconds: int) -> Words:
    name = next(name for limit, name in STEPS if seconds < limit and name in table)
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(minutes, 60)
    parts = {"d": seconds // 86400, "h": hours, "m": f"{m:02d}" if name == "hm" else m}
    parts["s"] = f"{s:02d}" if name == "ms" else s
    return Words(table[name], **_used(table[name], parts))


def _used(msgid: str, parts: Mapping[str, object]) -> dict[str, object]:
    return {name: part for name, part in parts.items() if f"%({name})s" in msgid}

"""What a pasted chat, mail or number says: phones, waybills, containers, pieces, weight, volume, lane."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from rules import identifiers, phones
from rules.words import Refused

_RUN = re.compile(
    r"(?<![\w.])\+?\d(?:[\d \-]{5,18}\d)(?:\s*(?:转|x|ext)\s*\d{1,6})?(?![\w.])", re.IGNORECASE | re.ASCII
)
_CONTAINER = re.compile(r"\b[A-Za-z]{3}[UJZujz][ -]?\d{6}[ -]?\d\b", re.ASCII)
_BILL = re.compile(r"\b[A-Z]{4}\d{6,12}\b", re.ASCII)
_PIECES = re.compile(r"(\d{1,6})\s*(?:件|箱|pcs|pieces)", re.IGNORECASE)
_WEIGHT = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)\s*(公斤|kg|吨|t\b)", re.IGNORECASE)
_VOLUME = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*(?:立方|方|cbm|m³|m3)", re.IGNORECASE)
_UNITS = "件箱台个公千吨立方元块号年月日点票"
_END = re.compile(
    rf"(?<![\w.:/-])\d{{4,6}}(?![A-Za-z\d.:/-])(?!\s*(?:[{_UNITS}]|kg|t\b|cbm|m³|m3|pcs|pieces|rmb|cny|usd))",
    re.IGNORECASE | re.ASCII,
)  # the last digits of a waybill, as people say them
_LANE = re.compile(
    r"([\u4e00-\u9fff]{2,4}?)\s*(?:→|->|到|至)\s*([\u4e00-\u9fff]{2,6}?)(?=[\s,，。；;：:的那这票]|\d|$)"
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Recognised pieces, in the order they were written; numbers in normal form, phones as shown;
    `ends` may be the last digits of a waybill."""

    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    pieces: int | None = None
    weight_g: int | None = None
    volume_l: int | None = None
    lane: tuple[str, str] | None = None
    ends: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read(text: str) -> Pieces:
    """Recognise what stands in `text` (at most its first 4,000 characters). Never raises."""
    text = unicodedata.normalize("NFKC", text[:4000])
    found_phones: list[str] = []
    numbers: list[str] = []
    for run in _runs(text):
        shown = _phone(run)
        (found_phones if shown else numbers).append(shown or identifiers.normal(run))
    pieces, weight, volume = _PIECES.search(text), _WEIGHT.search(text), _VOLUME.search(text)
    lane = _LANE.search(text)
    rest = _RUN.sub("，", _BILL.sub("，", _CONTAINER.sub("，", text)))
    ends = [n for n in numbers if 4 <= len(n) < 6] + _END.findall(rest)
    return Pieces(
        tuple(dict.fromkeys(found_phones)), tuple(dict.fromkeys(n for n in numbers if len(n) >= 6)),
        int(pieces[1]) if pieces else None, _grams(weight) if weight else None,
        round(float(volume[1]) * 1000) if volume else None, (lane[1], lane[2]) if lane else None,
        tuple(dict.fromkeys(ends))[:3],
    )  # fmt: skip


def _runs(text: str) -> Iterator[str]:
    for pattern in (_CONTAINER, _BILL, _RUN):
        for found in pattern.finditer(text):
            yield from _apart(found[0])
        text = pattern.sub("，", text)  # what was read as a container is not read as a phone again


def _apart(run: str) -> list[str]:
    """Two numbers after each other, where each is long enough to be one and together they are none: 13812345678 6621912."""
    parts = run.split()
    if len(parts) < 2 or _phone(run) is not None or _is_awb(run):
        return [run]
    for at in range(len(parts) - 1, 0, -1):  # 13812345678 1912: a phone, and the last digits of a waybill
        first, rest = " ".join(parts[:at]), " ".join(parts[at:])
        if _phone(first) is not None or (_phone(rest) is not None and len(rest) > len(first)):
            return [first, rest]
    return [run] if min(map(len, parts)) < 6 else parts


def _phone(run: str) -> str | None:
    try:
        found = phones.phone(run)
    except Refused:
        return None
    return found.display if found.kind == "mobile" or (len(found.norm) >= 10 and not _is_awb(run)) else None


def _is_awb(run: str) -> bool:
    try:
        identifiers.awb(run)
    except Refused:
        return False
    return True


def _grams(weight: re.Match[str]) -> int:
    return round(float(weight[1]) * (1_000_000 if weight[2].lower() in ("吨", "t") else 1000))

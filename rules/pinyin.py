"""Initials of Chinese names as they are typed: 重庆远航 → CQYH (freight 6)."""

from __future__ import annotations

import re
from typing import Any

from pypinyin import Style, lazy_pinyin, pinyin

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_PLACE = re.compile(r"[省市区县]")
_READ_OTHERWISE = {"谌": "S", "莘": "S"}  # surnames whose reading the tables of pypinyin lack
COMPANY = 5  # so many characters and more: a company, whose name may follow a town


def initials(name: str) -> frozenset[str]:
    """Upper-case initials of `name`: from its start and, for a company, from behind the town; letters and digits stay.

    The first character stands in all its readings, because surnames are read otherwise than words (曾 is Z and C).
    """
    written = [character for character in name if character.isalnum()]
    if not any(map(_HAN.match, written)):
        return frozenset()
    letters = "".join(lazy_pinyin("".join(written), style=Style.FIRST_LETTER, errors=_each)).upper()
    if len(letters) != len(written):  # a character whose capital is two letters
        return frozenset({letters})
    return frozenset(
        first + letters[start + 1 :]
        for start in _starts(written)
        for first in {letters[start], *_readings(written[start])}
    )


def _each(run: str) -> Any:
    """What is not Chinese stays, one by one."""
    return list(run)


def _starts(written: list[str]) -> set[int]:
    """Where a name may begin: at 0, and for a company behind its town (上海… at 2, 深圳市… at 3)."""
    if len(written) < COMPANY:
        return {0}
    places = {at + 1 for at in range(1, len(written) - 2) if at < COMPANY and _PLACE.match(written[at])}
    return {0, 2} | places


def _readings(character: str) -> set[str]:
    if not _HAN.match(character):
        return {character.upper()[:1]}
    known = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
    return {reading[:1].upper() for reading in known} | set(_READ_OTHERWISE.get(character, ""))

"""Slots in texts: filled from what is known; what nobody knows stays open, is named, and keeps the text in the house (KNO-04).

Pure functions. A slot is `{code}` in a script. An open one stands in the text as `{its name}`, in braces of either width.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rules.slot_names import NAMES, name_of
from rules.words import N_, Refused, Words

_OPEN = re.compile(r"[{｛]([^{}｛｝\r\n]{1,40})[}｝]")
_CODE = re.compile(r"\{([a-z_]{1,40})\}")
OPEN = N_("Still to be filled in: %(slots)s.")


def unfilled(text: str | None) -> list[str]:
    """The names of the slots that are still open in a text, each once, in their order: whatever stands in braces, 1 to 40
    characters on one line."""
    return list(dict.fromkeys(name for found in _OPEN.findall(text or "") if (name := found.strip())))


def fill(body: str, values: Mapping[str, str], language: str) -> str:
    """`body` with its slots filled from `values` (code: text); an empty one becomes `{its name}` in "zh" or "en"."""
    return _CODE.sub(lambda found: _told(found[1], values.get(found[1]), language), body)


def codes(body: str) -> list[str]:
    """The codes of the slots of a script, each once, in their order."""
    return list(dict.fromkeys(_CODE.findall(body)))


def strange(body: str) -> list[str]:
    """Slots of a script that are not on the fixed list: they could never be filled."""
    return [name for name in unfilled(body) if name not in NAMES]


def check(text: str | None, field: str = "text") -> None:
    """Raise Refused (422) at `field` when a slot of the text is open, naming each of them."""
    open_ones = unfilled(text)
    if open_ones:
        raise Refused(told(open_ones), 422, field)


def told(open_ones: list[str]) -> Words:
    """The sentence that names the open slots."""
    return Words(OPEN, slots=" ".join(f"{{{name}}}" for name in open_ones))


def _told(code: str, value: str | None, language: str) -> str:
    """A value, made harmless: braces in it would look like an open slot that nobody can fill."""
    if value is None or not value.strip():
        return f"{{{name_of(code, language)}}}"
    return value.strip().translate(_PLAIN)


_PLAIN = str.maketrans("{}｛｝", "()（）")

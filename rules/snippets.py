"""The words that were asked for where they stand in a text, for the list of what was found (freight 6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rules import terms

AROUND = 20  # characters shown on either side
_BLANKS = re.compile(r"\s+")
_MARKS = re.compile(r"\[\[|\]\]")


class Snippet(NamedTuple):
    """A piece of a text in three: before the words, the words, after them. Plain text; the page escapes it."""

    before: str
    words: str
    after: str


def snippet(texts: Iterable[str | None], typed: str) -> Snippet | None:
    """The first phrase of `typed` that stands in one of `texts`, with up to 20 characters before and after; None where none
    does."""
    kept = [text for text in texts if text]
    for pattern in _patterns(typed):
        for text in kept:
            if place := _place(pattern, text):
                return _cut(text, *place)
    return None


def beginning(texts: Iterable[str | None]) -> Snippet | None:
    """How the first of `texts` that says anything begins: where the words cannot be shown."""
    for text in texts:
        if text:
            return _cut(text, 0, 0)
    return None


@lru_cache(maxsize=64)
def _patterns(typed: str) -> tuple[re.Pattern[str], ...]:
    """What finds each phrase that was typed: its runs in a row, whatever stands between them; Latin words whole."""
    phrases = [terms.runs(word) for word in typed[: terms.LONGEST].split()[: terms.MOST_WORDS]]
    return tuple(re.compile(r"[\W_]*".join(map(_run, runs)), re.IGNORECASE) for runs in phrases if runs)


def _run(run: str) -> str:
    if terms.is_chinese(run):
        return re.escape(run)
    return rf"(?<!{terms.LATIN}){re.escape(run)}(?!{terms.LATIN})"


def _place(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    """Where the phrase stands: as written, or else in the folded text, whose characters remember where they come from."""
    if found := pattern.search(text):
        return found.span()
    folded, origin = [], []
    for at, character in enumerate(text):
        same = unicodedata.normalize("NFKC", character).casefold()
        folded.append(same)
        origin += [at] * len(same)
    found = pattern.search("".join(folded))
    return (origin[found.start()], origin[found.end() - 1] + 1) if found else None


def _cut(text: str, start: int, end: int) -> Snippet:
    low, high = max(0, start - AROUND), min(len(text), end + (AROUND if end else 2 * AROUND))
    before = ("…" if low else "") + _plain(text[low:start])
    after = _plain(text[end:high]) + ("…" if high < len(text) else "")
    return Snippet(before, _plain(text[start:end]), after)


def _plain(text: str) -> str:
    """On one line, without the marks of a link to another text."""
    return _MARKS.sub("", _BLANKS.sub(" ", text))

"""Finding a forbidden wording in a text (KNO-03): what stands between its characters counts for nothing, within reach.

An English wording begins and ends with a word. A full stop that parts two sentences, and a comma inside a very short Chinese
wording, part it. Words quoted from somebody else, and harmless wordings that have a forbidden one in them, are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from rules import phrase_text
from rules.folding import fold, han
from rules.phrase_text import Text

__all__ = ["HARMLESS", "Hit", "Needles", "Text", "chinese", "english", "hits"]

REACH = 10  # so many characters may stand between two Chinese ones of a wording
SHORT = 3  # a wording of so many characters is cut in two by one comma or full stop
LONG = 12  # letters of pinyin that can be nothing else
HARMLESS = ("!", "！")  # a line that begins so names a harmless wording with the forbidden one in it
_BREAK = re.compile(r"[,.。!?;:、\n]|\d{3}|[a-z]")
_STOP = re.compile(r"(?<!\.)[.!?;:。]\s|\n")
_SILENT = re.compile(r"[\s'’‘`´\u200b-\u200f\ufeff]*")


@dataclass(frozen=True, slots=True)
class Hit:
    """A wording found: what was looked for, and from where to where it stands in the text as written."""

    wording: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Needle:
    """A wording to look for, as a view has it; `syllables` are its pinyin, `parts` the
    runs of them."""

    wording: str
    chars: str
    syllables: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Needles:
    """What is looked for in one language, and the harmless wordings that have it in them."""

    wanted: tuple[Needle, ...]
    harmless: tuple[str, ...]
    in_pinyin: tuple[Needle, ...] = ()


@lru_cache(maxsize=2048)
def chinese(wordings: tuple[str, ...]) -> Needles:
    """Chinese wordings made ready, once per row and version."""
    wanted = [(w, phrase_text.chinese(fold(w)).chars) for w in wordings if not w.startswith(HARMLESS)]
    harmless = [phrase_text.chinese(fold(w)).exact for w in wordings if w.startswith(HARMLESS)]
    needles = tuple(_spoken(w, chars) for w, chars in wanted if chars)
    read = [(n.wording, "".join(n.syllables)) for n in needles]
    return Needles(
        needles,
        tuple(filter(None, harmless)),
        tuple(Needle(w, phrase_text.english(r).chars) for w, r in read if len(r) >= LONG),
    )


@lru_cache(maxsize=2048)
def english(wordings: tuple[str, ...]) -> Needles:
    """English wordings made ready, once per row and version."""
    read = [(w, phrase_text.english(fold(w)).chars) for w in wordings]
    return Needles(
        tuple(Needle(w, chars) for w, chars in read if chars and not w.startswith(HARMLESS)),
        tuple(chars for w, chars in read if chars and w.startswith(HARMLESS)),
    )


def _spoken(wording: str, chars: str) -> Needle:
    syllables = lazy_pinyin(chars)
    count = len(syllables)
    parts = frozenset("".join(syllables[i:j]) for i in range(count) for j in range(i + 1, count + 1))
    return Needle(wording, chars, tuple(syllables), parts)


@lru_cache(maxsize=2048)
def _mixed(chars: str, syllables: tuple[str, ...]) -> re.Pattern[str]:
    """A wording of which some characters may be written in pinyin."""
    each = (f"(?:{'[你您]' if c == '你' else c}|{read})" for c, read in zip(chars, syllables, strict=True))
    gap = r"[^a-z0-9\u3400-\u9fff\n]{0,3}"
    return re.compile(rf"(?:(?<![a-z])|(?=[\u3400-\u9fff])){gap.join(each)}(?:(?![a-z])|(?<=[\u3400-\u9fff]))")


def hits(text: Text, zh: Needles, en: Needles) -> list[Hit]:
    """Every forbidden wording in the text that nobody else is quoted with, in order; of overlapping ones the longest."""
    found = [*_in_chinese(text, zh), *_in_english(text, en), *_in_english(text, Needles(zh.in_pinyin, ()))]
    quoted = [hit for hit in found if not any(s <= hit.start and hit.end <= e for s, e in text.quoted)]
    kept: list[Hit] = []
    for hit in sorted(quoted, key=lambda h: (h.start, h.start - h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(Hit(hit.wording, text.places[hit.start], text.places[hit.end - 1] + 1))
    return kept


def _in_chinese(text: Text, needles: Needles) -> Iterator[Hit]:
    view = text.chinese
    for needle in needles.wanted:
        for start in _everywhere(view.chars, needle.chars):
            end = start + len(needle.chars)
            gaps = [text.folded[view.at[n] + 1 : view.at[n + 1]] for n in range(start, end - 1)]
            if _joined(gaps) and not _harmless(view.exact, start, end, needles.harmless):
                yield Hit(needle.wording, view.at[start], view.at[end - 1] + 1)
        if not text.syllables.isdisjoint(needle.parts):
            spoken = _mixed(needle.chars, needle.syllables)
            for match in (m for start, end in text.mixed for m in spoken.finditer(text.folded, start, end)):
                if any(map(han, match[0])):
                    yield Hit(needle.wording, match.start(), match.end())


def _joined(gaps: list[str]) -> bool:
    """Whether what stands between the characters of a wording hides it, rather than parts two clauses."""
    between = ["".join(c for c in gap if not han(c)) for gap in gaps]
    if any(len(gap) > REACH for gap in between):
        return False
    signs = [n for n, gap in enumerate(between) if not _SILENT.fullmatch(gap)]
    parted = len(signs) == 1 and _BREAK.search(between[signs[0]]) is not None
    return not (parted and len(gaps) < SHORT and signs[0] < len(gaps) - 1)


def _in_english(text: Text, needles: Needles) -> Iterator[Hit]:
    view = text.english
    for needle in needles.wanted:
        for start in _everywhere(view.chars, needle.chars):
            end = start + len(needle.chars)
            if start not in view.begins or end not in view.ends or _harmless(view.exact, start, end, needles.harmless):
                continue
            gaps = [text.folded[view.at[n] + 1 : view.at[n + 1]] for n in range(start, end - 1)]
            between = ["".join(c for c in gap if not c.isascii() or not c.isalpha()) for gap in gaps]
            stops, signs = [g for g in between if _STOP.search(g)], [g for g in between if not _SILENT.fullmatch(g)]
            if all(len(gap) <= REACH for gap in between) and not (stops and len(signs) == 1):
                yield Hit(needle.wording, view.at[start], view.at[end - 1] + 1)


def _everywhere(chars: str, wanted: str) -> Iterator[int]:
    at = chars.find(wanted)
    while at >= 0:
        yield at
        at = chars.find(wanted, at + 1)


def _harmless(exact: str, start: int, end: int, harmless: tuple[str, ...]) -> bool:
    """Whether the wording stands inside a harmless one."""
    for each in harmless:
        at = exact.find(each, max(0, end - len(each)))
        if 0 <= at <= start:
            return True
    return False

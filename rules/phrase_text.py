"""A text made ready to look for wordings in it, however they are dressed up (KNO-03).

It is read twice. In Chinese only its Chinese characters count, simplified, each run of one character once. In English only its
letters count, each run of one letter once, contractions written out, with the places where words begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rules.folding import familiar, folded, han

AROUND = 24  # characters looked at on each side of a syllable of pinyin
_LATIN = re.compile(r"(?<![a-z0-9])[a-z]+(?![a-z0-9])")
_HAN = re.compile(r"([\u3400-\u9fff\U00020000-\U0003ffff])\1*")
_AGAIN = re.compile(r"(.)\1+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_SYLLABLES = re.compile(
    r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:[iu]ang|iong|[aeio]ng|[iu]an|iao|uai|[aeu]i|[ao]o|ou|[aeiu]n|er|i[aeu]|u[aoe]|ve|[aoeiuv]))+"
)
_WHO = r"(?:客户|[发收]货[人方]|[寄收]件人|投诉人"
_SAID = r"(?:说|讲|问|写|提到|表示|反映|反馈|抱怨|留言|原话|said|says?|wrote|writes|told (?:us|me)|asked|complained)"
_QUOTED = re.compile(
    rf"{_WHO}|对方|[您你他她]|\b(?:customer|shipper|consignee|partner|caller|you|s?he|they)s?\b)"
    rf"[^。!?\n“”\"「」『』]{{0,12}}?{_SAID}[^。!?\n“”\"「」『』\w]{{0,3}}"
    r"(?:“[^”\n]{1,300}”|\"[^\"\n]{1,300}\"|「[^」\n]{1,300}」|『[^』\n]{1,300}』|'[^\n]{1,300}?'(?![a-z]))|"
    rf"{_WHO})[^。!?\n]{{0,8}}?{_SAID}[是为]?:[^。!?\n]{{1,200}}"
)
_APOSTROPHES = str.maketrans("’‘ʼ＇`´", "''''''")
_ENDINGS = (
    ("n't", " not"),
    ("'re", " are"),
    ("'ll", " will"),
    ("'ve", " have"),
    ("'m", " am"),
    ("'s", " is"),
    ("'d", " would"),
)
_WRITTEN_OUT = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "let's": "let us",
    "cant": "can not", "wont": "will not", "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not",
    "arent": "are not", "wasnt": "was not", "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not",
    "im": "i am", "ive": "i have", "youre": "you are", "youve": "you have", "theyre": "they are", "thats": "that is",
    "whats": "what is", "whos": "who is",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What counts of a text: `chars` with 您 as 你, `exact` with 您, and for each character where it stands; of English
    `begins` and `ends`, the places where words begin and end."""

    chars: str
    exact: str
    at: Sequence[int]
    begins: frozenset[int] = frozenset()
    ends: frozenset[int] = frozenset()


class Text:
    """A text made ready once, to look for many wordings in it."""

    def __init__(self, written: str) -> None:
        self.written = written
        each = list(map(folded, written))
        self.folded = "".join(each)
        self.places: Sequence[int] = range(len(each))
        if set(map(len, each)) - {1}:
            self.places = [at for at, chars in enumerate(each) for _ in chars]
        self.chinese = chinese(self.folded)
        self.english = english(self.folded)
        self.syllables, self.mixed = _mixed(self.folded)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """What the text quotes of others, with who says it: from, to."""
        return [m.span() for m in _QUOTED.finditer(self.folded)]


def _mixed(text: str) -> tuple[frozenset[str], list[tuple[int, int]]]:
    """The syllables of pinyin that stand beside Chinese, and the stretches of text around them."""
    syllables: set[str] = set()
    around: list[tuple[int, int]] = []
    for m in _LATIN.finditer(text):
        if (
            any(map(han, text[max(0, m.start() - 2) : m.end() + 2]))
            and len(m[0]) <= AROUND
            and _SYLLABLES.fullmatch(m[0])
        ):
            syllables.add(m[0])
            left = max(0, m.start() - AROUND)
            if around and around[-1][1] >= left:
                left = around.pop()[0]
            around.append((left, m.end() + AROUND))
    return frozenset(syllables), around


def chinese(text: str) -> View:
    """What counts of a folded text in Chinese."""
    runs = [(m[0], m.start()) for m in _HAN.finditer(text)]  # each with what repeats it
    exact = "".join(run[0] for run, _ in runs)
    return View(familiar(exact), exact, [at for _, at in runs])


def english(text: str) -> View:
    """What counts of a folded text in English."""
    chars: list[str] = []
    at: list[int] = []
    begins, ends, last = set(), set(), ""
    for word in _WORD.finditer(text.translate(_APOSTROPHES)):
        first, end = word.start(), word.end() - 1
        for part in _written_out(word[0]):
            again = part[0] == last
            begins.add(len(at) - again)
            chars.append(part[again:])
            at += [first, *[end] * (len(part) - 1)][again:]
            ends.add(len(at))
            last = part[-1]
    letters = "".join(chars)
    return View(letters, letters, at, frozenset(begins), frozenset(ends))


@lru_cache(maxsize=8192)
def _written_out(word: str) -> tuple[str, ...]:
    """don't as do not, 'm as am; also without its apostrophe. Each run of a letter once."""
    whole = _WRITTEN_OUT.get(word)
    if whole is None:
        ending, more = next((e for e in _ENDINGS if word.endswith(e[0]) and len(word) > len(e[0])), ("", ""))
        whole = word.removesuffix(ending).replace("'", "") + more
    return tuple(_AGAIN.sub(r"\1", part) for part in whole.split())

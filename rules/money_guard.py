"""The money guard: no promise of money by an agent in a complaint leaves the house, by whatever channel (CMP-08, D-14, CF-04).

Reads what is to be said sentence by sentence: a word of giving money (赔 补偿 退 减免 承担, pay, refund, waive …) with a sum or
a word that stands for one, or a phrase that needs none. What refuses, asks, repeats the customer's demand or names somebody
else as payer is no promise. The customer's own words are never read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules import amounts
from rules import money_words as words
from rules.amounts import Amount

NEAR, NEXT = 16, 8  # characters between the word and a sum; and a number without a unit
AROUND = 40  # how far one word of giving looks


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of money: the clause as it reads, and its sums (none: an unnamed one)."""

    clause: str
    sums: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of giving with what stands before and behind it in its clause, and around it in its sentence (at `start`)."""

    word: str
    clause: str
    before: str
    after: str
    around: str
    start: int
    itself: bool

    @property
    def end(self) -> int:
        return self.start + len(self.word)

    @property
    def english(self) -> bool:
        return self.word.isascii()


def promises(text: str | None) -> list[Promise]:
    """Every promise of money in what shall be said, in order."""
    found = []
    for sentence in words.SENTENCE.split(amounts.plain(text or "")):
        agreed = words.AGREES.search(sentence) is not None
        asked = not agreed and words.LEFT_TO.search(sentence) is not None and words.SAID_YES.search(sentence) is None
        found += [p for word in _giving(sentence) if (p := _judge(word, agreed, asked)) is not None]
    return found


def once(text: str) -> bool:
    """Whether a sum is promised once only: not again, not for each piece."""
    return words.MORE.search(amounts.plain(text)) is None


def _giving(sentence: str) -> Iterator[_Word]:
    start = 0
    for clause in words.CLAUSE.split(sentence):
        at = sentence.index(clause, start)
        start = at + len(clause)
        found = [
            (m, itself) for itself in (False, True) for m in (words.ITSELF if itself else words.GIVES).finditer(clause)
        ]
        for m, itself in found:
            here, left = at + m.start(), max(0, at + m.start() - AROUND)
            before, after = clause[max(0, m.start() - AROUND) : m.start()], clause[m.end() : m.end() + AROUND]
            around = sentence[left : here + len(m[0]) + AROUND]
            yield _Word(m[0], clause, before, after, around, here - left, itself)


def _judge(w: _Word, agreed: bool, left_to_others: bool) -> Promise | None:
    """The promise that a word makes, or None. `agreed`: the speaker agrees to a demand; `left_to_others`: somebody decides."""
    if _refused(w) or _others_pay(w):
        return None
    if not agreed and (left_to_others or _asked(w) or words.TALKED_ABOUT.match(w.after)):
        return None
    sums = _sums(w)
    if sums or (w.word not in words.EVERYDAY and _stands_for_one(w)) or _plain(w) or _itself(w):
        return Promise(w.clause.strip()[:80], sums)
    return None


def _refused(w: _Word) -> bool:
    if w.english:
        return words.NOT_EN.search(w.before) is not None
    return words.NOT.search(w.before) is not None and words.NOT_NOT.search(w.before) is None


def _others_pay(w: _Word) -> bool:
    """Somebody else pays: 运费由您承担, please pay the freight; 您运费我们出 is ours."""
    if w.itself and w.before.endswith(("您", "你")):
        return False
    if w.english:
        by_others = words.OTHERS_EN.search(w.before) is not None
        return by_others or (w.word.startswith(words.HANDS) and words.WE_EN.search(w.before) is None)
    return words.OTHERS.search(w.before) is not None


def _asked(w: _Word) -> bool:
    return (words.ASKS_EN if w.english else words.ASKS).search(w.before) is not None


def _sums(w: _Word) -> tuple[Amount, ...]:
    """The sums near the word; of an everyday word (给您, 打给您) only one that is handed over."""
    found = amounts.find(w.around)
    if w.itself:
        return tuple(a for a in found if a.end > w.start and a.start < w.end)
    return tuple(a for a in found if (_handed(w, a) if w.word in words.EVERYDAY else _near(w, a)))


def _near(w: _Word, a: Amount) -> bool:
    behind = 0 <= a.start - w.end <= (NEAR if a.unit else NEXT)
    return behind or (a.unit and 0 <= w.start - a.end <= NEAR)


def _handed(w: _Word, a: Amount) -> bool:
    handed = words.HANDED.fullmatch(w.around, w.end, a.start) if a.start >= w.end else None
    behind = handed is not None and words.PAPER.match(w.around, a.end) is None
    return behind or (a.unit and 0 <= w.start - a.end <= 1)


def _itself(w: _Word) -> bool:
    """运费不收了: a promise without any word of giving, unless somebody else pays."""
    return w.itself and words.PAID_BY_OTHERS.search(w.around) is None


def _stands_for_one(w: _Word) -> bool:
    """全额, 运费, in full … beside the word; a letter is sent with the charges, not the charges."""
    if w.word.startswith(words.PARTS):
        return False
    found: Iterator[re.Match[str]] = amounts.WHOLE.finditer(w.around)
    return any(0 <= m.start() - w.end <= NEAR or 0 <= w.start - m.end() <= NEAR for m in found)


def _plain(w: _Word) -> bool:
    """我们一定赔: a promise although no sum is named."""
    return w.word.startswith(words.BOLD) and (words.WILL_EN if w.english else words.WILL).search(w.before) is not None

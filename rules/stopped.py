"""Words that do not leave the house: an unfilled slot, a forbidden phrase, or money that the speaker may not promise."""

from __future__ import annotations

from dataclasses import dataclass

from rules.words import Refused, Words

SLOT, PHRASE, MONEY = "slot", "phrase", "money"


@dataclass(frozen=True, slots=True)
class Hit:
    """A forbidden phrase in a text: its row, its number, the wording as it was typed, and what is said instead (KNO-03)."""

    phrase_id: int
    number: str
    wording: str
    instead: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wanted to say: the whole text, to whom and by which channel, on whose matter."""

    text: str
    audience: str
    channel: str | None
    office_id: int
    case_id: int | None
    digest: str


class Stopped(Refused):
    """Words that did not leave the house; they are kept as a draft where there is one. `kind` says why ("slot", "phrase",
    "money"); of forbidden phrases `hits` and the `attempt`, which are put on record after the write was rolled back."""

    def __init__(
        self, why: Words, field: str, kind: str = MONEY, hits: tuple[Hit, ...] = (), attempt: Attempt | None = None
    ) -> None:
        super().__init__(why, 422, field)
        self.kind, self.hits, self.attempt = kind, hits, attempt

"""The forbidden phrases: which are in force, which stand in a text for an audience, and where they block (KNO-03, D-14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Phrase
from rules import phrase_match
from rules.words import N_

CUSTOMER, PARTNER, COLLEAGUE = "customer", "partner", "colleague"
AUDIENCES = {CUSTOMER: N_("Customer"), PARTNER: N_("Partner"), COLLEAGUE: N_("Colleague")}
SPOKEN = frozenset({"phone", "visit"})  # a record of what was said: it warns and counts


@dataclass(frozen=True, slots=True)
class Found:
    """A forbidden phrase in a text: its row, the wording that was recognised, and where it stands as written."""

    phrase: Phrase
    wording: str
    start: int
    end: int

    def instead(self, language: str) -> str:
        """What is said instead, in "zh" or "en"."""
        return self.phrase.instead_zh if language == "zh" else self.phrase.instead_en


def rows(session: Session) -> list[Phrase]:
    """The phrases in force, by number; one select."""
    return list(session.scalars(select(Phrase).where(Phrase.active).order_by(Phrase.number)))


def find(phrases: Iterable[Phrase], text: str | None, audience: str | None) -> list[Found]:
    """Every phrase forbidden towards `audience` (any that `audience_of` knows) in a text, in the order of the text.

    The customer's own words are never given here (D-14); what the text quotes of somebody else is passed over.
    """
    if not text:
        return []
    wanted = audience_of(audience)
    ready = phrase_match.Text(text)
    found = [
        Found(phrase, hit.wording, hit.start, hit.end)
        for phrase in phrases
        if phrase.audience == wanted and phrase.active is not False
        for hit in phrase_match.hits(
            ready, phrase_match.chinese(tuple(phrase.matches_zh)), phrase_match.english(tuple(phrase.matches_en))
        )
    ]
    return sorted(found, key=lambda f: (f.start, f.phrase.number))


def audience_of(audience: str | None) -> str:
    """Whose phrases are looked for: shipper, consignee, payer or nobody in particular are customers."""
    return audience if audience in (PARTNER, COLLEAGUE) else CUSTOMER


def blocks(audience: str | None, channel: str | None) -> bool:
    """Whether a phrase stops these words: they leave the house in writing. What was said on the phone or at a visit, and words
    to colleagues, are warned of and counted (D-14)."""
    return audience_of(audience) != COLLEAGUE and channel not in SPOKEN


def told(found: Iterable[Found]) -> list[dict[str, Any]]:
    """What was found, as plain data."""
    return [
        {"phrase": f.phrase.number, "wording": f.wording, "start": f.start, "end": f.end,
         "instead_zh": f.phrase.instead_zh, "instead_en": f.phrase.instead_en} for f in found
    ]  # fmt: skip


def digest(text: str, audience: str | None) -> str:
    """What a supervisor allows: this text to this audience and no other (64 hexadecimal digits)."""
    return sha256(f"{audience_of(audience)}\n{text}".encode()).hexdigest()

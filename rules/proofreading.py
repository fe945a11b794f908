"""What stands against words before they are said: read by the door, by the page as one types, by the command line (KNO-03)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from rules import money_stop, phrase_hits, phrases, priced, slots
from rules.phrases import CUSTOMER
from rules.stopped import Attempt, Hit
from rules.store import Actor
from rules.words import N_, Words


@dataclass(frozen=True, slots=True)
class Way:
    """Where words go: to whom and by which channel, about which matter, and the field of the form they were typed in.

    `own` is False for words that the desk itself makes from what was decided, such as a quotation: their prices were reviewed.
    """

    audience: str | None
    channel: str | None
    office_id: int
    case: Any = None
    field: str = "text"
    own: bool = True

    @property
    def hearer(self) -> str:
        """Who hears it: a partner, a colleague, else the customer and whoever belongs to him."""
        return phrases.audience_of(self.audience)

    @property
    def blocks(self) -> bool:
        """Whether a forbidden phrase keeps the words in the house, else it only warns (D-14)."""
        return phrases.blocks(self.hearer, self.channel)

    def attempt(self, text: str) -> Attempt:
        """These words on this way, as they are put on record."""
        digest = phrases.digest(text, self.hearer)
        return Attempt(text, self.hearer, self.channel, self.office_id, self.case.id if self.case else None, digest)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: open slots by name, forbidden phrases (`blocks`: they keep the words in the house), and why a price or
    a promise of money may not be told."""

    slots: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    blocks: bool = False
    price: Words | None = None
    money: Words | None = None


def read(session: Session, who: Actor, text: str, way: Way) -> Reading:
    """Everything that stands against a text on its way; changes nothing."""
    attempt, outside = way.attempt(text), way.hearer == CUSTOMER
    found = hits(session, text, way)
    free = phrase_hits.let_through(session, attempt, who.user_id) if found else frozenset()
    return Reading(
        tuple(slots.unfilled(text)), tuple(hit for hit in found if hit.phrase_id not in free), way.blocks,
        price(who, text, way) if outside else None, money(session, who, text, way) if outside else None,
    )  # fmt: skip


def hits(session: Session, text: str, way: Way) -> tuple[Hit, ...]:
    """The forbidden phrases of a text, each once, with what is said instead in the language of the words themselves."""
    found = phrases.find(phrases.rows(session), text, way.hearer)
    return tuple({f.phrase.id: _hit(f, text) for f in found}.values())


def _hit(found: phrases.Found, text: str) -> Hit:
    written = " ".join(text[found.start : found.end].split()) or found.wording
    phrase = found.phrase
    return Hit(phrase.id, phrase.number, written, phrase.instead_en if found.wording.isascii() else phrase.instead_zh)


def price(who: Actor, text: str, way: Way) -> Words | None:
    """A newcomer tells no price in his own words; in a complaint sums are the matter, only freight rates are kept back, and the
    charges of a change are agreed with the customer (INQ-17)."""
    kind = way.case.kind if way.case is not None else None
    if not who.newcomer or not way.own or kind == "change":
        return None
    told = priced.rated(text) if kind == "complaint" else priced.priced(text)
    return Words(priced.SENTENCE) if told else None


def money(session: Session, who: Actor, text: str, way: Way) -> Words | None:
    """Why a promise of money may not be made on this way, or None: in a complaint, and outside of every matter (CMP-08)."""
    if way.case is None:
        return money_stop.outside(who, text)
    return money_stop.in_complaint(session, who, way.case, text) if way.case.kind == "complaint" else None


def forbidden(found: tuple[Hit, ...]) -> Words:
    """The sentence about phrases that kept words in the house."""
    wordings, instead = "; ".join(hit.wording for hit in found), "; ".join(hit.instead for hit in found)
    why = N_("Forbidden phrase “%(wording)s”: it was not sent. Say instead: %(instead)s")
    return Words(why, wording=wordings, instead=instead)

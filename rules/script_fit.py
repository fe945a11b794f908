"""How well a script fits: to whom, by which channel, in which matter, and what was typed; the best fit first (KNO-01, KNO-04).

Pure functions over the scripts in force.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from models import Document, DocumentVersion
from rules import pinyin
from rules.transport_reasons import CODES

MOST = 12
OPENING, CLOSING = "opening", "closing"  # among the kinds of a script: it opens or ends a talk (KNO-01, KNO-02)
# By whom it is heard: the audiences of scripts that may be offered to him, the closest first.
HEARD_BY = {
    "shipper": ("customer",), "customer": ("customer",), "consignee": ("consignee", "customer"), "partner": ("partner",),
    "colleague": ("colleague",),
}  # fmt: skip
OPEN_GROUP = "KNO"  # greetings, openings, closings: for a consignee as for a shipper
# How much each thing counts towards the best fit. What is greeted or happened goes before what is asked.
OPENS, CLOSES, HAPPENED, TELLS, TOPIC, KIND, HEARER, CHANNEL, PERSON = 256, 128, 64, 32, 16, 8, 4, 2, 1


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a script is sought: to whom, by which channel, in which language ("zh", "en"), and what was typed."""

    to: str = "shipper"
    channel: str = "phone"
    language: str = "zh"
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the matter asks for: its kinds, topics and what happened to the flight, the script that tells that best, whether
    words open or close a talk, the festival of the day, whether the person is new and calls out himself."""

    tags: frozenset[str] = frozenset()
    tells: str | None = None
    opens: bool = False
    closes: bool = False
    calls_out: bool = False
    festival: bool = False
    newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """A script that fits, with how well: `level` of what was typed (0 its number), `points` of the matter, `uses`."""

    version: DocumentVersion
    level: int
    points: int
    uses: int

    @property
    def number(self) -> str:
        """SCR-17."""
        return self.version.document.number

    @property
    def order(self) -> tuple[Any, ...]:
        """What sorts the best fit first: its number typed, the matter, what was typed, use, number."""
        return (self.level > 0, -self.points, self.level, -self.uses, self.number)

    def title(self, language: str) -> str:
        """Its title in "zh" or "en"."""
        return self.version.title_zh if language == "zh" else self.version.title_en

    def body(self, language: str) -> str:
        """Its words in "zh" or "en", the slots still empty."""
        return self.version.body_zh if language == "zh" else self.version.body_en

    @property
    def stamp(self) -> str:
        """What a message remembers of it: number and version, "SCR-17/3"."""
        return f"{self.number}/{self.version.number}"


def ranked(
    versions: Sequence[DocumentVersion], found: Scene, asked: Asked, used: dict[int, int], most: int = MOST
) -> list[Fit]:
    """Those of the scripts that may be said to this hearer by this channel and mean what was typed, best first."""
    fits = [
        Fit(v, level, points(v.document, found, asked), used.get(v.document_id, 0))
        for v in versions
        if may_be_said(v.document, found, asked) and (level := meant(v, asked.typed)) is not None
    ]
    return sorted(fits, key=lambda fit: fit.order)[:most]


def may_be_said(script: Document, found: Scene, asked: Asked) -> bool:
    """Whether a script is for this hearer and channel, on this day, by this person (KNO-01)."""
    heard_by = HEARD_BY.get(asked.to, ("customer",))
    if script.audience not in heard_by or (script.channels and asked.channel not in script.channels):
        return False
    if script.audience != heard_by[0] and script.grouped != OPEN_GROUP:
        return False
    return {"festival": found.festival, "newcomer": found.newcomer}.get(script.variant, True)


def points(script: Document, found: Scene, asked: Asked) -> int:
    """How well a script fits the matter."""
    kinds = frozenset(script.kinds or ())
    counted = (
        (OPENS, found.opens and OPENING in kinds), (CLOSES, found.closes and CLOSING in kinds),
        (HAPPENED, bool(kinds & found.tags & CODES.keys())), (TELLS, found.tells == script.number),
        (TOPIC, any("." in tag or tag[0] == "K" for tag in kinds & found.tags)), (KIND, bool(kinds & found.tags)),
        (HEARER, script.audience == HEARD_BY.get(asked.to, ("customer",))[0]), (CHANNEL, bool(script.channels)),
        (PERSON, _fits_person(script.variant, found)),
    )  # fmt: skip
    return sum(much for much, counts in counted if counts)


def _fits_person(variant: str, found: Scene) -> bool:
    """A festival's, a newcomer's or an outgoing call's own words go before the plain ones."""
    if variant == "outgoing" or found.calls_out:
        return variant == "outgoing" and found.calls_out
    return variant in ("festival", "newcomer")


def meant(version: DocumentVersion, typed: str) -> int | None:
    """How surely what was typed means this script: 0 its number, 1 the initials or the beginning of its title, 2 a part of its
    title, 3 letters within its initials, 4 words of its text; None when it does not. Nothing typed means every script."""
    said = "".join(typed.split()).casefold()
    if not said:
        return 4
    titles = [f"{version.title_zh}".casefold(), "".join(version.title_en.split()).casefold()]
    letters = _letters(version.title_zh, version.title_en)
    levels: tuple[Callable[[], bool], ...] = (
        lambda: _is_number(said, version.document.number),
        lambda: any(name.startswith(said) for name in (*letters, *titles)),
        lambda: any(said in name for name in titles),
        lambda: any(said in name for name in letters),
        lambda: any(said in "".join(body.split()).casefold() for body in (version.body_zh, version.body_en)),
    )
    return next((level for level, holds in enumerate(levels) if holds()), None)


def _is_number(said: str, number: str) -> bool:
    """SCR-17, scr17 and 17 are the same, and so are SCR-01B and 1b."""
    plain, behind = re.sub(r"[^0-9a-z]", "", said), number.rpartition("-")[2].casefold()
    return plain in (number.replace("-", "").casefold(), behind, behind.lstrip("0"))


@lru_cache(maxsize=1024)
def _letters(title_zh: str, title_en: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", title_en.casefold())
    return frozenset({each.casefold() for each in pinyin.initials(title_zh)} | {"".join(word[0] for word in words)}) - {
        ""
    }

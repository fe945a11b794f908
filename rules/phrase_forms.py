"""The form of a forbidden phrase (KNO-03, E-22): one wording a line, harmless ones with ! before them."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import fields
from rules.phrases import AUDIENCES
from rules.words import N_

LISTS = ("matches_zh", "matches_en")
LONGEST = 2000


class PhraseForm(Form):
    """A phrase, what is looked for and what is said instead, in both languages."""

    audience = fields.pick(N_("Forbidden towards"), tuple(AUDIENCES.items()), fields.Filled(), default="customer")
    phrase_zh = fields.sentence(N_("Phrase in Chinese"), fields.Filled())
    phrase_en = fields.sentence(N_("Phrase in English"), fields.Filled())
    matches_zh = fields.area(N_("Looked for in Chinese"), fields.Filled(), longest=LONGEST)
    matches_en = fields.area(N_("Looked for in English"), longest=LONGEST)
    instead_zh = fields.sentence(N_("Say instead, in Chinese"), fields.Filled(), longest=300)
    instead_en = fields.sentence(N_("Say instead, in English"), fields.Filled(), longest=300)
    active = fields.Tick(N_("In use"), default=True)

    def values(self) -> dict[str, Any]:
        """The columns of the row, the wordings as lists."""
        return {**self.data, **{name: wordings(self[name].data) for name in LISTS}}


def wordings(typed: str | None) -> list[str]:
    """The wordings of a text, one a line (in a sheet also parted by |), each once."""
    parts = (part.strip() for part in (typed or "").replace("|", "\n").split("\n"))
    return list(dict.fromkeys(part for part in parts if part))


def shown(values: Any) -> dict[str, Any]:
    """A row as the form shows it."""
    names = ("audience", "phrase_zh", "phrase_en", "instead_zh", "instead_en", "active")
    return {name: getattr(values, name) for name in names} | {n: "\n".join(getattr(values, n)) for n in LISTS}

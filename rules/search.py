"""The find box and the filter boxes, asked with at most five selects (freight 6, E-29).

Numbers, phones and initials are found by ranges of the two indexes of `search_refs`, words by the full-text index
of `search_texts`; `rules/indexing.py` keeps both and is used through this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Text,
    and_,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from models import Case, Customer, SearchRef, SearchText, Shipment
from rules.indexing import ddl, drop_ddl, index, index_many
from rules.policy import visible
from rules.store import Actor
from rules.terms import CASE, CUSTOMER, NUMBERS, SHIPMENT, SHORTEST_END, Asked, asked

__all__ = [
    "Found", "Hit", "customers_matching", "ddl", "drop_ddl", "find", "index", "index_many", "matching",
    "shipments_matching",
]  # fmt: skip
CAP = 60  # rows read per way of looking
WHOLE = 5  # a number typed with so many characters means itself; other hits are left out
_ORDER = {CUSTOMER: 0, SHIPMENT: 1, CASE: 2}
LAST = "\U0010ffff"

_FTS = table("search_fts", column("rowid"), column("search_fts"))
_WORDS = func.string_to_array(SearchText.body, literal_column("' '"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found: `what` and `id` make its address; `label`, `detail`, `kind` and `state` say what it is."""

    what: str
    id: int
    label: str
    detail: tuple[str, ...]
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first. `exact`: a whole number was typed and the first hit has it."""

    hits: list[Hit]
    exact: bool = False

    @property
    def only(self) -> Hit | None:
        """The one hit, to whose page the view goes at once."""
        return self.hits[0] if len(self.hits) == 1 else None


Place = tuple[str, int]


def find(session: Session, who: Actor, typed: str, limit: int = 20) -> Found:
    """What `who` may see that has `typed` as number, end of a number, phone, initials, name or words.

    At most five selects. Exact numbers stand first, then beginnings, ends and words; customers before shipments
    before cases, newer before older.
    """
    question = asked(typed)
    exact, near = _by_refs(session, who, question)
    if exact and max(map(len, question.needles)) >= WHOLE:
        near = []
    elif question.phrases:
        near += _by_words(session, who, question)
    places = list(dict.fromkeys(exact + near))[:limit]
    known = _hits(session, who, places)
    return Found([known[place] for place in places if place in known], any(place in known for place in exact))


def _by_refs(session: Session, who: Actor, question: Asked) -> tuple[list[Place], list[Place]]:
    """Things whose number is what was asked, and things with a ref that begins or ends so; one select."""
    columns: Any = select(SearchRef.what, SearchRef.object_id, SearchRef.field, SearchRef.norm)
    ways = [
        visible(who, columns, SearchRef).where(_range(side, value)).order_by(side, SearchRef.what).limit(CAP)
        for side, value in _sides(question)
    ]
    if not ways:
        return [], []
    rows = session.execute(union_all(*(select(way.subquery()) for way in ways))).all()
    ranked = sorted(rows, key=lambda row: (_rank(row, question), _ORDER[row.what], -row.object_id))
    exact = [(row.what, row.object_id) for row in ranked if _rank(row, question) == 0]
    return exact, [(row.what, row.object_id) for row in ranked if _rank(row, question)]


def _rank(row: Any, question: Asked) -> int:
    if row.norm in question.needles:
        return 0 if row.field in NUMBERS else 1
    return 2 if row.norm.startswith(question.needles) else 3


def _sides(question: Asked) -> list[tuple[Any, str]]:
    """The indexed columns to look in and what to look for there."""
    ends = [one for one in question.needles if len(one) >= SHORTEST_END and any(map(str.isdigit, one))]
    return [(SearchRef.norm, one) for one in question.needles] + [(SearchRef.reversed, one[::-1]) for one in ends]


def _range(side: Any, value: str) -> ColumnElement[bool]:
    """`side` begins with `value`, said as a range so that the index serves on both databases."""
    return and_(side >= value, side < value + LAST)


def _by_words(session: Session, who: Actor, question: Asked) -> list[Place]:
    columns: Any = select(SearchText.what, SearchText.object_id)
    newest = (
        visible(who, columns, SearchText).where(_holds(session, question)).order_by(SearchText.id.desc()).limit(CAP)
    )
    return [(row.what, row.object_id) for row in session.execute(newest)]


def _holds(session: Session, question: Asked) -> ColumnElement[bool]:
    """The text of a thing has every phrase. Each is quoted; tokens hold nothing but letters and digits."""
    phrases = [" ".join(phrase) for phrase in question.phrases]
    if session.get_bind().dialect.name == "sqlite":
        match = " AND ".join(f'"{phrase}"' for phrase in phrases)
        return SearchText.id.in_(select(_FTS.c.rowid).where(_FTS.c.search_fts.op("MATCH")(match)))
    every = cast(sorted({token for phrase in question.phrases for token in phrase}), ARRAY(Text))
    in_a_row = [func.strpos(" " + SearchText.body + " ", f" {phrase} ") > 0 for phrase in phrases]
    return and_(_WORDS.op("@>", is_comparison=True)(every), *in_a_row)


_CALLED = func.coalesce(Shipment.number, Shipment.booking, Shipment.master, Shipment.container)
_CARDS: dict[str, tuple[Any, Any]] = {
    CUSTOMER: (Customer, select(Customer.id, Customer.name, Customer.code, Customer.grade, Customer.status)),
    SHIPMENT: (
        Shipment,
        select(Shipment.id, _CALLED, Shipment.destination, Shipment.consignee, Customer.name,
               Shipment.mode, Shipment.stage).outerjoin(Customer, Shipment.customer_id == Customer.id),
    ),
    CASE: (
        Case,
        select(Case.id, Case.ref, Case.title, Customer.name, Case.kind, Case.state)
        .outerjoin(Customer, Case.customer_id == Customer.id),
    ),
}  # fmt: skip


def _hits(session: Session, who: Actor, places: Iterable[Place]) -> dict[Place, Hit]:
    """The cards of `places`: id, label, details, kind, state; one select per table."""
    hits: dict[Place, Hit] = {}
    for what, (model, card) in _CARDS.items():
        ids = [key for one, key in places if one == what]
        shown = visible(who, card.where(model.id.in_(ids)), model)
        for key, label, *detail, kind, state in session.execute(shown) if ids else ():
            hits[what, key] = Hit(what, key, label or "", tuple(part for part in detail if part), kind, state)
    return hits


# ---------------------------------------------------------------------------------------------- filter boxes


def matching(session: Session, who: Actor, what: str, typed: str) -> CompoundSelect[Any]:
    """The ids of all things of `what` (customer, shipment, case) that `typed` finds, for `Model.id.in_(…)`."""
    question = asked(typed)
    near = or_(False, *(_range(side, value) for side, value in _sides(question)))
    said = _holds(session, question) if question.phrases else or_(False)
    return union_all(
        visible(who, select(SearchRef.object_id).where(SearchRef.what == what, near), SearchRef),
        visible(who, select(SearchText.object_id).where(SearchText.what == what, said), SearchText),
    )


def customers_matching(session: Session, who: Actor, typed: str) -> CompoundSelect[Any]:
    """The ids of customers found by `typed`, for `Customer.id.in_(…)`."""
    return matching(session, who, CUSTOMER, typed)


def shipments_matching(session: Session, who: Actor, typed: str) -> CompoundSelect[Any]:
    """The ids of shipments found by `typed` themselves or by their customer, for `Shipment.id.in_(…)`."""
    theirs = select(Shipment.id).where(Shipment.customer_id.in_(customers_matching(session, who, typed)))
    own = matching(session, who, SHIPMENT, typed)
    return union_all(*own.selects, visible(who, theirs, Shipment))

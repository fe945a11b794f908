"""The find box, the find page and the filter boxes, asked with at most seven selects (freight 6, E-29).

Numbers, phones and initials are found by ranges of the two indexes of `search_refs`, words by the full-text index
of `search_texts`; `rules/indexing.py` keeps both and is used through this module.

The order is the same on both databases: a number that is what was typed, a name or initials that are, what begins so,
what ends so, what has the words; within each customers, shipments, matters, texts of the handbook, messages; then the
newer before the older. Words are never ranked by how often they occur: a desk looks for the latest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
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

from models import Document, DocumentVersion, SearchRef, SearchText, Shipment
from rules import search_cards
from rules.indexing import ddl, drop_ddl, index, index_many
from rules.policy import can, only_office, visible
from rules.search_cards import Hit, Place
from rules.store import Actor
from rules.terms import (
    CASE,
    CUSTOMER,
    DOCUMENT,
    MESSAGE,
    NUMBERS,
    SHIPMENT,
    SHORTEST_END,
    WHATS,
    Asked,
    asked,
    places,
    row_id,
)

__all__ = [
    "Found", "Hit", "customers_matching", "ddl", "drop_ddl", "find", "index", "index_many", "matching",
    "shipments_matching",
]  # fmt: skip
CAP = 60  # rows read per way of looking
WHOLE = 5  # a number typed with so many characters means itself; other hits are left out
SORTS = {"matters": CASE, "messages": MESSAGE, "handbook": DOCUMENT, "customers": CUSTOMER, "shipments": SHIPMENT}
LAST = "\U0010ffff"

_FTS = table("search_fts", column("rowid"), column("search_fts"))
_WORDS = func.string_to_array(SearchText.body, literal_column("' '"))


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first. `exact`: a whole number was typed and the first hit has it. `counts` says how many there are of
    each kind, at most about `CAP`; `more` is what to pass as `before` for the next page of one kind."""

    hits: list[Hit]
    exact: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    more: int | None = None

    @property
    def only(self) -> Hit | None:
        """The one hit, to whose page the view goes at once."""
        return self.hits[0] if len(self.hits) == 1 else None


def find(session: Session, who: Actor, typed: str, limit: int = 20, sort: str = "", before: int | None = None) -> Found:
    """What `who` may see that has `typed` as number, end of a number, phone, initials, name or words.

    `sort` is one of `SORTS` or "" for all; `before` the last thing shown of that sort. At most seven selects.
    """
    question, what = asked(typed), SORTS.get(sort)
    exact, near = _by_refs(session, who, question)
    alone = bool(exact) and max(map(len, question.needles)) >= WHOLE and what is None
    said = [] if alone or not question.phrases else _by_words(session, who, question)
    ranked = list(dict.fromkeys(exact if alone else exact + near + said))
    counts = Counter(kind for kind, _ in ranked)
    if what is None:
        shown, more = _shared(ranked, limit), None
    else:
        shown, more = _page(session, who, question, what, ranked, {*exact, *near}, limit, before)
    known = search_cards.hits(session, who, shown)
    hits = [known[place] for place in shown if place in known]
    return Found(hits, any(place in known for place in exact), dict(counts), more)


def _shared(ranked: list[Place], limit: int) -> list[Place]:
    """The first of all, in their order, so that no kind crowds another out: to each its share, what is left to the best."""
    share, had = limit // max(1, len({what for what, _ in ranked})), Counter[str]()
    first: list[Place] = []
    others: list[Place] = []
    for place in ranked:
        had[place[0]] += 1
        (first if had[place[0]] <= share else others).append(place)
    chosen = {*first, *others[: limit - len(first)]}
    return [place for place in ranked if place in chosen]


def _page(
    session: Session, who: Actor, question: Asked, what: str, ranked: list[Place], by_ref: set[Place], limit: int,
    before: int | None,
) -> tuple[list[Place], int | None]:  # fmt: skip
    """One page of one kind: first what a number or name leads to, then what has the words, so many a page."""
    own = [place for place in ranked if place[0] == what]
    first = [place for place in own if place in by_ref] if before is None else []
    said = [place for place in own if place not in by_ref]
    if before is not None and question.phrases:
        said = [place for place in _by_words(session, who, question, {what}, before) if place not in by_ref]
    return first + said[:limit], said[limit - 1][1] if len(said) > limit else None


# ---------------------------------------------------------------------------------------------- numbers and names


def _by_refs(session: Session, who: Actor, question: Asked) -> tuple[list[Place], list[Place]]:
    """Things whose number is what was asked, and things with a ref that begins or ends so; one select."""
    columns: Any = select(SearchRef.what, SearchRef.object_id, SearchRef.field, SearchRef.norm)
    mine = [visible(who, columns, SearchRef), *_handbook(who, columns, SearchRef)]
    ways = [
        those.where(_range(side, value)).order_by(side, SearchRef.what).limit(CAP)
        for side, value in _sides(question)
        for those in mine
    ]
    if not ways:
        return [], []
    rows = session.execute(union_all(*(select(way.subquery()) for way in ways))).all()
    ranked = sorted(rows, key=lambda row: (_rank(row, question), WHATS.index(row.what), -row.object_id))
    exact = [(row.what, row.object_id) for row in ranked if _rank(row, question) == 0]
    return exact, [(row.what, row.object_id) for row in ranked if _rank(row, question)]


def _handbook(who: Actor, columns: Any, model: Any) -> list[Any]:
    """The rows of texts in force, which are every office's, if this person reads the handbook."""
    if not can(who, "handbook.read"):
        return []
    known = select(Document.id).join(DocumentVersion, DocumentVersion.document_id == Document.id)
    read = known.where(search_cards.in_force(who))
    return [columns.where(model.what == DOCUMENT, model.office_id.is_(None), model.object_id.in_(read))]


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


# ---------------------------------------------------------------------------------------------- words


def _by_words(
    session: Session, who: Actor, question: Asked, kinds: Any = WHATS, before: int | None = None
) -> list[Place]:
    """Things of each of `kinds` that have every phrase, newest first, `CAP` and one of each; one select."""
    ways = [way for what in WHATS if what in kinds for way in _newest(session, who, question, what, before)]
    if not ways:
        return []
    rows = session.execute(union_all(*(select(way.subquery()) for way in ways)))
    return sorted(((row.what, row.object_id) for row in rows), key=lambda place: (WHATS.index(place[0]), -place[1]))


def _newest(session: Session, who: Actor, question: Asked, what: str, before: int | None) -> list[Any]:
    """The newest things of one kind that have the words. On SQLite the full-text table is walked from its end, so that a
    common word costs no more than a rare one."""
    columns: Any = select(SearchText.what, SearchText.object_id)
    of_all = what == DOCUMENT
    mine = _handbook(who, columns, SearchText) if of_all else [visible(who, columns, SearchText)]
    where = places(what, None if of_all else only_office(who))
    found = []
    for those in mine:
        if session.get_bind().dialect.name == "sqlite":
            key: Any = _FTS.c.rowid
            those = those.join_from(_FTS, SearchText, SearchText.id == key).where(_matches(question, where))
        else:
            key, those = SearchText.id, those.where(_has(question, where))
        older = [key < row_id(what, before)] if before is not None else []
        found.append(those.where(*older).order_by(key.desc()).limit(CAP + 1))
    return found


def _matches(question: Asked, where: list[str]) -> ColumnElement[bool]:
    """The full-text table has every phrase. Each is quoted; tokens hold nothing but letters, digits and the @ of places."""
    phrases = [" ".join(phrase) for phrase in question.phrases] + where
    return _FTS.c.search_fts.op("MATCH", is_comparison=True)(" AND ".join(f'"{phrase}"' for phrase in phrases))


def _has(question: Asked, where: list[str]) -> ColumnElement[bool]:
    """The same on PostgreSQL: every token by the array index, every phrase in a row."""
    every = cast(sorted({*where, *(token for phrase in question.phrases for token in phrase)}), ARRAY(Text))
    phrases = [" ".join(phrase) for phrase in question.phrases if len(phrase) > 1]
    in_a_row = [func.strpos(" " + SearchText.body + " ", f" {phrase} ") > 0 for phrase in phrases]
    return and_(_WORDS.op("@>", is_comparison=True)(every), *in_a_row)


# ---------------------------------------------------------------------------------------------- filter boxes


def matching(session: Session, who: Actor, what: str, typed: str) -> CompoundSelect[Any]:
    """The ids of all things of `what` (customer, shipment, case) that `typed` finds, for `Model.id.in_(…)`."""
    question = asked(typed)
    near = or_(False, *(_range(side, value) for side, value in _sides(question)))
    said = _holds(session, question, places(what, only_office(who))) if question.phrases else or_(False)
    return union_all(
        visible(who, select(SearchRef.object_id).where(SearchRef.what == what, near), SearchRef),
        visible(who, select(SearchText.object_id).where(SearchText.what == what, said), SearchText),
    )


def _holds(session: Session, question: Asked, where: list[str]) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "sqlite":
        return SearchText.id.in_(select(_FTS.c.rowid).where(_matches(question, where)))
    return _has(question, where)


def customers_matching(session: Session, who: Actor, typed: str) -> CompoundSelect[Any]:
    """The ids of customers found by `typed`, for `Customer.id.in_(…)`."""
    return matching(session, who, CUSTOMER, typed)


def shipments_matching(session: Session, who: Actor, typed: str) -> CompoundSelect[Any]:
    """The ids of shipments found by `typed` themselves or by their customer, for `Shipment.id.in_(…)`."""
    theirs = select(Shipment.id).where(Shipment.customer_id.in_(customers_matching(session, who, typed)))
    own = matching(session, who, SHIPMENT, typed)
    return union_all(*own.selects, visible(who, theirs, Shipment))

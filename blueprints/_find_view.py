"""How what was found is shown: in groups, each thing with its page and with the words where they stand (freight 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from blueprints import _case_facts
from blueprints._words import language, local, shown_text
from rules import search, stages, telling
from rules.customer_forms import STATUSES
from rules.snippets import Snippet, beginning, snippet
from rules.store import now
from rules.terms import CASE, CUSTOMER, DOCUMENT, MESSAGE, SHIPMENT
from rules.words import N_, Words
from rules.workflow import KINDS

HEADINGS = {
    CUSTOMER: N_("Customers"), SHIPMENT: N_("Shipments"), CASE: N_("Matters"), DOCUMENT: N_("Handbook"),
    MESSAGE: N_("Contacts and notes"),
}  # fmt: skip
TEXTS = {"script": N_("Script"), "article": N_("Article")}
SORT_OF = {what: sort for sort, what in search.SORTS.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing found."""

    href: str
    label: Any
    mark: Any
    details: list[Any]
    words: Snippet | None


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind; `rest` leads to all of them where not all are shown."""

    heading: str
    lines: list[Line]
    count: str
    rest: str | None


def groups(found: search.Found, typed: str, sort: str) -> list[Group]:
    """Kinds of thing in the order of their best hit."""
    made = []
    for what in dict.fromkeys(hit.what for hit in found.hits):
        lines = [line(hit, typed) for hit in found.hits if hit.what == what]
        count = found.counts.get(what, 0)
        rest = url_for("find.find", q=typed, sort=SORT_OF[what]) if not sort and count > len(lines) else None
        made.append(Group(HEADINGS[what], lines, counted(count), rest))
    return made


def counted(count: int) -> str:
    """How many, as far as was looked."""
    return f"{search.CAP}+" if count > search.CAP else str(count)


def sorts(found: search.Found, typed: str, chosen: str) -> list[tuple[Any, str, str, bool]]:
    """What the list may be limited to: name, count, address, whether it is."""
    every = (N_("All"), "", url_for("find.find", q=typed, sort="all"), not chosen)
    return [every] + [
        (HEADINGS[what], counted(found.counts.get(what, 0)), url_for("find.find", q=typed, sort=sort), sort == chosen)
        for sort, what in search.SORTS.items()
    ]


def more(found: search.Found, typed: str, sort: str) -> str | None:
    """The next page of one kind."""
    return url_for("find.find", q=typed, sort=sort, before=found.more) if found.more else None


def address(hit: search.Hit) -> str:
    """The page of a thing found; a message stands on the page of its matter, customer or shipment."""
    if hit.what == MESSAGE:
        return _of_message(hit)
    if hit.what == DOCUMENT:
        return url_for("handbook.text", number=hit.label)
    return _page(hit.what, hit.id) if hit.what != CASE else url_for("cases.case", ref=hit.label)


def _page(what: str, key: int, **more: Any) -> str:
    if what == CUSTOMER:
        return url_for("customers.customer", customer_id=key, **more)
    return url_for("shipments.shipment", shipment_id=key, **more)


def _of_message(hit: search.Hit) -> str:
    anchor = f"m-{hit.id}"
    if hit.home is None:
        return url_for("cases.case", ref=hit.label, _anchor=anchor)
    return _page(*hit.home, upto=hit.id, _anchor=anchor)


def line(hit: search.Hit, typed: str) -> Line:
    """A hit as a line of the list; phone numbers in what people wrote are masked for auditors (D-20)."""
    label, mark, details = _SAID[hit.what](hit)
    texts = [shown_text(text) for text in hit.texts]
    words = snippet(texts, typed)
    if words is None and hit.what == MESSAGE:
        words = beginning(texts)
    return Line(address(hit), label, mark, [shown_text(one) if isinstance(one, str) else one for one in details], words)


def _customer(hit: search.Hit) -> tuple[Any, Any, list[Any]]:
    return hit.label, STATUSES.get(hit.state), [Words(N_("class %(grade)s"), grade=hit.kind), *hit.detail]


def _shipment(hit: search.Hit) -> tuple[Any, Any, list[Any]]:
    label = hit.label or Words(N_("Without number"))
    return label, stages.NAMES.get(hit.state), [stages.MODES.get(hit.kind), *hit.detail]


def _case(hit: search.Hit) -> tuple[Any, Any, list[Any]]:
    flow = KINDS[hit.kind]
    mark = next((state.label for state in flow.states if state.name == hit.state), None)
    return hit.label, mark, [flow.label, *hit.detail]


def _document(hit: search.Hit) -> tuple[Any, Any, list[Any]]:
    title = hit.detail[-1 if language() == "en" else 0]
    return f"{hit.label} {title}", TEXTS[hit.kind], []


def _message(hit: search.Hit) -> tuple[Any, Any, list[Any]]:
    told = _case_facts.TOLD if hit.state not in _case_facts.OTHERS else AMONG
    details = list(hit.detail) if hit.label else list(hit.detail[1:])
    label = hit.label or (hit.detail[0] if hit.detail else Words(N_("Message")))
    at = local(hit.at)
    return label, told[hit.kind], [*details, telling.hour(hit.at, str(at.tzinfo), now()) if at else ""]


AMONG = {"in": N_("Another desk answered"), "out": N_("Another desk was asked or told"), "note": N_("Note")}
_SAID: dict[str, Callable[[search.Hit], tuple[Any, Any, list[Any]]]] = {
    CUSTOMER: _customer, SHIPMENT: _shipment, CASE: _case, DOCUMENT: _document, MESSAGE: _message,
}  # fmt: skip

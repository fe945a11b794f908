"""What the list of things found shows of each, one select per table, each through `visible` (E-29)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, false, func, inspect, select
from sqlalchemy.orm import Session, with_polymorphic

from models import Case, Customer, Document, DocumentVersion, Message, Shipment
from rules.policy import can, visible
from rules.store import Actor
from rules.terms import CASE, CUSTOMER, DOCUMENT, MESSAGE, SHIPMENT

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found: `what` and `id` make its address; `label`, `detail`, `kind` and `state` say what it is.

    `texts` are what it says, to show the words in; `at` is when a message was said, `home` the id of its customer or
    shipment where it hangs on no matter, as ("customer", 7).
    """

    what: str
    id: int
    label: str
    detail: tuple[str, ...]
    kind: str
    state: str
    texts: tuple[str, ...] = ()
    at: Any = None
    home: Place | None = None


_CALLED = func.coalesce(Shipment.number, Shipment.booking, Shipment.master, Shipment.container)


def in_force(who: Actor) -> ColumnElement[bool]:
    """Which versions of documents this person may read when he searches: those in force, and only if he reads the handbook."""
    if not can(who, "handbook.read"):
        return false()
    return and_(Document.active, DocumentVersion.state == "approved")


def hits(session: Session, who: Actor, places: Iterable[Place]) -> dict[Place, Hit]:
    """The cards of `places` that `who` may see; one select per table."""
    wanted: dict[str, list[int]] = {}
    for what, key in places:
        wanted.setdefault(what, []).append(key)
    found = (hit for what, ids in wanted.items() for hit in _CARDS[what](session, who, ids))
    return {(hit.what, hit.id): hit for hit in found}


def _texts(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def _customers(session: Session, who: Actor, ids: list[int]) -> Iterator[Hit]:
    card = select(Customer.id, Customer.name, Customer.code, Customer.grade, Customer.status, Customer.remark)
    for row in session.execute(visible(who, card.where(Customer.id.in_(ids)), Customer)):
        yield Hit(CUSTOMER, row.id, row.name, _texts([row.code]), row.grade, row.status, _texts([row.remark]))


def _shipments(session: Session, who: Actor, ids: list[int]) -> Iterator[Hit]:
    told = (Shipment.shipper, Shipment.cargo, Shipment.address, Shipment.remark)
    card: Any = select(Shipment.id, _CALLED, Shipment.destination, Shipment.consignee, Customer.name, Shipment.mode,
                       Shipment.stage, *told).outerjoin(Customer, Shipment.customer_id == Customer.id)  # fmt: skip
    for key, label, destination, consignee, customer, mode, stage, *texts in session.execute(
        visible(who, card.where(Shipment.id.in_(ids)), Shipment)
    ):
        detail = _texts([destination, consignee, customer])
        yield Hit(SHIPMENT, key, label or "", detail, mode, stage, _texts(texts))


@cache
def _case_card() -> tuple[Any, Any]:
    """The columns of a matter's card, of every kind of work with what it keeps as prose; one select for all kinds."""
    every = with_polymorphic(Case, "*")
    kinds = [
        every,
        *(getattr(every, mapper.class_.__name__) for mapper in list(inspect(Case).self_and_descendants)[1:]),
    ]
    prose = [
        getattr(kind, column.key) for kind in kinds for column in inspect(kind).mapper.column_attrs
        if isinstance(column.columns[0].type, Text)
    ]  # fmt: skip
    card = select(every.id, every.ref, every.title, Customer.name, every.kind, every.state, every.caller_name, *prose)
    return every, card.outerjoin(Customer, every.customer_id == Customer.id)


def _cases(session: Session, who: Actor, ids: list[int]) -> Iterator[Hit]:
    every, card = _case_card()
    for key, ref, title, customer, kind, state, *texts in session.execute(
        visible(who, card.where(every.id.in_(ids)), every)
    ):
        yield Hit(CASE, key, ref, _texts([title, customer]), kind, state, _texts(texts))


def _documents(session: Session, who: Actor, ids: list[int]) -> Iterator[Hit]:
    version = DocumentVersion
    card = select(Document.id, Document.number, Document.what, version.title_zh, version.title_en, version.body_zh,
                  version.body_en).join(version, version.document_id == Document.id)  # fmt: skip
    for row in session.execute(card.where(Document.id.in_(ids), in_force(who))):
        titles, bodies = _texts([row.title_zh, row.title_en]), _texts([row.body_zh, row.body_en])
        yield Hit(DOCUMENT, row.id, row.number, titles, row.what, "", bodies)


def _messages(session: Session, who: Actor, ids: list[int]) -> Iterator[Hit]:
    theirs = func.coalesce(Message.customer_id, Case.customer_id)
    card: Any = (
        select(Message, Case.ref, Case.title, Customer.name, _CALLED)
        .outerjoin(Case, Case.id == Message.case_id)
        .outerjoin(Customer, Customer.id == theirs)
        .outerjoin(Shipment, Shipment.id == Message.shipment_id)
    )
    for m, ref, title, customer, number in session.execute(visible(who, card.where(Message.id.in_(ids)), Message)):
        home = (CUSTOMER, m.customer_id) if m.customer_id else (SHIPMENT, m.shipment_id)
        detail, texts = _texts([title, customer, number, m.party]), _texts([m.text, m.said])
        yield Hit(MESSAGE, m.id, ref or "", detail, m.direction, m.audience or "", texts, m.at, None if ref else home)


_CARDS: dict[str, Callable[[Session, Actor, list[int]], Iterator[Hit]]] = {
    CUSTOMER: _customers, SHIPMENT: _shipments, CASE: _cases, DOCUMENT: _documents, MESSAGE: _messages,
}  # fmt: skip

"""Everything that can be found, indexed anew in small writes: after an upgrade, or when the search is not trusted (SYS-08).

Without `everything` only what the search does not have is added, so that what was broken off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, with_polymorphic

from models import Case, Customer, Document, Message, SearchText, Shipment
from rules import search
from rules.policy import unseen
from rules.store import Tx
from rules.terms import CASE, CUSTOMER, DOCUMENT, MESSAGE, SHIPMENT

AT_ONCE = 200
MODELS: dict[str, Any] = {CUSTOMER: Customer, SHIPMENT: Shipment, CASE: Case, DOCUMENT: Document, MESSAGE: Message}


def rebuild(
    session: Session, write: Callable[[], AbstractContextManager[Tx]], everything: bool = False
) -> Iterator[tuple[str, int]]:
    """Index things of each kind, two hundred a write; yields the kind and how many were looked at after each write."""
    for what, model in MODELS.items():
        done = last = 0
        while ids := _next(session, what, model, last, everything):
            with write() as tx:
                search.index_many(tx.session, _things(tx.session, model, ids))
            session.expunge_all()
            done, last = done + len(ids), ids[-1]
            yield what, done


def _next(session: Session, what: str, model: Any, last: int, everything: bool) -> list[int]:
    wanted = select(model.id).where(model.id > last).order_by(model.id).limit(AT_ONCE)
    if not everything:
        known = select(SearchText.id).where(SearchText.what == what, SearchText.object_id == model.id)
        wanted = wanted.where(~known.exists())
    return list(session.scalars(unseen(wanted)))


def _things(session: Session, model: Any, ids: list[int]) -> list[Any]:
    every = with_polymorphic(Case, "*") if model is Case else model
    return list(session.scalars(unseen(select(every).where(every.id.in_(ids)).order_by(every.id))))

"""What finance's page lists: decisions that wait for finance, holds by state, waybills that may go alone, and the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Customer, Hold, Payment, Shipment, Turn
from rules import holds, payments, queue
from rules.policy import FINANCE, RELEASE, visible
from rules.store import Actor
from rules.words import N_, Refused, Words

PAGE, WAYBILLS, CAP = 20, 12, 50
SIGNED = ("A6", "S5", "R4")  # the goods are gone: nothing is released any more
SOON = timedelta(minutes=10)
STATES = {
    holds.PROPOSED: N_("Proposed"), holds.ACTIVE: N_("In force"), "today": N_("Lifted today"), "ended": N_("All ended"),
}  # fmt: skip
_RANK = case({holds.PROPOSED: 0, holds.ACTIVE: 1}, value=Hold.status, else_=2)


def counts(session: Session, who: Actor, at: datetime, midnight: datetime) -> dict[str, int]:
    """The numbers of the page in one select: payments and how many are due soon, decisions, holds by state."""
    wait = Payment.status == payments.WAITING
    wanted: dict[str, tuple[Any, ...]] = {
        "payments": (Payment, wait), "soon": (Payment, wait, Payment.due_at <= at + SOON),
        "decisions": (Turn, *_decisions(who)), "proposed": (Hold, Hold.status == holds.PROPOSED),
        "active": (Hold, Hold.side == holds.FINANCE, Hold.status == holds.ACTIVE),
        "today": (Hold, *_of("today", midnight)),
    }  # fmt: skip
    asked = {name: _many(who, *parts) for name, parts in wanted.items()}
    statement = select(*(counted.label(name) for name, counted in asked.items())).execution_options(visible="user")
    return {name: int(n) for name, n in session.execute(statement).one()._mapping.items()}


def fresh(session: Session, who: Actor, since: datetime, at: datetime) -> tuple[int, int]:
    """How many payments, decisions and proposals of others came after `since`, and how many payments are due soon (E-30)."""
    wait, others = Payment.status == payments.WAITING, Hold.placed_by_id.is_distinct_from(who.user_id)
    new = (
        _many(who, Payment, wait, Payment.stated_at > since, Payment.stated_by_id != who.user_id)
        + _many(who, Turn, *_decisions(who), Turn.opened_at > since)
        + _many(who, Hold, Hold.status == holds.PROPOSED, Hold.proposed_at > since, others)
    )
    counted = select(new, _many(who, Payment, wait, Payment.due_at <= at + SOON)).execution_options(visible="user")
    found = session.execute(counted).one()
    return int(found[0]), int(found[1])


def _many(who: Actor, model: Any, *where: Any) -> Any:
    inner = visible(who, select(model.id), model).where(*where).limit(1000).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def decisions(session: Session, who: Actor) -> Sequence[Any]:
    """Turns that wait for finance or the release officer, and questions handed to the leader, as rows of the queue."""
    found = queue.joined(who, select(*queue.COLUMNS).select_from(Turn)).where(*_decisions(who))
    return session.execute(found.order_by(Turn.queue_at, Turn.since, Turn.id).limit(CAP)).all()


def _decisions(who: Actor) -> tuple[Any, ...]:
    theirs = or_(Turn.role.in_((FINANCE, RELEASE)), Turn.what == "lift")
    another = (or_(column.is_(None), column != who.user_id) for column in (Turn.except_id, Turn.except_too_id))
    return (Turn.user_id.is_(None), Turn.closed_at.is_(None), theirs, *another)


def page(session: Session, who: Actor, state: str | None, before: int | None, midnight: datetime) -> list[Hold]:
    """Finance's holds with customer, waybill and people: without a state those that are open or were lifted today, the
    proposed ones first; of one state the newest first, from before a hold on. One more than a page holds."""
    found = visible(who, _whole(), Hold).where(Hold.side == holds.FINANCE)
    if state is None:
        found = found.where(or_(Hold.status.in_(holds.OPEN), Hold.ended_at >= midnight)).order_by(_RANK, Hold.id.desc())
    else:
        found = found.where(*_of(state, midnight)).order_by(Hold.id.desc())
        found = found.where(Hold.id < before) if before else found
    return list(session.scalars(found.limit(PAGE + 1)))


def _of(state: str, midnight: datetime) -> tuple[Any, ...]:
    if state == "today":
        return (Hold.side == holds.FINANCE, Hold.status == holds.LIFTED, Hold.ended_at >= midnight)
    return (Hold.ended_at.is_not(None),) if state == "ended" else (Hold.status == state,)


def hold(session: Session, who: Actor, hold_id: int) -> Hold:
    """A hold, whole. Raises Refused (404) when there is none that this person may see."""
    wanted = visible(who, _whole(), Hold).where(Hold.id == hold_id).execution_options(populate_existing=True)
    found: Hold | None = session.scalars(wanted).first()
    if found is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    return found


def _whole() -> Select[Any]:
    return select(Hold).options(
        joinedload(Hold.customer), joinedload(Hold.shipment).joinedload(Shipment.customer), joinedload(Hold.placed_by),
        joinedload(Hold.ended_by),
    )  # fmt: skip


def waybills(session: Session, who: Actor, customers: Iterable[int]) -> dict[int, list[Any]]:
    """The newest undelivered waybills of each customer that finance has not let go: customer → (id, numbers, …)."""
    wanted = list(customers)
    if not wanted:
        return {}
    nth = func.row_number().over(partition_by=Shipment.customer_id, order_by=Shipment.id.desc()).label("nth")
    columns = select(Shipment.id, Shipment.customer_id, Shipment.number, Shipment.master, Shipment.booking, nth)
    inner = visible(who, columns, Shipment).where(
        Shipment.customer_id.in_(wanted), Shipment.freed_at.is_(None), Shipment.stage.not_in(SIGNED),
        Shipment.standing == "active",
    ).subquery()  # fmt: skip
    found: dict[int, list[Any]] = {}
    listed = select(inner).where(inner.c.nth <= WAYBILLS).order_by(inner.c.id.desc())
    for row in session.execute(listed.execution_options(visible="user")):
        found.setdefault(row.customer_id, []).append(row)
    return found


def goods(session: Session, who: Actor, customer_id: int, ids: Iterable[int]) -> list[Shipment]:
    """Chosen waybills of a customer, with him; what is another's, or not to be seen, is left out."""
    found = visible(who, select(Shipment).options(joinedload(Shipment.customer)), Shipment)
    return list(session.scalars(found.where(Shipment.customer_id == customer_id, Shipment.id.in_(list(ids)))))


def customer(session: Session, who: Actor, customer_id: int) -> Customer:
    """A customer by number. Raises Refused (404) when there is none that this person may see."""
    found: Customer | None = session.scalars(
        visible(who, select(Customer), Customer).where(Customer.id == customer_id)
    ).first()
    if found is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    return found

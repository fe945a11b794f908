"""Holds: who holds what since when and why, kept in step with the columns that say what is in force (CF-24, FIN-19).

Three sides keep their holds apart: the shipper (物控), the service, and finance (停办, 扣单, a hold on one waybill). The
columns on customers and shipments are written by pages, changes and imports; whatever writes them, the row of `holds`
is opened or ended in the same flush by the listener below, so that nobody can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, inspect, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Change, Customer, Hold, Shipment, db
from rules import catalogue
from rules.policy import unseen
from rules.store import Tx
from rules.words import N_, Refused, Words

SHIPPER, SERVICE, FINANCE = "shipper", "service", "finance"
GOODS, STOP, DOCUMENTS = "goods", "stop", "documents"
PROPOSED, ACTIVE, LIFTED, DROPPED = "proposed", "active", "lifted", "dropped"
OPEN = (PROPOSED, ACTIVE)

SIDES = {SHIPPER: N_("Shipper"), SERVICE: N_("Service"), FINANCE: N_("Finance")}
STATUSES = {PROPOSED: N_("proposed"), ACTIVE: N_("in effect"), LIFTED: N_("lifted"), DROPPED: N_("dropped")}
# What a hold is called, the same word on every page.
NAMES = {
    (SHIPPER, GOODS): N_("Shipper's hold"), (SERVICE, GOODS): N_("Service hold"), (FINANCE, GOODS): N_("Finance hold"),
    (FINANCE, STOP): N_("Stopped"), (FINANCE, DOCUMENTS): N_("Document hold"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watched:
    """A column that says that a hold is in force: of which side, of what, and where its reason stands."""

    model: type[Any]
    column: str
    side: str
    what: str
    reason: str


WATCHED = (
    Watched(Customer, "stopped_at", FINANCE, STOP, "stopped_reason"),
    Watched(Customer, "documents_held", FINANCE, DOCUMENTS, "documents_held"),
    Watched(Shipment, "hold_shipper", SHIPPER, GOODS, "hold_shipper"),
    Watched(Shipment, "hold_service", SERVICE, GOODS, "hold_service"),
    Watched(Shipment, "hold_finance", FINANCE, GOODS, "hold_finance"),
)


def name(hold: Hold) -> str:
    """What the hold is called."""
    return NAMES[hold.side, hold.what]


def opened(session: Session, *, customer_id: int | None = None, shipment_id: int | None = None) -> list[Hold]:
    """The holds of a customer or of goods that are proposed or in force, oldest first, with who placed them."""
    where = Hold.customer_id == customer_id if customer_id is not None else Hold.shipment_id == shipment_id
    found = select(Hold).where(where, Hold.status.in_(OPEN)).order_by(Hold.id)
    found = found.options(joinedload(Hold.placed_by), joinedload(Hold.ended_by))
    return list(session.scalars(unseen(found)))


def current(session: Session, row: Any, side: str, what: str) -> Hold | None:
    """The one open hold of this kind on a customer or on goods."""
    where = Hold.customer_id == row.id if isinstance(row, Customer) else Hold.shipment_id == row.id
    found = select(Hold).where(where, Hold.side == side, Hold.what == what, Hold.status.in_(OPEN))
    return session.scalars(unseen(found)).first()


def freed(shipment: Shipment) -> Words | None:
    """Why this waybill goes although its customer is stopped, or None when finance has not let it go (FIN-06)."""
    if shipment.freed_at is None:
        return None
    return Words(N_("Finance lets this waybill go: %(reason)s"), reason=shipment.freed_reason or "–")


def need_another(tx: Tx, row: Any) -> None:
    """Raise Refused (403) when the actor would lift what finance holds of a customer or of goods while a change of his
    own, asked or edited last, is kept back by it: then another person does, on whichever page (D-01, D-13)."""
    goods = Shipment.id == row.id if isinstance(row, Shipment) else Shipment.customer_id == row.id
    about = goods if isinstance(row, Shipment) else or_(goods, Change.customer_id == row.id)
    who, kinds = tx.actor.user_id, [kind.code for kind in catalogue.KINDS if kind.keeps_back]
    own = select(Change.id).join(Shipment, Shipment.id == Change.shipment_id).where(
        about, Change.code.in_(kinds), Change.closed_at.is_(None), Change.executed_at.is_(None),
        or_(Change.requested_by_id == who, Change.last_editor_id == who),
    )  # fmt: skip
    if tx.session.scalar(unseen(own.limit(1))) is not None:
        raise Refused(Words(N_("You asked for this change yourself; another person decides.")), 403)


# ------------------------------------------------------------------------------------------ kept in step


@event.listens_for(db.session, "before_flush")
def _follow(session: Session, *_: Any) -> None:
    """Open, reword or end the row of every hold whose column is about to be written."""
    tx: Tx | None = session.info.get("tx")
    if tx is None:  # the history's own listener refuses this flush
        return
    for row in [*session.new, *session.dirty]:
        for each in WATCHED:
            if isinstance(row, each.model):
                _step(tx, row, each)


def _step(tx: Tx, row: Any, each: Watched) -> None:
    past = inspect(row).attrs[each.column].history
    if not past.has_changes():
        return
    before = past.deleted[0] if past.deleted else None
    now = getattr(row, each.column)
    if now is None and before is not None:
        _end(tx, row, each)
    elif now is not None:
        _place(tx, row, each)


def _place(tx: Tx, row: Any, each: Watched) -> None:
    """The hold is in force from now on: the proposed one, or a new one; another reason only rewords it."""
    reason = (getattr(row, each.reason) or tx.reason or "")[:300]
    hold = current(tx.session, row, each.side, each.what) if inspect(row).persistent else None
    if hold is not None and hold.status == ACTIVE:
        hold.reason = reason
        return
    if hold is None:
        target = {"customer": row} if isinstance(row, Customer) else {"shipment": row}
        hold = Hold(office_id=row.office_id, side=each.side, what=each.what, **target)
        tx.session.add(hold)
    hold.status, hold.reason, hold.placed_at = ACTIVE, reason, tx.at
    hold.placed_by_id = hold.placed_by_id or tx.actor.user_id
    if each.side == FINANCE and inspect(row).persistent:
        _bind_again(tx, row)


def _end(tx: Tx, row: Any, each: Watched) -> None:
    hold = current(tx.session, row, each.side, each.what)
    if hold is not None:
        hold.status, hold.ended_at, hold.ended_by_id = LIFTED, tx.at, tx.actor.user_id
        hold.end_reason = (tx.reason or "")[:300] or None


def _bind_again(tx: Tx, row: Any) -> None:
    """What finance let go under an earlier hold is held by the new one."""
    where = Shipment.customer_id == row.id if isinstance(row, Customer) else Shipment.id == row.id
    for shipment in tx.session.scalars(unseen(select(Shipment).where(where, Shipment.freed_at.is_not(None)))):
        bind(shipment)


def bind(shipment: Shipment) -> None:
    """Take back that this waybill goes although its customer is stopped."""
    shipment.freed_at = shipment.freed_by_id = shipment.freed_reason = None

"""Finance holds and lets go: documents (扣单) with or without the pay-first clause, proposals, single waybills.

Without a clause that makes documents conditional on payment the law lets other papers be withheld, but not the bill of
lading, sea waybill or other transport document (freight 3.1): such a hold waits until a supervisor of grade 3, another
person, takes it upon himself with a reason. The system only proposes; finance confirms or drops (D-16, CF-17).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models import Customer, Hold, Shipment
from rules import conditions, customers, holds, shipments
from rules.byhand import reason_given
from rules.policy import can, require, unseen
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

OVERRIDE_GRADE = 3
CLAUSE = N_("Does the contract make documents conditional on payment (pay first)?")
LAW = N_(
    "Without such a clause other documents may be withheld, but not the bill of lading, sea waybill or other transport "
    "document. A supervisor of grade 3 then has to take it upon himself."
)
NOT_PROPOSED = N_("This hold is not proposed any more.")


# ------------------------------------------------------------------------------------------ documents


def hold_documents(tx: Tx, customer: Customer, reason: str | None, pay_first: bool | None) -> Hold:
    """Finance holds a customer's documents: at once where the contract has the clause, else proposed until overridden.

    Raises Refused 403, 409 (held already), 422 (no reason, clause not answered).
    """
    require(tx.actor, "customer.stop")
    if pay_first is None:
        raise Refused(Words(N_("Say whether the contract has this clause.")), 422, "pay_first")
    tx.reason = reason_given(reason, N_("Say why the documents are held; the desk tells the customer."))
    if customer.documents_held:
        raise Refused(Words(N_("This customer's documents are held already.")), 409)
    hold = holds.current(tx.session, customer, holds.FINANCE, holds.DOCUMENTS)
    if hold is None:
        hold = tx.add(Hold(customer_id=customer.id, office_id=customer.office_id, side=holds.FINANCE, what=holds.DOCUMENTS,
                           status=holds.PROPOSED, reason=tx.reason, proposed_at=tx.at))  # fmt: skip
    hold.placed_by_id, hold.reason, hold.pay_first = tx.actor.user_id, tx.reason, pay_first
    if pay_first:
        customer.documents_held = tx.reason
    tx.session.flush()
    return hold


def lift_documents(tx: Tx, customer: Customer, reason: str | None) -> None:
    """Finance gives the documents out again. Raises Refused 403, 409, 422."""
    require(tx.actor, "customer.stop")
    tx.reason = reason_given(reason, N_("Say why the hold is lifted."))
    if not customer.documents_held:
        raise Refused(Words(N_("This customer's documents are not held.")), 409)
    holds.need_another(tx, customer)
    customer.documents_held = None


def waits_for_override(hold: Hold) -> bool:
    """Whether finance has placed this hold without the clause, so that a supervisor has to take it upon himself."""
    return hold.status == holds.PROPOSED and hold.pay_first is False


def may_override(who: Actor, hold: Hold) -> bool:
    """Whether this person may take the hold upon himself: grade 3, and not the one who proposed it."""
    senior = can(who, "hold.override") and who.grade >= OVERRIDE_GRADE
    return waits_for_override(hold) and senior and who.user_id != hold.placed_by_id


def override(tx: Tx, hold: Hold, reason: str | None) -> None:
    """A supervisor of grade 3 lets documents be held without the clause, with a reason. Raises Refused 403, 409, 422."""
    require(tx.actor, "hold.override")
    if not waits_for_override(hold):
        raise Refused(Words(NOT_PROPOSED), 409)
    if tx.actor.grade < OVERRIDE_GRADE:
        raise Refused(Words(N_("This needs grade %(grade)s or higher."), grade=OVERRIDE_GRADE), 403)
    if tx.actor.user_id == hold.placed_by_id:
        raise Refused(Words(N_("You proposed this hold yourself; another person decides.")), 403)
    tx.reason = reason_given(reason, N_("Say why the documents are held without the clause."))
    hold.overridden_by_id, hold.override_reason = tx.actor.user_id, tx.reason
    _customer(tx, hold).documents_held = hold.reason


# ------------------------------------------------------------------------------------------ proposals and lifting


def confirm(tx: Tx, hold: Hold, reason: str | None, pay_first: bool | None) -> Hold:
    """Finance confirms a hold that the system proposed. Raises Refused 403, 409, 422."""
    require(tx.actor, "customer.stop")
    if hold.status != holds.PROPOSED:
        raise Refused(Words(NOT_PROPOSED), 409)
    return hold_documents(tx, _customer(tx, hold), reason, pay_first)


def drop(tx: Tx, hold: Hold, reason: str | None) -> None:
    """Finance drops a proposal, or a supervisor of grade 3 refuses to take one upon himself. Raises Refused 403, 409, 422."""
    if not can(tx.actor, "customer.stop") and not may_override(tx.actor, hold):
        raise Refused(Words(N_("Your role does not allow this.")), 403)
    if hold.status != holds.PROPOSED:
        raise Refused(Words(NOT_PROPOSED), 409)
    tx.reason = reason_given(reason, N_("Say why nothing is held."))
    hold.status, hold.ended_at, hold.ended_by_id, hold.end_reason = holds.DROPPED, tx.at, tx.actor.user_id, tx.reason


def lift(tx: Tx, hold: Hold, reason: str | None) -> None:
    """Finance lifts one of its own holds, whichever it is. Raises Refused 403, 409, 422."""
    if hold.side != holds.FINANCE:
        raise Refused(Words(N_("Each side lifts its own hold only.")), 403)
    if hold.status != holds.ACTIVE:
        raise Refused(Words(N_("This hold is not in force any more.")), 409)
    if hold.what == holds.GOODS:
        shipments.lift_hold(tx, _shipment(tx, hold), "finance", reason)
    elif hold.what == holds.STOP:
        customers.lift_stop(tx, _customer(tx, hold), reason)
    else:
        lift_documents(tx, _customer(tx, hold), reason)


def lift_customer(customer: Customer) -> None:
    """A customer's stop and held documents are lifted; the caller has asked who may, and set the reason."""
    customer.stopped_at = customer.stopped_by_id = customer.stopped_reason = customer.documents_held = None


def free(tx: Tx, goods: Sequence[Shipment], reason: str | None) -> None:
    """Finance lets single waybills of a held customer go; the hold on all others stays (FIN-06).

    Raises Refused: 403, 409 when finance holds nothing there or the company leader decides (VIP, overdue), 422.
    """
    require(tx.actor, "customer.stop")
    tx.reason = reason_given(reason, N_("Say why this waybill may go."))
    if not goods:
        raise Refused(Words(N_("Choose at least one waybill.")), 422, "shipment")
    known = conditions.standings(tx.session, {s.customer_id for s in goods if s.customer_id is not None}, tx.at)
    for shipment in goods:
        if not held(shipment):
            raise Refused(Words(N_("Finance does not hold anything here.")), 409)
        if shipment.customer_id is not None:
            said, decider = conditions.condition(known[shipment.customer_id])
            if not conditions.finance_alone(decider):
                raise Refused(said, 409)
        holds.need_another(tx, shipment)
        let_go(tx, shipment, tx.reason)


def held(shipment: Shipment) -> bool:
    """Whether finance holds these goods, or their customer, and has not let this waybill go."""
    owner = shipment.customer
    by_owner = owner is not None and (owner.stopped_at is not None or bool(owner.documents_held))
    return bool(shipment.hold_finance) or (by_owner and shipment.freed_at is None)


def let_go(tx: Tx, shipment: Shipment, reason: str) -> None:
    """This waybill goes from now on, whatever its customer owes; finance's hold on it is lifted with it."""
    shipment.hold_finance = None
    shipment.freed_at, shipment.freed_by_id, shipment.freed_reason = tx.at, tx.actor.user_id, reason


def _customer(tx: Tx, hold: Hold) -> Customer:
    found: Customer = tx.session.scalars(unseen(select(Customer).where(Customer.id == hold.customer_id))).one()
    return found


def _shipment(tx: Tx, hold: Hold) -> Shipment:
    found: Shipment = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == hold.shipment_id))).one()
    return found

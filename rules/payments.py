"""Money received (到账确认): somebody of the desk states that a customer has paid, finance finds it on the account (FIN-19).

Whoever states a payment never confirms it, whatever his roles. Confirmed in full, what finance holds may be lifted in the
same step: the paid waybill alone, or the customer's stop and documents where no waybill was named.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Customer, Payment, Shipment
from rules import clocks, figures, holding, holds, notices, telling
from rules.byhand import reason_given
from rules.papers import Paper
from rules.policy import require, unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

WAITING, CONFIRMED, PARTLY, MISSING = "waiting", "confirmed", "partly", "missing"
STATUSES = {
    WAITING: N_("waits for finance"), CONFIRMED: N_("received"), PARTLY: N_("received in part"), MISSING: N_("not received"),
}  # fmt: skip
FIGURE = "payment.confirm"
PAGE = 50


def state(tx: Tx, customer: Customer, values: dict[str, Any], slip: Paper | None = None) -> Payment:
    """Put before finance that a customer has paid; `values` come from `PaymentForm`, the slip's bytes lie on disk.

    Raises Refused: 403, 422 for no amount, a day to come, or a waybill that is not this customer's.
    """
    require(tx.actor, "payment.state")
    if not values.get("amount_minor"):
        raise Refused(Words(N_("Write the amount, for example 120.00.")), 422, "amount_minor")
    if values["paid_on"] > tx.at.astimezone(ZoneInfo(tx.actor.zone)).date():
        raise Refused(Words(N_("A payment is stated when it has been made.")), 422, "paid_on")
    shipment = _waybill(tx, customer, values.get("number"))
    due = clocks.reckon(
        tx.session, customer.office_id, "desk", tx.at, figures.figure(tx.session, FIGURE, customer.office_id)
    )
    payment: Payment = tx.add(Payment(
        office_id=customer.office_id, customer_id=customer.id, shipment_id=shipment.id if shipment else None,
        amount_minor=values["amount_minor"], currency=values.get("currency") or "CNY", paid_on=values["paid_on"],
        payer=values.get("payer"), purpose=values["purpose"], slip=values.get("slip") or (slip.name if slip else None),
        slip_sha256=slip.sha256 if slip else None, slip_media=slip.media if slip else None,
        slip_preview=slip.preview if slip else None, stated_by_id=tx.actor.user_id, stated_at=tx.at, due_at=due.due,
    ))  # fmt: skip
    return payment


def _waybill(tx: Tx, customer: Customer, number: str | None) -> Shipment | None:
    """The customer's newest waybill of that number. Raises Refused (422) when there is none."""
    if not number:
        return None
    same = select(Shipment).where(Shipment.customer_id == customer.id, Shipment.number == number)
    found: Shipment | None = tx.session.scalars(unseen(same.order_by(Shipment.id.desc()).limit(1))).first()
    if found is None:
        raise Refused(Words(N_("This customer has no waybill %(number)s."), number=number), 422, "number")
    return found


# ------------------------------------------------------------------------------------------ finance answers


def barred(who: Actor, payment: Payment) -> Words | None:
    """Why this person may not confirm a payment, or None: finance only, and never the one who stated it."""
    if "finance" not in who.roles:
        return Words(N_("Waiting for %(role)s."), role=Words(N_("Finance")))
    if who.user_id == payment.stated_by_id:
        return Words(N_("You stated this payment yourself; another person confirms it."))
    return None


def confirm(tx: Tx, payment: Payment, lifts: bool = False) -> None:
    """The whole amount is on the account; `lifts`: what finance holds for it is lifted at once, see `held`.

    Raises Refused 403, 409 (answered already; nothing to lift).
    """
    _answer(tx, payment, CONFIRMED, payment.amount_minor, None)
    if not lifts:
        return
    if not held(payment):
        raise Refused(Words(N_("Finance does not hold anything here.")), 409)
    holds.need_another(tx, payment.shipment or payment.customer)
    tx.reason = f"{telling.money(payment.amount_minor, payment.currency)} {payment.purpose}"[:300]
    if payment.shipment is not None:
        holding.let_go(tx, payment.shipment, tx.reason)
    else:
        holding.lift_customer(payment.customer)


def confirm_part(tx: Tx, payment: Payment, amount_minor: int | None, reason: str | None) -> None:
    """Only a part is on the account; nothing is lifted by it. Raises Refused 403, 409, 422 for an amount that is no part."""
    if not amount_minor or amount_minor >= payment.amount_minor:
        raise Refused(
            Words(N_("Write the part that has arrived: more than nothing, less than stated.")), 422, "amount_minor"
        )
    _answer(tx, payment, PARTLY, amount_minor, reason)


def missing(tx: Tx, payment: Payment, reason: str | None) -> None:
    """Nothing is on the account; the reason goes to who stated it. Raises Refused 403, 409, 422."""
    _answer(tx, payment, MISSING, 0, reason_given(reason, N_("Say what is wrong; the desk asks the customer.")))


def _answer(tx: Tx, payment: Payment, status: str, amount: int, reason: str | None) -> None:
    if why := barred(tx.actor, payment):
        raise Refused(why, 403)
    if payment.status != WAITING:
        raise Refused(Words(N_("This payment has been answered already.")), 409)
    payment.status, payment.confirmed_minor, payment.reason = status, amount, reason
    payment.decided_by_id, payment.decided_at = tx.actor.user_id, tx.at
    tx.reason = reason
    said = Words(N_("%(amount)s of %(customer)s: %(status)s"), amount=telling.money(payment.amount_minor, payment.currency),
                 customer=payment.customer.name, status=Words(STATUSES[status]))  # fmt: skip
    notices.tell(tx, payment.stated_by_id, "payment", said, f"payment:{payment.id}", office_id=payment.office_id,
                 customer_id=payment.customer_id)  # fmt: skip


def held(payment: Payment) -> bool:
    """Whether finance holds something that this payment lifts: its waybill alone, or without one all of the customer's."""
    customer, shipment = payment.customer, payment.shipment
    by_customer = customer.stopped_at is not None or bool(customer.documents_held)
    if shipment is None:
        return by_customer
    return bool(shipment.hold_finance) or (by_customer and shipment.freed_at is None)


# ------------------------------------------------------------------------------------------ looking


def waiting(session: Session, who: Actor, limit: int = PAGE) -> list[Payment]:
    """Payments that finance has not answered yet, first due first, with customer, waybill and who stated them."""
    found = visible(who, _whole(), Payment).where(Payment.status == WAITING)
    return list(session.scalars(found.order_by(Payment.due_at, Payment.id).limit(limit)))


def one(session: Session, who: Actor, payment_id: int) -> Payment:
    """A payment, whole. Raises Refused (404) when there is none that this person may see."""
    found: Payment | None = session.scalars(
        visible(who, _whole(), Payment).where(Payment.id == payment_id).execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    return found


def of_customer(session: Session, who: Actor, customer_id: int, limit: int = 5) -> list[Payment]:
    """The newest payments of a customer."""
    found = visible(who, _whole(), Payment).where(Payment.customer_id == customer_id)
    return list(session.scalars(found.order_by(Payment.id.desc()).limit(limit)))


def _whole() -> Any:
    return select(Payment).options(
        joinedload(Payment.customer),
        joinedload(Payment.shipment),
        joinedload(Payment.stated_by),
        joinedload(Payment.decided_by),
    )

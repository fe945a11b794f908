"""Who may hand over a bill of lading or release held cargo, and on what condition: the FIN table as data.

`rows` are read from the top: what stands first outweighs what follows. What is known of a customer comes from his
agreement, his holds, the money confirmed here and his shipments; the desk keeps no ledger, so “unpaid” means that
finance holds his documents for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Agreement, Customer, Hold, Office, Payment, Shipment
from rules import catalogue, figures, holds
from rules.policy import unseen
from rules.words import N_, Words

FINANCE, LEADER, BOTH, OFFICER, NOBODY = "finance", "leader", "finance_leader", "release", "nobody"
LEADER_GRADE = 4
VALID, EXPIRED, NONE = "valid", "expired", "none"
DECIDERS = {
    FINANCE: N_("Finance decides."), LEADER: N_("The company leader decides."),
    BOTH: N_("Finance and the company leader decide."), OFFICER: N_("The release officer decides."),
    NOBODY: N_("Nobody has to be asked."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the customer whose goods or bill shall go. `overdue` in days, None: nothing is known unpaid;
    `hurry`: he offers a deposit; `special`: an advance issue or special approval; `ours_held`: our agent holds our bill."""

    stopped: bool = False
    overdue: int | None = None
    long_overdue: int = 30
    privileged: bool = False
    overseas: bool = False
    monthly: bool = False
    agreement: str = NONE
    reliable: bool = False
    first: bool = False
    hurry: bool = False
    special: bool = False
    ours_held: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the situation, whether it is there, the condition, and who decides."""

    situation: str
    holds: Callable[[Standing], bool]
    condition: str
    decider: str


ROWS = (
    Row(N_("Finance has stopped the customer"), lambda s: s.stopped, N_("the stop has to be lifted"), FINANCE),
    Row(N_("Our booking agent holds our own bill"), lambda s: s.ours_held,
        N_("renew the agreement, pay the fee, or find the leader's solution"), BOTH),
    Row(N_("Advance issue or special approval"), lambda s: s.special, N_("an approved application"), OFFICER),
    Row(N_("VIP or state-owned, overdue"), lambda s: s.privileged and s.overdue is not None,
        N_("a special decision"), LEADER),
    Row(N_("Overdue for long"), lambda s: s.overdue is not None and s.overdue >= s.long_overdue,
        N_("the hold stays until payment; visit the customer"), FINANCE),
    Row(N_("The term has passed, unpaid"), lambda s: s.overdue is not None, N_("payment, by finance's rule"), FINANCE),
    Row(N_("Single-job payer in a hurry"), lambda s: s.hurry and not s.monthly,
        N_("the full sum as a deposit in renminbi on the named account"), BOTH),
    Row(N_("Overseas agency"), lambda s: s.overseas,
        N_("a revolving bill: the next one only against payment of the last"), FINANCE),
    Row(N_("The agreement has expired, the customer pays reliably"),
        lambda s: s.monthly and s.agreement == EXPIRED and s.reliable,
        N_("send the renewal; the bill may be given"), FINANCE),
    Row(N_("The agreement has expired"), lambda s: s.monthly and s.agreement == EXPIRED, N_("a renewed agreement"), FINANCE),
    Row(N_("New customer, first shipment"), lambda s: s.first, N_("the freight is paid first"), FINANCE),
    Row(N_("Monthly account within its term, agreement valid"), lambda s: s.monthly and s.agreement == VALID,
        N_("no condition"), NOBODY),
)  # fmt: skip
PLAIN = Row(N_("Nothing is known against the customer"), lambda _s: True, N_("no condition"), NOBODY)


def row_of(standing: Standing) -> Row:
    """The line of the table that counts for a customer; one of its own when none does."""
    return next((row for row in ROWS if row.holds(standing)), PLAIN)


def condition(standing: Standing) -> tuple[Words, str]:
    """The sentence that explains who may release on what condition, and who that is."""
    found = row_of(standing)
    said = Words(N_("%(situation)s: %(condition)s. %(decider)s"), situation=Words(found.situation),
                 condition=Words(found.condition), decider=Words(DECIDERS[found.decider]))  # fmt: skip
    return said, found.decider


def finance_alone(decider: str) -> bool:
    """Whether finance lets goods go by itself; else the company leader is asked (FIN-06)."""
    return decider not in (LEADER, BOTH)


# ------------------------------------------------------------------------------------------ what is known


def standings(session: Session, customers: Iterable[int], at: datetime) -> dict[int, Standing]:
    """What is known of several customers of one office, in two selects at most."""
    wanted = sorted(set(customers))
    found = session.execute(unseen(_FACTS.where(Customer.id.in_(wanted)))).all() if wanted else []
    known = figures.figures(session, found[0].Customer.office_id) if found else {}
    return {row.Customer.id: _standing(row.Customer, row, known, at) for row in found}


def standing(session: Session, customer: Customer, at: datetime, code: str | None = None) -> Standing:
    """What is known of one customer; `code` is the kind of change that shall release."""
    known = standings(session, [customer.id], at)[customer.id]
    return replace(known, special=code is not None and catalogue.BY_CODE[code].release_officer)


def _count(model: Any, *where: Any) -> Any:
    counted = select(func.count(model.id)).where(model.customer_id == Customer.id, *where)
    return counted.correlate(Customer).scalar_subquery()


_DOCUMENTS = (
    select(func.min(Hold.placed_at))
    .where(Hold.customer_id == Customer.id, Hold.what == holds.DOCUMENTS, Hold.status == holds.ACTIVE)
    .correlate(Customer).scalar_subquery()
)  # fmt: skip
_AGREED = (
    select(func.max(Agreement.ends_on))
    .where(Agreement.customer_id == Customer.id)
    .correlate(Customer)
    .scalar_subquery()
)
_FACTS: Any = select(
    Customer, Office.zone, _AGREED.label("ends_on"), _DOCUMENTS.label("held_since"),
    _count(Payment, Payment.status == "confirmed").label("paid"), _count(Payment, Payment.status == "missing").label("missing"),
    _count(Shipment).label("shipments"),
).join(Office, Office.id == Customer.office_id)  # fmt: skip


def _standing(customer: Customer, row: Any, known: dict[str, Any], at: datetime) -> Standing:
    today = at.astimezone(ZoneInfo(row.zone)).date()
    overdue = (at - row.held_since).days if row.held_since else 0
    return Standing(
        stopped=customer.stopped_at is not None, overdue=overdue if customer.documents_held else None,
        long_overdue=known["finance.long_overdue"], privileged=customer.vip or customer.state_owned,
        overseas=customer.overseas, monthly=customer.settlement == "monthly", agreement=_agreement(row.ends_on, today),
        reliable=row.paid > 0 and not row.missing, first=row.shipments <= known["customer.first_shipment_prepaid"]
        and not row.paid and customer.settlement != "monthly",
    )  # fmt: skip


def _agreement(ends_on: date | None, today: date) -> str:
    if ends_on is None:
        return NONE
    return VALID if ends_on >= today else EXPIRED

"""What we earn on a quotation, the customer's band, and why a supervisor has to look at it (INQ-16 to INQ-18)."""

from __future__ import annotations

from models import Customer, PriceSource, Quotation
from rules.quoting_lines import counting, totals
from rules.store import Actor
from rules.words import N_, Refused, Words

NEWCOMER, BELOW, REDUCTION = "newcomer", "below_band", "reduction"
REASONS = {
    NEWCOMER: N_("A newcomer's quotation"),
    BELOW: N_("Below the customer's margin band"),
    REDUCTION: N_("Reduced against a competitor"),
}


def cost_of(quotation: Quotation, source: PriceSource) -> int | None:
    """What the chosen source costs for these charges, in minor units: its price times the quantity of the charges that are
    reckoned by its unit; None where no charge is."""
    same = [q for q in counting(quotation.lines) if q.unit == source.unit and q.currency == source.currency]
    quantity = max((q.quantity_m for q in same), default=None)
    return None if quantity is None else (source.amount_minor * quantity + 500) // 1000


def margin(quotation: Quotation) -> float | None:
    """The chosen margin in per cent of the cost, one decimal; None where no cost is known."""
    if not quotation.cost_minor:
        return None
    total = totals(quotation.lines).get(quotation.currency, 0)
    return round((total - quotation.cost_minor) * 100 / quotation.cost_minor, 1)


def band(customer: Customer | None) -> tuple[int, int | None] | None:
    """The margin band of a customer in per cent, from and to; None when none is set."""
    if customer is None or customer.margin_from is None:
        return None
    return customer.margin_from, customer.margin_to


def below(quotation: Quotation, customer: Customer | None) -> bool:
    """Whether the margin lies under the customer's band: a supervisor decides then (INQ-16)."""
    known, chosen = band(customer), _exactly(quotation)
    return known is not None and chosen is not None and chosen[0] < known[0] * chosen[1]


def _exactly(quotation: Quotation) -> tuple[int, int] | None:
    """The margin as a fraction, so that 9.96 % is not told as 10 and let through."""
    if not quotation.cost_minor:
        return None
    return (totals(quotation.lines).get(quotation.currency, 0) - quotation.cost_minor) * 100, quotation.cost_minor


def check_basis(basis: str, customer: Customer | None, quotation: Quotation) -> None:
    """Raise Refused (422) where the basis is not this customer's: co-loaders get the company's selling price or, orally, the
    floor price; direct customers a margin, on a known cost where they have a band."""
    coloader = customer is not None and customer.grouping == "coloader"
    if basis == "floor" and not coloader:
        raise Refused(Words(N_("A floor price is for co-loaders only.")), 422, "basis")
    if basis == "margin" and coloader:
        raise Refused(
            Words(N_("A co-loader gets the company selling price or, orally, the floor price.")), 422, "basis"
        )
    if coloader or band(customer) is None:
        return
    if basis != "margin":
        raise Refused(Words(N_("This customer has a margin band: reckon from the cost.")), 422, "basis")
    if not quotation.cost_minor:
        raise Refused(
            Words(N_("Write what it costs us, so that the margin can be compared with the band.")), 422, "cost"
        )
    if quotation.currency not in {each.currency for each in counting(quotation.lines)}:
        raise Refused(Words(N_("No charge is in the currency of the cost.")), 422, "cost_currency")


def reasons(quotation: Quotation, customer: Customer | None, who: Actor) -> list[str]:
    """Why a supervisor has to look at it; a newcomer's hand in it is never forgotten (INQ-17)."""
    found = [NEWCOMER] if who.newcomer or NEWCOMER in (quotation.reasons or []) else []
    found += [BELOW] if below(quotation, customer) else []
    found += [REDUCTION] if quotation.reduction else []
    return found


def gap(quotation: Quotation) -> int | None:
    """How much the competitor is cheaper, in minor units of the quotation's currency (INQ-18)."""
    if quotation.competitor_minor is None:
        return None
    return totals(quotation.lines).get(quotation.currency, 0) - quotation.competitor_minor

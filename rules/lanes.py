"""Which lanes the group serves for whom (INQ-14, INQ-15, CUS-03, CUS-07): what to say of an inquiry's lane, who may decline.

Co-loaders are served on the regions of the figure `lane.coloader`, direct customers everywhere, their strong lanes first. A VIP
or state-owned customer is never declined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models import Customer, Inquiry
from rules import ports
from rules.facts import Facts
from rules.words import N_, Words
from rules.workflow import Act

STRONG = ("asia", "africa", "latin_america")  # what direct customers are served on first (CUS-03)
OUTSIDE = ("europe", "north_america", "south_pacific")  # outside the mainstream: prices are gathered first (INQ-15)
GATHERING = (  # kind of price source that fills the step → the step
    ("wholesaler", N_("Ask the lane's wholesalers")),
    ("own", N_("Report it to the own route desk")),
    ("carrier", N_("Check the own channel to the carrier")),
)
EXCEPTION = "lane_exception"  # where `case.steps` keeps why a co-loader is served all the same
DECLINED = "declined"

_OFF = N_("Co-loaders are not served on this lane (%(region)s): decline politely, or a supervisor makes an exception.")
_EXCEPTED = N_("Not a lane of co-loaders (%(region)s), served as an exception: %(reason)s (%(by)s)")
_NEVER = {
    "vip": N_("This customer is a VIP: never declined. Quote from what there is."),
    "state_owned": N_("This customer is a state-owned company: never declined. Quote from what there is."),
}
_DIRECT = N_(
    "Off the group's strong lanes (%(region)s): quote from what there is; after the consignment note the route desk"
    " applies for a price to compare."
)
_OUTSIDE = N_("Outside the mainstream lanes (%(region)s).")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of an inquiry's lane. `off`: no lane of co-loaders, and this is one; `gather`: prices are gathered
    from three sides first."""

    region: str
    tone: str
    said: Words
    off: bool = False
    gather: bool = False


def served(facts: Facts) -> tuple[str, ...]:
    """The regions on which the matter's office serves co-loaders, in the register's order."""
    return tuple(str(facts.figure("lane.coloader")).split(","))


def verdict(facts: Facts) -> Verdict | None:
    """What the desk has to know of the lane of a price inquiry, or None: a mainstream lane, one at home or an unknown one."""
    case = facts.case
    region = ports.region_of(case.lane) if case.topic == "price" else None
    if region is None or region == ports.CHINA:
        return None
    gather, named = region in OUTSIDE, Words(ports.REGIONS[region])
    if is_off(facts):
        kept, never = exception(case), never_declined(case.customer)
        if kept:
            return Verdict(
                region,
                "hold",
                Words(_EXCEPTED, region=named, reason=kept["value"], by=kept["by"]),
                True,
                gather,
            )
        return Verdict(region, "soon", never or Words(_OFF, region=named), True, gather and never is not None)
    if compares(case):
        return Verdict(region, "hold", Words(_DIRECT, region=named), False, gather)
    return Verdict(region, "hold", Words(_OUTSIDE, region=named), False, True) if gather else None


def compares(case: Inquiry) -> bool:
    """Whether a direct customer asks off the strong lanes: after the consignment note the route desk applies for a price to
    compare (INQ-14)."""
    region = ports.region_of(case.lane) if case.topic == "price" else None
    direct = case.customer is not None and case.customer.grouping == "direct"
    return direct and region in ports.REGIONS and region not in STRONG


def is_off(facts: Facts) -> bool:
    """Whether a co-loader asks for a price on a lane on which co-loaders are not served."""
    case = facts.case
    if case.topic != "price" or case.customer is None or case.customer.grouping != "coloader":
        return False
    region = ports.region_of(case.lane)
    return region in ports.REGIONS and region not in served(facts)


def never_declined(customer: Customer | None) -> Words | None:
    """Why a customer is never declined, or None (CUS-07)."""
    if customer is None:
        return None
    return next((Words(why) for flag, why in _NEVER.items() if getattr(customer, flag)), None)


def exception(case: Inquiry) -> dict[str, Any] | None:
    """The supervisor's exception for this inquiry: value (the reason), at, by."""
    return (case.steps or {}).get(EXCEPTION)


def farewell(facts: Facts) -> Words:
    """The polite refusal that a co-loader is sent, naming the lanes on which he is welcome (INQ-14)."""
    regions = [ports.REGIONS[code] for code in served(facts) if code in ports.REGIONS]
    named: Words | str = Words(regions[0]) if regions else ""
    for each in regions[1:]:
        named = Words(N_("%(before)s, %(next)s"), before=named, next=Words(each))
    return Words(
        N_("Thank you for your inquiry. %(lane)s is not among the lanes that we handle for co-loaders, and we would rather say so"
           " at once than keep you waiting. For %(regions)s we have good prices: please ask us at any time."),
        lane=facts.case.lane or "", regions=named,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ needs


def off_lane(act: Act) -> Words | None:
    """Only a co-loader's inquiry off his lanes can be declined for its lane (INQ-14)."""
    if is_off(act.facts):
        return None
    return Words(N_("This customer is served on this lane."))


def may_decline(act: Act) -> Words | None:
    """VIPs and state-owned companies are never declined (CUS-07), nor what a supervisor has decided to serve."""
    if exception(act.case):
        return Words(N_("A supervisor has decided to serve this lane for this inquiry."))
    return never_declined(act.case.customer)


def no_exception_yet(act: Act) -> Words | None:
    """An exception is made once; a customer who is never declined needs none."""
    return may_decline(act)


def serves(act: Act) -> Words | None:
    """A price for a co-loader off his lanes needs a supervisor's exception first (CUS-03)."""
    if not is_off(act.facts) or may_decline(act) is not None:
        return None
    return Words(N_("Co-loaders are not served on this lane: decline politely, or a supervisor makes an exception."))


def declinable(act: Act) -> Words | None:
    """For an outcome that is chosen: a customer who is never declined has no inquiry that ends so (CUS-07)."""
    return never_declined(act.case.customer) if act.data.get("outcome") == DECLINED else None


# ------------------------------------------------------------------------------------------ effects


def decline(act: Act) -> None:
    """The inquiry ends declined; what the customer was told stands in the contact."""
    act.case.outcome = DECLINED


def serve(act: Act) -> None:
    """Note the supervisor's exception with his reason (CUS-03)."""
    noted = {"value": act.data["reason"], "at": act.at.isoformat(), "by": act.who.name}
    act.case.steps = {**(act.case.steps or {}), EXCEPTION: noted}

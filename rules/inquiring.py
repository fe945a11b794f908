"""What the moves of an inquiry ask and change: goods, price that is not out, follow-ups, booking, outcome (INQ-01 to INQ-12,
INQ-20, INQ-23, INQ-24)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import Department
from rules import cargo_asks, cargo_data, clocks, effects, follow_ups, lanes, questions
from rules.cargo_data import ASKS, OVERSIZED
from rules.cargo_weigh import weigh
from rules.parties import DEPARTMENT, Party
from rules.store import Tx
from rules.words import N_, Refused, Words
from rules.workflow import Act, flow_of

ROUTE_DESK, BULK_DESK = "HX", "SZH"  # as the reference data begins
RUNNING = ("open", "info_missing", "with_desk", "with_supervisor", "reopened")
BOXED = ("many", "tick")  # nothing is sent of them when nothing is ticked
COLUMNS = ("genuine", "likely")


# ------------------------------------------------------------------------------------------ goods


def begin(tx: Tx, case: Any, data: dict[str, Any]) -> None:
    """The goods of a new inquiry: what was recognised and accepted while it was logged, else what the waybill says; and how
    often this customer has asked since his last booking (INQ-01, INQ-24)."""
    told: dict[str, Any] = dict(data.get("piece") or {})
    shipment = data.get("shipment")
    if shipment is not None:
        its = {
            "cargo_name": shipment.cargo,
            "pieces": shipment.pieces,
            "weight_g": shipment.weight_g,
            "volume_l": shipment.volume_l,
        }
        told = {code: value for code, value in its.items() if value} | told
    case.lane = data.get("lane") or told.pop("lane", None)
    told.pop("lane", None)
    for code, place in zip(("origin", "destination"), ends(case.lane), strict=False):
        told.setdefault(code, place)
    case.goods = data.get("goods") or "general"
    if case.topic == "price":
        case.cargo = weigh(tx.session, case.office_id, told, case.lane)
        before = follow_ups.unbooked(tx.session, case.customer_id)
        case.steps = {"unbooked": {"value": before}} if before else {}


def ends(lane: str | None) -> tuple[str, ...]:
    """Origin and destination of a lane that is written with an arrow or a dash; else nothing."""
    parts = [part.strip() for part in (lane or "").replace("->", "→").replace("—", "→").replace("-", "→").split("→")]
    return (parts[0], parts[-1]) if len(parts) > 1 and parts[0] and parts[-1] else ()


def price_only(act: Act) -> Words | None:
    """Only a price inquiry has goods to ask about."""
    return None if act.case.topic == "price" else Words(N_("Only a price inquiry has this."))


def note_goods(act: Act) -> None:
    """What is known of the goods, from the form as a whole: an emptied field is forgotten, what another kind of goods asks
    stays. Another kind runs another clock (CF-01)."""
    case, data = act.case, act.data
    case.goods = data.get("goods") or case.goods
    case.lane = data.get("lane", case.lane)
    for name in COLUMNS:
        if name in data:
            setattr(case, name, {"yes": True, "no": False}.get(data[name] or ""))
    if case.goods == "break_bulk" and "goods" in data:
        case.direct_contact = bool(data.get("direct_contact"))
    case.cargo = weigh(act.write.session, case.office_id, _told(case, data), case.lane)
    case.title = f"{case.lane} {case.asked}"[:300] if case.lane else case.asked
    _rerun(act)


def _told(case: Any, data: dict[str, Any]) -> dict[str, Any]:
    cargo = {**(case.cargo or {}), **{code: data[code] for code in ASKS if code in data}}
    if "goods" in data:  # the whole form, not one field alone
        cargo["untold"] = data.get("untold") or []
        for ask in cargo_data.BY_GOODS[case.goods]:
            if ask.kind in BOXED and ask.code not in data:
                cargo[ask.code] = []
    held = {code: value for code, value in cargo.items() if value not in (None, "", [])}
    held["untold"] = [code for code in held.get("untold", ()) if code not in held]
    return held


def _rerun(act: Act) -> None:
    """The clock of the full answer runs for goods that are analysed first, from the customer's call on, and for no others."""
    tx, case = act.write, act.case
    rule = next(rule for rule in flow_of(case).clocks if rule.name == "full")
    figure, runs = rule.figure(case), any(clock.name == "full" for clock in clocks.of_case(tx.session, case))
    if figure is None and runs:
        clocks.stop(tx, case, {"full"})
    elif figure is not None and not runs and case.state in RUNNING:
        clocks.start(tx, case, rule, figure, case.waiting_since)
        if case.state == "info_missing":
            clocks.pause(tx, case, clocks.CUSTOMER, {"full"})


# ------------------------------------------------------------------------------------------ price, follow-ups


def quotable(act: Act) -> Words | None:
    """Need of every step towards a quotation: the fields of the kind of goods are known (INQ-02 to INQ-06, INQ-20)."""
    known = act.facts.sources if act.tx is not None or act.facts.has("price_sources") else []
    return cargo_asks.quotable(act.case, known)


def ask_about_it(act: Act) -> None:
    """Effect of a quotation that went out: the customer is asked about it later (INQ-11)."""
    follow_ups.after_quote(act.write, act.case)


def price_pending(act: Act) -> None:
    """The market price is not out: what the customer was told meanwhile, and a report on the next working day, which is the
    time promised to him (INQ-10)."""
    tx, case = act.write, act.case
    case.price_pending_at = act.at
    at = follow_ups.price_pending(tx, case)
    rule = next(rule for rule in flow_of(case).clocks if rule.name == "promised")
    if not any(clock.name == "promised" for clock in clocks.of_case(tx.session, case)):
        clocks.start_promised(tx, case, rule, at)
    effects.log_told(act, act.data["text"])


def some_follow_up(act: Act) -> Words | None:
    """There is something to come back about."""
    found = follow_ups.standing(act.facts.session, act.case)
    return None if found else Words(N_("No follow-up waits here."))


def followed_up(act: Act) -> None:
    """The follow-up is done: what the customer said stays on record; a visit may be planned (INQ-11)."""
    case = act.case
    first = follow_ups.standing(act.write.session, case)[0]
    first.closed_at = act.at
    if first.note == follow_ups.PRICE:
        case.price_pending_at = None
    effects.heard(act)
    if act.data.get("visit_at"):
        plan_visit(act)


def plan_visit(act: Act) -> None:
    """A visit instead of dropping a customer who asks and does not order (INQ-24). Raises Refused (422) for a past moment."""
    if act.data["visit_at"] <= act.at:
        raise Refused(Words(N_("That moment is past; choose a later one.")), 422, "visit_at")
    follow_ups.visit(act.write, act.case, act.data["visit_at"])


# ------------------------------------------------------------------------------------------ booking


def bookable(act: Act) -> Words | None:
    """What a booking waits for: MSDS, reefer settings, the overweight answer, figures that fit (D-09, BKG-07 to BKG-09)."""
    return cargo_asks.bookable(act.case)


def booked(act: Act) -> None:
    """The consignment note came: from now on the job is booked and stays with its owner until it sails. Special goods are
    priced a second time at once: the desk that priced them is asked for a better price (INQ-12); so is a direct customer's
    job off the strong lanes, for a price to compare (INQ-14)."""
    tx, case = act.write, act.case
    case.booked_at, case.outcome = act.at, "won"
    if case.goods in OVERSIZED or lanes.compares(case):
        row = desk(act, BULK_DESK if case.goods == "break_bulk" else ROUTE_DESK)
        whom = Party(DEPARTMENT, row.name if row else ROUTE_DESK, row.id if row else None)
        questions.ask(tx, case, whom, act.data.get("question") or case.title)


def has_stuffing(act: Act) -> Words | None:
    """Operations are told where goods are hauled or stuffed by us, once (INQ-20)."""
    cargo, steps = act.case.cargo or {}, act.case.steps or {}
    ours = cargo.get("stuffing") in ("haulage", "in_house")
    return None if ours and "operations" not in steps else Words(N_("There is nothing to tell operations."))


def tell_operations(act: Act) -> None:
    """Operations have been told of the haulage or the stuffing (INQ-20)."""
    act.case.steps = {
        **(act.case.steps or {}),
        "operations": {"value": True, "at": act.at.isoformat(), "by": act.who.display},
    }


def operations_told(act: Act) -> Words | None:
    """A booked job with haulage or stuffing in our warehouse is not closed before operations know of it (INQ-20)."""
    if act.case.booked_at is None or has_stuffing(act) is not None:
        return None
    return Words(N_("Operations have not been told of the haulage or stuffing yet."))


def desk(act: Act, code: str) -> Department | None:
    """Another desk by its code, or None where the office does not have it."""
    return act.facts.session.scalars(select(Department).where(Department.code == code, Department.active)).first()


# ------------------------------------------------------------------------------------------ outcome


def quoted(act: Act) -> bool:
    """Whether the customer was given a price."""
    return act.facts.has("quotations") and any(q.sent_at is not None for q in act.facts.quotations)


def conclude(act: Act) -> None:
    """How the inquiry ended: won, lost to whom at which price, declined, answered. A price that was given wants an outcome
    (INQ-11), satisfaction is optional (INQ-23, D-09). Raises Refused (422) at the field that is missing."""
    case, data = act.case, act.data
    outcome = data.get("outcome") or case.outcome
    if outcome in (None, "answered") and quoted(act):
        raise Refused(Words(N_("A price was given: say how it ended, won, lost or declined.")), 422, "outcome")
    if outcome == "lost" and not (data.get("lost_to") or case.lost_to):
        raise Refused(Words(N_("Say to whom it was lost; “unknown” is an answer.")), 422, "lost_to")
    case.outcome = outcome or "answered"
    for name in ("lost_to", "lost_minor", "outcome_note"):
        if data.get(name) is not None:
            setattr(case, name, data[name])
    if case.lost_minor is not None:
        case.lost_currency = data.get("lost_currency") or case.lost_currency or "CNY"
    if data.get("satisfied"):
        case.satisfied = data["satisfied"] == "yes"


def reopened(act: Act) -> None:
    """A reopened inquiry ends anew; one that is booked stays won."""
    if act.case.booked_at is None:
        act.case.outcome = None

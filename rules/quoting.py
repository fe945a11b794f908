"""Quotations as versions: drafted, reviewed by another person, sent as they were approved, found wrong (INQ-16, 17, 18, 22).

One version is in hand at a time (draft, in review, or approved and not sent); those that were sent stay as they are. What
was sent is followed by a supplementary version, what was wrong by one that replaces it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from models import Quotation, QuotationLine, Tariff
from rules import quoting_lines, quoting_margin, quoting_sources, speaking
from rules.fields import minor_units
from rules.policy import unseen
from rules.proofreading import Way
from rules.words import N_, Refused, Words
from rules.workflow import Act

BEGUN = ("draft", "review", "approved")
SPOKEN = ("phone", "visit")
STATUSES = {
    "draft": N_("Draft"), "review": N_("In review"), "approved": N_("Ready to be sent"), "sent": N_("Sent"),
    "faulty": N_("Was wrong"), "dropped": N_("Dropped"),
}  # fmt: skip
APOLOGY = N_(
    "We told you a wrong price in our quotation %(ref)s-%(number)s, and we are sorry: %(reason)s. Please do not use it; the"
    " corrected quotation follows at once."
)


def versions(act: Act) -> list[Quotation]:
    """All versions, oldest first; a page asks the database only when there are some."""
    return act.facts.quotations if act.tx is not None or act.facts.has("quotations") else []


def lane_of(case: Any) -> str | None:
    """The lane that is quoted: as asked, else that of the waybill."""
    goods = case.shipment
    if case.lane or goods is None or not (goods.origin and goods.destination):
        return str(case.lane) if case.lane else None
    return f"{goods.origin}→{goods.destination}"


def unchanged(quotation: Quotation, case: Any) -> bool:
    """Whether a version stands as it was approved, for the lane that it was approved for."""
    return quotation.status != "approved" or quotation.content == quoting_lines.fingerprint(quotation, lane_of(case))


def begun(act: Act, *statuses: str) -> Quotation | None:
    """The version in hand, of one of these statuses."""
    return next((q for q in reversed(versions(act)) if q.status in (statuses or BEGUN)), None)


# ------------------------------------------------------------------------------------------ writing


def draft(act: Act) -> None:
    """A new version; after one that was sent it is supplementary (INQ-17)."""
    sent = any(q.status == "sent" for q in versions(act))
    made = Quotation(
        case_id=act.case.id, number=_next(act), status="draft", reasons=[], lines=[], supplementary=sent,
        made_by_id=act.who.user_id, made_at=act.at, edited_by_id=act.who.user_id,
    )  # fmt: skip
    _fill(act, made)
    act.write.add(made)


def edit(act: Act) -> None:
    """Change the version in hand; an approval given before is void."""
    found: Any = _in_hand(act, "draft", "approved")
    _fill(act, found)
    found.status, found.content, found.edited_by_id = "draft", None, act.who.user_id
    found.reviewed_by_id = None
    found.reviewed_at = None
    found.review_asked_at = None


def drop(act: Act) -> None:
    """Give the version in hand up; it stays on record."""
    _in_hand(act, "draft", "approved").status = "dropped"


def _next(act: Act) -> int:
    return max([0, *(int(q.number) for q in versions(act))]) + 1


def _in_hand(act: Act, *statuses: str) -> Quotation:
    found = begun(act, *statuses)
    if found is None:
        raise Refused(Words(N_("There is no quotation to do this with.")))
    return found


def _fill(act: Act, quotation: Quotation) -> None:
    """Take the form over, and say anew why a supervisor has to look at it."""
    data = act.data
    wanted = [quoting_lines.line(row) for row in data.get("lines") or ()]
    if data.get("tariff"):
        wanted.append(_of_tariff(act, data["tariff"]))
    if not wanted:
        raise Refused(Words(N_("Write at least one charge.")), 422, "lines")
    _replace(act, quotation, wanted)
    source = quoting_sources.usable(act, data.get("source_id"))
    quotation.source_id, quotation.basis = (source.id if source else None), data.get("basis") or "margin"
    quotation.currency = data.get("cost_currency") or wanted[0].currency
    quotation.cost_minor = _cost(quotation, data, source)
    quotation.valid_until, quotation.remark = data.get("valid_until"), data.get("remark")
    written = "\n".join(filter(None, (quotation.remark, *(row.get("text") for row in data.get("lines") or ()))))
    speaking.check(act.write, written, Way("customer", "print", act.case.office_id, act.case, "remark", own=False))
    quotation.indicative = bool(data.get("indicative"))
    _against(quotation, data)
    quoting_margin.check_basis(quotation.basis, act.case.customer, quotation)
    _no_floor_in_writing(act, quotation)
    quotation.reasons = quoting_margin.reasons(quotation, act.case.customer, act.who)
    quotation.must_review = bool(quotation.reasons)


def _no_floor_in_writing(act: Act, quotation: Quotation) -> None:
    """A co-loader's charge at the floor price of a tariff is told by mouth: no other basis may carry it (INQ-16). Raises
    Refused (422)."""
    customer = act.case.customer
    if quotation.basis == "floor" or customer is None or customer.grouping != "coloader":
        return
    floors = select(Tariff.item, Tariff.unit, Tariff.currency, Tariff.floor_minor).where(
        Tariff.office_id == act.case.office_id, Tariff.withdrawn_at.is_(None), Tariff.floor_minor < Tariff.selling_minor
    )
    known = {tuple(row) for row in act.write.session.execute(unseen(floors))}
    if any((q.item, q.unit, q.currency, q.amount_minor) in known for q in quoting_lines.counting(quotation.lines)):
        raise Refused(Words(N_("This is a floor price: choose “Floor price, oral only”.")), 422, "basis")


def _replace(act: Act, quotation: Quotation, wanted: list[QuotationLine]) -> None:
    """Charges that are the same stay, others are taken out, new ones are added."""
    left = list(wanted)
    for old in quoting_lines.counting(quotation.lines):
        twin = next((new for new in left if quoting_lines.same(new) == quoting_lines.same(old)), None)
        if twin is None:
            old.struck_at = act.at
        else:
            left.remove(twin)
    quotation.lines.extend(left)


def _cost(quotation: Quotation, data: dict[str, Any], source: Any) -> int | None:
    if data.get("cost") is not None:
        return minor_units(data["cost"], quotation.currency)
    if source is None or source.currency != quotation.currency:
        return None
    return quoting_margin.cost_of(quotation, source)


def _against(quotation: Quotation, data: dict[str, Any]) -> None:
    """A reduction against a competitor names his price and the reason (INQ-18)."""
    price, why = data.get("competitor_price"), data.get("reduction")
    if why and price is None:
        raise Refused(Words(N_("Write the competitor's price.")), 422, "competitor_price")
    if price is not None and not why:
        raise Refused(Words(N_("Write why we should reduce.")), 422, "reduction")
    quotation.competitor, quotation.reduction = data.get("competitor"), why
    quotation.competitor_minor = None if price is None else minor_units(price, quotation.currency)


def _of_tariff(act: Act, tariff_id: int) -> QuotationLine:
    """One charge from the tariff table, at the price that goes with the basis (INQ-16, INQ-19)."""
    wanted = select(Tariff).where(Tariff.id == tariff_id, Tariff.office_id == act.case.office_id)
    found: Tariff | None = act.write.session.scalar(unseen(wanted))
    if found is None or found.withdrawn_at is not None:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "tariff")
    floor = act.data.get("basis") == "floor" and found.floor_minor is not None
    return QuotationLine(
        item=found.item, amount_minor=found.floor_minor if floor else found.selling_minor, currency=found.currency,
        unit=found.unit, quantity_m=1000, tariff_id=found.id, includes=found.remark if found.item == "all_in" else None,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ review


def submit(act: Act) -> None:
    """Ask any free supervisor; whoever asked does not decide (INQ-17, CF-22)."""
    found = _in_hand(act, "draft")
    found.reasons = quoting_margin.reasons(found, act.case.customer, act.who)
    found.must_review, found.status, found.review_asked_at = True, "review", act.at
    found.review_note = None
    act.case.asked_review_id = act.who.user_id


def finish(act: Act) -> None:
    """A version that nobody has to look at is ready as it stands. Raises Refused (409) when that has changed meanwhile."""
    found = _in_hand(act, "draft")
    found.reasons = quoting_margin.reasons(found, act.case.customer, act.who)
    found.must_review = bool(found.reasons)
    if found.must_review:
        raise Refused(Words(N_("A supervisor has to look at this quotation first.")))
    found.status, found.content = "approved", quoting_lines.fingerprint(found, lane_of(act.case))


def take_back(act: Act) -> None:
    """Back to a draft, as long as nobody has decided."""
    _in_hand(act, "review").status = "draft"
    act.case.asked_review_id = None


def approve(act: Act) -> None:
    """Another person's signature, on exactly these charges."""
    found = _in_hand(act, "review")
    found.status, found.content = "approved", quoting_lines.fingerprint(found, lane_of(act.case))
    found.reviewed_by_id, found.reviewed_at = act.who.user_id, act.at
    act.case.asked_review_id = None


def give_back(act: Act) -> None:
    """Back to whoever made it, with the reason."""
    found = _in_hand(act, "review")
    found.status, found.review_note = "draft", act.data["reason"]
    act.case.asked_review_id = None


# ------------------------------------------------------------------------------------------ sending


def send(act: Act) -> None:
    """Record that the version went out, in the words that `words` holds: those made from its charges by whoever shows the page,
    never typed ones. A floor price is only told by mouth, and its figures stay out of the words (INQ-16)."""
    found, channel = _in_hand(act, "approved"), act.data.get("channel")
    if not unchanged(found, act.case):
        raise Refused(
            Words(N_("This is not what was approved any more: change the draft and have it looked at again."))
        )
    if found.valid_until is not None and found.valid_until < act.at.date():
        raise Refused(Words(N_("The day until which this price holds has passed: change the draft.")))
    if found.basis == "floor" and channel not in SPOKEN:
        raise Refused(Words(N_("A floor price is told by phone or in person only, never in writing.")), 422, "channel")
    if not act.data.get("words"):
        raise Refused(Words(N_("Send the quotation from its own form.")))
    found.status, found.sent_at, found.sent_by_id = "sent", act.at, act.who.user_id
    found.channel, found.oral = channel, channel in SPOKEN
    speaking.said(
        act.write, case=act.case, office_id=act.case.office_id, audience="customer", channel=channel,
        party=act.data.get("party"), text=act.data["words"], field="channel", own=False,
    )  # fmt: skip


def fault(act: Act) -> None:
    """A version that was sent was wrong: it says so, and a draft that replaces it begins with its charges (INQ-22)."""
    number = act.data.get("number")
    sent = [q for q in versions(act) if q.status == "sent" and str(number or q.number) == str(q.number)]
    if not sent:
        raise Refused(Words(N_("Choose the version that was wrong.")), 422, "number")
    wrong = sent[-1]
    wrong.status, wrong.fault = "faulty", act.data["reason"]
    kept = {
        name: getattr(wrong, name) for name in ("basis", "source_id", "cost_minor", "currency", "remark", "indicative")
    }
    made = Quotation(
        **kept, case_id=act.case.id, number=_next(act), status="draft", supplementary=wrong.supplementary,
        reasons=[], made_by_id=act.who.user_id, made_at=act.at, edited_by_id=act.who.user_id, replaces_id=wrong.id,
        valid_until=_still(wrong.valid_until, act.at.date()),
        lines=[QuotationLine(**{name: getattr(line, name) for name in quoting_lines.SAME})
               for line in quoting_lines.counting(wrong.lines)],
    )  # fmt: skip
    made.reasons = quoting_margin.reasons(made, act.case.customer, act.who)
    made.must_review = bool(made.reasons)
    act.write.add(made)


def _still(until: date | None, today: date) -> date | None:
    return until if until is not None and until >= today else None


def apology(quotation: Quotation, ref: str) -> Words:
    """What is said about a version that was wrong (INQ-22)."""
    return Words(APOLOGY, ref=ref, number=quotation.number, reason=quotation.fault or "")


def oral_words(quotation: Quotation, ref: str) -> Words:
    """What the record says of a floor price told by mouth: that it was, not how much."""
    return Words(N_("Floor price told by mouth (quotation %(ref)s-%(number)s)"), ref=ref, number=quotation.number)

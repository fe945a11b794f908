"""Where a price comes from: the own route desk first, outside sources only after approval, all side by side (INQ-13, INQ-15)."""

from __future__ import annotations

from typing import Any

from models import PriceSource
from rules import telling
from rules.fields import minor_units
from rules.needs import personal
from rules.prices import UNITS
from rules.words import N_, Refused, Words
from rules.workflow import Act

KINDS = {
    "own": N_("Own route desk"),
    "wholesaler": N_("Lane wholesaler"),
    "carrier": N_("Carrier"),
    "fleet": N_("Truck fleet"),
    "outside": N_("Outside source"),
}
GRADE = 3  # the company's own review of an outside source (appendix B)


def add(act: Act) -> None:
    """Note what somebody asks. A source that has no price is noted all the same, with nothing as amount."""
    data = act.data
    if data.get("kind") == "outside" and not any(s.kind == "own" for s in act.facts.sources):
        why = N_("Ask our own route desk first and note its answer, then an outside source.")
        raise Refused(Words(why), 422, "kind")
    act.write.add(PriceSource(
        case_id=act.case.id, kind=data.get("kind") or "own", name=data["name"], currency=data.get("currency") or "CNY",
        amount_minor=minor_units(data.get("amount") or 0, data.get("currency") or "CNY"), unit=data.get("unit") or "kg",
        valid_until=data.get("valid_until"), remark=data.get("remark"), by_id=act.who.user_id, at=act.at,
    ))  # fmt: skip


def approve(act: Act) -> None:
    """Let an outside source be used. Raises Refused: 422 for none that waits, 403 for whoever entered it."""
    found = next((s for s in act.facts.sources if s.id == act.data.get("source") and waits(s)), None)
    if found is None:
        raise Refused(Words(N_("Choose the source.")), 422, "source")
    if found.by_id == act.who.user_id:
        raise Refused(Words(N_("You entered this source yourself; another supervisor approves it.")), 403)
    found.approved_by_id, found.approved_at = act.who.user_id, act.at


def waits(source: PriceSource) -> bool:
    """Whether a source still has to be approved before it may be used."""
    return source.kind == "outside" and source.approved_at is None


def usable(act: Act, source_id: Any) -> PriceSource | None:
    """The source chosen for a quotation. Raises Refused (422): unknown, without a price, expired, or not approved."""
    if source_id is None:
        return None
    found = next((s for s in act.facts.sources if str(s.id) == str(source_id)), None)
    if found is None or not found.amount_minor:
        raise Refused(Words(N_("Choose a source that has a price.")), 422, "source_id")
    if waits(found):
        raise Refused(
            Words(N_("This outside source has not been approved: it cannot be quoted from.")), 422, "source_id"
        )
    if found.valid_until is not None and found.valid_until < act.at.date():
        raise Refused(Words(N_("This source's price is no longer valid.")), 422, "source_id")
    return found


def words(source: PriceSource) -> Words:
    """A source as people read it: "Carrier CZ ¥4.20 per kg"."""
    kind, unit = Words(KINDS.get(source.kind, source.kind)), Words(UNITS.get(source.unit, source.unit))
    if not source.amount_minor:
        return Words(N_("%(kind)s %(name)s: no price"), kind=kind, name=source.name)
    price: Any = telling.money(source.amount_minor, source.currency)
    return Words(N_("%(kind)s %(name)s %(amount)s per %(unit)s"), kind=kind, name=source.name, amount=price, unit=unit)


# ------------------------------------------------------------------------------------------ needs


@personal
def high_enough(act: Act) -> Words | None:
    """The company's review of a source is a supervisor's of grade 3 or higher."""
    return None if act.who.grade >= GRADE else Words(N_("This needs grade %(grade)s or higher."), grade=GRADE)


def some_unapproved(act: Act) -> Words | None:
    """There is an outside source that waits."""
    known = act.facts.sources if act.tx is not None or act.facts.has("price_sources") else []
    return None if any(waits(s) for s in known) else Words(N_("No source waits for approval."))

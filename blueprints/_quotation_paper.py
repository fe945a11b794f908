"""A quotation as the customer has it: its lane, its words, its paper; nothing of what it costs us (INQ-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from blueprints._words import speaking, words
from models import Quotation
from rules import cargo_asks, quoting, quoting_lines, telling
from rules.store import now
from rules.words import N_, Words


@dataclass
class Sheet:
    """A quotation on A4; see prints/quotation.html."""

    title: str
    ref: str
    office: str
    facts: list[tuple[str, Any]]
    rows: list[Any]
    totals: list[str]
    notes: list[Any]
    printed: Any


def sheet(case: Any, q: Quotation) -> Sheet:
    """The paper of a version that was approved: its charges and nothing of what they cost us."""
    zone = ZoneInfo(case.office.zone)

    def day(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""

    customer = case.customer.name if case.customer else case.caller_name
    facts: list[tuple[str, Any]] = [
        (N_("Customer"), customer), (N_("Lane"), quoting.lane_of(case)), (N_("Date"), day(q.sent_at or q.reviewed_at or now())),
        (N_("Valid until"), q.valid_until.isoformat() if q.valid_until else None),
    ]  # fmt: skip
    notes = [Words(N_("Indicative: the carrier's new price is not out yet."))] if q.indicative else []
    notes += [*cargo_asks.subject_to(case), *([Words(N_("Remark: %(text)s"), text=q.remark)] if q.remark else [])]
    return Sheet(
        N_("Quotation"), f"{case.ref}-{q.number}", case.office.name, [pair for pair in facts if pair[1]],
        [(quoting_lines.name(each), each.includes, quoting_lines.rate(each), quoting_lines.quantity(each),
          telling.money(quoting_lines.amount(each), each.currency)) for each in quoting_lines.counting(q.lines)],
        [telling.money(minor, code) for code, minor in quoting_lines.totals(q.lines).items()], notes, day(now()),
    )  # fmt: skip


def customer_text(q: Quotation, case: Any, language: str) -> str:
    """What is recorded as told: the charges in the customer's language, of a floor price only that it was told."""
    with speaking(language if language in ("zh", "en") else "zh"):
        if q.basis == "floor":
            return words(quoting.oral_words(q, case.ref))
        return "\n".join(words(each) for each in told(q, case))


def told(q: Quotation, case: Any) -> list[Words]:
    """What the customer is told, line by line, and what the price is subject to, such as a missing MSDS (D-09)."""
    found = quoting_lines.told(q, case.ref, quoting.lane_of(case))
    return [*found, *cargo_asks.subject_to(case)] if found else []

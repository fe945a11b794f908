"""The record of an inquiry and its quotations (询、报价记录单) on paper: who asked, who was asked, what was quoted (INQ-21).

Prices that we pay and floor prices stay off it: of those who were asked it says whom, when, and who answered, not what he said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from blueprints import _inquiry_view
from blueprints._rows import CHANNEL_NAMES
from blueprints._words import shown_phone, shown_text
from models import db
from rules import printing, quoting_lines
from rules.cargo_data import GOODS
from rules.facts import Facts
from rules.store import Actor, now
from rules.words import N_, Words


@dataclass
class Record:
    """See prints/record.html."""

    title: str
    ref: str
    office: str
    facts: list[Any]
    goods: list[Any]
    asked: list[Any]
    quotations: list[Any]
    outcome: list[Any]
    lines: tuple[str, ...]
    printed: Words


def sheet(case: Any, who: Actor) -> Record:
    """The record as it stands now; of quotations those that were sent and not by mouth as a floor price."""
    facts, zone = Facts(db.session(), case), ZoneInfo(case.office.zone)

    def told(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    sent = [q for q in facts.quotations if q.sent_at is not None and q.basis != "floor"]
    printed = Words(
        N_("Printed %(when)s by %(name)s; times of %(zone)s"), when=told(now()), name=who.name, zone=case.office.zone
    )
    return Record(
        printing.TITLES[printing.RECORD], case.ref, case.office.name, _facts(case, told(case.waiting_since)),
        _inquiry_view.facts(case),
        [(q.whom, told(q.asked_at), q.answered_by or "", told(q.answered_at)) for q in facts.questions],
        [(told(q.sent_at), f"{q.made_by.display} {q.made_by.name}", quoting_lines.told(q, case.ref, case.lane)) for q in sent],
        _inquiry_view.outcome(case), (N_("Handled by"), N_("Reviewed by"), N_("Operations")), printed,
    )  # fmt: skip


def _facts(case: Any, received: str) -> list[Any]:
    person = case.contact
    asker = person.name if person else case.caller_name
    phone = (person.phone or person.landline) if person else case.caller_phone
    pairs: list[tuple[str, Any]] = [
        (N_("Customer"), case.customer.name if case.customer else ""), (N_("Contact person"), asker),
        (N_("Phone"), shown_phone(phone)),
        (N_("Channel"), CHANNEL_NAMES[case.channel]), (N_("Received"), received), (N_("Lane"), case.lane),
        (N_("Goods"), dict(GOODS)[case.goods]), (N_("The question in one line"), shown_text(case.asked)),
        (N_("Owner"), f"{case.owner.display} {case.owner.name}"),
    ]  # fmt: skip
    return [(label, value) for label, value in pairs if value]

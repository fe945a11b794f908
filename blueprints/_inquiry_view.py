"""What the page of an inquiry shows besides the talk: what is known of the goods, what is missing, what comes next (INQ-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from blueprints._look import Look, Shown
from blueprints._words import listed, shown_text, words
from models import db
from rules import cargo_asks, follow_ups, telling
from rules.cargo_data import ANALYSED, ASKS, BOOKING, DESK, OVERSIZED, QUOTE, Ask
from rules.facts import Facts
from rules.words import N_, Words
from workflows.inquiry_forms import OUTCOMES

KNOWN = N_("What we know of the goods")
GENUINE = N_("Genuine")
YES_NO = {True: N_("yes"), False: N_("no")}
MANY_TIMES = 3  # asked so often without an order: a visit is better than to drop him
GAP = N_(
    "Hello, to quote you exactly we still need: %(what)s. The more complete the data, the more accurate and the sooner the price."
)


LATER = N_(
    "Hello, the price of these goods has to be worked out first. We call you back by %(hour)s, with the price or with how far"
    " we are."
)


@dataclass
class Goods:
    """See inquiry/_goods.html."""

    ticks: list[Any]
    notes: list[Any]
    form: Shown | None
    fields: list[Any]
    words: str | None
    gaps: bool
    later: bool
    why: str | None
    subject: list[Words]


@dataclass
class Ahead:
    """See inquiry/_ahead.html."""

    waiting: list[Any]
    moves: list[Shown]
    blocked: list[Any]
    notes: list[Any]
    outcome: list[Any]


def ticks(look: Look) -> tuple[tuple[Any, ...], Any]:
    """Known and missing fields of the goods as chips, the missing ones first in time of need; nothing for other questions."""
    return tuple(_chips(look.case)), KNOWN


def _chips(case: Any) -> list[Any]:
    found: list[Any] = []
    for ask in cargo_asks.asks(case):
        if cargo_asks.has(case, ask):
            found.append(
                (Words(N_("%(field)s: %(value)s"), field=Words(ask.label), value=_value(ask, case.cargo)), True)
            )
    return found + [(Words(ask.label), False) for ask in cargo_asks.missing(case, *_needed(case))]


def _needed(case: Any) -> tuple[str, ...]:
    """What counts as missing now: for special goods what their desk needs, once quoted what a booking needs."""
    steps: tuple[str, ...] = (QUOTE, DESK) if case.goods in OVERSIZED else (QUOTE,)
    return (*steps, BOOKING) if case.state in ("answered", "booked") else steps


def _value(ask: Ask, cargo: dict[str, Any]) -> Any:
    value = cargo.get(ask.code)
    if value in (None, "", []):
        return Words(N_("not told"))
    if ask.kind == "weight":
        return f"{value / 1000:g} kg"
    if ask.kind == "volume":
        return f"{value / 1000:g} m³"
    names = dict(ask.choices)
    if ask.kind == "many":
        return listed(Words(names[code]) for code in value if code in names)
    return Words(names[value]) if ask.kind == "pick" and value in names else shown_text(str(value))


def facts(case: Any) -> list[tuple[str, Any]]:
    """What is known of the goods as (label, value), for paper; what the desk found out itself, such as costs, stays off it."""
    return [(a.label, _value(a, case.cargo)) for a in cargo_asks.asks(case) if not a.ours and cargo_asks.has(case, a)]


def cargo_said(cargo: dict[str, Any]) -> str:
    """The goods as they stood, for the history: every field that was known, and those that the customer left open."""
    known = [code for code in cargo if code in ASKS]
    left = [Words(ASKS[code].label) for code in cargo.get("untold", ()) if code in ASKS]
    line = N_("%(field)s: %(value)s")
    found = [Words(line, field=Words(ASKS[code].label), value=_value(ASKS[code], cargo)) for code in known]
    return listed(
        [*found, Words(line, field=Words(N_("The customer leaves open")), value=listed(left))] if left else found
    )


def goods(look: Look) -> Goods | None:
    """What is known and missing of the goods of a price inquiry, and the form that notes it."""
    case = look.case
    if case.topic != "price":
        return None
    form = next(iter(look.able("facts")), None)
    later = form is not None and case.goods in ANALYSED and case.due_name == "answer"
    return Goods(
        _chips(case), [note for note, _ in cargo_asks.notes(case)], form, _in_order(form, case),
        url_for("inquiries.words", ref=case.ref) if form is not None and (asks(case) or later) else None, bool(asks(case)), later,
        _why(case),
        cargo_asks.subject_to(case),
    )  # fmt: skip


def _why(case: Any) -> str | None:
    """What waits for the chips that are missing."""
    if cargo_asks.sendable(case) is not None:
        return N_("Neither sent to the desk nor quoted before this is known.")
    return None if cargo_asks.quotable(case) is None else N_("Not quoted before this is known.")


def _in_order(form: Shown | None, case: Any) -> list[Any]:
    """The form's fields as one asks: kind and lane, the goods in the order of their kind, then what the desk thinks of it."""
    if form is None:
        return []
    first = ["goods", "lane", *(ask.code for ask in cargo_asks.asks(case))]
    return sorted(form.form, key=lambda field: first.index(field.name) if field.name in first else len(first))


def asks(case: Any) -> list[Ask]:
    """What the customer is to be asked for; what the desk finds out itself is left out."""
    return [ask for ask in cargo_asks.missing(case, *_needed(case)) if not ask.ours]


def message(case: Any, what: str) -> str:
    """What the customer is told, in the reader's language: everything that is missing (INQ-02, INQ-05), or with `what` later
    that a call-back follows, and by when (INQ-08)."""
    if what == "later":
        full = next((clock.due_at for clock in Facts(db.session(), case).clocks if clock.name == "full"), case.due_at)
        return words(Words(LATER, hour=full))
    return words(Words(GAP, what=cargo_asks.named(asks(case))))


def ahead(look: Look) -> Ahead | None:
    """Follow-ups, a price that is not out, the booking, how often he asked without an order (INQ-10 to INQ-12, INQ-24)."""
    case = look.case
    if case.topic != "price":
        return None
    waiting = [
        (follow_ups.WHAT.get(turn.note or "", ""), turn.due_at)
        for turn in follow_ups.standing(look.facts.session, case)
    ]
    moves = look.able("followed_up", "tell_operations", "booking_came", "price_pending", "plan_visit")
    for shown in moves:
        if shown.name == "booking_came" and "question" in shown.form and not shown.form.question.data:
            shown.form.question.data = words(
                Words(N_("Booked now: %(what)s. Please look for a better price."), what=case.title)
            )
    stands = case.state == "answered"  # before an answer nobody waits for the note
    blocked = [(m.label, (why,)) for m, why in look.offered if stands and m.name == "booking_came" and why is not None]
    before = ((case.steps or {}).get("unbooked") or {}).get("value") or 0
    notes = []
    if before and case.booked_at is None:
        asked = N_("Asked %(n)s times since his last booking.")
        visit = N_("Asked %(n)s times since his last booking: visit him rather than drop him.")
        notes.append(Words(visit if before + 1 >= MANY_TIMES else asked, n=before + 1))
    found = Ahead(waiting, moves, blocked, notes, outcome(case))
    return found if any((waiting, moves, blocked, notes, found.outcome)) else None


def outcome(case: Any) -> list[Any]:
    """What the desk thinks of it, and how it ended, as facts."""
    contact = N_("the bulk desk may talk to the customer") if case.direct_contact else None
    lost = telling.money(case.lost_minor, case.lost_currency or "CNY") if case.lost_minor is not None else None
    pairs = (
        (GENUINE, YES_NO.get(case.genuine)), (N_("Likely to ship"), YES_NO.get(case.likely)), (N_("Direct contact"), contact),
        (N_("Outcome"), dict(OUTCOMES).get(case.outcome or "-")), (N_("Lost to"), case.lost_to), (N_("At which price"), lost),
        (N_("Remark"), shown_text(case.outcome_note)), (N_("Satisfied"), YES_NO.get(case.satisfied)),
    )  # fmt: skip
    return [(label, value) for label, value in pairs if value]

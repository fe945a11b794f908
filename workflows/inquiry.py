"""Inquiries (询价, 查货, call-backs and everything else): no call is without a place (INQ-01, INQ-07 to INQ-12, CF-01).

Quotations, lanes, questions to others, promises and cargo queries bring their moves and clocks along, each from its own file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from models import Inquiry
from rules import cargo_data, effects, inquiring, lanes, needs
from rules.clocks import ClockRule
from rules.newcomer_prices import guard, no_price
from rules.store import Tx
from rules.words import N_
from rules.workflow import ANY, STAY, Move, State, Workflow
from workflows import declining, joining, promising, questioning, quoting, tracing
from workflows.common import (
    ASKED,
    CHASED,
    CONSULT,
    DESK,
    PROMISED,
    SUPPLIED,
    Composed,
    Heard,
    Reason,
    acknowledge,
    consult,
)
from workflows.inquiry_forms import TOPICS, Booking, Goods, InquiryForm, Outcome, Pending, Reaction, Visit, offer

FIGURES = {
    "price": "inquiry.general.first_answer",
    "cargo": "inquiry.cargo.answer",
    "callback": "call.reply",
    "ledger": "ledger.answer",
    "statement": "statement.promise",
    "other": "inquiry.other.answer",
}
OPEN = ("open", "reopened")
WAITING = ("open", "info_missing", "with_desk", "with_supervisor", "reopened")
AGAIN = ("register", "reopen", "chase", "quote_faulty", "unmerge")
# What gives the customer his answer, besides the answer itself.
REPLIES = (*quoting.ANSWERS, *declining.STOPS, "booking_came")


def make(tx: Tx, case: Any, data: dict[str, Any]) -> str:
    """Fill a new inquiry."""
    case.topic, case.asked = data["topic"], data["asked"]
    inquiring.begin(tx, case, data)
    case.title = f"{case.lane} {case.asked}" if case.lane else case.asked
    return "open"


def gist(case: Any) -> dict[str, Any]:
    """Codes for the row of the queue."""
    return {"topic": case.topic, "channel": case.channel}


def full_answer(case: Any) -> str | None:
    """Special, dangerous and break-bulk goods: acknowledged at once, answered within the day (CF-01)."""
    return "inquiry.analysis.answer" if case.topic == "price" and case.goods in cargo_data.ANALYSED else None


def quotations() -> Iterator[Move]:
    """The moves of quotations: none goes on before the goods are known (INQ-02); what was sent is asked about (INQ-11)."""
    for move in quoting.MOVES:
        later = (inquiring.ask_about_it,) if move.name in quoting.ANSWERS else ()
        known = (inquiring.quotable,) if move.name in ("submit_quote", "finish_quote", *quoting.ANSWERS) else ()
        yield replace(move, needs=(*move.needs, *known), then=(*move.then, *later))


GOODS = (
    Move("facts", N_("Note the goods"), ANY, STAY, DESK, (), (inquiring.note_goods,), Goods, when=(inquiring.price_only,),
         place="section", done=N_("Noted"), strict=True),
    Move("price_pending", N_("The price is not out yet"), WAITING, STAY, DESK, (), (no_price, inquiring.price_pending), Pending,
         when=(inquiring.price_only,), place="section", done=N_("Told; it is in your list for the next working day")),
    Move("followed_up", N_("I have come back to him"), ANY, STAY, DESK, (inquiring.some_follow_up,), (inquiring.followed_up,),
         Reaction, when=(inquiring.some_follow_up,), place="section", style="primary", done=N_("Noted what he said")),
    Move("plan_visit", N_("Plan a visit"), ANY, STAY, DESK, (), (inquiring.plan_visit,), Visit, when=(inquiring.price_only,),
         place="section", done=N_("The visit is in your list")),
    Move("booking_came", N_("The consignment note has come"), (*OPEN, "answered"), "booked", DESK, (inquiring.bookable,),
         (inquiring.booked,), Booking, when=(inquiring.price_only,), place="section",
         done=N_("Booked: the matter stays yours until it sails")),
    Move("tell_operations", N_("Operations have been told"), ANY, STAY, DESK, (), (inquiring.tell_operations,),
         when=(inquiring.has_stuffing,), place="section", done=N_("Noted")),
)  # fmt: skip

WORKFLOW = Workflow(
    kind="inquiry", rank=1, prefix="INQ", label=N_("Inquiry"), model=Inquiry, form=InquiryForm, make=make, gist=gist,
    topics=TOPICS,
    stamp=lambda case: dict(TOPICS)[case.gist.get("topic", "price")],
    steps=(N_("Take"), N_("Clarify"), N_("Answer"), N_("Close")),
    unfinished=questioning.unfinished,
    offer=lambda form, case, _facts: offer(form, case),
    clocks=(
        ClockRule("answer", N_("Answer"), lambda case: FIGURES[case.topic], starts=AGAIN, pauses=ASKED, resumes=SUPPLIED,
                  stops=("acknowledge", "answer", "price_pending", *REPLIES)),
        ClockRule("full", N_("Full answer"), full_answer, starts=AGAIN, pauses=ASKED, resumes=SUPPLIED,
                  stops=("answer", "price_pending", *REPLIES)),
        replace(PROMISED, stops=("answer", *REPLIES)),
        replace(CONSULT, stops=("advise", "answer", *REPLIES)),
        *quoting.CLOCKS, *questioning.CLOCKS, *promising.CLOCKS,
    ),
    states=(
        State("open", N_("Open"), does="answer", step=1),
        State("info_missing", N_("Information missing"), awaits="customer", step=1),
        State("with_desk", N_("Waiting for another desk"), awaits="department", step=1),
        State("with_supervisor", N_("With the supervisor"), awaits="supervisor", step=1),
        *quoting.STATES,
        State("answered", N_("Answered"), does="close", step=3),
        State("booked", N_("Booked"), does="finish", step=3),
        State("closed", N_("Closed"), awaits="nobody", step=4),
        State("reopened", N_("Reopened"), does="answer", step=1),
        joining.STATE,
        State("void", N_("Void"), awaits="nobody", step=4),
    ),
    moves=guard((
        Move("answer", N_("Answer the customer"), WAITING, "answered", DESK, (needs.to_the_customer, *tracing.ANSWER),
             (effects.keep_papers, effects.say), form=Composed,
             place="composer",
             style="primary", done=N_("Answered: the clock has stopped")),
        acknowledge(("open", "with_desk", "with_supervisor", "in_review", "reopened")),
        Move("ask_info", N_("Ask the customer for the gap"), OPEN, "info_missing", DESK,
             (needs.to_the_customer,), (effects.say,), form=Composed, place="composer",
             done=N_("Clock paused: with the customer")),
        Move("info_came", N_("The customer has supplied it"), ("info_missing",), "open", DESK,
             then=(effects.heard,), form=Heard, style="primary", done=N_("The clock runs again")),
        *GOODS, *quotations(), *declining.MOVES, *questioning.moves(OPEN, "with_desk", "open"), *promising.MOVES,
        *joining.MOVES, *tracing.MOVES,
        *consult(OPEN, "open"),
        Move("close", N_("Close"), ("answered", "booked"), "closed", DESK,
             (needs.answered, lanes.declinable, inquiring.operations_told, questioning.none_open, promising.none_open,
              *tracing.CLOSE),
             (inquiring.conclude,), Outcome, style="primary", done=N_("Closed")),
        Move("reopen", N_("Reopen"), ("answered", "closed"), "reopened", DESK, then=(effects.note, inquiring.reopened),
             form=Reason, done=N_("Reopened: the clock runs from now")),
        *CHASED,
    )),
)  # fmt: skip

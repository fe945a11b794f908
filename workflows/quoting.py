"""Quotations in an inquiry: drafted, looked at by a supervisor, sent, found wrong (INQ-13, INQ-16, INQ-17, INQ-22).

For `workflows/inquiry.py`: `*quoting.STATES`, `*quoting.MOVES`, `*quoting.CLOCKS`; the clocks for the answer stop at
`*quoting.ANSWERS` as they do at an answer.
"""

from __future__ import annotations

from rules import effects, lanes, newcomer_prices, quoting, quoting_needs, quoting_sources
from rules.clocks import HOUSE, ClockRule
from rules.policy import SUPERVISOR
from rules.words import N_
from rules.workflow import STAY, Move, State
from workflows.common import DESK, Reason
from workflows.quoting_forms import Approved, Draft, Fault, Send, Source

DRAFTING = ("open", "info_missing", "with_desk", "with_supervisor", "answered", "reopened")
ANSWERS = ("send_quote",)

STATES: tuple[State, ...] = (
    State("in_review", N_("Quotation in review"), awaits="supervisor", does="review", step=1),
)  # fmt: skip

MOVES: tuple[Move, ...] = (
    Move("add_source", N_("Note a price"), (*DRAFTING, "in_review"), STAY, DESK, (), (quoting_sources.add,), Source,
         place="section", done=N_("Noted beside the others"), strict=True),
    Move("approve_source", N_("Approve the source"), (*DRAFTING, "in_review"), STAY, (SUPERVISOR,),
         (quoting_sources.high_enough,), (quoting_sources.approve,), Approved, when=(quoting_sources.some_unapproved,),
         place="section", done=N_("Approved: the price may be used"), strict=True),
    Move("quote_draft", N_("Make a quotation"), DRAFTING, STAY, DESK, (lanes.serves,), (quoting.draft,), Draft,
         when=(quoting_needs.asks_a_price, quoting_needs.none_begun), place="section", done=N_("Draft kept"), strict=True),
    Move("quote_edit", N_("Change the draft"), DRAFTING, STAY, DESK, (), (quoting.edit,), Draft, when=(quoting_needs.some_begun,),
         place="section", done=N_("Draft kept"), strict=True),
    Move("quote_drop", N_("Drop the draft"), DRAFTING, STAY, DESK, (), (quoting.drop,), when=(quoting_needs.some_begun,),
         place="section", done=N_("Dropped; it stays in the history"), strict=True),
    Move("submit_quote", N_("Ask the supervisor to review it"), DRAFTING, "in_review", DESK, (quoting_needs.fleet_price_known,),
         (quoting.submit,), when=(quoting_needs.some_draft, quoting_needs.must_be_reviewed), place="section", style="primary",
         done=N_("Any free supervisor has it now")),
    Move("finish_quote", N_("The quotation is ready"), DRAFTING, STAY, DESK, (quoting_needs.fleet_price_known,),
         (quoting.finish,), when=(quoting_needs.some_draft, quoting_needs.needs_no_review), place="section", style="primary",
         done=N_("Ready to be sent"), strict=True),
    Move("take_back_quote", N_("Take it back from the review"), ("in_review",), "open", DESK, (quoting_needs.takes_part,),
         (quoting.take_back,), place="section", done=N_("Back in your hands")),
    Move("approve_quote", N_("Approve the quotation"), ("in_review",), "open", (SUPERVISOR,), (quoting_needs.another_person,),
         (quoting.approve,), place="section", style="primary", done=N_("Approved: it may be sent")),
    Move("return_quote", N_("Return the quotation"), ("in_review",), "open", (SUPERVISOR,), (quoting_needs.another_person,),
         (effects.note, quoting.give_back), Reason, place="section", done=N_("Returned with the reason")),
    Move("send_quote", N_("Send the quotation"), DRAFTING, "answered", DESK, (newcomer_prices.reviewed_version,),
         (quoting.send,), Send, when=(quoting_needs.some_ready,), place="section", style="primary",
         done=N_("Answered: the clock has stopped")),
    Move("quote_faulty", N_("This price was wrong"), DRAFTING, STAY, DESK, (quoting_needs.none_begun,),
         (effects.note, quoting.fault), Fault, when=(quoting_needs.some_sent,), place="section", style="danger",
         done=N_("Marked as wrong: correct the new version"), instead=("answered", "reopened"), strict=True),
)  # fmt: skip

CLOCKS: tuple[ClockRule, ...] = (
    ClockRule("review", N_("Review of a quotation"), lambda _case: "quote.newcomer_review", party=HOUSE,
              starts=("submit_quote",), stops=("approve_quote", "return_quote", "take_back_quote")),
)  # fmt: skip

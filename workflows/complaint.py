"""Complaints (投诉): registered, accepted, investigated, answered within 2 or 24 hours, closed (CMP-01 to CMP-07, CMP-16 to
CMP-23). What a complaint needs before it is closed stands in `rules.closing`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models import Complaint
from rules import closing, complaints, effects, needs, responsible
from rules.clocks import ClockRule
from rules.complaints import ALWAYS, not_the_clerk, voidable
from rules.defaults import BY_CLASS
from rules.policy import SUPERVISOR
from rules.store import Tx
from rules.words import N_
from rules.workflow import STAY, Move, State, Workflow
from workflows import joining, promising, questioning, remedies
from workflows.common import CHASED, DESK, Composed, Note, Reason, acknowledge, consult
from workflows.complaint_forms import (
    TOPICS,
    Acceptance,
    ComplaintForm,
    Finding,
    Missed,
    Plan,
    PlanAccepted,
    Result,
    ReturnCall,
    offer,
)

# A first reply within minutes; the clear answer has its own time (CMP-09, FIN-16, FIN-17).
FIRST = {
    "warehouse": "complaint.wrong_goods.first_reply", "ledger": "ledger.answer", "statement": "statement.promise",
}  # fmt: skip
WORKING = ("accepted", "investigating", "with_supervisor", "reopened")
BEFORE = ("registered", *WORKING)  # the customer has no answer yet
ALL = (*BEFORE, "answered")
BEGINS = ("accepted", "investigating")


def make(_tx: Tx, case: Any, data: dict[str, Any]) -> str:
    """Fill a new complaint; simple or complex as the facts propose where nothing was chosen (GAP-07)."""
    case.topic, case.content = data["topic"], data["content"]
    case.weight = complaints.chosen(case, data.get("weight"))
    case.title = " ".join(data["content"].split())[:80]
    return "registered"


def gist(case: Any) -> dict[str, Any]:
    """Codes for the row of the queue."""
    found = {"topic": case.topic, "weight": case.weight, "channel": case.channel}
    if case.demand_at is not None and case.demand_decision is None:
        found["demand"] = [case.demand_minor, case.demand_currency]
    return found | ({"reopened": case.reopened} if case.reopened else {})


def clear_answer(case: Any) -> str:
    """By class of customer and weight; a caller without a class has the plain figure (CMP-03, CMP-04, GAP-02)."""
    weight = ALWAYS.get(case.topic, case.weight)
    return f"{BY_CLASS}:{case.customer.grade}:{weight}" if case.customer else f"complaint.{weight}.answer"


ACCEPTING = (
    Move("accept", N_("Accept the complaint"), ("registered",), "accepted", DESK, (needs.ready_to_accept,),
         (complaints.accept,), Acceptance, style="primary", done=N_("Accepted: tell the customer when the answer comes")),
    Move("restate", N_("Complete the acceptance"), WORKING, STAY, DESK, then=(complaints.accept,), form=Acceptance,
         place="section", strict=True, done=N_("Acceptance completed")),
)  # fmt: skip
ANSWERING = (
    Move("answer", N_("Answer the customer"), BEFORE, "answered", DESK,
         (not_the_clerk, needs.to_the_customer, needs.ready_to_accept), (effects.keep_papers, effects.say), Composed,
         place="composer", style="primary", done=N_("Answered: the clock has stopped")),
    acknowledge(BEFORE),
)  # fmt: skip
INVESTIGATING = (
    Move("investigate", N_("Note an investigation step"), ("accepted", "investigating", "reopened"), "investigating", DESK,
         then=(effects.note,), form=Note, done=N_("Step noted")),
    *questioning.moves(ALL, STAY, begins=BEGINS),
    questioning.joint_review(ALL, begins=BEGINS),
    Move("plan", N_("Write the plan"), ALL, STAY, DESK, then=(closing.set_plan,), form=Plan, place="section", strict=True,
         done=N_("Plan written: agree it with the customer")),
    Move("agree_plan", N_("The customer accepts the plan"), ALL, STAY, DESK, (not_the_clerk,), (closing.agree,), PlanAccepted,
         when=(closing.plan_open,), place="section", strict=True, done=N_("Plan accepted by the customer")),
)  # fmt: skip
HANDING_UP = (
    *consult(("accepted", "investigating", "reopened"), "investigating"),
    Move("hand_up", N_("Hand to the supervisor at once"), ("registered", "accepted", "investigating", "reopened"),
         "with_supervisor", DESK, then=(complaints.hand_up,), place="row",
         done=N_("With the supervisor; say so to the customer. The matter stays yours")),
)  # fmt: skip
SETTLING = (
    Move("find", N_("Finding and responsible party"), ALL, STAY, DESK, (not_the_clerk,), (responsible.propose,), Finding,
         place="row", strict=True, done=N_("Noted; the supervisor confirms the responsible party")),
    Move("confirm_party", N_("Confirm the responsible party"), ALL, STAY, (SUPERVISOR,),
         (responsible.another_person, not_the_clerk), (responsible.confirm,), when=(responsible.proposed,), place="row",
         style="primary", strict=True, done=N_("Responsible party confirmed")),
    Move("return_party", N_("Do not confirm"), ALL, STAY, (SUPERVISOR,), (responsible.another_person, not_the_clerk),
         (responsible.send_back,), Reason, when=(responsible.proposed,), place="row", strict=True,
         done=N_("Back to the one who proposed it")),
)  # fmt: skip
ENDING = (
    Move("feedback", N_("Tell the result"), ("answered",), ("reopened", "answered"), DESK,
         (needs.owner_or_leader, not_the_clerk), (closing.tell,), Result, place="row", done=N_("Result told, on record")),
    Move("not_reached", N_("Not reached"), ALL, STAY, DESK, then=(closing.miss,), form=Missed, place="section",
         done=N_("Attempt on record")),
    Move("return_call", N_("Return call: satisfied?"), ("answered",), ("reopened", "answered"), DESK,
         (closing.another_voice, not_the_clerk), (closing.ask,), ReturnCall, when=(closing.return_call_due,), place="row",
         done=N_("Return call on record")),
    Move("close", N_("Close"), ALL, "closed", DESK, (not_the_clerk, *closing.NEEDS), style="primary", done=N_("Closed")),
    Move("reopen", N_("Reopen"), ("answered", "closed"), "reopened", DESK, then=(effects.note, closing.reopen),
         form=Reason, done=N_("Reopened: the clock runs from now")),
)  # fmt: skip


def offered(form: Any, case: Any, facts: Any) -> None:
    """The choices of the complaint's own forms and of those it shares."""
    offer(form, case, facts)
    remedies.offer(form, case, facts)


def _shared(move: Move) -> Move:
    """Who calls again about an answered complaint reopens it; one about a clerk's attitude is not made away with by him."""
    if move.name == "chase":
        return replace(move, then=(*move.then, closing.reopen))
    if move.name == "void":
        return replace(move, needs=(*move.needs, not_the_clerk, voidable))
    return replace(move, needs=(*move.needs, not_the_clerk)) if move.name == "merge" else move


SHARED = tuple(_shared(move) for move in (*joining.MOVES, *CHASED))

WORKFLOW = Workflow(
    kind="complaint", rank=2, prefix="CMP", label=N_("Complaint"), model=Complaint, form=ComplaintForm, make=make,
    gist=gist, topics=TOPICS, unfinished=closing.dissatisfied, offer=offered, loads=("clerk",),
    stamp=lambda _case: N_("Complaint"),
    steps=(N_("Accept"), N_("Investigate"), N_("Answer"), N_("Close")),
    clocks=(
        ClockRule("first", N_("First reply"), lambda case: FIRST.get(case.topic), "duty", stops=("acknowledge", "answer")),
        ClockRule("answer", N_("Clear answer"), clear_answer, "duty", starts=("register", "=reopened"), stops=("answer",)),
        remedies.CONSULTED,
        *questioning.CLOCKS,
        *promising.CLOCKS,
    ),
    states=(
        State("registered", N_("Registered"), does="accept", step=0),
        State("accepted", N_("Accepted"), does="handle", step=1),
        State("investigating", N_("Investigating"), does="handle", step=1),
        State("with_supervisor", N_("With the supervisor"), awaits="supervisor", step=1),
        State("answered", N_("Answered"), does="close", step=3),
        State("closed", N_("Closed"), awaits="nobody", step=4),
        State("reopened", N_("Reopened"), does="handle", step=1),
        State("merged", N_("Merged"), awaits="nobody", step=4),
        State("void", N_("Void"), awaits="nobody", step=4),
    ),
    moves=remedies.guarded((
        *ACCEPTING, *ANSWERING, *INVESTIGATING, *HANDING_UP, *remedies.MOVES, *SETTLING, *ENDING, *promising.MOVES,
        *SHARED,
    )),
)  # fmt: skip

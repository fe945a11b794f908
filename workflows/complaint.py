"""Complaints (投诉): registered, accepted, investigated, answered within 2 or 24 hours, closed (CMP-01 to CMP-06)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from models import Complaint
from rules import effects, fields, needs
from rules.clocks import ClockRule
from rules.defaults import BY_CLASS
from rules.store import Tx
from rules.words import N_
from rules.workflow import Move, State, Workflow
from workflows.common import CHASED, CONSULT, DESK, Answer, Note, Opening, Reason, acknowledge, consult

TOPICS = (
    ("flight", N_("Flight")),
    ("ledger", N_("E-ledger")),
    ("partner", N_("Partner: late release or delivery")),
    ("pickup", N_("Fleet: late pick-up")),
    ("rough", N_("Rough handling")),
    ("warehouse", N_("Warehouse: late or wrong")),
    ("attitude", N_("Clerk's attitude")),
    ("mistake", N_("Clerk's mistake")),
    ("slow", N_("Slow or unskilled service")),
    ("hotline", N_("Hotline")),
    ("statement", N_("Inventory statement not received")),
    ("loss", N_("Loss of goods")),
    ("bumped", N_("Bumped again and again")),
)
WEIGHTS = (("simple", N_("Simple complaint")), ("complex", N_("Complex complaint")))
# GAP-02: some kinds are always simple or always complex, whatever was ticked.
ALWAYS = {"hotline": "simple", "attitude": "simple", "loss": "complex", "bumped": "complex"}
# A first reply within minutes; the clear answer has its own time (CMP-09, FIN-16, FIN-17).
FIRST = {
    "warehouse": "complaint.wrong_goods.first_reply", "ledger": "ledger.answer", "statement": "statement.promise",
}  # fmt: skip
WORKING = ("accepted", "investigating", "with_supervisor", "reopened")


class ComplaintForm(Opening):
    """A new complaint: its content, kind, weight, and what may be filled later (D-04)."""

    topic = fields.pick(N_("Kind"), TOPICS, fields.Filled(N_("Say what the complaint is about.")), default="partner")
    weight = fields.pick(
        N_("Complexity"), WEIGHTS, fields.Filled(N_("Simple or complex decides the time.")), default="simple"
    )
    content = fields.area(N_("What happened"), fields.Filled(N_("Write what happened.")), longest=2000)


class Acceptance(Form):
    """The prompts of CMP-02; the figure is said back to the customer when it ends."""

    weight = fields.pick(N_("Complexity"), WEIGHTS, fields.Filled(N_("Simple or complex decides the time.")))
    purpose = fields.text(N_("What the customer wants to reach"), longest=300)
    impact = fields.text(N_("What it means for the customer"), longest=300)
    restated = fields.text(N_("The problem in our words, confirmed"), longest=300)
    wanted = fields.text(N_("Solution the customer wants"), longest=300)
    evidence = fields.text(N_("Evidence"), longest=300)


class Closing(Form):
    """Cause and responsible party (CMP-23)."""

    finding = fields.area(N_("Finding"), fields.Filled(N_("Write what was found.")))
    responsible = fields.text(N_("Responsible party"), fields.Filled(N_("Name the responsible department or partner.")))


def make(_tx: Tx, case: Any, data: dict[str, Any]) -> str:
    """Fill a new complaint."""
    case.topic, case.weight, case.content = data["topic"], data["weight"], data["content"]
    case.title = " ".join(data["content"].split())[:80]
    return "registered"


def gist(case: Any) -> dict[str, Any]:
    """Codes for the row of the queue."""
    return {"topic": case.topic, "weight": case.weight, "channel": case.channel}


def clear_answer(case: Any) -> str:
    """By class of customer and weight; a caller without a class has the plain figure (CMP-03, CMP-04, GAP-02)."""
    weight = ALWAYS.get(case.topic, case.weight)
    return f"{BY_CLASS}:{case.customer.grade}:{weight}" if case.customer else f"complaint.{weight}.answer"


WORKFLOW = Workflow(
    kind="complaint", rank=2, prefix="CMP", label=N_("Complaint"), model=Complaint, form=ComplaintForm, make=make,
    gist=gist, topics=TOPICS,
    stamp=lambda _case: N_("Complaint"),
    steps=(N_("Accepted"), N_("Investigated"), N_("Answered"), N_("Closed")),
    clocks=(
        ClockRule("first", N_("First reply"), lambda case: FIRST.get(case.topic), "duty", stops=("acknowledge", "answer")),
        ClockRule("answer", N_("Clear answer"), clear_answer, "duty", starts=("register", "reopen", "chase"),
                  stops=("answer",)),
        CONSULT,
    ),
    states=(
        State("registered", N_("Registered"), does="accept", step=0),
        State("accepted", N_("Accepted"), does="handle", step=1),
        State("investigating", N_("Investigating"), does="handle", step=1),
        State("with_supervisor", N_("With the supervisor"), awaits="supervisor", step=1),
        State("answered", N_("Answered"), does="close", step=3),
        State("closed", N_("Closed"), awaits="nobody", step=4),
        State("reopened", N_("Reopened"), does="handle", step=1),
        State("void", N_("Void"), awaits="nobody", step=4),
    ),
    moves=(
        Move("accept", N_("Accept the complaint"), ("registered",), "accepted", DESK, (needs.ready_to_accept,),
             (effects.weigh,), Acceptance, style="primary",
             done=N_("Accepted: tell the customer when the answer comes")),
        Move("answer", N_("Answer the customer"), ("registered", *WORKING), "answered", DESK,
             (needs.to_the_customer, needs.ready_to_accept),
             (effects.keep_papers, effects.say), Answer, place="composer", style="primary",
             done=N_("Answered: the clock has stopped")),
        acknowledge(("registered", *WORKING)),
        Move("investigate", N_("Note an investigation step"), ("accepted", "investigating", "reopened"),
             "investigating", DESK,
             then=(effects.note,), form=Note, done=N_("Step noted")),
        *consult(("accepted", "investigating", "reopened"), "investigating"),
        Move("close", N_("Close"), ("answered",), "closed", DESK, (needs.answered, needs.finding_known),
             (effects.copy_form,), Closing,
             style="primary", done=N_("Closed")),
        Move("reopen", N_("Reopen"), ("answered", "closed"), "reopened", DESK, then=(effects.note,),
             form=Reason, done=N_("Reopened: the clock runs from now")),
        *CHASED,
    ),
)  # fmt: skip

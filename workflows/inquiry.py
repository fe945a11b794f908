"""Inquiries (询价, 查货, call-backs and everything else): no call is without a place (INQ-01, INQ-07 to INQ-09)."""

from __future__ import annotations

from typing import Any

from models import Inquiry
from rules import effects, fields, needs
from rules.clocks import ClockRule
from rules.store import Tx
from rules.words import N_
from rules.workflow import Move, State, Workflow
from workflows.common import (
    ASKED,
    CHASED,
    CONSULT,
    DESK,
    PROMISED,
    SUPPLIED,
    Answer,
    Heard,
    Note,
    Opening,
    Reason,
    acknowledge,
    consult,
)

TOPICS = (
    ("price", N_("Inquiry")),
    ("cargo", N_("Tracing")),
    ("callback", N_("Call back")),
    ("other", N_("Other question")),
)
FIGURES = {
    "price": "inquiry.general.first_answer",
    "cargo": "inquiry.cargo.answer",
    "callback": "call.reply",
    "other": "inquiry.other.answer",
}
GOODS = (
    ("general", N_("General cargo")),
    ("special", N_("Special cargo")),
    ("chemical", N_("Chemicals")),
    ("break_bulk", N_("Break-bulk")),
)
WAITING = ("open", "info_missing", "with_desk", "with_supervisor", "reopened")
AGAIN = ("register", "reopen", "chase")


class InquiryForm(Opening):
    """A new inquiry: what is asked, about which lane."""

    topic = fields.pick(N_("Kind"), TOPICS, fields.Filled(N_("Say what kind of question it is.")), default="price")
    goods = fields.pick(N_("Goods"), GOODS, default="general")
    lane = fields.text(N_("Lane"), longest=120)
    asked = fields.text(
        N_("The question in one line"), fields.Filled(N_("Write the question in one line.")), longest=200
    )


class ToDesk(Note):
    """The question as it goes to another desk."""

    department_id = fields.Whole(N_("Desk"))


def make(_tx: Tx, case: Any, data: dict[str, Any]) -> str:
    """Fill a new inquiry."""
    case.topic, case.lane, case.asked = data["topic"], data.get("lane"), data["asked"]
    case.goods = data.get("goods") or "general"
    case.title = f"{data['lane']} {data['asked']}" if data.get("lane") else data["asked"]
    return "open"


def gist(case: Any) -> dict[str, Any]:
    """Codes for the row of the queue."""
    return {"topic": case.topic, "channel": case.channel}


def full_answer(case: Any) -> str | None:
    """Special, dangerous and break-bulk goods: acknowledged at once, answered within the day (CF-01)."""
    return "inquiry.analysis.answer" if case.topic == "price" and case.goods != "general" else None


WORKFLOW = Workflow(
    kind="inquiry", rank=1, prefix="INQ", label=N_("Inquiry"), model=Inquiry, form=InquiryForm, make=make, gist=gist,
    topics=TOPICS,
    stamp=lambda case: dict(TOPICS)[case.gist.get("topic", "price")],
    steps=(N_("Taken"), N_("Clarified"), N_("Answered"), N_("Closed")),
    clocks=(
        ClockRule("answer", N_("Answer"), lambda case: FIGURES[case.topic], starts=AGAIN, pauses=ASKED, resumes=SUPPLIED,
                  stops=("acknowledge", "answer")),
        ClockRule("full", N_("Full answer"), full_answer, starts=AGAIN, pauses=ASKED, resumes=SUPPLIED, stops=("answer",)),
        PROMISED,
        CONSULT,
    ),
    states=(
        State("open", N_("Open"), does="answer", step=1),
        State("info_missing", N_("Information missing"), awaits="customer", step=1),
        State("with_desk", N_("Waiting for another desk"), awaits="department", step=1),
        State("with_supervisor", N_("With the supervisor"), awaits="supervisor", step=1),
        State("answered", N_("Answered"), does="close", step=3),
        State("closed", N_("Closed"), awaits="nobody", step=4),
        State("reopened", N_("Reopened"), does="answer", step=1),
        State("void", N_("Void"), awaits="nobody", step=4),
    ),
    moves=(
        Move("answer", N_("Answer the customer"), WAITING, "answered", DESK, (needs.to_the_customer,),
             (effects.keep_papers, effects.say), form=Answer,
             place="composer",
             style="primary", done=N_("Answered: the clock has stopped")),
        acknowledge(("open", "with_desk", "with_supervisor", "reopened")),
        Move("ask_info", N_("Ask the customer for the gap"), ("open", "reopened"), "info_missing", DESK,
             (needs.to_the_customer,), (effects.say,), form=Answer, place="composer",
             done=N_("Clock paused: with the customer")),
        Move("info_came", N_("The customer has supplied it"), ("info_missing",), "open", DESK,
             then=(effects.heard,), form=Heard, style="primary", done=N_("The clock runs again")),
        Move("to_desk", N_("Ask another desk"), ("open", "reopened"), "with_desk", DESK, then=(effects.copy_form,
             effects.note),
             form=ToDesk, done=N_("Sent; the matter stays yours")),
        Move("desk_answered", N_("The desk has answered"), ("with_desk",), "open", DESK, then=(effects.note,),
             form=Note,
             style="primary", done=N_("Noted; now answer the customer")),
        *consult(("open", "reopened"), "open"),
        Move("close", N_("Close"), ("answered",), "closed", DESK, (needs.answered,), style="primary",
             done=N_("Closed")),
        Move("reopen", N_("Reopen"), ("answered", "closed"), "reopened", DESK, then=(effects.note,),
             form=Reason, done=N_("Reopened: the clock runs from now")),
        *CHASED,
    ),
)  # fmt: skip

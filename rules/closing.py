"""What a complaint needs before it is closed, and the moves that bring it there: plan, result told, return call
(CMP-20, CMP-22, CMP-23, D-07, D-08).

Each check is a need of the move `close`; `checks` lists all of them, done and missing, for the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models import Message
from rules import complaints, promise_moves, question_moves, return_calls, speaking, steps, turns
from rules.facts import Facts
from rules.needs import personal
from rules.phrases import CUSTOMER
from rules.policy import SUPERVISOR
from rules.proofreading import Way
from rules.words import N_, Refused, Words
from rules.workflow import Act, Need

ATTEMPTS = 2  # failed ones that may close (D-07)
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be there: its name, and why it is still missing (None: done)."""

    label: str
    why: Words | None


# ------------------------------------------------------------------------------------------ the checks


def customer_answered(act: Act) -> Words | None:
    """The customer has been given the answer; forwarding is none (CMP-22, ORG-02)."""
    return None if act.case.state == "answered" else Words(N_("The customer has not been answered yet."))


def plan_accepted(act: Act) -> Words | None:
    """The customer has accepted the plan, where there is one or several departments review (CMP-20)."""
    if act.case.plan_agreed_at is not None or not (act.case.plan or _joint(act)):
        return None
    return Words(N_("The customer has not accepted the plan yet."))


def party_named(act: Act) -> Words | None:
    """The responsible party is named with the reason (CMP-23)."""
    case = act.case
    named = case.responsible_by_id and case.responsible_kind and case.responsible_reason
    return None if named else Words(N_("The responsible party has not been named yet."))


def party_confirmed(act: Act) -> Words | None:
    """A supervisor has confirmed the responsible party (D-08)."""
    return None if act.case.confirmed_at else Words(N_("The supervisor has not confirmed the responsible party yet."))


def list_noted(act: Act) -> Words | None:
    """What this kind of complaint asks for is noted (CMP-09 to CMP-17)."""
    left = steps.missing(act.case, "close")
    return Words(N_("Not noted yet: %(steps)s."), steps=steps.enumerated(left)) if left else None


def clerk_named(act: Act) -> Words | None:
    """Nobody closes a complaint about an attitude that may be his own: the clerk is named, or a supervisor closes (CMP-16)."""
    if act.case.topic != return_calls.ATTITUDE or act.case.clerk_id or SUPERVISOR in act.who.roles:
        return None
    return Words(N_("Name the clerk complained about, or let a supervisor close it."))


def result_told(act: Act) -> Words | None:
    """The customer was told the result, or missed twice (CMP-22, D-07)."""
    if act.case.feedback_at is not None or missed_twice(act):
        return None
    return Words(N_("The result has not been told to the customer, nor has he been missed twice."))


def satisfaction_asked(act: Act) -> Words | None:
    """Another person has asked whether the customer is satisfied, where D-07 wants that (CMP-22)."""
    if not return_calls.needed(act.case) or act.case.satisfied is True:
        return None
    own = (act.case.owner_id, act.case.feedback_by_id)
    if missed_twice(act) and any(m.by_id not in own for m in attempts(act.case, act.facts)):
        return None
    return Words(N_("Another person has not asked yet whether the customer is satisfied."))


def _joint(act: Act) -> bool:
    return bool(act.case.joint) or any(q.joint for q in complaints.asked_of(act.facts))


def missed_twice(act: Act) -> bool:
    """Whether two attempts to reach the customer failed since he waits (D-07)."""
    return len(attempts(act.case, act.facts)) >= ATTEMPTS


def attempts(case: Any, facts: Facts) -> list[Message]:
    """Failed attempts to tell the customer the result: those before his answer, or before a reopening, are none, nor are
    those of the clerk whose attitude is complained about (CMP-16)."""
    since = max([case.waiting_since, *(e.at for e in facts.events if e.action == "complaint.answer")])
    clerk = case.clerk_id if case.topic == return_calls.ATTITUDE else None
    return [
        m for m in facts.messages if m.result == "not_reached" and m.at >= since and (clerk is None or m.by_id != clerk)
    ]


GATE: tuple[tuple[str, Need], ...] = (
    (N_("Customer answered"), customer_answered),
    (N_("Plan accepted by the customer"), plan_accepted),
    (N_("Those who were asked have answered"), question_moves.none_open),
    (N_("Promises kept"), promise_moves.none_open),
    (N_("List of this kind of complaint"), list_noted),
    (N_("Clerk named, or closed by a supervisor"), clerk_named),
    (N_("Responsible party named"), party_named),
    (N_("Responsible party confirmed"), party_confirmed),
    (N_("Result told to the customer"), result_told),
    (N_("Satisfaction asked by another person"), satisfaction_asked),
)
NEEDS: tuple[Need, ...] = tuple(need for _, need in GATE)


def applies(act: Act, need: Need) -> bool:
    """Whether a check is a matter of this complaint at all, done or not."""
    if need is plan_accepted:
        return bool(act.case.plan) or _joint(act)
    if need is question_moves.none_open:
        return bool(act.case.joint) or act.facts.has("questions")
    if need is promise_moves.none_open:
        return act.facts.has("promises")
    if need is clerk_named:
        return bool(act.case.topic == return_calls.ATTITUDE)
    if need is list_noted:
        return any(step.before == "close" for step in steps.of(act.case))
    return need is not satisfaction_asked or return_calls.needed(act.case)


def checks(act: Act) -> list[Check]:
    """Everything that this complaint needs before it is closed, in order."""
    return [Check(label, need(act)) for label, need in GATE if applies(act, need)]


def missing(act: Act) -> list[Words]:
    """Every reason why it cannot be closed yet."""
    return [check.why for check in checks(act) if check.why is not None]


# ------------------------------------------------------------------------------------------ the plan


def plan_open(act: Act) -> Words | None:
    """There is a plan that the customer has not accepted yet."""
    if act.case.plan and act.case.plan_agreed_at is None:
        return None
    return Words(N_("No plan waits for the customer's word."))


def set_plan(act: Act) -> None:
    """Note the plan; what the customer said to an earlier one does not count for it (CMP-20). He is told the plan as it is
    written (KNO-03)."""
    speaking.check(act.write, act.data["plan"], Way(CUSTOMER, None, act.case.office_id, act.case, "plan"))
    act.case.plan = act.data["plan"]
    act.case.plan_agreed_with = act.case.plan_agreed_at = None


def agree(act: Act) -> None:
    """The customer has accepted the plan: who, and when (CMP-20). Raises Refused (422) for a time to come."""
    at = act.data.get("plan_agreed_at") or act.at
    if at > act.at:
        raise Refused(Words(N_("That time has not come yet.")), 422, "plan_agreed_at")
    act.case.plan_agreed_with, act.case.plan_agreed_at = act.data["plan_agreed_with"], at


# ------------------------------------------------------------------------------------------ result and return call


def return_call_due(act: Act) -> Words | None:
    """The result has been told, and this complaint asks for another person's call (D-07)."""
    if return_calls.due(act.case):
        return None
    return Words(N_("No return call is wanted here."))


@personal
def another_voice(act: Act) -> Words | None:
    """Neither the owner nor who told the result asks whether the customer is satisfied (CMP-22, D-07)."""
    if act.who.user_id not in (act.case.owner_id, act.case.feedback_by_id):
        return None
    return Words(N_("Another person asks: you have handled this complaint yourself."))


def dissatisfied(act: Act) -> bool:
    """Whether the customer has just said that he is not satisfied."""
    return act.data.get("satisfied") == NO


def tell(act: Act) -> None:
    """The customer was told the result; what he said about it holds unless another person asks (CMP-22, D-07)."""
    act.case.feedback_at, act.case.feedback_by_id = act.at, act.who.user_id
    speaking.said(act.write, text=act.data["text"], said=act.data.get("said"), result="reached", **_whom(act))
    if act.data.get("satisfied") and (dissatisfied(act) or not return_calls.needed(act.case)):
        _heard(act)


def ask(act: Act) -> None:
    """Another person has asked whether the customer is satisfied (CMP-22)."""
    speaking.heard(act.write, said=act.data.get("said"), result="reached", **_whom(act))
    _heard(act)


def miss(act: Act) -> None:
    """An attempt to reach the customer failed: how, and by which channel (D-07); when the next one is due, if that was said
    (SYS-08). Raises Refused (422) for a moment that is past."""
    again_at = act.data.get("again_at")
    if again_at is not None and again_at <= act.at:
        raise Refused(Words(N_("That moment is past; choose a later one.")), 422, "again_at")
    speaking.noted(act.write, text=act.data["text"], result="not_reached", **_whom(act))
    if again_at is not None:
        turns.remind(act.write, act.case, again_at, act.data["text"])


def reopen(act: Act) -> None:
    """Counted; the result has to be told again, the plan accepted again (CMP-22)."""
    case = act.case
    if case.state not in ("answered", "closed"):
        return
    case.reopened += 1
    case.feedback_at = case.feedback_by_id = case.plan_agreed_at = case.plan_agreed_with = None
    if not dissatisfied(act):
        case.satisfied = case.satisfied_at = case.satisfied_by_id = None


def _heard(act: Act) -> None:
    case = act.case
    case.satisfied, case.satisfied_at, case.satisfied_by_id = not dissatisfied(act), act.at, act.who.user_id
    if dissatisfied(act):
        reopen(act)


def _whom(act: Act) -> dict[str, Any]:
    case, channel = act.case, act.data.get("channel")
    return {"case": case, "office_id": case.office_id, "audience": "customer", "channel": channel}

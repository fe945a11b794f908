"""What is known of a complaint: simple or complex, what was asked when it was accepted, the clerk, the closing line
(CMP-01 to CMP-06, CMP-16, CMP-18, GAP-07)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Clock, Question, User
from rules import effects
from rules.facts import Facts
from rules.needs import personal
from rules.policy import SUPERVISOR
from rules.return_calls import ATTITUDE
from rules.words import N_, Refused, Words
from rules.workflow import Act

SIMPLE, COMPLEX = "simple", "complex"
# GAP-02: some kinds are always simple or always complex, whatever was chosen.
ALWAYS = {"hotline": SIMPLE, ATTITUDE: SIMPLE, "loss": COMPLEX, "bumped": COMPLEX}
ABOUT_CLERKS = (ATTITUDE, "mistake", "slow")
WITHOUT_GOODS = (*ABOUT_CLERKS, "hotline", "ledger", "statement")
MONEY = re.compile(r"赔|补偿|退款|退运费|退钱|减免|承担|compensat|refund|pay (?:us|me|for)", re.IGNORECASE)


# ------------------------------------------------------------------------------------------ simple or complex


def proposed(case: Any, questions: Iterable[Question] = ()) -> tuple[str, str]:
    """Simple or complex as the facts have it, and why (a message id): simple is one department, no money, and everything
    needed stands in the system (GAP-07)."""
    if case.topic in ALWAYS:
        simple = ALWAYS[case.topic] == SIMPLE
        why = (
            N_("complaints of this kind are always simple")
            if simple
            else N_("complaints of this kind are always complex")
        )
        return ALWAYS[case.topic], why
    if case.demand or case.demand_minor or MONEY.search(case.content or ""):
        return COMPLEX, N_("the customer speaks of money")
    if case.joint or len({(q.to_kind, q.department_id or q.partner_id or q.whom) for q in questions}) > 1:
        return COMPLEX, N_("several have to be asked")
    if case.shipment_id is None and case.topic not in WITHOUT_GOODS:
        return COMPLEX, N_("the goods are not in the system yet")
    return SIMPLE, N_("one department, no money, everything is in the system")


def chosen(case: Any, weight: str | None, questions: Iterable[Question] = ()) -> str:
    """The agent's choice, else what the facts propose; some kinds leave no choice (GAP-02)."""
    return ALWAYS.get(case.topic) or weight or proposed(case, questions)[0]


def accept(act: Act) -> None:
    """Take over what was asked and how the complaint weighs; another weight reckons the clock anew from its start (CMP-03)."""
    case, data = act.case, act.data
    data["weight"] = chosen(case, data.get("weight"), asked_of(act.facts))
    if "clerk_id" in data:
        data["clerk_id"] = _clerk(act, data["clerk_id"])
    case.accepted_at = case.accepted_at or act.at
    effects.weigh(act)


def _clerk(act: Act, wanted: str | None) -> int | None:
    """The clerk complained about: somebody of the office; he himself does not take his name out of it (CMP-16). Raises
    Refused: 422 nobody of the office, 403 by the clerk concerned."""
    if (why := not_the_clerk(act)) is not None and wanted != str(act.who.user_id):
        raise Refused(why, 403)
    known = dict(clerks(act.write.session, act.case.office_id))
    if wanted and wanted not in known:
        raise Refused(Words(N_("Choose a colleague of this office.")), 422, "clerk_id")
    return int(wanted) if wanted else None


def clerks(session: Session, office_id: int) -> list[tuple[str, str]]:
    """People of an office, as (id, name), those who have left included: a complaint may still be about them."""
    found = select(User.id, User.display, User.name).where(or_(User.office_id == office_id, User.office_id.is_(None)))
    return [
        (str(i), f"{display} {name}") for i, display, name in session.execute(found.order_by(User.display, User.id))
    ]


# ------------------------------------------------------------------------------------------ what was asked


def prompts(case: Any) -> list[tuple[str, bool]]:
    """The eight fields of CMP-02 as (message id, known); only content, caller and phone are needed to accept (D-04)."""
    phone = case.caller_phone or (case.contact and (case.contact.phone or case.contact.landline))
    caller = case.caller_name or case.contact
    found = [
        (N_("Content"), case.content), (N_("Purpose"), case.purpose), (N_("Impact"), case.impact),
        (N_("Restated"), case.restated), (N_("Wanted"), case.wanted), (N_("Caller and phone"), caller and phone),
        (N_("Waybill or job"), case.shipment_id or case.topic in WITHOUT_GOODS), (N_("Evidence"), case.evidence),
    ]  # fmt: skip
    if case.topic in ABOUT_CLERKS:
        found.append((N_("Clerk"), case.clerk_id))
    return [(label, bool(value)) for label, value in found]


def closing_line(clocks: Iterable[Clock], at: datetime) -> Words | None:
    """What to say when the acceptance ends: the figure and the hour by which the clear answer comes; None when no clock for
    it runs, or its hour has passed (CMP-04)."""
    clock = next((c for c in clocks if c.name == "answer" and c.stopped_at is None and c.due_at > at), None)
    if clock is None:
        return None
    whole = clock.minutes % 60 == 0
    time = Words(N_("%(n)s hours"), n=clock.minutes // 60) if whole else Words(N_("%(n)s minutes"), n=clock.minutes)
    if clock.minutes == 60:
        time = Words(N_("1 hour"))
    if clock.promised_at is not None:
        return Words(N_("You will have a clear answer by %(hour)s."), hour=clock.due_at)
    return Words(N_("You will have a clear answer within %(time)s, by %(hour)s."), time=time, hour=clock.due_at)


# ------------------------------------------------------------------------------------------ the clerk, the supervisor


@personal
def not_the_clerk(act: Act) -> Words | None:
    """The clerk whose attitude is complained about neither answers for it nor closes it (CMP-16)."""
    if act.case.topic != ATTITUDE or act.case.clerk_id != act.who.user_id:
        return None
    return Words(N_("The complaint is about you: hand it to the supervisor, who answers and closes it."))


@personal
def voidable(act: Act) -> Words | None:
    """A complaint that was accepted ends by its gate; only a supervisor says that it was none (CMP-22)."""
    if act.case.state == "registered" or SUPERVISOR in act.who.roles:
        return None
    return Words(N_("The complaint has been accepted: only a supervisor voids it."))


def hand_up(act: Act) -> None:
    """Note that the supervisor has it from now on, at once (CMP-06, CMP-18)."""
    act.data["text"] = act.data.get("text") or f"{act.who.name} → ↑"
    effects.note(act)


def asked_of(facts: Facts) -> list[Question]:
    """The questions of a complaint that were not dropped; asks the database only where there are any."""
    return [q for q in facts.questions if q.dropped_at is None] if facts.has("questions") else []

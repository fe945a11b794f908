"""A complaint's own part of its page: what to say, what was asked, the plan, who is responsible, what closing still needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._look import Look, Shown
from blueprints._words import shown_text
from rules import closing, complaints, policy, responsible, stages
from rules.store import now
from rules.words import N_, Words
from workflows.complaint_forms import WEIGHTS

HANDLING = ("restate", "plan", "agree_plan", "not_reached")
SPEAK = N_("Say to the customer: %(line)s")
CALM = N_(
    "If the customer shouts or insults: stay calm, hear him out, do not argue; one click hands it to the supervisor."
)
SAID_UP = N_("Tell the customer that the supervisor has taken it over and will answer.")


@dataclass
class Handling:
    """See complaint/_handling.html."""

    prompts: list[tuple[str, bool]]
    checks: list[tuple[str, bool]]
    pairs: list[Any]
    hints: list[tuple[str, Any]] = field(default_factory=list)
    moves: list[Shown] = field(default_factory=list)
    confirm_url: str | None = None


def part(look: Look) -> Handling | None:
    """The part of a complaint that is open; a closed one shows how it ended."""
    case = look.case
    if case.state == "void":
        return None
    is_open = look.flow.state(case.state).open
    found = Handling(
        prompts=complaints.prompts(case) if is_open else [],
        checks=[(check.label, check.why is None) for check in closing.checks(look.act("close"))] if is_open else [],
        pairs=[pair for pair in (*_weight(look), *_states(look), *_plan(case), *_party(case), *_end(look)) if pair[1]],
    )
    if is_open:
        found.hints, found.moves = _hints(look), look.able(*HANDLING)
        found.confirm_url = url_for("complaints.waiting") if policy.can(look.who, "complaint.confirm") else None
    return found


def ticks(look: Look) -> tuple[tuple[Any, ...], Any]:
    """What was asked when the complaint was accepted, for the opened row (CMP-02)."""
    return tuple(complaints.prompts(look.case)), N_("Acceptance")


def _hints(look: Look) -> list[tuple[str, Any]]:
    """What to say now: when the answer comes, that the supervisor has it, and to stay calm (CMP-04, CMP-06, CMP-18)."""
    case, found = look.case, list[tuple[str, Any]]()
    if case.state != "answered" and (line := complaints.closing_line(look.facts.clocks, now())) is not None:
        found.append(("said", Words(SPEAK, line=line)))
    if case.state == "with_supervisor":
        since = ((case.gist or {}).get("wait") or {}).get("since") or ""
        told = any(m.direction == "out" and m.at.isoformat() >= since for m in look.facts.messages)
        found += [] if told else [("said", SAID_UP)]
    elif case.state != "answered":
        found.append(("meta", CALM))
    return found


def _weight(look: Look) -> list[Any]:
    """Simple or complex, and what the facts propose (GAP-07)."""
    case = look.case
    names = dict(WEIGHTS)
    proposed, why = complaints.proposed(case, complaints.asked_of(look.facts))
    same, other = N_("%(weight)s, as proposed: %(why)s"), N_("%(weight)s; proposed was %(other)s: %(why)s")
    said = same if proposed == case.weight else other
    words = Words(said, weight=Words(names[case.weight]), other=Words(names[proposed]), why=Words(why))
    clerk = f"{case.clerk.display} {case.clerk.name}" if case.clerk_id else ""
    return [(N_("Complexity"), words), (N_("Clerk complained about"), clerk)]


def _states(look: Look) -> list[Any]:
    """What the desk has about the goods beside what the partner says, to be compared (CMP-12)."""
    goods = look.case.shipment
    if look.case.topic != "partner" or goods is None:
        return []
    held, free = N_("%(stage)s, on the shipper's hold: %(reason)s"), N_("%(stage)s, no hold")
    desk = Words(held if goods.hold_shipper else free, stage=stages.name(goods.stage), reason=goods.hold_shipper)
    found: list[Any] = [(N_("In the desk"), desk)]
    for q in complaints.asked_of(look.facts):
        if q.partner_id and q.answer:
            said = Words(
                N_("%(text)s (%(who)s, %(hour)s)"), text=shown_text(q.answer), who=q.answered_by, hour=q.answered_at
            )
            found.append((N_("The partner says"), said))
    return found


def _plan(case: Any) -> list[Any]:
    found: list[Any] = [(N_("Plan"), shown_text(case.plan))]
    if case.plan_agreed_at:
        agreed = Words(N_("%(who)s, %(hour)s"), who=case.plan_agreed_with, hour=case.plan_agreed_at)
        found.append((N_("Plan accepted by"), agreed))
    return found


def _party(case: Any) -> list[Any]:
    papers = [label for key, label in responsible.PAPERS if key in (case.steps or {})]
    found = [
        (N_("Finding"), shown_text(case.finding)), (N_("Responsible party"), responsible.shown(case)),
        (N_("Reason"), shown_text(case.responsible_reason)), (N_("Confirmed"), case.confirmed_at),
    ]  # fmt: skip
    if responsible.with_papers(case):
        wanted = papers or [N_("incident statement and outbound slip are to be sent")]
        found += [(N_("Agency-contract department"), label) for label in wanted]
    return found


def _end(look: Look) -> list[Any]:
    case, missed = look.case, closing.attempts(look.case, look.facts)
    satisfied = {True: N_("Satisfied"), False: N_("Not satisfied")}.get(case.satisfied, "")
    times = Words(N_("%(n)s times"), n=case.reopened) if case.reopened else ""
    return [
        (N_("Result told"), case.feedback_at), (N_("Satisfaction"), satisfied),
        (N_("Not reached"), Words(N_("%(n)s times"), n=len(missed)) if missed else ""), (N_("Reopened"), times),
    ]  # fmt: skip

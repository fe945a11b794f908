"""Closing a complaint (CMP-16, CMP-20, CMP-22, CMP-23, D-07, D-08): the hand-written table played, one thing missing at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from models import Message
from rules import closing, steps
from rules.facts import Facts
from rules.store import Tx, system, write_tx
from rules.words import Refused
from rules.workflow import Act, flow_of, perform
from tests import factories as make
from tests.workflows.complaint_table import PERSONAL, REASONS, rows
from tests.workflows.tables import Undone
from workflows.common import ARRIVALS

WORDS = {"to": "shipper", "channel": "phone", "text": "16:30 前送到"}
FOUND = {"finding": "漏看放货", "party": "fleet", "responsible_reason": "对账单为证"}
TOLD = {"channel": "phone", "text": "已告诉赵敏处理结果"}
SAYS = {"channel": "phone", "said": "可以了", "satisfied": "yes"}
MISS = {"channel": "phone", "text": "响八声没人接"}
TOPICS = {"attitude": "attitude", "rough": "rough"}


def settle(desk, ref, owner):
    """Everything that any complaint needs before it is closed, but for the answer."""
    make.do(owner, ref, "find", **FOUND)
    make.do(desk.supervisor, ref, "confirm_party")
    make.do(owner, ref, "feedback", **TOLD)


def whole(desk, kind, clerk):
    """A complaint of a kind of the table in which nothing is missing."""
    ref = make.complaint(desk.agent, desk, topic=TOPICS.get(kind, "hotline"))
    if kind == "attitude":
        make.do(desk.agent, ref, "accept", clerk_id=str(clerk.user_id))
    if kind == "joint":
        with make.writing() as tx:
            desks = [make.make_department(tx, code).id for code in (f"R{ref}", f"O{ref}")]
        make.do(
            desk.agent,
            ref,
            "joint_review",
            departments=[str(key) for key in desks],
            question="为什么",
            purpose="今天送到",
        )
        for line in Facts(make.db.session(), make.matter(ref)).questions:
            make.do(desk.agent, ref, "party_answered", question_id=line.id, text="漏看", answered_by="李工")
    if kind in ("planned", "joint"):
        make.do(desk.agent, ref, "plan", plan="今天重送")
        make.do(desk.agent, ref, "agree_plan", plan_agreed_with="赵敏")
    make.do(desk.agent, ref, "answer", **WORDS)
    if kind == "reopened":
        make.do(desk.agent, ref, "feedback", **TOLD, satisfied="no", said="还是没到")
        make.do(desk.agent, ref, "answer", **WORDS)
    settle(desk, ref, desk.agent)
    if kind in ("attitude", "reopened"):
        make.do(desk.colleague, ref, "return_call", **SAYS)
    note_list(desk.agent, ref)
    return ref


def note_list(who, ref):
    """Everything that the list of its kind asks for before closing."""
    wanted = steps.missing(make.matter(ref), "close")
    lines, ticks = ([s.code for s in wanted if (s.kind == steps.TICK) is tick] for tick in (False, True))
    if wanted:
        make.do(who, ref, "step", codes=lines, values=["王队"] * len(lines), shown=ticks, tick=ticks)


def take_away(tx, case, gap):
    """Undo one thing, as it would stand had it never been done."""
    if gap == "answer":
        case.state = "investigating"
    elif gap in ("party", "reason"):
        case.responsible_kind = None if gap == "party" else case.responsible_kind
        case.responsible_reason = None if gap == "reason" else case.responsible_reason
    elif gap == "confirmed":
        case.confirmed_at = case.confirmed_by_id = None
    elif gap in ("feedback", "missed", "once_missed", "too_early", "own_missed", "clerks_own"):
        case.feedback_at = case.feedback_by_id = case.satisfied = None
        by = {"own_missed": case.owner_id, "clerks_own": case.clerk_id}.get(gap, case.confirmed_by_id)
        if gap == "too_early":
            case.waiting_since = tx.at - timedelta(minutes=30)
        for minute in range({"feedback": 0, "once_missed": 1}.get(gap, 2)):
            at = tx.at + timedelta(minutes=minute - (20 if gap == "too_early" else 0))
            tx.add(
                Message(
                    case_id=case.id,
                    office_id=case.office_id,
                    direction="note",
                    result="not_reached",
                    text="没人接",
                    at=at,
                    by_id=by,
                )
            )
    elif gap in ("agreed", "plan"):
        case.plan = None if gap == "plan" else case.plan
        case.plan_agreed_at = case.plan_agreed_with = None
    elif gap == "review":
        line = Facts(tx.session, case).questions[0]
        line.answer = line.answered_at = line.answered_by = line.recorded_by_id = None
    elif gap == "satisfied":
        case.satisfied = case.satisfied_at = case.satisfied_by_id = None
    elif gap == "unnamed":
        case.clerk_id = None
    elif gap == "list":
        case.steps = {}
    tx.session.flush()


def tried(people, ref, gap, channel="phone"):
    """What closing it comes to for each person with that thing missing, in a write that is undone."""
    found = {}
    try:
        with write_tx(system(), "table") as tx:
            case = make.matter(ref)
            case.channel = channel
            take_away(tx, case, gap)
            for name, who in people.items():
                point = tx.session.begin_nested()
                found[name] = closing_it(tx, who, case)
                point.rollback()
                if inspect(case).expired_attributes:
                    case = make.matter(ref)
            raise Undone
    except Undone:
        return found


def closing_it(tx, who, case):
    own = tx.session.info["tx"] = Tx(tx.session, who, tx.at, "close")
    try:
        perform(own, case, "close")
        return case.state
    except Refused as no:
        word = next((word for word, said in REASONS.items() if said == no.why.msgid), str(no.why))
        return word if no.code == (403 if word in PERSONAL else 409) else f"{word} with {no.code}"


@pytest.mark.rule("CMP-16", "CMP-20", "CMP-22", "CMP-23", "ORG-02")
def test_closing_is_refused_for_the_one_thing_that_is_missing_whoever_tries(desk):
    clerk = make.person(desk, "agent")
    people = desk.people | {"owner": desk.agent, "clerk": clerk}
    refs = {kind: whole(desk, kind, clerk) for kind in {kind for kind, *_ in rows()}}
    wrong = [
        f"{name} closing a {kind} complaint without {gap}: {came} instead of {told[name]}"
        for kind, gap, told in rows()
        for name, came in tried({name: people[name] for name in told}, refs[kind], gap).items()
        if came != told[name]
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ["plain", "attitude"])
@pytest.mark.rule("CMP-01", "CMP-22", "CMP-23")
def test_closing_is_the_same_by_every_channel_that_a_complaint_comes_by(desk, kind):
    clerk = make.person(desk, "agent")
    people = {"owner": desk.agent, "finance": desk.finance, "clerk": clerk}
    ref = whole(desk, kind, clerk)
    told = {gap: who for one, gap, who in rows() if one == kind}
    for channel, _ in ARRIVALS:
        for gap, should in told.items():
            came = tried(people, ref, gap, channel)
            assert (channel, gap, came) == (channel, gap, {name: should[name] for name in people})


@pytest.mark.rule("CMP-23", "CMP-22", "ORG-02")
def test_everything_that_is_missing_is_named_at_once(desk):
    ref = make.complaint(desk.agent, desk, topic="attitude")
    make.do(desk.agent, ref, "ask_party", to="fleet", whom="车队", question="为什么")
    make.do(desk.agent, ref, "plan", plan="今天重送")
    case = make.matter(ref)
    flow = flow_of(case)
    act = Act(desk.agent, case, flow, flow.move("close"), Facts(make.db.session(), case), make.now())
    assert {w.msgid for w in closing.missing(act)} == {said for key, said in REASONS.items() if key not in PERSONAL}
    done = [check.label for check in closing.checks(act) if check.why is None]
    assert done == []
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "close")
    assert (no.value.code, no.value.why.msgid) == (409, REASONS["answer"])

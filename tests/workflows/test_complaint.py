"""Complaints: registered, accepted, investigated, answered in 2 or 24 hours, closed (CMP-01 to CMP-06, CMP-22, CMP-23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules import workflow
from rules.words import Refused
from tests import factories as make
from tests.workflows.tables import lines, wrong

OPEN = ("registered", "accepted", "investigating", "with_supervisor", "answered", "reopened")
TABLE = """
move              owner colleague supervisor finance auditor admin | registered accepted        investigating   with_supervisor answered closed   reopened        void
accept            yes   yes   yes   role  role  role  | accepted   -               -               -               -        -        -               -
answer            yes   yes   yes   role  role  role  | answered   answered        answered        answered        -        -        answered        -
investigate       yes   yes   yes   role  role  role  | -          investigating   investigating   -               -        -        investigating   -
escalate          yes   yes   yes   role  role  role  | -          with_supervisor with_supervisor -               -        -        with_supervisor -
advise            role  role  yes   role  role  role  | -          -               -               investigating   -        -        -               -
close             yes   yes   yes   role  role  role  | -          -               -               -               closed   -        -               -
reopen            yes   yes   yes   role  role  role  | -          -               -               -               reopened reopened -               -
"""
WORDS = {"to": "shipper", "channel": "phone", "text": "16:30 前送到"}
FOUND = {"finding": "代理漏看放货", "responsible": "北京代理"}
GETS_TO = {
    "registered": (),
    "accepted": ("accept",),
    "investigating": ("accept", "investigate"),
    "with_supervisor": ("accept", "escalate"),
    "answered": ("answer",),
    "closed": ("answer", "close"),
    "reopened": ("answer", "reopen"),
    "void": ("void",),
}


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    person = {"person": make.person(desk, "agent").user_id, "reason": "休假"}
    return {
        "accept": {"weight": "simple", "wanted": "今天送到"}, "answer": WORDS, "message": WORDS, "close": FOUND,
        "chase": {"said": "还没送", "channel": "phone"}, "note": {"text": "记下"}, "investigate": {"text": "问过代理"},
        "escalate": {"reason": "客户要赔偿"}, "advise": {"text": "先道歉"}, "reopen": {"reason": "客户不满意"},
        "hand_over": person, "assign": person, "return_to_pool": {"reason": "下班"}, "void": {"reason": "录错"},
        "decline_hand_over": {"reason": "忙"}, "remind": {"at": make.now(), "text": "回电"},
    }  # fmt: skip


def people(desk):
    return {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip


@pytest.mark.parametrize("state", GETS_TO)
def test_who_may_do_what_in_each_state_of_a_complaint(desk, sent, state):
    ref = make.complaint(desk.agent, desk)
    for move in GETS_TO[state]:
        make.do(desk.agent, ref, move, **sent.get(move, {}))
    assert make.matter(ref).state == state
    assert wrong(lines(TABLE, OPEN), people(desk), ref, state, sent) == []


def test_the_table_names_every_move_of_a_complaint(house):
    assert {line.move for line in lines(TABLE, OPEN)} == {move.name for move in workflow.KINDS["complaint"].moves}


@pytest.mark.parametrize(("weight", "hours"), [("simple", 2), ("complex", 24)])
def test_a_complaint_has_two_or_twenty_four_hours(desk, weight, hours):
    ref = make.complaint(desk.agent, desk, weight=weight)
    assert make.clocks_of(ref)[0].minutes == hours * 60


@pytest.mark.parametrize(("first", "then", "hours"), [("simple", "complex", 24), ("complex", "simple", 2)])
def test_weighing_a_complaint_anew_when_accepting_it_changes_its_time(desk, clock, first, then, hours):
    called = make.now()
    ref = make.complaint(desk.agent, desk, weight=first)
    make.set_figure("desk.duty_24h", True)
    clock.forward(10)
    make.do(desk.agent, ref, "accept", weight=then)
    case, found = make.matter(ref), make.clocks_of(ref)
    assert [(c.minutes, c.due_at, c.stopped_at) for c in found] == [(hours * 60, called + timedelta(hours=hours), None)]
    assert (case.weight, case.due_at) == (then, found[0].due_at)
    assert {turn.due_at for turn in make.open_turns(ref)} == {found[0].due_at}


def test_accepting_with_the_same_weight_leaves_the_clock_alone(desk, clock):
    ref = make.complaint(desk.agent, desk)
    before = make.clocks_of(ref)[0].due_at
    make.set_figure("complaint.simple.answer", 60)
    clock.forward(5)
    make.do(desk.agent, ref, "accept", weight="simple")
    assert make.clocks_of(ref)[0].due_at == before


@pytest.mark.parametrize(
    ("caller", "accepted"),
    [
        ({}, True),  # the customer's contact has a phone
        ({"customer_id": None, "caller_name": "周先生", "caller_phone": "13900001111"}, True),
        ({"contact_id": None}, False),
    ],
    ids=["contact with a phone", "stranger with a phone", "nobody to call back"],
)
def test_accepting_needs_content_caller_and_phone_only(desk, caller, accepted):
    ref = make.complaint(desk.agent, desk, **caller)
    if accepted:
        make.do(desk.agent, ref, "accept", weight="simple")
        assert make.matter(ref).state == "accepted"
        return
    for move, data in (("accept", {"weight": "simple"}), ("answer", WORDS)):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, move, **data)
        assert no.value.why.msgid == "Content, caller and phone are needed to accept a complaint."


def test_a_complaint_answered_while_logging_can_be_closed_with_finding_and_responsible_party(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "close", **FOUND)
    case = make.matter(ref)
    assert (case.state, case.finding, case.responsible) == ("closed", "代理漏看放货", "北京代理")


def test_closing_without_a_responsible_party_is_refused(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "close", finding="代理漏看放货")
    assert no.value.why.msgid == "The responsible party has not been named yet."


@pytest.mark.parametrize("to", ["partner", "colleague"])
def test_what_the_partner_was_told_does_not_stop_the_customers_clock(desk, to):
    ref = make.complaint(desk.agent, desk)
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "answer", **WORDS | {"to": to})
    assert make.clocks_of(ref)[0].stopped_at is None


def test_with_the_supervisor_the_clock_runs_on_and_the_matter_stays_the_agents(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "accept", weight="simple")
    due = make.matter(ref).due_at
    make.do(desk.agent, ref, "escalate", reason="客户要赔偿")
    case = make.matter(ref)
    assert (case.owner_id, case.due_at, make.pauses_of(ref)) == (desk.agent.user_id, due, [])
    assert {(t.what, t.user_id, t.role, t.leading, t.waiting) for t in make.open_turns(ref)} == {
        ("own", desk.agent.user_id, None, True, True),
        ("advise", None, "supervisor", False, False),
    }
    make.do(desk.supervisor, ref, "advise", text="先道歉")
    assert [(t.what, t.waiting) for t in make.open_turns(ref)] == [("handle", False)]


def test_what_was_asked_for_when_accepting_stands_on_the_complaint(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(
        desk.agent,
        ref,
        "accept",
        weight="simple",
        purpose="今天送到",
        impact="停产",
        restated="未派送",
        wanted="送货",
        evidence="照片",
    )
    case = make.matter(ref)
    assert (case.purpose, case.impact, case.restated, case.wanted, case.evidence) == (
        "今天送到",
        "停产",
        "未派送",
        "送货",
        "照片",
    )

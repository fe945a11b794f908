"""Whose turn it is (E-01): in every state of every kind, exactly one leading turn, and nothing for who may not act."""

from __future__ import annotations

import pytest

from models import FAR
from rules.store import write_tx
from rules.turns import derive
from tests import factories as make
from tests.factories import PROOF, READ_BACK

WORDS = {"to": "shipper", "channel": "phone", "text": "好", "said": "x", "reason": "x", "weight": "simple"}
CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "x", "destination": "天津"}
FOUND = {"finding": "x", "party": "fleet", "responsible_reason": "x"}
MOVES = WORDS | FOUND | READ_BACK | {"whom": "x", "question": "x"}
# kind, how it gets there, the leading turn of the owner (waiting in brackets), and the turn of somebody else.
WHOSE = [
    ("inquiry", "", "answer", ""),
    ("inquiry", "ask_info", "(own)", ""),
    ("inquiry", "ask_party", "(own)", "remind None 1"),
    ("inquiry", "answer", "close", ""),
    ("inquiry", "answer close reopen", "answer", ""),
    ("inquiry", "answer close", "", ""),
    ("complaint", "", "accept", ""),
    ("complaint", "accept", "handle", ""),
    ("complaint", "accept investigate", "handle", ""),
    ("complaint", "accept consult", "(own)", "advise supervisor 1"),
    ("complaint", "answer", "close", ""),
    ("complaint", "answer find", "close", "confirm supervisor 1"),
    ("complaint", "answer reopen answer feedback", "close", "return_call supervisor 1"),
    ("complaint", "answer find supervisor:confirm_party feedback close", "", ""),
    ("change", "", "check", ""),
    ("change", "submit", "(own)", "decide supervisor 2"),
    ("change", "submit supervisor:approve", "(own)", "decide finance 1"),
    ("change", "submit supervisor:approve finance:approve", "finish", ""),
    ("change", "submit supervisor:send_back", "chase_proof", ""),
    ("change", "submit supervisor:refuse", "", ""),
    ("change", "withdraw", "", ""),
    ("change", "void", "", ""),
    ("inquiry", "return_to_pool", "(own)", "claim agent 1"),
    ("change", "return_to_pool", "(own)", "claim agent 1"),
]


def begun(desk, kind):
    """A fresh matter of a kind; the change is one that supervisor and finance sign."""
    if kind == "change":
        return make.change(desk.agent, desk, "K10", **CHARGED)
    if kind == "complaint":  # of a kind without a list of its own to be filled before closing
        return make.complaint(desk.agent, desk, topic="hotline")
    return make.inquiry(desk.agent, desk)


@pytest.mark.parametrize(("kind", "moves", "leads", "other"), WHOSE, ids=lambda value: value or "-")
def test_whose_turn_it_is(desk, kind, moves, leads, other):
    ref = begun(desk, kind)
    for move in moves.split():
        who, _, name = move.rpartition(":")
        make.do(getattr(desk, who or "agent"), ref, name, **MOVES)
    found = make.open_turns(ref)
    leading = [(f"({t.what})" if t.waiting else t.what, t.user_id) for t in found if t.leading]
    assert leading == ([(leads, desk.agent.user_id)] if leads else [])
    assert [f"{t.what} {t.role} {t.grade}" for t in found if not t.leading] == ([other] if other else [])


def test_a_turn_falls_due_with_the_earliest_running_clock_of_its_matter(desk):
    ref = make.inquiry(desk.agent, desk)
    due = make.clocks_of(ref)[0].due_at
    (turn,) = make.open_turns(ref)
    assert (turn.due_at, turn.due_name, turn.queue_at) == (due, "answer", due)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    (turn,) = make.open_turns(ref)
    assert (turn.due_at, turn.due_name, turn.queue_at) == (None, None, FAR)


def test_a_decision_is_due_by_its_own_time_and_not_by_the_customers_clock(desk):
    ref = begun(desk, "change")
    make.do(desk.agent, ref, "submit")
    turn = next(t for t in make.open_turns(ref) if t.what == "decide")
    assert turn.due_at == make.approvals_of(ref)[0].due_at != make.matter(ref).due_at


def test_waiting_time_counts_from_the_call(desk, clock):
    called = clock.at
    clock.forward(20)
    ref = make.inquiry(desk.agent, desk, called_at=called)
    (turn,) = make.open_turns(ref)
    assert (turn.since, turn.opened_at) == (called, clock.at)


def test_a_note_leaves_the_turns_alone(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    before = [(t.id, t.opened_at) for t in make.open_turns(ref)]
    clock.forward(1)
    make.do(desk.colleague, ref, "note", text="x")
    assert [(t.id, t.opened_at) for t in make.open_turns(ref)] == before


def test_work_given_to_the_customers_own_agent_is_his_turn(desk):
    ref = make.inquiry(desk.agent, desk, assignee_id=desk.colleague.user_id)
    assert {(t.what, t.user_id, t.leading, t.waiting) for t in make.open_turns(ref)} == {
        ("own", desk.agent.user_id, True, True),
        ("answer", desk.colleague.user_id, False, False),
    }


def test_the_asker_and_the_editor_and_whoever_signed_are_kept_off_the_decision(desk):
    chief = make.person(desk, "agent", "supervisor", "finance", grade=4)
    ref = make.change(desk.agent, desk, "K10", **CHARGED)
    make.do(desk.agent, ref, "submit")
    make.do(chief, ref, "approve")
    turn = next(t for t in make.open_turns(ref) if t.what == "decide")
    assert {turn.except_id, turn.except_too_id} == {desk.agent.user_id, chief.user_id}


def test_asking_finance_gives_finance_a_turn_until_it_has_answered(desk):
    shipment = make.goods(desk, hold_shipper="等付款", hold_finance="运费未付")
    ref = make.change(desk.agent, desk, "K06", shipment, **PROOF)
    make.do(desk.agent, ref, "ask_finance")
    assert {(t.what, t.role) for t in make.open_turns(ref)} == {("check", None), ("lift", "finance")}
    make.do(desk.finance, ref, "keep_stop", reason="未到账")
    assert [t.what for t in make.open_turns(ref)] == ["check"]


def test_derived_columns_raise_no_version_and_leave_no_event(desk):
    ref = make.inquiry(desk.agent, desk)
    before = (make.matter(ref).version, len(make.events()))
    with write_tx(desk.agent, "tick") as tx:
        derive(tx, make.matter(ref), chases=7)
    case = make.matter(ref)
    assert case.chases == 7
    assert (case.version, len(make.events())) == before

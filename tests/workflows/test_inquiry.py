"""Inquiries from the first word to the last (INQ-01, INQ-07 to INQ-09, INQ-23, D-03)."""

from __future__ import annotations

import pytest

from rules import workflow
from rules.words import Refused
from tests import factories as make
from tests.workflows.tables import lines, wrong

OPEN = ("open", "info_missing", "with_desk", "with_supervisor", "answered", "reopened")
TABLE = """
move              owner colleague supervisor finance auditor admin | open            info_missing with_desk with_supervisor answered closed   reopened        void
answer            yes   yes   yes   role  role  role  | answered        answered     answered  answered        -        -        answered        -
acknowledge       yes   yes   yes   role  role  role  | open            -            with_desk with_supervisor -        -        reopened        -
ask_info          yes   yes   yes   role  role  role  | info_missing    -            -         -               -        -        info_missing    -
info_came         yes   yes   yes   role  role  role  | -               open         -         -               -        -        -               -
to_desk           yes   yes   yes   role  role  role  | with_desk       -            -         -               -        -        with_desk       -
desk_answered     yes   yes   yes   role  role  role  | -               -            open      -               -        -        -               -
consult           yes   yes   yes   role  role  role  | with_supervisor -            -         -               -        -        with_supervisor -
advise            role  role  yes   role  role  role  | -               -            -         open            -        -        -               -
chase             yes   yes   yes   yes   role  role  | =               =            =         =               reopened -        =               -
close             yes   yes   yes   role  role  role  | -               -            -         -               closed   -        -               -
reopen            yes   yes   yes   role  role  role  | -               -            -         -               reopened reopened -               -
"""
WORDS = {"to": "shipper", "channel": "phone", "text": "每公斤 5.2 元，当晚航班"}
GETS_TO = {
    "open": (),
    "info_missing": ("ask_info",),
    "with_desk": ("to_desk",),
    "with_supervisor": ("consult",),
    "answered": ("answer",),
    "closed": ("answer", "close"),
    "reopened": ("answer", "close", "reopen"),
    "void": ("void",),
}


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    person = {"person": make.person(desk, "agent").user_id, "reason": "休假"}
    said = {"said": "再问一次", "channel": "phone"}
    return {
        "answer": WORDS, "acknowledge": WORDS, "ask_info": WORDS, "message": WORDS, "info_came": said, "chase": said, "note": {"text": "记下"},
        "to_desk": {"text": "请报价"}, "desk_answered": {"text": "5.2"},
        "consult": {"text": "能给 5.0 吗"}, "advise": {"text": "可以"}, "reopen": {"reason": "客户不满意"},
        "hand_over": person, "assign": person, "return_to_pool": {"reason": "下班"}, "void": {"reason": "录错"},
        "decline_hand_over": {"reason": "忙"}, "remind": {"at": make.now(), "text": "回电"},
    }  # fmt: skip


def people(desk):
    return {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip


@pytest.mark.parametrize("state", GETS_TO)
@pytest.mark.rule("INQ-23")
def test_who_may_do_what_in_each_state_of_an_inquiry(desk, sent, state):
    ref = make.inquiry(desk.agent, desk)
    for move in GETS_TO[state]:
        make.do(desk.agent, ref, move, **sent.get(move, {}))
    assert make.matter(ref).state == state
    assert wrong(lines(TABLE, OPEN), people(desk), ref, state, sent) == []


def test_the_table_names_every_move_of_an_inquiry(house):
    assert {line.move for line in lines(TABLE, OPEN)} == {move.name for move in workflow.KINDS["inquiry"].moves}


@pytest.mark.rule("INQ-07")
def test_the_first_answer_stops_the_clock_and_a_second_one_is_a_contact(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    answered_at = clock.forward(3)
    make.do(desk.agent, ref, "answer", **WORDS)
    clock.forward(20)
    make.do(desk.agent, ref, "message", **WORDS)
    assert [c.stopped_at for c in make.clocks_of(ref)] == [answered_at]
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "answer", **WORDS)


@pytest.mark.parametrize("to", ["partner", "colleague"])
def test_words_to_somebody_else_are_no_answer_to_the_customer(desk, to):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "answer", **WORDS | {"to": to})
    assert no.value.why.msgid == "Only words to the customer are an answer; log this as a contact."
    assert make.matter(ref).state == "open"
    assert make.clocks_of(ref)[0].stopped_at is None


def test_a_contact_with_the_partner_leaves_the_customer_unanswered(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "message", **WORDS | {"to": "partner"})
    assert not workflow.Facts(make.db.session(), make.matter(ref)).answered


@pytest.mark.rule("ORG-01")
def test_another_call_joins_the_matter_and_does_not_reset_its_waiting_time(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    before = make.matter(ref).waiting_since, make.clocks_of(ref)[0].due_at
    for _ in range(3):
        clock.forward(2)
        make.do(desk.colleague, ref, "chase", said="好了吗", channel="phone")
    case = make.matter(ref)
    assert (case.waiting_since, make.clocks_of(ref)[0].due_at) == before
    assert (case.chases, case.version) == (3, 1)


def test_a_reopened_inquiry_runs_a_new_clock_from_the_reopening(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "close")
    again = clock.forward(60)
    make.do(desk.supervisor, ref, "reopen", reason="客户不满意")
    case, (old, new) = make.matter(ref), make.clocks_of(ref)
    assert case.closed_at is None
    assert case.waiting_since == again
    assert (old.stopped_at is not None, new.started_at, new.stopped_at) == (True, again, None)
    assert case.due_at == new.due_at == again.replace(minute=again.minute + 5)


def test_closing_keeps_the_moment_and_leaves_nobody_a_turn(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    closed = clock.forward(1)
    make.do(desk.agent, ref, "close")
    assert make.matter(ref).closed_at == closed
    assert make.open_turns(ref) == []


@pytest.mark.rule("ORG-02")
def test_a_question_to_another_desk_names_the_desk_and_does_not_pause_the_customers_clock(desk, clock):
    with make.writing() as tx:
        department = make.make_department(tx).id
    ref = make.inquiry(desk.agent, desk)
    due = make.clocks_of(ref)[0].due_at
    make.do(desk.agent, ref, "to_desk", text="请报价", department_id=department)
    assert make.matter(ref).department_id == department
    assert make.pauses_of(ref) == []
    assert make.matter(ref).due_at == due


@pytest.mark.parametrize(
    ("topic", "minutes"), [("price", 5), ("cargo", 30), ("callback", 5), ("other", 30)], ids=lambda value: str(value)
)
@pytest.mark.rule("INQ-01", "INQ-07", "INQ-09")
def test_each_kind_of_question_has_its_own_figure(desk, topic, minutes):
    ref = make.inquiry(desk.agent, desk, topic=topic)
    assert make.clocks_of(ref)[0].minutes == minutes


def test_a_caller_who_is_no_customer_is_logged_and_can_become_a_prospect(desk):
    ref = make.inquiry(desk.agent, desk, customer_id=None, caller_name="周先生", caller_phone="13900001111")
    assert make.matter(ref).customer_id is None
    make.do(desk.agent, ref, "promote", name="周记贸易")
    case = make.matter(ref)
    assert (case.customer.name, case.customer.status) == ("周记贸易", "prospect")
    assert {turn.customer_id for turn in make.open_turns(ref)} == {case.customer_id}

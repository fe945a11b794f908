"""Complaints: registered, accepted, investigated, answered within hours, closed (CMP-01 to CMP-06, CMP-22, CMP-23)."""

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
acknowledge       yes   yes   yes   role  role  role  | registered accepted        investigating   with_supervisor -        -        reopened        -
consult           yes   yes   yes   role  role  role  | -          with_supervisor with_supervisor -               -        -        with_supervisor -
advise            role  role  yes   role  role  role  | -          -               -               investigating   -        -        -               -
chase             yes   yes   yes   yes   role  role  | =          =               =               =               reopened -        =               -
close             yes   yes   yes   role  role  role  | -          -               -               -               closed   -        -               -
reopen            yes   yes   yes   role  role  role  | -          -               -               -               reopened reopened -               -
"""
WORDS = {"to": "shipper", "channel": "phone", "text": "16:30 前送到"}
FOUND = {"finding": "代理漏看放货", "responsible": "北京代理"}
GETS_TO = {
    "registered": (),
    "accepted": ("accept",),
    "investigating": ("accept", "investigate"),
    "with_supervisor": ("accept", "consult"),
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
        "accept": {"weight": "simple", "wanted": "今天送到"}, "answer": WORDS, "message": WORDS, "acknowledge": WORDS, "close": FOUND,
        "chase": {"said": "还没送", "channel": "phone"}, "note": {"text": "记下"}, "investigate": {"text": "问过代理"},
        "consult": {"text": "客户要赔偿"}, "advise": {"text": "先道歉"}, "reopen": {"reason": "客户不满意"},
        "hand_over": person, "assign": person, "return_to_pool": {"reason": "下班"}, "void": {"reason": "录错"},
        "decline_hand_over": {"reason": "忙"}, "remind": {"at": make.now(), "text": "回电"},
    }  # fmt: skip


def people(desk):
    return {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip


@pytest.mark.parametrize("state", GETS_TO)
@pytest.mark.rule("CMP-05", "CMP-22")
def test_who_may_do_what_in_each_state_of_a_complaint(desk, sent, state):
    ref = make.complaint(desk.agent, desk)
    for move in GETS_TO[state]:
        make.do(desk.agent, ref, move, **sent.get(move, {}))
    assert make.matter(ref).state == state
    assert wrong(lines(TABLE, OPEN), people(desk), ref, state, sent) == []


def test_the_table_names_every_move_of_a_complaint(house):
    assert {line.move for line in lines(TABLE, OPEN)} == {move.name for move in workflow.KINDS["complaint"].moves}


STRANGER = {"customer_id": None, "caller_name": "周先生", "caller_phone": "13900001111"}


@pytest.mark.parametrize(
    ("grade", "simple", "complex_"),
    [("A", 60, 480), ("B", 120, 1440), ("C", 120, 1440), ("D", 120, 1440), (None, 120, 1440)],
)
@pytest.mark.rule("CMP-03", "CMP-04")
def test_the_time_for_a_complaint_goes_by_its_weight_and_the_class_of_the_customer(desk, grade, simple, complex_):
    with make.writing() as tx:
        office = tx.session.get_one(make.Office, desk.office)
        caller = (
            {"customer_id": make.make_customer(tx, office, "长风", "13900002222", grade=grade).id}
            if grade
            else STRANGER
        )
    for weight, minutes in (("simple", simple), ("complex", complex_)):
        (clock,) = make.clocks_of(make.complaint(desk.agent, desk, weight=weight, **caller))
        assert clock.minutes == minutes


@pytest.mark.parametrize(
    ("topic", "minutes"),
    [("hotline", 60), ("attitude", 60), ("loss", 480), ("bumped", 480)],
)
@pytest.mark.rule("CMP-01", "CMP-04")
def test_some_kinds_are_always_simple_or_always_complex(desk, topic, minutes):
    for weight in ("simple", "complex"):
        (clock,) = make.clocks_of(make.complaint(desk.agent, desk, topic=topic, weight=weight))
        assert clock.minutes == minutes


@pytest.mark.rule("CMP-04")
def test_the_table_may_only_shorten_the_plain_figure(desk):
    make.set_figure("complaint.simple.answer", 45)
    make.set_figure("complaint.by_kind_and_class", {"A": [50, 300]}, desk.office)
    ref = make.complaint(desk.agent, desk)
    assert [(c.minutes, c.figure) for c in make.clocks_of(ref)] == [(45, "complaint.simple.answer")]
    ref = make.complaint(desk.agent, desk, weight="complex")
    assert [(c.minutes, c.figure) for c in make.clocks_of(ref)] == [(300, "complaint.by_kind_and_class:A:complex")]


@pytest.mark.parametrize(("topic", "minutes"), [("warehouse", 10), ("ledger", 30), ("statement", 10)])
@pytest.mark.rule("CMP-09", "FIN-16", "FIN-17")
def test_wrong_goods_ledger_and_statement_have_a_first_reply_within_minutes(desk, topic, minutes):
    ref = make.complaint(desk.agent, desk, topic=topic)
    assert [(c.name, c.minutes) for c in make.clocks_of(ref)] == [("first", minutes), ("answer", 60)]


@pytest.mark.parametrize(("first", "then", "hours"), [("simple", "complex", 8), ("complex", "simple", 1)])
@pytest.mark.rule("CMP-03")
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
    make.set_figure("complaint.simple.answer", 30)
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
@pytest.mark.rule("CMP-02")
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


@pytest.mark.rule("CMP-23")
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


@pytest.mark.rule("CMP-06", "CMP-07")
def test_with_the_supervisor_the_clock_runs_on_and_the_matter_stays_the_agents(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "accept", weight="simple")
    due = make.matter(ref).due_at
    asked_at = make.now()
    make.do(desk.agent, ref, "consult", text="客户要赔偿")
    case = make.matter(ref)
    assert (case.owner_id, case.due_at, make.pauses_of(ref)) == (desk.agent.user_id, due, [])
    assert {(t.what, t.user_id, t.role, t.leading, t.waiting) for t in make.open_turns(ref)} == {
        ("own", desk.agent.user_id, None, True, True),
        ("advise", None, "supervisor", False, False),
    }
    advise = next(t for t in make.open_turns(ref) if t.what == "advise")
    assert (advise.due_at, advise.due_name) == (asked_at + timedelta(minutes=5), "consult")
    make.do(desk.supervisor, ref, "advise", text="先道歉")
    assert [(t.what, t.waiting) for t in make.open_turns(ref)] == [("handle", False)]


@pytest.mark.rule("CMP-02")
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

"""Complaints: registered, accepted, investigated, answered within hours, closed (CMP-01 to CMP-06, CMP-22, CMP-23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules import workflow
from rules.facts import Facts
from rules.words import Refused
from tests import factories as make
from tests.workflows.tables import lines, wrong
from workflows import joining, promising, questioning, remedies

OPEN = ("registered", "accepted", "investigating", "with_supervisor", "answered", "reopened")
TABLE = """
move              owner colleague supervisor finance auditor admin | registered accepted        investigating   with_supervisor answered closed   reopened        void
accept            yes   yes   yes   role  role  role  | accepted        -               -               -               -        -        -               -
restate           yes   yes   yes   role  role  role  | -               =               =               =               -        -        =               -
answer            yes   yes   yes   role  role  role  | answered        answered        answered        answered        -        -        answered        -
investigate       yes   yes   yes   role  role  role  | -               investigating   investigating   -               -        -        investigating   -
acknowledge       yes   yes   yes   role  role  role  | registered      accepted        investigating   with_supervisor -        -        reopened        -
plan              yes   yes   yes   role  role  role  | =               =               =               =               =        -        =               -
agree_plan        no_plan no_plan no_plan role role role | =            =               =               =               =        -        =               -
consult           yes   yes   yes   role  role  role  | -               with_supervisor with_supervisor -               -        -        with_supervisor -
advise            role  role  yes   role  role  role  | -               -               -               investigating   -        -        -               -
hand_up           yes   yes   yes   role  role  role  | with_supervisor with_supervisor with_supervisor -               -        -        with_supervisor -
chase             yes   yes   yes   yes   role  role  | =               =               =               =               reopened -        =               -
find              yes   yes   yes   role  role  role  | =               =               =               =               =        -        =               -
confirm_party     role  role  no_party role role role | =               =               =               =               =        -        =               -
return_party      role  role  no_party role role role | =               =               =               =               =        -        =               -
feedback          yes   mine  yes   role  role  role  | -               -               -               -               answered -        -               -
not_reached       yes   yes   yes   role  role  role  | =               =               =               =               =        -        =               -
return_call       no_call no_call no_call role role role | -            -               -               -               answered -        -               -
reopen            yes   yes   yes   role  role  role  | -               -               -               -               reopened reopened -               -
void              yes   mine  yes   mine  role  role  | void            void:accepted_already void:accepted_already void:accepted_already void:accepted_already - void:accepted_already -
"""
WORDS = {"to": "shipper", "channel": "phone", "text": "16:30 前送到"}
FOUND = {"finding": "对账单漏记一票", "party": "fleet", "responsible_reason": "提货日志"}
TOLD = {"channel": "phone", "text": "已告诉赵敏处理结果"}
SETTLED = ("answer", "find", "supervisor:confirm_party", "feedback")
GETS_TO = {
    "registered": (),
    "accepted": ("accept",),
    "investigating": ("accept", "investigate"),
    "with_supervisor": ("accept", "consult"),
    "answered": ("answer",),
    "closed": (*SETTLED, "close"),
    "reopened": ("answer", "reopen"),
    "void": ("void",),
}


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    person = {"person": make.person(desk, "agent").user_id, "reason": "休假"}
    return {
        "accept": {"weight": "simple", "wanted": "今天送到"}, "answer": WORDS, "message": WORDS, "acknowledge": WORDS, "find": FOUND,
        "restate": {"restated": "两份账单差一票"}, "plan": {"plan": "今天重对"}, "agree_plan": {"plan_agreed_with": "赵敏"},
        "feedback": TOLD, "not_reached": {"channel": "phone", "text": "响八声没人接"}, "return_party": {"reason": "证据不足"},
        "return_call": {"channel": "phone", "said": "可以了", "satisfied": "yes"},
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


def begun(desk, sent, moves, topic="hotline", **data):
    """A complaint that has come so far; `supervisor:confirm_party` is the supervisor's move."""
    ref = make.complaint(desk.agent, desk, topic=topic, **data)
    for step in moves:
        who, _, move = step.rpartition(":")
        make.do(desk.people[who or "agent"], ref, move, **sent.get(move, {}))
    return ref


@pytest.mark.parametrize("state", GETS_TO)
@pytest.mark.rule("CMP-05", "CMP-22")
def test_who_may_do_what_in_each_state_of_a_complaint(desk, sent, state):
    ref = begun(desk, sent, GETS_TO[state])
    assert make.matter(ref).state == state
    assert wrong(lines(TABLE, OPEN), people(desk), ref, state, sent) == []


def test_the_tables_name_every_move_of_a_complaint(house):
    elsewhere = {"close"}  # its own table: complaint_table.py
    shared = (questioning.moves(()), (questioning.joint_review(()),), remedies.MOVES, promising.MOVES, joining.MOVES)
    elsewhere |= {move.name for moves in shared for move in moves}
    assert {line.move for line in lines(TABLE, OPEN)} == {m.name for m in workflow.KINDS["complaint"].moves} - elsewhere


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


# ------------------------------------------------------------------------------------------ acceptance


@pytest.mark.rule("CMP-03")
def test_simple_or_complex_is_proposed_from_the_facts_and_the_agent_may_overrule(desk):
    plain = {"topic": "partner", "shipment_id": desk.shipment, "weight": None}
    money = make.complaint(desk.agent, desk, **plain | {"content": "货丢了两件，要你们赔"})
    easy, hard = (
        make.complaint(desk.agent, desk, **plain),
        make.complaint(desk.agent, desk, **plain | {"shipment_id": None}),
    )
    assert [make.matter(ref).weight for ref in (easy, money, hard)] == ["simple", "complex", "complex"]
    make.do(desk.agent, easy, "accept", weight="complex")
    make.do(desk.agent, money, "accept", weight=None)
    assert [make.matter(ref).weight for ref in (easy, money)] == ["complex", "complex"]
    make.do(desk.agent, easy, "restate", weight="simple")
    assert (make.matter(easy).weight, make.clocks_of(easy)[0].minutes) == ("simple", 60)


@pytest.mark.rule("CMP-02")
def test_what_was_not_asked_at_first_is_filled_in_before_the_answer(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "accept", weight="simple", wanted="今天送到")
    make.do(desk.agent, ref, "restate", restated="未派送", purpose="今天用", impact="停产", evidence="照片")
    case = make.matter(ref)
    assert (case.state, case.wanted, case.restated, case.impact) == ("accepted", "今天送到", "未派送", "停产")
    make.do(desk.agent, ref, "answer", **WORDS)
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "restate", restated="改写")


@pytest.mark.rule("CMP-16")
def test_only_a_colleague_of_the_office_can_be_the_clerk_complained_about(desk):
    ref = make.complaint(desk.agent, desk, topic="attitude")
    for wrong_one in ("999999", str(desk.stranger.user_id)):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, "accept", clerk_id=wrong_one)
        assert (no.value.code, no.value.field) == (422, "clerk_id")
    make.do(desk.agent, ref, "accept", clerk_id=str(desk.colleague.user_id))
    assert make.matter(ref).clerk_id == desk.colleague.user_id


# ------------------------------------------------------------------------------------------ the supervisor


@pytest.mark.parametrize("state", ["registered", "accepted", "investigating", "reopened"])
@pytest.mark.rule("CMP-06", "CMP-07", "CMP-18")
def test_one_click_hands_a_complaint_to_the_supervisor_who_has_five_minutes(desk, sent, state):
    ref = begun(desk, sent, GETS_TO[state])
    handed_at = make.now()
    make.do(desk.agent, ref, "hand_up")
    case = make.matter(ref)
    assert (case.state, case.owner_id) == ("with_supervisor", desk.agent.user_id)
    noted = [(m.at, m.by_id, m.text) for m in Facts(make.db.session(), case).messages if m.direction == "note"]
    assert noted[-1:] == [(handed_at, desk.agent.user_id, f"{desk.agent.display} {desk.agent.login} → ↑")]
    turn = next(t for t in make.open_turns(ref) if t.what == "advise")
    assert (turn.role, turn.due_at, turn.due_name) == ("supervisor", handed_at + timedelta(minutes=5), "consult")
    make.do(desk.supervisor, ref, "answer", **WORDS)
    assert [c.name for c in make.clocks_of(ref) if c.stopped_at is None] == []


@pytest.mark.rule("CMP-16")
def test_the_clerk_concerned_neither_answers_for_his_attitude_nor_finds_nor_closes(desk, sent):
    ref = make.complaint(desk.agent, desk, topic="attitude")
    make.do(desk.agent, ref, "accept", clerk_id=str(desk.agent.user_id))

    def refused(*moves):
        for move in moves:
            with pytest.raises(Refused) as no:
                make.do(desk.agent, ref, move, **sent.get(move, {}))
            assert (no.value.code, no.value.why.msgid.split(":")[0]) == (403, "The complaint is about you"), move

    refused("answer", "find", "close", "void")
    for other in (None, str(desk.colleague.user_id)):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, "restate", clerk_id=other)
        assert no.value.code == 403
    make.do(desk.agent, ref, "restate", clerk_id=str(desk.agent.user_id), wanted="道歉")
    make.do(desk.agent, ref, "acknowledge", **WORDS)  # that an answer comes, everybody may say
    make.do(desk.agent, ref, "hand_up")
    make.do(desk.supervisor, ref, "answer", **WORDS)
    refused("feedback")
    make.do(desk.supervisor, ref, "plan", plan="书面道歉")
    refused("agree_plan")
    make.do(desk.supervisor, ref, "feedback", **TOLD)


# ------------------------------------------------------------------------------------------ responsible party


@pytest.mark.rule("CMP-23")
def test_the_responsible_party_is_proposed_from_the_lists_and_confirmed_by_another_supervisor(desk, sent):
    ref = begun(desk, sent, ("answer",))
    with make.writing() as tx:
        code = f"department:{make.make_department(tx, 'STORE').id}"
    for wrong_one in (None, "department", "department:0", "nobody:1", "clerk"):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, "find", **FOUND | {"party": wrong_one})
        assert (no.value.code, no.value.field) == (422, "party")
    make.do(desk.supervisor, ref, "find", **FOUND | {"party": code})
    case = make.matter(ref)
    assert (case.responsible_kind, case.responsible, case.responsible_reason) == (
        "department",
        "STORE 航线部",
        "提货日志",
    )
    with pytest.raises(Refused) as no:
        make.do(desk.supervisor, ref, "confirm_party")
    assert no.value.code == 403
    other = make.person(desk, "supervisor")
    make.do(other, ref, "return_party", reason="证据不足")
    with pytest.raises(Refused):
        make.do(other, ref, "confirm_party")
    make.do(desk.agent, ref, "find", **FOUND)
    make.do(other, ref, "confirm_party")
    assert (make.matter(ref).confirmed_by_id, make.matter(ref).responsible_kind) == (other.user_id, "fleet")
    make.do(desk.agent, ref, "find", **FOUND)  # named anew: confirmed anew
    assert make.matter(ref).confirmed_at is None


@pytest.mark.rule("CMP-23")
def test_a_partner_who_lost_goods_goes_with_two_papers_to_the_agency_contract_department(desk, sent):
    ref = begun(desk, sent, (), topic="loss")
    make.do(desk.agent, ref, "find", **FOUND, incident_statement=True, outbound_slip=False)
    noted = make.matter(ref).steps["incident_statement"]
    assert noted["value"] is True and "林晓雯" in noted["by"]
    make.do(desk.agent, ref, "find", **FOUND, incident_statement=True, outbound_slip=True)
    assert set(make.matter(ref).steps) == {"incident_statement", "outbound_slip"}


# ------------------------------------------------------------------------------------------ plan, result, satisfaction


@pytest.mark.rule("CMP-20")
def test_another_plan_has_to_be_accepted_anew(desk, sent, clock):
    ref = begun(desk, sent, ("accept", "plan"))
    with pytest.raises(Refused) as no:
        make.do(
            desk.agent, ref, "agree_plan", plan_agreed_with="赵敏", plan_agreed_at=make.now() + timedelta(minutes=1)
        )
    assert no.value.code == 422
    make.do(desk.agent, ref, "agree_plan", plan_agreed_with="赵敏")
    assert (make.matter(ref).plan_agreed_with, make.matter(ref).plan_agreed_at) == ("赵敏", make.now())
    make.do(desk.agent, ref, "plan", plan="明天一早重送")
    assert make.matter(ref).plan_agreed_at is None


@pytest.mark.rule("CMP-22")
def test_an_unsatisfied_customer_reopens_and_each_time_is_counted(desk, sent, clock):
    ref = begun(desk, sent, SETTLED)
    clock.forward(3)
    make.do(desk.agent, ref, "feedback", **TOLD, satisfied="no", said="还是没到")
    case = make.matter(ref)
    assert (case.state, case.reopened, case.satisfied, case.gist["reopened"]) == ("reopened", 1, False, 1)
    running = [c for c in make.clocks_of(ref) if c.stopped_at is None]
    assert [(c.name, c.started_at) for c in running] == [("answer", make.now())]
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "feedback", **TOLD, satisfied="yes")  # another person has to hear that
    assert make.matter(ref).satisfied is False
    make.do(desk.colleague, ref, "return_call", channel="phone", said="不满意", satisfied="no")
    assert (make.matter(ref).state, make.matter(ref).reopened) == ("reopened", 2)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "chase", said="又打来", channel="phone")
    assert (make.matter(ref).state, make.matter(ref).reopened, make.matter(ref).satisfied) == ("reopened", 3, None)
    make.do(desk.agent, ref, "chase", said="再打来", channel="phone")
    assert make.matter(ref).reopened == 3


@pytest.mark.rule("CMP-22")
def test_the_owner_tells_the_result_and_another_person_asks_afterwards(desk, sent):
    ref = begun(desk, sent, ("answer",), topic="attitude")
    with pytest.raises(Refused) as no:
        make.do(desk.colleague, ref, "feedback", **TOLD)
    assert no.value.code == 403
    make.do(desk.agent, ref, "feedback", **TOLD)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "return_call", **sent["return_call"])
    assert no.value.code == 403
    assert [t.role for t in make.open_turns(ref) if t.what == "return_call"] == ["supervisor"]
    make.do(desk.colleague, ref, "return_call", **sent["return_call"])
    assert (make.matter(ref).satisfied, make.matter(ref).satisfied_by_id) == (True, desk.colleague.user_id)
    assert [t for t in make.open_turns(ref) if t.what == "return_call"] == []


@pytest.mark.rule("SYS-08")
def test_who_was_not_reached_is_called_again_at_the_time_that_was_said(desk, sent, clock):
    ref = begun(desk, sent, ("answer",))
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "not_reached", **sent["not_reached"], again_at=clock.at)
    assert (no.value.code, no.value.field) == (422, "again_at")
    make.do(desk.agent, ref, "not_reached", **sent["not_reached"], again_at=clock.at + timedelta(minutes=30))
    (reminder,) = [t for t in make.open_turns(ref) if t.what == "remind"]
    assert (reminder.user_id, reminder.queue_at) == (desk.agent.user_id, clock.at + timedelta(minutes=30))


@pytest.mark.rule("CMP-22")
def test_an_attempt_before_the_complaint_was_reopened_does_not_close_it(desk, sent, clock):
    ref = begun(desk, sent, ("answer", "find", "supervisor:confirm_party", "not_reached", "not_reached"))
    make.do(desk.agent, ref, "close")
    clock.forward(5)
    make.do(desk.agent, ref, "reopen", reason="客户来电")
    make.do(desk.agent, ref, "answer", **WORDS)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "close")
    assert no.value.why.msgid.startswith("The result has not been told")

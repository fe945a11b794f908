"""What a complaint brings along: money that only a supervisor grants, call backs, crisis, measures (CMP-08, 17, 21, 25)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models import Message, Notice, Preventive, db
from rules import crisis, preventives, remedying, workflow
from rules.facts import Facts
from rules.policy import unseen
from rules.store import write_tx
from rules.words import Refused
from tests import factories as make
from tests.workflows.tables import lines, wrong
from workflows import remedies

OPEN = ("registered", "accepted", "investigating", "with_supervisor", "answered", "reopened")
TABLE = """
move          owner colleague supervisor finance auditor admin | registered      accepted        investigating   with_supervisor answered        reopened        void
step          yes   yes   yes   role  role  role  | =               =               =               =               =               =               -
demand        yes   yes   yes   role  role  role  | with_supervisor with_supervisor with_supervisor with_supervisor with_supervisor with_supervisor -
grant         role  role  no_demand role role role | -              -               -               investigating   -               -               -
refuse_demand role  role  no_demand role role role | -              -               -               investigating   -               -               -
call_me       yes   yes   yes   role  role  role  | =               =               =               =               =               =               -
called_back   role  role  no_callback role role role | =            =               =               =               =               =               -
crisis        yes   yes   yes   yes   role  role  | =               =               =               =               =               =               -
spokesperson  role  role  calm  role  role  role  | =               =               =               =               =               =               -
crisis_over   role  role  calm  role  role  role  | =               =               =               =               =               =               -
holding       calm  calm  calm  calm  role  role  | =               =               =               =               =               =               -
measure       yes   yes   yes   yes   role  role  | -               =               =               =               =               =               -
"""
WORDS = {"to": "shipper", "channel": "phone", "text": "16:30 前送到"}
MONEY = WORDS | {"text": "我们赔您500元"}
GETS_TO = {
    "registered": (), "accepted": ("accept",), "investigating": ("accept", "investigate"), "with_supervisor": ("accept", "consult"),
    "answered": ("answer",), "reopened": ("answer", "reopen"), "void": ("void",),
}  # fmt: skip


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    return {
        "accept": {"weight": "simple"}, "answer": WORDS, "investigate": {"text": "问过代理"}, "consult": {"text": "怎么办"},
        "reopen": {"reason": "客户不满意"}, "void": {"reason": "录错"}, "demand": {"demand": "赔五百"}, "call_me": {},
        "grant": {"amount": 30000, "reason": "我方漏派"}, "refuse_demand": {"reason": "不是我方责任"},
        "called_back": {"result": "reached", "text": "已致歉"}, "crisis": {"crisis": "media"},
        "spokesperson": {"spokesperson_id": str(desk.supervisor.user_id)}, "crisis_over": {"reason": "说开了"},
        "measure": measure(desk),
    }  # fmt: skip


def measure(desk, **data):
    due = make.now().date() + timedelta(days=7)
    return {"cause": "漏看放货", "action": "每日两次核对", "owner_id": str(desk.agent.user_id), "due_on": due, **data}


def refused(who, ref: str, move: str, **data) -> Refused:
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, **data)
    return no.value


@pytest.mark.parametrize("state", GETS_TO)
@pytest.mark.rule("CMP-08", "CMP-17", "CMP-21", "CMP-25")
def test_who_may_do_what_in_each_state(desk, sent, state):
    ref = make.complaint(desk.agent, desk)
    for move in GETS_TO[state]:
        make.do(desk.agent, ref, move, **sent[move])
    assert make.matter(ref).state == state
    people = {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip
    mine = [line for line in lines(TABLE, OPEN) if line.move in {move.name for move in remedies.MOVES}]
    assert {line.move for line in mine} == {move.name for move in remedies.MOVES}
    assert wrong(mine, people, ref, state, sent) == []


def able(who, ref: str) -> set[str]:
    """The moves that the page offers to a person."""
    case = make.matter(ref)
    return {m.name for m, why in workflow.offered(who, case, Facts(db.session(), case), make.now()) if why is None}


# ------------------------------------------------------------------------------------------ money


@pytest.mark.parametrize("move", ["answer", "message", "acknowledge"])
@pytest.mark.parametrize("channel", ["phone", "wechat"])
@pytest.mark.rule("CMP-08")
def test_an_agents_promise_of_money_is_refused_in_every_channel(desk, move, channel):
    ref = make.complaint(desk.agent, desk)
    no = refused(desk.agent, ref, move, **MONEY | {"channel": channel})
    assert isinstance(no, remedying.Stopped)
    assert (no.code, no.field) == (422, "text")
    assert "我们赔您500元" in str(no.why)
    assert make.matter(ref).state == "registered"
    assert db.session.scalars(unseen(select(Message))).all() == []


@pytest.mark.rule("CMP-08")
def test_every_move_of_a_complaint_whose_words_reach_the_customer_is_guarded(house):
    moves = {m.name: m for m in workflow.KINDS["complaint"].moves}
    composer = {m.name for m in moves.values() if m.place == "composer"}
    assert composer <= set(remedies.WORDS)
    assert set(remedies.WORDS) - {"ask_info"} <= set(moves), "a guard for a move that is not there guards nothing"


@pytest.mark.parametrize(
    ("move", "given"),
    [
        ("plan", {"plan": "今天重送，另赔 200 元"}),
        ("ask_party", {"to": "consignee", "whom": "王五", "question": "赔您 200 元，行吗"}),
        ("promise", {"promised": "退您运费 80 元", "to_whom": "赵敏", "by_at": make.TEN + timedelta(hours=2)}),
    ],
)
@pytest.mark.rule("CMP-08")
def test_plans_and_promises_carry_no_money_of_an_agent_either(desk, move, given):
    ref = make.complaint(desk.agent, desk)
    assert isinstance(refused(desk.agent, ref, move, **given), remedying.Stopped)


@pytest.mark.rule("CMP-08")
def test_the_customers_words_partners_and_colleagues_are_never_checked_and_a_supervisor_may_speak(desk):
    ref = make.complaint(desk.agent, desk, content="我们要赔500元")
    make.do(desk.agent, ref, "message", **WORDS | {"said": "你们赔我500元", "text": "记下了"})
    make.do(desk.agent, ref, "chase", said="赔500元", channel="phone")
    make.do(desk.agent, ref, "message", **MONEY | {"to": "partner"})
    make.do(desk.agent, ref, "note", text="我看可以赔 500 元")
    make.do(desk.supervisor, ref, "answer", **MONEY)
    assert make.matter(ref).state == "answered"


@pytest.mark.rule("CMP-08")
def test_an_office_may_let_its_agents_promise_small_sums_after_a_second_person_agreed(desk):
    make.set_figure("agent.compensation_authority", 200_00, desk.office, agreed=desk.supervisor.user_id)
    ref = make.complaint(desk.agent, desk)
    for words in ("赔您 201 元", "运费全额退给您", "赔您 USD 100"):
        assert isinstance(refused(desk.agent, ref, "message", **WORDS | {"text": words}), remedying.Stopped), words
    make.do(desk.agent, ref, "message", **WORDS | {"text": "赔您 200 元"})


@pytest.mark.rule("CMP-08", "CMP-06")
def test_the_demand_goes_to_the_supervisor_with_what_was_to_be_answered_and_the_sum_read_from_it(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "accept", weight="simple")
    make.do(desk.agent, ref, "demand", said="你们要赔我五百", text="我们赔您500元")
    case = make.matter(ref)
    assert (case.state, case.owner_id) == ("with_supervisor", desk.agent.user_id)
    assert (case.demand, case.demand_minor, case.demand_currency, case.demand_draft) == (
        "你们要赔我五百",
        500_00,
        "CNY",
        "我们赔您500元",
    )
    assert case.demand_by_id == desk.agent.user_id
    turn = next(t for t in make.open_turns(ref) if t.role == "supervisor")
    assert (turn.what, turn.due_name, turn.due_at) == ("advise", "consult", make.now() + timedelta(minutes=5))


@pytest.mark.rule("CMP-08")
def test_a_demand_must_be_decided_before_anything_is_answered(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "demand", demand="赔五百")
    why = "The supervisor has not decided about the demand of money yet."
    assert refused(desk.agent, ref, "answer", **WORDS).why.msgid == why
    assert refused(desk.supervisor, ref, "advise", text="先道歉").why.msgid == why
    assert refused(desk.agent, ref, "demand", demand="赔六百").why.msgid == why
    make.do(desk.agent, ref, "message", **WORDS | {"text": str(remedying.TOLD)})


@pytest.mark.rule("CMP-08")
def test_after_a_grant_everybody_may_name_exactly_that_sum(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "demand", demand="赔五百")
    make.do(desk.supervisor, ref, "grant", amount=300_00, reason="我方漏派")
    case = make.matter(ref)
    assert (case.state, case.demand_decision, case.granted_minor, case.demand_reason) == (
        "investigating",
        "granted",
        300_00,
        "我方漏派",
    )
    assert case.demand_decided_by_id == desk.supervisor.user_id
    for who in (desk.agent, desk.supervisor):
        for words in ("赔您 500 元", "运费全额退给您", "我们一定赔"):
            no = refused(who, ref, "message", **WORDS | {"text": words})
            assert no.why.msgid == "Exactly %(amount)s was granted: name that sum and no other."
    make.do(desk.agent, ref, "answer", **WORDS | {"text": "与主管商定，赔您三百元"})


@pytest.mark.rule("CMP-08")
def test_after_a_refusal_no_promise_is_made_and_a_new_demand_may_be_passed_on(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "demand", demand="赔五百", amount=500_00)
    make.do(desk.supervisor, ref, "refuse_demand", reason="不是我方责任")
    case = make.matter(ref)
    assert (case.state, case.demand_decision, case.granted_minor) == ("investigating", "refused", None)
    assert isinstance(refused(desk.agent, ref, "message", **MONEY), remedying.Stopped)
    make.do(desk.agent, ref, "demand", demand="那就赔三百")
    case = make.matter(ref)
    assert (case.demand, case.demand_minor, case.demand_decision, case.demand_decided_by_id) == (
        "那就赔三百",
        300_00,
        None,
        None,
    )


@pytest.mark.rule("CMP-08")
def test_a_supervisor_who_passed_the_demand_on_neither_decides_nor_promises(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.supervisor, ref, "demand", demand="赔五百")
    for move, data in (("grant", {"amount": 500_00, "reason": "同意"}), ("refuse_demand", {"reason": "不同意"})):
        no = refused(desk.supervisor, ref, move, **data)
        assert (no.code, no.why.msgid) == (403, "You passed this demand on yourself; another supervisor decides.")
    assert isinstance(refused(desk.supervisor, ref, "message", **MONEY), remedying.Stopped)
    make.do(make.person(desk, "supervisor", grade=2), ref, "grant", amount=500_00, reason="同意")


@pytest.mark.rule("CMP-08")
def test_the_database_too_refuses_that_somebody_decides_about_his_own_demand(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "demand", demand="赔五百")
    by = "demand_decided_by_id = demand_by_id, demand_decision = 'granted'"
    with pytest.raises(IntegrityError), make.writing() as tx:
        tx.session.execute(
            text(f"UPDATE complaints SET {by} WHERE id = {make.matter(ref).id}"),
            execution_options={"visible": "system"},
        )


# ------------------------------------------------------------------------------------------ call back


@pytest.mark.rule("CMP-17")
def test_an_apology_that_is_noted_as_refused_is_called_back_at_once_but_only_once(desk, clock):
    ref, lists = make.complaint(desk.agent, desk, topic="mistake", caller_phone="13900001111"), {"codes": ["apology"]}
    make.do(desk.agent, ref, "step", **lists, values=["taken"])
    assert make.matter(ref).callback_at is None
    clock.forward(5)
    make.do(desk.agent, ref, "step", **lists, values=["refused"])
    case = make.matter(ref)
    assert (case.callback_phone, case.callback_at) == ("13900001111", clock.at)
    make.do(desk.supervisor, ref, "called_back", result="reached", text="已道歉")
    clock.forward(5)
    make.do(desk.agent, ref, "step", **lists, values=["refused"])
    assert make.matter(ref).callback_done_at is not None, "the same note again asks for no second call"


@pytest.mark.rule("CMP-17")
def test_a_supervisors_call_back_is_due_at_once_and_stands_first_until_the_customer_is_reached(desk, clock):
    ref = make.complaint(desk.agent, desk, topic="mistake")
    make.do(desk.agent, ref, "call_me", phone="13900001111")
    turn = next(t for t in make.open_turns(ref) if t.what == "call_back")
    assert (turn.role, turn.queue_at) == ("supervisor", make.now())
    assert refused(desk.agent, ref, "call_me").why.msgid == "A supervisor's call back is open already."
    clock.forward(2)
    make.do(desk.supervisor, ref, "called_back", result="not_reached", text="没人接")
    assert [t.what for t in make.open_turns(ref) if t.what == "call_back"] == ["call_back"]
    make.do(desk.supervisor, ref, "called_back", result="reached", text="已致歉", said="好的")
    case = make.matter(ref)
    assert (case.callback_done_by_id, case.callback_phone) == (desk.supervisor.user_id, "13900001111")
    assert [t.what for t in make.open_turns(ref) if t.what == "call_back"] == []
    told = db.session.scalars(unseen(select(Message).order_by(Message.id))).all()
    assert [(m.direction, m.result, m.text) for m in told] == [
        ("note", "not_reached", "没人接"),
        ("out", "reached", "已致歉"),
    ]


@pytest.mark.rule("CMP-17")
def test_a_call_back_needs_a_phone(desk):
    ref = make.complaint(desk.agent, desk, contact_id=None)
    assert refused(desk.agent, ref, "call_me").field == "phone"


# ------------------------------------------------------------------------------------------ crisis


@pytest.mark.parametrize(
    ("kind", "grade"), [("court", 4), ("media", 4), ("authority", 4), ("management", 4), ("scene", 3), ("indirect", 3)]
)
@pytest.mark.rule("CMP-25")
def test_a_crisis_alerts_the_leaders_at_once_outside_desk_hours_too(desk, clock, kind, grade):
    leaders = {n: make.person(desk, "supervisor", grade=n) for n in (3, 4)}
    make.person(desk, "supervisor", grade=4, office=desk.other_office)
    ref = make.complaint(desk.agent, desk)
    clock.forward(60 * 12)
    make.do(desk.agent, ref, "crisis", crisis=kind)
    found = db.session.scalars(select(Notice).where(Notice.kind == "crisis")).all()
    assert {n.user_id for n in found} == {p.user_id for n, p in leaders.items() if n >= grade}
    assert {n.at for n in found} == {make.now()}


@pytest.mark.rule("CMP-25")
def test_where_nobody_has_the_grade_the_highest_leader_is_alerted(desk):
    make.do(desk.agent, make.complaint(desk.agent, desk), "crisis", crisis="court")
    found = db.session.scalars(select(Notice).where(Notice.kind == "crisis")).all()
    assert [n.user_id for n in found] == [desk.supervisor.user_id]


@pytest.mark.parametrize("move", ["answer", "message", "acknowledge"])
@pytest.mark.rule("CMP-25")
def test_with_court_or_media_only_the_spokesperson_speaks_to_the_customer(desk, move):
    head = make.person(desk, "supervisor", grade=3)
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "crisis", crisis="media")
    for who in (desk.agent, desk.supervisor, head):
        no = refused(who, ref, move, **WORDS)
        assert (no.code, no.why.params["line"].msgid) == (403, crisis.HOLDING)
    make.do(head, ref, "spokesperson", spokesperson_id=str(head.user_id))
    for who in (desk.agent, desk.supervisor):
        assert refused(who, ref, move, **WORDS).code == 403
    make.do(desk.agent, ref, "holding")
    make.do(desk.agent, ref, "message", **WORDS | {"to": "partner", "text": "请查一下"})
    make.do(desk.agent, ref, "message", to="shipper", channel="phone", said="我要找记者")
    make.do(desk.agent, ref, "plan", plan="明早由主管登门说明")
    assert {"message", "ask_party"} <= able(desk.agent, ref) and not {"answer", "acknowledge"} & able(desk.agent, ref)
    make.do(head, ref, move, **WORDS)
    said = db.session.scalars(unseen(select(Message.text).where(Message.direction == "out").order_by(Message.id))).all()
    assert said == [crisis.HOLDING, "请查一下", "16:30 前送到"]


@pytest.mark.rule("CMP-25")
def test_naming_the_spokesperson_and_ending_the_crisis_needs_grade_three(desk):
    head = make.person(desk, "supervisor", grade=3)
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "crisis", crisis="court")
    for move, data in (("spokesperson", {"spokesperson_id": str(head.user_id)}), ("crisis_over", {"reason": "说开了"})):
        assert refused(desk.supervisor, ref, move, **data).code == 403
    assert refused(head, ref, "spokesperson", spokesperson_id=str(desk.agent.user_id)).field == "spokesperson_id"
    make.do(head, ref, "crisis_over", reason="说开了")
    make.do(desk.agent, ref, "answer", **WORDS)


@pytest.mark.rule("CMP-25")
def test_who_wants_the_top_management_is_answered_by_a_supervisor_and_a_published_complaint_has_its_address(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "crisis", crisis="management")
    assert refused(desk.agent, ref, "message", **WORDS).code == 403
    make.do(desk.supervisor, ref, "message", **WORDS)
    assert refused(desk.agent, ref, "crisis", crisis="online").field == "crisis_url"
    make.do(desk.agent, ref, "crisis", crisis="online", crisis_url="https://example.com/p/1")
    make.do(desk.agent, ref, "message", **WORDS)


# ------------------------------------------------------------------------------------------ measures


@pytest.mark.rule("CMP-21")
def test_an_answered_complaint_gets_a_measure_with_owner_and_day_that_its_owner_finishes(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.supervisor, ref, "measure", **measure(desk))
    ((row, of, _title),) = preventives.listing(db.session(), desk.auditor)
    assert (of, row.action, row.owner_id, row.done_at) == (ref, "每日两次核对", desk.agent.user_id, None)
    with pytest.raises(Refused) as no, write_tx(desk.colleague, "preventive.done") as tx:
        preventives.finish(tx, row.id, "做了")
    assert no.value.code == 403
    with write_tx(desk.agent, "preventive.done") as tx:
        preventives.finish(tx, row.id, "做了两周，未再发生")
    assert preventives.listing(db.session(), desk.agent) == []
    ((row, _, _),) = preventives.listing(db.session(), desk.agent, over=True)
    assert (row.result, row.done_by_id) == ("做了两周，未再发生", desk.agent.user_id)
    with pytest.raises(Refused) as no, write_tx(desk.stranger, "preventive.done") as tx:
        preventives.finish(tx, row.id, "别家的")
    assert no.value.code == 404


@pytest.mark.parametrize(
    ("given", "field"), [({"due_on": make.TEN.date() - timedelta(days=1)}, "due_on"), ({"owner_id": "0"}, "owner_id")]
)
@pytest.mark.rule("CMP-21")
def test_a_measure_needs_a_day_to_come_and_a_colleague_of_the_office(desk, given, field):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    assert refused(desk.agent, ref, "measure", **measure(desk, **given)).field == field


@pytest.mark.rule("CMP-21")
def test_an_overdue_measure_is_told_to_its_owner_and_the_auditors_once(desk, clock):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.supervisor, ref, "measure", **measure(desk))
    assert preventives.nightly(lambda: None) == {"measures": 0}
    clock.forward(60 * 24 * 8)
    assert preventives.nightly(lambda: None) == {"measures": 2}
    assert preventives.nightly(lambda: None) == {"measures": 0}
    told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "measure")).all()
    assert set(told) == {desk.agent.user_id, desk.auditor.user_id}
    assert db.session.scalars(unseen(select(Preventive.done_at))).all() == [None]

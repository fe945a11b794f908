"""Somebody else is asked: the matter waits and stays its owner's, answers bear a name, “not ours” is none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import Department, Message, Partner, Question, db
from rules.policy import unseen
from rules.words import Refused
from tests import factories as make
from workflows.questioning import Came

SAID = {"text": "收到，请查价", "to": "shipper", "channel": "phone"}
ACCEPT = {"weight": "simple"}
ASK = {"question": "深圳到上海 3 吨，24 日走"}


@pytest.fixture
def desks(desk) -> dict[str, str]:
    """Who can be asked: route desk, operations, a partner, as the form sends them."""
    with make.writing() as tx:
        rows = [tx.add(Department(code=code, name=name)) for code, name in (("HX", "航线部"), ("CZ", "操作部"))]
        partner = tx.add(Partner(code="BJ01", name="北京代理", city="北京"))
        return {"HX": f"department:{rows[0].id}", "CZ": f"department:{rows[1].id}", "BJ": f"partner:{partner.id}"}


def asked(ref: str) -> list[Question]:
    """The questions of a matter, as they stand."""
    found = select(Question).where(Question.case_id == make.matter(ref).id).order_by(Question.id)
    return list(db.session.scalars(unseen(found).execution_options(populate_existing=True)))


def said(ref: str) -> list[Message]:
    """Contacts of a matter in order."""
    return list(
        db.session.scalars(unseen(select(Message).where(Message.case_id == make.matter(ref).id).order_by(Message.id)))
    )


def answer(who: Any, ref: str, question: Question, **data: Any) -> None:
    make.do(
        who,
        ref,
        "party_answered",
        question_id=question.id,
        **{"text": "3.2 元/公斤", "answered_by": "周工 8012", **data},
    )


@pytest.mark.rule("ORG-02", "ORG-03")
def test_an_inquiry_waits_for_the_desk_stays_its_owners_and_comes_back_when_all_have_answered(desk, desks, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_party", to=desks["HX"], **ASK)
    clock.forward(4)
    make.do(desk.colleague, ref, "ask_party", to=desks["BJ"], **ASK)
    case = make.matter(ref)
    assert (case.state, case.owner_id, case.assignee_id) == ("with_desk", desk.agent.user_id, desk.agent.user_id)
    one, two = asked(ref)
    assert (one.whom, two.whom, one.asked_by_id, two.asked_by_id) == (
        "航线部",
        "北京代理",
        desk.agent.user_id,
        desk.colleague.user_id,
    )
    running = [c for c in make.clocks_of(ref) if c.name == "question"]
    assert [(c.party, c.minutes, c.id) for c in running] == [("house", 30, one.clock_id), ("house", 30, two.clock_id)]
    clock.forward(6)
    answer(desk.colleague, ref, two)
    assert make.matter(ref).state == "with_desk", "one still owes an answer"
    stopped = {c.id: c.stopped_at for c in make.clocks_of(ref)}
    assert stopped[two.clock_id] == clock.at and stopped[one.clock_id] is None, "each question has a time of its own"
    answer(desk.agent, ref, one)
    assert make.matter(ref).state == "open"
    assert [(q.answered_by, q.recorded_by_id) for q in asked(ref)] == [
        ("周工 8012", desk.agent.user_id),
        ("周工 8012", desk.colleague.user_id),
    ]


@pytest.mark.rule("SHP-20")
def test_an_answer_needs_the_name_of_who_gave_it_and_a_missing_one_comes_back_as_a_reminder(desk, desks, clock):
    ref = make.inquiry(desk.agent, desk, shipment_id=desk.shipment)
    make.do(desk.agent, ref, "ask_party", to=desks["BJ"], follow_up_at=clock.at.replace(hour=4), **ASK)
    follow = [t for t in make.open_turns(ref) if t.what == "remind"]
    assert [(t.user_id, t.due_at, t.note) for t in follow] == [
        (desk.agent.user_id, clock.at.replace(hour=4), "北京代理: 深圳到上海 3 吨，24 日走")
    ]
    form = Came(data={})
    assert not form.validate() and {"answered_by", "text"} <= set(form.errors)
    answer(desk.agent, ref, asked(ref)[0])
    assert not [t for t in make.open_turns(ref) if t.what == "remind"], "answered: nobody has to ask again"


@pytest.mark.rule("ORG-02")
def test_not_our_job_is_no_answer_the_question_stays_open_and_goes_to_the_next(desk, desks, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_party", to=desks["HX"], **ASK)
    refusal = {"text": "这不归我们管", "not_theirs": True}
    with pytest.raises(Refused) as no:
        answer(desk.agent, ref, asked(ref)[0], **refusal)
    assert (no.value.code, no.value.field) == (422, "to")
    clock.forward(5)
    answer(desk.agent, ref, asked(ref)[0], to=desks["CZ"], **refusal)
    line = asked(ref)[0]
    assert (line.whom, line.answered_at, line.chases) == ("操作部", None, 1)
    assert make.matter(ref).state == "with_desk"
    assert next(c for c in make.clocks_of(ref) if c.id == line.clock_id).started_at == make.TEN, "its time runs on"
    assert [(m.direction, m.party, m.said or m.text) for m in said(ref)][-2:] == [
        ("in", "周工 8012", "这不归我们管"), ("out", "操作部", ASK["question"]),
    ]  # fmt: skip


@pytest.mark.rule("ORG-02")
@pytest.mark.parametrize("kind", ["inquiry", "complaint"])
def test_no_matter_is_closed_while_somebody_owes_an_answer(desk, desks, kind):
    ref = getattr(make, kind)(desk.agent, desk)
    make.do(desk.agent, ref, "ask_party", to=desks["HX"], **ASK)
    make.do(desk.agent, ref, "answer", **SAID)
    assert make.matter(ref).state == "answered"
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "close", outcome="answered")
    assert "has not answered yet" in str(no.value.why.msgid)
    make.do(desk.agent, ref, "drop_question", question_id=asked(ref)[0].id, reason="客户不要了")
    assert (asked(ref)[0].dropped_reason, make.matter(ref).state) == ("客户不要了", "answered")


@pytest.mark.rule("ORG-03")
def test_who_does_not_answer_is_asked_again_and_it_is_counted_and_on_record(desk, desks, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_party", to=desks["HX"], **ASK)
    clock.forward(31)
    make.do(desk.agent, ref, "nudge_party", question_id=asked(ref)[0].id, text="客户在催")
    line = asked(ref)[0]
    assert (line.chases, said(ref)[-1].text, said(ref)[-1].party) == (1, "客户在催", "航线部")
    again = [t for t in make.open_turns(ref) if t.what == "remind"]
    assert [t.due_at for t in again] == [clock.at.replace(hour=3, minute=1)], "and comes back half an hour later"


@pytest.mark.rule("CMP-05")
def test_asking_the_party_complained_about_begins_the_investigation_and_each_step_has_its_time(desk, desks, clock):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "accept", **ACCEPT)
    clock.forward(3)
    make.do(desk.agent, ref, "ask_party", to=desks["BJ"], question="11 月 18 日放货后为何未派送")
    assert make.matter(ref).state == "investigating"
    clock.forward(20)
    answer(desk.agent, ref, asked(ref)[0], text="司机漏装，今天 17 点前送到")
    line = asked(ref)[0]
    assert (line.asked_at, line.answered_at, line.answer) == (
        make.TEN.replace(minute=3),
        clock.at,
        "司机漏装，今天 17 点前送到",
    )
    assert make.matter(ref).state == "investigating"


@pytest.mark.rule("CMP-20")
def test_a_joint_review_asks_several_desks_at_once_with_the_customers_words_and_purpose(desk, desks):
    ref = make.complaint(desk.agent, desk)
    both = [key.split(":")[1] for key in (desks["HX"], desks["CZ"])]
    words = {"question": "客户说三次甩箱", "purpose": "要一个确定的船期"}
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "joint_review", departments=both[:1], **words)
    assert (no.value.code, no.value.field) == (422, "departments")
    make.do(desk.agent, ref, "joint_review", departments=both, **words)
    assert [(q.whom, q.joint, q.question, q.purpose) for q in asked(ref)] == [
        ("航线部", True, "客户说三次甩箱", "要一个确定的船期"), ("操作部", True, "客户说三次甩箱", "要一个确定的船期"),
    ]  # fmt: skip
    assert make.matter(ref).joint is True


@pytest.mark.rule("CMP-24")
def test_going_to_another_head_needs_facts_and_intention_and_keeps_who_permitted_it_as_a_record(desk, desks):
    ref = make.complaint(desk.agent, desk)
    head = {"to": "head", "whom": "仓库 罗主任", "question": "货物受潮 3 件，照片已存"}
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "ask_party", **head)
    assert (no.value.code, no.value.field) == (422, "purpose")
    make.do(desk.agent, ref, "ask_party", purpose="当天换货", **head)
    make.do(desk.agent, ref, "ask_party", purpose="当天换货", permitted_by="陈主管", **head)
    assert [q.permitted_by for q in asked(ref)] == [None, "陈主管"], "a record, no lock (D-18)"


NOBODY = (
    ({"to": ""}, "to"), ({"to": "department:99999"}, "to"), ({"to": "department:x"}, "to"), ({"to": "nobody"}, "to"),
    ({"to": "fleet"}, "whom"), ({"to": "department"}, "to"), ({"to": "fleet:1"}, "to"),
)  # fmt: skip


def test_only_who_can_be_asked_is_asked(desk, desks):
    ref = make.inquiry(desk.agent, desk)
    for sent, field in NOBODY:
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, "ask_party", **ASK, **sent)
        assert (no.value.code, no.value.field) == (422, field), sent
    assert not asked(ref)


@pytest.mark.rule("INQ-03")
def test_the_route_desk_is_not_asked_while_the_full_set_is_missing(desk, desks):
    ref = make.inquiry(desk.agent, desk, goods="special")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "ask_party", to=desks["HX"], **ASK)
    assert (no.value.code, no.value.field) == (422, "to")
    make.do(desk.agent, ref, "ask_party", to=desks["CZ"], **ASK)


def test_of_two_answers_to_one_question_the_first_counts(desk, desks):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_party", to=desks["HX"], **ASK)
    line = asked(ref)[0]
    make.do(desk.agent, ref, "ask_party", to=desks["CZ"], **ASK)
    answer(desk.agent, ref, line, text="3.2")
    with pytest.raises(Refused) as no:
        answer(desk.colleague, ref, line, text="3.5")
    assert no.value.code == 409
    assert asked(ref)[0].answer == "3.2"

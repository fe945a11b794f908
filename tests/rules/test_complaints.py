"""What the facts say of a complaint: simple or complex, what was asked, the line to say, who may be responsible."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Carrier, Clock, Complaint, Partner, Question, Shipment, db
from rules import complaints, responsible
from rules.words import Words
from tests import factories as make

GOODS = Shipment(id=7)
HELD = Shipment(id=7, hold_shipper="等付款")


def case(**values):
    return Complaint(
        **{"topic": "partner", "content": "没有派送", "shipment_id": 7, "reopened": 0, "joint": False, **values}
    )


def asked(kind="department", key=1, **values):
    return Question(to_kind=kind, whom="某处", **{f"{kind}_id": key}, **values)


@pytest.mark.parametrize(
    ("values", "questions", "weight"),
    [
        ({}, (), "simple"),
        ({}, (asked(), asked()), "simple"),  # one department, asked twice
        ({}, (asked(), asked(key=2)), "complex"),
        ({}, (asked(), asked("partner")), "complex"),
        ({"joint": True}, (), "complex"),
        ({"content": "请赔我们五百"}, (), "complex"),
        ({"content": "要求补偿"}, (), "complex"),
        ({"content": "we want compensation"}, (), "complex"),
        ({"demand": "五百"}, (), "complex"),
        ({"shipment_id": None}, (), "complex"),
        ({"shipment_id": None, "topic": "slow"}, (), "simple"),  # no goods are needed to look into it
        ({"topic": "hotline", "content": "占线，要赔"}, (), "simple"),
        ({"topic": "attitude", "joint": True}, (), "simple"),
        ({"topic": "loss"}, (), "complex"),
        ({"topic": "bumped"}, (), "complex"),
    ],
)  # fmt: skip
@pytest.mark.rule("CMP-03")
def test_simple_is_one_department_no_money_and_everything_in_the_system(values, questions, weight):
    assert complaints.proposed(case(**values), questions)[0] == weight
    other = {"simple": "complex", "complex": "simple"}[weight]
    fixed = values.get("topic") in complaints.ALWAYS
    assert complaints.chosen(case(**values), other, questions) == (weight if fixed else other)
    assert complaints.chosen(case(**values), None, questions) == weight


@pytest.mark.rule("CMP-02")
def test_the_eight_fields_are_listed_with_what_is_known_of_them():
    known = dict(complaints.prompts(case(caller_name="周", caller_phone="13900001111", restated="没派送")))
    assert len(known) == 8
    assert {name for name, there in known.items() if there} == {
        "Content",
        "Restated",
        "Caller and phone",
        "Waybill or job",
    }
    assert not dict(complaints.prompts(case(caller_name="周")))["Caller and phone"]
    assert dict(complaints.prompts(case(topic="attitude", shipment_id=None)))["Clerk"] is False


@pytest.mark.parametrize(
    ("minutes", "said"), [(120, Words("%(n)s hours", n=2)), (60, Words("1 hour")), (45, Words("%(n)s minutes", n=45))]
)
@pytest.mark.rule("CMP-04")
def test_the_closing_line_repeats_the_figure_and_the_hour(minutes, said):
    due = make.TEN + timedelta(minutes=minutes)
    clock = Clock(name="answer", minutes=minutes, due_at=due)
    line = complaints.closing_line([Clock(name="first", minutes=10, due_at=due), clock], make.TEN)
    assert line == Words("You will have a clear answer within %(time)s, by %(hour)s.", time=said, hour=due)
    clock.promised_at = due
    assert complaints.closing_line([clock], make.TEN) == Words("You will have a clear answer by %(hour)s.", hour=due)
    assert complaints.closing_line([clock], due) is None  # late: another time is named to the customer
    clock.stopped_at = make.TEN
    assert complaints.closing_line([clock], make.TEN) is None


@pytest.mark.rule("CMP-12")
def test_a_partner_who_answered_about_goods_that_the_desk_has_let_go_is_suspected():
    answered = asked("partner", 4, answer="漏看", answered_by="蔡")
    assert responsible.suspect(case(shipment=GOODS), [asked("partner", 3), answered]) == "partner:4"
    assert responsible.suspect(case(shipment=HELD), [answered]) is None
    assert responsible.suspect(case(shipment=GOODS), [asked("partner", 3)]) is None
    assert responsible.suspect(case(shipment=GOODS, topic="rough"), [answered]) is None


@pytest.mark.rule("CMP-23")
def test_only_what_is_in_use_on_the_reference_lists_can_be_responsible(desk):
    with make.writing() as tx:
        for status in ("active", "blocked"):
            tx.add(Partner(code=status, name=f"{status} 代理", status=status))
        for active in (True, False):
            tx.add(Carrier(code=f"C{active}", name=f"{active} 航空", mode="air", active=active))
        make.make_department(tx)
    listed = responsible.choices(db.session())
    names = [name for group in listed.values() for _, name in group]
    assert "active 代理" in names and "True 航空" in names and "ROUTE 航线部" in names
    assert "blocked 代理" not in names and "False 航空" not in names
    codes = [code for group in listed.values() for code, _ in group if code]
    assert {responsible.named(db.session(), code)[0] for code in codes} == set(responsible.KINDS)
    assert responsible.shown(case(responsible_kind="partner", responsible="蓝天")) == Words(
        "%(kind)s: %(name)s", kind=Words("Partner"), name="蓝天"
    )
    assert responsible.shown(case(responsible_kind="nobody")) == Words("Nobody")


@pytest.mark.rule("CMP-23")
def test_a_supervisor_is_shown_what_others_proposed_in_his_office(desk):
    mine, theirs, done = (make.complaint(desk.agent, desk, topic="hotline") for _ in range(3))
    found = {"finding": "占线", "party": "fleet", "responsible_reason": "话单"}
    make.do(desk.supervisor, mine, "find", **found)
    for ref in (theirs, done):
        make.do(desk.agent, ref, "find", **found)
    make.do(desk.supervisor, done, "confirm_party")
    assert [c.ref for c in responsible.waiting(db.session(), desk.supervisor)] == [theirs]
    other = make.person(desk, "supervisor")
    assert [c.ref for c in responsible.waiting(db.session(), other)] == [mine, theirs]
    assert responsible.waiting(db.session(), make.person(desk, "supervisor", office=desk.other_office)) == []

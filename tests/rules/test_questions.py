"""What goes along with a question, whom one can ask, and the list of those who owe an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Department, Partner, Shipment, db
from rules import full_set, open_questions, parties, questions
from rules.facts import Facts
from rules.policy import unseen
from rules.words import Words
from tests import factories as make


def said(ref: str) -> str:
    """The ready text of a matter with all its parts in a row."""
    return " | ".join(_flat(line) for line in full_set.lines(make.matter(ref)))


def _flat(line: Words | str) -> str:
    if isinstance(line, str):
        return line
    return str(line.msgid) % {
        name: _flat(value) if isinstance(value, Words) else value for name, value in line.params.items()
    }


@pytest.mark.rule("INQ-03", "INQ-04")
def test_the_desk_that_prices_gets_everything_known_of_the_goods_in_one_text(desk):
    ref = make.inquiry(desk.agent, desk, goods="break_bulk", asked="散杂货报价", lane="深圳 → 汉堡")
    make.do(
        desk.agent, ref, "facts", goods="break_bulk", lane="深圳 → 汉堡", cargo_name="钢结构件", weight_g=86_000_000
    )
    text = said(ref)
    assert all(part in text for part in ("深圳 → 汉堡", "钢结构件", "86000 kg", "散杂货报价")), text


@pytest.mark.rule("SHP-20")
def test_a_partner_is_told_number_date_and_flight(desk, clock):
    with make.writing() as tx:
        goods = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == desk.shipment))).one()
        goods.vehicle, goods.departs_at, number = "CZ3101", clock.at, goods.number
    text = said(make.complaint(desk.agent, desk, shipment_id=desk.shipment, content="放货一天仍未派送"))
    assert all(part in text for part in (number, "CZ3101", "放货一天仍未派送")), text


def test_those_who_can_be_asked_stand_in_groups_and_blocked_ones_do_not(desk):
    with make.writing() as tx:
        for code, name in (("HX", "航线部"), ("CZ", "操作部")):
            tx.add(Department(code=code, name=name))
        tx.add(Department(code="OLD", name="旧部门", active=False))
        tx.add(Partner(code="BJ", name="北京代理"))
        tx.add(Partner(code="NO", name="停用代理", status="blocked"))
    found = parties.choices(db.session())
    names = [name for group in found.values() for _, name in group]
    assert {"航线部", "操作部", "北京代理"} <= set(names) and not {"旧部门", "停用代理"} & set(names)
    codes = [code for code, _ in found["Others"]]
    assert codes == [kind for kind in parties.NAMES if kind not in parties.LISTED]


@pytest.mark.rule("CMP-24")
def test_only_what_was_tried_among_peers_counts_as_an_attempt(desk, clock):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "ask_party", to="fleet", whom="车队", question="几点到")
    first = Facts(db.session(), make.matter(ref)).questions[0].id
    for _ in range(2):
        make.do(desk.agent, ref, "nudge_party", question_id=first)
    make.do(desk.agent, ref, "ask_party", to="head", whom="罗主任", question="三次未到", purpose="今天提走")
    make.do(desk.agent, ref, "nudge_party", question_id=first + 1)
    assert questions.attempts(Facts(db.session(), make.matter(ref)).questions) == 3


@pytest.mark.rule("ORG-03")
def test_the_list_holds_open_questions_of_open_matters_of_the_office_the_longest_wait_first(desk, clock):
    refs = []
    for n in range(3):
        refs.append(make.inquiry(desk.agent, desk, asked=f"第 {n} 问"))
        make.do(desk.agent, refs[-1], "ask_party", to=("fleet", "carrier", "fleet")[n], whom="某人", question="几点到")
        clock.forward(5)
    listed = [row.ref for row in open_questions.waiting(db.session(), desk.supervisor, None, None)[0]]
    assert listed == refs
    assert [(code, n) for code, _, n in open_questions.groups(db.session(), desk.supervisor)] == [
        ("fleet", 2),
        ("carrier", 1),
    ]
    make.do(desk.agent, refs[0], "void", reason="记错了")
    assert [row.ref for row in open_questions.waiting(db.session(), desk.supervisor, "fleet", None)[0]] == [refs[2]]
    assert open_questions.waiting(db.session(), desk.stranger, None, None) == ([], None)


def test_where_a_matter_need_not_wait_asking_leaves_it_as_it_is(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_info", text="请补资料", to="shipper", channel="phone")
    make.do(desk.agent, ref, "ask_beside", to="fleet", whom="车队", question="几点到")
    assert make.matter(ref).state == "info_missing"
    make.do(
        desk.agent,
        ref,
        "party_answered",
        question_id=Facts(db.session(), make.matter(ref)).questions[0].id,
        text="三点",
        answered_by="马队长",
    )
    assert make.matter(ref).state == "info_missing"

"""Questions to others, promises and linked matters on the page of a matter; the office's list of who owes an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Department, Question, db
from rules.policy import unseen
from rules.store import now
from tests.blueprints.desk import HERE
from tests.blueprints.world import NUMBERS, World, acting, log, move
from tests.factories import matter

ASK = {"question": "几点能到", "whom": ""}


def desk_of(code: str = "ROUTE") -> str:
    """A desk as the form sends it."""
    return f"department:{db.session.scalar(select(Department.id).where(Department.code == code))}"


def line_of(ref: str) -> Question:
    """The last question of a matter."""
    db.session.rollback()
    found = select(Question).where(Question.case_id == matter(ref).id).order_by(Question.id.desc())
    return db.session.scalars(unseen(found)).first()


@pytest.mark.rule("ORG-02", "SHP-20")
def test_the_question_stands_ready_with_number_date_and_flight_and_is_answered_on_the_page(enter, world: World):
    ref = log(world, "inquiry", topic="cargo", asked="货到哪了", number=NUMBERS["A5"])
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", "ask_party")
    assert NUMBERS["A5"] in form.data()["question"][0] and "货到哪了" in form.data()["question"][0]
    assert agent.send(form, to=desk_of()).status_code == 303
    html = agent.get(f"/cases/{ref}").text
    assert "部门ROUTE" in html
    answer = agent.form(f"/cases/{ref}", "party_answered")
    refused = agent.send(answer, text="下午三点到", answered_by="")
    assert refused.status_code == 422 and "下午三点到" in refused.text and line_of(ref).answered_at is None
    assert agent.send(answer, text="下午三点到", answered_by="周工 8012").status_code == 303
    html = agent.get(f"/cases/{ref}").text
    assert "下午三点到" in html and "周工 8012" in html and line_of(ref).answered_by == "周工 8012"


def test_two_people_answer_one_question_at_once_and_one_counts(enter, world: World):
    ref = log(world, "inquiry", topic="cargo", asked="货到哪了")
    move(world, ref, "ask_party", to=desk_of(), **ASK)
    first, second = (enter(name).form(f"/cases/{ref}", "party_answered") for name in ("agent", "agent2"))
    assert enter("agent").send(first, text="已装车", answered_by="周工").status_code == 303
    late = enter("agent2").send(second, text="还在仓库", answered_by="吴工")
    assert late.status_code == 409 and "还在仓库" in late.text, "what was typed is kept"
    assert line_of(ref).answer == "已装车"


@pytest.mark.rule("ORG-03")
def test_the_office_sees_who_owes_an_answer_longest_first_by_desk(enter, world: World, clock):
    refs = []
    for code in ("ROUTE", "OPS", "ROUTE"):
        ref = log(world, "inquiry", topic="cargo", asked=f"第 {len(refs) + 1} 问")
        move(world, ref, "ask_party", to=desk_of(code), **ASK)
        refs.append(ref)
        clock.forward(20)
    supervisor = enter("supervisor")
    html = supervisor.get("/questions").text
    places = [html.index(ref) for ref in refs]
    assert places == sorted(places) and "部门OPS" in html
    only = supervisor.get(f"/questions?to={desk_of('OPS')}").text
    assert refs[1] in only and refs[0] not in only and refs[2] not in only
    move(world, refs[0], "party_answered", question_id=line_of(refs[0]).id, text="已到", answered_by="周工")
    move(world, refs[1], "void", reason="记错了")
    after = supervisor.get("/questions").text
    assert refs[2] in after and refs[0] not in after and refs[1] not in after, (
        "neither answered ones nor those of closed matters"
    )
    assert refs[2] not in enter("guest").get("/questions").text, "another office sees nothing of it"
    assert enter("admin").get("/questions").status_code == 403


def test_the_list_of_questions_turns_its_pages(enter, world: World, monkeypatch):
    monkeypatch.setattr("rules.open_questions.PAGE", 2)
    refs = [log(world, "inquiry", topic="cargo", asked=f"第 {n} 问") for n in range(3)]
    for ref in refs:
        move(world, ref, "ask_party", to=desk_of(), **ASK)
    agent = enter("agent")
    first = agent.page("/questions")
    link = next(href for href in first.links if "after=" in href)
    second = agent.get(link).text
    assert [ref in second for ref in refs] == [False, False, True]
    assert agent.get("/questions?after=nonsense").status_code == 200


@pytest.mark.rule("CMP-20", "CMP-24")
def test_a_complaint_goes_to_several_desks_and_to_a_head_and_the_page_says_who_permitted_it(enter, world: World):
    ref = log(world, "complaint")
    agent = enter("agent")
    desks = [desk_of(code).split(":")[1] for code in ("ROUTE", "OPS")]
    form = agent.form(f"/cases/{ref}", "joint_review")
    assert "代理迟迟不放货" in form.data()["question"][0], "the customer's words stand ready"
    sent = form.data() | {"departments": desks, "purpose": "今天拿到货"}
    assert agent.post(form.action, sent).status_code == 303
    head = {"to": "head", "whom": "操作部 罗主任", "question": "两次催办无果", "purpose": "今天拿到货"}
    form = agent.form(f"/cases/{ref}", "ask_party")
    refused = agent.send(form, **head | {"purpose": ""})
    assert refused.status_code == 422 and "两次催办无果" in refused.text
    assert agent.send(agent.form(f"/cases/{ref}", "ask_party"), permitted_by="陈主管", **head).status_code == 303
    html = enter("supervisor").get(f"/cases/{ref}").text
    assert "陈主管" in html and html.count("今天拿到货") >= 3
    assert "此前已自行联系 2 次" in html, "both desks were asked before"
    assert line_of(ref).permitted_by == "陈主管"


def test_an_auditor_reads_the_questions_and_has_no_form_for_them(enter, world: World):
    ref = log(world, "inquiry", topic="cargo", asked="货到哪了")
    move(world, ref, "ask_party", to=desk_of(), **ASK)
    html = enter("auditor").get(f"/cases/{ref}").text
    assert "部门ROUTE" in html and "party_answered" not in html and "ask_party" not in html


def test_a_merged_matter_is_found_and_leads_to_the_one_that_goes_on_which_shows_what_was_said(enter, world: World):
    stays, goes = log(world, "inquiry", asked="一次"), log(world, "inquiry", asked="又一次")
    move(world, goes, "message", text="正在核价", to="shipper", channel="wechat")
    agent = enter("agent")
    form = agent.form(f"/cases/{goes}", "merge")
    wrong = agent.send(form, into="INQ-1", reason="同一票")
    assert wrong.status_code == 422 and "INQ-1" in wrong.text
    assert agent.send(form, into=stays, reason="同一票").status_code == 303
    html = agent.get(f"/cases/{goes}").text
    assert stays in html and "ask_party" not in html
    html = agent.get(f"/cases/{stays}").text
    assert goes in html and "正在核价" in html
    assert goes in agent.get(f"/find?q={goes}", follow_redirects=True).text
    assert goes not in agent.get("/queue").text
    assert agent.send(agent.form(f"/cases/{goes}", "unmerge"), reason="两票货").status_code == 303
    assert matter(goes).state == "reopened" and HERE


@pytest.mark.rule("CUS-15")
def test_a_promise_is_made_and_kept_on_the_page(enter, world: World):
    ref = log(world, "inquiry")
    agent = enter("agent")
    until = (now() + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")
    assert agent.send(agent.form(f"/cases/{ref}", "/promise"), promised="报舱位", by_at=until).status_code == 303
    form = agent.form(f"/cases/{ref}", "promise_kept")
    assert agent.send(form, text="已报").status_code == 303
    html = agent.get(f"/cases/{ref}").text
    assert "报舱位" in html and "已报" in html and "promise_kept" not in html


def test_what_is_linked_is_shown_on_both_pages(enter, world: World):
    one, two = log(world, "inquiry"), log(world, "change")
    agent = enter("agent")
    assert agent.send(agent.form(f"/cases/{one}", "/relate"), into=two).status_code == 303
    assert two in agent.get(f"/cases/{one}").text and one in agent.get(f"/cases/{two}").text
    with acting(world, "agent"):
        assert matter(one).state == "open"

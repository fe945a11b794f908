"""What a complaint brings along, on its page: money that is stopped, the checklist, call back, crisis, measures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import Case, Draft, Message, db
from rules.facts import Facts
from rules.policy import unseen
from rules.store import now
from tests.blueprints.world import ANSWER as ANSWERED
from tests.blueprints.world import load as loaded
from tests.blueprints.world import log, move
from tests.factories import set_figure

MONEY = "我们赔您500元"
SAID = {"to": "shipper", "channel": "phone", "do": "note", "answered": "1", "said": "你们赔我五百块", "text": MONEY}
STOPPED = "您不能答应赔钱"


@pytest.fixture
def ref(world):
    return log(world, "complaint")


def load(ref: str) -> Any:
    """A matter as others have left it."""
    db.session.rollback()
    return loaded(ref)


def against(ref: str, view: str = "case") -> dict[str, str]:
    """What every form of a matter carries."""
    return {"version": str(load(ref).version), "view": view, "back": "/queue"}


def said_to_customer() -> list[str | None]:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(Message.text).where(Message.direction == "out"))))


# ------------------------------------------------------------------------------------------ money


@pytest.mark.parametrize(("view", "htmx"), [("row", True), ("case", True), ("case", False)])
@pytest.mark.rule("CMP-08")
def test_a_promise_of_money_is_stopped_with_a_sentence_kept_as_draft_and_handed_over_by_one_button(
    enter, ref, view, htmx
):
    agent = enter("agent")
    answer = agent.post(f"/cases/{ref}/answer", SAID | against(ref, view), htmx=htmx)
    assert answer.status_code == 422
    assert STOPPED in answer.text and MONEY in answer.text
    assert answer.text.count(f'formaction="/cases/{ref}/demand"') == 1
    db.session.rollback()
    kept = db.session.scalars(select(Draft)).one()
    assert (kept.place, kept.values["text"], kept.values["said"]) == (ref, MONEY, "你们赔我五百块")
    assert said_to_customer() == []
    assert MONEY in agent.get(f"/cases/{ref}").text, "the draft stands in the composer again"
    handed = agent.post(f"/cases/{ref}/demand", SAID | against(ref, view) | {"do": "demand"}, htmx=htmx)
    assert handed.status_code in (200, 303)
    case = load(ref)
    assert (case.state, case.demand, case.demand_minor, case.demand_draft) == (
        "with_supervisor",
        "你们赔我五百块",
        500_00,
        MONEY,
    )
    assert db.session.scalars(select(Draft)).all() == []
    assert "转交主管" in agent.get(f"/cases/{ref}").text, "the sentence for the customer stands ready"


@pytest.mark.rule("CMP-08")
def test_no_button_and_no_forged_form_gets_money_past_the_guard(enter, ref):
    agent, past = enter("agent"), []
    for name in ("answer", "message", "acknowledge"):
        for do in ("note", "sent", "later", ""):
            forged = SAID | against(ref) | {"do": do, "channel": "wechat", "text": "赔您 伍 佰 元"}
            past += [(name, do)] if agent.post(f"/cases/{ref}/{name}", forged).status_code != 422 else []
    assert past == [] and said_to_customer() == []


@pytest.mark.rule("CMP-08")
def test_an_answer_given_while_logging_is_guarded_and_nothing_typed_is_lost(enter, world):
    sent = {"kind": "complaint", "channel": "phone", "topic": "partner", "content": "没派送，要赔五百", "text": MONEY, "do": "both",
            "caller_name": "刘玲", "caller_phone": "13800001111", "weight": "simple", "said": "赔我五百", "accepted": ""}  # fmt: skip
    answer = enter("agent").post("/cases", sent)
    assert answer.status_code == 422
    assert STOPPED in answer.text and MONEY in answer.text
    assert db.session.scalars(unseen(select(Case.id).where(Case.kind == "complaint"))).all() == []
    assert enter("agent").post("/cases", sent | {"text": "马上查，11 点前答复您"}).status_code == 303


@pytest.mark.rule("CMP-08")
def test_the_supervisor_decides_in_the_opened_row_and_never_on_his_own_demand(enter, world, ref):
    agent, supervisor = enter("agent"), enter("supervisor")
    agent.post(f"/cases/{ref}/demand", against(ref) | {"demand": "赔五百", "amount": "500"})
    assert "客户要求赔偿 ¥500.00" in supervisor.get("/queue").text
    row = supervisor.get(f"/cases/{ref}/row?open=1&back=/queue", htmx=True).text
    assert "客户要求：¥500.00“赔五百”" in row
    assert f'action="/cases/{ref}/grant"' in row and f'action="/cases/{ref}/refuse_demand"' in row
    assert f'action="/cases/{ref}/grant"' not in agent.get(f"/cases/{ref}").text
    granted = {"amount": "300", "reason": "我方漏派"}
    assert agent.post(f"/cases/{ref}/grant", granted | against(ref)).status_code == 403
    assert supervisor.post(f"/cases/{ref}/grant", granted | against(ref)).status_code == 303
    page = agent.get(f"/cases/{ref}").text
    assert "¥500.00" in page and "¥300.00" in page and "我方漏派" in page
    own = log(world, "complaint", "supervisor")
    supervisor.post(f"/cases/{own}/demand", against(own) | {"demand": "赔五百"})
    assert supervisor.post(f"/cases/{own}/grant", granted | against(own)).status_code == 403
    assert load(own).demand_decision is None


def test_an_empty_demand_is_asked_for_and_a_sum_that_is_none_is_named(enter, ref):
    agent = enter("agent")
    assert "写下客户提出的要求" in agent.post(f"/cases/{ref}/demand", against(ref) | {"demand": ""}).text
    assert agent.post(f"/cases/{ref}/demand", against(ref) | {"demand": "赔钱", "amount": "五百"}).status_code == 422
    assert load(ref).demand_at is None


# ------------------------------------------------------------------------------------------ checklist


@pytest.mark.rule("CMP-10", "CMP-11")
def test_the_checklist_is_kept_in_one_form_and_a_choice_leads_to_the_change_that_it_calls_for(enter, world):
    ref = log(world, "complaint", topic="warehouse")
    agent = enter("agent")
    page = agent.page(f"/cases/{ref}")
    form = next(f for f in page.forms if f.action.endswith("/step"))
    sent = {**form.data(), "tick": ["keep_carton", "keep_bag"]}
    codes = ["label_number", "outer_name", "whose", "wrong_goods"]
    sent |= {
        "shown": ["keep_carton", "keep_bag", "first_reply"],
        "codes": codes,
        "values": ["6621912", "启明", "ours", "redirect"],
    }
    assert agent.post(f"/cases/{ref}/step", sent).status_code == 303
    kept = load(ref).steps
    assert set(kept) == {"keep_carton", "keep_bag", *codes}
    text = agent.get(f"/cases/{ref}").text
    assert "/register?kind=change&amp;number=6621912&amp;code=K10" in text
    assert agent.get("/register?kind=change&number=6621912&code=K10").status_code == 200
    assert (
        "outer_name" not in enter("auditor").get(f"/cases/{ref}").text
        and "启明" in enter("auditor").get(f"/cases/{ref}").text
    )


@pytest.mark.rule("CMP-09", "CMP-19")
def test_the_figures_of_the_register_stand_in_the_list(enter, world):
    hotline, goods = log(world, "complaint", topic="hotline"), log(world, "complaint", topic="warehouse")
    agent = enter("agent")
    assert (
        "铃响超过 3 声" in agent.get(f"/cases/{hotline}").text
        and "承诺 10 分钟内先答复" in agent.get(f"/cases/{goods}").text
    )
    set_figure("hotline.rings", 5)
    assert "铃响超过 5 声" in agent.get(f"/cases/{hotline}").text


# ------------------------------------------------------------------------------------------ call back, crisis


@pytest.mark.rule("CMP-17")
def test_a_call_back_stands_first_in_the_supervisors_list_and_is_logged_in_its_row(enter, world, ref):
    for _ in range(2):
        move(world, log(world, "complaint"), "accept", "agent", weight="simple")
    assert enter("agent").post(f"/cases/{ref}/call_me", against(ref) | {"phone": "13900001111"}).status_code == 303
    supervisor = enter("supervisor")
    page = supervisor.get("/queue").text
    number = ref.split("-")[1]
    assert page.index(f'id="w-{number}"') == page.index('id="w-'), "first of all"
    assert "139 0000 1111" in supervisor.get(f"/cases/{ref}").text
    logged = {"result": "reached", "text": "已致歉，客户接受"}
    assert supervisor.post(f"/cases/{ref}/called_back", logged | against(ref)).status_code == 303
    assert f'id="w-{number}"' not in supervisor.get("/queue").text


@pytest.mark.rule("CMP-25")
def test_in_a_crisis_others_see_the_holding_sentence_ready_and_are_refused_with_it(enter, world, ref):
    agent, head = enter("agent"), enter("supervisor")
    assert agent.post(f"/cases/{ref}/crisis", against(ref) | {"crisis": "media"}).status_code == 303
    assert "危机" in head.get("/notices").text
    page = agent.get(f"/cases/{ref}").text
    assert "您的情况已由专人负责" in page and f'action="/cases/{ref}/holding"' in page
    refused = agent.post(f"/cases/{ref}/message", SAID | against(ref) | {"text": "今天送到"})
    assert refused.status_code == 403 and "您的情况已由专人负责" in refused.text
    chosen = {"spokesperson_id": str(world.users["supervisor"])}
    assert head.post(f"/cases/{ref}/spokesperson", chosen | against(ref)).status_code == 303
    assert "同事supervisor" in agent.get(f"/cases/{ref}").text
    assert agent.post(f"/cases/{ref}/holding", against(ref)).status_code == 303
    assert head.post(f"/cases/{ref}/answer", SAID | against(ref) | {"text": "今天送到"}).status_code == 303
    assert said_to_customer()[-1] == "今天送到"


# ------------------------------------------------------------------------------------------ measures


@pytest.mark.rule("CMP-21")
def test_measures_are_listed_with_the_overdue_first_and_ended_with_a_result(enter, world, ref, clock):
    move(world, ref, *ANSWERED[:2], **ANSWERED[2])
    agent = enter("agent")
    for days, action in ((9, "改交接表"), (2, "每日核对")):
        due = (now() + timedelta(days=days)).date().isoformat()
        sent = {"cause": "漏看放货", "action": action, "owner_id": str(world.users["agent"]), "due_on": due}
        assert agent.post(f"/cases/{ref}/measure", sent | against(ref)).status_code == 303
    assert "每日核对" in agent.get(f"/cases/{ref}").text
    clock.forward(60 * 24 * 3)
    agent = type(agent)(agent.app, world, "agent")
    text = type(agent)(agent.app, world, "auditor").get("/preventives").text
    assert (
        text.index("每日核对") < text.index("改交接表")
        and text.count("已过期") == 1
        and "<button" not in text.split("<main")[1]
    )
    form = agent.page("/preventives").forms
    done = next(f for f in form if f.action.endswith("/done"))
    assert agent.send(done, result="").status_code == 422
    assert agent.send(done, result="两周未再发生").status_code == 303
    assert "每日核对" not in agent.get("/preventives").text and "两周未再发生" in agent.get("/preventives?over=1").text
    assert "改交接表" not in type(agent)(agent.app, world, "guest").get("/preventives").text


@pytest.mark.rule("CMP-08")
def test_money_is_not_promised_in_a_question_to_the_customer_nor_in_an_attempt_or_a_kept_promise(enter, world, ref):
    agent, promise = enter("agent"), "我们赔您500元"
    asked = {"to": "shipper", "whom": "刘玲", "question": "可以吗"}
    assert agent.post(f"/cases/{ref}/ask_party", asked | {"purpose": promise}).status_code == 422
    assert agent.post(f"/cases/{ref}/ask_party", asked).status_code == 303
    key = str(Facts(db.session(), load(ref)).questions[0].id)
    assert agent.post(f"/cases/{ref}/nudge_party", {"question_id": key, "text": promise}).status_code == 422
    assert agent.post(f"/cases/{ref}/nudge_party", {"question_id": key}).status_code == 303
    assert agent.post(f"/cases/{ref}/not_reached", {"channel": "phone", "text": f"留言：{promise}"}).status_code == 422
    inside = {
        "to": "fleet",
        "whom": "车队",
        "question": promise,
    }  # colleagues may be asked about money, not the customer
    assert agent.post(f"/cases/{ref}/ask_party", inside).status_code == 303
    passed = {"question_id": str(Facts(db.session(), load(ref)).questions[-1].id), "text": "不是我们", "answered_by": "王队",
              "not_theirs": "1", "to": "shipper", "whom": "刘玲"}  # fmt: skip
    assert agent.post(f"/cases/{ref}/party_answered", passed).status_code == 422


@pytest.mark.rule("CMP-08")
def test_what_was_granted_is_named_once_and_nothing_beside_it(enter, world, ref):
    move(world, ref, "demand", demand="赔五百", amount=500_00)
    move(world, ref, "grant", "supervisor", amount=500_00, reason="属实")
    agent, words = enter("agent"), {"to": "shipper", "channel": "phone"}
    for more in (
        "赔您500元，再赔您500元",
        "每件赔您500元",
        "赔您500元，运费也不收了",
        "我们赔您五百零一元",
        "We pay you 500 each",
    ):
        assert agent.post(f"/cases/{ref}/answer", words | {"text": more}).status_code == 422, more
    assert agent.post(f"/cases/{ref}/answer", words | {"text": "我们赔您五百元"}).status_code == 303

"""“Explain this deadline” on the pages, and times that are promised in the composer and while logging (interface 4, D-05)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import db
from rules.store import now
from tests.blueprints.world import World, load, log, move
from tests.factories import clocks_of


def text(answer) -> str:
    """What stands on a page, tags taken out."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def hour(at) -> str:
    return f"{at + timedelta(hours=8):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("name", ["agent", "supervisor", "finance", "auditor"])
def test_any_deadline_is_explained_on_a_page_of_its_own(enter, world: World, name):
    ref = log(world, "inquiry")
    found = enter(name).get(f"/cases/{ref}/clocks")
    assert found.status_code == 200
    assert "客户 09:58 来电或来信" in text(found)
    assert "周三 11/18 09:58–10:03：5 分" in text(found) and "共 5 分" in text(found)


def test_another_offices_deadline_does_not_exist(enter, world: World):
    ref = log(world, "inquiry")
    assert enter("guest").get(f"/cases/{ref}/clocks").status_code == 404
    assert enter("agent").get("/cases/INQ-9/clocks").status_code == 404


def test_every_slip_and_the_case_page_lead_to_the_explanation(enter, world: World):
    refs = [log(world, kind) for kind in ("inquiry", "complaint", "change")]
    agent = enter("agent")
    listed = agent.get("/queue").text + agent.get("/queue?view=waiting").text
    for ref in refs:
        assert f'href="/cases/{ref}/clocks' in listed
        assert f'href="/cases/{ref}/clocks' in agent.get(f"/cases/{ref}").text


def test_with_script_the_row_opens_with_the_explanation_and_folds_again(enter, world: World):
    ref = log(world, "inquiry")
    part = enter("agent").get(f"/cases/{ref}/clocks", htmx=True)
    number = ref.split("-")[1]
    assert f'id="w-{number}"' in part.text and 'aria-expanded="true"' in part.text and "<html" not in part.text
    assert "共 5 分" in text(part)


def test_all_clocks_of_a_change_are_explained_with_its_decisions(enter, world: World):
    ref = log(world, "change")
    said = text(enter("agent").get(f"/cases/{ref}/clocks"))
    assert "审批" in said and "提请审批" in said and "共 30 分" in said and "共 60 分" in said


def test_the_explanation_is_said_in_the_readers_language(enter, world: World):
    ref = log(world, "inquiry")
    agent = enter("agent")
    agent.post("/language", {"language": "en", "back": "/queue"})
    found = agent.get(f"/cases/{ref}/clocks", headers={"Accept-Language": "en"})
    assert "客户 09:58" in text(found) or "The customer called or wrote 09:58" in text(found)


# ------------------------------------------------------------------------------------------ promising


def send(person, ref, do, **data):
    form = person.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    return person.send(form, do, to="shipper", text="稍后答复您", **data)


def test_the_composer_acknowledges_with_a_time_and_that_time_is_the_deadline(enter, world: World):
    ref, agent = log(world, "inquiry"), enter("agent")
    at = now().replace(second=0, microsecond=0) + timedelta(minutes=45)
    assert send(agent, ref, "later", promised_at=hour(at)).status_code == 303
    case = load(ref)
    assert (case.state, case.due_at, case.due_name) == ("open", at, "promised")
    assert "向客户说了答复时间" in text(agent.get(f"/cases/{ref}/clocks"))


def test_a_later_time_that_the_customer_has_not_accepted_comes_back_with_what_was_typed(enter, world: World):
    ref, agent = log(world, "complaint"), enter("agent")
    at = now() + timedelta(hours=6)
    refused = send(agent, ref, "later", promised_at=hour(at))
    assert refused.status_code == 422
    assert "晚于" in text(refused) and hour(at) in refused.text and "稍后答复您" in refused.text
    assert load(ref).due_at < at - timedelta(hours=1)
    db.session.rollback()
    assert send(agent, ref, "later", promised_at=hour(at), accepted="1").status_code == 303
    assert hour(load(ref).due_at) == hour(at)


@pytest.mark.rule("SHP-18")
def test_a_time_may_be_promised_while_logging(enter, world: World):
    agent = enter("agent")
    at = now() + timedelta(minutes=4)
    form = agent.form("/register?kind=inquiry", "/cases")
    data = {"caller_name": "周先生", "caller_phone": "13900001111", "asked": "多少钱", "do": "log"}
    late = agent.send(form, promised_at=hour(now() + timedelta(hours=2)), **data)
    assert late.status_code == 422 and "晚于" in text(late)
    made = agent.send(agent.form("/register?kind=inquiry", "/cases"), promised_at=hour(at), **data)
    assert made.status_code == 303
    ref = "INQ-" + made.headers["Location"].rsplit("-", 1)[1]
    assert hour(load(ref).due_at) == hour(at)


def test_the_supervisor_sees_his_five_minutes_and_the_agent_that_they_are_over(enter, world: World, clock):
    ref = log(world, "inquiry")
    move(world, ref, "consult", text="能给 5.0 吗")
    asked = next(c for c in clocks_of(ref) if c.name == "consult")
    assert "应于 10:05 前回复" in text(enter("supervisor").get("/queue"))
    clock.at = asked.due_at + timedelta(minutes=4)
    assert "等主管 9 分" in text(enter("agent").get(f"/cases/{ref}"))
    assert "超 4 分" in text(enter("agent").get(f"/cases/{ref}"))
    move(world, ref, "advise", "supervisor", text="可以")
    assert "主管回复请示 超时停止计时" in text(enter("agent").get(f"/cases/{ref}/clocks"))

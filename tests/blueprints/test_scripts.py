"""Scripts in the composer, on the page and in the row: listed, inserted, remembered, counted; never an unapproved one (KNO-04)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Draft, Message, ScriptUse, db
from rules.policy import unseen
from tests.blueprints.world import NUMBERS, World, acting, log
from tests.rules.handbook_rows import keep

BODY = {
    "body_zh": "{contact}您好，{number}已从航班拉下，改配{new_flight}。", "body_en": "Hello {contact}, {number} is now on {new_flight}.",
}  # fmt: skip


@pytest.fixture
def ref(world: World) -> str:
    """A price inquiry by WeChat, with two scripts in force and one draft."""
    with acting(world, "admin") as tx:
        keep(tx, "SCR-17", kinds=["inquiry.price"], **BODY)
        keep(tx, "SCR-18", title_zh="航班延误", title_en="Flight delayed")
        keep(tx, "SCR-19", title_zh="备降", title_en="Diverted", state="draft")
    return log(world, "inquiry", channel="wechat")


def kept(model: type) -> list:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(model))))


@pytest.mark.rule("KNO-04")
def test_the_list_is_read_when_it_is_wanted_and_holds_what_is_in_force(enter, world, ref):
    agent = enter("agent")
    assert f"/cases/{ref}/scripts" in agent.get(f"/cases/{ref}").text
    found = agent.get(f"/cases/{ref}/scripts?q=&to=shipper&channel=wechat&lang=zh", htmx=True)
    assert found.status_code == 200 and found.text.index('value="SCR-17"') < found.text.index('value="SCR-18"')
    assert "SCR-19" not in found.text and "拉货通知" in found.text
    english = agent.get(f"/cases/{ref}/scripts?q=fd&to=shipper&channel=wechat&lang=en", htmx=True).text
    assert "Flight delayed" in english and "SCR-17" not in english
    assert "没有合适的话术" in agent.get(f"/cases/{ref}/scripts?q=%25%27%22&channel=wechat", htmx=True).text
    assert agent.get(f"/cases/{ref}/scripts").status_code == 302, "as a page of its own it is the matter's"


@pytest.mark.rule("KNO-04")
@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("place", ["page", "row"])
def test_the_best_fit_is_put_after_what_was_written_and_its_open_slots_are_named(enter, world, ref, htmx, place):
    agent = enter("agent")
    url = f"/cases/{ref}" if place == "page" else f"/queue?open={ref[4:]}"
    form = agent.form(url, f"/cases/{ref}/answer")
    answer = agent.send(form, "insert", htmx, text="刚收到。")
    text = answer.text if htmx else agent.get(url).text
    assert answer.status_code == (200 if htmx else 303)
    assert htmx or answer.headers["Location"].partition("#")[0] == url, (
        "without script the composer is seen again at once"
    )
    assert f"刚收到。\n刘玲您好，{NUMBERS['A1']}已从航班拉下，改配{{改配航班}}。" in text
    assert "{改配航班}" in text.split('id="ban', 1)[1], "the open slot is named under the text"
    assert 'name="script" value="SCR-17/1"' in text and "autofocus" in text
    assert [(use.count, use.user_id) for use in kept(ScriptUse)] == [(1, world.users["agent"])]


@pytest.mark.rule("KNO-04")
def test_one_is_picked_from_the_list_in_english_and_again_after_the_first(enter, world, ref):
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    draft = f"/cases/{ref}/draft"
    first = agent.post(draft, form.data(lang="en", text="") | {"pick": ["SCR-17"]}, htmx=True).text
    assert f"Hello 刘玲, {NUMBERS['A1']} is now on {{new flight}}." in first
    data = form.data(lang="zh", text="Hello.", script="SCR-17/1") | {"pick": ["SCR-18"]}
    again = agent.post(draft, data, htmx=True).text
    assert "Hello.\n刘玲" in again or "Hello.\n您好" in again
    assert 'name="script" value="SCR-17/1"' in again, "a message remembers the script that it began with"
    assert sorted(use.count for use in kept(ScriptUse)) == [1, 1]


@pytest.mark.rule("SYS-03")
def test_an_unapproved_script_and_another_office_s_matter_do_not_exist(enter, world, ref):
    agent, guest = enter("agent"), enter("guest")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    for number in ("SCR-19", "SCR-99", "1"):
        for htmx in (True, False):
            data = form.data(text="写好的") | {"pick": [number]}
            assert agent.post(f"/cases/{ref}/draft", data, htmx).status_code == 404, number
    forged = agent.send(form, "sent", text="您好", script="SCR-19/1")
    assert forged.status_code == 404 and not [m for m in kept(Message) if m.direction == "out"]
    assert guest.get(f"/cases/{ref}/scripts", htmx=True).status_code == 404
    assert guest.post(f"/cases/{ref}/draft", {"do": "insert", "text": ""}).status_code == 404
    assert not kept(ScriptUse) and not kept(Draft)


@pytest.mark.rule("KNO-04")
def test_when_nothing_fits_what_was_written_stays_and_the_list_stands_below(enter, world, ref):
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    for htmx in (True, False):
        answer = agent.send(form, "insert", htmx, text="刚收到。", q="没有这样的")
        text = answer.text if htmx else agent.get(f"/cases/{ref}").text
        assert "刚收到。" in text and "没有合适的话术" in text and 'value="SCR-17"' in text
    assert not kept(ScriptUse)


@pytest.mark.rule("KNO-04", "SYS-08")
def test_a_message_remembers_the_script_that_it_began_with(enter, world, ref):
    agent = enter("agent")
    with acting(world, "admin") as tx:
        keep(tx, "SCR-20", title_zh="收到", title_en="Received", body_zh="{contact}，已收到。")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    agent.send(form, "insert", text="", q="20")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    assert agent.send(form, "sent").status_code == 303
    out = [m for m in kept(Message) if m.direction == "out"]
    assert [(m.text, m.script) for m in out] == [("刘玲，已收到。", "SCR-20/1")]

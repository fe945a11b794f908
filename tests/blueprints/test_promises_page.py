"""Promises of a person and of an office, the overdue first; what a customer was promised stands on his page."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from rules.store import now
from tests.blueprints.world import World, log, move
from tests.factories import matter


def promised(world: World, by: str = "agent", hours: float = 2, what: str = "报舱位") -> str:
    """An inquiry in which something is promised."""
    ref = log(world, "inquiry", by)
    move(world, ref, "promise", by, promised=what, by_at=now() + timedelta(hours=hours))
    return ref


@pytest.mark.rule("CUS-15")
def test_my_promises_and_the_offices_the_overdue_first(enter, world: World, clock):
    later, mine = promised(world, hours=5), promised(world, hours=1)
    other = promised(world, "agent2", hours=3)
    clock.forward(90)
    html = enter("agent").get("/promises").text
    assert other not in html and html.index(mine) < html.index(later)
    html = enter("agent").get("/promises?view=office").text
    assert html.index(mine) < html.index(other) < html.index(later)
    assert html.count('class="stamp late"') == 1, "one is overdue"
    assert all(ref in enter("auditor").get("/promises").text for ref in (later, mine, other)), (
        "an auditor has none of his own"
    )
    assert (
        mine not in enter("guest").get("/promises?view=office").text
        and enter("admin").get("/promises").status_code == 403
    )


@pytest.mark.rule("CUS-15")
def test_a_promise_is_kept_from_the_list_and_leaves_it(enter, world: World):
    ref = promised(world)
    agent = enter("agent")
    answer = agent.send(agent.form("/promises", "promise_kept"))
    assert answer.status_code == 303 and answer.location.startswith("/promises")
    assert ref not in agent.get("/promises").text
    assert matter(ref).due_at < now() + timedelta(hours=1), "its own time has stopped"


@pytest.mark.rule("CUS-15")
def test_what_a_customer_was_promised_stands_on_his_page_until_the_matter_ends(enter, world: World):
    ref = promised(world, what="周五前寄回单")
    page = f"/customers/{world.customers['good']}"
    assert "周五前寄回单" in enter("agent").get(page).text
    move(world, ref, "void", reason="记错了")
    assert "周五前寄回单" not in enter("agent").get(page).text and ref not in enter("agent").get("/promises").text


def test_the_list_turns_its_pages_by_time(enter, world: World, monkeypatch):
    monkeypatch.setattr("rules.open_promises.PAGE", 2)
    refs = [promised(world, hours=hours) for hours in (3, 1, 2)]
    agent = enter("agent")
    link = next(href for href in agent.page("/promises").links if "after=" in href)
    second = agent.get(unquote(link).replace("+", "%2B")).text
    assert [ref in second for ref in refs] == [True, False, False]
    for odd in ("x", "2026-11-18T02:00:00_1", "2026-11-18T02:00:00%2B00:00_x", "_"):
        assert agent.get(f"/promises?after={odd}").status_code == 200


def test_the_rail_counts_what_is_asked_and_promised(enter, world: World):
    ref = promised(world)
    move(world, ref, "ask_party", to="fleet", whom="车队", question="几点到")
    html = enter("supervisor").get("/queue").text
    assert '<b id="n-questions">1</b>' in html and '<b id="n-promises">1</b>' in html

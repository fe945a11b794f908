"""An agent's “we will pay you 500” in a browser: stopped with a sentence, kept, and handed to the supervisor with one key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from models import db
from rules.store import now
from tests.blueprints.world import World, build, load, log, move
from tests.browser.browsing import ALL, Look, looking, nu_problems, problems
from tests.browser.desk import cookies, running

MONEY = "我们赔您500元"


@pytest.fixture
def scene(app: Flask, address: str) -> Iterator[tuple[Flask, World, str, str]]:
    """The served office with a complaint about wrong goods that the agent has accepted."""
    with running():
        world = build()
        ref = log(world, "complaint", topic="warehouse", content="型号发错了，要赔五百")
        move(world, ref, "accept", "agent", weight="simple")
        db.session.remove()
        yield app, world, address, ref


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.rule("CMP-08")
def test_we_will_pay_you_500_is_stopped_kept_and_handed_over_with_one_key(browser: Browser, scene, javascript):
    app, world, address, ref = scene
    number = ref.split("-")[1]
    agent, supervisor = cookies(app, world, "agent"), cookies(app, world, "supervisor")
    with looking(browser, address, Look(), cookies=agent, javascript=javascript) as page:
        page.goto(f"/cases/{ref}")
        page.fill(f"#text-{number}", MONEY)
        if javascript:
            page.keyboard.press("Control+Enter")
        else:
            page.click(f"#composer-{number} .primary")
        note = page.locator(f"#composer-{number} .note.late")
        expect(note).to_contain_text("您不能答应赔钱：“我们赔您500元”")
        expect(page.locator(f"#text-{number}")).to_have_value(MONEY)
        expect(note.locator("button")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_contain_text("主管决定")
        expect(page.locator(f"#text-{number}")).to_have_value(
            "您的要求我已记下并转交主管，由主管答复您；这件事我不能决定。"
        )
    db.session.rollback()
    case = load(ref)
    assert (case.state, case.demand_minor, case.demand_draft) == ("with_supervisor", 500_00, MONEY)
    db.session.remove()
    with looking(browser, address, Look(), cookies=supervisor, javascript=javascript) as page:
        page.goto("/queue")
        page.locator(f"#w-{number} .acts a").first.click()
        row = page.locator(f"#w-{number}")
        row.get_by_text("同意赔偿", exact=True).first.click()
        row.locator("input[name=amount]").fill("300")
        row.locator("input[name=reason]").first.fill("我方发错")
        row.locator("form[action$='/grant'] button").click()
        expect(page.locator("body")).to_contain_text("已同意")
    db.session.rollback()
    assert load(ref).granted_minor == 300_00


def test_the_parts_of_a_complaint_pass_wide_and_on_a_phone(browser: Browser, scene):
    app, world, address, ref = scene
    move(world, ref, "demand", "agent", demand="赔五百", amount=50_000)
    move(world, ref, "call_me", "agent")
    move(world, ref, "crisis", "agent", crisis="online", crisis_url="https://example.com/p/1")
    due = now().date() + timedelta(days=7)
    move(
        world,
        ref,
        "measure",
        "agent",
        cause="串号",
        action="装车前再核",
        owner_id=str(world.users["agent"]),
        due_on=due,
    )
    db.session.remove()
    pages = {}
    for name, look in (("agent", ALL[1]), ("supervisor", ALL[10])):
        with looking(browser, address, look, cookies=cookies(app, world, name)) as page:
            for url in (f"/cases/{ref}", "/preventives"):
                page.goto(url)
                assert not (found := problems(page)), (look, url, found)
                pages[f"{name} {look} {url}"] = page.content()
    assert not (found := nu_problems(dict(list(pages.items())[:2]))), found

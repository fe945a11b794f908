"""What JavaScript adds on the served desk: keys, the line of new work, drafts, copying, warnings (interface 6 to 9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models import db
from tests.blueprints.world import World, build, log
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running

Enter = Callable[..., Page]
FOCUS = "document.activeElement.id"


@pytest.fixture
def world(served) -> Iterator[World]:
    """The small office with three matters of the agent's, as the browser finds them."""
    app, database = served
    with app.app_context(), running():
        database.reset(db.engine)
        made = build()
        for kind in ("inquiry", "complaint"):
            made.cases[kind] = log(made, kind)
        made.cases["change"] = log(made, "change", by="agent2")
        db.session.remove()
        yield made
        db.session.remove()


@pytest.fixture
def enter(served: tuple[Flask, object], address: str, browser: Browser, world: World) -> Iterator[Enter]:
    """A person's page at 1366 px, with JavaScript."""
    opened = []

    def page_of(name: str, expected: str = "nothing") -> Page:
        made = looking(browser, address, Look(), cookies=cookies(served[0], world, name), expected=expected)
        opened.append(made)
        return made.__enter__()

    yield page_of
    for made in reversed(opened):
        made.__exit__(None, None, None)


def number(world: World, kind: str) -> str:
    return world.cases[kind].split("-")[1]


def test_single_keys_follow_links_and_only_move_to_buttons(enter, world: World):
    page = enter("agent")
    page.goto("/queue")
    page.locator("body").press("Slash")
    assert page.evaluate(FOCUS) == "find"
    page.keyboard.press("n")
    assert page.url.endswith("/queue"), "a letter typed into a field is a letter"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    first = page.evaluate(FOCUS)
    page.keyboard.press("j")
    second = page.evaluate(FOCUS)
    page.keyboard.press("k")
    assert first != second and page.evaluate(FOCUS) == first and first.startswith("h-")
    page.keyboard.press("e")
    row = page.locator(f"#w-{first[2:]}")
    expect(row.locator("form[data-composer]")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url("**/register")
    page.locator("#src").press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")


def test_in_an_open_approval_letters_go_to_the_buttons_and_enter_decides(enter, world: World):
    page = enter("supervisor")
    page.goto(f"/queue?open={number(world, 'change')}")
    page.locator(f"#h-{number(world, 'change')}").focus()
    value = "document.activeElement.value"
    for key, name in (("b", "send_back"), ("x", "refuse"), ("a", "approve")):
        page.keyboard.press(key)
        assert page.evaluate(value) == name
    page.keyboard.press("Enter")
    expect(page.locator("button[value=approve]")).to_have_count(0)
    expect(page.locator("#say")).not_to_be_empty()


def test_keys_switched_off_do_nothing(enter, world: World):
    page = enter("agent")
    page.goto("/settings")
    page.locator("input[name=keys][value=off]").check()
    page.locator("form[action='/settings'] button").click()
    page.goto("/queue")
    page.locator("body").press("n")
    page.locator("body").press("j")
    assert page.url.endswith("/queue") and page.evaluate(FOCUS) == ""


def test_new_work_is_announced_above_the_list_and_the_list_stays(enter, world: World):
    page = enter("agent")
    page.goto("/queue")
    before = page.locator("ol > .slip").count()
    ref = log(world, "inquiry", topic="callback", asked="请马上回电")
    db.session.remove()
    page.evaluate("document.body.dispatchEvent(new CustomEvent('desk:poll'))")
    expect(page.locator("#fresh-show")).to_be_visible()
    expect(page.locator("#fresh")).to_contain_text("1")
    expect(page).to_have_title(re.compile("^新 1 "))
    assert page.locator("ol > .slip").count() == before
    page.locator("body").press("r")
    expect(page.locator(f"#w-{ref[4:]}")).to_be_visible()


def test_an_unsent_text_is_kept_on_the_server(enter, world: World):
    page, at = enter("agent"), number(world, "inquiry")
    page.goto(f"/queue?open={at}")
    with page.expect_response("**/keep"):
        page.locator(f"#text-{at}").press_sequentially("报价还差体积", delay=5)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/settings")
    page.goto(f"/cases/{world.cases['inquiry']}")
    expect(page.locator(f"#text-{at}")).to_have_value("报价还差体积")


def test_a_reply_by_chat_is_copied_and_then_sent(enter, world: World):
    page, at = enter("agent"), number(world, "inquiry")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/queue?open={at}")
    page.locator(f"#text-{at}").fill("北京到货，今天派送")
    page.locator(f"#ch-{at}").select_option("wechat")
    copy = page.locator(f"#composer-{at} button[value=copy]")
    copy.click()
    assert page.evaluate("navigator.clipboard.readText()") == "北京到货，今天派送"
    page.locator(f"#composer-{at} button[value=sent]").click()
    expect(page.locator(f"#composer-{at}")).to_have_count(0)
    expect(page.locator("#say")).not_to_be_empty()
    expect(page.locator(f"#w-{at}")).to_contain_text("已答复")


def test_without_the_line_the_text_stays_and_one_is_told(enter, world: World):
    page, at = enter("agent", "ERR_FAILED|htmx:(afterRequest|sendError)"), number(world, "inquiry")
    page.goto(f"/queue?open={at}")
    page.locator(f"#text-{at}").fill("网络断了也在")
    page.route("**/answer", lambda route: route.abort())
    page.locator(f"#composer-{at} button[value=note]").click()
    expect(page.locator("#alert")).to_contain_text("连不上")
    expect(page.locator(f"#text-{at}")).to_have_value("网络断了也在")
    page.unroute("**/answer")
    page.locator(f"#composer-{at} button[value=note]").click()
    expect(page.locator(f"#w-{at}")).to_contain_text("已答复")
    expect(page.locator("#alert")).to_be_empty()


def test_signed_out_elsewhere_the_text_stays_and_a_new_tab_signs_in(enter, world: World, served):
    page, at = enter("agent"), number(world, "inquiry")
    page.goto(f"/queue?open={at}")
    page.locator(f"#text-{at}").fill("还没发出去")
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.locator(f"#composer-{at} button[value=note]").click()
    expect(page.locator("#alert a")).to_have_attribute("target", "_blank")
    expect(page.locator(f"#text-{at}")).to_have_value("还没发出去")
    page.context.add_cookies(kept)
    page.locator(f"#composer-{at} button[value=note]").click()
    expect(page.locator(f"#w-{at}")).to_contain_text("已答复")


def test_filters_change_list_heading_numbers_and_address_together(enter, world: World):
    page = enter("agent")
    page.goto("/queue")
    page.locator("#f-view").select_option("office")
    expect(page.locator("ol > .slip")).to_have_count(3)
    assert "view=office" in page.url
    heading = page.locator("h1").inner_text()
    page.locator("#f-grade").select_option("D")
    expect(page.locator("ol > .slip")).to_have_count(0)
    assert page.locator("h1").inner_text() == heading and page.title().startswith(heading)
    page.go_back()
    expect(page.locator("ol > .slip")).to_have_count(3)


def test_clocks_run_without_asking_the_server(enter, world: World):
    page, at = enter("agent"), number(world, "inquiry")
    page.goto("/queue")
    clock = page.locator(f"#w-{at} .clock b")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before, timeout=4000)

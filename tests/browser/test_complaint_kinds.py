"""Seven kinds of complaints played to their end by hand, some in Chinese with script, some in English without (must show 7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from models import User, db
from rules import steps
from rules.store import system, write_tx
from tests.blueprints.world import NUMBERS, PHONE, World, build, load
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running

KINDS = {
    "zh": {"partner": "已放货一天仍未派送", "warehouse": "型号发错了", "pickup": "约好十点提货，十一点半才到", "attitude": "接电话的同事说“自己看网站”"},
    "en": {"rough": "Cartons thrown from the truck", "flight": "Not on the flight that was promised", "hotline": "Nobody answers the phone"},
}  # fmt: skip
SAID = {
    "zh": ("主管还没有确认责任方。", "已关闭"),
    "en": ("The supervisor has not confirmed the responsible party yet.", "Closed"),
}


@pytest.fixture
def office(app: Flask, address: str) -> Iterator[tuple[Flask, World, str]]:
    """The served office."""
    with running():
        world = build()
        db.session.remove()
        yield app, world, address


def unfold(page: Page, move: str) -> Locator:
    """The form of a move on the page, its fold opened."""
    form = page.locator(f"form[action$='/{move}']").first
    form.locator("xpath=..").locator("summary").first.click()
    return form


def press(page: Page, button: Locator) -> None:
    """Press a button and wait for what it makes of the page."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        button.click()
    page.wait_for_load_state()
    expect(page.locator(".htmx-request")).to_have_count(0)


def send(page: Page, form: Locator) -> None:
    press(page, form.locator("button.primary").last)


def register(page: Page, topic: str, content: str) -> str:
    """Log it while the customer speaks, accept it; its number."""
    page.goto(f"/register?kind=complaint&src={PHONE}%20{NUMBERS['A5']}")
    page.select_option("#topic", topic)
    page.fill("#content", content)
    page.locator("button[name=do][value=both]").click()
    page.wait_for_url("**/cases/CMP-*")
    form = unfold(page, "accept")
    form.locator("[name=wanted]").fill("今天送到")
    send(page, form)
    expect(page.locator("form[action$='/restate']").first).to_be_attached()
    return page.url.split("/cases/")[1].partition("?")[0].partition("#")[0]


def fill_list(page: Page, topic: str) -> None:
    """Note what this kind of complaint asks for before it is closed."""
    for step in [s for s in steps.ROWS.get(("complaint", topic), ()) if s.before == "close"]:
        field = page.locator(f"[id^='{step.code}-step-']")
        if step.kind == steps.TICK:
            page.locator(f"input[name=tick][value={step.code}]").check()
        elif step.kind == steps.LINE:
            field.fill("王队")
        else:
            field.select_option(index=1)
    if page.locator("form[action$='/step']").count():
        press(page, page.locator("form[action$='/step'] button").first)


def settle(page: Page, ref: str) -> None:
    """Answer, find out who is responsible, tell the result."""
    number = ref.split("-")[1]
    page.fill(f"#text-{number}", "已查明，今天处理好")
    press(page, page.locator(f"#composer-{number} button[value=note]"))
    form = unfold(page, "feedback")
    form.locator("[name=text]").fill("处理好了")
    send(page, form)
    form = unfold(page, f"{ref}/find")
    form.locator("[name=finding]").fill("漏看一次")
    form.locator("[name=party]").select_option("fleet")
    form.locator("[name=responsible_reason]").fill("有记录")
    send(page, form)


@pytest.mark.parametrize("language", KINDS)
@pytest.mark.rule("CMP-01", "CMP-22", "CMP-23")
def test_each_kind_of_complaint_goes_from_the_call_to_its_end(browser: Browser, office, language):
    app, world, address = office
    with write_tx(system("test"), "test") as tx:
        for key in world.users.values():
            tx.session.get_one(User, key).language = language
    db.session.remove()
    look, refs = Look(1366, "light", language), {}
    who = {name: cookies(app, world, name) for name in ("agent", "agent2", "supervisor")}
    missing, closed = SAID[language]
    with looking(browser, address, look, javascript=language == "zh", cookies=who["agent"]) as page:
        for topic, content in KINDS[language].items():
            ref = refs[topic] = register(page, topic, content)
            fill_list(page, topic)
            settle(page, ref)
            expect(page.locator("#main")).to_contain_text(missing)
            assert not page.locator("form[action$='/close']").count()
    with looking(browser, address, look, javascript=language == "zh", cookies=who["supervisor"]) as page:
        page.goto("/complaints/confirm")
        for box in page.locator("input[name=complaint]").all():
            box.check()
        page.locator("main button.primary").click()
        expect(page.locator("main .empty")).to_be_visible()
    if "attitude" in refs:
        with looking(browser, address, look, cookies=who["agent2"]) as page:
            page.goto(f"/cases/{refs['attitude']}")
            form = unfold(page, "return_call")
            form.locator("[name=said]").fill("道歉收到了")
            form.locator("[name=satisfied]").select_option("yes")
            send(page, form)
            expect(page.locator("form[action$='/close']")).to_be_visible()
    with looking(browser, address, look, javascript=language == "zh", cookies=who["agent"]) as page:
        for ref in refs.values():
            page.goto(f"/cases/{ref}")
            page.locator("form[action$='/close'] button").click()
            expect(page.locator(".hero .clock")).to_contain_text(closed)
    db.session.rollback()
    assert {load(ref).state for ref in refs.values()} == {"closed"}

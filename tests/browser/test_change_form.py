"""The form for a new change in a browser, with and without script, in both languages; a release by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import Shipment, User, db
from rules.policy import unseen
from rules.store import system, write_tx
from tests.blueprints.world import NUMBERS, World, build
from tests.browser.browsing import Look, looking, problems
from tests.browser.desk import cookies, running

HELD = "8821945"
WORDS = {
    "zh": {"desk": "客服直接执行", "city": "转货"},
    "en": {"desk": "the desk carries it out itself", "city": "Redirect"},
}
MOST_KEYS = 20


@dataclass
class Office:
    """The desk with people in it; `page` opens a look for the agent."""

    app: Flask
    browser: Browser
    at: str
    world: World

    @contextmanager
    def page(self, language: str = "zh", javascript: bool = True, width: int = 1366) -> Iterator[Page]:
        held = cookies(self.app, self.world, "agent")
        with looking(
            self.browser, self.at, Look(width, "light", language), javascript=javascript, cookies=held
        ) as page:
            yield page


@pytest.fixture
def office(served, address: str, browser: Browser) -> Iterator[Office]:
    """People without a language of their own: the browser's counts."""
    app, database = served
    with app.app_context(), running():
        database.reset(db.engine)
        world = build()
        with write_tx(system("setup"), "setup") as tx:
            for user in tx.session.scalars(select(User)):
                user.language = None
        db.session.remove()
        yield Office(app, browser, address, world)


def goods(number: str) -> Shipment:
    db.session.rollback()
    return db.session.scalars(unseen(select(Shipment).where(Shipment.number == number))).one()


@dataclass
class Keyboard:
    """Types words for nothing and counts every other key, Ctrl counted too."""

    page: Page
    pressed: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed += key.split("+")
            self.page.keyboard.press(key)

    def tab_to(self, id_: str) -> None:
        """Tab until the element has the focus; each Tab counts."""
        while self.page.evaluate("document.activeElement.id") != id_:
            assert len(self.pressed) <= MOST_KEYS, (self.pressed, id_)
            self.press("Tab")


def test_a_release_is_registered_and_carried_out_with_few_keys(office: Office):
    with office.page() as page:
        page.goto("/queue")
        keys = Keyboard(page)
        keys.press("/")
        page.keyboard.type(HELD)
        keys.press("Enter")
        page.wait_for_url("**/shipments/*")
        keys.press("m")
        page.wait_for_url("**/register?*")
        expect(page.locator("#code-K06")).to_be_focused()
        keys.press("Space")
        expect(page.locator("#proof_note")).to_be_visible()
        expect(page.locator("#code-K06")).to_be_focused()
        keys.tab_to("proof_note")
        page.keyboard.type("传真放货指令")
        for _ in range(4):
            keys.press("Tab", "Space")
        keys.tab_to("read_back")
        page.keyboard.type("刘玲 10:01")
        keys.press("Control+Enter")
        page.wait_for_url("**/cases/CHG-*")
        assert goods(HELD).hold_shipper is None
        assert len(keys.pressed) <= MOST_KEYS, (len(keys.pressed), keys.pressed)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_from_a_number_to_a_redirection_nothing_typed_is_lost(office: Office, language: str, javascript: bool):
    say = WORDS[language]
    with office.page(language, javascript) as page:
        page.goto("/register?kind=change")
        expect(page.locator("#code-K07")).to_have_count(0)
        page.locator("#number").press_sequentially(NUMBERS["A5"])
        if not javascript:
            page.locator("button[name=do][value=number]").click()
        expect(page.locator("#kinds")).to_contain_text(say["desk"])
        if javascript:
            expect(page.locator("#number")).to_be_focused()
        expect(page.locator("#number")).to_have_value(NUMBERS["A5"])
        expect(page.locator("#address")).to_have_count(0)
        choose(page, "K09", javascript)
        page.locator("#address").fill("天津市和平区 5 号")
        page.locator("#proof_note").fill("传真，刘玲")
        page.locator("#said").fill("改到天津")
        if javascript:
            assert not problems(page)
        page.locator("button.primary").click()
        expect(page.locator("#address-e")).to_be_visible()
        page.locator("#fields button[name=pick][value=K10]:visible").first.click()
        expect(page.locator("#code-K10")).to_be_checked()
        expect(page.locator("#destination")).to_have_value("天津")
        expect(page.locator("#address")).to_have_value("天津市和平区 5 号")
        expect(page.locator("#said")).to_have_value("改到天津")
        for item in ("number", "destination", "consignee", "content"):
            page.locator(f"input[name=proof_items][value={item}]").check()
        page.locator("#payer").select_option("company")
        page.locator("button.primary").click()
        page.wait_for_url("**/cases/CHG-*")
        expect(page.locator("main")).to_contain_text("天津")


@pytest.mark.parametrize(("javascript", "width"), [(True, 390), (False, 1366)], ids=["script", "plain"])
def test_a_note_without_number_is_enough(office: Office, javascript: bool, width: int):
    with office.page("zh", javascript, width) as page:
        page.goto(f"/register?kind=change&customer={office.world.customers['good']}")
        page.locator("summary").filter(has_text="还没有单号").click()
        for name, value in (("destination", "上海"), ("consignee", "周杰"), ("model", "X-100"), ("pieces", "12")):
            page.locator(f"#note_{name}").fill(value)
        page.locator("button[name=do][value=note]").click()
        expect(page.locator("#code-K03")).to_be_visible()
        if javascript:
            assert not problems(page)
        choose(page, "K01", javascript)
        page.locator("#consignee").fill("周洁")
        page.locator("button.primary").click()
        page.wait_for_url("**/cases/CHG-*")
        expect(page.locator("main")).to_contain_text("还缺书面证明")


def choose(page: Page, code: str, javascript: bool) -> None:
    """Choose a kind; without script a button shows what it asks."""
    page.locator(f"#code-{code}").check()
    if not javascript:
        page.locator("button[name=do][value=code]").click()
    expect(page.locator("#proof_note")).to_be_visible()

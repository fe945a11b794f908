"""What a caller costs in keys: a phone complaint and a zero-cost change by the keyboard alone, real key events counted.

Words come as an input method gives them and digits are not counted; everything else that is pressed is, Ctrl too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import Complaint, Shipment, db
from rules.policy import unseen
from tests.blueprints.world import NUMBERS, PHONE, build, load
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running

COUNT = """document.addEventListener('keydown', e => {
  if (!/^[0-9]$/.test(e.key)) { sessionStorage.pressed = (sessionStorage.pressed ? sessionStorage.pressed + ' ' : '') + e.key; }
}, true);"""
# From the submit, the redirect included, until the matter stands open on the page.
TOOK = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
COMPLAINT_KEYS, CHANGE_KEYS = 12, 20


@dataclass
class Keyboard:
    """One pair of hands: words cost nothing, keys are counted by the browser itself."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def words(self, text: str) -> None:
        """Words as an input method or the clipboard puts them in; digits are typed."""
        if text.isdigit():
            self.page.keyboard.type(text)
        else:
            self.page.keyboard.insert_text(text)

    def tab_to(self, id_: str, most: int = 12) -> None:
        for _ in range(most):
            if self.page.evaluate("document.activeElement.id") == id_:
                return
            self.press("Tab")
        raise AssertionError((id_, self.pressed))

    @property
    def pressed(self) -> list[str]:
        return str(self.page.evaluate("sessionStorage.pressed || ''")).split()


@pytest.fixture
def agent(served, address: str, browser: Browser) -> Iterator[Page]:
    """An agent at the queue, with the keys counted from now on."""
    app, database = served
    with app.app_context(), running():
        database.reset(db.engine)
        world = build()
        db.session.remove()
        with looking(browser, address, Look(1366, "light", "zh"), cookies=cookies(app, world, "agent")) as page:
            page.context.add_init_script(COUNT)
            page.goto("/queue")
            yield page


def one(model: type) -> Complaint:
    db.session.rollback()
    ref = db.session.scalar(unseen(select(model.ref).order_by(model.id.desc()).limit(1)))
    return load(str(ref))


def complain(page: Page, text: str) -> float:
    """A phone complaint from the queue on: who calls, about which goods, what happened. How long the log took to open."""
    keys = Keyboard(page)
    keys.press("n")
    page.wait_for_url("**/register")
    expect(page.locator("#src")).to_be_focused()  # a digit typed before that goes nowhere
    keys.words(PHONE)
    keys.press("Enter")
    keys.words(NUMBERS["A5"][-4:])
    expect(page.locator("#found")).to_contain_text(NUMBERS["A5"])
    expect(page.locator("#found")).to_contain_text("good贸易有限公司")
    keys.press("Tab", "ArrowRight")
    expect(page.locator("#content")).to_be_attached()
    keys.tab_to("topic")
    keys.press("ArrowDown")
    keys.tab_to("content")
    keys.words(text)
    keys.press("Control+Enter")
    page.wait_for_url("**/cases/CMP-*")
    expect(page.locator("main h1")).to_be_visible()
    return float(page.evaluate(TOOK)) / 1000


@pytest.mark.rule("CMP-01")
def test_a_phone_complaint_is_registered_with_twelve_keys(agent: Page):
    complain(agent, "代理说已放货，货到现在没送")
    pressed = Keyboard(agent).pressed
    made = one(Complaint)
    assert (made.customer.name, made.shipment.number) == ("good贸易有限公司", NUMBERS["A5"])
    assert len(pressed) <= COMPLAINT_KEYS, (len(pressed), pressed)


@pytest.mark.rule("CHG-05")
def test_a_zero_cost_change_is_registered_and_carried_out_with_twenty_keys(agent: Page):
    keys = Keyboard(agent)
    keys.press("n")
    agent.wait_for_url("**/register")
    expect(agent.locator("#src")).to_be_focused()
    keys.words(NUMBERS["A5"])
    expect(agent.locator("#found")).to_contain_text(NUMBERS["A5"])
    keys.press("Tab", "ArrowLeft")
    expect(agent.locator("#code-K07")).to_be_attached()
    keys.tab_to("code-K07")
    keys.press("Space")
    expect(agent.locator("#consignee")).to_be_visible()
    keys.tab_to("consignee")
    keys.words("刘玲玲")
    keys.tab_to("proof_note")
    keys.words("传真，刘玲签字")
    for _ in range(4):
        keys.press("Tab", "Space")
    keys.tab_to("read_back")
    keys.words("刘玲")
    keys.press("Control+Enter")
    agent.wait_for_url("**/cases/CHG-*")
    db.session.rollback()
    goods = db.session.scalars(unseen(select(Shipment).where(Shipment.number == NUMBERS["A5"]))).one()
    assert goods.consignee == "刘玲玲", agent.locator("main").inner_text()[:800]
    assert len(keys.pressed) <= CHANGE_KEYS, (len(keys.pressed), keys.pressed)

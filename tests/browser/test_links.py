"""The customer's page in a real browser, on the narrowest phone, with and without script: no fault, and it can be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import Contact, Customer, db
from rules import answering, asking
from rules.policy import unseen
from tests.blueprints.world import NUMBERS, World, acting, build, load, log
from tests.browser.browsing import Look, looking, nu_problems, problems
from tests.browser.desk import cookies, running

PLAIN = {"proof_note": None, "proof_items": [], "charge_agreed": None}
LONG = "北京市朝阳区建国路 88 号现代城 5 号楼 1203 室，送货前请先电话联系"


@pytest.fixture
def world(served, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The small office, with links on."""
    app, database = served
    monkeypatch.setitem(app.config, "PUBLIC_URL", address)
    with app.app_context(), running():
        database.reset(db.engine)
        yield build()
        db.session.remove()


def key(served) -> str:
    return str(served[0].secret_key)


def confirming(served, world: World, language: str) -> tuple[str, str]:
    """A redirection with much on its page, and the path of its link."""
    ref = log(world, "change", address=LONG, consignee="新疆国际陆港供应链管理有限公司（刘玲）", **PLAIN)
    with acting(world, "agent") as tx:
        return ref, "/c/" + answering.offer(tx, key(served), load(ref), language)[1]


def requesting(served, world: World, language: str) -> str:
    with acting(world, "agent") as tx:
        buyer = tx.session.scalars(unseen(select(Customer).where(Customer.id == world.customers["good"]))).one()
        contact = tx.session.scalars(unseen(select(Contact).where(Contact.id == world.contacts["good"]))).one()
        return "/c/" + asking.offer(tx, key(served), buyer, contact, language)[1]


def fill(page: Page, **typed: str) -> None:
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)


@pytest.mark.parametrize(
    ("look", "language"),
    [(Look(320, "light", "en"), "zh"), (Look(320, "dark", "zh"), "en"), (Look(1366, "light", "zh"), "zh")],
    ids=str,
)
def test_both_pages_and_their_answers_have_no_fault_on_a_phone(
    served, address, browser: Browser, world, look, language
):
    for path in (confirming(served, world, language)[1], requesting(served, world, language)):
        with looking(browser, address, look) as page:
            page.goto(path)
            assert not problems(page)
            page.get_by_role("button").click()
            expect(page.locator("[role=alert]")).to_be_focused()
            assert not problems(page)
            page.goto(path[:-1])
            assert not problems(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_confirms_on_his_phone_once(served, address, browser: Browser, world, javascript):
    ref, path = confirming(served, world, "zh")
    with looking(browser, address, Look(320, "light", "en"), javascript=javascript) as page:
        page.goto(path)
        page.get_by_label("同意，确认以上内容").check()
        fill(page, name="赵敏", remark="请尽快")
        page.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("您的确认已记录")
        page.goto(path)
        expect(page.get_by_role("status")).to_contain_text("此项已答复过")
    assert load(ref).state == "asked" and "赵敏" in load(ref).proof_note


def test_a_contact_asks_without_script(served, address, browser: Browser, world):
    with looking(browser, address, Look(320, "light", "zh"), javascript=False) as page:
        page.goto(requesting(served, world, "zh"))
        fill(page, number=NUMBERS["A5"], destination="北京", consignee="王强", value="赵敏", name="刘玲")
        page.locator("[name=code][value=K07]").check()
        page.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("复述核对")


def test_the_desk_makes_a_link_copies_it_and_the_customer_opens_it(served, address, browser: Browser, world):
    ref, _ = confirming(served, world, "zh")
    with looking(browser, address, Look(), cookies=cookies(served[0], world, "agent")) as page:
        page.goto(f"/cases/{ref}")
        page.get_by_role("button", name="生成链接").click()
        field = page.locator("#address")
        expect(field).to_have_value(re.compile(re.escape(address) + "/c/.+"))
        assert not problems(page)
        page.get_by_role("button", name="复制链接").click()
        expect(page.locator("#say")).to_have_text("已复制。")
        url = field.input_value()
    with looking(browser, address, Look(320, "light", "zh")) as page:
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_have_text("请确认改单")


def test_the_html_checker_finds_no_error_on_the_customers_pages(served, address, browser: Browser, world):
    pages = {}
    context = browser.new_context(base_url=address)
    for name, path in (
        ("confirm", confirming(served, world, "zh")[1]),
        ("ask", requesting(served, world, "en")),
        ("gone", "/c/x"),
    ):
        pages[name] = context.request.get(path).text()
    context.close()
    assert not nu_problems(pages)

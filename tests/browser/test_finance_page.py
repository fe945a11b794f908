"""Finance's page in a browser: every look, the keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from models import Agreement, Customer, Payment, db
from rules import customers, holding, payments, proposals
from rules.policy import unseen
from rules.store import now
from tests.blueprints.world import World, acting, build, log, move
from tests.browser.browsing import ALL, Look, looking, nu_problems, problems
from tests.browser.desk import cookies, running


@dataclass
class Scene:
    """The served office with money to confirm, a release that finance blocks, and holds in every state."""

    app: Flask
    world: World
    at: str
    payment: int
    other: int
    change: str


@pytest.fixture
def scene(app: Flask, address: str) -> Iterator[Scene]:
    with running():
        world = build()
        with acting(world, "admin", "setup") as tx:
            row = customer(world, "good")
            row.settlement = "monthly"
            tx.add(
                Agreement(
                    customer_id=row.id, starts_on=now().date() - timedelta(400), ends_on=now().date() - timedelta(1)
                )
            )
        proposals.nightly(lambda: None)
        with acting(world, "agent", "payment.state") as tx:
            values = {
                "amount_minor": 642_000,
                "paid_on": now().date(),
                "purpose": "10 月余款",
                "payer": "锐达机电",
                "slip": "微信截图",
            }
            made = [payments.state(tx, customer(world, code), values | {"amount_minor": amount}).id
                    for code, amount in (("stopped", 642_000), ("good", 318_000))]  # fmt: skip
        with acting(world, "finance", "customer.stop") as tx:
            lifted = tx.add(
                Customer(office_id=world.offices["SZ"], code="X", name="西锦电子", grade="B", created_at=tx.at)
            )
            customers.stop(tx, lifted, "欠款")
            tx.session.flush()
            customers.lift_stop(tx, lifted, "已到账")
            held = tx.add(
                Customer(office_id=world.offices["SZ"], code="H", name="恒昌贸易", grade="D", created_at=tx.at)
            )
            holding.hold_documents(tx, held, "无条款，金额大", False)
        ref = log(world, "change", code="K06", number="8821956", charge_minor=None, consignee=None, destination=None,
                  payer=None, charge_agreed=None)  # fmt: skip
        move(world, ref, "ask_finance")
        db.session.remove()
        yield Scene(app, world, address, made[0], made[1], ref)


def customer(world: World, code: str) -> Customer:
    return db.session.scalars(unseen(select(Customer).where(Customer.id == world.customers[code]))).one()


def status(payment: int) -> str:
    db.session.rollback()
    return str(db.session.scalar(unseen(select(Payment.status).where(Payment.id == payment))))


def enter(browser: Browser, scene: Scene, name: str = "finance", look: Look = ALL[0], javascript: bool = True):
    return looking(browser, scene.at, look, javascript=javascript, cookies=cookies(scene.app, scene.world, name))


def test_the_page_has_no_fault_in_three_looks(browser: Browser, scene: Scene):
    session, pages = cookies(scene.app, scene.world, "finance"), {}
    for look in ALL[::5]:
        with looking(browser, scene.at, look, cookies=session) as page:
            page.goto(f"/finance?open=p{scene.payment}")
            for fold in page.locator("table.holds details").all():
                fold.evaluate("fold => fold.open = true")
            assert not (found := problems(page)), (look, found)
            pages[str(look)] = page.content()
    assert not (found := nu_problems({k: pages[k] for k in list(pages)[:2]})), found


def test_a_payment_is_confirmed_by_keys_alone(browser: Browser, scene: Scene):
    with enter(browser, scene) as page:
        page.goto("/finance")
        press(page, "j")
        assert page.evaluate("document.activeElement.id") == f"h-p{scene.payment}"
        press(page, "e")
        page.locator(f"#w-p{scene.payment}.open").wait_for()
        press(page, "a")
        assert page.evaluate("document.activeElement.value") == "lift"
        page.keyboard.press("Enter")
        page.locator(f"#w-p{scene.payment}.done").wait_for()
        assert page.evaluate("document.activeElement.id") == f"h-p{scene.payment}"
        row = page.locator(f"#w-{scene.change[4:]}")
        row.locator("a.chev").click()
        row.locator("textarea[name=reason]").fill("本票已付")
        row.locator("button[value=free_waybill]").click()
        page.locator("#say").get_by_text("本票可放").wait_for()
    assert status(scene.payment) == "confirmed"


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)


def test_without_javascript_the_whole_page_works(browser: Browser, scene: Scene):
    with enter(browser, scene, javascript=False) as page:
        page.goto("/finance")
        page.locator(f"#w-p{scene.other} .acts a.btn").first.click()
        page.locator(f"#w-p{scene.other} textarea[name=reason]").fill("账上没有这笔")
        page.locator(f"#w-p{scene.other} button[value=missing]").click()
        page.locator(".note.done").wait_for()
        assert status(scene.other) == "missing"
        page.locator(f"a[href*='open={scene.change[4:]}']").first.click()
        page.locator("textarea[name=reason]").first.fill("本票已付")
        page.locator("button[value=free_waybill]").click()
        page.goto("/finance?state=proposed")
        assert "协议已于" in page.locator("table.holds").inner_text()

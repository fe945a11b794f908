"""The forms on A4 as Chromium prints them: one page for a normal change, nothing cut off, the bar for the screen left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from models import ChargeLine, Confirmation, CustomerLink, db
from tests import factories
from tests.blueprints.world import World, build, load, log, move
from tests.browser.browsing import Look, looking, nu_problems, problems
from tests.browser.desk import cookies, running

WIDTH, HEIGHT = 688, 1032  # A4 less the margins of print.css, in CSS pixels
DONE = {"own_system": True, "told": "刘玲 10:20", "text": "已改好", "to": "shipper", "channel": "phone"}
EMPTY = {"charge_minor": None, "payer": None, "charge_agreed": None}


@pytest.fixture(scope="module")
def office(served, address: str) -> Iterator[tuple[Flask, World, str]]:
    """A change with all that a normal change has, carried out; one that waits; a hold."""
    app, database = served
    with app.app_context(), running():
        database.reset(db.engine)
        world = build()
        world.cases["done"] = _done(world)
        world.cases["waiting"] = log(world, "change", code="K11", consignee="孙丽")
        world.cases["hold"] = log(world, "change", code="K10-hold", hold_shipper="等买方付款", **EMPTY)
        move(world, world.cases["hold"], "approve", "supervisor")
        db.session.remove()
        yield app, world, address
        db.session.remove()


def _done(world: World) -> str:
    ref = log(world, "change", code="K11", consignee="赵敏", address="北京市海淀区上地信息路 28 号科实大厦 B 座地下一层货运收货处",
              consignee_phone="13912345678", reason="买方换人，改送新址")  # fmt: skip
    with factories.writing() as tx:
        case, agent = load(ref), world.users["agent"]
        for item, side in (("storage", "receivable"), ("carrier", "payable")):
            payer = "shipper" if side == "receivable" else None
            tx.add(ChargeLine(case_id=case.id, item=item, side=side, payer=payer, party=None if payer else "北京代理", amount_minor=8600,
                              currency="CNY", agreed="刘玲 电话 10:05" if payer else None, by_id=agent, at=tx.at))  # fmt: skip
        for what, answer in (("partner", "yes"), ("warehouse", None)):
            tx.add(Confirmation(case_id=case.id, what=what, whom="北京代理 小王", asked_at=tx.at, asked_by_id=agent, answer=answer,
                                answered_at=tx.at if answer else None, answered_by="王工" if answer else None))  # fmt: skip
        tx.add(CustomerLink(office_id=case.office_id, purpose="confirm", case_id=case.id, secret_hash="a" * 64, made_by_id=agent,
                            made_at=tx.at, expires_at=tx.at + timedelta(days=1), answer="confirmed", answered_at=tx.at,
                            answered_by="刘玲", address="203.0.113.7", remark="请尽快"))  # fmt: skip
    for name, by, data in (("approve", "supervisor", {}), ("approve", "finance", {}), ("execute", "agent", DONE)):
        move(world, ref, name, by, **data)
    return ref


@pytest.fixture
def paper(browser: Browser, office: tuple[Flask, World, str]) -> Iterator[Page]:
    """A page of the size of A4 paper, as it is printed."""
    app, world, address = office
    with looking(browser, address, Look(), javascript=False, cookies=cookies(app, world, "agent")) as page:
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.emulate_media(media="print")
        yield page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("case", "form"), [("done", "notice"), ("waiting", "notice"), ("hold", "hold"), ("hold", "notice")]
)
def test_a_normal_change_fits_on_one_page_of_a4(paper: Page, office, case, form, language):
    paper.goto(f"/cases/{office[1].cases[case]}/print/{form}?lang={language}")
    box = paper.locator(".sheet").bounding_box()
    assert box and box["height"] <= HEIGHT and box["x"] >= 0 and box["width"] <= WIDTH
    assert paper.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert not paper.locator(".screen").is_visible() and paper.locator(".wet").is_visible()
    printed = paper.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize(
    "look", [Look(1366, "light", "zh"), Look(390, "dark", "en"), Look(320, "light", "zh")], ids=str
)
@pytest.mark.parametrize(("case", "form"), [("done", "notice"), ("hold", "hold")])
def test_on_the_screen_a_form_has_no_fault(browser: Browser, office, look, case, form):
    app, world, address = office
    with looking(browser, address, look, cookies=cookies(app, world, "agent")) as page:
        page.goto(f"/cases/{world.cases[case]}/print/{form}?lang={look.language}")
        assert not problems(page)
        page.get_by_role("link", name=world.cases[case]).click()
        page.wait_for_url(f"**/cases/{world.cases[case]}")


def test_the_html_checker_finds_no_error_on_a_form(browser: Browser, office):
    app, world, address = office
    with looking(browser, address, javascript=False, cookies=cookies(app, world, "agent")) as page:
        pages = {}
        for case, form in (("done", "notice"), ("hold", "hold")):
            page.goto(f"/cases/{world.cases[case]}/print/{form}")
            pages[f"{case}-{form}"] = page.content()
    assert not nu_problems(pages)

"""Six kinds of goods from the call to the end, in a real browser: logged, asked for the gap, noted, quoted, booked or lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import db
from tests.blueprints.world import load
from tests.browser.browsing import problems
from tests.browser.test_change_form import Office, office

__all__ = ["office"]
KINDS: dict[str, dict[str, str]] = {
    "fcl": {"container": "40HQ", "weight_g": "18000", "cargo_name": "灯具"},
    "lcl": {"pieces": "12", "weight_g": "380", "volume_l": "2.4", "cargo_name": "灯具"},
    "special": {
        "cargo_name": "龙门吊", "weight_g": "31000", "container": "40FR", "containers": "2", "dimensions": "12 × 3.2 × 3.6 m",
        "shipper": "南岭精工", "ship_on": "12 月上旬", "carrier": "COSCO", "target_price": "USD 4,800", "genuine": "yes",
    },
    "break_bulk": {"cargo_list": "钢管 40 捆", "ship_on": "下月", "handling": "岸吊卸船"},
    "chemical": {
        "cargo_name": "树脂", "danger_class": "3", "pieces": "80", "weight_g": "16000", "volume_l": "20", "origin": "东莞", "destination": "武汉",
        "per_run": "16 吨", "ship_on": "周五", "requests": "尾板", "arrive_by": "周日 10:00", "msds": "received",
    },
    "trade_term": {
        "term": "DDP", "cargo_name": "灯具", "pieces": "12", "weight_g": "380", "volume_l": "2.4", "address": "Köln 50667",
        "hs_code": "9405", "value": "USD 8000", "importer": "Licht GmbH DE123",
    },
}  # fmt: skip
SAY = {
    "zh": {"gap": "写好要补的问题", "asked": "请补充：", "missing": "缺", "sent": "已答复", "booked": "已订舱", "lost": "丢单"},
    "en": {"gap": "Write the question for the gap", "asked": "we still need: ", "missing": "Missing:", "sent": "Answered", "booked": "Booked",
           "lost": "lost to somebody else"},
}  # fmt: skip


def fill(form: Any, values: dict[str, str]) -> None:
    """Write into the form's fields, or choose in them."""
    for name, value in values.items():
        control = form.locator(f"[name={name}]")
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def unfold(page: Page, move: str) -> Any:
    """The form of a move, its fold opened."""
    form = page.locator(f"form[action$='/{move}']")
    if not form.is_visible():
        form.locator("xpath=..").locator("summary").first.click()
    return form


def log(page: Page, goods: str, customer: int) -> None:
    """Log the inquiry with what one knows in the first minute."""
    page.goto(f"/register?kind=inquiry&customer={customer}")
    page.locator("#goods").select_option(goods)
    page.locator("#lane").fill("深圳→汉堡")
    page.locator("#asked").fill(f"{goods} 多少钱")
    page.locator("button[value=both]").click()
    page.wait_for_url("**/cases/INQ-*")


def note(page: Page, values: dict[str, str]) -> None:
    """Note the goods; what another answer calls for comes with the next form."""
    left = dict(values)
    while left:
        form = unfold(page, "facts")
        there = {name: left.pop(name) for name in list(left) if form.locator(f"[name={name}]").count()}
        assert there, left
        fill(form, there)
        form.locator("button.primary").click()
        expect(page.locator("form[action$='/facts']")).not_to_be_visible()


def quote(page: Page) -> None:
    """Make a quotation of one charge and send it."""
    draft = unfold(page, "quote_draft")
    fill(
        draft,
        {
            "lines-0-item": "all_in",
            "lines-0-amount": "1800",
            "lines-0-unit": "bill",
            "lines-0-quantity": "1",
            "lines-0-includes": "海运费、THC",
        },
    )
    draft.locator("button.primary").click()
    page.locator("form[action$='/finish_quote'] button").click()
    page.locator("form[action*='quot'][action$='send'] button.primary").click()


@pytest.mark.rule("INQ-01", "INQ-02", "INQ-03", "INQ-04", "INQ-05", "INQ-06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_six_kinds_of_goods_from_the_call_to_the_end(office: Office, language: str):
    say, customer = SAY[language], office.world.customers["good"]
    with office.page(language) as page:
        for goods, values in KINDS.items():
            log(page, goods, customer)
            section = page.locator("section[aria-labelledby=h-goods]")
            expect(section).to_contain_text(say["missing"])
            if goods == "fcl":
                page.get_by_role("button", name=say["gap"]).click()
                expect(page.locator("form[action$='/answer'] textarea[name=text]")).to_have_value(
                    re.compile(say["asked"])
                )
            note(page, values)
            expect(section.locator(".stamp.soon")).to_have_count(0)
            quote(page)
            expect(page.locator(".hero")).to_contain_text(say["sent"])
            if goods == "special":
                assert not problems(page)
            end(page, goods, say)


def end(page: Page, goods: str, say: dict[str, str]) -> None:
    """Half of them are booked, the others lost to somebody else."""
    ref = page.url.rsplit("/", 1)[1].partition("#")[0]
    if goods in ("fcl", "special", "chemical"):
        unfold(page, "booking_came").locator("button.primary, button").last.click()
        expect(page.locator("main dl").filter(has_text=say["booked"])).to_have_count(1)
    else:
        form = unfold(page, "close")
        fill(form, {"outcome": "lost", "lost_to": "宏运物流", "lost_minor": "1750.00"})
        form.locator("button.primary").click()
        expect(page.locator("section[aria-labelledby=h-ahead]")).to_contain_text(say["lost"])
    db.session.rollback()
    case = load(ref)
    assert (case.goods, case.outcome) == (goods, "won" if case.booked_at else "lost")

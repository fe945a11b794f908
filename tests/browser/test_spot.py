"""A cargo query answered in the call by the keyboard alone: at most six keys beyond words and digits (SHP-16, SYS-06)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models import Inquiry, Message, db
from rules.policy import unseen
from tests.blueprints.world import NUMBERS, PHONE
from tests.browser.browsing import problems
from tests.browser.test_change_form import Keyboard, Office, office

__all__ = ["office"]
MOST_KEYS = 6


def told() -> Message | None:
    db.session.rollback()
    return db.session.scalars(unseen(select(Message).order_by(Message.id.desc()))).first()


@pytest.mark.rule("SHP-16")
def test_a_cargo_query_is_answered_and_logged_with_six_keys(office: Office):
    with office.page() as page:
        page.goto("/queue")
        keys = Keyboard(page)
        keys.press("/")
        page.keyboard.type(NUMBERS["A5"][-4:])
        keys.press("Enter")
        page.wait_for_url("**/shipments/*")
        keys.press("s")
        expect(page.locator("#said-sp")).to_be_focused()
        page.keyboard.type("货到了没有")
        keys.press("Control+Enter")
        expect(page.locator("main")).to_contain_text("已答复，已记下")
        kept = told()
        assert kept is not None and kept.said == "货到了没有" and NUMBERS["A5"] in (kept.text or "")
        assert db.session.scalar(unseen(select(Inquiry.id))) is None
        assert len(keys.pressed) <= MOST_KEYS, keys.pressed


@pytest.mark.rule("SHP-17", "SHP-18")
@pytest.mark.parametrize(
    ("language", "javascript", "width"), [("zh", True, 1366), ("en", True, 320), ("zh", False, 390)]
)
def test_without_a_number_a_known_caller_is_answered_later_and_a_stranger_referred_on(
    office, language, javascript, width
):
    say = {"zh": ("请答复来电人", "登记，稍后回电"), "en": ("Tell him", "Log it and call back")}[language]
    with office.page(language, javascript, width) as page:
        page.goto("/tracing")
        for phone, found in (("13900001111", False), (PHONE, True)):
            for field, value in (("name", "王经理"), ("phone", phone), ("destination", "天津")):
                page.locator(f"#{field}").fill(value)
            page.locator("#away").check()
            page.locator("form.panel .primary").click()
            expect(page.get_by_text(say[0])).to_have_count(0 if found else 1)
            if javascript:
                assert not problems(page)
        expect(page.locator("#promised_at-l")).not_to_have_value("")
        page.get_by_role("button", name=say[1]).click()
        page.wait_for_url("**/cases/INQ-*")
        expect(page.locator("main")).to_contain_text("天津")

"""A bumped flight answered with a script by the keyboard alone: at most six keys beside the words, in both languages (KNO-04)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models import Customer, Message, Shipment, TransportEvent, TransportNotice, db
from rules import library
from rules.policy import unseen
from rules.store import system, write_tx
from tests.blueprints.world import NUMBERS, World, acting, log
from tests.browser.browsing import problems
from tests.browser.test_change_form import Office, office
from tests.browser.test_keystrokes import COUNT, Keyboard

__all__ = ["office"]
MOST_KEYS = 6
SAID = {
    "zh": ("CA1301", "原因：航班载量已满", "已改配 CA1305", "11月19日 上午", "我会盯着这票货。"),
    "en": (
        "flight CA1301",
        "for this reason: the flight had reached its load limit",
        "now booked on CA1305",
        "I follow it myself.",
    ),
}


def bumped(world: World, language: str) -> str:
    """A customer asks by WeChat after goods that were taken off their flight and booked on another."""
    with acting(world, "agent") as tx:
        s = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == world.shipments["A2"]))).one()
        s.vehicle = "CA1301"
        owner = tx.session.scalars(unseen(select(Customer).where(Customer.id == s.customer_id))).one()
        owner.overseas = language == "en"
        news = {"new_vehicle": "CA1305", "arrives_at": tx.at, "delivery": "11月19日 上午"}
        event = tx.add(TransportEvent(office_id=s.office_id, mode="air", vehicle="CA1301", day=tx.at.date(), code="AIR-OFF-1",
                                      at=tx.at, by_id=tx.actor.user_id, **news))  # fmt: skip
        tx.add(
            TransportNotice(
                event_id=event.id, office_id=s.office_id, customer_id=s.customer_id, shipments=[s.id], text="…"
            )
        )
    return log(world, "inquiry", topic="cargo", asked="货到哪了", number=NUMBERS["A2"], channel="wechat")


@pytest.mark.rule("KNO-04", "SYS-06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bumped_flight_is_answered_with_a_script_by_six_keys(office: Office, language: str):
    with write_tx(system("setup"), "setup") as tx:
        library.install(tx)
    bumped(office.world, language)
    with office.page(language) as page:
        page.context.add_init_script(COUNT)
        page.goto("/queue")
        keys = Keyboard(page)
        keys.press("e")
        field = page.locator("textarea[name=text]")
        expect(field).to_be_visible()
        keys.press("w", "Enter")
        expect(field).to_be_focused()
        assert not problems(page), "with the script in it"
        keys.words(SAID[language][-1])
        keys.press("Control+Enter")
        expect(page.locator("#say")).not_to_be_empty()
        expect(page.locator("button[value=sent]")).to_be_focused()  # copied; that it was sent is said by one more key
        keys.press("Enter")
        expect(page.locator("textarea[name=text]")).to_have_count(0)
        assert len(keys.pressed) <= MOST_KEYS, keys.pressed
    db.session.rollback()
    told = db.session.scalars(unseen(select(Message).where(Message.direction == "out"))).one()
    assert told.script == "SCR-17/1" and (told.text or "").endswith(SAID[language][-1])
    assert all(words in (told.text or "") for words in SAID[language]), told.text

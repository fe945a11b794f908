"""A supervisor clears twenty waiting changes with the keyboard alone: three keys each, no page load, focus never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models import Customer, Office, db
from tests import factories as make
from tests.blueprints.world import World, build, load, log
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running
from tests.workflows.change_table import ITEMS

MANY = 20
MOST_KEYS = 3
WHERE = "e => { const a = document.activeElement, s = a.closest('.slip'); return [s ? s.id : '', a.id || a.value || a.tagName]; }"
SETTLED = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
# From now on it is noted when nothing on the page has the focus.
WATCH = """() => { window.lost = 0; setInterval(() => {
  if (document.activeElement === document.body || !document.activeElement) { window.lost += 1; } }, 20); }"""


@pytest.fixture
def refs(served: tuple[Flask, object], address: str) -> Iterator[tuple[World, list[str]]]:
    """Twenty redirections of as many waybills, asked by the agent, waiting for a supervisor of grade 2."""
    app, database = served
    with app.app_context(), running():
        database.reset(db.engine)
        world = build()
        with make.writing() as tx:
            office = tx.session.get_one(Office, world.offices["SZ"])
            owner = tx.session.get_one(Customer, world.customers["good"], execution_options={"visible": "system"})
            numbers = [make.make_shipment(tx, office, owner, "A5").number for _ in range(MANY)]
        asked = {
            "code": "K10",
            "charge_minor": 0,
            "payer": "company",
            "charge_agreed": None,
            "proof_items": list(ITEMS),
        }
        made = [log(world, "change", number=number, **asked) for number in numbers]
        db.session.remove()
        yield world, made


@dataclass
class Keyboard:
    """Presses keys, and keeps which."""

    page: Page
    pressed: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.pressed.append(key)
        self.page.keyboard.press(key)

    def count(self) -> int:
        """How many keys since the last time."""
        n, self.pressed = len(self.pressed), []
        return n


def test_twenty_changes_are_cleared_with_the_keyboard_alone(refs, served, browser: Browser, address: str):
    world, made = refs
    waiting = {f"w-{ref[4:]}" for ref in made}
    documents: list[str] = []
    with looking(browser, address, Look(), cookies=cookies(served[0], world, "junior")) as page:
        page.goto("/queue?kind=change")
        page.on("request", lambda r: documents.append(r.url) if r.is_navigation_request() else None)
        assert number(page) == MANY
        keys = Keyboard(page)
        keys.press("j")
        page.evaluate(WATCH)
        while waiting:
            row = page.evaluate(WHERE)[0]
            assert row in waiting, row
            keys.count()
            decide(page, keys, row)
            assert keys.count() <= MOST_KEYS
            waiting.remove(row)
            assert number(page) == len(waiting)
            assert page.evaluate(WHERE)[0] == row, "the focus stays where the eyes are"
            keys.press("j")
        assert page.evaluate("window.lost") == 0
        assert documents == []
    db.session.rollback()
    assert {load(ref).state for ref in made} == {"approved"}


def decide(page: Page, keys: Keyboard, row: str) -> None:
    """Open it, go to the button, press it; at every step something in this row has the focus."""
    slip = page.locator(f"#{row}")
    keys.press("e")
    approve = slip.locator("button[value=approve]")
    expect(approve).to_be_visible()
    assert page.evaluate(WHERE)[0] == row
    keys.press("a")
    expect(approve).to_be_focused()
    keys.press("Enter")
    expect(approve).to_have_count(0)
    page.wait_for_function(SETTLED)
    expect(slip.locator("h3 a")).to_be_focused()


def number(page: Page) -> int:
    """How many changes the list on the left still counts."""
    return int(page.locator("#n-change").inner_text())


def test_a_refusal_without_a_reason_keeps_row_and_focus(refs, served, browser: Browser, address: str):
    """Refusing asks for the reason first: the focus goes to where it is written, and Escape leads back to the row."""
    world, made = refs
    with looking(browser, address, Look(), cookies=cookies(served[0], world, "junior")) as page:
        page.goto("/queue?kind=change")
        keys = Keyboard(page)
        keys.press("j")
        row = page.evaluate(WHERE)[0]
        slip = page.locator(f"#{row}")
        keys.press("e")
        expect(slip.locator("button[value=refuse]")).to_be_visible()
        keys.press("x")
        keys.press("Enter")
        reason = slip.locator("textarea[name=reason]")
        expect(reason).to_be_focused()
        page.keyboard.type("证明上没有目的站")
        keys.press("Escape")
        expect(slip.locator("h3 a")).to_be_focused()
        keys.press("x")
        expect(slip.locator("button[value=refuse]")).to_be_focused()
        keys.press("Enter")
        expect(slip.locator("button[value=refuse]")).to_have_count(0)
        assert page.evaluate(WHERE)[0] == row
        assert number(page) == MANY - 1
    db.session.rollback()
    assert [load(ref).refusal for ref in made if load(ref).state == "refused"] == ["证明上没有目的站"]

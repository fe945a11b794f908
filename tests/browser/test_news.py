"""New work and matters about to be late reach the page within a poll: title, line, and the tones chosen (must show 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from models import User, db
from rules.store import now, system, write_tx
from tests.blueprints.world import World, build, log
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running

POLL = 10_000  # milliseconds between two polls of a page in sight
COUNT_TONES = """
window.tones = [];
const Real = window.AudioContext;
window.AudioContext = class extends Real {
  createOscillator() { const tone = super.createOscillator(); window.tones.push(tone.frequency); return tone; }
};
"""


@pytest.fixture
def world(served) -> Iterator[World]:
    """The small office without any work, as the browser finds it."""
    app, database = served
    with app.app_context(), running():
        database.reset(db.engine)
        yield build()
        db.session.remove()


def choose(world: World, **tones: bool) -> None:
    with write_tx(system("setup"), "setup") as tx:
        user = tx.session.get_one(User, world.users["agent"])
        user.sound_new, user.sound_soon = tones.get("new", False), tones.get("soon", False)
    db.session.remove()


def heard(page: Page) -> list[float]:
    return [float(hertz) for hertz in page.evaluate("window.tones.map((f) => f.value)")]


@pytest.mark.parametrize(
    ("new", "soon", "tones"),
    [(True, True, [880, 660, 660]), (False, False, [])],
)
def test_new_work_about_to_be_late_is_in_the_title_within_a_poll_and_sounds_as_chosen(
    served, address: str, browser: Browser, world: World, new, soon, tones
):
    choose(world, new=new, soon=soon)
    with looking(browser, address, Look(language="zh"), cookies=cookies(served[0], world, "agent")) as page:
        page.add_init_script(COUNT_TONES)
        page.goto("/queue")
        page.locator("h1").click()  # browsers let a page sound only after a click on it
        assert page.title() == "我的待办 · 首接 Firsthand"
        log(world, "inquiry", called_at=now() - timedelta(minutes=1))
        db.session.remove()
        expect(page).to_have_title("新 1 · 即将超时 1 · 我的待办 · 首接 Firsthand", timeout=POLL + 4000)
        assert heard(page) == tones
        assert not page.locator(".slip").count(), "nothing moves under the reader"
        page.locator("#fresh-show").click()
        expect(page.locator(".slip")).to_have_count(1)

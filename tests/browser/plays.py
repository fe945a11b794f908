"""A furnished office in which whole matters are played by hand: people at their pages, and what they do there.

Everything goes through the pages as it does at a desk: forms are unfolded, filled and sent, answers read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from models import Clock, Event, Message, Partner, Pickup, User, db
from rules import reference
from rules.policy import unseen
from rules.store import system, write_tx
from tests.blueprints.world import World, build, load
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running

PICTURES = os.environ.get("FIRSTHAND_PLAYS")  # a folder that wants to see every play
PARTNER = "北京恒通货运代理"
NEWCOMER, CLERK = "agent2", "agent2"


@dataclass
class Player:
    """A person at his own browser, in one language."""

    page: Page

    # ------------------------------------------------------------------ going about

    def open(self, ref: str) -> Player:
        """The page of a matter."""
        self.page.goto(f"/cases/{ref}", wait_until="domcontentloaded")
        return self

    @property
    def ref(self) -> str:
        """The matter that the page shows."""
        found = re.search(r"/cases/([A-Z]+-[0-9]+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def part(self, name: str) -> Locator:
        """A section of the page by the name of its heading."""
        return self.page.locator(f"section[aria-labelledby={name}]")

    def reads(self, *said: str) -> None:
        """The page says all this."""
        for one in said:
            expect(self.page.locator("main")).to_contain_text(one)

    def told(self, said: str) -> None:
        """What was just done is said."""
        expect(self.page.locator("#say, .note.done[role=status]").first).to_have_text(said)

    # ------------------------------------------------------------------ doing

    def press(self, button: Locator) -> None:
        """Press a button and wait until the page has become another one."""
        self.page.evaluate("document.querySelector('#main').dataset.before = '1'")
        button.click()
        self.page.wait_for_selector("#main:not([data-before])")
        self.page.wait_for_load_state("domcontentloaded")
        self.page.wait_for_function("!document.querySelector('.htmx-request')")

    def form(self, move: str) -> Locator:
        """The form of a move, unfolded."""
        form = self.page.locator(f"form[action$='{self.ref}/{move}']").first
        if not form.is_visible():
            form.locator("xpath=ancestor::details[not(@open)]/summary").first.click()
        return form

    def offered(self, move: str) -> bool:
        """Whether the page has a button for a move."""
        return self.page.locator(f"form[action$='{self.ref}/{move}']").count() > 0

    def do(self, move: str, **values: object) -> None:
        """Unfold a move's form, fill it in and send it."""
        form = self.form(move)
        fill(form, values)
        self.press(form.locator("button").last)

    def write(self, text: str, said: str = "", do: str = "note", **values: object) -> None:
        """Speak in the composer: what they said, what is answered, and the button that sends it."""
        form = self.page.locator("form[data-composer]").last
        fill(form, ({"said": said} if said else {}) | {"text": text} | values)
        self.press(form.locator(f"button[name=do][value={do}]"))

    def by(self, channel: str) -> None:
        """Another channel; the button follows it."""
        form = self.page.locator("form[data-composer]").last
        with self.page.expect_response("**/draft"):
            form.locator("[name=channel]").select_option(channel)
        self.page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")

    def note_steps(self, **values: object) -> None:
        """The checklist of the matter's kind: ticks, lines and choices by code."""
        panel = self.part("h-steps")
        for code, value in values.items():
            if value is True:
                panel.locator(f"input[name=tick][value={code}]").check()
            else:
                fill_one(panel.locator(f"[id^='{code}-step-']"), value)
        self.press(panel.locator("form[action$='/step'] button").last)

    def picture(self, name: str) -> None:
        """Keep how the page looks, where somebody wants to see it."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True, caret="initial")


def fill(form: Locator, values: dict[str, Any]) -> None:
    """Write into a form's fields, choose or tick."""
    for name, value in values.items():
        fill_one(form.locator(f"[name={name}]:not([type=hidden])").first, value)


def fill_one(control: Locator, value: object) -> None:
    """Write into one control, choose in it (by value, or by the words shown), or tick it."""
    if control.evaluate("e => e.tagName") == "SELECT":
        text = str(value)
        control.select_option(label=text[1:]) if text.startswith("=") else control.select_option(text)
    elif value is True:
        control.check()
    else:
        control.fill(str(value))


# ------------------------------------------------------------------------------------------ the office


@dataclass
class Office:
    """The served office: people by name and language, time that can be let pass, and what is on record at the end."""

    app: Flask
    browser: Browser
    at: str
    world: World
    forward: Any
    stack: ExitStack
    players: dict[tuple[str, str], Player] = field(default_factory=dict)

    def enter(self, name: str, language: str) -> Player:
        """A person at his page, whose browser is opened once."""
        if (name, language) not in self.players:
            held, look = cookies(self.app, self.world, name), Look(1366, "light", language)
            made = self.stack.enter_context(looking(self.browser, self.at, look, cookies=held))
            self.players[name, language] = Player(made)
        return self.players[name, language]


@contextmanager
def furnished(app: Flask, database: Any, browser: Browser, at: str) -> Iterator[Office]:
    """An office at work: reference lists, a partner, a newcomer, a co-loader, and the fleet's log of pick-ups."""
    with app.app_context(), running() as forward, ExitStack() as stack:
        database.reset(db.engine)
        world = build()
        with write_tx(system("setup"), "setup") as tx:
            reference.seed(tx)
            tx.add(Partner(code="BJHT", name=PARTNER, city="北京", contact="陈立", phone="01088880000"))
            for user in tx.session.scalars(select(User)):
                user.language = None
                if user.name == NEWCOMER:
                    user.newcomer_until = (tx.at + timedelta(days=30)).date()
            for day, late in ((1, 0), (2, 95), (4, 10)):
                agreed = tx.at - timedelta(days=day)
                tx.add(Pickup(
                    office_id=world.offices["SZ"], key=f"P{day}", customer_id=world.customers["good"], place="龙华仓",
                    plate="粤B12345", planned_at=agreed, came_at=agreed + timedelta(minutes=late),
                ))  # fmt: skip
        db.session.remove()
        yield Office(app, browser, at, world, forward, stack)


# ------------------------------------------------------------------------------------------ what came out


def stands(ref: str) -> Any:
    """A matter as it stands now."""
    db.session.rollback()
    return load(ref)


def clock(ref: str, name: str) -> Clock:
    """The newest clock of a name of a matter."""
    case = stands(ref)
    found = select(Clock).where(Clock.case_id == case.id, Clock.name == name).order_by(Clock.id.desc())
    return db.session.scalars(unseen(found)).first()  # type: ignore[return-value]


def said(ref: str) -> list[str]:
    """Everything that is on record as answered, asked or noted in a matter, oldest first."""
    case = stands(ref)
    found = select(Message).where(Message.case_id == case.id).order_by(Message.id)
    return [m.text or m.said or "" for m in db.session.scalars(unseen(found))]


def history(ref: str) -> set[str]:
    """The actions that the history tells of a matter."""
    case = stands(ref)
    return set(db.session.scalars(unseen(select(Event.action).where(Event.case_id == case.id))))

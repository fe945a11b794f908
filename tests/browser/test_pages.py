"""Every page of the desk in every look: axe, the HTML checker, no sideways scroll, nothing in the console (must show 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from models import Customer, Event, Pickup, Shipment, User, db
from rules import covering, fees, handover, reminders, search, tariff_writing, ticking, transport_events
from rules.store import system, write_tx
from tests.blueprints.world import REDUCED, World, acting, build, every_state, load, log, move
from tests.browser.browsing import ALL, Look, look_for, looking, nu_problems, problems
from tests.browser.desk import cookies, running

ALWAYS = {"queue", "case"}  # in all twelve looks; the others take one by their name (E-36)
PAGES: dict[str, tuple[str | None, str]] = {  # name: who, address
    "sign-in": (None, "/login"),
    "queue": ("agent", "/queue"),
    "case": ("agent", "/cases/{complaint.investigating}"),
    "approval": ("supervisor", "/queue?open={change.waiting#}"),
    "answer": ("agent", "/queue?open={inquiry.open#}"),
    "empty": ("guest", "/queue"),
    "nothing-matches": ("agent", "/queue?grade=D&late=1"),
    "waiting": ("agent", "/queue?view=waiting"),
    "office": ("supervisor", "/queue?view=office"),
    "done": ("agent", "/queue?view=done"),
    "pool": ("agent2", "/queue?view=pool"),
    "inquiry": ("agent", "/cases/{inquiry.info_missing}"),
    "inquiry-closed": ("agent", "/cases/{inquiry.closed}"),
    "complaint-accept": ("agent", "/cases/{complaint.registered}"),
    "complaint-answered": ("supervisor", "/cases/{complaint.answered}"),
    "complaint-confirm": ("supervisor", "/complaints/confirm"),
    "complaint-advise": ("supervisor", "/cases/{complaint.with_supervisor}"),
    "change-proof": ("agent", "/cases/{change.proof_missing}"),
    "change-decide": ("finance", "/cases/{change.signed}"),
    "change-own": ("agent", "/cases/{change.waiting}"),
    "change-stopped": ("agent", "/cases/{change.stopped}"),
    "change-done": ("auditor", "/cases/{change.executed}"),
    "auditor-case": ("auditor", "/cases/{complaint.answered}"),
    "log-inquiry": ("agent", "/register"),
    "log-complaint": ("agent", "/register?kind=complaint"),
    "log-change": ("agent", "/register?kind=change&number=6621912"),
    "log-found": ("agent", "/register?src=13812345678%20%206621912"),
    "settings": ("agent", "/settings"),
    "must-change": ("junior", "/settings"),
    "customers": ("agent", "/customers"),
    "customer": ("agent", "/customers/{customer}"),
    "customer-stopped": ("finance", "/customers/{stopped}"),
    "customer-edit": ("supervisor", "/customers/{customer}/edit"),
    "customer-new": ("agent", "/customers/new"),
    "contact": ("agent", "/customers/{customer}/contacts/{contact}"),
    "contact-new": ("agent", "/customers/{customer}/contacts/new"),
    "shipments": ("agent", "/shipments"),
    "shipment": ("agent", "/shipments/{shipment}"),
    "shipment-held": ("finance", "/shipments/{held}"),
    "shipment-edit": ("agent", "/shipments/{shipment}/edit"),
    "shipment-new": ("agent", "/shipments/new"),
    "tracing": ("agent", "/tracing"),
    "flights": ("agent", "/transport"),
    "flight-new": ("agent", "/transport/new?code=AIR-DIV&vehicle=CA1301&day=2026-11-18"),
    "flight-event": ("agent", "/transport/{event}"),
    "flight-again": ("agent", "/transport/{event}/next"),
    "find": ("agent", "/find?q=gong"),
    "find-nothing": ("agent", "/find?q=zzzz"),
    "find-empty": ("agent", "/find"),
    "history": ("auditor", "/history"),
    "history-event": ("auditor", "/history/{seq}"),
    "import": ("supervisor", "/import"),
    "accounts": ("admin", "/admin"),
    "account": ("admin", "/admin/accounts/{user}"),
    "account-new": ("admin", "/admin/accounts/new"),
    "partners": ("admin", "/admin/partners"),
    "partner-new": ("admin", "/admin/partners/new"),
    "carriers": ("admin", "/admin/carriers"),
    "carrier-new": ("admin", "/admin/carriers/new"),
    "departments": ("admin", "/admin/departments"),
    "words": ("admin", "/admin/words"),
    "offices": ("admin", "/admin/offices"),
    "office-edit": ("admin", "/admin/offices/{office}"),
    "office-new": ("admin", "/admin/offices/new"),
    "figures": ("admin", "/admin/figures"),
    "figure": ("admin", "/admin/figures/change.decision"),
    "ticks": ("admin", "/admin/ticks"),
    "calendar": ("admin", "/admin/calendar?year=2027"),
    "calendar-day": ("admin", "/admin/calendar/day?day=2027-01-04"),
    "calendar-notice": ("admin", "/admin/calendar/notice"),
    "calendar-closure": ("supervisor", "/admin/calendar/closure"),
    "absence": ("supervisor", "/people/absence"),
    "hand-over": ("agent", "/handover"),
    "hand-over-sheet": ("agent2", "/handover/{sheet}"),
    "board": ("supervisor", "/board"),
    "quotation-review": ("supervisor", "/cases/{inquiry.in_review}"),
    "quotation-draft": ("agent", "/cases/{inquiry.draft}"),
    "newcomers": ("supervisor", "/people/newcomers"),
    "asked": ("agent", "/cases/{inquiry.with_desk}"),
    "merged": ("agent", "/cases/{complaint.merged}"),
    "merged-into": ("agent", "/cases/{complaint.reopened}"),
    "questions": ("agent", "/questions"),
    "promises": ("agent", "/promises?view=office"),
    "reminders": ("agent", "/reminders"),
    "reminder-opened": ("agent", "/queue?open=r{reminder}"),
    "notices": ("supervisor", "/notices"),
    "escalated": ("supervisor", "/queue"),
    "figures-agree": ("supervisor", "/admin/figures/agree"),
    "why-this-time": ("agent", "/cases/{complaint.investigating}/clocks"),
    "handbook": ("agent", "/handbook"),
    "handbook-new": ("supervisor", "/handbook/new"),
    "handbook-drafts": ("admin", "/handbook/drafts"),
    "ideas-new": ("agent", "/ideas/new"),
    "ideas": ("agent", "/ideas"),
    "phrases": ("agent", "/phrases"),
    "phrase-new": ("admin", "/phrases/new"),
    "quality": ("supervisor", "/quality"),
    "outbox": ("agent", "/outbox"),
    "fees": ("finance", "/fees"),
    "fee": ("finance", "/fees/{fee}"),
    "fee-new": ("finance", "/fees/new"),
    "tariffs": ("supervisor", "/tariffs"),
    "tariff": ("supervisor", "/tariffs/{tariff}"),
    "tariff-new": ("supervisor", "/tariffs/new?like={tariff}"),
    "tariffs-touched": ("agent", "/tariffs/touched"),
    "inquiry-off-lane": ("supervisor", "/cases/{inquiry.lane}"),
    "complaint-pickup": ("agent", "/cases/{complaint.pickup}"),
    "forbidden": ("agent", "/admin"),
    "not-found": ("agent", "/cases/INQ-1"),
    "foreign": ("guest", "/cases/{inquiry.open}"),
}
MISSING = {"forbidden": 403, "not-found": 404, "foreign": 404}
LOOKS = [(name, look) for name in PAGES for look in (ALL if name in ALWAYS else [look_for(name)])]


@dataclass
class Office:
    """What stands for the holes of the addresses, and how one gets in."""

    app: Flask
    world: World
    at: str
    holes: dict[str, str]
    known: dict[str | None, dict[str, str]]

    def url(self, name: str) -> str:
        """The address of a page."""
        url = PAGES[name][1]
        for hole, value in self.holes.items():
            url = url.replace("{" + hole + "}", value).replace("{" + hole + "#}", value.split("-")[-1])
        return url

    def cookies(self, name: str) -> dict[str, str]:
        """The session of the page's reader."""
        who = PAGES[name][0]
        if who not in self.known:
            self.known[who] = cookies(self.app, self.world, who)
        return self.known[who]


@pytest.fixture(scope="module")
def office(served, address: str) -> Iterator[Office]:
    """A morning's work in all its states, late and not late, made once for all pages."""
    app, database = served
    with app.app_context(), running() as forward:
        database.reset(db.engine)
        world = build()
        late = log(world, "inquiry", topic="callback", asked="请回电，语气急")
        forward(75)
        holes = every_state(world) | {"inquiry.late": late}
        holes["change.signed"] = log(world, "change", by="agent2", consignee="孙丽")
        move(world, holes["change.signed"], "approve", "supervisor")
        holes["change.stopped"] = log(
            world, "change", code="K06", number="8821956", charge_minor=0, consignee=None, destination=None
        )
        move(world, log(world, "inquiry", asked="铁路到成都几天"), "return_to_pool", reason="请同事接手")
        _people(world)
        holes["reminder"] = str(_by_itself(world))
        holes["inquiry.draft"] = log(world, "inquiry")
        move(world, holes["inquiry.draft"], *REDUCED[:2], **REDUCED[2])
        holes["sheet"] = str(_cover(world))
        holes["fee"] = str(_fees(world))
        holes["event"] = str(_flight(world))
        holes["tariff"] = str(_tariffs(world))
        holes |= _lane_and_pickup(world)
        seq = db.session.scalars(select(Event.seq).where(Event.action == "change.approve")).first()
        holes |= {"customer": str(world.customers["good"]), "stopped": str(world.customers["stopped"]), "seq": str(seq),
                  "contact": str(world.contacts["good"]), "shipment": str(world.shipments["A5"]), "held": str(world.shipments["held"]),
                  "user": str(world.users["agent2"]), "office": str(world.offices["SZ"])}  # fmt: skip
        db.session.remove()
        yield Office(app, world, address, holes, {})


def _by_itself(world: World) -> int:
    """A reminder, and what the desk does by itself once; returns the reminder."""
    with acting(world, "agent") as tx:
        customer = tx.session.get_one(Customer, world.customers["good"], execution_options={"visible": "system"})
        made = reminders.remind(tx, customer, tx.at + timedelta(minutes=20), "回电谈运价").id
    ticking.run()
    return made


def _cover(world: World) -> int:
    """A colleague who will be away, and a matter handed over; returns the sheet."""
    ref = log(world, "inquiry", asked="到昆明卡车几天")
    with acting(world, "agent") as tx:
        agent, agent2 = (tx.session.get_one(User, world.users[name]) for name in ("agent", "agent2"))
        tomorrow = tx.at.date() + timedelta(days=1)
        covering.enter(tx, agent, agent2, tomorrow, tomorrow, "培训")
        return handover.offer(tx, agent, agent2, "早班交晚班", {load(ref).id: "下午三点回电"})[0].id


def _tariffs(world: World) -> int:
    """Two prices of a lane, one after the other; returns the present one."""
    line = {"mode": "sea", "carrier": "MSK", "origin": "深圳", "destination": "蒙巴萨", "item": "ocean_freight", "unit": "40HQ",
            "currency": "USD", "selling_minor": 248000, "floor_minor": 238000, "valid_from": date(2026, 11, 1)}  # fmt: skip
    with acting(world, "supervisor") as tx:
        tariff_writing.add(tx, line | {"selling_minor": 230000, "floor_minor": None, "valid_from": date(2026, 10, 1)})
        return tariff_writing.add(tx, line).id


def _lane_and_pickup(world: World) -> dict[str, str]:
    """A co-loader's inquiry off his lanes, and a complaint about late pick-up with a log."""
    with acting(world, "supervisor") as tx:
        other = tx.add(
            Customer(
                office_id=world.offices["SZ"], name="拓川国际货运", grouping="coloader", grade="B", created_at=tx.at
            )
        )
        for day, late in ((16, 25), (17, 0)):
            planned = datetime(2026, 11, day, 6, tzinfo=UTC)
            tx.add(Pickup(office_id=world.offices["SZ"], key=str(day), customer_id=world.customers["good"], place="龙华工业园",
                          fleet="顺发车队", plate="粤B12345", planned_at=planned, came_at=planned + timedelta(minutes=late)))  # fmt: skip
        customer = other.id
    return {
        "inquiry.lane": log(world, "inquiry", lane="深圳 → 汉堡", asked="一个高柜", number=None, customer=customer),
        "complaint.pickup": log(
            world, "complaint", topic="pickup", content="提货又晚到", customer=world.customers["good"]
        ),
    }


def _fees(world: World) -> int:
    """A fee of each side; returns one."""
    line = {"code": "K10", "carrier": "CZ", "stage": "A5", "item": "redirect", "receivable_minor": 86000, "payable_minor": 70000,
            "currency": "CNY", "valid_from": date(2026, 1, 1), "valid_until": None}  # fmt: skip
    with acting(world, "finance") as tx:
        fees.add(tx, line | {"code": "K11", "carrier": None, "stage": None, "item": "redelivery", "payable_minor": 0})
        return fees.add(tx, line).id


def _flight(world: World) -> int:
    """A delayed flight with goods of two customers, one of them told; returns the event."""
    keys = ("A1", "A5", "stopped")
    with acting(world, "agent") as tx:
        for key in keys:
            row = tx.session.get_one(Shipment, world.shipments[key], execution_options={"visible": "system"})
            row.vehicle, row.departs_at = "CA1301", tx.at + timedelta(hours=5)
            search.index(tx.session, row)
        boxes = transport_events.by_ids(tx.session, tx.actor, [world.shipments[key] for key in keys])
        told = {"code": "AIR-DLY-1", "vehicle": "CA1301", "day": date(2026, 11, 18)}
        event_id = transport_events.record(tx, told, boxes, "Asia/Shanghai", str).id
        event = transport_events.event_by_id(tx.session, tx.actor, event_id)
        assert event is not None
        transport_events.mark_sent(tx, event.notices[0], {"channel": "wechat", "text": "航班延误"})
        return event_id


def _people(world: World) -> None:
    with write_tx(system("setup"), "setup") as tx:
        tx.session.get_one(User, world.users["junior"]).must_change = True
        for user in tx.session.scalars(select(User)):
            user.language = None  # as the browser wishes
    with acting(world, "agent"):
        assert load(world.cases["inquiry.open"]).state == "open"


@pytest.mark.parametrize(("name", "look"), LOOKS, ids=[f"{name}-{look}" for name, look in LOOKS])
def test_a_page_has_no_fault_in_this_look(browser: Browser, office: Office, name: str, look: Look):
    with looking(browser, office.at, look, cookies=office.cookies(name)) as page:
        answer = page.goto(office.url(name))
        assert answer and answer.status == MISSING.get(name, 200)
        found = problems(page)
        assert not found, found
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[look.language]


@pytest.mark.parametrize("who", sorted({PAGES[name][0] or "" for name in PAGES if look_for(name).width != 320}))
def test_no_page_of_a_reader_is_wider_than_the_narrowest_window(browser: Browser, office: Office, who: str):
    names = [name for name, page in PAGES.items() if (page[0] or "") == who and look_for(name).width != 320]
    wide = {}
    with looking(
        browser, office.at, Look(320, "light", "en"), javascript=False, cookies=office.cookies(names[0])
    ) as page:
        for name in names:
            page.goto(office.url(name))
            page.locator("h1").first.wait_for()
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
                wide[name] = width
    assert not wide, wide


def test_the_html_checker_finds_no_error_on_any_page(browser: Browser, office: Office):
    pages = {}
    for name in PAGES:
        context = browser.new_context(base_url=office.at, locale="zh-CN" if len(pages) % 2 else "en-GB")
        context.add_cookies([{"name": n, "value": v, "url": office.at} for n, v in office.cookies(name).items()])
        pages[name] = context.request.get(office.url(name)).text()
        context.close()
    assert len(pages) == len(PAGES)
    found = nu_problems(pages)
    assert not found, found

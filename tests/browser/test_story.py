"""The office's story (must show 3), in both languages, with and without JavaScript; and two supervisors at once (must show 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import Office, Shipment, User, db
from rules import accounts, importing
from rules.policy import unseen
from rules.store import system, write_tx
from tests.blueprints.world import World, build, log
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running
from tests.rules import office_files as files

PASSWORD = "correct horse battery"
GOODS, HELD, STOPPED = "10000005", "10000016", "10000027"
PDF = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"}
WORDS = {
    "zh": {"answered": "已答复", "own": "须由他人审批", "stopped": "欠款未付", "finance": "请财务处理", "404": "没有找到"},
    "en": {"answered": "Answered", "own": "another person decides", "stopped": "欠款未付", "finance": "Ask finance to decide",
           "404": "Not found"},
}  # fmt: skip


@dataclass
class Story:
    """People in their own browsers; `say` are the words of the language."""

    app: Flask
    world: World
    browser: Browser
    at: str
    language: str
    javascript: bool
    stack: ExitStack
    pages: dict[str, Page] = field(default_factory=dict)

    @property
    def say(self) -> dict[str, str]:
        return WORDS[self.language]

    def enter(self, name: str, known: bool = True) -> Page:
        """A person's page, made when he first comes; `known` False leaves him at the sign-in page."""
        if name not in self.pages:
            held = cookies(self.app, self.world, name) if known else {}
            look = Look(1366, "light", self.language)
            made = looking(self.browser, self.at, look, javascript=self.javascript, cookies=held)
            self.pages[name] = self.stack.enter_context(made)
        return self.pages[name]


@pytest.fixture(params=product(("zh", "en"), (True, False)), ids=lambda p: f"{p[0]}-{'script' if p[1] else 'plain'}")
def story(request, served, address: str, browser: Browser) -> Iterator[Story]:
    """An office with imported customers and waybills."""
    app, database = served
    with app.app_context(), running(), ExitStack() as stack:
        database.reset(db.engine)
        world = build()
        _import()
        with write_tx(system("setup"), "setup") as tx:
            for user in tx.session.scalars(select(User)):
                user.language = None
                if user.name == "agent":
                    user.password_hash = accounts.hashed(PASSWORD)
        db.session.remove()
        yield Story(app, world, browser, address, *request.param, stack)


def _import() -> None:
    """What `flask import` does, with files as the office's old system writes them."""
    home = db.session.scalars(select(Office).where(Office.code == "SZ")).one()
    both = [
        ("customers", files.workbook([files.customer(负责客服="agent"), files.customer(客户编号="C10002", 客户名称="欠款公司", 停办="是", 手机="13800130792", 备注="欠款未付")])),
        ("waybills", files.text([
            files.waybill(运单号=GOODS, 主单号="", 状态="已到达", 收货人="王强", 目的站="北京"),
            files.waybill(运单号=HELD, 主单号="", 状态="已到达", 物控="是"),
            files.waybill(运单号=STOPPED, 主单号="", 状态="已到达", 物控="是", 客户编号="C10002"),
        ])),
    ]  # fmt: skip
    for kind, data in both:
        db.session.rollback()
        plan = importing.check(db.session(), kind, data, "file", home)
        report = importing.apply(plan, lambda: write_tx(system("import"), "import"))
        assert not report.refused and report.created, report


def goods(number: str) -> Shipment:
    db.session.rollback()
    return db.session.scalars(unseen(select(Shipment).where(Shipment.number == number))).one()


def press(page: Page, value: str, inside: str = "main") -> None:
    page.locator(f"{inside} button[name=do][value={value}]").first.click()


# ------------------------------------------------------------------ steps


def sign_in(page: Page) -> None:
    page.goto("/queue")
    page.fill("#username", "agent")
    page.fill("#password", PASSWORD)
    page.locator("form[action='/login'] button").click()
    page.wait_for_url("**/queue")


def complain(story: Story, page: Page) -> str:
    """Log a complaint on the imported waybill and answer it; returns its reference."""
    page.goto("/queue")
    if story.javascript:
        page.locator("body").press("n")
    else:
        page.locator("a.new").click()
    page.wait_for_url("**/register")
    page.fill("#src", f"货号 {GOODS} 到现在没送")
    if story.javascript:
        expect(page.locator("#found")).to_contain_text(GOODS)
        page.locator("input[name=kind][value=complaint]").check()
    else:
        page.locator("input[name=kind][value=complaint]").check()
        press(page, "kind")
    page.fill("#content", "代理已到货三天还没派送")
    page.fill("#said", "再不送就退货")
    press(page, "both")
    page.wait_for_url("**/cases/CMP-*")
    ref = page.url.rsplit("/", 1)[1]
    expect(page.locator("main")).to_contain_text("再不送就退货")
    page.locator(f"#text-{ref[4:]}").fill("已催代理，今天下午派送")
    press(page, "note", "form[data-composer]")
    expect(page.locator("main .clock, main .steps").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(story.say["answered"])
    expect(page.locator("main")).to_contain_text("已催代理，今天下午派送")
    return ref


def ask_for_change(page: Page, number: str, code: str, **values: str) -> str:
    """Fill in the form of a change with proof; returns its reference."""
    page.goto(f"/register?kind=change&number={number}&code={code}")
    for name, value in values.items():
        control = page.locator(f"#reg [name={name}]")
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    for item in ("number", "destination", "consignee", "content"):
        page.locator(f"input[name=proof_items][value={item}]").check()
    page.locator("#files").set_input_files(PDF)
    press(page, "both")
    page.wait_for_url("**/cases/CHG-*")
    return page.url.rsplit("/", 1)[1]


def decide(page: Page, ref: str, do: str, reason: str = "") -> None:
    """Open the change in the list and decide it there."""
    page.goto("/queue")
    number = ref[4:]
    row = page.locator(f"#w-{number}")
    expect(row).to_be_visible()
    page.locator(f"#t-{number}").click()
    expect(row.locator("table.diff")).to_be_visible()
    if reason:
        row.locator("[name=reason]").fill(reason)
    row.locator(f"button[name=do][value={do}]").click()
    expect(page.locator(f"#w-{number} button[name=do][value={do}]")).to_have_count(0)


def post(page: Page, url: str, **data: str) -> int:
    """A forged POST with this person's own session and token."""
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    origin = page.evaluate("location.origin") if page.url.startswith("http") else ""
    answer = page.request.post(url, form={"csrf_token": token, **data}, headers={"Origin": origin}, max_redirects=0)
    return answer.status


# ------------------------------------------------------------------ the story


def test_the_offices_story(story: Story):
    agent, supervisor, finance = story.enter("agent", known=False), story.enter("supervisor"), story.enter("finance")
    sign_in(agent)
    complaint = complain(story, agent)
    change = ask_for_change(
        agent, number=GOODS, code="K10", consignee="刘玲", destination="天津", charge_minor="120.00", payer="shipper",
        charge_agreed="刘玲 10:05", proof_note="传真件，深圳华强",
    )  # fmt: skip
    expect(agent.locator("button[value=approve]")).to_have_count(0)
    assert post(agent, f"/cases/{change}/approve") == 403
    decide(supervisor, change, "approve")
    assert goods(GOODS).consignee == "王强", "the charge waits for finance"
    decide(finance, change, "approve")
    agent.goto(f"/shipments/{goods(GOODS).id}")
    expect(agent.locator("main")).to_contain_text("刘玲")
    expect(agent.locator("main")).to_contain_text("天津")
    agent.goto(f"/cases/{change}")
    agent.locator("[name=own_system]").check()
    agent.locator("[name=told]").fill("已改到天津，收货人刘玲")
    press(agent, "execute")
    expect(agent.locator("button[value=execute]")).to_have_count(0)

    release = ask_for_change(agent, number=HELD, code="K06", proof_note="放货指令传真", read_back="杜娜华 10:10")
    assert goods(HELD).hold_shipper is None, release
    stopped = ask_for_change(agent, number=STOPPED, code="K06", proof_note="放货指令传真", read_back="杜娜华 10:12")
    expect(agent.locator("main")).to_contain_text(story.say["finance"])
    assert goods(STOPPED).hold_shipper
    assert post(agent, f"/cases/{stopped}/carry_out", read_back="杜娜华") == 409
    agent.goto(f"/cases/{stopped}")
    ask = agent.locator(f"form[action$='/cases/{stopped}/ask_finance'] button")
    ask.click()
    expect(ask).to_have_count(0)
    decide(finance, stopped, "keep_stop", "账还没到")
    assert goods(STOPPED).hold_shipper

    own_approval(story)
    audit(story, complaint, change)
    elsewhere(story, complaint, change)


def own_approval(story: Story) -> None:
    """Who asked does not decide, whatever his roles: no button, a reason, and a forged POST is refused."""
    both = story.enter("both")
    own = ask_for_change(both, number=GOODS, code="K10", consignee="赵敏", proof_note="传真件", payer="company")
    expect(both.locator("button[value=approve]")).to_have_count(0)
    expect(both.locator("main")).to_contain_text(story.say["own"])
    assert post(both, f"/cases/{own}/approve") in (403, 409)
    assert goods(GOODS).consignee == "刘玲"


def audit(story: Story, complaint: str, change: str) -> None:
    """The auditor finds each step with before and after, and no button that writes."""
    auditor = story.enter("auditor")
    auditor.goto("/history")
    for ref in (complaint, change):
        auditor.goto(f"/cases/{ref}")
        expect(auditor.locator("main")).to_contain_text(ref)
        expect(auditor.locator("main form")).to_have_count(0)
    auditor.goto("/history")
    assert auditor.locator("main form[method=post]").count() == 0
    auditor.fill("#f-ref", GOODS)
    auditor.select_option("#f-kind", "shipments")
    auditor.locator("form.filters button").click()
    auditor.locator("table.log tbody a.no").first.click()
    diff = auditor.locator("table.diff")
    expect(diff.locator("del").filter(has_text="王强")).to_have_count(1)
    expect(diff.locator("ins").filter(has_text="刘玲")).to_have_count(1)
    assert post(auditor, f"/cases/{change}/note", text="x") == 403


def elsewhere(story: Story, *refs: str) -> None:
    """The other office sees none of it."""
    guest = story.enter("guest")
    for url in (*(f"/cases/{ref}" for ref in refs), f"/shipments/{goods(GOODS).id}"):
        answer = guest.goto(url)
        assert answer and answer.status == 404
        expect(guest.locator("h1")).to_contain_text(story.say["404"])
    guest.goto(f"/find?q={GOODS}")
    expect(guest.locator("main")).not_to_contain_text("王强")


def test_of_two_supervisors_the_second_sees_who_and_when_and_keeps_his_words(story: Story):
    ref = log(story.world, "change")
    db.session.remove()
    first, second = story.enter("supervisor"), story.enter("supervisor2")
    number = ref[4:]
    for page in (first, second):
        page.goto(f"/queue?open={number}")
    second.locator(f"#w-{number} [name=reason]").fill("收货人电话要再核实")
    first.locator(f"#w-{number} button[value=approve]").click()
    expect(first.locator(f"#w-{number} button[value=approve]")).to_have_count(0)
    second.locator(f"#w-{number} button[value=refuse]").click()
    note = second.locator("[role=alert]").filter(has_text="同事supervisor").first
    expect(note).to_contain_text("10:0")
    expect(second.locator("main")).to_contain_text("收货人电话要再核实")
    assert goods("6621912").consignee == "王强"

"""Changes without JavaScript: a dozen cells of the matrix, and the ladder of cancelling from the note to past security, with
the very sentences that people read (CHG-06 to CHG-11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models import Customer, Office, Shipment, User, db
from rules.policy import unseen
from rules.store import system, write_tx
from tests import factories as make
from tests.blueprints.world import World, build, last_ref, load
from tests.browser.browsing import Look, looking
from tests.browser.desk import cookies, running
from tests.workflows.change_table import ITEMS, SAMPLED
from tests.workflows.playing import ASKING

# A dozen: every way through a change, and every way out of it.
DOZEN = (
    "K01 A0",
    "K01 A2",
    "K02 A1",
    "K03 A2",
    "K05 A2",
    "K06 A5",
    "K07 A6",
    "K08 A4",
    "K10-hold A2",
    "K12 S2",
    "K14 S3",
    "K21 A5",
)
ROWS = [row for row in SAMPLED if row[0] in DOZEN]
STATES = {
    "waiting": "Waiting for a decision",
    "executed": "Carried out",
    "approved": "To be finished",
    "asked": "Asked",
}
VOID = ("replaces", "time", "signature")
STOCK = ("number", "destination", "consignee", "return_to_stock")


@dataclass
class Desk:
    """People in their own browsers, without script."""

    app: Flask
    world: World
    browser: Browser
    at: str
    language: str
    stack: ExitStack
    pages: dict[str, Page] = field(default_factory=dict)

    def enter(self, name: str) -> Page:
        """A person's page, made when he first comes."""
        if name not in self.pages:
            look, held = Look(1366, "light", self.language), cookies(self.app, self.world, name)
            made = looking(self.browser, self.at, look, javascript=False, cookies=held)
            self.pages[name] = self.stack.enter_context(made)
        return self.pages[name]


@pytest.fixture
def language() -> str:
    return "en"


@pytest.fixture
def desk(served, address: str, browser: Browser, language: str) -> Iterator[Desk]:
    """People without a language of their own: the browser's counts."""
    app, database = served
    with app.app_context(), running(), ExitStack() as stack:
        database.reset(db.engine)
        world = build()
        with write_tx(system("setup"), "setup") as tx:
            for user in tx.session.scalars(select(User)):
                user.language = None
        db.session.remove()
        yield Desk(app, world, browser, address, language, stack)


def goods(world: World, code: str, stage: str) -> str:
    """The number of goods at a stage, on the shipper's hold where the change is a release."""
    with make.writing() as tx:
        office = tx.session.get_one(Office, world.offices["SZ"])
        owner = tx.session.get_one(Customer, world.customers["good"], execution_options={"visible": "system"})
        held = {"hold_shipper": "等付款"} if code in ("K02", "K06") else {}
        return str(make.make_shipment(tx, office, owner, stage, **held).number)


def stands(ref: str) -> Any:
    """A change as it stands now."""
    db.session.rollback()
    return load(ref)


def standing(number: str) -> str:
    db.session.rollback()
    return db.session.scalars(unseen(select(Shipment).where(Shipment.number == number))).one().standing


# ------------------------------------------------------------------ the agent at the form


def choose(page: Page, number: str, code: str, said: str) -> None:
    """Name the goods, read what their stage allows, choose a kind: `said` stands beside it before anything is typed."""
    page.goto("/register?kind=change")
    page.fill("#number", number)
    page.locator("button[name=do][value=number]").click()
    radio = page.locator(f"#code-{code}")
    if not radio.is_visible():
        page.locator("#kinds summary").first.click()
    expect(page.locator(f"#code-{code}-s")).to_contain_text(said)
    radio.check()
    page.locator("button[name=do][value=code]").click()
    expect(radio).to_be_checked()


def fill(page: Page, **values: object) -> None:
    for name, value in values.items():
        control = page.locator(f"#reg [name={name}]")
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(str(value))
        else:
            control.fill(str(value))


def log(page: Page, *shown: str, **values: object) -> str:
    """Fill in the chosen kind, with a paper that shows `shown`, and log it; its reference."""
    fill(page, **values)
    if shown:
        fill(page, proof_note="传真，刘玲签字")
    for item in shown:
        page.locator(f"input[name=proof_items][value={item}]").check()
    page.locator("button[name=do][value=both]").click()
    page.wait_for_url("**/cases/CHG-*")
    return page.url.rsplit("/", 1)[1]


@pytest.mark.parametrize("part", range(3))
def test_a_dozen_cells_of_the_matrix_without_script(desk: Desk, part: int):
    page = desk.enter("agent")
    assert len(ROWS) == 12
    for what, state, said in ROWS[part::3]:
        code, stage = what.split()
        choose(page, goods(desk.world, code, stage), code, said)
        if state == "refused":
            expect(page.locator("#kinds .note.late")).to_contain_text(said)
            expect(page.locator("#proof_note")).to_have_count(0)
            page.locator("button[name=do][value=both]").click()
            expect(page.locator("#kinds .note.late")).to_contain_text(said)
            continue
        if page.locator("#read_back").count():
            fill(page, read_back="刘玲 10:05")
        log(
            page,
            *(i for i in ITEMS if page.locator(f"input[name=proof_items][value={i}]").count()),
            **ASKING.get(code, {}),
        )
        expect(page.locator("main")).to_contain_text(said)
        expect(page.locator("main")).to_contain_text(STATES[state])
        case = load(last_ref())
        assert (case.state, case.stage_asked) == (state, stage), what


# ------------------------------------------------------------------ the ladder

SAY = {
    "zh": {
        "A0": "新托运书须注明替代前单，有时间和签字。",
        "A1": "新托运书注明替代前单；文员组作废装配单，仓库把货退回入库，两边都要确认。",
        "A2": "证明写明单号、目的站、收货人和“取消发货，退回入库”；之后重下托运书。",
        "A3": "由调度答复货还能不能退回；运费不退，客户书面确认。",
        "A4": "已过安检，货物不能退回。可到站后返货或转货。",
        "clerks": "还差：文员组确认装配单已作废。", "warehouse": "还差：仓库确认货已退回入库。", "billing": "还差：开单员确认单号已作废。",
        "dispatcher": "还差：调度确认货还能退回。", "split": "已开分单：请办取消发货，退回入库。", "master": "已出主单：只能退货，运费不退。",
        "waiting": "待审批", "approved": "已同意", "executed": "已执行", "asked": "已询问，开始计时", "answered": "答复已记下",
        "no_refund": "客户确认不退运费", "after": "重下托运书", "instead": "可改为：", "return": "返货给发货方", "redirect": "转货给其他买家或城市",
        "logged": "已登记 {ref} 为已拒绝，附原因。", "refused": "已拒绝", "sent": "已送审批",
    },
    "en": {
        "A0": "New note that says it replaces the former one, with time and signature.",
        "A1": "As before the loading sheet; the clerks group voids the sheet and the warehouse takes the goods back.",
        "A2": "Proof with the waybill number and the order to return to stock; then a new note.",
        "A3": "The dispatcher says whether the goods can still come back; freight is not refunded, and the customer confirms in writing.",
        "A4": "Past security: the goods cannot come back. Return or redirect from the destination instead.",
        "clerks": "Waits for: Clerks group: loading sheet voided.", "warehouse": "Waits for: Warehouse: goods back in stock.",
        "billing": "Waits for: Billing clerk: number voided.", "dispatcher": "Waits for: Dispatcher: the goods can still come back.",
        "split": "The split waybill exists: cancel it with return to stock.",
        "master": "The master waybill exists: only a withdrawal is possible, and freight is not refunded.",
        "waiting": "Waiting for a decision", "approved": "Approved", "executed": "Carried out", "asked": "Asked; the time runs",
        "answered": "Answer noted", "no_refund": "Customer confirms: freight is not refunded", "after": "Place the new note",
        "instead": "Possible instead:", "return": "Return to the shipper", "redirect": "Redirect to another buyer or city",
        "logged": "Logged {ref} as refused, with the reason.", "refused": "Refused", "sent": "Sent for decision",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ("zh", "en"))
def test_the_five_steps_of_cancelling(desk: Desk):
    say = SAY[desk.language]
    _note(desk, say)
    _loading_sheet(desk, say)
    _split_waybill(desk, say)
    _master_waybill(desk, say)
    _past_security(desk, say)


def _note(desk: Desk, say: dict[str, str]) -> None:
    """A0: the note is voided by a new one; a supervisor decides, then it is done."""
    agent, number = desk.enter("agent"), goods(desk.world, "K03", "A0")
    choose(agent, number, "K03", say["A0"])
    ref = log(agent, *VOID)
    main = agent.locator("main")
    expect(main).to_contain_text(say["waiting"])
    expect(main).to_contain_text(say["A0"])
    assert standing(number) == "active"
    approve(desk, ref, say["A0"])
    assert standing(number) == "void"
    agent.goto(f"/cases/{ref}")
    expect(main).to_contain_text(say["after"])
    execute(desk, ref, say)


def _loading_sheet(desk: Desk, say: dict[str, str]) -> None:
    """A1: clerks and warehouse both confirm before the note is void."""
    agent, number = desk.enter("agent"), goods(desk.world, "K03", "A1")
    choose(agent, number, "K03", say["A1"])
    ref = log(agent, *VOID)
    approve(desk, ref, say["A1"])
    for what in ("clerks", "warehouse"):
        agent.goto(f"/cases/{ref}")
        expect(agent.locator("main")).to_contain_text(say[what])
        expect(agent.locator("button[value=execute]")).to_have_count(0)
        assert standing(number) == "active"
        confirm(agent, what, say)
    execute(desk, ref, say)
    assert standing(number) == "void"


def _split_waybill(desk: Desk, say: dict[str, str]) -> None:
    """A2: voiding is not possible any more, cancelling is: the billing clerk voids the number, the goods go into stock."""
    agent, number = desk.enter("agent"), goods(desk.world, "K04", "A2")
    choose(agent, number, "K03", say["split"])
    agent.locator("#kinds .note.late button[name=pick][value=K04]").click()
    expect(agent.locator("#code-K04-s")).to_contain_text(say["A2"])
    ref = log(agent, *STOCK)
    approve(desk, ref, say["A2"])
    for what in ("billing", "warehouse"):
        agent.goto(f"/cases/{ref}")
        expect(agent.locator("main")).to_contain_text(say[what])
        confirm(agent, what, say)
    execute(desk, ref, say)
    assert standing(number) == "void"


def _master_waybill(desk: Desk, say: dict[str, str]) -> None:
    """A3: the dispatcher says whether the goods can come back, the customer that freight is not refunded; then it is decided."""
    agent, number = desk.enter("agent"), goods(desk.world, "K05", "A3")
    choose(agent, number, "K04", say["master"])
    agent.locator("#kinds .note.late button[name=pick][value=K05]").click()
    expect(agent.locator("#code-K05-s")).to_contain_text(say["A3"])
    expect(agent.locator("#kinds")).to_contain_text(say["no_refund"])
    ref = log(agent, *STOCK, "no_refund")
    expect(agent.locator("main")).to_contain_text(say["dispatcher"])
    expect(agent.locator("button[value=submit]")).to_have_count(0)
    confirm(agent, "dispatcher", say)
    agent.locator("button[value=submit]").click()
    expect(agent.locator("p.note.done")).to_contain_text(say["sent"])
    approve(desk, ref, say["A3"])
    execute(desk, ref, say)
    assert standing(number) == "withdrawn"


def _past_security(desk: Desk, say: dict[str, str]) -> None:
    """A4: refused with the reason, return and redirection offered, and on record that it was asked."""
    agent, number = desk.enter("agent"), goods(desk.world, "K05", "A4")
    choose(agent, number, "K05", say["A4"])
    note = agent.locator("#kinds .note.late")
    expect(note).to_contain_text(say["A4"])
    expect(note).to_contain_text(say["instead"])
    expect(note.locator("button[name=pick]")).to_have_text([say["return"], say["redirect"]])
    agent.locator("button[name=do][value=both]").click()
    expect(note).to_contain_text(say["A4"])
    note.locator("input[name=log_refused]").check()
    ref = log(agent)
    expect(agent.locator("p.note.done")).to_contain_text(say["logged"].format(ref=ref))
    main = agent.locator("main")
    expect(main).to_contain_text(say["refused"])
    expect(main).to_contain_text(say["A4"])
    expect(main.locator("button[value=submit], button[value=carry_out]")).to_have_count(0)
    assert standing(number) == "active"
    choose(agent, number, "K10-return", "")
    expect(agent.locator("#proof_note")).to_be_visible()


# ------------------------------------------------------------------ what others do


def approve(desk: Desk, ref: str, said: str) -> None:
    """A supervisor of grade 2 opens the change in his list, reads what the stage asks, and approves it."""
    page, number = desk.enter("junior"), ref[4:]
    page.goto(f"/queue?open={number}")
    row = page.locator(f"#w-{number}")
    expect(row).to_contain_text(said)
    row.locator("button[name=do][value=approve]").click()
    expect(page.locator("p.note.done")).to_contain_text(SAY[desk.language]["approved"])
    assert stands(ref).state == "approved"


def confirm(page: Page, what: str, say: dict[str, str]) -> None:
    """Somebody is asked, and says yes: both are noted on the page of the case."""
    move(page, "ask_confirmation", what=what, whom="电话")
    expect(page.locator("p.note.done")).to_contain_text(say["asked"])
    move(page, "confirmation", what=what, answered_by="老何")
    expect(page.locator("p.note.done")).to_contain_text(say["answered"])


def move(page: Page, name: str, **values: str) -> None:
    form = page.locator(f"form[action$='/{name}']")
    page.locator("details").filter(has=form).locator("summary").first.click()
    for field_name, value in values.items():
        control = form.locator(f"[name={field_name}]")
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    form.locator("button").click()


def execute(desk: Desk, ref: str, say: dict[str, str]) -> None:
    """The own system is changed and the customer told: the change is closed."""
    page = desk.enter("agent")
    page.goto(f"/cases/{ref}")
    page.locator("[name=own_system]").check()
    page.locator("[name=told]").fill("已告知刘玲")
    page.locator("button[name=do][value=execute]").click()
    expect(page.locator("p.note.done")).to_have_text(say["executed"])
    assert stands(ref).state == "executed"

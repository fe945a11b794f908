"""Seven kinds of inquiries played to their end through the pages, each in one language (must show 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import func, select

from models import Inquiry, Message, Quotation, db
from rules.policy import unseen
from tests.blueprints.world import NUMBERS, PHONE
from tests.browser import plays
from tests.browser.plays import NEWCOMER, Office, Player, clock, history, said, stands

AIR = NUMBERS["A5"]
CHARGE = {
    "lines-0-item": "all_in",
    "lines-0-amount": "1800",
    "lines-0-unit": "bill",
    "lines-0-quantity": "1",
    "lines-0-includes": "海运费、THC",
}
CRANE = {
    "cargo_name": "龙门吊", "weight_g": "31000", "container": "40FR", "containers": "2", "shipper": "南岭精工",
    "ship_on": "12 月上旬", "carrier": "COSCO", "target_price": "USD 4,800", "genuine": "yes",
}  # fmt: skip
RESIN = {
    "cargo_name": "树脂", "danger_class": "3", "pieces": "80", "weight_g": "16000", "volume_l": "20", "origin": "东莞",
    "destination": "武汉", "per_run": "16 吨", "ship_on": "周五", "requests": "尾板", "arrive_by": "周日 10:00",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(served, address: str, browser: Browser) -> Iterator[Office]:
    """One office for all plays: each brings its own matter."""
    with plays.furnished(*served, browser, address) as found:
        yield found


# ------------------------------------------------------------------------------------------ what inquiries share


def ask(
    agent: Player, asked: str, topic: str = "price", goods: str = "general", lane: str = "", src: str = PHONE
) -> str:
    """A question by phone, logged while the caller speaks; its reference."""
    page = agent.page
    page.goto("/register?kind=inquiry")
    page.locator("#src").fill(src)
    expect(page.locator("#found")).to_contain_text("good贸易有限公司")
    page.locator("#topic").select_option(topic)
    page.locator("#goods").select_option(goods)
    page.locator("#lane").fill(lane)
    page.locator("#asked").fill(asked)
    agent.picture(f"register-{topic}-{goods}")
    agent.press(page.locator("button[name=do][value=both]"))
    page.wait_for_url("**/cases/INQ-*")
    return agent.ref


def goods(agent: Player) -> Locator:
    return agent.part("h-goods")


def missing(agent: Player) -> list[str]:
    """The chips of what is not known yet."""
    return goods(agent).locator(".stamp.soon").all_inner_texts()


def know(agent: Player, values: dict[str, str]) -> None:
    """Note the goods; what an answer calls for comes with the next form."""
    shown = {n: v for n, v in values.items() if agent.form("facts").locator(f"[name={n}]").count()}
    agent.do("facts", **shown)


def quote(agent: Player) -> None:
    """A quotation of one charge that needs no review."""
    agent.do("quote_draft", **CHARGE)
    agent.do("finish_quote")


# ------------------------------------------------------------------------------------------ prices


@pytest.mark.rule("INQ-01", "INQ-02", "INQ-07", "INQ-13")
def test_a_full_container_from_the_gap_to_the_booking(office: Office):
    agent = office.enter("agent", "zh")
    ref = ask(agent, "一个柜子到汉堡什么价", goods="fcl", lane="深圳→汉堡")
    assert clock(ref, "answer").minutes == 5
    assert missing(agent) == ["缺 箱型", "缺 毛重（kg）", "缺 品名"]
    agent.press(agent.page.locator("button[name=what][value=gap]"))
    box = agent.page.locator("form[data-composer] textarea[name=text]").last
    expect(box).to_have_value(re.compile("请补充：.*箱型.*毛重.*品名"))
    agent.press(agent.page.locator("form[data-composer] button[value=ask]").last)
    expect(agent.page.locator(".hero .clock")).to_contain_text("计时暂停")
    agent.picture("inq-fcl-paused")
    agent.do("info_came", said="40HQ，18 吨灯具")
    expect(agent.page.locator(".hero .clock")).not_to_contain_text("计时暂停")
    know(agent, {"container": "40HQ", "weight_g": "18000", "cargo_name": "灯具"})
    assert missing(agent) == []
    agent.do("add_source", kind="own", name="航线部", amount="1500", unit="bill")
    agent.reads("航线部")
    quote(agent)
    agent.picture("inq-fcl-ready")
    agent.do("quotation/send", channel="phone")
    expect(agent.page.locator(".hero .clock")).to_contain_text("已答复")
    agent.do("booking_came")
    agent.picture("inq-fcl-booked")
    agent.reads("暂不能关闭", "航线部还没有答复：记下答复，或撤下问题。")
    agent.do("party_answered", text="维持 1500", answered_by="黄工")
    agent.do("close", outcome="won", satisfied="yes")
    agent.picture("inq-fcl-closed")
    case = stands(ref)
    assert (case.state, case.outcome, clock(ref, "answer").stopped_at is not None) == ("closed", "won", True)
    assert {"inquiry.ask_info", "inquiry.info_came", "inquiry.send_quote", "inquiry.booking_came"} <= history(ref)


@pytest.mark.rule("INQ-03", "INQ-11", "INQ-17", "ORG-02")
def test_a_special_container_goes_to_the_route_desk_and_a_newcomers_price_to_the_supervisor(office: Office):
    agent, lead = office.enter(NEWCOMER, "en"), office.enter("supervisor", "en")
    ref = ask(agent, "Two flat racks to Hamburg", goods="special", lane="深圳→汉堡")
    desk = {"to": "=航线部"}
    agent.do("ask_party", question="What does it cost?", **desk)
    agent.reads("The desk needs the full set")
    agent.open(ref)
    know(agent, CRANE)
    know(agent, {"dimensions": "12 × 3.2 × 3.6 m"})
    assert missing(agent) == []
    expect(agent.form("ask_party").locator("[name=question]")).to_have_value(
        re.compile("龙门吊(.|\n)*12 × 3.2 × 3.6 m(.|\n)*USD 4,800")
    )
    expect(agent.form("ask_party").locator("[name=to] option:checked")).to_have_text("航线部")
    agent.do("ask_party")
    agent.reads("航线部")
    agent.do("nudge_party", text="Ship closes tomorrow")
    agent.picture("inq-special-waits")
    agent.do("party_answered", text="USD 4,700 per box", answered_by="黄工")
    agent.do("quote_draft", **CHARGE)
    assert not agent.offered("finish_quote") and not agent.offered("send_quote")
    agent.do("submit_quote")
    assert clock(ref, "review").minutes == 2
    lead.open(ref).picture("inq-special-review")
    lead.do("approve_quote")
    agent.open(ref).picture("inq-special-approved")
    agent.do("quotation/send", channel="phone", language="en")
    follow = agent.part("h-ahead")
    expect(follow.locator("ul.dots li").first).to_be_visible()
    agent.picture("inq-special-sent")
    agent.do("followed_up", said="Will decide tomorrow")
    while agent.offered("followed_up"):
        agent.do("followed_up", said="Somebody else is cheaper")
    agent.do("close", outcome="lost", lost_to="宏运物流", lost_minor="4650.00", lost_currency="USD")
    assert (stands(ref).state, stands(ref).outcome, stands(ref).lost_minor) == ("closed", "lost", 465_000)
    quoted = db.session.scalars(unseen(select(Quotation).where(Quotation.case_id == stands(ref).id))).one()
    assert quoted.reviewed_by_id == office.world.users["supervisor"]


@pytest.mark.rule("INQ-06", "INQ-08")
def test_chemicals_are_priced_subject_to_the_safety_data_sheet(office: Office):
    agent = office.enter("agent", "zh")
    ref = ask(agent, "树脂到武汉整车多少钱", goods="chemical", lane="东莞→武汉")
    agent.press(agent.page.locator("button[name=what][value=later]"))
    agent.press(agent.page.locator("form[data-composer] button[value=later]").last)
    assert clock(ref, "full").minutes == 480 and clock(ref, "answer").stopped_at is not None
    know(agent, RESIN)
    know(agent, {"msds": "asked"})
    agent.reads("价格以 MSDS 为准")
    agent.picture("inq-chemical")
    quote(agent)
    agent.do("quotation/send", channel="phone")
    assert not agent.offered("booking_came")
    agent.reads("还不能订舱，要先问：")
    assert any("MSDS" in line for line in said(ref))
    know(agent, {"msds": "received"})
    assert agent.offered("booking_came")
    agent.picture("inq-chemical-sent")
    agent.do("close", outcome="declined", outcome_note="客户改走铁路")
    assert stands(ref).outcome == "declined"


# ------------------------------------------------------------------------------------------ where the goods are


@pytest.mark.rule("SHP-16")
def test_where_goods_are_is_answered_on_the_spot_from_their_page(office: Office):
    agent = office.enter("agent", "en")
    before = matters()
    agent.page.goto("/queue")
    agent.page.keyboard.press("/")
    agent.page.keyboard.type(AIR)
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_url("**/shipments/*")
    agent.page.keyboard.press("s")
    agent.page.keyboard.type("Has it arrived?")
    agent.picture("inq-spot")
    agent.press(agent.page.locator("button[value=log]"))
    agent.reads("Answered and logged")
    kept = newest()
    assert (kept.said, kept.case_id) == ("Has it arrived?", None) and AIR in (kept.text or "")
    assert matters() == before


@pytest.mark.rule("SHP-17", "SHP-18")
def test_without_a_number_a_stranger_is_referred_on_and_a_known_person_answered(office: Office):
    agent = office.enter("agent", "zh")
    page = agent.page
    page.goto("/register")
    page.locator("a[href='/tracing']").click()
    for phone, found in (("13900001111", False), (PHONE, True)):
        for name, value in (("name", "刘玲"), ("phone", phone), ("destination", "北京")):
            page.locator(f"#{name}").fill(value)
        page.locator("#away").check()
        agent.press(page.locator("form.panel .primary").last)
        referred = page.get_by_text("请答复来电人：请向发货方的物流负责人询问单号。")
        expect(referred).to_have_count(0 if found else 1)
        expect(page.locator("#main a", has_text=AIR)).to_have_count(1 if found else 0)
        agent.picture(f"inq-unnumbered-{'known' if found else 'stranger'}")
    agent.press(page.locator("main form[action*='/spot'] .primary, main form[action*='/tracing'] .primary").first)
    agent.picture("inq-unnumbered-done")
    kept = newest()
    assert "刘玲" in (kept.party or "")


# ------------------------------------------------------------------------------------------ ledger, call-back


@pytest.mark.rule("FIN-16")
def test_a_ledger_that_differs_is_corrected_and_sent_again(office: Office):
    agent = office.enter("agent", "en")
    ref = ask(agent, "The ledger shows 20 red ones, we have 12", "ledger")
    assert clock(ref, "answer").minutes == 30
    agent.note_steps(
        company="good, X-100 red", apology=True, clerk_asked="Zhou", stock_counted=True, ledger_checked=True
    )
    agent.do("ask_party", to="=部门OPS", question="How many X-100 red are there?")
    agent.do("party_answered", text="12", answered_by="Zhou")
    agent.write("12 is right; the corrected ledger follows", "So which one is right?")
    assert not agent.offered("close")
    agent.picture("inq-ledger")
    agent.note_steps(cause="entry", sent_again="10:20, mail to Liu")
    agent.do("close", outcome="answered")
    assert stands(ref).state == "closed"


@pytest.mark.rule("INQ-09")
def test_who_could_not_be_answered_in_the_call_is_called_back(office: Office):
    agent = office.enter("agent", "zh")
    ref = ask(agent, "要找操作部黄工，请回电", "callback")
    assert clock(ref, "answer").minutes == 5
    agent.page.goto("/queue")
    row = agent.page.locator(f"#w-{ref[4:]}")
    expect(row).to_contain_text("要找操作部黄工，请回电")
    agent.page.locator(f"#t-{ref[4:]}").click()
    form = row.locator("form[data-composer]")
    form.locator("[name=said]").fill("黄工在吗")
    form.locator("[name=text]").fill("黄工 11 点给您电话")
    agent.picture("inq-callback")
    form.locator("button[value=note]").click()
    expect(row.locator(".clock")).to_contain_text("已答复")
    agent.open(ref).do("close", outcome="answered")
    assert (stands(ref).state, said(ref)[-1]) == ("closed", "黄工 11 点给您电话")


def newest() -> Message:
    """The contact on record that came last."""
    db.session.rollback()
    return db.session.scalars(unseen(select(Message).order_by(Message.id.desc()))).first()


def matters() -> int:
    db.session.rollback()
    return db.session.scalar(unseen(select(func.count()).select_from(Inquiry))) or 0

"""Quotations at the desk: on the page of an inquiry, on paper, and what never leaves it (INQ-13, INQ-16, INQ-17, INQ-22, ORG-04)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from models import Case, Customer, CustomerLink, Message, Quotation, User, db
from rules.facts import Facts
from rules.policy import unseen
from tests.blueprints.conftest import Enter
from tests.blueprints.world import World, acting, load, log, move

LINE = {
    "lines-0-item": "air_freight",
    "lines-0-amount": "5.20",
    "lines-0-currency": "CNY",
    "lines-0-unit": "kg",
    "lines-0-quantity": "86.5",
}
AIR = {"item": "air_freight", "amount": 520, "currency": "CNY", "unit": "kg", "quantity": 86_500}
DRAFT = {"lines": [AIR], "basis": "margin"}
FLOOR = 7_777_771  # 77,777.71: nothing else here looks like it
SHOWN = re.compile(r"77,?777\.71|7777771|77777")


@pytest.fixture
def newcomer(world: World) -> str:
    """`agent2` is in his first weeks."""
    with acting(world, "supervisor") as tx:
        tx.session.get_one(User, world.users["agent2"]).newcomer_until = date(2026, 12, 31)
    return "agent2"


def versions(ref: str) -> list[Quotation]:
    db.session.rollback()
    found = select(Quotation).join(Case, Case.id == Quotation.case_id).where(Case.ref == ref).order_by(Quotation.number)
    return list(db.session.scalars(unseen(found)))


def told(ref: str) -> list[str]:
    db.session.rollback()
    found = (
        select(Message.text).join(Case, Case.id == Message.case_id).where(Case.ref == ref, Message.direction == "out")
    )
    return list(db.session.scalars(unseen(found)))


def ready(world: World, by: str = "agent", **draft) -> str:
    ref = log(world, "inquiry", by)
    move(world, ref, "quote_draft", by, **DRAFT | draft)
    move(world, ref, "finish_quote", by)
    return ref


# ------------------------------------------------------------------ made, reviewed, sent


@pytest.mark.rule("INQ-16", "INQ-17")
def test_a_quotation_is_made_reviewed_and_sent_from_the_page_of_the_inquiry(
    enter: Enter, world: World, newcomer: str
) -> None:
    ref, her, him = log(world, "inquiry", newcomer), enter(newcomer), enter("supervisor")
    made = her.send(her.form(f"/cases/{ref}", "/quote_draft"), **LINE)
    assert made.status_code == 303 and versions(ref)[0].status == "draft"
    page = her.page(f"/cases/{ref}").text()
    assert "¥5.20" in page and "¥449.80" in page and "新人" in page
    assert not any(f.action.endswith(("/send", "/finish_quote")) for f in her.page(f"/cases/{ref}").forms)
    her.send(her.form(f"/cases/{ref}", "/submit_quote"))
    assert ref in him.get("/queue").text, "in every supervisor's list"
    assert not any(f.action.endswith("_quote") and "take_back" not in f.action for f in her.page(f"/cases/{ref}").forms)
    him.send(him.form(f"/cases/{ref}", "/approve_quote"))
    form = her.form(f"/cases/{ref}", "/quotation/send")
    sent = her.send(form, channel="wechat", language="en")
    words = f"Quotation {ref}-1, 深圳→北京\nAir freight: ¥5.20 per kg × 86.5 = ¥449.80\nTotal ¥449.80"
    assert (sent.status_code, told(ref), load(ref).state) == (303, [words], "answered")
    again = her.send(form, channel="wechat", language="en")
    assert again.status_code == 303 and len(told(ref)) == 1, "sent twice is sent once"


@pytest.mark.rule("FIN-14")
@pytest.mark.rule("INQ-17")
def test_a_supervisor_decides_on_a_quotation_inside_the_row(enter: Enter, world: World, newcomer: str) -> None:
    ref, her = log(world, "inquiry", newcomer), enter(newcomer)
    her.send(her.form(f"/cases/{ref}", "/quote_draft"), **LINE)
    her.send(her.form(f"/cases/{ref}", "/submit_quote"))
    lead, address = enter("supervisor"), f"/queue?open={ref.split('-')[1]}"
    assert 'data-key="KeyA"' in lead.get(address).text and "/approve_quote" not in enter("agent").get(address).text
    answer = lead.send(lead.form(address, "/approve_quote"), htmx=True)
    assert answer.status_code == 200 and "<html" not in answer.text and load(ref).state == "open"
    assert versions(ref)[0].reviewed_by_id == world.users["supervisor"]


def test_an_all_in_without_its_list_comes_back_with_what_was_typed(enter: Enter, world: World) -> None:
    ref, me = log(world, "inquiry"), enter("agent")
    answer = me.send(
        me.form(f"/cases/{ref}", "/quote_draft"), **LINE | {"lines-0-item": "all_in", "lines-0-amount": "8.80"}
    )
    assert answer.status_code == 422 and 'value="8.80"' in answer.text and versions(ref) == []
    assert "包含哪些" in answer.text


def test_keeping_a_draft_brings_more_empty_lines(enter: Enter, world: World) -> None:
    ref, me = log(world, "inquiry"), enter("agent")
    form = me.form(f"/cases/{ref}", "/quote_draft")
    assert "lines-2-item" in form.names and "lines-3-item" not in form.names
    me.send(form, **LINE, **{name.replace("-0-", "-1-"): value for name, value in LINE.items()})
    kept = me.form(f"/cases/{ref}", "/quote_edit")
    assert "lines-4-item" in kept.names and kept.data()["lines-1-amount"] == ["5.20"]


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(enter: Enter, world: World) -> None:
    ref, me = log(world, "inquiry"), enter("agent")
    move(world, ref, "quote_draft", **DRAFT)
    form = me.form(f"/cases/{ref}", "/quote_edit")
    move(world, ref, "quote_edit", "supervisor", **DRAFT | {"lines": [AIR | {"amount": 610}]})
    answer = me.send(form, **LINE | {"lines-0-amount": "3.00"})
    assert answer.status_code == 409
    assert "¥6.10" in me.page(f"/cases/{ref}").text()


@pytest.mark.rule("INQ-22")
def test_a_wrong_price_has_an_apology_ready_and_a_corrected_version_linked(enter: Enter, world: World) -> None:
    ref, me = ready(world), enter("agent")
    me.send(me.form(f"/cases/{ref}", "/quotation/send"))
    me.send(me.form(f"/cases/{ref}", "/quote_faulty"), reason="按毛重算了")
    page = me.page(f"/cases/{ref}").text()
    assert "按毛重算了" in page and f"{ref}-1" in page and [q.status for q in versions(ref)] == ["faulty", "draft"]


@pytest.mark.rule("INQ-13")
def test_prices_of_others_stand_side_by_side_and_an_outside_one_is_approved_on_the_page(
    enter: Enter, world: World
) -> None:
    ref, me, him = log(world, "inquiry"), enter("agent"), enter("supervisor")
    for values in (
        {"kind": "own", "name": "航线部", "amount": ""},
        {"kind": "outside", "name": "捷达", "amount": "4.10"},
    ):
        me.send(me.form(f"/cases/{ref}", "/add_source"), **values)
    form = me.form(f"/cases/{ref}", "/quote_draft")
    assert "¥4.10" in me.page(f"/cases/{ref}").text() and len(form.data()["source_id"]) == 1
    assert "捷达" not in form_options(me.get(f"/cases/{ref}").text, "source_id")
    him.send(him.form(f"/cases/{ref}", "/approve_source"))
    assert "捷达" in form_options(me.get(f"/cases/{ref}").text, "source_id")


def form_options(html: str, name: str) -> str:
    return re.search(rf'<select [^>]*name="{name}".*?</select>', html, re.S)[0]


# ------------------------------------------------------------------ paper


@pytest.mark.rule("INQ-16")
def test_the_paper_of_a_quotation_has_its_charges_and_nothing_of_what_they_cost(enter: Enter, world: World) -> None:
    ref = ready(world, cost=31_415, valid_until=date(2026, 11, 30), remark="不含提货")
    html = enter("agent").get(f"/cases/{ref}/quotation/1/print").text
    assert "¥449.80" in html and "2026-11-30" in html and "不含提货" in html and "good贸易有限公司" in html
    assert "314.15" not in html and "%" not in re.sub(r"<[^>]+>", "", html)
    assert "Air freight" in enter("agent").get(f"/cases/{ref}/quotation/1/print?lang=en").text


def test_only_a_version_that_was_approved_or_sent_has_a_paper(enter: Enter, world: World, newcomer: str) -> None:
    ref = log(world, "inquiry", newcomer)
    move(world, ref, "quote_draft", newcomer, **DRAFT)
    for who in ("agent", newcomer, "supervisor", "auditor"):
        assert enter(who).get(f"/cases/{ref}/quotation/1/print").status_code == 404
    for ghost in (f"/cases/{ref}/quotation/9/print", "/cases/INQ-99999/quotation/1/print"):
        assert enter("agent").get(ghost).status_code == 404
    other = ready(world)
    assert enter("guest").get(f"/cases/{other}/quotation/1/print").status_code == 404
    assert enter("guest").post(f"/cases/{other}/quotation/send", {"channel": "mail"}).status_code == 404


# ------------------------------------------------------------------ a newcomer's price reaches nobody unreviewed


PRICE = "每公斤 五 块 二"
FORGED = {  # address, what is sent along
    "answer": ("answer", {"to": "shipper", "channel": "mail", "text": PRICE}),
    "answer without a figure": ("answer", {"to": "shipper", "channel": "mail", "text": "见附件"}),
    "acknowledgement": ("answer", {"do": "later", "to": "shipper", "channel": "wechat", "text": PRICE}),
    "question": ("answer", {"do": "ask", "to": "shipper", "channel": "wechat", "text": PRICE}),
    "contact": ("message", {"to": "consignee", "channel": "phone", "text": PRICE}),
    "sending a draft": ("send_quote", {"channel": "wechat", "words": PRICE, "text": PRICE}),
    "sending it at its own address": ("quotation/send", {"channel": "wechat", "words": PRICE, "text": PRICE}),
    "finishing it himself": ("finish_quote", {}),
    "approving it himself": ("approve_quote", {}),
    "price not out yet": ("price_pending", {"channel": "phone", "text": PRICE}),
}  # fmt: skip


@pytest.mark.rule("INQ-17", "ORG-04")
@pytest.mark.parametrize("state", ["draft", "review"])
def test_no_forged_form_brings_a_newcomer_s_price_to_the_customer(
    enter: Enter, world: World, newcomer: str, state: str
) -> None:
    ref, her = log(world, "inquiry", newcomer), enter(newcomer)
    her.send(her.form(f"/cases/{ref}", "/quote_draft"), **LINE)
    if state == "review":
        her.send(her.form(f"/cases/{ref}", "/submit_quote"))
    for name, (address, values) in FORGED.items():
        answer = her.post(f"/cases/{ref}/{address}", values)
        assert answer.status_code in (403, 409, 422), (name, answer.status_code)
    assert told(ref) == [] and versions(ref)[0].sent_at is None and versions(ref)[0].reviewed_by_id is None
    assert load(ref).state == ("in_review" if state == "review" else "open")


@pytest.mark.rule("INQ-17")
def test_a_newcomer_s_price_does_not_go_out_while_logging_by_a_draft_or_by_a_contact_of_the_customer(
    enter: Enter, world: World, newcomer: str
) -> None:
    her = enter(newcomer)
    form = her.form("/register?kind=inquiry", "/cases")
    answer = her.send(form, topic="price", asked="到北京什么价", text=PRICE, do="answer")
    assert answer.status_code in (409, 422)
    db.session.rollback()
    assert db.session.scalar(unseen(select(Message.id).where(Message.direction == "out"))) is None
    ref = log(world, "inquiry", newcomer)
    for address in ("draft", "keep"):
        her.post(f"/cases/{ref}/{address}", {"do": "insert", "to": "shipper", "channel": "wechat", "text": PRICE})
    assert told(ref) == [] and load(ref).state == "open"
    spoken = {"channel": "phone", "to": "shipper", "text": PRICE}
    assert her.send(her.form(f"/shipments/{world.shipments['A5']}", "/spot"), **spoken).status_code == 422
    answer = her.post(f"/customers/{world.customers['good']}/log", {"channel": "phone", "text": PRICE, "said": "问价"})
    db.session.rollback()
    assert db.session.scalar(unseen(select(Message.id).where(Message.text == PRICE))) is None, answer.status_code


@pytest.mark.rule("ORG-04")
def test_only_another_supervisor_of_the_office_says_who_is_a_newcomer(
    enter: Enter, world: World, newcomer: str
) -> None:
    def until(name: str = newcomer) -> date | None:
        db.session.rollback()
        return db.session.get_one(User, world.users[name]).newcomer_until

    url = f"/people/newcomers/{world.users[newcomer]}"
    for who in ("agent", newcomer, "finance", "admin", "auditor"):
        assert enter(who).post(url, {"newcomer_until": ""}).status_code == 403
    assert enter("guest_lead").post(url, {"newcomer_until": ""}).status_code == 404
    assert enter("both").post(f"/people/newcomers/{world.users['both']}", {"newcomer_until": ""}).status_code == 403
    admin = enter("admin")
    page = f"/admin/accounts/{world.users[newcomer]}"
    assert "newcomer_until" not in admin.get(page).text
    admin.send(admin.form(page, page), newcomer_until="")
    assert until() == date(2026, 12, 31), "an administrator's forged field changes nothing"
    boss = enter("supervisor")
    boss.send(boss.form("/people/newcomers", url), newcomer_until="")
    assert until() is None


# ------------------------------------------------------------------ a floor price stays inside


@pytest.mark.rule("INQ-16")
def test_a_floor_price_stands_in_no_byte_that_a_customer_could_see(enter: Enter, world: World, app) -> None:
    app.config["PUBLIC_URL"] = "https://desk.example"
    with acting(world, "supervisor") as tx:
        row = tx.session.get_one(Customer, world.customers["good"], execution_options={"visible": "system"})
        row.grouping = "coloader"
    ref, me = log(world, "inquiry"), enter("agent")
    move(world, ref, "quote_draft", lines=[AIR | {"amount": FLOOR, "quantity": 1000}], basis="floor")
    move(world, ref, "finish_quote")
    page = me.get(f"/cases/{ref}").text
    assert SHOWN.search(page), "the desk sees it"
    assert "/quotation/1/print" not in page and not re.search(r"<textarea[^>]*readonly[^>]*>[^<]*77", page)
    for channel in ("wechat", "mail", "qq", "fax", "sms"):
        answer = me.post(f"/cases/{ref}/quotation/send", {"channel": channel, "language": "zh"})
        assert answer.status_code == 422 and told(ref) == []
    sent = me.post(f"/cases/{ref}/quotation/send", {"channel": "phone", "language": "zh", "party": "刘玲"})
    assert sent.status_code == 303 and versions(ref)[0].oral
    assert not any(SHOWN.search(text) for text in told(ref))
    seen = [me.get(f"/cases/{ref}/quotation/1/print{more}") for more in ("", "?lang=en", "?lang=zh")]
    assert [answer.status_code for answer in seen] == [404, 404, 404]
    change = log(world, "change", code="K11", consignee="赵敏")
    seen += [me.get(f"/cases/{change}/print/notice"), *customer_pages(enter, me, world, change)]
    seen += [
        me.get(url)
        for url in (
            "/queue",
            "/find?q=" + ref,
            f"/customers/{world.customers['good']}",
            "/customers",
            f"/cases/{ref}/row",
        )
    ]
    for answer in seen:
        assert not SHOWN.search(answer.text), answer.request.path


def customer_pages(enter: Enter, me, world: World, ref: str):
    """What a customer's link to the change of the same customer shows, to a stranger."""
    made = me.post(f"/cases/{ref}/links", {"language": "zh"})
    address = re.search(r"/c/[\w.\-]+", made.text)
    db.session.rollback()
    assert address and db.session.scalar(unseen(select(CustomerLink.id))), made.status_code
    yield enter(None).get(address[0])


@pytest.mark.rule("INQ-17")
def test_a_newcomer_s_price_does_not_go_out_as_a_question_to_the_customer_or_in_a_complaint(
    enter: Enter, world: World, newcomer: str
) -> None:
    person, asked = (
        enter(newcomer),
        {"to": "shipper", "whom": "刘玲", "question": "可以吗", "purpose": "空运 5.2 元每公斤"},
    )
    for kind, name in (("inquiry", "ask_party"), ("complaint", "ask_party")):
        ref = log(world, kind, newcomer)
        assert person.post(f"/cases/{ref}/{name}", asked).status_code == 422
        assert person.post(f"/cases/{ref}/{name}", asked | {"purpose": "", "question": "请确认件数"}).status_code == 303
        question = Facts(db.session(), load(ref)).questions[0].id
        again = {"question_id": str(question), "text": "空运 5.2 元每公斤"}
        assert person.post(f"/cases/{ref}/nudge_party", again).status_code == 422
        assert not any("5.2" in (text or "") for text in told(ref))
    told_so = {"to": "shipper", "channel": "phone", "text": "到北京空运 5.2 元每公斤"}
    for name in ("answer", "acknowledge", "message"):
        assert person.post(f"/cases/{ref}/{name}", told_so).status_code == 422
    assert person.post(f"/cases/{ref}/message", told_so | {"text": "代收货款 500 元已到账"}).status_code == 303


@pytest.mark.rule("INQ-17")
def test_a_version_is_neither_printed_nor_sent_for_another_lane_than_it_was_approved_for(
    enter: Enter, world: World, newcomer: str
) -> None:
    person, ref = enter(newcomer), log(world, "inquiry", newcomer, lane="深圳→北京")
    assert person.post(f"/cases/{ref}/quote_draft", LINE).status_code == 303
    assert person.post(f"/cases/{ref}/submit_quote").status_code == 303
    move(world, ref, "approve_quote", "supervisor")
    assert person.post(f"/cases/{ref}/facts", {"goods": "general", "lane": "深圳→北京 4.8元/kg"}).status_code == 422
    assert person.get(f"/cases/{ref}/quotation/1/print").status_code == 200
    assert person.post(f"/cases/{ref}/facts", {"goods": "general", "lane": "深圳→乌鲁木齐"}).status_code == 303
    assert person.get(f"/cases/{ref}/quotation/1/print").status_code == 404
    assert person.post(f"/cases/{ref}/quotation/send", {"channel": "wechat"}).status_code == 409
    assert told(ref) == []


@pytest.mark.rule("INQ-17", "ORG-04")
def test_a_supervisor_who_is_a_newcomer_reviews_no_quotation(enter: Enter, world: World, newcomer: str) -> None:
    with acting(world, "supervisor") as tx:
        tx.session.get_one(User, world.users["both"]).newcomer_until = date(2026, 12, 31)
    person, ref = enter(newcomer), log(world, "inquiry", newcomer)
    assert person.post(f"/cases/{ref}/quote_draft", LINE).status_code == 303
    assert person.post(f"/cases/{ref}/submit_quote").status_code == 303
    assert enter("both").post(f"/cases/{ref}/approve_quote").status_code == 403
    assert enter("supervisor").post(f"/cases/{ref}/approve_quote").status_code == 303

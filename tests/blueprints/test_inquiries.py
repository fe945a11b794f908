"""Inquiries in the browser's hands: what is known of the goods, the question for the gap, follow-ups, booking, outcome."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Quotation, User, db
from rules.facts import Facts
from rules.policy import unseen
from tests import factories as make
from tests.blueprints.conftest import Enter
from tests.blueprints.desk import Person
from tests.blueprints.world import SAID, World, load, log, move


def fresh(ref: str):
    db.session.rollback()
    return load(ref)


def goods(reader) -> str:
    """What the page says of the goods, up to the button of the form."""
    text = reader.text().replace(" ", "")
    return text[text.index("货物资料") : text.index("记下货物资料")]


def ahead(reader) -> str:
    """What the page says of what comes next."""
    text = reader.text().replace(" ", "")
    return text[text.index("后续跟进") :][:400]


# ------------------------------------------------------------------ goods


@pytest.mark.rule("INQ-02")
def test_the_page_names_what_is_known_and_what_is_missing_and_the_form_takes_it(enter: Enter, world: World):
    ref = log(world, "inquiry", goods="fcl", number=None, customer=world.customers["good"])
    agent = enter("agent")
    before = goods(agent.page(f"/cases/{ref}"))
    assert all(f"缺{name}" in before for name in ("箱型", "毛重（kg）", "品名")) and "问清这些才能报价。" in before
    assert "缺箱型" in agent.page(f"/queue?open={ref[4:]}").text().replace(" ", ""), "the opened row too"
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/facts")
    assert (
        agent.send(form, container="40HQ", containers="2", weight_g="18000.5", cargo_name="五金灯具").status_code == 303
    )
    cargo = fresh(ref).cargo
    assert (cargo["container"], cargo["containers"], cargo["weight_g"], cargo["cargo_name"]) == (
        "40HQ",
        2,
        18_000_500,
        "五金灯具",
    )
    after = goods(agent.page(f"/cases/{ref}"))
    assert (
        "✓箱型：40HQ" in after and "✓毛重（kg）：18000.5kg" in after and "缺" not in after and "才能报价" not in after
    )


def test_a_wrong_figure_is_said_at_its_field_and_the_rest_is_kept(enter: Enter, world: World):
    ref = log(world, "inquiry", goods="fcl")
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/facts")
    for htmx in (False, True):
        answer = agent.send(form, htmx=htmx, weight_g="一吨半", cargo_name="灯具和支架")
        assert (
            answer.status_code == 422
            and "灯具和支架" in answer.text
            and "weight_g-facts-" in answer.text
            and "一吨半" in answer.text
        )
    assert "灯具和支架" not in str(fresh(ref).cargo)


def test_the_form_shows_the_fields_of_the_kind_of_goods_and_keeps_an_older_one_out(enter: Enter, world: World):
    ref = log(world, "inquiry", goods="special")
    agent = enter("agent")
    old = agent.form(f"/cases/{ref}", f"/cases/{ref}/facts")
    assert {"genuine", "shipper", "target_price"} <= set(old.names) and not {
        "msds",
        "cargo_list",
        "direct_contact",
    } & set(old.names)
    assert agent.send(old, goods="break_bulk").status_code == 303
    assert {"cargo_list", "handling"} <= set(agent.form(f"/cases/{ref}", f"/cases/{ref}/facts").names)
    again = agent.send(old, goods="chemical", once="another")
    assert again.status_code == 409 and fresh(ref).goods == "break_bulk", (
        "filled in against goods that have changed since"
    )


@pytest.mark.rule("INQ-01")
def test_pieces_that_were_recognised_and_left_ticked_are_known_goods(enter: Enter, world: World):
    agent = enter("agent")
    form = agent.form("/register?kind=inquiry", "/cases")
    picked = ["pieces:12", "weight:380000", "volume:2400", "lane:深圳→汉堡", "weight:x", "colour:3"]
    sent = form.data(asked="多少钱", caller_name="周先生", caller_phone="13900001111") | {
        "piece": picked,
        "goods": ["lcl"],
    }
    answer = agent.post("/cases", sent)
    assert answer.status_code == 303
    case = fresh(answer.location.rsplit("/", 1)[1])
    assert (case.lane, case.cargo["pieces"], case.cargo["weight_g"], case.cargo["volume_l"]) == (
        "深圳→汉堡",
        12,
        380_000,
        2_400,
    )
    assert "colour" not in case.cargo


# ------------------------------------------------------------------ words for the customer


@pytest.mark.rule("INQ-02", "INQ-05")
@pytest.mark.parametrize(
    ("language", "asked"),
    [("zh", "请补充：贸易条款、件数、容积（m³）"), ("en", "we still need: Trade term, Pieces, Volume (m³)")],
)
def test_the_question_for_the_gap_is_written_into_the_reply_and_stops_the_clock_when_it_is_sent(
    enter: Enter, world: World, language, asked
):
    ref = log(
        world,
        "inquiry",
        goods="trade_term",
        number=None,
        customer=world.customers["good"],
        piece={"cargo_name": "灯具", "weight_g": 1000},
    )
    agent = enter("agent")
    agent.client.set_cookie("language", language)
    with make.writing() as tx:
        tx.session.get_one(User, world.users["agent"]).language = language
    form = agent.form(f"/cases/{ref}", f"/inquiries/{ref}/words")
    answer = agent.send(form, "gap")
    assert answer.status_code == 303 and answer.location.endswith(f"#text-{fresh(ref).id}")
    talk = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    assert asked in talk.data()["text"][0] and fresh(ref).state == "open", "written, not sent"
    assert (
        agent.send(form, "gap").status_code == 303
        and agent.form(f"/cases/{ref}", "/answer").data()["text"][0].count(asked) == 1
    )
    assert agent.send(agent.form(f"/cases/{ref}", "/answer"), "ask").status_code == 303
    assert fresh(ref).state == "info_missing"


@pytest.mark.rule("INQ-20")
def test_the_customer_is_not_asked_for_what_the_desk_finds_out_itself_and_our_costs_stay_off_the_record(
    enter: Enter, world: World
):
    ref = log(world, "inquiry", goods="fcl")
    move(world, ref, "facts", goods="fcl", container="40HQ", stuffing="haulage", factories="one")
    agent = enter("agent")
    page = agent.page(f"/cases/{ref}").text()
    assert "缺 车队已确认的拖车价" in page and "写好要补的问题" not in page
    assert agent.post(f"/inquiries/{ref}/words", {"what": "gap"}).status_code == 404
    move(world, ref, "facts", fleet_price="¥1,763")
    assert (
        "¥1,763" in agent.page(f"/cases/{ref}").text()
        and "1,763" not in agent.page(f"/cases/{ref}/print/record").text()
    )


@pytest.mark.rule("INQ-08")
def test_for_goods_that_are_analysed_first_the_reply_names_the_hour_of_the_call_back(enter: Enter, world: World):
    ref = log(world, "inquiry", goods="chemical")
    agent = enter("agent")
    assert agent.send(agent.form(f"/cases/{ref}", f"/inquiries/{ref}/words"), "later").status_code == 303
    assert "在17:58前回电" in agent.form(f"/cases/{ref}", "/answer").data()["text"][0].replace(" ", "")
    assert "稍后回电" not in agent.page(f"/cases/{log(world, 'inquiry', goods='fcl')}").text()


def test_nothing_is_written_where_nothing_is_missing_or_to_be_seen(enter: Enter, world: World):
    whole, tracing = log(world, "inquiry"), log(world, "inquiry", topic="cargo")
    for who, ref in (
        ("agent", whole),
        ("agent", tracing),
        ("guest", whole),
        ("agent", "INQ-1"),
        ("agent", log(world, "complaint")),
    ):
        assert enter(who).post(f"/inquiries/{ref}/words", {"what": "gap"}).status_code == 404, (who, ref)
    assert enter("finance").get(f"/cases/{whole}").status_code == 200
    assert "记下货物资料" not in enter("finance").page(f"/cases/{whole}").text(), "reads, notes nothing"
    assert "货物资料" not in enter("agent").page(f"/cases/{tracing}").text()


# ------------------------------------------------------------------ what comes next


@pytest.mark.rule("INQ-10", "INQ-11")
def test_a_price_that_is_pending_comes_back_the_next_day_and_the_reaction_is_kept(
    app, enter: Enter, world: World, clock
):
    ref = log(world, "inquiry")
    agent = enter("agent")
    assert (
        agent.send(
            agent.form(f"/cases/{ref}", f"/cases/{ref}/price_pending"), text="参考价 1,800，船期周五"
        ).status_code
        == 303
    )
    assert "告知客户新价出来没有" in ahead(agent.page(f"/cases/{ref}"))
    clock.forward(60 * 24)
    agent = Person(app, world, "agent")
    assert "告知客户新价出来没有" in agent.page("/queue").text()
    assert agent.send(agent.form(f"/cases/{ref}", f"/cases/{ref}/followed_up"), said="等周五船").status_code == 303
    text = agent.page(f"/cases/{ref}").text()
    assert "等周五船" in text and "告知客户新价出来没有" not in text


@pytest.mark.rule("INQ-24")
def test_who_asks_again_and_again_without_an_order_is_to_be_visited_not_dropped(enter: Enter, world: World):
    refs = [log(world, "inquiry") for _ in range(3)]
    agent = enter("agent")
    assert "已询价" not in agent.page(f"/cases/{refs[0]}").text()
    assert "上次订舱以来已询价 2 次。" in agent.page(f"/cases/{refs[1]}").text()
    assert "上次订舱以来已询价 3 次：建议上门拜访，不要放弃。" in agent.page(f"/cases/{refs[2]}").text()
    assert "上次订舱以来询价3次" in agent.page(f"/customers/{world.customers['good']}").text().replace(" ", "")
    visit = agent.form(f"/cases/{refs[2]}", f"/cases/{refs[2]}/plan_visit")
    assert agent.send(visit, visit_at="2026-11-20T15:00").status_code == 303
    assert "上门拜访" in ahead(agent.page(f"/cases/{refs[2]}"))


@pytest.mark.rule("INQ-12")
def test_what_a_booking_still_waits_for_stands_where_the_button_would_be(enter: Enter, world: World):
    ref = log(world, "inquiry", goods="chemical", number=None, customer=world.customers["good"])
    agent = enter("agent")
    move(world, ref, "answer", **SAID)
    assert "托运书已到还不能订舱，要先问：" in ahead(agent.page(f"/cases/{ref}"))
    plain = log(world, "inquiry")
    assert agent.send(agent.form(f"/cases/{plain}", f"/cases/{plain}/booking_came")).status_code == 303
    assert fresh(plain).state == "booked"


@pytest.mark.rule("INQ-11")
def test_a_lost_inquiry_is_closed_with_the_winner_and_his_price(enter: Enter, world: World):
    ref = log(world, "inquiry")
    move(world, ref, "answer", **SAID)
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/close")
    refused = agent.send(form, outcome="lost")
    assert refused.status_code == 422 and "写明丢给了谁" in refused.text and fresh(ref).state == "answered"
    assert (
        agent.send(
            form, outcome="lost", lost_to="宏运物流", lost_minor="4.80", lost_currency="USD", satisfied="no"
        ).status_code
        == 303
    )
    case = fresh(ref)
    assert (case.state, case.lost_to, case.lost_minor, case.lost_currency, case.satisfied) == (
        "closed",
        "宏运物流",
        480,
        "USD",
        False,
    )
    assert "宏运物流" in agent.page(f"/cases/{ref}").text()


@pytest.mark.rule("INQ-06")
def test_a_price_for_classed_goods_is_told_subject_to_the_msds_that_is_missing(enter: Enter, world: World):
    ref = log(world, "inquiry", goods="chemical", lane="东莞→武汉")
    rest = {
        "danger_class": "3",
        "per_run": "1 吨",
        "ship_on": "周五",
        "requests": "无",
        "arrive_by": "周日",
        "msds": "asked",
    }
    move(world, ref, "facts", **rest)
    line = {"item": "road_freight", "amount": 86_300, "currency": "CNY", "unit": "bill", "quantity": 1000}
    move(world, ref, "quote_draft", lines=[line], basis="margin")
    move(world, ref, "finish_quote")
    agent = enter("agent")
    assert "价格以 MSDS 为准" in goods(agent.page(f"/cases/{ref}")).replace("MSDS为", "MSDS 为").replace(
        "以MSDS", "以 MSDS"
    )
    assert "价格以 MSDS 为准" in agent.page(f"/cases/{ref}/quotation/1/print").text()
    assert (
        agent.send(agent.form(f"/cases/{ref}", "/quotation/send"), channel="wechat", language="en").status_code == 303
    )
    said = [m.text for m in Facts(db.session(), fresh(ref)).messages if m.direction == "out"]
    assert "Price subject to MSDS" in said[-1]


# ------------------------------------------------------------------ on paper


@pytest.mark.rule("INQ-21", "INQ-16")
def test_the_record_shows_question_goods_who_was_asked_and_what_was_sent_but_no_cost_and_no_floor_price(
    enter: Enter, world: World
):
    ref = log(world, "inquiry", goods="lcl", lane="深圳→北京")
    move(world, ref, "ask_party", to="fleet", whom="顺风车队 高师傅", question="底价多少")
    move(
        world,
        ref,
        "party_answered",
        question_id=Facts(db.session(), fresh(ref)).questions[0].id,
        text="最低 417 元",
        answered_by="高师傅",
    )
    line = {"item": "road_freight", "amount": 86_300, "currency": "CNY", "unit": "bill", "quantity": 1000}
    move(world, ref, "quote_draft", lines=[line], basis="margin", cost=41_700, cost_currency="CNY")
    move(world, ref, "finish_quote")
    move(world, ref, "send_quote", words="报价单", channel="wechat")
    agent = enter("agent")
    assert f"/cases/{ref}/print/record" in agent.page(f"/cases/{ref}").links
    paper = agent.page(f"/cases/{ref}/print/record").text()
    for told in (
        "询、报价记录单",
        ref,
        "good贸易有限公司",
        "刘玲",
        "深圳→北京",
        "拼箱",
        "电子元件",
        "42 kg",
        "顺风车队 高师傅",
        "863.00",
        "2026-11-18 10:00",
    ):
        assert told in paper, told
    assert "417" not in paper and "底价" not in paper
    assert "Inquiry and quotation record" in agent.page(f"/cases/{ref}/print/record?lang=en").text()
    number = fresh(ref).id
    with make.writing() as tx:
        sent = tx.session.scalars(unseen(select(Quotation).where(Quotation.case_id == number))).one()
        sent.basis, sent.oral = "floor", True
    assert "863" not in agent.page(f"/cases/{ref}/print/record").text()
    assert enter("guest").get(f"/cases/{ref}/print/record").status_code == 404
    assert agent.get(f"/cases/{log(world, 'inquiry', topic='cargo')}/print/record").status_code == 404


# ------------------------------------------------------------------ history


def test_the_history_tells_the_goods_and_the_outcome_in_words(enter: Enter, world: World):
    ref = log(world, "inquiry")
    move(world, ref, "facts", goods="special", container="40FR", untold=["carrier"], genuine="yes")
    move(world, ref, "price_pending", text="参考价 1,800", channel="phone")
    move(world, ref, "answer", **SAID)
    move(world, ref, "close", outcome="lost", lost_to="宏运物流", lost_minor=480)
    found = make.events(case_id=fresh(ref).id, object_type="inquiry")
    text = " ".join(enter("auditor").page(f"/history/{e.seq}").text() for e in found)
    for told in (
        "特种货",
        "箱型：40FR",
        "客户没说：意向船公司",
        "真单",
        "待出价自",
        "丢单",
        "丢给谁",
        "¥4.80",
        "告知客户新价出来没有",
    ):
        assert told in text, told
    assert "untold" not in text and '"' not in text

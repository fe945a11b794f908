"""Seven kinds of complaints played to their end through the pages, each in one language (must show 7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.blueprints.world import NUMBERS, PHONE
from tests.browser import plays
from tests.browser.plays import CLERK, PARTNER, Office, Player, clock, history, said, stands

AIR = NUMBERS["A5"]
CLOSE = {"zh": "暂不能关闭", "en": "Not yet: Close"}
GATE = {  # what stands beside the button while it is missing
    "zh": {
        "answer": "还没有答复客户。", "party": "还没有认定责任方。", "confirmed": "主管还没有确认责任方。",
        "result": "还没有把结果告知客户，也没有两次联系未果的记录。", "voice": "还没有由另一位同事回访客户是否满意。",
    },
    "en": {
        "answer": "The customer has not been answered yet.", "party": "The responsible party has not been named yet.",
        "confirmed": "The supervisor has not confirmed the responsible party yet.",
        "result": "The result has not been told to the customer, nor has he been missed twice.",
    },
}  # fmt: skip
SAID = {
    "zh": {"line": "请对客户说：我们会在 1 小时内给您明确答复，最迟 ", "day": "请对客户说：我们会在 ", "closed": "已关闭"},
    "en": {"line": "Say to the customer: You will have a clear answer within 1 hour, by ", "day": "Say to the customer: You will", "closed": "Closed"},
}  # fmt: skip


@pytest.fixture(scope="module")
def office(served, address: str, browser: Browser) -> Iterator[Office]:
    """One office for all plays: each brings its own matter."""
    with plays.furnished(*served, browser, address) as found:
        yield found


# ------------------------------------------------------------------------------------------ what complaints share


def complain(agent: Player, language: str, topic: str, content: str, line: str = "line", **accepted: object) -> str:
    """A phone call: number typed, kind chosen, said in the customer's words; then accepted. Its reference."""
    page = agent.page
    page.goto("/register?kind=complaint")
    page.locator("#src").fill(f"{PHONE} {AIR}")
    expect(page.locator("#found")).to_contain_text("good贸易有限公司")
    expect(page.locator("#found")).to_contain_text(AIR)
    page.select_option("#topic", topic)
    page.fill("#content", content)
    agent.picture(f"register-{topic}")
    agent.press(page.locator("button[name=do][value=both]"))
    page.wait_for_url("**/cases/CMP-*")
    agent.do("accept", **accepted)
    agent.reads(SAID[language][line])
    return agent.ref


def gate(agent: Player, language: str, *missing: str) -> None:
    """Why it cannot be closed stands beside the buttons: these, and no others of the usual ones; nor is there a button."""
    assert not agent.offered("close")
    note = agent.part("h-next").locator(".note").filter(has_text=CLOSE[language])
    for name, sentence in GATE[language].items():
        expect(note.filter(has_text=sentence)).to_have_count(1 if name in missing else 0)


def confirm(office: Office, language: str, ref: str) -> None:
    """A supervisor confirms the responsible party on the page of the matter."""
    office.enter("supervisor", language).open(ref).do("confirm_party")


def close(office: Office, language: str, ref: str) -> None:
    """The supervisor confirms, the owner closes it."""
    agent = office.enter("agent", language)
    agent.open(ref)
    gate(agent, language, "confirmed")
    confirm(office, language, ref)
    agent.open(ref).do("close")
    expect(agent.page.locator(".hero .clock")).to_contain_text(SAID[language]["closed"])
    done = stands(ref)
    assert (done.state, done.closed_at is not None, done.confirmed_by_id) == (
        "closed",
        True,
        office.world.users["supervisor"],
    )
    assert {"complaint.find", "complaint.confirm_party", "complaint.feedback", "complaint.close"} <= history(ref)
    assert clock(ref, "answer").stopped_at is not None


# ------------------------------------------------------------------------------------------ complaints


@pytest.mark.rule("CMP-05", "CMP-09", "CMP-10", "CMP-11")
def test_wrong_goods_are_found_out_and_one_of_four_things_is_done_with_them(office: Office):
    agent = office.enter("agent", "zh")
    ref = complain(
        agent, "zh", "warehouse", "收到的型号不对，要的是 X-100", wanted="今天补发", restated="发来的是 X-200"
    )
    assert clock(ref, "first").minutes == 10
    agent.write("您好，十分钟内先答复您", "型号不对", "later")
    assert clock(ref, "first").stopped_at is not None
    agent.do("ask_party", to="=部门OPS", question="标签和外箱是什么型号")
    gate(agent, "zh", "answer", "party", "confirmed", "result")
    agent.reads("部门OPS还没有答复：记下答复，或撤下问题。", "清单还没记：标签和外箱说明什么；错发货物怎么处理。")
    agent.picture("cmp-warehouse")
    agent.do("party_answered", text="装错一箱 X-200", answered_by="周斌")
    options = agent.part("h-steps").locator("select[id^=wrong_goods] option")
    assert options.count() == 1 + 4
    agent.note_steps(
        first_reply=True, label_number=AIR, outer_name="X-200", keep_carton=True, keep_bag=True, whose="ours",
        apology=True, sent_again=True, wrong_goods="return",
    )  # fmt: skip
    expect(agent.part("h-steps").locator(f"a[href*='{AIR}'], a[href*=K10]").first).to_be_visible()
    agent.write("我方装错，今天补发，错货返回", "什么时候补发")
    gate(agent, "zh", "party", "confirmed", "result")
    agent.do("find", finding="装箱时拿错", party="=部门OPS", responsible_reason="标签与外箱一致")
    agent.do("feedback", text="新货已发出", satisfied="yes")
    close(office, "zh", ref)
    assert stands(ref).shipment.tracked


@pytest.mark.rule("CMP-14", "CMP-23")
def test_a_late_pick_up_is_compared_with_the_fleets_log(office: Office):
    agent = office.enter("agent", "en")
    ref = complain(agent, "en", "pickup", "The truck came an hour and a half late", wanted="On time from now on")
    log = agent.part("h-pickups")
    expect(log).to_contain_text("95 min")
    gate(agent, "en", "answer", "party", "confirmed", "result")
    agent.picture("cmp-pickup")
    agent.do("ask_party", to="fleet", whom="Wang", question="Why so late on Monday?")
    agent.do("party_answered", text="Flat tyre", answered_by="Wang")
    agent.note_steps(log_read=True, confirmed="confirmed", apology=True)
    agent.reads("Not noted yet")
    agent.note_steps(cause="Flat tyre", improvement="A spare truck stands by")
    agent.write("The truck had a flat tyre; a spare one stands by from now on", "And next time?")
    agent.do("find", finding="Flat tyre, no spare truck", party="fleet", responsible_reason="The fleet's own log")
    agent.do("feedback", text="A spare truck stands by", satisfied="yes")
    close(office, "en", ref)


@pytest.mark.rule("CMP-12", "CMP-05")
def test_goods_let_go_by_us_and_held_by_the_partner_are_the_partners_miss(office: Office):
    agent = office.enter("agent", "zh")
    ref = complain(agent, "zh", "partner", "昨天已放货，货到现在没送", wanted="今天送到")
    agent.do("ask_party", to=f"={PARTNER}", question="6621912 放了没有")
    agent.do("nudge_party", text="再催一次")
    agent.do("party_answered", text="系统里还是物控，漏看了", answered_by="陈立")
    agent.reads("系统里还是物控，漏看了")
    agent.note_steps(our_state="昨天 11:00 已放货", their_state="仍为物控", compared="missed")
    agent.picture("cmp-partner")
    agent.write("代理漏看放货，今天下午送到", "今天能不能送到")
    form = agent.form("find")
    expect(form.locator("[name=party] option:checked")).to_have_text(PARTNER)
    agent.do("find", finding="代理漏看放货", responsible_reason="两边记录不一致")
    agent.do("feedback", text="已送到", satisfied="yes")
    close(office, "zh", ref)
    assert (stands(ref).responsible_kind, stands(ref).responsible) == ("partner", PARTNER)


@pytest.mark.rule("CMP-13", "CMP-22")
def test_rough_handling_is_told_to_the_fleet_and_its_superior(office: Office):
    agent = office.enter("agent", "en")
    ref = complain(agent, "en", "rough", "Cartons were thrown from the truck", wanted="It must not happen again")
    agent.note_steps(film=True)
    agent.do("ask_party", to="fleet", whom="Wang", question="Who unloaded on Tuesday?")
    agent.do("party_answered", text="Team 3; they have been spoken to", answered_by="Wang")
    agent.reads("Not noted yet: Fleet informed: who; The fleet's superior informed: who")
    agent.picture("cmp-rough")
    agent.note_steps(fleet_told="Wang", superior_told="Director Li", result_back=True)
    agent.write("Team 3 has been spoken to; the cartons are being checked", "Who did that?")
    gate(agent, "en", "party", "confirmed", "result")
    for tried in ("rang 40 s", "rang again, switched off"):
        gate(agent, "en", "party", "confirmed", "result")
        agent.do("not_reached", text=tried)
    gate(agent, "en", "party", "confirmed")
    agent.do("find", finding="Team 3 threw cartons", party="fleet", responsible_reason="The customer's video")
    agent.do("feedback", text="Team 3 was taken off your goods")
    close(office, "en", ref)


@pytest.mark.rule("CMP-16", "CMP-22")
def test_a_complaint_about_a_clerk_is_not_closed_by_him_and_another_person_calls_back(office: Office):
    agent, clerk, lead = office.enter("agent", "zh"), office.enter(CLERK, "zh"), office.enter("supervisor2", "zh")
    ref = complain(
        agent, "zh", "attitude", "接电话的同事说“自己看网站”", restated="同事态度不好", clerk_id=f"=同事{CLERK} {CLERK}"
    )
    clerk.open(ref)
    clerk.reads("被投诉的是您本人：请转主管，由主管答复和关闭。")
    assert not clerk.offered("close") and not clerk.offered("find") and not clerk.offered("feedback")
    clerk.picture("cmp-attitude-clerk")
    agent.note_steps(apology=True, details="昨天 16:20 来电，“自己看网站”", leader_told=True)
    agent.write("同事说话不当，向您道歉", "这样说话合适吗")
    agent.do("find", finding="录音属实", party="=部门OPS", responsible_reason="通话录音")
    agent.do("feedback", text="已与同事谈话")
    gate(agent, "zh", "confirmed", "voice")
    assert not agent.offered("return_call")
    lead.open(ref).do("return_call", said="还是不满意", satisfied="no")
    agent.open(ref).reads("重新打开", "1 次")
    agent.picture("cmp-attitude-again")
    agent.write("主管今天上门道歉", "要主管出面")
    agent.do("feedback", text="主管已上门道歉")
    lead.open(ref).do("return_call", said="可以了", satisfied="yes")
    close(office, "zh", ref)
    assert (stands(ref).reopened, stands(ref).satisfied) == (1, True)


@pytest.mark.rule("CMP-17")
def test_a_refused_apology_for_a_clerks_mistake_is_called_back_by_a_supervisor(office: Office):
    agent, lead = office.enter("agent", "en"), office.enter("supervisor", "en")
    ref = complain(
        agent,
        "en",
        "mistake",
        "The address was typed wrong twice",
        restated="Wrong address, twice",
        clerk_id=f"=同事{CLERK} {CLERK}",
    )
    agent.note_steps(restated=True, leader_told=True, apology="refused")
    assert not agent.offered("call_me")
    agent.picture("cmp-mistake")
    lead.page.goto("/queue")
    expect(lead.page.locator("li.slip").first).to_have_attribute("id", f"w-{ref[4:]}")
    lead.picture("queue-callback")
    bar = lead.page.locator("header.bar").bounding_box()
    assert bar and bar["height"] < 60, "one line, also in English and for whoever sees every list"
    lead.open(ref).do("called_back", said="All right then", text="Apologised; goods go out today")
    agent.open(ref).do(
        "find", finding="Typed from memory", party="department:1", responsible_reason="The log of changes"
    )
    gate(agent, "en", "answer", "confirmed", "result")
    agent.write("The address is right now; goods go out today", "And now?")
    agent.do("feedback", text="Delivered", satisfied="yes")
    close(office, "en", ref)
    assert stands(ref).callback_done_by_id == office.world.users["supervisor"]


@pytest.mark.rule("CMP-08", "CMP-15")
def test_money_for_goods_bumped_again_and_again_is_the_supervisors_word(office: Office):
    agent, lead = office.enter("agent", "zh"), office.enter("supervisor", "zh")
    ref = complain(agent, "zh", "bumped", "拉货五天了，要赔两千，不赔不付运费", "day", wanted="赔两千")
    assert stands(ref).weight == "complex"
    agent.write("我们赔您500元", "赔不赔")
    agent.reads("您不能答应赔钱")
    agent.picture("cmp-bumped-stopped")
    agent.press(agent.page.locator("form[data-composer] .note button[value=demand]"))
    case = stands(ref)
    assert (case.state, case.demand_minor, case.demand_draft) == ("with_supervisor", 2000_00, "我们赔您500元")
    lead.page.goto("/queue")
    lead.page.locator(f"#t-{ref[4:]}").click()
    row = lead.page.locator(f"#w-{ref[4:]}")
    expect(row.locator("form[action$='/grant']")).to_be_attached()
    lead.picture("queue-demand")
    lead.open(ref).do("refuse_demand", reason="航空公司原因，按合同不赔")
    agent.open(ref).do("ask_party", to="carrier", whom="南航", question="为什么连拉五天")
    agent.do("party_answered", text="旺季舱位不足", answered_by="郭主任")
    agent.note_steps(
        air_reason="AIR-OFF-1",
        rebooked="CZ3101 11-19",
        consignee_told=True,
        tracked=True,
        market="旺季舱位不足",
        management="经理已约航空公司",
    )
    agent.write("旺季舱位不足，已改配 CZ3101，费用按合同办", "到底什么时候走")
    agent.picture("cmp-bumped")
    expect(agent.part("h-line").get_by_text("航空公司原因，按合同不赔")).to_have_count(1)
    agent.do("find", finding="航空公司连拉五天", party="=中国南方航空", responsible_reason="航班记录")
    agent.do("feedback", text="已到北京", satisfied="yes")
    close(office, "zh", ref)
    assert stands(ref).granted_minor is None and "我们赔您500元" not in said(ref)

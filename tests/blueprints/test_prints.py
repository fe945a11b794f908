"""Forms to print: what stands on them, for which changes there are which, in which language, and for whom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import Approval, Change, ChargeLine, Confirmation, Customer, CustomerLink, Office, db
from rules.policy import unseen
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.world import World, acting, load, log, move

DONE = {"own_system": True, "told": "刘玲 10:20", "text": "已改好", "to": "shipper", "channel": "phone"}
STYLE = Path(__file__).parents[2] / "static" / "print.css"
NOT_YET, NOT = "尚未生效", "未生效：本次更改"
ORDER_HOLD, ORDER_RELEASE = "请予物控", "准予放货"


def signed(world: World, code: str = "K11", *then: str, **data: Any) -> str:
    """A change, asked and signed by as many as it needs; then the moves of `then` by the agent."""
    ref = log(world, "change", code=code, **data)
    for name in ("supervisor", "finance"):
        if any(a.status == "waiting" for a in factories.approvals_of(ref)):
            move(world, ref, "approve", name)
    for name in then:
        move(world, ref, name, "agent", **DONE)
    return ref


def held(world: World, *then: str) -> str:
    return signed(
        world, "K10-hold", *then, hold_shipper="等买方付款", charge_minor=None, payer=None, charge_agreed=None
    )


def released(world: World, **data: Any) -> str:
    return log(world, "change", code="K06", number="8821945", charge_minor=None, payer=None, charge_agreed=None, **data)


def paper(enter: Enter, ref: str, form: str = "notice", who: str = "agent", more: str = "") -> str:
    return enter(who).page(f"/cases/{ref}/print/{form}{more}").text()


def case_id(ref: str) -> int:
    db.session.rollback()
    return db.session.scalar(unseen(select(Change.id).where(Change.ref == ref)))


# ------------------------------------------------------------------ what stands on it


@pytest.mark.rule("CHG-24", "SYS-04")
def test_a_change_carried_out_shows_everything_from_asked_to_done(enter: Enter, world: World, clock):
    ref = log(world, "change", code="K11", consignee="赵敏", reason="买方换人")
    for minutes, who in ((7, "supervisor"), (5, "finance")):
        clock.forward(minutes)
        move(world, ref, "approve", who)
    clock.forward(8)
    move(world, ref, "execute", "agent", **DONE)
    clock.forward(10)
    text = paper(enter, ref)
    assert (
        "更改通知单" in text
        and f"编号 {ref}" in text
        and "6621912" in text
        and "深圳 → 北京" in text
        and "HC-27" not in text
    )
    assert "收货方王强赵敏" in text and "原因：买方换人" in text, "field, before, after"
    assert "☑ 运单号" in text and PROOF_NOTE in text
    assert "¥120.00" in text and "已确认：刘玲 10:02" in text and "应收合计" in text
    assert "申请时A5 已到达" in text and "审批时A5 已到达" in text and "执行时A5 已到达" in text
    for step in ("申请 同事agent agent2026-11-18 10:00", "主管 同事supervisor supervisor2026-11-18 10:07", "财务 同事finance finance2026-11-18 10:12",
        "生效 同事finance finance2026-11-18 10:12",
                 "已执行 同事agent agent2026-11-18 10:20"):  # fmt: skip
        assert step.replace(" ", "") in text.replace(" ", ""), step
    assert "同事agent agent 打印于 2026-11-18 10:30" in text and "客户签章" in text
    assert NOT_YET not in text and NOT not in text


PROOF_NOTE = "传真件 11-18，深圳华强"


def test_before_it_is_carried_out_the_paper_says_that_it_is_not_in_force(enter: Enter, world: World):
    waiting = log(world, "change", code="K11", consignee="赵敏")
    text = paper(enter, waiting)
    assert NOT_YET in text and "尚未签核" in text and "已执行" not in text


def test_a_change_that_is_signed_and_waits_for_the_warehouse_is_not_in_force(enter: Enter, world: World):
    items = ["number", "destination", "consignee", "return_to_stock"]
    ref = signed(world, "K04", number="6621901", proof_items=items, charge_minor=None, payer=None, charge_agreed=None)
    text = paper(enter, ref)
    assert NOT_YET in text and "同事supervisor supervisor" in text and "生效同事" not in text


@pytest.mark.parametrize(("how", "by", "said"), [("refuse", "supervisor", "已拒绝"), ("withdraw", "agent", "已撤")])
def test_a_change_that_came_to_nothing_says_so(enter: Enter, world: World, how, by, said):
    ref = log(world, "change", code="K11", consignee="赵敏")
    move(world, ref, how, by, reason="核对过了")
    text = paper(enter, ref)
    assert NOT in text and NOT_YET not in text and "已执行" not in text


def test_who_signed_for_whom_stands_on_it(enter: Enter, world: World):
    ref = log(world, "change", code="K11", consignee="赵敏")
    with factories.writing() as tx:
        step = tx.session.scalars(select(Approval).where(Approval.case_id == load(ref).id, Approval.step == 1)).one()
        step.status, step.decided_by_id, step.decided_at = "approved", world.users["agent2"], tx.at
        step.on_behalf_of_id = world.users["supervisor"]
    assert "同事agent2 agent2 代 同事supervisor" in paper(enter, ref)


def test_a_waived_charge_says_who_waived_it_and_why(enter: Enter, world: World):
    ref = log(world, "change", code="K11", consignee="赵敏")
    with acting(world, "supervisor") as tx:
        for line in tx.session.scalars(select(ChargeLine).where(ChargeLine.case_id == load(ref).id)):
            line.waived_at, line.waived_by_id, line.waived_reason = tx.at, world.users["supervisor"], "我方延误"
    text = paper(enter, ref)
    assert "同事supervisor supervisor 2026-11-18 10:00 减免：我方延误" in text and "应收合计" not in text


def test_confirmations_and_the_customers_answer_by_link_stand_on_it(enter: Enter, world: World):
    ref = signed(world, consignee="赵敏")
    with factories.writing() as tx:
        case = load(ref)
        tx.add(Confirmation(case_id=case.id, what="partner", whom="北京代理 小王", asked_at=tx.at, asked_by_id=world.users["agent"],
                            answer="yes", answered_at=tx.at + timedelta(minutes=3), answered_by="王工", text="已见"))  # fmt: skip
        tx.add(
            Confirmation(case_id=case.id, what="carrier", whom="南航", asked_at=tx.at, asked_by_id=world.users["agent"])
        )
        tx.add(CustomerLink(
            office_id=case.office_id, purpose="confirm", case_id=case.id, secret_hash="a" * 64, made_by_id=world.users["agent"],
            made_at=tx.at, expires_at=tx.at + timedelta(days=1), answer="confirmed", answered_at=tx.at + timedelta(minutes=4),
            answered_by="刘玲", address="203.0.113.7", remark="请尽快"))  # fmt: skip
        tx.add(CustomerLink(
            office_id=case.office_id, purpose="confirm", case_id=case.id, secret_hash="b" * 64, made_by_id=world.users["agent"],
            made_at=tx.at, expires_at=tx.at + timedelta(days=1)))  # fmt: skip
    text = paper(enter, ref)
    assert "北京代理 小王是王工2026-11-18 10:03已见" in text and "南航未答复" in text
    assert "客户已确认" in text and "刘玲2026-11-18 10:04请尽快 203.0.113.7" in text and text.count("确认链接") == 1


# ------------------------------------------------------------------ which forms there are


def test_a_hold_has_its_notice_once_it_is_approved(enter: Enter, world: World):
    ref = log(
        world, "change", code="K10-hold", hold_shipper="等买方付款", charge_minor=None, payer=None, charge_agreed=None
    )
    assert enter("agent").get(f"/cases/{ref}/print/hold").status_code == 404 and NOT_YET in paper(enter, ref)
    for name, by in (("approve", "supervisor"), ("execute", "agent")):
        move(world, ref, name, by, **(DONE if name == "execute" else {}))
        text = paper(enter, ref, "hold")
        assert (
            "物控通知单" in text
            and ORDER_HOLD in text
            and "等买方付款" in text
            and NOT_YET not in text
            and "费用" not in text
        )


def test_a_release_has_its_notice_and_the_order_once_carried_out(enter: Enter, world: World):
    text = paper(enter, waiting := released(world, proof_note=None, proof_items=[]), "release")
    assert "放货通知单" in text and NOT_YET in text and ORDER_RELEASE not in text
    move(world, waiting, "void", "agent", reason="重复")
    text = paper(enter, released(world, read_back="刘玲 10:05"), "release")
    assert ORDER_RELEASE in text and NOT_YET not in text and "已复述核对：刘玲 10:05" in text


def test_an_order_that_was_overtaken_is_no_order_any_more(enter: Enter, world: World):
    ref = held(world)
    assert ORDER_HOLD in paper(enter, ref, "hold")
    freed = log(world, "change", code="K06", read_back="刘玲 10:05", charge_minor=None, payer=None, charge_agreed=None)
    assert ORDER_RELEASE in paper(enter, freed, "release")
    text = paper(enter, ref, "hold")
    assert "不再有效：物控其后已解除" in text and ORDER_HOLD not in text
    held(world)
    text = paper(enter, freed, "release")
    assert "不再有效：货物其后又已物控" in text and ORDER_RELEASE not in text


def test_forms_that_do_not_fit_are_not_there(enter: Enter, world: World):
    agent, change, inquiry = enter("agent"), log(world, "change", code="K11", consignee="赵敏"), log(world, "inquiry")
    for url in (
        f"{change}/print/hold",
        f"{change}/print/release",
        f"{change}/print/bill",
        f"{inquiry}/print/notice",
        "CHG-1/print/notice",
    ):
        assert agent.get(f"/cases/{url}").status_code == 404, url


@pytest.mark.rule("CHG-14", "SYS-04")
def test_the_notice_of_a_sea_commission_is_hc_27(enter: Enter, world: World):
    with factories.writing() as tx:
        office, owner = tx.session.get_one(Office, world.offices["SZ"]), tx.session.scalars(
            unseen(select(Customer).where(Customer.id == world.customers["good"]))).one()  # fmt: skip
        factories.make_shipment(tx, office, owner, "S1", number="SZSE2611001")
    ref = log(world, "change", code="K12", number="SZSE2611001", consignee="BRIGHT LTD", destination="Hamburg")
    text = paper(enter, ref)
    assert "委托更改通知单" in text and "HC-27" in text and "Hamburg" in text


def test_the_case_page_leads_to_its_forms(enter: Enter, world: World):
    ref = held(world)
    links = enter("agent").page(f"/cases/{ref}").links
    assert {f"/cases/{ref}/print/notice", f"/cases/{ref}/print/hold"} <= set(
        links
    ) and f"/cases/{ref}/print/release" not in links
    assert not [href for href in enter("agent").page(f"/cases/{log(world, 'complaint')}").links if "/print/" in href]


# ------------------------------------------------------------------ languages and readers


def test_the_paper_comes_in_the_language_that_is_asked_for(enter: Enter, world: World):
    ref, agent = log(world, "change", code="K11", consignee="赵敏"), enter("agent")
    chinese, english = agent.page(f"/cases/{ref}/print/notice"), agent.page(f"/cases/{ref}/print/notice?lang=en")
    assert chinese.lang == "zh-CN" and english.lang == "en"
    assert (
        f"No. {ref}" in english.text()
        and "Not in force yet" in english.text()
        and "赵敏" in english.text()
        and "收货方" not in english.text()
    )
    assert (
        f"/cases/{ref}/print/notice?lang=en" in chinese.links and f"/cases/{ref}/print/notice?lang=zh" in english.links
    )
    assert agent.page(f"/cases/{ref}/print/notice?lang=xx").lang == "zh-CN" and agent.page("/queue").lang == "zh-CN"


def test_auditors_print_with_phone_numbers_masked_and_other_offices_find_nothing(enter: Enter, world: World):
    ref = signed(world, consignee="赵敏")
    assert "135 1234 0000" in paper(enter, ref)
    text = paper(enter, ref, who="auditor")
    assert "135 **** 0000" in text and "1234 0000" not in text and "同事auditor auditor 打印" in text
    assert enter("guest").get(f"/cases/{ref}/print/notice").status_code == 404
    assert enter("admin").get(f"/cases/{ref}/print/notice").status_code == 403


def test_nothing_runs_on_the_paper_and_its_style_is_ours(enter: Enter, world: World):
    answer = enter("agent").get(f"/cases/{signed(world, consignee='赵敏')}/print/notice")
    assert (
        "<script" not in answer.text
        and "/static/print.css?v=" in answer.text
        and "@page{size:A4" in STYLE.read_text("utf-8")
    )

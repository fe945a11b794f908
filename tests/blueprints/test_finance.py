"""Finance's page: money to confirm in place, decisions, holds by state, single waybills; who may do what (FIN-02 to FIN-19)."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from models import Approval, Customer, Hold, Payment, Shipment, db
from rules import holding, payments
from rules.policy import unseen
from rules.store import now
from tests import nets
from tests.blueprints.desk import Person
from tests.blueprints.world import World, acting, log, move

STATED = {
    "amount_minor": "6,420.00",
    "currency": "CNY",
    "paid_on": "2026-11-18",
    "purpose": "10 月余款",
    "payer": "锐达机电",
}
SELECTS = 8


def rows(model: Any, *where: Any) -> list[Any]:
    """Rows as they stand, oldest first."""
    db.session.rollback()
    return list(
        db.session.scalars(
            unseen(select(model).where(*where).order_by(model.id)).execution_options(populate_existing=True)
        )
    )


def stated(world: World, by: str = "agent", customer: str = "good", **values: Any) -> int:
    """A payment put before finance."""
    with acting(world, by) as tx:
        row = tx.session.get_one(Customer, world.customers[customer], execution_options={"visible": "system"})
        filled = {"amount_minor": 642_000, "paid_on": now().date(), "purpose": "10 月余款", **values}
        return payments.state(tx, row, filled).id


def hold_documents(world: World, clause: bool = True, customer: str = "good", by: str = "finance") -> int:
    with acting(world, by) as tx:
        row = tx.session.get_one(Customer, world.customers[customer], execution_options={"visible": "system"})
        return holding.hold_documents(tx, row, "账期已过", clause).id


def send(person: Person, url: str, **data: Any) -> int:
    return person.post(url, data).status_code


# ------------------------------------------------------------------ stating a payment


def test_an_agent_states_a_payment_on_the_customers_page_with_its_slip(app: Flask, enter, world: World):
    agent = enter("agent")
    page = f"/customers/{world.customers['good']}"
    form = agent.form(page, "/payments")
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "PNG")
    data = form.data() | STATED | {"number": "6621912", "files": (io.BytesIO(picture.getvalue()), "水单.png")}
    answer = agent.post(form.action, data, content_type="multipart/form-data")
    assert answer.status_code == 303 and answer.location.endswith(page)
    (row,) = rows(Payment)
    assert (row.amount_minor, row.currency, row.payer, row.shipment_id) == (
        642_000,
        "CNY",
        "锐达机电",
        world.shipments["A5"],
    )
    assert row.slip == "水单.png" and row.slip_media == "image/png" and row.slip_preview
    assert "10 月余款" in agent.get(page).text and "等财务确认" in agent.get(page).text
    slip = agent.get(f"/finance/payments/{row.id}/slip")
    assert slip.data == picture.getvalue() and "attachment" in slip.headers["Content-Disposition"]
    assert agent.get(f"/finance/payments/{row.id}/slip/preview").mimetype == "image/jpeg"
    assert enter("guest").get(f"/finance/payments/{row.id}/slip").status_code == 404


@pytest.mark.parametrize(("changed", "field"), [
    ({"amount_minor": "-5"}, "amount_minor"), ({"amount_minor": "9999999999.99"}, "amount_minor"), ({"amount_minor": ""}, "amount_minor"), ({"purpose": ""}, "purpose"),
    ({"paid_on": "2026-11-30"}, "paid_on"), ({"number": "1"}, "number"), ({"currency": "XXX"}, "currency"),
])  # fmt: skip
def test_what_is_wrong_stands_at_its_field_with_what_was_typed(enter, world: World, changed, field):
    agent = enter("agent")
    answer = agent.post(f"/customers/{world.customers['good']}/payments", STATED | changed)
    assert answer.status_code == 422 and rows(Payment) == []
    assert f'id="{field}-m-e"' in answer.text and "锐达机电" in answer.text


def test_a_slip_that_is_no_paper_is_refused(enter, world: World):
    data = STATED | {"files": (io.BytesIO(b"MZ"), "a.exe")}
    answer = enter("agent").post(
        f"/customers/{world.customers['good']}/payments", data, content_type="multipart/form-data"
    )
    assert answer.status_code == 422 and rows(Payment) == []


# ------------------------------------------------------------------ confirming


@pytest.mark.rule("FIN-19")
def test_finance_confirms_and_lifts_in_the_row(enter, world: World):
    payment = stated(world, customer="stopped")
    finance = enter("finance")
    form = finance.form(f"/finance?open=p{payment}", f"/finance/payments/{payment}")
    answer = finance.send(form, "lift", htmx=True)
    assert answer.status_code == 200 and f'id="w-p{payment}"' in answer.text and 'id="say"' in answer.text
    assert 'id="n-f-payments" data-hx-swap-oob="true">0<' in answer.text
    assert rows(Payment)[0].status == "confirmed"
    stopped = rows(Customer, Customer.id == world.customers["stopped"])[0]
    assert stopped.stopped_at is None and [h.status for h in rows(Hold, Hold.what == "stop")] == ["lifted"]


def test_without_script_the_same_form_goes_back_to_the_page(enter, world: World):
    payment = stated(world)
    finance = enter("finance")
    form = finance.form(f"/finance?open=p{payment}", f"/finance/payments/{payment}")
    assert [b[1] for b in form.buttons] == ["confirm", "part", "missing"]  # nothing is held: nothing to lift
    answer = finance.send(form, "confirm")
    assert (answer.status_code, answer.location) == (303, "/finance")
    assert "没有等确认的付款" in finance.get("/finance").text


@pytest.mark.parametrize(("do", "typed", "code", "field"), [
    ("part", {"amount_minor": "6420"}, 422, "amount_minor"), ("part", {"amount_minor": "abc"}, 422, "amount_minor"),
    ("missing", {}, 422, "reason"), ("lift", {}, 409, None),
])  # fmt: skip
@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_answer_keeps_the_row_open(enter, world: World, do, typed, code, field, htmx):
    payment = stated(world)
    finance = enter("finance")
    form = finance.form(f"/finance?open=p{payment}", f"/finance/payments/{payment}")
    pressed = finance.post(form.action, form.data() | {"do": do, "view": "row"} | typed, htmx)
    assert pressed.status_code == code and rows(Payment)[0].status == "waiting"
    assert f'action="/finance/payments/{payment}"' in pressed.text
    if field:
        assert f"-p{payment}-e" in pressed.text


def test_a_part_and_nothing_are_told(enter, world: World):
    first, second = stated(world), stated(world)
    finance = enter("finance")
    assert send(finance, f"/finance/payments/{first}", do="part", amount_minor="3000", reason="余款未到") == 303
    assert send(finance, f"/finance/payments/{second}", do="missing", reason="账上没有") == 303
    assert [(p.status, p.confirmed_minor) for p in rows(Payment)] == [("partly", 300_000), ("missing", 0)]
    page = enter("agent").get(f"/customers/{world.customers['good']}").text
    assert "¥3,000.00" in page and "账上没有" in page
    assert send(finance, f"/finance/payments/{second}", do="confirm") == 409


def test_who_stated_it_reads_and_does_not_confirm(enter, world: World):
    payment = stated(world, "both")
    both = enter("both")
    page = both.get(f"/finance?open=p{payment}")
    assert "由另一人确认" in page.text and f'action="/finance/payments/{payment}"' not in page.text
    assert send(both, f"/finance/payments/{payment}", do="confirm") == 403
    assert rows(Payment)[0].status == "waiting"


def test_a_row_opens_and_closes_in_place(enter, world: World):
    payment = stated(world)
    finance = enter("finance")
    opened = finance.get(f"/finance/payments/{payment}/row?open=1&back=/finance", htmx=True)
    assert 'aria-expanded="true"' in opened.text and 'name="do"' in opened.text
    closed = finance.get(f"/finance/payments/{payment}/row", htmx=True)
    assert 'aria-expanded="false"' in closed.text and 'name="do"' not in closed.text
    assert finance.get(f"/finance/payments/{payment}").location == f"/finance?open=p{payment}#w-p{payment}"


def test_the_queue_of_finance_counts_what_waits_and_nobody_elses(enter, world: World):
    stated(world)
    assert '/finance#payments">到账确认<b id="n-payments">1</b>' in enter("finance").get("/queue").text
    assert "到账确认" not in enter("supervisor").get("/queue").text


def test_new_work_is_told_and_nothing_new_is_nothing(enter, world: World, clock):
    finance, since = enter("finance"), now()
    url = html.unescape(re.search(r'data-hx-get="(/finance/fresh[^"]*)"', finance.get("/finance").text)[1])
    assert finance.get(url, htmx=True).status_code == 204
    clock.forward(1)
    stated(world)
    stated(world, "both")
    answer = finance.get(url, htmx=True)
    assert 'data-new="2"' in answer.text and "显示" in answer.text
    assert 'data-new="1"' in enter("both").get(url, htmx=True).text  # one's own is no news
    assert finance.get(url).location == "/finance" and finance.get("/finance/fresh?since=x", htmx=True).status_code in (
        200,
        204,
    )
    assert since < now()


# ------------------------------------------------------------------ decisions


def asked(world: World) -> str:
    ref = log(world, "change", code="K06", consignee=None, destination=None, charge_minor=None, payer=None, charge_agreed=None,
              number="8821956")  # fmt: skip
    move(world, ref, "ask_finance")
    return ref


def test_a_blocked_release_stands_under_decisions_and_is_answered_there(enter, world: World):
    ref = asked(world)
    finance = enter("finance")
    page = finance.page(f"/finance?open={ref[4:]}")
    form = next(f for f in page.forms if any(b[1] == "free_waybill" for b in f.buttons))
    assert {"lift_stop", "free_waybill", "ask_leader", "keep_stop"} <= {b[1] for b in form.buttons}
    answer = finance.send(form, "free_waybill", reason="本票已付")
    assert answer.status_code == 303
    assert rows(Shipment, Shipment.id == world.shipments["stopped"])[0].freed_reason == "本票已付"
    assert ref not in finance.get("/finance").text


def test_the_page_of_the_change_says_on_what_condition_it_goes_to_who_asks_and_to_who_answers(enter, world: World):
    ref = asked(world)
    said = "财务停办了这个客户：须先解除停办。由财务定。"
    assert said in enter("agent").get(f"/cases/{ref}").text and said in enter("finance").get(f"/cases/{ref}").text
    move(world, ref, "ask_leader", "finance", reason="请领导定")
    forms = enter("finance").page(f"/finance?open={ref[4:]}").forms
    assert ref in enter("finance").get("/finance").text  # finance still sees it, and answers it no more
    assert not any(b[1] in ("lift_stop", "free_waybill", "keep_stop") for f in forms for b in f.buttons)
    leader = enter("supervisor").page(f"/queue?open={ref[4:]}")
    form = next(f for f in leader.forms if any(b[1] == "leader_frees" for b in f.buttons))
    assert enter("supervisor").send(form, "leader_frees", htmx=True, reason="老客户，放").status_code == 200
    assert said not in enter("agent").get(f"/cases/{ref}").text


def test_a_change_that_waits_for_finances_signature_stands_there(enter, world: World):
    ref = log(world, "change")
    assert ref not in enter("finance").get("/finance").text
    move(world, ref, "approve", "supervisor")
    assert ref in enter("finance").get("/finance").text


def test_a_change_opened_by_its_address_on_the_page_counts_as_opened(enter, world: World):
    ref = log(world, "change")
    move(world, ref, "approve", "supervisor")
    enter("finance").get(f"/finance?open={ref.rpartition('-')[2]}")
    move(world, ref, "approve", "finance")
    (step,) = rows(Approval, Approval.role == "finance")
    assert step.opened_at is not None


# ------------------------------------------------------------------ holds


def test_a_hold_without_the_clause_is_warned_of_and_waits_for_a_supervisor(enter, world: World):
    finance, url = enter("finance"), f"/customers/{world.customers['good']}/documents"
    form = finance.form(f"/customers/{world.customers['good']}", "/documents")
    assert "海运单" in finance.get(f"/customers/{world.customers['good']}").text  # what the law says stands beside it
    assert send(finance, url, reason="账期已过", do="hold") == 422
    assert finance.send(form, "hold", reason="账期已过", pay_first="no").status_code == 303
    (hold,) = rows(Hold, Hold.what == "documents")
    assert hold.status == "proposed"
    assert send(finance, f"/finance/holds/{hold.id}/override", reason="x") == 403
    junior, senior = enter("junior"), enter("supervisor")
    assert f"/finance/holds/{hold.id}/override" not in junior.get("/finance").text
    assert send(junior, f"/finance/holds/{hold.id}/override", reason="我批") == 403
    form = senior.form("/finance", f"/finance/holds/{hold.id}/override")
    assert senior.send(form, reason="损失更大").status_code == 303
    assert rows(Customer, Customer.id == world.customers["good"])[0].documents_held == "账期已过"
    assert "损失更大" in senior.get("/finance?state=active").text


def test_a_proposal_is_confirmed_or_dropped_with_a_reason(enter, world: World):
    finance = enter("finance")
    with acting(world, "admin", "hold.propose") as tx:
        for code in ("good", "stopped"):
            tx.add(Hold(office_id=world.offices["SZ"], customer_id=world.customers[code], side="finance", what="documents",
                        status="proposed", reason="agreement:2026-11-17", proposed_at=tx.at))  # fmt: skip
    first, second = rows(Hold, Hold.what == "documents")
    assert "协议已于 2026-11-17 到期" in finance.get("/finance").text
    form = finance.form("/finance", f"/finance/holds/{first.id}/confirm")
    assert form.data()["reason"] == ["协议已于 2026-11-17 到期"]  # what the system says is proposed as the reason
    assert send(finance, f"/finance/holds/{first.id}/confirm", reason="协议到期") == 422
    assert send(finance, f"/finance/holds/{first.id}/confirm", reason="协议到期", pay_first="yes") == 303
    assert send(finance, f"/finance/holds/{second.id}/drop") == 422
    assert send(finance, f"/finance/holds/{second.id}/drop", reason="续签中") == 303
    assert [h.status for h in rows(Hold, Hold.what == "documents")] == ["active", "dropped"]
    assert send(finance, f"/finance/holds/{second.id}/drop", reason="x") == 409
    assert "续签中" in finance.get("/finance?state=ended").text


def test_a_refused_form_stands_open_with_what_was_typed(enter, world: World):
    hold = hold_documents(world)
    answer = enter("finance").post(f"/finance/holds/{hold}/lift", {"reason": " "})
    assert answer.status_code == 422 and f'id="reason-lift-{hold}-e"' in answer.text


def test_finance_lifts_and_the_list_of_today_tells_who_and_why(enter, world: World):
    hold = hold_documents(world)
    finance = enter("finance")
    assert send(finance, f"/finance/holds/{hold}/lift", reason="已付清") == 303
    page = finance.get("/finance?state=today").text
    assert "已付清" in page and "同事finance" in page
    assert "已付清" not in finance.get("/finance?state=active").text


@pytest.mark.rule("FIN-06")
def test_single_waybills_of_a_stopped_customer_go_alone(enter, world: World):
    finance, url = enter("finance"), f"/finance/customers/{world.customers['stopped']}/free"
    key = str(world.shipments["stopped"])
    form = finance.form("/finance", url)
    assert finance.post(form.action, form.data() | {"reason": "已付"}).status_code == 422  # none chosen
    assert (
        finance.post(form.action, form.data() | {"shipment": str(world.shipments["A5"]), "reason": "x"}).status_code
        == 422
    )
    assert finance.post(form.action, form.data() | {"shipment": key, "reason": ""}).status_code == 422
    assert finance.post(form.action, form.data() | {"shipment": key, "reason": "本票已付"}).status_code == 303
    box = rows(Shipment, Shipment.id == world.shipments["stopped"])[0]
    assert (box.freed_by_id, box.freed_reason) == (world.users["finance"], "本票已付")
    assert url not in finance.get("/finance").text  # nothing is left to let go
    page = enter("agent").get(f"/shipments/{box.id}").text
    assert "本票已付" in page and "可放" in page


@pytest.mark.rule("FIN-02")
def test_the_shipments_page_says_who_holds_it_since_when_and_who_may_release(enter, world: World):
    agent = enter("agent")
    assert send(agent, f"/shipments/{world.shipments['A5']}/hold/service", reason="发错货") == 303
    page = agent.get(f"/shipments/{world.shipments['A5']}").text
    assert "发错货" in page and "同事agent agent" in page
    assert "财务停办了这个客户" in agent.get(f"/shipments/{world.shipments['stopped']}").text
    form = enter("finance").form(f"/shipments/{world.shipments['stopped']}", "/free")
    answer = enter("finance").send(form, reason="已付")
    assert answer.location == f"/shipments/{world.shipments['stopped']}"


def test_the_customers_page_says_who_holds_since_when(enter, world: World):
    hold_documents(world)
    page = enter("agent").get(f"/customers/{world.customers['good']}").text
    assert "账期已过" in page and "同事finance finance" in page


# ------------------------------------------------------------------ who reads, who does


@pytest.mark.parametrize(("name", "code"), [
    ("agent", 403), ("supervisor", 200), ("finance", 200), ("auditor", 200), ("admin", 403), ("both", 200), ("guest_lead", 200),
])  # fmt: skip
def test_who_reads_the_page(enter, world: World, name, code):
    assert enter(name).get("/finance").status_code == code


def test_an_auditor_sees_all_and_has_no_button(enter, world: World):
    payment = stated(world)
    hold_documents(world, clause=False)
    page = enter("auditor").page(f"/finance?open=p{payment}")
    assert not [f.action for f in page.forms if f.action.startswith("/finance")]


def test_a_supervisor_reads_and_does_not_answer_for_finance(enter, world: World):
    payment, hold = stated(world), hold_documents(world)
    boss = enter("supervisor")
    for url in (
        f"payments/{payment}",
        f"holds/{hold}/lift",
        f"holds/{hold}/confirm",
        f"customers/{world.customers['stopped']}/free",
    ):
        assert send(boss, f"/finance/{url}", reason="x", do="confirm") == 403


def test_another_office_finds_none_of_it(enter, world: World):
    payment, hold = stated(world), hold_documents(world)
    other = enter("guest_lead")
    assert "10 月余款" not in other.get("/finance").text and "账期已过" not in other.get("/finance?state=active").text
    for url in (f"payments/{payment}", f"holds/{hold}/lift", f"holds/{hold}/drop", f"holds/{hold}/override", f"holds/{hold}/confirm",
                f"customers/{world.customers['stopped']}/free"):  # fmt: skip
        assert send(other, f"/finance/{url}", reason="x") == 404
    assert other.get(f"/finance/payments/{payment}/row").status_code == 404


def test_the_empty_page_says_what_is_next(enter, world: World):
    page = enter("guest_lead").get("/finance").text
    assert "没有等确认的付款" in page and "没有等财务决定的事" in page and "停办在客户页设" in page


def test_the_page_asks_as_few_questions_with_many_rows_as_with_few(enter, world: World):
    finance = enter("finance")
    hold_documents(world)
    stated(world, customer="stopped")
    asked(world)
    finance.get("/finance")
    with nets.selects(db.engine) as few:
        finance.get("/finance")
    with acting(world, "agent") as tx:
        for n in range(60):
            office = world.offices["SZ"]
            made = tx.add(
                Customer(office_id=office, code=f"M{n}", name=f"客户{n}", created_at=tx.at, documents_held="账期")
            )
            tx.add(Shipment(office_id=office, mode="air", number=f"55{n:05}", stage="A5", customer_id=made.id, stage_at=tx.at,
                            stage_source="test", created_at=tx.at))  # fmt: skip
            payments.state(tx, made, {"amount_minor": 100, "paid_on": now().date(), "purpose": "运费"})
    with nets.selects(db.engine) as many:
        page = finance.get("/finance").text
    assert len(few) == len(many) <= SELECTS, [s[:80] for s in many]
    assert page.count('id="h-') >= 20 and page.count('id="w-p') == 50
    first = finance.get("/finance?state=active").text
    assert "before=" in first and first.count("<tr id=") == 20

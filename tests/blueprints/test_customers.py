"""Customers by hand: list, page, editing, contacts, class, finance stop, contact log (CUS-01 to CUS-12)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import Agreement, Contact, Customer, Event, Message, db
from rules.policy import unseen
from tests.blueprints import world as making
from tests.blueprints.reading import read
from tests.blueprints.world import PHONE, World
from tests.factories import events

PAGE_OF = re.compile(r"/customers/\d+")
READERS = ("agent", "supervisor", "finance", "auditor")


def customer(world: World, key: str = "good") -> Customer:
    db.session.rollback()
    return db.session.scalars(unseen(select(Customer).where(Customer.id == world.customers[key]))).one()


def url(world: World, key: str = "good", tail: str = "") -> str:
    return f"/customers/{world.customers[key]}{tail}"


def add_many(world: World, count: int) -> None:
    with making.acting(world, "agent") as tx:
        for n in range(count):
            tx.session.add(
                Customer(office_id=world.offices["SZ"], name=f"多户{n:03d}", created_at=tx.at, grade="BCD"[n % 3])
            )


# ------------------------------------------------------------------------------------------ list


@pytest.mark.parametrize("name", READERS)
def test_everybody_who_reads_finds_a_customer_in_the_list(enter, world, name):
    page = enter(name).page("/customers?q=" + PHONE)
    assert url(world) in page.links and url(world, "stopped") not in page.links


def test_the_list_shows_class_stop_and_open_matters(enter, world):
    making.log(world, "complaint")
    text = enter("agent").page("/customers").text()
    assert "good贸易有限公司" in text and "停办" in text and "foreign" not in text


def test_the_list_is_narrowed_by_class_group_and_own_agent(enter, world):
    agent = enter("agent")
    with making.acting(world, "agent") as tx:
        tx.session.add(Customer(office_id=world.offices["SZ"], name="小同行", grade="D", grouping="coloader",
                                agent_id=world.users["agent2"], created_at=tx.at))  # fmt: skip
    for query in ("grade=D", "group=coloader", f"agent={world.users['agent2']}"):
        text = agent.page("/customers?" + query).text()
        assert "小同行" in text and "good贸易" not in text, query


def test_a_filter_that_finds_nothing_names_itself_and_can_be_cleared(enter, world):
    page = enter("agent").page("/customers?q=没有这家&grade=B")
    assert "没有这家" in page.text() and "/customers" in page.links


def test_the_list_has_pages_of_fifty_that_go_on_by_name(enter, world):
    add_many(world, 60)
    agent = enter("agent")
    first = agent.page("/customers?group=direct")
    second = agent.page(next(link for link in first.links if "after=" in link))
    one, two = ({link for link in page.links if PAGE_OF.fullmatch(link)} for page in (first, second))
    assert (len(one), len(two), one & two) == (50, 12, set())
    assert not [link for link in second.links if "after=" in link]


def test_the_filter_answers_with_the_list_alone(enter, world):
    answer = enter("agent").get("/customers?q=good", htmx=True)
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<div id="list">') and "<h1" not in answer.text


# ------------------------------------------------------------------------------------------ page


@pytest.mark.parametrize("name", READERS)
def test_the_page_shows_contacts_open_work_goods_on_hold_and_history(enter, world, name):
    ref = making.log(world, "complaint", customer=world.customers["good"])
    making.log(world, "change")
    page = enter(name).page(url(world))
    text = page.text()
    assert f"/cases/{ref}" in page.links and "8821945" in text and "等发货人指令" in text and "刘玲" in text


def test_an_open_matter_opens_in_place_without_a_script(enter, world):
    ref = making.log(world, "complaint", customer=world.customers["good"])
    page = enter("agent").page(url(world, tail=f"?open={ref.split('-')[1]}"))
    assert any(form.action.startswith(f"/cases/{ref}/") for form in page.forms)


def test_the_other_office_and_unknown_customers_are_not_found(enter, world):
    guest = enter("guest")
    tails = ("", "/edit", "/contacts/new", f"/contacts/{world.contacts['good']}")
    assert [guest.get(url(world, tail=tail)).status_code for tail in tails] == [404] * 4
    for tail in ("/edit", "/contacts", f"/contacts/{world.contacts['good']}", f"/contacts/{world.contacts['good']}/left",
                 "/class", "/log"):  # fmt: skip
        assert guest.post(url(world, tail=tail), {"name": "x", "reason": "x", "phone": PHONE}).status_code == 404, tail
    assert enter("agent").get("/customers/999999").status_code == 404
    assert customer(world).name == "good贸易有限公司"


def test_an_auditor_sees_masked_phones_and_nothing_to_write(enter, world):
    with making.acting(world, "agent") as tx:
        tx.session.get_one(
            Contact, world.contacts["good"], execution_options={"visible": "system"}
        ).remark = "也可打 13912340002"
    page = enter("auditor").page(url(world))
    assert PHONE not in page.text() and "138 **** 5678" in page.text() and "139 **** 0002" in page.text()
    assert not [link for link in page.links if link.startswith("tel:")]
    assert not [form for form in page.forms if form.method == "post" and form.action.startswith("/customers")]
    assert enter("auditor").post(url(world, tail="/log"), {"channel": "phone", "said": "x"}).status_code == 403


def test_who_works_the_customer_sees_the_number_and_can_call_it(enter, world):
    page = enter("agent").page(url(world))
    assert f"tel:{PHONE}" in page.links and "138 1234 5678" in page.text()


# ------------------------------------------------------------------------------------------ making and editing


@pytest.mark.rule("CUS-12")
def test_an_agent_adds_a_customer_with_an_agreement_and_it_is_found_at_once(enter, world):
    agent = enter("agent")
    form = agent.form("/customers/new", "/customers")
    answer = agent.send(
        form,
        name="南山科技",
        code="N-7",
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        term_days="30",
        settlement="monthly",
    )
    assert answer.status_code == 303
    text = agent.page(answer.location).text()
    assert "南山科技" in text and "2026-12-31" in text
    assert agent.get("/find?q=nskj").location.endswith(answer.location)
    assert db.session.scalars(select(Agreement)).one().term_days == 30
    assert [e.action for e in events(object_type="customers") if e.object_ref == "N-7"] == ["customer.add"]


def test_a_taken_name_or_number_is_refused_at_its_field_with_what_was_typed(enter, world):
    agent = enter("agent")
    form = agent.form("/customers/new", "/customers")
    for other, field in (({"name": "good贸易有限公司"}, "name"), ({"name": "新户", "code": "C-good"}, "code")):
        answer = agent.send(form, **other)
        page = read(answer.text)
        assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
        again = next(f for f in page.forms if f.action == "/customers").data()
        assert all(again[name] == [value] for name, value in other.items())


def test_days_out_of_order_and_half_an_agreement_are_refused(enter, world):
    agent = enter("agent")
    form = agent.form("/customers/new", "/customers")
    for days in (
        {"starts_on": "2026-05-01", "ends_on": "2026-04-01"},
        {"starts_on": "2026-05-01"},
        {"ends_on": "昨天"},
    ):
        answer = agent.send(form, name="某某公司", **days)
        assert answer.status_code == 422 and 'id="ends_on-e"' in answer.text, days


def test_an_edit_against_an_old_version_shows_theirs_and_mine_and_keeps_the_text(enter, world):
    agent, lead = enter("agent"), enter("supervisor")
    mine = agent.form(url(world, tail="/edit"), "/edit")
    assert lead.send(lead.form(url(world, tail="/edit"), "/edit"), lanes="深圳→北京").status_code == 303
    answer = agent.send(mine, lanes="深圳→上海")
    assert answer.status_code == 409 and "深圳→北京" in answer.text and "深圳→上海" in answer.text
    assert customer(world).lanes == "深圳→北京"
    again = next(f for f in read(answer.text).forms if f.action.endswith("/edit"))
    assert agent.send(again).status_code == 303 and customer(world).lanes == "深圳→上海"


def test_the_flags_are_a_supervisors_and_a_forged_field_changes_nothing(enter, world):
    agent, lead = enter("agent"), enter("supervisor")
    form = agent.form(url(world, tail="/edit"), "/edit")
    assert "vip" not in form.names
    assert agent.send(form, vip="y", warning="x").status_code == 303
    assert not customer(world).vip and customer(world).warning is None
    assert lead.send(lead.form(url(world, tail="/edit"), "/edit"), vip="y", warning="易投诉").status_code == 303
    assert customer(world).vip and "易投诉" in agent.page(url(world)).text()


@pytest.mark.rule("INQ-16")
def test_the_margin_band_is_a_supervisors_and_its_ends_are_in_order(enter, world):
    agent, lead = enter("agent"), enter("supervisor")
    agent.send(agent.form(url(world, tail="/edit"), "/edit"), margin_from="5", margin_to="9")
    assert customer(world).margin_from is None
    form = lead.form(url(world, tail="/edit"), "/edit")
    for wrong in ({"margin_from": "12", "margin_to": "8"}, {"margin_from": "", "margin_to": "8"}):
        answer = lead.send(form, **wrong)
        assert answer.status_code == 422 and ("Give the lowest margin" in answer.text or "先填加价下限" in answer.text)
    assert lead.send(form, margin_from="8", margin_to="12").status_code == 303
    assert (customer(world).margin_from, customer(world).margin_to) == (8, 12)


def test_the_same_form_twice_makes_one_customer(enter, world):
    agent = enter("agent")
    form = agent.form("/customers/new", "/customers")
    answers = {agent.send(form, name="只一家").location for _ in range(3)}
    assert (
        len(answers) == 1
        and len(db.session.scalars(unseen(select(Customer).where(Customer.name == "只一家"))).all()) == 1
    )


# ------------------------------------------------------------------------------------------ contacts


@pytest.mark.rule("CUS-12")
def test_a_contact_is_added_edited_and_noted_as_gone(enter, world):
    agent = enter("agent")
    form = agent.form(url(world, tail="/contacts/new"), "/contacts")
    assert agent.send(form, name="赵敏", post="物流", phone="136 2215 0418").status_code == 303
    assert agent.get("/find?q=0418").location.endswith(url(world))
    person = db.session.scalars(unseen(select(Contact).where(Contact.name == "赵敏"))).one()
    where = url(world, tail=f"/contacts/{person.id}")
    assert agent.send(agent.form(where, where), phone="", wechat="zm_88").status_code == 303
    assert agent.send(agent.form(url(world), f"{person.id}/left")).status_code == 303
    assert "已离开" in agent.page(url(world)).text()
    assert agent.send(agent.form(url(world), f"{person.id}/left")).status_code == 303
    db.session.rollback()
    kept = db.session.scalars(unseen(select(Contact).where(Contact.id == person.id))).one()
    assert (kept.left_at, kept.phone, kept.wechat) == (None, None, "zm_88")


def test_a_contact_who_cannot_be_reached_or_has_a_wrong_phone_is_refused(enter, world):
    agent = enter("agent")
    form = agent.form(url(world, tail="/contacts/new"), "/contacts")
    for other in ({"name": "赵敏"}, {"name": "赵敏", "phone": "12345"}, {"phone": PHONE}):
        answer = agent.send(form, **{"name": "", **other})
        assert answer.status_code == 422 and "aria-invalid" in answer.text, other


# ------------------------------------------------------------------------------------------ class, stop, log


@pytest.mark.rule("CUS-04")
def test_another_class_needs_a_reason_and_stands_in_the_history(enter, world):
    agent = enter("agent")
    form = agent.form(url(world), "/class")
    assert agent.send(form, grade="B").status_code == 422
    assert agent.send(form, grade="B", reason="三个月没有发货").status_code == 303
    event = events(action="customer.class")[0]
    assert event.reason == "三个月没有发货" and event.diff == '{"grade":["A","B"]}' and customer(world).grade == "B"
    assert enter("finance").post(url(world, tail="/class"), {"grade": "C", "reason": "x"}).status_code == 403


@pytest.mark.rule("FIN-19")
def test_finance_stops_a_customer_with_a_reason_and_lifts_the_stop(enter, world):
    finance = enter("finance")
    form = finance.form(url(world), "/stop")
    assert finance.send(form, "stop").status_code == 422
    assert finance.send(form, "stop", reason="十月账单未付").status_code == 303
    text = enter("agent").page(url(world)).text()
    assert "十月账单未付" in text and "同事finance" in text
    again = finance.send(form, "stop", reason="再停一次")
    assert again.status_code == 409 and "再停一次" in again.text
    assert finance.send(finance.form(url(world), "/stop"), "lift", reason="已付清").status_code == 303
    assert customer(world).stopped_at is None
    assert [e.action for e in events(object_type="customers", object_id=world.customers["good"])][-2:] == [
        "customer.stop",
        "customer.lift",
    ]


@pytest.mark.parametrize("name", ["agent", "supervisor", "auditor"])
def test_nobody_but_finance_stops_a_customer(enter, world, name):
    answer = enter(name).post(url(world, tail="/stop"), {"reason": "x", "do": "stop"})
    assert answer.status_code == 403 and customer(world).stopped_at is None


@pytest.mark.rule("SYS-08")
def test_a_contact_without_a_matter_is_logged_and_shown(enter, world):
    agent = enter("agent")
    form = agent.form(url(world), "/log")
    assert agent.send(form, channel="wechat").status_code == 422
    assert agent.send(form, channel="wechat", party="刘玲", said="问旺季舱位", text="下周给报价").status_code == 303
    text = agent.page(url(world)).text()
    assert "问旺季舱位" in text and "下周给报价" in text
    kept = db.session.scalars(unseen(select(Message).where(Message.customer_id == world.customers["good"]))).one()
    assert kept.direction == "out" and kept.case_id is None and kept.by_id == world.users["agent"]


def test_an_expired_agreement_warns_and_blocks_nothing(enter, world):
    with making.acting(world, "agent") as tx:
        tx.session.add(Agreement(customer_id=world.customers["good"], starts_on=tx.at.date().replace(year=2024),
                                 ends_on=tx.at.date().replace(year=2025)))  # fmt: skip
    agent = enter("agent")
    assert "协议已于" in agent.page(url(world)).text()
    assert making.log(world, "inquiry")


def test_the_history_is_linked_for_those_who_may_read_it(enter, world):
    assert any(link.startswith("/history?") for link in enter("supervisor").page(url(world)).links)
    assert not any(link.startswith("/history?") for link in enter("agent").page(url(world)).links)
    assert db.session.scalars(select(Event)).first() is not None

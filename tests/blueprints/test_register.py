"""登记: what is said is recognised, matters are logged once, joined, answered on the spot (ORG-01, E-09, D-17)."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select

from models import Attachment, Case, Change, Message, Shipment, db
from rules import search
from rules.policy import unseen
from tests.blueprints.desk import same
from tests.blueprints.reading import read
from tests.blueprints.world import NUMBERS, PHONE, World, acting, load, log

FORMS = {
    "inquiry": {"topic": "price", "asked": "到北京三吨什么价", "lane": "深圳→北京"},
    "complaint": {"topic": "rough", "weight": "simple", "content": "纸箱压坏两件"},
    "change": {"code": "K07", "consignee": "刘玲", "number": NUMBERS["A5"], "proof_note": "传真 11-18",
               "proof_items": ["number", "destination", "consignee", "content"]},
}  # fmt: skip
# The ten kinds of complaint and the ten ways by which one reaches the desk (CMP-01, D-11).
KINDS = ("flight", "ledger", "partner", "pickup", "rough", "warehouse", "attitude", "mistake", "slow", "hotline")
WAYS = ("phone", "wechat", "qq", "mail", "fax", "sms", "visit", "sales", "colleague", "web")


def cases() -> int:
    db.session.rollback()
    return int(db.session.scalar(unseen(select(func.count()).select_from(Case))) or 0)


def last() -> Case:
    db.session.rollback()
    ref = db.session.scalar(unseen(select(Case.ref).order_by(Case.id.desc()).limit(1)))
    return load(str(ref))


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("do", ["both", "log"])
@pytest.mark.rule("INQ-01")
def test_a_matter_is_logged_from_its_form(enter, world: World, kind, do):
    agent = enter("agent")
    form = agent.form(f"/register?kind={kind}", "/cases")
    answer = agent.send(form, do, customer=str(world.customers["good"]), **FORMS[kind])
    assert answer.status_code == 303, answer.text[:400]
    case = last()
    assert (case.kind, case.owner_id, case.customer_id) == (kind, world.users["agent"], world.customers["good"])
    assert answer.location == (f"/cases/{case.ref}" if do == "both" else f"/queue#w-{case.id}")
    assert case.ref in agent.page(answer.location.split("#")[0]).text()


@pytest.mark.rule("CMP-01")
def test_a_complaint_of_each_kind_and_by_each_way_is_registered_with_both_and_none_without(enter, world: World):
    agent, caller = enter("agent"), {"caller_name": "陈先生", "caller_phone": PHONE}
    for topic, channel in zip(KINDS, WAYS, strict=True):
        form = agent.form("/register?kind=complaint", "/cases")
        answer = agent.send(form, "log", **FORMS["complaint"] | caller | {"topic": topic, "channel": channel})
        assert answer.status_code == 303, (topic, channel)
        assert (last().topic, last().channel) == (topic, channel)
    form = agent.form("/register?kind=complaint", "/cases")
    for wrong in ({"topic": ""}, {"topic": "weather"}, {"channel": ""}, {"channel": "pigeon"}):
        assert agent.send(form, "log", **FORMS["complaint"] | caller | wrong).status_code == 422, wrong
    assert cases() == len(KINDS)


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("htmx", [True, False])
def test_ten_equal_logs_make_one_matter(enter, world: World, kind, htmx):
    agent = enter("agent")
    form = agent.form(f"/register?kind={kind}", "/cases")
    answers = {
        same(agent.send(form, "both", htmx, customer=str(world.customers["good"]), **FORMS[kind])) for _ in range(10)
    }
    assert len(answers) == 1 and cases() == 1


def test_a_caller_who_is_no_customer_needs_name_and_phone(enter, world):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    for given in ({}, {"caller_name": "陈先生"}, {"caller_phone": PHONE}):
        answer = agent.send(form, "both", **FORMS["inquiry"], **given)
        assert answer.status_code == 422 and "到北京三吨什么价" in answer.text and 'role="alert"' in answer.text
    answer = agent.send(form, "both", **FORMS["inquiry"], caller_name="陈先生", caller_phone=PHONE)
    assert answer.status_code == 303 and last().customer_id is None


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        (f"您好，{PHONE} 想问一下", "good贸易有限公司"),
        (f"单号 {NUMBERS['A5']} 到了吗", NUMBERS["A5"]),
        ("随便说说", "登记"),
    ],
)
def test_pasted_words_lead_to_customer_and_goods(enter, world, text, expect):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    part = agent.send(form, "read", htmx=True, src=text)
    assert part.status_code == 200 and (expect in part.text or expect == "登记")
    whole = agent.send(form, "read", src=text)
    assert whole.status_code == 200 and read(whole.text).whole and cases() == 0
    foreign = enter("guest")
    other = foreign.send(foreign.form("/register", "/cases"), "read", htmx=True, src=text)
    assert "good贸易有限公司" not in other.text


def test_an_answer_given_on_the_spot_stops_the_clock(enter, world: World):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    agent.send(form, "both", customer=str(world.customers["good"]), text="每公斤四元五", **FORMS["inquiry"])
    assert last().state == "answered"
    shown = agent.page(f"/cases/{last().ref}").text()
    assert "每公斤四元五" in shown


@pytest.mark.rule("ORG-01")
def test_the_same_matter_is_joined_and_its_time_keeps_running(enter, world: World, clock):
    ref = log(world, "complaint")
    began = load(ref).waiting_since
    clock.forward(40)
    agent = enter("agent2")
    part = agent.send(agent.form("/register", "/cases"), "read", htmx=True, src=f"{PHONE} {NUMBERS['A5']}")
    assert f'value="{ref}"' in part.text, "the open matter of these goods is offered"
    form = agent.form("/register", "/cases")
    answer = agent.send(form, "both", join=ref, said="又来催", channel="phone")
    assert answer.status_code == 303 and answer.location == f"/cases/{ref}"
    assert cases() == 1 and load(ref).chases == 1 and load(ref).waiting_since == began


def test_a_release_is_logged_and_carried_out_in_one_form(enter, world: World):
    agent = enter("agent")
    form = agent.form("/register?kind=change", "/cases")
    answer = agent.send(form, "both", code="K06", number="8821945", proof_note="传真放货指令", read_back="刘玲 10:01",
                        proof_items=["number", "destination", "consignee", "content"], own_system="y")  # fmt: skip
    assert answer.status_code == 303
    case = last()
    assert isinstance(case, Change) and case.state == "approved" and case.shipment.hold_shipper is None


def test_what_the_stage_does_not_allow_is_refused_with_its_reason(enter, world):
    agent = enter("agent")
    form = agent.form("/register?kind=change", "/cases")
    answer = agent.send(form, "both", **{**FORMS["change"], "code": "K05"})
    assert answer.status_code == 422 and cases() == 0
    answer = agent.send(form, "both", **{**FORMS["change"], "number": NUMBERS["A6"]})
    assert answer.status_code == 422 and cases() == 0 and "签收" in answer.text


@pytest.mark.parametrize("number", [NUMBERS["GZ"], "0000000"])
def test_goods_of_another_office_are_as_unknown_as_none(enter, world, number):
    agent = enter("agent")
    answer = agent.send(agent.form("/register?kind=change", "/cases"), "both", **{**FORMS["change"], "number": number})
    assert (answer.status_code == 422 and f"“{number}”" in answer.text.replace("&#34;", "”")) or number in answer.text
    assert cases() == 0


def test_foreign_customers_and_contacts_are_refused(enter, world: World):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    for given in ({"customer": str(world.customers["foreign"])}, {"customer": "999999999"}, {"customer": "-1"},
                  {"customer": str(world.customers["good"]), "contact": str(world.contacts["foreign"])}):  # fmt: skip
        assert agent.send(form, "both", **FORMS["inquiry"], **given).status_code == 422, given
    assert cases() == 0


def test_a_customer_who_was_recognised_gives_way_to_the_next_one_and_one_taken_away_stays_away(enter, world: World):
    agent = enter("agent")
    form = agent.form(f"/register?kind=change&number={NUMBERS['A5']}", "/cases")
    other = agent.send(form, "number", number="8821956")
    assert "stopped贸易有限公司" in other.text and "good贸易有限公司" not in other.text
    away = agent.send(form, "number", not_customer="1")
    again = agent.send(read(away.text).forms[-1], "number")
    assert "good贸易有限公司" not in again.text
    by_hand = agent.form(f"/register?kind=change&customer={world.customers['good']}", "/cases")
    kept = agent.send(by_hand, "number", number="8821956")
    assert "good贸易有限公司" in kept.text, "chosen by hand counts before what the number says"


def test_papers_come_along_and_bad_ones_keep_everything_out(enter, world: World):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    data = form.data(customer=str(world.customers["good"])) | FORMS["inquiry"] | {"do": "both"}
    refused = agent.post("/cases", data | {"files": (BytesIO(b"MZ"), "x.exe")})
    assert refused.status_code == 422 and "x.exe" in refused.text and cases() == 0
    taken = agent.post("/cases", data | {"files": (BytesIO(b"%PDF-1.7\n%%EOF" + b"0" * 2_000_000), "单.pdf")})
    assert taken.status_code == 303 and cases() == 1
    assert db.session.scalar(unseen(select(func.count()).select_from(Attachment))) == 1
    assert db.session.scalar(unseen(select(func.count()).select_from(Message))) == 0


def test_what_a_form_does_not_ask_is_not_taken(enter, world: World):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    forged = {"state": "closed", "owner_id": str(world.users["agent2"]), "office_id": str(world.offices["GZ"]), "approved": "1",
              "ref": "INQ-1", "id": "1", "closed_at": "2020-01-01", "version": "99", "created_by_id": "1", "pooled": "1",
              "gist": "{}", "assignee_id": "3", "called_at": "2026-11-18T09:55"}  # fmt: skip
    agent.send(form, "both", customer=str(world.customers["good"]), **FORMS["inquiry"], **forged)
    case = last()
    assert (case.state, case.owner_id, case.office_id, case.closed_at, case.pooled, case.version) == (
        "open", world.users["agent"], world.offices["SZ"], None, False, case.version)  # fmt: skip
    assert case.ref != "INQ-1" and case.created_by_id == world.users["agent"]


def test_switching_the_kind_brings_its_own_fields_and_keeps_what_was_typed(enter, world):
    agent = enter("agent")
    form = agent.form("/register", "/cases")
    part = agent.send(form, "kind", htmx=True, kind="change", said="客户要改收货人")
    assert 'id="fields"' in part.text and 'name="number"' in part.text and 'name="note_destination"' in part.text
    known = agent.send(form, "kind", htmx=True, kind="change", src=f"单号 {NUMBERS['A5']}")
    assert 'id="fields"' in known.text and 'name="code"' in known.text
    whole = agent.send(form, "kind", kind="complaint", said="客户要投诉")
    assert 'name="content"' in whole.text and "客户要投诉" in whole.text


@pytest.mark.parametrize("written", [f"{PHONE} 1912", "尾号1912那票", f"1912 {PHONE}"])
@pytest.mark.parametrize("looked", [True, False])
def test_the_last_digits_find_the_goods_even_when_the_form_is_faster_than_the_page(
    enter, world: World, written, looked
):
    agent = enter("agent")
    form = agent.form("/register?kind=complaint", "/cases")
    if looked:
        shown = agent.send(form, "read", src=written)
        assert NUMBERS["A5"] in shown.text and "good贸易有限公司" in shown.text
        form = next(f for f in read(shown.text).forms if f.action == "/cases")
    answer = agent.send(form, "both", src=written, **FORMS["complaint"])
    assert answer.status_code == 303, answer.text[:600]
    case = last()
    assert (case.shipment_id, case.customer_id) == (world.shipments["A5"], world.customers["good"])


def test_several_with_the_same_last_digits_are_chosen_from_and_other_offices_have_none(enter, world: World):
    with acting(world, "agent") as tx:
        row = tx.session.get_one(Shipment, world.shipments["A6"], execution_options={"visible": "system"})
        row.number = "7791912"
        search.index(tx.session, row)
    agent = enter("agent")
    shown = agent.send(agent.form("/register?kind=complaint", "/cases"), "read", src="尾号 1912")
    assert NUMBERS["A5"] in shown.text and "7791912" in shown.text
    form = next(f for f in read(shown.text).forms if f.action == "/cases")
    typed = agent.send(form, "both", number="1912", caller_name="李", caller_phone=PHONE, **FORMS["complaint"])
    assert typed.status_code == 422 and "1912" in typed.text and "纸箱压坏两件" in typed.text and cases() == 0
    chosen = agent.send(
        form, "both", waybill="7791912", src="尾号 1912", **FORMS["complaint"], caller_name="李", caller_phone=PHONE
    )
    assert chosen.status_code == 303 and last().shipment_id == world.shipments["A6"]
    guest = enter("guest")
    part = guest.send(guest.form("/register", "/cases"), "read", htmx=True, src=f"{PHONE} 1912")
    assert NUMBERS["A5"] not in part.text


@pytest.mark.parametrize("kind", FORMS)
def test_a_wrong_field_keeps_everything_that_was_typed(enter, world: World, kind):
    agent = enter("agent")
    form = agent.form(f"/register?kind={kind}", "/cases")
    typed = {
        "src": f"{PHONE} {NUMBERS['A5']}",
        "said": "客户很着急",
        "text": "已答应今天回电",
        "channel": "wechat",
        **FORMS[kind],
    }
    answer = agent.send(form, "both", **typed, promised_at="morgen")
    assert answer.status_code == 422 and cases() == 0
    kept = next(f for f in read(answer.text).forms if f.action == "/cases").data()
    for name, value in (typed | {"promised_at": "morgen"}).items():
        assert [v.strip() for v in kept[name]] == (value if isinstance(value, list) else [value]), name


@pytest.mark.rule("ORG-01")
def test_an_open_complaint_is_joined_and_a_closed_one_reopened_instead_of_a_second_one(enter, world: World, clock):
    agent = enter("agent2")
    form = agent.form("/register?kind=complaint", "/cases")
    src = {"src": f"{PHONE} {NUMBERS['A5']}", "kind": "complaint"}
    assert "早前的投诉" not in agent.send(form, "read", htmx=True, **src).text
    ref = log(world, "complaint")
    clock.forward(30)
    part = agent.send(form, "read", htmx=True, **src).text
    assert "90 天内" in part and f'name="join" value="{ref}"' in part and part.count(f">{ref}<") <= 1
    assert "早前的投诉" not in agent.send(form, "read", htmx=True, **(src | {"kind": "inquiry"})).text
    joined = agent.send(form, **src, join=ref, content="又打来了，还没送")
    assert joined.status_code == 303 and cases() == 1 and load(ref).chases == 1
    assert "又打来了，还没送" in agent.page(f"/cases/{ref}").text()
    with acting(world, "agent"):
        load(ref).state = "closed"
        load(ref).closed_at = clock()
    part = agent.send(form, "read", htmx=True, **src).text
    assert f'name="reopen" value="{ref}"' in part
    again = agent.form("/register?kind=complaint", "/cases")
    opened = agent.send(again, **src, reopen=ref, content="第三次了，" + "很生气" * 120)
    assert opened.status_code == 303 and cases() == 1 and (load(ref).state, load(ref).closed_at) == ("reopened", None)
    assert "很生气" * 120 in agent.page(f"/cases/{ref}").text()
    assert enter("guest").send(enter("guest").form("/register", "/cases"), reopen=ref).status_code == 404
    assert agent.send(agent.form("/register", "/cases"), reopen=ref).status_code == 409
    finance = enter("finance")
    assert 'name="reopen"' not in finance.send(finance.form("/register", "/cases"), "read", htmx=True, **src).text

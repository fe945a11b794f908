"""The form for a new change: what the stage allows before anything is typed, one kind's own fields, notes without a number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Case, Change, Fee, Partner, Shipment, db
from rules import fees, shipments
from rules.policy import unseen
from tests.blueprints.reading import Form, read
from tests.blueprints.test_selects import selects
from tests.blueprints.world import NUMBERS, World, acting, load

PAPER = ["number", "destination", "consignee", "content"]
PROOF = {"proof_note": "传真件 11-18 深圳华强", "proof_items": PAPER}
NOTE = {
    "note_destination": "上海",
    "note_consignee": "周杰",
    "note_model": "X-100",
    "note_pieces": "12",
    "note_mode": "air",
}
ON_NOTE = {"proof_note": "传真托运书", "proof_items": ["destination", "consignee", "model", "quantity"]}
OWN = {
    "consignee",
    "consignee_phone",
    "address",
    "destination",
    "bl_number",
    "partner_id",
    "proof_note",
    "charge_minor",
}
SELECTS = 12


def url(number: str | None = None, **more: str) -> str:
    query = "&".join(f"{k}={v}" for k, v in {"number": number or "", **more}.items() if v)
    return f"/register?kind=change&{query}"


def form_of(person: Any, number: str | None = None, **more: str) -> Form:
    found: Form = person.form(url(number, **more), "/cases")
    return found


def last() -> Change:
    db.session.rollback()
    found = load(str(db.session.scalar(unseen(select(Case.ref).order_by(Case.id.desc()).limit(1)))))
    assert isinstance(found, Change)
    return found


def count(model: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(unseen(select(func.count()).select_from(model))) or 0)


def goods(world: World, number: str, **values: Any) -> int:
    """Another shipment of the good customer."""
    mode = {"A": "air", "S": "sea", "R": "road"}[values["stage"][0]]
    with acting(world, "agent") as tx:
        return int(tx.add(Shipment(
            office_id=world.offices["SZ"], customer_id=world.customers["good"], mode=mode, number=number, stage_at=tx.at,
            stage_source="desk", created_at=tx.at, **{"consignee": "王强", "destination": "北京", **values},
        )).id)  # fmt: skip


def fee(world: World, code: str, pays: int = 0, costs: int = 0, **key: Any) -> None:
    with acting(world, "finance") as tx:
        fees.add(tx, {"code": code, "carrier": None, "stage": None, "item": "redirect", "receivable_minor": pays,
                      "payable_minor": costs, "currency": "CNY", "valid_from": date(2026, 1, 1), "valid_until": None, **key})  # fmt: skip


def partner(world: World, name: str, **values: Any) -> int:
    with acting(world, "admin") as tx:
        return int(tx.add(Partner(code=name, name=name, **{"status": "active", **values})).id)


# ------------------------------------------------------------------------------------------ before anything is typed

ALLOWED = {  # written by hand from the matrix; nothing is on hold
    "A1": {"K01", "K03", "K07", "K08", "K09", "K10-hold", "K11", "K16"},
    "A2": {"K04", "K07", "K08", "K09", "K10", "K10-hold", "K11", "K16"},
    "A4": {"K07", "K08", "K09", "K10", "K10-hold", "K10-return", "K11", "K16"},
    "A5": {"K07", "K08", "K09", "K10", "K10-hold", "K10-return", "K11", "K16", "K21"},
    "A6": {"K10", "K10-return", "K16"},
    "S3": {"K05", "K10-hold", "K12", "K13", "K14", "K15", "K16", "K17", "K18", "K19", "K20"},
}


@pytest.mark.parametrize("stage", ALLOWED)
@pytest.mark.rule("CHG-06")
def test_the_stage_says_what_can_be_changed_before_anything_is_typed(enter, world: World, stage):
    goods(world, "7700001", stage=stage)
    page = enter("agent").page(url("7700001"))
    form = next(f for f in page.forms if f.action == "/cases")
    open_, _, shut = enter("agent").get(url("7700001")).text.partition("<summary>这个阶段不能办的")
    offered = {code for code in form.choices["code"] if f'id="code-{code}"' in open_}
    assert offered == ALLOWED[stage], offered ^ ALLOWED[stage]
    assert {code for code in form.choices["code"] if f'id="code-{code}"' in shut} == set(form.choices["code"]) - offered
    assert not OWN & set(form.names), "nothing is asked before a kind is chosen"


def test_each_kind_says_its_way_fee_decider_paper_and_confirmations(enter, world: World):
    fee(world, "K10", 12_000, 8_000)
    fee(world, "K10", 99_900, 0, item="storage", stage="A2")  # another stage's
    said = enter("agent").page(url(NUMBERS["A5"])).text()
    for words in ("凭发货方书面指令，从到站办理", "转货费 ¥120.00，我司付 ¥80.00", "由主管（2 级及以上）、财务审批", "客服直接执行",
                  "证明写明：运单号、目的站、收货方、更改内容", "要确认：提货仓库"):  # fmt: skip
        assert words in said, words
    assert "999" not in said


@pytest.mark.rule("CHG-11")
def test_what_is_impossible_says_why_and_what_is_possible_instead(enter, world: World):
    goods(world, "7700002", stage="A4")
    html = enter("agent").get(url("7700002")).text
    assert "已过安检" in html
    form = form_of(enter("agent"), "7700002")
    assert {value for name, value, _ in form.buttons if name == "pick"} >= {"K10", "K10-return"}


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("sent", "do"), [({"number": "6621912"}, "number"), ({"src": "单号 6621912 要改收货人"}, "read")]
)
def test_the_list_follows_the_number_typed_or_recognised(enter, world: World, htmx, sent, do):
    agent = enter("agent")
    empty = form_of(agent)
    assert "code" not in empty.choices
    answer = agent.send(empty, do, htmx, **sent)
    assert answer.status_code == 200 and 'id="code-K07"' in answer.text and 'id="code-K21"' in answer.text
    assert ('id="kinds" class="stack" data-hx-swap-oob="true"' in answer.text) is htmx
    gone = agent.send(empty, do, htmx, number="0000000")
    assert "code-K07" not in gone.text and count(Case) == 0


def test_the_page_asks_few_questions_however_many_fees_stand(enter, world: World):
    agent = enter("agent")
    for code in ("K07", "K10", "K11", "K10-return"):
        fee(world, code, 1_000, item="change")
    for code in ("", "K10"):
        agent.get(url(NUMBERS["A5"], code=code))
        with selects() as seen:
            assert agent.get(url(NUMBERS["A5"], code=code)).status_code == 200
        assert len(seen) <= SELECTS, len(seen)


@pytest.mark.parametrize(("sent", "at"), [({}, "code"), ({"code": "K07", "consignee": "刘玲"}, "number")])
def test_without_goods_or_kind_the_form_says_what_is_missing_and_keeps_the_rest(enter, world: World, sent, at):
    agent = enter("agent")
    form = form_of(agent, None, customer=str(world.customers["good"]))
    answer = agent.send(form, "both", said="客户要改", proof_note="传真一", **sent)
    after = next(f for f in read(answer.text).forms if f.action == "/cases").data()
    assert answer.status_code == 422 and f'id="{at}-e"' in answer.text and count(Case) == 0
    assert (
        after["proof_note"] == ["传真一"] and after.get("consignee", ["刘玲"]) == ["刘玲"] and "客户要改" in answer.text
    )


# ------------------------------------------------------------------------------------------ one kind's own fields

ASKS = {
    "K07": {"consignee"}, "K08": {"consignee_phone"}, "K09": {"address"},
    "K10": {"consignee", "consignee_phone", "address", "destination"}, "K10-hold": {"hold_shipper"}, "K10-return": set(),
    "K14": {"bl_number", "bl_date"}, "K16": {"fee_kind"}, "K17": {"partner_id"}, "K18": {"free_days"},
    "K19": {"box", "customs_number", "vessel"}, "K20": {"path"}, "K13": {"shipper"},
}  # fmt: skip
ANY = set().union(*ASKS.values())


@pytest.mark.parametrize("code", ASKS)
def test_only_the_fields_of_the_chosen_kind_are_asked(enter, world: World, code):
    goods(world, "7700003", stage="S3" if code in ("K13", "K14", "K17", "K18", "K19", "K20") else "A5")
    partner(world, "甲代理", published=True)
    agent = enter("agent")
    html = agent.send(form_of(agent, "7700003"), "code", code=code).text
    form = next(f for f in read(html).forms if f.action == "/cases")
    assert ANY & set(form.names) == ASKS[code]
    assert {"proof_note", "charge_minor", "payer", "charge_agreed"} <= set(form.names)
    assert ("read_back" in form.names) is (code in ("K07", "K08", "K09"))
    assert (form.data()["code"], ("可能构成欺诈" in html or "欺诈" in html)) == ([code], code == "K14")
    if code == "K14":
        assert 'id="bl_date" name="bl_date" type="date"' in html


def test_what_was_typed_survives_choosing_another_kind_and_back(enter, world: World):
    agent = enter("agent")
    form = form_of(agent, NUMBERS["A5"], code="K08")
    other = agent.send(form, "code", code="K07", consignee_phone="12", proof_note="传真一", said="客户要改")
    form = next(f for f in read(other.text).forms if f.action == "/cases")
    assert form.data()["consignee_phone"] == ["12"] and form.data()["proof_note"] == ["传真一"]
    back = agent.send(form, "code", code="K08")
    assert 'id="consignee_phone" maxlength' in back.text or 'id="consignee_phone" name' in back.text
    assert 'value="12"' in back.text and "客户要改" in back.text
    answer = agent.send(form, "both", consignee="刘玲", **PROOF)
    assert answer.status_code == 303, "a value that is not asked is not judged"
    assert [f.path for f in last().fields] == ["consignee"]


def test_no_fields_of_other_kinds_get_in_by_force(enter, world: World):
    agent = enter("agent")
    agent.send(form_of(agent, NUMBERS["A5"], code="K07"), "both", consignee="刘玲", destination="天津", address="西藏路 1 号",
               bl_date="2026-01-01", **PROOF)  # fmt: skip
    assert [f.path for f in last().fields] == ["consignee"] and last().extra == {}


@pytest.mark.rule("CHG-20", "SYS-05")
def test_destination_agents_are_choices_the_published_ones_first(enter, world: World):
    goods(world, "7700004", stage="S3", destination="拉各斯")
    off, on = partner(world, "一般代理", published=False), partner(world, "名单代理", published=True)
    blocked = partner(world, "停用代理", published=True, status="blocked")
    agent = enter("agent")
    html = agent.get(url("7700004", code="K17")).text
    assert html.index("名单代理") < html.index("不在公布名单：由公司领导决定") < html.index("一般代理")
    assert "停用代理" not in html
    form = form_of(agent, "7700004", code="K17")
    refused = agent.send(form, "both", partner_id=str(blocked))
    assert refused.status_code == 422 and 'id="partner_id-e"' in refused.text
    agent.send(form, "both", partner_id=str(off))
    assert last().extra["off_list"] is True
    assert on != off


# ------------------------------------------------------------------------------------------ impossible, another city


def test_an_impossible_kind_is_refused_with_the_way_out_and_may_be_logged_as_refused(enter, world: World):
    goods(world, "7700005", stage="A4")
    agent = enter("agent")
    answer = agent.send(form_of(agent, "7700005"), "both", code="K05", reason="货发错了")
    form = next(f for f in read(answer.text).forms if f.action == "/cases")
    assert answer.status_code == 422 and 'id="code-e"' in answer.text and "已过安检" in answer.text and count(Case) == 0
    assert form.data()["code"] == ["K05"] and "log_refused" in form.choices
    logged = agent.send(form, "both", log_refused="y")
    assert logged.status_code == 303
    case = last()
    assert (case.state, case.code, bool(case.closed_at)) == ("refused", "K05", True) and case.refusal
    assert "已拒绝" in agent.page(logged.location).text()


def test_a_possible_kind_in_its_place_keeps_everything_typed(enter, world: World):
    goods(world, "7700006", stage="A4")
    agent = enter("agent")
    form = form_of(agent, "7700006", code="K03")
    pressed = agent.post("/recognise", form.data(reason="货发错了", proof_note="传真件") | {"pick": "K10-return"})
    after = next(f for f in read(pressed.text).forms if f.action == "/cases").data()
    assert (after["code"], after["reason"], after["proof_note"]) == (["K10-return"], ["货发错了"], ["传真件"])


@pytest.mark.parametrize("code", ["K09", "K11"])
def test_another_city_is_no_address_edit_but_a_redirection(enter, world: World, code):
    agent = enter("agent")
    form = form_of(agent, NUMBERS["A5"], code=code)
    answer = agent.send(form, "both", address="天津市和平区 5 号", **PROOF)
    assert answer.status_code == 422 and 'id="address-e"' in answer.text and "转货" in answer.text and count(Case) == 0
    form = next(f for f in read(answer.text).forms if f.action == "/cases")
    pressed = agent.post("/recognise", form.data() | {"pick": "K10"})
    after = next(f for f in read(pressed.text).forms if f.action == "/cases").data()
    assert (after["code"], after["address"], after["destination"]) == (["K10"], ["天津市和平区 5 号"], ["天津"])
    assert after["proof_note"] == [PROOF["proof_note"]] and "我司自己的错" in pressed.text


# ------------------------------------------------------------------------------------------ money


@pytest.mark.rule("CHG-15")
def test_an_empty_charge_is_taken_from_the_fee_table_and_finance_signs(enter, world: World):
    fee(world, "K10", 12_000, 8_000)
    agent = enter("agent")
    html = agent.get(url(NUMBERS["A5"], code="K10")).text
    assert "不填按费用表：转货费 ¥120.00，我司付 ¥80.00" in html and "财务要会签" in html
    answer = agent.send(
        form_of(agent, NUMBERS["A5"], code="K10"), "both", consignee="刘玲", charge_agreed="刘玲 10:02", **PROOF
    )
    assert answer.status_code == 303
    lines = {(line.side, line.amount_minor): line for line in last().lines}
    assert set(lines) == {("receivable", 12_000), ("payable", 8_000)}
    assert lines["receivable", 12_000].agreed == "刘玲 10:02" and last().state == "waiting"
    assert db.session.scalar(select(func.count()).select_from(Fee)) == 1


def test_a_charge_that_is_typed_counts_and_our_own_mistake_costs_nothing(enter, world: World):
    fee(world, "K10", 12_000)
    agent = enter("agent")
    typed = {"charge_minor": "62.00", "currency": "USD", "payer": "consignee", "charge_agreed": "王强"}
    agent.send(form_of(agent, NUMBERS["A5"], code="K10"), "both", consignee="刘玲", **typed, **PROOF)
    line = last().lines[0]
    assert (line.amount_minor, line.currency, line.payer, line.agreed) == (6200, "USD", "consignee", "王强")
    agent.send(form_of(agent, NUMBERS["A5"], code="K10"), "both", consignee="赵敏", payer="company", **PROOF)
    assert last().lines == [] and last().extra["own_mistake"] is True and last().state == "waiting"
    nobody = agent.send(form_of(agent, NUMBERS["A5"], code="K10"), "both", consignee="孙丽", charge_minor="5", **PROOF)
    assert nobody.status_code == 422 and 'id="payer-e"' in nobody.text


# ------------------------------------------------------------------------------------------ no number yet


def note(agent: Any, world: World, code: str, **more: Any) -> Any:
    form = form_of(agent, None, customer=str(world.customers["good"]))
    return agent.send(form, "both", **{"code": code, **NOTE, **ON_NOTE, **more})


@pytest.mark.parametrize(("mode", "stage"), [("air", "A0"), ("sea", "S0"), ("road", "R0")])
def test_a_note_without_number_gets_its_shipment_from_what_it_says(enter, world: World, mode, stage):
    agent = enter("agent")
    shown = agent.send(
        form_of(agent, None, customer=str(world.customers["good"])), "note", **NOTE | {"note_mode": mode}
    )
    assert 'id="code-K03"' in shown.text and 'id="code-K10"' in shown.text.partition("<summary>这个阶段不能办的")[2]
    assert note(agent, world, "K03", note_mode=mode).status_code == 303
    made = last().shipment
    assert (made.mode, made.stage, made.stage_source, made.number) == (mode, stage, "desk", None)
    assert (made.destination, made.consignee, made.model, made.pieces) == ("上海", "周杰", "X-100", 12)
    assert (made.customer_id, made.office_id) == (world.customers["good"], world.offices["SZ"])


def test_the_same_note_is_found_again_and_its_number_joins_later(enter, world: World):
    agent, before = enter("agent"), count(Shipment)
    note(agent, world, "K11", address="浦东新区 9 号")
    first = last().shipment_id
    again = note(agent, world, "K11", address="静安区 3 号", note_model="", note_pieces="")
    assert again.status_code == 303 and last().shipment_id == first and count(Shipment) == before + 1
    page = form_of(agent, None, note_id=str(first))
    assert "code" in page.choices and page.data()["note_id"] == [str(first)]
    with acting(world, "agent") as tx:
        shipments.edit(
            tx, tx.session.scalars(unseen(select(Shipment).where(Shipment.id == first))).one(), {"number": "7800001"}
        )
    assert 'id="code-K11"' in agent.get(url("7800001")).text
    gone = agent.send(page, "both", code="K11", address="x 路 1 号", **PROOF)
    assert gone.status_code == 422 and 'id="number-e"' in gone.text, "it has a number meanwhile"


def test_the_hold_on_a_note_is_lifted_though_nobody_had_it_in_the_system(enter, world: World):
    agent = enter("agent")
    assert note(agent, world, "K02", read_back="刘玲 10:01").status_code == 303
    case = last()
    assert case.executed_at and case.shipment.hold_shipper is None and case.fields[0].old and case.fields[0].new is None


@pytest.mark.parametrize("empty", ["note_destination", "note_consignee", "note_model", "note_pieces"])
def test_what_the_note_does_not_say_is_asked_at_its_field(enter, world: World, empty):
    agent, before = enter("agent"), count(Shipment)
    answer = note(agent, world, "K03", **{empty: ""})
    assert answer.status_code == 422 and f'id="{empty}-e"' in answer.text
    assert (count(Case), count(Shipment)) == (0, before)


def test_a_note_of_another_office_is_not_found(enter, world: World):
    with acting(world, "guest") as tx:
        other = shipments.make(tx, {"mode": "air", "destination": "上海", "consignee": "周杰"}, None)
        kept = other.id
    agent = enter("agent")
    assert "code" not in form_of(agent, None, note_id=str(kept)).choices
    form = form_of(agent, None, customer=str(world.customers["good"]))
    answer = agent.send(form, "both", code="K03", note_id=str(kept), **ON_NOTE)
    assert answer.status_code == 422 and count(Case) == 0


def test_a_shipment_without_number_leads_to_its_own_form(enter, world: World):
    with acting(world, "agent") as tx:
        made = shipments.make(tx, {"mode": "air", "destination": "上海", "consignee": "周杰"}, world.customers["good"])
        key = made.id
    page = enter("agent").page(f"/shipments/{key}")
    assert f"/register?kind=change&note_id={key}" in page.links


# ------------------------------------------------------------------------------------------ by telephone


@pytest.mark.parametrize("proof", ["", "电话 赵敏", "来电口头说的", "phone call"])
@pytest.mark.rule("CHG-01")
def test_a_call_opens_a_change_and_never_executes_it(enter, world: World, proof):
    agent = enter("agent")
    form = form_of(agent, NUMBERS["A5"], code="K07")
    answer = agent.send(
        form, "both", consignee="刘玲", channel="phone", proof_note=proof, proof_items=PAPER, read_back="刘玲 10:01"
    )
    case = last()
    assert (case.state, case.executed_at, case.shipment.consignee) == ("proof_missing", None, "王强")
    shown = agent.page(answer.location).text()
    assert "还缺书面证明" in shown and proof in shown
    assert case.proof_note is None


def test_a_paper_that_is_named_while_the_customer_calls_counts(enter, world: World):
    agent = enter("agent")
    form = form_of(agent, NUMBERS["A5"], code="K07")
    agent.send(
        form,
        "both",
        consignee="刘玲",
        channel="phone",
        proof_note="传真，电话核对",
        proof_items=PAPER,
        read_back="刘玲 10:01",
    )
    assert last().executed_at and last().shipment.consignee == "刘玲"

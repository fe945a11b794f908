"""Tracing without a number: for a known person of the shipper only; anybody else learns nothing at all (SHP-17 to SHP-19, CF-13)."""

from __future__ import annotations

import time
from datetime import date, timedelta
from statistics import median

import pytest
from sqlalchemy import select

from models import Agreement, Contact, Customer, Inquiry, Message, Shipment, db
from rules import search
from rules.policy import unseen
from rules.store import now
from tests.blueprints import world as making
from tests.blueprints.desk import same
from tests.blueprints.reading import Form, read
from tests.blueprints.test_selects import selects
from tests.blueprints.world import PHONE, World, acting
from tests.factories import open_turns

STRANGER = "13900001111"
ASKED = {"name": "王经理", "phone": STRANGER, "away": "y", "destination": "天津", "consignee": "赵敏"}
REFERRED = "请答复来电人"


def put(world: World, customer: str = "good", **values) -> int:
    """Goods for a consignee in Tianjin whom nobody else sends to."""
    with acting(world, "agent") as tx:
        found = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == world.shipments["A5"]))).one()
        made = tx.add(Shipment(office_id=found.office_id, mode="air", stage="A5", stage_at=tx.at, stage_source="import", created_at=tx.at,
                               **{"customer_id": world.customers[customer], "consignee": "赵敏", "destination": "天津", "number": "6621999"} | values))  # fmt: skip
        search.index(tx.session, made)
        return int(made.id)


def last(model):
    db.session.rollback()
    return db.session.scalars(unseen(select(model).order_by(model.id.desc()))).first()


def written(form: Form) -> str:
    """What stands in the box for the answer."""
    return "".join(form.data()["text"])


# ------------------------------------------------------------------------------------------ a stranger


@pytest.mark.rule("SHP-17")
def test_an_unknown_caller_gets_the_same_bytes_whether_or_not_such_goods_exist(enter, world):
    agent = enter("agent")
    before = agent.post("/tracing", ASKED)
    put(world)
    after = agent.post("/tracing", ASKED)
    assert same(before) == same(after) and len(before.data) == len(after.data)
    assert REFERRED in after.text and "6621999" not in after.text and "good贸易" not in after.text
    other = agent.post("/tracing", ASKED | {"destination": "拉萨", "consignee": "无人"})
    typed = other.text.replace("拉萨", "天津").replace("无人", "赵敏")
    assert len(typed) == len(after.text)


@pytest.mark.rule("SHP-17")
def test_for_an_unknown_caller_no_goods_are_looked_up(enter, world):
    agent = enter("agent")
    put(world)
    agent.post("/tracing", ASKED)
    with selects() as stranger:
        agent.post("/tracing", ASKED)
    with selects() as known:
        agent.post("/tracing", ASKED | {"phone": PHONE})
    assert not [one for one in stranger if "shipments" in one] and [one for one in known if "shipments" in one]


@pytest.mark.rule("SHP-17")
def test_the_time_that_an_unknown_caller_waits_tells_nothing(enter, world):
    """Two hundred requests each, taking turns: with goods that fit, and without."""
    agent = enter("agent")
    put(world)
    nothing = ASKED | {"destination": "拉萨", "consignee": "无人"}
    for _attempt in range(4):  # the machine has other things to do too
        took: dict[str, list[float]] = {"fits": [], "nothing": []}
        for _ in range(200):
            for name, asked in (("fits", ASKED), ("nothing", nothing)):
                begun = time.perf_counter()
                agent.client.post(
                    "/tracing",
                    data=asked | {"csrf_token": agent.token},
                    base_url="https://localhost",
                    headers={"Origin": "https://localhost"},
                )
                took[name].append(time.perf_counter() - begun)
        fits, none = median(took["fits"]), median(took["nothing"])
        if abs(fits - none) < 0.1 * min(fits, none):
            return
    raise AssertionError((fits, none))


@pytest.mark.rule("SHP-17")
@pytest.mark.parametrize("who", ["left", "foreign", "name", "company"])
def test_only_a_person_who_is_there_counts_as_known(enter, world, who):
    put(world)
    asked = ASKED | {"phone": PHONE}
    if who == "left":
        with acting(world, "agent") as tx:
            tx.session.scalars(unseen(select(Contact).where(Contact.phone == PHONE))).one().left_at = tx.at
    elif who == "foreign":  # a customer of another office is a stranger here
        asked["phone"] = "13712345670"
    elif who == "name":
        asked |= {"phone": "", "company": "C-good", "name": "刘玲玲"}
    else:
        asked |= {"phone": "", "company": "good贸易", "name": "刘玲"}
    answer = enter("agent").post("/tracing", asked)
    assert REFERRED in answer.text and "6621999" not in answer.text


def test_it_is_reached_from_the_log_and_from_find_by_those_who_may(enter, world):
    for name, may in (("agent", True), ("supervisor", True), ("finance", False)):
        pages = [enter(name).page(url).links for url in ("/register", "/find?q=zzzz", "/find")]
        assert {"/tracing" in links for links in pages} == {may}, name


@pytest.mark.rule("SHP-17")
def test_without_the_shippers_own_people_being_away_nobody_is_even_looked_up(enter, world):
    put(world)
    known, stranger = (
        enter("agent").post("/tracing", {k: v for k, v in ASKED.items() if k != "away"} | {"phone": phone})
        for phone in (PHONE, STRANGER)
    )
    assert known.status_code == stranger.status_code == 422 and "6621999" not in known.text
    assert known.text.count("先问清楚") == stranger.text.count("先问清楚") == 2  # above and at the box
    with selects() as seen:
        enter("agent").post("/tracing", ASKED | {"phone": PHONE, "away": ""})
    assert not [one for one in seen if "contacts" in one or "shipments" in one]


def test_who_calls_and_what_he_remembers_are_asked_at_their_field(enter, world):
    answer = enter("agent").post("/tracing", {"away": "y"})
    assert answer.status_code == 422
    for sentence in ("填写来电人姓名", "填写来电号码", "至少填写一项"):
        assert sentence in answer.text


# ------------------------------------------------------------------------------------------ a person of the shipper


@pytest.mark.rule("SHP-17", "SHP-16")
@pytest.mark.parametrize("how", [{"phone": PHONE}, {"phone": "", "company": "C-good", "name": "刘玲"}])
def test_a_known_person_gets_the_answer_and_his_name_is_kept_with_it(enter, world, how):
    shipment_id, agent = put(world), enter("agent")
    answer = agent.post("/tracing", ASKED | how)
    form = next(f for f in read(answer.text).forms if f.action.endswith("/spot"))
    assert form.action == f"/shipments/{shipment_id}/spot" and "已到达" in written(form)
    agent.send(form)
    kept = last(Message)
    name = how.get("name", "王经理")
    assert (
        (kept.shipment_id, kept.case_id) == (shipment_id, None)
        and kept.party.startswith(name)
        and "已到达" in kept.text
    )


@pytest.mark.rule("SHP-17")
def test_only_his_own_companys_goods_are_found_and_others_leave_no_trace(enter, world):
    agent, asked = enter("agent"), ASKED | {"phone": PHONE}
    before = agent.post("/tracing", asked)
    put(world, "stopped")
    after = agent.post("/tracing", asked)
    assert same(before) == same(after) and "6621999" not in after.text


REMEMBERED = (
    ({"day": "2026-11-20"}, True), ({"day": "2026-11-21"}, False), ({"consignee": "赵"}, True), ({"consignee": "王"}, False),
    ({"destination": "天津"}, True), ({"destination": "北京"}, False), ({"shipper": "华强"}, True), ({"shipper": "华%"}, False),
    ({"day": "2026-11-20", "destination": "北京"}, False),
)  # fmt: skip


@pytest.mark.rule("SHP-17")
def test_four_things_he_may_remember_narrow_the_search(enter, world):
    put(
        world, departs_at=now() + timedelta(days=1, hours=15), shipper="深圳华强电子"
    )  # one in the morning of the 20th, in the office
    for keys, fits in REMEMBERED:
        answer = enter("agent").post("/tracing", {"name": "刘玲", "phone": PHONE, "away": "y"} | keys)
        assert ("6621999" in answer.text) is fits, keys


@pytest.mark.rule("SHP-18")
def test_nothing_found_is_logged_with_phone_name_and_a_promised_time_and_its_clock_runs(enter, world):
    agent = enter("agent")
    form = next(
        f for f in read(agent.post("/tracing", ASKED | {"phone": PHONE}).text).forms if f.action == "/tracing/log"
    )
    refused = agent.send(form, caller_name="", promised_at="", caller_phone="")
    assert refused.status_code == 422 and all(
        s in refused.text for s in ("填写来电人姓名", "填写答复时间", "填写回电号码")
    )
    agent.send(form, promised_at="2026-11-18T10:20")
    case = last(Inquiry)
    assert (case.topic, case.caller_name, case.caller_phone, case.customer_id) == (
        "cargo",
        "王经理",
        PHONE,
        world.customers["good"],
    )
    assert "天津" in case.asked and case.due_at == now() + timedelta(minutes=20)
    assert [t.what for t in open_turns(case.ref)] == ["answer"]


@pytest.mark.rule("SHP-18")
def test_a_shippers_cargo_query_is_not_over_when_only_the_consignee_was_told(enter, world):
    ref = making.log(world, "inquiry", topic="cargo", asked="货到哪里了")
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/answer")
    agent.send(form, to="consignee", channel="wechat", text="明天派送", do="sent")
    kept, case = last(Message), last(Inquiry)
    assert (kept.audience, kept.text, case.state) == ("consignee", "明天派送", "open") and case.due_at is not None
    agent.send(agent.form(f"/cases/{ref}", f"/cases/{ref}/answer"), to="shipper", text="明天派送", do="sent")
    assert last(Inquiry).state == "answered"


# ------------------------------------------------------------------------------------------ with a number: a matter's composer


@pytest.mark.rule("SHP-16")
def test_the_composer_of_a_cargo_query_has_the_answer_ready_until_somebody_writes(enter, world):
    ref, price = making.log(world, "inquiry", topic="cargo", number="6621912"), making.log(world, "inquiry")
    agent = enter("agent")

    def stands(of: str) -> str:
        return written(agent.form(f"/cases/{of}", f"/cases/{of}/answer"))

    assert "单号 6621912" in stands(ref) and "落地后 2 小时" in stands(ref) and stands(price) == ""
    agent.post(f"/cases/{ref}/keep", {"text": ""})
    assert stands(ref) == ""
    agent.post(f"/cases/{ref}/keep", {"text": "我自己写"})
    assert stands(ref) == "我自己写"
    agent.send(agent.form(f"/cases/{ref}", f"/cases/{ref}/answer"), "note", answered="1")
    answered = agent.form(f"/cases/{ref}", f"/cases/{ref}/message")
    assert written(answered) == ""


@pytest.mark.rule("SHP-16")
def test_air_freight_under_an_agreement_is_told_to_the_shippers_side_only(enter, world):
    agent, url = enter("agent"), f"/shipments/{world.shipments['A5']}"
    told = {"text": "已到达", "to": "consignee", "channel": "phone"}
    agent.send(agent.form(url, "/spot"), **told)
    assert last(Message).audience == "consignee"
    with acting(world, "agent") as tx:
        days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        tx.add(Agreement(customer_id=world.customers["good"], **days))
    answer = agent.send(agent.form(url, "/spot"), **told)
    assert answer.status_code == 422 and "只告诉发货方" in answer.text
    with acting(world, "agent") as tx:
        tx.session.scalars(unseen(select(Customer).where(Customer.id == world.customers["good"]))).one()
        goods = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == world.shipments["A5"]))).one()
        goods.mode, goods.stage = "road", "R3"
    assert agent.send(agent.form(url, "/spot"), **told).status_code == 303

"""The tariff table as pages: reading, filters, keeping it, floor prices on the screen only, what a new price touches; lanes and
the pick-up log on the pages of their matters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints import _import_work
from models import Customer, Inquiry, Pickup, Quotation, QuotationLine, Tariff, db
from rules.policy import unseen
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.test_imports import confirmed, previewed
from tests.blueprints.test_selects import selects
from tests.blueprints.world import World, log
from tests.conftest import StandingClock

GOOD = {"mode": "sea", "carrier": "MSK", "origin": "深圳", "destination": "蒙巴萨", "item": "ocean_freight", "unit": "40HQ",
        "selling": "2480.00", "floor": "2311", "currency": "USD", "valid_from": "2026-11-15", "valid_until": "", "remark": "含燃油"}  # fmt: skip
FLOOR = re.compile(r"2,?311")
SHEET = (
    "运输方式,承运人,起运地,目的地,费用项目,单位,币种,卖价,最低卖价,有效期起,有效期止,备注\n"
    "海运,MSK,深圳,蒙巴萨,海运费,40HQ,USD,2680,2311,2026-11-18,,\n海运,MSK,深圳,蒙巴萨,海运费,箩,USD,2680,2311,2026-11-18,,\n"
)
LOG = (
    "客户编号,提货地点,车队,车牌,约定时间,到达时间,单号\n"
    "C-good,龙华,顺发,粤B12345,2026-11-16 14:00,14:25,6621912\nC-good,龙华,顺发,粤B12345,2026-11-17 14:00,13:50,6621912\n"
)


@pytest.fixture(autouse=True)
def _quiet(app: Flask) -> Iterator[None]:
    yield
    _import_work.wait()


def lines() -> list[Tariff]:
    db.session.rollback()
    return list(
        db.session.scalars(unseen(select(Tariff).order_by(Tariff.id)).execution_options(populate_existing=True))
    )


def line(world: World, office: str = "SZ", **values: Any) -> int:
    """A line of the table, made by the rules' own hand."""
    kept = {"mode": "sea", "carrier": "MSK", "origin": "深圳", "destination": "蒙巴萨", "item": "ocean_freight", "unit": "40HQ",
            "selling_minor": 248000, "floor_minor": 231100, "currency": "USD", "valid_from": date(2026, 11, 15), **values}  # fmt: skip
    with factories.writing() as tx:
        key = "|".join(
            str(kept[name]) for name in ("mode", "carrier", "origin", "destination", "item", "unit", "valid_from")
        )
        return tx.add(Tariff(office_id=world.offices[office], key=key, made_at=tx.at, **kept)).id


# ------------------------------------------------------------------------------------------ keeping the table


def test_a_supervisor_adds_a_line_and_finds_it_with_the_price_before(enter: Enter, world: World):
    line(world, valid_from=date(2026, 11, 1), selling_minor=230000, floor_minor=None)
    boss = enter("supervisor")
    assert "/tariffs" in boss.page("/import").links and "/tariffs/new" in boss.page("/tariffs").links
    answer = boss.send(boss.form("/tariffs/new", "/tariffs"), **GOOD)
    made = lines()[1]
    assert answer.status_code == 303 and answer.location == f"/tariffs/{made.id}"
    assert (made.office_id, made.selling_minor, made.floor_minor, made.valid_from, made.valid_until, made.remark) == (
        world.offices["SZ"], 248000, 231100, date(2026, 11, 15), None, "含燃油")  # fmt: skip
    shown = boss.get("/tariffs").text
    assert "USD 2,480.00" in shown and "USD 2,300.00" in shown and "+USD 180.00" in shown and "已被新价代替" in shown
    page = boss.page(answer.location).text()
    assert "原价" in page and "USD 2,300.00" in page and "新增运价" in page, (
        "the history of the line stands on its page"
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"destination": ""}, "目的地"), ({"selling": "两千"}, "两千"), ({"selling": ""}, "金额"), ({"floor": "2600"}, "最低卖价高于卖价"),
        ({"valid_until": "2026-11-01"}, "早于"), ({"valid_from": "2026-13-01"}, "2026-13-01"), ({"unit": "箩"}, "选"),
        ({"currency": "JPY", "selling": "2480.50", "floor": ""}, "JPY"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_at_its_field_and_kept(enter: Enter, world: World, wrong, said):
    boss = enter("supervisor")
    answer = boss.send(boss.form("/tariffs/new", "/tariffs"), **GOOD | wrong)
    assert answer.status_code == 422 and said in answer.text and lines() == [] and 'value="MSK"' in answer.text


def test_a_line_is_corrected_goes_on_with_a_new_price_and_is_withdrawn(enter: Enter, world: World):
    mine, boss, other = line(world), enter("supervisor"), enter("supervisor2")
    late = other.form(f"/tariffs/{mine}", f"/tariffs/{mine}")
    assert boss.send(boss.form(f"/tariffs/{mine}", f"/tariffs/{mine}"), selling="2500").status_code == 303
    assert lines()[0].selling_minor == 250000 and lines()[0].floor_minor == 231100
    assert other.send(late, selling="2600").status_code == 409 and lines()[0].selling_minor == 250000
    new = boss.form(f"/tariffs/new?like={mine}", "/tariffs")
    assert dict(new.fields)["destination"] == "蒙巴萨" and not dict(new.fields)["selling"]
    assert boss.send(new, selling="2700").status_code == 303 and lines()[1].valid_from == date(2026, 11, 18)
    assert boss.send(boss.form(f"/tariffs/{mine}", "/withdraw"), reason="").status_code == 422
    assert boss.send(boss.form(f"/tariffs/{mine}", "/withdraw"), reason="停航").status_code == 303
    page = boss.page(f"/tariffs/{mine}")
    assert "作废" in page.text() and "停航" in page.text() and not [f for f in page.forms if "/tariffs" in f.action]


def test_the_list_is_narrowed_and_goes_on_page_by_page(enter: Enter, world: World):
    for number in range(52):
        line(world, destination=f"港口{number:02d}", carrier="COSCO")
    line(world), line(world, "GZ", destination="广州的"), line(world, valid_until=date(2026, 11, 17), carrier="旧")
    line(
        world,
        mode="air",
        destination="洛杉矶",
        carrier="CZ",
        item="air_freight",
        unit="kg",
        selling_minor=3850,
        floor_minor=None,
    )
    agent = enter("agent")
    first = agent.page("/tariffs")
    following = next(url for url in first.links if "after=" in url)
    second = agent.page(following).text()
    assert (
        "广州的" not in first.text() + second
        and "港口51" in first.text() + second
        and "旧" not in first.text() + second
    )
    assert len(re.findall("港口|蒙巴萨|洛杉矶", first.text())) == 50
    for query, there, gone in (
        ("lane=深圳-蒙巴萨", "MSK", "COSCO"), ("carrier=cz", "洛杉矶", "蒙巴萨"), ("mode=air", "洛杉矶", "蒙巴萨"),
        ("lane=蒙巴萨&on=2026-11-16", "旧", "港口"), ("lane=蒙巴萨&on=", "旧", "港口"), ("lane=火星", "没有符合", "MSK"),
    ):  # fmt: skip
        found = agent.get(f"/tariffs?{query}", htmx=True).text
        assert there in found and gone not in found, query
    assert "2026-13-01" in agent.get("/tariffs?on=2026-13-01").text


# ------------------------------------------------------------------------------------------ floor prices


@pytest.mark.rule("INQ-16")
def test_a_floor_price_is_on_the_screen_of_those_who_quote_and_in_nothing_else(app: Flask, enter: Enter, world: World):
    mine = line(world)
    ref = log(world, "inquiry", lane="深圳-蒙巴萨", asked="一个高柜", number=None, customer=world.customers["good"])
    for name, sees in (("agent", True), ("supervisor", True), ("finance", False), ("auditor", False)):
        for url in ("/tariffs", f"/tariffs/{mine}"):
            assert bool(FLOOR.search(enter(name).get(url).text)) is sees, (name, url)
    for name in ("supervisor", "auditor"):
        for url in (
            "/history",
            "/history?kind=tariffs",
            f"/cases/{ref}",
            "/tariffs/touched",
            f"/tariffs/touched?tariff={mine}",
        ):
            assert not FLOOR.search(enter(name).get(url).text), (name, url)
    shown = enter("agent").get("/tariffs").text
    assert (
        all('class="num screen"' in cell for cell in re.findall(r"<td[^>]*>USD 2,311.00", shown))
        and "USD 2,311.00" in shown
    )
    css = Path(app.static_folder or "", "firsthand.css").read_text()
    assert ".screen{display:none" in css.split("@media print{")[1]


@pytest.mark.rule("INQ-19", "INQ-16")
def test_a_price_sheet_is_imported_and_leads_to_the_quotations_that_it_touches(
    enter: Enter, world: World, clock: StandingClock
):
    boss = enter("supervisor")
    ref = log(world, "inquiry", lane="深圳-蒙巴萨", asked="一个高柜", number=None, customer=world.customers["good"])
    with factories.writing() as tx:
        case = tx.session.scalars(unseen(select(Inquiry).where(Inquiry.ref == ref))).one()
        given = QuotationLine(item="ocean_freight", unit="40HQ", currency="USD", amount_minor=255000)
        tx.add(Quotation(case_id=case.id, number=1, status="sent", made_by_id=world.users["agent"], made_at=tx.at,
                         edited_by_id=world.users["agent"], lines=[given]))  # fmt: skip
    clock.forward(5)
    url, _ = previewed(boss, SHEET, kind="tariffs")
    page = confirmed(boss, url)
    assert len(lines()) == 1
    refused = boss.get(f"{url}/refused.csv").data.decode("utf-8-sig")
    assert len(refused.splitlines()) == 2 and not FLOOR.search(refused) and "最低卖价" not in refused
    news = next(link for link in page.links if link.startswith("/tariffs/touched"))
    shown = boss.page(news)
    assert (
        f"{ref}-1" in shown.text()
        and "+USD 130.00" in shown.text()
        and "good贸易有限公司" in shown.text()
        and "同事agent" in shown.text()
    )
    assert f"/cases/{ref}" in shown.links
    assert "新运价涉及" in enter("agent").page("/notices").text()
    assert enter("guest").page(news).text().count("+USD") == 0


@pytest.mark.parametrize("name", ["agent", "finance", "auditor"])
def test_others_read_the_table_and_find_no_form(enter: Enter, world: World, name):
    mine = line(world)
    reader = enter(name)
    for url in ("/tariffs", f"/tariffs/{mine}"):
        assert not [form for form in reader.page(url).forms if form.method == "post" and "/tariffs" in form.action]
    assert (
        "/tariffs/new" not in reader.get("/tariffs").text and enter("guest").get(f"/tariffs/{mine}").status_code == 404
    )


# ------------------------------------------------------------------------------------------ lanes


def coloader(world: World, **columns: Any) -> str:
    """A co-loader's inquiry off his lanes."""
    with factories.writing() as tx:
        customer = tx.session.scalars(unseen(select(Customer).where(Customer.id == world.customers["good"]))).one()
        for name, value in {"grouping": "coloader", **columns}.items():
            setattr(customer, name, value)
    return log(world, "inquiry", lane="深圳-汉堡", asked="一个高柜", number=None, customer=world.customers["good"])


@pytest.mark.rule("INQ-14")
def test_a_co_loader_off_his_lanes_is_declined_from_the_page_with_words_ready(enter: Enter, world: World):
    ref, agent = coloader(world), enter("agent")
    page = agent.page(f"/cases/{ref}")
    assert "/tariffs" in page.links
    assert "这条航线（欧洲、地中海）不做同行" in page.text()
    form = agent.form(f"/cases/{ref}", "/decline")
    (text,) = form.data()["text"]
    assert "深圳-汉堡" in text and "非洲" in text and "Thank you" in agent.get(f"/cases/{ref}").text
    assert agent.send(form, text="").status_code == 422
    assert agent.send(agent.form(f"/cases/{ref}", "/decline"), channel="wechat").status_code == 303
    case = factories.matter(ref)
    assert (case.state, case.outcome) == ("answered", "declined")
    assert "深圳-汉堡 目前不在我司承接同行货的航线内" in agent.page(f"/cases/{ref}").text()


@pytest.mark.rule("CUS-03")
def test_the_lanes_of_co_loaders_are_ticked_among_the_figures(enter: Enter, world: World):
    admin = enter("admin")
    form = admin.form("/admin/figures/lane.coloader", "/admin/figures/lane.coloader")
    assert form.data()["value"] == ["africa", "latin_america", "middle_east"]
    assert admin.send(form, value=["europe", "africa"]).status_code == 303
    assert "非洲; 欧洲、地中海" in admin.page("/admin/figures/lane.coloader").text()
    form = admin.form("/admin/figures/lane.coloader", "/admin/figures/lane.coloader")
    assert admin.send(form, value=["mars"]).status_code == 422
    assert "不做同行" not in enter("agent").page(f"/cases/{coloader(world)}").text()


@pytest.mark.rule("CUS-07", "CUS-03")
def test_a_vip_has_no_such_button_and_only_a_supervisor_makes_exceptions(enter: Enter, world: World):
    ref = coloader(world)
    assert "/serve_anyway" not in enter("agent").get(f"/cases/{ref}").text
    boss = enter("supervisor")
    assert boss.send(boss.form(f"/cases/{ref}", "/serve_anyway"), reason="长期客户").status_code == 303
    page = enter("agent").get(f"/cases/{ref}").text
    assert "按例外承接" in page and "长期客户" in page and "/decline" not in page
    vip = coloader(world, vip=True)
    page = enter("agent").get(f"/cases/{vip}").text
    assert "任何航线都不婉拒" in page and "/decline" not in page and "询航线庄家" in page
    sent = {"version": str(factories.matter(vip).version), "to": "shipper", "channel": "phone", "text": "不做"}
    assert enter("agent").post(f"/cases/{vip}/decline", sent).status_code in (404, 409)
    assert factories.matter(vip).outcome is None


# ------------------------------------------------------------------------------------------ pick-ups


@pytest.mark.rule("CMP-14")
def test_the_pick_up_log_is_imported_and_stands_on_the_complaint(enter: Enter, world: World):
    agent = enter("agent")
    url, _ = previewed(agent, LOG, kind="pickups")
    confirmed(agent, url)
    confirmed(agent, previewed(agent, LOG, kind="pickups")[0])
    db.session.rollback()
    assert len(db.session.scalars(unseen(select(Pickup))).all()) == 2
    ref = log(world, "complaint", topic="pickup", content="昨天提货又晚到", customer=world.customers["good"])
    page = agent.get(f"/cases/{ref}").text
    assert "近 10 天提货 2 次，迟到 1 次（50%），最长迟到 25 分钟。" in page
    assert (
        "2026-11-16 14:00 龙华：2026-11-16 14:25 到达，迟到 25 分钟" in page
        and "2026-11-17 14:00 龙华：2026-11-17 13:50 到达，准时" in page
    )
    assert "非常抱歉，2026-11-16 14:00 那次提货，我们的车比约定晚到 25 分钟" in page
    other = log(world, "complaint", topic="partner")
    assert "提货时间表" not in agent.get(f"/cases/{other}").text


def test_these_pages_ask_few_questions_however_long_the_table_is(enter: Enter, world: World):
    def asked(url: str) -> int:
        enter("agent").get(url)
        with selects() as seen:
            assert enter("agent").get(url).status_code == 200
        return len(seen)

    ref = coloader(world)
    mine, *_ = [line(world, destination=f"港口{number}") for number in range(3)]
    few = [asked(url) for url in ("/tariffs", f"/tariffs/{mine}", "/tariffs/touched", f"/cases/{ref}")]
    for number in range(3, 60):
        line(world, destination=f"港口{number}")
    assert [asked(url) for url in ("/tariffs", f"/tariffs/{mine}", "/tariffs/touched", f"/cases/{ref}")] == few
    assert few[0] <= 4 and few[1] <= 5 and few[2] <= 5 and few[3] <= 14, few

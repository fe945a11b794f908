"""What the rules of quotations know by themselves, and what the database refuses whoever writes to it (INQ-13, INQ-16, INQ-17)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from models import PriceSource, Quotation, QuotationLine, db
from rules import quoting_lines, quoting_margin
from rules.policy import unseen
from rules.priced import check, priced
from rules.words import Refused
from tests import factories as make

AIR = {"item": "air_freight", "amount": 520, "currency": "CNY", "unit": "kg", "quantity": 86_500}
AT = "'2026-11-18 03:00:00.000000'"

PRICES = """
每公斤 5.2 元，当晚航班|500元|5 0 0 元|５００元|五百块|五 百 块|五-百-元|5_0_0_元|五百块钱一票|12.5/kg|USD 1,200|1200 美金|¥ 30|￥30|$45.5
每公斤12.5|12.5每公斤|运费 800|报价：800|报 800 给您|十二块五一公斤|伍佰圆整|five hundred dollars|500 bucks|800 per container
3 . 5 元 / 公斤|٥٠٠元|500人民币|价格是 3200|一柜 3200|3200全包|500多块|三千左右美金|all in 1200|eur 20|2块8|@4.5|5OO元|五百一票|五\u200b百\u200b元
给您5.2|算您 5.2|按5.2走|空运五点二|空运 5.2|five point two per kilo|CNY five|kg 5.2|5k一柜|20'GP:3000, 40HQ:5000|O/F 3000|全包三千
包干3000|3000能做|比他们低 500|便宜五百块|降到2800|打九折|九五折|520分每公斤|五角每公斤
"""
HARMLESS = """
好的，30 分钟内答复您|您的货 4 件 86 公斤，已到北京|运单号 99961234|电话 0755-88886666|报价 30 分钟内给您|费用明天 10 点前告诉您
请问毛重 500 公斤还是净重？|20GP 还是 40HQ？|我们一块儿看一下|请补充件数、重量、体积|I will call you back in 30 minutes|三块板
price follows within 2 hours|航班 CZ3102 18:30 起飞|每箱 20 公斤吗|货重 86 公斤，3 件，0.5 方|请问目标价是多少|二十一件货
给您 13812345678 回电|给您 30 分钟内答复|空运 3 天|空运十一点起飞|空运五点二十起飞|走 40HQ 2 个|300kg 5.2 CBM|加 3 件|折叠箱|低于 20 公斤
"""


def told(table: str) -> list[str]:
    return [text for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.rule("INQ-17")
def test_a_price_is_recognised_however_it_is_written_and_other_figures_are_none():
    assert [text for text in told(PRICES) if not priced(text)] == []
    assert [text for text in told(HARMLESS) if priced(text)] == []
    assert not priced(None)


@pytest.mark.rule("INQ-17")
def test_only_a_newcomer_is_stopped(desk):
    check(desk.agent, "500 元")
    check(replace(desk.agent, newcomer=True), "半小时内答复您")
    with pytest.raises(Refused) as no:
        check(replace(desk.agent, newcomer=True), "500 元")
    assert (no.value.code, no.value.field) == (422, "text")


@pytest.mark.rule("INQ-16")
def test_a_margin_just_under_the_band_is_under_it_though_it_rounds_up():
    made = Quotation(
        currency="CNY", cost_minor=10_000, lines=[QuotationLine(amount_minor=10_999, currency="CNY", quantity_m=1000)]
    )
    customer = type("Customer", (), {"margin_from": 10, "margin_to": None})
    assert (quoting_margin.margin(made), quoting_margin.below(made, customer)) == (10.0, True)
    made.lines[0].amount_minor = 11_000
    assert not quoting_margin.below(made, customer)


def test_what_was_approved_is_told_apart_by_everything_that_the_customer_reads():
    def made(**other):
        line = {
            "item": "all_in",
            "amount_minor": 100,
            "currency": "CNY",
            "unit": "kg",
            "quantity_m": 1000,
            "includes": "燃油",
        }
        whole = {"number": 1, "basis": "margin", "indicative": False, "remark": None}
        own = {key: value for key, value in other.items() if key in line}
        return quoting_lines.fingerprint(
            Quotation(**whole | {k: v for k, v in other.items() if k not in line}, lines=[QuotationLine(**line | own)])
        )

    other = {"number": 2, "basis": "selling", "indicative": True, "remark": "x", "item": "fuel", "amount_minor": 101, "currency": "USD",
             "unit": "bill", "quantity_m": 1001, "includes": "安检"}  # fmt: skip
    prints = {made(**{name: value}) for name, value in other.items()} | {made()}
    assert len(prints) == len(other) + 1 and made() in prints


# ------------------------------------------------------------------------------------------ past the rules


def execute(statement):
    """Write as somebody does who has the database and no desk."""
    db.session.rollback()
    with db.engine.connect().execution_options(w=True) as connection:
        done = connection.exec_driver_sql(statement)
        connection.commit()
    return done.rowcount


@pytest.fixture
def reviewed(desk):
    """A newcomer's quotation in review, changed last by a colleague."""
    newcomer = replace(make.person(desk, "agent"), newcomer=True)
    ref = make.inquiry(desk.agent, desk)
    make.do(newcomer, ref, "quote_draft", lines=[AIR])
    make.do(desk.colleague, ref, "quote_edit", lines=[AIR])
    make.do(newcomer, ref, "submit_quote")
    return newcomer


@pytest.mark.rule("INQ-17")
@pytest.mark.parametrize("status", ["approved", "sent"])
def test_the_database_knows_no_quotation_that_went_past_its_review(desk, reviewed, status):
    hands = {"its maker": reviewed.user_id, "its last editor": desk.colleague.user_id, "nobody": "NULL"}
    for who, by in hands.items():
        with pytest.raises(DatabaseError, match=r"four_eyes|editor_apart|reviewed"):
            execute(f"UPDATE quotations SET status = '{status}', reviewed_by_id = {by}, reviewed_at = {AT}")
        assert db.session.scalar(unseen(select(Quotation.status))) == "review", who
    assert (
        execute(
            f"UPDATE quotations SET status = '{status}', reviewed_by_id = {desk.supervisor.user_id}, reviewed_at = {AT}"
        )
        == 1
    )


@pytest.mark.rule("INQ-16")
def test_the_database_knows_no_floor_price_sent_in_writing(desk, reviewed):
    sent = f"UPDATE quotations SET status = 'sent', reviewed_by_id = {desk.supervisor.user_id}, basis = 'floor'"
    with pytest.raises(DatabaseError, match="floor_oral"):
        execute(sent)
    truth = "true" if db.engine.dialect.name == "postgresql" else "1"
    assert execute(f"{sent}, oral = {truth}") == 1


@pytest.mark.rule("FIN-14")
def test_the_database_knows_no_all_in_without_its_list(reviewed):
    with pytest.raises(DatabaseError, match="all_in_listed"):
        execute("UPDATE quotation_lines SET item = 'all_in'")


@pytest.mark.rule("INQ-13")
def test_the_database_knows_no_source_approved_by_whoever_entered_it(desk, reviewed):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "add_source", kind="own", name="航线部", amount=420)
    entered = db.session.scalar(unseen(select(PriceSource.by_id)))
    for by, at, why in (
        (entered, AT, "four_eyes"),
        (desk.supervisor.user_id, "NULL", "approval_known"),
        ("NULL", AT, "approval_known"),
    ):
        with pytest.raises(DatabaseError, match=why):
            execute(f"UPDATE price_sources SET approved_by_id = {by}, approved_at = {at}")
    assert execute(f"UPDATE price_sources SET approved_by_id = {desk.supervisor.user_id}, approved_at = {AT}") == 1

"""Tariffs on both databases: the price sheet as it comes, what fits an inquiry, what a new price touches, who keeps the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import Event, Inquiry, Notice, Office, Quotation, QuotationLine, Tariff, db
from rules import importing, store, tariff_news, tariff_writing, tariffs
from rules.plans import Plan, Report
from rules.policy import unseen
from rules.store import system, write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk
from tests.rules import office_files as files

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HEADER = [
    "运输方式",
    "承运人",
    "起运地",
    "目的地",
    "费用项目",
    "单位",
    "币种",
    "卖价",
    "最低卖价",
    "有效期起",
    "有效期止",
    "备注",
]
ROW = {
    "运输方式": "海运", "承运人": "MSK", "起运地": "深圳", "目的地": "蒙巴萨", "费用项目": "海运费", "单位": "40HQ", "币种": "USD",
    "卖价": "2,480.00", "最低卖价": "2311", "有效期起": "2026-11-15", "有效期止": "2026-11-30", "备注": "含燃油",
}  # fmt: skip
FLOOR = "2311"


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterable[Desk]:
    monkeypatch.setattr(importing, "PAUSE", 0)
    store.set_clock(lambda: NOW)
    yield factories.desk()
    store.set_clock(None)


def sheet(*rows: dict[str, Any], header: list[str] = HEADER) -> bytes:
    return files.text([ROW | row for row in rows or ({},)], header, totals=False)


def check(data: bytes) -> Plan:
    home = db.session.scalar(select(Office).where(Office.code == "SZ"))
    return importing.check(db.session(), "tariffs", data, "报价.csv", home)


def bring(*rows: dict[str, Any], header: list[str] = HEADER) -> Report:
    return importing.apply(check(sheet(*rows, header=header)), lambda: write_tx(system("import"), "import.tariffs"))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.good, report.created, report.updated, len(report.refused)


def stored() -> list[Tariff]:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(Tariff).order_by(Tariff.id))))


def later(**step: float) -> None:
    at = store.now() + timedelta(**step)
    store.set_clock(lambda: at)


# ------------------------------------------------------------------------------------------ the price sheet


@pytest.mark.rule("INQ-19")
def test_a_price_sheet_is_read_with_the_dirt_that_it_has(desk: Desk):
    report = bring(
        {},
        {"运输方式": "空运", "承运人": "ＣＺ", "目的地": "　洛杉矶　", "费用项目": "", "单位": "公斤", "币种": "人民币", "卖价": "38.5",
         "最低卖价": "", "有效期起": "2026年11月1日", "有效期止": ""},
        {"目的地": "横滨", "单位": "20'GP", "币种": "日元", "卖价": "１２０，０００", "最低卖价": "110000", "有效期起": "20261101"},
    )  # fmt: skip
    assert counts(report) == (3, 3, 0, 0)
    sea, air, yen = stored()
    assert (sea.mode, sea.carrier, sea.origin, sea.destination, sea.item, sea.unit) == (
        "sea", "MSK", "深圳", "蒙巴萨", "ocean_freight", "40HQ")  # fmt: skip
    assert (sea.selling_minor, sea.floor_minor, sea.currency, sea.valid_from, sea.valid_until) == (
        248000, 231100, "USD", date(2026, 11, 15), date(2026, 11, 30))  # fmt: skip
    assert (air.carrier, air.destination, air.item, air.unit, air.selling_minor, air.floor_minor, air.valid_until) == (
        "CZ", "洛杉矶", "air_freight", "kg", 3850, None, None)  # fmt: skip
    assert (yen.unit, yen.currency, yen.selling_minor, yen.floor_minor, yen.valid_from) == (
        "20GP", "JPY", 120000, 110000, date(2026, 11, 1))  # fmt: skip


def test_the_same_sheet_again_changes_nothing_and_a_new_price_changes_one_line(desk: Desk):
    bring({}, {"目的地": "拉各斯"})
    assert counts(bring({}, {"目的地": "拉各斯"})) == (2, 0, 0, 0)
    came = stored()[0].made_at
    later(hours=1)
    assert counts(bring({"备注": "不含燃油"}, {"目的地": "拉各斯", "卖价": "2500"})) == (2, 0, 2, 0)
    first, second = stored()
    assert (first.remark, first.made_at, second.selling_minor, second.made_at) == (
        "不含燃油",
        came,
        250000,
        store.now(),
    )
    assert counts(bring({"有效期起": "2026-12-01", "有效期止": "2026-12-15"})) == (1, 1, 0, 0)


def test_a_price_that_a_supervisor_corrected_stays_until_the_sheet_changes_it(desk: Desk):
    bring({})
    first = stored()[0].id
    with write_tx(desk.supervisor, "tariff.change") as tx:
        tariff_writing.change(tx, first, {"selling_minor": 260000})
    assert counts(bring({})) == (1, 0, 0, 0) and stored()[0].selling_minor == 260000
    bring({"卖价": "2700"})
    assert stored()[0].selling_minor == 270000


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"运输方式": "管道"}, "运输方式", "管道"), ({"目的地": ""}, "目的地", ""), ({"卖价": "约2480"}, "卖价", "约2480"),
        ({"卖价": "24.805"}, "卖价", "two decimals"), ({"币种": "镑"}, "币种", "镑"), ({"币种": "日元", "卖价": "100.5", "最低卖价": ""}, "卖价", "JPY"),
        ({"有效期止": "2026-11-01"}, "有效期止", "before the first"), ({"有效期起": "下周"}, "有效期起", "下周"), ({"单位": "箩"}, "单位", "箩"),
        ({"最低卖价": "2600"}, "最低卖价", "above the selling price"), ({"费用项目": "喝茶费"}, "费用项目", "喝茶费"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_and_says_where(desk: Desk, wrong, field, said):
    report = bring(wrong, {"目的地": "拉各斯"})
    assert counts(report) == (1, 1, 0, 1)
    assert report.refused[0].field == field and said in str(report.refused[0].why)


@pytest.mark.rule("INQ-16")
@pytest.mark.parametrize(
    "line",
    [
        "海运,MSK,深圳,蒙巴萨,海运费,箩,USD,2480,2311,2026-11-15,,备注",  # an ordinary refusal
        "海运,MSK,深圳,蒙巴萨,海运费,40HQ,USD,2480,2311元底,2026-11-15,,",  # the floor price itself is no amount
        "海运,MSK,深圳,蒙巴萨,海运费,40HQ,USD,2,480,2311,2026-11-15,2026-11-30,备注",  # a separator too many: all shifted
        "海运,MSK,深圳,蒙巴萨,海运费,USD,2480,2311,2026-11-15,2026-11-30,备注",  # one too few
        "海运,MSK,深圳,蒙巴萨,海运费,40HQ,USD,2300,2311,2026-11-15,,备注",  # above the selling price
    ],
)
def test_no_file_of_refused_rows_holds_a_floor_price(desk: Desk, line):
    plan = check("\n".join([",".join([*HEADER, "成本价"]), line]).encode())
    assert len(plan.refused) == 1
    told = importing.refused_csv(plan).decode("utf-8-sig")
    assert FLOOR not in told and "最低卖价" not in told.splitlines()[0] and "成本价" not in told
    assert list(csv.reader(io.StringIO(told)))[1][-1].startswith("2: ")


def test_a_refused_line_can_be_mended_and_imported_without_its_floor_price(desk: Desk):
    plan = check(sheet({"有效期止": "2026-11-01"}, {"单位": "箩"}))
    told = importing.refused_csv(plan).decode("utf-8-sig")
    whole, cut = list(csv.reader(io.StringIO(told)))[1:]
    assert whole[:-1] == [value for name, value in (ROW | {"有效期止": "2026-11-01"}).items() if name != "最低卖价"]
    assert cut[:6] == ["海运", "MSK", "深圳", "蒙巴萨", "海运费", ""] and "cannot be read" in cut[-1]
    mended = check(told.splitlines()[0].encode() + b"\n" + told.splitlines()[1].replace("-11-01", "-11-30").encode())
    report = importing.apply(mended, lambda: write_tx(system("import"), "import"))
    assert counts(report) == (1, 1, 0, 0) and (stored()[0].selling_minor, stored()[0].floor_minor) == (248000, None)


@pytest.mark.rule("INQ-16")
def test_the_history_says_that_a_floor_price_changed_and_never_which(desk: Desk):
    bring({})
    first = stored()[0].id
    with write_tx(desk.supervisor, "tariff.change") as tx:
        tariff_writing.change(tx, first, {"floor_minor": 220000})
    told = "".join(db.session.scalars(select(Event.diff)))
    assert "floor_minor" in told and "231100" not in told and "220000" not in told


# ------------------------------------------------------------------------------------------ what fits an inquiry


def inquiry(desk: Desk, **data: Any) -> Inquiry:
    ref = factories.inquiry(desk.agent, desk, **{"lane": "深圳 → 蒙巴萨", "asked": "一个高柜多少钱", **data})
    found = factories.matter(ref)
    assert isinstance(found, Inquiry)
    return found


def offered(case: Inquiry, **columns: Any) -> list[str]:
    for name, value in columns.items():
        setattr(case, name, value)
    with db.session.no_autoflush:
        found = [
            f"{t.carrier} {t.destination} {t.unit} {t.selling_minor}" for t in tariffs.matching(db.session(), case)
        ]
    db.session.rollback()
    return found


@pytest.mark.rule("INQ-19")
def test_the_lines_that_fit_an_inquiry_come_best_first(desk: Desk):
    bring(
        {"承运人": "COSCO", "卖价": "2600"}, {"卖价": "2480"}, {"单位": "20GP", "卖价": "1500", "最低卖价": ""},
        {"费用项目": "THC", "卖价": "100", "最低卖价": ""}, {"起运地": "上海", "承运人": "CMA"}, {"目的地": "拉各斯"},
        {"目的地": "蒙巴萨/达市", "承运人": "OOCL", "卖价": "2700"},
        {"承运人": "过期", "有效期起": "2026-10-01", "有效期止": "2026-11-19"}, {"承运人": "将来", "有效期起": "2026-11-21"},
        {"承运人": "旧价", "有效期起": "2026-11-01", "有效期止": "", "卖价": "1000", "最低卖价": ""},
        {"承运人": "旧价", "有效期起": "2026-11-10", "有效期止": "", "卖价": "3000"},
    )  # fmt: skip
    case = inquiry(desk)
    assert offered(case, cargo={"container": "40HQ"}) == [
        "MSK 蒙巴萨 40HQ 248000", "COSCO 蒙巴萨 40HQ 260000", "OOCL 蒙巴萨/达市 40HQ 270000", "旧价 蒙巴萨 40HQ 300000",
        "MSK 蒙巴萨 40HQ 10000", "MSK 蒙巴萨 20GP 150000",
    ]  # fmt: skip
    assert offered(case, cargo={"container": "20"})[0] == "MSK 蒙巴萨 20GP 150000"


def test_other_origins_count_only_when_none_is_served_from_the_one_that_is_asked_for(desk: Desk):
    bring({"起运地": "上海"}, {"起运地": "宁波", "目的地": "拉各斯"})
    case = inquiry(desk)
    assert len(offered(case)) == 1 and offered(case, lane="宁波-拉各斯") == offered(case, lane="盐田到拉各斯") != []
    assert offered(case, lane=None) == offered(case, lane="深圳 → 汉堡") == offered(case, topic="other") == []
    first = stored()[0].id
    with write_tx(desk.supervisor, "tariff.withdraw") as tx:
        tariff_writing.withdraw(tx, first, "船公司停航")
    assert offered(case) == []


@pytest.mark.parametrize(
    ("lane", "begin", "lead"),
    [
        ("深圳 → 蒙巴萨", "深圳", "蒙巴萨"), ("SZX-LAX", "szx", "lax"), ("Shenzhen to Los Angeles", "shenzhen", "los angeles"),
        ("盐田至汉堡", "盐田", "汉堡"), ("深圳蒙巴萨", "深圳", "蒙巴萨"), ("ｓｈｅｎｚｈｅｎ＞ｄｕｂａｉ", "shenzhen", "dubai"),
    ],
)  # fmt: skip
def test_where_a_lane_begins_and_leads(lane, begin, lead):
    origins, destinations = tariffs.ends(lane)
    assert begin in origins and lead in destinations and begin not in destinations


# ------------------------------------------------------------------------------------------ what a new price touches


def quote(desk: Desk, ref: str, amount: int = 260000, status: str = "sent", number: int = 1, **line: Any) -> int:
    """A version of the price as it was given to the customer."""
    case = factories.matter(ref)
    values = {"item": "ocean_freight", "unit": "40HQ", "currency": "USD", "amount_minor": amount, **line}
    with factories.writing() as tx:
        made = Quotation(case_id=case.id, number=number, status=status, made_by_id=desk.agent.user_id, made_at=tx.at,
                         edited_by_id=desk.agent.user_id, currency="USD", lines=[QuotationLine(**values)])  # fmt: skip
        return tx.add(made).id


def news(desk: Desk, since: datetime) -> list[tuple[str, tuple[int, str], tuple[int, str], int | None]]:
    db.session.rollback()
    found = tariff_news.touched(db.session(), desk.supervisor, since)
    return [(hit.case.ref, hit.old, hit.new, hit.difference) for hit in found]


@pytest.mark.rule("INQ-19")
def test_a_new_tariff_lists_the_open_quotations_that_it_touches(desk: Desk):
    bring({})
    old = stored()[0].id
    refs = [inquiry(desk).ref for _ in range(4)]
    quote(desk, refs[0], tariff_id=old)
    quote(desk, refs[1], status="approved")  # the same lane, item and unit, taken from nowhere
    quote(desk, refs[2], unit="20GP")  # another unit
    quote(desk, refs[3], status="draft")
    elsewhere, closed = inquiry(desk, lane="深圳 → 拉各斯").ref, inquiry(desk).ref
    quote(desk, elsewhere)
    quote(desk, closed, tariff_id=old)
    with factories.writing() as tx:
        tx.session.scalars(unseen(select(Inquiry).where(Inquiry.ref == closed))).one().closed_at = tx.at
    later(hours=1)
    since = store.now()
    assert news(desk, since) == []
    bring({"有效期起": "2026-11-20", "卖价": "2680"})
    assert news(desk, since) == [(ref, (248000, "USD"), (268000, "USD"), 20000) for ref in refs[:2]]
    hit = tariff_news.touched(db.session(), desk.supervisor, tariff=stored()[-1])[0]
    assert (hit.line.amount_minor, hit.case.assignee_id) == (260000, desk.agent.user_id)
    assert tariff_news.touched(db.session(), desk.stranger, since) == []


def test_only_the_newest_version_counts_and_one_made_with_the_new_price_is_not_touched(desk: Desk):
    bring({})
    ref = inquiry(desk).ref
    quote(desk, ref, tariff_id=stored()[0].id)
    later(hours=1)
    since = store.now()
    bring({"卖价": "2680"})
    assert [hit[1:] for hit in news(desk, since)] == [
        ((260000, "USD"), (268000, "USD"), 8000)
    ]  # the tariff itself was corrected
    later(minutes=5)
    quote(desk, ref, 280000, number=2, tariff_id=stored()[0].id)
    assert news(desk, since) == []


@pytest.mark.rule("INQ-19")
def test_who_has_such_quotations_is_told_once_for_an_import(desk: Desk):
    bring({})
    for _ in range(2):
        quote(desk, inquiry(desk).ref)
    later(hours=1)
    bring({"卖价": "2680"}, {"目的地": "拉各斯"})
    bring({"卖价": "2680"}, {"目的地": "拉各斯"})
    told = db.session.scalars(select(Notice).where(Notice.kind == "tariff")).all()
    assert [(n.user_id, n.text["p"]) for n in told] == [(desk.agent.user_id, {"n": 2})]


# ------------------------------------------------------------------------------------------ by hand

LINE = {
    "mode": "sea", "carrier": "MSK", "origin": "深圳", "destination": "蒙巴萨", "item": "ocean_freight", "unit": "40HQ",
    "selling_minor": 250000, "floor_minor": 240000, "currency": "USD", "valid_from": date(2026, 11, 15), "valid_until": None,
}  # fmt: skip


def add(desk: Desk, **values: Any) -> Tariff:
    with write_tx(desk.supervisor, "tariff.add") as tx:
        return tariff_writing.add(tx, LINE | values)


def test_a_line_by_hand_is_the_line_of_the_sheet_and_is_there_once(desk: Desk):
    add(desk)
    assert counts(bring({"有效期止": "", "备注": ""})) == (1, 0, 1, 0) and len(stored()) == 1
    with pytest.raises(Refused, match="already"):
        add(desk)
    for wrong, field in (({"floor_minor": 260000}, "floor"), ({"valid_until": date(2026, 11, 1)}, "valid_until")):
        with pytest.raises(Refused) as no:
            add(desk, destination="拉各斯", **wrong)
        assert (no.value.code, no.value.field) == (422, field)


def test_only_a_supervisor_keeps_the_table_and_a_withdrawn_line_is_left_alone(desk: Desk):
    made = add(desk)
    for who, code in (
        (desk.agent, 403),
        (desk.stranger, 403),
        (factories.person(desk, "supervisor", office=desk.other_office), 404),
    ):
        with pytest.raises(Refused) as no, write_tx(who, "tariff.change") as tx:
            tariff_writing.change(tx, made.id, {"selling_minor": 1})
        assert no.value.code == code
    with pytest.raises(Refused) as no, write_tx(desk.supervisor, "tariff.change") as tx:
        tariff_writing.change(tx, made.id, {"selling_minor": 1}, version=99)
    assert no.value.code == 409
    with write_tx(desk.supervisor, "tariff.withdraw") as tx:
        tariff_writing.withdraw(tx, made.id, "停航")
    with pytest.raises(Refused, match="withdrawn"), write_tx(desk.supervisor, "tariff.change") as tx:
        tariff_writing.change(tx, made.id, {"selling_minor": 1})
    report = bring({})
    assert [(each.field, str(each.why)) for each in report.warned] == [("卖价", "Withdrawn on the desk; it stays so")]
    assert tariffs.matching(db.session(), inquiry(desk)) == []


def test_the_price_before_is_that_of_the_same_series(desk: Desk):
    made = [add(desk, valid_from=date(2026, 11, day), selling_minor=240000 + day * 100) for day in (1, 10, 20)]
    add(desk, valid_from=date(2026, 11, 12), unit="20GP")
    last = stored()[2]
    line = tariffs.line_of(db.session(), [last])[tariffs.series(last)]
    assert [t.id for t in line] == [t.id for t in reversed(made)]
    earlier = tariffs.before(last, line)
    assert earlier is not None and earlier.id == made[1].id and tariffs.before(line[-1], line) is None

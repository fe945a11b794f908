"""The fleet's pick-up log: the file as it comes, what it says of a customer's last days, the table that he is sent (CMP-14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import Customer, Office, Pickup, db
from rules import importing, pickups, store
from rules.plans import Report
from rules.policy import unseen
from rules.store import Actor, system, write_tx
from tests import factories
from tests.factories import Desk, make_customer, set_figure
from tests.rules import office_files as files

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HEADER = ["客户编号", "客户名称", "提货地点", "车队", "司机", "车牌", "约定时间", "到达时间", "单号", "备注"]
ROW = {
    "客户编号": "C10001", "客户名称": "", "提货地点": "龙华工业园", "车队": "顺发车队", "司机": "刘师傅", "车牌": "粤B12345",
    "约定时间": "2026-11-18 14:00", "到达时间": "2026-11-18 14:25", "单号": "10000005", "备注": "",
}  # fmt: skip


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterable[Desk]:
    monkeypatch.setattr(importing, "PAUSE", 0)
    store.set_clock(lambda: NOW)
    made = factories.desk()
    with factories.writing() as tx:
        customer = tx.session.scalars(unseen(select(Customer).where(Customer.id == made.customer))).one()
        customer.code, customer.name = "C10001", "启明通讯"
    yield made
    store.set_clock(None)


def bring(*rows: dict[str, Any], header: list[str] = HEADER) -> Report:
    home = db.session.scalar(select(Office).where(Office.code == "SZ"))
    data = files.text([ROW | row for row in rows or ({},)], header, totals=False)
    plan = importing.check(db.session(), "pickups", data, "提货.csv", home)
    return importing.apply(plan, lambda: write_tx(system("import"), "import.pickups"))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.good, report.created, report.updated, len(report.refused)


def stored() -> list[Pickup]:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(Pickup).order_by(Pickup.id))))


def log(desk: Desk, who: Actor | None = None, came: datetime = NOW) -> pickups.Log:
    return pickups.log(db.session(), who or desk.agent, desk.customer, desk.office, came, NOW)


# ------------------------------------------------------------------------------------------ the file


@pytest.mark.rule("CMP-14")
def test_a_log_is_read_with_the_dirt_that_it_has(desk: Desk):
    report = bring(
        {},
        {
            "客户编号": "",
            "客户名称": "启明通讯",
            "约定时间": "2026年11月19日9:00",
            "到达时间": "09:40",
            "车牌": "粤Ｂ 12345",
        },
        {"约定时间": "2026/11/19 23:50", "到达时间": "0:20"},
        {"约定时间": "20261120 1500", "到达时间": ""},
    )
    assert counts(report) == (4, 4, 0, 0)
    first, named, night, open_ = stored()
    assert (first.customer_id, first.planned_at, first.came_at) == (
        desk.customer, datetime(2026, 11, 18, 6, tzinfo=UTC), datetime(2026, 11, 18, 6, 25, tzinfo=UTC))  # fmt: skip
    assert (first.place, first.fleet, first.driver, first.plate, first.waybill) == (
        "龙华工业园", "顺发车队", "刘师傅", "粤B12345", "10000005")  # fmt: skip
    assert (named.customer_id, named.plate, named.came_at) == (
        desk.customer, "粤B12345", datetime(2026, 11, 19, 1, 40, tzinfo=UTC))  # fmt: skip
    assert night.came_at == datetime(2026, 11, 19, 16, 20, tzinfo=UTC)  # after midnight: the day after
    assert open_.came_at is None


def test_the_same_log_again_changes_nothing_and_an_arrival_is_filled_in(desk: Desk):
    rows = ({"到达时间": ""}, {"约定时间": "2026-11-19 09:00", "到达时间": "2026-11-19 09:00"})
    bring(*rows)
    assert counts(bring(*rows)) == (2, 0, 0, 0)
    assert counts(bring({}, rows[1])) == (2, 0, 1, 0)
    assert stored()[0].came_at == datetime(2026, 11, 18, 6, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"客户编号": "C9"}, "客户编号", "C9"), ({"客户编号": "", "客户名称": "谁家"}, "客户名称", "谁家"), ({"客户编号": ""}, "客户编号", "number or by name"),
        ({"约定时间": ""}, "约定时间", ""), ({"约定时间": "明天"}, "约定时间", "明天"), ({"到达时间": "25:70"}, "到达时间", "25:70"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_is_refused_and_says_where(desk: Desk, wrong, field, said):
    report = bring(wrong, {"约定时间": "2026-11-19 09:00"})
    assert counts(report) == (1, 1, 0, 1) and report.refused[0].field == field and said in str(report.refused[0].why)


def test_a_doubtful_arrival_is_kept_and_said(desk: Desk):
    assert [each.field for each in bring({"到达时间": "2026-12-18 14:25"}).warned] == ["到达时间"]


# ------------------------------------------------------------------------------------------ what it says


def entries(desk: Desk, *late: int | None, customer: int | None = None, days: int = 1) -> None:
    """Pick-ups of the last days, one a day, so many minutes late (None: no arrival noted)."""
    with factories.writing() as tx:
        for number, minutes in enumerate(late):
            planned = NOW - timedelta(days=number + days)
            came = None if minutes is None else planned + timedelta(minutes=minutes)
            tx.add(Pickup(office_id=desk.office, key=f"{customer}-{planned}", customer_id=customer or desk.customer,
                          planned_at=planned, came_at=came, place="龙华"))  # fmt: skip


@pytest.mark.rule("CMP-14")
def test_the_log_of_ten_days_says_how_often_and_how_late(desk: Desk):
    entries(desk, 0, 25, -10, 95, None)
    entries(desk, 300, days=11)  # eleven days ago: not looked at
    with factories.writing() as tx:
        other = make_customer(tx, tx.session.get_one(Office, desk.office), "别家", "13622150450").id
    entries(desk, 200, customer=other)
    found = log(desk)
    assert [line.late for line in found.lines] == [0, 25, 0, 95, None]
    assert (found.share, found.worst and found.worst.late, len(found.late)) == (50, 95, 2)
    assert str(pickups.verdict(found)) == "2 of 4 pick-ups of the last 10 days were late (50 %), the worst by 95 min."
    assert "95 min after" in str(pickups.apology(found)) and "2026-11-16 12:00" in str(pickups.apology(found))
    set_figure("complaint.pickup_lookback", 12)
    assert [line.late for line in log(desk).lines][-1] == 300
    assert len(log(desk, came=NOW - timedelta(days=3)).lines) == 6  # counted back from the day of the complaint


@pytest.mark.rule("CMP-14")
def test_the_table_for_the_customer_has_a_line_for_each_pick_up(desk: Desk):
    entries(desk, 0, 25, None)
    told = [str(line) for line in pickups.table_text(log(desk))]
    assert told == [
        "Pick-ups from 2026-11-10 to 2026-11-20", "2026-11-17 12:00 龙华: arrival not noted",
        "2026-11-18 12:00 龙华: came 2026-11-18 12:25, 25 min late", "2026-11-19 12:00 龙华: came 2026-11-19 12:00, in time",
    ]  # fmt: skip


def test_a_log_that_knows_nothing_or_no_delay_says_so(desk: Desk):
    assert "knows no arrival" in str(pickups.verdict(log(desk))) and log(desk).share is None
    entries(desk, 0, None)
    found = log(desk)
    assert str(pickups.verdict(found)) == "All 1 pick-ups of the last 10 days were in time."
    assert (pickups.apology(found), found.worst, found.share) == (None, None, 0)
    assert log(desk, desk.stranger).lines == []

"""Holidays and make-up working days: known, guessed, pasted (freight.md 5, E-34)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.calendar import HALF_DAY, HOLIDAY, MAKE_UP, Calendar
from rules.holidays_cn import HolidayRow, announced_until, as_days, known_days
from rules.hours import DEFAULT_WEEK, read_hours
from rules.notice_cn import read_notice
from rules.words import Refused

NOTICE_2026 = """国务院办公厅关于2026年
部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2025年11月4日"""

NOTICE_2025 = """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。"""


def days(rows, kind):
    return [row.day for row in rows if row.kind == kind]


def run(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def test_2026_is_known_day_by_day():
    rows = known_days(2026)
    assert days(rows, HOLIDAY) == [
        *run("2026-01-01", "2026-01-03"), *run("2026-02-15", "2026-02-23"), *run("2026-04-04", "2026-04-06"),
        *run("2026-05-01", "2026-05-05"), *run("2026-06-19", "2026-06-21"), *run("2026-09-25", "2026-09-27"),
        *run("2026-10-01", "2026-10-07"),
    ]  # fmt: skip
    worked = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    assert [day.isoformat() for day in days(rows, MAKE_UP)] == worked
    assert not any(row.provisional for row in rows)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_known_year_has_248_working_days(year):
    calendar = Calendar(days=as_days(known_days(year), DEFAULT_WEEK))
    assert sum(bool(calendar.day(on).spans) for on in run(f"{year}-01-01", f"{year}-12-31")) == 248


def test_a_year_not_announced_is_guessed_and_every_row_says_so():
    rows = known_days(2027)
    assert [row.name for row in rows if row.day == date(2027, 1, 1)] == ["New Year's Day"]
    assert {date(2027, 2, 6), date(2027, 10, 1)} <= set(days(rows, HOLIDAY))
    assert all(row.provisional and row.source == "estimate" for row in rows)
    assert days(rows, MAKE_UP) == []


@pytest.mark.parametrize("year", [1, 1900, 2003, 2004, 2027, 2028, 2100, 2101, 9999])
def test_no_year_raises(year):
    assert all(row.day.year == year for row in known_days(year))


def test_holidays_are_announced_to_the_end_of_2026():
    assert announced_until() == date(2026, 12, 31)
    assert announced_until([2025, 2027, 2026]) == date(2027, 12, 31)


def test_a_make_up_day_has_the_hours_of_the_weeks_first_open_day():
    week = {2: read_hours("08:00-12:00"), 3: read_hours("09:00-18:00")}
    exceptions = as_days(known_days(2026), week)
    assert exceptions[date(2026, 2, 14)].spans == read_hours("08:00-12:00")
    assert exceptions[date(2026, 2, 15)].spans == ()


def test_a_row_with_hours_of_its_own_keeps_them():
    row = HolidayRow(date(2026, 2, 13), HALF_DAY, "", spans=read_hours("09:00-12:00"))
    assert as_days([row], DEFAULT_WEEK)[row.day].spans == ((540, 720),)


@pytest.mark.parametrize(("text", "year"), [(NOTICE_2026, 2026), (NOTICE_2025, 2025)])
def test_the_printed_notice_gives_the_same_days_as_the_library(text, year):
    read = [(row.day, row.kind) for row in read_notice(text, year)]
    assert read == [(row.day, row.kind) for row in known_days(year)]


def test_rows_of_a_notice_are_final_and_carry_the_festival():
    rows = {row.day: row for row in read_notice(NOTICE_2026, 2026)}
    make_up = rows[date(2026, 9, 20)]
    assert (make_up.kind, make_up.name, make_up.provisional, make_up.source) == (
        MAKE_UP, "National Day", False, "notice",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "year", "off", "work"),
    [
        ("春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励安排职工在除夕（2月9日）休息。",
         2024, run("2024-02-10", "2024-02-17"), ["2024-02-04", "2024-02-18"]),
        ("元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023, run("2022-12-31", "2023-01-02"), []),
        ("元旦：12月30日至1月1日放假调休，共3天。12月29日（星期六）上班。", 2019,
         run("2018-12-30", "2019-01-01"), ["2018-12-29"]),
        ("清明节:4月5日放假,与周末连休。4月8日(星期日)上班。", 2018, run("2018-04-05", "2018-04-05"), ["2018-04-08"]),
        ("劳动节：5月1日-5日放假，4月26日、5月9日上班", 2020,
         run("2020-05-01", "2020-05-05"), ["2020-04-26", "2020-05-09"]),
        ("春节：２月１５日 至 ２３日 放假，共 ９ 天", 2026, run("2026-02-15", "2026-02-23"), []),
    ],
)  # fmt: skip
def test_older_and_shorter_wordings_are_read_too(text, year, off, work):
    rows = read_notice(text, year)
    assert days(rows, HOLIDAY) == off
    assert [day.isoformat() for day in days(rows, MAKE_UP)] == work


@pytest.mark.parametrize(
    ("text", "year", "why"),
    [
        (NOTICE_2026, 2027, "The notice is for %(printed)s, not for %(year)s"),
        ("明年的安排还没有公布", 2027, "No date followed by 放假 or 上班 was found in the text"),
        ("", 2027, "No date followed by 放假 or 上班 was found in the text"),
        ("春节：2月30日放假", 2026, "“%(text)s” is not a date"),
        ("春节：15日放假", 2026, "“%(text)s” is not a date"),
        ("春节：2月15日（周一）放假", 2026, "“%(text)s” does not fall on that weekday in %(year)s"),
        ("春节：2月15日至23日放假调休，共8天。", 2026,
         "From %(first)s there are %(days)s days off, but %(printed)s are printed"),
        ("元旦：1月1日至3日放假1天", 2026, "From %(first)s there are %(days)s days off, but %(printed)s are printed"),
        ("春节：2月23日至15日放假", 2026, "“%(text)s” does not run forward"),
        ("春节：2月15日至17日放假。2月16日上班。", 2026, "%(date)s is printed both as a day off and as a working day"),
    ],
)  # fmt: skip
def test_a_notice_that_cannot_be_right_is_refused_with_the_printed_words(text, year, why):
    with pytest.raises(Refused) as refused:
        read_notice(text, year)
    assert refused.value.why.msgid == why
    assert refused.value.code == 422

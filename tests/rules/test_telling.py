"""Times, money, sizes and phones as people read them (interface 4 and 5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rules import telling

NOW = datetime(2026, 11, 18, 6, 32, 10, tzinfo=UTC)  # 14:32:10 in Shanghai
SHANGHAI = "Asia/Shanghai"


def ahead(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (ahead(seconds=0.4), "1 s left", "soon"),
        (ahead(seconds=40), "40 s left", "soon"),
        (ahead(seconds=60), "1 min 00 s left", "soon"),
        (ahead(seconds=100), "1 min 40 s left", "soon"),
        (ahead(minutes=4, seconds=5), "4 min 05 s left", "soon"),
        (ahead(minutes=10), "10 min 00 s left", "soon"),
        (ahead(minutes=10, seconds=1), "10 min left", "calm"),
        (ahead(minutes=14, seconds=59), "14 min left", "calm"),
        (ahead(minutes=72), "1 h 12 min left", "calm"),
        (ahead(hours=1), "1 h 00 min left", "calm"),
        (ahead(hours=9, minutes=59), "9 h 59 min left", "calm"),
        (ahead(hours=21, minutes=40), "21 h left", "calm"),
        (ahead(hours=24), "1 day left", "calm"),
        (ahead(hours=47), "1 day left", "calm"),
        (ahead(days=3, hours=3), "3 days left", "calm"),
        (NOW, "Just late", "late"),
        (ahead(seconds=-59), "Just late", "late"),
        (ahead(minutes=-26), "26 min late", "late"),
        (ahead(minutes=-65), "1 h 05 min late", "late"),
        (ahead(hours=-13), "13 h late", "late"),
        (ahead(hours=-25), "1 day late", "late"),
        (ahead(days=-2), "2 days late", "late"),
    ],
)
def test_a_clock_says_what_is_left_or_how_late_it_is(due, words, tone):
    assert str(telling.left(NOW, due)) == words
    assert telling.clock_tone(NOW, due) == tone


def test_limits_by_day_turn_soon_on_their_own_warning():
    five_days = ahead(days=5)
    assert telling.clock_tone(NOW, five_days) == "calm"
    assert telling.clock_tone(NOW, five_days, soon_minutes=5 * 1440) == "soon"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "under 1 min"),
        (34, "34 min"),
        (34.9, "34 min"),
        (65, "1 h 05 min"),
        (900, "15 h"),
        (2880, "2 days"),
    ],
)
def test_a_wait_is_told_to_the_minute(minutes, words):
    assert str(telling.took(minutes)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(7, "7 s"), (192, "3 min 12 s"), (600, "10 min 00 s"), (700, "11 min"), (3700, "1 h 01 min")],
)
def test_an_answer_is_told_with_seconds_below_ten_minutes(seconds, words):
    assert str(telling.took_exactly(seconds)) == words


@pytest.mark.parametrize(("minutes_gone", "used"), [(-5, 0), (0, 0), (20, 33), (59.9, 99), (60, 100), (600, 100)])
def test_the_used_share_of_the_allowance_stays_between_none_and_all(minutes_gone, used):
    assert telling.share(NOW, ahead(hours=1), ahead(minutes=minutes_gone)) == used


def test_an_allowance_of_nothing_is_used_up():
    assert telling.share(NOW, NOW, NOW) == 100


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-18T06:06", "14:06"),
        ("2026-11-17T16:00", "00:00"),
        ("2026-11-17T15:59", "17 Nov 23:59"),
        ("2026-11-19T03:30", "tomorrow 11:30"),
        ("2026-11-20T03:30", "20 Nov 11:30"),
        ("2027-01-04T10:00", "4 Jan 2027 18:00"),
    ],
)
def test_an_hour_is_told_in_the_zone_of_the_office(when, words):
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert str(telling.hour(moment, SHANGHAI, NOW)) == words


def test_today_is_the_day_of_the_office_not_of_greenwich():
    after_midnight = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # already the 19th in Shanghai
    assert str(telling.hour(after_midnight, SHANGHAI, after_midnight)) == "01:00"
    assert str(telling.hour(NOW, SHANGHAI, after_midnight)) == "18 Nov 14:32"


def test_the_parts_of_a_date_are_parameters_so_that_a_language_can_turn_them_round():
    told = telling.hour(datetime(2026, 5, 3, 6, 6, tzinfo=UTC), SHANGHAI, NOW)
    assert told.msgid == "%(date)s %(hour)s"
    assert told.params["date"].msgid == "%(day)s %(month)s"
    assert told.params["date"].params["month"].msgid == "May"
    assert str(telling.weekday(date(2026, 2, 14))) == "Sat"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (4826000, "CNY", "¥48,260.00"),
        (0, "CNY", "¥0.00"),
        (-5, "CNY", "-¥0.05"),
        (6200, "USD", "USD 62.00"),
        (-620012345678901, "USD", "USD -6,200,123,456,789.01"),
        (6200, "JPY", "JPY 6,200"),
        (6200, "KWD", "KWD 6.200"),
    ],
)
def test_money_is_told_with_the_exponent_of_its_currency(minor, currency, text):
    assert telling.money(minor, currency) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (820, "820 B"),
        (4710, "4.6 KB"),
        (1023, "1.0 KB"),
        (12 * 1024**2, "12 MB"),
        (10190, "10 KB"),
    ],
)
def test_a_size_is_told_in_two_or_three_figures(count, text):
    assert telling.size(count) == text


@pytest.mark.parametrize(
    ("number", "spaced", "masked"),
    [
        ("13857413306", "138 5741 3306", "138 **** 3306"),
        ("+8613857413306", "138 5741 3306", "138 **** 3306"),
        ("0755-83551234", "0755-83551234", "075*-****1234"),
        ("0755-83551234-801", "0755-83551234-801", "075*-*******4-801"),
        ("95546", "95546", "***46"),
        ("", "", ""),
    ],
)
def test_a_phone_is_shown_in_groups_and_masked_for_those_who_do_not_call(number, spaced, masked):
    assert telling.phone_spaced(number) == spaced
    assert telling.masked_phone(number) == masked


def test_the_script_gets_the_same_words_as_the_server_with_holes_to_fill():
    said = {name: str(words) for name, words in telling.script_words()}
    assert said["left-hm"] == "{h} h {m} min left"
    assert said["late-d1"] == "1 day late"
    assert said["took-m"] == "{m} min"
    assert said["title-new"] == "{n} new"
    assert len(said) == len(telling.script_words())
    assert {f"left-{step}" for step in telling.LEFT} <= set(said)

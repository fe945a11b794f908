"""Cells of an office's file turned into values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import cells
from rules.words import Refused

KG = {"": 1, "kg": 1, "吨": 1000}


@pytest.mark.parametrize(
    "typed",
    [
        "2025/9/24 8:05", "2025-09-24 08:05:00", "20250924 0805", "202509240805", "2025年9月24日 8时5分",
        "2025年9月24日8:05", "2025-09-24T08:05", "２０２５／９／２４　８：０５", datetime(2025, 9, 24, 8, 5, tzinfo=UTC),
    ],
)  # fmt: skip
def test_a_time_may_be_written_in_four_forms(typed: Any) -> None:
    assert cells.moment(typed) == datetime(2025, 9, 24, 8, 5)


@pytest.mark.parametrize(
    "typed", ["2025/9/24", "2025-09-24", "20250924", "2025年9月24日", "45924", 45924.0, date(2025, 9, 24)]
)
def test_a_day_may_be_written_in_four_forms_or_as_a_serial_number(typed: Any) -> None:
    assert cells.day(typed) == date(2025, 9, 24)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)))
def test_a_serial_number_gives_back_the_second_it_was_made_from(at: datetime) -> None:
    at = at.replace(microsecond=0)
    serial = (at - datetime(1899, 12, 30)) / timedelta(days=1)
    assert cells.moment(serial) == at


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("2025-02-30", "no date of the calendar"), ("24/9/2025", "write it as 2025-09-24"), ("下周", "is no date"),
     ("0205-09-24", "cannot be right"), ("2025-09-24 25:00", "no date of the calendar")],
)  # fmt: skip
def test_what_is_no_date_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        cells.moment(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.5", "1234.5"),
        ("１２", "12"),
        ("812.4 KG", "812.4"),
        ("1.2吨", "1200"),
        (42.0, "42"),
        (0.1, "0.1"),
        ("0", "0"),
    ],
)
def test_numbers_come_with_commas_and_units(typed: Any, value: str) -> None:
    assert cells.decimal(typed, KG) == Decimal(value)


def test_a_unit_in_the_header_counts_for_bare_numbers_only() -> None:
    assert cells.decimal("1.5", KG, "吨") == 1500
    assert cells.decimal("1.5kg", KG, "吨") == Decimal("1.5")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("NaN", "is no number"), ("-5", "less than zero"), ("12,5", "in a unit known"), ("3件", "in a unit known"),
     ("∞", "is no number"), ("99999999", "too large"), ("#N/A", "formula")],
)  # fmt: skip
def test_what_is_no_amount_of_anything_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        cells.decimal(typed, KG)


def test_pieces_are_whole() -> None:
    assert cells.whole("3件", {"": 1, "件": 1}) == 3
    with pytest.raises(Refused, match="no whole number"):
        cells.whole("1.5", {"": 1})


def test_text_is_trimmed_of_every_blank_and_invisible_mark() -> None:
    assert cells.line("  广州捷运货代\u3000") == "广州捷运货代"
    assert cells.line("某路311号\r\n后门卸货") == "某路311号 后门卸货"
    assert cells.lines("某路311号\r\n 后门卸货") == "某路311号\n后门卸货"
    assert cells.line("a\u200bb\x07") == "ab"
    assert cells.line("\u3000 ") is None


def test_a_guarding_apostrophe_is_dropped() -> None:
    assert cells.line("'=1+1") == "=1+1"
    assert cells.line("'twas") == "'twas"


def test_a_number_shortened_by_a_spreadsheet_is_refused() -> None:
    assert cells.code("１００００２３６") == "10000236"
    assert cells.code(10000005.0) == "10000005"
    for typed in ("1.00E+07", 1.2e16):
        with pytest.raises(Refused, match="shortened"):
            cells.code(typed)


@pytest.mark.parametrize(
    ("typed", "value"), [("是", True), ("Ｙ", True), (True, True), ("否", False), ("无", False), ("", None)]
)
def test_yes_and_no_have_many_spellings(typed: Any, value: bool | None) -> None:
    assert cells.yes_no(typed) is value


def test_a_word_that_is_not_on_the_list_is_refused_with_the_list() -> None:
    parse = cells.choice({"月结": "monthly", "monthly": "monthly", "到付": "collect"})
    assert parse("Monthly") == "monthly"
    with pytest.raises(Refused, match="possible are 月结、到付"):
        parse("白条")

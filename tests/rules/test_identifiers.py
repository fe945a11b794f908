"""The numbers of the trade: what is taken, what is refused, and that the message names the right digit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import identifiers
from rules.words import Refused


def why(check: Callable[[str], object], typed: str) -> str:
    with pytest.raises(Refused) as caught:
        check(typed)
    assert caught.value.code == 422
    return str(caught.value)


@pytest.mark.parametrize("typed", ["020-12345675", "784-12345675", "999-23456786", "781-00000070"])
def test_an_air_waybill_with_its_check_digit_is_taken(typed: str) -> None:
    assert identifiers.awb(typed) == typed.replace("-", "")


@pytest.mark.parametrize("typed", ["７８４－１２３４５６７５", " 784 1234 5675 ", "784–12345675", "784\u200b12345675"])
def test_an_air_waybill_may_be_typed_wide_spaced_or_dashed(typed: str) -> None:
    assert identifiers.awb(typed) == "78412345675"


@pytest.mark.parametrize(
    ("typed", "digit"), [("784-12345674", 5), ("020-12345678", 5), ("176-98765432", 5), ("999-00000001", 0)]
)
def test_a_wrong_check_digit_is_refused_and_the_right_one_named(typed: str, digit: int) -> None:
    assert f"{typed}: the check digit should be {digit}" in why(identifiers.awb, typed)


@pytest.mark.parametrize("typed", ["", "784-1234567", "784-123456755", "ABC-12345675", "٧٨٤-12345675"])
def test_what_is_no_air_waybill_number_is_refused(typed: str) -> None:
    assert "no air waybill number" in why(identifiers.awb, typed)


@given(st.integers(0, 999), st.integers(0, 9_999_999), st.integers(0, 9))
def test_exactly_one_of_ten_last_digits_is_right(prefix: int, serial: int, digit: int) -> None:
    typed = f"{prefix:03}-{serial:07}{digit}"
    if digit == serial % 7:
        assert identifiers.awb_shown(identifiers.awb(typed)) == typed
    else:
        assert f"should be {serial % 7}" in why(identifiers.awb, typed)


@pytest.mark.parametrize(
    "typed", ["CSQU3054383", "TCLU4265691", "HLXU2008419", "MSKU1234565", "OOLU1234567", "TCLU0000020"]
)
def test_a_container_with_its_check_digit_is_taken(typed: str) -> None:
    assert identifiers.container(typed) == typed
    assert identifiers.container(f"{typed[:4].lower()} {typed[4:10]}-{typed[10]}") == typed


@pytest.mark.parametrize(("typed", "digit"), [("CSQU3054384", 3), ("MSKU1234566", 5), ("MSCU6639871", 0)])
def test_a_container_with_a_wrong_check_digit_is_refused(typed: str, digit: int) -> None:
    assert f"the check digit should be {digit}" in why(identifiers.container, typed)


@pytest.mark.parametrize("typed", ["A1BU1234567", "中国箱U1234567", "CSQX3054383", "CSQU305438", ""])
def test_a_pasted_line_is_no_container_and_no_crash(typed: str) -> None:
    assert "no container number" in why(identifiers.container, typed)


@pytest.mark.parametrize("typed", ["京A12345", "粤B·D12345", "粤B12345D", "沪A1234挂", "粤Z1234港", "粤b57175"])
def test_number_plates_of_all_colours_are_taken(typed: str) -> None:
    assert identifiers.plate(typed) == identifiers.normal(typed)


@pytest.mark.parametrize("typed", ["京AI2345", "京O12345", "粤BDFF234", "台A12345", "A12345"])
def test_a_plate_that_is_none_is_refused(typed: str) -> None:
    assert "no number plate" in why(identifiers.plate, typed)


def test_ship_and_company_numbers_name_the_right_last_character() -> None:
    assert identifiers.imo("IMO 9319466") == "9319466"
    assert "should be 6" in why(identifiers.imo, "9319467")
    assert "7 digits" in why(identifiers.imo, "931946")
    assert identifiers.uscc("91350100m000100y43") == "91350100M000100Y43"
    assert "should be 3" in why(identifiers.uscc, "91350100M000100Y44")
    assert "without I, O, S, V, Z" in why(identifiers.uscc, "91350100M000100O43")


def test_a_bill_of_lading_number_is_doubted_never_refused() -> None:
    assert identifiers.bill_of_lading("COSU 2751273960") == ("COSU2751273960", None)
    number, doubt = identifiers.bill_of_lading("提单号见附件")
    assert number == "提单号见附件"
    assert "does not look like" in str(doubt)

"""Phone numbers as people write them."""

from __future__ import annotations

import pytest

from rules.phones import Phone, mobile, phone
from rules.words import Refused


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "１３８００１３８０００", "+86 13800138000", "008613800138000"],
)
def test_a_mobile_number_is_one_number_however_it_is_written(typed: str) -> None:
    assert mobile(typed) == Phone("13800138000", "13800138000", "", "mobile")


@pytest.mark.parametrize(
    "typed",
    [
        "020-76119384转247", "020-76119384-247", "020 7611 9384 x247", "(020)76119384 ext.247", "02076119384分机247",
        "020-76119384#247",
    ],
)  # fmt: skip
def test_an_extension_is_split_off(typed: str) -> None:
    assert phone(typed) == Phone("02076119384", "020-76119384-247", "247", "landline")


@pytest.mark.parametrize(
    ("typed", "norm", "shown", "kind"),
    [
        ("0755-63457975", "075563457975", "0755-63457975", "landline"),
        ("+86 755 6345 7975", "075563457975", "0755-63457975", "landline"),
        ("0476-8888888", "04768888888", "0476-8888888", "landline"),
        ("400-255-2111", "4002552111", "4002552111", "service"),
        ("95533", "95533", "95533", "service"),
        ("+852 2345 6789", "85223456789", "+852 2345 6789", "abroad"),
        ("0044 20 7946 0958", "442079460958", "+44 20 7946 0958", "abroad"),
    ],
)
def test_other_numbers_that_can_be_called(typed: str, norm: str, shown: str, kind: str) -> None:
    assert phone(typed) == Phone(norm, shown, "", kind)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1380013064", "has 10 digits; a mobile number has 11"),
        ("138001306455", "has 12 digits"),
        ("0755-8888888", "the count of digits is wrong"),
        ("88664050", "lacks the area code"),
        ("10012345678", "cannot be called"),
        ("见备注", "cannot be called"),
        ("13800138000/0755-88664050", "cannot be called"),
        ("", "cannot be called"),
    ],
)
def test_what_cannot_be_called_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as caught:
        phone(typed)
    assert caught.value.code == 422


def test_a_landline_is_no_mobile() -> None:
    with pytest.raises(Refused, match="landline has its own column"):
        mobile("0755-63457975")

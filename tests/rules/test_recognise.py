"""What a pasted chat or mail says (interface 4): phones, waybills, containers, pieces, weight, volume, lane."""

from __future__ import annotations

import pytest

from rules.recognise import read


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("我电话13622150418，急", ("13622150418",)),
        ("１３６２２１５０４１８", ("13622150418",)),
        ("+86 136-2215-0418", ("13622150418",)),
        ("打 13622150418 或 13810202290", ("13622150418", "13810202290")),
        ("13622150418 13622150418", ("13622150418",)),
        ("没有电话", ()),
        ("价格 12345", ()),
    ],
)
def test_phones_are_recognised(text, phones):
    assert read(text).phones == phones


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("单号 6621902 到哪了", ("6621902",)),
        ("主单 784-11112223", ("78411112223",)),
        ("柜号 CSQU3054383 晚到", ("CSQU3054383",)),
        ("csqu 305438 3", ("CSQU3054383",)),
        ("提单 COSU6123456789", ("COSU6123456789",)),
        ("13812345678 6621912", ("6621912",)),
        ("12件 86公斤", ()),
    ],
)
def test_waybill_and_container_numbers_are_recognised(text, numbers):
    assert read(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "pieces", "grams", "litres"),
    [
        ("4件86公斤0.6方", 4, 86_000, 600),
        ("12箱，1.5吨，3 cbm", 12, 1_500_000, 3_000),
        ("20 pcs 300KG", 20, 300_000, None),
        ("３件", 3, None, None),
        ("一些货", None, None, None),
    ],
)
def test_pieces_weight_and_volume_are_recognised(text, pieces, grams, litres):
    found = read(text)
    assert (found.pieces, found.weight_g, found.volume_l) == (pieces, grams, litres)


@pytest.mark.parametrize(
    ("text", "lane"),
    [
        ("深圳到上海 3 吨多少钱", ("深圳", "上海")),
        ("深圳→北京", ("深圳", "北京")),
        ("广州至成都，急", ("广州", "成都")),
        ("多少钱", None),
    ],
)
def test_the_lane_is_recognised(text, lane):
    assert read(text).lane == lane


@pytest.mark.parametrize(
    "text",
    ["", "\x00" * 50, "1" * 10_000, "到" * 5_000, "件" * 100, "٣" * 20, "𝟙𝟛𝟠𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠", "-" * 4_000, "1 " * 3_000],
)
def test_no_text_breaks_it(text):
    assert read(text) is not None


@pytest.mark.parametrize(
    ("text", "ends", "phones"),
    [
        ("13622150418 2290", ("2290",), ("13622150418",)),
        ("136 2215 0418 2290", ("2290",), ("13622150418",)),
        ("1912 13622150418", ("1912",), ("13622150418",)),
        ("0755-8888 6666 1912", ("1912",), ("0755-88886666",)),
        ("尾号1912那票", ("1912",), ()),
        ("尾号 621912，急", ("621912",), ()),
        ("单号 6621912", (), ()),
        ("3000kg 1200件 2500元 2026年 1800 票 18:30", (), ()),
    ],
)
def test_last_digits_of_a_waybill_are_told_from_phones_amounts_and_years(text, ends, phones):
    found = read(text)
    assert (found.ends, found.phones) == (ends, phones)

"""Everything the office types into the find box, on both databases (freight 6 and 8.10)."""

from __future__ import annotations

import pytest

from rules import search
from tests.rules.searching import AGENT, complaint, customer, engine, found, session, shipment  # noqa: F401

# ------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "typed", ["784-12345675", "78412345675", "７８４－１２３４５６７５", " 784 1234 5675 ", "784·12345675"]
)
def test_a_master_number_is_found_however_it_is_typed(session, typed):
    goods = shipment(session, number="10000005", master="784-12345675")
    shipment(session, number="10000012", master="784-12345686")
    answer = search.find(session, AGENT, typed)
    assert (answer.only.what, answer.only.id, answer.exact) == ("shipment", goods.id, True)


def test_a_container_is_found_in_small_letters(session):
    goods = shipment(session, mode="sea", stage="S2", number="10000022", container="MSKU1234565")
    assert found(session, "msku 123456-5") == [("shipment", goods.id)]


def test_each_of_two_containers_on_one_booking_is_found(session):
    goods = shipment(session, mode="sea", stage="S2", booking="SO7788", container="MSKU1234565/TGHU1234560")
    assert found(session, "TGHU1234560") == found(session, "SO7788") == [("shipment", goods.id)]


def test_the_last_four_digits_find_a_waybill(session):
    goods = shipment(session, number="10000005", master="784-12345675")
    assert found(session, "5675") == found(session, "0005") == [("shipment", goods.id)]


def test_three_digits_are_no_end_of_a_number(session):
    shipment(session, number="10000005", master="784-12345675")
    assert found(session, "675") == []


def test_a_whole_number_stands_alone_although_a_case_speaks_of_it(session):
    goods = shipment(session, number="10000005", consignee="刘玲", destination="北京")
    complaint(session, title="10000005 晚到")
    assert found(session, "10000005") == [("shipment", goods.id)]


def test_a_whole_reference_stands_alone_although_a_waybill_ends_so(session):
    case = complaint(session, ref="CMP-20418")
    shipment(session, number="10020418")
    assert found(session, "20418") == [("case", case.id)]


def test_a_short_code_stands_before_longer_ones_that_begin_so(session):
    longer = customer(session, name="甲", code="C12")
    short = customer(session, name="乙", code="C1")
    answer = search.find(session, AGENT, "c1")
    assert [hit.id for hit in answer.hits] == [short.id, longer.id]
    assert answer.exact


def test_a_number_plate_is_found(session):
    goods = shipment(session, mode="road", stage="R1", number="10000032", vehicle="粤B78663")
    assert found(session, "粤b 78663") == [("shipment", goods.id)]


@pytest.mark.parametrize("typed", ["CMP-20418", "cmp20418", "20418", "ＣＭＰ－２０４１８"])
def test_a_case_is_found_by_its_reference(session, typed):
    case = complaint(session)
    complaint(session, ref="CMP-20419")
    assert found(session, typed) == [("case", case.id)]


# ------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize("typed", ["13800133717", "138 0013 3717", "+86 138-0013-3717", "3717"])
def test_a_phone_finds_the_customer(session, typed):
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    customer(session, name="别家", contacts=[{"name": "郭斌", "phone": "13800135957"}])
    assert found(session, typed) == [("customer", row.id)]


def test_a_landline_is_found_without_its_extension(session):
    row = customer(session, contacts=[{"name": "郭斌", "landline": "020-76119384转247"}])
    assert found(session, "020-76119384") == found(session, "9384") == [("customer", row.id)]


def test_the_consignees_phone_finds_the_shipment_after_the_customer(session):
    goods = shipment(session, number="10000005", consignee_phone="13800133717")
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    assert found(session, "13800133717") == [("customer", row.id), ("shipment", goods.id)]


@pytest.mark.parametrize("typed", ["远航国际", "航国", "上海 远航", "航", "崔明", "明"])
def test_a_part_of_a_name_finds_the_customer(session, typed):
    row = customer(session, contacts=[{"name": "崔明"}])
    customer(session, name="深圳嘉信数码有限公司")
    assert found(session, typed) == [("customer", row.id)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("重庆华宇", "cq"),
        ("重庆华宇", "zqhy"),
        ("厦门信达", "XMXD"),
        ("曾志伟", "zzw"),
        ("单小龙", "sxl"),
        ("仇英", "qy"),
        ("解缙", "xj"),
        ("区家明", "ojm"),
        ("谌洪", "sh"),
        ("深圳嘉信数码有限公司", "jxsm"),
        ("深圳市华运国际物流有限公司", "hygj"),
        ("3M中国", "3mzg"),
    ],
)
def test_initials_find_the_customer(session, name, typed):
    row = customer(session, name=name)
    customer(session, name="乌鲁木齐")
    assert found(session, typed) == [("customer", row.id)]


def test_a_latin_name_is_found_by_the_beginning_of_each_word(session):
    row = customer(session, name="Royal Philips（中国）")
    assert found(session, "phil") == found(session, "ROYAL ph") == found(session, "中国") == [("customer", row.id)]


def test_a_beginning_is_found_before_rare_characters(session):
    row = customer(session, contacts=[{"name": "崔明", "wechat": "微𠮷"}])
    assert found(session, "微") == [("customer", row.id)]


def test_a_mail_address_finds_the_customer(session):
    row = customer(session, contacts=[{"name": "崔明", "mail": "ops0@example.com", "wechat": "wx_445140"}])
    assert found(session, "OPS0@example.com") == found(session, "wx_4451") == [("customer", row.id)]


@pytest.mark.parametrize("typed", ["北京 刘玲", "刘玲 北京", "北京刘玲", "刘玲北京", "刘玲　北京"])
def test_a_consignee_is_found_with_the_destination_in_either_order(session, typed):
    goods = shipment(session, number="1", consignee="刘玲", destination="北京")
    shipment(session, number="2", consignee="刘玲", destination="上海", origin="北京")
    shipment(session, number="3", consignee="刘江玲", destination="北京")
    assert found(session, typed) == [("shipment", goods.id)]


@pytest.mark.parametrize(
    ("typed", "right"), [("拉货", 2), ("王伟", 2), ("航班延误", 1), ("班机", 0), ("延误拉货", 0), ("货延时", 0)]
)
def test_words_in_the_text_of_cases_are_found_and_counted_rightly(session, typed, right):
    complaint(session, ref="CMP-1", title="航班延误", content="机场拉货，客户着急，到货延误，延时三天")
    complaint(session, ref="CMP-2", title="拉货", content="延误航班的货", caller_name="王小伟")
    complaint(session, ref="CMP-3", title="少件", content="王伟来电，说航班的延误")
    assert len(found(session, typed)) == right

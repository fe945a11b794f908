"""What an office's file says, row by row: which rows are good, which are refused, at which line, field and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from rules import importing, sheets, tabular
from rules.records import Kind, Record
from rules.tables import Unreadable
from tests.rules import office_files as files

KINDS = {name: home.kind for name, home in importing.HOMES.items()}
CUSTOMERS, WAYBILLS = KINDS["customers"], KINDS["waybills"]


def read(kind: Kind, data: bytes) -> list[Record]:
    return sheets.records(sheets.find(kind, KINDS.values(), tabular.read(data)))


def refusals(kind: Kind, data: bytes) -> list[tuple[int, str, str]]:
    """Line, header and sentence of every refused row."""
    return [(p.line, p.field, str(p.why)) for record in read(kind, data) for p in record.problems]


def unreadable(kind: Kind, data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(kind, data)
    return str(caught.value)


def test_a_good_customer_is_read_whole() -> None:
    (record,) = read(
        CUSTOMERS, files.workbook([files.customer(客户名称="  上海远航 \u3000", 手机="１３８ ００１３ ０７９１")])
    )
    assert (record.line, record.problems, record.doubts) == (3, [], [])
    assert record.values | {"remark": None} == {
        "code": "C10001", "name": "上海远航", "grouping": "direct", "grade": "C", "source": "management",
        "settlement": "monthly", "term_days": 60, "starts_on": date(2025, 6, 11), "ends_on": date(2026, 6, 11),
        "agent": "agent1", "salesperson": "陈国", "contact": "崔明", "post": "物流主管", "mobile": "13800130791",
        "landline": "021-78490077", "wechat": "wx_445140", "mail": "ops0@example.com",
        "note_mailbox": "order0@example.com", "vip": True, "state_owned": False, "stopped": False, "remark": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("dirt", "field", "why"),
    [
        ({"客户名称": None}, "客户名称", "Customer name is missing"),
        ({"客户名称": " \u3000"}, "客户名称", "is missing"),
        ({"客户名称": "长" * 121}, "客户名称", "121 characters"),
        ({"客户编号": None}, "客户编号", "is missing"),
        ({"等级": "E"}, "等级", "possible are A、B、C、D"),
        ({"类别": "朋友"}, "类别", "possible are 直客"),
        ({"手机": "1380013064"}, "手机", "has 10 digits"),
        ({"座机": "0755-8888888"}, "座机", "the count of digits is wrong"),
        ({"协议止": datetime(2025, 6, 10)}, "协议止", "ends on 2025-06-10, before its start on 2025-06-11"),
        ({"协议起": "2025/6/31"}, "协议起", "no date of the calendar"),
        ({"账期(天)": "-3"}, "账期(天)", "less than zero"),
        ({"停办": "可能"}, "停办", "neither yes nor no"),
    ],
)
def test_a_bad_customer_is_refused_with_line_field_and_reason(dirt: dict[str, Any], field: str, why: str) -> None:
    data = files.workbook([files.customer(客户编号="C1"), files.customer(**dirt)])
    ((line, header, sentence),) = refusals(CUSTOMERS, data)
    assert (line, header) == (4, field)
    assert why in sentence


@pytest.mark.parametrize(
    ("dirt", "field", "why"),
    [
        ({"收货人": ""}, "收货人", "Consignee is missing"),
        ({"运单号": ""}, "运单号", "is missing"),
        ({"客户编号": ""}, "客户编号", "is missing"),
        ({"主单号": "784-12345674"}, "主单号", "the check digit should be 5"),
        ({"收货电话": "138001337"}, "收货电话", "has 9 digits"),
        ({"重量(kg)": "-5"}, "重量(kg)", "less than zero"),
        ({"重量(kg)": "很重"}, "重量(kg)", "is no number"),
        ({"体积(m3)": "NaN"}, "体积(m3)", "is no number"),
        ({"件数": "1.5"}, "件数", "no whole number"),
        ({"运费": "12.345"}, "运费", "is no amount"),
        ({"预计到达": "2026-11-14 21:59"}, "预计到达", "lies before departure 2026-11-14 22:00"),
        ({"状态": "飞走了"}, "状态", "possible are 在库"),
        ({"运输方式": "管道"}, "运输方式", "possible are 空运"),
    ],
)
def test_a_bad_waybill_is_refused_with_line_field_and_reason(dirt: dict[str, Any], field: str, why: str) -> None:
    data = files.text([files.waybill(运单号="1"), files.waybill(**dirt)])
    ((line, header, sentence),) = refusals(WAYBILLS, data)
    assert (line, header) == (3, field)
    assert why in sentence


def test_a_container_column_is_checked() -> None:
    header = [*files.WAYBILL_HEADER, "箱号"]
    at_sea = files.waybill(运输方式="海运", 主单号="COSU2751273960", 箱号="CSQU305438-4")
    rows = [at_sea, files.waybill(运单号="2", 箱号="")]
    ((line, field, why),) = refusals(WAYBILLS, files.text(rows, header))
    assert (line, field) == (2, "箱号")
    assert "should be 3" in why


def test_a_bill_of_lading_number_is_only_doubted() -> None:
    (record,) = read(WAYBILLS, files.text([files.waybill(运输方式="海运", 主单号="C/O 1")]))
    assert record.problems == []
    assert [(doubt.field, doubt.line) for doubt in record.doubts] == [("主单号", 2)]


def test_the_dirt_of_a_good_row_is_cleaned() -> None:
    row = files.waybill(
        运单号="１００００２３６", 件数="13件", 收货地址="某路311号\n后门卸货", 品名='手机,"彩盒"',
        发货日期="46334.25", 预计到达="2026/11/17 12:00",
    )  # fmt: skip
    (record,) = read(WAYBILLS, files.text([row | {"重量(kg)": "6,397.0", "体积(m3)": "1.2345"}]))
    assert record.problems == []
    assert {name: record.values[name] for name in ("number", "pieces", "address", "cargo", "weight", "volume", "freight")} == {
        "number": "10000236", "pieces": 13, "address": "某路311号\n后门卸货", "cargo": '手机,"彩盒"',
        "weight": 6_397_000, "volume": 1235, "freight": 469_200,
    }  # fmt: skip
    assert record.values["departs_at"] == datetime(2026, 11, 8, 6, 0)


def test_the_first_of_two_equal_numbers_stands() -> None:
    rows = [files.customer(), files.customer(客户名称="另一家")]
    rows += [files.customer(客户编号="C2", 客户名称=""), files.customer(客户编号="C2")]
    assert refusals(CUSTOMERS, files.workbook(rows)) == [
        (4, "客户编号", "The same number stands in row 3; that one counts"),
        (5, "客户名称", "Customer name is missing; fill it in"),
        (6, "客户编号", "The same number stands in row 5, which is refused; keep one of them"),
    ]


def test_all_problems_of_a_row_are_kept_together() -> None:
    (record,) = read(CUSTOMERS, files.workbook([files.customer(客户名称="", 等级="E")]))
    assert [problem.field for problem in record.problems] == ["客户名称", "等级"]


def test_a_cell_too_many_refuses_the_row() -> None:
    data = files.text([files.waybill(), files.waybill(运单号="2", 品名="图书")])
    ((line, _, why),) = refusals(WAYBILLS, data.replace("图书".encode("gbk"), "图,书".encode("gbk")))[:1]
    assert (line, why[:38]) == (3, "The row has 25 cells, the header 24: t")


def test_an_empty_cell_behind_every_row_is_no_cell_too_many() -> None:
    data = files.text([files.waybill(), files.waybill(运单号="2")], totals=False)
    assert refusals(WAYBILLS, data.replace(b",\r\n", b",,\r\n")) == []


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["gbk", "utf-8", "utf-8-sig"])
def test_any_coding_and_separator_gives_the_same_rows(coding: str, mark: str) -> None:
    rows = [files.waybill(), files.waybill(运单号="2", 收货地址="甲,乙;丙\t丁")]
    found = read(WAYBILLS, files.text(rows, coding=coding, mark=mark))
    assert [(record.line, record.problems) for record in found] == [(2, []), (3, [])]
    assert found[1].values["address"] == "甲,乙;丙\t丁"


@pytest.mark.parametrize("end", range(1, 12))
def test_a_file_cut_off_anywhere_in_its_last_row_refuses_that_row(end: int) -> None:
    data = files.text([files.waybill(), files.waybill(运单号="2", 收货地址="某路\n后门")], totals=False, coding="utf-8")
    last = len(data) - data.rindex(b"\n2,") - 1
    found = read(WAYBILLS, data[: len(data) - last * end // 12])
    assert found[0].problems == []
    assert [(record.line, str(record.problems[0].why)) for record in found[1:]] == [
        (3, "The row is incomplete: the file was cut off here; export it again")
    ]


def test_a_whole_last_row_without_a_line_end_is_taken_and_doubted() -> None:
    data = files.text([files.waybill(备注="轻放")], totals=False, coding="utf-8").rstrip()
    (record,) = read(WAYBILLS, data)
    assert record.problems == []
    assert [doubt.field for doubt in record.doubts] == ["备注"]


def test_titles_totals_signatures_and_repeated_headers_are_no_records() -> None:
    data = files.text([files.waybill()])
    header = data.split(b"\r\n")[0]
    data = (
        "运单导出,2026年11月\r\n\r\n".encode("gbk")
        + data
        + header
        + b"\r\n"
        + "制表：林晓雯,,,2026-11-20\r\n".encode("gbk")
    )
    assert [(record.line, record.problems) for record in read(WAYBILLS, data)] == [(4, [])]


def test_headers_are_known_under_other_names_and_units() -> None:
    header = ["运单编号", "方 式", "客户代码", "收件人", "毛重（吨）", "*状态"]
    row = dict(zip(header, ["1", "航空", "C1", "刘玲", "1.5", "在库"], strict=True))
    (record,) = read(WAYBILLS, files.text([row], header, totals=False))
    assert record.problems == []
    assert (record.values["weight"], record.values["mode"]) == (1_500_000, "air")


def test_unknown_and_double_columns_are_told() -> None:
    header = [*files.CUSTOMER_HEADER, "星座", "手机号码"]
    sheet = sheets.find(CUSTOMERS, KINDS.values(), tabular.read(files.workbook([files.customer()], header)))
    assert [(doubt.line, doubt.field) for doubt in sheet.doubts] == [(2, "星座"), (2, "手机号码")]
    assert "only 手机 is read" in str(sheet.doubts[1].why)


def test_a_file_that_is_no_such_file_gets_one_sentence() -> None:
    assert "a file of waybill data, not of customer data" in unreadable(CUSTOMERS, files.text([files.waybill()]))
    assert "a file of customer data, not of waybill data" in unreadable(WAYBILLS, files.workbook([files.customer()]))
    assert "No header row was found" in unreadable(CUSTOMERS, "姓名的,年龄\n甲,3\n".encode())
    header = [name for name in files.CUSTOMER_HEADER if name != "客户名称"]
    assert "The column 客户名称 is missing in row 2" in unreadable(
        CUSTOMERS, files.workbook([files.customer()], header)
    )


def test_a_header_without_rows_is_no_error() -> None:
    assert read(WAYBILLS, files.text([])) == []

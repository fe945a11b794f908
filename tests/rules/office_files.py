"""Files as an office's old system exports them, with the dirt that such files have; made for the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import openpyxl

CUSTOMER_HEADER = [
    "客户编号", "客户名称", "类别", "等级", "来源", "结算方式", "账期(天)", "协议起", "协议止", "负责客服", "业务员",
    "联系人", "职务", "手机", "座机", "微信", "邮箱", "发单邮箱", "VIP", "国企央企", "停办", "备注",
]  # fmt: skip
WAYBILL_HEADER = [
    "运单号", "主单号", "运输方式", "客户编号", "发货人", "收货人", "收货电话", "收货地址", "始发站", "目的站", "件数",
    "重量(kg)", "体积(m3)", "品名", "航班/车次", "发货日期", "预计到达", "状态", "物控", "中转次数", "回单要求",
    "付款方式", "运费", "备注",
]  # fmt: skip
CUSTOMER = {
    "客户编号": "C10001", "客户名称": "上海远航国际货运集团有限公司", "类别": "直客", "等级": "C",
    "来源": "公司领导", "结算方式": "月结", "账期(天)": 60, "协议起": datetime(2025, 6, 11), "协议止": datetime(2026, 6, 11),
    "负责客服": "agent1", "业务员": "陈国",
    "联系人": "崔明", "职务": "物流主管", "手机": "13800130791", "座机": "021-78490077", "微信": "wx_445140",
    "邮箱": "ops0@example.com", "发单邮箱": "order0@example.com", "VIP": "是", "国企央企": "否", "停办": "否", "备注": None,
}  # fmt: skip
WAYBILL = {
    "运单号": "10000005", "主单号": "784-12345675", "运输方式": "空运", "客户编号": "C10001",
    "发货人": "杜娜华", "收货人": "贺艳怡",
    "收货电话": "13800133717", "收货地址": "乌鲁木齐市某区某路17号", "始发站": "哈尔滨", "目的站": "乌鲁木齐", "件数": "42",
    "重量(kg)": "812.4", "体积(m3)": "2.826", "品名": "玻璃器皿", "航班/车次": "CZ6971", "发货日期": "2026-11-14 22:00",
    "预计到达": "2026-11-17 21:00", "状态": "已开单", "物控": "否", "中转次数": "1", "回单要求": "签字", "付款方式": "月结",
    "运费": "4692", "备注": "",
}  # fmt: skip


def customer(**fields: Any) -> dict[str, Any]:
    """A customer's row, good unless `fields` say otherwise."""
    return CUSTOMER | fields


def waybill(**fields: Any) -> dict[str, Any]:
    """A waybill's row, good unless `fields` say otherwise."""
    return WAYBILL | fields


def workbook(rows: Iterable[dict[str, Any]], header: list[str] = CUSTOMER_HEADER) -> bytes:
    """As the customers are exported: a merged title above the header, a totals row below. Rows start at line 3."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["客户资料导出表（深圳分公司）"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    sheet.append(header)
    rows = list(rows)
    for row in rows:
        sheet.append([row.get(name) for name in header])
    sheet.append(["合计", f"{len(rows)} 家"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(
    rows: Iterable[dict[str, Any]],
    header: list[str] = WAYBILL_HEADER,
    coding: str = "gbk",
    mark: str = ",",
    totals: bool = True,
) -> bytes:
    """As the waybills are exported: GBK, a totals row with fewer cells below. Rows start at line 2."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=mark)
    table.writerow(header)
    for row in rows:
        table.writerow([row.get(name, "") for name in header])
    if totals:
        table.writerow(["合计", *[""] * 9, "3000"])
    return out.getvalue().encode(coding)

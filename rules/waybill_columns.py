"""The waybills' file of an office: its columns, its words, and the checks of its numbers (freight 1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from models import Shipment
from rules import identifiers
from rules.cells import Cell, choice, code, decimal, line, lines, moment, plain, whole, yes_no
from rules.customer_columns import SETTLEMENTS, telephone
from rules.records import Field, Finding, Kind, Values
from rules.stages import STATUS_WORDS
from rules.words import N_, Refused, Words

MODES = {
    "空运": "air", "航空": "air", "空": "air", "air": "air",
    "海运": "sea", "海": "sea", "水运": "sea", "sea": "sea", "ocean": "sea",
    "陆运": "road", "公路": "road", "汽运": "road", "陆": "road", "专线": "road", "road": "road", "truck": "road",
}  # fmt: skip
GRAMS = {
    "": 1000, "kg": 1000, "kgs": 1000, "公斤": 1000, "千克": 1000, "t": 10**6, "吨": 10**6, "g": 1, "克": 1, "斤": 500,
}  # fmt: skip
LITRES = {"": 1000, "m3": 1000, "方": 1000, "立方": 1000, "立方米": 1000, "cbm": 1000, "l": 1, "升": 1}
PIECES = dict.fromkeys(("", *"件箱包托板个袋桶卷捆台套盒只票", "pcs", "ctns", "pkgs"), 1)
TIMES = dict.fromkeys(("", "次"), 1)
FEN = dict.fromkeys(("", "元", "rmb", "cny"), 100)
HELD = "物控"  # the office's own word, kept as the shipper's hold that its file brought


def _rounded(cell: Cell, units: dict[str, int], unit: str) -> int | None:
    value = decimal(cell, units, unit)
    return None if value is None else int(value.to_integral_value("ROUND_HALF_UP"))


def _exact(cell: Cell, units: dict[str, int], unit: str) -> int | None:
    """Minor units; a third decimal is refused, never rounded."""
    value: Decimal | None = decimal(cell, units, unit)
    if value is not None and value != int(value):
        raise Refused(Words(N_("“%(text)s” is no amount; write it with two decimals"), text=str(cell).strip()), 422)
    return None if value is None else int(value)


def _container(cell: Cell) -> str | None:
    typed = plain(cell)
    return typed and identifiers.container(typed)


def _is_held(shipment: Shipment) -> bool:
    return shipment.hold_shipper is not None


def _hold(shipment: Shipment, held: bool | None, _at: datetime) -> None:
    shipment.hold_shipper = HELD if held else None


def master(values: Values) -> str | None:
    """The master number in its normal form: an air waybill is checked, a bill of lading never. Raises Refused."""
    typed = values.get("master")
    if typed and values.get("mode") == "air":
        return identifiers.awb_shown(identifiers.awb(typed))
    return typed and identifiers.bill_of_lading(typed)[0]


def check(values: Values) -> Iterator[Finding]:
    """The air waybill's check digit, a known status word, arrival not before departure."""
    try:
        values["master"] = master(values)
    except Refused as no:
        yield "master", no.why
    words, status = STATUS_WORDS[values["mode"]], values.get("status")
    if status and status not in words:
        yield "status", Words(_STATUS, status=status, words="、".join(words))
    start, end = values.get("departs_at"), values.get("arrives_at")
    if start and end and end < start:
        yield "arrives_at", Words(_BACKWARDS, arrival=f"{end:%Y-%m-%d %H:%M}", departure=f"{start:%Y-%m-%d %H:%M}")


_STATUS = N_("The status “%(status)s” is not known; possible are %(words)s")
_BACKWARDS = N_("Arrival %(arrival)s lies before departure %(departure)s")


def doubt(values: Values) -> Iterator[Finding]:
    """A bill of lading number of an unusual form."""
    typed = values.get("master")
    if typed and values.get("mode") == "sea" and (found := identifiers.bill_of_lading(typed)[1]):
        yield "master", found


def key_of(values: Values) -> str:
    """Carrier and number: the same number may exist at two carriers (freight 1.6)."""
    return f"{values.get('carrier') or ''}/{values['number']}"


def _text(name: str, label: str, aliases: str, parse: Any = line, longest: int = 120) -> Field:
    return Field(name, label, aliases, parse, longest=longest)


FIELDS = (
    Field("number", N_("Waybill number"), "运单号 运单编号 单号 分单号 运单 waybill", code, True, 40),
    Field("master", N_("Master number"), "主单号 主单 提单号 总单号 master mawb", code, longest=40),
    Field("mode", N_("Mode"), "运输方式 方式 业务类型 mode", choice(MODES), True),
    Field("carrier", N_("Carrier"), "承运人 承运商 航空公司 船公司 carrier", line, longest=40, blank=""),
    Field("customer", N_("Customer number"), "客户编号 客户代码 客户号 customercode", code, True, 40,
          column="customer_id"),
    _text("container", N_("Container"), "箱号 柜号 集装箱号 container", _container, 40),
    _text("booking", N_("Booking number"), "订舱号 S/O SO号 booking", code, 40),
    _text("shipper", N_("Shipper"), "发货人 发货方 托运人 寄件人 shipper"),
    Field("consignee", N_("Consignee"), "收货人 收货方 收件人 consignee", line, True),
    _text("consignee_phone", N_("Consignee's phone"), "收货电话 收货人电话 收件电话 收货人手机", telephone, 40),
    _text("address", N_("Delivery address"), "收货地址 收货人地址 送货地址 收件地址 address", lines, 300),
    _text("origin", N_("Origin"), "始发站 起运地 起运港 发站 origin"),
    _text("destination", N_("Destination"), "目的站 目的地 目的港 到站 destination"),
    Field("pieces", N_("Pieces"), "件数 数量 pieces pcs", whole, units=PIECES),
    Field("weight", N_("Weight"), "重量 毛重 实际重量 weight", _rounded, units=GRAMS, column="weight_g"),
    Field("volume", N_("Volume"), "体积 方数 volume cbm", _rounded, units=LITRES, column="volume_l"),
    _text("cargo", N_("Goods"), "品名 货名 货物名称 货品 goods cargo"),
    _text("model", N_("Model"), "型号 规格型号 model"),
    _text("vehicle", N_("Flight, vessel or truck"), "航班/车次 航班号 航班 船名航次 航次 车次 车牌 flight"),
    Field("departs_at", N_("Departure"), "发货日期 发货时间 起飞时间 开船日期 发车时间 ETD", moment),
    Field("arrives_at", N_("Expected arrival"), "预计到达 预计到达时间 到达时间 ETA", moment),
    Field("cut_off_at", N_("Cut-off"), "截载时间 截单时间 截港时间 cut-off", moment),
    Field("status", N_("Status"), "状态 运单状态 货物状态 status", plain, column=""),
    Field("held", N_("Shipper's hold"), "物控 是否物控", yes_no, blank=False,
          column="hold_shipper", read=_is_held, write=_hold),
    Field("transfers", N_("Transfers"), "中转次数 中转", whole, units=TIMES),
    _text("receipt", N_("Return receipt"), "回单要求 回单 签单要求"),
    Field("payment", N_("Payment"), "付款方式 结算方式 运费付款方式 payment", choice(SETTLEMENTS)),
    Field("freight", N_("Freight"), "运费 运费合计 freight", _exact, units=FEN, column="freight_minor"),
    _text("remark", N_("Remark"), "备注 说明 remark remarks", lines, 4000),
)  # fmt: skip
KIND = Kind("waybills", N_("waybill data"), FIELDS, "number", check, doubt, key_of)

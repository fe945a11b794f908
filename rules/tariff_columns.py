"""The price sheet of an office: its columns and its words (INQ-19). Amounts are hundredths until the currency is known."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from rules.cells import Cell, choice, day, decimal, line, plain
from rules.fields import EXPONENTS
from rules.prices import FREIGHT
from rules.records import Field, Finding, Kind, Values
from rules.waybill_columns import MODES
from rules.words import N_, Refused, Words

ITEM_WORDS = {
    "海运费": "ocean_freight", "ocean_freight": "ocean_freight", "ocean freight": "ocean_freight", "O/F": "ocean_freight",
    "空运费": "air_freight", "air_freight": "air_freight", "air freight": "air_freight", "A/F": "air_freight",
    "陆运费": "road_freight", "汽运费": "road_freight", "公路运费": "road_freight", "road_freight": "road_freight",
    "road freight": "road_freight",
    "ALL IN": "all_in", "ALLIN": "all_in", "ALL-IN": "all_in", "全包": "all_in", "包干费": "all_in", "all_in": "all_in",
    "燃油附加费": "fuel", "燃油费": "fuel", "BAF": "fuel", "FSC": "fuel", "fuel": "fuel",
    "安检费": "security", "安全附加费": "security", "SSC": "security", "security": "security",
    "旺季附加费": "peak", "PSS": "peak", "peak": "peak",
    "附加费": "surcharge", "surcharge": "surcharge",
    "码头费": "terminal", "码头操作费": "terminal", "货站费": "terminal", "THC": "terminal", "ORC": "terminal",
    "terminal": "terminal",
    "文件费": "documents", "单证费": "documents", "DOC": "documents", "documents": "documents",
    "报关费": "customs", "customs": "customs",
    "拖车费": "haulage", "haulage": "haulage",
    "进仓费": "warehouse", "入仓费": "warehouse", "warehouse": "warehouse",
    "内装费": "stuffing", "装箱费": "stuffing", "stuffing": "stuffing",
    "保险费": "insurance", "insurance": "insurance",
    "其他": "other", "其他费用": "other", "其它": "other", "other": "other",
}  # fmt: skip
UNIT_WORDS = {
    "20GP": "20GP", "20'GP": "20GP", "20尺": "20GP", "小柜": "20GP", "20": "20GP",
    "40GP": "40GP", "40'GP": "40GP", "40尺": "40GP", "平柜": "40GP", "40": "40GP",
    "40HQ": "40HQ", "40'HQ": "40HQ", "40HC": "40HQ", "高柜": "40HQ",
    "45HQ": "45HQ", "45HC": "45HQ", "45": "45HQ",
    "kg": "kg", "kgs": "kg", "公斤": "kg", "千克": "kg", "/kg": "kg",
    "t": "t", "吨": "t", "ton": "t",
    "CBM": "cbm", "方": "cbm", "立方": "cbm", "立方米": "cbm", "m3": "cbm", "/cbm": "cbm",
    "计费吨": "wm", "W/M": "wm", "wm": "wm", "R/T": "wm", "RT": "wm",
    "票": "bill", "每票": "bill", "单": "bill", "bill": "bill", "B/L": "bill",
    "车": "truck", "每车": "truck", "truck": "truck",
    "件": "piece", "piece": "piece", "pcs": "piece",
}  # fmt: skip
CURRENCY_WORDS = {
    "CNY": "CNY", "RMB": "CNY", "人民币": "CNY", "元": "CNY", "¥": "CNY",
    "USD": "USD", "美元": "USD", "美金": "USD", "$": "USD", "US$": "USD",
    "EUR": "EUR", "欧元": "EUR", "€": "EUR",
    "HKD": "HKD", "港币": "HKD", "港元": "HKD", "港纸": "HKD", "HK$": "HKD",
    "JPY": "JPY", "日元": "JPY", "日圆": "JPY",
}  # fmt: skip
HUNDREDTHS = {"": 100}
LONGEST_KEY = 120


def amount(cell: Cell, units: dict[str, int], unit: str) -> int | None:
    """Hundredths of the currency in its own column; a third decimal is refused, never rounded."""
    value = decimal(cell, units, unit)
    if value is not None and value != int(value):
        raise Refused(Words(N_("“%(text)s” is no amount; write it with two decimals"), text=str(cell).strip()), 422)
    return None if value is None else int(value)


def floor(cell: Cell, units: dict[str, int], unit: str) -> int | None:
    """As `amount`; a refusal never repeats what stood in the cell, because a floor price is in no file that goes out
    (INQ-16)."""
    try:
        return amount(cell, units, unit)
    except Refused:
        raise Refused(Words(N_("The floor price is no amount; write digits with at most two decimals")), 422) from None


def check(values: Values) -> Iterator[Finding]:
    """The floor price not above the selling price, days in order, no fraction that the currency does not have."""
    lowest, selling, currency = values.get("floor"), values.get("selling") or 0, values["currency"]
    if lowest is not None and lowest > selling:
        yield "floor", Words(N_("The floor price lies above the selling price"))
    whole = 10 ** (2 - EXPONENTS[currency])
    for name in ("selling", "floor"):
        if (values.get(name) or 0) % whole:
            yield name, Words(N_("%(currency)s has no such fraction."), currency=currency)
    first, last = values["valid_from"], values.get("valid_until")
    if last and last < first:
        yield "valid_until", Words(N_("The last day lies before the first."))


def item_of(values: Values) -> str:
    """What is charged: a row that names nothing means the freight of its mode."""
    return str(values.get("item") or FREIGHT[values["mode"]])


def key_of(values: Values) -> str:
    """Mode, carrier, origin, destination, item, unit and first day; one that is too long ends in a fingerprint of the whole."""
    found = values | {"item": item_of(values)} if values.get("mode") else values
    parts = (found.get(name) for name in ("mode", "carrier", "origin", "destination", "item", "unit", "valid_from"))
    key = "|".join("" if part is None else str(part).upper() for part in parts)
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[: LONGEST_KEY - 33]}#{sha256(key.encode()).hexdigest()[:32]}"


FIELDS = (
    Field("mode", N_("Mode"), "运输方式 方式 业务类型 mode", choice(MODES), True),
    Field("carrier", N_("Carrier"), "承运人 承运商 船公司 航空公司 船东 carrier", plain, longest=40),
    Field("origin", N_("Origin"), "起运地 起运港 始发站 装货港 POL origin", plain, True, 60),
    Field("destination", N_("Destination"), "目的地 目的港 目的站 卸货港 POD destination", plain, True, 60),
    Field("item", N_("Charge"), "费用项目 费用 项目 费用名称 item charge", choice(ITEM_WORDS)),
    Field("unit", N_("Unit"), "单位 计费单位 箱型 柜型 unit", choice(UNIT_WORDS), True),
    Field("currency", N_("Currency"), "币种 币别 货币 currency", choice(CURRENCY_WORDS), True),
    Field("selling", N_("Selling price"), "卖价 销售价 公司卖价 对外价 单价 selling price", amount, True, units=HUNDREDTHS,
          column="selling_minor"),
    Field("floor", N_("Floor price"), "最低卖价 底价 最低价 最低售价 底线价 floor", floor, units=HUNDREDTHS,
          column="floor_minor", secret=True),
    Field("valid_from", N_("Valid from"), "有效期起 生效日期 生效日 起始日期 有效期自 validfrom", day, True),
    Field("valid_until", N_("Valid until"), "有效期止 失效日期 截止日期 有效期至 到期日 validuntil validto", day),
    Field("remark", N_("Remark"), "备注 说明 remark remarks", line, longest=300),
)  # fmt: skip
KIND = Kind("tariffs", N_("tariff data"), FIELDS, "destination", check, key_of=key_of)

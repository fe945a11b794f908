"""Whether a text tells a price: an amount with a currency or by a unit, in digits of any script or in Chinese numerals, also
pulled apart by blanks, marks or width. A newcomer tells no customer one (INQ-17)."""

from __future__ import annotations

import re
import unicodedata

from rules.store import Actor
from rules.words import N_, Refused, Words

SENTENCE = N_(
    "This looks like a price. While you are a newcomer a price goes out as a quotation that a supervisor has reviewed: make it"
    " under “Quotation”, and tell the customer only when the answer comes."
)

_NUMBER = r"(?:\d[\d.,]*|[零〇一二三四五六七八九十百千万亿两俩壹贰叁肆伍陆柒捌玖拾佰仟萬億点半几]+)"
_SHORT = r"(?<!\d)\d{1,6}(?:\.\d+)?(?![\d:])"
_SPELLED = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|point|and)+)"
)
_MONEY = (
    r"(?:元|圆|美金|美元|美刀|人民币|港币|港元|欧元|日元|英镑|块(?!板|木|儿|钢|铁|石|地)|毛(?!重|利|巾|毯|坯)|角(?!度|落|铁|色|钢|料|码)|刀(?!具|片|模)|"
    r"rmb|cny|usd|hkd|eur|jpy|gbp|dollar|buck|yuan|euro|yen|[¥$€£])"
)
_UNIT = (
    r"(?:公斤|千克|kg|kilo|吨|ton|方|立方|cbm|m3|票|单|柜|箱|车|件|个|teu|feu|20gp|40gp|40hq|45hq|bill|shipment|box|container|"
    r"truck|piece)"
)
_MEASURE = (
    r"(?!\d|[.,]\d|公斤|千克|kg|kilo|吨|ton|方|立方|cbm|m3|件|个|层|箱|柜|车|票|"
    r"天|日|月|号|点|小时|分钟|min|hour|day|年|%)"
)
_ASKED = r"(?:价格?|报价?|运费|费用?|收费|收您|卖|price|rate|quote|cost|charge|freight|allin)"
_PRICES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NUMBER}[多来余几约左右的]{{0,3}}{_MONEY}",
        rf"{_SPELLED}(?:us|american)?{_MONEY}",
        rf"{_MONEY}[^\d]{{0,3}}{_NUMBER}",
        rf"{_NUMBER}(?:/|每|per|a|each){_UNIT}",
        rf"(?:每|per|一){_UNIT}[是为约要收算:=]{{0,2}}{_NUMBER}{_MEASURE}",
        rf"{_ASKED}[是为约要收算您给到:=@]{{0,4}}{_NUMBER}{_MEASURE}",
        rf"(?:\d|[百千万k])一{_UNIT}",
        rf"(?:给您|算您?|只要|便宜|优惠|低|降到?|降了|加)(?:了|您)?{_SHORT}{_MEASURE}",
        rf"(?:全包|包干|allin|o/f){_NUMBER}{_MEASURE}",
        rf"(?:20gp|40gp|40hq|45hq|[24]0尺|高柜|大柜|小柜)[:@是要为]{{0,2}}\d{{3,6}}{_MEASURE}",
        rf"(?<![\d.])(?:公斤|千克|kg|cbm|m3)[:@是]?\d+\.\d+{_MEASURE}",
        rf"(?:空运|海运|陆运|铁路)(?:\d+\.\d+{_MEASURE}|[一二三四五六七八九十]+点[一二三四五六七八九](?![十点分]))",
        r"按\d+(?:\.\d+)?(?:走|算|做|收|报)|\d{3,6}(?:可以做|能做|就做|可做)",
        r"[一二三四五六七八九\d][\d五]?折(?![叠合])|\d分(?:/|每)",
        rf"(?:rmb|cny|usd|hkd|eur|gbp){_SPELLED}|{_SPELLED}(?:/|per|each){_UNIT}",
        rf"{_NUMBER}(?:全包|包干|包到门|allin|each)",
        r"@\d",
    )
)
_BULK = r"(?:公斤|千克|kg|kilo|吨|ton|方|立方|cbm|m3|柜|teu|20gp|40gp|40hq)"
_RATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NUMBER}(?:{_MONEY})?钱?(?:/|每|per|a|each|一){_BULK}",
        rf"(?:每|per|一){_BULK}{_NUMBER}{_MONEY}",
    )
)
_BETWEEN = re.compile(r"[\s_*·•|~'\"`‘’“”,，、\-–—]+")


def priced(text: str | None) -> bool:
    """Whether a text holds anything that looks like a price, however it is written or pulled apart."""
    return any(pattern.search(_together(text)) for pattern in _PRICES)


def rated(text: str | None) -> bool:
    """Whether a text tells what a kilogram, a cubic metre or a container costs: a freight rate, and no fee or refund."""
    return any(pattern.search(_together(text)) for pattern in _RATES)


def _together(text: str | None) -> str:
    plain = "".join(_digit(sign) for sign in unicodedata.normalize("NFKC", text or "").casefold())
    return re.sub(r"(?<=\d)o+(?![a-z])", lambda found: "0" * len(found.group()), _BETWEEN.sub("", plain))


def _digit(sign: str) -> str:
    """Digits of any script as 0 to 9; marks that are not seen fall away."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return "" if unicodedata.category(sign) in ("Mn", "Me", "Cf") else sign


def check(who: Actor, text: str | None, field: str = "text", rates: bool = False) -> None:
    """Raise Refused (422) at `field` when a newcomer would tell a customer a price; with `rates` only a freight rate."""
    if who.newcomer and (rated(text) if rates else priced(text)):
        raise Refused(Words(SENTENCE), 422, field)

"""Amounts of money in what people write: ¥500, 五百块, ５００ 元, 1.5万, USD 80, 50 % (CMP-08)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

TRADITIONAL = str.maketrans(
    "賠補償減擔塊圓萬貳參陸兩運費貨損單請給您們會願問題責權誤後還額匯轉錢從點關於讓應",
    "赔补偿减担块元万贰叁陆两运费货损单请给您们会愿问题责权误后还额汇转钱从点关于让应",
)
# Words that stand for a sum without naming it.
WHOLE = re.compile(
    r"全额|全款|全部(?!责任)|一半|半价|\d+(?:\.\d+)?%|[一二两三四五六七八九半]成|[一二三四五六七八九]折|免费|"
    r"运费|费用|货款|货值|声明价值|差价|差额|损失|仓租|仓储费|杂费|派送费|提货费|手续费|"
    r"\b(?:in full|full amount|half|freight|charges?|fees?|costs?|loss(?:es)?|damages?|difference|value of the goods)\b"
)
_DIGITS = {c: n for n, chars in enumerate(("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
           for c in chars}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_HAN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMBER = rf"(?:\d+(?:\.\d+)?(?:[百千万]|[kK](?![gG]))?|[{_HAN}]+)"
_BEFORE = r"(?:人民币|[¥$€£]|rmb|cny|usd|us\$|hkd|eur|gbp|美元|美金)"
_AFTER = r"(?:元|块钱?|圆|人民币|rmb|cny|usd|hkd|eur|gbp|美元|美金|美刀|刀|港币|港元|欧元|yuan|kuai|dollars?|bucks)"
_WITH_UNIT = re.compile(
    rf"(?P<before>{_BEFORE})\s*(?P<a>{_NUMBER})(?:{_AFTER})?|(?P<b>{_NUMBER})\s*(?P<after>{_AFTER})"
)
_BARE = re.compile(rf"(?<![\d.A-Za-z:/-])(?P<n>{_NUMBER})")
_COUNTED = re.compile(
    r"(?!\s*(?:today|tomorrow|now|and|for|if|as|in|at|by|to|on|this|next|back|more|extra|instead|but|or|when|each|per|a|once|twice)\b)\s*(?:[件票箱个份单张次位台套包袋吨方升斤克米年月日号天周时分秒小点多家名项条架%:/-]|\.(?=\d)|公斤|立方|工作日|kg|g\b|t\b|cbm|m3|"
    r"pcs|pieces?|cartons?|boxes|days?|hours?|minutes?|min\b|h\b|times?|weeks?|am\b|pm\b|st\b|nd\b|rd\b|th\b|[A-Za-z])"
)
_ONES = re.findall(r"\w+", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
                   " seventeen eighteen nineteen")  # fmt: skip
_TYS = re.findall(r"\w+", "ten twenty thirty forty fifty sixty seventy eighty ninety")
_ENGLISH = {word: n * 10 for n, word in enumerate(_TYS, 1)} | {word: n for n, word in enumerate(_ONES, 1)} | {"a": 1}
_WORD = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(?:{_WORD})(?:[ -](?:{_WORD}))?[ -](?:hundred|thousand)(?:(?: and)?[ -](?:{_WORD}|hundred|thousand)\b)*"
)
CURRENCIES = (
    ("USD", ("$", "us$", "usd", "美元", "美金", "美刀", "刀", "dollar", "dollars", "bucks")), ("HKD", ("hkd", "港币", "港元")),
    ("EUR", ("€", "eur", "欧元")), ("GBP", ("£", "gbp")),
)  # fmt: skip
LONGEST_BARE = 6  # digits: a longer number without a unit is a waybill or a phone


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in minor units as it stands at `start`; None: it cannot be read as one number."""

    start: int
    end: int
    minor: int | None
    currency: str
    unit: bool


def plain(text: str) -> str:
    """The text as amounts are looked for in: half width, simplified, lower case, without spaces between Chinese and digits."""
    text = unicodedata.normalize("NFKC", text).replace("\uffe5", "¥").translate(TRADITIONAL).lower()
    text = _SPELLED.sub(lambda found: str(_english(found[0])), text)
    text = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=[\d.])[ \t]+(?=[\d.])", "", text)
    return re.sub(r"(?<=[\u4e00-\u9fff¥\d])[ \t]+(?=[\u4e00-\u9fff\d¥])", "", text)


def find(text: str) -> list[Amount]:
    """Every amount in a `plain` text, with its unit or without one where it counts nothing else."""
    found = []
    for m in _WITH_UNIT.finditer(text):
        number = m["a"] or m["b"]
        found.append(Amount(m.start(), m.end(), _minor(number), _currency(m["before"] or m["after"]), True))
    for m in _BARE.finditer(text):
        inside = any(a.start <= m.start() < a.end for a in found if a.unit)
        if not inside and _may_be_money(m["n"]) and not _COUNTED.match(text, m.end()):
            found.append(Amount(m.start(), m.end(), _minor(m["n"]), "CNY", False))
    return sorted(found, key=lambda amount: amount.start)


def _english(words: str) -> int:
    """two thousand five hundred → 2500."""
    total = part = 0
    for word in re.split(r"[ -]", words):
        if word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            part += _ENGLISH.get(word, 0)
    return total + part


def _may_be_money(number: str) -> bool:
    if number[0] in _HAN:
        return len(number) > 1 and any(c in "十百千万拾佰仟" for c in number)
    digits = re.sub(r"\D", "", number)
    return len(digits) <= LONGEST_BARE and not (len(number) > 1 and number[0] == "0" and number[1].isdigit())


def _currency(unit: str) -> str:
    return next((code for code, units in CURRENCIES if unit in units), "CNY")


def _minor(number: str) -> int | None:
    """1.5万 → 1,500,000; 两千五 → 250,000; None for what is no number."""
    if number[0].isdigit():
        scale = {"百": 100, "千": 1000, "k": 1000, "万": 10_000}.get(number[-1], 1)
        return round(float(number.rstrip("百千万k")) * scale * 100)
    value = _han(number)
    return None if value is None else value * 100


def _han(number: str) -> int | None:
    if "亿" in number:
        return None
    if "万" in number:
        high, _, low = number.partition("万")
        more, base = _han(low) if low else 0, _han(high) if high else None
        if base is None or more is None:
            return None
        return base * 10_000 + (more * 1000 if len(low) == 1 and low in _DIGITS else more)
    total, digit, unit = 0, 0, 1
    for c in number:
        if c in _TENS:
            total, unit, digit = total + (digit or 1) * _TENS[c], _TENS[c], 0
        elif _DIGITS[c] == 0:
            unit = 1
        else:
            digit = _DIGITS[c]
    spoken = unit >= 100 and digit and number[-2:-1] in _TENS  # 两千五 is 2,500
    return total + digit * (unit // 10 if spoken else 1)

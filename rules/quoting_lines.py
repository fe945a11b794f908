"""The charges of a quotation: their sums, their fingerprint, their words for the customer (INQ-16, FIN-14)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from models import Quotation, QuotationLine
from rules import telling
from rules.fields import EXPONENTS, minor_units
from rules.prices import ITEMS, UNITS
from rules.words import N_, Refused, Words

BASES = {
    "margin": N_("Margin on the cost"),
    "selling": N_("Company selling price"),
    "floor": N_("Floor price, oral only"),
}
CURRENCIES = tuple((code, code) for code in EXPONENTS)
SAME = ("item", "text", "amount_minor", "currency", "unit", "quantity_m", "includes", "tariff_id")


def line(row: dict[str, Any]) -> QuotationLine:
    """A charge from a checked row of the form. Raises Refused (422): no amount, ALL IN without its list (FIN-14), a fraction
    that the currency does not have."""
    if row.get("item") not in ITEMS or row.get("unit") not in UNITS or row.get("currency") not in EXPONENTS:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "lines")
    if row.get("amount") is None:
        raise Refused(Words(N_("Write the amount, for example 120.00.")), 422, "lines")
    if row["item"] == "all_in" and not row.get("includes"):
        raise Refused(Words(N_("ALL IN must list what it includes.")), 422, "lines")
    quantity = row.get("quantity")
    if quantity is not None and not 1 <= quantity <= 100_000_000_000:
        raise Refused(Words(N_("A quantity is more than nothing.")), 422, "lines")
    return QuotationLine(
        item=row["item"], text=row.get("text"), amount_minor=minor_units(row["amount"], row["currency"]),
        currency=row["currency"], unit=row["unit"], quantity_m=1000 if quantity is None else quantity,
        includes=row.get("includes") if row["item"] == "all_in" else None, tariff_id=row.get("tariff_id"),
    )  # fmt: skip


def same(line: QuotationLine) -> tuple[Any, ...]:
    """What makes two charges the same."""
    return tuple(getattr(line, name) for name in SAME)


def counting(lines: Iterable[QuotationLine]) -> list[QuotationLine]:
    """Those that were not taken out."""
    return [line for line in lines if line.struck_at is None]


def amount(line: QuotationLine) -> int:
    """Amount per unit times quantity, in minor units, halves up."""
    return (line.amount_minor * line.quantity_m + 500) // 1000


def totals(lines: Iterable[QuotationLine]) -> dict[str, int]:
    """Minor units per currency, never added up together; renminbi first."""
    sums: dict[str, int] = {}
    for each in counting(lines):
        sums[each.currency] = sums.get(each.currency, 0) + amount(each)
    return {code: sums[code] for code in sorted(sums, key=lambda code: (code != "CNY", code))}


def fingerprint(quotation: Quotation, lane: str | None = None) -> str:
    """SHA-256 over everything that the customer is told, the lane with it: what was approved is what is sent."""
    told = [list(same(each)) for each in counting(quotation.lines)]
    until = quotation.valid_until.isoformat() if quotation.valid_until else None
    whole = [quotation.number, quotation.basis, quotation.indicative, quotation.remark, until, told, lane]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


# ------------------------------------------------------------------------------------------ words


def name(line: QuotationLine) -> Words:
    """What a charge is called: "Other charge (phytosanitary certificate)"."""
    item = Words(ITEMS.get(line.item, line.item))
    return Words(N_("%(item)s (%(text)s)"), item=item, text=line.text) if line.text else item


def rate(line: QuotationLine) -> Words:
    """Amount and unit: "¥5.20 per kg"."""
    price = telling.money(line.amount_minor, line.currency)
    return Words(N_("%(amount)s per %(unit)s"), amount=price, unit=Words(UNITS.get(line.unit, line.unit)))


def quantity(line: QuotationLine) -> str:
    """How many units: "86.5"."""
    return f"{line.quantity_m / 1000:.3f}".rstrip("0").rstrip(".")


def line_words(line: QuotationLine) -> Words:
    """One charge as the customer reads it."""
    params = {"name": name(line), "rate": rate(line), "quantity": quantity(line),
              "sum": telling.money(amount(line), line.currency)}  # fmt: skip
    if line.includes:
        return Words(N_("%(name)s: %(rate)s × %(quantity)s = %(sum)s, includes %(list)s"), **params, list=line.includes)
    return Words(N_("%(name)s: %(rate)s × %(quantity)s = %(sum)s"), **params)


def told(quotation: Quotation, ref: str, lane: str | None) -> list[Words]:
    """What the customer is told, line by line. Of a floor price nothing is written, so there is nothing (INQ-16)."""
    if quotation.basis == "floor":
        return []
    title = N_("Quotation %(ref)s-%(number)s") if not lane else N_("Quotation %(ref)s-%(number)s, %(lane)s")
    params = {"lane": lane} if lane else {}
    found = [Words(title, ref=ref, number=quotation.number, **params)]
    found += [line_words(each) for each in counting(quotation.lines)]
    found += [
        Words(N_("Total %(amount)s"), amount=telling.money(minor, code))
        for code, minor in totals(quotation.lines).items()
    ]
    if quotation.indicative:
        found.append(Words(N_("Indicative: the carrier's new price is not out yet.")))
    if quotation.valid_until:
        found.append(Words(N_("Valid until %(day)s"), day=quotation.valid_until.isoformat()))
    if quotation.remark:
        found.append(Words(N_("Remark: %(text)s"), text=quotation.remark))
    return found

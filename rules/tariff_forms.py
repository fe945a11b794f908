"""Forms of the tariff table: a new line, other prices, withdrawing one (INQ-19, E-22)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import fields
from rules.byhand import Day
from rules.prices import ITEMS, UNITS
from rules.stages import MODES
from rules.words import N_, Refused

CURRENCIES = tuple((code, code) for code in fields.EXPONENTS)
AMOUNTS = {"selling": "selling_minor", "floor": "floor_minor"}


class PricesForm(Form):
    """Prices of a line, its last day and a remark; the amounts come out in minor units of the currency."""

    selling = fields.Money(N_("Selling price"), [fields.Filled(N_("Write the amount, for example 120.00."))])
    floor = fields.Money(N_("Floor price"))
    currency = fields.pick(N_("Currency"), CURRENCIES, fields.Filled(), default="CNY")
    valid_until = Day(N_("Valid until"), render_kw={"type": "date"})
    remark = fields.sentence(N_("Remark"), longest=300)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuses a fraction of a currency that has none."""
        good = bool(super().validate(extra_validators))
        for name in AMOUNTS if good else ():
            try:
                typed = self[name].data
                self[name].minor = None if typed is None else fields.minor_units(typed, self.currency.data)
            except Refused as no:
                self[name].errors, good = [no.why], False
        return good

    def values(self) -> dict[str, Any]:
        """The checked form as columns."""
        plain = {name: self[name].data for name in ("currency", "valid_until", "remark")}
        return plain | {column: self[name].minor for name, column in AMOUNTS.items()}


class TariffForm(PricesForm):
    """A new line."""

    mode = fields.pick(N_("Mode"), tuple(MODES.items()), fields.Filled(), default="sea")
    carrier = fields.text(N_("Carrier"), longest=40)
    origin = fields.text(N_("Origin"), fields.Filled(N_("Write where it begins.")), longest=60)
    destination = fields.text(N_("Destination"), fields.Filled(N_("Write where it leads.")), longest=60)
    item = fields.pick(N_("Charge"), tuple(ITEMS.items()), fields.Filled(), default="ocean_freight")
    unit = fields.pick(N_("Unit"), tuple(UNITS.items()), fields.Filled(), default="40HQ")
    valid_from = Day(N_("Valid from"), [fields.Filled(N_("Write the first day."))], render_kw={"type": "date"})
    office_id = fields.pick(N_("Office"), ())

    def values(self) -> dict[str, Any]:
        """The checked form as columns; the office only where it is chosen."""
        names = ("mode", "carrier", "origin", "destination", "item", "unit", "valid_from")
        office = self.office_id.data if "office_id" in self else None
        return (
            super().values()
            | {name: self[name].data for name in names}
            | {"office_id": int(office) if office else None}
        )


class WithdrawForm(Form):
    """Why a line is taken out of use."""

    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)

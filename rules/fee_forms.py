"""Forms of the fee table: a new line, other amounts from a day on, a last day (E-22)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import catalogue, fields, stages
from rules.byhand import Day
from rules.charges import ITEMS
from rules.words import N_, Refused, Words

CURRENCIES = tuple((code, code) for code in fields.EXPONENTS)
KINDS = tuple((kind.code, kind.name) for kind in catalogue.KINDS)
STAGES = (("", N_("any stage")), *stages.NAMES.items())
AMOUNTS = ("receivable_minor", "payable_minor")


def day(label: str, *checks: Any) -> Day:
    """A day, empty for none."""
    return Day(label, list(checks), render_kw={"type": "date"})


class AmountsForm(Form):
    """What the customer pays and what we pay, in one currency; the amounts come out in its minor units."""

    receivable_minor = fields.Money(N_("The customer pays"), filters=[lambda typed: typed or 0])
    payable_minor = fields.Money(N_("We pay"), filters=[lambda typed: typed or 0])
    currency = fields.pick(N_("Currency"), CURRENCIES, fields.Filled(), default="CNY")

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuses a fraction of a currency that has none."""
        good = bool(super().validate(extra_validators))
        for name in AMOUNTS if good else ():
            try:
                self[name].minor = fields.minor_units(self[name].data, self.currency.data)
            except Refused as no:
                self[name].errors, good = [no.why], False
        return good

    def amounts(self) -> dict[str, Any]:
        """The checked amounts, in minor units, and their currency."""
        return {name: self[name].minor for name in AMOUNTS} | {"currency": self.currency.data}


class FeeForm(AmountsForm):
    """A new line of the table."""

    code = fields.pick(N_("Kind of change"), KINDS, fields.Filled(N_("Choose a kind of change.")))
    item = fields.pick(N_("Charged as"), tuple(ITEMS.items()), fields.Filled(), default="change")
    carrier = fields.text(N_("Carrier"), longest=40)
    stage = fields.pick(N_("Stage"), STAGES)
    office = fields.pick(N_("Office"), ())
    valid_from = day(N_("Valid from"), fields.Filled(N_("Write the first day.")))
    valid_until = day(N_("Valid until"))

    def values(self) -> dict[str, Any]:
        """The line as `fees.add` takes it."""
        plain = {name: self[name].data for name in ("code", "item", "carrier", "stage", "valid_from", "valid_until")}
        office = self.office.data if "office" in self else None
        return plain | self.amounts() | {"office_id": int(office) if office else None}


class ChangeForm(AmountsForm):
    """Other amounts from a day on."""

    from_day = day(N_("From which day on"), fields.Filled(N_("Write from which day on.")))


class EndForm(Form):
    """The last day of a fee; empty: it goes on."""

    last = day(N_("Valid until"))


def no_office(form: FeeForm) -> FeeForm:
    """The form of a person who belongs to an office: the line is his office's."""
    del form.office
    return form


def with_offices(form: FeeForm, offices: list[tuple[str, str]]) -> FeeForm:
    """The form of a person without an office: one of `offices`, or all."""
    form.office.choices = [("", Words(N_("all offices"))), *offices]
    return form

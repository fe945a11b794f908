"""What is asked for when a price is noted, a quotation drafted, sent or found wrong (INQ-13, INQ-16, INQ-18, FIN-14)."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, Form, FormField

from rules import fields
from rules.admin_forms import day
from rules.prices import ITEMS, UNITS
from rules.quoting_lines import BASES, CURRENCIES
from rules.quoting_sources import KINDS
from rules.words import N_, Words
from workflows.common import CHANNELS

MOST = 40  # lines
EMPTY = 3  # rows left free below those that are filled
AMOUNT = N_("Write the amount, for example 120.00.")


class Row(Form):
    """One charge; a row without anything written in it is none."""

    item = fields.pick(N_("Charge"), (("", ""), *ITEMS.items()))
    text = fields.text(N_("Named"), longest=120)
    amount = fields.Money(N_("Amount"))
    currency = fields.pick(N_("Currency"), CURRENCIES, default="CNY")
    unit = fields.pick(N_("Per"), tuple(UNITS.items()), default="kg")
    quantity = fields.Number(N_("Quantity"), scale=1000)
    includes = fields.sentence(N_("ALL IN includes"), longest=300)
    tariff_id = fields.Whole("")

    @property
    def filled(self) -> bool:
        """Whether anything was written."""
        typed = (self.amount.raw_data or [""])[0].strip()
        return bool(self.item.data or self.text.data or typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """A filled row needs a charge and an amount, ALL IN also the list of what it includes (FIN-14)."""
        if not self.filled:
            return True
        good: bool = super().validate(extra_validators)
        wanted = [(self.item, N_("Choose what is charged.")), (self.amount, AMOUNT)]
        if self.item.data == "all_in":
            wanted.append((self.includes, N_("ALL IN must list what it includes.")))
        for field, ask in wanted:
            if field.data is None and not field.errors:
                field.errors = [Words(ask)]
                good = False
        return good


class Rows(FieldList):
    """The charges of a draft; what was sent counts as sent even when every row is empty."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the rows, and leave some free below them."""
        super().process(formdata, data or [])
        self.raw_data = [len(self.entries)] if formdata else None
        while len(self.entries) < MOST and sum(not row.form.filled for row in self.entries) < EMPTY:
            self._add_entry()

    @property
    def data(self) -> list[dict[str, Any]]:
        """The rows in which something is written."""
        return [row.form.data for row in self.entries if row.form.filled]


class Draft(Form):
    """A quotation: its charges, what it rests on, how long it holds."""

    lines = Rows(FormField(Row), N_("Charges"), max_entries=MOST)
    basis = fields.pick(N_("Reckoned from"), tuple(BASES.items()), default="margin")
    source_id = fields.Offered(N_("Price source"))
    cost = fields.Money(N_("It costs us in total"))
    cost_currency = fields.pick(N_("Currency of the cost"), CURRENCIES, default="CNY")
    valid_until = day(N_("Valid until"))
    remark = fields.sentence(N_("Remark for the customer"), longest=300)
    indicative = fields.Tick(N_("Indicative: the new price is not out yet"))
    competitor = fields.text(N_("Cheaper competitor"), longest=120)
    competitor_price = fields.Money(N_("His price in total"))
    reduction = fields.sentence(N_("Why we reduce"), longest=300)
    tariff = fields.Whole("")


class Source(Form):
    """What somebody asks for the transport."""

    kind = fields.pick(N_("Who asks this"), tuple(KINDS.items()), fields.Filled(), default="own")
    name = fields.text(N_("Name"), fields.Filled(N_("Write whose price it is.")), longest=120)
    amount = fields.Money(N_("Amount (empty: he has no price)"))
    currency = fields.pick(N_("Currency"), CURRENCIES, default="CNY")
    unit = fields.pick(N_("Per"), tuple(UNITS.items()), default="kg")
    valid_until = day(N_("Valid until"))
    remark = fields.sentence(N_("Remark"), longest=300)


class Approved(Form):
    """Which source a supervisor lets be used."""

    source = fields.Whole(N_("Price source"), [fields.Filled(N_("Choose the source."))])


class Send(Form):
    """How the quotation goes to the customer, and in which language."""

    channel = fields.pick(N_("Channel"), CHANNELS, fields.Filled(), default="wechat")
    language = fields.pick(N_("Language"), (("zh", N_("Chinese")), ("en", N_("English"))), default="zh")
    party = fields.text(N_("Person and number"), longest=200)


class Fault(Form):
    """Which version was wrong, and why (INQ-22)."""

    number = fields.Offered(N_("Version"))
    reason = fields.sentence(
        N_("What was wrong"), fields.Filled(N_("Give the reason; others will read it.")), longest=300
    )

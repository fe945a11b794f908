"""Forms of inquiries: what logging asks, what is known of the goods (built from the list of fields), how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import Field, Form

from rules import cargo_asks, cargo_data, fields
from rules.cargo_data import ASKS, GOODS, Ask
from rules.words import N_
from workflows.common import CHANNELS, Opening

TOPICS = (
    ("price", N_("Inquiry")),
    ("cargo", N_("Tracing")),
    ("callback", N_("Call back")),
    ("ledger", N_("E-ledger")),
    ("statement", N_("Stock statement")),
    ("other", N_("Other question")),
)
YES_NO: dict[bool | None, str] = {True: "yes", False: "no", None: ""}
ANSWERS = (("", ""), ("yes", N_("yes")), ("no", N_("no")))
OUTCOMES = (
    ("", N_("Choose")), ("won", N_("won")), ("lost", N_("lost to somebody else")), ("declined", N_("declined")),
    ("answered", N_("answered, nothing was to be won")),
)  # fmt: skip
CURRENCIES = tuple((code, code) for code in fields.EXPONENTS)
PIECES = {"pieces": "pieces", "weight": "weight_g", "volume": "volume_l"}  # a recognised piece: its field


class Accepted(Field):
    """Recognised pieces that were left ticked while logging, as fields of the goods: “weight:42000” is 42,000 g."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """{field: value}; pieces that are no figures or of another kind are left out."""
        self.data: dict[str, Any] = {}
        for name, _, value in (piece.partition(":") for piece in valuelist):
            if name == "lane":
                self.data["lane"] = fields.clean(value[:120])
            elif name in PIECES and value.isascii() and value.isdigit() and len(value) <= 12:
                self.data[PIECES[name]] = int(value)


class InquiryForm(Opening):
    """A new inquiry: what is asked, about which lane. Nothing of the goods has to be known in the first minute."""

    topic = fields.pick(
        N_("Kind of question"), TOPICS, fields.Filled(N_("Say what kind of question it is.")), default="price"
    )
    goods = fields.pick(N_("Goods"), GOODS, default="general")
    lane = fields.text(N_("Lane"), longest=120)
    asked = fields.sentence(
        N_("The question in one line"), fields.Filled(N_("Write the question in one line.")), longest=200
    )
    piece = Accepted()


MAKERS: dict[str, Callable[[Ask], Any]] = {
    "line": lambda ask: fields.text(ask.label, longest=200),
    "area": lambda ask: fields.area(ask.label, longest=1000),
    "count": lambda ask: fields.Number(ask.label, most=1_000_000),
    "weight": lambda ask: fields.Number(ask.label, scale=1000),
    "volume": lambda ask: fields.Number(ask.label, scale=1000),
    "pick": lambda ask: fields.pick(ask.label, (("", ""), *ask.choices)),
    "many": lambda ask: fields.Many(ask.label, choices=list(ask.choices)),
}
LEFT_OPEN = [(ask.code, ask.label) for ask in ASKS.values() if ask.untold]


class Goods(Form):
    """What is known of the goods: every field of every kind; a page shows those of the case's kind (see `offer`)."""

    goods = fields.pick(N_("Goods"), GOODS)
    lane = fields.text(N_("Lane"), longest=120)
    untold = fields.Many(N_("The customer leaves open"), choices=LEFT_OPEN)
    genuine = fields.pick(N_("Whether the order looks genuine"), ANSWERS)
    likely = fields.pick(N_("Likely to ship"), ANSWERS)
    direct_contact = fields.Tick(N_("The bulk desk may talk to the customer itself"))


for _ask in ASKS.values():
    setattr(Goods, _ask.code, MAKERS[_ask.kind](_ask))


def offer(form: Any, case: Any) -> None:
    """Leave the form the fields of the case's goods, filled with what is known."""
    if isinstance(form, Booking) and case.goods not in cargo_data.OVERSIZED:
        del form.question
    if isinstance(form, Outcome) and form.satisfied.raw_data is None:
        form.satisfied.data = YES_NO[case.satisfied]
    if not isinstance(form, Goods):
        return
    asked, cargo = {ask.code for ask in cargo_asks.asks(case)}, case.cargo or {}
    for code in ASKS:
        if code not in asked:
            del form[code]
        elif form[code].raw_data is None:
            form[code].data = cargo.get(code)
    for name in ("genuine", "likely"):
        if form[name].raw_data is None:
            form[name].data = YES_NO[getattr(case, name)]
    open_ones = [(code, label) for code, label in LEFT_OPEN if code in asked]
    form.untold.choices = open_ones
    form.untold.data = [code for code in cargo.get("untold", ()) if code in asked]
    for name, wanted in (("untold", bool(open_ones)), ("genuine", case.goods == "special"),
                         ("direct_contact", case.goods == "break_bulk")):  # fmt: skip
        if not wanted:
            del form[name]


class Pending(Form):
    """What the customer was told while the market price is not out (INQ-10)."""

    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    text = fields.area(
        N_("Indicative price and nearest sailing, as told to the customer"),
        fields.Filled(N_("Write the indicative price and the sailing that you told him.")),
    )


class Reaction(Form):
    """What the customer said when we came back to him (INQ-11)."""

    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    said = fields.area(N_("Customer said"), fields.Filled(N_("Write what the customer said.")))
    visit_at = fields.Moment(N_("Visit him at"), render_kw={"type": "datetime-local"})


class Visit(Form):
    """When the customer is visited (INQ-24)."""

    visit_at = fields.Moment(N_("Visit him at"), [fields.Filled(N_("Say when."))], render_kw={"type": "datetime-local"})


class Booking(Form):
    """The consignment note is here; for special goods the desk is asked for a better price at once (INQ-12)."""

    question = fields.area(N_("Second price application"), longest=1000)


class Outcome(Form):
    """How the inquiry ended (INQ-11, INQ-23)."""

    outcome = fields.pick(N_("Outcome"), OUTCOMES)
    lost_to = fields.text(N_("Lost to"), longest=120)
    lost_minor = fields.Money(N_("At which price"))
    lost_currency = fields.pick(N_("Currency"), CURRENCIES, default="CNY")
    outcome_note = fields.sentence(N_("Remark"), longest=300)
    satisfied = fields.pick(N_("Satisfied"), ANSWERS)

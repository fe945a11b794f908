"""Forms about money and holds: a payment stated, what finance found, documents held, and reasons (FIN-02, FIN-19)."""

from __future__ import annotations

from wtforms import Form

from rules import fields
from rules.byhand import Day
from rules.holding import CLAUSE
from rules.shipment_forms import CURRENCIES
from rules.words import N_

YES_NO = (("", N_("Choose")), ("yes", N_("yes")), ("no", N_("no")))
WHY = N_("Give the reason; others will read it.")


class PaymentForm(Form):
    """That a customer has paid, as he or his slip says."""

    amount_minor = fields.Money(N_("Amount paid"), [fields.Filled(N_("Write the amount, for example 120.00."))])
    currency = fields.pick(N_("Currency"), tuple((c, c) for c in CURRENCIES), fields.Filled(), default="CNY")
    paid_on = Day(N_("Paid on"), [fields.Filled(N_("Say on which day."))], render_kw={"type": "date"})
    payer = fields.text(N_("Payer, if another than the customer"))
    purpose = fields.sentence(
        N_("For what"), fields.Filled(N_("Say what was paid, for example “October”.")), longest=200
    )
    number = fields.text(N_("For this waybill only"), longest=40)
    slip = fields.text(N_("Slip: what was seen"), longest=200)


class FoundForm(Form):
    """What finance found on the account; amount and reason are needed for a part, a reason when nothing came."""

    amount_minor = fields.Money(N_("Amount received"))
    reason = fields.sentence(N_("Reason"), longest=300)


class DocumentsForm(Form):
    """Why documents are held, and whether the contract allows it for bills of lading too (freight 3.1)."""

    pay_first = fields.pick(CLAUSE, YES_NO)
    reason = fields.sentence(N_("Reason"), longest=300)

    @property
    def clause(self) -> bool | None:
        """The answer, None when there is none."""
        return {"yes": True, "no": False}.get(self.pay_first.data or "")


class ReasonForm(Form):
    """Why a hold is lifted, dropped, or taken upon oneself."""

    reason = fields.sentence(N_("Reason"), fields.Filled(WHY), longest=300)


class FreeForm(Form):
    """Which waybills of a held customer may go, and why."""

    shipment = fields.Many(N_("Waybills"), choices=())
    reason = fields.sentence(N_("Reason"), longest=300)

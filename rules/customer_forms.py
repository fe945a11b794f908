"""The forms of a customer and its contacts, and the words of their codes (CUS-01 to CUS-07, CUS-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import Form

from rules import fields
from rules.byhand import Day
from rules.customer_columns import SETTLEMENT_NAMES
from rules.words import N_, Words

GROUPS = {"direct": N_("Direct"), "coloader": N_("Co-loader")}
GRADES = {
    "A": N_("A: VIP or ships every month"), "B": N_("B: close contact, ships irregularly"),
    "C": N_("C: asks now and then, rarely ships"), "D": N_("D: contact data only"),
}  # fmt: skip
SOURCES = {
    "management": N_("Management's customer"), "departed_sales": N_("Departed salesperson's customer"),
    "dormant": N_("Dormant customer"), "own": N_("Own solicitation"), "vip": N_("VIP"),
}  # fmt: skip
STATUSES = {"prospect": N_("Prospect"), "active": N_("Active"), "dormant": N_("Dormant")}
REACHED_BY = ("phone", "landline", "wechat", "qq", "mail")


class CustomerForm(Form):
    """A customer; class and stop have forms of their own, because they ask for a reason."""

    name = fields.text(N_("Customer name"), fields.Filled(N_("Write the customer's name.")))
    code = fields.text(N_("Customer number"), longest=40)
    office_id = fields.pick(N_("Office"), ())
    grouping = fields.pick(N_("Group"), tuple(GROUPS.items()), fields.Filled(), default="direct")
    grade = fields.pick(N_("Class"), tuple(GRADES.items()), fields.Filled(), default="C")
    source = fields.pick(N_("Source"), tuple(SOURCES.items()), fields.Filled(), default="own")
    status = fields.pick(N_("Customer's standing"), tuple(STATUSES.items()), fields.Filled(), default="active")
    agent_id = fields.pick(N_("Own agent"), ())
    salesperson = fields.text(N_("Salesperson"))
    settlement = fields.pick(N_("Settlement"), (("", N_("not agreed")), *SETTLEMENT_NAMES.items()))
    term_days = fields.Number(N_("Term (days)"), most=365)
    starts_on = Day(N_("Agreement from"), render_kw={"type": "date"})
    ends_on = Day(N_("Agreement to"), render_kw={"type": "date"})
    note_mailbox = fields.text(N_("Note mailbox"))
    lanes = fields.text(N_("Lanes"), longest=300)
    monthly_volume = fields.text(N_("Monthly volume"))
    industry = fields.text(N_("Industry"))
    interests = fields.text(N_("Interests"), longest=300)
    payment_standing = fields.text(N_("Payment standing"), longest=300)
    quality_record = fields.text(N_("Quality record"), longest=300)
    special_demands = fields.text(N_("Special demands"), longest=300)
    overseas = fields.Tick(N_("Overseas agency"))
    vip = fields.Tick(N_("VIP"))
    state_owned = fields.Tick(N_("State-owned"))
    margin_from = fields.Number(N_("Margin from (per cent)"), most=1000)
    margin_to = fields.Number(N_("Margin up to (per cent)"), most=1000)
    warning = fields.text(N_("Warning, shown in every matter"), longest=300)
    remark = fields.area(N_("Remark"))

    def validate_ends_on(self, field: Any) -> None:
        """An agreement has both days, in order."""
        if why := days_wrong(self.starts_on.data, field.data):
            raise fields.fail(why.msgid, **why.params)

    def validate_margin_to(self, field: Any) -> None:
        """The band of INQ-16 is open above where no highest margin is given; else its ends are in order."""
        low = self.margin_from.data
        if low is None or field.data < low:
            raise fields.fail(N_("Give the lowest margin, and a highest one that is not below it."))


class ContactForm(Form):
    """A person at the customer."""

    name = fields.text(N_("Contact"), fields.Filled(N_("Write the person's name.")))
    salutation = fields.text(N_("Salutation"))
    post = fields.text(N_("Post"))
    phone = fields.Telephone(N_("Mobile phone"))
    landline = fields.Telephone(N_("Landline"))
    fax = fields.Telephone(N_("Fax"))
    wechat = fields.text(N_("WeChat"))
    qq = fields.text(N_("QQ"))
    mail = fields.text(N_("E-mail"))
    authority = fields.Tick(N_("May give the shipper's orders"), default=True)
    remark = fields.text(N_("Remark"), longest=300)

    def validate_phone(self, field: Any) -> None:
        """A contact can be reached in at least one way."""
        if not any(self[name].data for name in REACHED_BY):
            raise fields.fail(UNREACHED)


UNREACHED = N_("Give a phone, WeChat, QQ or mail, so that the person can be reached.")


def days_wrong(start: date | None, end: date | None) -> Words | None:
    """What is wrong with the days of an agreement, or None."""
    if (start is None) != (end is None):
        return Words(N_("An agreement has both a first and a last day."))
    if start and end and end < start:
        return Words(N_("The agreement ends on %(end)s, before its start on %(start)s"),
                     end=end.isoformat(), start=start.isoformat())  # fmt: skip
    return None

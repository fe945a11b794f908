"""Forms of the administrator's pages: accounts, offices, figures, reference data, first run (E-22)."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from wtforms import Form, PasswordField
from wtforms.widgets import CheckboxInput, ListWidget

from rules import accounts, fields, register
from rules.byhand import Day
from rules.policy import ROLE_NAMES, ROLES
from rules.words import N_, Refused, Words

GRADES = (
    ("1", N_("1 agent")),
    ("2", N_("2 team leader")),
    ("3", N_("3 department manager")),
    ("4", N_("4 company leader")),
)
MODES = (("air", N_("air")), ("sea", N_("sea")), ("road", N_("road")))
LISTS = (("heavy", N_("heavy cargo")), ("dangerous", N_("dangerous goods")))
STATUSES = (("active", N_("in use")), ("blocked", N_("blocked")))
WEEK = tuple((str(number), name) for number, name in enumerate(register.WEEKDAYS))
YES_NO = (("yes", N_("yes")), ("no", N_("no")))
ZONE = "Asia/Shanghai"


class Boxes(fields.Many):
    """Several codes, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def boxes(label: str, choices: Any, *checks: Any, **options: Any) -> Boxes:
    """Boxes for `choices` (code, message id)."""
    return Boxes(label, list(checks), choices=[(code, Words(name)) for code, name in choices], **options)


def day(label: str) -> Day:
    """A day, empty for none."""
    return Day(label, render_kw={"type": "date"})


class AccountForm(Form):
    """What an administrator says of an account."""

    display = fields.text(N_("Name as shown"), fields.Filled(N_("Write the person's name.")), longest=60)
    roles = boxes(
        N_("Roles"), [(role, ROLE_NAMES[role]) for role in ROLES], fields.Filled(N_("Choose at least one role."))
    )
    office = fields.pick(N_("Office"), ())
    grade = fields.pick(N_("Grade"), GRADES, fields.Filled(), default="1")
    expires_on = day(N_("Account ends on"))


class EditAccountForm(AccountForm):
    """A change of an account; who takes its open matters is asked when the person can no longer work on them."""

    to = fields.pick(N_("Who takes the open matters"), ())


class NewAccountForm(AccountForm):
    """A new account: also the name to sign in with."""

    username = fields.text(
        N_("Staff number or name"), fields.Filled(N_("Write what the person signs in with.")), longest=40
    )


class LeavingForm(Form):
    """Who takes what a person leaves behind (E-10)."""

    to = fields.pick(N_("Who takes the open matters"), (), fields.Filled(N_("Say who takes the open matters.")))
    customers = fields.Tick(N_("The same colleague becomes the own agent of these customers"))
    reason = fields.text(N_("Reason"), longest=300)

    def validate_customers(self, field: Any) -> None:
        """Customers go to a person; the pool is for matters."""
        if field.data and self.to.data == "pool":
            raise fields.fail(N_("Choose the colleague who takes these customers."))


class OfficeForm(Form):
    """An office and its desk hours (D-15)."""

    name = fields.text(N_("Office name"), fields.Filled(N_("Write the name of the office.")))
    zone = fields.text(
        N_("Time zone"), fields.Filled(N_("Write the time zone, for example Asia/Shanghai.")), longest=40, default=ZONE
    )
    hours = fields.text(
        N_("Desk hours"), fields.Filled(N_("Write the desk hours, for example 09:00-18:00.")), default="09:00-18:00"
    )
    days = boxes(
        N_("Working days"),
        WEEK,
        fields.Filled(N_("Choose at least one working day.")),
        default=("0", "1", "2", "3", "4"),
    )
    duty = fields.Tick(N_("Complaints are answered round the clock"))

    def validate_zone(self, field: Any) -> None:
        """A zone that exists."""
        if field.data and field.data not in available_timezones():
            raise fields.fail(N_("“%(zone)s” is no time zone; write it like Asia/Shanghai."), zone=field.data)

    def validate_hours(self, field: Any) -> None:
        """Hours that the clocks can reckon with."""
        try:
            register.read("desk.hours", [field.data or ""])
        except Refused as no:
            raise fields.fail(no.why.msgid, **no.why.params) from no

    @property
    def times(self) -> dict[str, Any]:
        """The figures of the desk hours by key."""
        return {
            "desk.hours": register.read("desk.hours", [self.hours.data]),
            "desk.days": register.read("desk.days", self.days.data),
            "desk.duty_24h": bool(self.duty.data),
        }


class NewOfficeForm(OfficeForm):
    """A new office: also its code."""

    code = fields.text(N_("Office code"), fields.Filled(N_("Write a short code, for example SZ.")), longest=40)


class SetupForm(NewOfficeForm):
    """The first office and the first administrator (E-32)."""

    username = fields.text(
        N_("Staff number or name"), fields.Filled(N_("Write what the person signs in with.")), longest=40
    )
    display = fields.text(N_("Name as shown"), fields.Filled(N_("Write the person's name.")), longest=60)
    new = PasswordField(N_("Password"), [fields.Filled(N_("Choose a password."))])
    again = PasswordField(N_("Password again"))

    def validate_new(self, field: Any) -> None:
        """A password that holds."""
        if not field.data:
            return
        try:
            accounts.check_password(field.data, self.username.data or "", self.display.data or "")
        except Refused as no:
            raise fields.fail(no.why.msgid, **no.why.params) from no

    def validate_again(self, field: Any) -> None:
        """Typed twice the same."""
        if field.data != self.new.data:
            raise fields.fail(N_("The two passwords differ."))


class PartnerForm(Form):
    """A destination partner; `published`: on the company's published list (CHG-20)."""

    code = fields.text(N_("Partner code"), fields.Filled(N_("Write a code.")), longest=40)
    name = fields.text(N_("Partner name"), fields.Filled(N_("Write a name.")))
    city = fields.text(N_("City"))
    contact = fields.text(N_("Contact"))
    phone = fields.Telephone(N_("Phone"))
    manager = fields.text(N_("Manager"))
    published = fields.Tick(N_("On the published list"))
    status = fields.pick(N_("Status"), STATUSES, fields.Filled(), default="active")


class CarrierForm(Form):
    """An airline, ship line or road carrier."""

    code = fields.text(N_("Carrier code"), fields.Filled(N_("Write a code.")), longest=40)
    name = fields.text(N_("Carrier name"), fields.Filled(N_("Write a name.")))
    mode = fields.pick(N_("Mode"), MODES, fields.Filled(), default="air")
    prefix = fields.text(N_("Airline prefix"), longest=3)
    terminals = fields.text(N_("Terminals"), longest=300)
    verified = fields.Tick(N_("Prefix verified"))
    active = fields.Tick(N_("In use"), default=True)


class DepartmentForm(Form):
    """Another desk that items are sent to (ORG-02)."""

    code = fields.text(N_("Desk code"), fields.Filled(N_("Write a code.")), longest=40)
    name = fields.text(N_("Desk name"), fields.Filled(N_("Write a name.")))
    phone = fields.Telephone(N_("Phone"))
    active = fields.Tick(N_("In use"), default=True)


class WordForm(Form):
    """A word in a cargo name that calls for a question (BKG-08, BKG-21)."""

    kind = fields.pick(N_("List"), LISTS, fields.Filled(), default="heavy")
    word = fields.text(N_("Word"), fields.Filled(N_("Write the word.")), longest=40)
    active = fields.Tick(N_("In use"), default=True)


REFERENCE_FORMS: dict[str, type[Form]] = {
    "partners": PartnerForm,
    "carriers": CarrierForm,
    "departments": DepartmentForm,
    "words": WordForm,
}

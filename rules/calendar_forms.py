"""Forms of the calendar page: one day, the yearly notice, a sudden closure (E-22, E-34)."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import Form, StringField

from rules import fields
from rules.byhand import Day
from rules.calendar import EXTRA, HALF_DAY, HOLIDAY, MAKE_UP, WEEK
from rules.calendar_days import DESK, KIND_NAMES
from rules.closures import WHOLE_DAY
from rules.holidays_cn import HolidayRow
from rules.hours import Spans, read_hours
from rules.words import N_, Refused

BY_HAND = tuple((kind, KIND_NAMES[kind]) for kind in (WEEK, HOLIDAY, MAKE_UP, HALF_DAY, EXTRA))


class Hours(StringField):
    """Desk hours as text; `spans` is what they say, None when nothing is written."""

    def __init__(self, label: str, checks: Any = (), **options: Any) -> None:
        super().__init__(label, [*checks, fields.Limit(120)], filters=[fields.clean], **options)

    @property
    def spans(self) -> Spans | None:
        """Minutes of the day; raises Refused for what cannot be read."""
        return read_hours(self.data) if self.data else None

    def pre_validate(self, form: Any) -> None:
        """Refuse hours that cannot be read, in words."""
        try:
            _ = self.spans
        except Refused as no:
            raise fields.fail(no.why.msgid, **no.why.params) from no


def day_field(label: str, ask: str) -> Day:
    """A day that has to be given."""
    return Day(label, [fields.Filled(ask)], render_kw={"type": "date"})


class DayForm(Form):
    """What holds on one date instead of the week."""

    office = fields.pick(N_("Office"), ())
    day = day_field(N_("Day"), N_("Say which day."))
    kind = fields.pick(N_("What it is"), BY_HAND, fields.Filled(), default=HOLIDAY)
    hours = Hours(N_("Desk hours"))
    name = fields.text(N_("Name"), longest=60)

    def validate_hours(self, field: Any) -> None:
        """Half days and extra hours say their hours; a holiday and an ordinary day have none of their own."""
        if self.kind.data in (HALF_DAY, EXTRA) and not field.data:
            raise fields.fail(N_("Write all desk hours of that day, for example 09:00-12:00."))
        if self.kind.data in (HOLIDAY, WEEK) and field.data:
            raise fields.fail(N_("This kind of day has no hours of its own; choose half day or extra hours."))

    @property
    def row(self) -> HolidayRow:
        """The day as a row of the calendar."""
        name = "" if self.kind.data == WEEK else self.name.data or ""
        on: date = self.day.data or date.min
        return HolidayRow(on, self.kind.data or WEEK, name, False, DESK, self.hours.spans)


class NoticeForm(Form):
    """The yearly notice of the State Council, as printed."""

    year = fields.Whole(N_("Year"), [fields.Filled(N_("Say for which year the notice is."))])
    text = fields.area(N_("Text of the notice"), fields.Filled(N_("Paste the text of the notice.")))

    def validate_year(self, field: Any) -> None:
        """A year that the desk can reckon with."""
        if field.data is not None and not 2000 <= field.data <= 2100:
            raise fields.fail(N_("The year must lie between 2000 and 2100."))


class ClosureForm(Form):
    """A sudden closure of an office."""

    office = fields.pick(N_("Office"), (), fields.Filled(N_("Choose the office that closes.")))
    day = day_field(N_("Day"), N_("Say which day."))
    hours = Hours(N_("Closed from and to"))
    name = fields.text(N_("Name"), fields.Filled(N_("Say what closes the office, for example a typhoon.")), longest=60)
    reason = fields.text(N_("Reason for the pauses"), longest=300)

    def validate_hours(self, field: Any) -> None:
        """One stretch; none means the whole day."""
        if field.data and len(field.spans or ()) != 1:
            raise fields.fail(N_("Write one stretch, for example 14:00-18:00."))

    @property
    def closed(self) -> Spans:
        """The stretch that the office is closed for, in minutes of the day."""
        return self.hours.spans or WHOLE_DAY


def year_of(typed: str | None, today: date) -> int:
    """The year asked for, else this one."""
    return (
        int(typed) if typed and typed.isascii() and typed.isdigit() and 2000 <= int(typed[:6]) <= 2100 else today.year
    )

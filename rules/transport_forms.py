"""The forms of events of flights, ships and trucks: which one, what happened, whom it was told (E-22)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import fields, stages
from rules.byhand import Day
from rules.shipment_forms import LOCAL, Timed
from rules.transport_reasons import ASKED, CAUSES, CODES, HAPPENINGS, Happening, choices
from rules.words import N_, Words

CHANNELS = (
    ("wechat", N_("WeChat")), ("phone", N_("Phone")), ("qq", N_("QQ")), ("sms", N_("SMS")), ("mail", N_("Mail")),
    ("fax", N_("Fax")), ("visit", N_("In person")),
)  # fmt: skip
LANGUAGES = (("zh", "中文"), ("en", "English"))


def named(code: str) -> Words:
    """A reason in words: the kind of event, and why."""
    name = HAPPENINGS[CODES[code]].name
    if code not in CAUSES:
        return Words(name)
    return Words(N_("%(kind)s: %(cause)s"), kind=Words(name), cause=Words(CAUSES[code]))


def grouped() -> dict[Words, list[tuple[str, Words]]]:
    """All reasons to begin with, by mode, as choices."""
    return {
        Words(label): [(code, named(code)) for _mode, code, _name in choices(mode)]
        for mode, label in stages.MODES.items()
    }


class WhichForm(Form):
    """Which flight, ship or truck of which day, and what happened to it."""

    code = fields.pick(N_("What happened, the true reason"), (), fields.Filled(N_("Choose the true reason.")))
    vehicle = fields.text(
        N_("Flight, vessel or truck"), fields.Filled(N_("Write the number of the flight, ship or truck."))
    )
    day = Day(N_("Day of departure"), [fields.Filled(N_("Write the day."))], render_kw={"type": "date"})


class EventForm(Timed):
    """What the customers are told. Only the fields that the reason asks stay in the form."""

    new_vehicle = fields.text(N_("New flight"))
    place = fields.text(N_("Landed at"))
    note = fields.sentence(N_("What was found"), longest=300)
    departs_at = fields.Moment(N_("Departure"), **LOCAL)
    arrives_at = fields.Moment(N_("Expected arrival"), **LOCAL)
    delivery = fields.text(N_("Delivery"))
    update = fields.Tick(N_("Write the new flight, ship, truck and times into the ticked shipments"))
    track = fields.Tick(N_("Put the ticked shipments under priority tracking"))
    speak = fields.pick(N_("Language of the messages"), LANGUAGES, fields.Filled(), default="zh")


def fitted(form: EventForm, what: Happening) -> EventForm:
    """The form with the fields of this kind of event, under their own labels."""
    for name in ASKED:
        if name not in what.asks:
            del form[name]
        else:
            form[name].label.text = what.asks[name]
    if not set(what.moves) & set(what.asks):
        del form["update"]
    return form


class SentForm(Form):
    """One customer was told."""

    channel = fields.pick(N_("Channel"), CHANNELS, fields.Filled(), default="wechat")
    party = fields.text(N_("Person and number"), longest=200)
    said = fields.sentence(N_("Customer said"), longest=300)
    text = fields.area(N_("Message"), fields.Filled(N_("Write what the customer was told.")))


def values_of(form: Any) -> dict[str, Any]:
    """The checked values."""
    return {field.name: field.data for field in form}

"""Forms of absence, hand-over and reassigning (ORG-01, ORG-06)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import fields
from rules.calendar_forms import day_field
from rules.words import N_

WHICH = (("late", N_("what is late")), ("soon", N_("what is due within the hour")), ("all", N_("everything")))


def _reason() -> Any:
    return fields.text(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class AbsenceForm(Form):
    """Who is away, from when to when, who covers, and why."""

    user = fields.pick(N_("Who is away"), (), fields.Filled(N_("Say who is away.")))
    first = day_field(N_("First day"), N_("Say the first day."))
    last = day_field(N_("Last day"), N_("Say the last day."))
    cover = fields.pick(N_("Who covers"), (), fields.Filled(N_("Choose who covers.")))
    reason = _reason()


class HandOverForm(Form):
    """To whom matters go, and why; the matters and their next steps stand beside it."""

    person = fields.pick(N_("Who takes over"), (), fields.Filled(N_("Choose a colleague of this office.")))
    reason = _reason()


class ReassignForm(HandOverForm):
    """What of one person's matters goes to another."""

    user = fields.Whole(N_("Person"), [fields.Filled(N_("Choose a colleague of this office."))])
    which = fields.pick(N_("Which matters"), WHICH, fields.Filled(), default="late")


class DeclineForm(Form):
    """Why a hand-over is not taken."""

    reason = _reason()

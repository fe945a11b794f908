"""Cargo queries: forms and moves of their own (SHP-16 to SHP-19). `workflows/inquiry.py` takes them in.

`MOVES` belong to every inquiry; their `when` shows them only to cargo queries. `ANSWER` are needs of the move `answer`,
`CLOSE` of the move `close`. The checklist's own move comes along (FIN-16, FIN-17).
"""

from __future__ import annotations

from wtforms import Form

from rules import effects, fields, inquiry_steps, steps, tracing_effects, tracing_needs
from rules.byhand import Day
from rules.tracing_words import PROGRESS
from rules.words import N_
from rules.workflow import STAY, Move, Need
from workflows import remedies
from workflows.common import AUDIENCES, CHANNELS, DESK, Answer

STATES = ("open", "info_missing", "with_desk", "with_supervisor", "answered", "reopened")
ANSWER: tuple[Need, ...] = (tracing_needs.shipper_first,)
NAMED = N_("Write the caller's name; it is kept with the answer.")
CLOSE: tuple[Need, ...] = (tracing_needs.shipper_answered, tracing_needs.number_told, steps.done_before("close"))
steps.register(inquiry_steps.ROWS)

MOVES: tuple[Move, ...] = (
    remedies.STEPS,
    Move("watch_number", N_("Tell him when the number is out"), STATES, STAY, DESK, then=(tracing_effects.watch,),
         when=(tracing_needs.not_watched,), done=N_("You have it in your list as soon as the number is out")),
    Move("tell_number", N_("The number was told"), STATES, STAY, DESK, then=(effects.say, tracing_effects.told), form=Answer,
         when=(tracing_needs.number_is_out,), style="primary", done=N_("Noted: the number was told")),
)  # fmt: skip


class SpotForm(Form):
    """A cargo query answered in the call."""

    said = fields.area(N_("They said"))
    text = fields.area(N_("I answered"), fields.Filled(N_("Write what was answered; it stays on record.")))
    party = fields.text(N_("Who asked"), longest=120)
    to = fields.pick(N_("To whom"), AUDIENCES[:2], default="shipper")
    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")


class ProgressForm(Form):
    """What is done with goods that have no number yet."""

    progress = fields.pick(N_("The goods are"), (("", N_("not known")), *PROGRESS.items()))


class TracingForm(Form):
    """Who calls without a number, and what he remembers of the goods."""

    name = fields.text(N_("Caller's name"), fields.Filled(NAMED), longest=60)
    phone = fields.Telephone(N_("Caller's phone"))
    company = fields.text(N_("Or his company (number or whole name)"))
    day = Day(N_("Day"), render_kw={"type": "date"})
    consignee = fields.text(N_("Consignee"))
    destination = fields.text(N_("Destination"))
    shipper = fields.text(N_("Shipper"))
    away = fields.Tick(
        N_("The shipper's own people who know the number are away"),
        [
            fields.Filled(
                N_("Ask first: without the number goods are looked up only while the shipper's own people are away.")
            )
        ],
    )


class CallBackForm(Form):
    """A query that is answered later: to whom, on which number, by when."""

    caller_name = fields.text(N_("Caller's name"), fields.Filled(NAMED), longest=60)
    caller_phone = fields.Telephone(N_("Caller's phone"), [fields.Filled(N_("Write the number to call back."))])
    promised_at = fields.Moment(
        N_("Answer promised by"),
        [fields.Filled(N_("Say by when the answer comes."))],
        render_kw={"type": "datetime-local"},
    )
    accepted = fields.Tick(N_("The customer has accepted a later time"))
    asked = fields.sentence(
        N_("The question in one line"), fields.Filled(N_("Write the question in one line.")), longest=200
    )
    customer = fields.Whole(N_("Customer"), [fields.Filled()])
    contact = fields.Whole(N_("Contact person"), [fields.Filled()])

"""What a complaint brings along: checklist, demand of money, call back, crisis, measures (CMP-08 to CMP-25).

`MOVES` go into the complaint; `guarded` keeps money and other voices out of every move whose words reach the customer;
`CONSULTED` is the clock of whatever waits for the supervisor; `offer` gives the forms their choices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import Field, Form, HiddenField

from rules import (
    accounts,
    callbacks,
    complaint_steps,
    crisis,
    effects,
    fields,
    newcomer_prices,
    preventives,
    remedying,
    steps,
    telling,
)
from rules.calendar_forms import day_field
from rules.facts import Facts
from rules.policy import SUPERVISOR
from rules.words import N_, Words
from rules.workflow import ANY, STAY, Move
from workflows.common import CONSULT, DESK, STAFF, Reason

__all__ = ["CONSULTED", "MOVES", "STEPS", "complaint_steps", "guarded", "offer"]
CURRENCIES = tuple((code, code) for code in fields.EXPONENTS)
RESULTS = ((callbacks.REACHED, N_("Customer reached")), (callbacks.NOT_REACHED, N_("Customer not reached")))
PASSED_ON = ("registered", "accepted", "investigating", "with_supervisor", "answered", "reopened")
# Where words for the customer stand: the move, and the fields of its form that reach him.
WORDS: dict[str, tuple[str, ...]] = {
    "answer": ("text",), "message": ("text",), "acknowledge": ("text",), "feedback": ("text",), "promise": ("promised",),
    "plan": ("plan",), "ask_party": ("question", "purpose"), "not_reached": ("text",), "promise_kept": ("text",),
    "called_back": ("text",),
}  # fmt: skip
# Written down before it is said, or of a call that did not come about: money is stopped there, another voice is not.
INTERNAL = ("plan", "not_reached", "promise_kept", "called_back")
ASKED_AGAIN = ("nudge_party", "party_answered")  # the one who is asked may be the customer
SETTLING = ("answer", "advise")  # not while a demand of money waits for its decision


class Codes(Field):
    """Everything that was sent under one name, in order."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The values as they came."""
        self.data = [v[:1000] for v in valuelist[:100]]


class Noted(Form):
    """What the checklist's form sends: the boxes shown, those ticked, and lines and choices by code."""

    shown, tick, codes, values = Codes(), Codes(), Codes(), Codes()


class Demand(Form):
    """What the customer demands, in his words; the composer sends its own text along when the guard has stopped it."""

    demand = fields.sentence(N_("What the customer demands"), longest=300)
    amount = fields.Money(N_("Amount"))
    currency = fields.pick(N_("Currency"), CURRENCIES, default="CNY")
    draft = fields.area(N_("What I would have answered"), longest=4000)
    said = HiddenField("", [fields.Limit(4000)], filters=[fields.prose])
    text = HiddenField("", [fields.Limit(4000)], filters=[fields.prose])


class Grant(Form):
    """The sum that is granted, and why."""

    amount = fields.Money(N_("Amount granted"), [fields.Filled(N_("Write the sum that is granted."))])
    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class CallMe(Form):
    """On which phone a supervisor calls back."""

    phone = fields.Telephone(N_("Call back on"))


class CalledBack(Form):
    """Whether the customer was reached, and what was said."""

    result = fields.pick(N_("Reached?"), RESULTS, default=callbacks.REACHED)
    said = fields.area(N_("Customer said"))
    text = fields.area(N_("We answered"), fields.Filled(N_("Write what was said, or how it was tried.")))


class Crisis(Form):
    """What threatens, and for what was published its address."""

    crisis = fields.pick(N_("What it is"), crisis.KINDS, fields.Filled(N_("Say what it is.")))
    crisis_url = fields.text(N_("Address, when published online"), longest=300)


class Spokesperson(Form):
    """Who alone speaks to the customer from now on."""

    spokesperson_id = fields.Offered(N_("Spokesperson"), fields.Filled(N_("Choose a supervisor of this office.")))


class Measure(Form):
    """A lasting measure: cause, action, who, by when."""

    cause = fields.sentence(N_("Cause"), fields.Filled(N_("Write the cause.")), longest=300)
    action = fields.sentence(N_("Measure"), fields.Filled(N_("Write what shall be done.")), longest=300)
    owner_id = fields.Offered(N_("Who answers for it"), fields.Filled(N_("Choose a colleague of this office.")))
    due_on = day_field(N_("By which day"), N_("Say by which day."))


STEPS = Move("step", N_("Note what was done"), ANY, STAY, DESK, then=(steps.note, callbacks.when_refused), form=Noted,
             place="section", done=N_("Noted"))  # fmt: skip
MOVES: tuple[Move, ...] = (
    STEPS,
    Move("demand", N_("Hand the demand to the supervisor"), PASSED_ON, "with_supervisor", DESK, (remedying.demand_decided,),
         (remedying.demand,), Demand, place="section", done=N_("With the supervisor; tell the customer so")),
    Move("grant", N_("Grant a sum"), ("with_supervisor",), "investigating", (SUPERVISOR,),
         (remedying.not_the_one_who_passed_it_on,), (remedying.grant, effects.note), Grant, (remedying.demand_open,),
         place="decide", style="primary", done=N_("Granted; the answer may name exactly this sum")),
    Move("refuse_demand", N_("Refuse the demand"), ("with_supervisor",), "investigating", (SUPERVISOR,),
         (remedying.not_the_one_who_passed_it_on,), (remedying.refuse, effects.note), Reason, (remedying.demand_open,),
         place="row", style="danger", done=N_("Refused; the agent tells the customer")),
    Move("call_me", N_("Have a supervisor call back"), ANY, STAY, DESK, (callbacks.no_call_back_open,), (callbacks.call_me,),
         CallMe, place="section", done=N_("First in the supervisors' list")),
    Move("called_back", N_("Log the call back"), ANY, STAY, (SUPERVISOR,), then=(callbacks.called_back,), form=CalledBack,
         when=(callbacks.call_back_open,), place="row", style="primary", done=N_("Call back logged")),
    Move("crisis", N_("Mark as a crisis"), ANY, STAY, STAFF, then=(crisis.crisis,), form=Crisis, place="section",
         style="danger", done=N_("Marked; the leaders are alerted"), strict=True),
    Move("spokesperson", N_("Name the spokesperson"), ANY, STAY, (SUPERVISOR,), (crisis.high_enough,),
         (crisis.name_spokesperson,), Spokesperson, (crisis.in_crisis,), place="section",
         done=N_("Named: only that person speaks")),
    Move("crisis_over", N_("The crisis is over"), ANY, STAY, (SUPERVISOR,), (crisis.high_enough,),
         (crisis.end_crisis, effects.note), Reason, (crisis.in_crisis,), place="section", done=N_("Over: everybody may answer")),
    Move("holding", N_("Said the holding sentence"), ANY, STAY, STAFF, then=(crisis.say_holding,), when=(crisis.in_crisis,),
         place="section", done=N_("Logged")),
    Move("measure", N_("Add a measure"), ("accepted", "investigating", "with_supervisor", "answered", "reopened", "closed"), STAY,
         STAFF, then=(preventives.add,), form=Measure, place="section", done=N_("Measure added")),
)  # fmt: skip
# Whatever the supervisor is asked has one clock (CMP-07).
CONSULTED = replace(CONSULT, starts=("consult", "hand_up", "demand"), stops=(*CONSULT.stops, "grant", "refuse_demand"))


def guarded(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """The moves of a complaint with the guards that its words need (CMP-08, CMP-25)."""
    return tuple(_guard(move) for move in moves)


def _guard(move: Move) -> Move:
    names = WORDS.get(move.name, ())
    needs, then = move.needs, move.then
    if names:
        needs = needs if move.name in INTERNAL else (*needs, crisis.one_voice(*names))
        then = (
            *(remedying.no_money(name) for name in names),
            *(newcomer_prices.no_rate(name) for name in names),
            *then,
        )
    if move.name in ASKED_AGAIN:
        then = (remedying.no_money_asked, *then)
    if move.name in SETTLING:
        needs = (*needs, remedying.demand_decided)
    return move if (needs, then) == (move.needs, move.then) else replace(move, needs=needs, then=then)


def offer(form: Form, case: Any, facts: Facts) -> None:
    """The choices of the forms above for a case, and the phone that is known."""
    if "phone" in form and "said" not in form and not form.phone.data:
        form.phone.data = callbacks.phone_of(case)
    if "demand" in form and not form.demand.data:
        form.demand.data = case.wanted
    if "amount" in form and "reason" in form and case.demand_at is not None:  # the sum stands beside what was asked for
        asked = telling.money(case.demand_minor, case.demand_currency) if case.demand_minor is not None else ""
        label = N_("Amount granted; the customer demands: %(amount)s “%(words)s”")
        form.amount.label.text = Words(label, amount=asked, words=case.demand)
    if "spokesperson_id" in form:
        form.spokesperson_id.choices = [
            ("", N_("Choose")),
            *_named(accounts.supervisors(facts.session, case.office_id)),
        ]
    if "owner_id" in form:
        form.owner_id.choices = [("", N_("Choose")), *preventives.owners(facts.session, case.office_id)]


def _named(people: list[Any]) -> list[tuple[str, str]]:
    return [(str(p.id), f"{p.display} {p.name}") for p in people]

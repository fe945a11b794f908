"""What the moves of a complaint ask for: acceptance, plan, finding, result, return call (CMP-02, CMP-20, CMP-22, CMP-23)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import complaints, fields, responsible
from rules.words import N_
from workflows.common import CHANNELS, Opening

TOPICS = (
    ("flight", N_("Flight")),
    ("ledger", N_("E-ledger")),
    ("partner", N_("Partner: late release or delivery")),
    ("pickup", N_("Fleet: late pick-up")),
    ("rough", N_("Rough handling")),
    ("warehouse", N_("Warehouse: late or wrong")),
    ("attitude", N_("Clerk's attitude")),
    ("mistake", N_("Clerk's mistake")),
    ("slow", N_("Slow or unskilled service")),
    ("hotline", N_("Hotline")),
    ("statement", N_("Inventory statement not received")),
    ("loss", N_("Loss of goods")),
    ("bumped", N_("Bumped again and again")),
)
WEIGHTS = (
    ("", N_("As proposed from the facts")),
    ("simple", N_("Simple complaint")),
    ("complex", N_("Complex complaint")),
)
SATISFIED = (("yes", N_("Satisfied")), ("no", N_("Not satisfied: reopen")))


class ComplaintForm(Opening):
    """A new complaint: its content and kind; all else may be filled later (D-04)."""

    topic = fields.pick(
        N_("About what"), TOPICS, fields.Filled(N_("Say what the complaint is about.")), default="partner"
    )
    weight = fields.pick(N_("Complexity"), WEIGHTS, default="")
    content = fields.area(N_("What happened"), fields.Filled(N_("Write what happened.")), longest=2000)


class Acceptance(Form):
    """The prompts of CMP-02: hear out, restate, ask what the customer wants; the figure is said back when it ends."""

    weight = fields.pick(N_("Complexity"), WEIGHTS)
    restated = fields.sentence(N_("The problem in our words, confirmed"), longest=300)
    wanted = fields.sentence(N_("Solution the customer wants"), longest=300)
    purpose = fields.sentence(N_("What the customer wants to reach"), longest=300)
    impact = fields.sentence(N_("What it means for the customer"), longest=300)
    evidence = fields.sentence(N_("Evidence"), longest=300)
    clerk_id = fields.Offered(N_("Clerk complained about"))


class Plan(Form):
    """What shall be done, as the departments agreed on it (CMP-20)."""

    plan = fields.area(N_("Plan: who does what until when"), fields.Filled(N_("Write the plan.")), longest=2000)


class PlanAccepted(Form):
    """The customer's word on the plan (CMP-20)."""

    plan_agreed_with = fields.sentence(N_("Accepted by"), fields.Filled(N_("Name who accepted the plan.")), longest=120)
    plan_agreed_at = fields.Moment(N_("Accepted at (empty: now)"))


class Finding(Form):
    """What was found, who is responsible, and from which evidence (CMP-23)."""

    finding = fields.area(N_("Finding"), fields.Filled(N_("Write what was found.")), longest=2000)
    party = fields.Offered(N_("Responsible party"), fields.Filled(N_("Choose the responsible party from the list.")))
    responsible_reason = fields.sentence(
        N_("Why, from which evidence"),
        fields.Filled(N_("Give the reason; the supervisor confirms by it.")),
        longest=300,
    )
    incident_statement = fields.Tick(responsible.PAPERS[0][1])
    outbound_slip = fields.Tick(responsible.PAPERS[1][1])


class Result(Form):
    """The result as the owner told it, and what the customer said (D-07)."""

    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    text = fields.area(N_("What the customer was told"), fields.Filled(N_("Write what the customer was told.")))
    said = fields.area(N_("Customer said"))
    satisfied = fields.pick(N_("Satisfied?"), (("", N_("Not asked")), *SATISFIED), default="")


class ReturnCall(Form):
    """Another person's call (CMP-22)."""

    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    said = fields.area(N_("Customer said"), fields.Filled(N_("Write what the customer said.")))
    satisfied = fields.pick(
        N_("Satisfied?"), (("", N_("Choose")), *SATISFIED), fields.Filled(N_("Say whether he is satisfied."))
    )


class Missed(Form):
    """An attempt that did not reach the customer (D-07)."""

    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    text = fields.sentence(
        N_("What was tried"), fields.Filled(N_("Write what was tried: number, how long it rang.")), longest=300
    )
    again_at = fields.Moment(N_("Try again at (a reminder for you)"))


def offer(form: Any, case: Any, facts: Any) -> None:
    """Leave a form the choices that its case has: clerks of the office, parties on the reference lists."""
    if "clerk_id" in form:
        if case.topic in complaints.ABOUT_CLERKS:
            form.clerk_id.choices = [("", N_("Not known yet")), *complaints.clerks(facts.session, case.office_id)]
        else:
            del form.clerk_id
    if "party" in form:
        _parties(form, case, facts)
    if "satisfied" in form and form.satisfied.data not in ("yes", "no"):  # what was said last time is no answer now
        form.satisfied.data = ""


def _parties(form: Any, case: Any, facts: Any) -> None:
    form.party.choices = responsible.choices(facts.session)
    if form.party.data is None:
        known = {f"{one.partition(':')[0]}|{name}": one for group in form.party.choices.values() for one, name in group}
        same = known.get(f"{case.responsible_kind}|{case.responsible}") if case.responsible else case.responsible_kind
        form.party.data = same or responsible.suspect(case, complaints.asked_of(facts))
    if case.topic != responsible.LOSS:
        del form.incident_statement, form.outbound_slip

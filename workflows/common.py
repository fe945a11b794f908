"""What every kind of work shares: forms and moves for contacts, notes, hand-over, pool, reminders, void (E-05)."""

from __future__ import annotations

from dataclasses import replace

from wtforms import Form

from rules import effects, fields, needs
from rules.clocks import HOUSE, ClockRule
from rules.policy import AGENT, FINANCE, SUPERVISOR
from rules.words import N_
from rules.workflow import ANY, STAY, Move

DESK = (AGENT, SUPERVISOR)
STAFF = (AGENT, SUPERVISOR, FINANCE)

AUDIENCES = (
    ("shipper", N_("Shipper")),
    ("consignee", N_("Consignee")),
    ("partner", N_("Partner")),
    ("colleague", N_("Colleague")),
)
CHANNELS = (
    ("phone", N_("Phone")),
    ("wechat", N_("WeChat")),
    ("qq", N_("QQ")),
    ("mail", N_("Mail")),
    ("fax", N_("Fax")),
    ("sms", N_("SMS")),
    ("visit", N_("In person")),
)
# D-11: how a matter may reach the desk, besides the channels an answer can go by.
ARRIVALS = (*CHANNELS, ("sales", N_("By a salesperson")), ("colleague", N_("By a colleague")), ("web", N_("Online")))
SPOKEN = ("phone", "visit")


class Opening(Form):
    """What is asked of every new matter; kinds add their own fields below it."""

    channel = fields.pick(
        N_("Channel"), ARRIVALS, fields.Filled(N_("Say how the customer reached us.")), default="phone"
    )
    number = fields.text(N_("Waybill, master or container number"), longest=40)
    customer = fields.Whole(N_("Customer"))
    contact = fields.Whole(N_("Contact person"))
    caller_name = fields.text(N_("Caller's name"), longest=60)
    caller_phone = fields.Telephone(N_("Caller's phone"))
    called_at = fields.Moment(N_("Called or wrote at"))
    said = fields.area(N_("Customer said"))
    text = fields.area(N_("We answered"))
    promised_at = fields.Moment(N_("Answer promised by"))
    accepted = fields.Tick(N_("The customer has accepted a later time"))


class Answer(Form):
    """The reply composer: to whom, by which channel, what was said and answered."""

    to = fields.pick(N_("To"), AUDIENCES, default="shipper")
    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    party = fields.text(N_("Person and number"), longest=200)
    said = fields.area(N_("Customer said"))
    text = fields.area(N_("We answered"), fields.Filled(N_("Write what was answered; it stays on record.")))


class Composed(Answer):
    """The whole composer: also by which number or address, whether it was read back, and the script that it began with."""

    address = fields.text(N_("Number or address"), longest=200)
    subject = fields.text(N_("Subject"), longest=150)
    read_back = fields.Tick(N_("What was said was read back"))
    script = fields.text(N_("Script"), longest=40)


class Contact(Composed):
    """A contact that is no answer; it may name a time for the answer (D-05)."""

    promised_at = fields.Moment(N_("Answer promised by"))
    accepted = fields.Tick(N_("The customer has accepted a later time"))


class Question(Form):
    """What an agent asks the supervisor (CMP-07)."""

    text = fields.area(N_("Question to the supervisor"), fields.Filled(N_("Write what you ask.")))


class Heard(Form):
    """A customer who calls or writes again on an open matter."""

    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    said = fields.area(N_("Customer said"), fields.Filled(N_("Write what the customer said.")))


class Note(Form):
    """A note for colleagues."""

    text = fields.area(N_("Note"), fields.Filled(N_("Write the note.")))


class Reason(Form):
    """A reason that somebody else will read."""

    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class Person(Form):
    """A colleague, and why."""

    person = fields.Row(N_("Colleague"), fields.Filled(N_("Choose a colleague of this office.")))
    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class Reminder(Form):
    """When the matter shall come back into the queue."""

    at = fields.Moment(N_("Remind me at"), [fields.Filled(N_("Say when."))])
    text = fields.sentence(N_("What for"), longest=200)


class MoveReminder(Form):
    """Another moment for a reminder."""

    at = fields.Moment(N_("Remind me at"), [fields.Filled(N_("Say when."))])


class Prospect(Form):
    """The company of a caller who was no customer."""

    name = fields.text(N_("Name of the company"), longest=120)


class Papers(Form):
    """Papers and pictures; the files themselves are checked as they are stored (E-20)."""


COMMON = (
    Move("message", N_("Log a contact"), ANY, STAY, STAFF, then=(effects.keep_papers, effects.say, effects.name_time),
         form=Contact, place="composer", done=N_("Contact logged")),
    Move("note", N_("Note for colleagues"), ANY, STAY, STAFF, then=(effects.note,), form=Note, done=N_("Note kept")),
    Move("chase", N_("Customer called again"), ANY, STAY, STAFF, then=(effects.heard, effects.count_chase), form=Heard,
         done=N_("Joined to this matter; its time keeps running")),
    Move("attach", N_("Attach papers"), ANY, STAY, STAFF, then=(effects.keep_papers,), form=Papers, place="papers",
         done=N_("Papers attached")),
    Move("remind", N_("Remind me"), ANY, STAY, STAFF, then=(effects.remind,), form=Reminder, done=N_("Reminder set")),
    Move("reminded", N_("Reminder done"), ANY, STAY, STAFF, (), (effects.reminded,), place="row",
         when=(needs.has_reminder,), done=N_("Ticked off")),
    Move("promote", N_("Make the caller a prospect"), ANY, STAY, STAFF, (), (effects.promote,), Prospect,
         place="row", when=(needs.no_customer,), done=N_("The caller is now a prospect")),
    Move("hand_over", N_("Hand over"), ANY, STAY, STAFF, (needs.owner_or_leader, needs.not_yet_offered),
         (effects.note, effects.offer), Person, done=N_("Hand-over offered")),
    Move("accept_hand_over", N_("Accept the hand-over"), ANY, STAY, STAFF, (), (effects.take_over,),
         place="row", style="primary", when=(needs.offered_to_me,), done=N_("This matter is now yours")),
    Move("decline_hand_over", N_("Decline the hand-over"), ANY, STAY, STAFF, (needs.offered_to_me,),
         (effects.note, effects.decline_offer), Reason, place="row", when=(needs.offered_to_me,), done=N_("Declined")),
    Move("assign", N_("Give the work to"), ANY, STAY, STAFF, (needs.owner_or_leader,), (effects.note, effects.assign), Person,
         done=N_("Work assigned")),
    Move("return_to_pool", N_("Lay into the pool"), ANY, STAY, STAFF, (needs.owner_or_leader,),
         (effects.note, effects.to_pool), Reason, when=(needs.not_pooled,), done=N_("In the pool")),
    Move("claim", N_("Claim"), ANY, STAY, DESK, (), (effects.claim,), place="row", style="primary",
         when=(needs.pooled,), done=N_("Claimed: the work is yours")),
    Move("void", N_("Void this entry"), ANY, "void", STAFF, (needs.owner_or_leader,), (effects.note, effects.void), Reason,
         style="danger", done=N_("Voided; it stays in the history")),
)  # fmt: skip
# Where customers are answered: who writes again on an answered matter waits again (CF-22), and the supervisor may be asked.
CHASED = tuple(replace(m, instead=("answered", "reopened")) if m.name == "chase" else m for m in COMMON)


def acknowledge(states: tuple[str, ...]) -> Move:
    """The move by which the customer is told that, and when, an answer comes."""
    return Move("acknowledge", N_("Acknowledge, answer comes later"), states, STAY, DESK, (needs.to_the_customer,),
                (effects.keep_papers, effects.say, effects.acknowledge), Contact, place="composer",
                done=N_("Acknowledged: the promised time runs"))  # fmt: skip


def consult(states: tuple[str, ...], back: str) -> tuple[Move, Move]:
    """Asking the supervisor (请示) and his answer, which brings the matter `back`; the customer's time runs on (CMP-07)."""
    return (
        Move("consult", N_("Ask the supervisor"), states, "with_supervisor", DESK, then=(effects.note,), form=Question,
             done=N_("With the supervisor; the matter stays yours")),
        Move("advise", N_("Give advice"), ("with_supervisor",), back, (SUPERVISOR,), then=(effects.note,), form=Note,
             place="decide", style="primary", done=N_("Back with the agent")),
    )  # fmt: skip


ASKED, SUPPLIED = ("ask_info",), ("info_came",)
PROMISED = ClockRule("promised", N_("Promised answer"), lambda _case: None, "calendar", starts=(), pauses=ASKED,
                     resumes=SUPPLIED, stops=("answer",))  # fmt: skip
CONSULT = ClockRule("consult", N_("Supervisor's reply"), lambda _case: "consult.supervisor.reply", party=HOUSE,
                    starts=("consult",), stops=("advise", "answer"))  # fmt: skip

"""Declining a co-loader off his lanes politely, and the supervisor's exception (INQ-14, CUS-03, CUS-07).

Spliced into the inquiry: `*declining.MOVES`; the clocks of an answer list `*declining.STOPS` among their stops. Both moves are
shown by the section "lane" of the page, not in the list of next steps.
"""

from __future__ import annotations

from rules import effects, fields, lanes, needs
from rules.policy import SUPERVISOR
from rules.words import N_
from rules.workflow import STAY, Move
from workflows.common import DESK, Answer, Reason

STOPS = ("decline",)
FROM = ("open", "info_missing", "with_desk", "with_supervisor", "reopened")


class Decline(Answer):
    """The polite refusal as it goes to the customer."""

    text = fields.area(N_("What the customer is told"), fields.Filled(N_("Write what the customer is told.")))


MOVES: tuple[Move, ...] = (
    Move("decline", N_("Decline politely"), FROM, "answered", DESK, (needs.to_the_customer, lanes.may_decline),
         (effects.say, lanes.decline), Decline, when=(lanes.off_lane,), place="section",
         done=N_("Declined; the customer has been told")),
    Move("serve_anyway", N_("Serve this lane as an exception"), FROM, STAY, (SUPERVISOR,), (lanes.no_exception_yet,),
         (effects.note, lanes.serve), Reason, when=(lanes.off_lane,), place="section",
         done=N_("The lane is served for this inquiry")),
)  # fmt: skip

"""Truth tables of a kind of work: who may make which move, in which state, and what it comes to.

A table is written by hand from the rulebook. Left of the bar stands what each person is told, right of it the state
that a move leads to from each state, or the reason that stands against it there: `=` stays, `-` impossible there; behind a
colon the reason that holds for all but the supervisor. `yes` may, `role` is refused for his role, `second`
likewise where there is something to decide (he would be the office's second decider only); any other word is a reason,
spelled out in REASONS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy

from rules.store import Actor, Tx, system, write_tx
from rules.words import Refused
from rules.workflow import perform
from tests.factories import matter

PEOPLE = ("owner", "colleague", "supervisor", "finance", "auditor", "admin")
REASONS = {
    "role": "Your role does not allow this.",
    "mine": "Only the owner or a supervisor can do this.",
    "asker": "Only the one who asked can take this back.",
    "offer": "The hand-over was offered to somebody else.",
    "pool": "Somebody has already claimed this.",
    "reminder": "You have no reminder on this matter.",
    "customer": "This matter has a customer already.",
    "nothing_held": "Finance does not hold anything here.",
    "not_asked": "Finance has not been asked.",
    "needs_decision": "This kind of change needs a decision first.",
    "no_decision": "No decision is needed: carry it out with proof and read-back.",
    "supervisor_first": "Waiting for %(role)s.",
    "signed": "You have signed already; another person signs this step.",
    "not_signer": "Only the one who signed last can take it back.",
    "no_leader": "The company leader has not been asked.",
    "agreed": "No charge waits for the customer's word.",
    "no_charge": "There is no charge to waive.",
    "no_mistake": "There is no charge to take out.",
    "grade": "This needs grade %(grade)s or higher.",
    "nobody": "Nobody has to be asked.",
    "unasked": "Nobody was asked for this.",
    "no_demand": "No demand of money waits for a decision.",
    "no_callback": "No call back is open.",
    "calm": "This is no crisis.",
    "changed": "The shipment has been changed already.",
    "no_plan": "No plan waits for the customer's word.",
    "no_party": "No responsible party waits for the supervisor.",
    "no_call": "No return call is wanted here.",
    "follow_up": "No follow-up waits here.",
    "told": "There is nothing to tell operations.",
    "no_source": "No source waits for approval.",
    "no_quote": "There is no quotation to do this with.",
    "not_ready": "No approved quotation waits to be sent.",
    "none_sent": "No quotation has been sent.",
    "served": "This customer is served on this lane.",
    "no_promise": "Nothing is promised here.",
    "no_link": "No other matter is linked to this one.",
    "no_watch": "No number is waited for.",
    "asked_here": "Here the matter waits for the answer.",
    "accepted_already": "The complaint has been accepted: only a supervisor voids it.",
    "has_it": "The supervisor has it: wait for his answer before you merge it.",
}
# 403, all else 409
PERSONAL = {
    "accepted_already",
    "role",
    "mine",
    "asker",
    "offer",
    "supervisor_first",
    "signed",
    "not_signer",
    "own",
    "grade",
}
AT_A_FIELD = {"has_it"}  # 422
TOO_LATE = ("%(who)s was faster: %(what)s (%(when)s)", "Not possible any more: this is now “%(state)s”.")

COMMON = """
message           yes   yes   yes   yes   role  role  | =
note              yes   yes   yes   yes   role  role  | =
chase             yes   yes   yes   yes   role  role  | =
attach            yes   yes   yes   yes   role  role  | =
remind            yes   yes   yes   yes   role  role  | =
reminded          reminder reminder reminder reminder role role | =
promote           customer customer customer customer role role | =
hand_over         yes   mine  yes   mine  role  role  | =
accept_hand_over  offer offer offer offer role  role  | =
decline_hand_over offer offer offer offer role  role  | =
assign            yes   mine  yes   mine  role  role  | =
return_to_pool    yes   mine  yes   mine  role  role  | =
claim             pool  pool  pool  role  role  role  | =
void              yes   mine  yes   mine  role  role  | void
"""


@dataclass(frozen=True)
class Line:
    """One move of a table: what each person is told, and where it leads from each state."""

    move: str
    told: dict[str, str]
    leads: dict[str, str]

    def expected(self, who: str, state: str) -> str:
        """What trying it comes to: a state, `state` for too late, or a word of REASONS."""
        if self.told[who] == "role":
            return "role"
        if self.leads[state] == "-":
            return "state"
        if self.told[who] == "second":
            return "role"
        if self.told[who] != "yes":
            return self.told[who]
        lead, _, reason = self.leads[state].partition(":")
        if reason and who != "supervisor":
            return reason
        if lead in REASONS:
            return lead
        return state.partition("/")[0] if lead == "=" else lead


def lines(table: str, open_states: tuple[str, ...], shared: str = "") -> list[Line]:
    """The lines of a table whose first line names the states; the moves that all kinds share are added, unless the table
    has a line of its own for them, and `shared`: those that all tables of a kind share."""
    head, *rows = table.strip().splitlines()
    states = head.split("|")[1].split()
    found = []
    for row in rows:
        left, right = row.split("|")
        move, *told = left.split()
        found.append(Line(move, dict(zip(PEOPLE, told, strict=True)), dict(zip(states, right.split(), strict=True))))
    for row in (*shared.strip().splitlines(), *COMMON.strip().splitlines()):
        left, right = row.split("|")
        move, *told = left.split()
        if any(line.move == move for line in found):
            continue
        leads = {state: right.strip() if state in open_states else "-" for state in states}
        found.append(Line(move, dict(zip(PEOPLE, told, strict=True)), leads))
    return found


def attempt(who: Actor, ref: str, move: str, data: dict[str, Any]) -> str:
    """What a move would come to, in a write that is undone: a state, `state`, or the word for the reason."""
    found = ""
    try:
        with write_tx(who, move) as tx:
            found = _tried(tx, who, matter(ref), move, data)
            raise Undone
    except Undone:
        return found


class Undone(Exception):
    """Raised to roll a write back."""


def _tried(tx: Tx, who: Actor, case: Any, move: str, data: dict[str, Any]) -> str:
    own = tx.session.info["tx"] = Tx(tx.session, who, tx.at, move)
    try:
        perform(own, case, move, data)
        tx.session.flush()
        return str(case.state)
    except Refused as no:
        if no.why.msgid in TOO_LATE:
            return "state" if no.code == 409 else f"state with {no.code}"
        word = next((word for word, msgid in REASONS.items() if msgid == no.why.msgid), str(no.why))
        code = 403 if word in PERSONAL else 422 if word in AT_A_FIELD else 409
        return word if no.code == code else f"{word} with {no.code}"


def wrong(
    found: list[Line], people: dict[str, Actor], ref: str, state: str, data: dict[str, dict[str, Any]]
) -> list[str]:
    """Sentences for every person and move where the desk differs from the table in `state`. All are tried in one write,
    each undone by itself; the matter is read anew only after a move that was made."""
    said = []
    try:
        with write_tx(system(), "table") as tx:
            case = matter(ref)
            for line in found:
                for name, who in people.items():
                    point = tx.session.begin_nested()
                    came = _tried(tx, who, case, line.move, data.get(line.move, {}))
                    point.rollback()
                    if sqlalchemy.inspect(case).expired_attributes:
                        case = matter(ref)
                    if came != (should := line.expected(name, state)):
                        said.append(f"{name} trying {line.move} while {state}: {came} instead of {should}")
            raise Undone
    except Undone:
        return said

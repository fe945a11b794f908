"""Money in complaints: what an agent may not promise, and what the customer demands, which a supervisor decides and never the
one who passed it on (CMP-08, D-14, CF-04). Needs and effects of the moves in `workflows/remedies.py`."""

from __future__ import annotations

from typing import Any

from rules import amounts, fields, money_guard, money_stop, parties, proofreading
from rules.money_stop import GRANTED, REFUSED
from rules.needs import personal
from rules.phrases import CUSTOMER
from rules.proofreading import Way
from rules.stopped import MONEY, Stopped
from rules.words import N_, Refused, Words
from rules.workflow import Act, Effect

CUSTOMERS = (None, "", "customer", "shipper", "consignee")  # who words go to when nobody else is named
TOLD = N_(
    "I have noted what you ask for and passed it to the supervisor, who will answer you about it; I may not decide it myself."
)


# ------------------------------------------------------------------------------------------ the money guard


def no_money(name: str) -> Effect:
    """The words in the field `name` promise no money beyond what their speaker may promise (CMP-08)."""

    def guard(act: Act) -> None:
        """No promise of money that its speaker may not make leaves the house (CMP-08)."""
        text = act.data.get(name)
        if act.data.get("to") in CUSTOMERS and (why := why_stopped(act, text)) is not None:
            raise _stopped(act, why, text, name)

    return guard


def why_stopped(act: Act, text: str | None) -> Words | None:
    """Why these words may not be said, or None; see `money_stop`."""
    return money_stop.in_complaint(act.facts.session, act.who, act.case, text)


def no_money_asked(act: Act) -> None:
    """Effect: what a customer is asked again, or asked when a question is passed on to him, promises no money (CMP-08)."""
    meant = next((q for q in act.facts.questions if q.id == act.data.get("question_id")), None)
    passed = bool(act.data.get("not_theirs"))
    to = act.data.get("to") if passed else meant and meant.to_kind
    if meant is None or to not in parties.CUSTOMERS:
        return
    text = meant.question if passed else act.data.get("text") or meant.question
    if (why := why_stopped(act, text)) is not None:
        raise _stopped(act, why, text, "text")


def _stopped(act: Act, why: Words, text: str | None, field: str) -> Stopped:
    """Money is what is said of the words; a forbidden phrase in them is put on record all the same (KNO-03)."""
    way = Way(CUSTOMER, act.data.get("channel"), act.case.office_id, act.case, field)
    found = proofreading.read(act.facts.session, act.who, text or "", way)
    if not (found.hits and found.blocks):
        return Stopped(why, field)
    return Stopped(why, field, MONEY, found.hits, way.attempt(text or ""))


# ------------------------------------------------------------------------------------------ the demand


def demand_open(act: Act) -> Words | None:
    """A demand of money waits for the supervisor."""
    case = act.case
    if case.demand_at is not None and case.demand_decision is None:
        return None
    return Words(N_("No demand of money waits for a decision."))


def demand_decided(act: Act) -> Words | None:
    """The supervisor has decided about the money that the customer demands."""
    return (
        Words(N_("The supervisor has not decided about the demand of money yet.")) if demand_open(act) is None else None
    )


@personal
def not_the_one_who_passed_it_on(act: Act) -> Words | None:
    """Nobody decides about the money that he passed on himself (CMP-08, D-13)."""
    if act.case.demand_by_id != act.who.user_id:
        return None
    return Words(N_("You passed this demand on yourself; another supervisor decides."))


def demand(act: Act) -> None:
    """Put the customer's demand on record and before the supervisor. Raises Refused (422) when nothing says what is
    demanded, or for a fraction that the currency does not have."""
    case, data = act.case, act.data
    draft = data.get("draft") or data.get("text")
    words = data.get("demand") or data.get("said") or case.wanted or draft
    if not words:
        raise Refused(Words(N_("Write what the customer demands.")), 422, "demand")
    currency = data.get("currency") or "CNY"
    case.demand, case.demand_draft = " ".join(words.split())[:300], draft
    case.demand_minor = fields.minor_units(data["amount"], currency) if data.get("amount") else None
    if case.demand_minor is None and (named := _sum(data, case.wanted, draft)) is not None:
        case.demand_minor, currency = named.minor, named.currency
    case.demand_currency, case.demand_at, case.demand_by_id = currency, act.at, act.who.user_id
    case.demand_decision = case.granted_minor = case.demand_reason = None
    case.demand_decided_at = case.demand_decided_by_id = None


def _sum(data: dict[str, Any], wanted: str | None, draft: str | None) -> amounts.Amount | None:
    """The one sum that the customer's own words name, else the one that the stopped draft promised; None for none or several."""
    for words in (data.get("demand"), data.get("said"), wanted):
        if (found := _one(amounts.find(amounts.plain(words or "")))) is not None:
            return found
    return _one([s for promise in money_guard.promises(draft) for s in promise.sums])


def _one(sums: list[amounts.Amount]) -> amounts.Amount | None:
    return sums[0] if len(sums) == 1 and sums[0].minor is not None else None


def grant(act: Act) -> None:
    """Grant a sum; from now on it may be named exactly. Raises Refused (422) for no sum."""
    if not act.data.get("amount"):
        raise Refused(Words(N_("Write the sum that is granted.")), 422, "amount")
    act.case.granted_minor = fields.minor_units(act.data["amount"], act.case.demand_currency)
    _decide(act, GRANTED)


def refuse(act: Act) -> None:
    """Refuse the demand."""
    _decide(act, REFUSED)


def _decide(act: Act, decision: str) -> None:
    case = act.case
    case.demand_decision, case.demand_reason = decision, act.data.get("reason")
    case.demand_decided_at, case.demand_decided_by_id = act.at, act.who.user_id

"""Money in complaints: what an agent may not promise, and what the customer demands, which a supervisor decides and never the
one who passed it on (CMP-08, D-14, CF-04). Needs and effects of the moves in `workflows/remedies.py`."""

from __future__ import annotations

from typing import Any

from rules import amounts, fields, figures, money_guard, parties, telling
from rules.needs import personal
from rules.policy import SUPERVISOR
from rules.store import Actor
from rules.words import N_, Refused, Words
from rules.workflow import Act, Effect

GRANTED, REFUSED = "granted", "refused"
AUTHORITY = "agent.compensation_authority"
CUSTOMERS = (None, "", "customer", "shipper", "consignee")  # who words go to when nobody else is named
TOLD = N_(
    "I have noted what you ask for and passed it to the supervisor, who will answer you about it; I may not decide it myself."
)


class Stopped(Refused):
    """Words with a promise of money that do not leave the house; they are kept as a draft, and `sums` may be demanded."""

    def __init__(self, why: Words, field: str) -> None:
        super().__init__(why, 422, field)


# ------------------------------------------------------------------------------------------ the money guard


def no_money(name: str) -> Effect:
    """The words in the field `name` promise no money beyond what their speaker may promise (CMP-08)."""

    def guard(act: Act) -> None:
        """No promise of money that its speaker may not make leaves the house (CMP-08)."""
        if act.data.get("to") in CUSTOMERS and (why := why_stopped(act, act.data.get(name))) is not None:
            raise Stopped(why, name)

    return guard


def why_stopped(act: Act, text: str | None) -> Words | None:
    """Why these words may not be said, or None. A granted sum may be named exactly, by anybody; before, a supervisor is
    free unless he passed the demand on himself, an agent up to the figure."""
    found = money_guard.promises(text) if text else []
    if not found:
        return None
    case, sums = act.case, [s for promise in found for s in promise.sums]
    if case.demand_decision == GRANTED:
        once = all(promise.sums for promise in found) and money_guard.once(text or "")
        return None if once and _exactly(case, sums) else _granted_only(case)
    passed_on = case.demand_at is not None and case.demand_by_id == act.who.user_id
    if SUPERVISOR in act.who.roles and not passed_on:
        return None
    if not passed_on and case.demand_decision is None and _within(act, found):
        return None
    if case.demand_decision == REFUSED:
        return Words(N_("The supervisor has refused the demand of money: no promise of it leaves the house."))
    return Words(
        N_(
            "You cannot promise money: “%(clause)s”. It was not sent and is kept as a draft; the supervisor decides. "
            "That holds for written words and for what was said in a call."
        ),
        clause=found[0].clause[:60],
    )


def _exactly(case: Any, sums: list[amounts.Amount]) -> bool:
    return bool(sums) and all((s.minor, s.currency) == (case.granted_minor, case.demand_currency) for s in sums)


def _granted_only(case: Any) -> Words:
    granted = telling.money(case.granted_minor, case.demand_currency)
    return Words(N_("Exactly %(amount)s was granted: name that sum and no other."), amount=granted)


def _within(act: Act, found: list[money_guard.Promise]) -> bool:
    most = figures.figure(act.facts.session, AUTHORITY, act.case.office_id)
    sums = [s for promise in found for s in promise.sums]
    named = all(promise.sums for promise in found)
    return named and all(s.currency == "CNY" and s.minor is not None and s.minor <= most for s in sums)


def no_money_asked(act: Act) -> None:
    """Effect: what a customer is asked again, or asked when a question is passed on to him, promises no money (CMP-08)."""
    meant = next((q for q in act.facts.questions if q.id == act.data.get("question_id")), None)
    passed = bool(act.data.get("not_theirs"))
    to = act.data.get("to") if passed else meant and meant.to_kind
    if meant is None or to not in parties.CUSTOMERS:
        return
    text = meant.question if passed else act.data.get("text") or meant.question
    if (why := why_stopped(act, text)) is not None:
        raise Stopped(why, "text")


def no_money_outside(who: Actor, text: str | None) -> None:
    """Words to a customer that belong to no matter, about goods or a flight: only a supervisor promises money (CMP-08, D-14).
    Raises Refused (422) at `text`."""
    if SUPERVISOR not in who.roles and money_guard.promises(text):
        why = N_("You cannot promise money here: register a complaint and hand the demand to the supervisor.")
        raise Refused(Words(why), 422, "text")


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

"""Whose promise of money may leave the house: nobody's beyond what was granted, an agent's up to the figure (CMP-08, D-14)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from rules import amounts, figures, money_guard, telling
from rules.policy import SUPERVISOR
from rules.store import Actor
from rules.words import N_, Words

GRANTED, REFUSED = "granted", "refused"
AUTHORITY = "agent.compensation_authority"


def in_complaint(session: Session, who: Actor, case: Any, text: str | None) -> Words | None:
    """Why these words of a complaint may not be said, or None. A granted sum may be named exactly, by anybody; before, a
    supervisor is free unless he passed the demand on himself, an agent up to the figure."""
    found = money_guard.promises(text) if text else []
    if not found:
        return None
    sums = [s for promise in found for s in promise.sums]
    if case.demand_decision == GRANTED:
        once = all(promise.sums for promise in found) and money_guard.once(text or "")
        return None if once and _exactly(case, sums) else _granted_only(case)
    passed_on = case.demand_at is not None and case.demand_by_id == who.user_id
    if SUPERVISOR in who.roles and not passed_on:
        return None
    if not passed_on and case.demand_decision is None and _within(session, case, found):
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


def outside(who: Actor, text: str | None) -> Words | None:
    """Why words to a customer that belong to no matter, about goods or a flight, may not be said: only a supervisor promises
    money there."""
    if SUPERVISOR in who.roles or not money_guard.promises(text):
        return None
    return Words(N_("You cannot promise money here: register a complaint and hand the demand to the supervisor."))


def _exactly(case: Any, sums: list[amounts.Amount]) -> bool:
    return bool(sums) and all((s.minor, s.currency) == (case.granted_minor, case.demand_currency) for s in sums)


def _granted_only(case: Any) -> Words:
    granted = telling.money(case.granted_minor, case.demand_currency)
    return Words(N_("Exactly %(amount)s was granted: name that sum and no other."), amount=granted)


def _within(session: Session, case: Any, found: list[money_guard.Promise]) -> bool:
    most = figures.figure(session, AUTHORITY, case.office_id)
    sums = [s for promise in found for s in promise.sums]
    named = all(promise.sums for promise in found)
    return named and all(s.currency == "CNY" and s.minor is not None and s.minor <= most for s in sums)

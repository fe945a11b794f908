"""No price of a newcomer reaches a customer but by a quotation that a supervisor has looked at (INQ-17, ORG-04, CF-22).

What a newcomer writes to a customer is read for anything that looks like a price: an amount with a currency or by a unit,
in digits of any script or in Chinese numerals, also pulled apart by blanks, marks or width. What he writes for colleagues,
another desk or a partner is left alone, and so is what the customer himself said.
"""

from __future__ import annotations

from dataclasses import replace

from models import Quotation
from rules.priced import check
from rules.words import N_, Words
from rules.workflow import Act, Effect, Move

TOLD = (
    "text",
    "promised",
    "lane",
)  # fields of moves that hold what the customer is told; the lane stands on the quotation
WITHIN = frozenset(
    {"note", "consult", "advise", "remind", "party_answered", "nudge_party"}
)  # moves that tell colleagues
INSIDE = ("partner", "colleague")


# ------------------------------------------------------------------------------------------ for moves


def no_price(act: Act) -> None:
    """Effect, first of a move that tells the customer something: no price in a newcomer's own words."""
    if act.data.get("to") not in INSIDE:
        for name in TOLD:
            check(act.who, act.data.get(name), name)


def no_rate(name: str) -> Effect:
    """Effect of a complaint's words to the customer: sums are its matter, a freight rate goes out as a quotation (INQ-17)."""

    def check_rate(act: Act) -> None:
        """No freight rate in a newcomer's own words (INQ-17)."""
        if act.data.get("to") not in INSIDE:
            check(act.who, act.data.get(name), name, rates=True)

    return check_rate


def reviewed_first(act: Act) -> Words | None:
    """Need of the answer to a price inquiry: a newcomer answers it only when a quotation was approved."""
    if not act.who.newcomer or act.case.topic != "price":
        return None
    if any(q.status in ("approved", "sent") for q in _versions(act)):
        return None
    why = N_("While you are a newcomer a supervisor reviews every price first: acknowledge now, and make a quotation.")
    return Words(why)


def reviewed_version(act: Act) -> Words | None:
    """Need of sending: what a newcomer sends has been looked at by a supervisor, whoever made it."""
    ready = next((q for q in reversed(_versions(act)) if q.status == "approved"), None)
    if not act.who.newcomer or ready is None or ready.reviewed_by_id is not None:
        return None
    return Words(N_("Nobody has reviewed this version: while you are a newcomer a colleague sends it."))


def _versions(act: Act) -> list[Quotation]:
    return act.facts.quotations if act.tx is not None or act.facts.has("quotations") else []


def guard(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """The moves of an inquiry, with the guard put first into every one that tells the customer something."""
    return tuple(_guarded(move) for move in moves)


def _guarded(move: Move) -> Move:
    if move.name in WITHIN or not any(hasattr(move.form, name) for name in (*TOLD, "said")):
        return move
    needs = (*move.needs, reviewed_first) if move.name == "answer" else move.needs
    return replace(move, needs=needs, then=(no_price, *move.then))

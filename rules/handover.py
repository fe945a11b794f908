"""The hand-over sheet: open matters with a next step each, given to one person and accepted at once (ORG-01, ORG-06).

A matter that the giver owns is offered by the move `hand_over` and taken by `accept_hand_over`, as if it had been done
one by one; of a matter he only works on, the work goes over and the owner stays. A sheet is made, accepted or declined
in one write: it holds as a whole or not at all, and carries at most MOST matters.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import HandOver, HandOverItem, User
from rules import absences, leaving, matters
from rules.matters import MOST
from rules.policy import SUPERVISOR, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words
from rules.workflow import perform, settle


def offer(tx: Tx, giver: User, to: User, reason: str, steps: dict[int, str | None]) -> list[HandOver]:
    """Offer the matters `steps` (case id → next step) of `giver` to a colleague, or to his cover while he is away: one
    sheet for each office. Raises Refused: 403 somebody else's matters without leading the office, 422 no matter, no
    colleague or a matter without a next step."""
    leads = SUPERVISOR in tx.actor.roles and tx.actor.office_id in (None, giver.office_id)
    if tx.actor.user_id != giver.id and not leads:
        raise Refused(Words(N_("Only the owner or a supervisor can do this.")), 403)
    taker = tx.session.get_one(User, absences.stand_in(tx.session, to.id, tx.at))
    if taker.id not in {each.id for each in leaving.successors(tx.session, giver)}:
        raise Refused(Words(N_("Choose a colleague of this office.")), 422, "person")
    cases = [case for case in matters.whole(tx.session, list(steps)[:MOST]) if _givable(case, giver, taker)]
    if not cases:
        raise Refused(Words(N_("Choose at least one open matter that is not offered to anybody yet.")), 422, "case")
    for case in cases:
        if not steps[case.id]:
            raise Refused(Words(N_("Write the next step of %(ref)s."), ref=case.ref), 422, "case")
    sheets = {office: _sheet(tx, office, giver, taker, reason) for office in sorted({case.office_id for case in cases})}
    for case in cases:
        _put(tx, sheets[case.office_id], case, str(steps[case.id]))
    tx.action, tx.reason = "hand_over.offer", reason
    return list(sheets.values())


def _givable(case: Any, giver: User, taker: User) -> bool:
    """Open, the giver's to give, offered to nobody, and in an office that the taker sees."""
    his = giver.id in (case.owner_id, case.assignee_id)
    return his and case.offered_to_id is None and taker.office_id in (None, case.office_id)


def _sheet(tx: Tx, office_id: int, giver: User, taker: User, reason: str) -> HandOver:
    sheet: HandOver = tx.add(HandOver(
        office_id=office_id, from_id=giver.id, to_id=taker.id, by_id=tx.actor.user_id, reason=reason, made_at=tx.at,
    ))  # fmt: skip
    return sheet


def _put(tx: Tx, sheet: HandOver, case: Any, step: str) -> None:
    owned = case.owner_id == sheet.from_id
    tx.session.add(HandOverItem(hand_over_id=sheet.id, case_id=case.id, next_step=step[:300], owned=owned))
    if owned and sheet.to_id != tx.actor.user_id:
        perform(tx, case, "hand_over", {"person": sheet.to_id, "reason": sheet.reason, "text": step})
    elif owned:  # a supervisor takes them himself: the sheet waits for his own acceptance
        case.offered_to_id = sheet.to_id
        settle(tx, case)


def accept(tx: Tx, sheet: HandOver) -> int:
    """Take every matter of the sheet that still waits; returns how many. Raises Refused: 403 not the receiver, 409
    answered already."""
    cases = _waiting(tx, sheet)
    count = 0
    for item in sheet.items:
        case = cases.get(item.case_id)
        if case is None:
            continue
        if item.owned and case.offered_to_id == sheet.to_id:
            perform(tx, case, "accept_hand_over", {"reason": sheet.reason})
        elif not item.owned and case.assignee_id == sheet.from_id:
            case.assignee_id, case.pooled = sheet.to_id, False
            settle(tx, case)
        else:
            continue
        count += 1
    sheet.accepted_at = tx.at
    tx.action, tx.reason = "hand_over.accept", sheet.reason
    return count


def decline(tx: Tx, sheet: HandOver, reason: str) -> None:
    """Leave every matter where it is, with a reason that the giver reads. Raises as `accept`."""
    cases = _waiting(tx, sheet)
    for item in sheet.items:
        case = cases.get(item.case_id)
        if case is not None and item.owned and case.offered_to_id == sheet.to_id:
            perform(tx, case, "decline_hand_over", {"reason": reason})
    sheet.declined_at, sheet.declined_reason = tx.at, reason
    tx.action, tx.reason = "hand_over.decline", reason


def _waiting(tx: Tx, sheet: HandOver) -> dict[int, Any]:
    if sheet.to_id != tx.actor.user_id:
        raise Refused(Words(N_("The hand-over was offered to somebody else.")), 403)
    if sheet.accepted_at or sheet.declined_at:
        raise Refused(Words(N_("This hand-over has been answered already.")))
    return {case.id: case for case in matters.whole(tx.session, [item.case_id for item in sheet.items])}


# ------------------------------------------------------------------------------------------ looking


def sheet_by_id(session: Session, who: Actor, sheet_id: int) -> HandOver | None:
    """A sheet with its matters, for giver, taker, maker and supervisors of the office; None for everybody else."""
    found = visible(who, select(HandOver).where(HandOver.id == sheet_id), HandOver)
    found = found.options(*_people(), selectinload(HandOver.items).joinedload(HandOverItem.case))
    sheet = session.scalars(found).first()
    parties = (sheet.from_id, sheet.to_id, sheet.by_id) if sheet else ()
    return sheet if who.user_id in parties or (sheet and SUPERVISOR in who.roles) else None


def unanswered(session: Session, who: Actor) -> list[HandOver]:
    """Sheets that wait for an answer, oldest first: the person's own, for a supervisor all of his office."""
    found = visible(who, select(HandOver), HandOver).where(
        HandOver.accepted_at.is_(None), HandOver.declined_at.is_(None)
    )  # fmt: skip
    if SUPERVISOR not in who.roles:
        found = found.where(or_(HandOver.from_id == who.user_id, HandOver.to_id == who.user_id))
    found = found.options(*_people(), selectinload(HandOver.items)).order_by(HandOver.made_at, HandOver.id)
    return list(session.scalars(found.limit(MOST)))


def _people() -> tuple[Any, ...]:
    return joinedload(HandOver.giver), joinedload(HandOver.taker), joinedload(HandOver.maker)

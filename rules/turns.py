"""Turns: whose move it is, made from state, clocks and approvals after every move, so that they are always true (E-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import FAR, Approval, Case, Turn, User
from rules import absences, deputies, return_calls
from rules.policy import SUPERVISOR, unseen
from rules.store import Actor, Tx

REMIND, FOLLOW_UP, UNDELIVERED = "remind", "follow_up", "undelivered"
KEPT = (REMIND, FOLLOW_UP, UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A turn that should be open: who holds it, what for, and by when."""

    what: str
    user_id: int | None = None
    role: str | None = None
    grade: int = 1
    leading: bool = False
    waiting: bool = False
    due_at: datetime | None = None
    due_name: str | None = None
    except_ids: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same turn as one already open."""
        return (self.what, self.user_id, self.role, self.grade, self.leading)


def settle(
    tx: Tx,
    case: Any,
    state: Any,
    due_at: datetime | None,
    due_name: str | None,
    approvals: list[Approval],
    climbed: Mapping[int, str],
    inside: tuple[datetime | None, str | None] = (None, None),
) -> None:
    """Open, change and close turns of a case so that they are exactly those its state asks for; `climbed` names the
    people whom its being late has reached (ORG-08), `inside` the deadline of a wait inside the house and its clock."""
    found = _wanted(tx.session, case, state, due_at, due_name, approvals, inside)
    found = _covered(found, absences.covers(tx.session, tx.at))
    if climbed and state.open:
        found += _escalated(tx.session, found, climbed)
    wanted = {w.key: w for w in found}
    open_now = select(Turn).where(Turn.case_id == case.id, Turn.closed_at.is_(None))
    if state.open:  # a reminder lives until it is ticked off or the case is closed
        open_now = open_now.where(Turn.what.not_in(KEPT))
    standing = list(tx.session.scalars(unseen(open_now)))
    for turn in standing:
        keep = wanted.pop((turn.what, turn.user_id, turn.role, turn.grade, turn.leading), None)
        if keep is None:
            turn.closed_at = tx.at
        else:
            _tell(turn, keep)
    tx.session.flush()
    for w in wanted.values():
        turn = Turn(
            case_id=case.id, customer_id=case.customer_id, office_id=case.office_id, kind=case.kind, what=w.what,
            user_id=w.user_id, role=w.role, grade=w.grade, leading=w.leading, since=case.waiting_since, opened_at=tx.at,
        )  # fmt: skip
        _tell(turn, w)
        tx.add(turn)
    if not state.open and not standing:
        _closed_at_once(tx, case)


def _closed_at_once(tx: Tx, case: Any) -> None:
    """A matter that is closed as it is logged (a change refused by its stage) has its owner's turn, closed: lists and its
    page show a case by its turns."""
    if tx.session.scalar(unseen(select(Turn.id).where(Turn.case_id == case.id).limit(1))) is None:
        tx.add(Turn(
            case_id=case.id, customer_id=case.customer_id, office_id=case.office_id, kind=case.kind, what="own",
            user_id=case.owner_id, leading=True, since=case.waiting_since, opened_at=tx.at, closed_at=tx.at, queue_at=FAR,
        ))  # fmt: skip


def _tell(turn: Turn, wanted: Wanted) -> None:
    turn.waiting = wanted.waiting
    turn.due_at, turn.due_name = wanted.due_at, wanted.due_name
    turn.queue_at = wanted.due_at or FAR
    turn.except_id, turn.except_too_id = (*wanted.except_ids, None, None)[:2]


def _wanted(
    session: Session, case: Any, state: Any, due_at: datetime | None, due_name: str | None, approvals: list[Approval],
    inside: tuple[datetime | None, str | None],
) -> list[Wanted]:  # fmt: skip
    if not state.open:
        return []
    if due_at is None:  # the customer's clock stands still: what the house owes itself is due, such as chasing a proof
        due_at, due_name = inside
    at_desk = state.awaits == "desk"
    mine = case.owner_id == case.assignee_id and at_desk and not case.pooled
    found = [
        Wanted(
            state.does if mine else "own",
            case.owner_id,
            leading=True,
            waiting=not mine,
            due_at=due_at,
            due_name=due_name,
        )
    ]
    if case.offered_to_id:
        found.append(Wanted("accept", case.offered_to_id, due_at=due_at, due_name=due_name))
    if case.pooled:
        found.append(Wanted("claim", role="agent", due_at=due_at, due_name=due_name))
    elif at_desk and not mine:
        found.append(Wanted(state.does, case.assignee_id, due_at=due_at, due_name=due_name))
    if state.awaits == "supervisor":
        asked_at, asked = inside if inside[0] else (due_at, due_name)
        barred = tuple(filter(None, (getattr(case, "asked_review_id", None),)))
        what = "advise" if state.does == "handle" else state.does
        found.append(Wanted(what, role=SUPERVISOR, due_at=asked_at, due_name=asked, except_ids=barred))
    if getattr(case, "callback_at", None) and case.callback_done_at is None:  # first of all: done at once (CMP-17)
        found.append(Wanted("call_back", role=SUPERVISOR, due_at=case.callback_at, due_name="call_back"))
    if getattr(case, "responsible_by_id", None) and case.confirmed_at is None:  # another person confirms it (D-08)
        found.append(
            Wanted("confirm", role=SUPERVISOR, due_at=due_at, due_name=due_name, except_ids=(case.responsible_by_id,))
        )
    if case.kind == "complaint" and return_calls.due(case):
        told = tuple(dict.fromkeys(filter(None, (case.owner_id, case.feedback_by_id))))
        found.append(Wanted("return_call", role=SUPERVISOR, due_at=due_at, due_name=due_name, except_ids=told))
    if state.awaits == "approvals":
        found += _decisions(session, case, approvals)
    if getattr(case, "finance_asked_at", None):
        barred = tuple(dict.fromkeys((case.requested_by_id, case.last_editor_id)))
        whose: dict[str, Any] = (
            {"role": "finance"} if case.leader_asked_at is None else {"role": SUPERVISOR, "grade": 4}
        )
        found.append(Wanted("lift", due_at=due_at, due_name=due_name, except_ids=barred, **whose))
    return found


def _covered(held: list[Wanted], covers: dict[int, int]) -> list[Wanted]:
    """Turns while people are away: their work is the cover's, the owner keeps the leading turn as one who waits, and
    what he waits for comes back to the cover (ORG-01)."""
    found: list[Wanted] = []
    for w in held:
        cover = covers.get(w.user_id or 0)
        if cover is None or w.what == "accept":
            found.append(w)
        elif w.leading:
            found.append(replace(w, what="own", waiting=True))
            found.append(replace(w, user_id=cover, leading=False))
        else:
            found.append(replace(w, user_id=cover))
    busy = {w.user_id for w in found if not w.waiting}
    return [w for w in found if w.leading or not w.waiting or w.user_id not in busy]


def _decisions(session: Session, case: Any, approvals: list[Approval]) -> list[Wanted]:
    """The first waiting step of the present round; later steps follow when it is decided. The office's second decider
    holds it too while no supervisor can sign (D-13)."""
    current = [a for a in approvals if a.round == case.round]
    waiting = [a for a in current if a.status == "waiting"]
    signed = [a.decided_by_id for a in current if a.decided_by_id is not None]
    barred = tuple(dict.fromkeys((case.requested_by_id, case.last_editor_id, *signed)))
    found = [
        Wanted("decide", role=a.role, grade=a.grade, due_at=a.due_at, due_name="decide", except_ids=barred)
        for a in waiting[:1]
    ]
    second = deputies.deputy(session, case) if waiting and waiting[0].role == SUPERVISOR else None
    if second is not None and deputies.stands_in(session, case, approvals, second.id)[0]:
        found.append(Wanted("decide", second.id, due_at=waiting[0].due_at, due_name="decide"))
    return found


def _escalated(session: Session, found: list[Wanted], climbed: Mapping[int, str]) -> list[Wanted]:
    """A turn for everybody whom lateness has reached and who has none in this case yet: one row per person."""
    lead = found[0]
    people = select(User.id, User.grade).where(User.id.in_(climbed), User.disabled_at.is_(None))
    return [
        Wanted("escalated", user_id, due_at=lead.due_at, due_name=lead.due_name)
        for user_id, grade in session.execute(people.order_by(User.id))
        if not any(_holds(w, user_id, grade) for w in found)
    ]


def _holds(wanted: Wanted, user_id: int, grade: int) -> bool:
    """Whether a turn stands in the queue of a supervisor of this grade anyway."""
    by_role = wanted.role == SUPERVISOR and wanted.grade <= grade and user_id not in wanted.except_ids
    return wanted.user_id == user_id or by_role


def derive(tx: Tx, case: Any, **columns: Any) -> None:
    """Write derived columns of a case by a Core update, which raises no version and makes no event (E-14)."""
    table: Any = Case.__table__
    tx.session.execute(update(table).where(table.c.id == case.id).values(**columns))
    tx.session.expire(case, list(columns))


def remind(tx: Tx, case: Any, at: datetime, note: str, what: str = REMIND, user_id: int | None = None) -> Turn:
    """Put a reminder into the queue for a moment (E-01), the actor's own unless `user_id` names another. A follow-up is one
    that the desk sets by itself: its `note` is a code of `workflows.inquiry` and it wants a reaction (INQ-10, INQ-11)."""
    turn = Turn(
        case_id=case.id, customer_id=case.customer_id, office_id=case.office_id, kind=case.kind, what=what,
        user_id=user_id or tx.actor.user_id, since=tx.at, opened_at=tx.at, due_at=at, due_name=what, queue_at=at, note=note,
    )  # fmt: skip
    return tx.add(turn)  # type: ignore[no-any-return]


def reminders(session: Session, case: Any, who: Actor) -> list[Turn]:
    """The actor's reminders on a case that have not been ticked off."""
    mine = (Turn.case_id == case.id, Turn.user_id == who.user_id, Turn.what == "remind", Turn.closed_at.is_(None))
    return list(session.scalars(unseen(select(Turn).where(*mine))))

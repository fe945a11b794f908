"""Matters that belong together, or turn out to be one: linked, merged with both histories kept, taken apart again.

Merging never buys time: the one that stays keeps the earlier start and the earlier deadline (ORG-01, D-03).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Case, CaseLink, Clock, ClockPause, Message, Turn
from rules import clocks, promises, queries, questions, return_calls, turns
from rules.facts import Facts
from rules.policy import unseen
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words
from rules.workflow import KINDS, flow_of, perform, settle

RELATED, MERGED = "related", "merged"


def other(session: Session, who: Actor, case: Any, typed: str | None) -> Any:
    """The matter that `typed` names, by reference or by its number alone; one that this person sees, of the same office.

    Raises Refused (422) at the field `into`.
    """
    wanted = (typed or "").strip().upper()
    refs = [wanted] if "-" in wanted else [f"{flow.prefix}-{wanted}" for flow in KINDS.values()]
    found = next((one for ref in refs if (one := queries.case_by_ref(session, who, ref)) is not None), None)
    if found is None or found.office_id != case.office_id:
        raise Refused(Words(N_("There is no matter %(ref)s in this office."), ref=wanted or "–"), 422, "into")
    if found.id == case.id:
        raise Refused(Words(N_("That is this matter itself.")), 422, "into")
    return found


def relate(tx: Tx, case: Any, beside: Any, reason: str | None) -> None:
    """Link two matters; each page shows the other. Raises Refused (422) when they are linked already."""
    if any(_far(link, case) == beside.id for link in _links(tx.session, case)):
        raise Refused(Words(N_("These two are linked already.")), 422, "into")
    for one, two in ((case, beside), (beside, case)):
        _link(tx, one, two, RELATED, reason)


def unrelate(tx: Tx, case: Any, other_id: int | None) -> None:
    """End the link of two matters. Raises Refused (422) when there is none."""
    found = [link for link in _links(tx.session, case) if link.what == RELATED and _far(link, case) == other_id]
    if not found:
        raise Refused(Words(N_("These two are not linked.")), 422, "other_id")
    for link in found:
        link.ended_at = tx.at


def merge(tx: Tx, case: Any, stays: Any, reason: str) -> None:
    """Let a matter go on as part of `stays`: the customer's call counts there, its earlier time holds, open questions and
    promises go over, both histories are kept. Raises Refused (422) for a matter of other kind, customer or goods."""
    if why := unfit(case, stays):
        raise Refused(why, 422, "into")
    running = [c for c in clocks.of_case(tx.session, case) if c.party == clocks.CUSTOMER]
    answered = not any(c.party == clocks.CUSTOMER for c in clocks.of_case(tx.session, stays))
    since = case.waiting_since if answered else min(case.waiting_since, stays.waiting_since)
    action = tx.action
    perform(tx, stays, "chase", {"said": case.title, "channel": case.channel, "party": case.ref})
    tx.action, tx.reason = action, reason
    stays.waiting_since = since
    turns.derive(tx, stays, chases=stays.chases + case.chases)
    for clock in running:
        if clock.name != clocks.PLEDGE:
            _no_later(tx, stays, clock)
    questions.move_to(tx, case, stays)
    promises.move_to(tx, case, stays)
    _reminders(tx, case, stays)
    _link(tx, case, stays, MERGED, reason)
    settle(tx, stays)


def unfit(case: Any, stays: Any) -> Words | None:
    """Why a matter cannot be merged into another one, or None."""
    if stays.kind != case.kind:
        return Words(N_("Only matters of one kind can be merged; link these two."))
    if why := _held(case):
        return why
    if _asked_again(case) and not _asked_again(stays):
        return Words(N_("Here another person asks whether the customer is satisfied: merge the other one into this."))
    if stays.closed_at is not None:
        return Words(N_("%(ref)s is closed; reopen it first."), ref=stays.ref)
    same = [getattr(case, name) for name in ("customer_id", "shipment_id") if _equal(case, stays, name)]
    return None if same else Words(N_("Another customer and other goods: link these two, do not merge them."))


def _held(case: Any) -> Words | None:
    """Why a matter has to go on by itself: what others have to decide or do about it would be lost from sight."""
    if flow_of(case).state(case.state).awaits == "supervisor":
        return Words(N_("The supervisor has it: wait for his answer before you merge it."))
    demanded = getattr(case, "demand_at", None) and case.demand_decision is None
    called = getattr(case, "callback_at", None) and case.callback_done_at is None
    if demanded or called or getattr(case, "crisis", None):
        return Words(N_("A demand, a call back or a crisis is open here: merge the other one into this."))
    return None


def _asked_again(case: Any) -> bool:
    """Whether closing it takes another person's call, which is not lost in a matter that takes none (D-07)."""
    return case.kind == "complaint" and return_calls.needed(case)


def unmerge(tx: Tx, case: Any) -> None:
    """Take a merged matter out again: the clocks that its merging stopped run on as they stood."""
    link = next((link for link in _links(tx.session, case) if link.what == MERGED and link.case_id == case.id), None)
    if link is not None:
        link.ended_at = tx.at
    stopped = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at == case.closed_at)
    for clock in tx.session.scalars(unseen(stopped)):
        clock.stopped_at = None


def _equal(case: Any, stays: Any, name: str) -> bool:
    value = getattr(case, name)
    return value is not None and value == getattr(stays, name)


def _no_later(tx: Tx, stays: Any, clock: Clock) -> None:
    """A promise of the merged matter holds for the one that stays: its clock of that name starts and ends no later."""
    mine = next((c for c in clocks.of_case(tx.session, stays) if c.name == clock.name), None)
    if mine is None:
        _copy(tx, stays, clock)
        return
    if clock.started_at < mine.started_at:
        mine.started_at = clock.started_at
        clocks.recount(tx.session, stays.office_id, mine, clocks.pauses_of(tx.session, mine))
    if clock.due_at < mine.due_at:
        mine.promised_at = mine.due_at = clock.due_at


def _copy(tx: Tx, stays: Any, clock: Clock) -> None:
    """The promise of the merged matter runs on with the one that stays, pauses and all."""
    left_out = {"id", "case_id"}
    names = [c.key for c in Clock.__table__.columns if c.key not in left_out]
    made = tx.add(Clock(case_id=stays.id, **{name: getattr(clock, name) for name in names}))
    for pause in clocks.pauses_of(tx.session, clock):
        tx.add(ClockPause(clock_id=made.id, from_at=pause.from_at, to_at=pause.to_at, reason=pause.reason))


def _reminders(tx: Tx, case: Any, stays: Any) -> None:
    mine = (Turn.case_id == case.id, Turn.what.in_(turns.KEPT), Turn.closed_at.is_(None))
    for turn in tx.session.scalars(unseen(select(Turn).where(*mine))):
        turn.case_id = stays.id
    tx.session.flush()


def _link(tx: Tx, case: Any, beside: Any, what: str, reason: str | None) -> None:
    tx.add(CaseLink(case_id=case.id, other_id=beside.id, what=what, reason=reason, by_id=tx.actor.user_id, at=tx.at))


def _links(session: Session, case: Any) -> list[CaseLink]:
    mine = (CaseLink.case_id == case.id) | (CaseLink.other_id == case.id)
    return list(
        session.scalars(unseen(select(CaseLink).where(mine, CaseLink.ended_at.is_(None)).order_by(CaseLink.id)))
    )


def _far(link: CaseLink, case: Any) -> int:
    return link.other_id if link.case_id == case.id else link.case_id


# ------------------------------------------------------------------------------------------ reading


def known(facts: Facts) -> Sequence[CaseLink]:
    """The links of a matter; the database is asked only where there may be some: merging into it was counted as a chase."""
    return facts.links if facts.has("case_links") or facts.case.chases else ()


def near(found: Sequence[CaseLink], case: Any) -> list[Case]:
    """The matters linked to one, in order of linking, each once."""
    return [link.other for link in found if link.what == RELATED and link.case_id == case.id]


def merged_into(found: Sequence[CaseLink], case: Any) -> Case | None:
    """The matter that a merged one goes on as, or None."""
    return next((link.other for link in found if link.what == MERGED and link.case_id == case.id), None)


def swallowed(found: Sequence[CaseLink], case: Any) -> list[Case]:
    """The matters that were merged into one."""
    return [link.case for link in found if link.what == MERGED and link.other_id == case.id]


def contacts(session: Session, cases: Iterable[Case]) -> list[tuple[Message, str]]:
    """What was said in merged matters, with the reference of each: it belongs to the story of the one that stays."""
    refs = {case.id: case.ref for case in cases}
    if not refs:
        return []
    found = select(Message).where(Message.case_id.in_(refs)).order_by(Message.at, Message.id)
    rows = session.scalars(unseen(found.options(joinedload(Message.by))))
    return [(row, refs[row.case_id or 0]) for row in rows]


def label(case: Case) -> str:
    """The state of a linked matter, as a message id."""
    return flow_of(case).state(case.state).label

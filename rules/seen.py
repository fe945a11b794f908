"""What a decider has opened before he decides: the case and its proof (E-28).

Reading writes here and nowhere else: a short write of its own, at most one per person and thing in five minutes, never
part of the history, and never a reason for a page to fail. Opening a row shows the pictures in it, so it counts as
seeing them; any other paper counts when it is opened itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, literal, select
from sqlalchemy.orm import Session

from models import Approval, Attachment, Seen, db
from rules import deputies
from rules.policy import FINANCE, RELEASE, SUPERVISOR, unseen
from rules.store import Actor, Busy, now, write_tx

CASE, PROOF = "case", "proof"
EVERY = timedelta(minutes=5)
DECIDERS = frozenset({SUPERVISOR, FINANCE, RELEASE})
Thing = tuple[str, int]


def note(actor: Actor, what: str, object_id: int, since: datetime | None = None) -> None:
    """Note that a person has opened a case or a proof; `since`: anew if he last opened it before that moment. Ends the
    read that goes on in this session, so that it is called when the page is made."""
    row = db.session().get(Seen, (actor.user_id, what, object_id))
    if _due(row.at if row else None, since, now()):
        _write(actor, [(what, object_id)], since)


def opening(session: Session, actor: Actor, case_id: int) -> None:
    """A person opens a case's row or page: noted, with the pictures shown in it, if he could decide what is asked there."""
    if not _could_decide(session, actor):
        return
    papers = select(literal(PROOF).label("what"), Attachment.id.label("object_id"))
    shown = select(literal(CASE).label("what"), literal(case_id).label("object_id")).union_all(
        papers.where(Attachment.case_id == case_id, Attachment.preview.is_not(None))
    ).subquery()  # fmt: skip
    known = and_(Seen.user_id == actor.user_id, Seen.what == shown.c.what, Seen.object_id == shown.c.object_id)
    asked_at = _asked(case_id).scalar_subquery()
    found = select(shown.c.what, shown.c.object_id, Seen.at, asked_at).outerjoin(Seen, known)
    rows = session.execute(unseen(found)).all()
    if rows[0][3] is not None and any(_due(at, rows[0][3], now()) for _, _, at, _ in rows):
        _write(actor, [(what, object_id) for what, object_id, _, _ in rows], rows[0][3])


def proof(session: Session, actor: Actor, paper_id: int) -> None:
    """A person opens a paper: noted if he is one who decides."""
    if _could_decide(session, actor):
        note(actor, PROOF, paper_id)


def opened(session: Session, user_id: int | None, case_id: int) -> tuple[datetime | None, bool]:
    """When a person opened a case: first since the present decision was asked, else the last time (None: never), and
    whether he has opened any proof of it."""
    return _opened(session, user_id, case_id, session.scalar(_asked(case_id)))


def on_decision(session: Session, approval: Approval, case: Any, user_id: int | None) -> None:
    """Keep with a signature how the signer came to it: when he opened the case, and whether he has seen a proof (None:
    there is none). Called in the write that decides the step."""
    approval.opened_at, any_proof = _opened(session, user_id, case.id, approval.asked_at)
    papers = select(Attachment.id).where(Attachment.case_id == case.id).limit(1)
    approval.proof_opened = any_proof if session.scalar(unseen(papers)) is not None else None


def _opened(
    session: Session, user_id: int | None, case_id: int, asked_at: datetime | None
) -> tuple[datetime | None, bool]:
    if user_id is None:
        return None, False
    row = session.get(Seen, (user_id, CASE, case_id))
    papers = select(Attachment.id).where(Attachment.case_id == case_id)
    proofs = select(Seen.object_id).where(Seen.user_id == user_id, Seen.what == PROOF, Seen.object_id.in_(papers))
    any_proof = session.scalar(unseen(proofs.limit(1))) is not None
    if row is None:
        return None, any_proof
    return (row.first_at if asked_at is not None and row.first_at >= asked_at else row.at), any_proof


def _asked(case_id: int) -> Any:
    """Since when the present step waits, as a select that gives nothing when nothing is to be decided."""
    steps = select(Approval.asked_at).where(Approval.case_id == case_id, Approval.status == "waiting")
    return steps.order_by(Approval.round.desc(), Approval.step).limit(1)


def _could_decide(session: Session, actor: Actor) -> bool:
    return bool(actor.roles & DECIDERS) or deputies.named(session, actor.office_id) == actor.login


def _due(noted: datetime | None, since: datetime | None, at: datetime) -> bool:
    """Whether to write: opened for the first time, long ago, or before `since`."""
    return noted is None or at - noted >= EVERY or (since is not None and noted < since)


def _write(actor: Actor, things: list[Thing], since: datetime | None) -> None:
    try:
        with write_tx(actor, "seen") as tx:
            for what, object_id in things:
                row = tx.session.get(Seen, (actor.user_id, what, object_id))
                if row is None:
                    first = Seen(user_id=actor.user_id, what=what, object_id=object_id, first_at=tx.at, at=tx.at)
                    tx.session.add(first)
                elif _due(row.at, since, tx.at):
                    row.at = tx.at
    except Busy:
        return  # the next reading will note it

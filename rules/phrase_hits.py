"""Who wrote which forbidden phrase, what became of it, and what a supervisor let go (KNO-03, D-14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models import Case, PhraseHit
from rules import accounts, figures, notices
from rules.policy import require, unseen, visible
from rules.stopped import Attempt, Hit
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

BLOCKED, WARNED, OVERRULED = "blocked", "warned", "overruled"
REPEAT, WITHIN = "phrase.repeat", timedelta(days=30)


# ------------------------------------------------------------------------------------------ recording


def record(tx: Tx, attempt: Attempt, hits: Iterable[Hit], outcome: str, reason: str | None = None) -> None:
    """Put the phrases of a text on record; a supervisor who overrules gives his `reason`. Whoever writes such phrases again
    and again is told to the supervisors of the office, once each time that the figure is reached (KNO-03)."""
    before = count(tx.session, tx.actor.user_id, tx.at)
    allowed = {"allowed_by_id": tx.actor.user_id, "allowed_at": tx.at, "reason": reason} if outcome == OVERRULED else {}
    case_id = tx.session.scalar(
        unseen(select(Case.id).where(Case.id == attempt.case_id))
    )  # gone with a rolled back write
    for hit in hits:
        tx.add(PhraseHit(
            phrase_id=hit.phrase_id, office_id=attempt.office_id, user_id=tx.actor.user_id, case_id=case_id,
            audience=attempt.audience, channel=attempt.channel, words=attempt.text, digest=attempt.digest, outcome=outcome,
            at=tx.at, **allowed,
        ))  # fmt: skip
    _tell_repeated(tx, attempt.office_id, before)


def count(session: Session, user_id: int | None, at: datetime) -> int:
    """How many texts with forbidden phrases a person wrote within thirty days; the same text tried again counts once."""
    since = at - WITHIN
    found = select(func.count(PhraseHit.digest.distinct())).where(PhraseHit.user_id == user_id, PhraseHit.at > since)
    return session.scalar(unseen(found)) or 0


def _tell_repeated(tx: Tx, office_id: int, before: int) -> None:
    most, now = figures.figure(tx.session, REPEAT, office_id), count(tx.session, tx.actor.user_id, tx.at)
    if not before < most <= now:
        return
    said = Words(N_("%(who)s has written forbidden phrases %(count)s times in 30 days."), who=tx.actor.name, count=now)
    for leader in accounts.supervisors(tx.session, office_id):
        if leader.id != tx.actor.user_id:
            key = f"phrase.repeat:{tx.actor.user_id}:{tx.at.isoformat()}:{leader.id}"
            notices.tell(tx, leader.id, "phrase.repeat", said, key, office_id=office_id)


# ------------------------------------------------------------------------------------------ letting go


def let_through(session: Session, attempt: Attempt, user_id: int | None) -> set[int]:
    """The phrases that a supervisor let go in exactly this text of this person to this audience."""
    found = select(PhraseHit.phrase_id).where(
        PhraseHit.digest == attempt.digest, PhraseHit.outcome == OVERRULED, PhraseHit.user_id == user_id,
        PhraseHit.office_id == attempt.office_id,
    )  # fmt: skip
    return set(session.scalars(unseen(found)))


def let_go(tx: Tx, hit_id: int, reason: str | None) -> PhraseHit:
    """A supervisor lets the words of somebody else leave after all: that text, to that audience. Raises Refused: 403 for
    whoever may not and for one's own words, 404 unseen, 409 when it was not blocked or was let go already, 422 without a
    reason."""
    require(tx.actor, "phrase.allow")
    found: PhraseHit | None = tx.session.scalars(
        visible(tx.actor, select(PhraseHit).where(PhraseHit.id == hit_id), PhraseHit).options(
            joinedload(PhraseHit.phrase)
        )
    ).first()
    if found is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if found.user_id == tx.actor.user_id:
        raise Refused(Words(N_("Your own words are let go by another supervisor.")), 403)
    if found.outcome != BLOCKED:
        raise Refused(Words(N_("These words wait for nobody any more.")), 409)
    if not reason:
        raise Refused(Words(N_("Give the reason; others will read it.")), 422, "reason")
    for hit in _same_words(tx.session, found):
        hit.outcome, hit.allowed_by_id, hit.allowed_at, hit.reason = OVERRULED, tx.actor.user_id, tx.at, reason
    said = Words(
        N_("Your words “%(words)s” may leave as they were written: %(reason)s"), words=found.words[:60], reason=reason
    )
    notices.tell(
        tx,
        found.user_id,
        "phrase.allowed",
        said,
        f"phrase.allowed:{found.id}",
        office_id=found.office_id,
        case_id=found.case_id,
    )
    return found


def _same_words(session: Session, hit: PhraseHit) -> Sequence[PhraseHit]:
    """Every phrase of the same text that was stopped: one decision lets the text go, whole."""
    found = select(PhraseHit).where(
        PhraseHit.digest == hit.digest, PhraseHit.user_id == hit.user_id, PhraseHit.office_id == hit.office_id,
        PhraseHit.outcome == BLOCKED,
    )  # fmt: skip
    return session.scalars(unseen(found)).all()


# ------------------------------------------------------------------------------------------ the quality view


def since(session: Session, who: Actor, at: datetime) -> Sequence[PhraseHit]:
    """Hits from a moment on that the reader may see, the newest first, with phrase and person."""
    found = select(PhraseHit).where(PhraseHit.at >= at).order_by(PhraseHit.id.desc()).limit(1000)
    people = joinedload(PhraseHit.phrase), joinedload(PhraseHit.user), joinedload(PhraseHit.allowed_by)
    return session.scalars(visible(who, found, PhraseHit).options(*people)).all()

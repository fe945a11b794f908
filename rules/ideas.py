"""The suggestion box: whoever disagrees with a rule or text says so, keeps to it meanwhile, and gets an answer (ORG-10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from wtforms import Form

from models import Case, Document, Idea
from rules import document_moves, fields, notices, offices
from rules.byhand import check_version
from rules.policy import can, unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

OPEN, TAKEN, DECLINED = "open", "taken", "declined"
STATUSES = {OPEN: N_("open"), TAKEN: N_("taken up"), DECLINED: N_("declined")}
ANSWERED = {
    TAKEN: N_("Your suggestion was taken up: %(answer)s"), DECLINED: N_("Your suggestion was declined: %(answer)s"),
}  # fmt: skip
PAGE = 100
NO_CONTENT = frozenset({"admin"})  # reads suggestions, which are about rules, and no matter


class IdeaForm(Form):
    """What somebody would have otherwise."""

    words = fields.area(
        N_("What should be different, and why"), fields.Filled(N_("Write what you suggest.")), longest=2000
    )
    rule = fields.text(N_("Rule, where you know it"), longest=40)


class AnswerForm(Form):
    """The answer in a sentence."""

    answer = fields.sentence(N_("Answer"), fields.Filled(N_("Give the writer an answer in a sentence.")), longest=300)


def write(tx: Tx, words: str, rule: str | None, number: str | None, ref: str | None) -> Idea:
    """Put a suggestion in the box: about a text (by its number), from a matter (by its ref), about a rule, or none of them.
    Raises Refused (404) for a text or matter that the writer may not see."""
    document = tx.session.scalar(select(Document.id).where(Document.number == number)) if number else None
    mine = visible(tx.actor, select(Case.id, Case.office_id).where(Case.ref == ref), Case)
    case = tx.session.execute(mine).first() if ref else None
    if (number and document is None) or (ref and case is None):
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    office = (case.office_id if case else tx.actor.office_id) or offices.first(tx.session)
    return tx.add(Idea(  # type: ignore[no-any-return]
        office_id=office, document_id=document, case_id=case.id if case else None, rule=rule, words=words, at=tx.at,
        by_id=tx.actor.user_id,
    ))  # fmt: skip


def listing(session: Session, who: Actor) -> Sequence[tuple[Idea, str | None, str | None]]:
    """Suggestions of the office with the number of their text and the ref of their matter, open ones first, then the newest.
    An administrator, who keeps the texts, reads every office's; matters stay closed to him."""
    matters = visible(who, select(Case.id, Case.ref), Case).subquery()
    found = (
        select(Idea, Document.number, matters.c.ref)
        .outerjoin(Document, Document.id == Idea.document_id)
        .outerjoin(matters, matters.c.id == Idea.case_id)
        .options(joinedload(Idea.by), joinedload(Idea.answered_by))
        .order_by(Idea.status != OPEN, Idea.id.desc())
        .limit(PAGE)
    )
    return [tuple(row) for row in session.execute(_seen(who, found))]


def _seen(who: Actor, found: Any) -> Any:
    return unseen(found) if who.roles & NO_CONTENT else visible(who, found, Idea)


def answer(tx: Tx, idea_id: int, taken: bool, words: str, seen: int | None) -> str | None:
    """Take a suggestion up or decline it, with a sentence that the writer is told. What is taken up and is about a text opens
    a draft of it; returns the number of that text, None where there is none or a draft is open already.

    Raises Refused: 403, 404, 409 when it was answered before.
    """
    found = tx.session.scalars(_seen(tx.actor, select(Idea).where(Idea.id == idea_id))).first()
    if found is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    check_version(found, seen)
    if found.status != OPEN:
        raise Refused(Words(N_("This suggestion has its answer already.")), 409)
    found.status, found.answer = TAKEN if taken else DECLINED, words
    found.answered_at, found.answered_by_id = tx.at, tx.actor.user_id
    tx.session.flush()
    told = Words(ANSWERED[found.status], answer=words)
    if found.by_id != tx.actor.user_id:
        notices.tell(tx, found.by_id, "idea", told, f"idea:{found.id}", office_id=found.office_id)
    return _begin(tx, found) if taken and found.document_id and can(tx.actor, "handbook.write") else None


def _begin(tx: Tx, idea: Idea) -> str | None:
    number = str(tx.session.scalar(select(Document.number).where(Document.id == idea.document_id)))
    try:
        document_moves.renew(tx, number, {"reason": idea.answer})
    except Refused:
        return None
    return number

"""Questions to others about a matter: asked, chased, answered by name, or dropped; the matter stays its owner's (ORG-02).

Each question runs a clock of the house of its own, and a reminder brings it back to the one who asked (SHP-20).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clock, Question, Turn
from rules import clocks, figures, parties, speaking, turns
from rules.clocks import HOUSE, ClockRule
from rules.parties import Party
from rules.phrases import CUSTOMER
from rules.policy import unseen
from rules.store import Tx
from rules.words import N_, Refused, Words

FIGURE = "question.answer"
CLOCK = ClockRule("question", N_("Answer from others"), lambda _case: FIGURE, party=HOUSE, starts=(), stops=())


def ask(
    tx: Tx, case: Any, whom: Party, question: str, *, purpose: str | None = None, joint: bool = False,
    permitted_by: str | None = None, follow_up_at: datetime | None = None,
) -> Question:  # fmt: skip
    """Note that somebody was asked; his time runs from now on, and the asker is reminded at `follow_up_at` or when it is over.

    `purpose`: what the customer wants; before a head or a partner's manager is asked it has to be written down (CMP-24).
    Raises Refused (422) naming the field.
    """
    if whom.kind in parties.SENIOR and not purpose:
        why = N_("Write what the customer wants before you go to %(who)s.")
        raise Refused(Words(why, who=Words(parties.NAMES[whom.kind])), 422, "purpose")
    clock = clocks.start(tx, case, CLOCK, FIGURE, tx.at)
    turn = _remind(tx, case, _later(tx, follow_up_at) or clock.due_at, _note(whom.name, question))
    line: Question = tx.add(Question(
        case_id=case.id, to_kind=whom.kind, department_id=whom.department_id, partner_id=whom.partner_id, whom=whom.name,
        question=question, purpose=purpose, joint=joint, permitted_by=permitted_by, asked_at=tx.at,
        asked_by_id=tx.actor.user_id or case.owner_id, clock_id=clock.id, follow_up_id=turn.id, chases=0,
    ))  # fmt: skip
    _log(tx, case, line, "out", text="\n".join(filter(None, (question, purpose))), field="question")
    return line


def waiting(found: Iterable[Question]) -> list[Question]:
    """Questions that nobody has answered and nobody dropped."""
    return [line for line in found if line.answered_at is None and line.dropped_at is None]


def attempts(found: Iterable[Question]) -> int:
    """How often peers were asked and chased: what has to be tried before another department's head is (CMP-24)."""
    return sum(1 + line.chases for line in found if line.to_kind not in parties.SENIOR)


def one(found: Sequence[Question], question_id: int | None) -> Question:
    """The question that is meant. Raises Refused: 422 none of this matter, 409 answered or dropped already."""
    line = next((line for line in found if line.id == question_id), None)
    if line is None:
        raise Refused(Words(N_("There is no such question here.")), 422, "question_id")
    if line.answered_at is not None:
        said = N_("%(who)s has answered this already (%(when)s).")
        raise Refused(Words(said, who=line.answered_by, when=line.answered_at), 409)
    if line.dropped_at is not None:
        raise Refused(Words(N_("This question was dropped (%(when)s)."), when=line.dropped_at), 409)
    return line


def nudge(tx: Tx, case: Any, line: Question, text: str | None, follow_up_at: datetime | None = None) -> None:
    """Ask again: counted, on record, his time runs on; the next reminder is at `follow_up_at`, else one figure later."""
    line.chases += 1
    _log(tx, case, line, "out", text=text or line.question)
    _remind_again(tx, case, line, follow_up_at)


def pass_on(tx: Tx, case: Any, line: Question, said: str, by: str, whom: Party) -> None:
    """“Not ours” is no answer: it is noted with the name, the question stays open and goes to `whom`, its time runs on
    (ORG-02)."""
    _log(tx, case, line, "in", said=said, party=by)
    line.to_kind, line.whom = whom.kind, whom.name
    line.department_id, line.partner_id = whom.department_id, whom.partner_id
    line.chases += 1
    _log(tx, case, line, "out", text=line.question)
    _remind_again(tx, case, line, None)


def answer(tx: Tx, case: Any, line: Question, text: str, by: str) -> None:
    """Record an answer with the name of who gave it (SHP-20)."""
    line.answer, line.answered_by, line.answered_at, line.recorded_by_id = text, by, tx.at, tx.actor.user_id
    _log(tx, case, line, "in", said=text, party=by)
    _end(tx, line)


def drop(tx: Tx, line: Question, reason: str) -> None:
    """Nobody needs the answer any more."""
    line.dropped_at, line.dropped_reason = tx.at, reason
    _end(tx, line)


def move_to(tx: Tx, case: Any, other: Any) -> None:
    """The open questions of a matter, with their clocks and reminders, go over to the one it was merged into."""
    found = select(Question).where(Question.case_id == case.id)
    for line in waiting(tx.session.scalars(unseen(found))):
        line.case_id = other.id
        for row in (_get(tx.session, Clock, line.clock_id), _get(tx.session, Turn, line.follow_up_id)):
            if row is not None:
                row.case_id = other.id
    tx.session.flush()


def _get(session: Session, model: Any, key: int | None) -> Any:
    return session.scalars(unseen(select(model).where(model.id == key))).first() if key else None


def _end(tx: Tx, line: Question) -> None:
    clock, turn = _get(tx.session, Clock, line.clock_id), _get(tx.session, Turn, line.follow_up_id)
    if clock is not None and clock.stopped_at is None:
        clock.stopped_at = tx.at
    if turn is not None and turn.closed_at is None:
        turn.closed_at = tx.at


def _remind_again(tx: Tx, case: Any, line: Question, at: datetime | None) -> None:
    """The reminder comes once more, with a new turn where it was ticked off."""
    at = _later(tx, at) or _one_figure_later(tx, case)
    turn = _get(tx.session, Turn, line.follow_up_id)
    if turn is not None and turn.closed_at is None:
        turn.due_at = turn.queue_at = at
        turn.note = _note(line.whom, line.question)
    else:
        line.follow_up_id = _remind(tx, case, at, _note(line.whom, line.question)).id


def _remind(tx: Tx, case: Any, at: datetime, note: str) -> Turn:
    """The asker is reminded; until then somebody else has to act, and the row is not among what he can do now."""
    turn = turns.remind(tx, case, at, note, user_id=tx.actor.user_id or case.owner_id)
    turn.waiting = True
    return turn


def _later(tx: Tx, at: datetime | None) -> datetime | None:
    if at is not None and at <= tx.at:
        raise Refused(Words(N_("That moment is past; choose a later one.")), 422, "follow_up_at")
    return at


def _one_figure_later(tx: Tx, case: Any) -> datetime:
    minutes = figures.promised(tx.session, FIGURE, case.office_id).minutes
    return clocks.reckon(tx.session, case.office_id, CLOCK.runs_in, tx.at, minutes).due


def _note(whom: str, question: str) -> str:
    return f"{whom}: {' '.join(question.split())}"[:200]


def _log(tx: Tx, case: Any, line: Question, direction: str, **said: Any) -> None:
    """Every question and answer is a contact of the matter, with what was said."""
    audience = "colleague" if line.to_kind in parties.INSIDE else "partner"
    asked = line.to_kind in parties.CUSTOMERS
    told = {
        "case": case,
        "office_id": case.office_id,
        "audience": audience,
        "channel": None,
        "party": line.whom,
        **said,
    }
    told["with_customer"] = asked
    if direction == "in":
        speaking.heard(tx, **told)
    else:  # a question to the customer is held against what customers may not be told
        speaking.said(tx, hearer=CUSTOMER if asked else audience, **told)

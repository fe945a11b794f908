"""What the moves about questions to others ask for and do; see `workflows.questioning`."""

from __future__ import annotations

from typing import Any

from models import Question
from rules import cargo_asks, parties, questions
from rules.words import N_, Refused, Words
from rules.workflow import Act, Need


def somebody_asked(act: Act) -> Words | None:
    """Somebody was asked and has not answered yet."""
    return None if _open(act) else Words(N_("Nobody was asked for this."))


def none_open(act: Act) -> Words | None:
    """Nobody who was asked owes an answer: a matter is not closed by mere forwarding (ORG-02)."""
    found = _open(act)
    if not found:
        return None
    return Words(N_("%(who)s has not answered yet: note the answer, or drop the question."), who=found[0].whom)


def elsewhere(states: tuple[str, ...]) -> Need:
    """A need: the matter stands in none of `states`, where asking makes it wait."""

    def not_there(act: Act) -> Words | None:
        """The matter need not wait for the answer."""
        return Words(N_("Here the matter waits for the answer.")) if act.case.state in states else None

    return not_there


def unfinished(act: Act) -> bool:
    """Whether somebody who was asked still owes an answer."""
    return bool(questions.waiting(act.facts.questions))


def ask(act: Act) -> None:
    """Somebody else is asked; his time runs, the matter stays the owner's."""
    data = act.data
    whom = parties.party(act.write.session, data.get("to"), data.get("whom"))
    if whom.code in parties.PRICING and (why := cargo_asks.sendable(act.case)):
        raise Refused(why, 422, "to")
    questions.ask(
        act.write, act.case, whom, data["question"], purpose=data.get("purpose"), permitted_by=data.get("permitted_by"),
        follow_up_at=data.get("follow_up_at"),
    )  # fmt: skip


def review(act: Act) -> None:
    """Several desks are asked at once, with the customer's words and what he wants (CMP-20)."""
    wanted = act.data.get("departments") or []
    if len(set(wanted)) < 2:
        raise Refused(Words(N_("A joint review needs two desks at least.")), 422, "departments")
    for key in dict.fromkeys(wanted):
        whom = parties.party(act.write.session, f"{parties.DEPARTMENT}:{key}", None)
        text, purpose = act.data["question"], act.data["purpose"]
        questions.ask(act.write, act.case, whom, text, purpose=purpose, joint=True)
    act.case.joint = True


def nudge(act: Act) -> None:
    """He is asked again; it is counted, his time runs on."""
    questions.nudge(act.write, act.case, _meant(act), act.data.get("text"), act.data.get("follow_up_at"))


def came(act: Act) -> None:
    """The answer is noted with the name of who gave it; “not ours” is none, the next one is asked (ORG-02)."""
    line, text, by = _meant(act), act.data["text"], act.data["answered_by"]
    if not act.data.get("not_theirs"):
        questions.answer(act.write, act.case, line, text, by)
        return
    if not act.data.get("to"):
        raise Refused(Words(N_("“Not ours” is no answer: choose whom to ask instead.")), 422, "to")
    whom = parties.party(act.write.session, act.data["to"], act.data.get("whom"))
    questions.pass_on(act.write, act.case, line, text, by, whom)


def drop(act: Act) -> None:
    """The answer is not needed any more."""
    questions.drop(act.write, _meant(act), act.data["reason"])


def _meant(act: Act) -> Question:
    return questions.one(act.facts.questions, act.data.get("question_id"))


def _open(act: Act) -> list[Any]:
    asked = act.tx is not None or act.facts.has("questions")  # a page asks for nothing where there is nothing
    return questions.waiting(act.facts.questions) if asked else []

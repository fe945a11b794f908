"""Questions to others on the page of a matter: who was asked, since when, what came, and the forms to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from blueprints._keyed import keyed
from blueprints._look import Look, Shown
from blueprints._words import shown_text, words
from models import Question
from rules import full_set, parties, questions, telling
from rules.store import now
from rules.words import N_, Words

ROW = ("party_answered", "nudge_party", "drop_question")


@dataclass
class Line:
    """One question; see cases/_questions.html."""

    id: int
    whom: str
    kind: Any
    question: Any
    purpose: Any
    asked: Any
    wait: Any
    tone: str
    chased: Any
    notes: list[Any] = field(default_factory=list)
    answer: Any = None
    answered: Any = None
    moves: list[Shown] = field(default_factory=list)


@dataclass
class Part:
    """All questions of a matter."""

    lines: list[Line]
    open: int


def part(look: Look) -> Part | None:
    """Who was asked about this matter; None when nobody was."""
    if not look.facts.has("questions"):
        return None
    found = look.facts.questions
    lines = [_line(look, one) for one in reversed(found)]
    return Part(lines, len(questions.waiting(found))) if lines else None


def asking(look: Look) -> list[Shown]:
    """The moves that ask somebody, with whom one can ask and the text that stands ready."""
    found = look.able("ask_party", "ask_beside", "joint_review")
    if not found:
        return []
    groups = parties.choices(look.facts.session)
    for shown in found:
        fill(look, shown.form, groups)
    return found


def fill(look: Look, form: Any, groups: dict[Any, list[tuple[str, Any]]]) -> None:
    """Give a form of asking its choices, and where it is new the full set in words (INQ-03, SHP-20)."""
    if "to" in form:
        form.to.choices = groups
    if "departments" in form:
        desks = groups.get(N_("Our desks"), [])
        form.departments.choices = [(key.partition(":")[2], name) for key, name in desks]
    new = form.question.data is None and not form.question.raw_data
    if "permitted_by" in form:
        tried = questions.attempts(look.facts.questions) if look.facts.has("questions") else 0
        form.permitted_by.label.text = Words(N_("Permitted by (own attempts so far: %(n)s)"), n=tried)
    if new and "to" in form:
        form.question.data = "\n".join(words(line) for line in full_set.lines(look.case))
        form.to.data = _likely(look)
    elif new:
        form.question.data = getattr(look.case, "content", None) or look.case.title


def _likely(look: Look) -> str | None:
    """Whom one asks about such a matter: the desk that prices such goods, else the partner of the shipment."""
    case = look.case
    if code := parties.PRICES.get(getattr(case, "goods", "")):
        return parties.desk(look.facts.session, code)
    return f"{parties.PARTNER}:{case.shipment.partner_id}" if case.shipment and case.shipment.partner_id else None


def _line(look: Look, one: Question) -> Line:
    shown = Line(
        one.id, one.whom, Words(parties.NAMES[one.to_kind]), shown_text(one.question), shown_text(one.purpose),
        Words(N_("asked by %(name)s %(when)s"), name=one.asked_by.display, when=one.asked_at), None, "",
        _chased(one.chases),
    )  # fmt: skip
    shown.notes = _notes(look, one)
    if one.answered_at is not None:
        shown.tone, shown.answer = "done", shown_text(one.answer)
        said = N_("%(name)s answered %(when)s, after %(time)s")
        took = telling.took((one.answered_at - one.asked_at).total_seconds() / 60)
        shown.answered = Words(said, name=one.answered_by, when=one.answered_at, time=took)
    elif one.dropped_at is not None:
        shown.answered = Words(N_("dropped %(when)s: %(why)s"), when=one.dropped_at, why=one.dropped_reason)
    else:
        shown.tone, shown.wait = waits(one.asked_at, _due(look, one))
        shown.moves = keyed(look, ROW, "question_id", one.id)
        for move in shown.moves:
            if "to" in move.form:
                move.form.to.choices = _groups(look)
    return shown


def _chased(times: int) -> Words | None:
    """How often somebody was asked again; None when he was not."""
    if not times:
        return None
    return Words(N_("asked again %(n)s times"), n=times) if times > 1 else Words(N_("asked again once"))


def waits(asked_at: Any, due_at: Any) -> tuple[str, Words]:
    """How long somebody has owed an answer, and whether that is too long."""
    waited = telling.took((now() - asked_at).total_seconds() / 60)
    if due_at is not None and due_at <= now():
        return "late", Words(N_("waits %(time)s, was due %(hour)s"), time=waited, hour=due_at)
    if due_at is None:
        return "soon", Words(N_("waits %(time)s"), time=waited)
    return "soon", Words(N_("waits %(time)s, due %(hour)s"), time=waited, hour=due_at)


def _due(look: Look, one: Question) -> Any:
    return next((clock.due_at for clock in look.facts.clocks if clock.id == one.clock_id), None)


def _notes(look: Look, one: Question) -> list[Any]:
    """What goes with it: part of a joint review; who permitted going to a head, and what was tried before (CMP-24)."""
    found = [Words(N_("joint review"))] if one.joint else []
    if one.to_kind in parties.SENIOR:
        tried = questions.attempts([q for q in look.facts.questions if q.id < one.id])
        found.append(Words(N_("own attempts before: %(n)s"), n=tried))
        allowed = Words(N_("permitted by %(name)s"), name=one.permitted_by) if one.permitted_by else None
        found.append(allowed or Words(N_("no permission on record")))
    return found


def _groups(look: Look) -> Any:
    """Read once for a page."""
    if "groups" not in look.__dict__:
        look.__dict__["groups"] = parties.choices(look.facts.session)
    return look.__dict__["groups"]

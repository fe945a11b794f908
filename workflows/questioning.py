"""Asking other desks, partners and the fleet about a matter (ORG-02, CMP-05, CMP-20, SHP-20).

An inquiry takes `moves(("open", "reopened"), "with_desk", "open")`, a complaint `moves(…, STAY, begins=("accepted",
"investigating"))` and `joint_review(…)`. Both take CLOCKS, `unfinished=questioning.unfinished`, and put `none_open` before
they close.
"""

from __future__ import annotations

from typing import Any

from wtforms import Form
from wtforms.fields import Field

from rules import fields, question_moves, questions
from rules.question_moves import none_open, unfinished
from rules.words import N_
from rules.workflow import ANY, STAY, Move
from workflows.common import DESK, Reason

__all__ = ["CLOCKS", "joint_review", "moves", "none_open", "unfinished"]
CLOCKS = (questions.CLOCK,)


class Desks(fields.Many):
    """Several desks; the choices are the page's, the rule looks the chosen ones up."""

    def pre_validate(self, form: Any) -> None:
        """Left to `rules.parties`."""


def _whom(label: str) -> Field:
    return fields.Offered(label)


class AskParty(Form):
    """A question to somebody else, with everything he has to know."""

    to = _whom(N_("Ask whom"))
    whom = fields.text(N_("Name, phone or group"), longest=80)
    question = fields.area(N_("Question"), fields.Filled(N_("Write what you ask.")))
    purpose = fields.sentence(N_("What the customer wants"), longest=300)
    permitted_by = fields.text(N_("Permitted by"), longest=80)
    follow_up_at = fields.Moment(N_("Ask again at"))


class Review(Form):
    """A joint review of several desks."""

    departments = Desks(N_("Desks"), choices=[])
    question = fields.area(N_("What the customer said"), fields.Filled(N_("Write what the customer said.")))
    purpose = fields.sentence(
        N_("What the customer wants"), fields.Filled(N_("Write what the customer wants.")), longest=300
    )


class Nudge(Form):
    """Asked again."""

    question_id = fields.Key(N_("Question"))
    text = fields.area(N_("What was said"))
    follow_up_at = fields.Moment(N_("Ask again at"))


class Came(Form):
    """An answer, or who it is passed on to."""

    question_id = fields.Key(N_("Question"))
    text = fields.area(N_("Answer"), fields.Filled(N_("Write the answer.")))
    answered_by = fields.text(N_("Who answered"), fields.Filled(N_("Name who answered.")), longest=80)
    not_theirs = fields.Tick(N_("They say it is not theirs"))
    to = _whom(N_("Ask whom instead"))
    whom = fields.text(N_("Name, phone or group"), longest=80)


class Dropped(Reason):
    """Why nobody needs the answer any more."""

    question_id = fields.Key(N_("Question"))


def moves(
    states: tuple[str, ...], to: str = STAY, back: str | None = None, begins: tuple[str, str] | None = None
) -> tuple[Move, ...]:
    """The moves about questions. Asking is offered in `states` and leads `to`; when the last one has answered there, the
    matter comes `back`; in its other open states asking changes nothing. `begins`: a state from which asking leads on."""
    home = (to, (to, back)) if back else None
    asking = (*states, to) if back else states
    beside = Move("ask_beside", N_("Ask a desk or partner"), ANY, STAY, DESK, then=(question_moves.ask,), form=AskParty,
                  when=(question_moves.elsewhere(asking),), place="section",
                  done=N_("Asked: the time runs, the matter stays yours"))  # fmt: skip
    return (
        *((beside,) if back else ()),
        Move("ask_party", N_("Ask a desk or partner"), asking, to, DESK, then=(question_moves.ask,), form=AskParty,
             place="section", done=N_("Asked: the time runs, the matter stays yours"), instead=begins),
        Move("party_answered", N_("Note the answer"), ANY, STAY, DESK, then=(question_moves.came,), form=Came,
             when=(question_moves.somebody_asked,), place="section", done=N_("Noted"), instead=home),
        Move("nudge_party", N_("Asked again"), ANY, STAY, DESK, then=(question_moves.nudge,), form=Nudge,
             when=(question_moves.somebody_asked,), place="section", done=N_("Noted; the time runs on")),
        Move("drop_question", N_("Drop the question"), ANY, STAY, DESK, then=(question_moves.drop,), form=Dropped,
             when=(question_moves.somebody_asked,), place="section", done=N_("Dropped"), instead=home),
    )  # fmt: skip


def joint_review(states: tuple[str, ...], begins: tuple[str, str] | None = None) -> Move:
    """The move by which several desks look at a complaint together (CMP-20)."""
    return Move("joint_review", N_("Joint review of several desks"), states, STAY, DESK, then=(question_moves.review,),
                form=Review, place="section", done=N_("Asked: their times run"), instead=begins)  # fmt: skip

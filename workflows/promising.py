"""What is promised to whom and by when (CUS-15, D-05). MOVES and CLOCKS go into every kind of work; `none_open` before it
closes."""

from __future__ import annotations

from wtforms import Form

from rules import fields, promise_moves, promises
from rules.promise_moves import none_open
from rules.words import N_
from rules.workflow import ANY, STAY, Move
from workflows.common import DESK, Reason

__all__ = ["CLOCKS", "MOVES", "none_open"]
CLOCKS = (promises.CLOCK,)


class Promised(Form):
    """What, to whom, by when."""

    promised = fields.sentence(N_("What is promised"), fields.Filled(N_("Write what is promised.")), longest=200)
    to_whom = fields.text(N_("To whom"), longest=80)
    by_at = fields.Moment(N_("By when"), [fields.Filled(N_("Say when."))])


class Kept(Form):
    """That it was kept, and how."""

    promise_id = fields.Key(N_("Promise"))
    text = fields.sentence(N_("How it was kept"), longest=300)


class Dropped(Reason):
    """Why it does not hold any more."""

    promise_id = fields.Key(N_("Promise"))


MOVES: tuple[Move, ...] = (
    Move("promise", N_("Promise something"), ANY, STAY, DESK, then=(promise_moves.make,), form=Promised, place="section",
         done=N_("Promised: its time runs")),
    Move("promise_kept", N_("Promise kept"), ANY, STAY, DESK, then=(promise_moves.keep,), form=Kept, place="section",
         when=(promise_moves.some_open,), done=N_("Kept")),
    Move("promise_dropped", N_("Drop the promise"), ANY, STAY, DESK, then=(promise_moves.drop,), form=Dropped,
         place="section", when=(promise_moves.some_open,), done=N_("Dropped")),
)  # fmt: skip

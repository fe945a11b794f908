"""Matters that belong together, or turn out to be one. A kind of work takes MOVES and puts STATE last among its states."""

from __future__ import annotations

from wtforms import Form

from rules import fields, join_moves, needs
from rules.words import N_
from rules.workflow import ANY, STAY, Move, State
from workflows.common import DESK, Reason

STATE = State("merged", N_("Merged"), awaits="nobody", step=4)


class Beside(Form):
    """Another matter, and why."""

    into = fields.text(
        N_("Number of the other matter"), fields.Filled(N_("Give the number of the other matter.")), longest=40
    )
    reason = fields.sentence(N_("Reason"), longest=300)


class Into(Beside):
    """The matter that stays, and why the two are one."""

    into = fields.text(N_("Merge into"), fields.Filled(N_("Give the number of the matter that stays.")), longest=40)
    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class Apart(Form):
    """Which link ends."""

    other_id = fields.Key(N_("Matter"))


MOVES: tuple[Move, ...] = (
    Move("relate", N_("Link another matter"), ANY, STAY, DESK, then=(join_moves.relate,), form=Beside, place="section",
         done=N_("Linked")),
    Move("unrelate", N_("Take the link off"), ANY, STAY, DESK, then=(join_moves.unrelate,), form=Apart, place="section",
         when=(join_moves.linked,), done=N_("Link taken off")),
    Move("merge", N_("Merge into another matter"), ANY, STATE.name, DESK, (needs.owner_or_leader,), (join_moves.merge,), Into,
         place="section", done=N_("Merged: it goes on in the other matter")),
    Move("unmerge", N_("Take out of the other matter"), (STATE.name,), "reopened", DESK, (needs.owner_or_leader,),
         (join_moves.unmerge,), Reason, place="section", done=N_("Taken out: its time runs on")),
)  # fmt: skip

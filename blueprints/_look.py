"""One person looking at one case: what is known, which moves he has, what he just tried. Everything is read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request, url_for
from sqlalchemy import select

from models import Draft, db
from rules import queries
from rules.facts import Facts
from rules.store import Actor, now
from rules.words import N_, Words
from rules.workflow import Act, Move, Workflow, flow_of, offered

TYPED = (
    "to",
    "channel",
    "said",
    "text",
    "promised_at",
    "accepted",
    "script",
    "lang",
    "q",
    "address",
    "subject",
    "read_back",
)


@dataclass
class Tried:
    """A form that was refused: which move, its form with what was typed, and why. `stopped`: its words may not leave the
    house, and the composer offers to hand them to the supervisor."""

    name: str
    form: Any
    why: Any = None
    typed: str | None = None
    stopped: Words | None = None

    @property
    def kept(self) -> Words | None:
        """What was typed, so that it is not lost when the form is no longer there."""
        return Words(N_("You had written: %(text)s"), text=self.typed) if self.typed else None


@dataclass
class Shown:
    """A move as ui.move wants it."""

    name: str
    label: Any
    url: str
    form: Any
    tone: str
    key: str | None = None


@dataclass
class Look:
    """A person's look at a case."""

    case: Any
    who: Actor
    tried: Tried | None = None

    @cached_property
    def facts(self) -> Facts:
        """What is known of the case beyond its row."""
        return Facts(db.session(), self.case)

    @property
    def flow(self) -> Workflow:
        """The case's kind."""
        return flow_of(self.case)

    @cached_property
    def offered(self) -> list[tuple[Move, Words | None]]:
        """The person's moves in this state, each with the reason when it is not allowed."""
        return offered(self.who, self.case, self.facts, now())

    @cached_property
    def colleagues(self) -> list[tuple[str, str]]:
        """To whom the case can be given."""
        return queries.colleagues(db.session(), self.who, self.case.office_id)

    @cached_property
    def typed(self) -> dict[str, Any]:
        """What stands in the composer: what was just sent and refused, else the draft kept on the server."""
        if self.tried is not None:
            return {k: request.form.get(k) for k in TYPED}
        mine = select(Draft).where(Draft.user_id == self.who.user_id, Draft.place == self.case.ref)
        found = db.session.scalars(mine).first()
        return dict(found.values) | {"saved": Words(N_("Draft kept %(hour)s"), hour=found.at)} if found else {}

    def act(self, name: str) -> Act:
        """The move called `name`, as this person would make it now; to be asked about only."""
        return Act(self.who, self.case, self.flow, self.flow.move(name), self.facts, now())

    def reasons(self, move: Move) -> tuple[Words, ...]:
        """Everything that stands against a move, each reason once."""
        act = self.act(move.name)
        return tuple(dict.fromkeys(why for need in move.needs if (why := need(act)) is not None))

    def shown(self, move: Move) -> Shown:
        """A move as a template wants it."""
        return Shown(
            move.name,
            move.label,
            url_for("cases.move", ref=self.case.ref, name=move.name),
            self.form_of(move),
            move.style,
        )

    def able(self, *names: str) -> list[Shown]:
        """Those of the moves called `names` that may be made now, in that order, for a section of the page."""
        known = {m.name: m for m, why in self.offered if why is None}
        return [self.shown(known[name]) for name in names if name in known]

    def form_of(self, move: Move) -> Any:
        """The form of a move with its choices: the refused one with what was typed, or a new one."""
        if move.form is None:
            return None
        refused = self.tried is not None and self.tried.name == move.name and self.tried.form is not None
        form = self.tried.form if refused and self.tried else move.form(obj=self.case, meta={"zone": self.who.zone})
        if "person" in form:
            form.person.choices = [("", N_("Choose")), *self.colleagues]
        if "department_id" in form:
            form.department_id.choices = [("", N_("Choose")), *queries.departments(db.session())]
        self.flow.offer(form, self.case, self.facts)
        return form

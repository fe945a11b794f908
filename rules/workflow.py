"""Kinds of work as data, and `perform`: the only place that sets a case's state.

A kind of work declares its states, its moves and its clocks (`workflows/`). The same row of a move renders the
button, guards the POST, words the refusal and draws the diagram (architecture 3, E-05).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified
from wtforms import Form

from models import Approval, Case, Contact, Customer, Event
from rules import clocks, promises, rungs, search, turns
from rules.clocks import ClockRule
from rules.facts import Facts
from rules.policy import unseen
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

ANY = ("*",)
STAY = "="
Need = Callable[["Act"], Words | None]
Effect = Callable[["Act"], None]


@dataclass(frozen=True, slots=True)
class State:
    """A state of a kind of work. `awaits` says whose turn it is: desk, customer, department, approvals, supervisor or
    nobody (closed); `does` names what the desk has to do; `step` is the place in the row of steps (from 0)."""

    name: str
    label: str
    awaits: str = "desk"
    does: str = "handle"
    step: int = 0

    @property
    def open(self) -> bool:
        """Whether a case in this state is still somebody's work."""
        return self.awaits != "nobody"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that may be done to a case. `to` is a state, STAY, or a pair (partly, wholly) decided by the approvals.

    `who` lists roles; `needs` must all answer None; `then` runs in order before the state is set. `form` checks what is
    sent along. `when` are needs that make it a move of this case at all: unmet, it is neither shown nor explained.
    `place` says where the page shows it: decide, composer, side, row or none. `instead` names a state from which it leads
    elsewhere than to `to`, to a pair as well: a chase on an answered matter reopens it. `strict`: it stays, but a form that
    is older than the matter is refused, because what it was filled in against is not there any more.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    to: str | tuple[str, str]
    who: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    then: tuple[Effect, ...] = ()
    form: type[Form] | None = None
    when: tuple[Need, ...] = ()
    place: str = "side"
    style: str = ""
    done: str = N_("Saved")
    instead: tuple[str, str | tuple[str, str]] | None = None
    strict: bool = False

    def leaves(self, flow: Workflow, state: str) -> bool:
        """Whether the move may be made in `state`; `*` means every open state."""
        return state in self.sources or (self.sources == ANY and flow.state(state).open)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A kind of work, whole. `make` fills a new case from checked form data and chooses its first state. `headline` words
    a row's title; `at_once` lists moves that are made right after logging when they and the further needs allow it.
    `loads` names relationships that its pages and moves use. `unfinished` decides a move's pair of states: True is the first.
    `opened` adds the rows that a new case brings along; `offer` leaves a move's form the choices that its case has.
    """

    kind: str
    prefix: str
    label: str
    model: type[Case]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    clocks: tuple[ClockRule, ...]
    steps: tuple[str, ...]
    form: type[Form]
    make: Callable[[Tx, Any, dict[str, Any]], str]
    stamp: Callable[[Any], str]
    gist: Callable[[Any], dict[str, Any]]
    rank: int = 100
    topics: tuple[tuple[str, str], ...] = ()
    loads: tuple[str, ...] = ()
    headline: Callable[[Any], Words | str] = lambda row: str(row.title)
    at_once: tuple[tuple[str, tuple[Need, ...]], ...] = ()
    unfinished: Callable[[Act], bool] = lambda act: act.facts.undecided
    opened: Callable[[Tx, Any, dict[str, Any]], None] = lambda _tx, _case, _data: None
    offer: Callable[[Form, Any, Facts], None] = lambda _form, _case, _facts: None

    def state(self, name: str) -> State:
        """The state called `name`; KeyError when the kind has none."""
        return next((s for s in self.states if s.name == name), None) or self._missing(name)

    def move(self, name: str) -> Move:
        """The move called `name`; Refused (404) when the kind has none."""
        found = next((m for m in self.moves if m.name == name), None)
        if found is None:
            raise Refused(Words(N_("There is no such action here.")), 404)
        return found

    def _missing(self, name: str) -> State:
        raise KeyError(f"{self.kind} has no state {name}")


KINDS: dict[str, Workflow] = {}


def register(flow: Workflow) -> Workflow:
    """Make a kind of work known to the desk; lists show kinds by `rank`."""
    KINDS[flow.kind] = flow
    for kind in sorted(KINDS, key=lambda name: (KINDS[name].rank, name)):
        KINDS[kind] = KINDS.pop(kind)
    return flow


def flow_of(case: Case) -> Workflow:
    """The workflow of a case's kind."""
    return KINDS[case.kind]


# ------------------------------------------------------------------------------------------ what is known of a case


@dataclass
class Act:
    """One person wanting one move on one case; `tx` is None while it is only asked whether it would be allowed."""

    who: Actor
    case: Any
    flow: Workflow
    move: Move
    facts: Facts
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    tx: Tx | None = None

    @property
    def write(self) -> Tx:
        """The running write; RuntimeError while only asking."""
        if self.tx is None:
            raise RuntimeError("not in a write")
        return self.tx


# ------------------------------------------------------------------------------------------ asking and performing


def refusal(act: Act) -> Words | None:
    """Why the move cannot be made now by this person in this state, or None when it can (role, state, needs)."""
    if not set(act.move.who) & act.who.roles:
        return Words(N_("Your role does not allow this."))
    if not act.move.leaves(act.flow, act.case.state):
        return Words(
            N_("Not possible any more: this is now “%(state)s”."), state=Words(act.flow.state(act.case.state).label)
        )
    return unmet(act, act.move.when) or unmet(act, act.move.needs)


def unmet(act: Act, needs: tuple[Need, ...]) -> Words | None:
    """The first reason that stands against the move, or None."""
    return next((why for need in needs if (why := need(act))), None)


def offered(who: Actor, case: Case, facts: Facts, at: datetime) -> list[tuple[Move, Words | None]]:
    """The moves to show to a person: those of his role in this state, each with the reason when it is not allowed."""
    flow = flow_of(case)
    found = []
    for move in flow.moves:
        if set(move.who) & who.roles and move.leaves(flow, case.state) and move.place != "none":
            act = Act(who, case, flow, move, facts, at)
            if unmet(act, move.when) is None:
                found.append((move, unmet(act, move.needs)))
    return found


def perform(tx: Tx, case: Any, name: str, data: dict[str, Any] | None = None, version: int | None = None) -> Act:
    """Make a move: check role, version, state and needs, run its effects, set the state, settle clocks and turns.

    `version` is the one the form was made against. Raises Refused: 404 no such move, 403 role, 409 version, state
    or unmet need. Everything happens in the caller's write.
    """
    flow = flow_of(case)
    move = flow.move(name)
    act = Act(tx.actor, case, flow, move, Facts(tx.session, case), tx.at, data or {}, tx)
    if "system" not in tx.actor.roles and not set(move.who) & tx.actor.roles:
        raise Refused(Words(N_("Your role does not allow this.")), 403)
    loose = move.to == STAY and not move.strict  # a note never conflicts
    stale = version is not None and version != case.version and not loose
    if stale or not move.leaves(flow, case.state):
        raise Refused(_faster(act), 409)
    for need in (*move.when, *move.needs):
        if why := need(act):
            raise Refused(why, getattr(need, "code", 409))
    tx.action = f"{case.kind}.{move.name}"
    tx.cases.add(case.id)
    tx.reason = act.data.get("reason") or tx.reason
    for effect in move.then:
        effect(act)
    if not loose:  # what was decided about may stand in other rows: forms made before are stale all the same (E-14)
        flag_modified(case, "gist")
    to = _target(act)
    clocks.drive(tx, case, flow.clocks, move.name, to != case.state, not flow.state(to).open)
    if to not in ("void", "merged"):
        promises.answered(tx, case)
    if to != case.state and flow.state(to).open:
        clocks.drive(tx, case, flow.clocks, clocks.comes_to(to))
    _arrive(act, to)
    return act


def open_case(tx: Tx, kind: str, data: dict[str, Any]) -> Any:
    """Register a matter of `kind` from checked form data; the actor owns it from now on (ORG-01). Returns the case."""
    flow = KINDS[kind]
    case = flow.model(
        kind=kind, office_id=data["office_id"], owner_id=tx.actor.user_id,
        assignee_id=data.get("assignee_id") or tx.actor.user_id,
        created_by_id=tx.actor.user_id, created_at=tx.at, waiting_since=data.get("called_at") or tx.at,
        channel=data["channel"], customer_id=data.get("customer_id"), contact_id=data.get("contact_id"),
        caller_name=data.get("caller_name"), caller_phone=data.get("caller_phone"), shipment_id=data.get("shipment_id"),
    )  # fmt: skip
    case.id = _next_number(tx)
    case.ref = f"{flow.prefix}-{case.id}"
    tx.action = f"{kind}.register"
    with tx.session.no_autoflush:
        case.state = flow.make(tx, case, data)
    tx.add(case)
    tx.cases.add(case.id)
    flow.opened(tx, case, data)
    if case.customer_id:  # its class decides how long a promise may take
        case.customer = tx.session.scalar(unseen(select(Customer).where(Customer.id == case.customer_id)))
    if case.contact_id:  # to him a promised time is given
        case.contact = tx.session.scalar(unseen(select(Contact).where(Contact.id == case.contact_id)))
    if flow.state(case.state).open:
        clocks.drive(tx, case, flow.clocks, clocks.REGISTER)
        clocks.drive(tx, case, flow.clocks, clocks.comes_to(case.state))
    if data.get("promised_at"):
        promises.named(tx, case, clocks.promise(tx, case, data["promised_at"], bool(data.get("accepted"))))
    settle(tx, case)
    return case


def proceed(tx: Tx, case: Any, data: dict[str, Any]) -> None:
    """Make the first move of the kind's `at_once` that is possible for a case just logged."""
    flow = flow_of(case)
    for name, further in flow.at_once:
        act = Act(tx.actor, case, flow, flow.move(name), Facts(tx.session, case), tx.at, data, tx)
        if refusal(act) is None and all(need(act) is None for need in further):
            perform(tx, case, name, data | {"just_logged": True})
            return


def settle(tx: Tx, case: Any, facts: Facts | None = None) -> None:
    """Make the derived columns of a case and its turns agree with its state, clocks and approvals."""
    flow = flow_of(case)
    facts = facts or Facts(tx.session, case)
    facts.forget()
    tx.session.flush()
    due_at, due_name = clocks.earliest(facts.clocks, facts.pauses)
    inside = clocks.earliest(facts.clocks, facts.pauses, clocks.HOUSE)
    running = clocks.running(facts.clocks, facts.pauses)
    climbed = rungs.climbed(tx.session, case.id, running, facts.approvals, tx.at)
    turns.settle(tx, case, flow.state(case.state), due_at, due_name, facts.approvals, climbed, inside)
    gist = flow.gist(case) | {"wait": _wait(tx, case, flow.state(case.state), facts.approvals, inside[0])}
    gist |= {"climbed": {str(user): name for user, name in climbed.items()}} if climbed else {}
    turns.derive(tx, case, due_at=due_at, due_name=due_name, gist=gist)
    search.index(tx.session, case)


def _wait(tx: Tx, case: Any, state: State, found: list[Approval], inside: datetime | None) -> dict[str, Any] | None:
    """For whom the case waits, since when and until when, for the second line of the clock; None when for nobody."""
    step = next((a for a in found if a.round == getattr(case, "round", 1) and a.status == "waiting"), None)
    if state.awaits == "approvals" and step is not None:
        until = step.due_at.isoformat() if step.due_at else None
        return {"for": step.role, "since": step.asked_at.isoformat(), "until": until}
    asked = next((role for role in ("leader", "finance") if getattr(case, f"{role}_asked_at", None)), None)
    who = asked or state.awaits
    if who in ("desk", "nobody", "approvals"):
        return None
    before = (case.gist or {}).get("wait") or {}
    since = before["since"] if before.get("for") == who else tx.at.isoformat()
    return {"for": who, "since": since, "until": inside.isoformat() if inside else None}


def _next_number(tx: Tx) -> int:
    latest = tx.session.scalar(unseen(select(Case.id).order_by(Case.id.desc()).limit(1)))
    return max(latest or 0, 20000) + 1


def _target(act: Act) -> str:
    to = act.move.to
    if act.move.instead is not None and act.case.state == act.move.instead[0]:
        to = act.move.instead[1]
    if isinstance(to, tuple):
        partly, wholly = to
        act.facts.forget()
        return partly if act.flow.unfinished(act) else wholly
    return act.case.state if to == STAY else to


def _arrive(act: Act, state: str) -> None:
    case = act.case
    if case.state != state:
        case.state = state
        case.closed_at = None if act.flow.state(state).open else act.at
    settle(act.write, case, act.facts)


def _faster(act: Act) -> Words:
    """Someone else moved the case first: say who, what and when."""
    act.facts.forget()
    last: Iterable[Event] = reversed(act.facts.events)
    done = next(iter(last), None)
    if done is None:
        return Words(
            N_("Not possible any more: this is now “%(state)s”."), state=Words(act.flow.state(act.case.state).label)
        )
    return Words(
        N_("%(who)s was faster: %(what)s (%(when)s)"),
        who=done.actor, what=Words(label_of(done.action)), when=done.at,
    )  # fmt: skip


COMMON_LABELS = {
    "register": N_("Registered"), "edit": N_("Corrected"), "import": N_("Imported"), "disable": N_("Passed on: account disabled"),
    "rung": N_("Escalated"),
}  # fmt: skip


def label_of(action: str) -> str:
    """The words (message id) for an event's action such as `change.approve`."""
    kind, _, name = action.partition(".")
    if kind in KINDS:
        found = next((m.label for m in KINDS[kind].moves if m.name == name), None)
        if found:
            return found
    return COMMON_LABELS.get(name or kind, action)

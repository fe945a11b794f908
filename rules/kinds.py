"""The kinds of work printed: as pages for people (Markdown), as data (JSON) and as diagrams (Mermaid).

Everything comes from the declarations that the desk itself runs on, so what is printed is what holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rules.clocks import HOUSE, REGISTER, ClockRule
from rules.figures import DEFAULTS
from rules.policy import ROLE_NAMES
from rules.workflow import KINDS, STAY, Move, Workflow

INTRODUCTION = """# Kinds of work

Made by `flask --app app kinds --format md` from `workflows/`; do not edit. Every kind shares the moves at its end
(contact, note, papers, reminder, hand-over, pool, void). A move is offered to the roles named, in the states named,
when everything it asks for holds. A matter that closes stops all its clocks; a chase starts one only where it reopens.
"""
AWAITS = {
    "desk": "the desk",
    "customer": "the customer",
    "department": "another desk",
    "approvals": "those who sign",
    "supervisor": "a supervisor",
    "nobody": "nobody: closed",
}
RUNS = {"desk": "desk hours", "duty": "desk hours, or round the clock with 24-hour duty", "calendar": "calendar time"}


def markdown(flows: Iterable[Workflow] | None = None) -> str:
    """All kinds (or `flows`) as one page: diagram, states, moves with what they ask for and do, clocks."""
    return INTRODUCTION + "".join(_page(flow) for flow in _all(flows))


def as_json(flows: Iterable[Workflow] | None = None) -> list[dict[str, Any]]:
    """All kinds as plain data for other programs; stable names, no sentences but labels."""
    return [_data(flow) for flow in _all(flows)]


def mermaid(flows: Iterable[Workflow] | None = None) -> str:
    """A state diagram for each kind."""
    return "\n".join(_diagram(flow) for flow in _all(flows))


def _all(flows: Iterable[Workflow] | None) -> Iterable[Workflow]:
    return KINDS.values() if flows is None else flows


# ------------------------------------------------------------------------------------------ Markdown


def _page(flow: Workflow) -> str:
    states = [(f"`{s.name}`", s.label, AWAITS[s.awaits]) for s in flow.states]
    moves = [
        (f"`{m.name}`", m.label, _states(m.sources), _target(m), _roles(m), _told(m.needs), _told(m.then))
        for m in flow.moves
    ]
    clocks = [
        (
            f"`{c.name}`", c.label, "the house" if c.party == HOUSE else "the customer", RUNS[c.runs_in],
            ", ".join(_figures(flow, c)) or "the time that was named", *(_driven(moves) for moves in _drivers(c).values()),
        )
        for c in flow.clocks
    ]  # fmt: skip
    return "\n".join((
        f"\n## {flow.label} (`{flow.kind}`, {flow.prefix})\n", f"{_summary(flow)}\n",
        "```mermaid", _diagram(flow).rstrip(), "```\n",
        _table(("State", "Name", "Waits for"), states),
        _table(("Move", "Name", "From", "To", "Who", "Asks for", "Does"), moves),
        _table(("Clock", "Promise", "Waits", "Runs in", "Figure", "Starts", "Pauses", "Resumes", "Stops"), clocks),
    ))  # fmt: skip


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines) + "\n"


def _summary(flow: Workflow) -> str:
    """What the kind's own file says it is."""
    return _first_sentence(flow.model.__doc__ or flow.label)


def _states(sources: tuple[str, ...]) -> str:
    return "any open state" if "*" in sources else ", ".join(f"`{name}`" for name in sources)


def _target(move: Move) -> str:
    to = _leads(move.to)
    return f"{to}; from `{move.instead[0]}` to {_leads(move.instead[1])}" if move.instead else to


def _leads(to: str | tuple[str, str]) -> str:
    if isinstance(to, tuple):
        return f"`{to[1]}`, `{to[0]}` while something is still open"
    return "stays" if to == STAY else f"`{to}`"


def _roles(move: Move) -> str:
    return ", ".join(ROLE_NAMES[role].lower() for role in move.who) or "the customer, by link"


def _told(parts: Iterable[Callable[..., Any]]) -> str:
    """What needs or effects say of themselves, in the first sentence of each one's docstring."""
    return " ".join(_first_sentence(part.__doc__ or part.__name__) for part in parts) or "–"


def _first_sentence(text: str) -> str:
    sentence = " ".join(text.split()).split(". ")[0].rstrip(".")
    return f"{sentence}."


def _drivers(clock: ClockRule) -> dict[str, tuple[str, ...]]:
    """The moves that drive a clock; its being registered counts as the first."""
    return {"starts": clock.starts, "pauses": clock.pauses, "resumes": clock.resumes, "stops": clock.stops}


def _driven(moves: tuple[str, ...]) -> str:
    return ", ".join(_driver(name) for name in moves) or "–"


def _driver(name: str) -> str:
    """A move, registering, or coming to a state."""
    if name.startswith("="):
        return f"coming to `{name[1:]}`"
    return "registering" if name == REGISTER else f"`{name}`"


def _figures(flow: Workflow, clock: ClockRule) -> list[str]:
    """The figures a clock may run by: those its rule can give for any topic or weight of the kind."""
    return [f"`{key}` = {DEFAULTS[key][0]} min" if key in DEFAULTS else f"`{key}`" for key in _keys(flow, clock)]


def _keys(flow: Workflow, clock: ClockRule) -> list[str]:
    return list(dict.fromkeys(key for case in _samples(flow) if (key := _figure(clock, case))))


def _figure(clock: ClockRule, case: _Sample) -> str | None:
    """The figure for a sample; a rule that looks at more than a sample knows is not foretold."""
    try:
        return clock.figure(case)
    except (AttributeError, KeyError):
        return None


class _Sample:
    """A case of which only the words that choose a figure are known."""

    def __init__(self, topic: str, weight: str, goods: str) -> None:
        self.topic = self.code = topic
        self.weight, self.goods = weight, goods
        self.customer = _Class()


class _Class:
    """Stands for the customer's class."""

    grade = "class"


def _samples(flow: Workflow) -> list[_Sample]:
    topics = [code for code, _ in flow.topics] or [""]
    return [
        _Sample(topic, weight, goods)
        for topic in topics for weight in ("simple", "complex") for goods in ("general", "special")
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ JSON and Mermaid


def _data(flow: Workflow) -> dict[str, Any]:
    return {
        "kind": flow.kind, "prefix": flow.prefix, "label": flow.label, "steps": list(flow.steps),
        "topics": [{"code": code, "label": label} for code, label in flow.topics],
        "states": [
            {"name": s.name, "label": s.label, "awaits": s.awaits, "does": s.does, "step": s.step, "open": s.open}
            for s in flow.states
        ],
        "moves": [_move(flow, m) for m in flow.moves],
        "clocks": [
            {
                "name": c.name, "label": c.label, "party": c.party, "runs_in": c.runs_in, "figures": _keys(flow, c),
                **{name: list(moves) for name, moves in _drivers(c).items()},
            }
            for c in flow.clocks
        ],
    }  # fmt: skip


def _move(flow: Workflow, move: Move) -> dict[str, Any]:
    to = list(move.to) if isinstance(move.to, tuple) else [move.to]
    return {
        "name": move.name, "label": move.label, "from": [s.name for s in flow.states if move.leaves(flow, s.name)],
        "to": [] if to == [STAY] else to, "instead": list(move.instead or ()),
        "who": list(move.who), "needs": [need.__name__ for need in move.needs],
        "effects": [effect.__name__ for effect in move.then],
        "form": move.form.__name__ if move.form else None, "place": move.place,
    }  # fmt: skip


def _diagram(flow: Workflow) -> str:
    """Only moves that lead to another state; void is left out because every open state leads there."""
    lines = ["stateDiagram-v2", f"    %% {flow.kind}"]
    lines += [f'    state "{s.label}" as {s.name}' for s in flow.states if s.name != "void"]
    first = flow.states[0].name
    lines.append(f"    [*] --> {first}")
    for move in flow.moves:
        if move.instead is not None:
            source, found = move.instead
            others = found if isinstance(found, tuple) else (found,)
            lines += [f"    {source} --> {to} : {move.label}" for to in others if to != source]
        if move.to == STAY or move.to == "void":
            continue
        targets = move.to if isinstance(move.to, tuple) else (move.to,)
        sources = [s.name for s in flow.states if move.leaves(flow, s.name)]
        lines += [f"    {source} --> {to} : {move.label}" for source in sources for to in targets if source != to]
    lines += [f"    {s.name} --> [*]" for s in flow.states if not s.open and s.name != "void"]
    return "\n".join(lines) + "\n"

"""A case as its templates want it: opened in its row, or on its own page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints import _links_view, _rows
from blueprints._case_facts import contact_of, entries, last_said, panels, papers
from blueprints._change_view import decision
from blueprints._composer import Talk, talk
from blueprints._look import Look, Shown, Tried
from blueprints._sections import review, sections, ticks
from blueprints._words import listed
from models import db
from rules import queries, queue
from rules.policy import can
from rules.store import Actor
from rules.workflow import Move

ELSEWHERE = ("composer", "papers", "section")  # moves that the page shows in a place of their own


@dataclass
class Opened:
    """The inside of an opened row that waits for an answer; see cases/_answer.html."""

    contact: list[Any]
    said: str | None
    said_by: Any
    talk: Talk | None
    ticks: tuple[Any, ...] = ()
    ticks_label: Any = None
    moves: list[Shown] = field(default_factory=list)
    review: Any = None


def open_row(row: _rows.Row, who: Actor, tried: Tried | None = None) -> None:
    """Open a row in place: what its turn asks for stands inside."""
    case = queries.case_by_ref(db.session(), who, row.ref)
    if case is None:
        return
    row.open, row.version = True, case.version
    look = Look(case, who, tried)
    if case.kind == "change":
        row.inside, row.case = "change/decide.html", decision(look)
        return
    near = [look.shown(m) for m, why in look.offered if why is None and _near(m)]
    row.inside = "cases/_answer.html"
    row.case = Opened(
        contact_of(case), *last_said(look.facts), talk(look), *ticks(look), moves=near, review=review(look)
    )


def case_values(case: Any, who: Actor, tried: Tried | None = None, said: Any = None) -> dict[str, Any]:
    """Everything cases/case.html wants."""
    look = Look(case, who, tried)
    found = queue.row_of(db.session(), who, case.id)
    look.facts.reminded = found is not None and found.reminded
    row = _rows.hero(_rows.build(found, who, url_for("queue.queue")), case, look.flow)
    row.version, row.focus = case.version, bool(said)
    inside = None
    if case.kind == "change":
        inside, row.case = "change/decide.html", decision(look)
    if tried is not None and tried.why is not None:
        row.note = ("late", tried.why, tried.kept)
    writes = look.flow.state(case.state).open and "auditor" not in who.roles
    above, below = sections(look)
    return {
        "row": row, "talk": talk(look), "inside": inside, "moves": _moves(look), "blocked": _blocked(look),
        "said": said, "situation": f"{case.kind}.{getattr(case, 'code', None) or getattr(case, 'topic', '')}",
        "suggests": can(who, "idea.write"),
        "files_url": url_for("cases.move", ref=case.ref, name="attach") if writes else None,
        "files": papers(look.facts), "entries": entries(look.facts), "panels": panels(case), "above": above, "below": below,
        "links": _links_view.panel(case, who, any(e.object_type == "customer_links" for e in look.facts.events)),
    }  # fmt: skip


def undo(case: Any, who: Actor) -> tuple[Any, str, int] | None:
    """The way back for a signature that the next one has not followed yet."""
    back = next((m for m, why in Look(case, who).offered if m.name == "unsign" and why is None), None)
    return (back.label, url_for("cases.move", ref=case.ref, name=back.name), case.version) if back else None


def _moves(look: Look) -> list[Shown]:
    return [look.shown(move) for move, why in look.offered if why is None and _beside(move, look)]


def _blocked(look: Look) -> list[Any]:
    """What he may not do and every reason why, those with the same reasons in one note."""
    same: dict[Any, list[Any]] = {}
    for move, why in look.offered:
        if why is not None and move.place != "row" and _beside(move, look):
            same.setdefault(look.reasons(move), []).append(move.label)
    return [(listed(labels), reasons) for reasons, labels in same.items()]


def _near(move: Move) -> bool:
    return move.place not in ELSEWHERE and (move.style == "primary" or move.place == "row")


def _beside(move: Move, look: Look) -> bool:
    in_form = move.place == "decide" and look.case.kind == "change"
    return move.place not in ELSEWHERE and not in_form

"""The supervisor's board: who has what in hand, what is late, and giving matters to somebody else (ORG-01, ORG-06)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _charts
from blueprints._admin import save
from blueprints._rows import DOES
from blueprints._shared import Answer, done, me, not_found, page, require
from blueprints._words import words, zone
from models import HandOver, User, db
from rules import absences, board, handover, queries
from rules.cover_forms import ReassignForm
from rules.store import Tx, now
from rules.words import N_, Refused, Words
from rules.workflow import KINDS

bp = Blueprint("board", __name__, url_prefix="/board")


@bp.get("")
@require("board.read")
def board_page() -> Answer:
    """The numbers of today, per person and by hour."""
    return _page()


bp.add_url_rule("", endpoint="board", view_func=board_page)


@bp.post("/reassign")
@require("board.read")
def reassign() -> Answer:
    """Offer one person's late, near or all matters to another, who accepts them on one sheet."""
    form, made = _with_people(ReassignForm(request.form)), list[HandOver]()
    if code := save(form, "hand_over.offer", lambda tx: made.extend(_reassign(tx, form))):
        return _page(form, code)
    return done(url_for("handover.sheet", sheet_id=made[0].id), N_("Offered; it is theirs when they accept it."))


def _reassign(tx: Tx, form: Any) -> list[HandOver]:
    giver = tx.session.get(User, form.user.data)
    if giver is None or me().office_id not in (None, giver.office_id):
        raise not_found()
    rows = board.chosen(tx.session, me(), giver.id, form.which.data, tx.at)
    if not rows:
        raise Refused(Words(N_("This person has no such matter that is not offered already.")), 422, "which")
    steps: dict[int, str | None] = {row.id: words(_step(row)) for row in rows}
    made = handover.offer(tx, giver, tx.session.get_one(User, int(form.person.data)), form.reason.data, steps)
    g.result = url_for("handover.sheet", sheet_id=made[0].id)
    return made


def _step(row: Any) -> str:
    state = KINDS[row.kind].state(row.state)
    return DOES.get(state.does, N_("View")) if state.awaits == "desk" else state.label


def _with_people(form: Any) -> Any:
    own = (str(me().user_id), me().name)
    form.person.choices = [("", N_("Choose")), own, *queries.colleagues(db.session(), me(), me().office_id or 0)]
    return form


def _page(form: Any = None, code: int = 200) -> Answer:
    at, here, session = now(), zone(), db.session()
    midnight = at.astimezone(here).replace(hour=0, minute=0, second=0, microsecond=0)
    found = board.board(session, me(), at, midnight, here)
    blank, away = _with_people(ReassignForm()), absences.covers(session, at)
    names = {line.user_id: line.display for line in found.lines}
    bars = _charts.shares([line.open for line in found.lines])
    typed = form.user.data if form is not None else None
    return page(
        "board/board.html", code=code, board=found, chart=_charts.stacked(found.hours), at=at, failed=code >= 400,
        rows=[(line, bar, form if line.user_id == typed else blank, names.get(away.get(line.user_id, 0)))
              for line, bar in zip(found.lines, bars, strict=True)],
        sheets=handover.unanswered(session, me()), refused=form,
    )  # fmt: skip

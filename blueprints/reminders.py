"""One's own reminders: listed, given another moment, ticked off; those without a matter open in the queue's row (E-01)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for

from blueprints import _rows
from blueprints._shared import Answer, done, me, not_found, page, require, safe_back, wants_part, writing
from blueprints._words import words
from models import db
from rules import queue, reminders
from rules.store import now
from rules.words import N_, Refused, Words
from workflows.common import MoveReminder

bp = Blueprint("reminders", __name__, url_prefix="/reminders")


@bp.get("")
@require("case.write")
def listing() -> Answer:
    """Every open reminder of mine, first due first."""
    return _listing()


@bp.get("/<int:turn_id>")
@require("case.write")
def reminder(turn_id: int) -> Answer:
    """Where a reminder's link leads: its place in the list."""
    reminders.one(db.session(), me(), turn_id)
    return redirect(url_for("reminders.listing") + f"#r-{turn_id}")


@bp.get("/<int:turn_id>/row")
@require("case.write")
def row(turn_id: int) -> Answer:
    """Its row in the queue, opened or closed in place."""
    reminders.one(db.session(), me(), turn_id)
    if not wants_part():
        return redirect(url_for("reminders.reminder", turn_id=turn_id))
    return _row_part(turn_id, opened=request.args.get("open") == "1")


@bp.post("/<int:turn_id>/move")
@require("case.write")
def move(turn_id: int) -> Answer:
    """Another moment for a reminder."""
    form = MoveReminder(request.form)
    try:
        _check(form)
        with writing("reminder.move") as tx:
            g.result = url_for("reminders.listing")
            reminders.move(tx, turn_id, form.at.data)
    except Refused as no:
        return _again(turn_id, form, no)
    said = Words(N_("Reminder moved to %(hour)s"), hour=form.at.data)
    return _row_part(turn_id, said=said) if _in_row() else done(_back(turn_id), said)


@bp.post("/<int:turn_id>/done")
@require("case.write")
def tick_off(turn_id: int) -> Answer:
    """The reminder has served; its row goes."""
    with writing("reminder.done") as tx:
        g.result = url_for("reminders.listing")
        reminders.tick_off(tx, turn_id)
    said = Words(N_("Ticked off"))
    return page("reminders/gone.html", said=words(said)) if _in_row() else done(_back(), said)


# ------------------------------------------------------------------------------------------ answering


def _check(form: Any) -> None:
    if not form.validate():
        raise Refused(form.at.errors[0], 422, "at")


def _in_row() -> bool:
    return wants_part() and request.form.get("view") == "row"


def _back(turn_id: int | None = None) -> str:
    back = safe_back(request.form.get("back"), url_for("reminders.listing"))
    return back + (f"#w-r{turn_id}" if turn_id and request.form.get("view") == "row" else "")


def _again(turn_id: int, form: Any, no: Refused) -> Answer:
    """The form once more with what is wrong, in the row or in the list."""
    if no.code == 404:
        raise no
    form.at.errors = [no.why]
    if _in_row():
        return _row_part(turn_id, opened=True, form=form, code=no.code)
    return _listing({turn_id: form}, no.code)


def _listing(tried: dict[int, Any] | None = None, code: int = 200) -> Answer:
    rows = [_line(tried or {}, *row) for row in reminders.mine(db.session(), me())]
    return page("reminders/list.html", code=code, rows=rows, failed=code >= 400)


def _line(tried: dict[int, Any], turn: Any, ref: str | None, title: str | None, customer: str | None) -> dict[str, Any]:
    where = url_for("cases.case", ref=ref) if ref else url_for("customers.customer", customer_id=turn.customer_id)
    return {"turn": turn, "ref": ref, "about": title if ref else customer, "href": where, "customer": customer,
            "late": turn.queue_at <= now(), "form": tried.get(turn.id) or _form(turn)}  # fmt: skip


def _form(turn: Any) -> MoveReminder:
    return MoveReminder(data={"at": turn.due_at})


def open_row(row: _rows.Row, turn_id: int, form: Any = None) -> None:
    """Open a reminder's row in place: another moment, or done."""
    row.open, row.inside = True, "reminders/open.html"
    row.case = {"form": form or _form(reminders.one(db.session(), me(), turn_id)), "id": turn_id}


def _row_part(turn_id: int, opened: bool = False, said: Any = None, form: Any = None, code: int = 200) -> Answer:
    found = queue.reminder(db.session(), me(), turn_id)
    if found is None:
        raise not_found()
    shown = _rows.build(found, me(), safe_back(request.values.get("back"), url_for("queue.queue")))
    shown.focus = bool(said) or request.args.get("focus") == "1"
    if opened:
        open_row(shown, turn_id, form)
    return page("cases/row.html", code=code, row=shown, said=words(said), counts=[], oob=True)

"""Hand-over of open matters with a next step each: making the sheet, reading and printing it, taking it (ORG-06)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints._admin import save
from blueprints._rows import DOES
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from blueprints._words import words
from models import HandOver, User, db
from rules import fields, handover, matters, queries
from rules.cover_forms import DeclineForm, HandOverForm
from rules.policy import SUPERVISOR
from rules.store import Tx
from rules.words import N_
from rules.workflow import KINDS

bp = Blueprint("handover", __name__, url_prefix="/handover")


@bp.get("")
@require("cover.write")
def sheets() -> Answer:
    """Sheets that wait for an answer, and the person's own open matters to make one of."""
    return _page(_giver(request.args.get("of")), HandOverForm(), None)


@bp.post("")
@require("cover.write")
def offer() -> Answer:
    """Offer the ticked matters to a colleague."""
    giver = _giver(request.form.get("of"))
    form, steps, made = _with_people(HandOverForm(request.form), giver), _steps(), list[HandOver]()
    if code := save(form, "hand_over.offer", lambda tx: made.extend(_offer(tx, giver, form, steps))):
        return _page(giver, form, steps, code)
    return done(url_for("handover.sheet", sheet_id=made[0].id), N_("Offered; it is theirs when they accept it."))


@bp.get("/<int:sheet_id>")
@require("cover.write")
def sheet(sheet_id: int) -> Answer:
    """One sheet, to be read, printed and answered."""
    return _sheet_page(_sheet(sheet_id), DeclineForm())


@bp.post("/<int:sheet_id>/accept")
@require("cover.write")
def accept(sheet_id: int) -> Answer:
    """Take every matter of the sheet."""
    with writing("hand_over.accept") as tx:
        count = handover.accept(tx, _sheet(sheet_id))
    return done(url_for("queue.queue"), N_("%(n)s matters are now yours."), n=count)


@bp.post("/<int:sheet_id>/decline")
@require("cover.write")
def decline(sheet_id: int) -> Answer:
    """Leave every matter where it is, with a reason."""
    form = DeclineForm(request.form)
    _sheet(sheet_id)
    g.result = url_for("handover.sheet", sheet_id=sheet_id)
    if code := save(
        form, "hand_over.decline", lambda tx: handover.decline(tx, _sheet(sheet_id), form.reason.data or "")
    ):
        return _sheet_page(_sheet(sheet_id), form, code)
    return done(url_for("handover.sheet", sheet_id=sheet_id), N_("Declined; everything stays where it was."))


# ------------------------------------------------------------------------------------------ helpers


def _sheet(sheet_id: int) -> HandOver:
    found = handover.sheet_by_id(db.session(), me(), sheet_id)
    if found is None:
        raise not_found()
    return found


def _giver(typed: str | None) -> User:
    """Whose matters: one's own; a supervisor may name a colleague of his office."""
    chosen = int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 13 else me().user_id
    if chosen != me().user_id and SUPERVISOR not in me().roles:
        chosen = me().user_id
    found = db.session.get(User, chosen)
    if found is None or me().office_id not in (None, found.office_id):
        raise not_found()
    return found


def _steps() -> dict[int, str | None]:
    """The ticked matters with the next step typed beside each."""
    ticked = [key for key in request.form.getlist("case") if key.isascii() and key.isdigit() and len(key) < 13]
    return {int(key): (fields.clean(request.form.get(f"next-{key}")) or "")[:300] for key in ticked}


def _offer(tx: Tx, giver: User, form: Any, steps: dict[int, str | None]) -> list[HandOver]:
    held = tx.session.get_one(User, giver.id)
    return handover.offer(tx, held, tx.session.get_one(User, int(form.person.data)), form.reason.data, steps)


def _with_people(form: Any, giver: User) -> Any:
    office = giver.office_id or me().office_id
    known = queries.colleagues(db.session(), me(), office) if office else []
    own = [] if giver.id == me().user_id else [(str(me().user_id), me().name)]
    form.person.choices = [("", N_("Choose")), *own, *(pair for pair in known if pair[0] != str(giver.id))]
    return form


def _page(giver: User, form: Any, steps: dict[int, str | None] | None, code: int = 200) -> Answer:
    session = db.session()
    rows = [_line(row, steps) for row in matters.open_rows(session, me(), giver.id)]
    people = [
        (str(me().user_id), me().name),
        *queries.colleagues(session, me(), me().office_id or giver.office_id or 0),
    ]
    return page(
        "cover/handover.html", code=code, giver=giver, form=_with_people(form, giver), rows=rows, failed=code >= 400,
        sheets=handover.unanswered(session, me()), people=people if SUPERVISOR in me().roles else [],
    )  # fmt: skip


def _line(row: Any, steps: dict[int, str | None] | None) -> dict[str, Any]:
    """One open matter as the form wants it."""
    flow = KINDS[row.kind]
    state = flow.state(row.state)
    does = words(DOES.get(state.does if state.awaits == "desk" else "own", N_("View")))
    return {
        "id": row.id, "ref": row.ref, "href": url_for("cases.case", ref=row.ref), "stamp": flow.stamp(row),
        "title": flow.headline(row), "state": state.label, "due": row.due_at, "customer": row.customer or row.caller_name,
        "offered": row.offered_to_id is not None, "next": does if steps is None else steps.get(row.id) or "",
        "ticked": row.offered_to_id is None and (steps is None or row.id in steps),
    }  # fmt: skip


def _sheet_page(found: HandOver, form: Any, code: int = 200) -> Answer:
    return page("cover/sheet.html", code=code, sheet=found, form=form, mine=found.to_id == me().user_id, failed=code >= 400,
                rows=[(item, KINDS[item.case.kind].state(item.case.state).label) for item in found.items])  # fmt: skip

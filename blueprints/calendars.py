"""The working calendar: a year at a glance, one day, the yearly notice, a sudden closure (E-34)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import select

from blueprints import _calendar_view
from blueprints._admin import save, show
from blueprints._shared import Answer, done, me, not_found, require
from blueprints._words import local
from models import Office, db
from rules import byhand, calendar_days, clocks, closures, policy
from rules.calendar import WEEK
from rules.calendar_forms import ClosureForm, DayForm, NoticeForm, year_of
from rules.holidays_cn import HolidayRow
from rules.hours import format_hours
from rules.store import Tx, now
from rules.words import N_, Refused, Words

bp = Blueprint("calendars", __name__, url_prefix="/admin/calendar")


@bp.get("")
@require("calendar.read")
def year() -> Answer:
    """A year of one office, with what is common to all."""
    office_id, today = _office(), _today()
    shown, session = year_of(request.args.get("year"), today), db.session()
    seen = office_id or session.scalar(select(Office.id).order_by(Office.id).limit(1))
    if seen is None:
        raise not_found()
    endpoint = "day" if policy.can(me(), "calendar.admin") else "closure"
    return show(
        "calendar/year.html", year=shown, months=_calendar_view.months(clocks.office_calendar(session, seen), shown,
        lambda on: _calendar_view.address(endpoint, office_id, day=on.isoformat()), today), office_id=office_id,
        choices=_choices(), edition=calendar_days.edition(session), may_edit=policy.can(me(), "calendar.admin"),
        common=_calendar_view.listed(calendar_days.stored(session, None), shown),
        own=_calendar_view.listed(calendar_days.stored(session, office_id), shown) if office_id else [],
        address=lambda year, office: url_for("calendars.year", year=year, office=office),
    )  # fmt: skip


@bp.get("/day")
@require("calendar.admin")
def day() -> Answer:
    """The form of one day."""
    office_id, on = _office(), _day()
    row = calendar_days.stored(db.session(), office_id).get(on)
    data = {"office": str(office_id or "") or None, "day": on, "kind": row.kind if row else WEEK}
    form = _with_offices(
        DayForm(data=data | {"name": row.name, "hours": format_hours(row.spans or ())} if row else data)
    )
    return show("calendar/day.html", form=form)


@bp.post("/day")
@require("calendar.admin")
def save_day() -> Answer:
    """Show what a changed day would do; save it when that was seen."""
    form = _with_offices(DayForm(request.form))
    if not form.validate():
        return show("calendar/day.html", 422, form=form)
    office_id = int(form.office.data) if form.office.data else None
    return _decide(form, office_id, [form.row], url_for("calendars.save_day"), form.day.data.year)


@bp.get("/notice")
@require("calendar.admin")
def notice() -> Answer:
    """Where the yearly notice is pasted."""
    following = year_of(request.args.get("year"), date(_today().year + 1, 1, 1))
    return show("calendar/notice.html", form=NoticeForm(data={"year": following}))


@bp.post("/notice")
@require("calendar.admin")
def save_notice() -> Answer:
    """Show what the notice would change and move; save it when that was seen."""
    form = NoticeForm(request.form)
    rows, shown = list[HolidayRow](), 0
    try:
        if form.validate():
            shown = int(form.year.data or 0)
            rows = calendar_days.notice_rows(db.session(), shown, form.text.data or "")
    except Refused as no:
        form.text.errors = [no.why]
    if not rows:
        return show("calendar/notice.html", 422, form=form)
    return _decide(form, None, rows, url_for("calendars.save_notice"), shown)


@bp.get("/closure")
@require("calendar.close")
def closure() -> Answer:
    """The form of a sudden closure."""
    office_id = _office()
    form = _with_offices(
        ClosureForm(data={"day": _day(), "office": str(office_id) if office_id else None}), common=False
    )
    return show("calendar/closure.html", form=form, touched=None)


@bp.post("/closure")
@require("calendar.close")
def save_closure() -> Answer:
    """Show the open deadlines that a closure touches; close, and pause those that were chosen."""
    form = _with_offices(ClosureForm(request.form), common=False)
    chosen = {int(key) for key in request.form.getlist("clock") if key.isascii() and key.isdigit()}
    if not form.validate():
        return show("calendar/closure.html", 422, form=form, touched=None)
    office_id = int(form.office.data)
    if chosen and not form.reason.data:
        form.reason.errors = [Words(N_("Give the reason; others will read it."))]
    ready = request.form.get("do") == "save" and not form.errors
    code = 422 if form.errors else 200
    if ready and not (code := save(form, "calendar.close", lambda tx: _close(tx, form, office_id, chosen))):
        return done(url_for("calendars.year", office=office_id, year=form.day.data.year),
                    N_("Closed; %(n)s deadlines paused."), n=len(chosen))  # fmt: skip
    found = closures.touched(db.session(), office_id, form.day.data, form.closed)
    return show("calendar/closure.html", code, form=form, chosen=chosen, touched=[
        (t.clock_id, t.ref, _calendar_view.label(t.kind, t.name), t.before, t.after) for t in found])  # fmt: skip


# ------------------------------------------------------------------------------------------ helpers


def _decide(form: Any, office_id: int | None, rows: list[HolidayRow], url: str, shown: int) -> Answer:
    """The plan to look at, or, when it was looked at, the change itself."""
    code, back = 200, url_for("calendars.year", office=office_id, year=shown)
    if request.form.get("do") == "save":
        digest, made = request.form.get("digest", ""), list[calendar_days.Plan]()
        g.result = back
        code = save(form, "calendar.change", lambda tx: made.append(calendar_days.apply(tx, office_id, rows, digest)))
        if not code:
            said = N_("%(days)s days saved, %(moved)s deadlines moved.")
            return done(back, said, days=len(made[0].changes), moved=len(made[0].moved))
    planned = calendar_days.plan(db.session(), office_id, rows)
    return show("calendar/plan.html", code, form=form, url=url, back=back, **_calendar_view.told(planned))


def _close(tx: Tx, form: Any, office_id: int, chosen: set[int]) -> None:
    tx.reason = form.reason.data or form.name.data
    closures.close(tx, office_id, form.day.data, form.name.data, form.closed, chosen)


def _office() -> int | None:
    """The office asked for, None for what is common; a supervisor of an office sees his own."""
    if me().office_id is not None and not policy.can(me(), "calendar.admin"):
        return me().office_id
    typed = request.args.get("office", "")
    known = {key for key, _ in byhand.offices(db.session(), me())}
    return int(typed) if typed in known else None


def _choices() -> list[tuple[str, str]]:
    return byhand.offices(db.session(), me())


def _with_offices(form: Any, common: bool = True) -> Any:
    first = [("", N_("all offices"))] if common else [("", N_("Choose"))]
    form.office.choices = [*first, *_choices()]
    return form


def _today() -> date:
    here = local(now())
    return here.date() if here else now().date()


def _day() -> date:
    try:
        return byhand.day_typed(request.args.get("day")) or _today()
    except Refused:
        return _today()

"""The queue: one list ordered by what falls due next, in bands, with counts, filters and 新进 (E-01…E-04, E-30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, request, url_for

from blueprints import _case_view, _rows, reminders
from blueprints._shared import Answer, home_of, me, page, require, wants_part
from blueprints._words import zone
from models import db
from rules import queue, seen
from rules.policy import FINANCE, can
from rules.store import now
from rules.words import N_, Words
from rules.workflow import KINDS

bp = Blueprint("queue", __name__)
TITLES = {
    queue.MINE: N_("My to-do list"), queue.WAITING: N_("Waiting for others"), queue.OFFICE: N_("Whole office"),
    queue.POOL: N_("Pool"), queue.DONE: N_("Done today"),
}  # fmt: skip
GRADES = ("A", "B", "C", "D")


@bp.get("/")
@require("own.settings")
def home() -> Answer:
    """Each role's own start."""
    return redirect(home_of(me()))


@bp.get("/queue")
@require("queue.read")
def queue_page() -> Answer:
    """The list: whole, as a filtered part, or its next page."""
    wanted, who, session = read_filter(), me(), db.session()
    after = _after(request.args.get("after"))
    found, following = queue.rows(session, who, wanted, after)
    counts = queue.counts(session, who, wanted, list(KINDS))
    here = address(wanted, after=request.args.get("after") if after else None)
    rows = [_rows.build(r, who, here) for r in found]
    due = {id(row): r.queue_at for row, r in zip(rows, found, strict=True)}
    _tell_apart(rows, found)
    _open_one(rows)
    part = "more" if after else "page"
    opened = [r.case_id for r, row in zip(found, rows, strict=True) if row.open and r.case_id]
    answer = page("queue/queue.html", part, **_values(wanted, rows, counts, due, following, here))
    for case_id in opened:
        seen.opening(session, who, case_id)
    return answer


bp.add_url_rule("/queue", endpoint="queue", view_func=queue_page)


@bp.get("/fresh")
@require("queue.read")
def fresh() -> Answer:
    """New work since a moment: a part when there is some, 204 when nothing is new."""
    wanted = read_filter()
    if not wants_part():
        return redirect(address(wanted))
    since = _moment(request.args.get("since")) or now()
    new, soon = queue.fresh(db.session(), me(), wanted, since)
    if not new and request.args.get("soon") == str(soon):
        return "", 204
    return page("queue/queue.html", "fresh", fresh=_fresh(wanted, since, new, soon), title=TITLES[wanted.view])


def read_filter() -> queue.Filter:
    """The list that the address asks for; unknown values are ignored."""
    at, args = now(), request.args
    midnight = at.astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    view = args.get("view", queue.OFFICE if "auditor" in me().roles else queue.MINE)
    return queue.Filter(
        view if view in queue.VIEWS else queue.MINE, at, midnight.astimezone(at.tzinfo),
        kind=args.get("kind") if args.get("kind") in KINDS else None, late=args.get("late") == "1",
        grade=args.get("grade") if args.get("grade") in GRADES else None,
        grouping=args.get("group") if args.get("group") in _rows.GROUPS else None,
    )  # fmt: skip


def address(wanted: queue.Filter, **other: Any) -> str:
    """The list's own address: only what differs from the default is named."""
    values = {
        "view": wanted.view if wanted.view != queue.MINE else None, "kind": wanted.kind, "late": "1" if wanted.late else None,
        "grade": wanted.grade, "group": wanted.grouping,
    } | other  # fmt: skip
    pairs = {k: v for k, v in values.items() if v}
    return url_for("queue.queue") + (f"?{urlencode(pairs)}" if pairs else "")


def _tell_apart(rows: list[_rows.Row], found: Sequence[Any]) -> None:
    """A matter that waits twice for one person, as with a reminder, stands in two rows; their ids must differ."""
    seen: set[int | str] = set()
    for row, r in zip(rows, found, strict=True):
        if row.id in seen or (r.what == "remind" and r.case_id):
            row.id = f"{row.id}-{r.id}"
        seen.add(row.id)


def _open_one(rows: list[_rows.Row]) -> None:
    wanted = request.args.get("open", "")
    for row in rows:
        if wanted == str(row.id) and row.ref:
            _case_view.open_row(row, me())
        elif wanted == str(row.id):
            reminders.open_row(row, int(str(row.id)[1:]))


def _after(text: str | None) -> queue.Key | None:
    try:
        queue_at, since, number = (text or "").split("|")
        return queue.Key(datetime.fromisoformat(queue_at), datetime.fromisoformat(since), int(number[:18]))
    except ValueError:
        return None


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat((text or "").replace(" ", "+"))
        return found if found.tzinfo else None
    except ValueError:
        return None


# ------------------------------------------------------------------------------------------ what the template wants


@dataclass
class Fresh:
    """The line of new work."""

    url: str | None
    now: str
    new: int
    soon: int
    show_url: str


@dataclass
class Filters:
    """The filter form."""

    action: str
    fields: list[Any]
    late_only: bool
    hidden: list[tuple[str, str]]


def _fresh(wanted: queue.Filter, since: datetime, new: int, soon: int) -> Fresh:
    poll = url_for("queue.fresh") + "?" + urlencode({"since": since.isoformat(), "soon": soon, "view": wanted.view})
    return Fresh(poll, now().isoformat(), new, soon, address(wanted))


def _values(
    wanted: queue.Filter,
    rows: list[_rows.Row],
    counts: dict[str, int],
    due: dict[int, datetime],
    following: Any,
    here: str,
) -> dict[str, Any]:
    narrowed = [wanted.kind and KINDS[wanted.kind].label, wanted.late and N_("late only"), wanted.grade, wanted.grouping and
                _rows.GROUPS[wanted.grouping]]  # fmt: skip
    title = TITLES[wanted.view]
    key = f"{following.queue_at.isoformat()}|{following.since.isoformat()}|{following.id}" if following else ""
    return {
        "title": title, "count_title": title, "total": counts["total"], "late": counts["late"],
        "bands": _rows.bands(rows, counts, due, wanted.day_end), "rail": _rail(wanted, counts), "filters": _filters(wanted),
        "active": _joined([n for n in narrowed if n]), "clear_url": address(queue.Filter(wanted.view, wanted.at, wanted.day_end)),
        "next_url": address(wanted, after=key) if following else None,
        "fresh": _fresh(wanted, wanted.at, 0, counts["soon"]), "idle": _idle(wanted, rows), "idle_link": None, "oob": False,
    }  # fmt: skip


def _joined(names: list[Any]) -> Any:
    found: Any = None
    for name in names:
        said = Words(name)
        found = said if found is None else Words(N_("%(a)s, %(b)s"), a=found, b=said)
    return found


def _idle(wanted: queue.Filter, rows: list[_rows.Row]) -> Any:
    if rows or wanted.view != queue.MINE:
        return None
    due = queue.next_due(db.session(), me(), wanted)
    return Words(N_("The next thing falls due %(hour)s."), hour=due) if due else Words(N_("Log the next call with N."))


def _rail(wanted: queue.Filter, counts: dict[str, int]) -> list[Any]:
    plain = queue.Filter(wanted.view, wanted.at, wanted.day_end)
    kinds = [("all", N_("All"), address(plain), counts["kind-all"], 0, wanted.kind is None)]
    kinds += [
        (
            kind,
            flow.label,
            address(plain, kind=kind),
            counts[f"kind-{kind}"],
            counts[f"late-{kind}"],
            wanted.kind == kind,
        )
        for kind, flow in KINDS.items()
    ]
    names = queue.VIEWS if "auditor" not in me().roles else (queue.OFFICE,)
    views = [
        (f"view-{view}", TITLES[view], address(queue.Filter(view, wanted.at, wanted.day_end)), counts[f"view-{view}"], 0,
         False)
        for view in names if view != wanted.view or view == queue.MINE
    ]  # fmt: skip
    if can(me(), "case.write"):
        views.append(("reminders", N_("My reminders"), url_for("reminders.listing"), counts["reminders"], 0, False))
    if FINANCE in me().roles:
        url = url_for("finance.finance") + "#payments"
        views.append(("payments", N_("Payment check"), url, counts["payments"], 0, False))
    views.append(("questions", N_("Asked others"), url_for("questions.listing"), counts["questions"], 0, False))
    views.append(("promises", N_("Promises"), url_for("promises.listing", view="office"), counts["promises"], 0, False))
    views.append(("notices", N_("Notices"), url_for("notices.listing"), g.signed_in.notices, 0, False))
    return [(TITLES[wanted.view], kinds), (N_("Views"), views)]


def _filters(wanted: queue.Filter) -> Filters:
    views = [(v, TITLES[v], v == wanted.view) for v in queue.VIEWS]
    grades = [("", N_("Any class"), not wanted.grade), *((x, x, x == wanted.grade) for x in GRADES)]
    groups = [("", N_("Direct and co-loader"), not wanted.grouping)]
    groups += [(code, name, code == wanted.grouping) for code, name in _rows.GROUPS.items()]
    fields = [
        ("view", N_("Status"), views),
        ("grade", N_("Customer class"), grades),
        ("group", N_("Customer group"), groups),
    ]
    hidden = [("kind", wanted.kind)] if wanted.kind else []
    return Filters(url_for("queue.queue"), fields, wanted.late, hidden)  # type: ignore[arg-type]


def counts_for(who: Any) -> list[tuple[str, int]]:
    """The numbers beside the rail after a move in the list (out of band)."""
    counted = queue.counts(db.session(), who, read_filter(), list(KINDS))
    return [(name.removeprefix("kind-"), n) for name, n in counted.items() if name.startswith("kind-")]

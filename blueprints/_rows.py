"""Rows of the queue as templates want them: the clock in words, the number, the customer, the one thing to do next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from blueprints._words import local, zone
from rules import follow_ups, telling, undelivered
from rules.store import Actor, now
from rules.words import N_, Words
from rules.workflow import KINDS
from workflows.common import ARRIVALS

GROUPS = {"direct": N_("Direct"), "coloader": N_("Co-loader")}
CHANNEL_NAMES = dict(ARRIVALS)
# What the holder of a turn does, as the label of the row's button.
DOES = {
    "answer": N_("Answer"), "accept": N_("Accept"), "handle": N_("Handle"), "close": N_("Close"), "check": N_("Check"),
    "chase_proof": N_("Get the proof"), "finish": N_("Finish"), "decide": N_("Decide"), "advise": N_("Advise"),
    "claim": N_("Claim"), "lift": N_("Decide"), "own": N_("View"), "remind": N_("View"),
    "escalated": N_("Handle"), "review": N_("Review"), "call_back": N_("Call back"), "confirm": N_("Confirm"),
    "return_call": N_("Return call"), "follow_up": N_("Follow up"),
    "undelivered": N_("Send again"),
}  # fmt: skip
WAITS = {
    "supervisor": N_("with supervisor %(t)s"), "finance": N_("with finance %(t)s"), "department": N_("with another desk %(t)s"),
    "customer": N_("with customer %(t)s"), "agent": N_("with agent %(t)s"),
}  # fmt: skip
BY = {
    "decide": N_("decide by %(hour)s"), "consult": N_("reply by %(hour)s"), "remind": N_("reminder for %(hour)s"),
    "payment": N_("confirm by %(hour)s"),
}  # fmt: skip
WAS_DUE = {
    "decide": N_("was to be decided by %(hour)s"), "consult": N_("reply was due %(hour)s"), "remind": N_("reminder for %(hour)s"),
    "payment": N_("was to be confirmed by %(hour)s"), "undelivered": N_("came back %(hour)s"),
}  # fmt: skip


@dataclass
class Row:
    """One slip (interface guide 4); the attributes are those that `ui.slip` reads."""

    id: int | str
    ref: str
    href: str
    list_url: str
    stamp: Any
    title: Any
    tone: str
    clock: Any
    small: Any = None
    small_late: Any = None
    wait: Any = None
    wait_since: str | None = None
    wait_words: Any = None
    wait_limit: str | None = None
    wait_over: Any = None
    why: str | None = None
    cut: Any = None
    due: str | None = None
    start: str | None = None
    soon: int | None = None
    share: int | None = None
    meta: list[Any] = field(default_factory=list)
    customer: str | None = None
    customer_href: str | None = None
    grade: str | None = None
    group: Any = None
    primary: tuple[Any, str | None] | None = None
    open: bool = False
    view: str = "row"
    version: int | None = None
    focus: bool = False
    undo: Any = None
    note: Any = None
    inside: str | None = None
    case: Any = None
    steps: list[Any] = field(default_factory=list)
    mark: Any = None
    prev: str | None = None
    next: str | None = None


def build(r: Any, who: Actor, list_url: str) -> Row:
    """A row from a tuple of `queue.COLUMNS`."""
    if r.case_id is None:
        return _reminder(r, list_url)
    flow = KINDS[r.kind]
    row = Row(
        id=r.case_id, ref=r.ref, href=url_for("cases.case", ref=r.ref), list_url=list_url, stamp=flow.stamp(r),
        title=flow.headline(r),
        tone="calm", clock="", meta=_meta(r, who), customer=r.customer or r.caller_name,
        customer_href=url_for("customers.customer", customer_id=r.customer_id) if r.customer_id else None,
        grade=r.grade, group=GROUPS.get(r.grouping), primary=(DOES.get(r.what, N_("View")), None), version=r.version,
    )  # fmt: skip
    row.why = url_for("clocks.clocks", ref=r.ref, back=list_url)
    _clock(row, r, flow.state(r.state), who)
    if came_from := ((r.gist or {}).get("climbed") or {}).get(str(who.user_id)):
        row.mark = N_("Escalated")
        row.meta.append(Words(N_("from %(name)s"), name=came_from))
    return row


def _reminder(r: Any, list_url: str) -> Row:
    row = Row(
        id=f"r{r.id}", ref="", href=url_for("reminders.reminder", turn_id=r.id), list_url=list_url, stamp=N_("Reminder"),
        title=r.note or r.customer or "", tone="calm", clock="", primary=(DOES["remind"], None),
        customer=r.customer, customer_href=url_for("customers.customer", customer_id=r.customer_id) if r.customer_id else None,
    )  # fmt: skip
    running(row, r.due_at, "remind", r.since)
    return row


def _meta(r: Any, who: Actor) -> list[Any]:
    found: list[Any] = []
    lane = f"{r.origin}→{r.destination}" if r.origin and r.destination else ""
    if r.number:
        found.append(f"{r.number} {lane}".strip())
    elif lane:
        found.append(lane)
    if r.channel:
        found.append(Words(N_("%(channel)s, %(hour)s"), channel=Words(CHANNEL_NAMES[r.channel]), hour=r.waiting_since))
    if r.what == "remind" and r.note:
        found.append(r.note)
    if r.what == "follow_up" and r.note in follow_ups.WHAT:
        found.append(Words(follow_ups.WHAT[r.note]))
    if r.what == "undelivered":
        found.append(Words(N_("mail not delivered: %(why)s"), why=undelivered.reason(r.note) or ""))
    if r.chases:
        found.append(Words(N_("called again %(n)s times"), n=r.chases) if r.chases > 1 else Words(N_("called again")))
    if times := (r.gist or {}).get("reopened"):
        found.append(Words(N_("reopened %(n)s times"), n=times) if times > 1 else Words(N_("reopened once")))
    if demand := (r.gist or {}).get("demand"):
        amount = telling.money(*demand) if demand[0] is not None else ""
        found.append(Words(N_("customer demands money %(amount)s"), amount=amount))
    if r.what in ("decide", "advise") and r.case_due_at:
        found.append(Words(N_("customer's time %(hour)s"), hour=r.case_due_at))
    charge = r.gist.get("charge") if r.gist else None
    if charge:
        found.append(Words(N_("charge %(amount)s"), amount=telling.money(charge, r.gist.get("currency", "CNY"))))
    if r.owner_id != who.user_id and r.owner:
        found.append(Words(N_("owner %(name)s"), name=f"{r.owner} {r.owner_login}"))
    return found


def _clock(row: Row, r: Any, state: Any, who: Actor) -> None:
    if not state.open:
        took = telling.took_exactly((r.closed_at - r.waiting_since).total_seconds()) if r.closed_at else ""
        row.tone, row.clock = "done", Words(N_("%(state)s · took %(time)s"), state=Words(state.label), time=took)
        return
    if state.awaits == "customer":
        row.tone, row.clock, row.small = "hold", Words(N_("Clock paused")), Words(N_("with customer"))
    else:
        row.clock = Words(state.label)
        running(row, r.due_at, r.due_name, r.waiting_since)
    if r.what in ("own",) or r.waiting:
        _wait(row, r)
    if r.cut_off_at and r.cut_off_at > now() - timedelta(hours=12):
        row.cut = Words(N_("cut-off %(hour)s"), hour=r.cut_off_at)


def running(row: Row, due_at: datetime | None, name: str | None, since: datetime) -> None:
    """Give a row the clock that runs from `since` to `due_at`; nothing when none runs."""
    at = now()
    if due_at is None:
        return
    local_due = local(due_at)
    row.tone = telling.clock_tone(at, due_at)
    row.clock = telling.left(at, due_at)
    late, by = WAS_DUE.get(name or "", N_("was due %(hour)s")), BY.get(name or "", N_("due %(hour)s"))
    row.small = Words(late if row.tone == "late" else by, hour=due_at)
    row.small_late = Words(late, hour=due_at)
    row.due, row.start = due_at.isoformat(), since.isoformat()
    row.share = telling.share(since, due_at, at) if row.tone != "late" else None
    if local_due and (local_due.date() - at.astimezone(zone()).date()).days >= 1:
        row.due = None  # tomorrow or later: the day is said, not counted down


def _wait(row: Row, r: Any) -> None:
    wait = (r.gist or {}).get("wait")
    if not wait or wait["for"] not in WAITS or wait["for"] == "customer":
        return
    since = datetime.fromisoformat(wait["since"])
    row.wait = Words(WAITS[wait["for"]], t=telling.took((now() - since).total_seconds() / 60))
    row.wait_since = since.isoformat()
    row.wait_words = Words(WAITS[wait["for"]], t="{t}")
    if wait.get("until"):
        row.wait_limit = wait["until"]
        row.wait_over = Words(N_("%(wait)s, %(over)s over"), wait=row.wait_words, over="{o}")
        over = (now() - datetime.fromisoformat(wait["until"])).total_seconds() / 60
        if over >= 0:
            row.wait = Words(N_("%(wait)s, %(over)s over"), wait=row.wait, over=telling.took(over))


def hero(row: Row, case: Any, flow: Any) -> Row:
    """The head of a case page: the row's clock with the steps of its kind."""
    step = flow.state(case.state).step
    marks = [
        (label, "past" if i < step else "current" if i == step else "next", None) for i, label in enumerate(flow.steps)
    ]
    return replace(row, steps=marks, view="case", list_url=url_for("queue.queue"))


def bands(
    rows: list[Row], counts: dict[str, int], due: dict[int, datetime], day_end: datetime
) -> list[tuple[Any, ...]]:
    """Rows in bands as the guide has them: late, within ten minutes, today, later; counts come from the list's query."""
    at = now()
    later = max(counts["total"] - counts["late"] - counts["soon"] - counts["today"], 0)
    names = (
        ("late", N_("Late"), counts["late"], lambda d: d < at),
        ("soon", N_("Due within 10 minutes"), counts["soon"], lambda d: at <= d <= at + timedelta(minutes=10)),
        ("calm", N_("Due today"), counts["today"], lambda d: at + timedelta(minutes=10) < d < day_end),
        ("calm", N_("Later"), later, lambda d: d >= day_end),
    )
    found = [(tone, label, n, [row for row in rows if test(due[id(row)])]) for tone, label, n, test in names]
    return [band for band in found if band[3]]

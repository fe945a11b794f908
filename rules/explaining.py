"""Why a deadline is when it is, in sentences (“explain this deadline”): start, figure, each counted stretch, pauses, promise.

Everything comes from what is stored with the clock; nothing is reckoned on today's calendar, except for decisions, which
store their moment only (D-19).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import Approval, Clock, ClockPause, Setting
from rules import clocks, defaults, figures, reckoning, telling
from rules.calendar import CALENDAR_TIME
from rules.facts import Facts
from rules.retelling import Teller, minutes_of
from rules.trace import Reckoned, Trace
from rules.words import N_, Words
from rules.workflow import flow_of

STARTS = {
    "called": N_("The customer called or wrote %(at)s: it runs from there, not from when it was logged."),
    "again": N_("It was taken up again %(at)s: it runs from there."),
    "consult": N_("The supervisor was asked %(at)s: it runs from there, beside the customer's time."),
    "promised": N_("A time for the answer was named to the customer %(at)s: it runs from there."),
}


@dataclass
class Explained:
    """One deadline explained. `tone` and `clock` as a slip has them; `counted` are the stretches, which `total` adds up."""

    name: str
    tone: str
    clock: Any
    lines: list[Words] = field(default_factory=list)
    counted: list[Words] = field(default_factory=list)
    total: Words | None = None
    after: list[Words] = field(default_factory=list)
    sound: bool = True


def agrees(session: Session, clock: Clock) -> bool:
    """Whether a clock's stored trace, counted again stretch by stretch, comes to the figure and to the same instant, and
    counts nothing while the clock stood still."""
    trace, pauses = Trace.load(clock.trace), clocks.pauses_of(session, clock)
    due = reckoning.replay(trace, clock.started_at)
    still = [(reckoning.whole(p.from_at), reckoning.whole(p.to_at)) for p in pauses if p.to_at is not None]
    counted_still = any(s.begins < to_at and s.ends > from_at for s in trace.segments for from_at, to_at in still)
    same = due is not None and clock.due_at == (clock.promised_at or due)
    return same and trace.total == trace.figure and round(trace.figure) == clock.minutes and not counted_still


def of_case(session: Session, case: Any, facts: Facts, at: datetime) -> list[Explained]:
    """Every clock and every decision of a case explained as it stands at a moment, those that run first."""
    labels = {rule.name: rule.label for rule in flow_of(case).clocks}
    seen: set[str] = set()
    found = []
    for clock in facts.clocks:
        pauses = [p for p in facts.pauses if p.clock_id == clock.id]
        found.append(_clock(session, clock, pauses, labels.get(clock.name, clock.name), clock.name in seen, at))
        seen.add(clock.name)
    found += [
        _decision(session, case, a, at) for a in facts.approvals if a.due_at is not None and a.status != "dropped"
    ]
    return sorted(found, key=lambda e: e.tone == "done")


# ------------------------------------------------------------------------------------------ one clock


def _clock(
    session: Session, clock: Clock, pauses: Sequence[ClockPause], label: str, again: bool, at: datetime
) -> Explained:
    trace = Trace.load(clock.trace)
    tone, said = _state(clock.due_at, clock.stopped_at, any(p.to_at is None for p in pauses), at)
    found = Explained(label, tone, said, sound=agrees(session, clock))
    say = Teller(trace.zone, at)
    start = clock.name if clock.name in STARTS else "again" if again else "called"
    found.lines = [
        Words(STARTS[start], at=say.moment(clock.started_at)), _figure(session, clock, say), *_runs_in(trace),
    ]  # fmt: skip
    found.counted, found.total = say.counted(trace), say.sum(trace)
    found.after = [*say.closed(trace), *(say.pause(p) for p in pauses), *_promise(clock, say), *say.calendar(trace)]
    if clock.stopped_at is not None:
        found.after.append(say.kept(clock.due_at, clock.stopped_at))
    return found


def _state(due_at: datetime, stopped_at: datetime | None, stands: bool, at: datetime) -> tuple[str, Words]:
    if stopped_at is not None:
        kept = stopped_at <= due_at
        return "done", Words(N_("Stopped on time")) if kept else Words(N_("Stopped late"))
    return ("hold", Words(N_("Clock paused"))) if stands else (telling.clock_tone(at, due_at), telling.left(at, due_at))


def _figure(session: Session, clock: Clock, say: Teller) -> Words:
    length = minutes_of(round(Trace.load(clock.trace).figure * 60))
    if clock.figure is None:
        why = N_("That is %(length)s from then.") if clock.name == "promised" else N_("The figure is %(length)s.")
        return Words(why, length=length)
    key, *cell = clock.figure.split(":")
    name = Words(N_("“%(figure)s”"), figure=_named(figures.DEFAULTS[key][1]))
    if cell:
        column = dict(defaults.COLUMNS[key])[cell[1]]
        name = Words(N_("%(figure)s, class %(grade)s, %(column)s"), figure=name, grade=cell[0], column=Words(column))
    setting = session.get(Setting, clock.setting_id) if clock.setting_id else None
    if setting is None:
        return Words(N_("The figure is %(length)s: %(figure)s, the default."), length=length, figure=name)
    where = N_("for all offices") if setting.office_id is None else N_("for this office")
    msgid = N_("The figure is %(length)s: %(figure)s, set %(at)s %(where)s.")
    return Words(msgid, length=length, figure=name, at=say.moment(setting.valid_from), where=Words(where))


def _named(name: str | Words) -> Words:
    return Words(name) if isinstance(name, str) else name


def _runs_in(trace: Trace) -> list[Words]:
    if not trace.segments:
        return []
    always = all(segment.why == CALENDAR_TIME for segment in trace.segments)
    said = N_("It runs round the clock.") if always else N_("It runs in the desk hours of the office (%(zone)s).")
    return [Words(said) if always else Words(said, zone=trace.zone)]


def _promise(clock: Clock, say: Teller) -> list[Words]:
    if clock.promised_at is None:
        return []
    by_figure = say.moment(clocks.figure_due(clock))
    msgid = N_(
        "The customer was promised %(promised)s, and that holds. By the figure it would be %(figure)s; statistics keep that."
    )
    return [Words(msgid, promised=say.moment(clock.promised_at), figure=by_figure)]


# ------------------------------------------------------------------------------------------ a decision


def _decision(session: Session, case: Any, step: Approval, at: datetime) -> Explained:
    """The earlier of 30 minutes of desk hours and 30 minutes before cut-off (D-19)."""
    assert step.due_at is not None
    tone, said = _state(step.due_at, step.decided_at, False, at)
    known = figures.figures(session, case.office_id)
    found = clocks.reckon(session, case.office_id, "desk", step.asked_at, known["change.decision"])
    say = Teller(found.trace.zone, at)
    asked = N_("The decision was asked for %(at)s: it runs from there, beside the customer's time.")
    lines, due = [Words(asked, at=say.moment(step.asked_at))], say.moment(step.due_at)
    cut_off = case.shipment.cut_off_at if case.shipment is not None else None
    before = timedelta(minutes=known["change.before_cut_off"])
    explained = Explained(N_("Decision"), tone, said, lines)
    if step.due_at == found.due:
        _by_figure(explained, known["change.decision"], found, say)
    elif cut_off is not None and step.due_at == cut_off - before:
        msgid = N_("Cut-off is %(cut_off)s, and a decision comes %(before)s before it at the latest: %(due)s.")
        early = minutes_of(before.total_seconds())
        lines.append(Words(msgid, cut_off=say.moment(cut_off), before=early, due=due))
        lines.append(
            Words(N_("The figure alone would give %(due)s; the earlier time counts."), due=say.moment(found.due))
        )
    else:
        lines.append(Words(N_("It falls due %(due)s, by the figures, hours and cut-off of that moment."), due=due))
    if step.decided_at is not None:
        explained.after.append(say.kept(step.due_at, step.decided_at))
    return explained


def _by_figure(explained: Explained, minutes: int, found: Reckoned, say: Teller) -> None:
    name = Words(N_("“%(figure)s”"), figure=_named(figures.DEFAULTS["change.decision"][1]))
    explained.lines.append(
        Words(N_("The figure is %(length)s: %(figure)s."), length=minutes_of(minutes * 60), figure=name)
    )
    explained.lines += _runs_in(found.trace)
    explained.counted, explained.total = say.counted(found.trace), say.sum(found.trace)
    explained.after = [*say.closed(found.trace), *say.calendar(found.trace)]

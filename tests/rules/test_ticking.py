"""The tick (E-12): everything once, whether it is killed on the way, runs twice at once, or finds nothing to do."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import CalendarDay, Clock, Escalation, Event, Notice, TickRun, Turn, db
from rules import history, nightly, reminders, ticking
from rules.policy import unseen
from rules.store import write_tx
from tests import factories as make
from tests.databases import NAMES
from tests.rules import tick_alone
from ticker import Ticker

ROOT = Path(__file__).parent.parent.parent
POINTS = sorted(random.Random(7).sample(range(1, 61), 10))


def late_desk(desk, clock):
    """Four late matters, two of them by three rungs, and three reminders that are due; returns how much is due."""
    make.person(desk, "supervisor", grade=3)
    for _ in range(2):
        make.inquiry(desk.agent, desk)
    with write_tx(desk.agent, "remind") as tx:
        customer = tx.session.get_one(make.Customer, desk.customer, execution_options={"visible": "system"})
        for minutes in (10, 20, 30):
            reminders.remind(tx, customer, clock.at + timedelta(minutes=minutes), "回电")
    clock.forward(20)
    for who in (desk.agent, desk.colleague):
        make.inquiry(who, desk, called_at=clock.at)
    clock.forward(16)


RUNGS, REMINDERS, PEOPLE = 2 * 3 + 2 * 2, 3, 2 * 3 + 2 * 2


def state():
    """Every rung with how often it is there, its events, the notices by key, and the open turns: what a tick makes."""
    session = db.session()
    session.rollback()
    session.expire_all()
    made = session.execute(select(Escalation.case_id, Escalation.name, Escalation.rung).order_by(Escalation.id)).all()
    events = session.execute(select(Event.case_id, Event.diff).where(Event.object_type == "escalations")).all()
    keys = session.scalars(select(Notice.key)).all()
    turns = session.execute(
        unseen(select(Turn.case_id, Turn.user_id).where(Turn.what == "escalated", Turn.closed_at.is_(None)))
    ).all()
    return sorted(map(tuple, made)), len(events), sorted(keys), sorted(map(tuple, turns))


def whole(found):
    """Whether everything was made, and everything once."""
    made, events, keys, turns = found
    assert len(made) == len(set(made)) == events == RUNGS
    assert len(keys) == len(set(keys)) == PEOPLE + REMINDERS
    assert len(turns) == len(set(turns)) == 2 * 2 + 2
    verdict = history.verify(db.session())
    assert verdict.bad is None
    db.session.rollback()


def alone(app, clock, dies=0):
    arguments = [app.config["SQLALCHEMY_DATABASE_URI"], str(app.config["DATA"]), clock.at.isoformat(), str(dies)]
    command = [sys.executable, "-m", "tests.rules.tick_alone", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, tick_alone.DEAD), err[-2000:]
    return process.returncode, out


def test_a_tick_makes_everything_once_and_the_next_one_nothing(desk, clock):
    late_desk(desk, clock)
    first = ticking.run()
    assert (first.counts["rungs"], first.counts["reminders"], first.errors) == (RUNGS, REMINDERS, [])
    before = state()
    whole(before)
    again = ticking.run()
    assert not again.counts and state() == before


@pytest.mark.parametrize(
    ("database", "point"),
    [(name, point) for name in NAMES for point in (POINTS if name == "sqlite" else POINTS[::3])], indirect=["database"],
)  # fmt: skip
def test_a_tick_killed_anywhere_is_finished_by_the_next_one(app, desk, clock, point):
    late_desk(desk, clock)
    db.session.remove()
    assert ended(alone(app, clock, point))[0] == tick_alone.DEAD
    half = state()
    assert len(half[0]) == len(set(half[0])) == half[1], "a rung without its event, or twice"
    ticking.run()
    whole(state())


def test_two_ticks_at_once_in_two_processes_make_nothing_twice(app, desk, clock):
    late_desk(desk, clock)
    db.session.remove()
    both = [alone(app, clock), alone(app, clock)]
    assert [ended(process)[0] for process in both] == [0, 0]
    whole(state())


def test_the_thread_of_the_served_desk_beside_the_command_makes_nothing_twice(app, desk, clock):
    late_desk(desk, clock)
    db.session.remove()
    command, thread = alone(app, clock), Ticker(app, every=0.05)
    thread.start()
    assert ended(command)[0] == 0
    thread.stop()
    assert not thread.is_alive()
    whole(state())


def test_the_thread_ends_after_the_item_at_hand(app, desk, clock):
    late_desk(desk, clock)
    asked = []
    ticking.run(lambda: len(asked) > 2 or asked.append(1) is not None)
    made = len(state()[0]) + sum(key.startswith("remind") for key in state()[2])
    assert made == 3
    ticking.run()
    whole(state())


def test_a_fault_in_one_item_does_not_keep_the_others_waiting(desk, clock, monkeypatch):
    late_desk(desk, clock)

    def fails(_tx, turn_id):
        raise ValueError("broken")

    monkeypatch.setattr(reminders, "tell", fails)
    report = ticking.run()
    assert report.counts["rungs"] == RUNGS and len(report.errors) == REMINDERS
    row = db.session.scalars(select(TickRun).where(TickRun.what == "tick")).one()
    assert row.ended_at is not None and "broken" in (row.error or "")


# ------------------------------------------------------------------------------------------ what is said of runs


def runs(**where):
    db.session.rollback()
    return list(
        db.session.scalars(
            select(TickRun).filter_by(**where).order_by(TickRun.id).execution_options(populate_existing=True)
        )
    )


def test_quiet_runs_share_a_row_that_says_when_the_desk_last_looked(desk, clock):
    for _ in range(3):
        clock.forward(0.5)
        ticking.run()
    (row,) = runs(what="quiet")
    assert row.counts == {"runs": 3} and row.ended_at == clock.at


def test_a_run_with_work_says_what_it_did(desk, clock):
    late_desk(desk, clock)
    ticking.run()
    (row,) = runs(what="tick")
    assert row.counts == {"rungs": RUNGS, "reminders": REMINDERS} and row.error is None


def test_work_of_the_day_is_done_once_from_three_in_the_morning_on(desk, clock):
    ticking.run()
    ticking.run()
    assert [len(runs(what=what)) for what in nightly.JOBS] == [1] * len(nightly.JOBS)
    clock.forward(hours=16)  # two in the morning
    ticking.run()
    assert len(runs(what="chain")) == 1
    clock.forward(hours=1)
    ticking.run()
    assert len(runs(what="chain")) == 2


def test_work_of_the_day_that_was_cut_off_is_begun_again_after_an_hour(desk, clock):
    with write_tx(ticking.system("tick"), "tick") as tx:
        key = f"chain:{nightly.night(clock.at)}"
        tx.add(TickRun(what="chain", started_at=tx.at, counts={}, key=key))
    ticking.run()
    assert runs(key=key)[0].ended_at is None, "another run may be at it"
    clock.forward(61)
    ticking.run()
    assert runs(key=key)[0].ended_at == clock.at


def test_a_history_that_does_not_hold_is_told(desk, clock, app):
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER events_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE events SET reason = 'x' WHERE seq = 3")
        if db.engine.dialect.name != "sqlite":
            connection.exec_driver_sql("ALTER TABLE events ENABLE TRIGGER ALL")
    report = ticking.run()
    assert report.errors == ["chain: Wrong: event 3: content changed"]
    assert runs(what="chain")[0].error == report.errors[0]


def test_the_years_ahead_are_filled_once_and_provisionally(desk, clock):
    ticking.run()
    count = select(func.count(CalendarDay.id)).where(CalendarDay.office_id.is_(None))
    first = db.session.scalar(count)
    years = {day.year for day in db.session.scalars(select(CalendarDay.day))}
    assert {2026, 2027, 2028} <= years
    assert db.session.scalars(select(CalendarDay).where(CalendarDay.provisional)).first() is not None
    clock.forward(hours=24)
    ticking.run()
    assert db.session.scalar(count) == first


def test_a_deadline_that_its_trace_does_not_lead_to_is_told(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    assert nightly.deadlines(lambda: None) == {"clocks": 1, "provisional": 0}
    with make.writing() as tx:
        tx.session.get_one(Clock, make.clocks_of(ref)[0].id).due_at += timedelta(minutes=1)
    with pytest.raises(nightly.Wrong, match="1 deadlines"):
        nightly.deadlines(lambda: None)


def test_runs_of_long_ago_are_forgotten(desk, clock):
    ticking.run()
    clock.forward(hours=24 * 91)
    ticking.run()
    assert all(row.started_at > clock.at - nightly.KEPT for row in runs())

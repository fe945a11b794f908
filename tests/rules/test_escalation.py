"""The ladder (ORG-08, CMP-03, CMP-07, INQ-07, D-15): who is reached when, once each; his queue; his notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Escalation, Notice, User, db
from rules import escalation, queue, rungs, ticking
from rules.policy import unseen
from rules.store import now, write_tx
from rules.words import Words
from rules.workflow import KINDS
from tests import factories as make

ALL = ["owner", "supervisor", "grade3", "grade4"]
SAID = {"to": "shipper", "channel": "phone", "text": "已答复"}
WORDS = SAID | {"reason": "x", "weight": "simple", "said": "x"}


def inquiry(desk, **data):
    return make.inquiry(desk.agent, desk, **data), "answer"


def complaint(desk, **data):
    return make.complaint(desk.agent, desk, **data), "answer"


def consult(desk):
    ref = make.complaint(desk.agent, desk)
    make.do(desk.agent, ref, "accept", **WORDS)
    make.do(desk.agent, ref, "consult", **WORDS)
    return ref, "consult"


def change(desk):
    return make.change(desk.agent, desk), "change"


def decide(desk):
    charged = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "x", "destination": "天津"}
    ref = make.change(desk.agent, desk, "K10", **charged)
    if make.matter(ref).state != "waiting":
        make.do(desk.agent, ref, "submit")
    return ref, "decide"


def due_of(ref, name):
    if name == "decide":
        return next(a.due_at for a in make.approvals_of(ref) if a.status == "waiting")
    return next(c.due_at for c in make.clocks_of(ref) if c.name == name)


def made(ref, name):
    """The rungs of one promise, in the order of their making."""
    case_id = make.matter(ref).id
    rows = db.session.scalars(select(Escalation).where(Escalation.case_id == case_id).order_by(Escalation.id))
    return [row.rung for row in rows if row.name == name]


def notices(who):
    found = select(Notice).where(Notice.user_id == who.user_id, Notice.kind == "late").order_by(Notice.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def queue_of(who):
    at = now()
    wanted = queue.Filter(queue.MINE, at, at + timedelta(days=1))
    return list(queue.rows(db.session(), who, wanted)[0])


# What is late, for how many minutes of desk hours, and which rungs it has climbed then.
LADDER = [
    (inquiry, -1, 0), (inquiry, 0, 2), (inquiry, 29, 2), (inquiry, 30, 3), (inquiry, 119, 3), (inquiry, 120, 4),
    (complaint, -1, 0), (complaint, 0, 2), (complaint, 59, 2), (complaint, 60, 3), (complaint, 239, 3), (complaint, 240, 4),
    (change, -1, 0), (change, 0, 1), (change, 14, 1), (change, 15, 2), (change, 59, 2), (change, 60, 3), (change, 240, 4),
    (decide, -1, 0), (decide, 0, 2), (decide, 14, 2), (decide, 15, 3), (decide, 60, 4),
    (consult, -1, 0), (consult, 0, 3), (consult, 29, 3), (consult, 30, 4),
]  # fmt: skip


@pytest.mark.parametrize(("begin", "minutes", "rungs_made"), LADDER, ids=lambda v: getattr(v, "__name__", str(v)))
@pytest.mark.rule("ORG-08", "CMP-03", "INQ-07")
def test_what_is_late_climbs_rung_by_rung(desk, clock, begin, minutes, rungs_made):
    for grade in (3, 4):
        make.person(desk, "supervisor", grade=grade)
    ref, name = begin(desk)
    clock.at = due_of(ref, name) + timedelta(minutes=minutes)
    ticking.run()
    assert made(ref, name) == ALL[:rungs_made]
    ticking.run()
    assert made(ref, name) == ALL[:rungs_made]


# Desk hours are 09:00-18:00, Monday to Friday; begun at, looked at (office time, November 2026), rungs climbed.
HOURS = [
    ("18T17:50", "18T17:59", 2, "the same evening"),
    ("18T17:50", "18T23:00", 2, "the night does not count"),
    ("18T17:50", "19T09:24", 2, "five minutes before closing and 24 after opening"),
    ("18T17:50", "19T09:25", 3, "thirty minutes late in desk hours"),
    ("20T17:50", "22T12:00", 2, "the weekend does not count"),
    ("20T17:50", "23T09:25", 3, "Monday goes on where Friday ended"),
]


def moment(text):
    return make.TEN.fromisoformat(f"2026-11-{text}:00+08:00")


@pytest.mark.parametrize(("begun", "looked", "rungs_made", "why"), HOURS, ids=[row[3] for row in HOURS])
def test_lateness_counts_in_the_hours_of_its_clock(desk, clock, begun, looked, rungs_made, why):
    make.person(desk, "supervisor", grade=3)
    clock.at = moment(begun)
    ref, name = inquiry(desk)
    clock.at = moment(looked)
    ticking.run()
    assert made(ref, name) == ALL[:rungs_made], why


def test_round_the_clock_duty_climbs_at_night_and_its_notices_wait_for_the_morning(desk, clock):
    make.set_figure("desk.duty_24h", True, desk.office)
    clock.at = moment("18T17:30")
    ref, name = complaint(desk)
    clock.at = due_of(ref, name)
    ticking.run()
    assert made(ref, name) == ["owner", "supervisor"]
    (notice,) = notices(desk.supervisor)
    assert (notice.made_at, notice.at) == (clock.at, moment("19T09:00"))


def test_a_crisis_does_not_wait_for_the_morning(desk, clock, monkeypatch):
    flow = KINDS["complaint"]
    monkeypatch.setitem(KINDS, "complaint", replace(flow, gist=lambda case: flow.gist(case) | {"crisis": True}))
    make.set_figure("desk.duty_24h", True, desk.office)
    clock.at = moment("18T17:30")
    ref, name = complaint(desk)
    clock.at = due_of(ref, name)
    ticking.run()
    assert [n.at for n in notices(desk.supervisor)] == [clock.at]


# ------------------------------------------------------------------------------------------ who is reached

# Supervisors beside the desk's own of grade 2: (grade, where), and whom each of the four rungs reaches by his place here
# ("own" = the desk's supervisor); people who are not reached stand nowhere.
WHO = [
    ([], ["own", "", ""]),
    ([(3, "here")], ["own", 0, ""]),
    ([(4, "here")], ["own", 0, 0]),
    ([(3, "here"), (4, "here")], ["own", 0, 1]),
    ([(3, "everywhere"), (4, "here")], ["own", 0, 1]),
    ([(3, "elsewhere"), (4, "here")], ["own", 1, 1]),
    ([(1, "here")], [0, "", ""]),
]


@pytest.mark.parametrize(("others", "reached"), WHO, ids=str)
@pytest.mark.rule("ORG-08")
def test_each_rung_reaches_the_least_grade_that_is_enough_and_nobody_twice(desk, clock, others, reached):
    where = {"here": desk.office, "elsewhere": desk.other_office}
    people = []
    with make.writing() as tx:
        for grade, place in others:
            office = tx.session.get(make.Office, where[place]) if place in where else None
            people.append(make.actor_of(make.make_user(tx, office, "supervisor", grade=grade)))
    inquiry(desk)
    clock.forward(5 + 120)
    ticking.run()
    names = {"own": desk.supervisor} | dict(enumerate(people))
    told = {key for key, who in names.items() if notices(who)}
    assert told == {key for key in reached if key != ""}
    assert all(len(notices(who)) <= 1 for who in (*names.values(), desk.agent))
    assert len(notices(desk.agent)) == 1


def test_somebody_who_has_left_is_not_reached(desk, clock):
    leader = make.person(desk, "supervisor", grade=4)
    with make.writing() as tx:
        tx.session.get_one(User, leader.user_id).disabled_at = tx.at
    ref, name = inquiry(desk)
    clock.forward(5 + 120)
    ticking.run()
    assert made(ref, name) == ALL and not notices(leader)


def test_an_owner_who_leads_the_desk_is_told_once_and_keeps_his_own_row(desk, clock):
    boss = make.person(desk, "agent", "supervisor", grade=2)
    ref = make.inquiry(boss, desk)
    clock.forward(6)
    ticking.run()
    assert len(notices(boss)) == 1
    assert [t.what for t in make.open_turns(ref) if t.user_id == boss.user_id] == ["answer"]


def test_owner_and_the_one_who_works_on_it_are_both_told(desk, clock):
    make.inquiry(desk.agent, desk, assignee_id=desk.colleague.user_id)
    clock.forward(5)
    ticking.run()
    assert len(notices(desk.agent)) == len(notices(desk.colleague)) == 1


# ------------------------------------------------------------------------------------------ queue and history


def test_the_queue_of_the_person_reached_shows_it_with_whom_it_came_from(desk, clock):
    manager = make.person(desk, "supervisor", grade=3)
    ref, _ = inquiry(desk)
    clock.forward(5)
    ticking.run()
    (row,) = queue_of(desk.supervisor)
    assert (row.ref, row.what, row.due_at) == (ref, "escalated", clock.at)
    assert row.gist["climbed"] == {str(desk.supervisor.user_id): desk.agent.name}
    assert not queue_of(manager)
    clock.forward(30)
    ticking.run()
    (row,) = queue_of(manager)
    assert row.gist["climbed"][str(manager.user_id)] == desk.supervisor.name
    assert [t.leading for t in make.open_turns(ref)].count(True) == 1


def test_it_goes_from_the_queue_when_the_customer_is_answered(desk, clock):
    ref, _ = inquiry(desk)
    clock.forward(6)
    ticking.run()
    make.do(desk.agent, ref, "answer", **SAID)
    assert not queue_of(desk.supervisor)
    assert "climbed" not in make.matter(ref).gist
    clock.forward(200)
    ticking.run()
    assert not queue_of(desk.supervisor)


def test_while_we_wait_for_the_customer_nothing_climbs_and_nobody_is_shown_it(desk, clock):
    ref, name = inquiry(desk)
    clock.forward(6)
    ticking.run()
    make.do(desk.agent, ref, "ask_info", **SAID)
    assert not queue_of(desk.supervisor)
    clock.forward(300)
    ticking.run()
    assert made(ref, name) == ["owner", "supervisor"]
    make.do(desk.agent, ref, "info_came", **WORDS)
    assert [r.ref for r in queue_of(desk.supervisor)] == [ref]  # it was late before, so it still is


def test_a_supervisor_who_has_to_decide_has_one_row_not_two(desk, clock):
    ref, name = decide(desk)
    clock.at = due_of(ref, name)
    ticking.run()
    assert [r.what for r in queue_of(desk.supervisor)] == ["decide"]
    assert queue_of(desk.supervisor)[0].gist["climbed"] == {str(desk.supervisor.user_id): desk.agent.name}


@pytest.mark.rule("ORG-08")
def test_each_rung_is_one_event_of_the_matter(desk, clock):
    ref, _ = inquiry(desk)
    clock.forward(5)
    ticking.run()
    ticking.run()
    case_id = make.matter(ref).id
    found = make.events(case_id=case_id, object_type="escalations")
    assert [(e.action, e.actor, e.at) for e in found] == [("escalation.rung", "system", clock.at)] * 2
    assert desk.supervisor.name in found[1].diff and desk.agent.name in found[1].diff


def test_a_rung_asked_for_again_or_answered_meanwhile_is_not_made(desk, clock):
    ref, _ = inquiry(desk)
    clock.forward(5)
    (promise, rung), *_ = escalation.due(db.session(), clock.at)
    with write_tx(desk.agent, "test") as tx:
        assert escalation.climb(tx, promise, rung)
    with write_tx(desk.agent, "test") as tx:
        assert not escalation.climb(tx, promise, rung)
    make.do(desk.agent, ref, "answer", **SAID)
    with write_tx(desk.agent, "test") as tx:
        assert not escalation.climb(tx, promise, "supervisor")


def test_a_figure_of_the_office_moves_the_rung(desk, clock):
    make.set_figure(rungs.key("inquiry", "supervisor"), 10, desk.office)
    ref, name = inquiry(desk)
    clock.forward(5)
    ticking.run()
    assert made(ref, name) == ["owner"]
    clock.forward(10)
    ticking.run()
    assert made(ref, name) == ["owner", "supervisor"]


def test_a_notice_says_what_is_late_and_from_whom_it_came(desk, clock):
    ref, _ = inquiry(desk)
    clock.forward(5)
    ticking.run()
    (notice,) = notices(desk.supervisor)
    case = make.matter(ref)
    assert Words.load(notice.text).params == {"ref": ref, "title": case.title, "name": desk.agent.name}
    assert db.session.scalar(unseen(select(Notice.case_id).where(Notice.id == notice.id))) == case.id


def test_a_new_kind_of_work_has_the_common_ladder():
    assert rungs.ladder_of("suggestion", "answer") == "other"
    assert rungs.ladder_of("complaint", "consult") == "consult"

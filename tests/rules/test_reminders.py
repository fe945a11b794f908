"""Reminders (E-01): on a customer without a matter, moved, ticked off, told once at each moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Customer, Notice, db
from rules import queue, reminders, ticking
from rules.policy import unseen
from rules.store import now, write_tx
from rules.words import Refused, Words
from tests import factories as make


def remind(desk, who, minutes, note="回电"):
    with write_tx(who, "remind") as tx:
        customer = tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()
        return reminders.remind(tx, customer, tx.at + timedelta(minutes=minutes), note).id


def bands(who, minutes=0):
    """The person's list at a moment: (what, whether it is due)."""
    at = now() + timedelta(minutes=minutes)
    found, _ = queue.rows(db.session(), who, queue.Filter(queue.MINE, at, at + timedelta(days=1)))
    return [(row.what, row.queue_at <= at) for row in found]


def told(who):
    found = select(Notice).where(Notice.user_id == who.user_id, Notice.kind == reminders.KIND).order_by(Notice.id)
    return list(db.session.scalars(found))


def test_a_reminder_without_a_matter_stands_in_the_queue_and_is_due_at_its_time(desk, clock):
    remind(desk, desk.agent, 30)
    assert bands(desk.agent) == [("remind", False)]
    assert bands(desk.agent, 30) == [("remind", True)]
    assert bands(desk.colleague) == []


def test_it_is_told_once_when_it_falls_due_and_again_when_it_was_moved(desk, clock):
    turn_id = remind(desk, desk.agent, 30)
    ticking.run()
    assert not told(desk.agent)
    clock.forward(30)
    ticking.run()
    ticking.run()
    assert [Words.load(n.text).params for n in told(desk.agent)] == [{"note": "回电"}]
    with write_tx(desk.agent, "move") as tx:
        reminders.move(tx, turn_id, clock.at + timedelta(minutes=10))
    ticking.run()
    assert len(told(desk.agent)) == 1
    clock.forward(10)
    ticking.run()
    assert len(told(desk.agent)) == 2


def test_ticked_off_it_is_gone_and_never_told(desk, clock):
    turn_id = remind(desk, desk.agent, 5)
    with write_tx(desk.agent, "done") as tx:
        reminders.tick_off(tx, turn_id)
    clock.forward(10)
    ticking.run()
    assert bands(desk.agent) == [] and not told(desk.agent)
    with pytest.raises(Refused) as no, write_tx(desk.agent, "done") as tx:
        reminders.tick_off(tx, turn_id)
    assert no.value.code == 404


@pytest.mark.parametrize(
    "do", [lambda tx, i: reminders.tick_off(tx, i), lambda tx, i: reminders.move(tx, i, tx.at + timedelta(minutes=1))]
)
def test_a_reminder_of_a_colleague_is_not_mine(desk, clock, do):
    turn_id = remind(desk, desk.agent, 5)
    with pytest.raises(Refused) as no, write_tx(desk.colleague, "x") as tx:
        do(tx, turn_id)
    assert no.value.code == 404
    assert bands(desk.agent) == [("remind", False)]


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_moment_that_is_past_is_refused(desk, clock, minutes):
    with pytest.raises(Refused) as no:
        remind(desk, desk.agent, minutes)
    assert (no.value.code, no.value.field) == (422, "at")


def test_mine_lists_matters_and_customers_by_time(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    remind(desk, desk.agent, 30)
    make.do(desk.agent, ref, "remind", at=clock.at + timedelta(minutes=10), text="问航线部")
    found = [(ref, turn.note, customer) for turn, ref, _title, customer in reminders.mine(db.session(), desk.agent)]
    assert [(r, note) for r, note, _ in found] == [(ref, "问航线部"), (None, "回电")]
    assert found[1][2] == "启明通讯设备"


def test_a_reminder_of_the_evening_is_told_when_the_desk_opens(desk, clock):
    turn_id = remind(desk, desk.agent, 10 * 60)  # eight in the evening
    clock.forward(10 * 60)
    ticking.run()
    (notice,) = told(desk.agent)
    assert notice.at == make.TEN + timedelta(hours=23), turn_id

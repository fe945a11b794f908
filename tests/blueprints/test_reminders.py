"""Pages of what comes by itself: reminders, notices, what the desk did; and the mark of escalated work in the queue."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import db
from rules import reminders, ticking
from rules.store import now
from tests.blueprints.desk import Person
from tests.blueprints.world import World, actor, log, move

AT = "2026-11-18T15:00"


def set_one(enter, world, name="agent", at=AT, text="回电"):
    """Set a reminder on the customer's page; its number."""
    person = enter(name)
    page = f"/customers/{world.customers['good']}"
    form = person.form(page, "/remind")
    answer = person.send(form, at=at, text=text)
    assert answer.status_code == 303, answer.text
    return mine(world, name)[-1].id


def mine(world, name):
    db.session.rollback()
    return [row[0] for row in reminders.mine(db.session(), actor(world, name))]


def test_a_reminder_set_on_a_customer_opens_in_the_queue_and_is_ticked_off_there(enter, world: World):
    turn_id, person = set_one(enter, world), enter("agent")
    assert "回电" in person.get("/queue").text
    opened = f"/queue?open=r{turn_id}"
    assert person.send(person.form(opened, f"/reminders/{turn_id}/done")).status_code == 303
    assert not mine(world, "agent") and "回电" not in person.get("/queue").text


def test_in_place_its_row_opens_and_goes_as_a_part(enter, world: World):
    turn_id, person = set_one(enter, world), enter("agent")
    part = person.get(f"/reminders/{turn_id}/row?open=1&back=/queue", htmx=True)
    assert f'id="w-r{turn_id}"' in part.text and "reminders" in part.text
    gone = person.post(f"/reminders/{turn_id}/done", {"view": "row", "once": "x" * 16}, htmx=True)
    assert gone.status_code == 200 and f"w-r{turn_id}" not in gone.text and 'id="say"' in gone.text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_reminder_is_given_another_moment_in_its_row(enter, world: World, htmx):
    turn_id, person = set_one(enter, world), enter("agent")
    form = person.form(f"/queue?open=r{turn_id}", f"/reminders/{turn_id}/move")
    answer = person.send(form, at="2026-11-18T16:30", htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert mine(world, "agent")[0].due_at == now() + timedelta(hours=6.5)


@pytest.mark.parametrize(
    ("at", "htmx"), [("2026-11-18T09:00", False), ("", False), ("bald", True), ("2026-11-18T09:00", True)]
)
def test_a_moment_that_cannot_be_is_refused_where_it_was_typed(enter, world: World, at, htmx):
    turn_id, person = set_one(enter, world), enter("agent")
    where = {"view": "row"} if htmx else {}
    answer = person.post(f"/reminders/{turn_id}/move", {"at": at, "once": "y" * 16} | where, htmx=htmx)
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert mine(world, "agent")[0].due_at == now() + timedelta(hours=5)


def test_a_refused_reminder_stands_open_on_the_customers_page(enter, world: World):
    person = enter("agent")
    page = f"/customers/{world.customers['good']}"
    answer = person.send(person.form(page, "/remind"), at="2026-11-18T09:00", text="回电")
    assert answer.status_code == 422 and "回电" in answer.text and not mine(world, "agent")


def test_my_list_names_the_matter_or_the_customer_and_moves_and_ticks_off(enter, world: World):
    ref = log(world, "inquiry")
    move(world, ref, "remind", at=now() + timedelta(hours=1), text="再看")
    turn_id, person = set_one(enter, world), enter("agent")
    page = person.get("/reminders").text
    assert page.index(ref) < page.index("good贸易有限公司")
    assert person.send(person.form("/reminders", f"/reminders/{turn_id}/done")).status_code == 303
    assert len(mine(world, "agent")) == 1


def test_a_reminder_of_somebody_else_is_not_there(enter, world: World):
    turn_id, other = set_one(enter, world), enter("agent2")
    for url in (f"/reminders/{turn_id}", f"/reminders/{turn_id}/row"):
        assert other.get(url).status_code == 404
    for url in (f"/reminders/{turn_id}/done", f"/reminders/{turn_id}/move"):
        assert other.post(url, {"at": "2026-11-18T17:00"}).status_code == 404
    assert len(mine(world, "agent")) == 1


# ------------------------------------------------------------------------------------------ escalated work, notices


@pytest.fixture
def late(world: World, clock) -> str:
    """An inquiry that is ten minutes late and has reached owner and supervisors."""
    ref = log(world, "inquiry")
    clock.forward(15)
    ticking.run()
    return ref


def test_the_queue_of_the_person_reached_marks_it_and_says_from_whom(enter, late: str):
    page = enter("junior").get("/queue").text  # the supervisor of the least grade
    row = page[page.index(f'id="h-{late[4:]}"') - 400 :][:1200]
    assert ">升级</span>" in row and "同事agent agent" in row
    assert ">升级</span>" not in enter("agent").get("/queue").text


def test_the_mark_goes_with_the_answer(enter, world: World, late: str):
    move(world, late, "answer", text="已告知客户", to="shipper", channel="phone")
    assert late[4:] not in re.findall(r'id="w-(\d+)"', enter("junior").get("/queue").text)


def test_notices_are_counted_in_the_bar_listed_and_marked_as_read(enter, late: str):
    person = enter("junior")
    assert re.search(r'href="/notices"><span>通知 <b>1</b>', person.get("/queue").text)
    assert late in person.get("/notices").text
    assert re.search(r'href="/notices"[^>]*><span>通知 <b>1</b>', person.get("/notices").text), "reading is not marking"
    answer = person.send(next(f for f in person.page("/notices").forms if re.search(r"/notices/\d+/seen$", f.action)))
    assert answer.status_code == 303
    assert "通知 <b>" not in person.get("/queue").text
    assert late in person.get("/notices").text


def test_all_notices_are_marked_as_read_at_once(enter, world: World, late: str, clock):
    log(world, "inquiry")
    clock.forward(15)
    ticking.run()
    person = enter("junior")
    assert "通知 <b>2</b>" in person.get("/queue").text
    person.send(person.form("/notices", "/notices/seen"))
    assert "通知 <b>" not in person.get("/queue").text


def test_a_notice_of_somebody_else_is_not_there(enter, late: str):
    person, other = enter("junior"), enter("agent2")
    form = next(f for f in person.page("/notices").forms if re.search(r"/notices/\d+/seen$", f.action))
    assert other.post(form.action).status_code == 404
    assert "通知 <b>1</b>" in person.get("/queue").text


def test_a_notice_for_tomorrow_morning_is_not_shown_tonight(app, enter, world: World, clock):
    log(world, "inquiry")
    clock.forward(9 * 60)
    ticking.run()
    assert "通知 <b>" not in enter("junior").get("/queue").text
    clock.forward(14 * 60)
    assert "通知 <b>1</b>" in Person(app, world, "junior").get("/queue").text  # signed in again in the morning


def test_administrators_see_what_the_desk_did(enter, world: World, late: str, clock):
    clock.forward(1)
    ticking.run()
    page = enter("admin").get("/admin/ticks").text
    assert "2 级升级" in page and page.count("<tr>") >= 5
    assert enter("supervisor").get("/admin/ticks").status_code == 403

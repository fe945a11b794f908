"""The supervisor's board counts what is open, late, due within the hour and answered within time (ORG-06)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from models import db
from rules import board
from tests import factories, nets
from tests.factories import Desk, inquiry, now

ZONE = ZoneInfo("Asia/Shanghai")


def seen(who) -> board.Board:
    midnight = now().astimezone(ZONE).replace(hour=0, minute=0)
    found = board.board(db.session(), who, now(), midnight, ZONE)
    db.session.rollback()
    return found


def line(found: board.Board, who) -> board.Line:
    return next(each for each in found.lines if each.user_id == who.user_id)


def test_each_matter_counts_once_for_its_owner(desk: Desk, clock):
    late = inquiry(desk.agent, desk)
    clock.forward(6)
    inquiry(desk.agent, desk, topic="cargo")
    factories.do(desk.agent, late, "assign", person=desk.colleague.user_id, reason="分")
    own, other = line(seen(desk.supervisor), desk.agent), line(seen(desk.supervisor), desk.colleague)
    assert (own.open, own.late, own.soon) == (2, 1, 1) and (other.open, other.late) == (0, 0)


def test_answers_of_today_are_told_by_hour_and_person(desk: Desk, clock):
    kept, slow = inquiry(desk.agent, desk), inquiry(desk.agent, desk)
    said = {"text": "每公斤 8 元", "to": "shipper", "channel": "phone"}
    factories.do(desk.agent, kept, "answer", **said)
    clock.forward(70)
    factories.do(desk.agent, slow, "answer", **said)
    found = seen(desk.supervisor)
    assert (line(found, desk.agent).answered, line(found, desk.agent).kept, line(found, desk.agent).share) == (2, 1, 50)
    assert found.hours == {10: (1, 0), 11: (0, 1)}
    clock.forward(60 * 24)
    assert seen(desk.supervisor).hours == {}


def test_a_void_entry_is_no_answer(desk: Desk):
    factories.do(desk.agent, inquiry(desk.agent, desk), "void", reason="记重了")
    assert line(seen(desk.supervisor), desk.agent).answered == 0


def test_another_office_is_not_on_the_board(desk: Desk):
    inquiry(desk.agent, desk)
    lead = factories.person(desk, "supervisor", office=desk.other_office)
    assert seen(lead).total("open") == 0
    assert desk.agent.user_id not in {each.user_id for each in seen(lead).lines}


def test_the_board_asks_as_few_questions_with_many_matters_as_with_few(desk: Desk):
    inquiry(desk.agent, desk)
    with nets.selects(db.engine) as few:
        seen(desk.supervisor)
    for _ in range(12):
        inquiry(desk.agent, desk)
    with nets.selects(db.engine) as many:
        seen(desk.supervisor)
    assert len(few) == len(many) <= 3


def test_what_is_chosen_to_be_reassigned_is_late_near_or_all_and_not_offered(desk: Desk, clock):
    late = inquiry(desk.agent, desk)
    clock.forward(6)
    near, offered = inquiry(desk.agent, desk, topic="cargo"), inquiry(desk.agent, desk, topic="cargo")
    factories.do(desk.agent, offered, "hand_over", person=desk.colleague.user_id, reason="交")

    def chosen(which: str) -> set[str]:
        rows = board.chosen(db.session(), desk.supervisor, desk.agent.user_id, which, now())
        db.session.rollback()
        return {row.ref for row in rows}

    assert (chosen("late"), chosen("soon"), chosen("all")) == ({late}, {near}, {late, near})

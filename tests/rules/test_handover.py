"""The hand-over sheet: many matters, one reason, one acceptance (ORG-06)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import HandOver, User, db
from rules import handover, matters, queue
from rules.policy import unseen
from rules.store import Actor, Tx, write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk, inquiry, matter, now


def person(tx: Tx, who: Actor) -> User:
    return tx.session.get_one(User, who.user_id)


def give(desk: Desk, refs: list[str], by: Actor | None = None, to: Actor | None = None, step: str = "下午回电") -> int:
    """A sheet of these matters of the agent for the colleague."""
    with write_tx(by or desk.agent, "hand_over.offer") as tx:
        steps = {matter(ref).id: step for ref in refs}
        made = handover.offer(tx, person(tx, desk.agent), person(tx, to or desk.colleague), "早班交晚班", steps)
        return made[0].id


def answer(desk: Desk, sheet_id: int, who: Actor, reason: str | None = None) -> int | None:
    with write_tx(who, "hand_over") as tx:
        sheet = handover.sheet_by_id(tx.session, who, sheet_id)
        assert sheet is not None
        return handover.decline(tx, sheet, reason) if reason else handover.accept(tx, sheet)


def waiting(who: Actor) -> list[int]:
    found = [sheet.id for sheet in handover.unanswered(db.session(), who)]
    db.session.rollback()
    return found


@pytest.mark.rule("ORG-06")
def test_one_acceptance_moves_every_matter_of_the_sheet(desk: Desk):
    refs = [inquiry(desk.agent, desk) for _ in range(3)]
    sheet = give(desk, refs)
    assert {matter(ref).owner_id for ref in refs} == {desk.agent.user_id}
    assert answer(desk, sheet, desk.colleague) == 3
    assert {(matter(r).owner_id, matter(r).assignee_id, matter(r).offered_to_id) for r in refs} == {
        (desk.colleague.user_id, desk.colleague.user_id, None)
    }  # fmt: skip
    assert {e.reason for e in factories.events(action="hand_over.accept", object_type="inquiry")} == {"早班交晚班"}


def test_forty_matters_of_a_sick_colleague_move_with_one_reason_and_are_seen_at_once(desk: Desk):
    refs = [inquiry(desk.agent, desk) for _ in range(40)]
    sheet = give(desk, refs, by=desk.supervisor)
    f = queue.Filter(queue.MINE, now(), now().replace(hour=16))
    rows, _ = queue.rows(db.session(), desk.colleague, f)
    assert {row.ref for row in rows} >= set(refs)
    db.session.rollback()
    assert answer(desk, sheet, desk.colleague) == 40
    assert len(matters.open_rows(db.session(), desk.colleague, desk.colleague.user_id)) == 40


def test_of_a_matter_that_is_only_worked_on_the_work_goes_over_and_the_owner_stays(desk: Desk):
    third = factories.person(desk, "agent")
    ref = inquiry(third, desk, assignee_id=desk.agent.user_id)
    assert answer(desk, give(desk, [ref]), desk.colleague) == 1
    assert (matter(ref).owner_id, matter(ref).assignee_id) == (third.user_id, desk.colleague.user_id)


def test_a_declined_sheet_leaves_everything_where_it_was(desk: Desk):
    ref = inquiry(desk.agent, desk)
    sheet = give(desk, [ref])
    answer(desk, sheet, desk.colleague, reason="我也下班")
    assert (matter(ref).owner_id, matter(ref).offered_to_id) == (desk.agent.user_id, None)
    with pytest.raises(Refused, match="answered already"):
        answer(desk, sheet, desk.colleague)


def test_what_was_closed_or_taken_meanwhile_stays_as_it_is(desk: Desk):
    refs = [inquiry(desk.agent, desk) for _ in range(3)]
    sheet = give(desk, refs)
    factories.do(desk.colleague, refs[0], "decline_hand_over", reason="这件不熟")
    factories.do(desk.agent, refs[1], "void", reason="记重了")
    assert answer(desk, sheet, desk.colleague) == 1
    assert matter(refs[0]).owner_id == desk.agent.user_id and matter(refs[1]).owner_id == desk.agent.user_id


def test_only_the_receiver_answers_and_only_giver_taker_and_supervisor_see_a_sheet(desk: Desk):
    sheet = give(desk, [inquiry(desk.agent, desk)])
    assert waiting(desk.colleague) == waiting(desk.agent) == waiting(desk.supervisor) == [sheet]
    third = factories.person(desk, "agent")
    assert waiting(third) == waiting(desk.stranger) == []
    for who in (third, desk.stranger):
        assert handover.sheet_by_id(db.session(), who, sheet) is None
    db.session.rollback()
    with pytest.raises(Refused) as no:
        answer(desk, sheet, desk.supervisor)
    assert no.value.code == 403
    answer(desk, sheet, desk.colleague)
    assert waiting(desk.supervisor) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"by": "colleague"}, 403), ({"by": "stranger"}, 403), ({"to": "stranger"}, 422), ({"to": "auditor"}, 422), ({"step": ""}, 422)],
)  # fmt: skip
def test_a_sheet_that_cannot_be_is_refused_and_offers_nothing(desk: Desk, changed, code):
    ref = inquiry(desk.agent, desk)
    named = {k: desk.people.get(v, v) for k, v in changed.items()}
    with pytest.raises(Refused) as no:
        give(desk, [ref], **named)
    assert no.value.code == code
    assert matter(ref).offered_to_id is None
    assert db.session.scalars(unseen(select(HandOver))).all() == []


def test_a_matter_offered_already_or_of_somebody_else_is_not_given_again(desk: Desk):
    mine, other = inquiry(desk.agent, desk), inquiry(desk.supervisor, desk)
    give(desk, [mine])
    with pytest.raises(Refused) as no:
        give(desk, [mine, other])
    assert no.value.field == "case"


def test_a_supervisor_takes_a_sick_colleagues_matters_himself(desk: Desk):
    ref = inquiry(desk.agent, desk)
    sheet = give(desk, [ref], by=desk.supervisor, to=desk.supervisor)
    assert matter(ref).offered_to_id == desk.supervisor.user_id
    assert answer(desk, sheet, desk.supervisor) == 1 and matter(ref).owner_id == desk.supervisor.user_id

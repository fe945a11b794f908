"""Absence and cover: new work goes to the cover, open matters are seen by him at once, the owner stays (ORG-01)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Absence, Customer, TickRun, User, db
from rules import absences, covering, intake, leaving, queue, ticking
from rules.store import write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk, inquiry, matter, now, open_turns

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)


def away(desk: Desk, who=None, cover=None, first=WEDNESDAY, last=THURSDAY, by=None) -> int:
    """Enter an absence of `who` (the agent), covered by `cover` (the colleague); carry it out; return its id."""
    who, cover = who or desk.agent, cover or desk.colleague
    with write_tx(by or desk.supervisor, "absence.enter") as tx:
        made = covering.enter(
            tx, tx.session.get_one(User, who.user_id), tx.session.get_one(User, cover.user_id), first, last, "病假"
        ).id
    covering.carry_out()
    return made


def back(desk: Desk, absence_id: int) -> None:
    with write_tx(desk.supervisor, "absence.revoke") as tx:
        found = tx.session.get_one(Absence, absence_id)
        tx.session.refresh(found, ["user"])
        covering.revoke(tx, found)
    covering.carry_out()


def holders(ref: str) -> set[tuple[str, int | None, bool, bool]]:
    return {(t.what, t.user_id, t.leading, t.waiting) for t in open_turns(ref)}


def listed(who, view: str = queue.MINE) -> set[str]:
    f = queue.Filter(view, now(), now().replace(hour=16))
    found, _ = queue.rows(db.session(), who, f)
    refs = {row.ref for row in found}
    db.session.rollback()
    return refs


def test_an_absent_agents_open_matters_stand_in_the_covers_queue_at_once(desk: Desk):
    ref = inquiry(desk.agent, desk)
    before = holders(ref)
    away(desk)
    assert ref in listed(desk.colleague) and ref not in listed(desk.agent) - listed(desk.agent, queue.WAITING)
    assert holders(ref) == {
        ("own", desk.agent.user_id, True, True), (next(iter(before))[0], desk.colleague.user_id, False, False)
    }  # fmt: skip
    assert (matter(ref).owner_id, matter(ref).assignee_id) == (desk.agent.user_id, desk.agent.user_id)


def test_when_the_absence_ends_the_work_comes_back(desk: Desk):
    ref = inquiry(desk.agent, desk)
    before = holders(ref)
    back(desk, away(desk))
    assert holders(ref) == before and ref not in listed(desk.colleague)


def test_an_absence_begins_and_ends_by_itself_on_its_days(desk: Desk, clock):
    ref = inquiry(desk.agent, desk)
    before = holders(ref)
    away(desk, first=THURSDAY, last=THURSDAY)
    assert holders(ref) == before
    clock.forward(60 * 15)  # one in the morning of Thursday
    assert covering.carry_out() == 1 and holders(ref) != before
    assert covering.carry_out() == 0
    clock.forward(60 * 24)
    assert covering.carry_out() == 1 and holders(ref) == before
    assert covering.carry_out() == 0


def test_a_run_that_broke_off_is_made_again_and_changes_nothing_twice(desk: Desk, monkeypatch):
    refs = [inquiry(desk.agent, desk) for _ in range(3)]
    monkeypatch.setattr(covering, "CHUNK", 1)
    real, calls = covering.settle, []

    def breaks(tx, case):
        calls.append(case.id)
        if len(calls) == 2:
            raise OSError("power")
        real(tx, case)

    monkeypatch.setattr(covering, "settle", breaks)
    with pytest.raises(OSError):
        away(desk)
    assert covering.carry_out() == 3
    assert all(len(open_turns(ref)) == 2 for ref in refs)


def test_new_work_for_an_absent_agent_goes_to_his_cover(desk: Desk):
    with factories.writing() as tx:
        customer = tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"})
        customer.agent_id = desk.agent.user_id
        factories.on_duty(tx, tx.session.get_one(User, desk.agent.user_id))
    away(desk)
    third = factories.person(desk, "agent")
    ready = intake.resolve(db.session(), third, {"customer": desk.customer, "channel": "phone"})
    assert ready["assignee_id"] == desk.colleague.user_id


def test_work_given_or_handed_to_an_absent_agent_goes_to_his_cover(desk: Desk):
    third = factories.person(desk, "agent")
    given, handed = inquiry(third, desk), inquiry(third, desk)
    away(desk)
    factories.do(third, given, "assign", person=desk.agent.user_id, reason="分给他")
    factories.do(third, handed, "hand_over", person=desk.agent.user_id, reason="交给他")
    assert matter(given).assignee_id == desk.colleague.user_id
    assert matter(handed).offered_to_id == desk.colleague.user_id


def test_an_owner_who_works_himself_sees_the_work_of_his_absent_helper_return_to_the_cover(desk: Desk):
    third = factories.person(desk, "agent")
    ref = inquiry(desk.agent, desk, assignee_id=third.user_id)
    away(desk, who=third, cover=desk.colleague)
    assert {(t.user_id, t.leading) for t in open_turns(ref)} == {
        (desk.agent.user_id, True), (desk.colleague.user_id, False)
    }  # fmt: skip


def test_a_cover_who_is_away_himself_passes_on_and_a_circle_covers_nobody(desk: Desk):
    third = factories.person(desk, "agent")
    with factories.writing() as tx:
        for user, cover in ((desk.agent, desk.colleague), (desk.colleague, third)):
            tx.add(Absence(user_id=user.user_id, cover_id=cover.user_id, from_at=tx.at, until_at=tx.at.replace(hour=9),
                           reason="假", by_id=user.user_id, made_at=tx.at))  # fmt: skip
    covers = absences.covers(db.session(), now())
    assert covers == {desk.agent.user_id: third.user_id, desk.colleague.user_id: third.user_id}
    with factories.writing() as tx:
        tx.add(Absence(user_id=third.user_id, cover_id=desk.agent.user_id, from_at=tx.at, until_at=tx.at.replace(hour=9),
                       reason="假", by_id=third.user_id, made_at=tx.at))  # fmt: skip
    assert absences.covers(db.session(), now()) == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"by": "colleague"}, 403), ({"by": "finance"}, 403), ({"last": date(2026, 11, 17)}, 422),
        ({"first": date(2026, 11, 16), "last": date(2026, 11, 17)}, 422), ({"cover": "stranger"}, 422),
        ({"cover": "agent"}, 422), ({"cover": "auditor"}, 422),
    ],
)  # fmt: skip
def test_an_absence_that_cannot_be_is_refused(desk: Desk, changed, code):
    named = {k: desk.people[v] if isinstance(v, str) else v for k, v in changed.items()}
    with pytest.raises(Refused) as no:
        away(desk, **named)
    assert no.value.code == code
    assert db.session.scalars(select(Absence)).all() == []


def test_two_absences_of_one_person_or_a_cover_who_is_away_are_refused(desk: Desk):
    away(desk, by=desk.agent)
    with pytest.raises(Refused, match="already"):
        away(desk, first=THURSDAY, last=FRIDAY)
    with pytest.raises(Refused, match="away in these days too"):
        away(desk, who=desk.supervisor, cover=desk.agent)


def test_an_absence_is_history(desk: Desk):
    back(desk, away(desk))
    said = [e.action for e in factories.events(object_type="absences")]
    assert said[0] == "absence.enter" and "absence.revoke" in said


def test_the_tick_carries_an_absence_out_and_says_so_once(desk: Desk, clock):
    ref = inquiry(desk.agent, desk)
    away(desk, first=THURSDAY, last=THURSDAY)
    clock.forward(60 * 15)
    assert ticking.run().counts["matters"] == 1
    assert desk.colleague.user_id in {t.user_id for t in open_turns(ref)}
    assert "matters" not in ticking.run().counts
    runs = db.session.scalars(select(TickRun).where(TickRun.what == "absences")).all()
    assert [run.counts for run in runs] == [{"matters": 1}]


def test_a_fault_while_work_is_moved_is_told_and_the_next_tick_does_it(desk: Desk, clock, monkeypatch):
    inquiry(desk.agent, desk)
    away(desk, first=THURSDAY, last=THURSDAY)
    clock.forward(60 * 15)
    with monkeypatch.context() as broken:
        broken.setattr(covering, "settle", lambda *_: 1 / 0)
        assert "ZeroDivisionError" in (ticking.run().line() or "")
    assert ticking.run().counts["matters"] == 1


def test_when_the_cover_leaves_the_house_the_work_comes_back_with_the_next_tick(desk: Desk):
    ref = inquiry(desk.agent, desk)
    before = holders(ref)
    away(desk)
    with write_tx(desk.admin, "user.disable") as tx:
        leaving.disable(tx, tx.session.get_one(User, desk.colleague.user_id), None)
    assert absences.covers(db.session(), now()) == {}
    covering.carry_out()
    assert holders(ref) == before


def test_a_person_of_all_offices_is_covered_only_by_one_who_sees_them_all(desk: Desk):
    with factories.writing() as tx:
        wide = factories.actor_of(factories.make_user(tx, None, "agent"))
    with pytest.raises(Refused, match="cannot see all"):
        away(desk, who=wide, by=wide)

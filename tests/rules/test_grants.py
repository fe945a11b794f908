"""Roles and grades that steer who decides take a second person to grant, as long as there is one (E-18)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import selectinload

from models import Grant, Office, User, db
from rules import accounts, granting, grants
from rules.store import Actor, system, write_tx
from rules.words import Refused
from tests import factories as make
from tests.factories import Desk

SECRET = "correct horse battery"


@pytest.fixture
def other(desk: Desk) -> Actor:
    """A second administrator: somebody who could agree."""
    return make.person(desk, "admin")


def account(user_id: int | None) -> User:
    found = select(User).where(User.id == user_id).options(selectinload(User.roles))
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def holds(user_id: int | None) -> tuple[set[str], int]:
    user = account(user_id)
    return {r.role for r in user.roles}, user.grade


def ask(by: Actor, whose: Actor, roles: set[str] | None = None, grade: int | None = None) -> None:
    with write_tx(by, "user.edit") as tx:
        user = account(whose.user_id)
        accounts.change(
            tx, user, display=user.display, roles=frozenset(roles or {r.role for r in user.roles}), grade=grade or user.grade,
            office=db.session.get(Office, user.office_id) if user.office_id else None,
            expires_on=user.expires_on,
        )  # fmt: skip


def add(by: Actor, desk: Desk, *roles: str, grade: int = 1, name: str = "fresh") -> int:
    with write_tx(by, "user.add") as tx:
        return accounts.add(tx, name, SECRET, roles, office=tx.session.get(Office, desk.office), grade=grade).id


def waits(user_id: int | None) -> Grant | None:
    db.session.expire_all()
    return grants.waiting(db.session(), user_id)


def agree(by: Actor, whose: Actor | int) -> None:
    row = waits(whose if isinstance(whose, int) else whose.user_id)
    assert row is not None
    with write_tx(by, "grant.agree") as tx:
        granting.agree(tx, row.id)


def refused(code: int, work, *args) -> None:
    with pytest.raises(Refused) as no:
        work(*args)
    assert no.value.code == code


@pytest.mark.parametrize(
    ("roles", "grade", "waiting"),
    [
        ({"agent", "supervisor"}, None, True), ({"agent", "finance"}, None, True), ({"agent", "finance", "release"}, None, True),
        ({"agent", "admin"}, None, True), (None, 2, True), ({"auditor"}, None, False), (None, 1, False),
    ],
)  # fmt: skip
def test_what_steers_decisions_waits_and_the_rest_counts_at_once(
    desk: Desk, other: Actor, roles, grade, waiting
) -> None:
    ask(desk.admin, desk.agent, roles, grade)
    assert (waits(desk.agent.user_id) is not None) is waiting
    assert holds(desk.agent.user_id) == (({"agent"}, 1) if waiting else (roles or {"agent"}, 1))


@pytest.mark.parametrize(("roles", "grade"), [({"agent"}, None), (None, 1)])
def test_taking_away_needs_nobody(desk: Desk, other: Actor, roles, grade) -> None:
    strong = make.person(desk, "agent", "supervisor", grade=3)
    ask(desk.admin, strong, roles, grade)
    assert waits(strong.user_id) is None
    assert holds(strong.user_id) == (roles or {"agent", "supervisor"}, grade or 3)


def test_the_second_person_agrees_and_it_counts(desk: Desk, other: Actor) -> None:
    ask(desk.admin, desk.agent, {"agent", "supervisor"}, 3)
    agree(other, desk.agent)
    assert holds(desk.agent.user_id) == ({"agent", "supervisor"}, 3) and waits(desk.agent.user_id) is None
    (event,) = make.events(object_type="grants", action="grant.agree")
    assert event.actor_id == other.user_id


def test_neither_who_asked_nor_whose_account_it_is_agrees(desk: Desk, other: Actor) -> None:
    make.person(desk, "admin")
    ask(desk.admin, other, {"admin", "supervisor"})
    refused(403, agree, desk.admin, other)
    refused(403, agree, other, other)
    assert holds(other.user_id)[0] == {"admin"}


@pytest.mark.parametrize(
    ("roles", "grade", "code"),
    [(("supervisor",), 3, 0), (("supervisor",), 2, 403), (("finance",), 4, 403), (("agent",), 4, 403)],
)
def test_a_supervisor_of_grade_three_may_agree_in_his_office(desk: Desk, other: Actor, roles, grade, code) -> None:
    who = make.person(desk, *roles, grade=grade)
    ask(desk.admin, desk.agent, {"agent", "finance"})
    if code:
        refused(code, agree, who, desk.agent)
    else:
        agree(who, desk.agent)
        assert holds(desk.agent.user_id)[0] == {"agent", "finance"}


def test_another_office_sees_nothing_of_it(desk: Desk, other: Actor) -> None:
    far = make.person(desk, "supervisor", grade=4, office=desk.other_office)
    ask(desk.admin, desk.agent, {"agent", "finance"})
    refused(404, agree, far, desk.agent)
    assert granting.lines(db.session(), far) == []
    assert [line.user.id for line in granting.lines(db.session(), desk.supervisor)] == [desk.agent.user_id]


def test_without_a_second_person_it_counts_at_once_and_the_row_says_so(desk: Desk) -> None:
    ask(desk.admin, desk.agent, {"agent", "finance"}, 2)
    assert holds(desk.agent.user_id) == ({"agent", "finance"}, 2)
    (row,) = db.session.scalars(select(Grant))
    assert (row.status, row.by_id, row.roles, row.grade) == ("alone", desk.admin.user_id, ["agent", "finance"], 2)


@pytest.mark.parametrize(("roles", "grade", "office", "counts"), [
    (("admin",), 1, True, True), (("supervisor",), 3, True, True), (("supervisor",), 2, True, False),
    (("supervisor",), 4, False, False), (("finance",), 4, True, False),
])  # fmt: skip
def test_who_counts_as_somebody_who_could_agree(desk: Desk, roles, grade, office, counts) -> None:
    make.person(desk, *roles, grade=grade, office=desk.office if office else desk.other_office)
    ask(desk.admin, desk.agent, {"agent", "finance"})
    assert (waits(desk.agent.user_id) is not None) is counts


def test_the_account_itself_and_disabled_ones_could_not_agree(desk: Desk, other: Actor) -> None:
    ask(desk.admin, other, {"admin", "supervisor"})
    assert holds(other.user_id)[0] == {"admin", "supervisor"}  # nobody else was there
    with make.writing() as tx:
        tx.session.get_one(User, other.user_id).disabled_at = tx.at
    ask(desk.admin, desk.agent, {"agent", "finance"})
    assert waits(desk.agent.user_id) is None


def test_a_new_account_begins_with_what_needs_nobody(desk: Desk, other: Actor) -> None:
    mixed = add(desk.admin, desk, "agent", "supervisor", grade=3)
    assert holds(mixed) == ({"agent"}, 1)
    only = add(desk.admin, desk, "supervisor", grade=2, name="lead")
    assert holds(only) == (set(), 1)
    plain = add(desk.admin, desk, "agent", name="plain")
    assert holds(plain) == ({"agent"}, 1) and waits(plain) is None
    agree(other, mixed)
    agree(other, only)
    assert holds(mixed) == ({"agent", "supervisor"}, 3) and holds(only) == ({"supervisor"}, 2)


def test_the_command_line_waits_for_nobody(desk: Desk, other: Actor) -> None:
    made = add(system("flask user add"), desk, "supervisor", grade=4)
    assert holds(made) == ({"supervisor"}, 4) and waits(made) is None


def test_the_same_again_goes_on_waiting_and_another_choice_drops_it(desk: Desk, other: Actor) -> None:
    ask(desk.admin, desk.agent, {"agent", "finance"})
    first = waits(desk.agent.user_id)
    assert first is not None
    first_id = first.id
    ask(other, desk.agent, {"agent", "finance"})
    again = waits(desk.agent.user_id)
    assert again is not None and (again.id, again.by_id) == (first_id, desk.admin.user_id)
    ask(desk.admin, desk.agent, {"agent", "supervisor"})
    new = waits(desk.agent.user_id)
    assert new is not None and new.id != first_id and new.roles == ["agent", "supervisor"]
    ask(desk.admin, desk.agent, {"agent"})
    assert waits(desk.agent.user_id) is None
    assert list(db.session.scalars(select(Grant.status).order_by(Grant.id))) == ["dropped", "dropped"]


def test_refusing_keeps_what_was_and_who_asked_takes_it_back(desk: Desk, other: Actor) -> None:
    for by, status in ((other, "refused"), (desk.admin, "dropped")):
        ask(desk.admin, desk.agent, {"agent", "finance"})
        row = waits(desk.agent.user_id)
        assert row is not None
        with write_tx(by, "grant.refuse") as tx:
            granting.refuse(tx, row.id)
        db.session.expire_all()
        assert db.session.get_one(Grant, row.id).status == status
        assert holds(desk.agent.user_id)[0] == {"agent"}
        refused(409, _agree, other, row.id)


def _agree(by: Actor, grant_id: int) -> None:
    with write_tx(by, "grant.agree") as tx:
        granting.agree(tx, grant_id)


def test_agreeing_leaves_no_work_behind(desk: Desk, other: Actor) -> None:
    ask(desk.admin, desk.agent, {"admin"})
    ref = make.inquiry(desk.agent, desk)
    refused(409, agree, other, desk.agent)
    make.do(desk.agent, ref, "void", reason="x")
    agree(other, desk.agent)
    assert holds(desk.agent.user_id)[0] == {"admin"}


def test_an_agent_who_has_no_office_any_more_is_not_made_one(desk: Desk, other: Actor) -> None:
    clerk = make.person(desk, "finance")
    ask(desk.admin, clerk, {"agent", "supervisor"})
    with make.writing() as tx:
        tx.session.get_one(User, clerk.user_id).office_id = None
    refused(422, agree, other, clerk)


def test_the_database_refuses_an_agreement_of_the_one_who_asked(desk: Desk, other: Actor) -> None:
    ask(desk.admin, desk.agent, {"agent", "finance"})
    for who in (desk.admin, desk.agent):
        db.session.rollback()
        with (
            db.engine.connect().execution_options(w=True) as connection,
            pytest.raises(DatabaseError, match="four_eyes"),
        ):
            connection.exec_driver_sql(f"UPDATE grants SET status = 'agreed', decided_by_id = {who.user_id}")

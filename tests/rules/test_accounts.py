"""Who may have which account, what nobody gives himself, and who takes what a person leaves behind (D-13, E-10, E-18)."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models import Case, Customer, Office, Turn, User, UserSession, db
from rules import accounts, leaving, turns
from rules.policy import ROLES, check_roles, unseen
from rules.store import Actor, Tx, write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk, do, events, matter, open_turns, writing

SETS = [frozenset(c) for n in range(len(ROLES) + 1) for c in combinations(ROLES, n)]
FITTING = [s for s in SETS if s and ("auditor" not in s or len(s) == 1) and ("release" not in s or "finance" in s)]
SECRET = "correct horse battery"


def user_of(tx: Tx, who: Actor) -> User:
    return tx.session.scalars(select(User).where(User.id == who.user_id).options(selectinload(User.roles))).one()


def values(user: User, **other: Any) -> dict[str, Any]:
    """What an account has, as `accounts.change` takes it."""
    found = {
        "display": user.display, "roles": frozenset(r.role for r in user.roles), "grade": user.grade,
        "office": db.session.get(Office, user.office_id) if user.office_id else None,
        "expires_on": user.expires_on,
    }  # fmt: skip
    return found | other


def change(by: Actor, who: Actor, **other: Any) -> None:
    with write_tx(by, "user.edit") as tx:
        user = user_of(tx, who)
        accounts.change(tx, user, **values(user, **other))


# ------------------------------------------------------------------------------------------ roles and grades


@pytest.mark.parametrize("roles", SETS, ids=lambda r: "+".join(sorted(r)) or "none")
def test_any_roles_go_together_but_the_auditor_is_alone_and_release_goes_with_finance(roles: frozenset[str]) -> None:
    allowed = bool(roles) and (roles == {"auditor"} or "auditor" not in roles)
    if allowed and ("release" not in roles or "finance" in roles):
        check_roles(roles)
    else:
        with pytest.raises(Refused) as no:
            check_roles(roles)
        assert no.value.code == 422 and no.value.field == "roles"


@pytest.mark.parametrize("held", [*FITTING[:6], frozenset({"admin", "agent"})], ids=lambda r: "+".join(sorted(r)))
def test_nobody_grants_himself_a_role_but_may_give_one_up(held: frozenset[str], desk: Desk) -> None:
    for wanted in FITTING:
        himself = factories.person(desk, *sorted(held))
        if wanted - held:
            with pytest.raises(Refused) as no:
                change(himself, himself, roles=wanted)
            assert no.value.code == 403 and no.value.field == "roles"
            change(desk.admin, himself, roles=wanted)  # another person may
        else:
            change(himself, himself, roles=wanted)


@pytest.mark.parametrize(
    ("before", "after", "own", "refused"),
    [
        (1, 2, True, True),
        (2, 2, True, False),
        (2, 1, True, False),
        (1, 4, False, False),
        (2, 5, False, True),
        (1, 0, False, True),
    ],
)
def test_nobody_raises_his_own_grade(before: int, after: int, own: bool, refused: bool, desk: Desk) -> None:
    boss = factories.person(desk, "admin", "supervisor", grade=before)
    by = boss if own else desk.admin
    if refused:
        with pytest.raises(Refused) as no:
            change(by, boss, grade=after)
        assert no.value.field == "grade"
    else:
        change(by, boss, grade=after)


@pytest.mark.parametrize(
    ("ends", "new_end", "refused"),
    [
        (date(2026, 12, 1), date(2026, 12, 2), True),
        (date(2026, 12, 1), None, True),
        (date(2026, 12, 1), date(2026, 11, 30), False),
        (None, date(2027, 1, 1), False),
    ],
)
def test_nobody_extends_his_own_account(ends: date | None, new_end: date | None, refused: bool, desk: Desk) -> None:
    temp = factories.person(desk, "admin")
    change(desk.admin, temp, expires_on=ends)
    if refused:
        with pytest.raises(Refused) as no:
            change(temp, temp, expires_on=new_end)
        assert no.value.code == 403 and no.value.field == "expires_on"
    else:
        change(temp, temp, expires_on=new_end)


def test_an_agent_belongs_to_an_office(desk: Desk) -> None:
    with pytest.raises(Refused) as no:
        change(desk.admin, desk.agent, office=None)
    assert no.value.field == "office"


def test_the_last_administrator_stays_one(desk: Desk) -> None:
    """Neither role nor account nor an end date may leave the desk without an administrator."""
    deputy = factories.person(desk, "admin", "supervisor")
    for other in ({"roles": frozenset({"supervisor"})}, {"expires_on": date(2027, 1, 1)}):
        change(desk.admin, deputy, **values_of(deputy) | other)
        with pytest.raises(Refused) as no:
            change(deputy, desk.admin, **other)
        assert no.value.code == 409
        change(desk.admin, deputy, roles=frozenset({"admin", "supervisor"}), expires_on=None)
    change(desk.admin, deputy, roles=frozenset({"supervisor"}))
    with pytest.raises(Refused, match="last administrator"), write_tx(deputy, "user.disable") as tx:
        leaving.disable(tx, user_of(tx, desk.admin), None)


def values_of(who: Actor) -> dict[str, Any]:
    with writing() as tx:
        return values(user_of(tx, who))


def test_changed_roles_sign_the_account_out_raise_its_version_and_stand_in_the_history(desk: Desk) -> None:
    with writing() as tx:
        user = user_of(tx, desk.agent)
        factories.on_duty(tx, user)
        version = user.version
    change(desk.admin, desk.agent, roles=frozenset({"agent", "finance"}))
    with writing() as tx:
        assert user_of(tx, desk.agent).version > version
        assert all(s.ended_at for s in tx.session.scalars(select(UserSession)))
    written = events(action="user.edit", object_type="user_roles")
    assert [e.object_ref for e in written] == ["finance"] and written[0].actor_id == desk.admin.user_id
    assert not any('"display"' in e.diff for e in events(action="user.edit", object_type="users"))  # his name stayed


def test_a_one_time_password_has_to_be_changed_and_ends_the_sessions(desk: Desk) -> None:
    with write_tx(desk.admin, "user.password") as tx:
        user = user_of(tx, desk.agent)
        factories.on_duty(tx, user)
        accounts.set_password(tx, user, accounts.one_time_password(), one_time=True)
        assert user.must_change and user.password_version == 2
    assert all(s.ended_at for s in db.session.scalars(select(UserSession)))
    assert "argon2" not in "".join(e.diff for e in events())  # the history keeps that it changed, not what it is


@pytest.mark.parametrize(
    ("password", "about", "good"),
    [
        (SECRET, ("agent1",), True),
        ("kurz", ("agent1",), False),
        ("aaaaaaaaaaaaa", ("x",), False),
        ("my name is linxiaowen", ("linxiaowen",), False),
        ("x" * 300, ("agent1",), False),
        ("一二三四五六七八九十甲乙", ("a",), True),
    ],
)
def test_a_password_is_long_and_not_the_own_name(password: str, about: tuple[str, ...], good: bool) -> None:
    if good:
        accounts.check_password(password, *about)
    else:
        with pytest.raises(Refused):
            accounts.check_password(password, *about)


# ------------------------------------------------------------------------------------------ leaving (E-10)


def leave(desk: Desk, who: Actor, to: Actor | None, customers: bool = False) -> int:
    with write_tx(desk.admin, "user.disable") as tx:
        return leaving.disable(tx, user_of(tx, who), user_of(tx, to) if to else None, customers)


def people(ref: str) -> tuple[int, int, bool]:
    case = matter(ref)
    return case.owner_id, case.assignee_id, case.pooled


def test_a_colleague_takes_matters_reminders_and_customers(desk: Desk) -> None:
    ref = factories.complaint(desk.agent, desk)
    with write_tx(desk.agent, "remind") as tx:
        turns.remind(tx, matter(ref), tx.at, "回电")
    with writing() as tx:
        tx.session.scalars(unseen(select(Customer))).one().agent_id = desk.agent.user_id
    assert leave(desk, desk.agent, desk.colleague, customers=True) == 1
    assert people(ref) == (desk.colleague.user_id, desk.colleague.user_id, False)
    assert {t.user_id for t in open_turns(ref)} == {desk.colleague.user_id}
    assert {t.what for t in open_turns(ref)} >= {"remind"}
    assert db.session.scalar(unseen(select(Customer.agent_id))) == desk.colleague.user_id
    assert db.session.get(User, desk.agent.user_id).disabled_at is not None


def test_the_pool_takes_what_nobody_is_named_for_and_claiming_moves_the_matter(desk: Desk) -> None:
    ref = factories.inquiry(desk.agent, desk)
    leave(desk, desk.agent, None)
    assert people(ref)[2] and "claim" in {t.what for t in open_turns(ref)}
    do(desk.colleague, ref, "claim")
    assert people(ref) == (desk.colleague.user_id, desk.colleague.user_id, False)


def test_a_matter_that_a_colleague_works_on_becomes_his_own(desk: Desk) -> None:
    ref = factories.inquiry(desk.agent, desk)
    do(desk.agent, ref, "assign", person=desk.colleague.user_id, reason="路线熟")
    leave(desk, desk.agent, None)
    assert people(ref) == (desk.colleague.user_id, desk.colleague.user_id, False)


def test_work_done_for_another_owner_goes_back_to_be_claimed_and_stays_his(desk: Desk) -> None:
    ref = factories.inquiry(desk.colleague, desk)
    do(desk.colleague, ref, "assign", person=desk.agent.user_id, reason="路线熟")
    leave(desk, desk.agent, None)
    assert people(ref)[0] == desk.colleague.user_id and people(ref)[2]


def test_an_offered_hand_over_to_somebody_who_leaves_is_withdrawn(desk: Desk) -> None:
    ref = factories.inquiry(desk.colleague, desk)
    do(desk.colleague, ref, "hand_over", person=desk.agent.user_id, reason="轮班")
    leave(desk, desk.agent, None)
    assert matter(ref).offered_to_id is None and people(ref) == (desk.colleague.user_id, desk.colleague.user_id, False)
    assert "accept" not in {t.what for t in open_turns(ref)}


def test_every_open_matter_has_a_turn_of_somebody_who_may_sign_in(desk: Desk) -> None:
    refs = [
        factories.inquiry(desk.agent, desk),
        factories.complaint(desk.agent, desk),
        factories.change(desk.agent, desk, "K10"),
    ]
    leave(desk, desk.agent, None)
    for ref in refs:
        assert any(t.role or t.user_id != desk.agent.user_id for t in open_turns(ref)), ref
    assert db.session.scalars(unseen(select(Turn))).first() is not None


@pytest.mark.parametrize("unfit", ["stranger", "auditor", "admin", "agent"])
def test_work_goes_only_to_a_colleague_who_can_do_it(unfit: str, desk: Desk) -> None:
    factories.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        leave(desk, desk.agent, desk.people[unfit])
    assert no.value.code == 422 and no.value.field == "to"
    assert db.session.get(User, desk.agent.user_id).disabled_at is None


def test_nobody_disables_himself_and_nobody_twice(desk: Desk) -> None:
    with pytest.raises(Refused, match="own account"):
        leave(desk, desk.admin, None)
    leave(desk, desk.agent, None)
    with pytest.raises(Refused, match="already"):
        leave(desk, desk.agent, None)


@pytest.mark.parametrize("how", ["office", "roles"])
def test_whoever_moves_away_leaves_his_matters_to_somebody(how: str, desk: Desk) -> None:
    ref = factories.inquiry(desk.agent, desk)

    def go(to: Actor | None) -> None:
        with write_tx(desk.admin, "user.edit") as tx:
            user = user_of(tx, desk.agent)
            away = (
                {"office": tx.session.get_one(Office, desk.other_office)}
                if how == "office"
                else {"roles": frozenset({"admin"})}
            )
            leaving.change(tx, user, user_of(tx, to) if to else None, **values(user, **away))

    with pytest.raises(Refused) as no:
        go(None)
    assert no.value.field == "to" and no.value.why.params["n"] == 1
    with pytest.raises(Refused):
        go(desk.stranger)
    go(desk.colleague)
    assert people(ref)[:2] == (desk.colleague.user_id, desk.colleague.user_id)


def test_a_change_that_keeps_the_work_asks_for_nobody(desk: Desk) -> None:
    ref = factories.inquiry(desk.agent, desk)
    with write_tx(desk.admin, "user.edit") as tx:
        user = user_of(tx, desk.agent)
        leaving.change(tx, user, None, **values(user, display="林小雯", roles=frozenset({"supervisor"}), grade=2))
    assert people(ref)[0] == desk.agent.user_id
    assert db.session.scalar(unseen(select(Case.id).where(Case.closed_at.is_(None)))) is not None

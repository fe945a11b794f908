"""The administrator's accounts: each thing a person can do there, and each way it is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Customer, User, UserSession, db
from rules import accounts
from rules.policy import unseen
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.world import PEOPLE, World, log
from tests.factories import matter

NEW = {"username": "lin1882", "display": "林晓雯", "roles": ["agent"], "grade": "1"}
SECRET = re.compile(r"<code>([0-9a-f-]{19})</code>")


def account(name: str) -> User:
    db.session.rollback()
    return db.session.scalars(select(User).where(User.name == name).execution_options(populate_existing=True)).one()


def events(**where: Any) -> list[Any]:
    db.session.rollback()
    return factories.events(**where)


def add(admin: Person, world: World, **other: Any) -> Any:
    form = admin.form("/admin/accounts/new", "/admin/accounts/new")
    return admin.send(form, **NEW | {"office": str(world.offices["SZ"])} | other)


def edit(admin: Person, user_id: int, **other: Any) -> Any:
    form = admin.form(f"/admin/accounts/{user_id}", f"/admin/accounts/{user_id}")
    return admin.send(form, **other)


# ------------------------------------------------------------------------------------------ list and adding


def test_the_list_shows_everybody_and_finds_by_name_or_number(enter: Enter, world: World) -> None:
    admin = enter("admin")
    assert all(name in admin.page("/admin").text() for name in PEOPLE)
    found = admin.page("/admin?q=guest").text()
    assert "guest_lead" in found and "supervisor2" not in found
    assert "“%_”" in admin.page("/admin?q=%25_").text()


@pytest.mark.parametrize("name", ["agent", "supervisor", "finance", "auditor", "both"])
def test_only_an_administrator_sees_accounts(name: str, enter: Enter, world: World) -> None:
    person = enter(name)
    for url in ("/admin", "/admin/accounts/new", f"/admin/accounts/{world.users['agent']}"):
        assert person.get(url).status_code == 403
    for what in ("", "/disable", "/enable", "/password", "/sessions"):
        assert person.post(f"/admin/accounts/{world.users['agent']}{what}", {"to": "pool"}).status_code == 403
    assert account("agent").disabled_at is None and account("agent").password_version == 1


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(enter: Enter, world: World) -> None:
    admin = enter("admin")
    form = admin.form("/admin/accounts/new", "/admin/accounts/new")
    sent = NEW | {"office": str(world.offices["SZ"])}
    answer = admin.send(form, **sent)
    made, secret = account("lin1882"), SECRET.search(answer.text)
    assert secret and made.must_change and accounts.matches(made, secret[1])
    again = admin.send(form, **sent)  # the same form once more: no second account, and the password is gone
    assert again.status_code == 303 and again.location.endswith(f"/admin/accounts/{made.id}")
    assert secret[1] not in admin.get(again.location).text
    assert secret[1] not in "".join(e.diff for e in events())


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"username": "agent"}, "已有账号"),
        ({"username": "a b"}, "登录名"),
        ({"username": ""}, ""),
        ({"display": ""}, ""),
        ({"roles": []}, "至少选择一个岗位"),
        ({"roles": ["auditor", "agent"]}, "审计"),
        ({"roles": ["root"]}, ""),
        ({"office": ""}, "须属于"),
        ({"office": "999"}, ""),
        ({"grade": "5"}, ""),
        ({"grade": ""}, ""),
        ({"expires_on": "31.12.2026"}, "2026-11-18"),
        ({"expires_on": "1999-01-01"}, ""),
    ],
)
def test_a_new_account_that_does_not_hold_is_refused_with_what_was_typed(
    other: dict[str, Any], sentence: str, enter: Enter, world: World
) -> None:
    before = db.session.scalar(select(func.count()).select_from(User))
    answer = add(enter("admin"), world, **other)
    page = read(answer.text)
    assert answer.status_code == 422 and 'class="err"' in answer.text and sentence in page.text()
    typed = page.forms[-1].data()
    assert all(typed[name] == [value] for name, value in (NEW | other).items() if name in ("username", "display"))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(User)) == before


# ------------------------------------------------------------------------------------------ changing


def test_an_account_changes_and_the_history_says_what(enter: Enter, world: World) -> None:
    user_id = world.users["agent"]
    answer = edit(enter("admin"), user_id, display="林小雯", roles=["auditor"])
    assert answer.status_code == 303
    assert account("agent").display == "林小雯"
    assert {e.object_type for e in events(action="user.edit")} == {"users", "user_roles"}


def test_two_administrators_at_once_the_second_sees_both_and_may_still_save(enter: Enter, world: World) -> None:
    admin, user_id = enter("admin"), world.users["agent"]
    form = admin.form(f"/admin/accounts/{user_id}", f"/admin/accounts/{user_id}")
    edit(admin, user_id, display="先到")
    late = admin.send(form, display="后到")
    page = read(late.text)
    assert late.status_code == 409 and "先到" in page.text() and "后到" in page.text()
    mine = next(f for f in page.forms if f.action.endswith(f"/accounts/{user_id}"))
    assert mine.data()["display"] == ["后到"]
    assert admin.send(mine).status_code == 303 and account("agent").display == "后到"


def test_changed_roles_alone_are_a_conflict_too(enter: Enter, world: World) -> None:
    admin, user_id = enter("admin"), world.users["agent"]
    form = admin.form(f"/admin/accounts/{user_id}", f"/admin/accounts/{user_id}")
    edit(admin, user_id, roles=["auditor"])
    assert admin.send(form, display="后到").status_code == 409


@pytest.mark.parametrize("version", ["", "-1", "x", "1" * 30])
def test_a_form_without_a_version_never_fits(version: str, enter: Enter, world: World) -> None:
    assert edit(enter("admin"), world.users["agent"], version=version, display="别的").status_code == 409
    assert account("agent").display == "同事agent"


def test_an_administrator_grants_himself_nothing(enter: Enter, world: World) -> None:
    admin, own = enter("admin"), world.users["admin"]
    assert edit(admin, own, roles=["admin", "supervisor"]).status_code == 403
    assert edit(admin, own, grade="4").status_code == 403
    assert edit(admin, own, roles=["supervisor"]).status_code in (403, 409)
    assert admin.post(f"/admin/accounts/{own}/disable", {"to": "pool"}).status_code == 409
    assert account("admin").disabled_at is None and account("admin").grade == 1
    assert "/disable" not in admin.get(f"/admin/accounts/{own}").text


def test_whoever_changes_office_hands_his_matters_over_in_the_same_form(enter: Enter, world: World) -> None:
    ref, admin, user_id = log(world, "inquiry"), enter("admin"), world.users["agent"]
    away = {"office": str(world.offices["GZ"])}
    answer = edit(admin, user_id, **away)
    assert answer.status_code == 422 and 'id="to-edit-e"' in answer.text
    assert edit(admin, user_id, **away, to=str(world.users["agent2"])).status_code == 303
    db.session.rollback()
    assert matter(ref).owner_id == world.users["agent2"] and account("agent").office_id == world.offices["GZ"]


def test_an_account_that_does_not_exist_is_not_found(enter: Enter, world: World) -> None:
    admin = enter("admin")
    assert admin.get("/admin/accounts/999").status_code == 404
    for what in ("", "/disable", "/enable", "/password", "/sessions"):
        assert admin.post(f"/admin/accounts/999{what}", {"to": "pool"}).status_code == 404


# ------------------------------------------------------------------------------------------ password, sessions, end


def test_a_forgotten_password_becomes_a_one_time_password_and_signs_out(enter: Enter, world: World) -> None:
    agent, admin, user_id = enter("agent"), enter("admin"), world.users["agent"]
    assert agent.get("/queue").status_code == 200
    answer = admin.send(admin.form(f"/admin/accounts/{user_id}", "/password"))
    secret = SECRET.search(answer.text)
    assert secret and accounts.matches(account("agent"), secret[1]) and account("agent").must_change
    assert agent.get("/queue").status_code == 302


def test_sessions_end_at_once(enter: Enter, world: World) -> None:
    agent, admin = enter("agent"), enter("admin")
    assert admin.send(admin.form(f"/admin/accounts/{world.users['agent']}", "/sessions")).status_code == 303
    assert agent.get("/queue").status_code == 302
    assert db.session.scalars(select(UserSession.ended_at).where(UserSession.user_id == world.users["agent"])).one()


def test_disabling_asks_who_takes_the_open_matters(enter: Enter, world: World) -> None:
    ref, agent, admin, user_id = log(world, "complaint"), enter("agent"), enter("admin"), world.users["agent"]
    form = admin.form(f"/admin/accounts/{user_id}", "/disable")
    assert set(form.choices["to"]) >= {"", "pool", str(world.users["agent2"]), str(world.users["both"])}
    assert not {str(world.users[name]) for name in ("guest", "auditor", "admin", "agent")} & set(form.choices["to"])
    for to in ("", "x", str(world.users["guest"])):
        assert admin.send(form, to=to).status_code == 422
    assert account("agent").disabled_at is None
    answer = admin.send(form, to=str(world.users["agent2"]), reason="调往广州")
    assert answer.status_code == 303 and re.search(r'role="status">[^<]*\b1\b', admin.get(answer.location).text)
    db.session.rollback()
    assert matter(ref).owner_id == world.users["agent2"] and agent.get("/queue").status_code == 302
    assert {e.reason for e in events(action="user.disable")} == {"调往广州"}


def test_customers_go_to_a_colleague_never_into_the_pool(enter: Enter, world: World) -> None:
    with factories.writing() as tx:
        tx.session.get_one(
            Customer, world.customers["good"], execution_options={"visible": "system"}
        ).agent_id = world.users["agent"]
    admin, user_id = enter("admin"), world.users["agent"]
    form = admin.form(f"/admin/accounts/{user_id}", "/disable")
    answer = admin.send(form, to="pool", customers="y")
    assert answer.status_code == 422 and 'id="customers-end-e"' in answer.text
    assert admin.send(form, to=str(world.users["agent2"]), customers="y").status_code == 303
    db.session.rollback()
    assert db.session.scalars(unseen(select(Customer.agent_id).where(Customer.agent_id.is_not(None)))).all() == [
        world.users["agent2"]
    ]


def test_an_account_without_open_matters_is_disabled_and_enabled_again(enter: Enter, world: World) -> None:
    admin, user_id = enter("admin"), world.users["agent2"]
    page = f"/admin/accounts/{user_id}"
    assert admin.send(admin.form(page, "/disable")).status_code == 303
    assert account("agent2").disabled_at is not None
    assert admin.post(f"{page}/disable", {"to": "pool"}).status_code == 409  # twice
    assert admin.send(admin.form(page, "/enable")).status_code == 303
    assert account("agent2").disabled_at is None

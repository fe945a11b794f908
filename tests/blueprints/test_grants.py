"""Roles and grades that wait for a second person, on the administrator's pages (E-18)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models import Grant, User, db
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.world import World


def holds(name: str) -> tuple[set[str], int]:
    db.session.rollback()
    found = select(User).where(User.name == name).options(selectinload(User.roles))
    user = db.session.scalars(found.execution_options(populate_existing=True)).one()
    return {r.role for r in user.roles}, user.grade


def ask(admin: Person, user_id: int, roles: list[str], grade: str = "1") -> str:
    url = f"/admin/accounts/{user_id}"
    form = admin.form(url, url)
    answer = admin.post(url, form.data() | {"roles": roles, "grade": [grade]})
    assert answer.status_code == 303
    return admin.get(answer.location).text


def waiting() -> str:
    """The address of the grant asked for last."""
    db.session.rollback()
    newest = db.session.scalars(select(Grant.id).order_by(Grant.id.desc())).first()
    return f"/admin/grants/{newest}"


def press(person: Person, answer: str) -> int:
    form = next(f for f in person.page("/admin/grants").forms if f.action.endswith(answer))
    return person.send(form).status_code


def test_a_role_is_asked_for_shown_as_waiting_and_agreed_to(enter, world: World) -> None:
    admin, user_id = enter("admin"), world.users["agent"]
    page = ask(admin, user_id, ["agent", "finance", "release"], "2")
    assert "岗位和级别等第二人同意" in page and holds("agent") == ({"agent"}, 1)
    form = admin.form(f"/admin/accounts/{user_id}", f"/accounts/{user_id}")
    assert form.data()["roles"] == ["agent", "finance", "release"] and form.data()["grade"] == ["2"]
    text = enter("supervisor").page("/admin/grants").text()
    assert all(said in text for said in ("同事agent", "同事admin", "提单核放员", "财务"))
    assert press(enter("supervisor"), "/agree") == 303
    assert holds("agent") == ({"agent", "finance", "release"}, 2)
    assert waiting() not in enter("supervisor").get("/admin/grants").text


def test_the_history_names_what_was_asked_and_agreed(enter, world: World) -> None:
    ask(enter("admin"), world.users["agent"], ["agent", "finance"], "2")
    press(enter("supervisor"), "/agree")
    auditor = enter("auditor")
    page = auditor.page("/history?kind=grants")
    assert "岗位或级别经第二人同意" in page.text() and "待同意的岗位或级别" in page.text()
    for link in [link for link in page.links if "pick=" in link]:
        assert auditor.get(link).status_code == 200


def test_who_asked_may_take_it_back_and_no_more(enter, world: World) -> None:
    admin = enter("admin")
    ask(admin, world.users["agent"], ["agent", "supervisor"])
    offered = [f.action for f in admin.page("/admin/grants").forms if "/admin/grants/" in f.action]
    assert offered == [f"{waiting()}/refuse"]
    assert admin.post(f"{waiting()}/agree").status_code == 403
    assert press(admin, "/refuse") == 303
    db.session.rollback()
    assert db.session.scalars(select(Grant.status)).one() == "dropped" and holds("agent") == ({"agent"}, 1)


@pytest.mark.parametrize(
    ("name", "code"), [("junior", 403), ("finance", 403), ("agent", 403), ("auditor", 403), ("guest_lead", 404)]
)
def test_who_may_not_agree_gets_a_reason(enter, world: World, name: str, code: int) -> None:
    ask(enter("admin"), world.users["agent2"], ["agent", "supervisor"])
    assert enter(name).post(f"{waiting()}/agree").status_code == code
    assert holds("agent2") == ({"agent"}, 1)


def test_a_new_account_says_what_it_waits_for(enter, world: World) -> None:
    admin = enter("admin")
    form = admin.form("/admin/accounts/new", "/accounts/new")
    data = form.data() | {"username": "7001", "display": "新主管", "roles": ["supervisor"], "grade": ["3"],
                          "office": [str(world.offices["SZ"])]}  # fmt: skip
    answer = admin.post("/admin/accounts/new", data)
    assert answer.status_code == 200 and "岗位和级别等第二人同意" in read(answer.text).text()
    assert holds("7001") == (set(), 1)
    assert press(enter("supervisor"), "/agree") == 303
    assert holds("7001") == ({"supervisor"}, 3)


def test_a_release_officer_without_finance_is_refused_at_the_field(enter, world: World) -> None:
    admin, url = enter("admin"), f"/admin/accounts/{world.users['agent']}"
    answer = admin.post(url, admin.form(url, url).data() | {"roles": ["agent", "release"]})
    assert answer.status_code == 422 and "roles-e" in answer.text and "提单核放员" in answer.text


def test_agreeing_twice_is_told(enter, world: World) -> None:
    ask(enter("admin"), world.users["agent"], ["agent", "finance"])
    lead = enter("supervisor")
    form = next(f for f in lead.page("/admin/grants").forms if f.action.endswith("/agree"))
    assert lead.send(form).status_code == 303
    assert enter("supervisor2").post(f"{waiting()}/agree").status_code == 409
    assert lead.post("/admin/grants/999999/agree").status_code == 404


def test_the_second_decider_is_a_person_of_the_desk_and_takes_a_second_person(enter, world: World) -> None:
    admin, url = enter("admin"), f"/admin/figures/change.second_decider?office={world.offices['SZ']}"
    for typed, code in (("nobody.here", 422), ("no name!", 422), ("agent2", 303)):
        form = admin.form(url, "/change.second_decider")
        assert admin.send(form, value=typed).status_code == code, typed
    assert press_figure(enter("supervisor")) == 303
    form = admin.form(url, "/change.second_decider")
    assert form.data()["value"] == ["agent2"]
    assert admin.send(form, value="").status_code == 303


def press_figure(person: Person) -> int:
    form = next(f for f in person.page("/admin/figures/agree").forms if "/agree/" in f.action)
    return person.send(form).status_code

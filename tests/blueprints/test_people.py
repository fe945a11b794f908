"""Signing in and out, own settings and password, language (SYS-01, E-25, E-32)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import SignIn, User, UserSession, db
from rules import accounts
from rules.store import system, write_tx
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.world import World

PASSWORD = "correct horse battery"


@pytest.fixture
def stranger(enter) -> Person:
    return enter(None)


@pytest.fixture
def known(world: World) -> World:
    """The agent has a real password."""
    with write_tx(system("setup"), "setup") as tx:
        tx.session.get_one(User, world.users["agent"]).password_hash = accounts.hashed(PASSWORD)
    return world


def sign_in(browser: Person, name: str = "agent", password: str = PASSWORD, **other: str):
    form = browser.form("/login", "/login")
    return browser.post("/login", form.data(username=name, password=password, **other))


def account(name: str) -> User:
    db.session.rollback()
    return db.session.scalars(select(User).where(User.name == name)).one()


@pytest.mark.rule("SYS-01")
def test_one_signs_in_and_out_and_a_kept_cookie_is_worth_nothing(stranger, known):
    answer = sign_in(stranger, " Agent ")
    assert answer.status_code == 303 and answer.location == "/queue"
    kept = stranger.client.get_cookie("__Host-desk", domain="localhost")
    assert kept and kept.secure and kept.http_only and kept.path == "/" and not kept.domain.startswith(".")
    page = stranger.page("/settings")
    out = stranger.send(next(f for f in page.forms if f.action == "/logout"))
    assert out.status_code == 303 and out.location == "/login" and "storage" in out.headers["Clear-Site-Data"]
    stranger.client.set_cookie("__Host-desk", kept.value, domain="localhost", secure=True)
    assert stranger.get("/queue").status_code == 302


def test_each_role_starts_its_day_where_it_works(enter, world):
    starts = {"agent": "/queue", "supervisor": "/queue", "finance": "/queue", "auditor": "/history", "admin": "/admin"}
    for name, start in starts.items():
        assert enter(name).get("/").location.rstrip("/") == start, name
        assert enter(name).get("/login").location.rstrip("/") == start, name


@pytest.mark.parametrize(
    ("name", "password"), [("agent", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("agent\x00x", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(stranger, known, name, password):
    answer = sign_in(stranger, name, password)
    assert answer.status_code == 422 and 'href="#username">' in answer.text
    assert len(read(answer.text).text()) == len(read(sign_in(stranger, "agent2", "x").text).text())
    assert stranger.get("/queue").status_code == 302 and PASSWORD not in answer.text


def test_after_five_wrong_tries_one_waits_and_is_told_how_long(stranger, known, clock):
    for _ in range(5):
        sign_in(stranger, password="wrong horse battery")
    answer = sign_in(stranger)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    assert db.session.scalars(select(SignIn).where(SignIn.ok)).first() is None
    clock.forward(2)
    assert sign_in(stranger).status_code == 303


@pytest.mark.parametrize("change", ["disabled", "expired", "password", "ended", "idle", "old"])
def test_a_session_ends_when_it_should(enter, world: World, clock, change):
    agent = enter("agent")
    assert agent.get("/queue").status_code == 200
    with write_tx(system("setup"), "setup") as tx:
        user = tx.session.get_one(User, world.users["agent"])
        row = tx.session.scalars(select(UserSession).where(UserSession.user_id == user.id)).one()
        if change == "disabled":
            user.disabled_at = clock.at
        elif change == "expired":
            user.expires_on = clock.at.date().replace(day=1)
        elif change == "password":
            user.password_version += 1
        elif change == "ended":
            row.ended_at = clock.at
    if change == "idle":
        clock.forward(241)
    if change == "old":
        for _ in range(13):
            clock.forward(59)
            agent.get("/queue")
    assert agent.get("/queue").status_code == 302
    expired = agent.get("/queue", htmx=True)
    assert (
        expired.status_code == 401 and expired.headers["HX-Retarget"] == "#alert" and 'target="_blank"' in expired.text
    )


@pytest.mark.parametrize(
    "next_url",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/%5cevil.example", "/\t/evil.example", "javascript:alert(1)",
     "/%2fevil.example", "/\n/evil.example", "///evil.example", "http:evil.example", " //evil.example", "/%09/evil.example"],
)  # fmt: skip
def test_signing_in_never_leads_away(stranger, known, next_url):
    page = stranger.get("/login", query_string={"next": next_url})
    form = next(f for f in read(page.text).forms if f.action == "/login")
    assert ("next", "") in form.fields
    answer = sign_in(stranger, next=next_url)
    assert answer.status_code == 303 and answer.location == "/queue"


def test_signing_in_leads_back_to_what_was_asked_for(stranger, known):
    asked = stranger.get("/queue?view=office&kind=change")
    assert asked.status_code == 302
    form = read(stranger.get(asked.location).text).forms
    answer = stranger.send(next(f for f in form if f.action == "/login"), username="agent", password=PASSWORD)
    assert answer.location == "/queue?view=office&kind=change"


def test_habits_are_kept_with_the_account(enter, world):
    agent = enter("agent")
    form = next(f for f in agent.page("/settings").forms if f.action == "/settings")
    answer = agent.send(form, theme="dark", language="en", density="tight", keys="off", sound_new="y")
    assert answer.status_code == 303
    user = account("agent")
    assert (user.theme, user.language, user.tight, user.keys, user.sound_new) == ("dark", "en", True, False, True)
    html = agent.get("/settings").text
    assert 'lang="en"' in html and 'data-theme="dark"' in html and 'data-keys="off"' in html
    assert agent.send(form, theme="x").status_code == 422


def test_a_habit_form_grants_nothing(enter, world):
    agent = enter("agent")
    form = next(f for f in agent.page("/settings").forms if f.action == "/settings")
    agent.send(form, grade="4", roles="admin", office_id="", display="总经理", must_change="0", password_hash="x")
    user = account("agent")
    assert (user.grade, user.display, user.password_hash) == (1, "同事agent", "x")
    assert enter("agent").get("/admin").status_code == 403


def test_the_language_is_switched_before_and_after_signing_in(stranger, enter, world):
    form = next(f for f in stranger.page("/login").forms if f.action == "/language")
    answer = stranger.send(form)
    assert answer.status_code == 303 and answer.location == "/login"
    assert stranger.page("/login").lang == "en"
    agent = enter("agent")
    form = next(f for f in agent.page("/queue?view=office").forms if f.action == "/language")
    assert agent.send(form).location == "/queue?view=office"
    assert agent.page("/queue").lang == "en" and account("agent").language == "en"
    assert agent.post("/language", {"language": "xx", "back": "//evil.example"}).location == "/login"


def test_the_browsers_wish_counts_until_somebody_chooses(stranger, world):
    for wish, lang in (
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
    ):
        assert read(stranger.get("/login", headers={"Accept-Language": wish}).text).lang == lang, wish


def test_a_new_password_needs_the_present_one_and_signs_other_browsers_out(app, enter, known):
    agent = Person(app, known, "agent")
    other = Person(app, known, "agent")
    form = next(f for f in agent.page("/settings").forms if f.action == "/password")
    new = "a much better sentence 9"
    for given in ({"current": "x"}, {"again": "another sentence 9"}, {"new": "short", "again": "short"},
                  {"new": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"}, {"new": "my agent agent", "again": "my agent agent"}):  # fmt: skip
        answer = agent.send(form, **({"current": PASSWORD, "new": new, "again": new} | given))
        assert answer.status_code == 422 and new not in answer.text and 'aria-invalid="true"' in answer.text, given
    answer = agent.send(form, current=PASSWORD, new=new, again=new)
    assert answer.status_code == 303
    assert agent.get("/queue").status_code == 200 and other.get("/queue").status_code == 302
    fresh = Person(app)
    assert sign_in(fresh).status_code == 422 and sign_in(fresh, password=new).status_code == 303


def test_a_one_time_password_must_be_changed_first(enter, world: World):
    with write_tx(system("setup"), "setup") as tx:
        tx.session.get_one(User, world.users["agent"]).must_change = True
    agent = enter("agent")
    for url in ("/queue", "/register", "/customers"):
        assert agent.get(url).location == "/settings"
    assert agent.post("/cases", {"kind": "inquiry"}).location == "/settings"
    assert agent.page("/settings").headings[0] == 1

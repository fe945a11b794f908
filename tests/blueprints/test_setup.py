"""The first run, and what the machine that watches the desk is told (E-32)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from blueprints import setup as first_run
from models import Department, Office, User, db
from rules import accounts, history
from tests import factories
from tests.blueprints.desk import Person
from tests.blueprints.reading import read

GIVEN: dict[str, Any] = {
    "code": "SZ", "name": "深圳华强营业部", "hours": "08:30-12:00 13:30-17:30", "days": ["0", "1", "2", "3", "4", "5"],
    "username": "Adm1", "display": "管理员", "new": "correct horse battery", "again": "correct horse battery",
}  # fmt: skip


@pytest.fixture
def stranger(app: Flask) -> Iterator[Person]:
    """A browser before an empty desk, which forgets afterwards that it has been set up."""
    app.extensions.pop(first_run.KNOWN, None)
    yield Person(app)
    app.extensions.pop(first_run.KNOWN, None)


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def start(person: Person, **other: Any) -> Any:
    return person.send(person.form("/setup", "/setup"), **GIVEN | other)


@pytest.mark.parametrize("url", ["/login", "/setup/", "/no/such/page"])
def test_an_empty_desk_leads_every_address_to_one_page(url: str, stranger: Person) -> None:
    answer = stranger.get(url)
    assert answer.status_code == 303 and answer.location == "/setup"


@pytest.mark.parametrize("url", ["/", "/queue", "/customers", "/admin", "/import", "/settings"])
def test_an_empty_desk_leads_there_by_way_of_signing_in(url: str, stranger: Person) -> None:
    answer = stranger.get(url, follow_redirects=True)
    assert answer.request.path == "/setup" and answer.status_code == 200


def test_the_first_run_makes_an_administrator_who_signs_in_and_then_never_again(stranger: Person) -> None:
    form = stranger.form("/setup", "/setup")
    answer = stranger.send(form, **GIVEN)
    assert answer.status_code == 303 and answer.location == "/login"
    user = accounts.by_name(db.session(), "adm1")
    assert user and accounts.matches(user, GIVEN["new"]) and not user.must_change
    assert count(Department) > 10
    assert stranger.get("/setup").location == "/login" and stranger.get("/login").status_code == 200
    assert stranger.send(form, **GIVEN | {"username": "intruder"}).location == "/login"
    assert count(User) == 1 and count(Office) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": ""}, "code"), ({"name": ""}, "name"), ({"zone": "Mars/Olympus"}, "zone"), ({"hours": "always"}, "hours"),
        ({"days": []}, "days"), ({"username": ""}, "username"), ({"username": "a b"}, "username"), ({"display": ""}, "display"),
        ({"new": "short", "again": "short"}, "new"), ({"new": "adm1 adm1 adm1", "again": "adm1 adm1 adm1"}, "new"),
        ({"again": "another thing altogether"}, "again"), ({"new": "", "again": ""}, "new"),
    ],
)  # fmt: skip
def test_a_first_run_that_does_not_hold_is_refused_and_the_desk_stays_empty(
    wrong: dict[str, Any], field: str, stranger: Person
) -> None:
    answer = start(stranger, **wrong)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
    assert GIVEN["new"] not in answer.text and read(answer.text).title.startswith("有错")
    assert (count(User), count(Office)) == (0, 0)


def test_two_first_runs_at_once_make_one_desk(stranger: Person) -> None:
    forms = [Person(stranger.app) for _ in range(2)]
    drawn = [(person, person.form("/setup", "/setup")) for person in forms]
    answers: list[Any] = []

    def send(person: Person, form: Any, number: int) -> None:
        answers.append(person.send(form, **GIVEN | {"code": f"S{number}", "username": f"adm{number}"}))

    threads = [threading.Thread(target=send, args=(person, form, n)) for n, (person, form) in enumerate(drawn)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.location for a in answers} == {"/login"}
    assert (count(User), count(Office)) == (1, 1)


def test_the_first_run_speaks_english_when_asked(stranger: Person) -> None:
    stranger.post(
        "/language",
        {"csrf_token": stranger.form("/setup", "/language").data()["csrf_token"], "language": "en", "back": "/setup"},
    )
    assert read(stranger.get("/setup").text).lang == "en"


def test_health_tells_no_secret_and_needs_no_sign_in(stranger: Person) -> None:
    answer = stranger.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"ok": True, "database": "answers", "chain tail": "fits"}


def test_health_says_when_the_newest_event_does_not_fit(stranger: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with factories.writing() as tx:
        factories.make_office(tx, "SZ")
    monkeypatch.setattr(history, "sign", lambda line: "0" * 64)
    answer = stranger.app.test_client().get("/health", base_url="https://localhost")
    assert answer.status_code == 503 and answer.json["chain tail"] == "does not fit"


def test_health_says_when_the_database_does_not_answer(stranger: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.health.select", lambda *_: text("SELECT nothing FROM nowhere"))
    answer = stranger.app.test_client().get("/health", base_url="https://localhost")
    assert answer.status_code == 503 and answer.json == {
        "ok": False,
        "database": "does not answer",
        "chain tail": "unknown",
    }


def test_the_mark_is_there_under_its_old_name(stranger: Person) -> None:
    assert stranger.app.test_client().get("/favicon.ico", base_url="https://localhost").mimetype == "image/svg+xml"

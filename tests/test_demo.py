"""The demo is an office one can work in at once, and never touches another desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import demo
import demo_data
from app import create_app
from models import Case, Event, Shipment, User, db
from rules import accounts, history, identifiers, queue
from rules.policy import unseen
from rules.store import Actor, now
from rules.words import Refused
from rules.workflow import KINDS
from tests import served

ACCOUNT = re.compile(r"^(\w+) +([0-9a-f-]{19}) ", re.MULTILINE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A demo, made once."""
    app = create_app(
        FIRSTHAND_DATA=str(tmp_path_factory.mktemp("demo")), FIRSTHAND_DEMO="1", FIRSTHAND_INSECURE_HTTP="1"
    )
    with app.app_context():
        demo.run(app, lambda *_args, **_values: None, None)
    return app


@pytest.fixture
def office(made: Flask) -> Iterator[Flask]:
    """The demo, in an application context."""
    with made.app_context():
        yield made
        db.session.rollback()


def person(login: str) -> Actor:
    user = accounts.by_name(db.session(), login)
    assert user is not None
    roles = frozenset(held.role for held in user.roles)
    return Actor(user.id, login, user.display, roles, user.grade, user.office_id)


def bands(login: str) -> dict[str, int]:
    moment = now()
    wanted = queue.Filter(queue.MINE, moment, moment + timedelta(hours=12))
    return queue.counts(db.session(), person(login), wanted, list(KINDS))


def rows(model: Any) -> list[Any]:
    return list(db.session.scalars(unseen(select(model))))


def test_there_is_an_account_for_every_role(office: Flask) -> None:
    held = {role.role for login, *_ in demo_data.PEOPLE for role in _user(login).roles}
    assert held == {"agent", "supervisor", "finance", "release", "auditor", "admin"}


def _user(login: str) -> User:
    user = accounts.by_name(db.session(), login)
    assert user is not None
    return user


def test_an_agents_queue_has_work_in_every_band(office: Flask) -> None:
    found = bands("lin")
    assert found["late"] >= 2 and found["soon"] >= 2 and found["today"] >= 4
    assert found["total"] > found["late"] + found["soon"] + found["today"] - 1


@pytest.mark.parametrize("login", ["chen", "zhou", "hu", "gu"])
def test_everybody_else_has_something_to_do(office: Flask, login: str) -> None:
    assert bands(login)["total"] >= 2


def test_every_state_of_a_change_can_be_looked_at(office: Flask) -> None:
    states = {case.state for case in rows(Case) if case.kind == "change"}
    assert states == {"asked", "proof_missing", "waiting", "approved", "refused", "withdrawn", "executed"}


def test_the_goods_have_numbers_that_stand_their_checks(office: Flask) -> None:
    goods = rows(Shipment)
    assert len(goods) >= 60 and {s.mode for s in goods} == {"air", "sea", "road"}
    for shipment in goods:
        if shipment.mode == "air":
            assert identifiers.awb(shipment.number)
        if shipment.container:
            assert identifiers.container(shipment.container) == shipment.container


def test_everything_happened_in_order_and_the_chain_is_whole(office: Flask) -> None:
    moments = list(db.session.scalars(select(Event.at).order_by(Event.seq)))
    assert moments == sorted(moments) and moments[-1] <= now()
    assert history.verify(db.session()).bad is None


def test_making_it_again_changes_only_the_passwords(office: Flask) -> None:
    before = len(rows(Case)), _user("lin").password_hash
    said: list[str] = []
    demo.run(office, lambda _msgid, **values: said.append(str(values)), None)
    assert len(rows(Case)) == before[0]
    db.session.rollback()
    db.session.expire_all()
    assert _user("lin").password_hash != before[1]
    assert sum("lin" in line for line in said) == 1


def test_the_passwords_told_are_those_that_open_the_door(office: Flask) -> None:
    told = {login: password for login, _display, _role, _office, password in demo.renew_passwords()}
    db.session.expire_all()
    assert accounts.matches(_user("he"), told["he"]) and not accounts.matches(_user("he"), told["lin"])


def test_another_desk_is_never_touched(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    assert served.flask(data, "db", "upgrade").returncode == 0
    assert served.flask(data, "office", "add", "SZ", "真营业部").returncode == 0
    before = (data / "desk.db").read_bytes()
    done = served.flask(data, "demo", "--no-serve")
    assert done.returncode == 1 and "not a demo" in done.stderr and "Traceback" not in done.stderr
    assert (data / "desk.db").read_bytes() == before


def test_a_demo_half_made_says_so(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "READY", "demo.never")
    with pytest.raises(Refused, match="interrupted"):
        demo.is_demo()


def test_the_command_makes_an_office_to_sign_in_to(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    made_once = served.flask(data, "demo", "--no-serve")
    assert made_once.returncode == 0, made_once.stderr
    with served.serving(data, "demo") as port:
        log = (tmp_path / f"server-{port}.log").read_text()
        passwords = dict(ACCOUNT.findall(log))
        assert set(passwords) == {login for login, *_ in demo_data.PEOPLE}
        browser = served.Browser(port)
        browser.sign_in("lin", passwords["lin"])
        code, page = browser.get("/queue")
    assert code == 200 and "CMP-" in page

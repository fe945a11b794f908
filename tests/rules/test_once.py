"""A form is carried out once, however often it is sent (E-24)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from models import Department, FormToken, db
from rules import once
from rules.once import Repeated, claim, digest, keep
from rules.store import write_tx
from tests import factories as make

FIELDS = [("text", "你好"), ("channel", "phone"), ("csrf_token", "abc")]


def send(who, key="k1", body="b1", result="/departments/1"):
    """Carry a form out as a view does: claim, do, keep."""
    with write_tx(who, "department.add") as tx:
        claim(tx, key, body)
        tx.add(Department(code=f"D{tx.session.scalar(select(func.count()).select_from(Department))}", name="x"))
        keep(tx, key, body, result)


def made():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Department))


def test_the_second_sending_changes_nothing_and_is_told_the_first_ones_result(desk):
    send(desk.agent)
    for _ in range(3):
        with pytest.raises(Repeated) as again:
            send(desk.agent)
        assert again.value.result == "/departments/1"
    assert made() == 1


def test_ten_equal_sendings_at_once_make_one(app, desk):
    results = []

    def work():
        with app.app_context():
            try:
                send(desk.agent)
                results.append("made")
            except Repeated as again:
                results.append(again.result)

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["/departments/1"] * 9 + ["made"]
    assert made() == 1


@pytest.mark.parametrize(
    "other",
    [{"key": "k2"}, {"body": "b2"}, {"who": "colleague"}],
    ids=["another token", "another content", "another person"],
)
def test_another_form_is_another_form(desk, other):
    send(desk.agent)
    who = getattr(desk, other.get("who", "agent"))
    send(who, **{name: value for name, value in other.items() if name != "who"})
    assert made() == 2


def test_a_form_that_failed_may_be_sent_again(desk):
    with pytest.raises(ZeroDivisionError), write_tx(desk.agent, "x") as tx:
        claim(tx, "k1", "b1")
        1 / 0  # noqa: B018
    send(desk.agent)
    assert made() == 1
    assert db.session.scalar(select(func.count()).select_from(FormToken)) == 1


def test_an_overlong_token_is_cut_and_still_counts_once(desk):
    send(desk.agent, key="k" * 200, result="/x" * 400)
    with pytest.raises(Repeated) as again:
        send(desk.agent, key="k" * 200)
    assert len(again.value.result) == 300


@pytest.mark.parametrize(
    ("path", "sent", "same"),
    [
        ("/cases", FIELDS, True),
        ("/cases", list(reversed(FIELDS)), True),
        ("/cases", [*FIELDS[:2], ("csrf_token", "another")], True),
        ("/cases", [("text", "您好"), *FIELDS[1:]], False),
        ("/cases", [*FIELDS, ("text", "你好")], False),
        ("/cases/CMP-1/answer", FIELDS, False),
        ("/cases", [("channel", "phone\ntext=你好"), ("csrf_token", "abc")], False),
    ],
)
def test_two_sendings_are_the_same_form_when_address_and_content_are(path, sent, same):
    assert (digest(path, sent) == digest("/cases", FIELDS)) is same


def test_both_databases_are_known(app):
    assert db.engine.dialect.name in once.INSERTS
    assert make.TEN.tzinfo is not None

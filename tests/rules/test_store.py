"""The one way to change data (E-11): nothing outside it, nothing nested in it, nothing lost in it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, insert, select, text, update

from models import Case, Customer, Department, Office, Turn, db
from rules import history, store
from rules.policy import unseen
from rules.store import Busy, next_id, system, write_tx
from tests import factories as make
from tests import nets


def _department(code="ROUTE"):
    return Department(code=code, name=code)


def test_a_write_keeps_what_was_added_under_the_desks_clock(desk, clock):
    with write_tx(desk.agent, "department.add") as tx:
        assert (tx.at, tx.actor, tx.action) == (clock.at, desk.agent, "department.add")
        made = tx.add(_department())
        assert made.id is not None
    assert db.session.scalar(select(func.count()).select_from(Department)) == 1


def test_a_write_may_stand_at_a_given_moment(desk, clock):
    with write_tx(system(), "demo", at=make.TEN.replace(hour=1)) as tx:
        assert tx.at == make.TEN.replace(hour=1)
        tx.add(_department())
    assert make.events(action="demo")[0].at == make.TEN.replace(hour=1)


def test_a_write_that_fails_keeps_nothing(desk):
    before = len(make.events())
    with pytest.raises(ZeroDivisionError), write_tx(desk.agent, "x") as tx:
        tx.add(_department())
        1 / 0  # noqa: B018
    assert db.session.scalar(select(func.count()).select_from(Department)) == 0
    assert len(make.events()) == before
    with write_tx(desk.agent, "x") as tx:  # and the next one goes through
        tx.add(_department())


def test_a_write_inside_a_write_is_refused_and_the_outer_one_goes_on(desk):
    with write_tx(desk.agent, "outer") as tx:
        tx.add(_department("A"))
        with pytest.raises(RuntimeError, match="a write inside a write"), write_tx(desk.agent, "inner"):
            pass
        tx.add(_department("B"))
    assert db.session.scalar(select(func.count()).select_from(Department)) == 2


@pytest.mark.parametrize("how", ["added", "changed", "deleted"])
def test_no_row_is_changed_outside_a_write(desk, how):
    with make.writing() as tx:
        tx.add(_department("A"))
    row = db.session.scalars(select(Department)).one()
    if how == "added":
        db.session.add(_department("B"))
    elif how == "changed":
        row.name = "anders"
    else:
        db.session.delete(row)
    with pytest.raises(RuntimeError, match="a change outside write_tx"):
        db.session.flush()
    db.session.rollback()
    assert db.session.scalars(select(Department.name)).all() == ["A"]


def test_a_tracked_row_is_never_deleted(desk):
    with make.writing() as tx:
        tx.add(_department())
    with pytest.raises(RuntimeError, match="Department may not be deleted"), make.writing() as tx:
        tx.session.delete(tx.session.scalars(select(Department)).one())
        tx.session.flush()


def test_numbers_given_by_hand_follow_each_other_without_gaps(desk):
    for expected in (1, 2, 3):
        with make.writing() as tx:
            assert next_id(tx.session, Department) == expected
            tx.add(Department(id=expected, code=f"D{expected}", name="x"))


# ------------------------------------------------------------------------------------------ several at once


def test_eight_writers_lose_nothing_and_leave_one_whole_chain(app, desk):
    wrong = []

    def work():
        try:
            with app.app_context():
                for _ in range(5):
                    with write_tx(desk.agent, "count") as tx:
                        customer = tx.session.scalars(
                            unseen(select(Customer).where(Customer.id == desk.customer))
                        ).one()
                        customer.term_days = (customer.term_days or 0) + 1
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    db.session.rollback()
    assert db.session.scalar(unseen(select(Customer.term_days).where(Customer.id == desk.customer))) == 40
    assert len(make.events(action="count")) == 40
    assert history.verify(db.session()).bad is None


def test_who_waits_too_long_for_another_writer_of_this_process_is_told_so(desk, monkeypatch):
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.05)
    with store._write_lock, pytest.raises(Busy), write_tx(desk.agent, "x"):
        pass
    with write_tx(desk.agent, "x") as tx:
        tx.add(_department())


def test_who_waits_too_long_for_another_program_is_told_so(desk, monkeypatch):
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.2)
    with db.engine.connect().execution_options(w=True) as other:
        if db.engine.dialect.name == "postgresql":
            other.exec_driver_sql(f"SELECT pg_advisory_xact_lock({store.ADVISORY_KEY})")
        else:
            db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 200")
            other.exec_driver_sql("SELECT 1")  # its BEGIN IMMEDIATE holds the file
        with pytest.raises(Busy), write_tx(desk.agent, "x"):
            pass
    with write_tx(desk.agent, "x") as tx:
        tx.add(_department())


def test_sqlite_is_set_to_keep_what_it_promised(app):
    if db.engine.dialect.name != "sqlite":
        assert db.engine.dialect.name == "postgresql"
        return
    values = {name: db.session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in (
        "journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")}  # fmt: skip
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
    }


# ------------------------------------------------------------------------------------------ the nets themselves

PAST_THE_FILTER = {
    "a whole row": lambda: select(Customer),
    "a count": lambda: select(func.count()).select_from(Case),
    "a join": lambda: select(Office.id).join(Customer, Customer.office_id == Office.id),
    "a subquery": lambda: select(Office.id).where(Office.id.in_(select(Customer.office_id))),
    "a union": lambda: select(Office.id).union_all(select(Turn.id)),
    "plain text": lambda: text("SELECT name FROM customers"),
    "a list of tables": lambda: text("SELECT o.id FROM offices o, turns t"),
}


@pytest.mark.parametrize("what", PAST_THE_FILTER)
def test_the_visibility_net_catches(desk, what):
    with nets.catching() as found, pytest.raises(AssertionError, match="without visible"):
        db.session.execute(PAST_THE_FILTER[what]())
    assert len(found) == 1


def test_the_visibility_net_lets_marked_statements_and_refreshes_pass(desk):
    customer = db.session.scalars(unseen(select(Customer))).first()
    db.session.expire(customer)
    assert customer.name == "启明通讯设备"
    db.session.execute(unseen(text("SELECT name FROM customers")))
    db.session.execute(select(Office))


@pytest.mark.parametrize("statement", [
    lambda: insert(Department).values(code="A", name="A", active=True, version=1),
    lambda: update(Department).values(name="B"),
    lambda: text("DELETE FROM departments"),
])  # fmt: skip
def test_the_write_net_catches_what_goes_past_write_tx(desk, statement):
    with nets.catching() as found, pytest.raises(AssertionError, match="writes outside write_tx"):
        db.session.execute(statement())
    assert len(found) == 1

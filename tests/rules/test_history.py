"""The history (E-13): every change once, typed, chained by a keyed hash; and nothing that is done to it goes unseen."""

from __future__ import annotations

import hashlib
import hmac
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import DatabaseError

from migrations import triggers
from models import Agreement, Customer, Department, Event, User, UserRole, db
from rules import history
from rules.store import Actor, write_tx
from tests import factories as make


def diffs(**where):
    return [json.loads(event.diff) for event in make.events(**where)]


# ------------------------------------------------------------------------------------------ what is written


def test_each_changed_object_gives_one_event_per_request(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", text="5.2 元", said="多少钱", to="shipper", channel="phone")
    found = make.events(action="inquiry.answer")
    assert sorted(event.object_type for event in found) == ["clocks", "inquiry", "messages"]
    assert {event.request_id for event in found} == {"req"}
    assert {event.actor_id for event in found} == {desk.agent.user_id}
    assert [event.seq for event in found] == list(range(found[0].seq, found[0].seq + 3))


def test_several_flushes_of_one_request_give_one_event_from_the_first_to_the_last(desk):
    with write_tx(desk.agent, "customer.edit") as tx:
        customer = _customer(tx, desk.customer)
        for name in ("甲", "乙", "丙"):
            customer.name = name
            tx.session.flush()
    assert diffs(action="customer.edit") == [{"name": ["启明通讯设备", "丙"]}]


def test_what_is_changed_and_changed_back_is_no_change(desk):
    with write_tx(desk.agent, "customer.edit") as tx:
        customer = _customer(tx, desk.customer)
        customer.name = "甲"
        tx.session.flush()
        customer.name, customer.warning = "启明通讯设备", "迟付"
    assert diffs(action="customer.edit") == [{"warning": [None, "迟付"]}]


def test_what_stood_before_is_known_of_a_row_that_was_read_before_the_write(desk):
    customer = make.goods_of(desk.shipment).customer
    assert customer.name == "启明通讯设备"
    with write_tx(desk.agent, "customer.edit"):
        customer.name, customer.grade = "启明", "B"
    assert diffs(action="customer.edit") == [{"name": ["启明通讯设备", "启明"], "grade": ["A", "B"]}]


def test_a_new_row_is_written_whole_and_derived_columns_never(desk):
    ref = make.inquiry(desk.agent, desk)
    case = make.matter(ref)
    (found,) = diffs(object_type="inquiry", object_id=case.id)
    assert found["ref"] == [None, ref]
    assert found["owner_id"] == [None, {"t": "link", "to": "users", "v": desk.agent.user_id}]
    assert not found.keys() & {"due_at", "due_name", "chases", "gist", "version"}
    event = make.events(object_type="inquiry")[0]
    assert (event.object_ref, event.case_id, event.customer_id, event.version) == (ref, case.id, desk.customer, 1)


def test_values_say_what_they_are(desk):
    with write_tx(desk.finance, "agreement.add") as tx:
        tx.add(
            Agreement(
                customer_id=desk.customer, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), credit_minor=500_000
            )
        )
        _customer(tx, desk.customer).stopped_at = datetime(2026, 11, 18, 2, 0, 0, 5, tzinfo=UTC)
    agreement, customer, hold = sorted(diffs(action="agreement.add"), key=lambda diff: "side" in diff)
    assert hold["side"] == [None, "finance"]  # the stop is a hold as well, with who and why
    assert agreement["starts_on"] == [None, {"t": "day", "v": "2026-01-01"}]
    assert agreement["credit_minor"] == [None, {"t": "money", "v": 500_000}]
    assert agreement["customer_id"] == [None, {"t": "link", "to": "customers", "v": desk.customer}]
    assert agreement["currency"] == [None, "CNY"]
    assert customer == {"stopped_at": [None, {"t": "time", "v": "2026-11-18T02:00:00.000005Z"}]}


def test_a_password_never_stands_in_the_history(desk):
    with write_tx(desk.admin, "account.password") as tx:
        user = tx.session.get(User, desk.agent.user_id)
        user.password_hash, user.password_version = "$argon2id$verysecret", 2
    assert diffs(action="account.password") == [
        {"password_hash": [{"t": "secret"}, {"t": "secret"}], "password_version": [1, 2]}
    ]
    assert "verysecret" not in "".join(event.diff for event in make.events())
    assert {json.loads(e.diff)["password_hash"][1]["t"] for e in make.events(object_type="users", action="test")} == {
        "secret"
    }


def test_a_new_password_alone_is_an_event_too(desk):
    with write_tx(desk.admin, "account.password") as tx:
        tx.session.get(User, desk.agent.user_id).password_hash = "$argon2id$verysecret"
    assert diffs(action="account.password") == [{"password_hash": [{"t": "secret"}, {"t": "secret"}]}]


def test_a_role_given_and_taken_away_is_written(desk):
    with write_tx(desk.admin, "account.roles") as tx:
        tx.add(UserRole(user_id=desk.agent.user_id, role="finance"))
    with write_tx(desk.admin, "account.roles") as tx:
        tx.session.delete(tx.session.get(UserRole, (desk.agent.user_id, "finance")))
    given, taken = diffs(action="account.roles")
    assert (given["role"], taken["role"]) == ([None, "finance"], ["finance", None])


@pytest.mark.rule("SYS-02")
def test_who_acted_with_which_roles_from_where_and_why_is_written(desk):
    who = Actor(desk.agent.user_id, "1882", "林晓雯", frozenset({"finance", "agent"}), office_id=desk.office,
                request_id="r-7", route="POST /customers", address="10.0.0.7")  # fmt: skip
    with write_tx(who, "customer.edit") as tx:
        tx.reason, tx.on_behalf_of = "客户来函", "周明 1901"
        _customer(tx, desk.customer).warning = "迟付"
    (event,) = make.events(action="customer.edit")
    assert (event.actor, event.role, event.request_id, event.route, event.address) == (
        "林晓雯 1882", "agent+finance", "r-7", "POST /customers", "10.0.0.7",
    )  # fmt: skip
    assert (event.reason, event.on_behalf_of, event.office_id, event.at) == (
        "客户来函",
        "周明 1901",
        desk.office,
        make.TEN,
    )


def test_a_write_that_changes_nothing_leaves_no_event(desk):
    before = len(make.events())
    with write_tx(desk.agent, "customer.edit") as tx:
        _customer(tx, desk.customer).name = "启明通讯设备"
    assert len(make.events()) == before


def _customer(tx, customer_id):
    return tx.session.get_one(Customer, customer_id, execution_options={"visible": "system"})


# ------------------------------------------------------------------------------------------ the chain


def test_the_hash_is_what_the_documents_say(app, desk):
    """HMAC-SHA256 of all columns but the hash, as UTF-8 JSON with sorted keys and no spaces; here reckoned by hand."""
    events = make.events()
    assert events[0].prev == "0" * 64
    for event, following in zip(events, [*events[1:], None], strict=True):
        columns = {c.name: getattr(event, c.key) for c in Event.__table__.columns if c.name != "hash"}
        columns["at"] = columns["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert event.hash == hmac.new(app.config["HISTORY_KEY"], line.encode(), hashlib.sha256).hexdigest()
        assert following is None or following.prev == event.hash


def test_an_untouched_chain_is_whole(desk):
    count = len(make.events())
    assert history.verify(db.session()) == history.Verdict(count, count)
    assert history.verify(db.session(), since=count - 2) == history.Verdict(2, count)
    assert history.verify(db.session(), since=count + 5) == history.Verdict(0, count + 5, count + 5, "missing")


@contextmanager
def past_the_triggers():
    """A connection on which the database does not defend itself, as somebody with the file or the owner's password has."""
    db.session.rollback()
    with db.engine.connect().execution_options(w=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            for name in triggers.RULES:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield connection
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        connection.commit()
    db.session.rollback()


TAMPERED = {
    "at": "'2026-11-18 01:59:59.000000+00'", "actor_id": "NULL", "actor": "'周明'", "role": "'supervisor'", "on_behalf_of": "'x'",
    "office_id": "NULL", "request_id": "'x'", "route": "'x'", "address": "'x'", "action": "'x'", "object_type": "'x'",
    "object_id": "999", "object_ref": "'x'", "version": "99", "case_id": "99", "customer_id": "99", "shipment_id": "99",
    "diff": "'{}'", "reason": "'x'", "hash": f"'{'f' * 64}'",
}  # fmt: skip


@pytest.mark.parametrize("column", TAMPERED)
@pytest.mark.rule("SYS-02")
def test_a_changed_line_is_found_whichever_column_it_is(desk, column):
    with write_tx(desk.agent, "customer.edit") as tx:
        _customer(tx, desk.customer).warning = "迟付"
    target = make.events(action="customer.edit")[0].seq
    make.inquiry(desk.agent, desk)
    value = TAMPERED[column].replace("+00", "") if db.engine.dialect.name == "sqlite" else TAMPERED[column]
    with past_the_triggers() as connection:
        connection.exec_driver_sql(f"UPDATE events SET {column} = {value} WHERE seq = {target}")
    verdict = history.verify(db.session())
    assert (verdict.bad, verdict.why) == (target, "content changed")


def test_the_table_of_tampering_names_every_column():
    assert set(TAMPERED) | {"seq", "prev", "key_id"} == {c.name for c in Event.__table__.columns}


def test_a_line_cut_out_of_the_middle_is_found(desk):
    middle = make.events()[3].seq
    with past_the_triggers() as connection:
        connection.exec_driver_sql(f"DELETE FROM events WHERE seq = {middle}")
    verdict = history.verify(db.session())
    assert (verdict.bad, verdict.why) == (middle, "missing")


def test_a_line_cut_out_with_the_numbers_closed_up_is_found(desk):
    seqs = [event.seq for event in make.events()]
    with past_the_triggers() as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE seq = 4")
        for seq in seqs[4:]:
            connection.exec_driver_sql(f"UPDATE events SET seq = {seq - 1} WHERE seq = {seq}")
    assert (history.verify(db.session()).bad, history.verify(db.session()).why) == (4, "not chained to the one before")


def test_a_cut_link_is_found(desk):
    with past_the_triggers() as connection:
        connection.exec_driver_sql(f"UPDATE events SET prev = '{'e' * 64}' WHERE seq = 5")
    verdict = history.verify(db.session())
    assert (verdict.bad, verdict.why) == (5, "not chained to the one before")


def test_a_line_signed_with_an_unknown_key_is_found(desk):
    with past_the_triggers() as connection:
        connection.exec_driver_sql("UPDATE events SET key_id = 'strange' WHERE seq = 5")
    verdict = history.verify(db.session())
    assert (verdict.bad, verdict.why) == (5, "signed with an unknown key")


def test_a_line_forged_without_the_key_is_found(desk):
    """Somebody who knows the procedure but not the key makes a line of his own, hashed without it."""
    last = make.events()[-1]
    seq, values = last.seq + 1, {name: name for name in (c.name for c in Event.__table__.columns)}
    values |= {"seq": str(seq), "prev": f"'{last.hash}'", "reason": "'genehmigt'"}
    values["hash"] = f"'{hmac.new(b'guess', str(values).encode(), hashlib.sha256).hexdigest()}'"
    with past_the_triggers() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO events ({', '.join(values)}) SELECT {', '.join(values.values())} FROM events WHERE seq = {seq - 1}"
        )
    verdict = history.verify(db.session())
    assert (verdict.bad, verdict.why) == (seq, "content changed")


def test_lines_under_an_older_key_stay_good_after_a_new_key(app, desk):
    try:
        new = history.use_key(b"another key of the desk, 32 bytes")
        make.inquiry(desk.agent, desk)
        assert {event.key_id for event in make.events(object_type="inquiry")} == {new}
        assert history.verify(db.session()).bad is None
    finally:
        history.use_key(app.config["HISTORY_KEY"])


# ------------------------------------------------------------------------------------------ what the database refuses

ASSAULTS = {
    "update": "UPDATE events SET actor = 'x' WHERE seq = 1",
    "update of all": "UPDATE events SET reason = 'x'",
    "delete": "DELETE FROM events WHERE seq = 1",
    "upsert": "INSERT INTO events SELECT * FROM events WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
    "replace": "REPLACE INTO events SELECT * FROM events WHERE seq = 1",
    "truncate": "TRUNCATE events",
    "truncate by a link": "TRUNCATE users CASCADE",
    "a figure changed": "UPDATE settings SET value = '1'",
    "a figure deleted": "DELETE FROM settings",
}
ONLY_ON = {"replace": "sqlite", "truncate": "postgresql", "truncate by a link": "postgresql"}


@pytest.mark.parametrize("assault", ASSAULTS)
@pytest.mark.rule("SYS-02")
def test_the_database_refuses(desk, assault):
    make.set_figure("call.reply", 7)
    if ONLY_ON.get(assault, db.engine.dialect.name) != db.engine.dialect.name:
        assault = "update"  # the other database does not know that statement
    before = [(e.seq, e.actor, e.hash) for e in make.events()]
    db.session.rollback()
    with (
        db.engine.connect().execution_options(w=True) as connection,
        pytest.raises(DatabaseError, match="append-only"),
    ):
        connection.exec_driver_sql(ASSAULTS[assault])
    assert [(e.seq, e.actor, e.hash) for e in make.events()] == before


def test_a_replace_is_refused_even_without_the_desks_own_settings(desk):
    """REPLACE deletes silently unless recursive triggers are on, which another program need not set."""
    if db.engine.dialect.name != "sqlite":
        assert "events_no_truncate" in triggers.STATEMENT_RULES
        return
    db.session.rollback()
    with db.engine.connect().execution_options(w=True) as connection:
        raw = connection.connection.driver_connection
        connection.rollback()
        raw.execute("PRAGMA recursive_triggers = OFF")
        assert raw.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        with pytest.raises(Exception, match="append-only"):
            raw.execute("REPLACE INTO events SELECT * FROM events WHERE seq = 1")
        raw.execute("PRAGMA recursive_triggers = ON")


def test_missing_triggers_are_noticed(desk):
    db.session.rollback()
    with db.engine.connect() as connection:
        assert triggers.missing(connection) == []
        name = "approvals_four_eyes"
        on = " ON approvals" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        assert triggers.missing(connection) == [name]
        connection.rollback()


def test_a_department_is_in_the_history_like_everything_else(desk):
    with write_tx(desk.admin, "department.add") as tx:
        tx.add(Department(code="OPS", name="操作部"))
    (event,) = make.events(action="department.add")
    assert (event.object_type, event.object_ref, event.office_id) == ("departments", "OPS", None)

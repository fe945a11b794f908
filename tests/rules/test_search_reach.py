"""How far the find box reaches: offices, cost, indexes, odd input, filter boxes (E-29, freight 6)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text

from models import Contact, Customer, Office, SearchText, Shipment
from rules import search
from rules.policy import unseen
from tests.rules.searching import (  # noqa: F401
    ADMIN,
    AGENT,
    AT,
    AUDITOR,
    OTHER,
    complaint,
    customer,
    engine,
    found,
    number,
    session,
    shipment,
    statements,
)

# ------------------------------------------------------------------------------------------ who sees what


def test_the_other_office_finds_nothing_and_the_auditor_finds_all(session):
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    goods = shipment(session, number="10000005", consignee="刘玲", destination="北京")
    case = complaint(session)
    asked = {
        "13800133717": ("customer", row.id),
        "北京 刘玲": ("shipment", goods.id),
        "CMP-20418": ("case", case.id),
    }
    for typed, place in asked.items():
        assert found(session, typed, OTHER) == found(session, typed, ADMIN) == []
        assert found(session, typed, AUDITOR) == [place]


def test_hits_of_another_office_do_not_crowd_out_ones_own(session):
    for _ in range(search.CAP + 5):
        customer(session, name="同名物流", office=2)
    own = customer(session, name="同名物流", office=1)
    assert found(session, "同名") == found(session, "tmwl") == [("customer", own.id)]


def test_a_hit_says_what_it_is(session):
    row = customer(session, name="远航", grade="A")
    shipment(session, number="10000005", consignee="刘玲", destination="北京", customer_id=row.id)
    hit = search.find(session, AGENT, "10000005").only
    assert (hit.label, hit.detail, hit.kind, hit.state) == ("10000005", ("北京", "刘玲", "远航"), "air", "A1")


def test_goods_without_a_waybill_are_called_by_another_number(session):
    shipment(session, mode="sea", stage="S0", booking="SO7788", consignee="刘玲", destination="北京")
    assert search.find(session, AGENT, "刘玲").only.label == "SO7788"


def test_many_hits_are_capped(session):
    for _ in range(30):
        shipment(session, number=f"2{next(number):07}", consignee="刘玲", destination="北京")
    assert len(found(session, "刘玲")) == 20
    assert len(found(session, "刘玲", limit=5)) == 5


# ------------------------------------------------------------------------------------------ cost


def test_a_search_that_hits_everything_takes_at_most_five_selects(session, engine):
    customer(session, name="北京远航")
    shipment(session, number="1", consignee="刘玲", destination="北京")
    complaint(session, title="北京")
    session.expire_all()
    with statements(engine) as seen:
        assert len(found(session, "北京")) == 3
    assert len(seen) == 5


def test_nothing_changed_writes_nothing(session, engine):
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    goods = shipment(session, number="10000005", consignee="刘玲", destination="北京")
    with statements(engine) as seen:
        search.index_many(session, [row, goods])
    assert seen
    assert all(statement.startswith("SELECT") for statement in seen)


def test_fifty_new_rows_take_a_few_statements(session, engine):
    rows = [Customer(name=f"客户{key}", office_id=1, created_at=AT) for key in range(50)]
    session.add_all(rows)
    session.flush()
    with statements(engine) as seen:
        search.index_many(session, rows)
    assert len(seen) <= 8
    assert found(session, "客户49") == [("customer", rows[49].id)]


def test_what_is_no_more_is_no_longer_found(session):
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    row.name, row.code = "嘉信数码", "K9"
    contact = session.scalars(unseen(select(Contact))).one()
    contact.phone = "13900139000"
    search.index(session, row)
    assert all(found(session, typed) == [] for typed in ("远航", "shyh", "13800133717", "3717"))
    assert all(found(session, typed) == [("customer", row.id)] for typed in ("嘉信", "jxsm", "13900139000", "k9"))
    assert session.scalar(select(func.count()).select_from(SearchText)) == 1
    if session.get_bind().dialect.name == "sqlite":  # raises when index and text disagree
        session.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))


def test_a_move_to_another_office_moves_the_search_too(session):
    row = customer(session)
    row.office_id = 2
    search.index(session, row)
    assert found(session, "远航") == found(session, "shyh") == []
    assert found(session, "远航", OTHER) == found(session, "shyh", OTHER) == [("customer", row.id)]


def test_numbers_and_words_are_looked_up_in_indexes(session, engine):
    for key in range(300):
        shipment(session, number=f"3{key:07}", consignee=f"刘{key}", destination="北京")
    plan = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[engine.dialect.name]
    plans = ""
    if engine.dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))

    def explain(connection, cursor, statement, parameters, _context, _many):
        nonlocal plans
        second = connection.connection.cursor()
        second.execute(plan + statement, parameters)
        plans += "\n".join(str(row) for row in second.fetchall())

    event.listen(engine, "before_cursor_execute", explain)
    found(session, "北京 刘2")
    found(session, "0123")
    event.remove(engine, "before_cursor_execute", explain)
    for index in {"sqlite": ("ix_search_refs_norm", "ix_search_refs_reversed", "VIRTUAL TABLE INDEX"),
                  "postgresql": ("ix_search_refs_norm", "ix_search_refs_reversed", "ix_search_texts_words")}[
                      engine.dialect.name]:  # fmt: skip
        assert index in plans
    assert "SCAN search_refs" not in plans
    assert "SCAN search_texts" not in plans


# ------------------------------------------------------------------------------------------ odd input

ODD = [
    "", " ", '"', '""', "'", "%", "_", "%%%%", "\\", "(", "C/O", "NEAR(a b)", "a AND", "*", "body:北京", "-北京",
    "\x00", "北\x00京", "\ud800", "🙂", "\uffff", "\U0010ffff", "؀", "ß" * 79, "ﷺ" * 60, "北" * 5000,
    "7" * 10_000, "' OR 1=1 --", "{}", "^a", "a\nb",
]  # fmt: skip


@pytest.mark.parametrize("typed", ODD)
def test_odd_input_finds_nothing_and_raises_nothing(session, typed):
    customer(session)
    assert found(session, typed) == []
    wanted = select(Customer.id).where(Customer.id.in_(search.customers_matching(session, AGENT, typed)))
    assert session.scalars(unseen(wanted)).all() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_may_be_stored_and_asked(session, stored, typed):
    row = customer(session, name=stored.encode("utf-8", "ignore").decode().replace("\x00", "")[:40])
    search.find(session, AGENT, typed)
    assert ("customer", row.id) in found(session, row.code)


def test_percent_and_underscore_are_no_wildcards(session):
    customer(session, name="一百", code="A100")
    assert found(session, "a_00") == found(session, "a%") == found(session, "_100") == []


# ------------------------------------------------------------------------------------------ filter boxes


def test_the_customers_page_is_filtered_by_the_same_rules(session):
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    customer(session, name="嘉信")
    for typed in ("远航", "shyh", "3717", "崔明"):
        wanted = select(Customer.id).where(Customer.id.in_(search.customers_matching(session, AGENT, typed)))
        assert session.scalars(unseen(wanted)).all() == [row.id]


def test_the_shipments_page_is_filtered_by_the_customer_too(session):
    row = customer(session)
    theirs = shipment(session, number="10000005", customer_id=row.id, consignee="刘玲", destination="北京")
    shipment(session, number="10000012")
    for typed in ("远航", "0005", "北京刘", "shyh"):
        wanted = select(Shipment.id).where(Shipment.id.in_(search.shipments_matching(session, AGENT, typed)))
        assert session.scalars(unseen(wanted)).all() == [theirs.id]
        assert session.execute(search.shipments_matching(session, OTHER, typed)).all() == []


def test_what_is_not_searched_is_a_programmers_mistake(session):
    with pytest.raises(TypeError, match="Office"):
        search.index(session, session.get(Office, 1))

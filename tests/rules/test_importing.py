"""Imports end to end on both databases: what is written, what a second run does, and what a file may never undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import (
    Agreement,
    Carrier,
    Case,
    Change,
    ChangeField,
    Contact,
    Customer,
    Event,
    KindState,
    Office,
    Partner,
    SearchRef,
    Shipment,
    User,
    db,
)
from rules import history, importing, store
from rules.plans import Plan, Report
from rules.policy import unseen
from rules.store import Tx, system, write_tx
from rules.tables import Unreadable
from tests.rules import office_files as files

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterable[None]:
    """Two offices, one account, a clock that stands, no pause between the writes."""
    monkeypatch.setattr(importing, "PAUSE", 0)
    store.set_clock(lambda: NOW)
    with write() as tx:
        for code in ("SZ", "GZ"):
            tx.add(Office(code=code, name=code, created_at=NOW))
        tx.add(User(name="agent1", display="林晓雯", password_hash="x", created_at=NOW))
    yield
    store.set_clock(None)


def write() -> Any:
    return write_tx(system("import"), "import")


def check(kind: str, data: bytes, office: str = "SZ") -> Plan:
    home = db.session.scalar(select(Office).where(Office.code == office))
    return importing.check(db.session(), kind, data, "file", home)


def bring(kind: str, data: bytes, office: str = "SZ") -> Report:
    return importing.apply(check(kind, data, office), write)


def customers(*rows: dict[str, Any]) -> Report:
    return bring("customers", files.workbook(rows or [files.customer()]))


def waybills(*rows: dict[str, Any]) -> Report:
    return bring("waybills", files.text(rows or [files.waybill()]))


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.good, report.created, report.updated, len(report.refused)


def one(model: Any, **by: Any) -> Any:
    db.session.rollback()
    return db.session.scalars(unseen(select(model).filter_by(**by))).one()


def size(model: Any) -> int:
    return db.session.scalar(unseen(select(func.count()).select_from(model)))


def edit(model: Any, **values: Any) -> None:
    """Someone at the desk edits the one row of `model` by hand."""
    with write() as tx:
        row = tx.session.scalars(unseen(select(model))).one()
        for name, value in values.items():
            setattr(row, name, value)


def carry_out(**values: Any) -> None:
    """An executed change has set `values` on the one shipment."""
    with write() as tx:
        shipment = tx.session.scalars(unseen(select(Shipment))).one()
        agent = tx.session.scalars(select(User)).one()
        fields = [ChangeField(path=path, old=getattr(shipment, path), new=new) for path, new in values.items()]
        for path, new in values.items():
            setattr(shipment, path, new)
        tx.session.add(executed(tx, shipment, agent, fields))


def executed(tx: Tx, shipment: Shipment, agent: User, fields: list[ChangeField]) -> Change:
    state = tx.session.scalars(select(KindState.state).where(KindState.kind == "change")).first()
    count = tx.session.scalar(unseen(select(func.count()).select_from(Case)))
    return Change(
        ref=f"CHG-{count + 1}", kind="change", state=state, office_id=shipment.office_id, customer_id=shipment.customer_id,
        shipment_id=shipment.id, owner_id=agent.id, assignee_id=agent.id, title="改单", channel="电话", waiting_since=NOW,
        created_at=NOW, created_by_id=agent.id, code="K09", requested_by_id=agent.id, last_editor_id=agent.id,
        shipment_version=1, stage_asked="A2", executed_at=NOW, fields=fields,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ a first import


def test_a_customer_arrives_with_contact_agreement_and_agent() -> None:
    assert counts(customers(files.customer(停办="是"))) == (1, 1, 0, 0)
    customer, contact, agreement = one(Customer), one(Contact), one(Agreement)
    assert (customer.code, customer.grade, customer.vip, customer.state_owned) == ("C10001", "C", True, False)
    assert (customer.stopped_at, customer.stopped_reason) == (NOW, "停办")
    assert (customer.agent_name, customer.agent_id) == ("agent1", one(User).id)
    assert (contact.name, contact.phone, contact.landline) == ("崔明", "13800130791", "021-78490077")
    assert (agreement.starts_on, agreement.ends_on) == (date(2025, 6, 11), date(2026, 6, 11))


def test_an_agent_without_account_is_warned_about_and_joined_when_there_is_one() -> None:
    report = customers(files.customer(负责客服="agent9"))
    assert [(each.line, each.field) for each in report.warned] == [(3, "负责客服")]
    assert one(Customer).agent_id is None
    with write() as tx:
        tx.add(User(name="agent9", display="新人", password_hash="x", created_at=NOW))
    assert counts(customers(files.customer(负责客服="agent9"))) == (1, 0, 1, 0)
    assert one(Customer).agent_id == one(User, name="agent9").id


def test_a_waybill_arrives_with_times_of_the_office_in_utc_and_exact_amounts() -> None:
    customers()
    assert counts(waybills(files.waybill(物控="是"))) == (1, 1, 0, 0)
    shipment = one(Shipment)
    assert (shipment.number, shipment.master, shipment.stage) == ("10000005", "784-12345675", "A2")
    assert shipment.departs_at == datetime(2026, 11, 14, 14, 0, tzinfo=UTC)
    assert (shipment.weight_g, shipment.volume_l, shipment.freight_minor) == (812_400, 2_826, 469_200)
    assert (shipment.hold_shipper, shipment.hold_service, shipment.hold_finance) == ("物控", None, None)
    assert shipment.customer_id == one(Customer).id


def test_a_customer_unknown_to_the_office_refuses_the_row() -> None:
    customers()
    report = waybills(files.waybill(客户编号="C99999"), files.waybill(运单号="2"))
    assert counts(report) == (1, 1, 0, 1)
    assert (report.refused[0].line, report.refused[0].field) == (2, "客户编号")
    assert "no customer C99999" in str(report.refused[0].why)
    assert counts(bring("waybills", files.text([files.waybill()]), "GZ")) == (0, 0, 0, 1)


def test_a_refused_row_leaves_nothing_behind() -> None:
    customers(files.customer(手机="138"), files.customer(客户编号="C2", 协议止=datetime(2020, 1, 1)))
    assert (size(Customer), size(Contact), size(Agreement)) == (0, 0, 0)


def test_checking_writes_nothing_and_foretells_what_applying_does() -> None:
    rows = [files.customer(), files.customer(客户编号="C2"), files.customer(客户编号="C3", 等级="E")]
    plan = check("customers", files.workbook(rows))
    assert counts(plan.report) == (2, 2, 0, 1)
    assert (size(Customer), size(Event)) == (0, 4 - 1)
    assert counts(importing.apply(plan, write)) == counts(plan.report)


def test_many_rows_are_written_fifty_at_a_time_with_progress() -> None:
    customers()
    plan = check("waybills", files.text([files.waybill(运单号=str(n)) for n in range(120)]))
    opened, seen = [], []

    def counted() -> Any:
        opened.append(1)
        return write()

    importing.apply(plan, counted, lambda done, total: seen.append((done, total)))
    assert (len(opened), seen) == (
        3 + 1,
        [(50, 120), (100, 120), (120, 120)],
    )  # once more for those who wait for a number
    assert size(Shipment) == 120
    assert history.verify(db.session()).bad is None


def test_what_was_imported_can_be_found() -> None:
    customers()
    waybills()
    found = set(db.session.scalars(select(SearchRef.what).where(SearchRef.norm.in_(["10000005", "13800130791"]))))
    assert len(found) == 2


# ------------------------------------------------------------------------------------------ running it again


def test_the_same_file_again_creates_and_changes_nothing() -> None:
    rows = [files.customer(负责客服="林晓雯"), files.customer(客户编号="C2", 停办="是", 协议起=None, 联系人=None)]
    customers(*rows)
    waybills()
    before = (size(Event), one(Shipment).version)
    assert counts(customers(*rows)) == (2, 0, 0, 0)
    assert counts(waybills()) == (1, 0, 0, 0)
    assert (size(Event), one(Shipment).version) == before


def test_a_changed_row_updates_only_what_changed_with_history() -> None:
    customers()
    assert counts(customers(files.customer(等级="A", 手机="13900139000", 协议止=datetime(2027, 6, 11)))) == (1, 0, 1, 0)
    assert (one(Customer).grade, one(Contact).phone, one(Agreement).ends_on) == ("A", "13900139000", date(2027, 6, 11))
    last = db.session.scalars(
        select(Event.diff).where(Event.object_type == "customers").order_by(Event.seq.desc())
    ).first()
    assert last == '{"grade":["C","A"]}'


def test_what_the_desk_edited_stays_while_the_file_says_what_it_said() -> None:
    customers()
    edit(Customer, remark="只收周一", salesperson="王五")
    assert counts(customers()) == (1, 0, 0, 0)
    assert counts(customers(files.customer(业务员="赵六"))) == (1, 0, 1, 0)
    assert (one(Customer).remark, one(Customer).salesperson) == ("只收周一", "赵六")


def test_a_cell_that_was_cleared_clears_but_never_what_must_be_there() -> None:
    customers()
    customers(files.customer(微信=None, 联系人=None, 等级=None))
    assert (one(Contact).wechat, one(Contact).name, one(Customer).grade) == (None, "崔明", "C")


def test_a_record_made_by_hand_is_joined_not_doubled() -> None:
    with write() as tx:
        office = tx.session.scalar(select(Office).where(Office.code == "SZ"))
        tx.add(Customer(office_id=office.id, code="C10001", name="远航", remark="手工", created_at=NOW))
    assert counts(customers()) == (1, 0, 1, 0)
    assert (one(Customer).name, one(Customer).remark) == ("上海远航国际货运集团有限公司", "手工")


def test_columns_that_a_file_lacks_are_left_alone() -> None:
    customers()
    header = ["客户编号", "客户名称", "等级"]
    assert counts(bring("customers", files.workbook([files.customer(等级="B")], header))) == (1, 0, 1, 0)
    assert (one(Customer).grade, one(Customer).vip, one(Contact).name) == ("B", True, "崔明")


# ------------------------------------------------------------------------------------------ executed changes


def test_an_executed_change_stays_and_is_listed_until_the_file_agrees() -> None:
    customers()
    waybills()
    carry_out(consignee="刘玲", hold_shipper=None)

    report = waybills()
    assert (counts(report), [each.field for each in report.warned]) == ((1, 0, 0, 0), ["收货人"])
    report = waybills(files.waybill(收货人="别人"))
    assert (counts(report), [each.field for each in report.warned]) == ((1, 0, 0, 0), ["收货人"])
    assert one(Shipment).consignee == "刘玲"

    report = waybills(files.waybill(收货人="刘玲"))
    assert (counts(report), report.warned) == ((1, 0, 0, 0), [])
    assert counts(waybills(files.waybill(收货人="第三人"))) == (1, 0, 1, 0)
    assert one(Shipment).consignee == "第三人"


def test_a_release_is_not_undone_by_the_file_that_still_says_held() -> None:
    customers()
    waybills(files.waybill(物控="是"))
    carry_out(hold_shipper=None)
    assert [each.field for each in waybills(files.waybill(物控="是")).warned] == ["物控"]
    assert one(Shipment).hold_shipper is None


def test_other_columns_of_a_changed_shipment_still_follow_the_file() -> None:
    customers()
    waybills()
    carry_out(consignee="刘玲")
    assert counts(waybills(files.waybill(件数="40"))) == (1, 0, 1, 0)
    assert (one(Shipment).pieces, one(Shipment).consignee) == (40, "刘玲")


# ------------------------------------------------------------------------------------------ stages


@pytest.mark.parametrize(
    ("mode", "stages"),
    [("空运", "A1 A2 A3 A4 A5 A6"), ("海运", "S2 S2 S3 S3 S4 S5"), ("陆运", "R0 R0 R2 R1 R3 R4")],
)
def test_status_words_stand_for_stages_of_their_mode(mode: str, stages: str) -> None:
    customers()
    words = ["在库", "已开单", "已交航", "已截载", "已到达", "已签收"]
    later = {"发货日期": "2026-12-01", "预计到达": "2026-12-02"}
    waybills(*[files.waybill(运单号=word, 运输方式=mode, 状态=word, 主单号="", **later) for word in words])
    found = dict(db.session.execute(unseen(select(Shipment.number, Shipment.stage))).all())
    assert [found[word] for word in words] == stages.split()


@pytest.mark.parametrize("word", ["已截载", "已交航"])
def test_a_ship_has_sailed_once_its_departure_is_past(word: str) -> None:
    customers()
    row = files.waybill(运输方式="海运", 主单号="", 状态=word, 发货日期="2026-11-20 12:01", 预计到达="2026-12-20")
    waybills(row)
    assert one(Shipment).stage == "S3"
    store.set_clock(lambda: NOW + timedelta(minutes=1))
    waybills(row)
    assert one(Shipment).stage == "S4"


def test_a_stage_moves_forward_and_never_back() -> None:
    customers()
    waybills(files.waybill(状态="已开单"))
    assert counts(waybills(files.waybill(状态="已到达"))) == (1, 0, 1, 0)
    assert (one(Shipment).stage, one(Shipment).stage_source) == ("A5", "import")
    report = waybills(files.waybill(状态="已交航"))
    assert (counts(report), one(Shipment).stage) == ((1, 0, 0, 0), "A5")
    assert [each.field for each in report.warned] == ["状态"]
    assert waybills(files.waybill(状态="已交航")).warned == []


def test_a_new_time_that_would_put_arrival_before_departure_is_left_alone() -> None:
    customers()
    waybills()
    edit(Shipment, arrives_at=datetime(2026, 11, 15, 0, 0, tzinfo=UTC))
    report = waybills(files.waybill(发货日期="2026-11-16 22:00"))
    assert (counts(report), [each.field for each in report.warned]) == ((1, 0, 0, 0), ["发货日期"])


# ------------------------------------------------------------------------------------------ refused rows and the rest


def test_refused_rows_come_back_as_a_file_that_can_be_mended() -> None:
    formula = files.customer(客户编号="C2", 客户名称="=cmd()", 手机="138", 备注="甲\n乙")
    rows = [files.customer(), formula, files.customer(等级="E")]
    dates = {"协议起": "2025/6/11", "协议止": "2026/6/11"}
    plan = check("customers", files.text([row | dates for row in rows], files.CUSTOMER_HEADER))
    importing.apply(plan, write)
    data = importing.refused_csv(plan)
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert (table[0][:2], table[0][-1]) == (["客户编号", "客户名称"], "Line and reason")
    assert table[1][1] == "'=cmd()"
    assert table[1][-1].startswith("3: 手机: ")
    assert table[2][-1].startswith("4: 等级: ")
    mended = data.decode("utf-8-sig").replace(",138,", ",13800138000,").encode("utf-8-sig")
    report = bring("customers", mended)
    assert (counts(report), report.warned) == ((1, 1, 0, 1), [])
    made = one(Customer, code="C2")
    assert (made.name, made.remark) == ("=cmd()", "甲\n乙")


def test_the_report_has_the_form_that_other_programs_rely_on() -> None:
    report = customers(files.customer(等级="E"), files.customer(客户编号="C2", 负责客服="谁"))
    told = report.to_json()
    assert {name: told[name] for name in ("good", "created", "updated")} == {"good": 1, "created": 1, "updated": 0}
    assert told["refused"] == [{"line": 3, "field": "等级", "why": "“E” is not known here; possible are A、B、C、D"}]
    assert [(each["line"], each["field"]) for each in told["warned"]] == [(4, "负责客服")]


def test_partners_and_carriers_are_shared_by_the_offices() -> None:
    partners = "代理编号,代理名称,城市,电话,公布名单\nP1,华东代理,上海,021-78490077,是\nP2,,北京,,否\n".encode()
    assert counts(bring("partners", partners)) == (1, 1, 0, 1)
    assert counts(bring("partners", partners, "GZ")) == (1, 0, 0, 1)
    assert (one(Partner).published, one(Partner).phone) == (True, "021-78490077")
    carriers = "代码,承运人,运输方式,运单前缀,货站\nLH,汉莎,空运,20,T1\nCOS,中远,海运,784,\n".encode()
    report = bring("carriers", carriers)
    assert counts(report) == (1, 1, 0, 1)
    assert (one(Carrier).prefix, report.refused[0].field) == ("020", "运单前缀")


def test_a_row_that_clashes_with_another_record_is_refused_alone() -> None:
    bring("carriers", "代码,承运人,运输方式,运单前缀\nCZ,南航,空运,784\n".encode())
    report = bring(
        "carriers", "代码,承运人,运输方式,运单前缀\nMU,东航,空运,781\nXX,冒名,空运,784\nHU,海航,空运,880\n".encode()
    )
    assert counts(report) == (2, 2, 0, 1)
    assert report.refused[0].line == 3
    assert size(Carrier) == 3


def test_a_file_of_another_kind_changes_nothing() -> None:
    with pytest.raises(Unreadable, match="import it as waybill data"):
        check("customers", files.text([files.waybill()]))
    assert size(Customer) == 0

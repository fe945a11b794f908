"""Reference data, figures and the first run: what may be kept, and what a new desk starts with (E-18, E-32)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Carrier, Department, Office, Setting, User, UserRole, Watchword, db
from rules import figures, reference, register, setup, uploads
from rules.defaults import BY_CLASS
from rules.reference import SORTS
from rules.reference_start import CARRIERS, DEPARTMENTS, WORDS
from rules.store import system, write_tx
from rules.words import Refused
from tests import factories
from tests.conftest import StandingClock
from tests.factories import Desk, events, set_figure, writing

AIRLINE: dict[str, Any] = {
    "code": "ZH",
    "name": "深圳航空",
    "mode": "air",
    "prefix": "479",
    "terminals": None,
    "verified": True,
    "active": True,
}
PARTNER = dict.fromkeys(("city", "contact", "phone", "manager")) | {
    "name": "代理",
    "published": True,
    "status": "active",
}
TIMES = {"desk.hours": "08:30-17:30", "desk.days": [0, 1, 2, 3, 4, 5], "desk.duty_24h": True}
ZERO = "change.zero_cost.second_look"


def save(sort: str, /, row_id: int | None = None, version: int | None = None, **data: Any) -> Any:
    with writing("test") as tx:
        return reference.save(tx, SORTS[sort], data, row_id, version).id


# ------------------------------------------------------------------------------------------ reference data


def test_the_starting_list_is_added_once_and_what_stands_is_left_alone(app: Flask) -> None:
    save("departments", code="HX", name="我们的航线部", phone=None, active=True)
    save("carriers", **AIRLINE)
    with writing() as tx:
        added = reference.seed(tx)
    words = sum(len(listed) for listed in WORDS.values())
    assert added == len(DEPARTMENTS) - 1 + len(CARRIERS) - 1 + words
    with writing() as tx:
        assert reference.seed(tx) == 0
    assert db.session.scalar(select(Department.name).where(Department.code == "HX")) == "我们的航线部"
    assert db.session.scalar(select(func.count()).select_from(Watchword).where(Watchword.kind == "dangerous")) > 20


def test_the_starting_list_names_every_desk_of_the_rulebook_and_doubts_unconfirmed_prefixes() -> None:
    named = "航线部 散杂货部 操作部 单证 文员组 业务部 扫码组 调度 车队 进港 营业部 理赔部 一部 市场部"
    assert [name for _, name in DEPARTMENTS] == named.split()
    assert {c[3] for c in CARRIERS if c[4]} == {"999", "297", "695", "160", "020", "176"}
    assert {"石头", "罐头"} <= set(WORDS["heavy"]) and {"化工", "危险", "锂电池"} <= set(WORDS["dangerous"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "ZH"}, "code"),
        ({"code": "HU"}, "prefix"),  # 479 belongs to ZH
        ({"code": "X", "prefix": "12"}, "prefix"),
        ({"code": "X", "prefix": "abc"}, "prefix"),
        ({"code": "X", "prefix": "48０"}, "prefix"),
        ({"code": "X", "mode": "sea", "prefix": "480"}, "prefix"),
    ],
)
def test_a_carrier_has_its_own_code_and_prefix(change: dict[str, Any], field: str, app: Flask) -> None:
    save("carriers", **AIRLINE)
    with pytest.raises(Refused) as no:
        save("carriers", **AIRLINE | change)
    assert (no.value.code, no.value.field) == (422, field)
    assert db.session.scalar(select(func.count()).select_from(Carrier)) == 1


def test_a_row_changes_against_its_version_with_before_and_after(app: Flask) -> None:
    row_id = save("carriers", **AIRLINE)
    save("carriers", row_id, 1, **AIRLINE | {"terminals": "T3", "active": False})
    assert '"active":[true,false]' in events(object_type="carriers")[-1].diff
    with pytest.raises(Refused) as no:
        save("carriers", row_id, 1, **AIRLINE)
    assert no.value.code == 409
    with pytest.raises(Refused) as no:
        save("carriers", 999, 1, **AIRLINE | {"code": "Q"})
    assert no.value.code == 404


def test_the_same_word_may_stand_on_both_lists_but_on_each_once(app: Flask) -> None:
    save("words", kind="heavy", word="电池", active=True)
    save("words", kind="dangerous", word="电池", active=True)
    with pytest.raises(Refused) as no:
        save("words", kind="heavy", word="电池", active=True)
    assert no.value.field == "word"


def test_rows_are_searched_as_typed_and_paged_by_code(app: Flask) -> None:
    for code in ("A%1", "A_2", "B3"):
        save("partners", **PARTNER | {"code": code})
    wanted = reference.rows(SORTS["partners"], "%", None)
    assert [r.code for r in db.session.scalars(wanted)] == ["A%1"]
    assert [r.code for r in db.session.scalars(reference.rows(SORTS["partners"], None, "A%1"))] == ["A_2", "B3"]


# ------------------------------------------------------------------------------------------ figures


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("call.reply", ["7"], 7), ("call.reply", [" 15 "], 15), ("call.reply", ["0"], None), ("call.reply", ["-1"], None),
        ("call.reply", ["1.5"], None), ("call.reply", ["一"], None), ("call.reply", [], None), ("call.reply", ["9" * 30], None),
        ("call.reply", ["٣"], None), ("desk.duty_24h", ["yes"], True), ("desk.duty_24h", ["no"], False),
        ("desk.duty_24h", [], False), ("desk.days", ["5", "0"], [0, 5]), ("desk.days", [], None), ("desk.days", ["7"], None),
        ("desk.days", ["x"], None), ("desk.hours", ["9：00 至 18：00"], "09:00-18:00"), ("desk.hours", [""], None),
        ("desk.hours", ["25:00-26:00"], None), ("desk.hours", ["08:00-12:00 11:00-18:00"], None),
        ("claim.deductible", ["300.5"], 30050), ("claim.deductible", ["0"], 0), ("claim.deductible", ["-1"], None),
        ("claim.deductible", ["1e3"], None), ("claim.deductible", ["1.005"], None), ("truck.morning_position", ["07:30"], "07:30"),
        ("truck.morning_position", ["7:30"], None), ("truck.morning_position", ["24:00"], None),
        ("receipt.loss_share", ["100"], 100), ("receipt.loss_share", ["101"], None), ("contact.class_D", ["0"], 0),
        ("shipment.state_marking", ["3"], 3), ("hotline.rings", ["5"], 5), ("booking.small_container_heavy", ["0"], None),
        ("booking.copies_marked", ["6-10"], "6-10"), ("booking.copies_marked", [""], None),
        (BY_CLASS, ["30", "400", "60", "600", "120", "1440", "120", "1440"],
         {"A": [30, 400], "B": [60, 600], "C": [120, 1440], "D": [120, 1440]}),
        (BY_CLASS, ["30", "400"], None), (BY_CLASS, ["0", "400", "60", "600", "120", "1440", "120", "1440"], None),
        (BY_CLASS, [], None),
    ],
)  # fmt: skip
def test_a_figure_is_read_by_its_shape(key: str, typed: list[str], value: Any) -> None:
    if value is None:
        with pytest.raises(Refused) as no:
            register.read(key, typed)
        assert (no.value.code, no.value.field) == (422, "value")
    else:
        assert register.read(key, typed) == value
        assert register.read(key, register.written(key, value)) == value


@pytest.mark.parametrize("key", figures.DEFAULTS)
def test_every_default_can_be_written_down_read_again_and_shown(key: str) -> None:
    default = figures.DEFAULTS[key][0]
    assert register.read(key, register.written(key, default)) == default
    assert str(register.shown(key, default))


def test_the_table_of_complaints_may_only_shorten_the_plain_figures(desk: Desk) -> None:
    table = {"A": [60, 480], "B": [120, 1440], "C": [121, 1440], "D": [120, 1440]}
    with pytest.raises(Refused) as no, write_tx(desk.admin, "setting.change") as tx:
        register.change(tx, BY_CLASS, table, None)
    assert (no.value.code, no.value.field) == (422, "value")
    set_figure("complaint.simple.answer", 121, desk.office)
    with write_tx(desk.admin, "setting.change") as tx:
        assert register.change(tx, BY_CLASS, table, desk.office)


def test_a_changed_figure_counts_from_now_on_in_its_office_only(desk: Desk, clock: StandingClock) -> None:
    with write_tx(desk.admin, "setting.change") as tx:
        assert register.change(tx, "call.reply", 9, desk.office)
        assert not register.change(tx, "call.reply", 9, desk.office)  # the same again writes nothing
        assert not register.change(tx, "inquiry.cargo.answer", 30, None)  # nor does the default
    session = db.session()
    assert (
        figures.figure(session, "call.reply", desk.office),
        figures.figure(session, "call.reply", desk.other_office),
    ) == (9, 5)
    assert figures.row(session, "call.reply", desk.office, clock.at - timedelta(minutes=1)) is None
    line = register.lines(session, "call.reply")[0]
    assert (line.office_id, line.by, line.waits) == (desk.office, "林晓雯", False)


def test_an_office_may_go_back_to_the_default_while_another_value_holds_everywhere(desk: Desk) -> None:
    set_figure("call.reply", 9)
    with write_tx(desk.admin, "setting.change") as tx:
        assert not register.change(tx, "call.reply", 9, desk.office)
        assert register.change(tx, "call.reply", 5, desk.office)
    assert [figures.figure(db.session(), "call.reply", office) for office in (desk.office, desk.other_office)] == [5, 9]


def test_a_figure_that_steers_who_decides_counts_after_a_second_person_has_agreed(desk: Desk) -> None:
    boss = factories.person(desk, "supervisor", "admin")
    first = set_figure(ZERO, True, desk.office, by=boss.user_id)
    assert figures.figure(db.session(), ZERO, desk.office) is False
    assert [line.id for line in register.waiting(db.session(), desk.supervisor)] == [first]
    for who, code in ((boss, 403), (desk.supervisor, 0), (desk.supervisor, 409)):
        try:
            with write_tx(who, "setting.agree") as tx:
                register.agree(tx, first)
            assert code == 0
        except Refused as no:
            assert no.code == code
    assert figures.figure(db.session(), ZERO, desk.office) is True
    assert register.waiting(db.session(), desk.supervisor) == []


def test_an_older_request_cannot_be_agreed_to_over_a_newer_one(desk: Desk) -> None:
    first, second = (set_figure(ZERO, value, None, by=desk.admin.user_id) for value in (True, False))
    assert [line.id for line in register.waiting(db.session(), desk.supervisor)] == [second]
    with pytest.raises(Refused) as no, write_tx(desk.supervisor, "setting.agree") as tx:
        register.agree(tx, first)
    assert no.value.code == 409


def test_another_offices_figure_is_none_of_ones_business(desk: Desk) -> None:
    row = set_figure(ZERO, True, desk.other_office, by=desk.admin.user_id)
    assert register.waiting(db.session(), desk.supervisor) == []
    for setting_id in (row, set_figure("call.reply", 3), 999):
        with pytest.raises(Refused) as no, write_tx(desk.supervisor, "setting.agree") as tx:
            register.agree(tx, setting_id)
        assert no.value.code == 404


# ------------------------------------------------------------------------------------------ first run


def first(**other: Any) -> None:
    given = {
        "code": "SZ", "office": "深圳华强营业部", "zone": "Asia/Shanghai", "times": TIMES, "name": "adm", "display": "管理员",
        "password": "correct horse battery",
    }  # fmt: skip
    with write_tx(system("first run"), "setup.first") as tx:
        setup.first(tx, **given | other)


def test_the_first_run_makes_office_hours_reference_data_and_administrator(app: Flask) -> None:
    assert setup.empty(db.session())
    first()
    office = db.session.scalars(select(Office)).one()
    known = figures.figures(db.session(), office.id)
    assert {key: known[key] for key in TIMES} == TIMES
    assert db.session.scalars(select(UserRole.role)).all() == ["admin"]
    assert db.session.scalar(select(func.count()).select_from(Department)) == len(DEPARTMENTS)
    with pytest.raises(Refused) as no:
        first(code="GZ", name="second")
    assert no.value.code == 409 and not setup.empty(db.session())


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"zone": "Asia/Shenzhen"}, "zone"),
        ({"password": "short"}, "new"),
        ({"name": "ad min"}, "username"),
        ({"code": ""}, "code"),
    ],
)
def test_a_first_run_that_is_refused_leaves_the_desk_empty(other: dict[str, Any], field: str, app: Flask) -> None:
    with pytest.raises(Refused) as no:
        first(**other)
    assert (no.value.code, no.value.field) == (422, field)
    counted = [
        db.session.scalar(select(func.count()).select_from(table)) for table in (Office, User, Setting, Department)
    ]
    assert counted == [0, 0, 0, 0]


# ------------------------------------------------------------------------------------------ uploads


def test_an_upload_belongs_to_one_person_for_one_day(tmp_path: Path, clock: StandingClock) -> None:
    kept = uploads.keep(tmp_path, 7, "customers", 1, "..\\..\\客户\u202e.xlsx", b"x")
    assert kept.filename == "客户.xlsx" and len(kept.token) >= 24
    assert uploads.load(tmp_path, kept.token, 7) == kept
    assert uploads.load(tmp_path, kept.token, 8) is None
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    clock.forward(24 * 60)
    assert uploads.load(tmp_path, kept.token, 7) is None


@pytest.mark.parametrize("name", ["", "../secret.key", "a" * 65, "\u0000" * 24, "x" * 21])
def test_an_odd_name_is_no_upload(name: str, tmp_path: Path) -> None:
    assert uploads.load(tmp_path, name, 7) is None


def test_uploads_make_room_for_each_other_and_are_swept_after_a_day(tmp_path: Path) -> None:
    for number in range(uploads.MOST + 3):
        uploads.keep(tmp_path, 7, "customers", 1, f"{number}.csv", b"x")
    assert len(uploads.of_user(tmp_path, 7)) == uploads.MOST
    old = uploads.of_user(tmp_path, 7)[0]
    past = factories.now().timestamp() - 90_000
    for path in tmp_path.glob(f"{old.token}.*"):
        os.utime(path, (past, past))
    uploads.sweep(tmp_path)
    assert uploads.load(tmp_path, old.token, 7) is None and len(uploads.of_user(tmp_path, 7)) == uploads.MOST - 1


def test_an_upload_is_imported_by_one_click_only(tmp_path: Path) -> None:
    kept = uploads.keep(tmp_path, 7, "customers", 1, "a.csv", b"x")
    assert [uploads.claim(tmp_path, kept) for _ in range(3)] == [True, False, False]
    uploads.release(tmp_path, kept)
    assert uploads.claim(tmp_path, kept)

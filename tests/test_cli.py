"""The command line as other programs use it: what it writes, what it says, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from models import Customer, Office, Pickup, Tariff, User, db
from rules import accounts, figures
from rules.policy import unseen
from tests import factories, served
from tests.databases import on_sqlite
from tests.factories import Desk

Run = Callable[..., Result]
PASSWORD = "correct horse battery"
HEADER = "客户编号,客户名称,类别,等级,联系人,手机\n"
GOOD = "C1,远航国际,直客,A,崔明,13800130791\n"
BAD = "C2,,直客,A,崔明,13800130792\nC3,长风,直客,E,崔明,13800130793\n"


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the desk in English."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def invoke(*args: str | Path, **options: Any) -> Result:
        result = app.test_cli_runner().invoke(args=[str(arg) for arg in args], **options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        db.session.rollback()
        return result

    return invoke


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of customers: one good, two not."""
    path = tmp_path / "customers.csv"
    path.write_text(HEADER + GOOD + BAD, encoding="gbk")
    return path


def how_many(model: Any) -> int:
    return db.session.scalar(unseen(select(func.count()).select_from(model))) or 0


# ------------------------------------------------------------------------------------------ accounts and offices


def test_an_account_may_hold_several_roles_and_signs_in(run: Run, desk: Desk) -> None:
    result = run("user", "add", "Chen", "--role", "agent", "--role", "supervisor", "--office", "SZ", "--grade", "3",
                 "--display", "陈志强", "--password-stdin", input=PASSWORD + "\n")  # fmt: skip
    assert (result.exit_code, result.stdout) == (0, "Chen may sign in.\n")
    user = accounts.by_name(db.session(), "chen")
    assert user is not None and accounts.matches(user, PASSWORD)
    assert (user.display, user.grade, {r.role for r in user.roles}) == ("陈志强", 3, {"agent", "supervisor"})
    assert user.office is not None and user.office.code == "SZ"


def test_a_supervisor_has_grade_two_and_an_agent_one_unless_told_otherwise(run: Run, desk: Desk) -> None:
    for name, role in (("s", "supervisor"), ("a", "agent")):
        run("user", "add", name, "--role", role, "--office", "SZ", "--password-stdin", input=PASSWORD)
    grades = {u.name: u.grade for u in db.session.scalars(select(User).where(User.name.in_(("s", "a"))))}
    assert grades == {"s": 2, "a": 1}


@pytest.mark.parametrize(
    ("roles", "password", "says"),
    [
        (["auditor", "agent"], PASSWORD, "held alone"),
        (["agent"], "short", "At least 12 characters"),
        (["agent"], "", "At least 12 characters"),
    ],
)
def test_an_account_that_may_not_be_is_refused_in_a_sentence(
    run: Run, desk: Desk, roles: list[str], password: str, says: str
) -> None:
    options = [part for role in roles for part in ("--role", role)]
    result = run("user", "add", "x", *options, "--office", "SZ", "--password-stdin", input=password + "\n")
    assert result.exit_code == 1 and says in result.stderr and result.stderr.count("\n") == 1
    assert accounts.by_name(db.session(), "x") is None


def test_a_name_is_taken_once(run: Run, desk: Desk) -> None:
    for code in (0, 1):
        result = run("user", "add", "lin", "--role", "finance", "--password-stdin", input=PASSWORD)
        assert result.exit_code == code
    assert "already" in result.stderr


def test_an_unknown_role_is_a_mistake_on_the_command_line(run: Run, desk: Desk) -> None:
    assert run("user", "add", "x", "--role", "boss", "--password-stdin", input=PASSWORD).exit_code == 2


def test_an_unknown_office_is_made_with_a_warning(run: Run, desk: Desk) -> None:
    result = run("user", "add", "x", "--role", "agent", "--office", "HZ", "--password-stdin", input=PASSWORD)
    assert result.exit_code == 0 and "no office HZ" in result.stderr
    assert db.session.scalar(select(Office.name).where(Office.code == "HZ")) == "HZ"


def test_an_agent_without_an_office_belongs_to_the_only_one(run: Run, app: Flask) -> None:
    assert run("office", "add", "SZ", "深圳", "--zone", "Asia/Hong_Kong").exit_code == 0
    assert run("user", "add", "x", "--role", "agent", "--password-stdin", input=PASSWORD).exit_code == 0
    user = accounts.by_name(db.session(), "x")
    assert user is not None and user.office is not None and user.office.zone == "Asia/Hong_Kong"


@pytest.mark.parametrize(
    ("code", "zone", "says"), [("SZ", "Asia/Shanghai", "already"), ("BJ", "China/Peking", "no time zone")]
)
def test_an_office_that_may_not_be_is_refused(run: Run, desk: Desk, code: str, zone: str, says: str) -> None:
    result = run("office", "add", code, "名", "--zone", zone)
    assert result.exit_code == 1 and says in result.stderr


# ------------------------------------------------------------------------------------------ import


def test_an_import_prints_its_result_as_json_and_exits_with_one_for_refused_rows(
    run: Run, desk: Desk, file: Path
) -> None:
    result = run("import", "customers", file, "--office", "SZ", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert set(found) == {"good", "created", "updated", "refused", "warned"}
    assert (found["good"], found["created"], found["updated"]) == (1, 1, 0)
    assert [(row["line"], row["field"]) for row in found["refused"]] == [(3, "客户名称"), (4, "等级")]
    assert all(set(row) == {"line", "field", "why"} for row in found["refused"] + found["warned"])
    assert how_many(Customer) == 2


def test_the_same_file_again_creates_and_changes_nothing(run: Run, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    path.write_text(HEADER + GOOD, encoding="utf-8-sig")
    first = run("import", "customers", path, "--office", "SZ", "--json")
    again = run("import", "customers", path, "--office", "SZ", "--json")
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert (json.loads(first.stdout)["created"], json.loads(again.stdout)["created"]) == (1, 0)
    assert json.loads(again.stdout)["updated"] == 0


def test_a_dry_run_writes_nothing_not_even_an_office(run: Run, desk: Desk, file: Path) -> None:
    before = (how_many(Customer), len(factories.events()))
    result = run("import", "customers", file, "--office", "NEW", "--json", "--dry-run")
    assert result.exit_code == 1 and json.loads(result.stdout)["created"] == 1
    assert (how_many(Customer), len(factories.events())) == before
    assert db.session.scalar(select(Office.id).where(Office.code == "NEW")) is None


def test_reasons_come_in_the_language_wanted(run: Run, desk: Desk, file: Path) -> None:
    said = {
        language: run("import", "customers", file, "--office", "SZ", "--dry-run", "--language", language).stderr
        for language in ("zh", "en")
    }
    assert "missing" in said["en"] and "missing" not in said["zh"]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_is_one_sentence_and_exit_two(
    run: Run, desk: Desk, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "customers.xlsx"
    path.write_bytes(content)
    result = run("import", "customers", path, "--office", "SZ", "--json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_a_file_that_is_not_there_is_exit_two(run: Run, desk: Desk, tmp_path: Path) -> None:
    result = run("import", "waybills", tmp_path / "none.csv", "--office", "SZ")
    assert result.exit_code == 2 and "none.csv" in result.stderr


def test_where_there_are_several_offices_one_must_be_named(run: Run, desk: Desk, file: Path) -> None:
    result = run("import", "customers", file)
    assert result.exit_code == 2 and "--office" in result.stderr


@pytest.mark.rule("INQ-19", "CMP-14")
@pytest.mark.parametrize(
    ("kind", "model", "text"),
    [
        ("tariff", Tariff, "运输方式,承运人,起运地,目的地,费用项目,单位,币种,卖价,最低卖价,有效期起\n"
         "海运,MSK,深圳,蒙巴萨,海运费,40HQ,USD,2480,2311,2026-11-15\n海运,MSK,深圳,,海运费,40HQ,USD,2480,2311,2026-11-15\n"),
        ("pickups", Pickup, "客户名称,提货地点,车牌,约定时间,到达时间\n启明通讯设备,龙华,粤B12345,2026-11-18 14:00,14:25\n谁家,龙华,粤B1,2026-11-18 14:00,\n"),
    ],
)  # fmt: skip
def test_price_sheets_and_pick_up_logs_are_imported_by_command(
    run: Run, desk: Desk, tmp_path: Path, kind: str, model: Any, text: str
) -> None:
    with factories.writing() as tx:
        tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one().name = "启明通讯设备"
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="gbk")
    for created in (1, 0):
        result = run("import", kind, path, "--office", "SZ", "--json")
        told = json.loads(result.stdout)
        assert (result.exit_code, told["good"], told["created"], told["updated"]) == (1, 1, created, 0)
        assert [each["line"] for each in told["refused"]] == [3] and "2311" not in result.stdout
    assert how_many(model) == 1


# ------------------------------------------------------------------------------------------ kinds and history


def test_the_kinds_of_work_are_printed_for_people_and_for_programs(run: Run) -> None:
    printed = json.loads(run("kinds", "--format", "json").stdout)
    assert {"inquiry", "complaint", "change"} <= {kind["kind"] for kind in printed}
    approve = next(m for k in printed if k["kind"] == "change" for m in k["moves"] if m["name"] == "approve")
    assert approve["from"] == ["waiting"] and approve["who"] == ["supervisor", "finance", "agent"]
    assert "## Complaint (`complaint`, CMP)" in run("kinds", "--format", "md").stdout
    assert run("kinds", "--format", "mermaid").stdout.count("stateDiagram-v2") == len(printed)


def test_verifying_a_whole_history_exits_with_zero(run: Run, desk: Desk) -> None:
    factories.complaint(desk.agent, desk)
    result = run("verify", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0 and found["bad"] is None and found["count"] == found["last"] == len(factories.events())


@on_sqlite
def test_verifying_a_changed_history_names_the_event_and_exits_with_one(run: Run, desk: Desk) -> None:
    with db.engine.raw_connection() as forger:
        forger.driver_connection.execute("DROP TRIGGER events_no_update")
        forger.driver_connection.execute("UPDATE events SET reason = 'x' WHERE seq = 2")
    result = run("verify")
    assert result.exit_code == 1 and "event 2" in result.stderr
    assert json.loads(run("verify", "--json").stdout)["bad"] == 2


def test_a_backup_is_made_and_restored_by_two_commands(run: Run, desk: Desk, tmp_path: Path) -> None:
    if db.engine.dialect.name == "postgresql":  # what pg_dump makes is tested in tests/rules/test_backup.py
        assert run("restore", tmp_path / "none", "--into", tmp_path / "new").exit_code == 1
        return
    assert run("backup", tmp_path / "saved").exit_code == 0
    result = run("restore", tmp_path / "saved", "--into", tmp_path / "new")
    assert result.exit_code == 0 and f"FIRSTHAND_DATA={tmp_path / 'new'}" in result.stdout
    assert (tmp_path / "new" / "desk.db").exists()
    assert run("backup", tmp_path / "saved").exit_code == 1


# ------------------------------------------------------------------------------------------ starting


COMMANDS = [
    ["user", "add", "x", "--role", "agent", "--password-stdin"], ["office", "add", "SZ", "深圳"],
    ["import", "customers", "x.csv", "--office", "SZ"], ["verify"], ["backup", "saved"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_on_an_empty_database_says_what_to_run(tmp_path: Path, command: list[str]) -> None:
    house = create_app(FIRSTHAND_DATA=str(tmp_path / "desk"))
    result = house.test_cli_runner().invoke(args=command, env={"LC_ALL": "en_US.UTF-8"})
    assert result.exit_code == 1
    assert result.stderr == "The database has no tables yet: run `flask --app app db upgrade`.\n"


def test_sentences_are_chinese_unless_the_terminal_is_english(tmp_path: Path) -> None:
    house = create_app(FIRSTHAND_DATA=str(tmp_path / "desk"))
    result = house.test_cli_runner().invoke(args=["verify"], env={"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"})
    assert result.exit_code == 1 and "flask --app app db upgrade" in result.stderr
    assert "no tables" not in result.stderr


def test_the_desk_does_not_start_without_a_secret_key(tmp_path: Path) -> None:
    done = served.flask(tmp_path / "desk", "serve", FIRSTHAND_SECRET_KEY="")
    assert done.returncode == 1 and "FIRSTHAND_SECRET_KEY" in done.stderr and "Traceback" not in done.stderr


def test_an_empty_desk_is_served_with_its_first_page_and_only_once(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    with served.serving(data) as port:
        browser = served.Browser(port)
        code, where = browser.get("/login")
        assert code in (200, 302, 303) and ("/setup" in where or "<form" in where)
        second = served.flask(data, "serve", "--port", str(served.free_port()))
        assert second.returncode == 1 and "one at a time" in second.stderr and second.stderr.count("\n") == 1


def test_an_empty_desk_is_set_up_by_one_command(tmp_path: Path) -> None:
    house = create_app(FIRSTHAND_DATA=str(tmp_path / "desk"))
    args = ["init", "--office", "SZ", "--name", "深圳", "--zone", "Asia/Shanghai", "--hours", "08:30-12:00 13:30-18:00",
            "--days", "012345", "--admin", "root", "--password-stdin"]  # fmt: skip
    first, again = (house.test_cli_runner().invoke(args=args, input=PASSWORD) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 1)
    with house.app_context():
        user = accounts.by_name(db.session(), "root")
        assert user is not None and [r.role for r in user.roles] == ["admin"] and accounts.matches(user, PASSWORD)
        known = figures.figures(db.session(), user.office_id)
    assert (known["desk.hours"], known["desk.days"]) == ("08:30-12:00 13:30-18:00", [0, 1, 2, 3, 4, 5])


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with served.serving(tmp_path / "one") as port:
        second = served.flask(tmp_path / "two", "serve", "--port", str(port))
    assert second.returncode == 1 and f"Port {port}" in second.stderr and "Traceback" not in second.stderr


@pytest.fixture
def house(tmp_path: Path) -> Flask:
    """A desk of its own, with tables."""
    house = create_app(FIRSTHAND_DATA=str(tmp_path / "desk"), FIRSTHAND_SECRET_KEY="0123456789abcdef" * 4)
    with house.app_context():
        upgrade()
    return house


def refused_to_serve(house: Flask, statement: str) -> str:
    with house.app_context():
        with db.engine.raw_connection() as connection:
            connection.driver_connection.execute(statement)
        db.engine.dispose()
    result = house.test_cli_runner().invoke(args=["serve"], env={"LC_ALL": "en_US.UTF-8"})
    assert result.exit_code == 1
    return result.stderr


def test_a_database_without_its_guards_is_not_served(house: Flask) -> None:
    assert "lost its guards (events_no_update)" in refused_to_serve(house, "DROP TRIGGER events_no_update")


def test_a_database_of_another_revision_is_not_served(house: Flask) -> None:
    said = refused_to_serve(house, "UPDATE alembic_version SET version_num = '0001'")
    assert "revision 0001" in said and "db upgrade" in said


def test_a_desk_behind_tls_answers_to_its_own_names_only(tmp_path: Path) -> None:
    settings = {"FIRSTHAND_HOSTS": "desk.example.cn", "FIRSTHAND_PROXY": "1", "FIRSTHAND_DATA": str(tmp_path / "desk")}
    house = create_app(**settings, FIRSTHAND_INSECURE_HTTP="0")
    with house.app_context():
        upgrade()
    ours, foreign = (
        house.test_client().get("/setup", headers={"Host": host, "X-Forwarded-Proto": "https"})
        for host in ("desk.example.cn", "evil.example")
    )
    assert (
        ours.status_code == 200
        and "script-src https://desk.example.cn/static/" in ours.headers["Content-Security-Policy"]
    )
    assert "__Host-desk=" in ours.headers["Set-Cookie"] and "Secure" in ours.headers["Set-Cookie"]
    assert foreign.status_code == 400 and "evil" not in str(foreign.headers) + foreign.text


def test_on_the_office_network_only_private_addresses_are_answered(tmp_path: Path) -> None:
    house = create_app(FIRSTHAND_INSECURE_HTTP="1", FIRSTHAND_HOSTS="desk", FIRSTHAND_DATA=str(tmp_path / "desk"))
    with house.app_context():
        upgrade()

    def asked(host: str, address: str) -> int:
        return (
            house.test_client().get("/setup", headers={"Host": host}, environ_base={"REMOTE_ADDR": address}).status_code
        )

    assert asked("192.168.1.20:5000", "192.168.1.33") == asked("desk:5000", "10.0.0.7") == 200
    assert asked("192.168.1.20:5000", "8.8.8.8") == asked("evil.example", "192.168.1.33") == 403
    cookie = house.test_client().get(
        "/setup", headers={"Host": "192.168.1.20"}, environ_base={"REMOTE_ADDR": "10.0.0.7"}
    )
    assert cookie.headers["Set-Cookie"].startswith("desk=") and "Secure" not in cookie.headers["Set-Cookie"]

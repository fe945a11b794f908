"""Backup and restore: a copy that has been opened and checked, with all it needs, or nothing at all (E-40, security 3.6).

A backup is a directory: the database, the papers its rows name, the keys, and `manifest.json` with a SHA-256 of every
file. It is made beside the running desk and appears under its name only when everything in it has been verified;
restoring verifies it again, into a new directory only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from models import Base
from rules import history, papers
from rules.policy import unseen
from rules.store import now
from rules.words import N_, Refused, Words

MANIFEST, FORMAT = "manifest.json", 1
DATABASES = {"sqlite": "desk.db", "postgresql": "desk.dump"}
KEYS = ("history.key", "secret.key")
PAPERS = "attachments"
STORED = ((PAPERS, "sha256, preview"), ("payments", "slip_sha256, slip_preview"))  # whose columns name stored files
TELLING = ("offices", "users", "customers", "cases")  # a row in one of these is somebody's data
CHUNK = 1 << 20
File = dict[str, Any]  # sha256, size in bytes


@dataclass(slots=True)
class Manifest:
    """What a backup says about itself. `counts` are rows per table, `last_event` the end of the history's chain."""

    database: str
    made_at: str
    revision: str | None = None
    last_event: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def papers(self) -> int:
        """How many papers and previews it holds."""
        return sum(name.startswith(PAPERS) for name in self.files)


def has_data(connection: Connection) -> bool:
    """Whether somebody's data stands in the database; a new one, or one without tables, has none."""
    tables = set(inspect(connection).get_table_names())
    found = (unseen(text(f"SELECT 1 FROM {table} LIMIT 1")) for table in TELLING if table in tables)
    return any(connection.execute(statement).first() for statement in found)


def backup(engine: Engine, data: Path, target: Path) -> Manifest:
    """Copy the desk of `engine` and data directory `data` to the new directory `target` while it goes on serving.

    Raises Refused when `target` is not new, the disk is short, or anything of the copy does not hold.
    """
    kind = engine.dialect.name
    with _built(target) as folder:
        manifest = Manifest(kind, now().isoformat())
        copy = folder / DATABASES[kind]
        if kind == "sqlite":
            _room(engine, folder)
            _copy_sqlite(engine, copy)
            hashes = _check_sqlite(copy, engine.dialect.dbapi, manifest)
        else:
            _dump_postgres(engine, copy)
            with Session(engine) as session:
                hashes = _check(session, manifest)
        _keep(manifest, folder, DATABASES[kind])
        for sha256 in hashes:
            _copy_paper(data / PAPERS, folder, manifest, sha256)
        for name in KEYS:
            if (data / name).exists():
                _copy_file(data / name, folder / name)
                _keep(manifest, folder, name)
        _write(folder / MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True).encode())
    return manifest


def restore(source: Path, target: Path, sqlite: Any) -> Manifest:
    """Bring a backup into the new directory `target`, which then serves as FIRSTHAND_DATA; `sqlite` is the driver.

    Every file is compared with the manifest and the database opened and checked as when it was made. Raises Refused.
    """
    manifest = read_manifest(source)
    with _built(target) as folder:
        for name, wanted in manifest.files.items():
            place = folder / _inside(name)
            _private(place.parent)
            if not (source / name).is_file() or _copy_file(source / name, place) != wanted:
                raise Refused(Words(N_("The backup is damaged: %(name)s is not what was saved."), name=name))
        if (folder / KEYS[0]).exists():
            history.know_key((folder / KEYS[0]).read_text().strip().encode())
        if manifest.database == "sqlite":
            found = Manifest("sqlite", "")
            _check_sqlite(folder / DATABASES["sqlite"], sqlite, found)
            if (found.counts, found.last_event) != (manifest.counts, manifest.last_event):
                raise Refused(
                    Words(N_("The backup is damaged: %(name)s is not what was saved."), name=DATABASES["sqlite"])
                )
    return manifest


def read_manifest(source: Path) -> Manifest:
    """The manifest of the backup in `source`; Refused when there is none that can be read."""
    try:
        found = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**found)
        known = manifest.format == FORMAT and DATABASES[manifest.database] in manifest.files
    except (OSError, ValueError, TypeError, KeyError):
        known = False
    if not known:
        why = N_("There is no backup in %(folder)s: its manifest is missing or cannot be read.")
        raise Refused(Words(why, folder=str(source)))
    return manifest


# ------------------------------------------------------------------------------------------ databases


def _room(engine: Engine, folder: Path) -> None:
    """Refuse on a disk with less than twice the database's size free (security 3.7)."""
    database = engine.url.database or ""
    size = Path(database).stat().st_size if Path(database).exists() else 0
    if shutil.disk_usage(folder).free < 2 * size:
        raise Refused(Words(N_("The disk has too little room for a backup: %(n)s MB are needed."), n=2 * size >> 20))


def _copy_sqlite(engine: Engine, copy: Path) -> None:
    """In one step: consistent, and writers do not wait for it (in several steps it would start anew at every write)."""
    source, target = engine.raw_connection(), engine.dialect.dbapi.connect(str(copy))  # type: ignore[union-attr]
    try:
        source.driver_connection.backup(target)  # type: ignore[union-attr]
        target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    finally:
        target.close()
        source.close()
    _sync(copy)


def _check_sqlite(copy: Path, sqlite: Any, manifest: Manifest) -> list[str]:
    engine = create_engine(f"sqlite:///{copy}", module=sqlite, poolclass=NullPool)
    try:
        with Session(engine) as session:
            if session.scalars(text("PRAGMA integrity_check")).all() != ["ok"]:
                raise Refused(Words(N_("The copy of the database is damaged.")))
            if session.execute(text("PRAGMA foreign_key_check")).first():
                raise Refused(Words(N_("The copy of the database is not consistent.")))
            return _check(session, manifest)
    except DatabaseError as error:
        raise Refused(Words(N_("The copy of the database is damaged."))) from error


def _check(session: Session, manifest: Manifest) -> list[str]:
    """Walk the chain, count every table; returns the hashes of all papers that rows name."""
    verdict = history.verify(session)
    if verdict.bad is not None:
        raise Refused(
            Words(N_("The history does not hold at event %(seq)s: %(why)s."), seq=verdict.bad, why=verdict.why)
        )
    manifest.last_event = verdict.last
    tables = set(inspect(session.connection()).get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name in tables:
            manifest.counts[table.name] = session.scalar(unseen(select(func.count()).select_from(table))) or 0
    manifest.revision = session.scalar(text("SELECT max(version_num) FROM alembic_version"))
    named = [row for table, columns in STORED if table in tables
             for row in session.execute(unseen(text(f"SELECT {columns} FROM {table}")))]  # fmt: skip
    return sorted({sha256 for row in named for sha256 in row if sha256})


def _dump_postgres(engine: Engine, copy: Path) -> None:
    if shutil.which("pg_dump") is None:
        raise Refused(
            Words(N_("A backup of PostgreSQL needs the program pg_dump; install the package postgresql-client."))
        )
    address = engine.url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(engine.url.password)} if engine.url.password else {}
    command = ["pg_dump", "--format=custom", f"--file={copy}", f"--dbname={address}"]
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Refused(Words(N_("pg_dump could not copy the database: %(why)s"), why=why))
    _sync(copy)


# ------------------------------------------------------------------------------------------ files


@contextmanager
def _built(target: Path) -> Iterator[Path]:
    """A directory that takes the name `target` when all went well, and is gone otherwise."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(Words(N_("%(folder)s holds something already: name a new directory."), folder=str(target)))
    target = target.absolute()
    folder = target.parent / f".{target.name}.partial"
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted backup left
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
        if target.exists():
            target.rmdir()
        folder.rename(target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _private(folder: Path) -> None:
    """Make a directory, and those above it, for the owner only."""
    if not folder.exists():
        _private(folder.parent)
        folder.mkdir(mode=0o700)


def _copy_paper(source: Path, folder: Path, manifest: Manifest, sha256: str) -> None:
    place = papers.path_of(folder / PAPERS, sha256)
    _private(place.parent)
    original = papers.path_of(source, sha256)
    name = place.relative_to(folder).as_posix()
    if not original.is_file() or _copy_file(original, place)["sha256"] != sha256:
        raise Refused(Words(N_("A paper is missing or damaged: %(name)s."), name=name))
    _keep(manifest, folder, name)


def _copy_file(source: Path, target: Path) -> File:
    """Copy, for the owner's eyes only, and safe on disk; returns what was read."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as old, os.fdopen(handle, "wb") as new:
        while chunk := old.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    return {"sha256": digest.hexdigest(), "size": size}


def _keep(manifest: Manifest, folder: Path, name: str) -> None:
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest.files[name] = {"sha256": digest, "size": (folder / name).stat().st_size}
    (folder / name).chmod(0o600)


def _inside(name: str) -> str:
    """A name of the manifest, which must not lead out of the backup."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise Refused(Words(N_("The backup is damaged: %(name)s is not what was saved."), name=name))
    return name


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    _sync(path)


def _sync(path: Path) -> None:
    """See that a file or directory has reached the disk."""
    if os.name == "nt" and path.is_dir():  # knows no such thing
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""An office's file between upload, preview and import: kept in the data directory under a random name, for one day.

Each upload is four files: the table itself (.data), what is known of it (.json), what checking or importing it showed
(.report) and its refused rows (.csv). It belongs to the person who brought it; nobody else is shown it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rules.fields import clean
from rules.plans import Plan, Report
from rules.records import Problem, Record
from rules.sheets import shown
from rules.store import now
from rules.words import Words

KEPT = timedelta(days=1)
STALLED = timedelta(minutes=10)  # longer without a sign of life: its thread has died with its process
MOST = 10  # uploads of one person
WORKING = ("checking", "importing")
_NAME = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass
class Upload:
    """What is known of an uploaded file. `state`: checking, ready, unreadable, importing, done or stopped."""

    token: str
    user_id: int
    kind: str
    office_id: int | None
    filename: str
    at: str
    state: str = "checking"
    beat: str = ""
    done: int = 0
    total: int = 0
    why: dict[str, Any] | None = None

    @property
    def brought(self) -> datetime:
        """When it was uploaded."""
        return datetime.fromisoformat(self.at)

    @property
    def works(self) -> bool:
        """Whether it is being checked or imported, as far as its file says."""
        return self.state in WORKING

    @property
    def silent(self) -> bool:
        """Whether it has given no sign of life for long."""
        return now() - datetime.fromisoformat(self.beat or self.at) > STALLED


def keep(folder: Path, user_id: int, kind: str, office_id: int | None, filename: str, data: bytes) -> Upload:
    """Keep a file that a person has uploaded; his oldest ones make room for it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(folder)
    for old in of_user(folder, user_id)[MOST - 1 :]:
        forget(folder, old.token)
    name = (clean(Path(filename.replace("\\", "/")).name) or "?")[:120]
    upload = Upload(secrets.token_urlsafe(24), user_id, kind, office_id, name, now().isoformat())
    _write(_path(folder, upload.token, "data"), data)
    save(folder, upload)
    return upload


def save(folder: Path, upload: Upload) -> None:
    """Store what is known of an upload, with a sign of life."""
    upload.beat = now().isoformat()
    _write(_path(folder, upload.token, "json"), json.dumps(asdict(upload), ensure_ascii=False, default=str).encode())


def load(folder: Path, token: str, user_id: int | None) -> Upload | None:
    """The upload called `token`, if it is this person's and not older than a day."""
    try:
        upload = Upload(**json.loads(_path(folder, token, "json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return upload if upload.user_id == user_id and now() - upload.brought < KEPT else None


def of_user(folder: Path, user_id: int | None) -> list[Upload]:
    """A person's uploads of the last day, newest first."""
    found = [load(folder, path.stem, user_id) for path in folder.glob("*.json")]
    return sorted((upload for upload in found if upload), key=lambda upload: upload.at, reverse=True)


def claim(folder: Path, upload: Upload) -> bool:
    """Take an upload for importing; False when somebody (another click, another process) has it already."""
    try:
        os.close(os.open(_path(folder, upload.token, "go"), os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def release(folder: Path, upload: Upload) -> None:
    """Let a broken-off import be started again."""
    _path(folder, upload.token, "go").unlink(missing_ok=True)


def data_path(folder: Path, upload: Upload) -> Path:
    """Where the uploaded table lies."""
    return _path(folder, upload.token, "data")


def refused_path(folder: Path, upload: Upload) -> Path:
    """Where its refused rows lie, as a file to mend."""
    return _path(folder, upload.token, "csv")


def forget(folder: Path, token: str) -> None:
    """Remove all files of an upload."""
    for suffix in ("json", "data", "report", "csv", "go"):
        _path(folder, token, suffix).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what is older than a day."""
    limit = now().timestamp() - KEPT.total_seconds()
    for path in folder.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _path(folder: Path, token: str, suffix: str) -> Path:
    if not _NAME.fullmatch(token):
        raise ValueError("no upload has such a name")
    return folder / f"{token}.{suffix}"


def _write(path: Path, data: bytes) -> None:
    """All or nothing, readable by the owner only: a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(name, path)


# ------------------------------------------------------------------------------------------ reports


def report(folder: Path, upload: Upload) -> dict[str, Any]:
    """What checking or importing showed: counts, and `refused` and `warned` rows with line, field, value and why (Words)."""
    try:
        found = json.loads(_path(folder, upload.token, "report").read_text())
    except OSError:
        return {"good": 0, "created": 0, "updated": 0, "rows": 0, "refused": [], "warned": []}
    for row in [*found["refused"], *found["warned"]]:
        row["why"] = Words.load(row["why"])
    return dict(found)


def save_report(folder: Path, upload: Upload, plan: Plan, told: Report, refused: bytes) -> None:
    """Store a report and the file of refused rows."""
    cells = {record.line: record for record in plan.records}
    problems = [problem for record in plan.refused for problem in record.problems]
    found = {
        "good": told.good, "created": told.created, "updated": told.updated, "rows": len(plan.refused),
        "refused": [_row(plan, cells.get(p.line), p) for p in sorted(problems, key=lambda p: p.line)],
        "warned": [_row(plan, cells.get(p.line), p) for p in sorted(told.warned, key=lambda p: p.line)],
    }  # fmt: skip
    _write(_path(folder, upload.token, "report"), json.dumps(found, ensure_ascii=False, default=str).encode())
    _write(refused_path(folder, upload), refused)


def _row(plan: Plan, record: Record | None, problem: Problem) -> dict[str, Any]:
    told = [column for column in plan.sheet.columns if not column.field.secret]
    index = next((column.index for column in told if column.header == problem.field), None)
    cells = record.cells if record else []
    value = shown(cells[index])[:200] if index is not None and index < len(cells) else ""
    return {"line": problem.line, "field": problem.field, "value": value, "why": problem.why.store()}

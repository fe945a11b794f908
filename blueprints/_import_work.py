"""Checking and importing an uploaded file on a thread of its own, in short writes (E-12, E-41); the page only looks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import force_locale

from blueprints._words import LANGUAGES, language, words
from models import Office, db
from rules import importing, uploads
from rules.plans import Plan
from rules.store import Actor, write_tx
from rules.tables import Unreadable
from rules.uploads import Upload
from rules.words import N_, Words

# One at a time: two cores serve the desk, and a second import would only wait for the same write lock.
_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
_here: set[str] = set()  # uploads that wait for this process's thread or are on it


def folder() -> Path:
    """Where uploads lie."""
    return Path(current_app.config["DATA"]) / "uploads"


def start(upload: Upload, who: Actor, work: Callable[[Path, Upload, Actor], None]) -> Future[None]:
    """Set `check` or `carry_out` going for an upload, in the language of the one who asks."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    _here.add(upload.token)
    return _pool.submit(_run, app, upload, who, LANGUAGES[language()], work)


def wait() -> None:
    """Return when everything that was set going here is over."""
    _pool.submit(_here.clear).result()


def stopped(upload: Upload) -> bool:
    """Whether work on an upload broke off half-way: it says so, or its thread has died with its process."""
    return upload.state == "stopped" or (upload.works and upload.token not in _here and upload.silent)


def _run(app: Flask, upload: Upload, who: Actor, locale: str, work: Callable[[Path, Upload, Actor], None]) -> None:
    with app.app_context(), force_locale(locale):
        try:
            work(folder(), upload, who)
        except Unreadable as no:
            upload.state, upload.why = "unreadable", no.why.store()
            uploads.save(folder(), upload)
        except Exception:
            app.logger.exception("import %s", upload.kind)
            uploads.release(folder(), upload)
            upload.state, upload.why = "stopped", Words(N_("A fault on our side stopped it.")).store()
            uploads.save(folder(), upload)
        finally:
            _here.discard(upload.token)
            db.session.remove()


def check(where: Path, upload: Upload, _who: Actor) -> None:
    """Read a file and keep what importing it would do."""
    plan = _plan(where, upload)
    uploads.save_report(where, upload, plan, plan.report, importing.refused_csv(plan, words))
    upload.state = "ready"
    uploads.save(where, upload)


def carry_out(where: Path, upload: Upload, who: Actor) -> None:
    """Import a file's good rows; read anew, so that what has changed since the preview counts."""

    def progress(done: int, total: int) -> None:
        upload.done, upload.total = done, total
        uploads.save(where, upload)

    plan = _plan(where, upload)
    told = importing.apply(plan, lambda: write_tx(who, f"import.{upload.kind}"), progress)
    uploads.save_report(where, upload, plan, told, importing.refused_csv(plan, words))
    upload.state = "done"
    uploads.save(where, upload)


def _plan(where: Path, upload: Upload) -> Plan:
    office = db.session.get(Office, upload.office_id) if upload.office_id else None
    plan = importing.check(db.session(), upload.kind, uploads.data_path(where, upload), upload.filename, office)
    db.session.rollback()  # no read transaction stays open while rows are written
    return plan

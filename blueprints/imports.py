"""Import of an office's files: upload, preview with every refused row and its reason, then confirm (CUS-12, E-19, E-41)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, send_file, url_for
from sqlalchemy import select

from blueprints import _guard, _import_work
from blueprints._shared import Answer, done, me, not_found, page, require
from models import Office, db
from rules import uploads
from rules.importing import HOMES
from rules.policy import can
from rules.tables import MAX_BYTES
from rules.uploads import Upload
from rules.words import N_, Refused, Words

bp = Blueprint("imports", __name__, url_prefix="/import")
ROWS = 100
KINDS = {
    "customers": N_("Customers"),
    "waybills": N_("Waybills"),
    "partners": N_("Partners"),
    "carriers": N_("Carriers"),
    "tariffs": N_("Tariffs"),
    "pickups": N_("Pick-up log"),
}
AFTER = {"customers": "customers.listing", "waybills": "shipments.listing", "tariffs": "tariffs.listing"}


@bp.errorhandler(413)
def too_large(_error: Exception) -> Answer:
    """A file beyond the limit, in words that help."""
    return _guard.show(
        413,
        Words(N_("The file is larger than %(limit)s MB: split it, or export fewer months"), limit=MAX_BYTES // 2**20),
    )


@bp.get("")
@require("import.open")
def upload() -> Answer:
    """What may be imported, and the uploads of the last day."""
    return _upload_page(request.args.get("kind"))


@bp.post("")
@require("import.open", takes=MAX_BYTES + 100_000)
def receive() -> Answer:
    """Keep the file and have it checked; the preview says what it would do."""
    kind, office, file = request.form.get("kind", ""), request.form.get("office", ""), request.files.get("file")
    try:
        kept = _keep(kind, office, file)
    except Refused as no:
        if no.field is None:
            raise
        return _upload_page(kind, office, {no.field: no.why})
    _import_work.start(kept, me(), _import_work.check)
    return done(url_for("imports.preview", token=kept.token))


@bp.get("/<token>")
@require("import.open")
def preview(token: str) -> Answer:
    """How an upload stands: being checked, what it would do, being imported, what it did."""
    found = _mine(token)
    template = "imports/result.html" if found.state == "done" else "imports/preview.html"
    return page(template, part="state", **_values(found))


@bp.post("/<token>")
@require("import.open")
def confirm(token: str) -> Answer:
    """Import the good rows; asked twice it is done once. What broke off half-way is checked anew first."""
    found = _mine(token)
    if _import_work.stopped(found):
        _begin(found, "checking", _import_work.check)
    elif found.state == "ready" and uploads.claim(_import_work.folder(), found):
        _begin(found, "importing", _import_work.carry_out)
    return done(url_for("imports.preview", token=token))


@bp.get("/<token>/refused.csv")
@require("import.open")
def refused(token: str) -> Answer:
    """The refused rows as a file that can be mended and uploaded again."""
    found = _mine(token)
    path = uploads.refused_path(_import_work.folder(), found)
    if not path.exists():
        raise not_found()
    return send_file(
        path, mimetype="text/csv", as_attachment=True, download_name=f"{found.filename.rsplit('.', 1)[0]}-refused.csv"
    )


@bp.post("/<token>/forget")
@require("import.open")
def forget(token: str) -> Answer:
    """Remove an upload that is not wanted; nothing of it has been or will be imported."""
    uploads.forget(_import_work.folder(), _mine(token).token)
    return done(url_for("imports.upload"), N_("The file has been removed; nothing of it was imported."))


# ------------------------------------------------------------------------------------------ uploads


def _kinds() -> list[tuple[str, str]]:
    return [(kind, label) for kind, label in KINDS.items() if can(me(), f"import.{kind}")]


def _offices() -> list[Office]:
    own = me().office_id
    found = select(Office).order_by(Office.name)
    return list(db.session.scalars(found if own is None or "admin" in me().roles else found.where(Office.id == own)))


def _upload_page(kind: str | None, office: str | None = None, errors: dict[str, Words] | None = None) -> Answer:
    return page(
        "imports/upload.html", code=422 if errors else 200, failed=bool(errors), kinds=_kinds(), kind=kind, offices=_offices(),
        office=office or str(me().office_id or ""), errors=errors or {}, limit=MAX_BYTES // 2**20,
        recent=[(u, KINDS[u.kind], _stand(u)) for u in _recent()], tariffs=can(me(), "tariff.read"),
    )  # fmt: skip


def _recent() -> list[Upload]:
    where = _import_work.folder()
    if not where.exists():
        return []
    uploads.sweep(where)
    return uploads.of_user(where, me().user_id)


def _keep(kind: str, office: str, file: Any) -> Upload:
    if kind not in dict(_kinds()):
        raise Refused(Words(N_("Choose what the file holds.")), 422, "kind")
    offices = {str(each.id): each.id for each in _offices()}
    if not HOMES[kind].shared and office not in offices:
        raise Refused(Words(N_("Choose the office that the file belongs to.")), 422, "office")
    if file is None or not file.filename:
        raise Refused(Words(N_("Choose the file to import.")), 422, "file")
    office_id = None if HOMES[kind].shared else offices[office]
    return uploads.keep(_import_work.folder(), me().user_id or 0, kind, office_id, file.filename, file.read())


def _mine(token: str) -> Upload:
    found = uploads.load(_import_work.folder(), token, me().user_id)
    if found is None or found.kind not in dict(_kinds()):
        raise Refused(Words(N_("This upload is gone: it is kept for one day. Upload the file again.")), 404)
    return found


def _begin(found: Upload, state: str, work: Callable[..., None]) -> None:
    where = _import_work.folder()
    if state == "checking":
        uploads.release(where, found)
    found.state, found.done, found.total, found.why = state, 0, 0, None
    uploads.save(where, found)
    _import_work.start(found, me(), work)


def _stand(found: Upload) -> str:
    if _import_work.stopped(found):
        return N_("broke off")
    names = {
        "checking": N_("being checked"), "ready": N_("waits for your word"), "unreadable": N_("cannot be read"),
        "importing": N_("being imported"), "done": N_("imported"),
    }  # fmt: skip
    return names[found.state]


def _values(found: Upload) -> dict[str, Any]:
    report = uploads.report(_import_work.folder(), found)
    office = db.session.get(Office, found.office_id) if found.office_id else None
    return {
        "upload": found, "stopped": _import_work.stopped(found), "kind": KINDS[found.kind], "office": office, "report": report,
        "refused": _some(report["refused"], "refused"), "warned": _some(report["warned"], "warned"),
        "why": Words.load(found.why) if found.why else None, "here": url_for("imports.preview", token=found.token),
        "after": url_for(AFTER[found.kind]) if found.kind in AFTER and can(me(), "customer.read") else None,
        "news": url_for("tariffs.touched", since=found.at) if found.kind == "tariffs" and can(me(), "tariff.read") else None,
    }  # fmt: skip


def _some(rows: list[dict[str, Any]], name: str) -> tuple[list[dict[str, Any]], int, int | None]:
    """A page of rows: (rows, how many in all, where the next page begins or None); `?refused=100` begins there."""
    sent = request.args.get(name, "0")
    begin = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 8 else 0
    return rows[begin : begin + ROWS], len(rows), begin + ROWS if begin + ROWS < len(rows) else None

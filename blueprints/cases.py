"""Cases: their page, their row, every move, drafts and papers. One route makes every move of every kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, request, send_file, url_for
from sqlalchemy import delete, select

from blueprints import _case_view, _rows, _said_view, _scripts_view
from blueprints._look import Look, Tried
from blueprints._shared import Answer, acted, me, not_found, page, require, safe_back, wants_part, writing
from blueprints._words import words
from blueprints.queue import counts_for
from models import Draft, db
from rules import papers, queries, queue, scripts, seen, tracing_needs
from rules.once import Repeated
from rules.stopped import Stopped
from rules.store import now, write_tx
from rules.words import N_, Refused, Words
from rules.workflow import Move, flow_of, perform

bp = Blueprint("cases", __name__)
UPLOAD = 55_000_000
ASKS = {"ask": "ask_info", "later": "acknowledge"}
KEPT = ("to", "channel", "said", "text", "promised_at", "script", "lang", "q", "address", "subject", "read_back")


@bp.get("/cases/<ref>")
@require("case.read")
def case(ref: str) -> Answer:
    """A case with its clock, composer, allowed moves, papers and everything that happened."""
    found = _visible(ref)
    case_id = found.id
    answer = page("cases/case.html", **_case_view.case_values(found, me()))
    seen.opening(db.session(), me(), case_id)
    return answer


@bp.get("/cases/<ref>/row")
@require("case.read")
def row(ref: str) -> Answer:
    """One row of the list, opened or closed in place; as a page of its own it is the case's."""
    found = _visible(ref)
    if not wants_part():
        return redirect(url_for("cases.case", ref=ref))
    case_id, opened = found.id, request.args.get("open") == "1"
    answer = _row_part(found, opened)
    if opened:
        seen.opening(db.session(), me(), case_id)
    return answer


@bp.post("/cases/<ref>/<name>")
@require("case.write", takes=UPLOAD)
def move(ref: str, name: str) -> Answer:
    """Make a move: check its form, make it once, show the row or the page in its new state."""
    found = _visible(ref)
    wanted = flow_of(found).move(_meant(name, found))
    form = wanted.form(request.form, meta={"zone": me().zone}) if wanted.form else None
    if form is not None and not form.validate():
        return _again(found, Tried(wanted.name, form), 422)
    try:
        _make(ref, wanted, _sent(form))
    except Repeated:
        pass  # the same form again: the same answer, nothing changed
    except Refused as no:
        return _refused(ref, wanted, form, no)
    return _made(ref, wanted)


@bp.post("/cases/<ref>/draft")
@require("case.write")
def draft(ref: str) -> Answer:
    """Keep what is written and not sent, switch the channel with the text kept, or put a script after it (KNO-04)."""
    found = _visible(ref)
    with write_tx(me(), "draft") as tx:
        _keep_draft(tx, ref, _drafted(tx, ref))
    if not wants_part():
        return redirect(_composing(ref), 303)
    values = _case_view.case_values(found, me())
    values["row"].view = request.form.get("view", "case")
    return page("cases/_composer.html", row=values["row"], talk=values["talk"])


@bp.post("/cases/<ref>/keep")
@require("case.write")
def keep(ref: str) -> Answer:
    """Keep a draft while it is being written, and say what stands against its words (KNO-03)."""
    found = _visible(ref)
    typed = _typed()
    with write_tx(me(), "draft") as tx:
        _keep_draft(tx, ref, typed)
    saved, look = Words(N_("Draft kept %(hour)s"), hour=now()), Look(_visible(ref), me())
    checked = _said_view.checked(look, typed, saved)
    if not (wants_part() and checked.found):
        return words(saved)
    row = _rows.build(queue.row_of(db.session(), me(), found.id), me(), url_for("queue.queue"))
    row.view = "row" if _in_row() else "case"
    return page("cases/_banned.html", row=row, talk={"checked": checked})


@bp.get("/papers/<int:paper_id>")
@require("case.read")
def paper(paper_id: int) -> Answer:
    """Download an attachment; never shown inside the desk's own origin."""
    found = queries.attachment(db.session(), me(), paper_id)
    if found is None:
        raise not_found()
    answer = send_file(papers.path_of(current_app.config["DATA"] / "attachments", found.sha256), as_attachment=True,
                       download_name=found.name, mimetype=found.media)  # fmt: skip
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    seen.proof(db.session(), me(), paper_id)
    return answer


@bp.get("/papers/<int:paper_id>/preview")
@require("case.read")
def preview(paper_id: int) -> Answer:
    """The picture made on the server of an attached picture."""
    found = queries.attachment(db.session(), me(), paper_id)
    if found is None or not found.preview:
        raise not_found()
    return send_file(papers.path_of(current_app.config["DATA"] / "attachments", found.preview), mimetype="image/jpeg")


# ------------------------------------------------------------------------------------------ making a move


def _visible(ref: str) -> Any:
    found = queries.case_by_ref(db.session(), me(), ref)
    if found is None:
        raise not_found()
    return found


def _meant(name: str, case: Any) -> str:
    """The composer's buttons: an answer that does not stop the clock is a contact, a question for papers pauses it, an
    acknowledgement names a time for the answer."""
    do = request.form.get("do", "")
    if do in ASKS:
        return ASKS[do]
    spoken = request.form.get("channel") in ("phone", "visit")
    noted = spoken and do == "note" and not request.form.get("answered")
    to = request.form.get("to")
    elsewhere = to in ("partner", "colleague") or (to == "consignee" and tracing_needs.shipper_asks(case))  # SHP-18
    return "message" if name == "answer" and (noted or elsewhere) else name


def _sent(form: Any) -> dict[str, Any]:
    """Checked values of the fields that were sent, and the papers that came along, stored already."""
    data = {f.name: f.data for f in form if f.raw_data} if form is not None else {}
    data["papers"] = stored_files()
    return data


def stored_files() -> list[papers.Paper]:
    """The files that came with the form, checked and on disk already. Raises Refused (422) for one that may not be."""
    folder = current_app.config["DATA"] / "attachments"
    files = [f for f in request.files.getlist("files") if f.filename]
    return [papers.keep(f.stream, f.filename or "", folder) for f in files]


def _make(ref: str, wanted: Move, data: dict[str, Any]) -> None:
    if wanted.name == "attach" and not data["papers"]:
        raise Refused(Words(N_("Choose a file first.")), 422, "files")
    version = request.form.get("version", "")
    with writing(wanted.name) as tx:
        found = queries.case_by_ref(tx.session, me(), ref, fresh=True)
        if found is None or (data.get("script") and scripts.remembered(tx.session, data["script"]) is None):
            raise not_found()
        perform(tx, found, wanted.name, data, int(version) if version.isdecimal() else None)
        if _beside_draft():  # a time in the text becomes a promise; the text is still to be sent
            _keep_draft(tx, ref, _typed())
        else:
            tx.session.execute(delete(Draft).where(Draft.user_id == me().user_id, Draft.place == ref))
        g.result = url_for("cases.case", ref=ref)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "")[:4000] for name in KEPT}


def _drafted(tx: Any, ref: str) -> dict[str, str]:
    """What the composer holds: as it was typed, with a script put after it, or with the list of scripts below."""
    typed = _typed()
    do, picked = request.form.get("do"), request.form.get("pick", "")
    if picked or do == "insert":
        case = queries.case_by_ref(tx.session, me(), ref, fresh=True)
        return _scripts_view.inserted(tx, case, typed | {"pick": picked}, Look(case, me()))
    return typed | ({"listed": "1"} if do == "scripts" else {})


def _keep_draft(tx: Any, ref: str, values: dict[str, str]) -> None:
    found = tx.session.scalars(select(Draft).where(Draft.user_id == me().user_id, Draft.place == ref)).first()
    if found is None:
        tx.add(Draft(user_id=me().user_id, place=ref, values=values, at=tx.at))
    else:
        found.values, found.at = values, tx.at


# ------------------------------------------------------------------------------------------ answering


def _made(ref: str, wanted: Move) -> Answer:
    said = words(Words(wanted.done))
    if wants_part():
        found = _visible(ref)
        return _row_part(found, _beside_draft(), said) if _in_row() else _case_part(found, said)
    flash(said)
    back = safe_back(request.form.get("back"), url_for("queue.queue")) if _in_row() else url_for("cases.case", ref=ref)
    return redirect(back + (f"#w-{ref.split('-')[-1]}" if _in_row() else ""), 303)


def _again(found: Any, tried: Tried, code: int) -> Answer:
    """The form once more with what was typed and what is wrong, in the row or on the page."""
    if wants_part() and _in_row():
        return _row_part(found, True, tried=tried, code=code)
    return page("cases/case.html", "page", code=code, failed=True, **_case_view.case_values(found, me(), tried))


def _refused(ref: str, wanted: Move, form: Any, no: Refused) -> Answer:
    if no.code == 404:
        raise no
    db.session.rollback()
    db.session.expire_all()
    if form is not None and no.field and no.field in form:
        form[no.field].errors = [*form[no.field].errors, no.why]
    if (
        isinstance(no, Stopped) and no.field in KEPT
    ):  # what may not be said is not lost, and the supervisor can have it (CMP-08)
        with write_tx(me(), "draft") as tx:
            _keep_draft(tx, ref, _typed())
        return _again(_visible(ref), Tried(wanted.name, form, stopped=no.why), no.code)
    typed = next((t for t in (request.form.get("reason"), request.form.get("text")) if t), None)
    return _again(_visible(ref), Tried(wanted.name, form, no.why, typed), no.code)


def _beside_draft() -> bool:
    return request.form.get("do") == _said_view.PROMISES


def _composing(ref: str) -> str:
    """Where the composer stands: on the matter's own page, or in its row, which is opened again."""
    if not _in_row():
        return url_for("cases.case", ref=ref)
    listed, row_id = safe_back(request.form.get("back"), url_for("queue.queue")), ref.rpartition("-")[2]
    return f"{listed}{'&' if '?' in listed else '?'}open={row_id}#w-{row_id}"


def _in_row() -> bool:
    return request.form.get("view") == "row"


def _row_part(found: Any, opened: bool, said: str | None = None, tried: Any = None, code: int = 200) -> Answer:
    back = safe_back(request.values.get("back"), url_for("queue.queue"))
    shown = _rows.build(queue.row_of(db.session(), me(), found.id), me(), back)
    shown.focus = bool(said) or request.args.get("focus") == "1"
    if opened:
        _case_view.open_row(shown, me(), tried)
    if tried is not None and tried.why is not None:
        shown.note = ("late", tried.why, tried.kept)
    if said:
        shown.undo = _case_view.undo(found, me())
    counted = said and back.startswith(url_for("queue.queue"))  # other lists have no such numbers beside them
    counts = counts_for(me()) if counted else []
    answer = page("cases/row.html", code=code, row=shown, said=said, counts=counts, oob=True)
    return acted(answer) if said and not counted else answer


def _case_part(found: Any, said: str) -> Answer:
    return page("cases/case.html", "page", **_case_view.case_values(found, me(), said=said))

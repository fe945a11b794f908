"""Drafting texts of the handbook: new ones and new versions, review, approval, withdrawal, out and in as a file (SYS-03)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints import _handbook_view as view
from blueprints._admin import clash, save, sent_version
from blueprints._shared import Answer, done, me, not_found, require, writing
from blueprints._words import TAGS, language
from models import DocumentVersion, db
from rules import document_moves, document_sheets, documents, slot_names, slot_samples, slots, wording
from rules.document_forms import ApproveForm, NewForm, ReasonForm, TextForm, with_kinds
from rules.store import Tx
from rules.tables import Unreadable
from rules.words import N_, Refused, Words

bp = Blueprint("drafting", __name__, url_prefix="/handbook")
LARGEST = 5_000_000  # bytes of a file of texts
SAID = {
    "submit": N_("Sent to the reviewer."), "review": N_("Reviewed; it waits for approval."), "approve": N_("Approved."),
    "back": N_("Sent back to the person who drafts it."), "drop": N_("Given up."), "withdraw": N_("Withdrawn."),
}  # fmt: skip
ACTIONS = {
    "submit": "document.submit", "review": "document.review", "approve": "document.approve", "back": "document.back",
    "drop": "document.drop", "withdraw": "document.withdraw",
}  # fmt: skip
ASKS: dict[str, Any] = {"approve": ApproveForm, "back": ReasonForm, "drop": ReasonForm, "withdraw": ReasonForm}


@bp.get("/drafts")
@require("handbook.write")
def drafts() -> Answer:
    """What is drafted, waits for reviewer or approver, or for its day; texts that are out of use."""
    return _drafts()


# ------------------------------------------------------------------------------------------ drafting


@bp.get("/new")
@require("handbook.write")
def new() -> Answer:
    """The form of a new script or article."""
    what = view.sort_of(request.args)
    return view.show("handbook/new.html", form=_new_form(what), what=what, slots=_slots())


@bp.post("/new")
@require("handbook.write")
def add() -> Answer:
    """Draft a new script or article."""
    what = view.sort_of(request.form)
    form, made = _new_form(what, request.form), []
    if code := save(form, "document.begin", lambda tx: made.append(
            document_moves.begin(tx, what, form.values(), form.data).id)):  # fmt: skip
        return view.show("handbook/new.html", code, form=form, what=what, slots=_slots())
    return done(
        url_for("drafting.draft", version_id=made[0]),
        N_("Drafted. It is in force when it has been reviewed and approved."),
    )


@bp.post("/<number>/renew")
@require("handbook.write")
def renew(number: str) -> Answer:
    """Begin a new version from the text in force."""
    with writing("document.renew") as tx:
        made = document_moves.renew(tx, number).id
    return done(
        url_for("drafting.draft", version_id=made),
        N_("A draft of the next version; the text in force stays until it is approved."),
    )


@bp.get("/draft/<int:version_id>")
@require("handbook.write")
def draft(version_id: int) -> Answer:
    """A version that is not in force yet: the drafter writes, others read, review, approve."""
    found = _version(version_id)
    return _draft(found, TextForm(data={name: getattr(found, name) for name in document_moves.TEXT}))


@bp.post("/draft/<int:version_id>")
@require("handbook.write")
def keep(version_id: int) -> Answer:
    """Save a draft and perhaps send it on, or only look at it with an example's values."""
    form, sends = TextForm(request.form), "send" in request.form
    if "try" in request.form:
        return _draft(_version(version_id), form, 200 if form.validate() else 422, tried=True)
    if code := save(form, "document.edit", lambda tx: _keep(tx, version_id, form, sends)):
        return _draft(_version(version_id), form, code)
    return done(url_for("drafting.draft", version_id=version_id), SAID["submit"] if sends else N_("Saved."))


@bp.post("/draft/<int:version_id>/<move>")
@require("handbook.write")
def move(version_id: int, move: str) -> Answer:
    """Send a version on, review, approve, send back, give up or withdraw it."""
    if move not in SAID:
        raise not_found()
    form = ASKS[move](request.form) if move in ASKS else None
    if form and not form.validate():
        field, (why, *_) = next(iter(form.errors.items()))
        return _refused(version_id, move, Refused(why, 422, field))
    if no := _carried_out(version_id, move, form):
        return _refused(version_id, move, no)
    return done(_where(_version(version_id), move), SAID[move])


# ------------------------------------------------------------------------------------------ files


@bp.post("/texts.csv")
@require("handbook.write")
def export() -> Answer:
    """The texts in force of one sort as a file for a spreadsheet."""
    what = view.sort_of(request.form)
    data = document_sheets.written(documents.in_force(db.session(), what))
    named = {"Content-Disposition": f"attachment; filename={what}s.csv"}
    return Response(data, mimetype="text/csv", headers=named)


@bp.post("/file")
@require("handbook.write", takes=LARGEST)
def take() -> Answer:
    """Draft the texts of a file: all of them, or none and what is wrong, row by row."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    try:
        with writing("document.import") as tx:
            count = document_sheets.draft(tx, data)
    except Unreadable as no:
        return _drafts(422, no.why)
    except Refused as no:
        if no.code != 422:
            raise
        return _drafts(422, no.why, document_sheets.read(db.session(), data)[1])
    return done(url_for("drafting.drafts"), Words(N_("%(n)s drafts were made from the file."), n=count))


# ------------------------------------------------------------------------------------------ parts


def _version(version_id: int) -> DocumentVersion:
    found = documents.version(db.session(), version_id)
    if found is None:
        raise not_found()
    return found


def _keep(tx: Tx, version_id: int, form: TextForm, sends: bool) -> None:
    document_moves.save(tx, version_id, form.data, sent_version())
    if sends:
        document_moves.submit(tx, version_id, None)


def _drafts(code: int = 200, wrong: Words | None = None, problems: Any = ()) -> Answer:
    session = db.session()
    return view.show(
        "handbook/drafts.html", code, rows=documents.open_versions(session), ended=documents.ended(session), title=view.title,
        state=view.state, name=view.name, tones=view.TONES, wrong=wrong, problems=problems,
    )  # fmt: skip


def _new_form(what: str, sent: Any = None) -> Any:
    form = with_kinds(NewForm(sent), view.kind_names(), what == "article")
    del form.reason
    if what == "script":
        del form.to_write
    return form


def _slots() -> list[tuple[str, str]]:
    """The slots that a script may have: code and name."""
    return [(code, slot_names.name_of(code, language())) for code in slot_names.NAMES]


def _draft(found: DocumentVersion, form: TextForm, code: int = 200, tried: bool = False, reasons: Any = None) -> Answer:
    session, who = db.session(), me()
    theirs = clash(form, {name: getattr(found, name) for name in document_moves.TEXT}) if code == 409 else ()
    nots = {name: document_moves.why_not(session, who, name, found) for name in document_moves.MOVES}
    known = documents.versions(session, who, found.document.number)
    preview = [
        (tag, slots.fill(form[f"body_{at}"].data or "", slot_samples.SAMPLES[at], at)) for at, tag in TAGS.items()
    ]
    wrong = wording.problems(session, found)
    if found.document.what == "script":
        del form.to_write
    if found.number == 1:
        del form.reason
    return view.show(
        "handbook/draft.html", code, version=found, form=form, theirs=theirs, blocked=_blocked(nots), bodies=view.bodies(found),
        may={name for name, why in nots.items() if why is None}, preview=preview if tried else None, slots=_slots(),
        before=next((v for v in known if v.number < found.number), None), title=view.title(found), state=view.state(found),
        tone=view.TONES[found.state], reasons=reasons or {}, back=ReasonForm(), approve=ApproveForm(), problems=wrong,
    )  # fmt: skip


def _blocked(nots: dict[str, Any]) -> list[Any]:
    """Why the reader neither reviews nor approves, where that is the next thing."""
    return [
        nots[name]
        for name in ("review", "approve")
        if nots[name] in (Words(document_moves.NOT_OWN), Words(document_moves.SECOND))
    ]


def _carried_out(version_id: int, move: str, form: Any) -> Refused | None:
    """Make the move; the refusal where it belongs to a field, anything else is raised on."""
    told = () if form is None else (form.starts_on.data if move == "approve" else form.why.data,)
    try:
        with writing(ACTIONS[move]) as tx:
            document_moves.DOES[move](tx, version_id, sent_version(), *told)
    except Refused as no:
        if no.code != 422 or no.field is None:
            raise
        return no
    return None


def _where(found: DocumentVersion, move: str) -> str:
    """Where one goes on: with the draft, to the text that was signed, to what else is open."""
    if move in ("submit", "review", "back"):
        return url_for("drafting.draft", version_id=found.id)
    return url_for("handbook.text", number=found.document.number) if move == "approve" else url_for("drafting.drafts")


def _refused(version_id: int, move: str, no: Refused) -> Answer:
    found = _version(version_id)
    form = TextForm(data={name: getattr(found, name) for name in document_moves.TEXT})
    if no.field in form and move in ("submit", "approve") and no.field != "starts_on":
        form[no.field].errors = [no.why]
        return _draft(found, form, 422)
    return _draft(found, form, 422, reasons={move: no.why})

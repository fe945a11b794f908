"""The forbidden phrases: reading and keeping them, what one would have stopped last month, out and in as a file (KNO-03)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints._admin import clash, save, sent_version, show
from blueprints._shared import Answer, done, me, not_found, require, writing
from models import Phrase, db
from rules import phrase_keeping, phrase_sheets, phrases
from rules.phrase_forms import LISTS, PhraseForm, shown, wordings
from rules.policy import can
from rules.store import now
from rules.tables import Unreadable
from rules.words import N_, Refused, Words

bp = Blueprint("phrases", __name__, url_prefix="/phrases")
LARGEST = 2_000_000  # bytes of a file of phrases


@bp.get("")
@require("phrase.read")
def listing() -> Answer:
    """All phrases towards one audience or all, those out of use last."""
    return _list()


@bp.get("/new")
@require("phrase.admin")
def new() -> Answer:
    """The form of a new phrase."""
    return _page(PhraseForm(audience=request.args.get("audience", phrases.CUSTOMER)), None)


@bp.post("/new")
@require("phrase.admin")
def add() -> Answer:
    """Add a phrase, or only try it."""
    form = PhraseForm(request.form)
    if "try" in request.form:
        return _tried(form, None)
    if code := save(form, "phrase.add", lambda tx: phrase_keeping.save(tx, form.values())):
        return _page(form, None, code)
    return done(url_for("phrases.listing"), N_("Saved."))


@bp.get("/<int:phrase_id>")
@require("phrase.read")
def phrase(phrase_id: int) -> Answer:
    """One phrase: as a form to who keeps them, to supervisors with the messages of last month that have it."""
    found = _row(phrase_id)
    return _page(PhraseForm(data=shown(found)), found)


@bp.post("/<int:phrase_id>")
@require("phrase.admin")
def edit(phrase_id: int) -> Answer:
    """Change a phrase, or only try it."""
    form = PhraseForm(request.form)
    if "try" in request.form:
        return _tried(form, _row(phrase_id))
    if code := save(form, "phrase.edit", lambda tx: phrase_keeping.save(tx, form.values(), phrase_id, sent_version())):
        return _page(form, _row(phrase_id), code)
    return done(url_for("phrases.listing"), N_("Saved."))


@bp.get("/phrases.csv")
@require("phrase.read")
def file() -> Answer:
    """All phrases as a file for a spreadsheet."""
    data = phrase_sheets.written(list(db.session.scalars(db.select(Phrase).order_by(Phrase.number))))
    named = {"Content-Disposition": "attachment; filename=phrases.csv"}
    return Response(data, mimetype="text/csv", headers=named)


@bp.post("/file")
@require("phrase.admin", takes=LARGEST)
def take() -> Answer:
    """Take the phrases of a file: all of them, or none and the reason."""
    sent = request.files.get("file")
    try:
        with writing("phrase.import") as tx:
            count = phrase_sheets.take(tx, sent.read() if sent else b"")
    except (Refused, Unreadable) as no:
        return _list(getattr(no, "code", 422), no.why)
    return done(url_for("phrases.listing"), Words(N_("%(n)s phrases were taken from the file."), n=count))


# ------------------------------------------------------------------------------------------ reading and showing


def _row(phrase_id: int) -> Phrase:
    found = db.session.get(Phrase, phrase_id, populate_existing=True)
    if found is None:
        raise not_found()
    return found  # type: ignore[no-any-return]


def _list(code: int = 200, wrong: Words | None = None) -> Answer:
    sent = request.args.get("audience")
    chosen = sent if sent in phrases.AUDIENCES else None
    wanted = db.select(Phrase).order_by(Phrase.active.desc(), Phrase.number)
    rows = list(db.session.scalars(wanted.where(Phrase.audience == chosen) if chosen else wanted))
    return show("phrases/list.html", code, rows=rows, chosen=chosen, audiences=phrases.AUDIENCES, wrong=wrong,
                writes=can(me(), "phrase.admin"))  # fmt: skip


def _tried(form: PhraseForm, row: Phrase | None) -> Answer:
    """The form again with the number of last month's messages; nothing is written and the form stays good (E-24)."""
    if not form.validate():
        return _page(form, row, 422)
    values: dict[str, Any] = form.values()
    try:
        phrase_keeping.check(db.session(), values)
    except Refused as no:
        if no.field not in form:
            raise
        form[no.field].errors = [no.why]
        return _page(form, row, 422)
    typed = Phrase(number="", active=True, **{name: values[name] for name in ("audience", *LISTS)})
    return _page(form, row, tried=phrase_keeping.last_month(db.session(), typed, now()))


def _page(form: PhraseForm, row: Phrase | None, code: int = 200, tried: int | None = None) -> Answer:
    who = me()
    theirs = clash(form, shown(row)) if code == 409 and row else ()
    if can(who, "phrase.admin"):
        return show("phrases/edit.html", code, form=form, row=row, theirs=theirs, tried=tried)
    seen = None
    if row and can(who, "quality.read"):
        seen = phrase_keeping.last_months(db.session(), who, row, now())
    lists = [(label, wordings("\n".join(getattr(row, name)))) for name, label in zip(LISTS, _LOOKED_FOR, strict=True)]
    return show("phrases/phrase.html", code, row=row, lists=lists, audiences=phrases.AUDIENCES, seen=seen)


_LOOKED_FOR = (N_("Looked for in Chinese"), N_("Looked for in English"))

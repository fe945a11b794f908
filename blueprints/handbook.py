"""The handbook: scripts and articles to read, to find from each kind of work, and to print (SYS-03, KNO-07…09)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints import _handbook_view as view
from blueprints._admin import save, sent_version
from blueprints._shared import Answer, done, me, not_found, page, require
from blueprints._words import LANGUAGES, OTHER, TAGS, language, speaking
from models import db
from rules import document_moves, documents, library
from rules.document_forms import PlaceForm, ReasonForm, with_kinds
from rules.policy import can
from rules.words import N_

bp = Blueprint("handbook", __name__, url_prefix="/handbook")
SHOWN = 40  # characters of what is looked for


# ------------------------------------------------------------------------------------------ reading


@bp.get("")
@require("handbook.read")
def listing() -> Answer:
    """Texts in force of one sort, those that hold what is looked for, or are for a kind of work."""
    return _list()


@bp.get("/<number>")
@require("handbook.read")
def text(number: str) -> Answer:
    """A text in force; for those who may, any version of it with the change record."""
    return _text(number)


@bp.get("/<number>/print")
@require("handbook.read")
def paper(number: str) -> Answer:
    """A text on A4 with its document-control head, in the reader's language or in `lang`."""
    found = view.versions(number)
    asked = request.args.get("lang", "")
    spoken = asked if asked in LANGUAGES else language()
    with speaking(spoken):
        shown, (other, name) = view.numbers(found, request.args.get("version")), OTHER[spoken]
        sheet = {"title": view.title(shown), "ref": number}
        again = url_for("handbook.paper", number=number, lang=other, version=shown.number)
        return page("handbook/paper.html", sheet=sheet, version=shown, head=view.head(shown), body=view.bodies(shown)[0],
                    used=view.used(shown.document), tag=TAGS[spoken], other=(TAGS[other], name, again),
                    case_url=url_for("handbook.text", number=number))  # fmt: skip


@bp.get("/<number>/changes")
@require("handbook.read")
def changes(number: str) -> Answer:
    """What differs between a version and another one, else the one before it."""
    found = view.versions(number)
    new = view.numbers(found, request.args.get("new"))
    earlier = [v for v in found if v.number < new.number]
    old = next((v for v in found if str(v.number) == request.args.get("old")), earlier[0] if earlier else None)
    if old is None:
        raise not_found()
    shown = {"number": number, "old": old, "new": new, "found": view.differences(old, new), "title": view.title(new)}
    return view.show("handbook/changes.html", **shown)


@bp.get("/<number>/place")
@require("handbook.approve")
def place(number: str) -> Answer:
    """Where a text is used, as a form."""
    it = view.versions(number)[0].document
    names = ("grouped", "audience", "variant", "channels", "kinds")
    return _place(number, _form(PlaceForm(data={name: getattr(it, name) for name in names}), it.what))


@bp.post("/<number>/place")
@require("handbook.approve")
def put(number: str) -> Answer:
    """Say where a text is used."""
    form = _form(PlaceForm(request.form), view.versions(number)[0].document.what)
    if code := save(form, "document.place", lambda tx: document_moves.place(tx, number, form.values(), sent_version())):
        return _place(number, form, code)
    return done(url_for("handbook.text", number=number), N_("Saved."))


# ------------------------------------------------------------------------------------------ parts


def _list() -> Answer:
    who, what, kind = me(), view.sort_of(request.args), request.args.get("kind", "")[:SHOWN]
    sought = request.args.get("q", "").strip()[:SHOWN]
    rows = documents.listing(db.session(), what, sought, kind)
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(documents.GROUPS.get(row.grouped, row.grouped), []).append(row)
    keeps = can(who, "handbook.write")
    return view.show(
        "handbook/list.html", what=what, groups=groups, sought=sought, kind=dict(view.kind_names()).get(kind), kind_code=kind,
        count=len(rows), writes=keeps, missing=len(library.missing(db.session())) if keeps else 0, title=view.title,
    )  # fmt: skip


def _text(number: str) -> Answer:
    who, found = me(), view.versions(number)
    shown = view.numbers(found, request.args.get("version"))
    writes, draft = can(who, "handbook.write"), next((v for v in found if v.state in documents.OPEN), None)
    return view.show(
        "handbook/text.html", version=shown, title=view.title(shown), head=view.head(shown), bodies=view.bodies(shown),
        used=view.used(shown.document), said_to=view.said_to(shown.document), state=view.state, name=view.name, tones=view.TONES,
        versions=found if documents.reads_all(who) else [], renews=writes and draft is None, draft=draft if writes else None,
        places=can(who, "handbook.approve"), form=ReasonForm(), suggests=can(who, "idea.write"),
        withdraws=document_moves.why_not(db.session(), who, "withdraw", shown) is None,
    )  # fmt: skip


def _place(number: str, form: Any, code: int = 200) -> Answer:
    found = view.versions(number)[0]
    return view.show("handbook/place.html", code, version=found, form=form, title=view.title(found))


def _form(form: Any, what: str) -> Any:
    return with_kinds(form, view.kind_names(), what == "article")

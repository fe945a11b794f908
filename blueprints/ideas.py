"""The suggestion box: write what should be different, read the answers, answer (ORG-10)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints import _handbook_view as view
from blueprints._admin import save, sent_version
from blueprints._shared import Answer, done, me, require
from blueprints._words import shown_text
from models import db
from rules import ideas
from rules.ideas import AnswerForm, IdeaForm
from rules.policy import can
from rules.words import N_, Words

bp = Blueprint("ideas", __name__, url_prefix="/ideas")
FROM = 40  # characters of a number or ref


@bp.get("")
@require("idea.read")
def listing() -> Answer:
    """Suggestions, open ones first."""
    return _list()


@bp.get("/new")
@require("idea.write")
def new() -> Answer:
    """The form of a suggestion, from a text or a matter."""
    return _page(IdeaForm(), request.args)


@bp.post("/new")
@require("idea.write")
def add() -> Answer:
    """Put a suggestion in the box."""
    form, about = IdeaForm(request.form), _about(request.form)
    if code := save(form, "idea.write", lambda tx: ideas.write(tx, form.words.data, form.rule.data, *about)):
        return _page(form, request.form, code)
    return done(url_for("ideas.listing"), N_("In the box. Until it is answered the rule stays in force."))


@bp.post("/<int:idea_id>")
@require("idea.answer")
def answer(idea_id: int) -> Answer:
    """Take a suggestion up or decline it."""
    form, taken, made = AnswerForm(request.form), request.form.get("do") == "take", []
    if code := save(form, "idea.answer", lambda tx: made.append(
            ideas.answer(tx, idea_id, taken, form.answer.data, sent_version()))):  # fmt: skip
        return _list(code, idea_id, form)
    if made[0]:
        return done(url_for("drafting.drafts"), Words(N_("Taken up; a draft of %(number)s is open."), number=made[0]))
    return done(url_for("ideas.listing"), N_("Answered; the writer is told."))


def _about(sent: Any) -> tuple[str | None, str | None]:
    """The number of a text and the ref of a matter that it is about."""
    return sent.get("number", "")[:FROM] or None, sent.get("case", "")[:FROM] or None


def _page(form: IdeaForm, sent: Any, code: int = 200) -> Answer:
    number, ref = _about(sent)
    return view.show("ideas/new.html", code, form=form, number=number, ref=ref)


def _list(code: int = 200, refused: int | None = None, form: Any = None) -> Answer:
    rows = ideas.listing(db.session(), me())
    forms = {idea.id: form if idea.id == refused else AnswerForm() for idea, *_ in rows if idea.status == ideas.OPEN}
    return view.show(
        "ideas/list.html", code, rows=rows, forms=forms, statuses=ideas.STATUSES, answers=can(me(), "idea.answer"),
        writes=can(me(), "idea.write"), name=view.name, said=shown_text, refused=refused,
    )  # fmt: skip

"""Who owes the office an answer: open questions to other desks, partners and the fleet, the longest wait first (ORG-03)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints import _byhand
from blueprints._questions_view import waits
from blueprints._shared import Answer, me, page, require
from blueprints._words import shown_text
from models import db
from rules import open_questions, parties
from rules.policy import can
from rules.words import N_, Words
from rules.workflow import KINDS

bp = Blueprint("questions", __name__)


@bp.get("/questions")
@require("question.read")
def listing() -> Answer:
    """Open questions of the office, those of one desk where it is chosen."""
    to = request.args.get("to", "")[:40] or None
    rows, following = open_questions.waiting(db.session(), me(), to, _byhand.number("after", request.args))
    later = url_for("questions.listing", to=to, after=following) if following else None
    return page(
        "questions/list.html", "more", lines=[_line(*row) for row in rows], groups=_groups(to), next_url=later,
        may=can(me(), "case.write"), here=url_for("questions.listing", to=to), later="after" in request.args,
    )  # fmt: skip


def _groups(to: str | None) -> list[tuple[Any, str, int, bool]]:
    """Filters: name, address, number, current."""
    found = open_questions.groups(db.session(), me())
    whole = sum(n for _, _, n in found)
    return [
        (N_("All"), url_for("questions.listing"), whole, to is None),
        *((name, url_for("questions.listing", to=code), n, code == to) for code, name, n in found),
    ]


def _line(
    question: Any, due_at: Any, ref: str, kind: str, title: str, gist: Any, customer: str | None, owner: str
) -> dict[str, Any]:
    tone, wait = waits(question.asked_at, due_at)
    about = title or KINDS[kind].label
    return {
        "id": question.id, "whom": question.whom, "kind": Words(parties.NAMES[question.to_kind]), "tone": tone, "wait": wait,
        "question": shown_text(question.question), "ref": ref, "about": about, "customer": customer, "owner": owner,
        "href": url_for("cases.case", ref=ref) + f"#q-{question.id}", "nudge": url_for("cases.move", ref=ref, name="nudge_party"),
        "chases": Words(N_("asked again %(n)s times"), n=question.chases) if question.chases else None,
    }  # fmt: skip

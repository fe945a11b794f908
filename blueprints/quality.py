"""Who wrote which forbidden phrase this month, and words that a supervisor lets go (KNO-03, D-14)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, request, url_for
from wtforms import Form

from blueprints import _handbook_view
from blueprints._shared import Answer, done, me, require, writing
from models import db
from rules import fields, figures, phrase_hits, policy
from rules.store import now
from rules.words import N_, Refused

bp = Blueprint("quality", __name__, url_prefix="/quality")


class LetGo(Form):
    """Why the words may leave."""

    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


@bp.get("")
@require("quality.read")
def listing() -> Answer:
    """Hits of this month per person and phrase, the repeated ones first, and the words that were stopped."""
    return _listing()


@bp.post("/<int:hit_id>/allow")
@require("phrase.allow")
def allow(hit_id: int) -> Answer:
    """Let words go that were stopped: exactly these, to this audience."""
    form = LetGo(request.form)
    if not form.validate():
        return _listing({hit_id: form}, 422)
    try:
        with writing("phrase.allow") as tx:
            g.result = url_for("quality.listing")
            phrase_hits.let_go(tx, hit_id, form.reason.data)
    except Refused as no:
        if no.code in (403, 404):
            raise
        form.reason.errors = [no.why]
        return _listing({hit_id: form}, no.code)
    return done(g.result, N_("These words may leave now; who wrote them is told."))


def _listing(tried: dict[int, Any] | None = None, code: int = 200) -> Answer:
    hits = phrase_hits.since(db.session(), me(), _month())
    lines = [_line(tried or {}, hit) for hit in hits]
    return _handbook_view.show("quality/list.html", code, lines=lines, counts=_counts(hits))


def _month() -> Any:
    """The beginning of this month where the reader is."""
    return now().astimezone(ZoneInfo(me().zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _counts(hits: Any) -> list[tuple[Any, Any, int, bool]]:
    """(person, phrase, how often, repeated), the most frequent first."""
    found = Counter((hit.user_id, hit.phrase_id) for hit in hits)
    first = {(hit.user_id, hit.phrase_id): hit for hit in hits}
    most = figures.figure(db.session(), phrase_hits.REPEAT, me().office_id)
    return [(first[key].user, first[key].phrase, many, many >= most) for key, many in found.most_common()]


def _line(tried: dict[int, Any], hit: Any) -> dict[str, Any]:
    may = policy.can(me(), "phrase.allow") and hit.outcome == phrase_hits.BLOCKED and hit.user_id != me().user_id
    return {"hit": hit, "form": tried.get(hit.id, LetGo()) if may else None}

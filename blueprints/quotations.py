"""A quotation to the customer: sent in the words made from its charges, or printed. A floor price has no paper (INQ-16)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _case_view, _quotation_paper
from blueprints._look import Tried
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from blueprints._words import LANGUAGES, OTHER, TAGS, language, speaking
from models import Quotation, db
from rules import queries, quoting
from rules.facts import Facts
from rules.once import Repeated
from rules.words import N_, Refused
from rules.workflow import perform
from workflows.quoting_forms import Send

bp = Blueprint("quotations", __name__)
WRITTEN = ("approved", "sent")


@bp.post("/cases/<ref>/quotation/send")
@require("quotation.write")
def send(ref: str) -> Answer:
    """Record that the approved version went out; what was told is worded here from its charges, never typed."""
    form = Send(request.form)
    if not form.validate():
        return _again(ref, Tried("send_quote", form), 422)
    try:
        _send(ref, form)
    except Repeated:
        pass  # the same form again: the same answer
    except Refused as no:
        return _refused(ref, form, no)
    return done(url_for("cases.case", ref=ref), N_("Answered: the clock has stopped"))


@bp.get("/cases/<ref>/quotation/<int:number>/print")
@require("quotation.read")
def paper(ref: str, number: int) -> Answer:
    """A version on A4 for the customer; only one that was approved or sent, never a floor price."""
    case = queries.case_by_ref(db.session(), me(), ref)
    found = _written(case, number)
    if found is None:
        raise not_found()
    asked = request.args.get("lang", "")
    spoken = asked if asked in LANGUAGES else language()
    with speaking(spoken):
        other, name = OTHER[spoken]
        return page("prints/quotation.html", sheet=_quotation_paper.sheet(case, found), tag=TAGS[spoken],
                    other=(TAGS[other], name, url_for("quotations.paper", ref=ref, number=number, lang=other)),
                    case_url=url_for("cases.case", ref=ref))  # fmt: skip


def _written(case: Any, number: int) -> Quotation | None:
    if case is None or case.kind != "inquiry":
        return None
    known = Facts(db.session(), case).quotations
    written = (q for q in known if q.status in WRITTEN and q.basis != "floor" and quoting.unchanged(q, case))
    return next((q for q in written if q.number == number), None)


def _send(ref: str, form: Send) -> None:
    version = request.form.get("version", "")
    with writing("send_quote") as tx:
        case = queries.case_by_ref(tx.session, me(), ref, fresh=True)
        if case is None or case.kind != "inquiry":
            raise not_found()
        ready = next((q for q in reversed(Facts(tx.session, case).quotations) if q.status == "approved"), None)
        told = _quotation_paper.customer_text(ready, case, form.language.data or "zh") if ready else ""
        data = {f.name: f.data for f in form if f.raw_data} | {"words": told}
        perform(tx, case, "send_quote", data, int(version) if version.isdecimal() else None)
        g.result = url_for("cases.case", ref=ref)


def _refused(ref: str, form: Send, no: Refused) -> Answer:
    if no.code == 404:
        raise no
    db.session.rollback()
    db.session.expire_all()
    if no.field and no.field in form:
        form[no.field].errors = [*form[no.field].errors, no.why]
    return _again(ref, Tried("send_quote", form, no.why), no.code)


def _again(ref: str, tried: Tried, code: int) -> Answer:
    case = queries.case_by_ref(db.session(), me(), ref)
    if case is None:
        raise not_found()
    return page("cases/case.html", code=code, failed=True, **_case_view.case_values(case, me(), tried))

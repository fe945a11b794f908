"""Cargo queries (查货): answered in the call without opening a matter, and the search without a number (SHP-16 to SHP-19)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _byhand, _tracing_view
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from blueprints._words import words
from blueprints.shipments import kept, visible
from models import Shipment, db
from rules import intake, numbering, queries, spot, tracing
from rules.store import Tx, now
from rules.words import N_, Refused, Words
from rules.workflow import open_case, perform
from workflows.tracing import CallBackForm, ProgressForm, SpotForm, TracingForm

bp = Blueprint("tracing", __name__)
NO_KEY = N_("Write at least one thing that he remembers: day, consignee, destination or shipper.")
NO_CALLER = N_("Write the number he calls from, or his company.")


@bp.get("/tracing")
@require("tracing.read")
def search() -> Answer:
    """An empty form for a caller without a number."""
    return page("tracing/tracing.html", form=TracingForm(meta={"zone": me().zone}), found=None)


@bp.post("/tracing")
@require("tracing.read")
def result() -> Answer:
    """Look up for a known person of the shipper; anybody else is referred on. Writes nothing."""
    form = TracingForm(request.form, meta={"zone": me().zone})
    if not _complete(form):
        return page("tracing/tracing.html", code=422, form=form, found=None, failed=True)
    return page("tracing/tracing.html", form=form, found=_tracing_view.result(me(), form))


def _complete(form: TracingForm) -> bool:
    """Whether it says who calls and what he remembers; asked before anybody is looked up."""
    good = form.validate()
    if not form.phone.data and not form.phone.errors and not form.company.data:
        form.phone.errors = [*form.phone.errors, Words(NO_CALLER)]
    if not any(form[name].data or form[name].errors for name in tracing.KEYS):
        form.consignee.errors = [*form.consignee.errors, Words(NO_KEY)]
    return bool(good) and not form.errors


@bp.post("/tracing/log")
@require("tracing.read")
def call_back() -> Answer:
    """Nothing found at once: log it with the promised time; it is in the queue from now on (SHP-18)."""
    form = CallBackForm(request.form, meta={"zone": me().zone})
    if not form.validate():
        return _later_page(form, 422)
    try:
        with writing("inquiry.register") as tx:
            data = {f.name: f.data for f in form} | {"channel": "phone", "called_at": tx.at, "topic": "cargo"}
            case = open_case(tx, "inquiry", intake.resolve(tx.session, me(), data))
            g.result = url_for("cases.case", ref=case.ref)
    except Refused as no:
        return _later_page(_byhand.refused(form, no), no.code)
    return done(g.result, N_("Logged; the promised time runs."))


def _later_page(form: CallBackForm, code: int) -> Answer:
    customer = queries.customer_by_id(db.session(), me(), form.customer.data or 0)
    if customer is None:
        raise not_found()
    found = {"known": True, "customers": [customer.name], "hits": [], "later": form}
    return page("tracing/tracing.html", code=code, form=TracingForm(meta={"zone": me().zone}), found=found, failed=True)


# ------------------------------------------------------------------------------------------ with a number


@bp.post("/shipments/<int:shipment_id>/spot")
@require("case.register")
def spot_answer(shipment_id: int) -> Answer:
    """Answered in the call: log it on the shipment, or log a matter that tells when the number is out (SHP-19)."""
    form = SpotForm(request.form)
    _tracing_view.limit_audience(form, visible(shipment_id), me())
    watch = request.form.get("do") == "watch"

    def keep(tx: Tx, s: Shipment) -> None:
        if watch:
            _watch(tx, s, _byhand.values_of(form))
        else:
            spot.answer(tx, s, _byhand.values_of(form))

    said = N_("Logged; you have it in your list as soon as the number is out.") if watch else N_("Answered and logged.")
    return kept("spot", form, shipment_id, "shipment.answer", keep, said)


def _watch(tx: Tx, s: Shipment, data: dict[str, Any]) -> None:
    """A matter of the customer, answered with what is known, that waits for the number."""
    asked = data["said"] or words(N_("When is the waybill number out?"))
    new = {
        "channel": data["channel"],
        "topic": "cargo",
        "asked": asked[:200],
        "note_id": s.id,
        "customer": s.customer_id,
        "called_at": now(),
    }
    ref = open_case(tx, "inquiry", intake.resolve(tx.session, me(), new)).ref
    perform(tx, queries.case_by_ref(tx.session, me(), ref), "watch_number")
    perform(tx, queries.case_by_ref(tx.session, me(), ref), "answer", data)
    tx.action = "inquiry.register"


@bp.post("/shipments/<int:shipment_id>/progress")
@require("shipment.write")
def progress(shipment_id: int) -> Answer:
    """Note what is done with goods that have no number yet (SHP-19)."""
    form, version = ProgressForm(request.form), _byhand.number("version")

    def keep(tx: Tx, s: Shipment) -> None:
        numbering.set_progress(tx, s, form.progress.data, version)

    return kept("progress", form, shipment_id, "shipment.progress", keep)

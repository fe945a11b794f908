"""Shipments: list, page, making and editing by hand, stage, holds (D-02, D-12, CHG stages)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _byhand, _shipment_view
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from models import Shipment, db
from rules import queries, shipments, stages
from rules.byhand import offices
from rules.policy import SUPERVISOR, can
from rules.shipment_forms import HOLDS, HoldForm, ShipmentForm, StageForm
from rules.store import Tx
from rules.words import N_, Refused

bp = Blueprint("shipments", __name__)


@bp.get("/shipments")
@require("shipment.read")
def listing() -> Answer:
    """Shipments, newest first, narrowed by words, mode, stage and holds."""
    who, wanted, before = me(), _wanted(), _byhand.number("before", request.args)
    whole = _shipment_view.select_list(who, wanted)
    part = whole.where(Shipment.id < before) if before else whole
    found = list(db.session.scalars(part.limit(_byhand.PAGE + 1)))
    shown = found[: _byhand.PAGE]
    last = shown[-1].id if len(found) > _byhand.PAGE else None
    following = url_for("shipments.listing", **(request.args.to_dict() | {"before": last})) if last else None
    return page(
        "shipments/list.html", "list", wanted=wanted, lines=_shipment_view.lines(shown), next_url=following, later=bool(before),
        modes=stages.MODES, stages=stages.STAGES, total=queries.total(db.session(), whole), may_add=can(who, "shipment.write"),
    )  # fmt: skip


def _wanted() -> _shipment_view.Wanted:
    args = request.args
    return _shipment_view.Wanted(
        args.get("q", "").strip()[:200], args.get("mode") if args.get("mode") in stages.MODES else None,
        args.get("stage") if args.get("stage") in stages.NAMES else None, args.get("held") == "1",
    )  # fmt: skip


@bp.get("/shipments/<int:shipment_id>")
@require("shipment.read")
def shipment(shipment_id: int) -> Answer:
    """A shipment with its stage, holds, matters, changes and what happened."""
    return page("shipments/shipment.html", **_shipment_view.page_values(me(), visible(shipment_id)))


def visible(shipment_id: int) -> Shipment:
    found = queries.shipment_by_id(db.session(), me(), shipment_id)
    if found is None:
        raise not_found()
    return found


# ------------------------------------------------------------------------------------------ making and editing


@bp.get("/shipments/new")
@require("shipment.write")
def new() -> Answer:
    """An empty form, or one begun from a customer's page."""
    customer = queries.customer_by_id(db.session(), me(), _byhand.number("customer", request.args) or 0)
    data = {"customer": _shipment_view.customer_name(customer)}
    return _form_page(_form(None, ShipmentForm(data=data, zone=me().zone)), None)


@bp.post("/shipments")
@require("shipment.write")
def create() -> Answer:
    """Make a shipment; the number may come later (D-12)."""
    form = _form(None, ShipmentForm(request.form, zone=me().zone))
    if not form.validate():
        return _form_page(form, None, 422)
    try:
        with writing("shipment.add") as tx:
            customer_id = shipments.customer_called(tx.session, me(), form.customer.data)
            made = shipments.make(tx, _byhand.values_of(form), customer_id)
            g.result = url_for("shipments.shipment", shipment_id=made.id)
    except Refused as no:
        return _form_page(_byhand.refused(form, no), None, no.code)
    return done(g.result, N_("Shipment added."))


@bp.get("/shipments/<int:shipment_id>/edit")
@require("shipment.write")
def edit(shipment_id: int) -> Answer:
    """The shipment as a form; what only a change may write stands beside it."""
    found = visible(shipment_id)
    data = {"customer": _shipment_view.customer_name(found.customer)}
    form = ShipmentForm(obj=_Without(found), data=data, zone=me().zone)
    return _form_page(_form(found, form), found)


@bp.post("/shipments/<int:shipment_id>/edit")
@require("shipment.write")
def save(shipment_id: int) -> Answer:
    """Keep the facts, unless somebody was faster: then theirs and mine stand side by side."""
    found = visible(shipment_id)
    form = _form(found, ShipmentForm(request.form, zone=me().zone, data={"mode": found.mode}))
    if not form.validate():
        return _form_page(form, found, 422)
    values, reason = _byhand.values_of(form), form.reason.data if "reason" in form else None
    try:
        with writing("shipment.edit") as tx:
            g.result = url_for("shipments.shipment", shipment_id=shipment_id)
            customer_id = shipments.customer_called(tx.session, me(), form.customer.data)
            shipments.edit(tx, visible(shipment_id), values, _byhand.number("version"), reason, customer_id)
    except Refused as no:
        return _form_page(_byhand.refused(form, no), visible(shipment_id), no.code)
    return done(g.result, N_("Saved."))


class _Without:
    """A shipment for a form: its columns, but not the customer's row, which the form writes as number or name."""

    def __init__(self, found: Shipment) -> None:
        self.__dict__.update({name: value for name, value in vars(found).items() if name != "customer"})


def _form(found: Shipment | None, form: ShipmentForm) -> ShipmentForm:
    """Choices filled in; fields that this person, place or stage of life does not have taken out."""
    form.partner_id.choices = [("", N_("none")), *_byhand.partners(db.session(), found.partner_id if found else None)]
    places = offices(db.session(), me())
    form.office_id.choices = [("", N_("Choose")), *places]
    gone = {"office_id"} if found is not None or len(places) == 1 else set()
    if found is None or found.number is None or SUPERVISOR not in me().roles:
        gone.add("reason")
    if found is not None:
        form.mode.data = found.mode
        gone |= shipments.locked(me(), found)
    for name in gone:
        if name in form:
            del form[name]
    return form


def _form_page(form: ShipmentForm, found: Shipment | None, code: int = 200) -> Answer:
    clash = _byhand.clash(form, _Without(found)) if code == 409 and found else []
    locked = _shipment_view.locked_rows(me(), found) if found else []
    change_url = _shipment_view.new_change(found, can(me(), "case.register")) if found else None
    values: dict[str, Any] = {"form": form, "s": found, "clash": clash, "locked": locked, "change_url": change_url}
    return page("shipments/edit.html", code=code, failed=code >= 400, **values)


# ------------------------------------------------------------------------------------------ stage and holds


@bp.post("/shipments/<int:shipment_id>/stage")
@require("shipment.write")
def stage(shipment_id: int) -> Answer:
    """Note the stage that somebody reported; back only with a reason."""
    form = _shipment_view.stage_form(visible(shipment_id), StageForm(request.form, zone=me().zone))
    version = _byhand.number("version")

    def note(tx: Tx, found: Shipment) -> None:
        shipments.set_stage(tx, found, form.stage.data, form.at.data, form.source.data, form.reason.data, version)

    return kept("stage", form, shipment_id, "shipment.stage", note)


@bp.post("/shipments/<int:shipment_id>/hold/<which>")
@require("shipment.write")
def hold(shipment_id: int, which: str) -> Answer:
    """Set or lift the service's or finance's own hold, with a reason (D-02)."""
    if which not in HOLDS:
        raise not_found()
    form, lifts = HoldForm(request.form), request.form.get("do") == "lift"
    rule, action = (shipments.lift_hold, "shipment.lift_hold") if lifts else (shipments.set_hold, "shipment.hold")
    return kept(f"hold_{which}", form, shipment_id, action, lambda tx, s: rule(tx, s, which, form.reason.data))


def kept(
    name: str, form: Any, shipment_id: int, action: str, rule: Callable[[Tx, Shipment], Any], said: str = N_("Saved.")
) -> Answer:
    """Check one of the page's small forms and carry it out; refused, it stands open on the page with what was typed."""
    visible(shipment_id)
    code = 422
    if form.validate():
        try:
            with writing(action) as tx:
                g.result = url_for("shipments.shipment", shipment_id=shipment_id)
                rule(tx, visible(shipment_id))
            return done(g.result, said)
        except Refused as no:
            form, code = _byhand.refused(form, no), no.code
    values = _shipment_view.page_values(me(), visible(shipment_id), **{name: form})
    return page("shipments/shipment.html", code=code, **values)

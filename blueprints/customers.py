"""Customers: list, page, making and editing by hand, class, stop and document hold, money paid, contact log (CUS, FIN)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _byhand, _customer_list, _customer_view
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from blueprints.cases import UPLOAD, stored_files
from models import Agreement, Customer, db
from rules import customers, finance_forms, holding, payments, queries, reminders
from rules.byhand import offices
from rules.customer_forms import GRADES, GROUPS, CustomerForm
from rules.policy import can
from rules.store import Tx
from rules.words import N_, Refused
from workflows.common import Reminder

bp = Blueprint("customers", __name__)


@bp.get("/customers")
@require("customer.read")
def listing() -> Answer:
    """Customers by name, narrowed by words, class, group and own agent."""
    who, wanted, session = me(), _wanted(), db.session()
    whole = _customer_list.select_list(who, wanted)
    part = _byhand.after_name(session, who, whole, _byhand.number("after", request.args))
    found = [tuple(row) for row in session.execute(part.limit(_byhand.PAGE + 1))]
    shown = found[: _byhand.PAGE]
    after = shown[-1][0].id if len(found) > _byhand.PAGE else None
    following = url_for("customers.listing", **(request.args.to_dict() | {"after": after})) if after else None
    return page(
        "customers/list.html", "list", wanted=wanted, lines=_customer_list.lines(who, shown), next_url=following,
        agents=_byhand.writers(session, who), grades=GRADES, groups=GROUPS, total=queries.total(session, whole),
        may_add=can(who, "customer.write"), later="after" in request.args,
    )  # fmt: skip


def _wanted() -> _customer_list.Wanted:
    args = request.args
    return _customer_list.Wanted(
        args.get("q", "").strip()[:200], args.get("grade") if args.get("grade") in GRADES else None,
        args.get("group") if args.get("group") in GROUPS else None, _byhand.number("agent", args),
    )  # fmt: skip


@bp.get("/customers/<int:customer_id>")
@require("customer.read")
def customer(customer_id: int) -> Answer:
    """A customer with open work, contacts, goods on hold and what happened."""
    return page("customers/customer.html", **_customer_view.page_values(me(), _visible(customer_id)))


def _visible(customer_id: int) -> Customer:
    found = queries.customer_by_id(db.session(), me(), customer_id)
    if found is None:
        raise not_found()
    return found


# ------------------------------------------------------------------------------------------ making and editing


@bp.get("/customers/new")
@require("customer.write")
def new() -> Answer:
    """An empty form."""
    return _form_page(_form(None, CustomerForm()), None)


@bp.post("/customers")
@require("customer.write")
def create() -> Answer:
    """Make a customer."""
    form = _form(None, CustomerForm(request.form))
    if not form.validate():
        return _form_page(form, None, 422)
    try:
        with writing("customer.add") as tx:
            made = customers.make(tx, _byhand.values_of(form))
            g.result = url_for("customers.customer", customer_id=made.id)
    except Refused as no:
        return _form_page(_byhand.refused(form, no), None, no.code)
    return done(g.result, N_("Customer added."))


@bp.get("/customers/<int:customer_id>/edit")
@require("customer.write")
def edit(customer_id: int) -> Answer:
    """The customer's own facts as a form."""
    found = _visible(customer_id)
    return _form_page(_form(found, CustomerForm(obj=found, data=_days(found))), found)


@bp.post("/customers/<int:customer_id>/edit")
@require("customer.write")
def save(customer_id: int) -> Answer:
    """Keep the facts, unless somebody was faster: then theirs and mine stand side by side."""
    found = _visible(customer_id)
    form = _form(found, CustomerForm(request.form))
    if not form.validate():
        return _form_page(form, found, 422)
    try:
        with writing("customer.edit") as tx:
            g.result = url_for("customers.customer", customer_id=customer_id)
            customers.edit(tx, _visible(customer_id), _byhand.values_of(form), _byhand.number("version"))
    except Refused as no:
        return _form_page(_byhand.refused(form, no), _visible(customer_id), no.code)
    return done(g.result, N_("Saved."))


def _days(found: Customer) -> dict[str, Any]:
    agreed: Agreement | None = _customer_view.agreement(found)
    return {"starts_on": agreed.starts_on, "ends_on": agreed.ends_on} if agreed else {}


def _form(found: Customer | None, form: CustomerForm) -> CustomerForm:
    """Choices filled in; fields that this person or place does not have taken out."""
    form.agent_id.choices = [("", N_("nobody yet")), *_byhand.writers(db.session(), me())]
    places = offices(db.session(), me())
    form.office_id.choices = [("", N_("Choose")), *places]
    if found is not None or len(places) == 1:
        del form.office_id
    if found is not None:
        del form.grade
    for name in () if can(me(), "customer.flags") else customers.FLAGS:
        del form[name]
    return form


def _form_page(form: CustomerForm, found: Customer | None, code: int = 200) -> Answer:
    return page("customers/edit.html", code=code, form=form, c=found, failed=code >= 400,
                clash=_byhand.clash(form, found) if code == 409 and found else [])  # fmt: skip


# ------------------------------------------------------------------------------------------ class, stop, contact log


@bp.post("/customers/<int:customer_id>/class")
@require("customer.class")
def set_class(customer_id: int) -> Answer:
    """Put the customer into another class, with a reason (CUS-04)."""
    form = _customer_view.ClassForm(request.form)
    version = _byhand.number("version")
    return _small("grade", form, customer_id, "customer.class", lambda tx, c: customers.set_class(
        tx, c, form.grade.data or "", form.reason.data, version))  # fmt: skip


@bp.post("/customers/<int:customer_id>/stop")
@require("customer.stop")
def stop(customer_id: int) -> Answer:
    """Finance stops the customer, or lifts the stop, with a reason (停办, FIN-19)."""
    form, lifts = _customer_view.StopForm(request.form), request.form.get("do") == "lift"
    rule, action = (customers.lift_stop, "customer.lift") if lifts else (customers.stop, "customer.stop")
    return _small("stop", form, customer_id, action, lambda tx, c: rule(tx, c, form.reason.data))


@bp.post("/customers/<int:customer_id>/documents")
@require("customer.stop")
def documents(customer_id: int) -> Answer:
    """Finance holds the customer's documents, or gives them out again (扣单, FIN-02)."""
    form, lifts = finance_forms.DocumentsForm(request.form), request.form.get("do") == "lift"
    if lifts:
        return _small(
            "documents", form, customer_id, "hold.lift", lambda tx, c: holding.lift_documents(tx, c, form.reason.data)
        )
    return _small("documents", form, customer_id, "hold.documents", lambda tx, c: holding.hold_documents(
        tx, c, form.reason.data, form.clause))  # fmt: skip


@bp.post("/customers/<int:customer_id>/payments")
@require("payment.state", takes=UPLOAD)
def paid(customer_id: int) -> Answer:
    """The customer says that he has paid; finance looks at the account (FIN-19)."""
    _visible(customer_id)
    form = finance_forms.PaymentForm(request.form)
    try:
        slips = stored_files()
    except Refused as no:
        return _shown("paid", _byhand.refused(form, no), customer_id, no.code)
    values, slip = _byhand.values_of(form), slips[0] if slips else None
    return _small("paid", form, customer_id, "payment.state", lambda tx, c: payments.state(tx, c, values, slip))


@bp.post("/customers/<int:customer_id>/log")
@require("customer.write")
def log(customer_id: int) -> Answer:
    """Log a contact that belongs to no matter (CUS-05)."""
    form = _customer_view.LogForm(request.form)
    values = _byhand.values_of(form)
    return _small("log", form, customer_id, "customer.contact", lambda tx, c: customers.log_contact(tx, c, values))


@bp.post("/customers/<int:customer_id>/remind")
@require("customer.write")
def remind(customer_id: int) -> Answer:
    """Bring the customer back into my list at a moment (E-01)."""
    form = Reminder(request.form)
    return _small("remind", form, customer_id, "customer.remind", lambda tx, c: reminders.remind(
        tx, c, form.at.data, form.text.data or ""))  # fmt: skip


def _small(name: str, form: Any, customer_id: int, action: str, rule: Callable[[Tx, Customer], Any]) -> Answer:
    """Check one of the page's small forms and carry it out; refused, it stands open on the page with what was typed."""
    _visible(customer_id)
    code = 422
    if form.validate():
        try:
            with writing(action) as tx:
                g.result = url_for("customers.customer", customer_id=customer_id)
                rule(tx, _visible(customer_id))
            return done(g.result, N_("Saved."))
        except Refused as no:
            form, code = _byhand.refused(form, no), no.code
    return _shown(name, form, customer_id, code)


def _shown(name: str, form: Any, customer_id: int, code: int) -> Answer:
    values = _customer_view.page_values(me(), _visible(customer_id), **{name: form})
    return page("customers/customer.html", code=code, **values)

"""The people at a customer: adding, editing, noting that somebody has left (CUS-12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _byhand
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from models import Contact, Customer, db
from rules import customers, queries
from rules.customer_forms import ContactForm
from rules.store import Tx
from rules.words import N_, Refused

bp = Blueprint("contacts", __name__)


@bp.get("/customers/<int:customer_id>/contacts/new")
@require("customer.write")
def new(customer_id: int) -> Answer:
    """An empty form for a contact."""
    return _contact_page(ContactForm(), customer_id, None)


@bp.post("/customers/<int:customer_id>/contacts")
@require("customer.write")
def create(customer_id: int) -> Answer:
    """Add a contact."""
    form = ContactForm(request.form)
    values = _byhand.values_of(form)
    return _contact(
        form, customer_id, None, "contact.add", lambda tx: customers.add_contact(tx, _customer(customer_id), values)
    )


@bp.get("/customers/<int:customer_id>/contacts/<int:contact_id>")
@require("customer.write")
def contact(customer_id: int, contact_id: int) -> Answer:
    """A contact as a form."""
    return _contact_page(ContactForm(obj=_person(customer_id, contact_id)), customer_id, contact_id)


@bp.post("/customers/<int:customer_id>/contacts/<int:contact_id>")
@require("customer.write")
def save(customer_id: int, contact_id: int) -> Answer:
    """Keep a contact, unless somebody was faster."""
    form, version = ContactForm(request.form), _byhand.number("version")
    values = _byhand.values_of(form)

    def keep(tx: Tx) -> None:
        customers.edit_contact(tx, _customer(customer_id), _person(customer_id, contact_id), values, version)

    return _contact(form, customer_id, contact_id, "contact.edit", keep)


@bp.post("/customers/<int:customer_id>/contacts/<int:contact_id>/left")
@require("customer.write")
def left(customer_id: int, contact_id: int) -> Answer:
    """Note that a contact has left, or is there again."""
    with writing("contact.left") as tx:
        g.result = url_for("customers.customer", customer_id=customer_id)
        customers.contact_left(tx, _person(customer_id, contact_id), here_again=request.form.get("again") == "1")
    return done(g.result, N_("Saved."))


def _customer(customer_id: int) -> Customer:
    found = queries.customer_by_id(db.session(), me(), customer_id)
    if found is None:
        raise not_found()
    return found


def _person(customer_id: int, contact_id: int) -> Contact:
    found = queries.contact_of_customer(db.session(), me(), contact_id, customer_id)
    if found is None:
        raise not_found()
    return found


def _contact(
    form: ContactForm, customer_id: int, contact_id: int | None, action: str, keep: Callable[[Tx], Any]
) -> Answer:
    """Check a contact's form, keep it once, go back to the customer."""
    _customer(customer_id)
    if not form.validate():
        return _contact_page(form, customer_id, contact_id, 422)
    try:
        with writing(action) as tx:
            g.result = url_for("customers.customer", customer_id=customer_id)
            keep(tx)
    except Refused as no:
        return _contact_page(_byhand.refused(form, no), customer_id, contact_id, no.code)
    return done(g.result, N_("Saved."))


def _contact_page(form: ContactForm, customer_id: int, contact_id: int | None, code: int = 200) -> Answer:
    person = _person(customer_id, contact_id) if contact_id else None
    url = url_for("contacts.create", customer_id=customer_id)
    if person is not None:
        url = url_for("contacts.save", customer_id=customer_id, contact_id=contact_id)
    clash = _byhand.clash(form, person) if code == 409 else []
    values: dict[str, Any] = {"form": form, "c": _customer(customer_id), "person": person, "url": url, "clash": clash}
    return page("customers/contact.html", code=code, failed=code >= 400, **values)

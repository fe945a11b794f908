"""The desk makes links for customers, shows each address once, and sees what became of them (CHG-03, CHG-15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, g, request, url_for

from blueprints import _links_view, _public_view
from blueprints._shared import Answer, done, me, not_found, page, require, writing
from models import Contact, Customer, CustomerLink, db
from rules import answering, asking, links, queries
from rules.store import Tx, now
from rules.words import N_, Refused, Words

bp = Blueprint("links", __name__)
Made = tuple[CustomerLink, str]


@bp.get("/cases/<ref>/links")
@require("case.read")
def listing(ref: str) -> Answer:
    """All links of a change and how they stand."""
    return _of_case(_change(ref))


@bp.post("/cases/<ref>/links")
@require("link.write")
def make(ref: str) -> Answer:
    """Make a link by which the customer confirms the change as it stands. Its address stands in this answer only: the desk
    keeps no more than a hash of it."""
    _change(ref)
    url = url_for("links.listing", ref=ref)
    made = _made(url, lambda tx: answering.offer(tx, _key(), _change(ref, tx), request.form.get("language", "")))
    return _of_case(_change(ref), *made)


@bp.get("/customers/<int:customer_id>/contacts/<int:contact_id>/links")
@require("link.write")
def of_contact(customer_id: int, contact_id: int) -> Answer:
    """The links by which a contact asks for changes."""
    return _of_contact(*_person(customer_id, contact_id))


@bp.post("/customers/<int:customer_id>/contacts/<int:contact_id>/links")
@require("link.write")
def make_ask(customer_id: int, contact_id: int) -> Answer:
    """Make a link by which a contact asks for a change without cost, once."""
    _person(customer_id, contact_id)
    url = url_for("links.of_contact", customer_id=customer_id, contact_id=contact_id)
    language = request.form.get("language", "")
    made = _made(url, lambda tx: asking.offer(tx, _key(), *_person(customer_id, contact_id), language))
    return _of_contact(*_person(customer_id, contact_id), *made)


@bp.post("/links/<int:link_id>/revoke")
@require("link.write")
def revoke(link_id: int) -> Answer:
    """Withdraw a link that was not answered."""
    link = _link(link_id)
    back = _back(link)
    with writing("link.revoke") as tx:
        g.result = back
        links.revoke(tx, _link(link_id))
    return done(back, N_("Revoked: the address leads nowhere now."))


# ------------------------------------------------------------------------------------------ helpers


def _made(url: str, offer: Callable[[Tx], Made]) -> Made:
    """Make a link, unless links are off. Raises Refused (409)."""
    if not current_app.config["PUBLIC_URL"]:
        raise Refused(Words(N_("Links are off: the administrator sets FIRSTHAND_PUBLIC_URL first.")), 409)
    with writing("link.make") as tx:
        g.result = url
        link, token = offer(tx)
        link_id = link.id
    return _link(link_id), f"{current_app.config['PUBLIC_URL']}/c/{token}"


def _of_case(case: Any, link: CustomerLink | None = None, address: str = "") -> Answer:
    panel = _links_view.panel(case, me())
    rows = _links_view.of_case(me(), case, links.of_case(db.session(), me(), case.id))
    return page(
        "links/desk.html", title=Words(N_("Customer's links of %(ref)s"), ref=case.ref), up=case.ref,
        up_url=url_for("cases.case", ref=case.ref), make_url=panel.make_url if panel else None, rows=rows,
        language=_links_view.spoken(case.customer), **_address(link, address),
    )  # fmt: skip


def _of_contact(customer: Customer, contact: Contact, link: CustomerLink | None = None, address: str = "") -> Answer:
    session = db.session()
    found = links.of_contact(session, me(), contact.id)
    on = current_app.config["PUBLIC_URL"] and asking.may_ask(contact)
    url = url_for("links.of_contact", customer_id=customer.id, contact_id=contact.id)
    return page(
        "links/desk.html", title=Words(N_("Links by which %(name)s asks for changes"), name=contact.name),
        up=customer.name, up_url=url_for("customers.customer", customer_id=customer.id), make_url=url if on else None,
        rows=_links_view.lines(me(), found, lambda one: asking.standing(session, one, now())),
        language=_links_view.spoken(customer), **_address(link, address),
    )  # fmt: skip


def _address(link: CustomerLink | None, address: str) -> dict[str, Any]:
    texts = _public_view.texts(link, address) if link is not None else []
    return {"address": address, "texts": texts, "off": not current_app.config["PUBLIC_URL"], "made": link}


def _change(ref: str, tx: Tx | None = None) -> Any:
    found = queries.case_by_ref(tx.session if tx else db.session(), me(), ref, fresh=True)
    if found is None or found.kind != "change":
        raise not_found()
    return found


def _person(customer_id: int, contact_id: int) -> tuple[Customer, Contact]:
    customer = queries.customer_by_id(db.session(), me(), customer_id)
    contact = queries.contact_of_customer(db.session(), me(), contact_id, customer_id)
    if customer is None or contact is None:
        raise not_found()
    return customer, contact


def _link(link_id: int) -> CustomerLink:
    found = links.by_id(db.session(), me(), link_id)
    if found is None:
        raise not_found()
    return found


def _back(link: CustomerLink) -> str:
    if link.purpose == links.ASK:
        return url_for("links.of_contact", customer_id=link.customer_id, contact_id=link.contact_id)
    ref = answering.case_of(db.session(), link).ref
    return url_for("links.listing", ref=ref)


def _key() -> str:
    key = current_app.secret_key
    assert isinstance(key, str)
    return key

"""What a customer opens by his link, without signing in: to confirm a change, or to ask for one (CHG-03, CHG-15).

Looking changes nothing, however often a mail scanner looks. The answer is sent by the one form of the page; its address,
with a secret of 256 bits that nobody can guess, is the credential. There is no session that a foreign page could ride on,
so a CSRF token would guard nothing and would fail the phone that keeps no cookie; the guard's check of the origin holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, current_app, g, make_response, render_template, request
from flask_login import current_user

from blueprints import _public_view
from blueprints._guard import csrf
from blueprints._shared import Answer
from blueprints._words import speaking, words
from models import CustomerLink, db
from rules import answering, asking, links
from rules.links import OPEN
from rules.store import Tx, now, write_tx
from rules.words import N_, Refused, Words

bp = Blueprint("public", __name__)
GONE = 410
UNKNOWN = Words(N_("There is nothing under this address. Check that all of it was copied."))
OURS = Words(N_("You are signed in at the desk: here only the customer answers, on his own device."))
CONFIRMED = Words(N_("Thank you. Your confirmation has been recorded."))
DECLINED = Words(N_("Thank you. Nothing will be changed before we have spoken to you."))
ASKED = Words(N_("Thank you. We read the request back to you before anything is changed."))


@bp.get("/c/<token>")
def look(token: str) -> Answer:
    """What the link is about, with the form to answer; a link that is over says only that."""
    return _with_link(token, _page)


@bp.post("/c/<token>")
@csrf.exempt
def answer(token: str) -> Answer:
    """Take the answer, once. A browser that is signed in at the desk is not the customer's."""
    if current_user.is_authenticated:
        return _said(OURS, 403)
    return _with_link(token, lambda link: (_confirm if link.purpose == links.CONFIRM else _ask)(token, link))


def _with_link(token: str, then: Callable[[CustomerLink], Answer]) -> Answer:
    """The answer in the link's own language. A token that this desk never gave out, and any while links are off, meets
    the same page."""
    link = _read(token) if current_app.config["PUBLIC_URL"] else None
    if link is None:
        return _said(UNKNOWN, 404)
    with speaking(link.language):
        return then(link)


# ------------------------------------------------------------------------------------------ answering


def _confirm(token: str, link: CustomerLink) -> Answer:
    form = answering.ConfirmForm(request.form)
    if not form.validate():
        return _page(link, form, 422)
    name, yes = form.name.data or "", form.do.data == "confirm"

    def keep(tx: Tx, fresh: CustomerLink) -> None:
        said = answering.proof_words(yes, name, tx.at, _zone(fresh), tx.actor.address)
        answering.answer(tx, fresh, yes, name, form.remark.data, words(said))

    return _kept(token, form, keep, CONFIRMED if yes else DECLINED)


def _ask(token: str, link: CustomerLink) -> Answer:
    form = asking.AskForm(request.form)
    if not form.validate():
        return _page(link, form, 422)

    def keep(tx: Tx, fresh: CustomerLink) -> None:
        note = words(asking.note_words(form.name.data or "", tx.at, _zone(fresh), tx.actor.address))
        asking.ask(tx, fresh, form.data, note, _public_view.asked(note, form))

    return _kept(token, form, keep, ASKED)


def _kept(token: str, form: Any, keep: Callable[[Tx, CustomerLink], None], thanks: Words) -> Answer:
    """Carry an answer out in the customer's name, on the link as it stands inside the write; refused at a field, the form
    comes back with what was typed."""
    try:
        with _writing(token, form.name.data) as (tx, link):
            keep(tx, link)
    except Refused as no:
        db.session.rollback()
        db.session.expire_all()
        if no.field is None or no.field not in form:
            return _said(no.why, GONE)
        form[no.field].errors = [*form[no.field].errors, no.why]
        again = _read(token)
        return _page(again, form, no.code) if again else _said(UNKNOWN, 404)
    return _said(thanks, 200)


@contextmanager
def _writing(token: str, name: str) -> Iterator[tuple[Tx, CustomerLink]]:
    link = _read(token)
    assert link is not None
    route = f"{request.method} {request.url_rule}"
    who = links.customer(link, name, g.request_id, route, request.remote_addr or "")
    with write_tx(who, "link.answer") as tx:
        fresh = links.read(tx.session, _key(), token)
        assert fresh is not None
        yield tx, fresh


# ------------------------------------------------------------------------------------------ pages


def _page(link: CustomerLink, form: Any = None, code: int = 200) -> Answer:
    """The page of a link that can be answered, else the sentence that says why not."""
    session = db.session()
    if link.purpose == links.CONFIRM:
        standing = answering.standing(link, answering.case_of(session, link), now())
        template, form = "links/confirm.html", form or answering.ConfirmForm()
    else:
        standing = asking.standing(session, link, now())
        template, form = "links/ask.html", form or asking.AskForm()
    if standing != OPEN:
        return _said(Words(links.CLOSED[standing]), GONE)
    return _sent(code, template, form=form, action=request.path, **_public_view.values(link))


def _said(sentence: Words, code: int) -> Answer:
    return _sent(code, "links/said.html", sentence=sentence, good=code == 200)


def _sent(code: int, template: str, **values: Any) -> Answer:
    """A page that no search engine keeps. The address goes to nobody else: the guard's `Referrer-Policy: same-origin`
    stands; `no-referrer` would make browsers send `Origin: null` with the form, which the guard refuses."""
    answer = make_response(render_template(template, **values), code)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


def _read(token: str) -> CustomerLink | None:
    return links.read(db.session(), _key(), token)


def _key() -> str:
    key = current_app.secret_key
    assert isinstance(key, str)
    return key


def _zone(link: CustomerLink) -> str:
    return links.office_of(db.session(), link).zone

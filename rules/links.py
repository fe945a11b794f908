"""Links that customers open without signing in: signed, good once and for a while, bound to one matter or contact.

A token is the link's number and a secret of 256 bits, signed; the signature is looked at before the database is asked, and
the database keeps the secret's hash only. What a link shows and what its answer does stand in `rules/answering.py`
(to confirm a change) and `rules/asking.py` (to ask for one).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import CustomerLink, Office
from rules import figures, notices
from rules.policy import unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

CONFIRM, ASK = "confirm", "ask"
OPEN, ANSWERED, REVOKED, EXPIRED = "open", "answered", "revoked", "expired"
CHANGED, SETTLED, LEFT = "changed", "settled", "left"
LANGUAGES = ("zh", "en")
VALID = {CONFIRM: "link.confirm.valid", ASK: "link.ask.valid"}
CLOSED = {
    ANSWERED: N_("This has been answered already."),
    REVOKED: N_("This link has been withdrawn. Ask us for a new one if you need it."),
    EXPIRED: N_("This link has expired. Ask us for a new one."),
    CHANGED: N_("This has changed since the link was made. Ask us for a new link."),
    SETTLED: N_("This is settled already: nothing is left to confirm."),
    LEFT: N_("This link is no longer valid. Please call us."),
}
_SALT = "firsthand customer link"


def make(
    tx: Tx, key: str, purpose: str, language: str, *, office_id: int, customer_id: int | None, contact_id: int | None,
    case_id: int | None = None, shown: Any = None, content: str | None = None,
) -> tuple[CustomerLink, str]:  # fmt: skip
    """A new link and its token, which is told this once. One link at a time: those for the same matter or contact that are
    still open are revoked."""
    for old in of_case(tx.session, tx.actor, case_id) if case_id else of_contact(tx.session, tx.actor, contact_id):
        if old.purpose == purpose and standing(old, tx.at) == OPEN:
            old.revoked_at = tx.at
    secret = secrets.token_urlsafe(32)
    minutes = figures.figure(tx.session, VALID[purpose], office_id)
    link: CustomerLink = tx.add(CustomerLink(
        office_id=office_id, purpose=purpose, case_id=case_id, customer_id=customer_id, contact_id=contact_id,
        language=language if language in LANGUAGES else LANGUAGES[0], secret_hash=_hashed(secret), shown=shown or {},
        content=content, made_by_id=tx.actor.user_id, made_at=tx.at, expires_at=tx.at + timedelta(minutes=minutes),
    ))  # fmt: skip
    return link, str(_signer(key).dumps([link.id, secret]))


def read(session: Session, key: str, token: str) -> CustomerLink | None:
    """The link of a token, however it stands; None for one that this desk never gave out. Only a token with a good
    signature costs a look into the database."""
    try:
        link_id, secret = _signer(key).loads(token)
    except BadData:
        return None
    one = unseen(select(CustomerLink).where(CustomerLink.id == link_id))
    found: CustomerLink | None = session.scalars(_whole(one)).first()
    if found is None or not hmac.compare_digest(found.secret_hash, _hashed(secret)):
        return None
    return found


def standing(link: CustomerLink, at: datetime) -> str:
    """What a link is by itself at a moment: open, answered, revoked or expired."""
    if link.answer is not None:
        return ANSWERED
    if link.revoked_at is not None:
        return REVOKED
    return EXPIRED if at >= link.expires_at else OPEN


def need_open(standing: str) -> None:
    """Raise Refused (409) with the sentence for the customer unless the link can still be answered."""
    if standing != OPEN:
        raise Refused(Words(CLOSED[standing]), 409)


def settle(tx: Tx, link: CustomerLink, answer: str, name: str, remark: str | None) -> None:
    """Record the one answer of a link: what, when, by whom and from which address."""
    link.answer, link.answered_at, link.answered_by = answer, tx.at, name
    link.remark, link.address = remark, tx.actor.address
    tx.session.flush()


def revoke(tx: Tx, link: CustomerLink) -> None:
    """Withdraw a link that was not answered. Raises Refused (409) when there is nothing to withdraw any more."""
    why = standing(link, tx.at)
    if why in (ANSWERED, REVOKED):
        raise Refused(Words(CLOSED[why]), 409)
    link.revoked_at = tx.at


def customer(link: CustomerLink, name: str, request_id: str, route: str, address: str) -> Actor:
    """Who acts through a link: nobody of the desk, the name that he gave, within the link's office."""
    roles = frozenset({"customer", "system"})
    return Actor(None, "customer", name, roles, 1, link.office_id, request_id=request_id, route=route, address=address)


def tell_desk(tx: Tx, link: CustomerLink, case: Any, text: Words) -> None:
    """Owner and worker of the matter are told at once what came of the link."""
    for user_id in {case.owner_id, case.assignee_id}:
        notices.tell(tx, user_id, "link", text, f"link-{link.id}-{user_id}", office_id=case.office_id, case_id=case.id)


# ------------------------------------------------------------------------------------------ finding


def of_case(session: Session, who: Actor, case_id: int) -> Sequence[CustomerLink]:
    """The links of a matter, the newest first."""
    return _newest(session, who, CustomerLink.case_id == case_id)


def of_contact(session: Session, who: Actor, contact_id: int | None) -> Sequence[CustomerLink]:
    """The links by which a contact may ask, the newest first."""
    return _newest(session, who, CustomerLink.contact_id == contact_id, CustomerLink.purpose == ASK)


def by_id(session: Session, who: Actor, link_id: int) -> CustomerLink | None:
    """One link of this person's office."""
    found = visible(who, select(CustomerLink).where(CustomerLink.id == link_id), CustomerLink)
    return session.scalars(_whole(found)).first()


def office_of(session: Session, link: CustomerLink) -> Office:
    """The office that asks."""
    return session.get_one(Office, link.office_id)


def _newest(session: Session, who: Actor, *where: Any) -> Sequence[CustomerLink]:
    found = visible(who, select(CustomerLink), CustomerLink).where(*where).order_by(CustomerLink.id.desc())
    return session.scalars(_whole(found.limit(20))).all()


def _whole(statement: Any) -> Any:
    return statement.options(joinedload(CustomerLink.made_by)).execution_options(populate_existing=True)


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=_SALT)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""The outbox: mail that the desk itself sends, written with the message it carries, and what people do about it (SYS-08).

`queue_mail` is called in the write that makes the message, so that there is never one without the other. `posting` takes
the rows out; here a person sends again, says that it went otherwise, or drops it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from models import Case, Customer, Message, Office, Outbox, Shipment
from rules import mailer, undelivered
from rules.byhand import check_version, reason_given
from rules.policy import unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

WAITING, SENDING, SENT, UNSURE, FAILED, DROPPED = "waiting", "sending", "sent", "unsure", "failed", "dropped"
STATES = {
    WAITING: N_("waits to be sent"),
    SENDING: N_("being sent"),
    SENT: N_("sent"),
    UNSURE: N_("may have arrived"),
    FAILED: N_("not delivered"),
    DROPPED: N_("given up"),
}
OPEN = (WAITING, SENDING, UNSURE, FAILED)
ACTS = ("again", "by_hand", "drop")
HELD = (FAILED, UNSURE, WAITING)  # what people may do these with
PAGE = 50
QUIET = timedelta(minutes=15)
MOST = 300  # what a line holds
Row = tuple[Outbox, str | None, str | None]  # with the ref of its case and the name of its customer


def sends() -> bool:
    """Whether the desk sends mail itself; else it is copied by hand."""
    return mailer.sender() is not None


def queue_mail(tx: Tx, message: Message, subject: str | None = None) -> Outbox:
    """Put a message (flushed, with `address` and `text`) into the outbox; its result is "waiting" from now on. Without a
    subject it has the office and the numbers that the customer knows.

    Raises Refused: 422 at "address" or "subject" for what is no plain address or no single line, 409 when the desk sends
    no mail."""
    sender = mailer.sender()
    if sender is None:
        raise Refused(Words(N_("This desk sends no mail itself: copy the text and send it.")), 409)
    address = (message.address or "").strip()
    if not mailer.is_address(address):
        raise Refused(Words(N_("Write one e-mail address, like zhao@example.cn.")), 422, "address")
    subject = _subject(tx.session, message) if subject is None else subject.strip()
    if not mailer.is_subject(subject):
        raise Refused(Words(N_("Write the subject of the mail in one line.")), 422, "subject")
    if not (message.text or "").strip():
        raise Refused(Words(N_("There is nothing to send yet.")), 422, "text")
    message.address, message.result = address, WAITING
    row: Outbox = tx.add(Outbox(
        message_id=message.id, office_id=message.office_id, channel="mail", address=address, subject=subject,
        body=message.text, ident=f"<{secrets.token_hex(12)}@{sender.domain[:80]}>", state=WAITING, next_at=tx.at,
    ))  # fmt: skip
    return row


def _subject(session: Session, message: Message) -> str:
    found = (
        select(Office.name, Shipment.number, Case.ref)
        .select_from(Office)
        .outerjoin(Case, Case.id == message.case_id)
        .outerjoin(Shipment, Shipment.id == func.coalesce(Case.shipment_id, message.shipment_id))
        .where(Office.id == message.office_id)
    )
    parts = [part for part in session.execute(unseen(found)).one() if part]
    return "".join(c for c in " ".join(parts) if c.isprintable())[: mailer.SUBJECT]


# ------------------------------------------------------------------------------------------ what people see


def rows(session: Session, who: Actor, states: Sequence[str], before: int | None = None) -> list[Row]:
    """Mail in one of `states` that the person may see, newest first: one page and one more; `before` is the last id."""
    found = _with_names().where(Outbox.state.in_(states))
    found = found.where(Outbox.id < before) if before is not None else found
    found = visible(who, found, Outbox).order_by(Outbox.id.desc()).limit(PAGE + 1)
    return [(row, ref, name) for row, ref, name in session.execute(found)]


def of_messages(session: Session, messages: Iterable[Message]) -> dict[int, Outbox]:
    """The mail that carries messages which the person sees anyway, by message: those that have not arrived."""
    ids = [m.id for m in messages if m.channel == "mail" and m.result in (WAITING, FAILED)]
    if not ids:
        return {}
    return {row.message_id: row for row in session.scalars(unseen(select(Outbox).where(Outbox.message_id.in_(ids))))}


def one(session: Session, who: Actor, row_id: int) -> Row:
    """One mail. Raises Refused (404) when the person may not see it."""
    found = session.execute(visible(who, _with_names().where(Outbox.id == row_id), Outbox)).first()
    if found is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    return found[0], found[1], found[2]


def _with_names() -> Any:
    return (
        select(Outbox, Case.ref, Customer.name)
        .join(Message, Message.id == Outbox.message_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .outerjoin(Customer, Customer.id == Message.customer_id)
        .options(joinedload(Outbox.message))
    )


# ------------------------------------------------------------------------------------------ what people do


def again(tx: Tx, row_id: int, version: int | None, sure: bool = False) -> Outbox:
    """Send it (once more) now: the same row, the same Message-ID. One that may have arrived wants `sure`.

    Raises Refused: 404, 409 for one that is on its way or done with, or when the desk sends no mail; 422 without `sure`."""
    row = _held(tx, row_id, version)
    if not sends():
        raise Refused(Words(N_("This desk sends no mail itself: copy the text and send it.")), 409)
    if row.state == UNSURE and not sure:
        raise Refused(Words(N_("It may have arrived: tick that it is to be sent all the same.")), 422, "sure")
    row.tries, row.next_at, row.begun_at, row.handed_at, row.error = 0, tx.at, None, None, None
    return _told(tx, row, WAITING, WAITING)


def by_hand(tx: Tx, row_id: int, version: int | None, how: str) -> Outbox:
    """It reached the recipient otherwise, or has arrived after all: `how` says so. Raises Refused like `again`."""
    row = _held(tx, row_id, version)
    row.sent_at, row.error = tx.at, _because("by_hand", how)
    return _told(tx, row, SENT, SENT)


def drop(tx: Tx, row_id: int, version: int | None, reason: str) -> Outbox:
    """It is not to be sent any more, and why. Raises Refused like `again`."""
    row = _held(tx, row_id, version)
    row.error = _because("dropped", reason)
    return _told(tx, row, DROPPED, FAILED)


def _held(tx: Tx, row_id: int, version: int | None) -> Outbox:
    row = one(tx.session, tx.actor, row_id)[0]
    if row.state not in HELD:
        raise Refused(Words(N_("This mail is being sent this moment, or done with.")), 409)
    check_version(row, version)
    return row


def _because(code: str, text: str) -> str:
    return f"{code}: {reason_given(' '.join(text.split()))}"[:MOST]


def _told(tx: Tx, row: Outbox, state: str, result: str) -> Outbox:
    """Set the state, the result of its message in step, and take away what stood in the queue about it."""
    row.state, row.message.result = state, result
    undelivered.settled(tx, row)
    return row


def standing_still(session: Session, at: datetime) -> tuple[int, int]:
    """For the administrator, who sees no mail: how many letters are QUIET minutes behind their time, and how many came back
    to people who have done nothing about them yet."""
    late = Outbox.state.in_((WAITING, SENDING)) & (Outbox.next_at < at - QUIET)
    came_back = Outbox.state.in_((FAILED, UNSURE))
    counted = [func.count(case((condition, 1))) for condition in (late, came_back)]
    stuck, back = session.execute(unseen(select(*counted).where(Outbox.state.in_(OPEN)))).one()
    return int(stuck), int(back)

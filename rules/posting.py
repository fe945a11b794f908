"""Takes mail out of the outbox: claimed, handed over, noted (SYS-08). No write lock is held while a server is spoken to.

1. Claimed: "sending", committed before the first byte, so that no second process takes the row.
2. Handed: `handed_at`, committed before the letter's last line, only while the claim still holds: a process that was
   asleep until its claim was given to another stops there, and the server has taken nothing.
3. What became of it, in the same write as the result of the message.

A claim that nobody ended is given back after STALE: without `handed_at` to be sent again, with it as "unsure". All writes
run one after the other (`store.write_tx`, on both databases), so a claim read inside one is a claim.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Outbox, db
from rules import figures, mailer, undelivered
from rules.defaults import MAIL_AGAIN
from rules.mailer import Letter, Permanent, Temporary, Unsure
from rules.outbox import FAILED, SENDING, SENT, UNSURE, WAITING
from rules.policy import unseen
from rules.store import Busy, Tx, now, system, write_tx

BREATH = 0.02  # seconds between two letters: the web goes first (E-12)
STALE = timedelta(minutes=10)  # longer than a server may take over one letter
AT_ONCE = 50  # letters of one round
TRIES = 1 + len(MAIL_AGAIN)
PATIENCE = 3  # how often the outcome is written when the database is busy
LINE = 300
RESULTS = {SENT: "sent", FAILED: "failed", UNSURE: "waiting"}  # of the message, while nobody knows more
Stopped = Callable[[], bool]


class Lost(Exception):
    """The claim was given to somebody else: this process must not send."""


def run(stopped: Stopped = lambda: False) -> Counter[str]:
    """One round: claims that nobody ended, then every letter that is due. Counts what became of how many."""
    counts: Counter[str] = Counter()
    sender = mailer.sender()
    if sender is None:
        return counts
    for row_id in _due(db.session(), now()):
        if stopped():
            break
        counts[_deliver(row_id, sender)] += 1
        time.sleep(BREATH)
    counts.pop("", None)
    return counts


def _due(session: Session, at: datetime) -> list[int]:
    """Ids of letters whose time has come, and of claims that nobody ended, read without a lock; oldest first."""
    session.rollback()
    found = unseen(select(Outbox.id).where(_is_due(at)).order_by(Outbox.next_at, Outbox.id).limit(AT_ONCE))
    ids = list(session.scalars(found))
    session.rollback()  # no snapshot is held while a server is spoken to
    return ids


def _is_due(at: datetime) -> ColumnElement[bool]:
    waits = and_(Outbox.state == WAITING, Outbox.next_at <= at)
    return or_(waits, and_(Outbox.state == SENDING, Outbox.begun_at < at - STALE))


def _deliver(row_id: int, sender: mailer.Sender) -> str:
    """One letter; the state it is in afterwards, "" when there was nothing to do."""
    claim = _claim(row_id)
    if claim is None:
        return ""
    letter, begun_at = claim
    handed: list[bool] = []
    try:
        sender.send(letter, partial(_handing, row_id, begun_at, handed))
    except Lost:
        return ""
    except Permanent as no:
        return _note(row_id, begun_at, partial(_end, state=FAILED, error=_error(no)))
    except Temporary as no:
        return _note(row_id, begun_at, partial(_later, error=_error(no)))
    except Unsure as no:
        return _note(row_id, begun_at, partial(_end, state=UNSURE, error=_error(no)))
    except Exception as fault:
        error = f"fault: {type(fault).__name__}"
        do = partial(_end, state=UNSURE, error=error) if handed else partial(_later, error=error)
        return _note(row_id, begun_at, do)
    return _note(row_id, begun_at, partial(_end, state=SENT, error=None))


# ------------------------------------------------------------------------------------------ the three writes


def _claim(row_id: int) -> tuple[Letter, datetime] | None:
    """Take the letter, or give back a claim that nobody ended; None when there is nothing to send now."""
    with write_tx(system("outbox"), "outbox.send") as tx:
        row = _row(tx, row_id)
        if row is None:
            return None
        if row.state == SENDING and row.begun_at is not None and row.begun_at < tx.at - STALE:
            tx.action = "outbox.cut_off"
            if row.handed_at is None:
                _later(tx, row, "cut_off")
            else:
                _end(tx, row, UNSURE, "cut_off")
            return None
        if row.state != WAITING or row.next_at > tx.at:
            return None
        row.state, row.begun_at, row.handed_at, row.tries = SENDING, tx.at, None, row.tries + 1
        return Letter(row.ident, row.address, row.subject, row.body, row.message.at), tx.at


def _handing(row_id: int, begun_at: datetime, handed: list[bool]) -> None:
    """The letter's last line goes out next: from here on nobody sends it again by himself. Raises Lost."""
    with write_tx(system("outbox"), "outbox.hand") as tx:
        row = _row(tx, row_id)
        if row is None or row.state != SENDING or row.begun_at != begun_at:
            raise Lost
        row.handed_at = tx.at
    handed.append(True)


def _note(row_id: int, begun_at: datetime, do: Callable[[Tx, Outbox], str]) -> str:
    """Write what became of a letter, unless somebody else has decided about it meanwhile."""
    for left in reversed(range(PATIENCE)):
        try:
            with write_tx(system("outbox"), "outbox.note") as tx:
                row = _row(tx, row_id)
                ours = row is not None and row.begun_at == begun_at and row.state in (SENDING, UNSURE)
                return do(tx, row) if row is not None and ours else ""
        except Busy:
            if not left:
                raise
    return ""


def _row(tx: Tx, row_id: int) -> Outbox | None:
    found = select(Outbox).where(Outbox.id == row_id).options(joinedload(Outbox.message))
    row: Outbox | None = tx.session.scalar(unseen(found))
    return row


def _end(tx: Tx, row: Outbox, state: str, error: str | None) -> str:
    """The last word of a round: sent, failed or unsure. What did not arrive comes back to people."""
    row.state, row.error, row.message.result = state, error, RESULTS[state]
    if state == SENT:
        row.sent_at = tx.at
        undelivered.settled(tx, row)  # an answer that came after all
    else:
        undelivered.tell(tx, row)
    return state


def _later(tx: Tx, row: Outbox, error: str) -> str:
    """Once more after the figure's time, or failed after the last try."""
    if row.tries >= TRIES:
        return _end(tx, row, FAILED, error)
    minutes = int(figures.figure(tx.session, MAIL_AGAIN[row.tries - 1], row.office_id))
    row.state, row.error, row.next_at = WAITING, error, tx.at + timedelta(minutes=minutes)
    return WAITING


def _error(no: mailer.Fault) -> str:
    return str(no)[:LINE]

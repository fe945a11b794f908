"""The one door for words: every contact of the desk is made here, and nothing leaves that may not (KNO-03, SYS-08).

What the desk says is held against four things, in this order: slots that nobody filled, forbidden phrases, a newcomer's
prices, promises of money. What customers say is put on record and never checked.
"""

from __future__ import annotations

from typing import Any

from models import Message
from rules import outbox, phrase_hits, proofreading, search, slots
from rules.phrase_hits import OVERRULED, WARNED
from rules.phrases import COLLEAGUE, CUSTOMER
from rules.policy import can
from rules.proofreading import Way
from rules.stopped import MONEY, PHRASE, SLOT, Stopped
from rules.store import Tx
from rules.words import Refused

SUBJECT = "关于您的货物 / About your goods"


# ------------------------------------------------------------------------------------------ the door


def said(
    tx: Tx, *, text: str | None, audience: str | None, channel: str | None, office_id: int, case: Any = None,
    customer_id: int | None = None, shipment_id: int | None = None, party: str | None = None, said: str | None = None,
    address: str | None = None, subject: str | None = None, read_back: bool = False, result: str | None = None,
    script: str | None = None, field: str = "text", hearer: str | None = None, own: bool = True,
    with_customer: bool = True,
) -> Message:  # fmt: skip
    """The desk says something. Raises Stopped (422) at `field`, and Refused (422) for a newcomer's price.

    `hearer` is who it is said to where that differs from the `audience` on record; `said` what the other one said before.
    Without `with_customer` a contact of a matter is none of its customer's page: a question to others."""
    check(tx, text, Way(hearer or audience, channel, office_id, case, field, own))
    message = _add(
        tx, "out", text=text, said=said, audience=audience, channel=channel, office_id=office_id, case=case,
        customer_id=customer_id, shipment_id=shipment_id, party=party, address=address, read_back=read_back,
        result=result, script=script, with_customer=with_customer,
    )  # fmt: skip
    if channel == "mail" and address and outbox.sends():
        outbox.queue_mail(tx, message, subject or _subject(case))
    return message


def further(data: dict[str, Any]) -> dict[str, Any]:
    """What a composer sends along with the words: number or address, read back, the script that they began with."""
    return {
        "address": data.get("address"), "subject": data.get("subject"), "read_back": bool(data.get("read_back")),
        "script": data.get("script") or None,
    }  # fmt: skip


def heard(
    tx: Tx, *, said: str | None, audience: str | None, channel: str | None, office_id: int, **more: Any
) -> Message:
    """Somebody else said something: put on record as it is, never checked."""
    return _add(tx, "in", said=said, audience=audience, channel=channel, office_id=office_id, **more)


def noted(
    tx: Tx, *, text: str | None, office_id: int, case: Any = None, audience: str | None = None, **more: Any
) -> Message:
    """A note for colleagues; a phrase that is not said among them is warned of and counted."""
    if text:
        _phrases(tx, text, Way(COLLEAGUE, None, office_id, case))
    return _add(tx, "note", text=text, audience=audience, office_id=office_id, case=case, **more)


def check(tx: Tx, text: str | None, way: Way) -> None:
    """Hold words that would leave against everything that may not. Raises Stopped (422), Refused (422) for a newcomer's
    price; a phrase that only warns is put on record."""
    if not text:
        return
    if open_ones := slots.unfilled(text):
        raise Stopped(slots.told(open_ones), way.field, SLOT)
    _phrases(tx, text, way)
    if way.hearer != CUSTOMER:
        return
    if why := proofreading.price(tx.actor, text, way):
        raise Refused(why, 422, way.field)
    if why := proofreading.money(tx.session, tx.actor, text, way):
        raise Stopped(why, way.field, MONEY)


def _phrases(tx: Tx, text: str, way: Way) -> None:
    hits = proofreading.hits(tx.session, text, way)
    if not hits or tx.actor.user_id is None:
        return
    attempt = way.attempt(text)
    if not way.blocks:
        phrase_hits.record(tx, attempt, hits, WARNED)
        return
    free = phrase_hits.let_through(tx.session, attempt, tx.actor.user_id)
    left = tuple(hit for hit in hits if hit.phrase_id not in free)
    if left and tx.overrule and can(tx.actor, "phrase.allow"):
        phrase_hits.record(tx, attempt, left, OVERRULED, tx.overrule)
    elif left:
        raise Stopped(proofreading.forbidden(left), way.field, PHRASE, left, attempt)


def _subject(case: Any) -> str:
    """What a mail is about when nobody wrote a line: the number under which the matter is known."""
    return f"{case.title} {case.ref}"[:150] if case is not None else SUBJECT


def _add(tx: Tx, direction: str, *, case: Any = None, with_customer: bool = True, **values: Any) -> Message:
    if case is not None:
        values["case_id"] = case.id
        values["customer_id"] = case.customer_id if with_customer else None
    message: Message = tx.add(Message(direction=direction, at=tx.at, by_id=tx.actor.user_id, **values))
    search.index(tx.session, message)
    return message

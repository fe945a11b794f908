"""Keeping the forbidden phrases: who may, what a wording must be so that it stops no good text, and what it would have stopped
last month (KNO-03, D-14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Case, Document, DocumentVersion, Message, Phrase
from rules import folding, phrase_match, phrases
from rules.byhand import check_version, next_number
from rules.phrase_forms import LISTS
from rules.policy import require, unseen, visible
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

LEAST_HAN, LEAST_LETTERS = 3, 6
MONTH, MOST = timedelta(days=31), 5_000  # what the preview looks at
AROUND = 30
_IN_CHINESE = N_("“%(wording)s”: a Chinese wording needs at least %(least)s Chinese characters and no letters; a shorter one"
                 " would stop ordinary sentences.")  # fmt: skip
_IN_ENGLISH = N_("“%(wording)s”: an English wording needs at least two words and %(least)s letters; a shorter one would stop"
                 " ordinary sentences.")  # fmt: skip
# Words of every day that no phrase may stop: quotations, arrival times, receipts.
EVERYDAY = (
    "您好，深圳到西安空运每公斤 6.80 元，含燃油附加费，报价有效期三天。如需订舱请告诉我们件数、重量和尺寸。",
    "您的货物已于今天 14:30 到达货站，请携带证件提货，营业时间 9:00 至 18:00。谢谢您的理解和支持，再见。",
    "航班延误，预计明天到达；有消息我们马上告诉您。请您核对收货人姓名、电话和地址，收到请回复。",
    "Dear customer, air freight from Shenzhen to Xi'an is CNY 6.80 per kilogram including fuel, valid for three days.",
    "Your shipment arrived at 14:30 today and may be collected from 9:00 to 18:00. We will let you know as soon as we have news.",
)


def save(tx: Tx, data: Mapping[str, Any], phrase_id: int | None = None, version: int | None = None) -> Phrase:
    """Add a phrase, or change one seen at `version`; it holds from the next text on. A phrase is switched off, never deleted.

    Raises Refused: 403, 404, 409 when it was changed meanwhile, 422 for a wording too short or that would stop a good text.
    """
    require(tx.actor, "phrase.admin")
    row = tx.session.get(Phrase, phrase_id) if phrase_id else Phrase(number=_next(tx.session))
    if row is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if phrase_id:
        check_version(row, version)
    check(tx.session, data)
    for name, value in data.items():
        setattr(row, name, value)
    return tx.add(row)  # type: ignore[no-any-return]


def _next(session: Session) -> str:
    return next_number(session.scalars(select(Phrase.number)), "FP-", 2)


# ------------------------------------------------------------------------------------------ what a wording must be


def check(session: Session, data: Mapping[str, Any]) -> None:
    """Refuse (422, at the field) a wording that is too short or written in the wrong letters, and one that would stop a text of
    the handbook or of every day; the sentence shows which."""
    for name in LISTS:
        for wording in data[name]:
            check_wording(name, wording.lstrip("".join(phrase_match.HARMLESS)).strip())
    if not data.get("active", True):
        return
    row = Phrase(number="", active=True, **{name: data[name] for name in ("audience", *LISTS)})
    for label, text in _good_texts(session, data["audience"]):
        if found := phrases.find([row], text, data["audience"]):
            why = Words(N_("“%(wording)s” would stop words that the desk uses itself (%(where)s): “%(text)s”"),
                        wording=found[0].wording, where=label, text=excerpt(text, found[0].start, found[0].end))  # fmt: skip
            raise Refused(why, 422, next(n for n in LISTS if found[0].wording in data[n]))


def check_wording(field: str, wording: str) -> None:
    """Refuse (422) a wording that would be found everywhere, or nowhere."""
    folded = folding.fold(wording)
    han = sum(map(folding.han, folded))
    letters = sum(c.isascii() and c.isalpha() for c in folded)
    if field == "matches_zh" and (han < LEAST_HAN or letters):
        raise Refused(Words(_IN_CHINESE, wording=wording, least=LEAST_HAN), 422, field)
    if field == "matches_en" and (letters < LEAST_LETTERS or " " not in wording or han):
        raise Refused(Words(_IN_ENGLISH, wording=wording, least=LEAST_LETTERS), 422, field)


def _good_texts(session: Session, audience: str) -> Iterator[tuple[Any, str]]:
    """Texts of the desk for an audience that no phrase may stop: (where it stands, its words)."""
    for text in EVERYDAY:
        yield Words(N_("an everyday sentence")), text
    held = (
        select(Document.number, Document.audience, DocumentVersion.body_zh, DocumentVersion.body_en)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Document.active, DocumentVersion.state == "approved")
    )
    for number, heard_by, zh, en in session.execute(held.order_by(Document.number)):
        if heard_by is None or phrases.audience_of(heard_by) == audience:
            yield number, zh
            yield number, en


def excerpt(text: str, start: int, end: int) -> str:
    """The words around a place in a text, on one line."""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    return ("…" if left else "") + " ".join(text[left:right].split()) + ("…" if right < len(text) else "")


# ------------------------------------------------------------------------------------------ what it would have stopped


def last_month(session: Session, row: Any, at: datetime) -> int:
    """In how many outgoing messages of the last 31 days the phrase stands (the last 5,000 are read). A number only: who keeps
    the phrases sees no messages (E-29)."""
    return sum(1 for _ in _matching(session, unseen(_sent(at)), row))


def last_months(
    session: Session, who: Actor, row: Any, at: datetime, most: int = 50
) -> list[tuple[str | None, datetime, str]]:
    """As `last_month`, the newest messages that `who` may see: (case or None, when, the words around the phrase)."""
    found = []
    for ref, when, text, place in _matching(session, visible(who, _sent(at), Message), row):
        found.append((ref, when, excerpt(text, place.start, place.end)))
        if len(found) == most:
            break
    return found


def _sent(at: datetime) -> Any:
    return (
        select(Case.ref, Message.at, Message.audience, Message.text)
        .outerjoin_from(Message, Case, Case.id == Message.case_id)
        .where(Message.direction == "out", Message.at >= at - MONTH, Message.text.is_not(None))
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(MOST)
    )


def _matching(session: Session, sent: Any, row: Any) -> Iterator[tuple[str | None, datetime, str, phrases.Found]]:
    for ref, when, audience, text in session.execute(sent):
        if found := phrases.find([row], text, audience):
            yield ref, when, text, found[0]

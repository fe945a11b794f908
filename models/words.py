"""Contacts, papers, drafts, and who opened what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Big, Code, Id, Json, Line, Model, Name, Prose, link, one_of

if TYPE_CHECKING:
    from models.people import User


class Message(Model):
    """A contact, answer or note on a case, customer or shipment: who said what to whom, when and how (SYS-08).

    `result`: "reached" or "not_reached" in person, two failed attempts may close a complaint (D-07); of what the desk sends
    itself "waiting", "sent", "failed" (`outbox` says why). `address` is the number or mail address, `read_back` that what was
    said was read back, `script` the number and version of the script that the words began with.
    """

    __tablename__ = "messages"
    __table_args__ = (
        one_of("direction", "in", "out", "note"),
        one_of("result", "reached", "not_reached", "waiting", "sent", "failed"),
        CheckConstraint("case_id IS NOT NULL OR customer_id IS NOT NULL OR shipment_id IS NOT NULL", name="belongs"),
        Index("ix_messages_case", "case_id", "at"),
        Index("ix_messages_shipment", "shipment_id", "at"),
        Index("ix_messages_customer", "customer_id", "at"),
    )
    id: Mapped[Id]
    case_id: Mapped[int | None] = link("cases.id")
    customer_id: Mapped[int | None] = link("customers.id")
    shipment_id: Mapped[int | None] = link("shipments.id")
    office_id: Mapped[int] = link("offices.id")
    direction: Mapped[Code]
    audience: Mapped[Code | None]
    channel: Mapped[Code | None]
    party: Mapped[Line | None]
    said: Mapped[Prose | None]
    text: Mapped[Prose | None]
    result: Mapped[Code | None]
    address: Mapped[Line | None]
    read_back: Mapped[bool] = mapped_column(default=False)
    script: Mapped[Code | None]
    at: Mapped[At]
    by_id: Mapped[int | None] = link("users.id")
    by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Attachment(Model):
    """A paper or picture; its bytes lie under their hash, rights hang on this row (E-20)."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_case", "case_id"), CheckConstraint("size > 0", name="size_range"))
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    office_id: Mapped[int] = link("offices.id")
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[Line]
    media: Mapped[Name]
    size: Mapped[int] = mapped_column(BigInteger)
    preview: Mapped[str | None] = mapped_column(String(64))
    purpose: Mapped[Code] = mapped_column(default="paper")
    at: Mapped[At]
    by_id: Mapped[int] = link("users.id")
    by: Mapped[User] = relationship(lazy="raise_on_sql")


class Draft(Model):
    """A text begun and not sent, per person and place; not part of the history."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "place"),)
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    place: Mapped[Name]
    values: Mapped[Any] = mapped_column(Json)
    at: Mapped[At]


class Seen(Model):
    """That a person opened a case or its proof, first and last; written by reading, not part of the history (E-28)."""

    __tablename__ = "seen"
    __table_args__ = (one_of("what", "case", "proof"), Index("ix_seen_object", "what", "object_id"))
    user_id: Mapped[int] = link("users.id", primary_key=True)
    what: Mapped[Code] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(Big, primary_key=True)
    first_at: Mapped[At]
    at: Mapped[At]


class Outbox(Model):
    """A message that the desk itself sends, written with the message it carries, and what became of it (SYS-08).

    "waiting" until `next_at`; "sending" from the moment before the first byte; "sent" when the server has taken it.
    "unsure" when the server may have taken it and did not say so: nobody sends it again but a person. "failed" after the last
    try or a refusal for good, "dropped" by a person. `ident` is the Message-ID, the same for every try. `handed_at` is the
    moment before the end of the letter went out: without it the server cannot have taken the letter. `turn_id` is the turn by
    which it came back to people.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", "waiting", "sending", "sent", "unsure", "failed", "dropped"),
        Index("ix_outbox_due", "state", "next_at"),
    )
    id: Mapped[Id]
    message_id: Mapped[int] = link("messages.id", unique=True)
    office_id: Mapped[int] = link("offices.id")
    channel: Mapped[Code]
    address: Mapped[Line]
    subject: Mapped[Line]
    body: Mapped[Prose]
    ident: Mapped[Name] = mapped_column(unique=True)
    state: Mapped[Code] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[At]
    begun_at: Mapped[At | None]
    handed_at: Mapped[At | None]
    sent_at: Mapped[At | None]
    error: Mapped[Line | None]
    turn_id: Mapped[int | None] = link("turns.id")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    message: Mapped[Message] = relationship(lazy="raise_on_sql")

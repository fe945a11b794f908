"""The history, and what has been done once."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import At, Big, Code, Id, Line, Model, Name, Prose, link


class Event(Model):
    """One line of history: who changed what from what to what, chained by a keyed hash (E-13). Never updated."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_object", "object_type", "object_id", "seq"),
        Index("ix_events_case", "case_id", "seq"),
        Index("ix_events_shipment", "shipment_id", "seq"),
        Index("ix_events_customer", "customer_id", "seq"),
        Index("ix_events_actor", "actor_id", "seq"),
        Index("ix_events_at", "at"),
    )
    seq: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    at: Mapped[At]
    actor_id: Mapped[int | None] = link("users.id")
    actor: Mapped[Name]
    role: Mapped[Name]
    on_behalf_of: Mapped[Name | None]
    office_id: Mapped[int | None] = link("offices.id")
    request_id: Mapped[Code]
    route: Mapped[Name]
    address: Mapped[Name]
    action: Mapped[Name]
    object_type: Mapped[Code]
    object_id: Mapped[int] = mapped_column(Big)
    object_ref: Mapped[Line | None]
    version: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(Big)
    customer_id: Mapped[int | None] = mapped_column(Big)
    shipment_id: Mapped[int | None] = mapped_column(Big)
    diff: Mapped[Prose]
    reason: Mapped[Prose | None]
    key_id: Mapped[Code]
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class FormToken(Model):
    """A form that has been carried out, with the address of its result: the second sending changes nothing (E-24)."""

    __tablename__ = "form_tokens"
    __table_args__ = (UniqueConstraint("user_id", "key", "body"),)
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    key: Mapped[Code] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(String(64))
    result: Mapped[Line]
    at: Mapped[At]

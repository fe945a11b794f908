"""Under which numbers and words a thing is found."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Big, Code, Id, Model, Prose, link


class SearchRef(Model):
    """A number, phone, name or initials under which a thing is found from its front or its end (freight 6). Things of the whole
    company have no office."""

    __tablename__ = "search_refs"
    __table_args__ = (
        Index("ix_search_refs_norm", "norm"),
        Index("ix_search_refs_reversed", "reversed"),
        Index("ix_search_refs_object", "what", "object_id"),
    )
    id: Mapped[Id]
    office_id: Mapped[int | None] = link("offices.id")
    what: Mapped[Code]
    object_id: Mapped[int] = mapped_column(Big)
    field: Mapped[Code]
    norm: Mapped[str] = mapped_column(String(80))
    reversed: Mapped[str] = mapped_column(String(80))


class SearchText(Model):
    """Names and words of a thing as bigrams for phrase search; FTS5 beside it on SQLite, an array index on PostgreSQL.

    Things of the whole company have no office. `id` is `terms.row_id`: within a kind, newer things have higher ones.
    """

    __tablename__ = "search_texts"
    __table_args__ = (UniqueConstraint("what", "object_id"),)
    id: Mapped[Id]
    office_id: Mapped[int | None] = link("offices.id")
    what: Mapped[Code]
    object_id: Mapped[int] = mapped_column(Big)
    body: Mapped[Prose]

"""The desk's own words: scripts, articles, forbidden phrases, suggestions; under document control (KNO-01…09, SYS-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Json, Line, Model, Name, Prose, link, one_of

if TYPE_CHECKING:
    from models.people import User


class Document(Model):
    """A script (SCR-17) or an article (E-68, F-07, own ones A-001): what it is for; its words lie in its versions.

    `kinds` are kinds of work ("inquiry", "complaint", "change") and topics of them ("complaint.slow"); `audience` who hears it
    ("customer", "consignee", "partner", "colleague"; None: an article), `channels` by which ways, empty for all. `variant` is
    "", "named", "festival", "outgoing" or "newcomer" (KNO-01). `grouped` is the group of the register ("INQ", "CMP" …).
    """

    __tablename__ = "documents"
    __table_args__ = (one_of("what", "script", "article"), Index("ix_documents_what", "what", "grouped"))
    id: Mapped[Id]
    what: Mapped[Code]
    number: Mapped[Code] = mapped_column(unique=True)
    grouped: Mapped[Code]
    kinds: Mapped[Any] = mapped_column(Json, default=list)
    audience: Mapped[Code | None]
    channels: Mapped[Any] = mapped_column(Json, default=list)
    variant: Mapped[Code] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    versions: Mapped[list[DocumentVersion]] = relationship(
        back_populates="document", lazy="raise_on_sql", order_by="DocumentVersion.number"
    )


class DocumentVersion(Model):
    """One version of a document in both languages: "draft", "review" (drafted, waits for the reviewer), "reviewed" (waits for
    the approver; signed with a later `starts_on` it waits for that day), "approved" (the one in force, at most one),
    "replaced", "withdrawn". Signed and later ones never change (SYS-03). `to_write` marks an article that has a title only.
    `reason` is why it was drafted, `end_reason` why it was withdrawn. Drafter, reviewer and approver are three people where
    the office has them; drafter and approver never are one.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        one_of("state", "draft", "review", "reviewed", "approved", "replaced", "withdrawn"),
        UniqueConstraint("document_id", "number"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> drafted_by_id", name="four_eyes"),
        CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> drafted_by_id", name="reviewer"),
        Index("uq_document_versions_in_force", "document_id", unique=True,
              sqlite_where=text("state = 'approved'"), postgresql_where=text("state = 'approved'")),
    )  # fmt: skip
    id: Mapped[Id]
    document_id: Mapped[int] = link("documents.id")
    number: Mapped[int]
    state: Mapped[Code] = mapped_column(default="draft")
    title_zh: Mapped[Name]
    title_en: Mapped[Name]
    body_zh: Mapped[Prose]
    body_en: Mapped[Prose]
    to_write: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Line | None]
    starts_on: Mapped[Day | None]
    drafted_by_id: Mapped[int | None] = link("users.id")
    drafted_at: Mapped[At]
    reviewed_by_id: Mapped[int | None] = link("users.id")
    reviewed_at: Mapped[At | None]
    approved_by_id: Mapped[int | None] = link("users.id")
    approved_at: Mapped[At | None]
    ended_at: Mapped[At | None]
    ended_by_id: Mapped[int | None] = link("users.id")
    end_reason: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    document: Mapped[Document] = relationship(back_populates="versions", lazy="raise_on_sql")
    drafted_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[drafted_by_id])
    reviewed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[reviewed_by_id])
    approved_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[approved_by_id])
    ended_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[ended_by_id])


class ScriptUse(Model):
    """How often a person inserted a script on a day; counted, no history."""

    __tablename__ = "script_uses"
    user_id: Mapped[int] = link("users.id", primary_key=True)
    document_id: Mapped[int] = link("documents.id", primary_key=True, index=True)
    day: Mapped[Day] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=1)


class Phrase(Model):
    """A forbidden phrase (禁用语, appendix D): to whom it may not be said, what is looked for, what is said instead (KNO-03).

    `audience` is "customer", "partner" or "colleague". `matches_zh` and `matches_en` are lists of wordings looked for.
    """

    __tablename__ = "phrases"
    __table_args__ = (one_of("audience", "customer", "partner", "colleague"),)
    id: Mapped[Id]
    number: Mapped[Code] = mapped_column(unique=True)
    audience: Mapped[Code]
    phrase_zh: Mapped[Line]
    phrase_en: Mapped[Line]
    matches_zh: Mapped[Any] = mapped_column(Json, default=list)
    matches_en: Mapped[Any] = mapped_column(Json, default=list)
    instead_zh: Mapped[Line]
    instead_en: Mapped[Line]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class PhraseHit(Model):
    """That somebody wrote a forbidden phrase: "blocked" (it did not leave the house), "warned" (a call record, words to a
    colleague) or "overruled" (a supervisor let it go, with his reason). `digest` is of the whole text to this audience: what a
    supervisor allowed is that text and no other (KNO-03, D-14)."""

    __tablename__ = "phrase_hits"
    __table_args__ = (
        one_of("outcome", "blocked", "warned", "overruled"),
        Index("ix_phrase_hits_user", "user_id", "at"),
        Index("ix_phrase_hits_digest", "digest"),
        CheckConstraint("outcome <> 'overruled' OR (allowed_by_id IS NOT NULL AND reason IS NOT NULL)", name="reason"),
    )
    id: Mapped[Id]
    phrase_id: Mapped[int] = link("phrases.id")
    office_id: Mapped[int] = link("offices.id")
    user_id: Mapped[int] = link("users.id")
    case_id: Mapped[int | None] = link("cases.id", index=True)
    audience: Mapped[Code]
    channel: Mapped[Code | None]
    words: Mapped[Prose]
    digest: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[Code]
    at: Mapped[At]
    allowed_by_id: Mapped[int | None] = link("users.id")
    allowed_at: Mapped[At | None]
    reason: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    phrase: Mapped[Phrase] = relationship(lazy="raise_on_sql")
    user: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[user_id])
    allowed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[allowed_by_id])


class Idea(Model):
    """A rule or text that somebody would have otherwise; it stays in force meanwhile (ORG-10). `document_id` and `case_id` say
    where it came from."""

    __tablename__ = "ideas"
    __table_args__ = (one_of("status", "open", "taken", "declined"), Index("ix_ideas_status", "status", "at"))
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    document_id: Mapped[int | None] = link("documents.id")
    case_id: Mapped[int | None] = link("cases.id")
    rule: Mapped[Code | None]
    words: Mapped[Prose]
    at: Mapped[At]
    by_id: Mapped[int] = link("users.id")
    status: Mapped[Code] = mapped_column(default="open")
    answer: Mapped[Line | None]
    answered_at: Mapped[At | None]
    answered_by_id: Mapped[int | None] = link("users.id")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[by_id])
    answered_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[answered_by_id])

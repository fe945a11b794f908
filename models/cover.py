"""Absence, hand-over, escalation and what the desk says by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Big, Code, Id, Json, Line, Model, Name, link

if TYPE_CHECKING:
    from models.cases import Case
    from models.people import User


class Absence(Model):
    """A person is away from one moment to another, and a colleague covers; the owner stays responsible (ORG-01).

    `began_at` and `ended_at` say when the open work went to the cover and came back.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="times_in_order"),
        CheckConstraint("cover_id <> user_id", name="somebody_else"),
        Index("ix_absences_until", "until_at"),
    )
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id", index=True)
    cover_id: Mapped[int] = link("users.id")
    from_at: Mapped[At]
    until_at: Mapped[At]
    reason: Mapped[Line]
    by_id: Mapped[int] = link("users.id")
    made_at: Mapped[At]
    revoked_at: Mapped[At | None]
    began_at: Mapped[At | None]
    ended_at: Mapped[At | None]
    user: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[user_id])
    cover: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[cover_id])


class HandOver(Model):
    """A sheet of open matters that one person hands to another, who accepts them all at once (ORG-06)."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="somebody_else"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="one_answer"),
        Index("ix_hand_overs_waiting", "office_id", "made_at",
              sqlite_where=text("accepted_at IS NULL AND declined_at IS NULL"),
              postgresql_where=text("accepted_at IS NULL AND declined_at IS NULL")),
    )  # fmt: skip
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    from_id: Mapped[int] = link("users.id", index=True)
    to_id: Mapped[int] = link("users.id", index=True)
    by_id: Mapped[int] = link("users.id")
    reason: Mapped[Line]
    made_at: Mapped[At]
    accepted_at: Mapped[At | None]
    declined_at: Mapped[At | None]
    declined_reason: Mapped[Line | None]
    items: Mapped[list[HandOverItem]] = relationship(lazy="raise_on_sql", order_by="HandOverItem.id")
    giver: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[from_id])
    taker: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[to_id])
    maker: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[by_id])


class HandOverItem(Model):
    """One matter on a hand-over sheet and its next step; `owned` says whether the giver owned it or worked on it only."""

    __tablename__ = "hand_over_items"
    __table_args__ = (UniqueConstraint("hand_over_id", "case_id"),)
    id: Mapped[Id]
    hand_over_id: Mapped[int] = link("hand_overs.id")
    case_id: Mapped[int] = link("cases.id", index=True)
    next_step: Mapped[Line]
    owned: Mapped[bool] = mapped_column(default=True)
    case: Mapped[Case] = relationship(lazy="raise_on_sql")


class Escalation(Model):
    """One rung that a late promise of a case has reached (ORG-08): made once per clock, or step of a decision, and rung.

    `name` is the clock's name or `decide`, `of_id` the clock or step; `people` are those whom this rung reached first.
    """

    __tablename__ = "escalations"
    __table_args__ = (UniqueConstraint("case_id", "name", "of_id", "rung"),)
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    name: Mapped[Code]
    of_id: Mapped[int] = mapped_column(Big)
    rung: Mapped[Code]
    at: Mapped[At]
    came_from: Mapped[Line]
    reached: Mapped[Line]
    people: Mapped[Any] = mapped_column(Json, default=list, info={"derived": True})


class Notice(Model):
    """A line for one person: what has come to him by itself. It is shown from `at` on; `key` makes it once."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_unread", "user_id", "at",
              sqlite_where=text("seen_at IS NULL"), postgresql_where=text("seen_at IS NULL")),
        Index("ix_notices_user", "user_id", "id"),
    )  # fmt: skip
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    case_id: Mapped[int | None] = link("cases.id")
    customer_id: Mapped[int | None] = link("customers.id")
    kind: Mapped[Code]
    text: Mapped[Any] = mapped_column(Json)
    at: Mapped[At]
    made_at: Mapped[At]
    seen_at: Mapped[At | None]
    key: Mapped[Name] = mapped_column(unique=True)


class TickRun(Model):
    """What the desk did by itself: one row per run that did something, or one row for the quiet runs in between.

    `ended_at` NULL: running, or cut off. `key` names work that is done once, such as that of a day.
    """

    __tablename__ = "tick_runs"
    id: Mapped[Id]
    what: Mapped[Code]
    started_at: Mapped[At]
    ended_at: Mapped[At | None]
    counts: Mapped[Any] = mapped_column(Json, default=dict)
    error: Mapped[Line | None]
    key: Mapped[Code | None] = mapped_column(unique=True)

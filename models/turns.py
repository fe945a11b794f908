"""Whose move it is, and promises with a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Id, Json, Line, Model, Name, link

if TYPE_CHECKING:
    from models.cases import Case


class Turn(Model):
    """Whose move it is: a person's, or that of a role (and grade) in an office. The queue is made of turns (E-01).

    `waiting`: the holder owns the case but someone else has to act. `queue_at` orders the queue (E-02).
    `leading`: the owner's own turn; exactly one per open case, so that whole-office views count cases once.
    `except_id`, `except_too_id`: people of the role who may not act (the asker and the last editor, D-01).
    """

    __tablename__ = "turns"
    __table_args__ = (
        CheckConstraint("user_id IS NOT NULL OR role IS NOT NULL", name="held"),
        Index("ix_turns_person", "user_id", "waiting", "queue_at", "since", "id",
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_turns_role", "office_id", "role", "queue_at", "since", "id",
              sqlite_where=text("closed_at IS NULL AND user_id IS NULL"),
              postgresql_where=text("closed_at IS NULL AND user_id IS NULL")),
        Index("ix_turns_office", "office_id", "queue_at", "since", "id",
              sqlite_where=text('closed_at IS NULL AND "leading"'), postgresql_where=text('closed_at IS NULL AND "leading"')),
        Index("uq_turns_leading", "case_id", unique=True,
              sqlite_where=text('closed_at IS NULL AND "leading"'), postgresql_where=text('closed_at IS NULL AND "leading"')),
        Index("ix_turns_case", "case_id", "closed_at"),
        Index("ix_turns_opened", "opened_at"),
    )  # fmt: skip
    id: Mapped[Id]
    case_id: Mapped[int | None] = link("cases.id")
    customer_id: Mapped[int | None] = link("customers.id")
    office_id: Mapped[int] = link("offices.id")
    kind: Mapped[Code]
    what: Mapped[Code]
    user_id: Mapped[int | None] = link("users.id")
    role: Mapped[Code | None]
    grade: Mapped[int] = mapped_column(default=1)
    except_id: Mapped[int | None] = link("users.id")
    except_too_id: Mapped[int | None] = link("users.id")
    leading: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=False)
    since: Mapped[At]
    opened_at: Mapped[At]
    due_at: Mapped[At | None]
    due_name: Mapped[Code | None]
    queue_at: Mapped[At]
    note: Mapped[Line | None]
    closed_at: Mapped[At | None]
    case: Mapped[Case | None] = relationship(lazy="raise_on_sql")


class Clock(Model):
    """One promise with a time on a case: when it started, when it falls due, when it was kept, and why that time.

    `due_at` holds: `promised_at` where a time was named, else the end of `trace`, which tells what `figure` asks for.
    """

    __tablename__ = "clocks"
    __table_args__ = (Index("ix_clocks_case", "case_id", "stopped_at"), Index("ix_clocks_stopped", "stopped_at"))
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    name: Mapped[Code]
    party: Mapped[Code] = mapped_column(default="customer")
    started_at: Mapped[At]
    minutes: Mapped[int]
    runs_in: Mapped[Code]
    setting_id: Mapped[int | None] = link("settings.id")
    figure: Mapped[Name | None]
    due_at: Mapped[At]
    promised_at: Mapped[At | None]
    trace: Mapped[Any] = mapped_column(Json, default=list)
    provisional: Mapped[bool] = mapped_column(default=False)
    stopped_at: Mapped[At | None]


class ClockPause(Model):
    """An interval during which a customer's clock stood still because we waited for the customer (D-03)."""

    __tablename__ = "clock_pauses"
    id: Mapped[Id]
    clock_id: Mapped[int] = link("clocks.id", index=True)
    from_at: Mapped[At]
    to_at: Mapped[At | None]
    reason: Mapped[Code]

"""Offices, accounts, their roles and sessions, figures and the calendar."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Json, Line, Model, Name, link, one_of


class Office(Model):
    """A branch with its own customers, desk hours and time zone."""

    __tablename__ = "offices"
    id: Mapped[Id]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    zone: Mapped[Code] = mapped_column(default="Asia/Shanghai")
    created_at: Mapped[At]


class User(Model):
    """An account. Holds one or more roles; auditor is held alone (D-13). Grade 1 to 4 is what approvals test."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 1 AND 4", name="grade_range"),
        one_of("language", "zh", "en"),
        one_of("theme", "auto", "light", "dark"),
    )
    id: Mapped[Id]
    name: Mapped[Code] = mapped_column(unique=True)
    display: Mapped[Name]
    office_id: Mapped[int | None] = link("offices.id", index=True)
    grade: Mapped[int] = mapped_column(default=1)
    password_hash: Mapped[Line] = mapped_column(info={"secret": True})
    password_version: Mapped[int] = mapped_column(default=1)
    must_change: Mapped[bool] = mapped_column(default=False)
    newcomer_until: Mapped[Day | None]
    expires_on: Mapped[Day | None]
    disabled_at: Mapped[At | None]
    language: Mapped[Code | None]
    theme: Mapped[Code] = mapped_column(default="auto")
    tight: Mapped[bool] = mapped_column(default=False)
    keys: Mapped[bool] = mapped_column(default=True)
    sound_new: Mapped[bool] = mapped_column(default=False)
    sound_soon: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[At]
    version: Mapped[int] = mapped_column(default=1)
    roles: Mapped[list[UserRole]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    office: Mapped[Office | None] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}


class UserRole(Model):
    """One role of one account; `release` is the release officer's right, which a finance account holds beside (D-06)."""

    __tablename__ = "user_roles"
    __table_args__ = (one_of("role", "agent", "supervisor", "finance", "release", "auditor", "admin"),)
    user_id: Mapped[int] = link("users.id", primary_key=True)
    role: Mapped[Code] = mapped_column(primary_key=True)


class UserSession(Model):
    """A signed-in browser. The cookie carries a random token, this row its hash (security 6.2)."""

    __tablename__ = "user_sessions"
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id", index=True)
    token_hash: Mapped[Code] = mapped_column(String(64), unique=True)
    password_version: Mapped[int]
    created_at: Mapped[At]
    seen_at: Mapped[At]
    ended_at: Mapped[At | None]
    shared: Mapped[bool] = mapped_column(default=False)
    address: Mapped[Name]
    browser: Mapped[Line]


class SignIn(Model):
    """The security log: every attempt to sign in, good or bad; decides how long the next one waits."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index("ix_sign_ins_username_at", "username", "at"),
        Index("ix_sign_ins_address_at", "address", "at"),
    )
    id: Mapped[Id]
    at: Mapped[At]
    username: Mapped[Name]
    address: Mapped[Name]
    ok: Mapped[bool]


class Setting(Model):
    """One figure from one moment on: append-only; the newest valid row counts (E-18). office NULL = everywhere."""

    __tablename__ = "settings"
    __table_args__ = (Index("ix_settings_key_office", "key", "office_id", "valid_from"),)
    id: Mapped[Id]
    key: Mapped[Name]
    office_id: Mapped[int | None] = link("offices.id")
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    valid_from: Mapped[At]
    by_id: Mapped[int | None] = link("users.id")
    approved_by_id: Mapped[int | None] = link("users.id")


class Grant(Model):
    """Roles and a grade that somebody asks for an account, where a second person has to agree (E-18).

    `roles` and `grade` are what the account shall hold; until then it keeps what it has. `alone`: took effect at once,
    because nobody else could agree. One waits per account at most.
    """

    __tablename__ = "grants"
    __table_args__ = (
        one_of("status", "waiting", "agreed", "alone", "refused", "dropped"),
        CheckConstraint("grade BETWEEN 1 AND 4", name="grade_range"),
        CheckConstraint("(status IN ('agreed','refused')) = (decided_by_id IS NOT NULL)", name="decider_known"),
        CheckConstraint("status <> 'agreed' OR (decided_by_id <> by_id AND decided_by_id <> user_id)", name="four_eyes"),
        Index("uq_grants_waiting", "user_id", unique=True,
              sqlite_where=text("status = 'waiting'"), postgresql_where=text("status = 'waiting'")),
        Index("ix_grants_user", "user_id", "id"),
    )  # fmt: skip
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    roles: Mapped[Any] = mapped_column(Json)
    grade: Mapped[int]
    status: Mapped[Code] = mapped_column(default="waiting")
    by_id: Mapped[int | None] = link("users.id")
    made_at: Mapped[At]
    decided_by_id: Mapped[int | None] = link("users.id")
    decided_at: Mapped[At | None]
    user: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[user_id])
    by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[by_id])


class CalendarDay(Model):
    """A dated exception of the working calendar: holiday, make-up day, half day (E-34). office NULL = all offices.

    `edition` counts the changes of the calendar: the newest of its days is the version that traces name.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("office_id", "day"),)
    id: Mapped[Id]
    office_id: Mapped[int | None] = link("offices.id")
    day: Mapped[Day]
    kind: Mapped[Code]
    spans: Mapped[Any] = mapped_column(Json, nullable=True)
    name: Mapped[Name]
    source: Mapped[Code]
    provisional: Mapped[bool] = mapped_column(default=False)
    edition: Mapped[int] = mapped_column(default=1)

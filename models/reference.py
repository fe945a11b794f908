"""Partners, carriers, other desks and watchwords."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code, Id, Line, Model, Name, one_of


class Partner(Model):
    """A destination partner (代理); `published` = on the company's published list (CHG-20)."""

    __tablename__ = "partners"
    __table_args__ = (one_of("status", "active", "blocked"),)
    id: Mapped[Id]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    city: Mapped[Name | None]
    contact: Mapped[Name | None]
    phone: Mapped[Code | None]
    manager: Mapped[Name | None]
    published: Mapped[bool] = mapped_column(default=False)
    status: Mapped[Code] = mapped_column(default="active")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Carrier(Model):
    """An airline, ship line or road carrier; air lines have the three-digit waybill prefix."""

    __tablename__ = "carriers"
    __table_args__ = (one_of("mode", "air", "sea", "road"),)
    id: Mapped[Id]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    mode: Mapped[Code]
    prefix: Mapped[str | None] = mapped_column(String(3), unique=True)
    terminals: Mapped[Line | None]
    verified: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Department(Model):
    """Another desk that an item is sent to: route desk, operations, documents … (ORG-02)."""

    __tablename__ = "departments"
    id: Mapped[Id]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    phone: Mapped[Code | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Watchword(Model):
    """A word in a cargo name that calls for a question: heavy or dangerous (BKG-08, BKG-21)."""

    __tablename__ = "watchwords"
    __table_args__ = (UniqueConstraint("kind", "word"), one_of("kind", "heavy", "dangerous"))
    id: Mapped[Id]
    kind: Mapped[Code]
    word: Mapped[Name]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

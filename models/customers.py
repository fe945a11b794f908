"""Customers, their contacts and agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Line, Minor, Model, Name, Prose, link, money_range, one_of

if TYPE_CHECKING:
    from models.people import User


class Customer(Model):
    """A customer or prospect with what CUS-01 to CUS-07 and CUS-12 ask to know."""

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        one_of("grouping", "direct", "coloader"),
        one_of("grade", "A", "B", "C", "D"),
        one_of("source", "management", "departed_sales", "dormant", "own", "vip"),
        one_of("status", "prospect", "active", "dormant"),
        CheckConstraint("term_days >= 0", name="term_days_range"),
        CheckConstraint("margin_from BETWEEN 0 AND 1000", name="margin_from_range"),
        CheckConstraint("margin_to BETWEEN 0 AND 1000 AND margin_to >= margin_from", name="margin_to_range"),
        Index("ix_customers_office_name", "office_id", "name"),
    )
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    code: Mapped[Code | None]
    name: Mapped[Name]
    grouping: Mapped[Code] = mapped_column(default="direct")
    grade: Mapped[Code] = mapped_column(default="C")
    source: Mapped[Code] = mapped_column(default="own")
    status: Mapped[Code] = mapped_column(default="active")
    settlement: Mapped[Code | None]
    term_days: Mapped[int | None]
    agent_id: Mapped[int | None] = link("users.id", index=True)
    agent_name: Mapped[Name | None]
    salesperson: Mapped[Name | None]
    vip: Mapped[bool] = mapped_column(default=False)
    state_owned: Mapped[bool] = mapped_column(default=False)
    overseas: Mapped[bool] = mapped_column(default=False)
    warning: Mapped[Line | None]
    stopped_at: Mapped[At | None]
    stopped_by_id: Mapped[int | None] = link("users.id")
    stopped_reason: Mapped[Line | None]
    documents_held: Mapped[Line | None]
    note_mailbox: Mapped[Name | None]
    lanes: Mapped[Line | None]
    industry: Mapped[Name | None]
    interests: Mapped[Line | None]
    monthly_volume: Mapped[Name | None]
    payment_standing: Mapped[Line | None]
    quality_record: Mapped[Line | None]
    special_demands: Mapped[Line | None]
    margin_from: Mapped[int | None]  # the band of INQ-16, per cent of the price it rests on
    margin_to: Mapped[int | None]
    remark: Mapped[Prose | None]
    created_at: Mapped[At]
    version: Mapped[int] = mapped_column(default=1)
    contacts: Mapped[list[Contact]] = relationship(lazy="raise_on_sql", order_by="Contact.id")
    agent: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[agent_id])
    __mapper_args__ = {"version_id_col": version}


class Contact(Model):
    """A person at a customer; `authority` marks who may give the shipper's orders (CHG-03)."""

    __tablename__ = "contacts"
    id: Mapped[Id]
    customer_id: Mapped[int] = link("customers.id", index=True)
    name: Mapped[Name]
    salutation: Mapped[Name | None]
    post: Mapped[Name | None]
    phone: Mapped[Code | None]
    landline: Mapped[Code | None]
    fax: Mapped[Code | None]
    wechat: Mapped[Name | None]
    qq: Mapped[Name | None]
    mail: Mapped[Name | None]
    authority: Mapped[bool] = mapped_column(default=True)
    remark: Mapped[Line | None]
    left_at: Mapped[At | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Agreement(Model):
    """A customer's agreement: its days and terms (FIN-07, D-16)."""

    __tablename__ = "agreements"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="days_in_order"), money_range("credit_minor"))
    id: Mapped[Id]
    customer_id: Mapped[int] = link("customers.id", index=True)
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    settlement: Mapped[Code | None]
    term_days: Mapped[int | None]
    credit_minor: Mapped[Minor | None] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

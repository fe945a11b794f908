"""Holds, and money that customers say they paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Line, Minor, Model, Name, link, one_of

if TYPE_CHECKING:
    from models.customers import Customer
    from models.people import User
    from models.shipments import Shipment


class Hold(Model):
    """A hold on a customer or on goods, from being proposed or placed to being lifted, each by its own side (CF-24).

    side: shipper (物控), service, finance. what: goods, stop (停办), documents (扣单). The columns on customers and shipments
    say what is in force now; this row says since when, by whom and why, and for documents whether the contract makes them
    conditional on payment (`pay_first`), else who held them nevertheless (`overridden_by_id`).
    """

    __tablename__ = "holds"
    __table_args__ = (
        one_of("side", "shipper", "service", "finance"),
        one_of("what", "goods", "stop", "documents"),
        one_of("status", "proposed", "active", "lifted", "dropped"),
        CheckConstraint("(customer_id IS NULL) <> (shipment_id IS NULL)", name="one_target"),
        Index("uq_holds_customer", "customer_id", "side", "what", unique=True,
              sqlite_where=text("status IN ('proposed','active') AND customer_id IS NOT NULL"),
              postgresql_where=text("status IN ('proposed','active') AND customer_id IS NOT NULL")),
        Index("uq_holds_shipment", "shipment_id", "side", "what", unique=True,
              sqlite_where=text("status IN ('proposed','active') AND shipment_id IS NOT NULL"),
              postgresql_where=text("status IN ('proposed','active') AND shipment_id IS NOT NULL")),
        Index("ix_holds_office", "office_id", "status", "id"),
    )  # fmt: skip
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    customer_id: Mapped[int | None] = link("customers.id")
    shipment_id: Mapped[int | None] = link("shipments.id")
    side: Mapped[Code]
    what: Mapped[Code]
    status: Mapped[Code] = mapped_column(default="active")
    reason: Mapped[Line]
    proposed_at: Mapped[At | None]
    placed_at: Mapped[At | None]
    placed_by_id: Mapped[int | None] = link("users.id")
    pay_first: Mapped[bool | None]
    overridden_by_id: Mapped[int | None] = link("users.id")
    override_reason: Mapped[Line | None]
    ended_at: Mapped[At | None]
    ended_by_id: Mapped[int | None] = link("users.id")
    end_reason: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")
    shipment: Mapped[Shipment | None] = relationship(lazy="raise_on_sql")
    placed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[placed_by_id])
    ended_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[ended_by_id])
    __mapper_args__ = {"version_id_col": version}


class Payment(Model):
    """Money that a customer says he has paid, until finance has found it on the account: amount, day, slip (FIN-19)."""

    __tablename__ = "payments"
    __table_args__ = (
        one_of("status", "waiting", "confirmed", "partly", "missing"),
        CheckConstraint("amount_minor BETWEEN 1 AND 100000000000", name="amount_range"),
        CheckConstraint("confirmed_minor BETWEEN 0 AND 100000000000", name="confirmed_range"),
        CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", name="decider_known"),
        CheckConstraint("decided_by_id <> stated_by_id", name="four_eyes"),
        Index("ix_payments_office", "office_id", "status", "due_at"),
    )
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    customer_id: Mapped[int] = link("customers.id", index=True)
    shipment_id: Mapped[int | None] = link("shipments.id")
    amount_minor: Mapped[Minor] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    paid_on: Mapped[Day]
    payer: Mapped[Name | None]
    purpose: Mapped[Line]
    slip: Mapped[Line | None]
    slip_sha256: Mapped[str | None] = mapped_column(String(64))
    slip_media: Mapped[Name | None]
    slip_preview: Mapped[str | None] = mapped_column(String(64))
    stated_by_id: Mapped[int] = link("users.id")
    stated_at: Mapped[At]
    due_at: Mapped[At]
    status: Mapped[Code] = mapped_column(default="waiting")
    confirmed_minor: Mapped[Minor | None] = mapped_column(info={"money": "currency"})
    decided_by_id: Mapped[int | None] = link("users.id")
    decided_at: Mapped[At | None]
    reason: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer] = relationship(lazy="raise_on_sql")
    shipment: Mapped[Shipment | None] = relationship(lazy="raise_on_sql")
    stated_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[stated_by_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[decided_by_id])
    __mapper_args__ = {"version_id_col": version}

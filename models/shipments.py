"""Goods under way, their pick-ups, what happened to their flight, ship or truck, and what was imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Big, Code, Day, Id, Json, Line, Minor, Model, Name, Prose, link, money_range, one_of

if TYPE_CHECKING:
    from models.customers import Customer
    from models.reference import Partner


class Shipment(Model):
    """Goods under one waybill number (which may come later, D-12), with stage and holds kept apart by reason."""

    __tablename__ = "shipments"
    __table_args__ = (
        Index("uq_shipments_number", "office_id", "carrier", "number", unique=True,
              sqlite_where=text("number IS NOT NULL"), postgresql_where=text("number IS NOT NULL")),
        one_of("mode", "air", "sea", "road"),
        CheckConstraint(
            "(mode = 'air' AND stage IN ('A0','A1','A2','A3','A4','A5','A6'))"
            " OR (mode = 'sea' AND stage IN ('S0','S1','S2','S3','S4','S5'))"
            " OR (mode = 'road' AND stage IN ('R0','R1','R2','R3','R4'))", name="stage_of_mode"),
        one_of("standing", "active", "void", "withdrawn", "returning", "redirected"),
        one_of("progress", "scanning", "weighing", "billing"),
        CheckConstraint("pieces >= 0", name="pieces_range"),
        CheckConstraint("weight_g >= 0", name="weight_range"),
        CheckConstraint("volume_l >= 0", name="volume_range"),
        CheckConstraint("arrives_at >= departs_at", name="times_in_order"),
        money_range("freight_minor"),
        Index("ix_shipments_office_id_id", "office_id", "id"),
        Index("ix_shipments_vehicle", "office_id", "vehicle", "departs_at"),
    )  # fmt: skip
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    mode: Mapped[Code]
    carrier: Mapped[Code] = mapped_column(default="")
    number: Mapped[Code | None]
    master: Mapped[Code | None]
    container: Mapped[Code | None]
    booking: Mapped[Code | None]
    customer_id: Mapped[int | None] = link("customers.id", index=True)
    partner_id: Mapped[int | None] = link("partners.id")
    shipper: Mapped[Name | None]
    consignee: Mapped[Name | None]
    consignee_phone: Mapped[Code | None]
    address: Mapped[Line | None]
    origin: Mapped[Name | None]
    destination: Mapped[Name | None]
    cargo: Mapped[Name | None]
    model: Mapped[Name | None]
    pieces: Mapped[int | None]
    weight_g: Mapped[int | None] = mapped_column(BigInteger)
    volume_l: Mapped[int | None] = mapped_column(BigInteger)
    vehicle: Mapped[Name | None]
    departs_at: Mapped[At | None]
    arrives_at: Mapped[At | None]
    cut_off_at: Mapped[At | None]
    stage: Mapped[str] = mapped_column(String(2))
    stage_at: Mapped[At]
    stage_source: Mapped[Code]
    standing: Mapped[Code] = mapped_column(default="active")
    hold_shipper: Mapped[Line | None]
    hold_service: Mapped[Line | None]
    hold_finance: Mapped[Line | None]
    freed_at: Mapped[At | None]  # finance lets this waybill go although its customer is stopped (FIN-06)
    freed_by_id: Mapped[int | None] = link("users.id")
    freed_reason: Mapped[Line | None]
    progress: Mapped[Code | None]  # while there is no number: scanning, weighing, billing (SHP-19)
    tracked: Mapped[bool] = mapped_column(default=False)  # 重点跟踪 (CMP-10, CMP-15)
    transfers: Mapped[int | None]
    receipt: Mapped[Name | None]
    payment: Mapped[Code | None]
    freight_minor: Mapped[Minor | None] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    remark: Mapped[Prose | None]
    created_at: Mapped[At]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}


class ImportedRow(Model):
    """The last imported row of a record as plain values, so that a re-import applies only what the file changed (E-19)."""

    __tablename__ = "imported_rows"
    __table_args__ = (UniqueConstraint("office_id", "kind", "key"),)
    id: Mapped[Id]
    office_id: Mapped[int | None] = link("offices.id")
    kind: Mapped[Code]
    key: Mapped[Name]
    row: Mapped[Any] = mapped_column(Json)
    object_id: Mapped[int] = mapped_column(Big)
    at: Mapped[At]


class Pickup(Model):
    """One pick-up by the fleet: when it was ordered for and when the vehicle came (CMP-14)."""

    __tablename__ = "pickups"
    __table_args__ = (UniqueConstraint("office_id", "key"), Index("ix_pickups_customer", "customer_id", "planned_at"))
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    key: Mapped[Name]
    customer_id: Mapped[int | None] = link("customers.id")
    place: Mapped[Name | None]
    fleet: Mapped[Name | None]
    driver: Mapped[Name | None]
    plate: Mapped[Code | None]
    waybill: Mapped[Code | None]
    planned_at: Mapped[At]
    came_at: Mapped[At | None]
    remark: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class TransportEvent(Model):
    """Something that happened to a flight, vessel or truck, recorded once for all its waybills: reason code, what comes next
    (EXC-04 to EXC-06, EXC-10; codes AIR-, SEA-, ROAD-, CB-)."""

    __tablename__ = "transport_events"
    __table_args__ = (one_of("mode", "air", "sea", "road"), Index("ix_transport_events_office", "office_id", "at"))
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    mode: Mapped[Code]
    vehicle: Mapped[Name]
    day: Mapped[Day]
    code: Mapped[Code]
    new_vehicle: Mapped[Name | None]
    departs_at: Mapped[At | None]
    arrives_at: Mapped[At | None]
    delivery: Mapped[Name | None]
    place: Mapped[Name | None]
    note: Mapped[Line | None]
    follows_id: Mapped[int | None] = link("transport_events.id")
    at: Mapped[At]
    by_id: Mapped[int] = link("users.id")
    notices: Mapped[list[TransportNotice]] = relationship(lazy="raise_on_sql", order_by="TransportNotice.id")


class TransportNotice(Model):
    """What one customer is told about a transport event, for all his waybills on it, and when he was told."""

    __tablename__ = "transport_notices"
    __table_args__ = (
        CheckConstraint("(sent_at IS NULL) = (sent_by_id IS NULL)", name="sender_known"),
        Index("ix_transport_notices_event", "event_id", "id"),
    )
    id: Mapped[Id]
    event_id: Mapped[int] = link("transport_events.id")
    office_id: Mapped[int] = link("offices.id")
    customer_id: Mapped[int | None] = link("customers.id", index=True)
    shipments: Mapped[Any] = mapped_column(Json, default=list)
    text: Mapped[Prose]
    sent_at: Mapped[At | None]
    sent_by_id: Mapped[int | None] = link("users.id")
    channel: Mapped[Code | None]
    party: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}

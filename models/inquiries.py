"""Inquiries, quotations in versions, where prices come from, tariffs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Json, Line, Minor, Model, Name, Prose, link, money_range, one_of
from models.cases import Case

if TYPE_CHECKING:
    from models.people import User


class Inquiry(Case):
    """询价 and every other question: price, cargo query, call-back, e-ledger, statement, other (INQ-01, FIN-16, FIN-17).

    `cargo` holds what the kind of goods asks for (INQ-02 to INQ-06, INQ-20), `steps` what was ticked or noted on the way:
    {code: {"value": …, "at": …, "by": …}}. `outcome` says how it ended (INQ-11), with whom and at which price when lost.
    """

    __tablename__ = "inquiries"
    __table_args__ = (
        one_of("topic", "price", "cargo", "callback", "ledger", "statement", "other"),
        one_of("outcome", "won", "lost", "declined", "answered"),
        money_range("lost_minor"),
    )
    id: Mapped[int] = link("cases.id", primary_key=True)
    topic: Mapped[Code]
    goods: Mapped[Code] = mapped_column(default="general")
    lane: Mapped[Line | None]
    asked: Mapped[Prose]
    cargo: Mapped[Any] = mapped_column(Json, default=dict)
    steps: Mapped[Any] = mapped_column(Json, default=dict)
    genuine: Mapped[bool | None]
    likely: Mapped[bool | None]
    direct_contact: Mapped[bool] = mapped_column(default=False)
    price_pending_at: Mapped[At | None]
    asked_review_id: Mapped[int | None] = link("users.id")  # who asked for the review that waits: he does not give it
    booked_at: Mapped[At | None]
    wanted_by: Mapped[At | None]
    satisfied: Mapped[bool | None]
    outcome: Mapped[Code | None]
    outcome_note: Mapped[Line | None]
    lost_to: Mapped[Name | None]
    lost_minor: Mapped[Minor | None] = mapped_column(info={"money": "lost_currency"})
    lost_currency: Mapped[str | None] = mapped_column(String(3))
    department_id: Mapped[int | None] = link("departments.id")
    __mapper_args__ = {"polymorphic_identity": "inquiry"}


class PriceSource(Model):
    """What somebody asks for the transport of an inquiry: own desk, outside source, lane wholesaler or carrier, side by side
    (INQ-13, INQ-15). An outside source counts only after somebody of grade 3 has approved it."""

    __tablename__ = "price_sources"
    __table_args__ = (
        one_of("kind", "own", "outside", "wholesaler", "carrier", "fleet"),
        CheckConstraint("amount_minor BETWEEN 0 AND 100000000000", name="amount_range"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approval_known"),
        CheckConstraint("approved_by_id <> by_id", name="four_eyes"),
    )
    id: Mapped[Id]
    case_id: Mapped[int] = link("inquiries.id", index=True)
    kind: Mapped[Code]
    name: Mapped[Name]
    amount_minor: Mapped[Minor] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    unit: Mapped[Code]
    valid_until: Mapped[Day | None]
    remark: Mapped[Line | None]
    tariff_id: Mapped[int | None] = link("tariffs.id")
    by_id: Mapped[int] = link("users.id")
    at: Mapped[At]
    approved_by_id: Mapped[int | None] = link("users.id")
    approved_at: Mapped[At | None]


class Quotation(Model):
    """One version of the price given to a customer (INQ-16, INQ-17, INQ-22).

    `basis`: what it is reckoned from; a floor price is only ever given orally. `reasons`: why a supervisor has to look at it
    (newcomer, below_band, reduction). `cost_minor`: the price it rests on, which no customer sees. `replaces_id`:
    the version that was wrong. Only an approved version can be sent; whoever made it can never approve it.
    """

    __tablename__ = "quotations"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        one_of("status", "draft", "review", "approved", "sent", "faulty", "dropped"),
        one_of("basis", "selling", "floor", "margin"),
        CheckConstraint("cost_minor BETWEEN 0 AND 100000000000", name="cost_range"),
        CheckConstraint("competitor_minor BETWEEN 0 AND 100000000000", name="competitor_range"),
        CheckConstraint("reviewed_by_id <> made_by_id", name="four_eyes"),
        CheckConstraint("reviewed_by_id <> edited_by_id", name="editor_apart"),
        CheckConstraint("basis <> 'floor' OR oral OR status <> 'sent'", name="floor_oral"),
        CheckConstraint(
            "status NOT IN ('approved','sent') OR NOT must_review OR reviewed_by_id IS NOT NULL", name="reviewed"
        ),
    )
    id: Mapped[Id]
    case_id: Mapped[int] = link("inquiries.id")
    number: Mapped[int]
    status: Mapped[Code] = mapped_column(default="draft")
    basis: Mapped[Code] = mapped_column(default="margin")
    oral: Mapped[bool] = mapped_column(default=False)
    indicative: Mapped[bool] = mapped_column(default=False)
    supplementary: Mapped[bool] = mapped_column(default=False)
    source_id: Mapped[int | None] = link("price_sources.id")
    cost_minor: Mapped[Minor | None] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    valid_until: Mapped[Day | None]
    remark: Mapped[Line | None]
    reasons: Mapped[Any] = mapped_column(Json, default=list)
    must_review: Mapped[bool] = mapped_column(default=False)
    reduction: Mapped[Line | None]
    competitor: Mapped[Name | None]
    competitor_minor: Mapped[Minor | None] = mapped_column(info={"money": "currency"})
    made_by_id: Mapped[int] = link("users.id")
    made_at: Mapped[At]
    edited_by_id: Mapped[int] = link("users.id")
    review_asked_at: Mapped[At | None]
    reviewed_by_id: Mapped[int | None] = link("users.id")
    reviewed_at: Mapped[At | None]
    review_note: Mapped[Line | None]
    content: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[At | None]
    sent_by_id: Mapped[int | None] = link("users.id")
    channel: Mapped[Code | None]
    fault: Mapped[Line | None]
    replaces_id: Mapped[int | None] = link("quotations.id")
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list[QuotationLine]] = relationship(lazy="raise_on_sql", order_by="QuotationLine.id")
    source: Mapped[PriceSource | None] = relationship(lazy="raise_on_sql")
    made_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[made_by_id])
    reviewed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[reviewed_by_id])
    __mapper_args__ = {"version_id_col": version}


class QuotationLine(Model):
    """One charge of a quotation: amount per unit times quantity (thousandths); ALL IN names what it includes (FIN-14)."""

    __tablename__ = "quotation_lines"
    __table_args__ = (
        CheckConstraint("amount_minor BETWEEN -100000000000 AND 100000000000", name="amount_range"),
        CheckConstraint("quantity_m BETWEEN 1 AND 100000000000", name="quantity_range"),
        CheckConstraint("item <> 'all_in' OR includes IS NOT NULL", name="all_in_listed"),
    )
    id: Mapped[Id]
    quotation_id: Mapped[int] = link("quotations.id", index=True)
    item: Mapped[Code]
    text: Mapped[Name | None]
    amount_minor: Mapped[Minor] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    unit: Mapped[Code]
    quantity_m: Mapped[int] = mapped_column(BigInteger, default=1000)
    includes: Mapped[Line | None]
    tariff_id: Mapped[int | None] = link("tariffs.id")
    struck_at: Mapped[At | None]


class Tariff(Model):
    """What a lane costs with a carrier while it is valid (INQ-19). `floor_minor` (最低卖价) is for the desk's eyes only."""

    __tablename__ = "tariffs"
    __table_args__ = (
        one_of("mode", "air", "sea", "road"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_in_order"),
        CheckConstraint("selling_minor BETWEEN 0 AND 100000000000", name="selling_range"),
        CheckConstraint("floor_minor BETWEEN 0 AND selling_minor", name="floor_range"),
        UniqueConstraint("office_id", "key"),
        Index("ix_tariffs_lane", "office_id", "destination", "valid_from"),
    )
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    key: Mapped[Name]
    mode: Mapped[Code]
    carrier: Mapped[Name | None]
    origin: Mapped[Name]
    destination: Mapped[Name]
    item: Mapped[Code]
    unit: Mapped[Code]
    selling_minor: Mapped[Minor] = mapped_column(info={"money": "currency"})
    floor_minor: Mapped[Minor | None] = mapped_column(info={"money": "currency", "secret": True})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    remark: Mapped[Line | None]
    made_at: Mapped[At]
    withdrawn_at: Mapped[At | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

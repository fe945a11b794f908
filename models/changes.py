"""Changes to waybills: fields, charges, confirmations, signatures, links to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Json, Line, Minor, Model, Name, link, one_of
from models.cases import Case

if TYPE_CHECKING:
    from models.people import User


class Change(Case):
    """改单: what shall change on a shipment, on whose written word, at what charge, and who decides (CHG-01 …).

    `extra` holds what a kind asks beyond the shipment's columns (catalogue), `stage_seen` the stage that the last signer
    agreed to, `looked_at` the supervisor's daily look at what was carried out without a decision (D-01).
    """

    __tablename__ = "changes"
    __table_args__: Any = (Index("ix_changes_code", "code", "id"), Index("ix_changes_executed", "executed_at", "id"))
    id: Mapped[int] = link("cases.id", primary_key=True)
    code: Mapped[Code]
    requested_by_id: Mapped[int] = link("users.id")
    last_editor_id: Mapped[int] = link("users.id")
    shipment_version: Mapped[int]
    stage_asked: Mapped[str] = mapped_column(String(2))
    stage_seen: Mapped[str | None] = mapped_column(String(2))
    stage_decided: Mapped[str | None] = mapped_column(String(2))
    stage_executed: Mapped[str | None] = mapped_column(String(2))
    reason: Mapped[Line | None]
    extra: Mapped[Any] = mapped_column(Json, default=dict)
    proof_note: Mapped[Line | None]
    proof_items: Mapped[Any] = mapped_column(Json, default=list)
    read_back: Mapped[Line | None]
    refusal: Mapped[Line | None]
    executed_at: Mapped[At | None]
    own_system_at: Mapped[At | None]
    own_system_by_id: Mapped[int | None] = link("users.id")
    finance_asked_at: Mapped[At | None]
    leader_asked_at: Mapped[At | None]
    looked_at: Mapped[At | None]
    looked_by_id: Mapped[int | None] = link("users.id")
    round: Mapped[int] = mapped_column(default=1)
    fields: Mapped[list[ChangeField]] = relationship(lazy="raise_on_sql", order_by="ChangeField.id")
    charges: Mapped[list[ChargeLine]] = relationship(lazy="raise_on_sql", order_by="ChargeLine.id")
    __mapper_args__ = {"polymorphic_identity": "change"}

    @property
    def lines(self) -> list[ChargeLine]:
        """The charges that count: those that were struck are left out."""
        return [line for line in self.charges if line.struck_at is None]


class ChangeField(Model):
    """One field of a change: what stood on the shipment when asked and what shall stand (E-07, E-08)."""

    __tablename__ = "change_fields"
    __table_args__ = (UniqueConstraint("change_id", "path"),)
    id: Mapped[Id]
    change_id: Mapped[int] = link("changes.id")
    path: Mapped[Code]
    old: Mapped[Any] = mapped_column(Json, nullable=True)
    new: Mapped[Any] = mapped_column(Json, nullable=True)


class ChargeLine(Model):
    """Money of a change: what the customer owes us (receivable) or we owe somebody (payable), and with whom it was agreed
    (CHG-15). A waived line stays, with who waived it and why (CHG-19); one entered by mistake is struck, and counts no more.
    """

    __tablename__ = "charge_lines"
    __table_args__ = (
        one_of("side", "receivable", "payable"),
        one_of("payer", "shipper", "consignee", "company"),
        CheckConstraint("amount_minor BETWEEN 1 AND 100000000000", name="amount_range"),
        CheckConstraint("(waived_at IS NULL) = (waived_by_id IS NULL)", name="waiver_known"),
    )
    id: Mapped[Id]
    case_id: Mapped[int] = link("changes.id", index=True)
    side: Mapped[Code] = mapped_column(default="receivable")
    item: Mapped[Code] = mapped_column(default="change")
    payer: Mapped[Code | None]
    party: Mapped[Name | None]
    amount_minor: Mapped[Minor] = mapped_column(info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    agreed: Mapped[Line | None]
    fee_id: Mapped[int | None] = link("fees.id")
    waived_at: Mapped[At | None]
    waived_by_id: Mapped[int | None] = link("users.id")
    waived_reason: Mapped[Line | None]
    struck_at: Mapped[At | None]
    struck_reason: Mapped[Line | None]
    by_id: Mapped[int] = link("users.id")
    at: Mapped[At]


class Fee(Model):
    """One line of the fee table: what a kind of change costs with a carrier at a stage (NULL: with any), while it is valid."""

    __tablename__ = "fees"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_in_order"),
        CheckConstraint("receivable_minor BETWEEN 0 AND 100000000000", name="receivable_range"),
        CheckConstraint("payable_minor BETWEEN 0 AND 100000000000", name="payable_range"),
        Index("ix_fees_code", "code", "office_id"),
    )
    id: Mapped[Id]
    office_id: Mapped[int | None] = link("offices.id")
    code: Mapped[Code]
    carrier: Mapped[Code | None]
    stage: Mapped[str | None] = mapped_column(String(2))
    item: Mapped[Code] = mapped_column(default="change")
    receivable_minor: Mapped[Minor] = mapped_column(default=0, info={"money": "currency"})
    payable_minor: Mapped[Minor] = mapped_column(default=0, info={"money": "currency"})
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    valid_from: Mapped[Day]
    valid_until: Mapped[Day | None]
    by_id: Mapped[int] = link("users.id")
    made_at: Mapped[At]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Confirmation(Model):
    """An answer that a change needs from inside the house or from a partner: asked of whom, when, by when, and what he said
    (CHG-08, CHG-12). The catalogue says which a kind needs, and what waits for it."""

    __tablename__ = "confirmations"
    __table_args__ = (
        one_of("answer", "yes", "no"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_timed"),
        Index("ix_confirmations_case", "case_id", "id"),
    )
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    what: Mapped[Code]
    whom: Mapped[Line | None]
    asked_at: Mapped[At]
    asked_by_id: Mapped[int] = link("users.id")
    clock_id: Mapped[int | None] = link("clocks.id")
    chases: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Code | None]
    answered_at: Mapped[At | None]
    answered_by: Mapped[Name | None]
    text: Mapped[Line | None]
    recorded_by_id: Mapped[int | None] = link("users.id")


class CustomerLink(Model):
    """A page that a customer opens without signing in, once: to confirm exactly what stands in `shown`, or to ask for a
    zero-cost change on his own waybills (CHG-03, CHG-15). Only the hash of its secret is kept."""

    __tablename__ = "customer_links"
    __table_args__ = (
        one_of("purpose", "confirm", "ask"),
        one_of("answer", "confirmed", "declined", "asked"),
        one_of("language", "zh", "en"),
        CheckConstraint("expires_at > made_at", name="times_in_order"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_timed"),
        Index("ix_customer_links_case", "case_id"),
    )
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    purpose: Mapped[Code]
    case_id: Mapped[int | None] = link("cases.id")
    customer_id: Mapped[int | None] = link("customers.id", index=True)
    contact_id: Mapped[int | None] = link("contacts.id")
    language: Mapped[Code] = mapped_column(default="zh")
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True, info={"secret": True})
    shown: Mapped[Any] = mapped_column(Json, default=dict, info={"derived": True})
    content: Mapped[str | None] = mapped_column(String(64))
    made_by_id: Mapped[int] = link("users.id")
    made_at: Mapped[At]
    expires_at: Mapped[At]
    revoked_at: Mapped[At | None]
    answer: Mapped[Code | None]
    answered_at: Mapped[At | None]
    answered_by: Mapped[Name | None]
    remark: Mapped[Line | None]
    address: Mapped[Name | None]
    made_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[made_by_id])


class Approval(Model):
    """A role (and grade) is asked for a decision; the asker and the last editor can never give it (E-15, D-01).

    `content` is the hash of what was signed: what is edited afterwards is not signed. `on_behalf_of_id`: B for A (D-13).
    `opened_at` and `proof_opened` tell how the decider came to it.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "step"),
        one_of("status", "waiting", "approved", "refused", "returned", "dropped"),
        one_of("role", "supervisor", "finance", "release"),
        CheckConstraint("(status IN ('waiting','dropped')) = (decided_by_id IS NULL)", name="decider_known"),
        CheckConstraint("decided_by_id <> requested_by_id", name="four_eyes"),
        Index("ix_approvals_decided", "decided_at", "id"),
    )
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id", index=True)
    round: Mapped[int] = mapped_column(default=1)
    step: Mapped[int]
    role: Mapped[Code]
    grade: Mapped[int] = mapped_column(default=1)
    status: Mapped[Code] = mapped_column(default="waiting")
    requested_by_id: Mapped[int] = link("users.id")
    asked_at: Mapped[At]
    due_at: Mapped[At | None]
    decided_by_id: Mapped[int | None] = link("users.id")
    on_behalf_of_id: Mapped[int | None] = link("users.id")
    decided_at: Mapped[At | None]
    reason: Mapped[Line | None]
    content: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[At | None]
    proof_opened: Mapped[bool | None]
    version: Mapped[int] = mapped_column(default=1)
    decided_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[decided_by_id])
    on_behalf_of: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[on_behalf_of_id])
    __mapper_args__ = {"version_id_col": version}

"""What every kind of work shares, and what hangs on a matter: questions to others, promises, other matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Id, Json, Line, Model, Name, Prose, link, one_of

if TYPE_CHECKING:
    from models.customers import Contact, Customer
    from models.people import Office, User
    from models.shipments import Shipment


class KindState(Model):
    """A state that a kind of work may be in; filled by the kind's migration (E-16)."""

    __tablename__ = "kind_states"
    kind: Mapped[Code] = mapped_column(primary_key=True)
    state: Mapped[Code] = mapped_column(primary_key=True)


class Case(Model):
    """What every kind of work shares. The owner heard of it first and keeps it to the end (ORG-01)."""

    __tablename__ = "cases"
    __table_args__: Any = (
        ForeignKeyConstraint(["kind", "state"], ["kind_states.kind", "kind_states.state"]),
        CheckConstraint("customer_id IS NOT NULL OR (caller_name IS NOT NULL AND caller_phone IS NOT NULL)",
                        name="caller_known"),
        Index("ix_cases_customer_open", "customer_id", "closed_at"),
        Index("ix_cases_shipment_open", "shipment_id", "closed_at"),
        Index("ix_cases_office_id_id", "office_id", "id"),
    )  # fmt: skip
    id: Mapped[Id]
    ref: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code]
    state: Mapped[Code]
    office_id: Mapped[int] = link("offices.id")
    customer_id: Mapped[int | None] = link("customers.id")
    contact_id: Mapped[int | None] = link("contacts.id")
    caller_name: Mapped[Name | None]
    caller_phone: Mapped[Code | None]
    shipment_id: Mapped[int | None] = link("shipments.id")
    owner_id: Mapped[int] = link("users.id", index=True)
    assignee_id: Mapped[int] = link("users.id", index=True)
    title: Mapped[Line]
    channel: Mapped[Code]
    waiting_since: Mapped[At]
    created_at: Mapped[At]
    created_by_id: Mapped[int] = link("users.id")
    closed_at: Mapped[At | None]
    void_reason: Mapped[Line | None]
    offered_to_id: Mapped[int | None] = link("users.id")
    pooled: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[At | None] = mapped_column(info={"derived": True})
    due_name: Mapped[Code | None] = mapped_column(info={"derived": True})
    chases: Mapped[int] = mapped_column(default=0, info={"derived": True})
    gist: Mapped[Any] = mapped_column(Json, default=dict, info={"derived": True})
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    shipment: Mapped[Shipment | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    assignee: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[assignee_id])
    office: Mapped[Office] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"polymorphic_on": "kind", "version_id_col": version}


class Question(Model):
    """Somebody asked about a matter: another desk, a partner, the fleet, the clerk, another department's head; who answered
    what and when (ORG-02, CMP-05, CMP-20, SHP-20). The owner keeps the matter; the wait runs a clock of the house.

    `purpose`: what the customer wants, passed on with the facts. `follow_up_id`: the reminder to ask again. `joint`: part of
    a joint review. `permitted_by`: who allowed going to another head or a partner's manager (CMP-24, D-18).
    """

    __tablename__ = "questions"
    __table_args__ = (
        one_of("to_kind", "department", "partner", "fleet", "carrier", "clerk", "consignee", "shipper", "head", "manager"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_timed"),
        CheckConstraint("answer IS NULL OR answered_by IS NOT NULL", name="answer_named"),
        Index("ix_questions_case", "case_id", "id"),
        Index("ix_questions_waiting", "department_id", sqlite_where=text("answer IS NULL AND dropped_at IS NULL"),
              postgresql_where=text("answer IS NULL AND dropped_at IS NULL")),
    )  # fmt: skip
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    to_kind: Mapped[Code]
    department_id: Mapped[int | None] = link("departments.id")
    partner_id: Mapped[int | None] = link("partners.id")
    whom: Mapped[Name]
    question: Mapped[Prose]
    purpose: Mapped[Line | None]
    joint: Mapped[bool] = mapped_column(default=False)
    permitted_by: Mapped[Name | None]
    asked_at: Mapped[At]
    asked_by_id: Mapped[int] = link("users.id")
    clock_id: Mapped[int | None] = link("clocks.id")
    follow_up_id: Mapped[int | None] = link("turns.id")
    chases: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Prose | None]
    answered_by: Mapped[Name | None]
    answered_at: Mapped[At | None]
    recorded_by_id: Mapped[int | None] = link("users.id")
    dropped_at: Mapped[At | None]
    dropped_reason: Mapped[Line | None]
    asked_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[asked_by_id])


class Promise(Model):
    """What was promised to whom and by when; it runs a clock of its matter until it is kept (CUS-15)."""

    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint("kept_at IS NULL OR dropped_at IS NULL", name="one_end"),
        Index("ix_promises_case", "case_id", "id"),
        Index("ix_promises_open", "office_id", "due_at",
              sqlite_where=text("kept_at IS NULL AND dropped_at IS NULL"),
              postgresql_where=text("kept_at IS NULL AND dropped_at IS NULL")),
    )  # fmt: skip
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    office_id: Mapped[int] = link("offices.id")
    customer_id: Mapped[int | None] = link("customers.id")
    what: Mapped[Line]
    to_whom: Mapped[Name]
    due_at: Mapped[At]
    owner_id: Mapped[int] = link("users.id")
    clock_id: Mapped[int | None] = link("clocks.id")
    made_at: Mapped[At]
    made_by_id: Mapped[int] = link("users.id")
    kept_at: Mapped[At | None]
    kept_by_id: Mapped[int | None] = link("users.id")
    kept_note: Mapped[Line | None]
    dropped_at: Mapped[At | None]
    dropped_reason: Mapped[Line | None]
    owner: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    case: Mapped[Case] = relationship(lazy="raise_on_sql")


class CaseLink(Model):
    """Two matters that belong together: related, or one merged into the other, both histories kept."""

    __tablename__ = "case_links"
    __table_args__ = (
        one_of("what", "related", "merged"),
        CheckConstraint("case_id <> other_id", name="two_matters"),
        Index("ix_case_links_case", "case_id"),
        Index("ix_case_links_other", "other_id"),
    )
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    other_id: Mapped[int] = link("cases.id")
    what: Mapped[Code]
    reason: Mapped[Line | None]
    by_id: Mapped[int] = link("users.id")
    at: Mapped[At]
    ended_at: Mapped[At | None]
    case: Mapped[Case] = relationship(lazy="raise_on_sql", foreign_keys=[case_id])
    other: Mapped[Case] = relationship(lazy="raise_on_sql", foreign_keys=[other_id])

"""Complaints and what shall keep them from coming again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Day, Id, Json, Line, Minor, Model, Name, Prose, link, one_of
from models.cases import Case

if TYPE_CHECKING:
    from models.people import User


class Complaint(Case):
    """投诉 with the eight fields of CMP-02; content, caller and phone are required to accept (D-04).

    `steps`: what the kind's checklist asks (CMP-09 to CMP-17): {code: {"value": …, "at": …, "by": …}}. `demand…`: money that
    the customer demands, which a supervisor decides and never the one who passed it on (CMP-08). `responsible…`: proposed by
    the agent with the reason, confirmed by a supervisor (D-08). `callback…`: a supervisor calls back (CMP-17).
    """

    __tablename__ = "complaints"
    __table_args__ = (
        one_of("weight", "simple", "complex"),
        one_of("responsible_kind", "department", "partner", "carrier", "fleet", "customer", "nobody"),
        one_of("demand_decision", "granted", "refused"),
        one_of("crisis", "court", "media", "authority", "management", "scene", "online", "indirect"),
        CheckConstraint("demand_minor BETWEEN 0 AND 100000000000", name="demand_range"),
        CheckConstraint("granted_minor BETWEEN 0 AND 100000000000", name="granted_range"),
        CheckConstraint("demand_decided_by_id <> demand_by_id", name="demand_four_eyes"),
        CheckConstraint("(demand_decision IS NULL) = (demand_decided_by_id IS NULL)", name="demand_decider_known"),
    )
    id: Mapped[int] = link("cases.id", primary_key=True)
    topic: Mapped[Code]
    weight: Mapped[Code] = mapped_column(default="simple")
    content: Mapped[Prose]
    purpose: Mapped[Line | None]
    impact: Mapped[Line | None]
    restated: Mapped[Line | None]
    wanted: Mapped[Line | None]
    evidence: Mapped[Line | None]
    steps: Mapped[Any] = mapped_column(Json, default=dict)
    accepted_at: Mapped[At | None]
    clerk_id: Mapped[int | None] = link("users.id")
    joint: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[Prose | None]
    plan_agreed_with: Mapped[Name | None]
    plan_agreed_at: Mapped[At | None]
    finding: Mapped[Prose | None]
    responsible: Mapped[Name | None]
    responsible_kind: Mapped[Code | None]
    responsible_reason: Mapped[Line | None]
    responsible_by_id: Mapped[int | None] = link("users.id")
    confirmed_at: Mapped[At | None]
    confirmed_by_id: Mapped[int | None] = link("users.id")
    demand: Mapped[Line | None]
    demand_minor: Mapped[Minor | None] = mapped_column(info={"money": "demand_currency"})
    demand_currency: Mapped[str] = mapped_column(String(3), default="CNY")
    demand_draft: Mapped[Prose | None]
    demand_at: Mapped[At | None]
    demand_by_id: Mapped[int | None] = link("users.id")
    demand_decision: Mapped[Code | None]
    granted_minor: Mapped[Minor | None] = mapped_column(info={"money": "demand_currency"})
    demand_reason: Mapped[Line | None]
    demand_decided_at: Mapped[At | None]
    demand_decided_by_id: Mapped[int | None] = link("users.id")
    callback_phone: Mapped[Code | None]
    callback_at: Mapped[At | None]
    callback_done_at: Mapped[At | None]
    callback_done_by_id: Mapped[int | None] = link("users.id")
    crisis: Mapped[Code | None]
    crisis_at: Mapped[At | None]
    crisis_url: Mapped[Line | None]
    spokesperson_id: Mapped[int | None] = link("users.id")
    feedback_at: Mapped[At | None]
    feedback_by_id: Mapped[int | None] = link("users.id")
    satisfied: Mapped[bool | None]
    satisfied_at: Mapped[At | None]
    satisfied_by_id: Mapped[int | None] = link("users.id")
    reopened: Mapped[int] = mapped_column(default=0)
    clerk: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[clerk_id])
    spokesperson: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[spokesperson_id])
    __mapper_args__ = {"polymorphic_identity": "complaint"}


class Preventive(Model):
    """A lasting measure after a complaint: cause, action, who, by when, and what came of it (CMP-21)."""

    __tablename__ = "preventives"
    __table_args__ = (
        Index("ix_preventives_case", "case_id", "id"),
        Index("ix_preventives_open", "office_id", "due_on",
              sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )  # fmt: skip
    id: Mapped[Id]
    case_id: Mapped[int] = link("complaints.id")
    office_id: Mapped[int] = link("offices.id")
    cause: Mapped[Line]
    action: Mapped[Line]
    owner_id: Mapped[int] = link("users.id")
    due_on: Mapped[Day]
    made_at: Mapped[At]
    made_by_id: Mapped[int] = link("users.id")
    done_at: Mapped[At | None]
    done_by_id: Mapped[int | None] = link("users.id")
    result: Mapped[Line | None]
    version: Mapped[int] = mapped_column(default=1)
    owner: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    case: Mapped[Complaint] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}

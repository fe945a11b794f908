"""Every table of the desk: columns, links and constraints. No rule, no query, no commit stands here.

Times are aware UTC datetimes (`When`), money is integer minor units with an ISO currency, weights are grams,
volumes litres. Plural table names; `office_id` decides who may see a row (`rules.policy.visible`).
Column `info` speaks to the history: `secret` is masked, `money` names the currency column, `derived` is not recorded.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

# ---------------------------------------------------------------------------------------------- types

FAR = datetime(9999, 12, 31, tzinfo=UTC)  # "no clock runs": sorts last on both databases (E-02)


class When(TypeDecorator[datetime]):
    """An aware UTC datetime with microseconds; sortable text on SQLite, timestamptz on PostgreSQL (E-17)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must know its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Declarative base with one naming convention for constraints from day one."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Code = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(120))]
Line = Annotated[str, mapped_column(String(300))]
Prose = Annotated[str, mapped_column(Text)]
At = Annotated[datetime, mapped_column(When)]
Day = Annotated[date, mapped_column(Date)]
Minor = Annotated[int, mapped_column(BigInteger)]
Big = BigInteger().with_variant(Integer, "sqlite")


def link(target: str, **options: Any) -> Any:
    """A foreign key column; links never cascade because nothing is hard-deleted."""
    return mapped_column(Big, ForeignKey(target), **options)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A CHECK that `column` holds one of `values` (or NULL)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def money_range(column: str) -> CheckConstraint:
    """A CHECK that keeps an amount within what a freight office can mean (minor units)."""
    return CheckConstraint(f"{column} BETWEEN -100000000000 AND 100000000000", name=f"{column}_range")


# ---------------------------------------------------------------------------------------------- office and people


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


# ---------------------------------------------------------------------------------------------- customers


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


# ---------------------------------------------------------------------------------------------- reference data


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


# ---------------------------------------------------------------------------------------------- shipments


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
        CheckConstraint("pieces >= 0", name="pieces_range"),
        CheckConstraint("weight_g >= 0", name="weight_range"),
        CheckConstraint("volume_l >= 0", name="volume_range"),
        CheckConstraint("arrives_at >= departs_at", name="times_in_order"),
        money_range("freight_minor"),
        Index("ix_shipments_office_id_id", "office_id", "id"),
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


# ---------------------------------------------------------------------------------------------- cases


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


class Inquiry(Case):
    """询价 and every other question: price, cargo query, call-back, other (INQ-01)."""

    __tablename__ = "inquiries"
    __table_args__ = (one_of("topic", "price", "cargo", "callback", "other"),)
    id: Mapped[int] = link("cases.id", primary_key=True)
    topic: Mapped[Code]
    goods: Mapped[Code] = mapped_column(default="general")
    lane: Mapped[Line | None]
    asked: Mapped[Prose]
    wanted_by: Mapped[At | None]
    satisfied: Mapped[bool | None]
    department_id: Mapped[int | None] = link("departments.id")
    __mapper_args__ = {"polymorphic_identity": "inquiry"}


class Complaint(Case):
    """投诉 with the eight fields of CMP-02; content, caller and phone are required to accept (D-04)."""

    __tablename__ = "complaints"
    __table_args__ = (one_of("weight", "simple", "complex"),)
    id: Mapped[int] = link("cases.id", primary_key=True)
    topic: Mapped[Code]
    weight: Mapped[Code] = mapped_column(default="simple")
    content: Mapped[Prose]
    purpose: Mapped[Line | None]
    impact: Mapped[Line | None]
    restated: Mapped[Line | None]
    wanted: Mapped[Line | None]
    evidence: Mapped[Line | None]
    finding: Mapped[Prose | None]
    responsible: Mapped[Name | None]
    satisfied: Mapped[bool | None]
    __mapper_args__ = {"polymorphic_identity": "complaint"}


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


# ---------------------------------------------------------------------------------------------- holds and money received


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


# ---------------------------------------------------------------------------------------------- turns and clocks


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


# ---------------------------------------------------------------------------------------------- absence and hand-over


class Absence(Model):
    """A person is away from one moment to another, and a colleague covers; the owner stays responsible (ORG-01).

    `began_at` and `ended_at` say when the open work went to the cover and came back.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="times_in_order"),
        CheckConstraint("cover_id <> user_id", name="somebody_else"),
        Index("ix_absences_until", "until_at"),
    )
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id", index=True)
    cover_id: Mapped[int] = link("users.id")
    from_at: Mapped[At]
    until_at: Mapped[At]
    reason: Mapped[Line]
    by_id: Mapped[int] = link("users.id")
    made_at: Mapped[At]
    revoked_at: Mapped[At | None]
    began_at: Mapped[At | None]
    ended_at: Mapped[At | None]
    user: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[user_id])
    cover: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[cover_id])


class HandOver(Model):
    """A sheet of open matters that one person hands to another, who accepts them all at once (ORG-06)."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="somebody_else"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="one_answer"),
        Index("ix_hand_overs_waiting", "office_id", "made_at",
              sqlite_where=text("accepted_at IS NULL AND declined_at IS NULL"),
              postgresql_where=text("accepted_at IS NULL AND declined_at IS NULL")),
    )  # fmt: skip
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    from_id: Mapped[int] = link("users.id", index=True)
    to_id: Mapped[int] = link("users.id", index=True)
    by_id: Mapped[int] = link("users.id")
    reason: Mapped[Line]
    made_at: Mapped[At]
    accepted_at: Mapped[At | None]
    declined_at: Mapped[At | None]
    declined_reason: Mapped[Line | None]
    items: Mapped[list[HandOverItem]] = relationship(lazy="raise_on_sql", order_by="HandOverItem.id")
    giver: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[from_id])
    taker: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[to_id])
    maker: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[by_id])


class HandOverItem(Model):
    """One matter on a hand-over sheet and its next step; `owned` says whether the giver owned it or worked on it only."""

    __tablename__ = "hand_over_items"
    __table_args__ = (UniqueConstraint("hand_over_id", "case_id"),)
    id: Mapped[Id]
    hand_over_id: Mapped[int] = link("hand_overs.id")
    case_id: Mapped[int] = link("cases.id", index=True)
    next_step: Mapped[Line]
    owned: Mapped[bool] = mapped_column(default=True)
    case: Mapped[Case] = relationship(lazy="raise_on_sql")


class Escalation(Model):
    """One rung that a late promise of a case has reached (ORG-08): made once per clock, or step of a decision, and rung.

    `name` is the clock's name or `decide`, `of_id` the clock or step; `people` are those whom this rung reached first.
    """

    __tablename__ = "escalations"
    __table_args__ = (UniqueConstraint("case_id", "name", "of_id", "rung"),)
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    name: Mapped[Code]
    of_id: Mapped[int] = mapped_column(Big)
    rung: Mapped[Code]
    at: Mapped[At]
    came_from: Mapped[Line]
    reached: Mapped[Line]
    people: Mapped[Any] = mapped_column(Json, default=list, info={"derived": True})


class Notice(Model):
    """A line for one person: what has come to him by itself. It is shown from `at` on; `key` makes it once."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_unread", "user_id", "at",
              sqlite_where=text("seen_at IS NULL"), postgresql_where=text("seen_at IS NULL")),
        Index("ix_notices_user", "user_id", "id"),
    )  # fmt: skip
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    case_id: Mapped[int | None] = link("cases.id")
    customer_id: Mapped[int | None] = link("customers.id")
    kind: Mapped[Code]
    text: Mapped[Any] = mapped_column(Json)
    at: Mapped[At]
    made_at: Mapped[At]
    seen_at: Mapped[At | None]
    key: Mapped[Name] = mapped_column(unique=True)


class TickRun(Model):
    """What the desk did by itself: one row per run that did something, or one row for the quiet runs in between.

    `ended_at` NULL: running, or cut off. `key` names work that is done once, such as that of a day.
    """

    __tablename__ = "tick_runs"
    id: Mapped[Id]
    what: Mapped[Code]
    started_at: Mapped[At]
    ended_at: Mapped[At | None]
    counts: Mapped[Any] = mapped_column(Json, default=dict)
    error: Mapped[Line | None]
    key: Mapped[Code | None] = mapped_column(unique=True)


# ---------------------------------------------------------------------------------------------- words and papers


class Message(Model):
    """A contact, answer or note on a case or customer: who said what to whom, when and how (SYS-08)."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("direction", "in", "out", "note"),
        CheckConstraint("case_id IS NOT NULL OR customer_id IS NOT NULL", name="belongs"),
        Index("ix_messages_case", "case_id", "at"),
        Index("ix_messages_customer", "customer_id", "at"),
    )
    id: Mapped[Id]
    case_id: Mapped[int | None] = link("cases.id")
    customer_id: Mapped[int | None] = link("customers.id")
    office_id: Mapped[int] = link("offices.id")
    direction: Mapped[Code]
    audience: Mapped[Code | None]
    channel: Mapped[Code | None]
    party: Mapped[Line | None]
    said: Mapped[Prose | None]
    text: Mapped[Prose | None]
    at: Mapped[At]
    by_id: Mapped[int | None] = link("users.id")
    by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Attachment(Model):
    """A paper or picture; its bytes lie under their hash, rights hang on this row (E-20)."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_case", "case_id"), CheckConstraint("size > 0", name="size_range"))
    id: Mapped[Id]
    case_id: Mapped[int] = link("cases.id")
    office_id: Mapped[int] = link("offices.id")
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[Line]
    media: Mapped[Name]
    size: Mapped[int] = mapped_column(BigInteger)
    preview: Mapped[str | None] = mapped_column(String(64))
    purpose: Mapped[Code] = mapped_column(default="paper")
    at: Mapped[At]
    by_id: Mapped[int] = link("users.id")
    by: Mapped[User] = relationship(lazy="raise_on_sql")


class Draft(Model):
    """A text begun and not sent, per person and place; not part of the history."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "place"),)
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    place: Mapped[Name]
    values: Mapped[Any] = mapped_column(Json)
    at: Mapped[At]


class Seen(Model):
    """That a person opened a case or its proof, first and last; written by reading, not part of the history (E-28)."""

    __tablename__ = "seen"
    __table_args__ = (one_of("what", "case", "proof"), Index("ix_seen_object", "what", "object_id"))
    user_id: Mapped[int] = link("users.id", primary_key=True)
    what: Mapped[Code] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(Big, primary_key=True)
    first_at: Mapped[At]
    at: Mapped[At]


# ---------------------------------------------------------------------------------------------- history and exactly once


class Event(Model):
    """One line of history: who changed what from what to what, chained by a keyed hash (E-13). Never updated."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_object", "object_type", "object_id", "seq"),
        Index("ix_events_case", "case_id", "seq"),
        Index("ix_events_shipment", "shipment_id", "seq"),
        Index("ix_events_customer", "customer_id", "seq"),
        Index("ix_events_actor", "actor_id", "seq"),
        Index("ix_events_at", "at"),
    )
    seq: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    at: Mapped[At]
    actor_id: Mapped[int | None] = link("users.id")
    actor: Mapped[Name]
    role: Mapped[Name]
    on_behalf_of: Mapped[Name | None]
    office_id: Mapped[int | None] = link("offices.id")
    request_id: Mapped[Code]
    route: Mapped[Name]
    address: Mapped[Name]
    action: Mapped[Name]
    object_type: Mapped[Code]
    object_id: Mapped[int] = mapped_column(Big)
    object_ref: Mapped[Line | None]
    version: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(Big)
    customer_id: Mapped[int | None] = mapped_column(Big)
    shipment_id: Mapped[int | None] = mapped_column(Big)
    diff: Mapped[Prose]
    reason: Mapped[Prose | None]
    key_id: Mapped[Code]
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class FormToken(Model):
    """A form that has been carried out, with the address of its result: the second sending changes nothing (E-24)."""

    __tablename__ = "form_tokens"
    __table_args__ = (UniqueConstraint("user_id", "key", "body"),)
    id: Mapped[Id]
    user_id: Mapped[int] = link("users.id")
    key: Mapped[Code] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(String(64))
    result: Mapped[Line]
    at: Mapped[At]


# ---------------------------------------------------------------------------------------------- search


class SearchRef(Model):
    """A number, phone, name or initials under which a thing is found from its front or its end (freight 6)."""

    __tablename__ = "search_refs"
    __table_args__ = (
        Index("ix_search_refs_norm", "norm"),
        Index("ix_search_refs_reversed", "reversed"),
        Index("ix_search_refs_object", "what", "object_id"),
    )
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    what: Mapped[Code]
    object_id: Mapped[int] = mapped_column(Big)
    field: Mapped[Code]
    norm: Mapped[str] = mapped_column(String(80))
    reversed: Mapped[str] = mapped_column(String(80))


class SearchText(Model):
    """Names and words of a thing as bigrams for phrase search; FTS5 beside it on SQLite, an array index on PostgreSQL."""

    __tablename__ = "search_texts"
    __table_args__ = (UniqueConstraint("what", "object_id"),)
    id: Mapped[Id]
    office_id: Mapped[int] = link("offices.id")
    what: Mapped[Code]
    object_id: Mapped[int] = mapped_column(Big)
    body: Mapped[Prose]

"""Types that the tables of the desk are made of.

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
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

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

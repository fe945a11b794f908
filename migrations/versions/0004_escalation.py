"""Rungs that late work has climbed, notices to people, and what the desk did by itself (ORG-08, E-12).

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "escalations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("of_id", BIG, nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("came_from", sa.String(length=300), nullable=False),
        sa.Column("reached", sa.String(length=300), nullable=False),
        sa.Column("people", JSON, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_escalations_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("case_id", "name", "of_id", "rung", name=op.f("uq_escalations_case_id_name_of_id_rung")),
    )
    op.create_table(
        "notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_notices_customer_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    unread = sa.text("seen_at IS NULL")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_user", ["user_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notices_unread", ["user_id", "at"], unique=False, sqlite_where=unread, postgresql_where=unread
        )
    op.create_table(
        "tick_runs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tick_runs")),
        sa.UniqueConstraint("key", name=op.f("uq_tick_runs_key")),
    )


def downgrade():
    op.drop_table("tick_runs")
    op.drop_table("notices")
    op.drop_table("escalations")

"""Roles that wait for a second person, and the indexes of the auditor's and the supervisor's lists.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATUSES = "'waiting', 'agreed', 'alone', 'refused', 'dropped'"


def upgrade():
    op.create_table(
        "grants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("by_id", BIG),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("decided_by_id", BIG),
        sa.Column("decided_at", WHEN),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_grants_status_known")),
        sa.CheckConstraint("grade BETWEEN 1 AND 4", name=op.f("ck_grants_grade_range")),
        sa.CheckConstraint(
            "(status IN ('agreed','refused')) = (decided_by_id IS NOT NULL)", name=op.f("ck_grants_decider_known")
        ),
        sa.CheckConstraint(
            "status <> 'agreed' OR (decided_by_id <> by_id AND decided_by_id <> user_id)",
            name=op.f("ck_grants_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_grants_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_grants_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    only = sa.text("status = 'waiting'")
    op.create_index("uq_grants_waiting", "grants", ["user_id"], unique=True, sqlite_where=only, postgresql_where=only)
    op.create_index("ix_grants_user", "grants", ["user_id", "id"])
    op.create_index("ix_changes_code", "changes", ["code", "id"])
    op.create_index("ix_changes_executed", "changes", ["executed_at", "id"])
    op.create_index("ix_approvals_decided", "approvals", ["decided_at", "id"])


def downgrade():
    op.drop_index("ix_approvals_decided", table_name="approvals")
    op.drop_index("ix_changes_executed", table_name="changes")
    op.drop_index("ix_changes_code", table_name="changes")
    op.drop_table("grants")

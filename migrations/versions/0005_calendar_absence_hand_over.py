"""The calendar's edition, absences with cover, hand-over sheets, and the index that the board reads answers by.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("accepted_at IS NULL AND declined_at IS NULL")


def number(name, **options):
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), **options)


def when(name, nullable=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade():
    with op.batch_alter_table("calendar_days") as days:
        days.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_clocks_stopped", "clocks", ["stopped_at"])
    op.create_table(
        "absences",
        number("id", nullable=False),
        number("user_id", nullable=False),
        number("cover_id", nullable=False),
        when("from_at", nullable=False),
        when("until_at", nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        number("by_id", nullable=False),
        when("made_at", nullable=False),
        when("revoked_at"),
        when("began_at"),
        when("ended_at"),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_absences_times_in_order")),
        sa.CheckConstraint("cover_id <> user_id", name=op.f("ck_absences_somebody_else")),
        *(link("absences", name, "users") for name in ("user_id", "cover_id", "by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_user_id", "absences", ["user_id"])
    op.create_index("ix_absences_until", "absences", ["until_at"])
    op.create_table(
        "hand_overs",
        number("id", nullable=False),
        number("office_id", nullable=False),
        number("from_id", nullable=False),
        number("to_id", nullable=False),
        number("by_id", nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        when("made_at", nullable=False),
        when("accepted_at"),
        when("declined_at"),
        sa.Column("declined_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_hand_overs_somebody_else")),
        sa.CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_hand_overs_one_answer")),
        link("hand_overs", "office_id", "offices"),
        *(link("hand_overs", name, "users") for name in ("from_id", "to_id", "by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
    )
    op.create_index("ix_hand_overs_from_id", "hand_overs", ["from_id"])
    op.create_index("ix_hand_overs_to_id", "hand_overs", ["to_id"])
    op.create_index(
        "ix_hand_overs_waiting", "hand_overs", ["office_id", "made_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "hand_over_items",
        number("id", nullable=False),
        number("hand_over_id", nullable=False),
        number("case_id", nullable=False),
        sa.Column("next_step", sa.String(length=300), nullable=False),
        sa.Column("owned", sa.Boolean(), nullable=False),
        link("hand_over_items", "hand_over_id", "hand_overs"),
        link("hand_over_items", "case_id", "cases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_items")),
        sa.UniqueConstraint("hand_over_id", "case_id", name=op.f("uq_hand_over_items_hand_over_id_case_id")),
    )
    op.create_index("ix_hand_over_items_case_id", "hand_over_items", ["case_id"])


def downgrade():
    for table in ("hand_over_items", "hand_overs", "absences"):
        op.drop_table(table)
    op.drop_index("ix_clocks_stopped", "clocks")
    with op.batch_alter_table("calendar_days") as days:
        days.drop_column("edition")

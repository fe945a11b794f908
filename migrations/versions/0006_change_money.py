"""The money of changes as lines, the fee table, internal confirmations, and what an approval remembers.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

MOVE = """
INSERT INTO charge_lines (case_id, side, item, payer, amount_minor, currency, agreed, by_id, at)
SELECT c.id, 'receivable', 'change', c.payer, c.charge_minor, c.currency, c.charge_agreed, c.last_editor_id, k.created_at
FROM changes c JOIN cases k ON k.id = c.id WHERE c.charge_minor > 0
"""
BACK = """
UPDATE changes SET
 charge_minor = coalesce((SELECT sum(l.amount_minor) FROM charge_lines l
                          WHERE l.case_id = changes.id AND l.side = 'receivable' AND l.currency = 'CNY'), 0),
 payer = (SELECT min(l.payer) FROM charge_lines l WHERE l.case_id = changes.id),
 charge_agreed = (SELECT min(l.agreed) FROM charge_lines l WHERE l.case_id = changes.id)
"""


def upgrade():
    op.create_table(
        "fees",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("carrier", sa.String(length=40)),
        sa.Column("stage", sa.String(length=2)),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("receivable_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("payable_minor BETWEEN 0 AND 100000000000", name=op.f("ck_fees_payable_range")),
        sa.CheckConstraint("receivable_minor BETWEEN 0 AND 100000000000", name=op.f("ck_fees_receivable_range")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_fees_days_in_order")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_fees_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_fees_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fees")),
    )

    op.create_index("ix_fees_code", "fees", ["code", "office_id"])
    op.create_table(
        "charge_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("payer", sa.String(length=40)),
        sa.Column("party", sa.String(length=120)),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("agreed", sa.String(length=300)),
        sa.Column("fee_id", BIG),
        sa.Column("waived_at", WHEN),
        sa.Column("waived_by_id", BIG),
        sa.Column("waived_reason", sa.String(length=300)),
        sa.Column("struck_at", WHEN),
        sa.Column("struck_reason", sa.String(length=300)),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.CheckConstraint("payer IN ('shipper', 'consignee', 'company')", name=op.f("ck_charge_lines_payer_known")),
        sa.CheckConstraint("side IN ('receivable', 'payable')", name=op.f("ck_charge_lines_side_known")),
        sa.CheckConstraint("(waived_at IS NULL) = (waived_by_id IS NULL)", name=op.f("ck_charge_lines_waiver_known")),
        sa.CheckConstraint("amount_minor BETWEEN 1 AND 100000000000", name=op.f("ck_charge_lines_amount_range")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_charge_lines_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["changes.id"], name=op.f("fk_charge_lines_case_id")),
        sa.ForeignKeyConstraint(["fee_id"], ["fees.id"], name=op.f("fk_charge_lines_fee_id")),
        sa.ForeignKeyConstraint(["waived_by_id"], ["users.id"], name=op.f("fk_charge_lines_waived_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_lines")),
    )

    op.create_index(op.f("ix_charge_lines_case_id"), "charge_lines", ["case_id"])
    op.create_table(
        "confirmations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("whom", sa.String(length=300)),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("clock_id", BIG),
        sa.Column("chases", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40)),
        sa.Column("answered_at", WHEN),
        sa.Column("answered_by", sa.String(length=120)),
        sa.Column("text", sa.String(length=300)),
        sa.Column("recorded_by_id", BIG),
        sa.CheckConstraint("answer IN ('yes', 'no')", name=op.f("ck_confirmations_answer_known")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_confirmations_answer_timed")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_confirmations_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_confirmations_case_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_confirmations_clock_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_confirmations_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )

    op.create_index("ix_confirmations_case", "confirmations", ["case_id", "id"])
    op.execute(MOVE)
    with op.batch_alter_table("approvals") as approvals:
        approvals.add_column(sa.Column("content", sa.String(length=64)))
        approvals.add_column(sa.Column("opened_at", WHEN))
        approvals.add_column(sa.Column("proof_opened", sa.Boolean()))
        approvals.drop_constraint(op.f("ck_approvals_role_known"), type_="check")
        approvals.create_check_constraint(
            op.f("ck_approvals_role_known"), "role IN ('supervisor', 'finance', 'release')"
        )
    with op.batch_alter_table("changes") as changes:
        changes.drop_constraint(op.f("ck_changes_charge_minor_range"), type_="check")
        changes.drop_constraint(op.f("ck_changes_payer_known"), type_="check")
        for name in ("charge_minor", "charge_agreed", "currency", "payer"):
            changes.drop_column(name)
        changes.add_column(sa.Column("stage_seen", sa.String(length=2)))
        changes.add_column(sa.Column("stage_executed", sa.String(length=2)))
        changes.add_column(sa.Column("extra", JSON, nullable=False, server_default="{}"))
        changes.add_column(sa.Column("leader_asked_at", WHEN))
        changes.add_column(sa.Column("looked_at", WHEN))
        changes.add_column(sa.Column("looked_by_id", BIG))
        changes.create_foreign_key(op.f("fk_changes_looked_by_id"), "users", ["looked_by_id"], ["id"])


def downgrade():
    with op.batch_alter_table("changes") as changes:
        changes.drop_constraint(op.f("fk_changes_looked_by_id"), type_="foreignkey")
        for name in ("looked_by_id", "looked_at", "leader_asked_at", "extra", "stage_executed", "stage_seen"):
            changes.drop_column(name)
        changes.add_column(sa.Column("charge_minor", sa.BigInteger(), nullable=False, server_default="0"))
        changes.add_column(sa.Column("currency", sa.String(length=3), nullable=False, server_default="CNY"))
        changes.add_column(sa.Column("payer", sa.String(length=40)))
        changes.add_column(sa.Column("charge_agreed", sa.String(length=300)))
        changes.create_check_constraint(
            op.f("ck_changes_charge_minor_range"), "charge_minor BETWEEN -100000000000 AND 100000000000"
        )
        changes.create_check_constraint(op.f("ck_changes_payer_known"), "payer IN ('shipper', 'consignee', 'company')")
    op.execute(BACK)
    with op.batch_alter_table("approvals") as approvals:
        approvals.drop_constraint(op.f("ck_approvals_role_known"), type_="check")
        approvals.create_check_constraint(op.f("ck_approvals_role_known"), "role IN ('supervisor', 'finance')")
        for name in ("proof_opened", "opened_at", "content"):
            approvals.drop_column(name)
    for name in ("confirmations", "charge_lines", "fees"):
        op.drop_table(name)

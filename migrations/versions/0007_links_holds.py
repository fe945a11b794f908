"""Links for customers, holds with who and why, money received, who opened what, and the release officer's right.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

ROLES = "'agent', 'supervisor', 'finance', 'auditor', 'admin'"
# What is in force when the table comes: the columns say it, by whom and since when stands in the history where known.
STANDING = (
    ("customers", "customer_id", "finance", "stop", "t.stopped_at IS NOT NULL", "coalesce(t.stopped_reason, '?')",
     "t.stopped_at", "t.stopped_by_id"),
    ("customers", "customer_id", "finance", "documents", "t.documents_held IS NOT NULL", "t.documents_held", "NULL", "NULL"),
    *(
        ("shipments", "shipment_id", side, "goods", f"t.hold_{side} IS NOT NULL", f"t.hold_{side}", "NULL", "NULL")
        for side in ("shipper", "service", "finance")
    ),
)  # fmt: skip


def upgrade():
    op.create_table(
        "customer_links",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("case_id", BIG),
        sa.Column("customer_id", BIG),
        sa.Column("contact_id", BIG),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("shown", JSON, nullable=False),
        sa.Column("content", sa.String(length=64)),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("revoked_at", WHEN),
        sa.Column("answer", sa.String(length=40)),
        sa.Column("answered_at", WHEN),
        sa.Column("answered_by", sa.String(length=120)),
        sa.Column("remark", sa.String(length=300)),
        sa.Column("address", sa.String(length=120)),
        sa.CheckConstraint("answer IN ('confirmed', 'declined', 'asked')", name=op.f("ck_customer_links_answer_known")),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_customer_links_language_known")),
        sa.CheckConstraint("purpose IN ('confirm', 'ask')", name=op.f("ck_customer_links_purpose_known")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_customer_links_answer_timed")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_customer_links_times_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_customer_links_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_customer_links_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_links_customer_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_customer_links_made_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_customer_links_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_customer_links_secret_hash")),
    )

    op.create_index("ix_customer_links_case", "customer_links", ["case_id"])
    op.create_index(op.f("ix_customer_links_customer_id"), "customer_links", ["customer_id"])
    op.create_table(
        "holds",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("customer_id", BIG),
        sa.Column("shipment_id", BIG),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_at", WHEN),
        sa.Column("placed_at", WHEN),
        sa.Column("placed_by_id", BIG),
        sa.Column("pay_first", sa.Boolean()),
        sa.Column("overridden_by_id", BIG),
        sa.Column("override_reason", sa.String(length=300)),
        sa.Column("ended_at", WHEN),
        sa.Column("ended_by_id", BIG),
        sa.Column("end_reason", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("side IN ('shipper', 'service', 'finance')", name=op.f("ck_holds_side_known")),
        sa.CheckConstraint("status IN ('proposed', 'active', 'lifted', 'dropped')", name=op.f("ck_holds_status_known")),
        sa.CheckConstraint("what IN ('goods', 'stop', 'documents')", name=op.f("ck_holds_what_known")),
        sa.CheckConstraint("(customer_id IS NULL) <> (shipment_id IS NULL)", name=op.f("ck_holds_one_target")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_holds_customer_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_holds_ended_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_holds_office_id")),
        sa.ForeignKeyConstraint(["overridden_by_id"], ["users.id"], name=op.f("fk_holds_overridden_by_id")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["users.id"], name=op.f("fk_holds_placed_by_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_holds_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )

    op.create_index("ix_holds_office", "holds", ["office_id", "status", "id"])
    op.create_index(
        "uq_holds_customer",
        "holds",
        ["customer_id", "side", "what"],
        unique=True,
        sqlite_where=sa.text("status IN ('proposed','active') AND customer_id IS NOT NULL"),
        postgresql_where=sa.text("status IN ('proposed','active') AND customer_id IS NOT NULL"),
    )
    op.create_index(
        "uq_holds_shipment",
        "holds",
        ["shipment_id", "side", "what"],
        unique=True,
        sqlite_where=sa.text("status IN ('proposed','active') AND shipment_id IS NOT NULL"),
        postgresql_where=sa.text("status IN ('proposed','active') AND shipment_id IS NOT NULL"),
    )
    op.create_table(
        "payments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("shipment_id", BIG),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("payer", sa.String(length=120)),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("slip", sa.String(length=300)),
        sa.Column("slip_sha256", sa.String(length=64)),
        sa.Column("slip_media", sa.String(length=120)),
        sa.Column("slip_preview", sa.String(length=64)),
        sa.Column("stated_by_id", BIG, nullable=False),
        sa.Column("stated_at", WHEN, nullable=False),
        sa.Column("due_at", WHEN, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("confirmed_minor", sa.BigInteger()),
        sa.Column("decided_by_id", BIG),
        sa.Column("decided_at", WHEN),
        sa.Column("reason", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", name=op.f("ck_payments_decider_known")),
        sa.CheckConstraint(
            "status IN ('waiting', 'confirmed', 'partly', 'missing')", name=op.f("ck_payments_status_known")
        ),
        sa.CheckConstraint("amount_minor BETWEEN 1 AND 100000000000", name=op.f("ck_payments_amount_range")),
        sa.CheckConstraint("confirmed_minor BETWEEN 0 AND 100000000000", name=op.f("ck_payments_confirmed_range")),
        sa.CheckConstraint("decided_by_id <> stated_by_id", name=op.f("ck_payments_four_eyes")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_payments_customer_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_payments_decided_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_payments_office_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_payments_shipment_id")),
        sa.ForeignKeyConstraint(["stated_by_id"], ["users.id"], name=op.f("fk_payments_stated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )

    op.create_index(op.f("ix_payments_customer_id"), "payments", ["customer_id"])
    op.create_index("ix_payments_office", "payments", ["office_id", "status", "due_at"])
    op.create_table(
        "seen",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("object_id", BIG, nullable=False),
        sa.Column("first_at", WHEN, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.CheckConstraint("what IN ('case', 'proof')", name=op.f("ck_seen_what_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_seen_user_id")),
        sa.PrimaryKeyConstraint("user_id", "what", "object_id", name=op.f("pk_seen")),
    )

    op.create_index("ix_seen_object", "seen", ["what", "object_id"])
    with op.batch_alter_table("shipments") as shipments:
        shipments.add_column(sa.Column("freed_at", WHEN))
        shipments.add_column(sa.Column("freed_by_id", BIG))
        shipments.add_column(sa.Column("freed_reason", sa.String(length=300)))
        shipments.create_foreign_key(op.f("fk_shipments_freed_by_id"), "users", ["freed_by_id"], ["id"])
    with op.batch_alter_table("user_roles") as roles:
        roles.drop_constraint(op.f("ck_user_roles_role_known"), type_="check")
        roles.create_check_constraint(op.f("ck_user_roles_role_known"), f"role IN ({ROLES}, 'release')")
    for table, link, side, what, held, reason, at, by in STANDING:
        op.execute(
            f"INSERT INTO holds (office_id, {link}, side, what, status, reason, placed_at, placed_by_id, version)"
            f" SELECT t.office_id, t.id, '{side}', '{what}', 'active', {reason}, {at}, {by}, 1 FROM {table} t WHERE {held}"
        )


def downgrade():
    op.execute("DELETE FROM user_roles WHERE role = 'release'")
    with op.batch_alter_table("user_roles") as roles:
        roles.drop_constraint(op.f("ck_user_roles_role_known"), type_="check")
        roles.create_check_constraint(op.f("ck_user_roles_role_known"), f"role IN ({ROLES})")
    with op.batch_alter_table("shipments") as shipments:
        shipments.drop_constraint(op.f("fk_shipments_freed_by_id"), type_="foreignkey")
        for name in ("freed_reason", "freed_by_id", "freed_at"):
            shipments.drop_column(name)
    for name in ("seen", "payments", "holds", "customer_links"):
        op.drop_table(name)

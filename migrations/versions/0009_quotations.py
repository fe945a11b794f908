"""Quotations in versions with their sources, tariffs, and what an inquiry asks and ends with.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = (("inquiry", "in_review"), ("inquiry", "booked"), ("inquiry", "merged"))
BEFORE = {
    "in_review": "with_supervisor",
    "booked": "answered",
    "merged": "void",
}  # where such matters stand without these states
kind_states = sa.table("kind_states", sa.column("kind"), sa.column("state"))
cases = sa.table("cases", sa.column("kind"), sa.column("state"))


def upgrade():
    op.bulk_insert(kind_states, [{"kind": kind, "state": state} for kind, state in STATES])
    op.create_table(
        "tariffs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("carrier", sa.String(length=120)),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("destination", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("selling_minor", sa.BigInteger(), nullable=False),
        sa.Column("floor_minor", sa.BigInteger()),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("remark", sa.String(length=300)),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("withdrawn_at", WHEN),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode IN ('air', 'sea', 'road')", name=op.f("ck_tariffs_mode_known")),
        sa.CheckConstraint("floor_minor BETWEEN 0 AND selling_minor", name=op.f("ck_tariffs_floor_range")),
        sa.CheckConstraint("selling_minor BETWEEN 0 AND 100000000000", name=op.f("ck_tariffs_selling_range")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_tariffs_days_in_order")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_tariffs_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariffs")),
        sa.UniqueConstraint("office_id", "key", name=op.f("uq_tariffs_office_id_key")),
    )
    op.create_index("ix_tariffs_lane", "tariffs", ["office_id", "destination", "valid_from"])
    op.create_table(
        "price_sources",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("remark", sa.String(length=300)),
        sa.Column("tariff_id", BIG),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("approved_by_id", BIG),
        sa.Column("approved_at", WHEN),
        sa.CheckConstraint(
            "kind IN ('own', 'outside', 'wholesaler', 'carrier', 'fleet')", name=op.f("ck_price_sources_kind_known")
        ),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_price_sources_approval_known")
        ),
        sa.CheckConstraint("amount_minor BETWEEN 0 AND 100000000000", name=op.f("ck_price_sources_amount_range")),
        sa.CheckConstraint("approved_by_id <> by_id", name=op.f("ck_price_sources_four_eyes")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_price_sources_approved_by_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_price_sources_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["inquiries.id"], name=op.f("fk_price_sources_case_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariffs.id"], name=op.f("fk_price_sources_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_sources")),
    )
    op.create_index(op.f("ix_price_sources_case_id"), "price_sources", ["case_id"])
    op.create_table(
        "quotations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("oral", sa.Boolean(), nullable=False),
        sa.Column("indicative", sa.Boolean(), nullable=False),
        sa.Column("supplementary", sa.Boolean(), nullable=False),
        sa.Column("source_id", BIG),
        sa.Column("cost_minor", sa.BigInteger()),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("remark", sa.String(length=300)),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("must_review", sa.Boolean(), nullable=False),
        sa.Column("reduction", sa.String(length=300)),
        sa.Column("competitor", sa.String(length=120)),
        sa.Column("competitor_minor", sa.BigInteger()),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("edited_by_id", BIG, nullable=False),
        sa.Column("review_asked_at", WHEN),
        sa.Column("reviewed_by_id", BIG),
        sa.Column("reviewed_at", WHEN),
        sa.Column("review_note", sa.String(length=300)),
        sa.Column("content", sa.String(length=64)),
        sa.Column("sent_at", WHEN),
        sa.Column("sent_by_id", BIG),
        sa.Column("channel", sa.String(length=40)),
        sa.Column("fault", sa.String(length=300)),
        sa.Column("replaces_id", BIG),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("basis <> 'floor' OR oral OR status <> 'sent'", name=op.f("ck_quotations_floor_oral")),
        sa.CheckConstraint("basis IN ('selling', 'floor', 'margin')", name=op.f("ck_quotations_basis_known")),
        sa.CheckConstraint(
            "status IN ('draft', 'review', 'approved', 'sent', 'faulty', 'dropped')",
            name=op.f("ck_quotations_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved','sent') OR NOT must_review OR reviewed_by_id IS NOT NULL",
            name=op.f("ck_quotations_reviewed"),
        ),
        sa.CheckConstraint("cost_minor BETWEEN 0 AND 100000000000", name=op.f("ck_quotations_cost_range")),
        sa.CheckConstraint("competitor_minor BETWEEN 0 AND 100000000000", name=op.f("ck_quotations_competitor_range")),
        sa.CheckConstraint("reviewed_by_id <> edited_by_id", name=op.f("ck_quotations_editor_apart")),
        sa.CheckConstraint("reviewed_by_id <> made_by_id", name=op.f("ck_quotations_four_eyes")),
        sa.ForeignKeyConstraint(["case_id"], ["inquiries.id"], name=op.f("fk_quotations_case_id")),
        sa.ForeignKeyConstraint(["edited_by_id"], ["users.id"], name=op.f("fk_quotations_edited_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_quotations_made_by_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["quotations.id"], name=op.f("fk_quotations_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["users.id"], name=op.f("fk_quotations_reviewed_by_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_quotations_sent_by_id")),
        sa.ForeignKeyConstraint(["source_id"], ["price_sources.id"], name=op.f("fk_quotations_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotations")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_quotations_case_id_number")),
    )

    op.create_table(
        "quotation_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("quotation_id", BIG, nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=120)),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("quantity_m", sa.BigInteger(), nullable=False),
        sa.Column("includes", sa.String(length=300)),
        sa.Column("tariff_id", BIG),
        sa.Column("struck_at", WHEN),
        sa.CheckConstraint("item <> 'all_in' OR includes IS NOT NULL", name=op.f("ck_quotation_lines_all_in_listed")),
        sa.CheckConstraint(
            "amount_minor BETWEEN -100000000000 AND 100000000000", name=op.f("ck_quotation_lines_amount_range")
        ),
        sa.CheckConstraint("quantity_m BETWEEN 1 AND 100000000000", name=op.f("ck_quotation_lines_quantity_range")),
        sa.ForeignKeyConstraint(["quotation_id"], ["quotations.id"], name=op.f("fk_quotation_lines_quotation_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariffs.id"], name=op.f("fk_quotation_lines_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation_lines")),
    )
    op.create_index(op.f("ix_quotation_lines_quotation_id"), "quotation_lines", ["quotation_id"])
    with op.batch_alter_table("inquiries") as table:
        table.drop_constraint(op.f("ck_inquiries_topic_known"), type_="check")
        table.add_column(sa.Column("cargo", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("steps", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("genuine", sa.Boolean()))
        table.add_column(sa.Column("likely", sa.Boolean()))
        table.add_column(sa.Column("direct_contact", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("price_pending_at", WHEN))
        table.add_column(sa.Column("asked_review_id", BIG))
        table.create_foreign_key(op.f("fk_inquiries_asked_review_id"), "users", ["asked_review_id"], ["id"])
        table.add_column(sa.Column("booked_at", WHEN))
        table.add_column(sa.Column("outcome", sa.String(length=40)))
        table.add_column(sa.Column("outcome_note", sa.String(length=300)))
        table.add_column(sa.Column("lost_to", sa.String(length=120)))
        table.add_column(sa.Column("lost_minor", sa.BigInteger()))
        table.add_column(sa.Column("lost_currency", sa.String(length=3)))
        table.create_check_constraint(
            op.f("ck_inquiries_topic_known"), "topic IN ('price', 'cargo', 'callback', 'ledger', 'statement', 'other')"
        )
        table.create_check_constraint(
            op.f("ck_inquiries_outcome_known"), "outcome IN ('won', 'lost', 'declined', 'answered')"
        )
        table.create_check_constraint(
            op.f("ck_inquiries_lost_minor_range"), "lost_minor BETWEEN -100000000000 AND 100000000000"
        )
    with op.batch_alter_table("customers") as table:
        table.add_column(sa.Column("margin_from", sa.Integer()))
        table.add_column(sa.Column("margin_to", sa.Integer()))
        table.create_check_constraint(op.f("ck_customers_margin_from_range"), "margin_from BETWEEN 0 AND 1000")
        table.create_check_constraint(
            op.f("ck_customers_margin_to_range"), "margin_to BETWEEN 0 AND 1000 AND margin_to >= margin_from"
        )


def downgrade():
    with op.batch_alter_table("customers") as table:
        table.drop_constraint(op.f("ck_customers_margin_from_range"), type_="check")
        table.drop_constraint(op.f("ck_customers_margin_to_range"), type_="check")
        for name in (
            "margin_to",
            "margin_from",
        ):
            table.drop_column(name)
    with op.batch_alter_table("inquiries") as table:
        table.drop_constraint(op.f("ck_inquiries_topic_known"), type_="check")
        table.drop_constraint(op.f("ck_inquiries_outcome_known"), type_="check")
        table.drop_constraint(op.f("ck_inquiries_lost_minor_range"), type_="check")
        table.drop_constraint(op.f("fk_inquiries_asked_review_id"), type_="foreignkey")
        for name in (
            "lost_currency",
            "lost_minor",
            "lost_to",
            "outcome_note",
            "outcome",
            "booked_at",
            "asked_review_id",
            "price_pending_at",
            "direct_contact",
            "likely",
            "genuine",
            "steps",
            "cargo",
        ):
            table.drop_column(name)
        table.create_check_constraint(
            op.f("ck_inquiries_topic_known"), "topic IN ('price', 'cargo', 'callback', 'other')"
        )
    for name in (
        "quotation_lines",
        "quotations",
        "price_sources",
        "tariffs",
    ):
        op.drop_table(name)
    for kind, state in STATES:
        older = cases.update().where(cases.c.kind == kind, cases.c.state == state).values(state=BEFORE[state])
        op.execute(older)
        op.execute(kind_states.delete().where(kind_states.c.kind == kind, kind_states.c.state == state))

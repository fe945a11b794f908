"""Scripts, articles and forbidden phrases under document control, ideas, and the outbox.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from rules import indexing

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OWN = "'reached', 'not_reached'"


def upgrade():
    op.create_table(
        "documents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("grouped", sa.String(length=40), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("audience", sa.String(length=40)),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("what IN ('script', 'article')", name=op.f("ck_documents_what_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_documents_number")),
    )
    op.create_index("ix_documents_what", "documents", ["what", "grouped"])
    op.create_table(
        "phrases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("phrase_zh", sa.String(length=300), nullable=False),
        sa.Column("phrase_en", sa.String(length=300), nullable=False),
        sa.Column("matches_zh", JSON, nullable=False),
        sa.Column("matches_en", JSON, nullable=False),
        sa.Column("instead_zh", sa.String(length=300), nullable=False),
        sa.Column("instead_en", sa.String(length=300), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience IN ('customer', 'partner', 'colleague')", name=op.f("ck_phrases_audience_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
        sa.UniqueConstraint("number", name=op.f("uq_phrases_number")),
    )
    op.create_table(
        "document_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("title_zh", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("body_zh", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("to_write", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300)),
        sa.Column("starts_on", sa.Date()),
        sa.Column("drafted_by_id", BIG),
        sa.Column("drafted_at", WHEN, nullable=False),
        sa.Column("reviewed_by_id", BIG),
        sa.Column("reviewed_at", WHEN),
        sa.Column("approved_by_id", BIG),
        sa.Column("approved_at", WHEN),
        sa.Column("ended_at", WHEN),
        sa.Column("ended_by_id", BIG),
        sa.Column("end_reason", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'reviewed', 'approved', 'replaced', 'withdrawn')",
            name=op.f("ck_document_versions_state_known"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> drafted_by_id", name=op.f("ck_document_versions_four_eyes")
        ),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR reviewed_by_id <> drafted_by_id", name=op.f("ck_document_versions_reviewer")
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_document_versions_approved_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["users.id"], name=op.f("fk_document_versions_drafted_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_document_versions_ended_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["users.id"], name=op.f("fk_document_versions_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_versions_document_id_number")),
    )
    op.create_index(
        "uq_document_versions_in_force",
        "document_versions",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_table(
        "script_uses",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_script_uses_document_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_script_uses_user_id")),
        sa.PrimaryKeyConstraint("user_id", "document_id", "day", name=op.f("pk_script_uses")),
    )
    op.create_index(op.f("ix_script_uses_document_id"), "script_uses", ["document_id"])
    op.create_table(
        "phrase_hits",
        sa.Column("id", BIG, nullable=False),
        sa.Column("phrase_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("case_id", BIG),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("allowed_by_id", BIG),
        sa.Column("allowed_at", WHEN),
        sa.Column("reason", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'overruled' OR (allowed_by_id IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_phrase_hits_reason"),
        ),
        sa.CheckConstraint("outcome IN ('blocked', 'warned', 'overruled')", name=op.f("ck_phrase_hits_outcome_known")),
        sa.ForeignKeyConstraint(["allowed_by_id"], ["users.id"], name=op.f("fk_phrase_hits_allowed_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_phrase_hits_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_phrase_hits_office_id")),
        sa.ForeignKeyConstraint(["phrase_id"], ["phrases.id"], name=op.f("fk_phrase_hits_phrase_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_phrase_hits_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase_hits")),
    )
    op.create_index(op.f("ix_phrase_hits_case_id"), "phrase_hits", ["case_id"])
    op.create_index("ix_phrase_hits_digest", "phrase_hits", ["digest"])
    op.create_index("ix_phrase_hits_user", "phrase_hits", ["user_id", "at"])
    op.create_table(
        "ideas",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("document_id", BIG),
        sa.Column("case_id", BIG),
        sa.Column("rule", sa.String(length=40)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=300)),
        sa.Column("answered_at", WHEN),
        sa.Column("answered_by_id", BIG),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'taken', 'declined')", name=op.f("ck_ideas_status_known")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_ideas_answered_by_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_ideas_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ideas_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_ideas_document_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_ideas_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas")),
    )
    op.create_index("ix_ideas_status", "ideas", ["status", "at"])
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ident", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", WHEN, nullable=False),
        sa.Column("begun_at", WHEN),
        sa.Column("handed_at", WHEN),
        sa.Column("sent_at", WHEN),
        sa.Column("error", sa.String(length=300)),
        sa.Column("turn_id", BIG),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'unsure', 'failed', 'dropped')", name=op.f("ck_outbox_state_known")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_outbox_office_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_outbox_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("ident", name=op.f("uq_outbox_ident")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "next_at"])
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("address", sa.String(length=300)))
        table.add_column(sa.Column("read_back", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("script", sa.String(length=40)))
        table.drop_constraint(op.f("ck_messages_result_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_messages_result_known"), f"result IN ({OWN}, 'waiting', 'sent', 'failed')"
        )
    search(True)


def search(nullable):
    """Things without an office are found too; every row says in its words what and whose it is, and its id says how new.
    Messages and texts of the handbook are added by `flask search rebuild`."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TABLE search_fts")
    for name in ("search_refs", "search_texts"):
        with op.batch_alter_table(name) as table:
            table.alter_column("office_id", existing_type=BIG, nullable=nullable)
    if nullable:
        kind = "CASE what WHEN 'customer' THEN 0 WHEN 'shipment' THEN 1 ELSE 2 END"
        op.execute(
            f"UPDATE search_texts SET id = -(object_id * 16 + {kind}), body = body || ' @' || what || ' @' || office_id"
        )
        op.execute("UPDATE search_texts SET id = -id")
    if sqlite:
        op.execute(indexing.ddl("sqlite")[0])
        op.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")


def forget():
    """Take messages and texts of the handbook out of the search, and the places out of the words."""
    for name in ("search_refs", "search_texts"):
        op.execute(f"DELETE FROM {name} WHERE what IN ('message', 'document')")
    op.execute("UPDATE search_texts SET body = replace(body, ' @' || what || ' @' || office_id, '')")


def downgrade():
    forget()
    search(False)
    op.execute("UPDATE messages SET result = NULL WHERE result IN ('waiting', 'sent', 'failed')")
    with op.batch_alter_table("messages") as table:
        table.drop_constraint(op.f("ck_messages_result_known"), type_="check")
        table.create_check_constraint(op.f("ck_messages_result_known"), f"result IN ({OWN})")
        for name in ("script", "read_back", "address"):
            table.drop_column(name)
    for name in ("outbox", "ideas", "phrase_hits", "script_uses", "document_versions", "phrases", "documents"):
        op.drop_table(name)

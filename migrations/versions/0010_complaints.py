"""Complaints in full, questions to others, promises, linked matters, pick-ups, and one event for a whole flight.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = (("complaint", "merged"),)
BEFORE = {"merged": "void"}  # where such matters stand without these states
kind_states = sa.table("kind_states", sa.column("kind"), sa.column("state"))
cases = sa.table("cases", sa.column("kind"), sa.column("state"))


def upgrade():
    op.bulk_insert(kind_states, [{"kind": kind, "state": state} for kind, state in STATES])
    op.create_table(
        "questions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("to_kind", sa.String(length=40), nullable=False),
        sa.Column("department_id", BIG),
        sa.Column("partner_id", BIG),
        sa.Column("whom", sa.String(length=120), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=300)),
        sa.Column("joint", sa.Boolean(), nullable=False),
        sa.Column("permitted_by", sa.String(length=120)),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("clock_id", BIG),
        sa.Column("follow_up_id", BIG),
        sa.Column("chases", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.String(length=120)),
        sa.Column("answered_at", WHEN),
        sa.Column("recorded_by_id", BIG),
        sa.Column("dropped_at", WHEN),
        sa.Column("dropped_reason", sa.String(length=300)),
        sa.CheckConstraint(
            "to_kind IN ('department', 'partner', 'fleet', 'carrier', 'clerk', 'consignee', 'shipper', 'head', 'manager')",
            name=op.f("ck_questions_to_kind_known"),
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_questions_answer_timed")),
        sa.CheckConstraint("answer IS NULL OR answered_by IS NOT NULL", name=op.f("ck_questions_answer_named")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_questions_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_questions_case_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_questions_clock_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_questions_department_id")),
        sa.ForeignKeyConstraint(["follow_up_id"], ["turns.id"], name=op.f("fk_questions_follow_up_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_questions_partner_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_questions_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_case", "questions", ["case_id", "id"])
    op.create_index(
        "ix_questions_waiting",
        "questions",
        ["department_id"],
        sqlite_where=sa.text("answer IS NULL AND dropped_at IS NULL"),
        postgresql_where=sa.text("answer IS NULL AND dropped_at IS NULL"),
    )
    op.create_table(
        "promises",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("customer_id", BIG),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("to_whom", sa.String(length=120), nullable=False),
        sa.Column("due_at", WHEN, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("clock_id", BIG),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("kept_at", WHEN),
        sa.Column("kept_by_id", BIG),
        sa.Column("kept_note", sa.String(length=300)),
        sa.Column("dropped_at", WHEN),
        sa.Column("dropped_reason", sa.String(length=300)),
        sa.CheckConstraint("kept_at IS NULL OR dropped_at IS NULL", name=op.f("ck_promises_one_end")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_promises_case_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_promises_clock_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_promises_customer_id")),
        sa.ForeignKeyConstraint(["kept_by_id"], ["users.id"], name=op.f("fk_promises_kept_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_promises_made_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_promises_office_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_promises_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index("ix_promises_case", "promises", ["case_id", "id"])
    op.create_index(
        "ix_promises_open",
        "promises",
        ["office_id", "due_at"],
        sqlite_where=sa.text("kept_at IS NULL AND dropped_at IS NULL"),
        postgresql_where=sa.text("kept_at IS NULL AND dropped_at IS NULL"),
    )
    op.create_table(
        "preventives",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("cause", sa.String(length=300), nullable=False),
        sa.Column("action", sa.String(length=300), nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("done_at", WHEN),
        sa.Column("done_by_id", BIG),
        sa.Column("result", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaints.id"], name=op.f("fk_preventives_case_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_preventives_done_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_preventives_made_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_preventives_office_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_preventives_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preventives")),
    )
    op.create_index("ix_preventives_case", "preventives", ["case_id", "id"])
    op.create_index(
        "ix_preventives_open",
        "preventives",
        ["office_id", "due_on"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "case_links",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("other_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300)),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN),
        sa.CheckConstraint("what IN ('related', 'merged')", name=op.f("ck_case_links_what_known")),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_case_links_two_matters")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_case_links_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_links_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_case_links_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_case", "case_links", ["case_id"])
    op.create_index("ix_case_links_other", "case_links", ["other_id"])
    op.create_table(
        "pickups",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("customer_id", BIG),
        sa.Column("place", sa.String(length=120)),
        sa.Column("fleet", sa.String(length=120)),
        sa.Column("driver", sa.String(length=120)),
        sa.Column("plate", sa.String(length=40)),
        sa.Column("waybill", sa.String(length=40)),
        sa.Column("planned_at", WHEN, nullable=False),
        sa.Column("came_at", WHEN),
        sa.Column("remark", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_pickups_customer_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_pickups_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickups")),
        sa.UniqueConstraint("office_id", "key", name=op.f("uq_pickups_office_id_key")),
    )
    op.create_index("ix_pickups_customer", "pickups", ["customer_id", "planned_at"])
    op.create_table(
        "transport_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("vehicle", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("new_vehicle", sa.String(length=120)),
        sa.Column("departs_at", WHEN),
        sa.Column("arrives_at", WHEN),
        sa.Column("delivery", sa.String(length=120)),
        sa.Column("place", sa.String(length=120)),
        sa.Column("note", sa.String(length=300)),
        sa.Column("follows_id", BIG),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.CheckConstraint("mode IN ('air', 'sea', 'road')", name=op.f("ck_transport_events_mode_known")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_transport_events_by_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["transport_events.id"], name=op.f("fk_transport_events_follows_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_transport_events_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_events")),
    )
    op.create_index("ix_transport_events_office", "transport_events", ["office_id", "at"])
    op.create_table(
        "transport_notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("customer_id", BIG),
        sa.Column("shipments", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", WHEN),
        sa.Column("sent_by_id", BIG),
        sa.Column("channel", sa.String(length=40)),
        sa.Column("party", sa.String(length=300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(sent_at IS NULL) = (sent_by_id IS NULL)", name=op.f("ck_transport_notices_sender_known")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_transport_notices_customer_id")),
        sa.ForeignKeyConstraint(["event_id"], ["transport_events.id"], name=op.f("fk_transport_notices_event_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_transport_notices_office_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_transport_notices_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_notices")),
    )
    op.create_index(op.f("ix_transport_notices_customer_id"), "transport_notices", ["customer_id"])
    op.create_index("ix_transport_notices_event", "transport_notices", ["event_id", "id"])
    with op.batch_alter_table("complaints") as table:
        table.add_column(sa.Column("steps", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("accepted_at", WHEN))
        table.add_column(sa.Column("clerk_id", BIG))
        table.add_column(sa.Column("joint", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("plan", sa.Text()))
        table.add_column(sa.Column("plan_agreed_with", sa.String(length=120)))
        table.add_column(sa.Column("plan_agreed_at", WHEN))
        table.add_column(sa.Column("responsible_kind", sa.String(length=40)))
        table.add_column(sa.Column("responsible_reason", sa.String(length=300)))
        table.add_column(sa.Column("responsible_by_id", BIG))
        table.add_column(sa.Column("confirmed_at", WHEN))
        table.add_column(sa.Column("confirmed_by_id", BIG))
        table.add_column(sa.Column("demand", sa.String(length=300)))
        table.add_column(sa.Column("demand_minor", sa.BigInteger()))
        table.add_column(sa.Column("demand_currency", sa.String(length=3), nullable=False, server_default="CNY"))
        table.add_column(sa.Column("demand_draft", sa.Text()))
        table.add_column(sa.Column("demand_at", WHEN))
        table.add_column(sa.Column("demand_by_id", BIG))
        table.add_column(sa.Column("demand_decision", sa.String(length=40)))
        table.add_column(sa.Column("granted_minor", sa.BigInteger()))
        table.add_column(sa.Column("demand_reason", sa.String(length=300)))
        table.add_column(sa.Column("demand_decided_at", WHEN))
        table.add_column(sa.Column("demand_decided_by_id", BIG))
        table.add_column(sa.Column("callback_phone", sa.String(length=40)))
        table.add_column(sa.Column("callback_at", WHEN))
        table.add_column(sa.Column("callback_done_at", WHEN))
        table.add_column(sa.Column("callback_done_by_id", BIG))
        table.add_column(sa.Column("crisis", sa.String(length=40)))
        table.add_column(sa.Column("crisis_at", WHEN))
        table.add_column(sa.Column("crisis_url", sa.String(length=300)))
        table.add_column(sa.Column("spokesperson_id", BIG))
        table.add_column(sa.Column("feedback_at", WHEN))
        table.add_column(sa.Column("feedback_by_id", BIG))
        table.add_column(sa.Column("satisfied_at", WHEN))
        table.add_column(sa.Column("satisfied_by_id", BIG))
        table.add_column(sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
        table.create_foreign_key(op.f("fk_complaints_clerk_id"), "users", ["clerk_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_demand_by_id"), "users", ["demand_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_confirmed_by_id"), "users", ["confirmed_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_callback_done_by_id"), "users", ["callback_done_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_responsible_by_id"), "users", ["responsible_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_feedback_by_id"), "users", ["feedback_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_satisfied_by_id"), "users", ["satisfied_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_demand_decided_by_id"), "users", ["demand_decided_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_complaints_spokesperson_id"), "users", ["spokesperson_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_complaints_responsible_kind_known"),
            "responsible_kind IN ('department', 'partner', 'carrier', 'fleet', 'customer', 'nobody')",
        )
        table.create_check_constraint(
            op.f("ck_complaints_demand_decision_known"), "demand_decision IN ('granted', 'refused')"
        )
        table.create_check_constraint(
            op.f("ck_complaints_crisis_known"),
            "crisis IN ('court', 'media', 'authority', 'management', 'scene', 'online', 'indirect')",
        )
        table.create_check_constraint(op.f("ck_complaints_demand_range"), "demand_minor BETWEEN 0 AND 100000000000")
        table.create_check_constraint(op.f("ck_complaints_granted_range"), "granted_minor BETWEEN 0 AND 100000000000")
        table.create_check_constraint(op.f("ck_complaints_demand_four_eyes"), "demand_decided_by_id <> demand_by_id")
        table.create_check_constraint(
            op.f("ck_complaints_demand_decider_known"), "(demand_decision IS NULL) = (demand_decided_by_id IS NULL)"
        )
    with op.batch_alter_table("messages") as table:
        table.drop_constraint(op.f("ck_messages_belongs"), type_="check")
        table.add_column(sa.Column("shipment_id", BIG))
        table.add_column(sa.Column("result", sa.String(length=40)))
        table.create_index("ix_messages_shipment", ["shipment_id", "at"])
        table.create_foreign_key(op.f("fk_messages_shipment_id"), "shipments", ["shipment_id"], ["id"])
        table.create_check_constraint(op.f("ck_messages_result_known"), "result IN ('reached', 'not_reached')")
        table.create_check_constraint(
            op.f("ck_messages_belongs"), "case_id IS NOT NULL OR customer_id IS NOT NULL OR shipment_id IS NOT NULL"
        )
    with op.batch_alter_table("shipments") as table:
        table.add_column(sa.Column("progress", sa.String(length=40)))
        table.add_column(sa.Column("tracked", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_index("ix_shipments_vehicle", ["office_id", "vehicle", "departs_at"])
        table.create_check_constraint(
            op.f("ck_shipments_progress_known"), "progress IN ('scanning', 'weighing', 'billing')"
        )


def downgrade():
    with op.batch_alter_table("shipments") as table:
        table.drop_constraint(op.f("ck_shipments_progress_known"), type_="check")
        table.drop_index("ix_shipments_vehicle")
        for name in (
            "tracked",
            "progress",
        ):
            table.drop_column(name)
    with op.batch_alter_table("messages") as table:
        table.drop_constraint(op.f("ck_messages_result_known"), type_="check")
        table.drop_constraint(op.f("ck_messages_belongs"), type_="check")
        table.drop_constraint(op.f("fk_messages_shipment_id"), type_="foreignkey")
        table.drop_index("ix_messages_shipment")
        for name in (
            "result",
            "shipment_id",
        ):
            table.drop_column(name)
        table.create_check_constraint(op.f("ck_messages_belongs"), "case_id IS NOT NULL OR customer_id IS NOT NULL")
    with op.batch_alter_table("complaints") as table:
        table.drop_constraint(op.f("ck_complaints_responsible_kind_known"), type_="check")
        table.drop_constraint(op.f("ck_complaints_demand_decision_known"), type_="check")
        table.drop_constraint(op.f("ck_complaints_crisis_known"), type_="check")
        table.drop_constraint(op.f("ck_complaints_demand_range"), type_="check")
        table.drop_constraint(op.f("ck_complaints_granted_range"), type_="check")
        table.drop_constraint(op.f("ck_complaints_demand_four_eyes"), type_="check")
        table.drop_constraint(op.f("ck_complaints_demand_decider_known"), type_="check")
        table.drop_constraint(op.f("fk_complaints_clerk_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_demand_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_confirmed_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_callback_done_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_responsible_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_feedback_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_satisfied_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_demand_decided_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_complaints_spokesperson_id"), type_="foreignkey")
        for name in (
            "reopened",
            "satisfied_by_id",
            "satisfied_at",
            "feedback_by_id",
            "feedback_at",
            "spokesperson_id",
            "crisis_url",
            "crisis_at",
            "crisis",
            "callback_done_by_id",
            "callback_done_at",
            "callback_at",
            "callback_phone",
            "demand_decided_by_id",
            "demand_decided_at",
            "demand_reason",
            "granted_minor",
            "demand_decision",
            "demand_by_id",
            "demand_at",
            "demand_draft",
            "demand_currency",
            "demand_minor",
            "demand",
            "confirmed_by_id",
            "confirmed_at",
            "responsible_by_id",
            "responsible_reason",
            "responsible_kind",
            "plan_agreed_at",
            "plan_agreed_with",
            "plan",
            "joint",
            "clerk_id",
            "accepted_at",
            "steps",
        ):
            table.drop_column(name)
    for name in (
        "transport_notices",
        "transport_events",
        "pickups",
        "case_links",
        "preventives",
        "promises",
        "questions",
    ):
        op.drop_table(name)
    for kind, state in STATES:
        older = cases.update().where(cases.c.kind == kind, cases.c.state == state).values(state=BEFORE[state])
        op.execute(older)
        op.execute(kind_states.delete().where(kind_states.c.kind == kind, kind_states.c.state == state))

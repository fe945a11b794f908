"""Clocks name their figure; an inquiry says what goods it is about and may be with the supervisor (CMP-07, CF-01).

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

kind_states = sa.table("kind_states", sa.column("kind"), sa.column("state"))


def upgrade():
    with op.batch_alter_table("clocks") as clocks:
        clocks.add_column(sa.Column("figure", sa.String(length=120)))
    with op.batch_alter_table("inquiries") as inquiries:
        inquiries.add_column(sa.Column("goods", sa.String(length=40), nullable=False, server_default="general"))
    op.bulk_insert(kind_states, [{"kind": "inquiry", "state": "with_supervisor"}])


def downgrade():
    supervised = (kind_states.c.kind == "inquiry") & (kind_states.c.state == "with_supervisor")
    op.execute(kind_states.delete().where(supervised))
    with op.batch_alter_table("inquiries") as inquiries:
        inquiries.drop_column("goods")
    with op.batch_alter_table("clocks") as clocks:
        clocks.drop_column("figure")

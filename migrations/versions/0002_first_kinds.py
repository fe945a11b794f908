"""The states of the first three kinds of work (E-16).

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = {
    "inquiry": ("open", "info_missing", "with_desk", "answered", "closed", "reopened", "void"),
    "complaint": (
        "registered", "accepted", "investigating", "with_supervisor", "answered", "closed", "reopened", "void",
    ),
    "change": ("asked", "proof_missing", "waiting", "approved", "refused", "withdrawn", "executed", "void"),
}  # fmt: skip
kind_states = sa.table("kind_states", sa.column("kind"), sa.column("state"))


def upgrade():
    op.bulk_insert(kind_states, [{"kind": k, "state": s} for k, states in STATES.items() for s in states])


def downgrade():
    op.execute(kind_states.delete())

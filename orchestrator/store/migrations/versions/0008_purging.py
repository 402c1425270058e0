"""Sagas can be purged: their labels are found by the saga, and names are given free again in the order of the purges."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both indexes; versions before this one only write to them."""
    op.create_index("saga_labels_by_saga", "saga_labels", ["uid"])
    op.create_index("purged_by_time", "purged", ["purge_time"])

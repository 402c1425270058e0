"""Limits of participants beside that on calls at once: a rate, and those of single actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column; who is registered has no such limits."""
    op.add_column("participants", sa.Column("limits", _TEXT, nullable=False, server_default="{}"))

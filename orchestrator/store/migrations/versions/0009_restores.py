"""That the log was restored from a backup is declared in it: when, and who ended that mode, when and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; no restore is declared. An older server does not know of it."""
    op.create_table(
        "restores",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("declare_time", _INT, nullable=False),
        sa.Column("end_time", _INT),
        sa.Column("end_reason", _TEXT),
        sa.Column("end_actor", _TEXT),
        sa.Column("end_principal", _TEXT),
        sqlite_strict=True,
    )

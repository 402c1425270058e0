"""Pauses of definitions and of participants: who paused what, who resumed it, when and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; nothing is paused."""
    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("version", _INT, nullable=False),
        sa.Column("pause_time", _INT, nullable=False),
        sa.Column("pause_reason", _TEXT, nullable=False),
        sa.Column("pause_actor", _TEXT, nullable=False),
        sa.Column("pause_principal", _TEXT, nullable=False),
        sa.Column("resume_time", _INT),
        sa.Column("resume_reason", _TEXT),
        sa.Column("resume_actor", _TEXT),
        sa.Column("resume_principal", _TEXT),
        sqlite_strict=True,
    )
    standing = sa.text("resume_time IS NULL")
    op.create_index(
        "pauses_standing",
        "pauses",
        ["kind", "namespace", "name", "version"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )

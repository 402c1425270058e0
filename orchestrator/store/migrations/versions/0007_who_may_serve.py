"""The log says from which revision on a server can work with it: versions up to here refused every newer one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its row."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "serving",
        sa.Column("oldest_revision", text, nullable=False),
        sa.PrimaryKeyConstraint("oldest_revision", name="serving_pk"),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO serving VALUES ('0007')")

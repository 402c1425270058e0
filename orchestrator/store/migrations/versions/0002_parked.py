"""Parked steps: which sagas wait in the log for a participant that can't take them, in the order of their turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "parked",
        sa.Column("uid", sa.LargeBinary, sa.ForeignKey("sagas.uid", name="parked_saga"), nullable=False),
        sa.Column("participant", _TEXT, nullable=False),
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("definition_name", _TEXT, nullable=False),
        sa.Column("park_time", _INT, nullable=False),
        sa.PrimaryKeyConstraint("uid", "participant", name="parked_pk"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("parked_turns", "parked", ["namespace", "participant", "definition_name", "park_time", "uid"])

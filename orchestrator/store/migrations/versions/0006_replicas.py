"""Several replicas on one log: who they are, what was appended for an owner to see, and when the register changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add what replicas need; an older server leaves it as it is."""
    op.add_column("replicas", sa.Column("name", _TEXT))
    op.add_column("installation", sa.Column("register_revision", _INT, nullable=False, server_default="0"))
    op.add_column("sagas", sa.Column("nudge_epoch", _INT))
    told = sa.text("nudge_epoch IS NOT NULL")
    op.create_index("sagas_nudged", "sagas", ["nudge_epoch", "uid"], sqlite_where=told, postgresql_where=told)

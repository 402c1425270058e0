"""Sagas that wake are looked for by mode: the orchestrated ones by the engine, the choreographed ones by the observer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew, by mode first."""
    op.drop_index("sagas_due", "sagas")
    asleep = sa.text("owner_epoch IS NULL AND wake_time IS NOT NULL")
    op.create_index("sagas_due", "sagas", ["mode", "wake_time", "uid"], sqlite_where=asleep, postgresql_where=asleep)

"""The barrier's two tables, to live in the database that holds the author's effects.

`sagaway_barrier` has one row per operation: what became of its Execute, what became of its Compensate, each with the
hash of the request and the serialized reply. A row with a `compensate_state` is a tombstone: no Execute of this
operation will ever have an effect.

`sagaway_barrier_horizon` has one row per participant: up to when rows were purged. Without it, an operation whose row
was purged would look like one that never came.

Put them into your own migrations with `add_barrier_tables(your_metadata)`, or let `Participant.create_tables` make
them.
"""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, MetaData, String, Table

MAX_OPERATION_KEY_BYTES = 512
MAX_NAME_CHARACTERS = 64

barrier_metadata = MetaData()
"""Holds the barrier's tables and nothing else."""

barrier_table = Table(
    "sagaway_barrier",
    barrier_metadata,
    # The key alone is the guard: an operation belongs to one step of one saga, whoever asks about it.
    Column("operation_key", String(MAX_OPERATION_KEY_BYTES), primary_key=True),
    Column("participant", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("action", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("namespace", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("saga_id", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("step_id", String(MAX_NAME_CHARACTERS), nullable=False),
    # NULL: no Execute came before the Compensate. RUNNING is never committed: it is the key held before the effect.
    Column("execute_state", String(16)),
    Column("execute_hash", LargeBinary(32)),
    Column("execute_reply", LargeBinary),
    # NULL: no tombstone.
    Column("compensate_state", String(16)),
    Column("compensate_hash", LargeBinary(32)),
    Column("compensate_reply", LargeBinary),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "execute_state IN ('RUNNING', 'COMPLETED', 'REJECTED', 'PENDING')", name="sagaway_barrier_execute_state"
    ),
    CheckConstraint("compensate_state IN ('COMPENSATED', 'PENDING')", name="sagaway_barrier_compensate_state"),
    # What a purge goes by.
    Index("sagaway_barrier_purge", "participant", "update_time"),
    # What a person looks for.
    Index("sagaway_barrier_saga", "namespace", "saga_id"),
)
"""One row per operation."""

horizon_table = Table(
    "sagaway_barrier_horizon",
    barrier_metadata,
    Column("participant", String(MAX_NAME_CHARACTERS), primary_key=True),
    # Rows last changed before this instant may have been purged.
    Column("purge_cutoff", DateTime(timezone=True), nullable=False),
)
"""One row per participant that has purged."""


def add_barrier_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Copy the barrier's tables into your MetaData, so that your migrations make them (Alembic sees them).

    Args:
        metadata: that of your business tables, without a schema of its own.

    Returns:
        The two copies: barrier and horizon.
    """
    return barrier_table.to_metadata(metadata), horizon_table.to_metadata(metadata)


def utc(moment: datetime) -> datetime:
    """Return `moment` in UTC; SQLite gives it back without a zone, and it was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

"""The two tables of a choreographed participant, to live in the database that holds the author's effects.

`sagaway_inbox` has one row for each event and reaction: that it was handled, and what became of it. It is what makes
an effect happen once. A row with role COMPENSATE is also a tombstone: once it is there, no event of that saga has an
effect by that reaction any more.

`sagaway_outbox` has one row for each event to be published. It is written with the effect that it tells of, and the
relay publishes it. Within a saga rows are published in the order of their ids.

Put them into your own migrations with `add_choreography_tables(your_metadata)`, or let `Choreography.create_tables`
make them.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)

from sagaway.participant.tables import MAX_NAME_CHARACTERS

_EVENT_TEXT_CHARACTERS = 512
# SQLite counts up an INTEGER key by itself, and only that.
_ID = BigInteger().with_variant(Integer, "sqlite")

_WAITING: Any = {f"{dialect}_where": text("state = 'WAITING'") for dialect in ("sqlite", "postgresql")}

choreography_metadata = MetaData()
"""Holds these tables and nothing else."""

inbox_table = Table(
    "sagaway_inbox",
    choreography_metadata,
    # What happens once: this reaction to this event, in this role.
    Column("participant", String(MAX_NAME_CHARACTERS), primary_key=True),
    Column("reaction", String(MAX_NAME_CHARACTERS), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("event_id", String(_EVENT_TEXT_CHARACTERS), primary_key=True),
    Column("event_source", String(_EVENT_TEXT_CHARACTERS), primary_key=True),
    Column("namespace", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("saga_id", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("state", String(16), nullable=False),
    # Of a handled event with a compensation: the event as it came, and the output, for the compensation's call; and
    # which span handled it, for the compensation's to be linked to.
    Column("event", LargeBinary),
    Column("output", LargeBinary),
    Column("traceparent", String(64)),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('HANDLE', 'COMPENSATE')", name="sagaway_inbox_role"),
    CheckConstraint("state IN ('HANDLED', 'REJECTED', 'BLOCKED', 'COMPENSATED')", name="sagaway_inbox_state"),
    # What a compensation looks for, and a person.
    Index("sagaway_inbox_saga", "namespace", "saga_id", "participant", "reaction"),
    # What a purge goes by.
    Index("sagaway_inbox_purge", "participant", "update_time"),
)
"""One row for each event, reaction and role."""

outbox_table = Table(
    "sagaway_outbox",
    choreography_metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("participant", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("namespace", String(MAX_NAME_CHARACTERS), nullable=False),
    Column("saga_id", String(MAX_NAME_CHARACTERS), nullable=False),
    # The message id too, by which the bus stores it once.
    Column("event_id", String(_EVENT_TEXT_CHARACTERS), nullable=False, unique=True),
    Column("type", String(_EVENT_TEXT_CHARACTERS), nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("publish_time", DateTime(timezone=True)),
    CheckConstraint("state IN ('WAITING', 'PUBLISHED')", name="sagaway_outbox_state"),
    # What the relay looks for: the next rows, and whether a row is its saga's oldest. They hold what waits and nothing
    # else, so they stay small. The order by time has no other index that a planner could take for it: one by id alone
    # would lead through all that was ever published.
    Index("sagaway_outbox_next", "participant", "create_time", "id", **_WAITING),
    Index("sagaway_outbox_waiting", "participant", "namespace", "saga_id", "id", **_WAITING),
    # What a purge goes by.
    Index("sagaway_outbox_purge", "participant", "publish_time"),
)
"""One row for each event to publish."""


def add_choreography_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Copy these tables into your MetaData, so that your migrations make them (Alembic sees them).

    Args:
        metadata: that of your business tables, without a schema of its own.

    Returns:
        The two copies: inbox and outbox.
    """
    return inbox_table.to_metadata(metadata), outbox_table.to_metadata(metadata)

"""The saga log's tables, as the newest migration leaves them (a test compares the two).

Rules.
- `sagas` has one row a saga, its *head*: what one must know of it without folding its log, and what an append compares
  and sets. `events` is append only. All else is small.
- `sagas.append_id` is the last append's id; `events.append_id` stands on the first event of each append only, which is
  where a repeated append looks for itself.
- `sagas.nudge_epoch` is the owner to whom somebody else's append is news; see `SagaLog.nudged`.
- Times are microseconds since 1970, ids of rows 16 bytes (UUIDv7, so that new rows lie together), JSON is text that
  any tool can read.
- Indexes that only open sagas need are partial: an ended saga costs them nothing.

Events have a row id beside their primary key on purpose. Clustered by saga, the events of one batch fall on one page
each; in the order of arrival they share pages, which was measured to take a third less time for a commit.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

# SQLite's strict tables know INTEGER, TEXT and BLOB only; an INTEGER has 64 bits there.
_Int = BigInteger().with_variant(Integer(), "sqlite")
_Flag = Boolean().with_variant(Integer(), "sqlite")
# Texts are in the order of their bytes, as in Python, whatever the language of the database.
_Text = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

sagas = Table(
    "sagas",
    metadata,
    Column("uid", LargeBinary, nullable=False),
    Column("namespace", _Text, nullable=False),
    Column("saga_id", _Text, nullable=False),
    Column("sequence", _Int, nullable=False),
    Column("append_id", LargeBinary, nullable=False),
    Column("state", _Text, nullable=False),
    Column("cause", _Text),
    Column("mode", _Text, nullable=False),
    Column("definition_name", _Text, nullable=False),
    Column("definition_version", _Int, nullable=False),
    Column("definition_hash", _Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("labels", _Text, nullable=False),
    Column("start_time", _Int, nullable=False),
    Column("timeout_time", _Int, nullable=False),
    Column("end_time", _Int),
    Column("wake_time", _Int),
    Column("owner_epoch", _Int),
    Column("claim", _Int, nullable=False),
    Column("step_count", _Int, nullable=False),
    Column("completed_steps", _Int, nullable=False),
    Column("compensated_steps", _Int, nullable=False),
    Column("paused", _Flag, nullable=False),
    Column("quarantine_reason", _Text, nullable=False),
    Column("quarantine_time", _Int),
    Column("nudge_epoch", _Int),
    PrimaryKeyConstraint("uid", name="sagas_pk"),
    UniqueConstraint("namespace", "saga_id", name="sagas_key"),
    sqlite_strict=True,
)


def _partial(name: str, where: str, *columns: Column[Any], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"where": where})


@event.listens_for(metadata, "before_create")
def _tell_postgresql(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    """Give partial indexes their condition where they are made on PostgreSQL.

    Not before: the option would load PostgreSQL's dialect, which takes longer than the rest of the house.
    """
    if connection.dialect.name == "postgresql":
        for index in (index for table in metadata.tables.values() for index in table.indexes if index.info):
            index.dialect_kwargs["postgresql_where"] = text(index.info["where"])


# Lists are read backwards, newest first.
Index("sagas_by_start", sagas.c.namespace, sagas.c.start_time, sagas.c.uid)
Index("sagas_by_definition", sagas.c.namespace, sagas.c.definition_name, sagas.c.start_time, sagas.c.uid)
_partial("sagas_by_state", "state <> 'COMPLETED'", sagas.c.namespace, sagas.c.state, sagas.c.start_time, sagas.c.uid)
_partial("sagas_open", "end_time IS NULL", sagas.c.namespace, sagas.c.definition_name, sagas.c.definition_version)
_partial("sagas_owned", "owner_epoch IS NOT NULL", sagas.c.owner_epoch, sagas.c.uid)
_partial("sagas_due", "owner_epoch IS NULL AND wake_time IS NOT NULL", sagas.c.mode, sagas.c.wake_time, sagas.c.uid)
_partial("sagas_nudged", "nudge_epoch IS NOT NULL", sagas.c.nudge_epoch, sagas.c.uid)
_partial("sagas_quarantined", "quarantine_time IS NOT NULL", sagas.c.namespace, sagas.c.quarantine_time, sagas.c.uid)

events = Table(
    "events",
    metadata,
    Column("uid", LargeBinary, ForeignKey("sagas.uid", name="events_saga"), nullable=False),
    Column("sequence", _Int, nullable=False),
    Column("append_id", LargeBinary),
    Column("type", _Text, nullable=False),
    Column("version", _Int, nullable=False),
    Column("time", _Int, nullable=False),
    Column("data", _Text, nullable=False),
    PrimaryKeyConstraint("uid", "sequence", name="events_pk"),
    sqlite_strict=True,
)

saga_labels = Table(
    "saga_labels",
    metadata,
    Column("namespace", _Text, nullable=False),
    Column("name", _Text, nullable=False),
    Column("value", _Text, nullable=False),
    Column("start_time", _Int, nullable=False),
    Column("uid", LargeBinary, ForeignKey("sagas.uid", name="saga_labels_saga"), nullable=False),
    PrimaryKeyConstraint("namespace", "name", "value", "start_time", "uid", name="saga_labels_pk"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# A saga's labels are removed with it; its foreign key looks for them, too.
Index("saga_labels_by_saga", saga_labels.c.uid)

# A row for each place at which a saga waits for its turn (`orchestrator.store.places`): a participant's name, or `:N`
# where version N of its own definition is paused.
parked = Table(
    "parked",
    metadata,
    Column("uid", LargeBinary, ForeignKey("sagas.uid", name="parked_saga"), nullable=False),
    Column("participant", _Text, nullable=False),
    Column("namespace", _Text, nullable=False),
    Column("definition_name", _Text, nullable=False),
    Column("park_time", _Int, nullable=False),
    PrimaryKeyConstraint("uid", "participant", name="parked_pk"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

Index(
    "parked_turns",
    parked.c.namespace,
    parked.c.participant,
    parked.c.definition_name,
    parked.c.park_time,
    parked.c.uid,
)

definitions = Table(
    "definitions",
    metadata,
    Column("namespace", _Text, nullable=False),
    Column("name", _Text, nullable=False),
    Column("version", _Int, nullable=False),
    Column("content_hash", _Text, nullable=False),
    Column("document", _Text, nullable=False),
    Column("facts", _Text, nullable=False),
    Column("create_time", _Int, nullable=False),
    Column("deprecate_time", _Int),
    PrimaryKeyConstraint("namespace", "name", "version", name="definitions_pk"),
    sqlite_strict=True,
)

participants = Table(
    "participants",
    metadata,
    Column("namespace", _Text, nullable=False),
    Column("name", _Text, nullable=False),
    Column("address", _Text, nullable=False),
    Column("max_concurrent_calls", _Int, nullable=False),
    Column("description", _Text, nullable=False),
    Column("create_time", _Int, nullable=False),
    Column("update_time", _Int, nullable=False),
    Column("limits", _Text, nullable=False, server_default="{}"),
    PrimaryKeyConstraint("namespace", "name", name="participants_pk"),
    sqlite_strict=True,
)

# Who paused what, and who resumed it: a row a pause, which stays. `version` 0: all versions, or a participant.
pauses = Table(
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", _Text, nullable=False),
    Column("namespace", _Text, nullable=False),
    Column("name", _Text, nullable=False),
    Column("version", _Int, nullable=False),
    Column("pause_time", _Int, nullable=False),
    Column("pause_reason", _Text, nullable=False),
    Column("pause_actor", _Text, nullable=False),
    Column("pause_principal", _Text, nullable=False),
    Column("resume_time", _Int),
    Column("resume_reason", _Text),
    Column("resume_actor", _Text),
    Column("resume_principal", _Text),
    sqlite_strict=True,
)

_partial(
    "pauses_standing",
    "resume_time IS NULL",
    pauses.c.kind,
    pauses.c.namespace,
    pauses.c.name,
    pauses.c.version,
    unique=True,
)

# That the log was restored from a backup, and who ended that: a row a declaration, which stays.
restores = Table(
    "restores",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("declare_time", _Int, nullable=False),
    Column("end_time", _Int),
    Column("end_reason", _Text),
    Column("end_actor", _Text),
    Column("end_principal", _Text),
    sqlite_strict=True,
)

installation = Table(
    "installation",
    metadata,
    Column("id", _Text, nullable=False),
    Column("token_key_id", _Text, ForeignKey("token_keys.key_id", name="installation_token_key"), nullable=False),
    Column("create_time", _Int, nullable=False),
    Column("register_revision", _Int, nullable=False, server_default="0"),
    PrimaryKeyConstraint("id", name="installation_pk"),
    sqlite_strict=True,
)

token_keys = Table(
    "token_keys",
    metadata,
    Column("key_id", _Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("create_time", _Int, nullable=False),
    PrimaryKeyConstraint("key_id", name="token_keys_pk"),
    sqlite_strict=True,
)

# One row a life of a process. Epochs are never given twice; a row stays until no saga names it. `lease_expire_time` is
# by the database's clock; where one process has the log for itself, there is none.
replicas = Table(
    "replicas",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=True),
    Column("start_time", _Int, nullable=False),
    Column("lease_expire_time", _Int),
    Column("end_time", _Int),
    Column("name", _Text),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

# What stays of a purged saga, so that its id is not used again and its StartSaga can still be answered.
purged = Table(
    "purged",
    metadata,
    Column("namespace", _Text, nullable=False),
    Column("saga_id", _Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("state", _Text, nullable=False),
    Column("end_time", _Int, nullable=False),
    Column("purge_time", _Int, nullable=False),
    PrimaryKeyConstraint("namespace", "saga_id", name="purged_pk"),
    sqlite_strict=True,
)

Index("purged_by_time", purged.c.purge_time)

# One row: from which revision on a server can work with these tables (`orchestrator.store.migrations`).
serving = Table(
    "serving",
    metadata,
    Column("oldest_revision", _Text, nullable=False),
    PrimaryKeyConstraint("oldest_revision", name="serving_pk"),
    sqlite_strict=True,
)

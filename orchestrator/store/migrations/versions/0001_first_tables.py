"""The first tables: sagas and their events, definitions, participants, the installation and its keys, replicas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _sagas()
    _saga_indexes()
    _events()
    _registered()
    _installation()


def _partial(name: str, where: str, *columns: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "sagas", list(columns), sqlite_where=condition, postgresql_where=condition)


def _sagas() -> None:
    op.create_table(
        "sagas",
        sa.Column("uid", sa.LargeBinary, nullable=False),
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("saga_id", _TEXT, nullable=False),
        sa.Column("sequence", _INT, nullable=False),
        sa.Column("append_id", sa.LargeBinary, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("cause", _TEXT),
        sa.Column("mode", _TEXT, nullable=False),
        sa.Column("definition_name", _TEXT, nullable=False),
        sa.Column("definition_version", _INT, nullable=False),
        sa.Column("definition_hash", _TEXT, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("labels", _TEXT, nullable=False),
        sa.Column("start_time", _INT, nullable=False),
        sa.Column("timeout_time", _INT, nullable=False),
        sa.Column("end_time", _INT),
        sa.Column("wake_time", _INT),
        sa.Column("owner_epoch", _INT),
        sa.Column("claim", _INT, nullable=False),
        sa.Column("step_count", _INT, nullable=False),
        sa.Column("completed_steps", _INT, nullable=False),
        sa.Column("compensated_steps", _INT, nullable=False),
        sa.Column("paused", _FLAG, nullable=False),
        sa.Column("quarantine_reason", _TEXT, nullable=False),
        sa.Column("quarantine_time", _INT),
        sa.PrimaryKeyConstraint("uid", name="sagas_pk"),
        sa.UniqueConstraint("namespace", "saga_id", name="sagas_key"),
        sqlite_strict=True,
    )


def _saga_indexes() -> None:
    op.create_index("sagas_by_start", "sagas", ["namespace", "start_time", "uid"])
    op.create_index("sagas_by_definition", "sagas", ["namespace", "definition_name", "start_time", "uid"])
    _partial("sagas_by_state", "state <> 'COMPLETED'", "namespace", "state", "start_time", "uid")
    _partial("sagas_open", "end_time IS NULL", "namespace", "definition_name", "definition_version")
    _partial("sagas_owned", "owner_epoch IS NOT NULL", "owner_epoch", "uid")
    _partial("sagas_due", "owner_epoch IS NULL AND wake_time IS NOT NULL", "wake_time", "uid")
    _partial("sagas_quarantined", "quarantine_time IS NOT NULL", "namespace", "quarantine_time", "uid")


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("uid", sa.LargeBinary, sa.ForeignKey("sagas.uid", name="events_saga"), nullable=False),
        sa.Column("sequence", _INT, nullable=False),
        sa.Column("append_id", sa.LargeBinary),
        sa.Column("type", _TEXT, nullable=False),
        sa.Column("version", _INT, nullable=False),
        sa.Column("time", _INT, nullable=False),
        sa.Column("data", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("uid", "sequence", name="events_pk"),
        sqlite_strict=True,
    )
    op.create_table(
        "saga_labels",
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("start_time", _INT, nullable=False),
        sa.Column("uid", sa.LargeBinary, sa.ForeignKey("sagas.uid", name="saga_labels_saga"), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "name", "value", "start_time", "uid", name="saga_labels_pk"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _registered() -> None:
    op.create_table(
        "definitions",
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("version", _INT, nullable=False),
        sa.Column("content_hash", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.Column("facts", _TEXT, nullable=False),
        sa.Column("create_time", _INT, nullable=False),
        sa.Column("deprecate_time", _INT),
        sa.PrimaryKeyConstraint("namespace", "name", "version", name="definitions_pk"),
        sqlite_strict=True,
    )
    op.create_table(
        "participants",
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.Column("max_concurrent_calls", _INT, nullable=False),
        sa.Column("description", _TEXT, nullable=False),
        sa.Column("create_time", _INT, nullable=False),
        sa.Column("update_time", _INT, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "name", name="participants_pk"),
        sqlite_strict=True,
    )


def _installation() -> None:
    op.create_table(
        "token_keys",
        sa.Column("key_id", _TEXT, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("create_time", _INT, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="token_keys_pk"),
        sqlite_strict=True,
    )
    op.create_table(
        "installation",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column(
            "token_key_id", _TEXT, sa.ForeignKey("token_keys.key_id", name="installation_token_key"), nullable=False
        ),
        sa.Column("create_time", _INT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="installation_pk"),
        sqlite_strict=True,
    )
    op.create_table(
        "replicas",
        sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("start_time", _INT, nullable=False),
        sa.Column("lease_expire_time", _INT),
        sa.Column("end_time", _INT),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "purged",
        sa.Column("namespace", _TEXT, nullable=False),
        sa.Column("saga_id", _TEXT, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("end_time", _INT, nullable=False),
        sa.Column("purge_time", _INT, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "saga_id", name="purged_pk"),
        sqlite_strict=True,
    )

"""How the saga log's tables came to be: Alembic revisions, applied when a log is opened.

Rules. A revision is never changed once released; it names its own tables and types and imports nothing of
`orchestrator.store.schema`, which is where the last one leads. All pending revisions run in one transaction: a log is
of the old version or of the new one.

Alembic is imported and reads its scripts only for a log of an older version: that takes half a second, and every start
would pay for it. A log of this version is told by one SELECT, and a new one is made from the schema; a test holds that
the revisions, from the first to the last, make the same to the letter.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from orchestrator.store.base import LogUnusable
from orchestrator.store.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0006"
"""The last revision, where this version leads (a test compares it with the scripts)."""

_TABLE = "alembic_version"
_NEW_TABLE = f"""
CREATE TABLE {_TABLE} (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT {_TABLE}_pkc PRIMARY KEY (version_num)
)"""  # as Alembic makes it

# Alembic keeps the environment that runs in module globals.
_ONE_AT_A_TIME = threading.Lock()


def config() -> Config:
    """Return Alembic's configuration: no file, only where the revisions are."""
    from alembic.config import Config  # noqa: PLC0415 - see the module

    result = Config()
    result.set_main_option("script_location", "orchestrator.store:migrations")
    return result


def upgrade(connection: Connection) -> bool:
    """Bring a log to this version, in the connection's open transaction.

    Returns:
        True if it had no tables before.

    Raises:
        LogUnusable: a newer version wrote it; nothing was changed.
    """
    if not connection.dialect.has_table(connection, _TABLE):
        metadata.create_all(connection, checkfirst=False)
        connection.exec_driver_sql(_NEW_TABLE)
        connection.exec_driver_sql(f"INSERT INTO {_TABLE} VALUES ('{HEAD}')")  # noqa: S608
        return True
    if connection.exec_driver_sql(f"SELECT version_num FROM {_TABLE}").scalars().all() != [HEAD]:  # noqa: S608
        migrate(connection)
    return False


def migrate(connection: Connection) -> None:
    """Run the revisions that a log has not had yet, from the first if it has had none; see `upgrade`.

    Raises:
        LogUnusable: a newer version wrote it; nothing was changed.
    """
    from alembic import command  # noqa: PLC0415 - see the module
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with _ONE_AT_A_TIME:
        settings = config()
        scripts = ScriptDirectory.from_config(settings)
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and not _known(scripts, current):
            raise LogUnusable(
                f"a newer version of Sagaway wrote this saga log (its migration {current} is not known here); "
                "run that version, or name another log"
            )
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _known(scripts: ScriptDirectory, revision: str) -> bool:
    from alembic.util import CommandError  # noqa: PLC0415 - see the module

    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False

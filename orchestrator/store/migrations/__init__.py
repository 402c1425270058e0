"""How the saga log's tables came to be: Alembic revisions, applied when a log is opened.

Rules. A revision is never changed once released; it names its own tables and types and imports nothing of
`orchestrator.store.schema`, which is where the last one leads. All pending revisions run in one transaction: a log is
of the old version or of the new one.

A log of this version is told by one SELECT. Alembic is imported and reads its scripts only for another one: that takes
a fifth of a second, and every restart would pay for it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from orchestrator.store.base import LogUnusable

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0003"
"""The last revision, where this version leads (a test compares it with the scripts)."""

_TABLE = "alembic_version"

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
    if _is_current(connection):
        return False
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
                "run that version, or name another file"
            )
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        return current is None


def _is_current(connection: Connection) -> bool:
    if not connection.dialect.has_table(connection, _TABLE):
        return False
    return connection.exec_driver_sql(f"SELECT version_num FROM {_TABLE}").scalars().all() == [HEAD]  # noqa: S608


def _known(scripts: ScriptDirectory, revision: str) -> bool:
    from alembic.util import CommandError  # noqa: PLC0415 - see the module

    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False

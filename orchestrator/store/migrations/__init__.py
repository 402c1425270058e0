"""How the saga log's tables came to be: Alembic revisions, applied when a log is opened.

Rules. A revision is never changed once released; it names its own tables and types and imports nothing of
`orchestrator.store.schema`, which is where the last one leads. All pending revisions run in one transaction: a log is
of the old version or of the new one.
"""

from __future__ import annotations

import threading

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from orchestrator.store.base import LogUnusable

# Alembic keeps the environment that runs in module globals.
_ONE_AT_A_TIME = threading.Lock()


def config() -> Config:
    """Return Alembic's configuration: no file, only where the revisions are."""
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
    with _ONE_AT_A_TIME:
        settings = config()
        scripts = ScriptDirectory.from_config(settings)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return False
        if current is not None and not _known(scripts, current):
            raise LogUnusable(
                f"a newer version of Sagaway wrote this saga log (its migration {current} is not known here); "
                "run that version, or name another file"
            )
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        return current is None


def _known(scripts: ScriptDirectory, revision: str) -> bool:
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False

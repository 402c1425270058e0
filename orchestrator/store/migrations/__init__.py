"""How the saga log's tables came to be: Alembic revisions, and which versions of Sagaway can work with their result.

Who applies them. A log in a SQLite file has one process, which brings it to its own version when it opens it. A log on
PostgreSQL is served by several, so a person does it, before the first replica of the new version starts (`sagaway
migrate`); replicas of the version before go on meanwhile and afterwards. All pending revisions run in one transaction:
a log is of the old version or of the new one.

Expand, then contract. Version N and the one before it serve one log together, so:

- A revision *expands*: a new table, a column that may be NULL or has a default on the server, an index. The code before
  it neither knows of that nor is harmed by it: it names the columns it writes, and reads no `SELECT *`.
- What the code no longer uses goes one release later, when nobody serves who uses it (*contract*): to drop or rename a
  column or a table, to demand of a column what the code before did not see to, to say another thing with a value.
- To change something is to expand, to write both ways for one release, and to contract in the next.
- A revision that contracts says from which revision on a server can work with the log then:
  `op.execute("UPDATE serving SET oldest_revision = '0009'")`, and `OLDEST` here is the same. A server that finds a
  revision newer than all it knows serves the log if its own `HEAD` is not below that, and refuses it otherwise.
- A lock that a revision takes is waited for by writers and readers, and one that waits for them holds up all who come
  after it: only what takes a moment, whatever the table's size. No rows are rewritten; that is done in small batches, by
  the code that needs it. An index on a large table holds writers up while it is made.

A revision is never changed once released; it is numbered one above the last, so that a newer one has a greater number;
it names its own tables and types and imports nothing of `orchestrator.store.schema`, which is where the last one leads.

Alembic is imported and reads its scripts only for a log of an older version: that takes half a second, and every start
would pay for it. A log of this version is told by one SELECT, and a new one is made from the schema; a test holds that
the revisions, from the first to the last, make the same to the letter.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select

from orchestrator.store.base import LogUnusable
from orchestrator.store.schema import metadata, serving

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"
"""The last revision, where this version leads (a test compares it with the scripts)."""

OLDEST = "0007"
"""The oldest revision whose servers can work with a log of this version: what its last revision that contracted says."""

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


def revision_of(connection: Connection) -> str | None:
    """Return the last revision that a log has had; None if it has no tables."""
    if not connection.dialect.has_table(connection, _TABLE):
        return None
    return str(connection.exec_driver_sql(f"SELECT max(version_num) FROM {_TABLE}").scalar_one() or "")  # noqa: S608


def check(connection: Connection) -> None:
    """See that this version can serve a log as it is.

    Raises:
        LogUnusable: it has to be migrated first, or a newer version migrated it; the message names the remedy.
    """
    revision = revision_of(connection)
    remedy = "run: sagaway migrate, with the same SAGAWAY_DATABASE_URL"
    if revision is None:
        raise LogUnusable(f"there is no saga log in this database yet; {remedy}")
    if revision < HEAD:
        raise LogUnusable(
            f"an older version of Sagaway made this saga log (it is at revision {revision}, and this version needs "
            f"{HEAD}); {remedy}"
        )
    check_newer(connection)


def check_newer(connection: Connection) -> None:
    """See that no newer version has migrated a log so that this one can't serve it.

    Raises:
        LogUnusable: one has; the message names the remedy.
    """
    revision = revision_of(connection)
    if revision is None or revision <= HEAD:
        return
    oldest = None
    if connection.dialect.has_table(connection, serving.name):
        oldest = connection.execute(select(func.max(serving.c.oldest_revision))).scalar_one()
    if oldest is None or oldest > HEAD:
        needs = "" if oldest is None else f" and needs a version that knows {oldest}"
        raise LogUnusable(
            f"a newer version of Sagaway migrated this saga log so that this one can't serve it (it is at revision "
            f"{revision}{needs}; this version knows up to {HEAD}); run the newer version, or name another log"
        )


def upgrade(connection: Connection) -> bool:
    """Bring a log to this version, in the connection's open transaction; one of a newer version stays as it is.

    Returns:
        True if it had no tables before.

    Raises:
        LogUnusable: a newer version migrated it so that this one can't serve it; nothing was changed.
    """
    revision = revision_of(connection)
    if revision is None:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(serving).values(oldest_revision=OLDEST))
        connection.exec_driver_sql(_NEW_TABLE)
        connection.exec_driver_sql(f"INSERT INTO {_TABLE} VALUES ('{HEAD}')")  # noqa: S608
        return True
    check_newer(connection)
    if revision < HEAD:
        migrate(connection)
    return False


def migrate(connection: Connection) -> None:
    """Run the revisions that a log has not had yet, from the first if it has had none."""
    from alembic import command  # noqa: PLC0415 - see the module

    with _ONE_AT_A_TIME:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, HEAD)

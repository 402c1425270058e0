"""Bringing a log's tables to this version: when it is opened, or by a person's hand (`sagaway migrate`).

A migration by hand takes the lock of openings and nothing else: replicas of the log go on, as far as the revisions let
them (`orchestrator.store.migrations`).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert

from orchestrator.store import migrations
from orchestrator.store.dialect import Dialect, opening_error
from orchestrator.store.location import dialect_of
from orchestrator.store.schema import installation, token_keys


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration, done or to be done.

    Attributes:
        before: the revision that the log was at; None: it had no tables.
        after: the revision that it is at afterwards; the same if there is nothing to do.
    """

    before: str | None
    after: str


def pending(location: str | Path) -> Migration:
    """Return what `migrate` would do. Changes nothing, and asks for no lock.

    Args:
        location: see `dialect_of`.

    Raises:
        LogUnusable: as `migrate`.
    """
    dialect = dialect_of(location)
    with _told(dialect):
        if not dialect.inspect():
            return Migration(None, migrations.HEAD)
        engine = dialect.readers(1)
        try:
            with engine.begin() as connection:
                before = migrations.revision_of(connection)
                migrations.check_newer(connection)
        finally:
            engine.dispose()
    return Migration(before, max(before or "", migrations.HEAD))


def migrate(location: str | Path, now: int) -> Migration:
    """Bring a log to this version in one transaction, or leave it as it is if that fails or nothing is to be done.

    Args:
        location: see `dialect_of`; a file that does not exist is made, a database is not.
        now: microseconds.

    Raises:
        LogUnusable: it is not a saga log, a newer version migrated it so that this one can't serve it, or it can't be
            migrated now; a SQLite file also if a process has it.
    """
    dialect = dialect_of(location)
    with _told(dialect):
        dialect.acquire()
        try:
            with dialect.writer().begin() as connection:
                dialect.begin_migration(connection)
                before = migrations.revision_of(connection)
                make_current(connection, dialect, now)
        finally:
            dialect.release()
    return Migration(before, max(before or "", migrations.HEAD))


def make_current(connection: Connection, dialect: Dialect, now: int) -> None:
    """Bring a log to this version in the open transaction, and make what an installation has if it was empty.

    Raises:
        LogUnusable: see `migrations.upgrade`.
    """
    if migrations.upgrade(connection):
        dialect.prepare(connection)
        install(connection, now)


def install(connection: Connection, now: int) -> None:
    """Make what is made once: the installation's id and its first token key."""
    key_id = secrets.token_hex(4)
    connection.execute(insert(token_keys).values(key_id=key_id, key=secrets.token_bytes(32), create_time=now))
    connection.execute(insert(installation).values(id=uuid.uuid4().hex, token_key_id=key_id, create_time=now))


@contextmanager
def _told(dialect: Dialect) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise opening_error(dialect, error) from None

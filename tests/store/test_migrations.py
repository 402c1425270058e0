"""The migrations lead to the schema, and to nothing else."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, select

from orchestrator.store import migrations
from orchestrator.store.base import ParticipantRow
from orchestrator.store.location import dialect_of
from orchestrator.store.migrating import install
from orchestrator.store.schema import metadata, serving
from orchestrator.store.sql import SqlLog
from tests.golden import logs
from tests.postgresql import LogDatabase


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def definitions(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {name: re.sub(r"\s*([,() ])\s*", r"\1", re.sub(r"\s+", " ", sql)) for name, sql in rows}


def test_from_nothing_they_lead_to_the_schema(connection: Connection) -> None:
    migrations.migrate(connection)
    assert not migrations.upgrade(connection)
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    assert compare_metadata(context, metadata) == []
    # What Alembic does not compare: strictness, row ids, conditions of indexes, and what stands in a table.
    migrated = definitions(connection)
    assert connection.execute(select(serving)).all() == [(migrations.OLDEST,)]
    assert "STRICT" in migrated["sagas"]
    engine = create_engine("sqlite://")
    with engine.begin() as fresh:
        assert migrations.upgrade(fresh)
        assert not migrations.upgrade(fresh)
        assert migrated == definitions(fresh)
        assert fresh.execute(select(serving)).all() == [(migrations.OLDEST,)]
    engine.dispose()


_CATALOG = """
SELECT 'column', table_name || '.' || column_name, concat_ws(' ', data_type, collation_name, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
ORDER BY 1, 2
"""


def test_on_postgresql_they_lead_to_the_schema_too(log_database: LogDatabase) -> None:
    made = []
    for make in (migrations.migrate, migrations.upgrade):
        log_database.empty()
        with log_database.engine.begin() as connection:
            make(connection)
            assert not migrations.upgrade(connection)
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
        made.append({(kind, name): text for kind, name, text in log_database.run(_CATALOG)})
    log_database.empty()
    migrated, fresh = made
    assert migrated == fresh
    assert migrated["index", "sagas_owned"].endswith("(owner_epoch, uid) WHERE (owner_epoch IS NOT NULL)")
    assert migrated["index", "pauses_standing"].endswith("WHERE (resume_time IS NULL)")
    assert "UNIQUE" in migrated["index", "pauses_standing"]
    texts = {name: said for (kind, name), said in migrated.items() if kind == "column" and said.startswith("text")}
    assert texts
    assert all(said.startswith("text C ") for said in texts.values()), texts


async def test_on_postgresql_a_migration_that_fails_leaves_nothing_behind(
    log_database: LogDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_database.empty()

    def fail(_connection: Connection, _now: int) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("orchestrator.store.migrating.install", fail)
        with pytest.raises(ZeroDivisionError):
            await SqlLog(log_database.location).open(1)
    assert log_database.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    log = SqlLog(log_database.location)
    await log.open(1)
    await log.close()


def test_there_is_one_newest_and_every_revision_is_shipped() -> None:
    scripts = ScriptDirectory.from_config(migrations.config())
    assert scripts.get_heads() == [migrations.HEAD]
    shipped = {entry.name for entry in (resources.files("orchestrator.store") / "migrations" / "versions").iterdir()}
    for revision in scripts.walk_revisions():
        assert Path(revision.path).name in shipped


def test_tables_that_must_be_there_from_the_first_day(connection: Connection) -> None:
    migrations.upgrade(connection)
    columns = {
        table: {row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")}
        for table in ("sagas", "events", "replicas", "purged")
    }
    assert {"namespace", "mode", "claim", "owner_epoch", "paused", "quarantine_reason"} <= columns["sagas"]
    assert {"version", "append_id"} <= columns["events"]
    assert {"epoch", "lease_expire_time"} <= columns["replicas"]
    assert {"namespace", "saga_id", "fingerprint", "state"} <= columns["purged"]


_LOADED_AFTER_OPENING = """
import asyncio, pathlib, sys
from orchestrator.store.sql import SqlLog
async def main():
    for path in sys.argv[1:]:
        log = SqlLog(pathlib.Path(path))
        await log.open(1)
        await log.close()
        print(*(name for name in ("alembic", "prompt_toolkit", "psycopg", "sqlalchemy.dialects.postgresql") if name in sys.modules))
asyncio.run(main())
"""


def test_only_a_log_of_an_older_version_needs_alembic(tmp_path: Path) -> None:
    """Neither a first start nor a restart waits for it, nor for what else would be loaded for nothing."""
    new, older = tmp_path / "new.db", tmp_path / "older.db"
    logs.restore("0001", older)
    command = [sys.executable, "-c", _LOADED_AFTER_OPENING, str(new), str(new), str(older)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    first, again, migrated = done.stdout.splitlines()
    assert (first, again) == ("", "")
    assert "alembic" in migrated


async def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is one transaction, the tables too: the next try starts from nothing."""
    path = tmp_path / "saga.db"

    def fail(_connection: Connection, _now: int) -> None:
        raise sqlite3.OperationalError("no more")

    with monkeypatch.context() as patch:
        patch.setattr("orchestrator.store.migrating.install", fail)
        with pytest.raises(Exception, match="no more"):
            await SqlLog(path).open(1)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    assert connection.execute("PRAGMA application_id").fetchone() == (0,)
    connection.close()
    log = SqlLog(path)
    await log.open(1)
    await log.close()


async def test_a_log_of_an_older_version_goes_on(tmp_path: Path) -> None:
    """Who was registered before there were rates is as before, and can get one."""
    path = tmp_path / "saga.db"
    dialect = dialect_of(path)
    dialect.acquire()
    with dialect.writer().begin() as connection:
        settings = migrations.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0002")
        dialect.prepare(connection)
        install(connection, 1)
        connection.exec_driver_sql(
            "INSERT INTO participants (namespace, name, address, max_concurrent_calls, description, create_time,"
            " update_time) VALUES ('default', 'payment', '127.0.0.1:1', 8, '{}', 5, 6)"
        )
    dialect.release()
    log = SqlLog(path)
    await log.open(2)
    row = ParticipantRow("default", "payment", "127.0.0.1:1", 8, "{}", 5, 6, "{}")
    assert await log.get_participant("default", "payment") == row
    await log.put_participant(replace(row, limits='{"rate":2.5}'))
    await log.close()
    log = SqlLog(path)
    await log.open(3)
    assert await log.list_participants("default", None, 10) == [replace(row, limits='{"rate":2.5}')]
    await log.close()

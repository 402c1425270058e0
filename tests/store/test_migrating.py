"""Migrations by a person's hand, and which servers a log takes afterwards. Newer versions are played by revisions made here."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from orchestrator.store import migrations
from orchestrator.store.base import LogUnusable, Outcome
from orchestrator.store.migrating import Migration, install, migrate, pending
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase, Server
from tests.store.building import start

OURS = migrations.HEAD
_numbers = itertools.count(1)

# What two newer versions do: the first expands, the second no longer serves those who don't know the first.
_NEWER = {
    "9998": (OURS, "op.add_column('sagas', sa.Column('region', sa.Text()))"),
    "9999": ("9998", "op.execute(\"UPDATE serving SET oldest_revision = '9998'\")"),
}


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | Path, str], Migration]:
    """Migrates a log as a newer version does."""
    folder, ours = tmp_path / "newer", migrations.config
    folder.mkdir()
    for revision, (before, statement) in _NEWER.items():
        (folder / f"{revision}.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{revision}'\n"
            f"down_revision = '{before}'\n\ndef upgrade():\n    {statement}\n"
        )

    def config() -> Config:
        settings = ours()
        settings.set_main_option("path_separator", "space")
        settings.set_main_option("version_locations", f"orchestrator.store:migrations/versions {folder}")
        return settings

    def migrate_as(location: str | Path, revision: str) -> Migration:
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "HEAD", revision)
            patch.setattr(migrations, "config", config)
            return migrate(location, 7)

    return migrate_as


@pytest.fixture
def database(postgresql: Server) -> LogDatabase:
    """A database of its own with nothing in it."""
    name = f"migrating_{next(_numbers)}"
    postgresql.create_database(name)
    return LogDatabase(postgresql, name)


def server(location: str) -> SqlLog:
    """The log as a server on PostgreSQL opens it."""
    return SqlLog(location, migrates=False)


async def refusal(location: str) -> str:
    with pytest.raises(LogUnusable) as refused:
        await server(location).open(1)
    return str(refused.value)


async def test_a_server_makes_no_tables_on_postgresql_and_says_who_does(database: LogDatabase) -> None:
    said = await refusal(database.location)
    assert said == (
        "there is no saga log in this database yet; run: sagaway migrate, with the same SAGAWAY_DATABASE_URL"
    )
    assert database.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []
    assert pending(database.location) == Migration(None, OURS)
    assert migrate(database.location, 7) == Migration(None, OURS)
    assert pending(database.location) == migrate(database.location, 8) == Migration(OURS, OURS)
    log = server(database.location)
    await log.open(9)
    assert await start(log)
    await log.close()


async def test_a_log_of_an_older_version_waits_for_a_person(database: LogDatabase) -> None:
    with database.engine.begin() as connection:
        settings = migrations.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0005")
        install(connection, 1)
    said = await refusal(database.location)
    assert f"it is at revision 0005, and this version needs {OURS}); run: sagaway migrate" in said
    assert pending(database.location) == Migration("0005", OURS)
    assert migrate(database.location, 7) == Migration("0005", OURS)
    log = server(database.location)
    await log.open(9)
    await log.close()


async def test_the_version_before_serves_what_a_newer_one_has_expanded(
    database: LogDatabase, newer: Callable[[str | Path, str], Migration]
) -> None:
    """It goes on while that is done, and it starts afterwards; what contracts keeps it away."""
    migrate(database.location, 7)
    running = server(database.location)
    await running.open(8)
    built = await start(running)
    assert newer(database.location, "9998") == Migration(OURS, "9998")
    assert await running.commit([built.append(1)]) == [Outcome.COMMITTED]
    await running.close()
    again = server(database.location)
    await again.open(9)
    assert [await start(again), await again.read(built.key)]
    assert pending(database.location) == migrate(database.location, 10) == Migration("9998", "9998")

    assert newer(database.location, "9999") == Migration("9998", "9999")
    said = await refusal(database.location)
    assert said == (
        "a newer version of Sagaway migrated this saga log so that this one can't serve it (it is at revision 9999 and "
        f"needs a version that knows 9998; this version knows up to {OURS}); run the newer version, or name another log"
    )
    with pytest.raises(LogUnusable, match="so that this one can't serve it"):
        pending(database.location)
    with pytest.raises(LogUnusable, match="so that this one can't serve it"):
        migrate(database.location, 11)
    assert await start(again), "whoever refused has ended nobody"
    await again.close()


async def test_a_file_that_a_newer_version_has_expanded_is_opened_too(
    tmp_path: Path, newer: Callable[[str | Path, str], Migration]
) -> None:
    path = tmp_path / "saga.db"
    assert pending(path) == Migration(None, OURS)
    assert not path.exists(), "who only looks makes nothing"
    assert newer(path, "9998") == Migration(None, "9998")
    log = SqlLog(path)
    await log.open(1)
    assert await start(log)
    assert pending(path) == Migration("9998", "9998"), "it is looked at while a process has it"
    with pytest.raises(LogUnusable, match="in use by process"):
        migrate(path, 2)
    await log.close()
    newer(path, "9999")
    with pytest.raises(LogUnusable, match="needs a version that knows 9998"):
        await SqlLog(path).open(2)


def test_two_who_migrate_at_once_are_one_after_the_other(database: LogDatabase) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda now: migrate(database.location, now), (7, 8)))
    assert sorted(step.before or "" for step in done) == ["", OURS]
    assert database.run("SELECT count(*) FROM installation") == [(1,)]


def test_a_migration_does_not_hold_everybody_up_behind_one_who_is_in_its_way(
    database: LogDatabase, newer: Callable[[str | Path, str], Migration], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestrator.store.postgresql.LOCK_LIMIT", 50)
    migrate(database.location, 7)
    with psycopg.connect(database.location) as reader:
        reader.execute("SELECT count(*) FROM sagas")  # and its transaction goes on
        with pytest.raises(LogUnusable, match=r"55P03: .* is in the way: try again"):
            newer(database.location, "9998")
    assert newer(database.location, "9998") == Migration(OURS, "9998")

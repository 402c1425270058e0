"""The log in a SQLite file: how it is kept, and what it says when it can't be."""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from orchestrator.store.base import (
    LogDamaged,
    LogDataError,
    LogFatal,
    LogUnavailable,
    LogUnusable,
    Outcome,
    RecordedEvent,
)
from orchestrator.store.sql import SqlLog
from orchestrator.store.sqlite import APPLICATION_ID
from tests.store.building import RUNNING, asleep, build, make_new, start

COMMITTED = Outcome.COMMITTED


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "saga.db"


@pytest.fixture
async def sql(path: Path) -> AsyncIterator[SqlLog]:
    log = SqlLog(path)
    await log.open(1)
    yield log
    await log.close()


async def pragma(log: SqlLog, text: str) -> Any:
    """Run a pragma on the very connection that writes, outside a transaction."""

    def run() -> Any:
        assert log._connection is not None
        driver = log._connection.connection.driver_connection
        assert driver is not None
        return driver.execute(f"PRAGMA {text}").fetchone()

    assert log._writer is not None
    return await asyncio.wrap_future(log._writer.submit(run))


def tamper(path: Path, *statements: str) -> None:
    """Change a log behind its back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# How it is kept -----------------------------------------------------------------------------------------------------


async def test_what_is_answered_is_on_disk(sql: SqlLog) -> None:
    assert await pragma(sql, "journal_mode") == ("wal",)
    assert await pragma(sql, "synchronous") == (2,)  # FULL
    assert await pragma(sql, "foreign_keys") == (1,)
    assert await pragma(sql, "application_id") == (APPLICATION_ID,)


async def test_a_connection_that_reads_can_not_write(sql: SqlLog) -> None:
    with pytest.raises(LogUnavailable, match="SQLITE_READONLY"):
        await sql._read(lambda connection: connection.exec_driver_sql("DELETE FROM sagas"))


async def test_a_closed_log_is_one_file(sql: SqlLog, path: Path) -> None:
    await start(sql)
    await sql.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["saga.db", "saga.db.lock"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.with_name("saga.db.lock").read_bytes() == b""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT data ->> '$.step_id' FROM events").fetchall() == [("s1",), ("s2",)]


async def test_epochs_grow_and_those_that_nobody_names_are_forgotten(path: Path) -> None:
    seen, epochs = [], []
    for life in range(4):
        log = SqlLog(path)
        await log.open(life)
        if life == 1:
            await start(log)
        epochs.append(log.epoch)
        seen.append(await log._read(lambda c: c.exec_driver_sql("SELECT epoch, end_time FROM replicas").all()))
        await log.close()
    assert epochs == [1, 2, 3, 4]
    assert [[tuple(row) for row in rows] for rows in seen] == [
        [(1, None)],
        [(2, None)],
        [(2, 2), (3, None)],
        [(2, 2), (4, None)],
    ]


# What it says when it can't be opened ---------------------------------------------------------------------------------


def other_program(path: Path) -> None:
    tamper(path, "CREATE TABLE theirs (x)")


def marked_by_other_program(path: Path) -> None:
    tamper(path, "PRAGMA application_id = 4711", "VACUUM")


def text_file(path: Path) -> None:
    path.write_text("this is a letter, not a database; it has more than a hundred bytes" * 5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (other_program, "another program's SQLite database"),
        (marked_by_other_program, "another program's SQLite database"),
        (text_file, "is not a saga log; name another file"),
    ],
)
async def test_what_is_not_a_saga_log_is_refused_and_left_as_it_is(
    path: Path, make: Callable[[Path], None], message: str
) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(LogUnusable, match=message):
        await SqlLog(path).open(1)
    assert path.read_bytes() == before
    path.unlink()
    log = SqlLog(path)  # the lock was let go
    await log.open(1)
    await log.close()


async def test_an_empty_file_and_an_empty_database_become_logs(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    tamper(tmp_path / "b.db", "PRAGMA journal_mode = WAL")  # as left by a death before the first migration
    for name in ("a.db", "b.db"):
        log = SqlLog(f"sqlite:///{tmp_path / name}")
        await log.open(1)
        assert await start(log)
        await log.close()


async def test_a_log_of_a_newer_version_is_refused_and_left_as_it_is(sql: SqlLog, path: Path) -> None:
    built = await start(sql)
    await sql.close()
    with closing(sqlite3.connect(path)) as connection:
        [version] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    tamper(path, "UPDATE alembic_version SET version_num = '9999'", "UPDATE serving SET oldest_revision = '9999'")
    before = path.read_bytes()
    with pytest.raises(LogUnusable, match=r"newer version of Sagaway .* at revision 9999 .* run the newer version"):
        await SqlLog(path).open(1)
    assert path.read_bytes() == before
    tamper(path, f"UPDATE alembic_version SET version_num = '{version}'")
    await sql.open(1)
    assert await sql.read(built.key)


async def test_a_cut_file_is_refused_and_left_as_it_is(sql: SqlLog, path: Path) -> None:
    for _ in range(50):
        await start(sql)
    await sql.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 8192 * 4096])
    before = path.read_bytes()
    with pytest.raises(LogUnusable, match=r"is damaged .*\.recover"):
        await SqlLog(path).open(1)
    assert path.read_bytes() == before


async def test_a_log_without_its_installation_is_refused(sql: SqlLog, path: Path) -> None:
    await sql.close()
    tamper(path, "DELETE FROM installation")
    with pytest.raises(LogUnusable, match="no installation row"):
        await SqlLog(path).open(1)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        (":memory:", "must be a file"),
        ("sqlite://", "not a sqlite:// location"),
        ("sqlite:///", "must be a file"),
        ("mysql://host/db", "not a mysql:// location"),
    ],
)
def test_a_location_that_can_not_hold_a_log(location: str, message: str) -> None:
    with pytest.raises(LogUnusable, match=message):
        SqlLog(location)


async def test_an_opening_that_is_cancelled_lets_go_of_the_log(path: Path) -> None:
    opening = asyncio.create_task(SqlLog(path).open(1))
    await asyncio.sleep(0)  # it is in the writer's thread now
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    log = SqlLog(path)
    await log.open(2)
    await log.close()


async def test_a_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogUnusable, match="does not exist; create it"):
        await SqlLog(tmp_path / "nowhere" / "saga.db").open(1)
    with pytest.raises(LogUnusable, match="is a directory; name a file in it"):
        await SqlLog(tmp_path).open(1)


async def test_odd_names_are_names(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%20 d.db"
    log = SqlLog(path)
    await log.open(1)
    await start(log)
    await log.close()
    assert path.stat().st_size > 0


# What it says when it can't go on ---------------------------------------------------------------------------------------


async def test_a_full_disk_is_waited_out(sql: SqlLog) -> None:
    built = await start(sql)
    big = RecordedEvent("StepCompleted", 1, 5, b'"' + b"x" * 200_000 + b'"')
    batch = [
        replace(built.append(1), events=(big,)),
        replace(build("fresh").append(1, RUNNING, make_new()), events=(big,)),
    ]
    (pages,) = await pragma(sql, "page_count")
    await pragma(sql, f"max_page_count = {pages + 20}")
    for _ in range(2):
        with pytest.raises(LogUnavailable, match="SQLITE_FULL"):
            await sql.commit(batch)
        row = await sql.read(built.key)
        assert row is not None
        assert row.sequence == 2
    await pragma(sql, "max_page_count = 1000000")
    assert await sql.commit(batch) == [COMMITTED, COMMITTED]
    assert await sql.read_events(batch[1].key) == [(1, big)]


async def test_another_program_s_lock_is_waited_out(sql: SqlLog, path: Path) -> None:
    built = await start(sql)
    append = built.append()
    await pragma(sql, "busy_timeout = 0")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable, match="SQLITE_BUSY"):
            await sql.commit([append])
        with pytest.raises(LogUnavailable, match="SQLITE_BUSY"):
            await sql.claim_due(1, 1)
        assert await sql.read(built.key)  # reading goes on
        other.execute("ROLLBACK")
    assert await sql.commit([append]) == [COMMITTED]


async def test_a_lost_connection_is_replaced(sql: SqlLog) -> None:
    built = await start(sql)

    def lose(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.close()

    with pytest.raises(LogUnavailable, match="closed"):
        await sql._write(lose)
    assert await sql.commit([built.append()]) == [COMMITTED]
    assert await pragma(sql, "synchronous") == (2,)


def bad_events() -> list[Any]:
    return [
        RecordedEvent("StepPending", 1, 2**63, b'"secret"'),
        RecordedEvent("StepPending", 1, 5, b'"secret\xff"'),
        RecordedEvent("StepPending", 1, 5, None),  # type: ignore[arg-type] # what a bug may make
        RecordedEvent("StepPending", "secret", 5, b"{}"),  # type: ignore[arg-type] # the same
        RecordedEvent("\ud800", 1, 5, b'"secret"'),
        RecordedEvent("StepPending", 1, 5, b'"secret' + b"x" * 5_000_000 + b'"'),
        ("StepPending", 1),
    ]


@pytest.mark.parametrize("bad", bad_events(), ids=["large", "bytes", "none", "type", "surrogate", "long", "short"])
async def test_what_the_database_refuses_is_tied_to_the_data_and_not_quoted(sql: SqlLog, bad: Any) -> None:
    def limit() -> None:
        assert sql._connection is not None
        driver = sql._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4_000_000)

    assert sql._writer is not None
    sql._writer.submit(limit).result()
    good, other = await start(sql), await start(sql)
    with pytest.raises(LogDataError) as caught:
        await sql.commit([good.append(), replace(other.append(), events=(bad,))])
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    row = await sql.read(good.key)
    assert row is not None
    assert row.sequence == 2
    assert await sql.commit([good.append()]) == [COMMITTED]


async def test_two_sagas_with_one_uid_are_an_error_of_the_data(sql: SqlLog) -> None:
    built = build("a")
    twin = replace(build("b"), uid=built.uid)
    with pytest.raises(LogDataError, match="take each other's place"):
        await sql.commit([built.append(1, RUNNING, make_new()), twin.append(1, RUNNING, make_new())])
    assert await sql.read(built.key) is None


async def test_an_event_that_is_no_text_any_more_comes_back_as_it_stands(sql: SqlLog, path: Path) -> None:
    """So that the codec refuses it, and its saga is put aside instead of stopping its whole page."""
    built, other = await start(sql), await start(sql)
    await sql.close()
    tamper(path, f"UPDATE events SET data = CAST(x'7bff7d' AS TEXT) WHERE uid = x'{built.uid.hex()}' AND sequence = 2")
    await sql.open(2)
    claimed = await sql.claim_orphans(10)
    assert {each.row.key for each in claimed} == {built.key, other.key}
    [damaged] = [each for each in claimed if each.row.key == built.key]
    assert damaged.events[1].event.data == b"{\xff}"


async def test_a_damaged_page_is_found_and_writing_on_it_ends_the_process(sql: SqlLog, path: Path) -> None:
    builts = [await start(sql) for _ in range(200)]
    await sql.close()
    with closing(sqlite3.connect(path)) as connection:
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'events'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * page_size)
        file.write(b"\xff" * page_size)
    await sql.open(2)
    with pytest.raises(LogDamaged, match="SQLITE_CORRUPT"):
        await sql.read_events(builts[0].key)
    with pytest.raises(LogFatal, match="is damaged"):
        await sql.commit([builts[0].append()])
    with pytest.raises(LogFatal, match="is damaged"):
        await sql.commit([builts[1].append(0, asleep(4))])

"""Ended sagas leave the log, and their names stay taken, for every store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import Connection

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import (
    Append,
    Expiry,
    ListPosition,
    Outcome,
    Purged,
    SagaFilter,
    SagaLog,
    SagaRow,
)
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase
from tests.store.building import RUNNING, asleep, build, ended, make_new, start
from tests.store.conftest import Store

COMMITTED, CONFLICT = Outcome.COMMITTED, Outcome.CONFLICT
LONG_AGO = Expiry("default", 100)


def again(saga_id: str, namespace: str = "default") -> Append:
    """Create a saga of this name once more."""
    return build(saga_id, namespace).append(2, RUNNING, make_new())


async def names(log: SagaLog, expiry: Expiry = LONG_AGO) -> list[str]:
    return [row.key.saga_id for row in await log.expired(expiry, None, 100)]


async def test_what_may_leave(log: SagaLog) -> None:
    for saga_id, head, namespace, start_time in (
        ("late", ended(100), "default", 30),
        ("second", ended(99), "default", 20),
        ("first", ended(50, SagaState.COMPENSATED), "default", 10),
        ("third", ended(40, SagaState.ABANDONED), "default", 25),
        ("elsewhere", ended(50), "other", 10),
        ("open", RUNNING, "default", 1),
        ("asleep", asleep(5), "default", 2),
        ("stuck", asleep(None, SagaState.STUCK), "default", 3),
        ("aside", ended(50), "default", 4),
    ):
        await start(log, saga_id, head, namespace, start_time=start_time)
    await log.quarantine(SagaKey("default", "aside"), "damaged", 60)
    assert await names(log) == ["first", "second", "third"]
    assert await names(log, Expiry("default", 99)) == ["first", "third"]
    assert await names(log, Expiry("other", 100)) == ["elsewhere"]
    some = frozenset({SagaState.COMPLETED, SagaState.ABANDONED})
    assert await names(log, Expiry("default", 100, some)) == ["second", "third"]
    page = await log.expired(LONG_AGO, None, 2)
    rest = await log.expired(LONG_AGO, ListPosition(page[-1].start_time, page[-1].uid), 2)
    assert [row.key.saga_id for row in page + rest] == ["first", "second", "third"]
    assert await log.read(page[0].key) == page[0]


async def leave(log: SagaLog, *saga_ids: str, now: int = 500) -> list[SagaRow]:
    rows = [row for row in await log.expired(LONG_AGO, None, 100) if not saga_ids or row.key.saga_id in saga_ids]
    assert await log.purge(rows, now) == len(rows)
    return rows


async def test_nothing_of_a_purged_saga_is_left_but_its_name(store: Store) -> None:
    log = store.log
    gone = await start(log, "gone", ended(50, SagaState.ABANDONED), labels={"a": "1", "b": "2"})
    kept = await start(log, "kept", labels={"a": "1"})
    parked = replace(kept.append(1), parked={"pay": 7})
    assert await log.commit([parked]) == [COMMITTED]
    assert await log.purged(gone.key) is None
    [row] = await leave(log)
    assert row.key == gone.key
    log = await store.reopen()
    assert await log.purged(gone.key) == Purged(gone.key, bytes(range(32)), SagaState.ABANDONED, 50, 500)
    assert await log.purged(kept.key) is None
    assert (await log.read(gone.key), await log.read_events(gone.key)) == (None, [])
    assert [each.key for each in await log.list_sagas(SagaFilter("default"), None, 9)] == [kept.key]
    assert [each.key for each in await log.list_sagas(SagaFilter("default", labels={"a": "1"}), None, 9)] == [kept.key]
    assert len(await log.read_events(kept.key)) == 3
    assert await log.parked_participants() == [("default", "pay")]
    if isinstance(log, SqlLog):
        assert await log._read(counts) == {"sagas": 1, "events": 3, "saga_labels": 1, "parked": 1, "purged": 1}


def counts(connection: Connection) -> dict[str, int]:
    tables = ("sagas", "events", "saga_labels", "parked", "purged")
    return {table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables}


async def test_the_name_of_a_purged_saga_is_not_given_again(store: Store) -> None:
    log = store.log
    gone = await start(log, "gone", ended(50))
    first = again("other")
    await leave(log)
    log = await store.reopen()
    batch = [first, again("gone"), again("another")]
    assert await log.commit(batch) == [COMMITTED, CONFLICT, COMMITTED]
    assert await log.commit(batch) == [COMMITTED, CONFLICT, COMMITTED]
    assert await log.commit([gone.append(1)]) == [CONFLICT], "what comes late finds no saga"
    assert await log.commit([again("gone", "elsewhere")]) == [COMMITTED]
    assert (await log.read(gone.key), await log.read_events(gone.key)) == (None, [])


async def test_what_must_stay_stays_though_it_is_named(log: SagaLog) -> None:
    """The page that a purge is given may be old: two purge at once, or somebody looks at one of the sagas meanwhile."""
    for saga_id in ("a", "b"):
        await start(log, saga_id, ended(50))
    running = await start(log, "c")
    page = await log.expired(LONG_AGO, None, 9)
    await log.quarantine(SagaKey("default", "a"), "damaged", 60)
    row = await log.read(running.key)
    assert row is not None
    assert await log.purge([*page, row], 500) == 1
    assert await log.purge([*page, row], 501) == 0
    assert await log.purge([], 501) == 0
    assert [await log.purged(SagaKey("default", saga_id)) is not None for saga_id in "abc"] == [False, True, False]
    purged = await log.purged(SagaKey("default", "b"))
    assert purged is not None
    assert purged.purge_time == 500


async def test_names_are_given_free_in_time(log: SagaLog) -> None:
    for saga_id, now in (("new", 700), ("old", 500), ("older", 400)):
        await start(log, saga_id, ended(50))
        await leave(log, saga_id, now=now)
    assert await log.forget(700, 1) == 1
    assert await log.commit([again("older")]) == [COMMITTED]
    assert await log.commit([again("old"), again("new")]) == [CONFLICT, CONFLICT]
    assert await log.forget(700, 10) == 1
    assert await log.forget(700, 10) == 0
    assert await log.commit([again("old"), again("new")]) == [COMMITTED, CONFLICT]


async def test_a_damaged_row_is_left_out(sql: SqlLog) -> None:
    for place in range(4):
        await start(sql, f"s-{place}", ended(50), start_time=place)
    await sql._write(
        lambda connection: connection.exec_driver_sql("UPDATE sagas SET labels = 'no JSON' WHERE saga_id = 's-1'")
    )
    assert [row.key.saga_id for row in await sql.expired(LONG_AGO, None, 3)] == ["s-0", "s-2", "s-3"]


# Several at once, on PostgreSQL ------------------------------------------------------------------------------------


async def waits(database: LogDatabase) -> None:
    """Return once a session waits for a lock of another."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(database.run, waiting):
            await asyncio.sleep(0.01)


async def test_a_start_that_waits_for_the_purge_of_its_name_loses(
    on_postgresql: SqlLog, log_database: LogDatabase
) -> None:
    gone = await start(on_postgresql, "gone", ended(50))
    [row] = await on_postgresql.expired(LONG_AGO, None, 9)
    with psycopg.connect(log_database.location) as other:
        other.execute("DELETE FROM events")
        other.execute("DELETE FROM sagas")
        starting = asyncio.create_task(on_postgresql.commit([again("free"), again("gone")]))
        await waits(log_database)
        other.execute("INSERT INTO purged VALUES ('default', 'gone', %s, 'COMPLETED', 50, 500)", (row.fingerprint,))
    assert await starting == [COMMITTED, CONFLICT]
    assert await on_postgresql.read(gone.key) is None


async def test_two_who_purge_at_once_do_not_wait_for_each_other(
    on_postgresql: SqlLog, log_database: LogDatabase
) -> None:
    for place in range(3):
        await start(on_postgresql, f"s-{place}", ended(50))
    page = await on_postgresql.expired(LONG_AGO, None, 9)
    with psycopg.connect(log_database.location) as other:
        other.execute("SELECT 1 FROM sagas WHERE saga_id = 's-1' FOR UPDATE")
        async with asyncio.timeout(20):
            assert await on_postgresql.purge(page, 500) == 2
    assert await on_postgresql.purge(page, 501) == 1


@pytest.mark.parametrize("number", [1, 600])
async def test_a_batch_of_any_size_is_held_against_the_purged(log: SagaLog, number: int) -> None:
    await start(log, "gone", ended(50))
    await leave(log)
    batch = [again(f"s-{place}") for place in range(number)]
    assert await log.commit(batch) == [COMMITTED] * number
    assert await log.commit([again("gone"), *(again(f"t-{place}") for place in range(number))]) == [
        CONFLICT,
        *[COMMITTED] * number,
    ]

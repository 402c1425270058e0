"""A replica that was held up on its way to PostgreSQL: what it writes comes too late, and it holds nobody up for long."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from orchestrator.core.retry import SECOND
from orchestrator.store import pipeline
from orchestrator.store.base import LogFatal, LogUnavailable, Outcome
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase, Server
from tests.store.building import Built, build, make_new, start
from tests.store.proxies import Proxy

LEASE = SECOND
IDLE = LEASE / 5
"""How long PostgreSQL lets a transaction stand in which nothing happens, microseconds."""


@pytest.fixture
def proxy(postgresql: Server) -> Iterator[Proxy]:
    with Proxy(postgresql.host) as proxy:
        yield proxy


async def pair(proxy: Proxy, database: LogDatabase) -> tuple[SqlLog, SqlLog]:
    """Return a replica behind the proxy, and one that is not."""
    behind = f"postgresql://postgres@127.0.0.1:{proxy.port}/{database.NAME}?sslmode=disable&gssencmode=disable"
    zombie, other = SqlLog(behind, lease=LEASE), SqlLog(database.location, lease=LEASE)
    await zombie.open(1)
    await other.open(1)
    return zombie, other


async def taken_over(other: SqlLog) -> float:
    """Let the other replica end the zombie; returns how long that took beyond the lease's end, seconds."""
    began = time.monotonic()
    while not await other.renew():
        await asyncio.sleep(0.02)
    return time.monotonic() - began - LEASE / SECOND


async def go_on(other: SqlLog, built: Built) -> None:
    """The other does what the zombie was about to, and something else comes of it."""
    [orphan] = await other.claim_orphans(5)
    assert (orphan.row.key, orphan.row.sequence) == (built.key, 2)
    assert await other.commit([built.append(3)]) == [Outcome.COMMITTED]


async def test_a_batch_that_arrives_after_the_takeover_is_refused_by_the_fence(
    proxy: Proxy, log_database: LogDatabase
) -> None:
    zombie, other = await pair(proxy, log_database)
    built, new = await start(zombie), build()
    proxy.hold(pipeline.NAMES)
    writing = asyncio.create_task(zombie.commit([built.append(1), new.append(1, new=make_new())]))
    assert await asyncio.to_thread(proxy.held.wait, 30)
    assert await taken_over(other) < 1
    await go_on(other, built)
    proxy.release()
    with pytest.raises(LogFatal, match=r"another replica on .* has ended this one"):
        await writing
    row = await other.read(built.key)
    assert row is not None
    assert (row.sequence, row.owner_epoch, row.claim) == (5, other.epoch, 2)
    assert await other.read(new.key) is None
    await zombie.close()
    await other.close()


async def test_a_replica_stopped_before_its_commit_holds_the_takeover_up_no_longer_than_the_limit_says(
    proxy: Proxy, log_database: LogDatabase
) -> None:
    """It holds the fence's lock then, which ends with its transaction; PostgreSQL sees to that."""
    zombie, other = await pair(proxy, log_database)
    built = await start(zombie)
    proxy.hold(b"COMMIT\0")
    writing = asyncio.create_task(zombie.commit([built.append(1)]))
    assert await asyncio.to_thread(proxy.held.wait, 30)
    assert await taken_over(other) < IDLE / SECOND + 1
    await go_on(other, built)
    proxy.release()
    with pytest.raises(LogUnavailable):
        await writing
    with pytest.raises(LogFatal):
        await zombie.commit([built.append(1)])
    await zombie.close()
    await other.close()


async def test_a_replica_stopped_between_two_statements_is_no_other_case(log_database: LogDatabase) -> None:
    """Between INSERT and COMMIT, in its own process: its rows are locked, and the next owner needs them."""
    zombie, other = (SqlLog(log_database.location, lease=LEASE) for _ in range(2))
    await zombie.open(1)
    await other.open(1)
    built = await start(zombie)
    here, continued = threading.Event(), threading.Event()

    def stop(connection: object) -> None:
        connection.exec_driver_sql("UPDATE sagas SET wake_time = 3")  # type: ignore[attr-defined]
        here.set()
        assert continued.wait(60)

    stopped = asyncio.ensure_future(zombie._write(stop))
    assert await asyncio.to_thread(here.wait, 30)
    assert await taken_over(other) < IDLE / SECOND + 1
    await go_on(other, built)
    continued.set()
    with pytest.raises(LogUnavailable):
        await stopped
    await zombie.close()
    await other.close()


async def test_nor_is_one_stopped_in_the_middle_of_what_it_says(log_database: LogDatabase) -> None:
    """PostgreSQL waits for the rest then, and takes it for at work: no limit of its own ends that."""
    zombie, other = (SqlLog(log_database.location, lease=LEASE) for _ in range(2))
    await zombie.open(1)
    await other.open(1)
    built = await start(zombie)
    here, continued = threading.Event(), threading.Event()

    def stop(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.pipeline():
            driver.execute("UPDATE sagas SET wake_time = 3")
            driver.pgconn.send_flush_request()
            driver.pgconn.flush()
            here.set()
            assert continued.wait(60)

    stopped = asyncio.ensure_future(zombie._write(stop))
    assert await asyncio.to_thread(here.wait, 30)
    try:
        async with asyncio.timeout(10):
            await taken_over(other)
        await go_on(other, built)
    finally:
        continued.set()
    with pytest.raises(LogUnavailable):
        await stopped
    await zombie.close()
    await other.close()


async def test_a_renewal_that_was_long_on_its_way_ends_nobody(proxy: Proxy, log_database: LogDatabase) -> None:
    """What held it up, a database that stood still, say, may hold up those of others."""
    late, other = await pair(proxy, log_database)
    proxy.hold(b"BEGIN")
    renewing = asyncio.create_task(late.renew())
    assert await asyncio.to_thread(proxy.held.wait, 30)
    while other.silence() < 2 * LEASE:
        await asyncio.sleep(0.02)
    proxy.release()
    assert await renewing == 0
    assert await other.renew() == 0
    assert await late.renew() == 0
    await late.close()
    await other.close()

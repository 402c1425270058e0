"""Who opens a log on PostgreSQL under a name takes the place of whoever had it, who writes nothing more, wherever it was
stopped.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from orchestrator.core.model import Signature
from orchestrator.store.base import LogFatal, LogUnavailable, Outcome, PauseKind, Target
from orchestrator.store.sql import SqlLog
from orchestrator.store.sql_replicas import join
from tests.postgresql import LogDatabase
from tests.store.building import asleep, start

TAKEN = "another replica on .* has ended this one"


async def opened(database: LogDatabase, now: int = 1) -> SqlLog:
    log = SqlLog(database.location, name="a")
    await log.open(now)
    return log


async def test_the_newest_has_it_and_the_other_writes_nothing_of_any_kind(log_database: LogDatabase) -> None:
    old = await opened(log_database)
    built, sleeper = await start(old), await start(old, head=asleep(5))
    new = await opened(log_database, 2)
    try:
        assert new.epoch > old.epoch
        writes: list[Callable[[], Awaitable[object]]] = [
            lambda: old.commit([built.append(1)]),
            lambda: old.claim_orphans(5),
            lambda: old.claim_due(9, 5),
            lambda: old.claim(sleeper.key),
            lambda: old.quarantine(built.key, "no", 3),
            lambda: old.pause(Target(PauseKind.PARTICIPANT, "default", "pay"), Signature("", "", ""), 3),
        ]
        for write in writes:
            # As if it had not been told by the one before.
            old._fatal = None
            with pytest.raises(LogFatal, match=TAKEN):
                await write()
        with pytest.raises(LogFatal, match=TAKEN):  # and it does not ask again
            await old.commit([built.append(1)])
        assert await new.list_pauses() == []
        [orphan] = await new.claim_orphans(5)
        assert (orphan.row.key, orphan.row.sequence, orphan.orphaned) == (built.key, 2, True)
        assert await new.commit([built.append(1)]) == [Outcome.COMMITTED]
    finally:
        await old.close()
        await new.close()


class Stopped:
    """A process that has written in a transaction, and stops there until it is continued."""

    def __init__(self, log: SqlLog, statement: str) -> None:
        self._statement = statement
        self._here, self._continued = threading.Event(), threading.Event()
        self.written = asyncio.ensure_future(log._write(self._write))

    def _write(self, connection: Connection) -> int:
        count = connection.exec_driver_sql(self._statement).rowcount
        self._here.set()
        assert self._continued.wait(60)
        return count

    async def stands(self) -> None:
        assert await asyncio.to_thread(self._here.wait, 60)

    def go_on(self) -> None:
        self._continued.set()


async def test_a_writer_stopped_in_the_middle_of_its_transaction_holds_nobody_up_and_writes_nothing(
    log_database: LogDatabase,
) -> None:
    old = await opened(log_database)
    built = await start(old)
    stopped = Stopped(old, "UPDATE sagas SET sequence = 99")
    await stopped.stands()
    new = await opened(log_database, 2)  # PostgreSQL ends the transaction in which nothing happens
    try:
        stopped.go_on()
        with pytest.raises(LogUnavailable):
            await stopped.written
        with pytest.raises(LogFatal, match=TAKEN):
            await old.commit([built.append(1)])
        row = await new.read(built.key)
        assert row is not None
        assert row.sequence == 2
    finally:
        await old.close()
        await new.close()


async def test_an_opening_waits_for_a_transaction_that_goes_on(log_database: LogDatabase) -> None:
    """It is ended before the epoch is: what it wrote is seen by the opening."""
    old = await opened(log_database)
    built = await start(old)
    stopped = Stopped(old, "UPDATE sagas SET wake_time = 7")
    await stopped.stands()
    opening = asyncio.create_task(opened(log_database, 2))
    while not log_database.run("SELECT 1 FROM pg_locks WHERE NOT granted"):
        await asyncio.sleep(0.01)
    assert not opening.done()
    stopped.go_on()
    assert await stopped.written == 1
    new = await opening
    try:
        row = await new.read(built.key)
        assert row is not None
        assert row.wake_time == 7
        with pytest.raises(LogFatal, match=TAKEN):
            await old.commit([built.append(1)])
    finally:
        await old.close()
        await new.close()


async def test_a_writer_that_comes_while_an_opening_is_under_way_waits_and_learns_of_it(
    log_database: LogDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await opened(log_database)
    built = await start(old)
    new = SqlLog(log_database.location, name="a")
    arrived, continued = threading.Event(), threading.Event()

    def slowly(*given: Any) -> int:
        epoch = join(*given)
        arrived.set()
        assert continued.wait(60)
        return epoch

    monkeypatch.setattr("orchestrator.store.sql.join", slowly)
    opening = asyncio.create_task(new.open(2))
    assert await asyncio.to_thread(arrived.wait, 60)
    writing = asyncio.create_task(old.commit([built.append(1)]))
    while not log_database.run("SELECT 1 FROM pg_locks WHERE NOT granted"):
        await asyncio.sleep(0.01)
    continued.set()
    await opening
    try:
        with pytest.raises(LogFatal, match=TAKEN):
            await writing
    finally:
        await old.close()
        await new.close()


async def test_of_openings_at_once_one_has_it(log_database: LogDatabase) -> None:
    """Also of those that make the tables."""
    for empty in (True, False):
        if empty:
            log_database.empty()
        logs = await asyncio.gather(*(opened(log_database) for _ in range(4)))
        assert len({log.epoch for log in logs}) == len(logs)
        assert log_database.run("SELECT epoch FROM replicas WHERE end_time IS NULL") == [(max(e.epoch for e in logs),)]
        assert len({log.installation.id for log in logs}) == 1
        wrote = await asyncio.gather(*(start(log) for log in logs), return_exceptions=True)
        lost = [each for each in wrote if isinstance(each, LogFatal)]
        assert len(lost) == len(logs) - 1
        for log in logs:
            await log.close()


async def test_epochs_are_never_given_twice_and_rows_stay_while_a_saga_names_them(log_database: LogDatabase) -> None:
    first = await opened(log_database)
    await start(first, "held")
    epochs = [first.epoch]
    await first.close()
    for now in range(2, 5):
        log = await opened(log_database, now)
        epochs.append(log.epoch)
        await log.close()
    assert epochs == sorted(set(epochs))
    rows = log_database.run("SELECT epoch, end_time IS NOT NULL FROM replicas ORDER BY epoch")
    assert rows == [(epochs[0], True), (epochs[-1], True)]

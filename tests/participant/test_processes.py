"""A participant as a process: killed at the worst moments, and stopped with care."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import grpc
import pytest
from sqlalchemy import select

from sagaway.participant.tables import barrier_table
from sagaway.participant.testing import Operation, connected, settled
from sagaway.participant.wire import TRANSIENT
from sagaway.v1.participant_service_pb2 import DescribeActionsRequest
from sagaway.v1.participant_service_pb2_grpc import ParticipantServiceStub
from tests.participant.conftest import ON_ONE, ON_SYNC, Database
from tests.participant.inventory import reserved
from tests.participant.processes import running

TIMEOUT = pytest.mark.timeout(60)


@TIMEOUT
async def test_killed_after_its_commit_and_before_its_answer(database: Database) -> None:
    """One effect, and the reply that was never sent is replayed, byte for byte, by a new process on the same file."""
    async with running(database.url, "--kill-before-answer") as first, connected(first.address) as channel:
        operation = Operation(channel, "reserve", {"do": "payload"})
        lost = await operation.execute()
        assert lost.outcome == "UNAVAILABLE"
        assert await first.exit_code() == -signal.SIGKILL
    with database.reader.connect() as connection:
        stored = connection.execute(select(barrier_table.c.execute_reply)).scalar_one()
    assert database.count(reserved) == 1

    async with running(database.url) as second, connected(second.address) as channel:
        again = Operation(channel, "reserve", operation.input)
        again.context = operation.context
        assert (await again.execute()).reply == stored
        assert database.count(reserved) == 1
        assert (await again.compensate()).outcome == "compensated"
        assert (await again.execute()).reason == "OPERATION_COMPENSATED"
        assert database.effects() == 0


@ON_SYNC
@TIMEOUT
async def test_killed_before_its_commit(database: Database) -> None:
    """Nothing stands, nothing is locked, and the next process does it."""
    async with running(database.url) as first, connected(first.address) as channel:
        operation = Operation(channel, "reserve", {"do": "kill"})
        assert (await operation.execute()).outcome == "UNAVAILABLE"
        assert await first.exit_code() == -signal.SIGKILL
    assert (database.count(reserved), database.count(barrier_table)) == (0, 0)

    async with running(database.url) as second, connected(second.address) as channel:
        again = Operation(channel, "reserve", {"do": "complete"})
        again.context = operation.context
        # PostgreSQL frees the killed one's lock when it notices; until then it is in progress.
        assert (await settled(again.execute)).outcome == "completed"
        assert database.count(reserved) == 1


@ON_ONE
@TIMEOUT
async def test_sigterm_lets_what_runs_finish(database: Database) -> None:
    async with running(database.url) as process, connected(process.address) as channel:
        operation = Operation(channel, "reserve", {"gate": True})
        held = asyncio.create_task(operation.execute())
        await process.entered()
        process.process.terminate()
        await no_longer_served(process.address)
        process.open_gate()
        assert (await held).outcome == "completed"
        assert await process.exit_code() == 0
    assert database.effects() == 1


@ON_ONE
@TIMEOUT
async def test_sigterm_does_not_wait_for_ever(database: Database) -> None:
    """After the grace the transaction goes down with the process, and nothing stands."""
    url = database.url.replace("sqlite", "sqlite+aiosqlite")
    async with running(url, "--grace", "0.2") as process, connected(process.address) as channel:
        operation = Operation(channel, "reserve", {"wait": True})
        held = asyncio.create_task(operation.execute())
        await process.entered()
        process.process.terminate()
        assert (await held).code in TRANSIENT
        assert await process.exit_code() == 0
    assert (database.count(reserved), database.count(barrier_table)) == (0, 0)


async def no_longer_served(address: str) -> None:
    """Wait until a new caller gets no answer any more."""
    async with connected(address) as channel, asyncio.timeout(10):
        describe = ParticipantServiceStub(channel).DescribeActions
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await for_ever(lambda: describe(DescribeActionsRequest()))
        assert refused.value.code() in TRANSIENT


async def for_ever(call: Callable[[], Awaitable[object]]) -> None:
    while True:
        await call()

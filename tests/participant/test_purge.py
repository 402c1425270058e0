"""Old rows go; what went is remembered by the horizon; what is Pending stays."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sagaway.participant import purge as purging
from sagaway.participant.tables import barrier_table, horizon_table, utc
from sagaway.participant.testing import Operation
from sagaway.v1 import participant_service_pb2 as contract
from tests.participant.conftest import ON_ONE, Database, Served, Start

RETENTION = timedelta(days=30)
START = datetime(2030, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


async def begin(start: Start, database: Database) -> tuple[Served, Clock]:
    clock = Clock()
    return await start(database, clock=clock, retention=RETENTION), clock


def cutoff(database: Database) -> datetime | None:
    with database.reader.connect() as connection:
        stored = connection.execute(select(horizon_table.c.purge_cutoff)).scalar_one_or_none()
    return None if stored is None else utc(stored)


def sent(served: Served, when: datetime, do: str = "complete", **given: Any) -> Operation:
    operation = served.operation(do, **given)
    operation.context.first_sent_time.FromDatetime(when)
    operation.context.ClearField("not_after_time")
    return operation


async def test_rows_are_kept_for_the_retention_after_their_last_change(database: Database, start: Start) -> None:
    served, clock = await begin(start, database)
    operation = sent(served, START)
    await operation.execute()
    clock.now += timedelta(days=20)
    await operation.compensate()

    clock.now = START + timedelta(days=31)
    assert await served.inventory.participant.purge() == 0
    assert cutoff(database) is None
    assert (await operation.execute()).reason == "OPERATION_COMPENSATED"

    clock.now = START + timedelta(days=50, seconds=1)
    assert await served.inventory.participant.purge() == 1
    assert cutoff(database) == START + timedelta(days=20, seconds=1)
    for message in (operation.execute, operation.compensate):
        assert (await message()).reason == "BARRIER_ROW_MISSING"
    assert database.effects() == 0


async def test_horizon_is_the_cutoff_and_ten_minutes(database: Database, start: Start) -> None:
    served, clock = await begin(start, database)
    await sent(served, START).execute()
    clock.now = START + RETENTION + timedelta(seconds=1)
    assert await served.inventory.participant.purge() == 1
    horizon = START + timedelta(seconds=1, minutes=10)

    before, at = horizon - timedelta(microseconds=1), horizon
    assert (await sent(served, before).execute()).reason == "BARRIER_ROW_MISSING"
    assert (await sent(served, before).compensate()).reason == "BARRIER_ROW_MISSING"
    assert (await sent(served, at).execute()).outcome == "completed"
    assert (await sent(served, at).compensate()).outcome == "compensated"
    unset = served.operation()
    assert (await unset.execute(first_sent_time=None, not_after_time=None)).reason == "BARRIER_ROW_MISSING"


async def test_horizon_outlives_the_process_and_never_goes_back(database: Database, start: Start) -> None:
    served, clock = await begin(start, database)
    await sent(served, START).execute()
    clock.now = START + timedelta(days=40)
    await served.inventory.participant.purge()
    await sent(served, clock.now).execute()
    first = cutoff(database)
    assert first == START + timedelta(days=10)
    # A replica with a clock that is behind writes a row that is old at once, and collects it with an older cutoff.
    other = await start(database, clock=Clock(), retention=RETENTION)
    await sent(other, clock.now).execute()
    assert await other.inventory.participant.purge(START + RETENTION + timedelta(days=1)) == 1
    assert cutoff(database) == first
    assert (await sent(other, START).execute()).reason == "BARRIER_ROW_MISSING"


@pytest.mark.parametrize("phase", ["execute", "compensate"])
async def test_pending_is_never_collected(phase: str, database: Database, start: Start) -> None:
    served, clock = await begin(start, database)
    operation = sent(served, START, "pending", undo="pending")
    await operation.execute()
    if phase == "compensate":
        await operation.compensate()
    collected = sent(served, START, "reject")
    await collected.execute()
    clock.now += timedelta(days=1000)
    assert await served.inventory.participant.purge() == 1
    answer = await getattr(operation, phase)()
    assert answer.outcome == "pending"


async def test_rows_go_in_batches_and_only_ones_own(
    database: Database, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH_ROWS", 2)
    served, clock = await begin(start, database)
    for do in ("complete", "reject", "nothing", "complete", "complete"):
        await sent(served, START, do).execute()
    await sent(served, START).compensate()
    database.run("INSERT INTO sagaway_barrier SELECT 'x', 'other', action, namespace, saga_id, step_id, 'PENDING', "
                 "execute_hash, execute_reply, 'COMPENSATED', execute_hash, execute_reply, create_time, update_time "
                 "FROM sagaway_barrier LIMIT 1")  # fmt: skip
    clock.now += timedelta(days=31)
    assert await served.inventory.participant.purge() == 6
    assert database.count(barrier_table) == 1


async def test_known_outcome_without_a_row_is_never_a_success(database: Database, start: Start) -> None:
    served = await start(database)
    for outcome in (contract.EXECUTE_OUTCOME_COMPLETED, contract.EXECUTE_OUTCOME_PENDING):
        answer = await served.operation().compensate(outcome=outcome)
        assert (answer.outcome, answer.reason) == ("FAILED_PRECONDITION", "BARRIER_ROW_MISSING")
    assert (await served.operation().compensate(outcome=contract.EXECUTE_OUTCOME_UNSPECIFIED)).outcome == "compensated"
    assert database.count(barrier_table) == 1


@ON_ONE
async def test_server_purges_by_itself(database: Database, start: Start) -> None:
    first, _ = await begin(start, database)
    await sent(first, START).execute()
    clock = Clock()
    clock.now += timedelta(days=31)
    # Another server on the same database, a month later.
    await start(database, clock=clock, retention=RETENTION)
    async with asyncio.timeout(10):
        while database.count(barrier_table):
            await asyncio.sleep(0.01)
    assert cutoff(database) is not None

"""Messages of one operation at the same time: in one process, in two replicas, in any order."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from sagaway.participant.testing import Answer, settled
from tests.participant.conftest import ON_SYNC, Database, Start
from tests.participant.inventory import released, reserved


async def test_duplicate_is_in_progress_while_the_first_runs(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(gate=True)
    first = asyncio.create_task(operation.execute())
    await served.inventory.gate.entered()
    for message in (operation.execute, operation.compensate):
        answer = await message()
        assert (answer.outcome, answer.reason) == ("ABORTED", "IN_PROGRESS")
        assert answer.retry_after > 0
    served.inventory.gate.open()
    done = await first
    # Free at once: whoever has the answer may ask again.
    assert (await operation.execute()).reply == done.reply
    assert database.effects() == 1


async def test_replica_meets_a_running_execute(database: Database, start: Start) -> None:
    """PostgreSQL's replica sees the lock; SQLite's second process waits for the writer, and gives up in time."""
    served = await start(database)
    replica = await start(database, engine=database.engine("?timeout=0.2" if database.is_sqlite else ""))
    operation = served.operation(gate=True)
    again = replica.same(operation)
    first = asyncio.create_task(operation.execute())
    await served.inventory.gate.entered()
    expected = ("UNAVAILABLE", "DATABASE_UNAVAILABLE") if database.is_sqlite else ("ABORTED", "IN_PROGRESS")
    for message in (again.execute, again.compensate):
        answer = await message()
        assert (answer.outcome, answer.reason) == expected
        assert answer.retry_after > 0
    served.inventory.gate.open()
    done = await first
    assert (await again.execute()).reply == done.reply
    assert (await again.compensate()).outcome == "compensated"
    assert (await operation.execute()).reason == "OPERATION_COMPENSATED"
    assert (database.effects(), len(replica.inventory.executed)) == (0, 0)


async def test_execute_meets_a_running_compensate(database: Database, start: Start) -> None:
    served, replica = await start(database), await start(database)
    operation = served.operation()
    await operation.execute()
    undoing = asyncio.create_task(operation.compensate({"undo": "gate"}))
    await served.inventory.gate.entered()
    answer = await operation.execute()
    assert (answer.outcome, answer.reason) == ("ABORTED", "IN_PROGRESS")
    if not database.is_sqlite:
        assert (await replica.same(operation).execute()).reason == "IN_PROGRESS"
        assert (await replica.same(operation).compensate()).reason == "IN_PROGRESS"
    served.inventory.gate.open()
    assert (await undoing).outcome == "compensated"
    assert (await replica.same(operation).execute()).reason == "OPERATION_COMPENSATED"
    assert (database.effects(), database.count(released)) == (0, 1)


async def test_other_keys_go_on_or_queue(database: Database, start: Start) -> None:
    served = await start(database)
    held = asyncio.create_task(served.operation(gate=True).execute())
    await served.inventory.gate.entered()
    operations = [served.operation() for _ in range(3)]
    others = [asyncio.create_task(operation.execute()) for operation in operations]
    if database.is_sqlite:
        # One writer: they wait without failing, and one that waits is in progress.
        await until(lambda: len(served.inventory.participant.keys) == 4)
        assert (await operations[0].compensate()).reason == "IN_PROGRESS"
        assert len(served.inventory.executed) == 0
    else:
        await asyncio.gather(*others)
        assert not held.done()
    served.inventory.gate.open()
    answers = await asyncio.gather(held, *others)
    assert [answer.outcome for answer in answers] == ["completed"] * 4


async def test_caller_that_goes_away_does_not_tear_the_transaction_down(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(gate=True)
    running = asyncio.create_task(operation.execute())
    await served.inventory.gate.entered()
    await cancel(running)
    assert (await operation.execute()).reason == "IN_PROGRESS"
    served.inventory.gate.open()
    answer = await settled(operation.execute)
    assert (answer.outcome, database.effects(), len(served.inventory.executed)) == ("completed", 1, 1)


async def test_caller_that_goes_away_leaves_the_queue(database: Database, start: Start) -> None:
    served = await start(database, workers=1)
    running = asyncio.create_task(served.operation(gate=True).execute())
    await served.inventory.gate.entered()
    queued = served.operation()
    waiting = asyncio.create_task(queued.execute())
    await until(lambda: len(served.inventory.participant.keys) == 2)
    await cancel(waiting)
    await until(lambda: len(served.inventory.participant.keys) == 1)
    served.inventory.gate.open()
    assert (await running).outcome == "completed"
    assert len(served.inventory.executed) == 1
    assert (await queued.execute()).outcome == "completed"


@ON_SYNC
async def test_message_that_became_late_in_the_queue_is_late(database: Database, start: Start) -> None:
    """Whether it may still have an effect is asked when it runs, not when it came."""
    now = datetime.now(UTC)
    clock = [now]
    served = await start(database, workers=1, clock=lambda: clock[0])
    running = asyncio.create_task(served.operation(gate=True).execute())
    await served.inventory.gate.entered()
    queued = asyncio.create_task(served.operation().execute(not_after_time=now + timedelta(seconds=1)))
    await until(lambda: len(served.inventory.participant.keys) == 2)
    clock[0] = now + timedelta(seconds=2)
    served.inventory.gate.open()
    assert (await running).outcome == "completed"
    assert (await queued).reason == "DELIVERED_TOO_LATE"
    assert database.effects() == 1


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_order_of_messages_breaks_the_barrier(seed: int, database: Database, start: Start) -> None:
    """Twelve operations, each message several times, to two replicas at once, in a random order; half get compensated.

    Then every message is delivered once more: what was compensated has no effect, every other has exactly one.
    """
    chance = random.Random(seed)
    replicas = [await start(database), await start(database)]
    operations = [replicas[0].operation() for _ in range(12)]
    undone = set(chance.sample(range(12), 6))
    messages = []
    for number, operation in enumerate(operations):
        for _ in range(4):
            sent = chance.choice(replicas).same(operation)
            messages.append(sent.execute)
            if number in undone:
                messages.append(sent.compensate)
    chance.shuffle(messages)
    answers = await asyncio.gather(*(message() for message in messages))
    assert {answer.outcome for answer in answers} <= {"completed", "compensated", "ABORTED", "FAILED_PRECONDITION"}

    for number, operation in enumerate(operations):
        if number in undone:
            assert (await settled(operation.compensate)).outcome == "compensated"
            assert (await settled(operation.execute)).reason == "OPERATION_COMPENSATED"
        else:
            assert (await settled(operation.execute)).outcome == "completed"
    assert database.effects() == 6
    with database.reader.connect() as connection:
        per_saga = connection.execute(select(reserved.c.saga_id, func.count()).group_by(reserved.c.saga_id)).all()
        undoings = connection.execute(select(released.c.saga_id, func.count()).group_by(released.c.saga_id)).all()
    assert {times for _, times in per_saga} == {1}
    assert {times for _, times in undoings} <= {1}


async def cancel(task: "asyncio.Task[Answer]") -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)

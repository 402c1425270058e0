"""An engine on a log that was restored from a backup: it replays, undoes nothing that was acknowledged, and can be told
that this is over.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import Any

from orchestrator.core import events as e
from orchestrator.core.model import Cause, SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.restored import LOG_RESTORED
from orchestrator.store.memory import MemoryLog
from tests.engine.harness import World, abc, definition, key_of, replicas, step, world
from tests.engine.participants import HELD, REFUSED, UNAVAILABLE
from tests.engine.virtual import settle, virtual

BY = Signature("all is found", "ann")
SHORT = definition("abc", step("a"), step("b"), step("c"), timeout="60s")


class Backup:
    """What a memory log held, and can be made to hold again."""

    def __init__(self, w: World) -> None:
        assert isinstance(w.log, MemoryLog)
        self._sagas = deepcopy(w.log._sagas)
        self._durable = {key: list(log) for key, log in w.durable.items()}

    async def restore(self, w: World, *, declared: bool = True) -> None:
        """Kill the process, put this in the log's place, and start the next one."""
        await w.kill()
        assert isinstance(w.log, MemoryLog)
        w.log._sagas.clear()
        w.log._sagas.update(deepcopy(self._sagas))
        w.durable.clear()
        w.durable.update({key: list(log) for key, log in self._durable.items()})
        await w.log.open(w.clock.now())
        if declared:
            await w.log.declare_restored(w.clock.now())
        await w.log.close()
        await w.up()


async def under_way(w: World, saga_id: str = "s") -> Backup:
    """Start a saga, and return a backup of when its first step was on the wire."""
    w.participants.next("a", HELD)
    await w.start(saga_id)
    call = await w.participants.arrival("a")
    backup = Backup(w)
    call.ends()
    return backup


def stood(w: World, saga_id: str = "s") -> set[Any]:
    return set(w.participants.standing(key_of(saga_id)))


@virtual
async def test_a_completed_saga_is_completed_again_by_replay() -> None:
    async with world(SHORT) as w:
        backup = await under_way(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        before = stood(w)
        await asyncio.sleep(3_600)  # its time has long been up
        await backup.restore(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert stood(w) == before
        w.check_atomic("s", SagaState.COMPLETED, 3)


@virtual
async def test_without_the_declaration_its_time_would_undo_it() -> None:
    """The harm that the mode is against."""
    async with world(SHORT) as w:
        backup = await under_way(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        await asyncio.sleep(3_600)
        await backup.restore(w, declared=False)
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.TIMED_OUT)
        assert "~a" in w.participants.names()


@virtual
async def test_a_compensated_saga_is_compensated_again_for_its_tombstone() -> None:
    async with world(abc()) as w:
        w.participants.next("c", REFUSED)
        backup = await under_way(w)
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        await backup.restore(w)
        saga = await w.ended("s")
        assert (saga.state, saga.abort_step) == (SagaState.COMPENSATED, "a")
        w.check_atomic("s", SagaState.COMPENSATED, 3)


@virtual
async def test_a_saga_that_was_begun_since_is_started_again_by_its_client() -> None:
    async with world(abc()) as w:
        backup = Backup(w)
        await w.start("done")
        assert (await w.ended("done")).state is SagaState.COMPLETED
        w.participants.next("c", REFUSED)
        await w.start("undone")
        assert (await w.ended("undone")).state is SagaState.COMPENSATED
        before = stood(w, "done")
        await backup.restore(w)
        assert await w.start("done")
        assert await w.start("undone")
        assert (await w.ended("done")).state is SagaState.COMPLETED
        assert (await w.ended("undone")).state is SagaState.COMPENSATED
        assert (stood(w, "done"), stood(w, "undone")) == (before, set())


@virtual
async def test_exhaustion_makes_stuck_and_a_person_goes_on_or_lets_it_go_back() -> None:
    async with world(abc()) as w:
        backup = await under_way(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        for resolved in ("retried", "ended"):
            w.participants.next("b", *[UNAVAILABLE] * 10)
            await backup.restore(w)
            saga = await w.ended("s")
            assert saga.failure is not None
            assert (saga.state, saga.failure.reason, saga.failure_step) == (SagaState.STUCK, LOG_RESTORED, "b")
            if resolved == "ended":
                assert await w.engine.restoring.end(BY)
                assert not await w.engine.restoring.end(BY)
            await w.engine.operate(key_of("s"), Operate(Action.RETRY_STEP, BY, step_id="b"))
            await settle()
            assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_saga_that_is_cancelled_is_stuck_and_goes_back_once_the_mode_has_ended() -> None:
    async with world(abc()) as w:
        backup = await under_way(w)
        await w.ended("s")
        w.participants.next("a", HELD)
        await backup.restore(w)
        await w.participants.arrival("a")
        await w.cancel("s")
        saga = await w.saga("s")
        assert (saga.state, saga.cause) == (SagaState.STUCK, None)
        assert await w.engine.restoring.end(BY)
        await w.engine.operate(key_of("s"), Operate(Action.RETRY_STEP, BY, step_id="a"))
        assert (await w.ended("s")).cause is Cause.CANCELLED


@virtual
async def test_the_mode_outlives_a_restart_and_sagas_in_memory_learn_of_its_end() -> None:
    async with world(SHORT) as w:
        backup = await under_way(w)
        await w.ended("s")
        await asyncio.sleep(3_600)
        w.participants.next("a", *[HELD] * 9)
        await backup.restore(w)
        await w.again()
        assert w.engine.restoring.since > 0
        await w.participants.arrival("a")
        assert not any(isinstance(event, e.SagaTimedOut) for event in w.durable[key_of("s")])
        await w.engine.restoring.end(BY)
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.TIMED_OUT)


@virtual
async def test_every_replica_obeys() -> None:
    async with replicas(SHORT) as (a, b):
        await a.log.declare_restored(a.clock.now())
        await asyncio.sleep(1.5)
        assert a.engine.restoring.since == b.engine.restoring.since > 0
        a.participants.next("b", *[UNAVAILABLE] * 20)
        await b.start("s")
        assert (await b.ended("s")).state is SagaState.STUCK
        assert await a.engine.restoring.end(BY)
        await asyncio.sleep(1.5)
        assert b.engine.restoring.since == 0

"""ListSagaEvents and WatchSaga: every committed event once, in order, with the saga's state after it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest

from orchestrator.api.backend import ApiSettings
from orchestrator.api.paging import MAX_PAGE
from orchestrator.core import machine
from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from orchestrator.engine.settings import EngineSettings
from orchestrator.store import codec
from orchestrator.store.base import SagaLog
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import orchestrator_service_pb2_grpc, participant_service_pb2, saga_pb2
from sagaway.v1.payload_pb2 import Payload
from tests.api.test_sagas import REJECTING, reject_b
from tests.api.world import WAIT, Refusal, World, definition, opened, refused, run
from tests.caller.participants import Slow, error_info, refuse, rich

Code = grpc.StatusCode


async def page(world: World, saga_id: str = "o-1", **fields: Any) -> Any:
    return await world.sagas.ListSagaEvents(v1.ListSagaEventsRequest(saga_id=saga_id, **fields))


async def pages(world: World, size: int, **fields: Any) -> list[Any]:
    found: list[Any] = []
    token = ""
    while True:
        answer = await page(world, page_size=size, page_token=token, **fields)
        assert len(answer.events) <= size
        found += answer.events
        token = answer.next_page_token
        if not token:
            return found


async def watch(world: World, saga_id: str = "o-1", after: int = 0) -> list[Any]:
    request = v1.WatchSagaRequest(saga_id=saga_id, after_sequence=after)
    async with asyncio.timeout(WAIT):
        return [response.event async for response in world.sagas.WatchSaga(request)]


async def ended(world: World, saga_id: str = "o-1") -> None:
    """Wait for a saga's end without being shown the whole of it."""
    async with asyncio.timeout(WAIT):
        await world.engine.wait(SagaKey("default", saga_id), WAIT * SECOND)


async def folded_states(world: World, saga_id: str = "o-1") -> list[str]:
    """The states that the core's own fold goes through."""
    key = SagaKey("default", saga_id)
    log = [codec.decode(sequence, event) for sequence, event in await world.log.read_events(key)]
    catalog_row = await world.log.read(key)
    assert catalog_row is not None
    compiled = await world.catalog.compiled("default", catalog_row.definition_name, catalog_row.definition_version)
    assert compiled is not None
    return [machine.fold(key, compiled, log[: index + 1]).state.value for index in range(len(log))]


async def undone(world: World) -> None:
    """Run a saga that is undone after a failed attempt."""
    answers = iter((refuse(Code.UNAVAILABLE, "later"),))

    async def execute(request: Any, context: Any) -> Any:
        return await next(answers, reject_b)(request, context)

    world.shop.execute = execute
    retry = {"max_attempts": 3, "initial_backoff": "0.001s"}
    await world.register(definition(steps=[{**step, "retry": retry} for step in REJECTING]))
    await world.start(wait=WAIT, input=Payload(json='"tea"'))


async def test_events_are_told_in_the_contracts_words(world: World) -> None:
    await undone(world)
    events = (await page(world)).events
    assert [(event.sequence, event.type, event.step_id) for event in events] == [
        (1, "SagaStarted", ""),
        (2, "StepIntended", "a"),
        (3, "ExecuteAttemptFailed", "a"),
        (4, "StepCompleted", "a"),
        (5, "StepIntended", "b"),
        (6, "StepRejected", "b"),
        (7, "CompensationStarted", "b"),
        (8, "CompensationIntended", "a"),
        (9, "StepCompensated", "a"),
        (10, "SagaCompensated", ""),
    ]
    started, intended, failed, completed, second, rejected, back, going_back, compensated, ended = events
    assert started.payload.json == '"tea"'
    assert started.next_time.ToMicroseconds() > started.time.ToMicroseconds() > 0
    assert (intended.run, intended.phase) == (1, saga_pb2.PHASE_EXECUTE)
    assert not intended.HasField("payload")  # The saga's input as it is.
    assert (failed.attempt, failed.code, failed.message) == (1, "UNAVAILABLE", "later")
    assert failed.next_time.ToMicroseconds() >= failed.time.ToMicroseconds()
    assert (completed.attempt, completed.phase) == (2, saga_pb2.PHASE_EXECUTE)
    assert second.payload.json == "1"
    assert (rejected.reason, rejected.message, rejected.code) == ("NO_STOCK", "no tea is left", "")
    assert (back.cause, back.reason) == (saga_pb2.SAGA_CAUSE_REJECTED, "NO_STOCK")
    assert going_back.phase == compensated.phase == saga_pb2.PHASE_COMPENSATE
    assert ended.saga_state == saga_pb2.SAGA_STATE_COMPENSATED
    states = [saga_pb2.SagaState.Name(event.saga_state).removeprefix("SAGA_STATE_") for event in events]
    assert states == await folded_states(world)


async def test_pages_join_without_a_gap(world: World) -> None:
    await undone(world)
    everything = list((await page(world)).events)
    for size in (1, 3, 9, 10, 1_000):
        assert await pages(world, size) == everything
        for after in (1, 6, 9, 10, 11):
            assert await pages(world, size, after_sequence=after) == everything[after:]


async def test_a_page_stays_below_two_mebibytes(world: World) -> None:
    big = Payload(json='"' + "x" * 900_000 + '"')
    world.shop.execute = participant_service_pb2.ExecuteResponse(
        completed=participant_service_pb2.Completed(output=big)
    )
    steps = [{"id": f"s{index}", "participant": "shop", "action": "do", "input": index} for index in range(5)]
    await world.register(definition(steps=steps))
    await world.start()
    await ended(world)
    answer = await page(world)
    assert 900_000 < answer.ByteSize() <= MAX_PAGE + 1_000
    assert answer.next_page_token
    assert [event.sequence for event in await pages(world, 1_000)] == list(range(1, 13))


async def test_bad_pages_of_events(world: World) -> None:
    await undone(world)
    invalid = Code.INVALID_ARGUMENT
    await refused(page(world, "o-9"), Code.NOT_FOUND, "SAGA_NOT_FOUND")
    for fields in ({"page_size": -1}, {"page_size": 1_001}, {"after_sequence": -1}, {"namespace": " "}):
        refusal = await refused(page(world, **fields), invalid, "FIELD_INVALID")
        assert list(refusal.fields) == list(fields)
    token = (await page(world, page_size=2)).next_page_token
    await world.start("o-2", wait=WAIT, input=Payload(json='"tea"'))
    for saga_id, fields in (
        ("o-2", {"page_token": token}),
        ("o-1", {"page_token": token, "after_sequence": 1}),
        ("o-1", {"page_token": token[:-1]}),
        ("o-1", {"page_token": token + "A"}),
        ("o-1", {"page_token": "A" + token[1:] if token[0] != "A" else "B" + token[1:]}),
        ("o-1", {"page_token": "é"}),
        ("o-1", {"page_token": "x" * 100_000}),
    ):
        refusal = await refused(page(world, saga_id, **fields), invalid, "PAGE_TOKEN_INVALID")
        assert list(refusal.fields) == ["page_token"]


# WatchSaga ------------------------------------------------------------------------------------------------------------


async def test_a_watch_sees_every_event_once_and_closes_at_the_end(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    await world.start()
    watching = [asyncio.ensure_future(watch(world, after=after)) for after in (0, 0, 1)]
    await asyncio.wait_for(slow.arrived.wait(), WAIT)
    slow.go.set()
    first, second, third = await asyncio.gather(*watching)
    assert [event.sequence for event in first] == list(range(1, 7))
    assert first == second
    assert first[1:] == third
    assert first[-1].saga_state == saga_pb2.SAGA_STATE_COMPLETED
    # Of a saga that has ended: the rest, and closed at once, also if there is no rest.
    assert await watch(world, after=4) == first[4:]
    assert await watch(world, after=6) == []
    assert await watch(world, after=60) == []
    assert list((await page(world)).events) == first


async def test_a_watch_of_a_stuck_saga_stays_open(world: World) -> None:
    world.shop.execute = reject_b
    failing = Code.FAILED_PRECONDITION
    world.shop.compensate = refuse(failing, "gone", rich(failing, error_info("BARRIER_ROW_MISSING")))
    await world.register(definition(steps=REJECTING))
    await world.start(wait=WAIT)
    watching = world.sagas.WatchSaga(v1.WatchSagaRequest(saga_id="o-1"))
    async with asyncio.timeout(WAIT):
        while (await watching.read()).event.saga_state != saga_pb2.SAGA_STATE_STUCK:
            pass
    rest = asyncio.ensure_future(watching.read())
    done, _ = await asyncio.wait([rest], timeout=0.1)
    assert not done
    rest.cancel()


async def test_a_watch_ends_when_the_server_drains(world: World) -> None:
    world.shop.execute = Slow()
    await world.register()
    await world.start()
    watching = world.sagas.WatchSaga(v1.WatchSagaRequest(saga_id="o-1"))
    assert (await watching.read()).event.sequence == 1
    assert (await watching.read()).event.sequence == 2
    rest = asyncio.ensure_future(watching.read())
    await world.engine.drain(0)
    await refused(rest, Code.UNAVAILABLE, "DRAINING")


async def test_watches_that_cannot_be(world: World) -> None:
    await refused(watch(world, "o-9"), Code.NOT_FOUND, "SAGA_NOT_FOUND")
    refusal = await refused(watch(world, "", -1), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert list(refusal.fields) == ["saga_id", "after_sequence"]


async def test_too_many_watchers(log: SagaLog) -> None:
    async with run(log, settings=EngineSettings(max_watchers=1)) as world:
        world.shop.execute = Slow()
        await world.register()
        await world.start()
        first = world.sagas.WatchSaga(v1.WatchSagaRequest(saga_id="o-1"))
        assert (await first.read()).event.sequence == 1
        refusal = await refused(watch(world), Code.RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS")
        assert refusal.retry_seconds > 0
        first.cancel()
        # The place is free again once the server has seen that the first has left.
        async with asyncio.timeout(WAIT):
            while True:
                second = world.sagas.WatchSaga(v1.WatchSagaRequest(saga_id="o-1"))
                try:
                    assert (await second.read()).event.sequence == 1
                    break
                except grpc.aio.AioRpcError:
                    await asyncio.sleep(0.01)


async def resumed(world: World, after: int = 0) -> list[Any]:
    """Watch a saga to its end as a client does: resume when sent away, come back when there is no room."""
    seen: list[Any] = []
    async with asyncio.timeout(WAIT):
        while not seen or seen[-1].saga_state != saga_pb2.SAGA_STATE_COMPLETED:
            try:
                last = seen[-1].sequence if seen else after
                async for response in world.sagas.WatchSaga(v1.WatchSagaRequest(saga_id="o-1", after_sequence=last)):
                    seen.append(response.event)
            except grpc.aio.AioRpcError as error:
                if Refusal(error).reason not in ("TOO_MANY_WATCHERS", "WATCHER_TOO_SLOW"):
                    raise
                await asyncio.sleep(0.02)
    return seen


async def test_a_slow_watcher_is_sent_away_and_resumes(template: Path, tmp_path: Path) -> None:
    impatient, one_watcher = ApiSettings(watcher_patience=SECOND // 5), EngineSettings(max_watchers=1)
    # A client that takes little before it reads.
    options = (("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65_536))
    async with (
        opened("memory", template, tmp_path) as log,
        run(log, impatient, one_watcher) as world,
        grpc.aio.insecure_channel(world.address, options=options) as channel,
    ):
        big = Payload(json='"' + "x" * 900_000 + '"')
        world.shop.execute = participant_service_pb2.ExecuteResponse(
            completed=participant_service_pb2.Completed(output=big)
        )
        steps = [{"id": f"s{index}", "participant": "shop", "action": "do", "input": index} for index in range(6)]
        await world.register(definition(steps=steps))
        await world.start()
        await ended(world)
        stub: Any = orchestrator_service_pb2_grpc.OrchestratorServiceStub(channel)
        watching = stub.WatchSaga(v1.WatchSagaRequest(saga_id="o-1"))
        seen = [(await watching.read()).event]
        # It holds the only place until it is sent away; whoever gets the place after it sees everything.
        everything = await resumed(world)
        assert [event.sequence for event in everything] == list(range(1, 15))

        async def rest() -> None:
            while True:
                seen.append((await watching.read()).event)

        refusal = await refused(rest(), Code.RESOURCE_EXHAUSTED, "WATCHER_TOO_SLOW")
        after = int(refusal.metadata["after_sequence"])
        assert 1 <= after <= len(seen) < 14
        assert seen[:after] + await resumed(world, after) == everything


@pytest.mark.parametrize("count", [15, 70])
async def test_a_watch_reads_a_long_log_whole(world: World, count: int) -> None:
    steps = [{"id": f"s{index}", "participant": "shop", "action": "do"} for index in range(count)]
    await world.register(definition(steps=steps))
    await world.start(wait=WAIT)
    events = await watch(world)
    assert [event.sequence for event in events] == list(range(1, 2 * count + 3))
    assert await pages(world, 32) == events

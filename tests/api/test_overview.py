"""GetOverview, and how calls to participants stand in the registry's answers."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc

from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import participant_registry_service_pb2 as registry
from sagaway.v1 import saga_pb2
from tests.api.test_operations import stuck
from tests.api.world import WAIT, World, definition, refused
from tests.caller.participants import refuse

Code = grpc.StatusCode


async def look(world: World, **fields: Any) -> Any:
    return await world.sagas.GetOverview(v1.GetOverviewRequest(**fields))


def counts(answer: Any) -> dict[str, int]:
    """Open sagas by state."""
    return {saga_pb2.SagaState.Name(one.state)[11:]: one.count for one in answer.open_sagas}


async def test_an_empty_namespace_is_all_zeroes(world: World) -> None:
    answer = await look(world)
    assert counts(answer) == {"PENDING": 0, "RUNNING": 0, "COMPENSATING": 0, "STUCK": 0}
    assert answer.counts == v1.SagaCounts()
    assert (answer.quarantined_count, answer.participant_count) == (0, 0)
    assert not answer.oldest_sagas
    assert not answer.participants
    assert answer.time.ToMicroseconds() >= answer.count_start_time.ToMicroseconds() > 0


async def test_what_happens_is_counted_for_its_namespace_alone(world: World) -> None:
    await world.register()
    for index in range(3):
        await world.start(f"o-{index}", wait=WAIT)
    await world.start("o-1", wait=WAIT)  # it is known already
    answer = await look(world)
    assert (answer.counts.started, answer.counts.completed, answer.counts.compensated) == (3, 3, 0)
    assert (await look(world, namespace="other")).counts == v1.SagaCounts()


async def test_stuck_sagas_are_counted_and_not_among_the_oldest(world: World) -> None:
    await stuck(world, "s-1", "s-2")
    answer = await look(world)
    assert answer.counts == v1.SagaCounts(started=2, stuck=2)
    assert counts(answer)["STUCK"] == 2
    assert not answer.oldest_sagas


async def test_the_oldest_come_first_and_calls_are_told(world: World) -> None:
    hold = asyncio.Event()

    async def execute(request: Any, context: Any) -> Any:
        await hold.wait()
        return await completed(request, context)

    completed: Any = world.shop.execute
    world.shop.execute = execute
    await world.register()
    ids = [f"o-{index}" for index in range(4)]
    for saga_id in ids:
        await world.start(saga_id)
    async with asyncio.timeout(WAIT):
        while (answer := await look(world, oldest_size=3)).participants[0].status.running_calls < 4:
            await asyncio.sleep(0.01)
    assert [saga.saga_id for saga in answer.oldest_sagas] == ids[:3]
    assert counts(answer)["RUNNING"] == 4
    (shop,) = answer.participants
    assert (shop.name, shop.max_concurrent_calls, answer.participant_count) == ("shop", 64, 1)
    assert shop.status.breaker_state == registry.BREAKER_STATE_CLOSED
    (listed,) = (await world.participants.ListParticipants(registry.ListParticipantsRequest())).participants
    shown = (await world.participants.GetParticipant(registry.GetParticipantRequest(name="shop"))).participant
    assert listed.status == shown.status == shop.status
    hold.set()


async def test_a_participant_that_is_away_says_since_when_and_why(world: World) -> None:
    world.shop.execute = refuse(Code.UNIMPLEMENTED, "what is that?")
    await world.register(definition(retry={"initial_backoff": "0.01s", "max_backoff": "0.01s", "max_attempts": 1000}))
    for index in range(10):
        await world.start(f"o-{index}")
    async with asyncio.timeout(WAIT):
        while not (answer := await look(world)).participants[0].status.HasField("outage_time"):
            await asyncio.sleep(0.01)
    status = answer.participants[0].status
    assert status.breaker_state in (registry.BREAKER_STATE_OPEN, registry.BREAKER_STATE_HALF_OPEN)
    assert status.error_code == "UNIMPLEMENTED"


async def test_a_size_out_of_range_is_refused(world: World) -> None:
    refusal = await refused(look(world, oldest_size=101), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert set(refusal.fields) == {"oldest_size"}

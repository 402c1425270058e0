"""PurgeSagas over gRPC, and what the other RPCs say of a purged saga."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import Expiry, SequencedEvent
from orchestrator.store.memory import MemoryLog
from sagaway.v1 import definition_service_pb2, operations_service_pb2_grpc, saga_pb2
from sagaway.v1 import operations_service_pb2 as ops
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1.payload_pb2 import Payload
from tests.api.world import WAIT, World, refused, run
from tests.store.building import RUNNING, ended, start

Code = grpc.StatusCode
DAY = 86_400


def hands(world: World) -> Any:
    return operations_service_pb2_grpc.OperationsServiceStub(world.channel)


async def purge_all(world: World) -> None:
    """Remove whatever has ended, as if that were long ago."""
    now = world.backend.clock.now()
    assert await world.log.purge(await world.log.expired(Expiry("default", now + 1), None, 100), now)


async def test_the_id_of_a_purged_saga_stays_its_requests(world: World) -> None:
    await world.register()
    first = await world.start(wait=WAIT, input=Payload(json="1"), labels={"a": "b"})
    assert first.saga.state == saga_pb2.SAGA_STATE_COMPLETED
    await purge_all(world)
    again = await world.start(wait=WAIT, input=Payload(json="1"), labels={"a": "b"})
    assert not again.created
    assert (again.saga.namespace, again.saga.saga_id) == ("default", "o-1")
    assert (again.saga.state, again.saga.end_time) == (first.saga.state, first.saga.end_time)
    assert again.saga.HasField("purge_time")
    assert not again.saga.HasField("input")
    for other in ({"input": Payload(json="2")}, {"definition_version": 1}, {}):
        await refused(world.start(**other), Code.ALREADY_EXISTS, "SAGA_EXISTS")
    assert len(world.shop.executed) == 2, "nothing was done once more"


async def test_it_is_told_so_also_once_its_definition_is_deprecated(world: World) -> None:
    await world.register()
    await world.start(wait=WAIT)
    await purge_all(world)
    deprecate = definition_service_pb2.DeprecateDefinitionRequest(name="order", version=1)
    await world.definitions.DeprecateDefinition(deprecate)
    assert not (await world.start()).created
    await refused(world.start(labels={"a": "b"}), Code.ALREADY_EXISTS, "SAGA_EXISTS")
    await refused(world.start(definition_name="other"), Code.ALREADY_EXISTS, "SAGA_EXISTS")
    await refused(world.start("o-2"), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")


ASKING: dict[str, Callable[[World], Awaitable[Any]]] = {
    "get": lambda world: world.get(),
    "events": lambda world: world.sagas.ListSagaEvents(v1.ListSagaEventsRequest(saga_id="o-1")),
    "cancel": lambda world: world.sagas.CancelSaga(v1.CancelSagaRequest(saga_id="o-1")),
    "watch": lambda world: world.reach("o-1", "SagaCompleted"),
    "pause": lambda world: hands(world).PauseSaga(ops.PauseSagaRequest(saga_id="o-1", reason="why")),
    "restart": lambda world: hands(world).RestartSaga(ops.RestartSagaRequest(saga_id="o-1", reason="why")),
}


@pytest.mark.parametrize("name", ASKING)
async def test_who_asks_for_it_is_told_when_it_was_purged(world: World, name: str) -> None:
    await world.register()
    await world.start(wait=WAIT)
    await purge_all(world)
    refusal = await refused(ASKING[name](world), Code.NOT_FOUND, "SAGA_NOT_FOUND")
    assert "it ended COMPLETED at 20" in refusal.message
    assert "and was purged at 20" in refusal.message


class Vanishing(MemoryLog):
    """A log in which what has ended is purged as soon as somebody has looked at its row."""

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> list[SequencedEvent]:
        await self.purge(await self.expired(Expiry("default", 2**62), None, 9), 7)
        return await super().read_events(key, after, limit)


async def test_who_watches_while_it_is_purged_does_not_wait_for_ever() -> None:
    log = Vanishing()
    await log.open(1)
    await start(log, "o-1", ended(99))
    async with run(log) as world:
        watch = world.sagas.WatchSaga(v1.WatchSagaRequest(saga_id="o-1", after_sequence=2), timeout=WAIT)
        await refused(watch.read(), Code.NOT_FOUND, "SAGA_NOT_FOUND")


async def purged(world: World, days: float = 1, **fields: Any) -> Any:
    request = ops.PurgeSagasRequest(**{"reason": "audited", **fields})
    request.older_than.FromSeconds(round(days * DAY))
    return await hands(world).PurgeSagas(request)


async def fill(world: World) -> None:
    """Five sagas that ended two days ago, one of them undone; one of today, and an open one."""
    now = world.backend.clock.now()
    old = now - 2 * DAY * 1_000_000
    for place in range(5):
        state = SagaState.COMPENSATED if place == 2 else SagaState.COMPLETED
        await start(world.log, f"old-{place}", ended(old, state), start_time=old - 9 + place)
    await start(world.log, "elsewhere", ended(old), "other", start_time=old - 9)
    await start(world.log, "today", ended(now), start_time=now)
    await start(world.log, "open", RUNNING, start_time=5)


async def left(world: World) -> set[str]:
    response = await world.sagas.ListSagas(v1.ListSagasRequest())
    return {saga.saga_id for saga in response.sagas}


async def test_a_person_removes_what_ended_long_ago_page_by_page(world: World) -> None:
    await fill(world)
    everything = await left(world)
    counted = await purged(world, validate_only=True, page_size=2)
    assert counted.purged_count == 2
    assert (await purged(world, days=3)).purged_count == 0
    assert await left(world) == everything
    undone = await purged(world, states=[saga_pb2.SAGA_STATE_COMPENSATED])
    assert (undone.purged_count, undone.next_page_token) == (1, "")
    first = await purged(world, page_size=3)
    assert first.purged_count == 3
    last = await purged(world, page_size=3, page_token=first.next_page_token)
    assert (last.purged_count, last.next_page_token) == (1, "")
    assert await left(world) == {"today", "open"}
    assert (await purged(world, namespace="other")).purged_count == 1


async def test_what_a_purge_refuses(world: World) -> None:
    await fill(world)
    for fields, field in (
        ({"days": 0}, "older_than"),
        ({"reason": " "}, "reason"),
        ({"states": [saga_pb2.SAGA_STATE_STUCK]}, "states"),
        ({"page_size": 1_001}, "page_size"),
        ({"namespace": "no space"}, "namespace"),
    ):
        refusal = await refused(purged(world, **fields), Code.INVALID_ARGUMENT, "FIELD_INVALID")
        assert list(refusal.fields) == [field]
    token = (await purged(world, page_size=2, validate_only=True)).next_page_token
    other = purged(world, namespace="other", page_token=token)
    await refused(other, Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")

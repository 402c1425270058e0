"""The time after a restore of the saga log, over gRPC."""

from __future__ import annotations

from typing import Any

import grpc

from sagaway.v1 import operations_service_pb2 as v1
from sagaway.v1 import orchestrator_service_pb2
from tests.api.test_operations import hands
from tests.api.world import World, refused

Code = grpc.StatusCode


async def end(world: World, **fields: Any) -> Any:
    return await hands(world).EndRestore(v1.EndRestoreRequest(**fields))


async def overview(world: World) -> Any:
    return await world.sagas.GetOverview(orchestrator_service_pb2.GetOverviewRequest())


async def test_it_is_shown_until_a_person_ends_it(world: World) -> None:
    assert not (await overview(world)).HasField("restored_time")
    await world.log.declare_restored(1_700_000_000_000_000)
    await world.engine.restoring.refresh()
    assert (await overview(world)).restored_time.ToMicroseconds() == 1_700_000_000_000_000
    assert world.engine.load().restored
    assert (await end(world, reason="all is found", claimed_actor="ann")).changed
    assert not (await overview(world)).HasField("restored_time")
    assert not world.engine.load().restored
    assert not (await end(world, reason="all is found", claimed_actor="ann")).changed


async def test_whoever_ends_it_says_why(world: World) -> None:
    await refused(end(world), Code.INVALID_ARGUMENT, "FIELD_INVALID")

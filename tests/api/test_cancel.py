"""CancelSaga over gRPC: what it does, and each refusal that its comments name."""

from __future__ import annotations

import asyncio

import grpc

from orchestrator.core.model import SagaKey
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import saga_pb2
from tests.api.world import World, definition, refused
from tests.caller.participants import Slow, refuse

Code = grpc.StatusCode


async def test_a_cancel_undoes_a_saga(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    await world.start()
    await asyncio.wait_for(slow.arrived.wait(), 20)
    request = v1.CancelSagaRequest(saga_id="o-1", reason="the customer changed her mind")
    answer = await world.sagas.CancelSaga(request)
    assert answer.saga.cancel_requested
    assert answer.saga.state in (saga_pb2.SAGA_STATE_COMPENSATING, saga_pb2.SAGA_STATE_COMPENSATED)
    assert answer.saga.cause == saga_pb2.SAGA_CAUSE_CANCELLED
    events = await world.reach("o-1", "SagaCompensated")
    assert "the customer changed her mind" in {event.message for event in events if event.type == "CancelRequested"}
    ended = await world.get()
    assert ended.state == saga_pb2.SAGA_STATE_COMPENSATED
    assert world.shop.compensated[0].context.step_id == "a"


async def test_what_has_ended_cannot_be_cancelled(world: World) -> None:
    await world.register()
    await world.start(wait=20)
    before = await world.get()
    refusal = await refused(
        world.sagas.CancelSaga(v1.CancelSagaRequest(saga_id="o-1")), Code.FAILED_PRECONDITION, "SAGA_NOT_CANCELLABLE"
    )
    assert refusal.metadata == {"namespace": "default", "saga_id": "o-1", "state": "COMPLETED"}
    assert refusal.details["PreconditionFailure"].violations[0].type == "SAGA_NOT_CANCELLABLE"
    assert await world.get() == before


async def test_a_cancel_that_cannot_be(world: World) -> None:
    await world.register()
    request = v1.CancelSagaRequest(saga_id="o-9")
    await refused(world.sagas.CancelSaga(request), Code.NOT_FOUND, "SAGA_NOT_FOUND")
    request = v1.CancelSagaRequest(namespace="!", saga_id="o-9", reason="é" * 1025)
    refusal = await refused(world.sagas.CancelSaga(request), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert list(refusal.fields) == ["namespace", "reason"]


async def test_a_saga_in_quarantine_takes_no_command(world: World) -> None:
    failing = Code.UNAVAILABLE
    world.shop.execute = refuse(failing)
    slow_retry = {"max_attempts": 3, "initial_backoff": "3600s", "max_backoff": "3600s"}
    await world.register(definition(steps=[{"id": "a", "participant": "shop", "action": "do", "retry": slow_retry}]))
    await world.start()
    await world.reach("o-1", "ExecuteAttemptFailed")
    key = SagaKey("default", "o-1")
    async with asyncio.timeout(20):
        while (row := await world.log.read(key)) is None or row.owner_epoch is not None:
            await asyncio.sleep(0.01)
    await world.log.quarantine(key, "event 3 is missing", 1_750_000_000_000_000)
    refusal = await refused(
        world.sagas.CancelSaga(v1.CancelSagaRequest(saga_id="o-1")), Code.FAILED_PRECONDITION, "SAGA_QUARANTINED"
    )
    assert refusal.details["PreconditionFailure"].violations[0].description == "event 3 is missing"

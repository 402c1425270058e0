"""CompleteStep over gRPC: each outcome of each phase, the same again, another one, and every refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import participant_service_pb2, saga_pb2
from sagaway.v1.payload_pb2 import Payload
from tests.api.test_sagas import REJECTED
from tests.api.world import WAIT, World, definition, refused

Code = grpc.StatusCode
EXECUTE, COMPENSATE = saga_pb2.PHASE_EXECUTE, saga_pb2.PHASE_COMPENSATE
PENDING = participant_service_pb2.Pending()
COMPLETED = {"completed": v1.StepCompletion(output=Payload(json='{"id": 7}'))}
REJECTION = {"rejected": v1.StepRejection(reason="NO_STOCK", message="no tea is left")}
FAILURE = {"failed": v1.StepFailure(reason="LOST", message="the parcel is lost")}
COMPENSATION = {"compensated": v1.StepCompensation()}


async def complete(world: World, token: str, phase: Any = EXECUTE, **fields: Any) -> Any:
    fields = {"saga_id": "o-1", "step_id": "a", "completion_token": token, "phase": phase, **fields}
    return (await world.sagas.CompleteStep(v1.CompleteStepRequest(**fields))).saga


async def pending(world: World) -> str:
    """Start a saga whose step a is Pending; return its token."""
    world.shop.execute = participant_service_pb2.ExecuteResponse(pending=PENDING)
    await world.register(definition(steps=[{"id": "a", "participant": "shop", "action": "do"}]))
    await world.start()
    await world.reach("o-1", "StepPending")
    return str(world.shop.executed[0].context.completion_token)


async def compensation_pending(world: World) -> str:
    """Start a saga whose step a is Pending in Compensate; return its token."""
    world.shop.compensate = participant_service_pb2.CompensateResponse(pending=PENDING)

    async def execute(request: Any, context: Any) -> Any:
        completed = participant_service_pb2.ExecuteResponse(completed=participant_service_pb2.Completed())
        return REJECTED if request.context.step_id == "b" else completed

    world.shop.execute = execute
    await world.register(definition(steps=[{"id": name, "participant": "shop", "action": "do"} for name in "ab"]))
    await world.start()
    await world.reach("o-1", "CompensationPending")
    return str(world.shop.compensated[0].context.completion_token)


@pytest.mark.parametrize(
    ("outcome", "state", "cause"),
    [
        (COMPLETED, saga_pb2.SAGA_STATE_COMPLETED, saga_pb2.SAGA_CAUSE_UNSPECIFIED),
        (REJECTION, saga_pb2.SAGA_STATE_COMPENSATED, saga_pb2.SAGA_CAUSE_REJECTED),
        (FAILURE, saga_pb2.SAGA_STATE_COMPENSATED, saga_pb2.SAGA_CAUSE_FAILED),
    ],
)
async def test_an_execute_is_completed(world: World, outcome: Any, state: Any, cause: Any) -> None:
    token = await pending(world)
    await complete(world, token, **outcome)
    ended = (await world.start(wait=WAIT)).saga
    assert (ended.state, ended.cause) == (state, cause)
    # The same report again is OK and changes nothing, another is refused.
    if outcome is not FAILURE:  # The failed step has been compensated since: it has another state.
        assert (await complete(world, token, **outcome)) == ended
    other = REJECTION if outcome is COMPLETED else COMPLETED
    refusal = await refused(complete(world, token, **other), Code.FAILED_PRECONDITION, "STEP_NOT_PENDING")
    assert refusal.metadata["step_id"] == "a"
    assert refusal.metadata["saga_id"] == "o-1"
    assert refusal.metadata["state"] == saga_pb2.StepState.Name(ended.steps[0].state).removeprefix("STEP_STATE_")
    assert await world.get() == ended


async def test_what_was_reported_is_shown(world: World) -> None:
    token = await pending(world)
    saga = await complete(world, token, **FAILURE)
    assert saga.cause == saga_pb2.SAGA_CAUSE_FAILED
    assert (saga.error.code, saga.error.reason, saga.error.message) == ("", "LOST", "the parcel is lost")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(COMPENSATION, saga_pb2.SAGA_STATE_COMPENSATED), (FAILURE, saga_pb2.SAGA_STATE_STUCK)],
)
async def test_a_compensate_is_completed(world: World, outcome: Any, state: Any) -> None:
    token = await compensation_pending(world)
    await complete(world, token, COMPENSATE, **outcome)
    assert (await world.start(wait=WAIT)).saga.state == state
    await complete(world, token, COMPENSATE, **outcome)
    other = FAILURE if outcome is COMPENSATION else COMPENSATION
    await refused(complete(world, token, COMPENSATE, **other), Code.FAILED_PRECONDITION, "STEP_NOT_PENDING")


async def test_two_reports_at_once_one_wins(world: World) -> None:
    token = await pending(world)
    answers = await asyncio.gather(
        complete(world, token, **COMPLETED), complete(world, token, **REJECTION), return_exceptions=True
    )
    errors = [answer for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
    assert [error.code() for error in errors] == [Code.FAILED_PRECONDITION]


async def test_only_the_operations_own_token_is_believed(world: World) -> None:
    token = await pending(world)
    await world.start("o-2")
    await world.reach("o-2", "StepPending")
    other = world.shop.executed[-1].context.completion_token
    assert other != token
    before = await world.get()
    for wrong in (other, token[:-1], token + "x", "x", "é", "a.b.c", token.upper()):
        refusal = await refused(complete(world, wrong, **COMPLETED), Code.PERMISSION_DENIED, "COMPLETION_TOKEN_INVALID")
        assert token not in refusal.message
    # Of the other phase, and of a step that is not there.
    await refused(
        complete(world, token, COMPENSATE, **COMPENSATION), Code.PERMISSION_DENIED, "COMPLETION_TOKEN_INVALID"
    )
    await refused(complete(world, token, step_id="z", **COMPLETED), Code.PERMISSION_DENIED, "COMPLETION_TOKEN_INVALID")
    assert (await world.get()).last_sequence == before.last_sequence
    await refused(complete(world, token, saga_id="o-9", **COMPLETED), Code.NOT_FOUND, "SAGA_NOT_FOUND")


BAD_REPORTS: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"phase": 0, **COMPLETED}, ["phase"]),
    ({"phase": 9, **COMPLETED}, ["phase"]),
    ({}, ["outcome"]),
    (
        {"phase": 0, "completion_token": "", "step_id": "", "saga_id": "/"},
        ["saga_id", "step_id", "completion_token", "phase", "outcome"],
    ),
    ({"completion_token": "x" * 1_025, **COMPLETED}, ["completion_token"]),
    (COMPENSATION, ["compensated"]),
    ({"phase": COMPENSATE, **COMPLETED}, ["completed"]),
    ({"phase": COMPENSATE, **REJECTION}, ["rejected"]),
    ({"completed": v1.StepCompletion(output=Payload(json="{"))}, ["completed.output.json"]),
    ({"completed": v1.StepCompletion(output=Payload(binary=b"x" * ((1 << 20) + 1)))}, ["completed.output.binary"]),
    ({"rejected": v1.StepRejection(reason="no stock")}, ["rejected.reason"]),
    ({"rejected": v1.StepRejection(reason="X" * 64, message="m" * 2_049)}, ["rejected.reason", "rejected.message"]),
    ({"failed": v1.StepFailure(reason="no", message="m" * 2_049)}, ["failed.reason", "failed.message"]),
)


async def test_bad_reports(world: World) -> None:
    token = await pending(world)
    before = await world.get()
    for fields, bad in BAD_REPORTS:
        refusal = await refused(complete(world, token, **fields), Code.INVALID_ARGUMENT, "FIELD_INVALID")
        assert list(refusal.fields) == bad
    assert (await world.get()).last_sequence == before.last_sequence

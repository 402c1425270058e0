"""SkipStep, RetryStep with other input, and RestartSaga, over gRPC."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from sagaway.v1 import operations_service_pb2 as v1
from sagaway.v1 import participant_service_pb2, saga_pb2
from sagaway.v1.payload_pb2 import Payload
from tests.api.test_operations import COMPENSATED, ONCE, STUCK, WHY, hands
from tests.api.test_sagas import reject_b
from tests.api.world import STEPS, WAIT, World, definition, refused
from tests.caller.participants import describe, hang, refuse

Code = grpc.StatusCode
AHEAD: Any = [{**STEPS[0], "kind": "STEP_KIND_PIVOT"}, {**STEPS[1], "kind": "STEP_KIND_RETRYABLE"}]
FOUND = participant_service_pb2.SealResponse(
    sealed=participant_service_pb2.Sealed(found=participant_service_pb2.FOUND_OUTCOME_COMPLETED)
)


async def stuck_ahead(world: World) -> Any:
    """A saga past its pivot, whose `b` was given up; what mends it is `world.shop.execute = answers`."""
    answers = world.shop.execute

    async def execute(request: Any, context: Any) -> Any:
        if request.context.step_id == "b":
            await context.abort(Code.INTERNAL, "away")
        return answers

    world.shop.execute = execute
    await world.register(definition(steps=AHEAD, retry=ONCE))
    saga = (await world.start("o-1", wait=WAIT)).saga
    assert saga.state == STUCK
    world.shop.execute = answers
    return saga


def skip(saga: Any, step_id: str = "b") -> v1.SkipStepRequest:
    return v1.SkipStepRequest(saga_id="o-1", step_id=step_id, etag=saga.last_sequence, **WHY)


def anew(saga: Any) -> v1.RetryStepRequest:
    request = v1.RetryStepRequest(saga_id="o-1", step_id="b", etag=saga.last_sequence, **WHY)
    request.input.json = '{"to": "Riga"}'
    return request


async def test_a_step_is_left_out_once_it_is_compensated(world: World) -> None:
    saga = await stuck_ahead(world)
    answer = await hands(world).SkipStep(skip(saga))
    assert answer.saga.state in (saga_pb2.SAGA_STATE_RUNNING, saga_pb2.SAGA_STATE_COMPLETED)
    events = await world.reach("o-1", "SagaCompleted")
    assert [event.type for event in events][-4:] == [
        "StepSkipRequested",
        "StepCompensated",
        "StepSkipped",
        "SagaCompleted",
    ]
    asked = next(event for event in events if event.type == "StepSkipRequested")
    assert (asked.message, asked.claimed_actor, asked.step_id) == ("the refund is mended", "ann", "b")
    (compensated,) = world.shop.compensated
    assert compensated.context.operation_key == world.shop.executed[-1].context.operation_key
    assert (await world.get("o-1")).steps[1].state == saga_pb2.STEP_STATE_SKIPPED
    await hands(world).SkipStep(skip(saga))  # its answer was lost: the same again is fine


async def test_a_step_is_run_anew_with_other_input_and_other_keys(world: World) -> None:
    saga = await stuck_ahead(world)
    await hands(world).RetryStep(anew(saga))
    await world.reach("o-1", "SagaCompleted")
    old, new = world.shop.executed[-2:]
    assert (new.input.json, new.context.run, new.context.attempt) == ('{"to": "Riga"}', 2, 1)
    assert new.context.operation_key != old.context.operation_key
    assert [one.context.run for one in world.shop.compensated] == [1]
    await hands(world).RetryStep(anew(saga))
    assert len([one for one in world.shop.executed if one.context.run == 2]) == 1


async def test_what_can_not_be_compensated_is_sealed_first(world: World) -> None:
    world.shop.description = describe(seals=True, compensatable=False)
    saga = await stuck_ahead(world)
    await hands(world).RetryStep(anew(saga))
    events = await world.reach("o-1", "SagaCompleted")
    (struck,) = [event for event in events if event.type == "StepStruck"]
    assert struck.reason == "SEALED"
    (sealed,) = world.shop.sealed
    assert (sealed.context.run, world.shop.compensated) == (1, [])


@pytest.mark.parametrize("case", ["not offered", "not reached", "completed"])
async def test_what_is_not_sealed_is_not_left_behind(world: World, case: str) -> None:
    says = {"not offered": "SEAL_NOT_OFFERED", "not reached": "DEADLINE_EXCEEDED", "completed": "ResolveStep with"}
    world.shop.description = describe(seals=case != "not offered", compensatable=False)
    world.shop.seal = hang if case == "not reached" else FOUND
    saga = await stuck_ahead(world)
    for call in (hands(world).SkipStep(skip(saga), timeout=1), hands(world).RetryStep(anew(saga), timeout=1)):
        status = await refused(call, Code.FAILED_PRECONDITION, "STEP_NOT_SEALED")
        assert status.metadata["step_id"] == "b"
        assert says[case] in status.message
    assert (await world.get("o-1")).last_sequence == saga.last_sequence, "nothing was done"


async def test_who_comes_second_seals_nothing(world: World) -> None:
    world.shop.description = describe(seals=True, compensatable=False)
    saga = await stuck_ahead(world)
    await hands(world).AbandonSaga(v1.AbandonSagaRequest(saga_id="o-1", etag=saga.last_sequence, reason="enough"))
    await refused(hands(world).SkipStep(skip(saga)), Code.ABORTED, "SAGA_CHANGED")
    assert world.shop.sealed == []


async def test_a_pivot_is_not_left_out(world: World) -> None:
    world.shop.execute = refuse(Code.INTERNAL, "away")
    await world.register(definition(steps=AHEAD, retry=ONCE))
    saga = (await world.start("o-1", wait=WAIT)).saga
    status = await refused(
        hands(world).SkipStep(skip(saga, step_id="a")), Code.FAILED_PRECONDITION, "OPERATION_NOT_LEGAL"
    )
    assert "SKIP_STEP" not in status.metadata["legal_actions"]


# Once more ------------------------------------------------------------------------------------------------------------


async def compensated(world: World) -> Any:
    answers = world.shop.execute
    world.shop.execute = reject_b
    await world.register()
    saga = (await world.start("o-1", WAIT, labels={"shop": "7"}, input=Payload(json='{"n": 1}'))).saga
    assert saga.state == COMPENSATED
    world.shop.execute = answers
    return saga


async def test_a_compensated_saga_is_started_again_as_a_new_one(world: World) -> None:
    old = await compensated(world)
    request = v1.RestartSagaRequest(saga_id="o-1", **WHY)
    request.input.json = '{"n": 2}'
    answer = await hands(world).RestartSaga(request)
    assert (answer.created, answer.saga.saga_id, answer.saga.restarted_from) == (True, "o-1-r1", "o-1")
    assert dict(answer.saga.labels) == {"shop": "7", "sagaway.restarted-from": "o-1"}
    assert (answer.saga.input.json, answer.saga.definition_version) == ('{"n": 2}', old.definition_version)
    started, *_ = await world.reach("o-1-r1", "SagaCompleted")
    assert (started.message, started.claimed_actor, started.restarted_from) == ("the refund is mended", "ann", "o-1")
    again = await hands(world).RestartSaga(request)
    assert (again.created, again.saga.saga_id) == (False, "o-1-r1")
    assert (await world.get("o-1")).last_sequence == old.last_sequence


async def test_of_two_who_start_it_again_one_does(world: World) -> None:
    await compensated(world)
    kept = await hands(world).RestartSaga(v1.RestartSagaRequest(saga_id="o-1", **WHY))
    assert kept.saga.input.json == '{"n": 1}'
    other = v1.RestartSagaRequest(saga_id="o-1", **WHY)
    other.input.json = '{"n": 3}'
    await refused(hands(world).RestartSaga(other), Code.ALREADY_EXISTS, "SAGA_EXISTS")
    other.new_saga_id = "o-2"
    assert (await hands(world).RestartSaga(other)).saga.saga_id == "o-2"


async def test_a_saga_that_is_not_compensated_is_not_started_again(world: World) -> None:
    await world.register()
    await world.start("o-1", wait=WAIT)
    for saga_id, reason in (("o-1", "OPERATION_NOT_LEGAL"), ("o-9", "SAGA_NOT_FOUND")):
        code = Code.NOT_FOUND if saga_id == "o-9" else Code.FAILED_PRECONDITION
        await refused(hands(world).RestartSaga(v1.RestartSagaRequest(saga_id=saga_id, **WHY)), code, reason)

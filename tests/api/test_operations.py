"""OperationsService: a person's hands over gRPC, and the list of those that wait for one."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from orchestrator.core.model import SagaKey
from sagaway.v1 import operations_service_pb2 as v1
from sagaway.v1 import operations_service_pb2_grpc, participant_service_pb2, saga_pb2
from tests.api.test_sagas import reject_b
from tests.api.world import STEPS, WAIT, World, definition, refused
from tests.caller.participants import SEALED, describe, hang, refuse

Code = grpc.StatusCode
ONCE = {"max_attempts": 1}
STUCK, COMPENSATED = saga_pb2.SAGA_STATE_STUCK, saga_pb2.SAGA_STATE_COMPENSATED
WHY: Any = {"reason": "the refund is mended", "claimed_actor": "ann"}


def hands(world: World) -> Any:
    return operations_service_pb2_grpc.OperationsServiceStub(world.channel)


async def stuck(world: World, *saga_ids: str) -> list[Any]:
    """Sagas whose `a` can't be undone."""
    world.shop.execute = reject_b
    world.shop.compensate = refuse(Code.FAILED_PRECONDITION, "the bank is away")
    await world.register(definition(compensation_retry=ONCE))
    return [(await world.start(saga_id, wait=WAIT)).saga for saga_id in saga_ids]


def mended(world: World) -> None:
    world.shop.compensate = type(world.shop)().compensate


async def test_a_stuck_saga_says_all_that_is_needed_to_act(world: World) -> None:
    (saga,) = await stuck(world, "o-1")
    assert saga.state == STUCK
    assert (saga.error.step_id, saga.error.code, saga.error.phase) == (
        "a",
        "FAILED_PRECONDITION",
        saga_pb2.PHASE_COMPENSATE,
    )
    assert saga.error.message == "the bank is away"
    assert [step.possibly_done for step in saga.steps] == [True, False]
    assert saga.steps[0].compensate_attempts == 1
    legal = [(saga_pb2.OperatorAction.Name(one.action)[16:], one.step_id) for one in saga.legal_actions]
    assert legal == [("ABANDON_SAGA", ""), ("RETRY_STEP", "a"), ("RESOLVE_STEP_COMPENSATED", "a")]


async def test_a_retry_mends_it_and_the_log_says_who_and_why(world: World) -> None:
    (saga,) = await stuck(world, "o-1")
    mended(world)
    request = v1.RetryStepRequest(saga_id="o-1", step_id="a", etag=saga.last_sequence, **WHY)
    answer = await hands(world).RetryStep(request)
    assert answer.saga.state in (saga_pb2.SAGA_STATE_COMPENSATING, COMPENSATED)
    events = await world.reach("o-1", "SagaCompensated")
    (event,) = [event for event in events if event.type == "CompensateRetried"]
    assert (event.message, event.claimed_actor, event.principal) == ("the refund is mended", "ann", "")
    assert (event.step_id, event.phase) == ("a", saga_pb2.PHASE_COMPENSATE)
    await hands(world).RetryStep(request)  # its answer was lost: the same again is fine


async def test_what_is_not_legal_is_refused_with_what_is(world: World) -> None:
    await stuck(world, "o-1")
    status = await refused(
        hands(world).PauseSaga(v1.PauseSagaRequest(saga_id="o-1", **WHY)),
        Code.FAILED_PRECONDITION,
        "OPERATION_NOT_LEGAL",
    )
    assert status.metadata["state"] == "STUCK"
    assert status.metadata["legal_actions"] == "ABANDON_SAGA, RETRY_STEP of 'a', RESOLVE_STEP_COMPENSATED of 'a'"


async def test_who_comes_second_is_told_what_changed(world: World) -> None:
    (saga,) = await stuck(world, "o-1")
    seen = saga.last_sequence
    await hands(world).ResolveStep(
        v1.ResolveStepRequest(saga_id="o-1", step_id="a", etag=seen, compensated=v1.AssertedCompensation(), **WHY)
    )
    late = hands(world).AbandonSaga(v1.AbandonSagaRequest(saga_id="o-1", etag=seen, reason="hopeless"))
    status = await refused(late, Code.ABORTED, "SAGA_CHANGED")
    assert status.metadata["state"] == "COMPENSATED"
    assert int(status.metadata["last_sequence"]) == (await world.get("o-1")).last_sequence


def undone(saga: Any) -> v1.ResolveStepRequest:
    return v1.ResolveStepRequest(
        saga_id="o-1", step_id="a", etag=saga.last_sequence, compensated=v1.AssertedCompensation(), **WHY
    )


async def test_an_asserted_compensation_is_sealed(world: World) -> None:
    world.shop.description = describe(seals=True)
    (saga,) = await stuck(world, "o-1")
    answer = await hands(world).ResolveStep(undone(saga))
    assert (answer.saga.state, answer.late_delivery_possible) == (COMPENSATED, False)
    assert answer.found == participant_service_pb2.FOUND_OUTCOME_NOTHING
    assert not answer.HasField("seal_error")
    (asked,) = world.shop.sealed
    assert asked.context.operation_key == world.shop.executed[0].context.operation_key


async def test_a_seal_that_contradicts_the_assertion_is_shown(world: World) -> None:
    world.shop.description = describe(seals=True)
    found = participant_service_pb2.FOUND_OUTCOME_COMPLETED
    world.shop.seal = participant_service_pb2.SealResponse(sealed=participant_service_pb2.Sealed(found=found))
    (saga,) = await stuck(world, "o-1")
    answer = await hands(world).ResolveStep(undone(saga))
    assert (answer.saga.state, answer.late_delivery_possible, answer.found) == (COMPENSATED, False, found)


async def test_where_it_is_not_sealed_a_late_delivery_is_possible(world: World) -> None:
    (saga,) = await stuck(world, "o-1")
    answer = await hands(world).ResolveStep(undone(saga))
    assert (answer.saga.state, answer.late_delivery_possible) == (COMPENSATED, True)
    assert (answer.seal_error.step_id, answer.seal_error.reason) == ("a", "SEAL_NOT_OFFERED")
    assert answer.found == participant_service_pb2.FOUND_OUTCOME_UNSPECIFIED


async def test_a_seal_that_is_not_answered_in_time_keeps_nobody_waiting_and_is_asked_for_again(world: World) -> None:
    world.shop.description = describe(seals=True)
    world.shop.seal = hang
    (saga,) = await stuck(world, "o-1")
    answer = await hands(world).ResolveStep(undone(saga), timeout=1)
    assert (answer.saga.state, answer.late_delivery_possible) == (COMPENSATED, True)
    assert answer.seal_error.code == "DEADLINE_EXCEEDED"
    world.shop.seal = SEALED
    answer = await hands(world).ResolveStep(undone(saga))
    assert (answer.saga.state, answer.late_delivery_possible) == (COMPENSATED, False)


@pytest.mark.parametrize("sent", [True, False], ids=["given up", "refused for sure"])
async def test_an_asserted_completion_goes_on_with_its_output(world: World, sent: bool) -> None:
    steps = [
        {**STEPS[0], "kind": "STEP_KIND_PIVOT"},
        {**STEPS[1], "kind": "STEP_KIND_RETRYABLE"},
        {"id": "c", "participant": "shop", "action": "do", "kind": "STEP_KIND_RETRYABLE", "after": ["b"]},
    ]
    completed = world.shop.execute

    async def execute(request: Any, context: Any) -> Any:
        if request.context.step_id != "b":
            return completed
        if sent:
            await context.abort(Code.INTERNAL, "away")
        return await reject_b(request, context)

    world.shop.execute = execute
    await world.register(definition(steps=steps, retry=ONCE))
    saga = (await world.start("o-1", wait=WAIT)).saga
    assert saga.state == STUCK
    request = v1.ResolveStepRequest(saga_id="o-1", step_id="b", etag=saga.last_sequence, **WHY)
    request.completed.output.json = '{"n": 7}'
    answer = await hands(world).ResolveStep(request)
    assert answer.late_delivery_possible is sent
    (event,) = [one for one in await world.reach("o-1", "SagaCompleted") if one.type == "StepCompletionAsserted"]
    assert (event.payload.json, event.phase) == ('{"n": 7}', saga_pb2.PHASE_EXECUTE)


async def test_to_abandon_names_what_may_stand(world: World) -> None:
    (saga,) = await stuck(world, "o-1")
    request = v1.AbandonSagaRequest(saga_id="o-1", etag=saga.last_sequence, **WHY)
    answer = await hands(world).AbandonSaga(request)
    assert (answer.saga.state, list(answer.standing_step_ids)) == (saga_pb2.SAGA_STATE_ABANDONED, ["a"])
    again = await hands(world).AbandonSaga(request)
    assert list(again.standing_step_ids) == ["a"]


async def test_a_pause_and_a_resume(world: World) -> None:
    held = asyncio.Event()
    answers = world.shop.execute

    async def execute(request: Any, context: Any) -> Any:
        await held.wait()
        return answers

    world.shop.execute = execute
    await world.register()
    await world.start("o-1")
    answer = await hands(world).PauseSaga(v1.PauseSagaRequest(saga_id="o-1", **WHY))
    assert answer.saga.paused
    held.set()
    events = await world.reach("o-1", "StepCompleted")
    assert [event.type for event in events][-1] == "StepCompleted"
    answer = await hands(world).ResumeSaga(v1.ResumeSagaRequest(saga_id="o-1", **WHY))
    assert not answer.saga.paused
    await world.reach("o-1", "SagaCompleted")


@pytest.mark.parametrize(
    ("method", "fields", "at_fault"),
    [
        ("PauseSaga", {"saga_id": "o-1"}, ["reason"]),
        ("PauseSaga", {"saga_id": "o-1", "reason": " "}, ["reason"]),
        ("ResumeSaga", {"reason": "x"}, ["saga_id"]),
        ("AbandonSaga", {"saga_id": "o-1", "reason": "x"}, ["etag"]),
        ("RetryStep", {"saga_id": "o-1", "reason": "x"}, ["step_id"]),
        ("RetryStep", {"saga_id": "o-1", "reason": "x", "step_id": "a", "input": {"json": "{}"}}, ["etag"]),
        ("SkipStep", {"saga_id": "o-1", "reason": "x", "step_id": "a"}, ["etag"]),
        ("RestartSaga", {"saga_id": "o-1"}, ["reason"]),
        ("RestartSaga", {"saga_id": "o" * 63, "reason": "x"}, ["new_saga_id"]),
        ("RetryStep", {"saga_id": "o-1", "reason": "x", "step_id": "zzz"}, ["step_id"]),
        ("RetryStep", {"saga_id": "o-1", "reason": "x", "step_id": "a", "etag": -1}, ["etag"]),
        ("ResolveStep", {"saga_id": "o-1", "reason": "x", "step_id": "a", "etag": 3}, ["outcome"]),
        ("ResolveStep", {"saga_id": "o-1", "step_id": "a"}, ["outcome", "reason", "etag"]),
        ("PauseSaga", {"saga_id": "o-1", "reason": "x", "claimed_actor": "a" * 256}, ["claimed_actor"]),
    ],
)
async def test_a_bad_request_names_its_fields(
    world: World, method: str, fields: dict[str, Any], at_fault: list[str]
) -> None:
    await stuck(world, "o-1")
    request = getattr(v1, f"{method}Request")(**fields)
    if method == "ResolveStep" and at_fault[0] == "etag":
        request.compensated.SetInParent()
    status = await refused(getattr(hands(world), method)(request), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert set(status.fields) == set(at_fault)


# The list ------------------------------------------------------------------------------------------------------------


async def listed(world: World, **fields: Any) -> list[str]:
    """The ids of all pages, of at most two sagas each."""
    found: list[str] = []
    token = ""
    while True:
        answer = await hands(world).ListDeadLetters(v1.ListDeadLettersRequest(page_size=2, page_token=token, **fields))
        assert len(answer.sagas) <= 2
        found += [saga.saga_id for saga in answer.sagas]
        token = answer.next_page_token
        if not token:
            return found


async def test_dead_letters_are_listed_by_what_they_are_stuck_at(world: World) -> None:
    await stuck(world, "s-0", "s-1", "s-2")
    await world.log.quarantine(SagaKey("default", "s-1"), "a fault of ours", world.backend.clock.now())
    assert await listed(world) == ["s-2", "s-1", "s-0"]
    assert await listed(world, definition_name="order") == ["s-2", "s-1", "s-0"]
    assert await listed(world, definition_name="other") == []
    assert await listed(world, participant="shop", error="FAILED_PRECONDITION") == ["s-2", "s-1", "s-0"]
    assert await listed(world, participant="other") == []
    assert await listed(world, error="UNAVAILABLE") == []
    answer = await hands(world).ListDeadLetters(v1.ListDeadLettersRequest())
    letters = {saga.saga_id: saga for saga in answer.sagas}
    assert not any(
        saga.HasField("input") or any(step.HasField("output") for step in saga.steps) for saga in answer.sagas
    )
    assert letters["s-1"].quarantine.reason == "a fault of ours"
    assert [one.action for one in letters["s-1"].legal_actions] == [saga_pb2.OPERATOR_ACTION_RESUME_SAGA]
    assert letters["s-2"].steps[0].compensate_attempts == 1
    mended(world)
    await hands(world).RetryStep(v1.RetryStepRequest(saga_id="s-2", step_id="a", **WHY))
    await world.reach("s-2", "SagaCompensated")
    await hands(world).ResumeSaga(v1.ResumeSagaRequest(saga_id="s-1", **WHY))
    assert await listed(world) == ["s-1", "s-0"]
    assert (await world.get("s-1")).state == STUCK

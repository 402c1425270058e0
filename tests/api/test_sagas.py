"""StartSaga and GetSaga over gRPC: what each does, and each refusal that its comments name."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc

from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import SagaLog
from sagaway.v1 import definition_service_pb2, participant_service_pb2, saga_pb2
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1.payload_pb2 import Payload
from tests.api.world import STEPS, WAIT, World, definition, opened, refused, run
from tests.caller.participants import Slow, error_info, refuse, rich

Code = grpc.StatusCode
REJECTED = participant_service_pb2.ExecuteResponse(
    rejected=participant_service_pb2.Rejected(reason="NO_STOCK", message="no tea is left")
)


async def reject_b(request: Any, context: Any) -> Any:
    """Do step a, refuse step b."""
    if request.context.step_id == "b":
        return REJECTED
    return participant_service_pb2.ExecuteResponse(completed=participant_service_pb2.Completed())


REJECTING = (STEPS[0], {**STEPS[1], "input": 1})


# StartSaga ------------------------------------------------------------------------------------------------------------


async def test_a_saga_runs_to_its_end_and_can_be_read(world: World) -> None:
    await world.register(definition(output={"id": "${steps.b.output.id}"}))
    started = await world.start(wait=20, input=Payload(json='{"sku": "tea"}'), labels={"customer": "c-1"})
    assert started.created
    saga = await world.get()
    assert saga == started.saga
    assert (saga.namespace, saga.saga_id, saga.definition_name, saga.definition_version) == (
        "default",
        "o-1",
        "order",
        1,
    )
    assert len(saga.definition_hash) == 64
    assert saga.state == saga_pb2.SAGA_STATE_COMPLETED
    assert saga.input.json == '{"sku": "tea"}'
    assert saga.output.json == '{"id":1}'
    assert dict(saga.labels) == {"customer": "c-1"}
    assert (saga.step_count, saga.completed_step_count, saga.compensated_step_count) == (2, 2, 0)
    assert saga.last_sequence == 6
    spent = saga.end_time.ToMicroseconds() - saga.start_time.ToMicroseconds()
    assert saga.execution_time.ToMicroseconds() == spent > 0
    assert saga.timeout_time.ToMicroseconds() - saga.start_time.ToMicroseconds() == 86_400 * SECOND
    assert not saga.HasField("error")
    assert saga.cause == saga_pb2.SAGA_CAUSE_UNSPECIFIED
    first, second = saga.steps
    assert (first.step_id, first.participant, first.action, first.run) == ("a", "shop", "do", 1)
    assert first.state == saga_pb2.STEP_STATE_COMPLETED
    assert first.execute_outcome == participant_service_pb2.EXECUTE_OUTCOME_COMPLETED
    assert not first.HasField("input"), "it is the saga's input as it is"
    assert second.input.json == '{"id":1}'
    assert (first.execute_attempts, first.compensate_attempts) == (1, 0)
    assert first.intend_time.ToMicroseconds() <= first.execute_end_time.ToMicroseconds()
    assert first.possibly_done
    assert not first.HasField("last_error")


async def test_a_saga_that_is_undone_says_why(world: World) -> None:
    world.shop.execute = reject_b
    await world.register(definition(steps=REJECTING))
    saga = (await world.start(wait=20)).saga
    assert saga.state == saga_pb2.SAGA_STATE_COMPENSATED
    assert saga.cause == saga_pb2.SAGA_CAUSE_REJECTED
    assert (saga.error.step_id, saga.error.phase) == ("b", saga_pb2.PHASE_EXECUTE)
    assert (saga.error.code, saga.error.reason, saga.error.message) == ("", "NO_STOCK", "no tea is left")
    assert (saga.completed_step_count, saga.compensated_step_count) == (0, 1)
    first, second = saga.steps
    assert (first.state, second.state) == (saga_pb2.STEP_STATE_COMPENSATED, saga_pb2.STEP_STATE_REJECTED)
    assert first.compensate_end_time.ToMicroseconds() >= first.compensate_intend_time.ToMicroseconds() > 0
    assert not second.HasField("compensate_intend_time")
    assert second.last_error.reason == "NO_STOCK"
    assert (first.possibly_done, second.possibly_done) == (False, False)


async def test_a_start_without_an_id_makes_a_uuid7_and_without_input_gives_null(world: World) -> None:
    await world.register()
    one, two = [(await world.start("")).saga for _ in range(2)]
    assert one.saga_id != two.saga_id
    assert uuid.UUID(one.saga_id).version == 7
    assert one.input.json == "null"


async def test_the_same_request_is_the_same_saga(world: World) -> None:
    await world.register()
    given: dict[str, Any] = {"input": Payload(json="1"), "labels": {"a": "b", "c": "d"}}
    answers = await asyncio.gather(*(world.start(**given) for _ in range(5)))
    assert sorted(answer.created for answer in answers) == [False] * 4 + [True]
    assert not (await world.start(wait=20, **given)).created
    assert len(world.shop.executed) == 2
    others: list[dict[str, Any]] = [{"input": Payload(json="2")}, {"labels": {"a": "x"}}, {"definition_version": 1}]
    for other in others:
        refusal = await refused(world.start(**{**given, **other}), Code.ALREADY_EXISTS, "SAGA_EXISTS")
        assert refusal.metadata == {"namespace": "default", "saga_id": "o-1"}
        assert refusal.details["ResourceInfo"].resource_name == "default/o-1"
    # The id is free in another namespace, where there is no such definition.
    await refused(world.start(namespace="else"), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")


async def test_a_definition_must_be_there_and_not_deprecated(world: World) -> None:
    await world.register(definition(), definition(version=2))
    refusal = await refused(world.start(definition_name="x"), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")
    assert refusal.metadata == {"name": "x", "version": "0"}
    await refused(world.start(definition_version=3), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")
    assert (await world.start(wait=20)).saga.definition_version == 2
    assert (await world.start("o-2", wait=20, definition_version=1)).saga.definition_version == 1
    for version in (1, 2):
        await world.definitions.DeprecateDefinition(
            definition_service_pb2.DeprecateDefinitionRequest(name="order", version=version)
        )
    refusal = await refused(world.start("o-3", definition_version=2), Code.FAILED_PRECONDITION, "DEFINITION_DEPRECATED")
    assert refusal.details["PreconditionFailure"].violations[0].subject == "order/2"
    await refused(world.start("o-3"), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")
    # What was taken once is taken again.
    assert not (await world.start()).created
    assert not (await world.start("o-2", definition_version=1)).created
    await refused(world.start("o-2", definition_version=2), Code.ALREADY_EXISTS, "SAGA_EXISTS")
    await refused(world.start("o-2", definition_name="x"), Code.ALREADY_EXISTS, "SAGA_EXISTS")
    assert (await world.written())[0] == 2


async def test_every_bad_field_is_named_at_once_and_nothing_is_written(world: World) -> None:
    await world.register()
    before = await world.written()
    request = v1.StartSagaRequest(
        namespace="a/b",
        definition_name="",
        definition_version=-1,
        saga_id="x" * 65,
        input=Payload(json="{oops"),
        labels={"a b": "c", "d": "e" * 256},
    )
    request.wait_timeout.FromSeconds(-1)
    refusal = await refused(world.sagas.StartSaga(request), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert list(refusal.fields) == [
        "namespace",
        "definition_name",
        "definition_version",
        "saga_id",
        "input.json",
        "labels",
        'labels["d"]',
        "wait_timeout",
    ]
    assert refusal.metadata == {"field": "namespace"}
    assert "is not JSON" in refusal.fields["input.json"]
    assert await world.written() == before


BAD_STARTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("input.json", {"input": Payload(json='"' + "x" * (1 << 20) + '"')}),
    ("input.binary", {"input": Payload(binary=b"x" * ((1 << 20) + 1))}),
    ("input.content_type", {"input": Payload(json="1", content_type="nonsense")}),
    ("input.metadata", {"input": Payload(metadata={str(index): "" for index in range(33)})}),
    ("labels", {"labels": {str(index): "" for index in range(33)}}),
    ("wait_timeout", {"wait": 3601}),
    ("saga_id", {"saga_id": "ü"}),
    ("saga_id", {"saga_id": "a\n"}),
    ("definition_name", {"definition_name": "../x"}),
)


async def test_bad_starts(world: World) -> None:
    await world.register()
    for field, fields in BAD_STARTS:
        refusal = await refused(world.start(**fields), Code.INVALID_ARGUMENT, "FIELD_INVALID")
        assert list(refusal.fields) == [field]
    assert (await world.written())[0] == 0


async def test_too_much_under_way_is_overloaded(log: SagaLog) -> None:
    async with run(log, settings=EngineSettings(max_backlog=0)) as world:
        await world.register()
        refusal = await refused(world.start(), Code.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert refusal.retry_seconds > 0
        assert (await world.written())[0] == 0


async def test_a_log_that_cannot_be_written_is_unavailable_and_the_same_id_is_safe(
    template: Path, tmp_path: Path
) -> None:
    impatient = EngineSettings(commit_patience=SECOND // 10)
    async with opened("sqlite", template, tmp_path) as log, run(log, settings=impatient) as world:
        await world.register()
        with closing(sqlite3.connect(tmp_path / "log.db", isolation_level=None)) as locker:
            locker.execute("BEGIN IMMEDIATE")
            refusal = await refused(world.start(), Code.UNAVAILABLE, "LOG_UNAVAILABLE")
            assert refusal.retry_seconds > 0
            assert "sqlite" not in refusal.message.lower()
        async with asyncio.timeout(20):
            while (answer := await _if_available(world.start(wait=20))) is None:
                await asyncio.sleep(refusal.retry_seconds / 10)
        assert answer.saga.state == saga_pb2.SAGA_STATE_COMPLETED
        assert len(world.shop.executed) == 2


async def _if_available(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        if error.code() is not Code.UNAVAILABLE:
            raise
        return None


async def test_a_log_that_cannot_be_read_is_unavailable(world: World) -> None:
    await world.register()
    await world.log.close()
    refusal = await refused(world.get(), Code.UNAVAILABLE, "LOG_UNAVAILABLE")
    assert refusal.retry_seconds > 0
    await refused(world.sagas.ListSagas(v1.ListSagasRequest()), Code.UNAVAILABLE, "LOG_UNAVAILABLE")


async def test_a_server_that_drains_starts_nothing_and_still_shows(world: World) -> None:
    await world.register()
    await world.start(wait=20)
    await world.engine.drain(1)
    await refused(world.start("o-2"), Code.UNAVAILABLE, "DRAINING")
    request = v1.CancelSagaRequest(saga_id="o-1")
    await refused(world.sagas.CancelSaga(request), Code.UNAVAILABLE, "DRAINING")
    assert (await world.get()).state == saga_pb2.SAGA_STATE_COMPLETED
    assert (await world.written())[0] == 1


async def test_a_wait_ends_with_its_time_and_the_state_of_that_moment(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    answer = await world.start(wait=0.05)
    assert answer.created
    assert answer.saga.state == saga_pb2.SAGA_STATE_RUNNING
    assert not answer.saga.HasField("end_time")
    assert answer.saga.execution_time.ToMicroseconds() >= 50_000
    slow.go.set()
    assert (await world.start(wait=20)).saga.state == saga_pb2.SAGA_STATE_COMPLETED


async def test_a_wait_ends_when_the_saga_is_stuck(world: World) -> None:
    world.shop.execute = reject_b
    failing = Code.FAILED_PRECONDITION
    world.shop.compensate = refuse(failing, "gone", rich(failing, error_info("BARRIER_ROW_MISSING")))
    await world.register(definition(steps=REJECTING))
    saga = (await world.start(wait=20)).saga
    assert saga.state == saga_pb2.SAGA_STATE_STUCK
    assert (saga.error.code, saga.error.reason) == ("FAILED_PRECONDITION", "BARRIER_ROW_MISSING")
    assert (saga.error.step_id, saga.error.phase) == ("a", saga_pb2.PHASE_COMPENSATE)
    assert saga.cause == saga_pb2.SAGA_CAUSE_REJECTED
    assert saga.steps[0].state == saga_pb2.STEP_STATE_COMPENSATION_FAILED


async def test_a_wait_ends_when_the_server_drains(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    waiting = asyncio.ensure_future(world.start(wait=20))
    await asyncio.wait_for(slow.arrived.wait(), 20)
    await world.engine.drain(0)
    assert (await waiting).saga.state == saga_pb2.SAGA_STATE_RUNNING


async def test_a_wait_without_room_for_watchers_answers_at_once(log: SagaLog) -> None:
    async with run(log, settings=EngineSettings(max_watchers=0)) as world:
        world.shop.execute = Slow()
        await world.register()
        assert (await world.start()).created
        async with asyncio.timeout(
            WAIT / 2
        ):  # whoever started it waits without a watcher's place, who asks again does not
            answer = await world.start(wait=WAIT)
        assert not answer.created
        assert answer.saga.state == saga_pb2.SAGA_STATE_RUNNING


async def test_a_client_that_leaves_does_not_hurt_the_saga(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    request = v1.StartSagaRequest(definition_name="order", saga_id="o-1")
    request.wait_timeout.FromSeconds(3600)
    call = world.sagas.StartSaga(request)
    waiting = asyncio.ensure_future(call.code())
    await asyncio.wait_for(slow.arrived.wait(), 20)
    call.cancel()
    assert await waiting is Code.CANCELLED
    slow.go.set()
    answer = await world.start(wait=20)
    assert not answer.created
    assert answer.saga.state == saga_pb2.SAGA_STATE_COMPLETED


async def test_a_trace_context_goes_with_the_saga(world: World) -> None:
    await world.register()
    trace = "0af7651916cd43dd8448eb211c80319c"
    for index, (given, handed_on) in enumerate(
        (
            (f"00-{trace}-b7ad6b7169203331-01", trace),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", ""),
            (f"ff-{trace}-b7ad6b7169203331-01", ""),
            (f"00-{trace}-0000000000000000-01", ""),
            ("nonsense", ""),
        )
    ):
        request = v1.StartSagaRequest(definition_name="order", saga_id=f"o-{index}")
        request.wait_timeout.FromSeconds(20)
        await world.sagas.StartSaga(request, metadata=(("traceparent", given),))
        assert world.shop.metadata[-1].get("traceparent", "")[3:35] == handed_on


# GetSaga --------------------------------------------------------------------------------------------------------------


async def test_a_saga_that_is_not_there(world: World) -> None:
    refusal = await refused(world.get("o-9"), Code.NOT_FOUND, "SAGA_NOT_FOUND")
    assert refusal.metadata == {"namespace": "default", "saga_id": "o-9"}
    refusal = await refused(world.get(""), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert refusal.fields == {"saga_id": "is required"}


async def test_a_saga_in_quarantine_shows_why(world: World) -> None:
    world.shop.execute = Slow()
    await world.register()
    await world.start()
    await world.log.quarantine(SagaKey("default", "o-1"), "event 3 is missing", 1_750_000_000_000_000)
    saga = await world.get()
    assert saga.quarantine.reason == "event 3 is missing"
    assert saga.quarantine.time.ToMicroseconds() == 1_750_000_000_000_000

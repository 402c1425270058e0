"""Executes that become ready together leave together, and each has its own answer and its own time."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import weakref
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.rpc import status_pb2

from orchestrator.caller import batches
from orchestrator.caller.answers import execute_answer
from orchestrator.caller.base import Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.core.model import Failure, Payload
from orchestrator.core.outcome import INVALID_ANSWER, UNWANTED, ExecuteAnswer, Failed, Pending, Rejected
from orchestrator.core.retry import SECOND
from sagaway.participant.batches import ExecuteBatches
from sagaway.v1 import participant_service_pb2 as v1
from sagaway.v1.payload_pb2 import Payload as WirePayload
from tests.caller.batching import DONE, LIMIT, answers, calls, result, silent, together
from tests.caller.participants import CALL, COMPLETED, Participant, error_info, hang, retry_info, rich

ABORTED = grpc.StatusCode.ABORTED


# What leaves together -------------------------------------------------------------------------------------------------


async def test_what_is_ready_together_leaves_together(participant: Participant, caller: GrpcCaller) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    first, second = calls(2)
    assert await together(caller, [first, dataclasses.replace(second, traceparent=trace)]) == [DONE, DONE]
    assert not participant.executed
    (batch,) = participant.batched
    one, two = batch.members
    assert (one.request.context.operation_key, two.request.context.operation_key) == ("op-0", "op-1")
    assert one.request.input == WirePayload(json='{"sku": "tea"}', metadata={"a": "b"})
    assert (one.timeout.ToTimedelta().total_seconds(), one.traceparent, two.traceparent) == (10, "", trace)


async def test_one_alone_is_a_plain_execute(participant: Participant, caller: GrpcCaller) -> None:
    assert await caller.execute(CALL) == DONE
    first, second = await caller.execute(CALL), await caller.execute(CALL)
    assert (first, second, participant.batched, len(participant.executed)) == (DONE, DONE, [], 3)


async def test_a_participant_that_offers_no_batches_gets_none(
    participant: Participant, registry: ParticipantRegistry, caller: GrpcCaller
) -> None:
    registry.put("default", "order", participant.address, Limits(1_000))
    assert await together(caller, calls(3)) == [DONE] * 3
    assert (participant.batched, len(participant.executed)) == ([], 3)


async def test_a_compensate_is_sent_by_itself(participant: Participant, caller: GrpcCaller) -> None:
    await asyncio.gather(*map(caller.compensate, calls(2)))
    assert (participant.batched, len(participant.compensated)) == ([], 2)


async def test_a_call_that_has_ended_keeps_nothing(participant: Participant, caller: GrpcCaller) -> None:
    """Else its payloads would stay until the garbage collector comes, which is seldom."""

    def wanted() -> bool:
        return True

    still_there, attempts = weakref.ref(wanted), calls(2, wanted=wanted)
    del wanted
    gc.disable()
    try:
        assert await together(caller, attempts) == [DONE, DONE]
        del attempts
        async with asyncio.timeout(10):
            while still_there() is not None:  # the answers come before the call's end
                await asyncio.sleep(0.01)
    finally:
        gc.enable()
    assert len(participant.batched) == 1


async def test_calls_are_parted_by_the_participants_limit(participant: Participant, caller: GrpcCaller) -> None:
    assert await together(caller, calls(2 * LIMIT + 1)) == [DONE] * (2 * LIMIT + 1)
    assert [len(batch.members) for batch in participant.batched] == [LIMIT, LIMIT]
    assert len(participant.executed) == 1


async def test_calls_are_parted_by_size(
    participant: Participant, caller: GrpcCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MAX_BYTES", 10_000)
    sizes = (4_000, 4_000, 4_000, 20_000, 1_000, 1_000)
    attempts = [
        dataclasses.replace(call, input=Payload(binary=bytes(size)))
        for call, size in zip(calls(len(sizes)), sizes, strict=True)
    ]
    assert await together(caller, attempts) == [DONE] * len(sizes)
    sent = [[len(member.request.input.binary) for member in batch.members] for batch in participant.batched]
    assert sorted(sent) == [[1_000, 1_000], [4_000, 4_000]]
    assert sorted(len(request.input.binary) for request in participant.executed) == [4_000, 20_000]


async def test_participants_at_one_address_share_calls(
    participant: Participant, registry: ParticipantRegistry, caller: GrpcCaller
) -> None:
    registry.put("default", "other", participant.address, Limits(1_000), 3)
    one, *others = calls(4, participant="other")
    assert await together(caller, [dataclasses.replace(one, participant="order"), *others]) == [DONE] * 4
    # The smaller limit holds.
    assert [len(batch.members) for batch in participant.batched] == [3]
    assert len(participant.executed) == 1


# Answers --------------------------------------------------------------------------------------------------------------


async def test_each_member_has_its_own_answer(participant: Participant, caller: GrpcCaller) -> None:
    rejected = v1.ExecuteResponse(rejected=v1.Rejected(reason="NO_STOCK", message="none left"))
    _, details = rich(ABORTED, error_info("IN_PROGRESS"), retry_info(2))
    status = status_pb2.Status.FromString(details)

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(3, v1.ExecuteResponse(pending=v1.Pending())), result(1, rejected))
        yield answers(
            v1.ExecuteBatchResult(index=2, error=v1.CallError.FromString(status.SerializeToString())),
            v1.ExecuteBatchResult(index=4, error=v1.CallError(code=99, message="?")),
            result(0),
            result(5, v1.ExecuteResponse()),
        )

    participant.batch = handle
    completed, refused, failed, pending, odd, empty = await together(caller, calls(6))
    assert (completed, pending) == (DONE, Pending())
    assert refused == Rejected(Failure("", "NO_STOCK", "none left"))
    assert failed == Failed(Failure("ABORTED", "IN_PROGRESS", "no"), retry_after=2 * SECOND)
    assert odd == Failed(Failure("UNKNOWN", "", "?"))
    assert isinstance(empty, Failed)
    assert empty.failure.reason == INVALID_ANSWER


async def test_a_slow_member_holds_nobody_back(participant: Participant, caller: GrpcCaller) -> None:
    go = asyncio.Event()

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(1))
        await go.wait()
        yield answers(result(0))

    participant.batch = handle
    slow, fast = (asyncio.create_task(caller.execute(call)) for call in calls(2))
    assert await fast == DONE
    assert not slow.done()
    go.set()
    assert await slow == DONE


async def test_the_sdk_and_the_caller_understand_each_other(participant: Participant, caller: GrpcCaller) -> None:
    """One that hangs, one that aborts with a rich status, and one that completes, through the SDK's adapter."""

    async def execute(request: v1.ExecuteRequest, context: Any) -> v1.ExecuteResponse:
        key = request.context.operation_key
        if key == "op-0":
            await hang(request, context)
        if key == "op-1":
            await context.abort(ABORTED, "busy", (rich(ABORTED, error_info("IN_PROGRESS"), retry_info(1)),))
        return COMPLETED

    adapted = ExecuteBatches(execute, limit=LIMIT)

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        written: asyncio.Queue[Any] = asyncio.Queue()

        class Stream:
            write = staticmethod(written.put)
            invocation_metadata = staticmethod(context.invocation_metadata)
            time_remaining = staticmethod(context.time_remaining)

        task = asyncio.create_task(adapted.answer(request, Stream()))  # type: ignore[arg-type]
        while not (task.done() and written.empty()):
            getting = asyncio.create_task(written.get())
            await asyncio.wait((getting, task), return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                yield getting.result()
            getting.cancel()

    participant.batch = handle
    attempts = calls(3)
    attempts[0] = dataclasses.replace(attempts[0], timeout=SECOND // 10)
    timed_out, busy, done = await together(caller, attempts)
    assert isinstance(timed_out, Failed)
    assert timed_out.failure.code == "DEADLINE_EXCEEDED"
    assert busy == Failed(Failure("ABORTED", "IN_PROGRESS", "busy"), retry_after=SECOND)
    assert done == DONE


# Deadlines and cancels ------------------------------------------------------------------------------------------------


async def test_deadlines_are_kept_here_whatever_the_participant_does(
    participant: Participant, caller: GrpcCaller
) -> None:
    go = asyncio.Event()

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        await go.wait()
        yield answers(*(result(index) for index in range(4)))

    participant.batch = handle
    attempts = calls(4)
    for index, timeout in ((0, SECOND // 20), (2, SECOND // 10)):
        attempts[index] = dataclasses.replace(attempts[index], timeout=timeout)
    tasks = [asyncio.create_task(caller.execute(attempt)) for attempt in attempts]
    first, third = await tasks[0], await tasks[2]
    assert not tasks[1].done()
    go.set()
    # What comes too late is of no account.
    assert (await tasks[1], await tasks[3]) == (DONE, DONE)
    for answer in (first, third):
        assert isinstance(answer, Failed)
        assert answer.failure.code == "DEADLINE_EXCEEDED"


async def test_a_deadline_that_all_share_ends_the_call(participant: Participant, caller: GrpcCaller) -> None:
    participant.batch = silent
    for answer in await together(caller, calls(3, timeout=SECOND // 10)):
        assert isinstance(answer, Failed)
        assert answer.failure.code == "DEADLINE_EXCEEDED"
    async with asyncio.timeout(10):
        await participant.cancelled.wait()


async def test_a_cancelled_member_is_out_and_the_others_stay(participant: Participant, caller: GrpcCaller) -> None:
    go = asyncio.Event()

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        await go.wait()
        yield answers(*(result(index) for index in range(3)))

    participant.batch = handle
    tasks = [asyncio.create_task(caller.execute(attempt)) for attempt in calls(3)]
    while not participant.batched:
        await asyncio.sleep(0.005)
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    go.set()
    assert [await task for task in tasks[1:]] == [DONE, DONE]
    assert not participant.cancelled.is_set()


async def test_the_call_is_cancelled_once_nobody_wants_it(participant: Participant, caller: GrpcCaller) -> None:
    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(1))
        await asyncio.get_running_loop().create_future()

    participant.batch = handle
    attempts = calls(3)
    attempts[2] = dataclasses.replace(attempts[2], timeout=SECOND // 10)
    tasks = [asyncio.create_task(caller.execute(attempt)) for attempt in attempts]
    assert await tasks[1] == DONE
    assert isinstance(await tasks[2], Failed)
    assert not participant.cancelled.is_set()
    tasks[0].cancel()
    async with asyncio.timeout(5):  # the attempt's own deadline is later
        await participant.cancelled.wait()


async def test_a_member_cancelled_in_its_own_tick_never_leaves(participant: Participant, caller: GrpcCaller) -> None:
    tasks = [asyncio.create_task(caller.execute(attempt)) for attempt in calls(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    assert (await tasks[0], await tasks[2]) == (DONE, DONE)
    (batch,) = participant.batched
    assert [member.request.context.operation_key for member in batch.members] == ["op-0", "op-2"]


async def test_a_member_that_nobody_wants_any_more_stays_here(participant: Participant, caller: GrpcCaller) -> None:
    first, second, third = calls(3)
    unwanted = dataclasses.replace(second, wanted=lambda: False)
    assert await together(caller, [first, unwanted, third]) == [DONE, UNWANTED, DONE]
    (batch,) = participant.batched
    assert [member.request.context.operation_key for member in batch.members] == ["op-0", "op-2"]
    assert await together(caller, [unwanted, unwanted]) == [UNWANTED, UNWANTED]
    assert await caller.execute(unwanted) == UNWANTED
    assert (len(participant.batched), participant.executed) == (1, [])


async def test_a_cancel_that_meets_the_answer_counts_once(
    participant: Participant, caller: GrpcCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first member has its answer, and is cancelled before it can take it: the call goes on for the third."""
    go = asyncio.Event()

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(0), result(1))
        await go.wait()
        yield answers(result(2))

    read: list[v1.ExecuteResponse] = []

    def reading(response: v1.ExecuteResponse) -> ExecuteAnswer:
        read.append(response)
        if len(read) == 2:
            tasks[0].cancel()
        return execute_answer(response)

    monkeypatch.setattr(batches, "execute_answer", reading)
    participant.batch = handle
    tasks = [asyncio.create_task(caller.execute(attempt)) for attempt in calls(3)]
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert await tasks[1] == DONE
    go.set()
    assert await tasks[2] == DONE

"""ExecuteBatch with peers that misbehave: every attempt has an end, and none is given a wrong one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from orchestrator.caller import batches
from orchestrator.caller.base import Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.core.model import EMPTY, Failure
from orchestrator.core.outcome import Failed, Rejected
from sagaway.v1 import participant_service_pb2 as v1
from tests.caller.batching import DONE, LIMIT, answers, calls, completing, result, silent, together
from tests.caller.participants import Participant


async def test_a_call_that_ends_well_without_an_answer(participant: Participant, caller: GrpcCaller) -> None:
    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(1))

    participant.batch = handle
    unanswered, done = await together(caller, calls(2))
    assert done == DONE
    assert isinstance(unanswered, Failed)
    assert unanswered.failure.code == "UNKNOWN"


async def test_nonsense_is_of_no_account(participant: Participant, caller: GrpcCaller) -> None:
    rejected = v1.ExecuteResponse(rejected=v1.Rejected(reason="NO"))

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield b"\xff\xff\xff\xff"
        yield answers(result(-1), result(2), result(10_000), v1.ExecuteBatchResult(index=0))
        yield answers()
        yield answers(result(0), result(0, rejected))
        yield answers(result(0, rejected), result(1))

    participant.batch = handle
    assert await together(caller, calls(2)) == [DONE, DONE]


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE"),
        (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"),
        # About the call, not about a member: the last word on none of them.
        (grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN"),
        (grpc.StatusCode.OUT_OF_RANGE, "UNKNOWN"),
    ],
)
async def test_the_end_of_the_call_is_that_of_the_unanswered(
    participant: Participant, caller: GrpcCaller, code: grpc.StatusCode, means: str
) -> None:
    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(1))
        await context.abort(code, "no")

    participant.batch = handle
    unanswered, done = await together(caller, calls(2))
    assert done == DONE
    assert isinstance(unanswered, Failed)
    assert unanswered.failure.code == means
    assert "no" in unanswered.failure.message
    assert await together(caller, calls(2)) == ([DONE, DONE] if means == "UNKNOWN" else [unanswered, DONE])
    assert len(participant.executed) == (2 if means == "UNKNOWN" else 0)


async def test_a_participant_that_takes_no_batches_after_all(
    participant: Participant, registry: ParticipantRegistry, caller: GrpcCaller
) -> None:
    """It was moved back to an older version, say: nobody notices, and it is not asked again until it is registered."""
    participant.batch = None
    assert await together(caller, calls(3)) == [DONE] * 3
    participant.batch = completing
    assert await together(caller, calls(3)) == [DONE] * 3
    assert (len(participant.batched), len(participant.executed)) == (0, 6)
    registry.put("default", "order", participant.address, Limits(1_000), LIMIT)
    assert await together(caller, calls(3)) == [DONE] * 3
    assert (len(participant.batched), len(participant.executed)) == (1, 6)


async def test_a_refusal_after_a_call_that_was_not_taken_is_not_the_last_word(
    participant: Participant, caller: GrpcCaller
) -> None:
    """Replicas of two versions behind a proxy: one may have done it before the other said UNIMPLEMENTED."""
    participant.batch = None
    participant.execute = v1.ExecuteResponse(rejected=v1.Rejected(reason="NO_STOCK"))
    for answer in await together(caller, calls(2)):
        assert isinstance(answer, Failed)
        assert answer.failure.code == "UNKNOWN"
    for answer in await together(caller, calls(2)):
        assert answer == Rejected(Failure("", "NO_STOCK", ""))


async def test_unimplemented_after_an_answer_is_no_invitation_to_send_again(
    participant: Participant, caller: GrpcCaller
) -> None:
    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(0))
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "no more")

    participant.batch = handle
    done, unanswered = await together(caller, calls(2))
    assert done == DONE
    assert isinstance(unanswered, Failed)
    assert unanswered.failure.code == "UNIMPLEMENTED"
    assert not participant.executed


async def test_a_call_that_does_not_end_is_ended(
    participant: Participant, registry: ParticipantRegistry, caller: GrpcCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_LAST_WORD", 0.05)

    async def handle(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
        yield answers(result(0), result(1))
        await asyncio.get_running_loop().create_future()

    participant.batch = handle
    assert await together(caller, calls(2)) == [DONE, DONE]
    async with asyncio.timeout(5):
        await participant.cancelled.wait()


async def test_a_participant_that_is_away(caller: GrpcCaller, registry: ParticipantRegistry) -> None:
    registry.put("default", "order", "127.0.0.1:1", Limits(1_000), LIMIT)
    for answer in await together(caller, calls(3)):
        assert isinstance(answer, Failed)
        assert answer.failure.code == "UNAVAILABLE"


async def test_a_channel_closed_under_a_call_is_an_answer(
    participant: Participant, registry: ParticipantRegistry, caller: GrpcCaller
) -> None:
    participant.batch = silent
    tasks = [asyncio.create_task(caller.execute(attempt)) for attempt in calls(2)]
    while not participant.batched:
        await asyncio.sleep(0.005)
    await registry.close()
    for task in tasks:
        answer = await task
        assert isinstance(answer, Failed)
        assert answer.failure.code == "CANCELLED"


async def test_an_empty_input_needs_no_payload(participant: Participant, caller: GrpcCaller) -> None:
    assert await together(caller, calls(2, input=EMPTY)) == [DONE, DONE]

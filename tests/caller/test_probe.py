"""Probe: what became of an Execute is asked before it is sent again, and believed only where it says so."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from orchestrator.caller.base import Call, Limits
from orchestrator.caller.breaker import Verdict, judge
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.core.model import Failure, Payload
from orchestrator.core.outcome import UNWANTED, Completed, Failed, Pending, Rejected
from orchestrator.core.retry import SECOND
from sagaway.v1 import participant_service_pb2 as v1
from sagaway.v1.payload_pb2 import Payload as WirePayload
from tests.caller.batching import LIMIT, completing
from tests.caller.participants import CALL, Participant, error_info, hang, refuse, rich, serve

FIRST = dataclasses.replace(CALL, attempt=1)
FOUND = v1.ProbeResponse(completed=v1.Completed(output=WirePayload(json='{"id": 7}')))
EXECUTED = Completed(Payload(json='{"id": 1}'))


@pytest.fixture
async def participant(registry: ParticipantRegistry) -> AsyncIterator[Participant]:
    async with serve(Participant(batch=completing)) as participant:
        registry.put("default", "order", participant.address, Limits(7), probed=frozenset({"do"}))
        yield participant


def asked(participant: Participant) -> tuple[int, int]:
    """How many Probes and how many Executes arrived."""
    return len(participant.probed), len(participant.executed)


async def test_a_first_attempt_is_not_asked_about(participant: Participant, caller: GrpcCaller) -> None:
    participant.probe = FOUND
    assert await caller.execute(FIRST) == EXECUTED
    assert asked(participant) == (0, 1)


async def test_what_has_landed_is_not_sent_again(participant: Participant, caller: GrpcCaller) -> None:
    participant.probe = FOUND
    assert await caller.execute(CALL) == Completed(Payload(json='{"id": 7}'))
    assert asked(participant) == (1, 0)
    (request,) = participant.probed
    assert request.context.operation_key == CALL.operation_key
    assert request.context.attempt == CALL.attempt
    assert request.input == WirePayload(json='{"sku": "tea"}', metadata={"a": "b"})


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (v1.ProbeResponse(pending=v1.Pending()), Pending()),
        (v1.ProbeResponse(rejected=v1.Rejected(reason="NO", message="no")), Rejected(Failure("", "NO", "no"))),
    ],
)
async def test_other_outcomes_are_the_attempts_answer(
    said: Any, answer: object, participant: Participant, caller: GrpcCaller
) -> None:
    participant.probe = said
    assert await caller.execute(CALL) == answer
    assert asked(participant) == (1, 0)


@pytest.mark.parametrize(
    "said",
    [
        v1.ProbeResponse(not_found=v1.NotFound()),
        v1.ProbeResponse(),
        b"\xff\xff\xff\xff",
        v1.ProbeResponse(completed=v1.Completed(output=WirePayload(json="{"))),
        refuse(grpc.StatusCode.UNIMPLEMENTED),
        refuse(grpc.StatusCode.FAILED_PRECONDITION),
        refuse(grpc.StatusCode.UNAVAILABLE),
    ],
)
async def test_whatever_else_it_says_the_execute_is_sent_again(
    said: Any, participant: Participant, caller: GrpcCaller
) -> None:
    participant.probe = said
    assert await caller.execute(CALL) == EXECUTED
    assert asked(participant) == (1, 1)


async def test_in_progress_is_an_answer(participant: Participant, caller: GrpcCaller) -> None:
    participant.probe = refuse(
        grpc.StatusCode.ABORTED, "runs", rich(grpc.StatusCode.ABORTED, error_info("IN_PROGRESS"))
    )
    answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert answer.failure.reason == "IN_PROGRESS"
    assert asked(participant) == (1, 0)


async def test_a_probe_that_hangs_leaves_half_of_the_time(participant: Participant, caller: GrpcCaller) -> None:
    participant.probe = hang
    left: list[float] = []

    async def execute(request: Any, context: Any) -> Any:
        left.append(context.time_remaining())
        return v1.ExecuteResponse(completed=v1.Completed())

    participant.execute = execute
    assert isinstance(await caller.execute(dataclasses.replace(CALL, timeout=2 * SECOND)), Completed)
    assert 0 < left[0] < 1.1


async def test_an_action_that_offers_none_is_not_asked_about(
    participant: Participant, caller: GrpcCaller, registry: ParticipantRegistry
) -> None:
    registry.put("default", "order", participant.address, Limits(7), probed=frozenset({"another"}))
    participant.probe = FOUND
    assert await caller.execute(CALL) == EXECUTED
    assert asked(participant) == (0, 1)


async def test_a_resend_goes_into_a_batch_after_it_was_asked_about(
    participant: Participant, caller: GrpcCaller, registry: ParticipantRegistry
) -> None:
    registry.put("default", "order", participant.address, Limits(7), LIMIT, probed=frozenset({"do"}))
    call: Call = dataclasses.replace(CALL, operation_key="other")
    assert isinstance(await caller.execute(call), Completed)
    assert len(participant.probed) == 1


async def test_a_resend_that_is_not_wanted_is_not_asked_about(participant: Participant, caller: GrpcCaller) -> None:
    assert await caller.execute(dataclasses.replace(CALL, wanted=lambda: False)) == UNWANTED
    assert asked(participant) == (0, 0)


async def test_an_execute_that_is_wanted_no_more_does_not_follow(participant: Participant, caller: GrpcCaller) -> None:
    """The saga went back while its participant was asked."""
    answer = await caller.execute(dataclasses.replace(CALL, wanted=lambda: not participant.probed))
    assert isinstance(answer, Failed)
    assert (answer.failure.code, answer.failure.reason) == ("CANCELLED", "NOT_WANTED")
    assert judge(answer) is Verdict.NOTHING, "what was not sent tells nothing"
    assert asked(participant) == (1, 0)

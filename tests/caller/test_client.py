"""Every end that a call can have, over real gRPC: each becomes an answer, and only cancellation gets out."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from orchestrator.caller.base import Caller, Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.encryption import Encryption
from orchestrator.caller.payloads import MAX_VALUE
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.core.model import EMPTY, ExecuteOutcome, Failure, Payload, SagaKey
from orchestrator.core.outcome import (
    CLASSES,
    INVALID_ANSWER,
    UNWANTED,
    Compensated,
    Completed,
    Failed,
    Found,
    Pending,
    Rejected,
    Sealed,
)
from orchestrator.core.retry import MAX_BACKOFF, SECOND
from sagaway.v1 import participant_service_pb2 as v1
from sagaway.v1.payload_pb2 import Payload as WirePayload
from tests.caller.participants import (
    CALL,
    TIME,
    Answer,
    Participant,
    Slow,
    error_info,
    hang,
    refuse,
    retry_info,
    rich,
    serve,
)


@pytest.fixture
async def registry() -> AsyncIterator[ParticipantRegistry]:
    registry = ParticipantRegistry(Encryption(plaintext=["nowhere.invalid:1", "not an address"]))
    yield registry
    await registry.close()


@pytest.fixture
async def participant(registry: ParticipantRegistry) -> AsyncIterator[Participant]:
    async with serve(Participant()) as participant:
        registry.put("default", "order", participant.address, Limits(7))
        yield participant


@pytest.fixture
def caller(registry: ParticipantRegistry) -> Caller:
    return GrpcCaller(registry)


async def test_a_participant_gets_the_whole_context(participant: Participant, caller: Caller) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await caller.execute(dataclasses.replace(CALL, traceparent=traceparent))
    assert answer == Completed(Payload(json='{"id": 1}'))
    (request,) = participant.executed
    context = request.context
    assert (context.namespace, context.saga_id, context.step_id, context.action) == (
        "default",
        "o-1",
        "create_order",
        "do",
    )
    assert (context.definition_name, context.definition_version, context.run) == ("place_order", 3, 1)
    assert (context.operation_key, context.idempotency_key) == (CALL.operation_key, CALL.idempotency_key)
    assert (context.attempt, context.claim, context.completion_token) == (2, 4, "secret")
    assert context.first_sent_time.ToMicroseconds() == TIME
    assert context.not_after_time.ToMicroseconds() == TIME + 1
    assert dict(context.labels) == {"customer": "c-1"}
    assert request.input == WirePayload(json='{"sku": "tea"}', metadata={"a": "b"})
    assert participant.metadata[0]["traceparent"] == traceparent


async def test_a_compensate_says_what_is_known(participant: Participant, caller: Caller) -> None:
    assert await caller.compensate(CALL) == Compensated()
    known = dataclasses.replace(CALL, output=Payload(json="1"), outcome=ExecuteOutcome.COMPLETED)
    assert await caller.compensate(known) == Compensated()
    await caller.compensate(dataclasses.replace(CALL, outcome=ExecuteOutcome.PENDING))
    unknown, completed, pending = participant.compensated
    assert unknown.execute_outcome == v1.EXECUTE_OUTCOME_UNKNOWN
    assert not unknown.HasField("output")
    assert completed.execute_outcome == v1.EXECUTE_OUTCOME_COMPLETED
    assert completed.output.json == "1"
    assert pending.execute_outcome == v1.EXECUTE_OUTCOME_PENDING
    assert unknown.context.operation_key == CALL.operation_key
    assert "traceparent" not in participant.metadata[0]


async def test_outcomes_in_the_body(participant: Participant, caller: Caller) -> None:
    participant.execute = v1.ExecuteResponse(pending=v1.Pending())
    assert await caller.execute(CALL) == Pending()
    participant.compensate = v1.CompensateResponse(pending=v1.Pending())
    assert await caller.compensate(CALL) == Pending()
    participant.execute = v1.ExecuteResponse(completed=v1.Completed())
    assert await caller.execute(CALL) == Completed(EMPTY)
    participant.execute = v1.ExecuteResponse(rejected=v1.Rejected(reason="NO_STOCK", message="no tea is left"))
    assert await caller.execute(CALL) == Rejected(Failure("", "NO_STOCK", "no tea is left"))


@pytest.mark.parametrize(
    ("reason", "message", "failure"),
    [
        ("", "", Failure("", "REJECTED", "")),
        ("insufficient funds!", "a\x1b[31mb\nc", Failure("", "INSUFFICIENT_FUNDS", "a [31mb\nc")),
        ("X" * 64, "m" * 2049, Failure("", "X" * 63, "m" * 2045 + "...")),
        ("-–-", "é" * 1025, Failure("", "REJECTED", "é" * 1022 + "...")),
        ("R", "é" * 1024, Failure("", "R", "é" * 1024)),
        ("r" * 500_000, "m" * 500_000, Failure("", "R" * 63, "m" * 2045 + "...")),
    ],
)
async def test_a_refusal_stays_a_refusal(
    participant: Participant, caller: Caller, reason: str, message: str, failure: Failure
) -> None:
    participant.execute = v1.ExecuteResponse(rejected=v1.Rejected(reason=reason, message=message))
    assert await caller.execute(CALL) == Rejected(failure)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "has no outcome"),
        (b"garbage that is no message", "is not an ExecuteResponse"),
        (b"\xff" * 1000, "is not an ExecuteResponse"),
        (b"\x0a\x05\x0a\x03\x0a\x01\xff", "is not an ExecuteResponse"),  # A `json` that is no UTF-8.
        (WirePayload(json="no"), "completed.output.json: is not JSON"),
        (WirePayload(binary=b"x" * (MAX_VALUE + 1)), "completed.output.binary: has 1,048,577 bytes"),
        (WirePayload(json="1", content_type="x"), "completed.output.content_type"),
        (WirePayload(metadata={"k": "v" * 2000}), 'completed.output.metadata["k"]'),
    ],
)
async def test_nonsense_fails_the_attempt_and_says_so(
    participant: Participant, caller: Caller, body: Any, says: str
) -> None:
    participant.execute = (
        v1.ExecuteResponse(completed=v1.Completed(output=body)) if not isinstance(body, bytes) else body
    )
    answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert (answer.failure.code, answer.failure.reason) == ("FAILED_PRECONDITION", INVALID_ANSWER)
    assert says in answer.failure.message


async def test_a_compensate_that_is_not_wanted_any_more_stays_here(participant: Participant, caller: Caller) -> None:
    assert await caller.compensate(dataclasses.replace(CALL, wanted=lambda: False)) == UNWANTED
    assert participant.compensated == []


@pytest.mark.parametrize("body", [b"", b"garbage that is no message"])
async def test_nonsense_in_compensate(participant: Participant, caller: Caller, body: bytes) -> None:
    participant.compensate = body
    answer = await caller.compensate(CALL)
    assert isinstance(answer, Failed)
    assert answer.failure.reason == INVALID_ANSWER


async def test_a_message_beyond_every_limit_is_resource_exhausted(participant: Participant, caller: Caller) -> None:
    participant.execute = b"x" * (9 << 20)
    answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert answer.failure.code == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK], ids=str)
async def test_every_code_is_a_failure_of_that_name(
    participant: Participant, caller: Caller, code: grpc.StatusCode
) -> None:
    participant.execute = participant.compensate = refuse(code, "because")
    expected = Failed(Failure(code.name, "", "because"))
    assert await caller.execute(CALL) == expected
    assert await caller.compensate(CALL) == expected
    assert code.name in CLASSES


async def test_details_of_an_error_are_read(participant: Participant, caller: Caller) -> None:
    aborted, status = grpc.StatusCode.ABORTED, None
    status = rich(aborted, error_info("IN_PROGRESS"), retry_info(0.25))
    participant.execute = refuse(aborted, "m" * 3000, status)
    answer = await caller.execute(CALL)
    assert answer == Failed(Failure("ABORTED", "IN_PROGRESS", "m" * 2045 + "..."), retry_after=250_000)


@pytest.mark.parametrize(
    ("trailing", "reason", "retry_after", "no_retry"),
    [
        ([("grpc-status-details-bin", b"\xff\xfe garbage")], "", 0, False),
        ([rich(grpc.StatusCode.NOT_FOUND, error_info("IN_PROGRESS"))], "", 0, False),  # Of another code.
        ([rich(grpc.StatusCode.ABORTED, error_info("IN_PROGRESS", "bank"))], "PARTICIPANT_IN_PROGRESS", 0, False),
        ([rich(grpc.StatusCode.ABORTED, error_info("INVALID_ANSWER"))], "PARTICIPANT_INVALID_ANSWER", 0, False),
        ([rich(grpc.StatusCode.ABORTED, error_info("bank is closed", "bank"))], "BANK_IS_CLOSED", 0, False),
        ([rich(grpc.StatusCode.ABORTED, retry_info(-5))], "", 0, False),
        ([rich(grpc.StatusCode.ABORTED, retry_info(1e9))], "", MAX_BACKOFF, False),
        ([("grpc-retry-pushback-ms", "1500")], "", 1_500_000, False),
        ([("grpc-retry-pushback-ms", "0")], "", 0, False),
        ([("grpc-retry-pushback-ms", "-1")], "", 0, True),
        ([("grpc-retry-pushback-ms", "soon")], "", 0, True),
        ([rich(grpc.StatusCode.ABORTED, retry_info(3)), ("grpc-retry-pushback-ms", "-1")], "", 0, True),
        ([rich(grpc.StatusCode.ABORTED, retry_info(3)), ("grpc-retry-pushback-ms", "10")], "", 3 * SECOND, False),
    ],
)
async def test_hints_of_an_error(
    participant: Participant, caller: Caller, trailing: Any, reason: str, retry_after: int, no_retry: bool
) -> None:
    participant.execute = refuse(grpc.StatusCode.ABORTED, "no", *trailing)
    assert await caller.execute(CALL) == Failed(Failure("ABORTED", reason, "no"), retry_after, no_retry)


async def test_lengthy_details_do_not_hide_the_code(participant: Participant, caller: Caller) -> None:
    code = grpc.StatusCode.NOT_FOUND
    padding = [error_info(f"R{index}", "x" * 1_000) for index in range(55)]
    participant.execute = refuse(code, "m", rich(code, *padding, error_info("GONE")))
    # gRPC refuses metadata above its soft limit at random, so once would prove little.
    for _ in range(10):
        assert await caller.execute(CALL) == Failed(Failure("NOT_FOUND", "GONE", "m"))


async def test_an_author_bug_is_unknown(participant: Participant, caller: Caller) -> None:
    async def raises(request: Any, context: Any) -> Answer:
        raise ZeroDivisionError

    participant.execute = raises
    answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert answer.failure.code == "UNKNOWN"


async def test_a_hanging_participant_meets_the_deadline(participant: Participant, caller: Caller) -> None:
    participant.execute = hang
    answer = await caller.execute(dataclasses.replace(CALL, timeout=SECOND // 10))
    assert isinstance(answer, Failed)
    assert answer.failure.code == "DEADLINE_EXCEEDED"
    await asyncio.wait_for(participant.cancelled.wait(), 5)


async def test_cancelling_the_task_cancels_on_the_wire(participant: Participant, caller: Caller) -> None:
    participant.execute = slow = Slow()
    task = asyncio.ensure_future(caller.execute(CALL))
    await asyncio.wait_for(slow.arrived.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(participant.cancelled.wait(), 5)


async def test_nobody_there_fails_at_once(registry: ParticipantRegistry, caller: Caller) -> None:
    with socket.socket() as taken:  # Bound and not listening: nobody else can take the port meanwhile.
        taken.bind(("127.0.0.1", 0))
        registry.put("default", "order", f"127.0.0.1:{taken.getsockname()[1]}", Limits(1))
        answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert answer.failure.code == "UNAVAILABLE"


async def test_an_address_that_leads_nowhere_is_a_failure(registry: ParticipantRegistry, caller: Caller) -> None:
    for address in ("nowhere.invalid:1", "127.0.0.1", "not an address", "unix:/nowhere"):
        registry.put("default", "order", address, Limits(1))
        answer = await caller.execute(CALL)
        assert isinstance(answer, Failed), address
        assert answer.failure.code in {"UNAVAILABLE", "INTERNAL"}, (address, answer)


async def test_a_participant_elsewhere_is_not_called_in_plain_text(
    registry: ParticipantRegistry, caller: Caller
) -> None:
    registry.put("default", "order", "elsewhere.invalid:1", Limits(1))
    answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert (answer.failure.code, answer.failure.reason) == ("PERMISSION_DENIED", "PLAINTEXT_REFUSED")


async def test_who_is_not_registered_is_unimplemented(participant: Participant, caller: Caller) -> None:
    for call in (
        dataclasses.replace(CALL, participant="payment"),
        dataclasses.replace(CALL, key=SagaKey("elsewhere", "o-1")),
    ):
        answer = await caller.execute(call)
        assert isinstance(answer, Failed)
        assert (answer.failure.code, answer.failure.reason) == ("UNIMPLEMENTED", "PARTICIPANT_NOT_REGISTERED")
    assert not participant.executed


async def test_what_cannot_be_sent_is_a_failure_of_the_attempt(participant: Participant, caller: Caller) -> None:
    answer = await caller.execute(dataclasses.replace(CALL, traceparent="\n"))
    assert isinstance(answer, Failed)
    assert answer.failure.code == "INTERNAL"
    assert await caller.execute(CALL) == Completed(Payload(json='{"id": 1}'))


async def test_a_participant_that_comes_back_is_found_within_seconds(
    registry: ParticipantRegistry, caller: Caller
) -> None:
    async with serve(Participant()) as first:
        registry.put("default", "order", first.address, Limits(1))
        assert isinstance(await caller.execute(CALL), Completed)
    answer = await caller.execute(CALL)
    assert isinstance(answer, Failed)
    assert answer.failure.code == "UNAVAILABLE"
    async with serve(Participant(), first.address) as second, asyncio.timeout(10):
        while not isinstance(answer, Completed):
            answer = await caller.execute(CALL)
        assert len(second.executed) == 1


async def test_a_limit_is_the_registration(participant: Participant, caller: Caller) -> None:
    assert caller.limits("default", "order").calls == 7
    assert caller.limits("default", "unknown").calls >= 1


# Seal ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sealing(participant: Participant, registry: ParticipantRegistry) -> Participant:
    """A participant that offers Seal."""
    registry.put("default", "order", participant.address, Limits(7), seals=True)
    return participant


async def test_a_seal_names_the_operation_and_nothing_of_a_phase(sealing: Participant, caller: Caller) -> None:
    assert await caller.seal(CALL) == Sealed(Found.NOTHING)
    (request,) = sealing.sealed
    context = request.context
    assert (context.operation_key, context.saga_id, context.action) == (CALL.operation_key, "o-1", "do")
    assert context.first_sent_time.ToMicroseconds() == TIME
    assert (context.idempotency_key, context.attempt, context.completion_token) == ("", 0, "")
    assert not context.HasField("not_after_time")


@pytest.mark.parametrize("found", list(Found))
async def test_a_seal_tells_what_was_found(found: Found, sealing: Participant, caller: Caller) -> None:
    sealing.seal = v1.SealResponse(sealed=v1.Sealed(found=f"FOUND_OUTCOME_{found}"))
    assert await caller.seal(CALL) == Sealed(found)


@pytest.mark.parametrize("answer", [v1.SealResponse(), b"\xff", refuse(grpc.StatusCode.UNAVAILABLE)])
async def test_what_does_not_say_sealed_is_not(answer: Any, sealing: Participant, caller: Caller) -> None:
    sealing.seal = answer
    assert isinstance(await caller.seal(CALL), Failed)


async def test_a_word_of_a_later_contract_is_a_seal_all_the_same(sealing: Participant, caller: Caller) -> None:
    sealing.seal = b"\x0a\x02\x08\x63"
    assert await caller.seal(CALL) == Sealed(Found.UNSPECIFIED)


async def test_who_does_not_offer_it_is_not_asked_to_seal(participant: Participant, caller: Caller) -> None:
    answer = await caller.seal(CALL)
    assert isinstance(answer, Failed)
    assert (answer.failure.code, answer.failure.reason) == ("UNIMPLEMENTED", "SEAL_NOT_OFFERED")
    assert participant.sealed == []

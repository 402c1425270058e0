"""Calls participants over gRPC: one attempt a call, and every end of it an answer.

The way of a call: the registry knows the address, one channel leads there, the request goes out with the attempt's
deadline (an Execute together with others that are ready, `orchestrator.caller.batches`), and
`orchestrator.caller.answers` says what came back. An Execute that is sent again is not sent if a Probe, where the
participant offers one, tells what became of it; whatever else the Probe ends with is of no account, but for
IN_PROGRESS, which the Execute would be told too. Calls fail fast while a participant is away (`wait_for_ready` off):
waiting is the engine's, whose backoff is persisted.

Cancelling the task that awaits a call cancels it on the wire. That is the only exception that gets out: gRPC also
raises `CancelledError` when a channel is closed under a call, and that one is an answer (CANCELLED).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import grpc
import structlog
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from orchestrator.caller.answers import read_compensate, read_error, read_execute, read_probe, read_seal
from orchestrator.caller.base import Call, Limits
from orchestrator.caller.batches import Alone
from orchestrator.caller.channels import Line, Rpc
from orchestrator.caller.errors import PlaintextRefused
from orchestrator.caller.payloads import fill_payload
from orchestrator.caller.registry import ParticipantRegistry, Registration
from orchestrator.core.model import ExecuteOutcome, Failure
from orchestrator.core.naming import about
from orchestrator.core.outcome import (
    IN_PROGRESS,
    UNWANTED,
    CompensateAnswer,
    ExecuteAnswer,
    Failed,
    Rejected,
    SealAnswer,
)
from orchestrator.core.retry import SECOND
from sagaway.v1 import participant_service_pb2

T = TypeVar("T")

_OUTCOMES = {
    ExecuteOutcome.UNKNOWN: participant_service_pb2.EXECUTE_OUTCOME_UNKNOWN,
    ExecuteOutcome.COMPLETED: participant_service_pb2.EXECUTE_OUTCOME_COMPLETED,
    ExecuteOutcome.PENDING: participant_service_pb2.EXECUTE_OUTCOME_PENDING,
}

_DOUBT = Failed(Failure("UNKNOWN", "", "refused, but an ExecuteBatch may have done it before; asking again"))

_logger = structlog.get_logger(__name__)


_DEFAULT_LIMITS = Limits()


class GrpcCaller:
    """`orchestrator.caller.base.Caller` over gRPC."""

    def __init__(self, registry: ParticipantRegistry) -> None:
        """Make a caller.

        Args:
            registry: where participants are; its owner closes it.
        """
        self._registry = registry

    async def execute(self, call: Call) -> ExecuteAnswer:
        """Send one Execute, with others that become ready in the same tick; see `Caller.execute`."""
        return await self._send("EXECUTE", call, _execute_on)

    async def compensate(self, call: Call) -> CompensateAnswer:
        """Send one Compensate; see `Caller.compensate`."""
        return await self._send("COMPENSATE", call, _compensate_on)

    async def seal(self, call: Call) -> SealAnswer:
        """Ask to seal an operation; see `Caller.seal`."""
        return await self._send("SEAL", call, _seal_on)

    def limits(self, namespace: str, participant: str) -> Limits:
        """Return how much a participant takes; see `Caller.limits`."""
        registration = self._registry.find(namespace, participant)
        return registration.limits if registration is not None else _DEFAULT_LIMITS

    async def _send(
        self, phase: str, call: Call, send_on: Callable[[Line, Registration, Call], Awaitable[T]]
    ) -> T | Failed:
        """Return the answer, or how the attempt failed."""
        registration = self._registry.find(call.key.namespace, call.participant)
        if registration is None:
            message = f"participant {call.participant!r} is not registered in namespace {call.key.namespace!r}"
            return Failed(Failure("UNIMPLEMENTED", "PARTICIPANT_NOT_REGISTERED", message))
        try:
            with self._registry.line(registration.address) as line:
                return await send_on(line, registration, call)
        except grpc.aio.AioRpcError as error:
            return read_error(error)
        except PlaintextRefused as error:  # Registered before the server was told to be strict.
            return Failed(Failure("PERMISSION_DENIED", "PLAINTEXT_REFUSED", str(error)))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return Failed(Failure("CANCELLED", "", "the channel was closed while the call was under way"))
        except Exception as error:  # The engine relies on it: whatever breaks here is this attempt's failure only.
            _logger.exception(
                "a call could not be made",
                **about(call.key, call.traceparent, call.step_id),
                participant=call.participant,
                phase=phase,
            )
            return Failed(Failure("INTERNAL", "CALLER_FAULT", f"the call could not be made: {type(error).__name__}"))


async def _execute_on(line: Line, registration: Registration, call: Call) -> ExecuteAnswer:
    request = _execute_request(call)
    timeout = call.timeout
    if call.attempt > 1 and call.action in registration.probed:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if not call.wanted():
            return UNWANTED
        known = await _probe_on(line, request, call)
        if known is not None:
            return known
        timeout = max(0, timeout - round((loop.time() - begun) * SECOND))
    doubtful = False
    if registration.batch_limit > 1 and not line.batches.refused:
        answer = await line.batches.execute(request, registration.batch_limit, timeout, call.traceparent, call.wanted)
        if not isinstance(answer, Alone):
            return answer
        timeout, doubtful = answer
    if not call.wanted():
        return UNWANTED
    alone = read_execute(await _exchange(line.execute, request, timeout, call))
    return _DOUBT if doubtful and isinstance(alone, Rejected) else alone


async def _probe_on(line: Line, execute: participant_service_pb2.ExecuteRequest, call: Call) -> ExecuteAnswer | None:
    """Ask what became of an Execute, in at most half of its attempt's time; None: it is to be sent again."""
    request = participant_service_pb2.ProbeRequest(context=execute.context, input=execute.input)
    try:
        return read_probe(await _exchange(line.probe, request, call.timeout // 2, call))
    except grpc.aio.AioRpcError as error:
        failed = read_error(error)
        return failed if failed.failure.reason == IN_PROGRESS else None


async def _compensate_on(line: Line, _: Registration, call: Call) -> CompensateAnswer:
    if not call.wanted():
        return UNWANTED
    return read_compensate(await _exchange(line.compensate, _compensate_request(call), call.timeout, call))


async def _seal_on(line: Line, registration: Registration, call: Call) -> SealAnswer:
    if not registration.seals:
        message = f"participant {call.participant!r} does not offer Seal"
        return Failed(Failure("UNIMPLEMENTED", "SEAL_NOT_OFFERED", message))
    return read_seal(await _exchange(line.seal, _seal_request(call), call.timeout, call))


async def _exchange(rpc: Rpc, request: Message, timeout: int, call: Call) -> bytes:  # noqa: ASYNC109 - gRPC keeps it
    return await rpc(
        request.SerializeToString(),
        timeout=timeout / 1_000_000,
        metadata=(("traceparent", call.traceparent),) if call.traceparent else None,
    )


def _execute_request(call: Call) -> participant_service_pb2.ExecuteRequest:
    request = participant_service_pb2.ExecuteRequest()
    _fill(request.context, call)
    fill_payload(request.input, call.input)
    return request


def _compensate_request(call: Call) -> participant_service_pb2.CompensateRequest:
    request = participant_service_pb2.CompensateRequest(execute_outcome=_OUTCOMES[call.outcome])
    _fill(request.context, call)
    fill_payload(request.input, call.input)
    if call.output is not None:
        fill_payload(request.output, call.output)
    return request


def _seal_request(call: Call) -> participant_service_pb2.SealRequest:
    request = participant_service_pb2.SealRequest()
    _fill(request.context, call)
    for of_a_phase in ("idempotency_key", "attempt", "not_after_time", "completion_token"):
        request.context.ClearField(of_a_phase)
    return request


def _fill(context: participant_service_pb2.StepContext, call: Call) -> None:
    """Say which operation a call is about. In place: made apart and put in, it would be copied, at twice the cost."""
    context.namespace = call.key.namespace
    context.saga_id = call.key.saga_id
    context.definition_name = call.definition_name
    context.definition_version = call.definition_version
    context.step_id = call.step_id
    context.action = call.action
    context.run = call.run
    context.operation_key = call.operation_key
    context.idempotency_key = call.idempotency_key
    context.attempt = call.attempt
    context.claim = call.claim
    _set_time(context.first_sent_time, call.first_sent_time)
    _set_time(context.not_after_time, call.not_after_time)
    context.completion_token = call.completion_token
    if call.labels:
        context.labels.update(call.labels)


def _set_time(timestamp: Timestamp, microseconds: int) -> None:
    timestamp.seconds, rest = divmod(microseconds, 1_000_000)
    timestamp.nanos = rest * 1_000

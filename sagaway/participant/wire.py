"""Sends Execute, Compensate and Seal to a live participant as an orchestrator does. For tests; see `testing`."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from sagaway.participant.barrier import Phase
from sagaway.participant.errors import DOMAIN, STATUS_DETAILS
from sagaway.participant.payload import Payload, to_proto
from sagaway.v1 import participant_service_pb2 as contract
from sagaway.v1 import payload_pb2

SERVICE = "/sagaway.v1.ParticipantService/"
PATIENCE = timedelta(seconds=10)
"""How long one message is sent again before a transient answer counts as final."""

# The codes after which an orchestrator asks again with the same key.
TRANSIENT = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DATA_LOSS,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        phase: of the request; None: it was a Seal.
        code: OK, or the error's.
        reply: the response's bytes as they were sent; empty for an error.
        reason: of the ErrorInfo of domain `sagaway`; empty without one.
        details: the error's text.
        retry_after: seconds, of the RetryInfo; 0 without one.
        fields: those that the BadRequest names.
    """

    phase: Phase | None
    code: grpc.StatusCode = grpc.StatusCode.OK
    reply: bytes = b""
    reason: str = ""
    details: str = ""
    retry_after: float = 0.0
    fields: tuple[str, ...] = ()

    @property
    def execute(self) -> contract.ExecuteResponse:
        """The reply of an Execute."""
        return contract.ExecuteResponse.FromString(self.reply)

    @property
    def compensate(self) -> contract.CompensateResponse:
        """The reply of a Compensate."""
        return contract.CompensateResponse.FromString(self.reply)

    @property
    def seal(self) -> contract.SealResponse:
        """The reply of a Seal."""
        return contract.SealResponse.FromString(self.reply)

    @property
    def outcome(self) -> str:
        """`completed`, `rejected`, `pending`, `compensated`, `sealed` or `none`; of an error its code: `ABORTED`."""
        if self.code is not grpc.StatusCode.OK:
            return self.code.name
        if self.phase is None:
            return self.seal.WhichOneof("outcome") or "none"
        which = self.execute if self.phase is Phase.EXECUTE else self.compensate
        return which.WhichOneof("outcome") or "none"

    @property
    def found(self) -> str:
        """What a Seal found: `NOTHING`, `COMPLETED`, `PENDING`, `UNKNOWN` or `UNSPECIFIED`."""
        return contract.FoundOutcome.Name(self.seal.sealed.found).removeprefix("FOUND_OUTCOME_")

    @property
    def is_final(self) -> bool:
        """Whether an orchestrator would not ask again."""
        return self.code not in TRANSIENT


class Operation:
    """One operation of a saga that exists only here.

    Args:
        channel: to the participant.
        action: which.
        given: the input: a Payload, or anything JSON can hold.
        context: overrides fields of the StepContext, as of `step_context`.
    """

    def __init__(self, channel: grpc.aio.Channel, action: str, given: object, **context: Any) -> None:
        self.context = step_context(action, **context)
        self.input = given
        self._execute = channel.unary_unary(f"{SERVICE}Execute", None, None)
        self._compensate = channel.unary_unary(f"{SERVICE}Compensate", None, None)
        self._seal = channel.unary_unary(f"{SERVICE}Seal", None, None)

    @property
    def key(self) -> str:
        """The operation_key."""
        return self.context.operation_key

    async def execute(self, given: object = None, **context: Any) -> Answer:
        """Send one Execute.

        Args:
            given: an input instead of the operation's.
            context: overrides fields of the StepContext for this message.
        """
        request = contract.ExecuteRequest(
            context=self._context(Phase.EXECUTE, context), input=_payload(self.input if given is None else given)
        )
        return await _send(self._execute, request, Phase.EXECUTE)

    async def compensate(
        self,
        given: object = None,
        *,
        outcome: "contract.ExecuteOutcome" = contract.EXECUTE_OUTCOME_UNKNOWN,
        output: object = None,
        **context: Any,
    ) -> Answer:
        """Send one Compensate.

        Args:
            given: an input instead of the operation's.
            outcome: what the orchestrator knows of the Execute.
            output: the Execute's output as the orchestrator knows it; None: it does not.
            context: overrides fields of the StepContext for this message.
        """
        request = contract.CompensateRequest(
            context=self._context(Phase.COMPENSATE, context),
            input=_payload(self.input if given is None else given),
            output=None if output is None else _payload(output),
            execute_outcome=outcome,
        )
        return await _send(self._compensate, request, Phase.COMPENSATE)

    async def seal(self, **context: Any) -> Answer:
        """Send one Seal.

        Args:
            context: overrides fields of the StepContext for this message.
        """
        of_no_phase = {"attempt": None, "not_after_time": None} | context
        return await _send(self._seal, contract.SealRequest(context=self._context(None, of_no_phase)), None)

    def _context(self, phase: Phase | None, overrides: dict[str, Any]) -> contract.StepContext:
        context = contract.StepContext()
        context.CopyFrom(self.context)
        if phase is not None:
            context.idempotency_key = f"{context.operation_key}/{phase.value}"
        _override(context, overrides)
        return context


def step_context(action: str, **fields: Any) -> contract.StepContext:
    """Return a StepContext as an orchestrator fills it: sent now, with ten minutes to arrive.

    Args:
        action: which.
        fields: overrides. Instants are datetimes; None leaves a field unset.
    """
    saga_id = fields.setdefault("saga_id", f"test-{uuid.uuid4()}")
    now = datetime.now(UTC)
    context = contract.StepContext(
        namespace="default",
        definition_name="test",
        definition_version=1,
        step_id="step",
        action=action,
        run=1,
        operation_key=f"test/default/{saga_id}/1/step",
        attempt=1,
        claim=1,
    )
    _override(context, {"first_sent_time": now, "not_after_time": now + timedelta(minutes=10)} | fields)
    return context


async def settled(send: Callable[[], Awaitable[Answer]]) -> Answer:
    """Send until the answer is final, or `PATIENCE` is over; returns the last answer."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while True:
        answer = await send()
        if answer.is_final or time.monotonic() > deadline:
            return answer
        await asyncio.sleep(answer.retry_after or 0.1)


async def described(channel: grpc.aio.Channel) -> contract.DescribeActionsResponse:
    """Return what the participant says of itself."""
    describe = channel.unary_unary(f"{SERVICE}DescribeActions", None, None)
    request = contract.DescribeActionsRequest().SerializeToString()
    return contract.DescribeActionsResponse.FromString(await describe(request, timeout=PATIENCE.total_seconds()))


@asynccontextmanager
async def connected(
    address: str, credentials: grpc.ChannelCredentials | None = None
) -> AsyncIterator[grpc.aio.Channel]:
    """Open a channel to a participant; gRPC's own retries are off, so that every message is one of ours."""
    options = [("grpc.enable_retries", 0)]
    if credentials is None:
        opened = grpc.aio.insecure_channel(address, options)
    else:
        opened = grpc.aio.secure_channel(address, credentials, options)
    async with opened as channel:
        yield channel


def _override(context: contract.StepContext, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if value is None:
            context.ClearField(name)
        elif isinstance(value, datetime):
            getattr(context, name).FromDatetime(value)
        elif isinstance(value, dict):
            getattr(context, name).update(value)
        else:
            setattr(context, name, value)


def _payload(value: object) -> payload_pb2.Payload:
    return to_proto(value if isinstance(value, Payload) else Payload.of(value))


async def _send(call: Callable[..., Awaitable[bytes]], request: Message, phase: Phase | None) -> Answer:
    try:
        return Answer(phase, reply=await call(request.SerializeToString(), timeout=PATIENCE.total_seconds()))
    except grpc.aio.AioRpcError as error:
        status = status_pb2.Status()
        metadata: Any = error.trailing_metadata() or ()
        for key, value in metadata:
            if key == STATUS_DETAILS and isinstance(value, bytes):
                status.ParseFromString(value)
        return _error(phase, error, status)


def _error(phase: Phase | None, error: grpc.aio.AioRpcError, status: status_pb2.Status) -> Answer:
    reason, retry_after, fields = "", 0.0, tuple[str, ...]()
    info, retry, bad = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(info) and info.domain == DOMAIN:
            reason = info.reason
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta().total_seconds()
        elif detail.Unpack(bad):
            fields = tuple(violation.field for violation in bad.field_violations)
    return Answer(
        phase,
        code=error.code(),
        reason=reason,
        details=error.details() or "",
        retry_after=retry_after,
        fields=fields,
    )

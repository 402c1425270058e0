"""Real participant servers for tests, on port 0: they answer what a test tells them, nonsense included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from orchestrator.caller.base import Call
from orchestrator.core.model import Payload as CorePayload
from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from sagaway.v1 import participant_service_pb2 as v1
from sagaway.v1.payload_pb2 import Payload

TIME = 1_750_000_000_123_456
CALL = Call(
    key=SagaKey("default", "o-1"),
    definition_name="place_order",
    definition_version=3,
    step_id="create_order",
    participant="order",
    action="do",
    run=1,
    operation_key="inst/default/o-1/1/create_order",
    idempotency_key="inst/default/o-1/1/create_order/execute",
    attempt=2,
    claim=4,
    first_sent_time=TIME,
    not_after_time=TIME + 1,
    completion_token="secret",
    labels={"customer": "c-1"},
    timeout=10 * SECOND,
    input=CorePayload(json='{"sku": "tea"}', metadata={"a": "b"}),
)

Answer = Message | bytes
Handler = Callable[[Any, Any], Awaitable[Answer]]

BatchHandler = Callable[[v1.ExecuteBatchRequest, Any], AsyncIterator[Answer]]

RETENTION = 30 * 86_400
COMPLETED = v1.ExecuteResponse(completed=v1.Completed(output=Payload(json='{"id": 1}')))
NOT_FOUND = v1.ProbeResponse(not_found=v1.NotFound())
COMPENSATED = v1.CompensateResponse(compensated=v1.Compensated())
SEALED = v1.SealResponse(sealed=v1.Sealed(found=v1.FOUND_OUTCOME_NOTHING))


def describe(
    *actions: v1.ActionDescription,
    stable: bool = True,
    retention: int = RETENTION,
    batch_limit: int = 0,
    seals: bool = False,
    compensatable: bool = True,
) -> Any:
    """Return an answer to DescribeActions; by default of the actions `do` and `check`."""
    does = v1.ActionDescription(
        name="do", compensatable=compensatable, description="does", input_schema='{"type": "object"}'
    )
    response = v1.DescribeActionsResponse(
        actions=actions
        or (
            does,
            v1.ActionDescription(name="check", effect_free=True),
        ),
        stable_replies=stable,
        execute_batch_limit=batch_limit,
        seals=seals,
    )
    response.deduplication_retention.seconds = retention
    return response


# Generic for the type checker only.
if TYPE_CHECKING:
    _GenericRpcHandler = grpc.GenericRpcHandler[Any, Any]
else:
    _GenericRpcHandler = grpc.GenericRpcHandler


@dataclass
class Participant(_GenericRpcHandler):
    """A participant whose answers can be exchanged at any time; it records what it was asked."""

    execute: Handler | Answer = field(default_factory=lambda: COMPLETED)
    compensate: Handler | Answer = field(default_factory=lambda: COMPENSATED)
    description: Handler | Answer = field(default_factory=describe)
    probe: Handler | Answer = field(default_factory=lambda: NOT_FOUND)
    seal: Handler | Answer = field(default_factory=lambda: SEALED)
    batch: BatchHandler | None = None
    executed: list[v1.ExecuteRequest] = field(default_factory=list)
    compensated: list[v1.CompensateRequest] = field(default_factory=list)
    probed: list[v1.ProbeRequest] = field(default_factory=list)
    sealed: list[v1.SealRequest] = field(default_factory=list)
    batched: list[v1.ExecuteBatchRequest] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    def service(self, details: Any) -> Any:
        """Find the handler of a call; bodies are bytes, so that answers may be garbage."""
        method = details.method.removeprefix("/sagaway.v1.ParticipantService/")
        kinds: dict[str, tuple[Any, list[Any] | None, Callable[[], Any]]] = {
            "Execute": (v1.ExecuteRequest, self.executed, lambda: self.execute),
            "Compensate": (v1.CompensateRequest, self.compensated, lambda: self.compensate),
            "Probe": (v1.ProbeRequest, self.probed, lambda: self.probe),
            "Seal": (v1.SealRequest, self.sealed, lambda: self.seal),
            "DescribeActions": (v1.DescribeActionsRequest, None, lambda: self.description),
        }
        if method == "ExecuteBatch" and self.batch is not None:
            return grpc.unary_stream_rpc_method_handler(self._handle_batch)
        if method not in kinds:
            return None
        kind, record, answer = kinds[method]

        async def handle(body: bytes, context: Any) -> bytes:
            request = kind.FromString(body)
            self.metadata.append(dict(context.invocation_metadata()))
            if record is not None:
                record.append(request)
            given = answer()
            try:
                said = await given(request, context) if callable(given) else given
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
            return said if isinstance(said, bytes) else said.SerializeToString()

        return grpc.unary_unary_rpc_method_handler(handle)

    async def _handle_batch(self, body: bytes, context: Any) -> None:
        request = v1.ExecuteBatchRequest.FromString(body)
        self.batched.append(request)
        assert self.batch is not None
        try:
            async for said in self.batch(request, context):
                await context.write(said if isinstance(said, bytes) else said.SerializeToString())
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


@asynccontextmanager
async def serve(participant: Participant, address: str = "127.0.0.1:0") -> AsyncIterator[Participant]:
    """Run a participant as a server; `address` of it says where."""
    server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    server.add_generic_rpc_handlers((participant,))
    port = server.add_insecure_port(address)
    await server.start()
    participant.address = f"127.0.0.1:{port}"
    try:
        yield participant
    finally:
        await server.stop(None)


class Slow:
    """A handler that answers Completed when told to."""

    def __init__(self) -> None:
        self.arrived, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, request: Any, context: Any) -> Answer:
        """Wait for `go`."""
        self.arrived.set()
        await self.go.wait()
        return COMPLETED


async def hang(request: Any, context: Any) -> Answer:
    """Never answer."""
    await asyncio.get_running_loop().create_future()
    raise AssertionError


def refuse(code: grpc.StatusCode, message: str = "no", *trailing: tuple[str, str | bytes]) -> Handler:
    """Return a handler that ends the call with a code and trailing metadata."""

    async def handle(request: Any, context: Any) -> Answer:
        await context.abort(code, message, trailing)
        raise AssertionError

    return handle


def rich(code: grpc.StatusCode, *details: Message) -> tuple[str, bytes]:
    """Return the trailing metadata of a google.rpc.Status."""
    packed = []
    for detail in details:
        packed.append(AnyMessage())
        packed[-1].Pack(detail)
    status = status_pb2.Status(code=code.value[0], message="no", details=packed)
    return "grpc-status-details-bin", status.SerializeToString()


def error_info(reason: str, domain: str = "sagaway") -> Any:
    """Return an ErrorInfo."""
    return error_details_pb2.ErrorInfo(reason=reason, domain=domain)


def retry_info(seconds: float) -> Any:
    """Return a RetryInfo."""
    info = error_details_pb2.RetryInfo()
    info.retry_delay.FromMicroseconds(round(seconds * 1_000_000))
    return info

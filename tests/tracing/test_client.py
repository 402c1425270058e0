"""What the client tells of the span that is current where it is called, from a coroutine and from a thread."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from sagaway.client import Client, SyncClient
from sagaway.client.transport import Transport
from sagaway.v1 import orchestrator_service_pb2 as pb
from sagaway.v1 import orchestrator_service_pb2_grpc as pb_grpc

CONTEXT = SpanContext(
    0x0AF7651916CD43DD8448EB211C80319C,
    0xB7AD6B7169203331,
    is_remote=False,
    trace_flags=TraceFlags(1),
    trace_state=TraceState([("vendor", "1")]),
)
TOLD = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "vendor=1"}


class Listener(pb_grpc.OrchestratorServiceServicer):
    """Answers every StartSaga, and keeps what came with it; the first is refused for a moment."""

    def __init__(self) -> None:
        self.metadata: list[dict[str, Any]] = []

    async def StartSaga(self, request: pb.StartSagaRequest, context: Any) -> pb.StartSagaResponse:  # noqa: N802
        named = {key: value for key, value in context.invocation_metadata() if key in TOLD}
        self.metadata.append(named)
        if len(self.metadata) == 1:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        return pb.StartSagaResponse(created=True)


@pytest.mark.parametrize("blocking", [False, True])
async def test_a_start_tells_the_current_span_at_every_attempt(blocking: bool) -> None:
    listener = Listener()
    server: Any = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    pb_grpc.add_OrchestratorServiceServicer_to_server(listener, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        if blocking:
            await asyncio.to_thread(start_blocking, address)
        else:
            async with Client(address) as client:
                with trace.use_span(NonRecordingSpan(CONTEXT)):
                    await client.start("order")
                await client.start("order")
    finally:
        await server.stop(None)
    assert listener.metadata == [TOLD, TOLD, {}]


def start_blocking(address: str) -> None:
    with SyncClient(address) as client:
        with trace.use_span(NonRecordingSpan(CONTEXT)):
            client.start("order")
        client.start("order")


async def test_without_opentelemetry_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sagaway.client.tracing._propagator", None)
    sent: list[Any] = []

    async def method(request: Any, *, timeout: float, metadata: Any) -> str:
        sent.append(metadata)
        return "answer"

    async with Client("127.0.0.1:1") as client:
        transport: Transport = client._transport
        with trace.use_span(NonRecordingSpan(CONTEXT)):
            assert await transport.call(method, "request") == "answer"  # type: ignore[arg-type]
    assert sent == [None]

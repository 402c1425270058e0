# ruff: noqa: N802 - the protocol's name.
"""A real collector in the test's process: the official OTLP service on grpc.aio. It keeps what it is sent."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as pb_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.tracing.trees import Tree, attributes


class Collector(pb_grpc.TraceServiceServicer):
    """What came in.

    Attributes:
        services: who sent which span, by the span's id.
        scopes: what made spans.
        headers: of the last export.
        address: where it listens.
    """

    def __init__(self) -> None:
        self._spans: defaultdict[bytes, list[Span]] = defaultdict(list)
        self.services: dict[bytes, str] = {}
        self.scopes: set[str] = set()
        self.headers: dict[str, Any] = {}
        self.address = ""
        self._news = asyncio.Event()

    async def Export(self, request: pb.ExportTraceServiceRequest, context: Any) -> pb.ExportTraceServiceResponse:
        self.headers = dict(context.invocation_metadata())
        for sender in request.resource_spans:
            service = attributes(sender.resource.attributes)["service.name"]
            for scope in sender.scope_spans:
                self.scopes.add(scope.scope.name)
                for span in scope.spans:
                    self._spans[span.trace_id].append(span)
                    self.services[span.span_id] = service
        self._news.set()
        return pb.ExportTraceServiceResponse()

    @property
    def traces(self) -> set[bytes]:
        return set(self._spans)

    @property
    def count(self) -> int:
        return sum(map(len, self._spans.values()))

    def tree(self, trace_id: int) -> Tree:
        return Tree(self._spans[trace_id.to_bytes(16, "big")])

    async def until(self, there: Callable[[], bool]) -> None:
        """Return once something holds; it is looked at after each export."""
        while not there():
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def collecting(port: int = 0) -> AsyncGenerator[Collector, None]:
    """Collect inside the block."""
    collector = Collector()
    server: Any = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    pb_grpc.add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
    collector.address = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
    await server.start()
    try:
        yield collector
    finally:
        await server.stop(None)

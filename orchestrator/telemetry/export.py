"""Sends spans to a collector, OTLP over gRPC, on a thread of its own.

Rules.
- `SpanExporter.put` never waits and never fails: it appends to a queue, and drops the span if the queue is full.
- A batch that the collector did not take, though it might take it later, is kept and sent again; what comes meanwhile
  fills the queue. So an outage costs the spans above the queue's limit, and nothing else.
- A collector that is away is logged once, and once when it is back, with what was lost.

OpenTelemetry's own pipeline is not used on purpose: a span costs it 130 µs to make, encode and send, and ours a tenth of
that; and it logs every failure. What is sent is the official protocol's messages, so any collector takes them.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from typing import Any, Protocol

import grpc
import structlog
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as collector_pb
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

from orchestrator.telemetry.tracing_settings import Collector, TracingSettings

_log = structlog.get_logger(__name__)

_EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
_TIMEOUT = 10.0
"""Seconds that the collector has for a batch."""
_BACKOFF = (0.5, 10.0)
"""The first and the longest wait before a batch is sent again, seconds."""
_LASTING = frozenset(
    {
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)
"""Codes after which the protocol has a batch sent again."""


class Sink(Protocol):
    """Where spans go."""

    def put(self, span: trace_pb2.Span) -> None:
        """Take a span. Called on the event loop: never waits, never raises."""


class SpanExporter:
    """A `Sink` that sends spans on, in batches.

    Attributes:
        sent: how many spans the collector took.
        dropped: how many were lost: the queue was full, or the collector refused them.
    """

    def __init__(self, settings: TracingSettings, resource: Resource, scope: InstrumentationScope) -> None:
        """Make an exporter; `start` begins to send.

        Args:
            settings: where to, and how much at once.
            resource: who we are.
            scope: what made the spans.
        """
        self.sent = 0
        self.dropped = 0
        self._settings = settings
        # The parts of a request that are always the same, encoded.
        self._resource = trace_pb2.ResourceSpans(resource=resource).SerializeToString()
        self._scope = trace_pb2.ScopeSpans(scope=scope).SerializeToString()
        self._queue: deque[trace_pb2.Span] = deque()
        self._full = settings.max_queue
        self._wake_at = settings.max_batch
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._away = False
        self._channel = open_channel(settings.collector)
        self._export = self._channel.unary_unary(_EXPORT, None, collector_pb.ExportTraceServiceResponse.FromString)
        self._thread = threading.Thread(target=self._run, name="sagaway-traces", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many spans wait to be sent."""
        return len(self._queue)

    def put(self, span: trace_pb2.Span) -> None:
        """Take a span; see `Sink.put`."""
        waiting = len(self._queue)
        if waiting >= self._full:
            self.dropped += 1
            return
        self._queue.append(span)
        if waiting + 1 == self._wake_at:
            self._wake.set()

    def close(self, grace: float) -> None:
        """Send what waits, once, and stop. Waits: not for the event loop.

        Args:
            grace: seconds to wait at most.
        """
        self._closing.set()
        self._wake.set()
        self._thread.join(grace)
        self._channel.close()  # ends an export that is still under way
        self._thread.join(1.0)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(self._settings.delay)
            self._wake.clear()
            self._send_all()
        self._send_all()
        if lost := len(self._queue):
            self.dropped += lost
            _log.warning("spans were not exported before the end", spans=lost)

    def _send_all(self) -> None:
        """Send what waits now and what comes meanwhile, as long as there is a full batch of it."""
        left = len(self._queue)
        while left > 0 or len(self._queue) >= self._settings.max_batch:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._settings.max_batch))]
            left -= len(batch)
            if not self._send(batch):
                self._queue.extendleft(reversed(batch))
                return

    def _send(self, batch: list[trace_pb2.Span]) -> bool:
        """Send a batch until it is taken or refused; False if that was given up at the end."""
        request = self._request(batch)
        wait, longest = _BACKOFF
        while True:
            try:
                answer = self._export(request, timeout=_TIMEOUT, metadata=self._settings.collector.headers)
            except grpc.RpcError as error:
                code = error.code()
                self._lost(code.name)
                if code not in _LASTING:
                    self.dropped += len(batch)
                    return True
            except ValueError:  # The channel was closed at the end.
                return False
            else:
                refused = answer.partial_success.rejected_spans
                self.sent += len(batch) - refused
                self.dropped += refused
                self._found()
                return True
            if self._closing.wait(random.uniform(wait / 2, wait)):
                return False
            wait = min(wait * 2, longest)

    def _request(self, batch: list[trace_pb2.Span]) -> bytes:
        """Return an ExportTraceServiceRequest. Put together from encoded parts: copying messages is five times dearer."""
        spans = b"".join([self._scope, *(_field(_SPANS, span.SerializeToString()) for span in batch)])
        return _field(_RESOURCE_SPANS, self._resource + _field(_SCOPE_SPANS, spans))

    def _lost(self, code: str) -> None:
        if not self._away and not self._closing.is_set():
            self._away = True
            _log.warning(
                "the trace collector does not take spans; sagas go on without, this is logged once",
                collector=self._settings.collector.target,
                code=code,
            )

    def _found(self) -> None:
        if self._away:
            self._away = False
            _log.info(
                "the trace collector takes spans again",
                collector=self._settings.collector.target,
                dropped_spans=self.dropped,
            )


def _number(message: Any, field: str) -> int:
    return int(message.DESCRIPTOR.fields_by_name[field].number)


_RESOURCE_SPANS = _number(collector_pb.ExportTraceServiceRequest, "resource_spans")
_SCOPE_SPANS = _number(trace_pb2.ResourceSpans, "scope_spans")
_SPANS = _number(trace_pb2.ScopeSpans, "spans")


def _field(number: int, body: bytes) -> bytes:
    """Encode a message as a field of another: its number and wire type, its length in groups of seven bits, itself."""
    head, length = bytearray([number << 3 | 2]), len(body)
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + body


def open_channel(collector: Collector) -> grpc.Channel:
    """Return a channel to a collector; it connects by itself when it is used, again and again."""
    options = (
        ("grpc.initial_reconnect_backoff_ms", 500),
        ("grpc.max_reconnect_backoff_ms", 10_000),
        ("grpc.enable_retries", 0),
        # The loopback address is reached through no proxy.
        ("grpc.enable_http_proxy", 0 if collector.target.startswith(("127.", "localhost:", "[::1]:")) else 1),
    )
    compression = grpc.Compression.Gzip if collector.gzip else grpc.Compression.NoCompression
    if not collector.secure:
        return grpc.insecure_channel(collector.target, options, compression)
    credentials = grpc.ssl_channel_credentials(collector.ca, collector.key, collector.certificate)
    return grpc.secure_channel(collector.target, credentials, options, compression)

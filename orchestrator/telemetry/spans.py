"""Spans as the protocol has them, made cheaply: what many spans share is encoded once and merged in.

Ids are not random but derived from what the log has (`span_id`). So the id of an attempt is known before it is sent,
every owner of a saga gives it the same one, and a span that is exported twice is one span twice, not two.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from opentelemetry.proto.trace.v1 import trace_pb2

SERVER = trace_pb2.Span.SpanKind.SPAN_KIND_SERVER
CLIENT = trace_pb2.Span.SpanKind.SPAN_KIND_CLIENT
INTERNAL = trace_pb2.Span.SpanKind.SPAN_KIND_INTERNAL

LOCAL_PARENT = 0x101
"""The flags of a sampled span whose parent, if it has one, is in this process."""
REMOTE_PARENT = 0x301
"""The flags of a sampled span whose parent is elsewhere."""

_SAMPLED = 0x01

Value = str | int | float | bool


class TraceContext(NamedTuple):
    """A W3C trace context.

    Attributes:
        trace_id: 16 bytes.
        span_id: 8 bytes.
        flags: its flags.
    """

    trace_id: bytes
    span_id: bytes
    flags: int

    @property
    def sampled(self) -> bool:
        """True if whoever made it samples the trace."""
        return bool(self.flags & _SAMPLED)


def read_context(traceparent: str) -> TraceContext | None:
    """Return a trace context; None of an empty text, or one that W3C calls invalid."""
    parts = traceparent.split("-")
    if len(parts) < 4 or len(parts[1]) != 32 or len(parts[2]) != 16:
        return None
    try:
        context = TraceContext(bytes.fromhex(parts[1]), bytes.fromhex(parts[2]), int(parts[3], 16))
    except ValueError:
        return None
    return context if any(context.trace_id) and any(context.span_id) else None


def write_context(trace_id: bytes, span_id: bytes, flags: int = _SAMPLED) -> str:
    """Return a trace context as W3C writes it."""
    return f"00-{trace_id.hex()}-{span_id.hex()}-{flags:02x}"


def span_id(trace_id: bytes, name: str) -> bytes:
    """Return the id of the span of that name in a trace: always the same one."""
    digest = blake2b(name.encode(), digest_size=8, key=trace_id).digest()
    return digest if any(digest) else b"\0\0\0\0\0\0\0\1"


def template(name: str, kind: trace_pb2.Span.SpanKind.ValueType, flags: int, attributes: Mapping[str, Value]) -> bytes:
    """Return what spans share, encoded."""
    span = trace_pb2.Span(name=name, kind=kind, flags=flags)
    for key, value in attributes.items():
        put(span, key, value)
    return span.SerializeToString()


def put(to: trace_pb2.Span | trace_pb2.Span.Event, key: str, value: Value) -> None:
    """Add an attribute."""
    attribute = to.attributes.add()
    attribute.key = key
    kind = type(value)
    if kind is str:
        attribute.value.string_value = value  # type: ignore[assignment]
    elif kind is int:
        attribute.value.int_value = value  # type: ignore[assignment]
    elif kind is float:
        attribute.value.double_value = value  # type: ignore[assignment]
    else:
        attribute.value.bool_value = bool(value)


def note(span: trace_pb2.Span, name: str, time: int, attributes: Mapping[str, Value]) -> None:
    """Add an event to a span; ``time`` in microseconds."""
    event = span.events.add()
    event.name = name
    event.time_unix_nano = time * 1_000
    for key, value in attributes.items():
        put(event, key, value)


def link(span: trace_pb2.Span, trace_id: bytes, other: bytes) -> None:
    """Link a span to another one."""
    link_ = span.links.add()
    link_.trace_id = trace_id
    link_.span_id = other
    link_.flags = LOCAL_PARENT


def fail(span: trace_pb2.Span, why: str) -> None:
    """Mark a span as an error."""
    span.status.code = trace_pb2.Status.StatusCode.STATUS_CODE_ERROR
    span.status.message = why

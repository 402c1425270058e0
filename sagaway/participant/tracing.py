"""The participant's part of a saga's trace: a server span for each call, below the orchestrator's span of the attempt.

It is made with OpenTelemetry's API, so it goes wherever your process's TracerProvider sends spans, and nowhere if there
is none. Without the package `opentelemetry-api` (the extra `sagaway[tracing]` brings it) nothing here does anything.

The span is current while your function runs, in its thread too: what you instrument yourself is below it, and what you
call is told the context. It says how the call ended, whether the reply was a stored one, and when the barrier's
transaction began and was committed: events, not spans of their own. It never holds payloads, messages or tokens.
"""

import asyncio
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import grpc

from sagaway.participant.errors import Refusal
from sagaway.v1 import participant_service_pb2 as contract

try:
    from opentelemetry import trace
    from opentelemetry.context import attach, detach
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:  # pragma: no cover - the package is optional
    _propagator = None
else:
    _propagator = TraceContextTextMapPropagator()
    _span: ContextVar[trace.Span] = ContextVar("sagaway_server_span", default=trace.INVALID_SPAN)

_SERVICE = "sagaway.v1.ParticipantService"
_HEADERS = ("traceparent", "tracestate")
# Codes that are the server's fault; others are the caller's, or an answer.
_FAULTS = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)


@contextmanager
def serving(
    method: str,
    participant: str,
    actions: Container[str],
    operation: contract.StepContext,
    metadata: Iterable[tuple[str, Any]],
) -> Iterator[None]:
    """Inside the block a call is served, and its span is current.

    Args:
        method: which RPC: `Execute`, `Probe`, `Compensate` or `Seal`.
        participant: its name.
        actions: the names of its actions; others do not name spans.
        operation: what is asked for, unchecked.
        metadata: the call's, or its member's in a batch.
    """
    if _propagator is None:
        yield
        return
    carrier = {key: value for key, value in metadata if key in _HEADERS}
    span = trace.get_tracer("sagaway.participant").start_span(
        f"{method} {operation.action}" if operation.action in actions else method,
        context=_propagator.extract(carrier),
        kind=trace.SpanKind.SERVER,
    )
    if span.is_recording():
        _describe(span, method, participant, operation)
    mine, current = _span.set(span), attach(trace.set_span_in_context(span))
    here = True
    try:
        yield
    except GeneratorExit:
        here = False  # a loop was closed over the call: its coroutine is collected outside of its own context
        raise
    except Refusal as refusal:
        _refused(span, refusal.code, refusal.reason)
        raise
    except asyncio.CancelledError:
        _refused(span, grpc.StatusCode.CANCELLED, "")
        raise
    except Exception as error:
        _refused(span, grpc.StatusCode.UNKNOWN, type(error).__name__)
        raise
    else:
        span.set_attribute("rpc.response.status_code", "OK")
    finally:
        if here:
            detach(current)
            _span.reset(mine)
        span.end()


def note(key: str, value: str | bool) -> None:
    """Put an attribute on the span of the call that is served here, if there is one."""
    if _propagator is not None and (span := _span.get()).is_recording():
        span.set_attribute(key, value)


def happened(name: str) -> None:
    """Put an event on the span of the call that is served here, if there is one."""
    if _propagator is not None and (span := _span.get()).is_recording():
        span.add_event(name)


def _describe(span: "trace.Span", method: str, participant: str, operation: contract.StepContext) -> None:
    span.set_attributes(
        {
            "saga.id": operation.saga_id,
            "saga.namespace": operation.namespace,
            "saga.definition": operation.definition_name,
            "saga.definition_version": operation.definition_version,
            "saga.step": operation.step_id,
            "saga.phase": "EXECUTE" if method == "Probe" else method.upper(),
            "saga.attempt": operation.attempt,
            "saga.participant": participant,
            "saga.action": operation.action,
            "rpc.system.name": "grpc",
            "rpc.method": f"{_SERVICE}/{method}",
        }
    )


def _refused(span: "trace.Span", code: grpc.StatusCode, reason: str) -> None:
    span.set_attribute("rpc.response.status_code", code.name)
    if reason:
        span.set_attribute("saga.reason", reason)
    if code in _FAULTS:
        span.set_attribute("error.type", reason or code.name)
        span.set_status(trace.Status(trace.StatusCode.ERROR, reason or code.name))

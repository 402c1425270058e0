"""The participant's part of an orchestrated saga's trace: a server span for each call.

It is below the orchestrator's span of the attempt. What holds for all spans of a participant is told in `spans`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc

from sagaway.participant import spans
from sagaway.participant.errors import Refusal
from sagaway.v1 import participant_service_pb2 as contract

if TYPE_CHECKING:
    from opentelemetry import trace

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
    if spans.propagator is None:
        yield
        return
    context = spans.extract({key: value for key, value in metadata if key in _HEADERS})
    name = f"{method} {operation.action}" if operation.action in actions else method
    span = spans.start(name, "SERVER", context)
    if span.is_recording():
        _describe(span, method, participant, operation)
    with spans.served(span):
        try:
            yield
        except Refusal as refusal:
            _refused(span, refusal.code, refusal.reason)
            raise
        except asyncio.CancelledError:
            _refused(span, grpc.StatusCode.CANCELLED, "")
            raise
        except Exception as error:
            _refused(span, grpc.StatusCode.UNKNOWN, type(error).__name__)
            raise
        span.set_attribute("rpc.response.status_code", "OK")


def _describe(span: trace.Span, method: str, participant: str, operation: contract.StepContext) -> None:
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


def _refused(span: trace.Span, code: grpc.StatusCode, reason: str) -> None:
    span.set_attribute("rpc.response.status_code", code.name)
    if reason:
        span.set_attribute("saga.reason", reason)
    if code in _FAULTS:
        spans.failed(span, reason or code.name)

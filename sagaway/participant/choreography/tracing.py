"""A choreographed saga's trace, as OpenTelemetry's messaging conventions ask for it; see `sagaway.participant.spans`.

    (your span, where you start a saga)
    └─ create order.created              PRODUCER  the event goes into the outbox; its `traceparent` names this span
       ├─ send order.created             CLIENT    the relay publishes it; once more after a failure
       └─ process order.created          CONSUMER  a reaction's delivery, once for each reaction and delivery
          └─ create inventory.reserved   PRODUCER  what the reaction emits, and so on: one trace a saga

- An event is created and sent apart, so it has a span of each: `send` may come long after, from another process, more
  than once; who consumes the event must not be below any one of these. The conventions call the first one's the
  creation context. It is the only one that travels: it is in the outbox row, in the event, and never changed. `send` is
  then no PRODUCER to them but a CLIENT, so that each CONSUMER has one PRODUCER.
- `process` is below the creation context, which they allow where one message is handled at a time, and linked to it,
  which they demand. So does `send`.
- `messaging.destination.name` is the event's type, not the subject: the subject is the type after a prefix that belongs
  to the connection, which is nothing to whoever creates an event.
- A receipt has no spans. It carries the context in which it was emitted.
- A `traceparent` that is broken or missing begins a new trace. It never keeps an event from being handled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sagaway.bus import Event
from sagaway.choreography.receipts import RECEIPT
from sagaway.participant import spans

if TYPE_CHECKING:
    from opentelemetry import trace

_MAX_TRACESTATE_CHARACTERS = 512
"""An event holds no more; W3C lets a vendor drop it."""


def created(event: Event, participant: str) -> Event:
    """Return the event with its creation context, below the span that is current.

    Args:
        event: about to go into the outbox; what it carries stays if nothing is traced here.
        participant: whose event.
    """
    if spans.propagator is None:
        return event
    span = spans.current()
    if event.type != RECEIPT:
        span = spans.start(f"create {event.type}", "PRODUCER")
        _describe(span, "create", event, participant, event.reaction)
        span.end()
    told = spans.inject(span)
    if not told:
        return event
    state = told.get("tracestate", "")
    return replace(
        event,
        traceparent=told["traceparent"],
        tracestate=state if len(state) <= _MAX_TRACESTATE_CHARACTERS else "",
    )


@contextmanager
def sending(event: Event, participant: str) -> Iterator[None]:
    """Inside the block the event is published, and the span of that is current."""
    if spans.propagator is None or event.type == RECEIPT:
        yield
        return
    span = _start("send", "CLIENT", event)
    _describe(span, "send", event, participant, event.reaction)
    with spans.served(span):
        try:
            yield
        except Exception as error:
            spans.failed(span, type(error).__name__)
            raise


@contextmanager
def processing(event: Event, participant: str, reaction: str, phase: str, deliveries: int) -> Iterator[None]:
    """Inside the block a delivery is handled, and its span is current. How it went is noted there by who knows.

    Args:
        event: what came.
        participant: whose reaction.
        reaction: its name.
        phase: `EXECUTE` or `COMPENSATE`.
        deliveries: which delivery this is.
    """
    if spans.propagator is None:
        yield
        return
    span = _start("process", "CONSUMER", event)
    _describe(span, "process", event, participant, reaction)
    if span.is_recording():
        span.set_attributes(
            {
                "messaging.consumer.group.name": f"{participant}.{reaction}",
                "saga.phase": phase,
                "saga.attempt": deliveries,
            }
        )
    with spans.served(span):
        try:
            yield
        except asyncio.CancelledError:
            span.set_attribute("saga.outcome", "cancelled")
            raise


def _start(operation: str, kind: str, event: Event) -> trace.Span:
    """Begin a span that has to do with a created event: below its creation context, and linked to it."""
    context = spans.extract({"traceparent": event.traceparent, "tracestate": event.tracestate})
    return spans.start(f"{operation} {event.type}", kind, context, [spans.span_in(context)])


def _describe(span: trace.Span, operation: str, event: Event, participant: str, reaction: str) -> None:
    if not span.is_recording():
        return
    span.set_attributes(
        {
            "messaging.system": "nats",
            "messaging.operation.type": operation,
            "messaging.operation.name": operation,
            "messaging.destination.name": event.type,
            "messaging.message.id": event.id,
            "messaging.message.conversation_id": event.correlation_id or event.subject,
            "saga.id": event.subject,
            "saga.namespace": event.namespace,
            "saga.participant": participant,
        }
    )
    if reaction:  # a saga's first event is no reaction's
        span.set_attribute("saga.step", f"{participant}.{reaction}")

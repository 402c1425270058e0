"""What a reaction's functions are given, and what they may answer.

They are the calls of an orchestrated participant with the event besides, so the same business function serves both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sagaway.bus import Event
from sagaway.participant.calls import CompensateCall, ExecuteCall, ExecuteOutcome, StepContext
from sagaway.participant.payload import Payload


@dataclass(frozen=True, slots=True)
class EventCall(ExecuteCall):
    """What a reaction's function is given. `input` is the event's data.

    Attributes:
        event: the event.
    """

    event: Event


@dataclass(frozen=True, slots=True)
class CompensateEventCall(CompensateCall):
    """What a reaction's compensation is given, for each event that the reaction handled in this saga.

    `input` and `context` are those of the call that it undoes, `output` is what that one returned, if it was an output.

    Attributes:
        event: the event that it compensates on.
        undone: the event whose handling it undoes.
    """

    event: Event
    undone: Event


@dataclass(frozen=True, slots=True)
class Emit:
    """Return one, or a list of them, from a reaction: an event of this saga to publish.

    It is published after the transaction's commit, and only then.

    Args:
        type: one of those that the reaction declares.
        data: what JSON can hold, or bytes.
        content_type: as of `sagaway.bus.Event`.
    """

    type: str
    data: Any = field(default=None, repr=False)
    content_type: str = ""


def event_call(event: Event, participant: str, reaction: str, deliveries: int) -> EventCall:
    """Return the call for an event."""
    context = context_of(event, participant, reaction, "EXECUTE", deliveries)
    return EventCall(context, payload_of(event), event.data, event)


def compensate_call(
    event: Event, undone: Event, output: Any, participant: str, reaction: str, deliveries: int
) -> CompensateEventCall:
    """Return the call that undoes the handling of `undone`."""
    return CompensateEventCall(
        context=context_of(undone, participant, reaction, "COMPENSATE", deliveries),
        payload=payload_of(undone),
        input=undone.data,
        execute_outcome=ExecuteOutcome.COMPLETED,
        output_payload=None if output is None else Payload.of(output),
        output=output,
        event=event,
        undone=undone,
    )


def context_of(event: Event, participant: str, reaction: str, phase: str, deliveries: int) -> StepContext:
    """Return which operation it is: this reaction to this event. Its key is the same in both phases."""
    # Not the ids themselves: a key has at most 512 bytes.
    digest = hashlib.sha256(f"{event.source}\0{event.id}".encode()).hexdigest()[:32]
    key = f"choreography/{event.namespace}/{event.subject}/{participant}/{reaction}/{digest}"
    return StepContext(
        namespace=event.namespace,
        saga_id=event.subject,
        definition_name="",
        definition_version=0,
        step_id=reaction,
        action=reaction,
        run=1,
        operation_key=key,
        idempotency_key=f"{key}/{phase}",
        attempt=deliveries,
        claim=0,
        first_sent_time=event.time,
        not_after_time=None,
        completion_token="",
        labels={},
    )


def payload_of(event: Event) -> Payload:
    """Return the event's data as a payload."""
    if isinstance(event.data, bytes):
        return Payload(binary=event.data, content_type=event.content_type)
    return Payload() if event.data is None else Payload.of(event.data)

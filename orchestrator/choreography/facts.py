"""An event of the bus in the core's words."""

from __future__ import annotations

from typing import Any

from orchestrator.core.model import Failure, Payload, SagaKey
from orchestrator.core.observation import EventKey, Fact
from sagaway.bus import Event
from sagaway.choreography.receipts import RECEIPT, Outcome
from sagaway.json_text import dump_json

_MAX_REASON = 128
_MAX_MESSAGE = 2_048


def key_of(event: Event) -> SagaKey:
    """Return the saga that an event belongs to."""
    return SagaKey(event.namespace, event.subject)


def fact_of(event: Event, place: int) -> Fact:
    """Return an event as the core takes it, from its place on the bus. Its data becomes the input or output of steps, as it is."""
    data = event.data
    return Fact(
        key=EventKey(event.source, event.id),
        event_type=event.type,
        published_time=int(event.time.timestamp() * 1_000_000),
        place=place,
        reaction=event.reaction,
        cause_id=event.causation_id,
        outcome=_outcome(data) if event.type == RECEIPT else "",
        data=_payload(event),
        refusal=_refusal(data),
    )


def _payload(event: Event) -> Payload:
    if event.data is None:
        return Payload()
    if isinstance(event.data, bytes):
        return Payload(binary=event.data, content_type=event.content_type)
    return Payload(json=dump_json(event.data), content_type=event.content_type)


def _outcome(data: Any) -> str:
    """What a receipt says; a receipt that says nothing we know counts as done."""
    said = data.get("outcome") if isinstance(data, dict) else None
    return said if said in tuple(Outcome) else Outcome.DONE.value


def _refusal(data: Any) -> Failure:
    """What the SDK puts into the data of a refusal, for people and programs."""
    if not isinstance(data, dict):
        return Failure()
    reason, message = (data.get(name) for name in ("reason", "message"))
    return Failure(
        reason=reason[:_MAX_REASON] if isinstance(reason, str) else "",
        message=message[:_MAX_MESSAGE] if isinstance(message, str) else "",
    )

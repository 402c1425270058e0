"""From what a reaction answers to the events that go into the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sagaway.bus import Event
from sagaway.choreography.receipts import RECEIPT, Outcome
from sagaway.participant.calls import Rejected
from sagaway.participant.choreography.calls import Emit
from sagaway.participant.errors import ParticipantError

_IDS = uuid.UUID("6f0f2c1e-58b4-4b7e-9d3c-6a4a2f0c5e11")
"""The namespace of the ids of emitted events (RFC 9562, version 5)."""


class UndeclaredEventError(ParticipantError):
    """Code emits an event that its declaration does not name; the text says which, and where to add it."""


class AnswerError(ParticipantError):
    """A reaction answered what it must not; the text says what is right, and holds no data."""


def first_event(
    emit: Emit, source: str, saga_id: str, now: datetime, namespace: str, correlation_id: str, event_id: str
) -> Event:
    """Return the event that starts a saga.

    Raises:
        EventInvalidError: it is not right.
    """
    return Event(
        id=event_id or str(uuid.uuid4()),
        source=source,
        type=emit.type,
        subject=saga_id,
        time=now,
        data=emit.data,
        content_type=emit.content_type,
        namespace=namespace,
        correlation_id=correlation_id or saga_id,
    )


def next_events(emits: Sequence[Emit], cause: Event, source: str, reaction: str, now: datetime) -> list[Event]:
    """Return the events that a reaction emits at `cause`.

    Their ids follow from the cause, so whoever handles it anew, on whatever database, says the same and not more. They
    carry the cause's trace context on; `tracing.created` gives them one of their own.

    Raises:
        EventInvalidError: one is not right.
    """
    return [
        Event(
            id=str(uuid.uuid5(_IDS, "\0".join((cause.source, cause.id, source, reaction, str(number))))),
            source=source,
            type=emit.type,
            subject=cause.subject,
            time=now,
            data=emit.data,
            content_type=emit.content_type,
            namespace=cause.namespace,
            correlation_id=cause.correlation_id or cause.subject,
            causation_id=cause.id,
            reaction=reaction,
            traceparent=cause.traceparent,
            tracestate=cause.tracestate,
        )
        for number, emit in enumerate(emits)
    ]


def emits_of(answer: Any, completes: str, cause: Event) -> tuple[list[Emit], Any]:
    """Return what a function's answer emits, and its output if it is one.

    Raises:
        AnswerError: the answer is neither.
    """
    if isinstance(answer, Emit):
        return [answer], None
    if isinstance(answer, list | tuple) and answer and all(isinstance(each, Emit) for each in answer):
        return list(answer), None
    if completes:
        return [Emit(completes, _joined(cause.data, answer))], answer
    if answer is None or answer in ((), []):
        return [], None
    raise AnswerError(
        f"it returned a {type(answer).__name__}: return Emit(...), a list of them or None, or declare completes="
    )


def refusal(rejects: str, refused: Rejected, cause: Event) -> Emit:
    """Return the event that tells of a refusal.

    Raises:
        AnswerError: none is declared.
    """
    if not rejects:
        raise AnswerError("it raised Rejected and declares no event for it: declare rejects=")
    return Emit(rejects, _joined(cause.data, {"reason": refused.reason, "message": refused.message}))


def receipt(outcome: Outcome) -> Emit:
    """Return the event that says what became of an event, where there is no other one that does."""
    return Emit(RECEIPT, {"outcome": outcome.value})


def check_declared(emits: Sequence[Emit], declared: Sequence[str], what: str) -> None:
    """Refuse events that are not declared.

    Raises:
        UndeclaredEventError: names the type and where it belongs.
    """
    for emit in emits:
        if emit.type not in declared:
            raise UndeclaredEventError(
                f"{what} emits {emit.type[:200]}, which it does not declare: add it to emits=[...]"
            )


def _joined(data: Any, output: Any) -> Any:
    if output is None:
        return data
    return {**data, **output} if isinstance(data, dict) and isinstance(output, dict) else output

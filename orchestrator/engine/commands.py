"""What others ask the engine to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.core.definition import SagaDefinition
from orchestrator.core.model import Payload, Restart, SagaKey


@dataclass(frozen=True, slots=True)
class StartSaga:
    """Start a saga.

    Attributes:
        key: its name; the caller makes an id where the client gave none.
        definition: the compiled definition it will stay on.
        requested_version: the version as the client asked for it; 0: it named none.
        input: what it is started with.
        labels: what it is labelled with.
        traceparent: W3C trace context to keep with it, or empty.
        trace_origin: what the span of that context is below; empty if it is not the saga's own (see `Instruments`).
        restart: which compensated saga it is once more; None: none.
    """

    key: SagaKey
    definition: SagaDefinition
    requested_version: int
    input: Payload
    labels: Mapping[str, str]
    traceparent: str = ""
    trace_origin: str = ""
    restart: Restart | None = None

"""A saga of the core's stories as the orchestrator shows it: what `trace` and `explain` read."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.api.convert import event_message, saga_message, state_after
from orchestrator.core import machine
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.events import CompensationStarted, Event
from orchestrator.core.model import SagaKey, SagaState
from sagaway.v1.saga_pb2 import Saga, SagaEvent


def shown(key: SagaKey, definition: SagaDefinition, log: Iterable[Event], now: int = 0) -> tuple[Saga, list[SagaEvent]]:
    """Return a saga and its events as messages.

    Args:
        key: its name.
        definition: its definition.
        log: its events.
        now: when it is looked at, microseconds; at least its last event's time is taken.
    """
    state, aborted, messages = SagaState.PENDING, False, []
    log = list(log)
    for sequence, event in enumerate(log, 1):
        aborted = aborted or isinstance(event, CompensationStarted)
        state = state_after(state, event, aborted)
        messages.append(event_message(sequence, event, state))
    return saga_message(machine.fold(key, definition, log), max(now, log[-1].time)), messages

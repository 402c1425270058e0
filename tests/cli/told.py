"""A saga of the core's stories as the orchestrator shows it: what `trace` and `explain` read."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.api.convert import event_message, saga_message, state_after
from orchestrator.core import machine
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.events import CompensationStarted, Event
from orchestrator.core.model import SagaKey, SagaState
from orchestrator.core.retry import SECOND
from sagaway.v1.saga_pb2 import Saga, SagaEvent
from tests.core.stories import KEY, Story, step

MS = SECOND // 1_000


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


def told(story: Story) -> tuple[Saga, list[SagaEvent]]:
    """Return a story's saga and events as messages."""
    return shown(KEY, story.definition, story.log, story.now)


def undone() -> Story:
    """Retries, a refusal, and compensations of which one is retried."""
    story = Story(step("order"), step("stock"), step("pay"))
    story.now += 400 * MS
    story.completes("order")
    story.now += 600 * MS
    story.fails("stock")
    story.wait(1_500 * MS)
    story.completes("stock")
    story.now += 1_500 * MS
    story.rejects("pay")
    story.now += 500 * MS
    story.fails("stock", "INTERNAL")
    story.wait(1_000 * MS)
    story.undoes("stock")
    story.now += 500 * MS
    story.undoes("order")
    return story

"""What every event is: a fact with a time, and perhaps about a step. `orchestrator.core.events` has the events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about a saga.

    Attributes:
        time: when it was decided, microseconds.
    """

    time: int


@dataclass(frozen=True, slots=True)
class StepEvent(Event):
    """A fact about one step of a saga.

    Attributes:
        step_id: the step.
    """

    step_id: str

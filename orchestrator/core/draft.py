"""A decision in the making."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.core.context import Context
from orchestrator.core.events import Event
from orchestrator.core.machine import evolve
from orchestrator.core.model import Saga


@dataclass(slots=True)
class Draft:
    """A saga, and the events decided so far in these circumstances.

    It lives inside one decision; what comes out is immutable.

    Attributes:
        saga: the saga after `events`.
        context: the circumstances.
        events: what was decided so far.
    """

    saga: Saga
    context: Context
    events: list[Event]

    @property
    def now(self) -> int:
        """The time of the decision, microseconds."""
        return self.context.now

    @property
    def goes_on(self) -> bool:
        """False while nothing follows from what is recorded: the saga is settled, or it or its definition is paused."""
        return not (self.saga.settled or self.saga.paused or self.context.definition_paused)

    def add(self, event: Event) -> None:
        """Decide ``event``."""
        self.saga = evolve(self.saga, event)
        self.events.append(event)

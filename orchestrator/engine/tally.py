"""What has happened to sagas since this process began, by namespace: for those who look at rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from orchestrator.core.events import (
    Event,
    SagaAbandoned,
    SagaCompensated,
    SagaCompleted,
    SagaStarted,
    SagaStuck,
)
from orchestrator.core.model import Saga
from orchestrator.engine.instruments import Instruments

COUNTED: Mapping[type[Event], str] = {
    SagaStarted: "started",
    SagaCompleted: "completed",
    SagaCompensated: "compensated",
    SagaAbandoned: "abandoned",
    SagaStuck: "stuck",
}
"""What is counted, and as what."""

_NOTHING: Counter[str] = Counter()


class Tally(Instruments):
    """Counts the events that begin, end and stop sagas.

    Attributes:
        since: when it began, microseconds.
    """

    __slots__ = ("_counts", "since")

    def __init__(self, since: int) -> None:
        """Begin at nothing.

        Args:
            since: the time, microseconds.
        """
        self.since = since
        self._counts: dict[str, Counter[str]] = {}

    def committed(self, saga: Saga, events: Sequence[Event]) -> None:
        """See `Instruments.committed`."""
        for event in events:
            word = COUNTED.get(type(event))
            if word is not None:
                counts = self._counts.get(saga.key.namespace)
                if counts is None:  # a namespace in which sagas start has a definition, so an admin knows it
                    counts = self._counts[saga.key.namespace] = Counter()
                counts[word] += 1

    def counts(self, namespace: str) -> Mapping[str, int]:
        """Return how often each of `COUNTED` happened; what never happened is left out."""
        return self._counts.get(namespace, _NOTHING)

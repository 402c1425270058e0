"""Counters and histograms as plain Python numbers.

They are counted on the event loop, on the hot path, so nothing here locks, formats or allocates once a series is
known: a series is found by one lookup and is then an addition. Prometheus' own samples are made of them when somebody
asks (`exposition`), in another thread; what it reads may be one observation old, never torn.

Cardinality is bounded: label values that users choose (names of definitions, participants, actions) go through a
`Names`, which knows so many and calls the rest `OTHER`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

OTHER = "other"
"""What every name beyond a limit is called."""

Labels = tuple[str, ...]


class Count:
    """A number that only grows.

    Attributes:
        value: the number.
    """

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0


class Histogram:
    """How often a value fell below each bound.

    Attributes:
        bounds: upper bounds, ascending.
        buckets: observations in each, one more than bounds; not cumulative.
        sum: of all observations.
    """

    __slots__ = ("bounds", "buckets", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        """Make an empty one.

        Args:
            bounds: upper bounds, ascending.
        """
        self.bounds = bounds
        self.buckets = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Take a value in."""
        self.buckets[bisect_left(self.bounds, value)] += 1
        self.sum += value


K = TypeVar("K", bound=Hashable)
S = TypeVar("S", Count, Histogram)


class Family(Generic[K, S]):
    """One metric: a series for each combination of label values.

    Attributes:
        name: as Prometheus sees it.
        help: what it is, for people.
        labels: names of its labels.
        series: every series so far, by label values.
    """

    __slots__ = ("_known", "_labels_of", "_make", "help", "labels", "name", "series")

    def __init__(
        self, name: str, help_: str, labels: Labels, make: Callable[[], S], labels_of: Callable[[K], Labels]
    ) -> None:
        """Make a metric.

        Args:
            name: as Prometheus sees it.
            help_: what it is, for people.
            labels: names of its labels.
            make: makes a series.
            labels_of: the label values of what is counted; called until the series is known, and for ever for what
                has no series of its own.
        """
        self.name = name
        self.help = help_
        self.labels = labels
        self.series: dict[Labels, S] = {}
        self._make: Callable[[], S] = make
        self._labels_of = labels_of
        self._known: dict[K, S] = {}

    def of(self, key: K) -> S:
        """Return the series of what is counted."""
        try:
            return self._known[key]
        except KeyError:
            return self._find(key)

    def _find(self, key: K) -> S:
        labels = self._labels_of(key)
        series = self.series.get(labels)
        if series is None:
            series = self.series[labels] = self._make()
        if OTHER not in labels:  # those are without number, and remembering them would be a leak
            self._known[key] = series
        return series


class Names:
    """The label values of what users name, at most so many."""

    __slots__ = ("_known", "_limit")

    def __init__(self, limit: int) -> None:
        """Know nothing yet.

        Args:
            limit: how many it learns; whatever comes later is `OTHER`.
        """
        self._limit = limit
        self._known: dict[Hashable, str] = {}

    def of(self, key: Hashable, name: str) -> str:
        """Return the label value of ``name``, which ``key`` stands for."""
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= self._limit:
                return OTHER
            known = self._known[key] = name
        return known


def qualified(namespace: str, name: str) -> str:
    """Return a name as a label has it: alone in the namespace `default`, behind its namespace elsewhere."""
    return name if namespace == "default" else f"{namespace}/{name}"

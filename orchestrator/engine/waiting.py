"""Where a saga waits in the log, kept as its state and what is paused say: see `orchestrator.store.places`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from orchestrator.core.events import Event, StepParked
from orchestrator.core.model import Saga
from orchestrator.engine.heads import parked_on
from orchestrator.store.places import held_place, held_time, held_version


class Places:
    """The places at which the log says that one saga waits. Its owner keeps them, and no append says more than changed."""

    __slots__ = ("_rows",)

    def __init__(self, saga: Saga, held_time: int = 0) -> None:
        """Take over a saga.

        Args:
            saga: the saga.
            held_time: since when the log says that it waits for its definition, microseconds; 0: it does not.
        """
        self._rows: Mapping[str, int] = {_held_place(saga): held_time} if held_time else parked_on(saga)

    def begin(self) -> None:
        """Say that the log has nothing yet: the saga is new."""
        self._rows = {}

    @property
    def participants(self) -> Sequence[str]:
        """The participants on which it is parked."""
        return [place for place in self._rows if held_version(place) is None]

    def change(self, saga: Saga, events: Iterable[Event], now: int, *, stopped: bool) -> Mapping[str, int] | None:
        """Return where it waits from the next append on, and since when; None: where it did.

        Args:
            saga: the saga after that append.
            events: what is appended.
            now: microseconds.
            stopped: whether its definition is paused. Then it waits for that alone: nobody is to fetch it before.
        """
        stopped = stopped and not saga.settled
        if not self._rows and not stopped and not any(isinstance(event, StepParked) for event in events):
            return None
        rows = {_held_place(saga): held_time(self._rows) or now} if stopped else parked_on(saga)
        return None if rows == self._rows else rows

    def committed(self, rows: Mapping[str, int] | None) -> None:
        """Take note of what an append said, which is what `change` returned."""
        if rows is not None:
            self._rows = rows


def _held_place(saga: Saga) -> str:
    return held_place(saga.definition.version)

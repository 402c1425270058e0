"""Up to when everything that was published has been observed.

That nothing has happened in a saga can be said only by one who has seen everything. So the bus is asked how many events
wait; once as many have been handled since, in the order in which they were published, everything from before the
question has been seen. While the bus can't be reached nothing is known, and nothing is said.
"""

from __future__ import annotations

from typing import NamedTuple


class _Question(NamedTuple):
    """When the bus was asked, and how many events must have been handled for that time to be reached."""

    time: int
    goal: int


class Progress:
    """Counts what is handled.

    Attributes:
        handled: how many events were handled so far.
        seen_until: everything published before this has been observed, microseconds; 0: nothing is known.
    """

    def __init__(self) -> None:
        self.handled = 0
        self.seen_until = 0
        self._question: _Question | None = None

    def waiting(self, count: int, time: int) -> None:
        """Take the bus's answer.

        Args:
            count: how many events wait, those under way included.
            time: when it was asked, microseconds.
        """
        if count == 0:
            self.seen_until, self._question = time, None
        elif self._question is None:
            self._question = _Question(time, self.handled + count)

    def one_handled(self) -> None:
        """Count one."""
        self.handled += 1
        self._look()

    def _look(self) -> None:
        if self._question is not None and self.handled >= self._question.goal:
            self.seen_until, self._question = self._question.time, None

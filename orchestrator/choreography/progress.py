"""Up to when everything that was published has been observed.

That nothing has happened in a saga can be said only by one who has seen everything. So the bus is asked again and again
what was published last, and how far it was handled; once that is as far as it was published when it was asked before,
everything from before that question has been seen. It is the bus that counts: what a process took and never answered
for, because it died or failed at it, holds this up until it has come again. While the bus can't be reached nothing is
known, and nothing is said.
"""

from __future__ import annotations

from typing import NamedTuple

from sagaway.bus import Reach


class _Question(NamedTuple):
    """When the bus was asked, and what had been published by then."""

    time: int
    last: int


class Progress:
    """Follows how far the observer has come.

    Attributes:
        seen_until: everything published before this has been observed, microseconds; 0: nothing is known.
    """

    def __init__(self) -> None:
        self.seen_until = 0
        self._question: _Question | None = None

    def note(self, reach: Reach, time: int) -> None:
        """Take the bus's answer.

        Args:
            reach: how far the observer's durable consumer has come.
            time: when it was asked, microseconds.
        """
        question = self._question
        if question is not None and question.last <= reach.handled:
            self.seen_until, question = question.time, None
        if question is None or question.last > reach.last:  # a bus that has lost what it had begins anew
            question = _Question(time, reach.last)
        self._question = question

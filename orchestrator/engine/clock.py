"""The time of day, as an argument."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Waiting is the event loop's; both must run on the same time."""

    def now(self) -> int:
        """Return the instant, microseconds since 1970-01-01 UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Return the instant, microseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000

"""Two purses of one participant: how often it may be called, and how many of the calls may be retries.

Theory of the retry budget. When a participant is in trouble, retries can outnumber first attempts and keep it there.
So a retry takes a token, a first attempt brings a fifth of one, and time brings one a second: retries that fail are at
most a fifth of the calls, and a few. A retry that is answered brings back two: where retries succeed nothing holds
them up, so a crowd that waited for a participant to come back is not made to wait for its budget. (The gist of
Finagle's RetryBudget and of gRPC's retry throttling, gRFC A6.)
"""

from __future__ import annotations

import math

from orchestrator.core.retry import SECOND

RETRY_SHARE = 0.2
"""How many retries a first attempt pays for."""

RESERVE = 10
"""The tokens to begin with, and the most that are kept where the participant's limit is lower."""

_BURST = SECOND // 10
"""How much of a rate may be used at once, microseconds' worth."""


class RetryBudget:
    """Tokens for retries."""

    __slots__ = ("_time", "_tokens")

    def __init__(self, now: int) -> None:
        self._tokens = float(RESERVE)
        self._time = now

    def allows(self, now: int) -> bool:
        """Return whether a retry may leave now."""
        if self._tokens < 1 and now > self._time:
            self._tokens = min(1.0, self._tokens + (now - self._time) / SECOND)
            self._time = now
        return self._tokens >= 1

    def look_time(self) -> int:
        """Return when time alone will have paid for the next one, microseconds; right after `allows` said no."""
        return self._time + int((1 - self._tokens) * SECOND) + 1

    def take(self, now: int) -> None:
        """A retry leaves."""
        self._tokens -= 1
        self._time = now

    def first(self, limit: int) -> None:
        """A first attempt leaves."""
        self._tokens = min(self._tokens + RETRY_SHARE, max(RESERVE, limit))

    def answered(self, limit: int) -> None:
        """A retry was answered."""
        self._tokens = min(self._tokens + 2, max(RESERVE, limit))


class Pace:
    """A rate, kept evenly: at most a tenth of a second's worth at once (the generic cell rate algorithm, ITU-T I.371)."""

    __slots__ = ("_time",)

    def __init__(self) -> None:
        self._time = 0

    def look_time(self) -> int:
        """Return from when on the next call may leave, microseconds."""
        return self._time - _BURST

    def take(self, rate: float, now: int) -> None:
        """A call leaves, ``rate`` of which a second may."""
        self._time = max(self._time, now) + math.ceil(SECOND / rate)

    def change(self, rate: float, now: int) -> None:
        """Let a new rate hold at once: what the one before had put off is put off by a call of the new one at most."""
        self._time = min(self._time, now + math.ceil(SECOND / rate)) if rate else 0

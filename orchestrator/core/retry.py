"""When to try again: exponential backoff with a cap and full jitter.

The n-th wait is uniform in [0, min(cap, initial × multiplier^(n-1))]. Full jitter spreads a crowd of retriers best
(M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Randomness is an argument, so that a run
can be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1_000_000
"""Microseconds in a second."""

MAX_ATTEMPTS = 1_000
"""The most attempts a policy may ask for."""

MAX_BACKOFF = 3_600 * SECOND
"""The longest ceiling of a wait: one hour."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently to try again.

    Attributes:
        max_attempts: attempts in all, from 1.
        initial_backoff: ceiling of the first wait, microseconds.
        max_backoff: ceiling of every wait, microseconds.
        multiplier: growth of the ceiling at each attempt, from 1.
    """

    max_attempts: int
    initial_backoff: int
    max_backoff: int
    multiplier: float = 2.0

    def ceiling(self, attempt: int) -> int:
        """Return the longest wait after attempt number ``attempt`` (from 1), in microseconds."""
        # The exponent is bounded so that a thousandth attempt does not overflow a float.
        grown = self.initial_backoff * self.multiplier ** min(attempt - 1, 64)
        return int(min(self.max_backoff, grown))

    def wait(self, attempt: int, jitter: float) -> int:
        """Return the wait after attempt ``attempt`` in microseconds, for ``jitter`` in [0, 1)."""
        return int(self.ceiling(attempt) * jitter)

    def budget(self, attempt_timeout: int) -> int:
        """Return the longest time that all attempts can take, in microseconds.

        Args:
            attempt_timeout: the longest time one attempt can take, microseconds.
        """
        waits = sum(self.ceiling(attempt) for attempt in range(1, self.max_attempts))
        return self.max_attempts * attempt_timeout + waits


EXECUTE_DEFAULT = RetryPolicy(max_attempts=10, initial_backoff=SECOND // 5, max_backoff=10 * SECOND)
"""Execute, where a definition says nothing: give up within about twenty seconds of waiting."""

RETRYABLE_DEFAULT = RetryPolicy(max_attempts=100, initial_backoff=SECOND // 5, max_backoff=300 * SECOND)
"""Execute of a retryable step or a pivot, where a definition says nothing: there is no way back, so be patient."""

COMPENSATE_DEFAULT = RetryPolicy(max_attempts=50, initial_backoff=SECOND // 2, max_backoff=300 * SECOND)
"""Compensate, where a definition says nothing: about three hours and a half of waiting at the most."""

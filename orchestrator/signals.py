"""SIGTERM and SIGINT: the first asks to stop, a later one means it.

`timeout`, a shell's Ctrl-C and `docker stop` under an init reach a process by two ways and send two signals at nearly
the same time, and one person meant one stop. So what comes within `GRACE` of the first is the same signal; what comes
later ends the process at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Self

import structlog

GRACE = 0.5
"""How long after the first signal another one is taken to be the same, seconds."""

_log = structlog.get_logger(__name__)


class StopSignals:
    """While entered, the first SIGTERM or SIGINT calls ``stop``, and one after the grace calls ``end``."""

    def __init__(
        self,
        stop: Callable[[], None],
        end: Callable[[int], object] = os._exit,
        time: Callable[[], float] | None = None,
    ) -> None:
        """Make it; needs a running event loop.

        Args:
            stop: asks the process to stop.
            end: ends it at once, with an exit code.
            time: a clock that only goes forward, seconds; None: the event loop's.
        """
        self._stop = stop
        self._end = end
        self._loop = asyncio.get_running_loop()
        self._time = time or self._loop.time
        self._first: float | None = None

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self.take, number)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.remove_signal_handler(number)
            if self._first is not None:
                # All is done in order; a straggler would only spoil the exit code.
                signal.signal(number, signal.SIG_IGN)

    def take(self, number: int) -> None:
        """Take a signal."""
        if self._first is None:
            self._first = self._time()
            self._stop()
        elif self._time() - self._first >= GRACE:
            _log.warning("a second signal: ended at once; open sagas go on at the next start")
            self._end(128 + number)

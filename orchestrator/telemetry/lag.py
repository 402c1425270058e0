"""How late the event loop is: the one number that tells that everything waits for something that does not yield."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

_INTERVAL = 0.25


async def watch_lag(lagged: Callable[[float], None], interval: float = _INTERVAL) -> None:
    """Tell, until cancelled, how late each of a row of timers was.

    Args:
        lagged: told of each, seconds.
        interval: from one timer to the next, seconds.
    """
    while True:
        due = perf_counter() + interval
        await asyncio.sleep(interval)
        lagged(max(perf_counter() - due, 0.0))

"""Who is next, where only so many may work at once.

A SQLite file has one writer, and its lock is polled for: a writer that comes back at once keeps another one out for as
long as there is work, for seconds. So those of one process wait for each other here, in order, before they ask for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """So many at once, in the order of asking; but who asks to go first goes before all who wait.

    Args:
        count: how many at once.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, first: bool = False) -> AsyncIterator[None]:
        """Inside the block one has one's turn."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(first=first)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, *, first: bool) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if first:
            self._waiting.appendleft(called)
        else:
            self._waiting.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if not called.cancelled():
                self._pass_on()  # it was called just before it was cancelled
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            called = self._waiting.popleft()
            if not called.done():
                called.set_result(None)
                return
        self._free += 1

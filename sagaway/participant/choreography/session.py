"""A connection of either kind of engine, for work with pauses between: each piece of it off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


class Session:
    """A connection that is lent for some pieces of work, one at a time."""

    def __init__(self, connection: Connection | AsyncConnection) -> None:
        self._connection = connection

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do a piece of work; one that began is waited for, also when the caller is cancelled."""
        connection = self._connection
        if isinstance(connection, AsyncConnection):
            return await connection.run_sync(work)
        return await _in_thread(lambda: work(connection))


@asynccontextmanager
async def session(engine: Engine | AsyncEngine) -> AsyncIterator[Session]:
    """Lend a fresh connection; a transaction that is open at the end is rolled back."""
    if isinstance(engine, AsyncEngine):
        async with engine.connect() as outer:
            yield Session(outer)
        return
    connection = await _in_thread(engine.connect)
    try:
        yield Session(connection)
    finally:
        await _in_thread(connection.close)


async def _in_thread(work: Callable[[], T]) -> T:
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        # A thread can't be cancelled: nobody may use its connection before it is done.
        await asyncio.wait([running])
        running.exception()
        raise

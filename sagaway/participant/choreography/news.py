"""Tells a process's relay at once what the process's own code has put into the outbox.

SQLAlchemy says when a connection goes back to its pool; by then its transaction is over, which it does not say of a commit.
It is news in this process only, and who keeps a connection gives none: for all else the relay looks by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine


def leave_news(connection: Connection, participant: str) -> None:
    """Say that a row of the participant is in the outbox once the connection's transaction is committed."""
    connection.info[_key(participant)] = True


class News:
    """Listens for what `leave_news` was told in this process.

    Args:
        engine: whose connections.
        participant: whose rows.
        heard: called in the event loop that `listen` was called in.
    """

    def __init__(self, engine: Engine | AsyncEngine, participant: str, heard: Callable[[], None]) -> None:
        self._engine = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        self._key = _key(participant)
        self._heard = heard

    def listen(self) -> None:
        """Begin."""
        self._loop = asyncio.get_running_loop()
        event.listen(self._engine, "checkin", self._given_back)

    def end(self) -> None:
        """Hear nothing more."""
        if event.contains(self._engine, "checkin", self._given_back):
            event.remove(self._engine, "checkin", self._given_back)

    def _given_back(self, _: Any, record: Any) -> None:
        """Called in any thread, also in one that outlives the loop."""
        if record.info.pop(self._key, None):
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._heard)


def _key(participant: str) -> str:
    return f"sagaway-emitted/{participant}"

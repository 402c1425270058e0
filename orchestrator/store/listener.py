"""Hears what other replicas of a saga log on PostgreSQL tell (NOTIFY).

It is a hint only: what is told while there is no connection is lost, and whoever needs to know looks by itself, too. So
after each new connection it tells once, and an error is no more than a wait.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg

from orchestrator.store.errors import StoreError
from orchestrator.store.sql_replicas import CHANNEL

_AGAIN = 1.0
"""Seconds until it connects again."""


class Listener(threading.Thread):
    """Listens in a thread of its own, on a connection of its own."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]], tell: Callable[[], None]) -> None:
        """Make a listener; `start` sets it going.

        Args:
            connect: makes a connection.
            tell: called for what is heard, in this thread; it may raise RuntimeError once nobody is there any more.
        """
        super().__init__(name="saga-log-listener", daemon=True)
        self._connect = connect
        self._tell = tell
        self._closed = threading.Event()
        self._connection: psycopg.Connection[Any] | None = None

    def run(self) -> None:
        """Listen until it is closed."""
        while not self._closed.is_set():
            with suppress(psycopg.Error, StoreError, OSError):
                self._listen()
            self._closed.wait(_AGAIN)

    def _listen(self) -> None:
        with self._connect() as connection:
            connection.set_autocommit(True)
            connection.execute(f"SET application_name = 'sagaway listens'; LISTEN {CHANNEL}".encode())
            self._connection = connection
            try:
                with suppress(RuntimeError):
                    self._tell()
                    for _ in connection.notifies():
                        self._tell()
            finally:
                self._connection = None

    def close(self) -> None:
        """Hear nothing more."""
        self._closed.set()
        connection = self._connection
        if connection is not None:
            # It waits for this socket to say something; now it says that it has ended.
            with suppress(OSError, psycopg.Error), socket.socket(fileno=socket.dup(connection.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)
        self.join(timeout=1.0)

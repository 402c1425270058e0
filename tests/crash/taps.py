"""Numbers every statement and commit of the product's own connections, from outside: a subclass of the driver's
connection, made where the product would make the driver's own.

A life is short: a third of it was SQLAlchemy's compiling of the statements that the life before had compiled. So all
lives that are forked from one process share what it compiled (`shared`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine

from orchestrator.store.sql import SqlLog
from orchestrator.store.sqlite import BUSY_TIMEOUT, SqliteDialect
from tests.crash.board import Points

Connect = Callable[..., sqlite3.Connection]


def tapped(points: Points, name: str) -> type[sqlite3.Connection]:
    """Return a class of connections whose every statement, commit and rollback is a point."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Cursor:
            points.reach(f"{name}: before {sql[:60]!r}")
            super().execute(sql, parameters)
            return self

        def executemany(self, sql: str, parameters: Any) -> Cursor:
            points.reach(f"{name}: before {sql[:60]!r}")
            super().executemany(sql, parameters)
            return self

    class Tapped(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(Cursor)

        def commit(self) -> None:
            points.reach(f"{name}: before COMMIT")
            super().commit()
            points.reach(f"{name}: after COMMIT")

        def rollback(self) -> None:
            points.reach(f"{name}: before ROLLBACK")
            super().rollback()
            points.reach(f"{name}: after ROLLBACK")

    return Tapped


_compiler: list[tuple[Any, Any]] = []


def shared(engine: Engine) -> Engine:
    """Let a SQLite engine look into the memory of the first one, in which a statement is found by its dialect too."""
    if not _compiler:
        _compiler.append((engine.dialect, engine._compiled_cache))
    [(engine.dialect, engine._compiled_cache)] = _compiler
    return engine


class _TappedDialect(SqliteDialect):
    def __init__(self, path: Path, factory: type[sqlite3.Connection], checkpoint_at: int) -> None:
        super().__init__(path)
        self._file = path
        self._factory = factory
        self._checkpoint_at = checkpoint_at

    def writer(self) -> Engine:
        return shared(super().writer())

    def readers(self, count: int) -> Engine:
        return shared(super().readers(count))

    def _connect(self, mode: str, any_thread: bool = False) -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{quote(str(self._file))}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT / 1000,
            check_same_thread=not any_thread,
            factory=self._factory,
        )

    def _writer(self) -> sqlite3.Connection:
        connection = super()._writer()
        if self._checkpoint_at:
            connection.execute(f"PRAGMA wal_autocheckpoint = {self._checkpoint_at}")
        return connection


def tapped_log(path: Path, points: Points, checkpoint_at: int = 0) -> SqlLog:
    """Return the product's log on a file, with points.

    Args:
        path: the file.
        points: who counts.
        checkpoint_at: pages in the WAL after which a commit checkpoints it; 0: SQLite's default, which a short run
            never reaches.
    """
    log = SqlLog(path)
    log._dialect = _TappedDialect(path, tapped(points, "log"), checkpoint_at)
    return log

"""The saga log in a SQLite file, the embedded default: how it is opened, what SQLite's errors mean.

Rules.
- One process (`lock`), one connection that writes and checkpoints, in one thread; read-only connections beside it.
- WAL and `synchronous=FULL`: what a commit has answered is on disk. Both are read back and anything else is refused.
- Transactions are begun by us, IMMEDIATE for the writer: a transaction that begins may write, and never has to be
  upgraded from a read, which SQLite can refuse.
- A file is ours if its `application_id` says so; a file without tables becomes ours. Any other is not touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from orchestrator.store.base import (
    CorruptLog,
    LogDamaged,
    LogDataError,
    LogFatal,
    LogUnavailable,
    LogUnusable,
    StoreError,
)
from orchestrator.store.dialect import Doing, Statement
from orchestrator.store.lock import LockFile

APPLICATION_ID = 0x53414741
"""`SAGA` in ASCII: what marks a SQLite file as a saga log. `file` shows it, and `PRAGMA application_id`."""

BUSY_TIMEOUT = 5_000
"""How long SQLite waits for another program's lock on the file, milliseconds."""

T = TypeVar("T")


def _as_it_is(value: T) -> T:
    return value


# The driver binds these as they are, but only after it has looked in three places for somebody who would turn them into
# something else, and found nobody: that costs it more than the binding.
for _kind in (bytes, bool, type(None)):
    sqlite3.register_adapter(_kind, _as_it_is)


class SqliteDialect:
    """A saga log in a SQLite file."""

    shared = False

    def __init__(self, path: Path) -> None:
        """Say which file; nothing is done yet.

        Args:
            path: the file; made if it does not exist, its directory is not.
        """
        # Resolved, so that a link to the file leads to the same lock.
        self._path = path.resolve()
        self._lock = LockFile(self._path.with_name(self._path.name + ".lock"))

    def __str__(self) -> str:
        return str(self._path)

    def acquire(self) -> None:
        """See `Dialect.acquire`."""
        if not self._path.parent.is_dir():
            raise LogUnusable(f"the directory of the saga log {self._path} does not exist; create it")
        if self._path.is_dir():
            raise LogUnusable(f"{self._path} is a directory; name a file in it as the saga log")
        self._lock.acquire()
        try:
            if not self.inspect():
                self._make()
        except BaseException:
            self._lock.release()
            raise

    def release(self) -> None:
        """See `Dialect.release`."""
        self._lock.release()

    def take(self, connection: Connection) -> None:
        """See `Dialect.take`. The lock on the file keeps every other process away."""

    def fence(self, connection: Connection, epoch: int, lease: int, statements: Sequence[Statement] = ()) -> bool:
        """See `Dialect.fence`. The lock on the file keeps every other process away."""
        return self.execute(connection, statements)

    def execute(self, connection: Connection, statements: Sequence[Statement]) -> bool:
        """See `Dialect.execute`."""
        for text, rows, touches in statements:
            touched = connection.exec_driver_sql(text, list(rows)).rowcount
            if touches is not None and touched != touches:
                return False
        return True

    def listen(self, tell: Callable[[], None]) -> None:
        """See `Dialect.listen`. There is nobody to hear."""

    def inspect(self) -> bool:
        """See `Dialect.inspect`. Through a connection that can't write, so that another program's file is left as it is."""
        try:
            if not self._path.exists() or self._path.stat().st_size == 0:
                return False
            connection = self._connect("ro")
            try:
                (application_id,) = connection.execute("PRAGMA application_id").fetchone()
                (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            raise self.unusable(error) from None
        if application_id != APPLICATION_ID and (application_id or tables):
            raise LogUnusable(f"{self._path} is another program's SQLite database, not a saga log; name another file")
        return bool(application_id)

    def _make(self) -> None:
        try:
            self._path.touch(0o600)  # it holds keys, and payloads as they are
        except OSError as error:
            raise self.unusable(error) from None

    def begin_migration(self, connection: Connection) -> None:
        """See `Dialect.begin_migration`. The lock on the file keeps every other process away."""

    def unusable(self, error: Exception) -> LogUnusable:
        """Say why the log can't be opened, and what to do."""
        code = _code(error)
        if code == sqlite3.SQLITE_NOTADB:
            return LogUnusable(f"{self._path} is not a saga log; name another file")
        if code in _DAMAGED:
            remedy = "keep a copy of it, and restore a backup or try sqlite3's .recover on the copy"
            return LogUnusable(f"the saga log {self._path} is damaged ({_text(error)}); {remedy}")
        if code == sqlite3.SQLITE_BUSY:
            return LogUnusable(f"the saga log {self._path} is locked by another program; close that program")
        if code in _FORBIDDEN or isinstance(error, PermissionError):
            remedy = "give this user the right to write it and its directory"
            return LogUnusable(f"the saga log {self._path} can't be written ({_text(error)}); {remedy}")
        if code == sqlite3.SQLITE_FULL:
            return LogUnusable(f"the disk of the saga log {self._path} is full; make room")
        return LogUnusable(f"the saga log {self._path} can't be opened: {_text(error)}")

    def writer(self) -> Engine:
        """See `Dialect.writer`."""
        engine = create_engine("sqlite+pysqlite://", creator=self._writer, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "begin", _begin_immediate)
        return engine

    def readers(self, count: int) -> Engine:
        """See `Dialect.readers`."""
        engine = create_engine(
            "sqlite+pysqlite://",
            creator=self._reader,
            poolclass=QueuePool,
            pool_size=count,
            max_overflow=0,
            hide_parameters=True,
        )
        event.listen(engine, "begin", _begin)
        return engine

    def _connect(self, mode: str, any_thread: bool = False) -> sqlite3.Connection:
        uri = f"file:{quote(str(self._path))}?mode={mode}"
        return sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT / 1000, check_same_thread=not any_thread
        )

    def _writer(self) -> sqlite3.Connection:
        connection = self._connect("rw")  # never made anew: a log that was moved away must not become an empty one
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute("PRAGMA synchronous = FULL")
            (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
            if (mode, synchronous) != ("wal", 2):
                raise LogUnusable(
                    f"the file system of {self._path} does not support SQLite's write-ahead log; "
                    "keep the saga log on a local disk"
                )
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("PRAGMA journal_size_limit = 67108864")
        except BaseException:
            connection.close()
            raise
        return connection

    def _reader(self) -> sqlite3.Connection:
        connection = self._connect("ro", any_thread=True)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def prepare(self, connection: Connection) -> None:
        """See `Dialect.prepare`."""
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")

    def tidy(self, connection: Connection) -> None:
        """See `Dialect.tidy`."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def error(self, error: Exception, doing: Doing) -> StoreError | None:
        """See `Dialect.error`."""
        if isinstance(error, StoreError):
            return error
        if isinstance(error, OverflowError | UnicodeError):
            return LogDataError(f"SQLite can't hold a value: {type(error).__name__}")
        driver = _driver_error(error)
        if driver is None:
            return None
        code, text = _code(driver), _text(driver)
        if doing is Doing.COMMIT and code == sqlite3.SQLITE_IOERR:
            return LogFatal(f"an I/O error at a commit of {self._path} ({text}): what is on disk is not known")
        if code in _DAMAGED or text.startswith(_NOT_TEXT):
            damage = f"the saga log {self._path} is damaged ({_NOT_TEXT if code is None else text})"
            if doing is not Doing.READ:
                return LogFatal(damage)
            return CorruptLog(damage) if code is None else LogDamaged(damage)
        if code in _DATA or (code is None and text.startswith("Error binding parameter")):
            return LogDataError(f"SQLite refuses a value ({text})")
        return LogUnavailable(f"the saga log {self._path} can't be used now ({text})")


_DATA = frozenset({sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE})
_FORBIDDEN = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
# The driver says so without a code, and goes on to quote the text.
_NOT_TEXT = "Could not decode to UTF-8"
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _driver_error(error: Exception) -> sqlite3.Error | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    return original if isinstance(original, sqlite3.Error) else None


def _code(error: Exception) -> int | None:
    """Return SQLite's primary result code; None if the error is the driver's own."""
    driver = _driver_error(error)
    code = getattr(driver, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def _text(error: Exception) -> str:
    driver = _driver_error(error)
    name = getattr(driver, "sqlite_errorname", None)
    text = str(error if driver is None else driver)
    return f"{name}: {text}" if name else text

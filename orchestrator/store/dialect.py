"""What is particular to a database: how it is opened, what its errors mean. All else of `sql` is common.

`sqlite` and `postgresql` have one dialect each, and `location` says which one a log is for. What is here is common to
both, and loads neither: SQLAlchemy's part for a database that nobody uses would take longer to load than the rest of
the house.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sqlalchemy import Connection, Engine, LargeBinary, Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from orchestrator.store.base import LogUnusable, StoreError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


class Doing(Enum):
    """At what an error came."""

    READ = "READ"
    WRITE = "WRITE"
    COMMIT = "COMMIT"


Row = tuple[Any, ...]


class Statement(NamedTuple):
    """A statement and the rows that it is executed for, one after the other.

    Attributes:
        text: SQL, with the dialect's placeholders.
        rows: its parameters.
        touches: how many rows of its table it must touch for all of them together; None: any number.
    """

    text: str
    rows: Sequence[Row]
    touches: int | None = None


class Listening(Protocol):
    """Hears what other replicas tell, until it is closed."""

    def close(self) -> None:
        """Hear nothing more. Does not wait for the database."""


class Dialect(Protocol):
    """A database that holds a saga log; `str` of it says which, and no password."""

    @property
    def shared(self) -> bool:
        """True if several processes may have the log at once, as replicas."""

    def acquire(self) -> None:
        """Make sure that the log exists, that nobody else writes it, and that it is one, or empty.

        Changes nothing in it.

        Raises:
            LogUnusable: it is in use, or not a saga log; the message names the remedy.
        """

    def release(self) -> None:
        """Undo `acquire`. Idempotent."""

    def inspect(self) -> bool:
        """Tell whether anything is there that may be a saga log; makes nothing and asks for no lock.

        Raises:
            LogUnusable: what is there is another program's.
        """

    def begin_migration(self, connection: Connection) -> None:
        """Begin a transaction that migrates: to its end nobody else migrates or opens this log; who has it goes on.

        Raises:
            LogUnusable: what is there is another program's.
        """

    def take(self, connection: Connection) -> None:
        """Begin the transaction of an opening: from here to its end no other process opens this log."""

    def fence(self, connection: Connection, epoch: int, lease: int, statements: Sequence[Statement] = ()) -> bool:
        """Begin a transaction that writes: to its end, this replica is not ended. Then execute statements.

        Args:
            connection: in a transaction in which nothing was done yet.
            epoch: of this replica.
            lease: for how long its lease is renewed, microseconds; 0: it is not.
            statements: what is executed behind the fence.

        Returns:
            See `execute`.

        Raises:
            ReplicaEnded: it was ended.
        """

    def execute(self, connection: Connection, statements: Sequence[Statement]) -> bool:
        """Execute statements, in their order.

        Args:
            connection: in a transaction that writes.
            statements: what is executed.

        Returns:
            False if one touched another number of rows than it should. The transaction must be rolled back then: those
            after it may have been executed or not.
        """

    def listen(self, tell: Callable[[], None]) -> Listening | None:
        """Begin to hear what other replicas tell, where there are any.

        Args:
            tell: called in a thread of its own.
        """

    def writer(self) -> Engine:
        """Return the engine whose one connection writes; each `begin` of it may write."""

    def readers(self, count: int) -> Engine:
        """Return an engine of at most ``count`` connections that can't write; each `begin` of it is a snapshot."""

    def prepare(self, connection: Connection) -> None:
        """Mark the log as ours. In the transaction of the first migration."""

    def tidy(self, connection: Connection) -> None:
        """Leave the log in one piece before it is closed. Outside a transaction."""

    def error(self, error: Exception, doing: Doing) -> StoreError | None:
        """Say what an error means.

        Args:
            error: what was raised.
            doing: at what.

        Returns:
            The contract's error, or None if it is not the database's.
        """

    def unusable(self, error: Exception) -> LogUnusable:
        """Say why the log can't be opened, and what to do."""


def opening_error(dialect: Dialect, error: Exception) -> Exception:
    """Return what to raise for an error at an opening or a migration: `LogUnusable`, or a fault of ours as it is."""
    if isinstance(error, LogUnusable) or dialect.error(error, Doing.READ) is None:
        return error
    return dialect.unusable(error)


def insert_into(name: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can be told what to do on a conflict.

    Args:
        name: SQLAlchemy's name of the connection's dialect.
        table: where to.
    """
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - see the module

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)


class Utf8(FunctionElement[bytes]):
    """A text column's UTF-8 bytes as they are stored, even where damage made them no text."""

    name = "utf8"
    type = LargeBinary()
    inherit_cache = True


@compiles(Utf8, "sqlite")
def _utf8_of_sqlite(element: Utf8, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(Utf8, "postgresql")
def _utf8_of_postgresql(element: Utf8, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **options)}, 'UTF8')"

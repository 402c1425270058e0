"""The one local transaction that holds row and effect, on SQLite and PostgreSQL.

Written against a sync Connection. An AsyncEngine's connection is one too, inside `AsyncConnection.run_sync`, so there
is one implementation of every rule; only the call of the author's function differs.

SQLite: BEGIN IMMEDIATE, so that the transaction is the only writer before it reads the row. PostgreSQL: the
operation's advisory lock, before it reads the row. In both, what is read is what the last holder committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sagaway.participant.errors import TransactionMisuseError, database_unavailable
from sagaway.participant.locks import take_advisory_lock

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

# SQLite's primary result codes for a database that is busy or away: IOERR and the like are no fault of a statement.
# BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
_SQLITE_TRANSIENT = frozenset({5, 6, 7, 8, 9, 10, 13, 14, 15})
# PostgreSQL's SQLSTATE classes: connection, rolled back (serialization, deadlock), resources, object in use (locks),
# operator's intervention, system error.
_SQLSTATE_TRANSIENT = ("08", "40", "53", "55", "57", "58")
# Read-only transaction (a failover), idle-in-transaction and transaction timeouts.
_SQLSTATES_TRANSIENT = frozenset({"25006", "25P03", "25P04"})


class Lent:
    """Keeps the author's function from ending the transaction that it is lent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lent = False
        self.misused = False
        event.listen(connection, "commit", self._ending)
        event.listen(connection, "rollback", self._ending)

    @contextmanager
    def out(self) -> Iterator[None]:
        """Inside the block a commit or rollback of the transaction raises TransactionMisuseError."""
        self._lent = True
        try:
            yield
        except Exception as error:
            if self.misused:
                raise _misuse() from error
            raise
        finally:
            self._lent = False
        if self.misused:
            # It caught our exception; the transaction is spoilt all the same.
            raise _misuse()

    def take_back(self) -> None:
        """Stop listening."""
        event.remove(self._connection, "commit", self._ending)
        event.remove(self._connection, "rollback", self._ending)

    def _ending(self, _: Connection) -> None:
        if self._lent:
            self.misused = True
            raise _misuse()


def _misuse() -> TransactionMisuseError:
    return TransactionMisuseError(
        "the transaction belongs to the barrier, which commits it with the operation's row: don't call commit, "
        "rollback or close on it. To undo a part of your work, use `begin_nested`."
    )


@contextmanager
def transaction(connection: Connection, operation_key: str) -> Iterator[Lent]:
    """Open the operation's transaction, hold its lock, and commit at the end of the block; roll back on any exception.

    Args:
        connection: fresh from the engine, in no transaction.
        operation_key: whose lock to take.

    Raises:
        Refusal: IN_PROGRESS: another holds the lock. DATABASE_UNAVAILABLE: the outcome of COMMIT is unknown.
        IntegrityError: COMMIT was refused by a deferred constraint; nothing stands.
    """
    with open_transaction(connection) as lent:
        lock(connection, operation_key)
        yield lent


@contextmanager
def open_transaction(connection: Connection) -> Iterator[Lent]:
    """As `transaction`, with no lock but SQLite's: whoever works in it takes those that are needed with `lock`."""
    lent = Lent(connection)
    try:
        root = connection.begin()
        session = connection.connection
        try:
            if connection.dialect.name == SQLITE:
                begin_immediate(connection)
            yield lent
        except BaseException:
            if not lent.misused:
                root.rollback()
            elif session.is_valid:
                # SQLAlchemy lost track of the transaction; the database rolls it back with the session.
                session.invalidate()
            raise
        _commit(connection)
    finally:
        lent.take_back()


def lock(connection: Connection, operation_key: str) -> None:
    """Hold an operation's lock until the transaction ends. On SQLite the transaction is the only writer anyway.

    Raises:
        Refusal: IN_PROGRESS: another transaction holds it.
    """
    if connection.dialect.name != SQLITE:
        take_advisory_lock(connection, operation_key)


def begin_immediate(connection: Connection) -> None:
    """Become SQLite's one writer; waits as long as the engine's busy timeout (`timeout`, 5 s by default)."""
    if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        # The engine's own hooks, or the driver's autocommit=False, began a deferred one.
        connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except IntegrityError:
        raise
    except Exception as error:
        # Neither success nor failure is known, and the session may be half way: never use it again.
        connection.invalidate(error)
        raise database_unavailable("The outcome of the commit is unknown") from error


def is_transient(error: BaseException) -> bool:
    """Say whether a database error is about the database's state now, and not about the statement or the data."""
    if isinstance(error, PoolTimeoutError | OSError | TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    sqlstate = getattr(error.orig, "sqlstate", None)
    if isinstance(sqlstate, str):
        return sqlstate.startswith(_SQLSTATE_TRANSIENT) or sqlstate in _SQLSTATES_TRANSIENT
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(sqlite_code, int):
        return sqlite_code & 0xFF in _SQLITE_TRANSIENT
    return isinstance(error, OperationalError | InterfaceError | InternalError)

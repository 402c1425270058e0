"""Checks, before a participant serves, that its database lets it keep its promises.

Row and effect are atomic only if they are in one transaction of one database. A connection is such a transaction, so
the barrier's tables and the business tables must be plain tables that this engine's connections see: not in an
attached SQLite file, not foreign tables.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from sagaway.participant.errors import SetupError
from sagaway.participant.locks import advisory_key
from sagaway.participant.tables import barrier_metadata
from sagaway.participant.transaction import SQLITE, begin_immediate


def check(connection: Connection, business_tables: Iterable[Table]) -> None:
    """Check the database behind `connection`.

    Raises:
        SetupError: names what is wrong and the remedy.
    """
    _check_database(connection)
    _check_tables(connection, barrier_metadata.tables.values(), "the barrier's", _BARRIER_REMEDY)
    _check_tables(connection, business_tables, "your", _BUSINESS_REMEDY)
    connection.rollback()


def check_choreography(connection: Connection, tables: Iterable[Table], business_tables: Iterable[Table]) -> None:
    """Check the database behind `connection` for a choreographed participant.

    Args:
        connection: fresh from the engine.
        tables: inbox and outbox.
        business_tables: the author's.

    Raises:
        SetupError: names what is wrong and the remedy.
    """
    _check_database(connection)
    _check_tables(connection, tables, "the choreography's", _CHOREOGRAPHY_REMEDY)
    _check_tables(connection, business_tables, "your", _BUSINESS_REMEDY)
    connection.rollback()


def create_tables(connection: Connection, metadata: MetaData = barrier_metadata) -> None:
    """Make these tables where they are not there; several processes may do it at once."""
    with connection.begin():
        if connection.dialect.name == SQLITE:
            begin_immediate(connection)
        else:
            connection.execute(select(func.pg_advisory_xact_lock(advisory_key("create_tables"))))
        metadata.create_all(connection)


_BARRIER_REMEDY = (
    "Make it with `await participant.create_tables()`, or with add_barrier_tables(your_metadata) and your migrations."
)
_CHOREOGRAPHY_REMEDY = (
    "Make it with `await choreography.create_tables()`, or with add_choreography_tables(your_metadata) and your "
    "migrations."
)
_BUSINESS_REMEDY = (
    "Barrier and business tables must share a database: give the Participant the engine that your tables are in, "
    "and run your migrations first."
)


def _check_tables(connection: Connection, tables: Iterable[Table], whose: str, remedy: str) -> None:
    inspector = inspect(connection)
    for table in tables:
        if connection.dialect.name == SQLITE and table.schema not in (None, "main"):
            raise SetupError(
                f"{whose} table {table.fullname!r} is in an attached SQLite file: a commit over two files is not "
                f"atomic. {_BUSINESS_REMEDY}"
            )
        # Plain tables only: a view or a foreign table may stand for another database.
        if table.name not in inspector.get_table_names(schema=table.schema):
            raise SetupError(
                f"{whose} table {table.fullname!r} is not a table of the database {_where(connection)}. {remedy}"
            )


def _where(connection: Connection) -> str:
    return repr(connection.engine.url.database)


def _check_database(connection: Connection) -> None:
    if connection.dialect.name == SQLITE:
        _check_sqlite(connection)
    else:
        _check_postgresql(connection)


def _check_sqlite(connection: Connection) -> None:
    files = {name: file for _, name, file in connection.exec_driver_sql("PRAGMA database_list")}
    if not files.get("main"):
        raise SetupError("the SQLite database is in memory, so nothing in it is durable: use a file")
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    if synchronous < 2:
        raise SetupError(
            f"PRAGMA synchronous is {synchronous}: a commit may be lost with the power after its reply was sent. "
            "Set it to FULL (2), SQLite's default."
        )
    if getattr(connection.dialect, "skip_autocommit_rollback", False):
        raise SetupError("the engine has skip_autocommit_rollback, so a rollback may not happen: leave it out")


def _check_postgresql(connection: Connection) -> None:
    setting = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
    if setting == "off":
        raise SetupError(
            "synchronous_commit is off: a commit may be lost in a crash after its reply was sent. Set it to on."
        )
    first, second = (connection.exec_driver_sql("SELECT pg_current_xact_id()::text").scalar_one() for _ in range(2))
    if first != second:
        raise SetupError(
            "the engine is in AUTOCOMMIT, so row and effect have no transaction: leave isolation_level out"
        )

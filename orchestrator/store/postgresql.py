"""The saga log in a PostgreSQL database: how it is opened and fenced, what PostgreSQL's errors mean.

Rules.
- Several processes may have the log open, each a row of `replicas` (`orchestrator.store.sql_replicas`).
- The first statement of every transaction that writes is the *fence*: my row stands, and stays as it is until this
  transaction ends (FOR KEY SHARE; an UPDATE, where it renews the lease). Whoever ends a replica locks its row FOR
  UPDATE, so it waits for a writer in the middle of its transaction or passes it over, and a writer that comes later
  finds its row ended. So no transaction of a replica commits after it was ended, however long it was stopped.
- An append's statements leave together with the fence (`orchestrator.store.pipeline`); the COMMIT when all is answered.
- A replica that is stopped in the middle of a transaction holds up its own end and whoever needs its rows, so
  PostgreSQL ends a transaction in which nothing happens for a fifth of the lease, and a connection whose other end is
  gone within two fifths. What these do not meet, another replica ends (`orchestrator.store.sql_replicas`).
- READ COMMITTED: every statement sees what was committed before it, the fence's wait included. What a decision was made
  on is compared by the append itself.
- `synchronous_commit` is on, or the log is refused: what a commit has answered is on disk.
- A connection that was lost during COMMIT says nothing of its outcome. It is `LogUnavailable` like any other loss, and
  the append's id tells when it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from orchestrator.store import pipeline
from orchestrator.store.base import (
    LogDamaged,
    LogDataError,
    LogFatal,
    LogUnavailable,
    LogUnusable,
    ReplicaEnded,
    StoreError,
)
from orchestrator.store.dialect import Doing, Statement
from orchestrator.store.listener import Listener
from orchestrator.store.replicas import LEASE
from orchestrator.store.sql_replicas import DATABASE_TIME, IDLE

STATEMENT_LIMIT = 30_000
"""How long a statement may take, waiting for locks included, milliseconds; a migration may take longer."""

LOCK_LIMIT = 2_000
"""How long a migration waits for a lock, milliseconds."""

OLDEST = 14
"""The oldest PostgreSQL that is served: the oldest that tells while it works that its client is gone."""

_OPENING = 0x53414741  # the advisory lock of openings: `SAGA` in ASCII

# What libpq is told where the URL does not say otherwise. A log that moved to another server is found among several
# hosts by being writable.
_CONNECTING = {
    "application_name": "sagaway",
    "connect_timeout": "5",
    "target_session_attrs": "read-write",
}


def _keeping_alive(lease: int) -> dict[str, int]:
    """Settings of client and server alike: after how long a connection whose other end does not answer is given up."""
    limit = max(lease * 2 // 5 // 1_000, 1_000)  # milliseconds
    probe = max(limit // 4_000, 1)  # seconds
    return {
        "tcp_user_timeout": limit,
        "tcp_keepalives_idle": probe,
        "tcp_keepalives_interval": probe,
        "tcp_keepalives_count": 2,
    }


def _session(lease: int) -> str:
    idle = max(lease // IDLE // 1_000, 100)  # milliseconds
    settings = {
        "idle_in_transaction_session_timeout": idle,
        "statement_timeout": STATEMENT_LIMIT,
        "client_connection_check_interval": idle,
        **_keeping_alive(lease),
    }
    # The last, so that what was found when the session began stays, whatever becomes of the configuration.
    return (
        "SELECT "
        + "".join(f"set_config('{name}', '{value}', false), " for name, value in settings.items())
        + "set_config('synchronous_commit', current_setting('synchronous_commit'), false)"
    )


_ASK = (
    "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
    " current_setting('synchronous_commit')"
)


class _Texts(StrDumperUnknown):
    """Texts as PostgreSQL can hold them: all but NUL, in whose place the sign for it stands, in what is asked for too.

    So a label's value or a person's reason that has one is written and found. Events and documents are JSON, which
    has NUL escaped, so they are read back as they were.
    """

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(pipeline.without_nul(obj))


class PostgresqlDialect:
    """A saga log in a PostgreSQL database."""

    shared = True

    def __init__(self, rest: str, lease: int = LEASE) -> None:
        """Say where; nothing is done yet.

        Args:
            rest: libpq's URL of the database, from behind `postgresql://` on.
            lease: of replicas, microseconds.

        Raises:
            LogUnusable: it is no URL that libpq understands.
        """
        try:
            given = conninfo.conninfo_to_dict(f"postgresql://{rest}")
        except psycopg.Error:
            # libpq would quote parts of it, and one of them is the password.
            raise LogUnusable(
                "the saga log's location is not a URL of PostgreSQL: postgresql://user:password@host:port/database, "
                "in which other characters than letters, digits, - . _ ~ are written as %XX"
            ) from None
        alive = {
            name.removeprefix("tcp_") if "keep" in name else name: str(n) for name, n in _keeping_alive(lease).items()
        }
        self._given: dict[str, Any] = {**_CONNECTING, **alive, **given, "client_encoding": "utf8"}
        self._session = _session(lease)
        self._name = f"{given.get('host', 'localhost')}/{given.get('dbname', '')}"

    def __str__(self) -> str:
        return f"postgresql://{self._name}"

    def acquire(self) -> None:
        """See `Dialect.acquire`. Nothing is to be done before there is a connection; see `take`."""

    def release(self) -> None:
        """See `Dialect.release`."""

    def writer(self) -> Engine:
        """See `Dialect.writer`."""
        return _engine(creator=self._writer, poolclass=NullPool, isolation_level="READ COMMITTED")

    def readers(self, count: int) -> Engine:
        """See `Dialect.readers`."""
        return _engine(
            creator=self._reader,
            poolclass=QueuePool,
            pool_size=count,
            max_overflow=0,
            isolation_level="REPEATABLE READ",
        )

    def _connect(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(autocommit=True, **self._given)
        try:
            answer = connection.execute(_ASK).fetchone()
            assert answer is not None
            self._check(*answer)
            connection.execute(self._session)  # type: ignore[arg-type, unused-ignore] # made of our own constants
            connection.adapters.register_dumper(str, _Texts)
            connection.set_autocommit(False)
        except BaseException:
            connection.close()
            raise
        return connection

    def _writer(self) -> psycopg.Connection[Any]:
        connection = self._connect()
        connection.prepare_threshold = None  # see `pipeline`
        return connection

    def _reader(self) -> psycopg.Connection[Any]:
        connection = self._connect()
        connection.read_only = True
        return connection

    def _check(self, version: int, encoding: str, synchronous_commit: str) -> None:
        where = f"the saga log's database {self._name}"
        if version // 10_000 < OLDEST:
            raise LogUnusable(f"{where} is PostgreSQL {version // 10_000}; it must be {OLDEST} or newer")
        if encoding != "UTF8":
            raise LogUnusable(f"{where} has the encoding {encoding}; make it anew with ENCODING 'UTF8'")
        if synchronous_commit not in ("on", "remote_apply"):
            raise LogUnusable(
                f"{where} has synchronous_commit = {synchronous_commit}, so it could lose what it has promised to keep; "
                "ALTER ROLE ... SET synchronous_commit = on, or the same of the database or in its configuration"
            )

    def inspect(self) -> bool:
        """See `Dialect.inspect`."""
        engine = self.readers(1)
        try:
            with engine.begin() as connection:
                return self._is_a_log(connection)
        finally:
            engine.dispose()

    def begin_migration(self, connection: Connection) -> None:
        """See `Dialect.begin_migration`. A lock on a table is not waited for long, because others wait behind who waits."""
        self.take(connection)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_LIMIT}")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '1min'")  # Alembic is loaded in it

    def take(self, connection: Connection) -> None:
        """See `Dialect.take`."""
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OPENING})")
        self._is_a_log(connection)
        # Whoever opens may have to load what migrates; it is not to be taken for stopped before others have waited for long.
        connection.exec_driver_sql(
            f"SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = {STATEMENT_LIMIT}"
        )

    def _is_a_log(self, connection: Connection) -> bool:
        version, sagas = connection.exec_driver_sql("SELECT to_regclass('alembic_version'), to_regclass('sagas')").one()
        if (version is None) is not (sagas is None):
            raise LogUnusable(
                f"the database {self._name} has another program's tables in it; give the saga log one of its own"
            )
        return version is not None

    def fence(self, connection: Connection, epoch: int, lease: int, statements: Sequence[Statement] = ()) -> bool:
        """See `Dialect.fence`. All of it leaves together; what was executed behind a fence that had fallen is rolled back."""
        row = (lease, epoch) if lease else (epoch,)
        fence = Statement(_RENEW if lease else _STANDS, [row], touches=1)
        wrong = pipeline.run(connection, [pipeline.BEGIN, fence, *statements])
        if wrong is fence:
            raise ReplicaEnded(
                f"another replica on {self._name} has ended this one, whose lease had run out or whose name it has; "
                "start it again, and give each replica a name of its own"
            )
        return wrong is None

    def execute(self, connection: Connection, statements: Sequence[Statement]) -> bool:
        """See `Dialect.execute`."""
        return pipeline.run(connection, statements) is None

    def listen(self, tell: Callable[[], None]) -> Listener:
        """See `Dialect.listen`."""
        listener = Listener(self._connect, tell)
        listener.start()
        return listener

    def prepare(self, connection: Connection) -> None:
        """See `Dialect.prepare`. Its tables are mark enough."""

    def tidy(self, connection: Connection) -> None:
        """See `Dialect.tidy`. PostgreSQL does this by itself."""

    def error(self, error: Exception, doing: Doing) -> StoreError | None:
        """See `Dialect.error`."""
        if isinstance(error, StoreError):
            return error
        if isinstance(error, OverflowError | UnicodeError):
            return LogDataError(f"PostgreSQL can't hold a value: {type(error).__name__}")
        driver = _driver_error(error)
        if driver is None:
            return None
        state = driver.sqlstate
        if state is None and isinstance(driver, psycopg.DataError | psycopg.ProgrammingError):
            return LogDataError(f"PostgreSQL can't hold a value ({type(driver).__name__})")  # the text quotes it
        if state is not None and state[:2] in _DATA:
            return LogDataError(f"PostgreSQL refuses a value ({_text(driver)})")
        if state in _DAMAGED:
            damage = f"the saga log in {self._name} is damaged ({_text(driver)})"
            return LogDamaged(damage) if doing is Doing.READ else LogFatal(damage)
        return LogUnavailable(f"the saga log in {self._name} can't be used now ({_text(driver)})")

    def unusable(self, error: Exception) -> LogUnusable:
        """See `Dialect.unusable`."""
        driver = _driver_error(error)
        state = None if driver is None else driver.sqlstate
        said = _text(error if driver is None else driver)
        if state == "42P07":
            return LogUnusable(
                f"the database {self._name} has another program's tables in it; give the saga log one of its own"
            )
        return LogUnusable(f"the saga log in {self._name} can't be opened: {said}{_REMEDIES.get(state or '', '')}")


_STANDS = "SELECT 1 FROM replicas WHERE epoch = %s AND end_time IS NULL FOR KEY SHARE"
_RENEW = (
    f"UPDATE replicas SET lease_expire_time = {DATABASE_TIME} + %s"  # noqa: S608 - our own constant
    " WHERE epoch = %s AND end_time IS NULL RETURNING 1"
)

# Classes of SQLSTATE: data, integrity, and program limits, which a value meets that is too big for an index.
_DATA = frozenset({"22", "23", "54"})
# Data corrupted, index corrupted; but not XX000, which is any fault of the server's.
_DAMAGED = frozenset({"XX001", "XX002"})
_IN_THE_WAY = "; somebody who uses it is in the way: try again"
_REMEDIES = {
    "42501": "; give this user the right to create and change tables in it",
    "40P01": _IN_THE_WAY,
    "55P03": _IN_THE_WAY,
}


def _engine(**options: Any) -> Engine:
    # Positional parameters, because appends are executed with tuples.
    return create_engine(
        "postgresql+psycopg://", paramstyle="format", use_native_hstore=False, hide_parameters=True, **options
    )


def _driver_error(error: Exception) -> psycopg.Error | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    return original if isinstance(original, psycopg.Error) else None


def _text(error: BaseException) -> str:
    """Return the first line of what the database says; what comes below may quote values."""
    state = getattr(error, "sqlstate", None)
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"{state}: {lines[0]}" if state else lines[0]

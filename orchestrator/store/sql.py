"""The saga log in a SQL database, through SQLAlchemy Core. `dialect` says what is particular to the database.

Rules.
- All that writes goes through one thread with one connection, one transaction at a time. Nothing in a transaction
  waits for anything but the database.
- Each of these transactions begins with the fence (`Dialect.fence`): to its end this replica is not ended.
- Reading has its own few threads and connections that can't write, one snapshot a call.
- Every error of the database becomes one of the contract's. After an error the transaction is rolled back; if even
  that fails, the connection is thrown away and the next call makes another.
- After an I/O error at a commit nothing is written any more: memory and disk may differ, and only a new process, which
  recovers from the disk, can tell.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store import appends, migrating, migrations, parked, queries
from orchestrator.store.base import (
    Append,
    CorruptLog,
    Installation,
    ListPosition,
    LogDataError,
    LogFatal,
    LogUnavailable,
    LogUnusable,
    Outcome,
    SagaFilter,
    SagaLog,
    SagaRow,
    SequencedEvent,
)
from orchestrator.store.checks import check_batch
from orchestrator.store.dialect import Doing, Listening, Statement, opening_error
from orchestrator.store.location import dialect_of
from orchestrator.store.replicas import LEASE
from orchestrator.store.schema import installation, token_keys
from orchestrator.store.sql_claims import SqlClaims
from orchestrator.store.sql_register import SqlRegister
from orchestrator.store.sql_replicas import SqlReplica, join, leave, notify
from orchestrator.store.sql_retention import SqlRetention
from orchestrator.store.survey import Survey, survey

T = TypeVar("T")

_logger = logging.getLogger(__name__)

_TRIES = 3
"""How often a batch is judged and written while other replicas' appends come in between."""


class SqlLog(SqlReplica, SqlClaims, SqlRegister, SqlRetention, SagaLog):
    """A `SagaLog` in a SQLite file or a PostgreSQL database."""

    def __init__(
        self, location: str | Path, readers: int = 4, *, name: str = "", lease: int = LEASE, migrates: bool = True
    ) -> None:
        """Say where the log is; nothing is done before `open`.

        Args:
            location: see `dialect_of`; `open` makes a file that does not exist.
            readers: threads (and connections) that read, at least 1.
            name: which replica this is: on PostgreSQL it takes the place of one of the same name; empty: of none.
            lease: see `SagaLog.lease`, microseconds; on SQLite there is none.
            migrates: True: `open` brings the log to this version, from nothing too. False: it refuses one that this
                version can't serve as it is, because other replicas may serve it.

        Raises:
            LogUnusable: the location can't be a saga log.
        """
        self._dialect = dialect_of(location, lease)
        SqlReplica.__init__(self, name, lease if self._dialect.shared else 0)
        SqlClaims.__init__(self)
        self._reader_count = readers
        self._migrates = migrates
        self._installation: Installation | None = None
        self._fatal: LogFatal | None = None
        # Of the writer's thread alone, once open.
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._read_engine: Engine | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._listening: Listening | None = None

    @property
    def installation(self) -> Installation:
        """See `SagaLog.installation`."""
        if self._installation is None:
            raise LogUnavailable("the saga log is not open")
        return self._installation

    # Opening and closing -------------------------------------------------------------------------------------------

    async def open(self, now: int) -> None:
        """See `SagaLog.open`."""
        if self._writer is not None:
            raise LogUnusable("this saga log is open already")
        writer = ThreadPoolExecutor(1, thread_name_prefix="saga-log-writer")
        try:
            await asyncio.get_running_loop().run_in_executor(writer, self._open, now)
        except BaseException:
            writer.submit(self._close)  # it may have been opened, and only the waiting was cancelled
            writer.shutdown()
            raise
        self._readers = ThreadPoolExecutor(self._reader_count, thread_name_prefix="saga-log-reader")
        self._writer = writer
        self._listening = self._dialect.listen(self._told_in(asyncio.get_running_loop()))

    def _open(self, now: int) -> None:
        self._dialect.acquire()
        try:
            self._fatal, self._since = None, now
            self._doubtful.clear()
            self._engine = self._dialect.writer()
            self._connection = self._engine.connect()
            self._renewed = time.monotonic()
            with self._connection.begin():
                self._dialect.take(self._connection)
                if self._migrates:
                    migrating.make_current(self._connection, self._dialect, now)
                else:
                    migrations.check(self._connection)
                self._installation = _installation(self._connection)
                self._epoch = join(self._connection, self._name, self._lease, now)
            self._read_engine = self._dialect.readers(self._reader_count)
        except BaseException as error:
            self._disconnect()
            self._dialect.release()
            if not isinstance(error, Exception):
                raise
            raise opening_error(self._dialect, error) from None

    async def close(self) -> None:
        """See `SagaLog.close`."""
        writer, readers = self._writer, self._readers
        if writer is None or readers is None:
            return
        self._writer = self._readers = None
        if self._listening is not None:
            self._listening.close()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, readers.shutdown)
        await loop.run_in_executor(writer, self._close)
        writer.shutdown()

    def _close(self) -> None:
        read_engine, self._read_engine = self._read_engine, None
        if read_engine is not None:
            read_engine.dispose()
        try:
            if self._connection is not None and self._fatal is None:
                if self._lease:
                    self._in_transaction(self._leave)
                self._dialect.tidy(self._connection)
        except Exception as error:
            # What is committed stays where it is; the next opening finds it there, other replicas when the lease is over.
            _logger.warning("the saga log was left untidy: %s", self._dialect.error(error, Doing.WRITE))
        finally:
            self._disconnect()
            self._dialect.release()

    def _leave(self, connection: Connection) -> None:
        leave(connection, self._epoch)
        notify(connection)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    # Threads and transactions --------------------------------------------------------------------------------------

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await self._in_writer(lambda: self._in_transaction(work))

    async def _in_writer(self, job: Callable[[], T]) -> T:
        if self._writer is None:
            raise LogUnavailable("the saga log is not open")
        return await asyncio.get_running_loop().run_in_executor(self._writer, job)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        if self._readers is None:
            raise LogUnavailable("the saga log is not open")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._in_snapshot, work)

    def _in_transaction(
        self, work: Callable[[Connection], T], *, renews: bool = False, first: Sequence[Statement] = ()
    ) -> T:
        """Execute what comes ``first`` and do ``work`` in one transaction, in the writer's thread.

        Whatever it raises rolls the transaction back, `_Lost` too, if ``first`` touched other rows than it should.
        """
        if self._fatal is not None:
            raise self._fatal
        doing = Doing.WRITE
        renews = renews or self._must_renew()
        try:
            connection = self._connected()
            sent = time.monotonic()
            connection.begin()
            if not self._dialect.fence(connection, self._epoch, self._lease if renews else 0, first):
                raise _Lost
            result = work(connection)
            doing = Doing.COMMIT
            connection.commit()
            if renews:
                self._renewed = sent
        except Exception as error:
            meaning = self._dialect.error(error, doing)
            if isinstance(meaning, LogFatal):
                self._fatal = meaning
            self._roll_back()
            if meaning is None:
                raise
            raise meaning from error
        return result

    def _connected(self) -> Connection:
        if self._connection is None:
            assert self._engine is not None
            self._connection = self._engine.connect()
        return self._connection

    def _roll_back(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except SQLAlchemyError as error:
            _logger.warning("a rollback failed, so the connection is replaced: %s", type(error).__name__)
            self._disconnect()

    def _in_snapshot(self, work: Callable[[Connection], T]) -> T:
        assert self._read_engine is not None
        try:
            with self._read_engine.begin() as connection:
                return work(connection)
        except Exception as error:
            meaning = self._dialect.error(error, Doing.READ)
            if meaning is None:
                raise
            raise meaning from error

    # Appends -------------------------------------------------------------------------------------------------------

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        """See `SagaLog.commit`."""
        check_batch(batch)
        return await self._in_writer(lambda: self._commit(batch) if batch else [])

    def _commit(self, batch: Sequence[Append]) -> list[Outcome]:
        try:
            statements = self._statements(batch)
        except (AttributeError, TypeError, ValueError) as error:
            raise LogDataError(f"an append is not made of what the log holds: {type(error).__name__}") from error
        for _ in range(_TRIES):
            with suppress(_Lost):
                self._in_transaction(lambda _: None, first=statements)
                return [Outcome.COMMITTED] * len(batch)
            with suppress(_Lost):  # once more, if another replica has just made the same saga
                return self._in_transaction(lambda connection: self._write_winners(connection, batch))
        raise LogDataError("two appends of a batch take each other's place")

    def _statements(self, batch: Sequence[Append]) -> list[Statement]:
        assert self._engine is not None
        return appends.statements(appends.rows_of(batch, self._epoch), self._engine.dialect)

    def _write_winners(self, connection: Connection, batch: Sequence[Append]) -> list[Outcome]:
        verdicts = appends.judge(connection, batch, self._epoch)
        winners = [append for append, verdict in zip(batch, verdicts, strict=True) if verdict is None]
        if not self._dialect.execute(connection, self._statements(winners)):
            raise _Lost
        return [Outcome.COMMITTED if verdict is None else verdict for verdict in verdicts]

    async def quarantine(self, key: SagaKey, reason: str, now: int) -> None:
        """See `SagaLog.quarantine`."""
        await self._write(lambda connection: queries.quarantine(connection, key, reason, now))

    # Reading sagas -------------------------------------------------------------------------------------------------

    async def read(self, key: SagaKey) -> SagaRow | None:
        """See `SagaLog.read`."""
        return await self._read(lambda connection: queries.read_saga(connection, key))

    async def read_sequences(self, keys: Sequence[SagaKey]) -> Mapping[SagaKey, int]:
        """See `SagaLog.read_sequences`."""
        return await self._read(lambda connection: queries.read_sequences(connection, keys))

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> list[SequencedEvent]:
        """See `SagaLog.read_events`."""
        return await self._read(lambda connection: queries.read_events(connection, key, after, limit))

    async def list_sagas(self, filter_: SagaFilter, after: ListPosition | None, limit: int) -> list[SagaRow]:
        """See `SagaLog.list_sagas`."""
        return await self._read(lambda connection: queries.list_sagas(connection, filter_, after, limit))

    async def count_open(self, namespace: str, definitions: Sequence[tuple[str, int]]) -> int:
        """See `SagaLog.count_open`."""
        return await self._read(lambda connection: queries.count_open(connection, namespace, definitions))

    async def count_states(self) -> Mapping[SagaState, int]:
        """See `SagaLog.count_states`."""
        return await self._read(queries.count_states)

    async def count_quarantined(self) -> int:
        """See `SagaLog.count_quarantined`."""
        return await self._read(queries.count_quarantined)

    async def survey(self, namespace: str, most: int, oldest: int) -> Survey:
        """See `SagaLog.survey`."""
        return await self._read(lambda connection: survey(connection, namespace, most, oldest))

    async def next_wake(self) -> int | None:
        """See `SagaLog.next_wake`."""
        return await self._read(queries.next_wake)

    async def overdue(self, now: int, limit: int) -> list[SagaRow]:
        """See `SagaLog.overdue`."""
        return await self._read(lambda connection: queries.overdue(connection, now, limit))

    async def parked_participants(self) -> list[tuple[str, str]]:
        """See `SagaLog.parked_participants`."""
        return await self._read(parked.participants_with_parked)

    async def held_definitions(self) -> list[tuple[str, str, int]]:
        """See `SagaLog.held_definitions`."""
        return await self._read(parked.definitions_with_held)


class _Lost(Exception):
    """An append of the batch lost its compare-and-set; the transaction must not be committed."""


def _installation(connection: Connection) -> Installation:
    row = connection.execute(select(installation)).one_or_none()
    if row is None:
        raise CorruptLog("it has no installation row")
    keys = {row.key_id: row.key for row in connection.execute(select(token_keys))}
    return Installation(row.id, row.token_key_id, keys)

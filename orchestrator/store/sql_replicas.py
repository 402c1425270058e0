"""The part of a saga log in SQL that lets several processes share one; `orchestrator.engine.leases` says why it is safe.

Rules.
- All times of leases are the database's, read when a statement runs: replicas' clocks may differ as they like.
- The fence is the first statement of each transaction that writes (`Dialect.fence`). It renews the lease too, if a part
  of it has passed, so who writes need not renew.
- Who ends a replica locks its row FOR UPDATE, which no writer's FOR KEY SHARE goes with: it comes before a writer's
  transaction or after it, and that writer's next one finds the row ended. A row that is locked just now is passed over
  and looked at again soon, so that two who look at each other do not wait for each other.
- A row may be locked by a process that stands still. PostgreSQL ends its session if it is idle in its transaction; but
  one that was stopped in the middle of what it says is at work to PostgreSQL, which would wait for the rest for ever.
  So whoever finds a row whose lease has run out, and that stays locked, ends the session that has it, if that does
  nothing but wait for its client.
- A replica renews before it ends others, in one transaction.
"""

from __future__ import annotations

import asyncio
import logging
import time
from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Dialect, delete, func, insert, literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError

from orchestrator.core.model import SagaKey
from orchestrator.store.replicas import RENEWALS, lapsed
from orchestrator.store.schema import installation, replicas, sagas

T = TypeVar("T")
_logger = logging.getLogger(__name__)

IDLE = 5
"""A transaction may stand still for the lease divided by this."""

CHANNEL = "sagaway"
"""On what PostgreSQL's notifications are told."""

_STANDS = replicas.c.end_time.is_(None)
DATABASE_TIME: ColumnElement[int] = literal_column("(extract(epoch from clock_timestamp()) * 1000000)::bigint")
"""The time by PostgreSQL's clock, microseconds."""


class SqlReplica:
    """This process as a replica; threads and transactions are those of whoever inherits it."""

    _epoch = 0

    def __init__(self, name: str, lease: int) -> None:
        self._name = name
        self._lease = lease
        self._renewed = 0.0  # when the last renewal was sent that arrived, by the monotonic clock
        self._tell: Callable[[], None] = lambda: None

    @abstractmethod
    async def _in_writer(self, job: Callable[[], T]) -> T:
        """Do ``job`` in the thread that writes."""

    @abstractmethod
    def _in_transaction(self, work: Callable[[Connection], T], *, renews: bool = False) -> T:
        """Do ``work`` in a transaction that writes, and renews the lease; in the thread that does."""

    @abstractmethod
    async def _read(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` on a snapshot."""

    @property
    def epoch(self) -> int:
        """See `Replicas.epoch`."""
        return self._epoch

    @property
    def lease(self) -> int:
        """See `Replicas.lease`."""
        return self._lease

    def silence(self) -> int:
        """See `Replicas.silence`."""
        return int((time.monotonic() - self._renewed) * 1_000_000) if self._lease else 0

    def _must_renew(self) -> bool:
        return bool(self._lease) and self.silence() > self._lease // RENEWALS

    async def renew(self, *, ends: bool = True) -> int:
        """See `Replicas.renew`."""

        def work(connection: Connection) -> int:
            # The lease is renewed by now, but the silence was one until then.
            spares = not ends or lapsed(self.silence(), self._lease)
            return 0 if spares else end_silent(connection, self._lease)

        return await self._in_writer(lambda: self._in_transaction(work, renews=True))

    async def nudged(self, limit: int) -> list[SagaKey]:
        """See `Replicas.nudged`."""
        query = select(sagas.c.namespace, sagas.c.saga_id).where(sagas.c.nudge_epoch == self._epoch).limit(limit)
        return await self._read(lambda connection: [SagaKey(*row) for row in connection.execute(query)])

    async def register_revision(self) -> int:
        """See `Replicas.register_revision`."""
        query = select(installation.c.register_revision)
        return await self._read(lambda connection: int(connection.execute(query).scalar_one()))

    def on_news(self, tell: Callable[[], None]) -> None:
        """See `Replicas.on_news`."""
        self._tell = tell

    def _told_in(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        def told() -> None:
            loop.call_soon_threadsafe(self._tell)

        return told


def join(connection: Connection, name: str, lease: int, now: int) -> int:
    """Become a replica; returns its epoch. Ends those that it replaces, and forgets those that are ended and own nothing.

    Args:
        connection: in the transaction of an opening.
        name: who it is; empty: nobody who was there before.
        lease: microseconds; 0: it has the log for itself.
        now: microseconds.
    """
    if name or not lease:
        before = (_STANDS, replicas.c.name == name) if lease else (_STANDS,)
        connection.execute(select(replicas.c.epoch).where(*before).with_for_update())
        connection.execute(update(replicas).where(*before).values(end_time=now))
    named = select(1).where(sagas.c.owner_epoch == replicas.c.epoch).exists()
    connection.execute(delete(replicas).where(~named, replicas.c.end_time.is_not(None)))
    expire_time = DATABASE_TIME + lease if lease else None
    made = insert(replicas).values(start_time=now, name=name, lease_expire_time=expire_time)
    row = connection.execute(made).inserted_primary_key
    assert row is not None
    return int(row[0])


def leave(connection: Connection, epoch: int) -> None:
    """End a replica: what it still owns are orphans from now on."""
    connection.execute(update(replicas).where(replicas.c.epoch == epoch, _STANDS).values(end_time=DATABASE_TIME))


def end_silent(connection: Connection, lease: int) -> int:
    """End the replicas whose lease has run out; those that are writing just now when they have done, or stand still.

    Args:
        connection: in a transaction that writes.
        lease: of replicas, microseconds.
    """
    silent = select(replicas.c.epoch).where(_STANDS, replicas.c.lease_expire_time < DATABASE_TIME)
    epochs = connection.execute(silent.with_for_update(skip_locked=True)).scalars().all()
    if epochs:
        connection.execute(update(replicas).where(replicas.c.epoch.in_(epochs)).values(end_time=DATABASE_TIME))
    limit = DATABASE_TIME - lease // IDLE
    if connection.execute(select(1).where(_STANDS, replicas.c.lease_expire_time < limit).limit(1)).first():
        _end_sessions(connection, lease // IDLE)
    return len(epochs)


def _end_sessions(connection: Connection, overdue: int) -> None:
    """End the sessions that wait for their clients and have locked rows of replicas whose lease ran out so long ago."""
    for epoch, session in connection.exec_driver_sql(_STUCK_SESSIONS, (overdue,)).all():
        try:
            with connection.begin_nested():
                connection.execute(select(func.pg_terminate_backend(session)))
        except SQLAlchemyError as error:
            _logger.warning("replica %d stands still, and can't be ended: %s", epoch, type(error).__name__)
        else:
            _logger.warning("replica %d stood still in the middle of a transaction; its session was ended", epoch)


# A row's xmax is the transaction that has locked it, and each has a lock of its own number.
_STUCK_SESSIONS = (
    "SELECT epoch, a.pid FROM replicas"  # noqa: S608 - our own constant
    " JOIN pg_locks l ON l.locktype = 'transactionid' AND l.granted AND l.transactionid = replicas.xmax"
    " JOIN pg_stat_activity a ON a.pid = l.pid AND a.wait_event = 'ClientRead'"
    f" WHERE replicas.end_time IS NULL AND lease_expire_time < {DATABASE_TIME} - %s"
)


def standing(connection: Connection) -> frozenset[int]:
    """Return the replicas that were not ended."""
    return frozenset(connection.execute(select(replicas.c.epoch).where(_STANDS)).scalars())


def ended(connection: Connection) -> list[int]:
    """Return the replicas that were ended, and may own something; the oldest first."""
    query = select(replicas.c.epoch).where(replicas.c.end_time.is_not(None)).order_by(replicas.c.epoch)
    return list(connection.execute(query).scalars())


def note_change(connection: Connection) -> None:
    """Say that what is registered has changed."""
    connection.execute(update(installation).values(register_revision=installation.c.register_revision + 1))
    notify(connection)


def notify(connection: Connection) -> None:
    """Tell other replicas, at the commit, that there is something new for them, where there can be any."""
    if text := notifying(connection.dialect):
        connection.exec_driver_sql(text)


def notifying(dialect: Dialect) -> str:
    """Return the statement that tells other replicas, at the commit, that there is something new; empty: there are none."""
    return f"SELECT pg_notify('{CHANNEL}', '')" if dialect.name == "postgresql" else ""

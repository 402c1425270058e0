"""The part of a saga log in SQL that lets go of ended sagas."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from orchestrator.core.model import SagaKey
from orchestrator.store import purges
from orchestrator.store.base import ListPosition, SagaRow
from orchestrator.store.retention import Expiry, Purged, Retention

T = TypeVar("T")


class SqlRetention(Retention):
    """A `Retention`; transactions are those of whoever inherits it."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in a transaction that writes."""

    @abstractmethod
    async def _read(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` on a snapshot."""

    async def expired(self, expiry: Expiry, after: ListPosition | None, limit: int) -> list[SagaRow]:
        """See `Retention.expired`."""
        return await self._read(lambda connection: purges.expired(connection, expiry, after, limit))

    async def purge(self, rows: Sequence[SagaRow], now: int) -> int:
        """See `Retention.purge`."""
        return await self._write(lambda connection: purges.purge(connection, rows, now)) if rows else 0

    async def purged(self, key: SagaKey) -> Purged | None:
        """See `Retention.purged`."""
        return await self._read(lambda connection: purges.find(connection, key))

    async def forget(self, purged_before: int, limit: int) -> int:
        """See `Retention.forget`."""
        return await self._write(lambda connection: purges.forget(connection, purged_before, limit))

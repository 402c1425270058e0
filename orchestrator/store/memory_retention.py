"""The part of the saga log in memory that lets go of ended sagas; see `orchestrator.store.memory`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from orchestrator.core.model import SagaKey
from orchestrator.store.base import ListPosition, SagaRow
from orchestrator.store.retention import Expiry, Purged, Retention


class MemoryRetention(Retention):
    """A `Retention`; the sagas are those of whoever inherits it."""

    _sagas: dict[SagaKey, Any]

    def __init__(self, beside: MemoryRetention | None = None) -> None:
        """Make it empty, or one with another."""
        self._purged: dict[SagaKey, Purged] = {} if beside is None else beside._purged

    @abstractmethod
    def _check_open(self) -> None:
        """See that it can be used; see `MemoryRegister`."""

    @abstractmethod
    def _check_writable(self) -> None:
        """See that it can be written; see `MemoryRegister`."""

    @abstractmethod
    def _rows(self) -> Iterable[SagaRow]:
        """Return all sagas' rows."""

    async def expired(self, expiry: Expiry, after: ListPosition | None, limit: int) -> list[SagaRow]:
        """See `Retention.expired`."""
        self._check_open()
        rows = sorted((row for row in self._rows() if _may_leave(row, expiry)), key=_position)
        return [row for row in rows if after is None or _position(row) > after][:limit]

    async def purge(self, rows: Sequence[SagaRow], now: int) -> int:
        """See `Retention.purge`."""
        self._check_writable()
        wanted = {row.uid for row in rows}
        leaving = [row for row in self._rows() if row.uid in wanted and _free(row)]
        for row in leaving:
            assert row.end_time is not None, "it has ended"
            self._purged[row.key] = Purged(row.key, row.fingerprint, row.state, row.end_time, now)
            del self._sagas[row.key]
        return len(leaving)

    async def purged(self, key: SagaKey) -> Purged | None:
        """See `Retention.purged`."""
        self._check_open()
        return self._purged.get(key)

    async def forget(self, purged_before: int, limit: int) -> int:
        """See `Retention.forget`."""
        self._check_writable()
        old = sorted((one for one in self._purged.values() if one.purge_time < purged_before), key=_purge_time)[:limit]
        for one in old:
            del self._purged[one.key]
        return len(old)


def _free(row: SagaRow) -> bool:
    return row.end_time is not None and row.quarantine_time is None


def _may_leave(row: SagaRow, expiry: Expiry) -> bool:
    ended = row.end_time is not None and row.end_time < expiry.end_before
    return (
        ended
        and row.quarantine_time is None
        and row.key.namespace == expiry.namespace
        and (not expiry.states or row.state in expiry.states)
    )


def _position(row: SagaRow) -> ListPosition:
    return ListPosition(row.start_time, row.uid)


def _purge_time(one: Purged) -> int:
    return one.purge_time

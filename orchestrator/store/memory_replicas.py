"""The part of the saga log in memory that lets several processes share one; see `orchestrator.store.memory`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.store.base import ReplicaEnded
from orchestrator.store.replicas import RENEWALS


@dataclass(slots=True)
class _Replica:
    name: str
    expire_time: int
    ended: bool = False


class MemoryReplicas:
    """The replicas of one log; all who share it have the same."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: dict[int, _Replica] = {}

    def add(self, name: str, lease: int, now: int) -> int:
        """Make a replica and end whom it replaces; returns its epoch.

        Args:
            name: who it is; empty: nobody who was there before.
            lease: its length, microseconds; 0: it has the log for itself.
            now: by the log's clock, microseconds.
        """
        for row in self._rows.values():
            row.ended = row.ended or not lease or (bool(name) and row.name == name)
        epoch = len(self._rows) + 1
        self._rows[epoch] = _Replica(name, now + lease)
        return epoch

    def end(self, epoch: int) -> None:
        """End a replica."""
        if epoch in self._rows:
            self._rows[epoch].ended = True

    def stands(self, epoch: int) -> bool:
        """Return whether a replica was not ended."""
        return epoch in self._rows and not self._rows[epoch].ended

    def renew(self, epoch: int, lease: int, now: int) -> None:
        """Renew a replica's lease."""
        self._rows[epoch].expire_time = now + lease

    def end_silent(self, now: int) -> int:
        """End those whose lease has run out; returns how many."""
        silent = [row for row in self._rows.values() if not row.ended and row.expire_time < now]
        for row in silent:
            row.ended = True
        return len(silent)


class MemoryReplica:
    """One replica of a log in memory."""

    def __init__(self, replicas: MemoryReplicas, name: str, lease: int, now: Callable[[], int]) -> None:
        """Say who it is; it becomes one with `join`.

        Args:
            replicas: those of its log.
            name: see `MemoryReplicas.add`.
            lease: see `MemoryReplicas.add`.
            now: the log's clock, and this replica's, microseconds.
        """
        self._replicas = replicas
        self._name = name
        self._lease = lease
        self._now = now
        self._epoch = 0
        self._renew_time = 0

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
        return self._now() - self._renew_time if self._lease else 0

    def on_news(self, tell: Callable[[], None]) -> None:
        """See `Replicas.on_news`. Hints may be lost, and here all are."""

    def _join(self) -> None:
        self._renew_time = self._now()
        self._epoch = self._replicas.add(self._name, self._lease, self._renew_time)

    def _leave(self) -> None:
        self._replicas.end(self._epoch)

    def _fence(self) -> None:
        """Begin to write: renew the lease if it is time.

        Raises:
            ReplicaEnded: this replica was.
        """
        if not self._replicas.stands(self._epoch):
            raise ReplicaEnded("another replica has ended this one")
        if self._lease and self.silence() > self._lease // RENEWALS:
            self._renew()

    def _renew(self) -> None:
        self._renew_time = self._now()
        self._replicas.renew(self._epoch, self._lease, self._renew_time)

    def _orphaned(self, owner: int | None) -> bool:
        return owner is not None and owner != self._epoch and not self._replicas.stands(owner)

    def _foreign(self, owner: int | None) -> bool:
        return owner is not None and owner != self._epoch and self._replicas.stands(owner)

"""The part of the saga log's contract that lets several processes share one.

A process that has the log open is a *replica*, with a number of its own, its *epoch*, which owns sagas. Where several
may share a log, each replica has a *lease*, which it renews. One whose lease has run out may be *ended* by any other:
from then on it writes nothing more (the *fence*), and its sagas are orphans. `orchestrator.engine.leases` has the
protocol and says why it is safe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND

LEASE = 15 * SECOND
"""The lease, unless somebody says otherwise, microseconds."""

RENEWALS = 6
"""How often a lease is renewed within its length."""


def lapsed(silence: int, lease: int) -> bool:
    """Tell whether a replica may not send any more, nor end others: two thirds of its lease have passed without a renewal.

    Args:
        silence: see `Replicas.silence`, microseconds.
        lease: see `Replicas.lease`, microseconds.
    """
    return silence * 3 > lease * 2


class Replicas(Protocol):
    """What a replica knows of itself and hears of others. Where there are no leases, it hears nothing."""

    @property
    def epoch(self) -> int:
        """The number of this opening of the log; it grows with each, and 0 is before the first."""

    @property
    def lease(self) -> int:
        """For how long without a word from this replica its sagas stay its own, microseconds; 0: it is the only one."""

    def silence(self) -> int:
        """How long ago that renewal was sent which is the last that is known to have arrived, microseconds.

        Every transaction that writes renews the lease, if a part of it (`RENEWALS`) has passed.
        """

    async def renew(self, *, ends: bool = True) -> int:
        """Renew the lease, then end the replicas whose lease has run out, by the log's own clock. Returns how many.

        If it is so long on its way that the lease has `lapsed` when it arrives, it ends nobody: what held it up may hold up
        others' renewals, too.

        Args:
            ends: False: only renew.

        Raises:
            LogUnavailable: unknown outcome; ask again.
            ReplicaEnded: this replica was ended.
        """

    async def nudged(self, limit: int) -> list[SagaKey]:
        """Return up to ``limit`` sagas that this replica owned when another appended to them (`Append.for_owner`), and that
        nobody has claimed since.
        """

    async def register_revision(self) -> int:
        """Return a number that grows whenever something is registered, changed, removed, paused or resumed."""

    def on_news(self, tell: Callable[[], None]) -> None:
        """Have ``tell`` called, on the event loop, when another replica has written what `nudged` or `register_revision`
        would show. It is a hint, and may be lost.
        """

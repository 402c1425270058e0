"""How ended sagas leave the log, and what stays of them.

Theory. A saga's id is the root of its operations' keys, by which participants know what they have done already. So an id
is not given twice while they may remember it: what stays of a purged saga is its id, what its StartSaga was, and how it
ended. That is written in the transaction that removes the rest, and an append that would create a saga of that id loses
in its own, so there is no moment at which the id is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from orchestrator.core.model import SagaKey, SagaState

if TYPE_CHECKING:
    from orchestrator.store.base import ListPosition, SagaRow


@dataclass(frozen=True, slots=True)
class Expiry:
    """Which sagas may leave the log. All must hold; one that is open or in quarantine never may.

    Attributes:
        namespace: in this namespace.
        end_before: ended before, microseconds.
        states: in one of these; empty: any.
    """

    namespace: str
    end_before: int
    states: frozenset[SagaState] = frozenset()


class Purged(NamedTuple):
    """What stays of a purged saga.

    Attributes:
        key: its name.
        fingerprint: of the request that had started it.
        state: in which it had ended.
        end_time: when, microseconds.
        purge_time: when it was purged, microseconds.
    """

    key: SagaKey
    fingerprint: bytes
    state: SagaState
    end_time: int
    purge_time: int


class Retention(Protocol):
    """The part of a saga log that lets go of ended sagas."""

    async def expired(self, expiry: Expiry, after: ListPosition | None, limit: int) -> list[SagaRow]:
        """Return a page of sagas that may leave, in order of their start (then uid), strictly after ``after``; shorter only
        at the end. One whose row can't be read is left out.
        """

    async def purge(self, rows: Sequence[SagaRow], now: int) -> int:
        """Remove ended sagas with all their rows, in one transaction, and keep what `purged` returns.

        One that is not ended, in quarantine, gone already or being purged by somebody else is left alone. From then on no
        append creates a saga of these names: it is a CONFLICT.

        Args:
            rows: as `expired` returned them.
            now: microseconds.

        Returns:
            How many were removed.

        Raises:
            LogUnavailable: unknown outcome; the same again does no harm.
        """

    async def purged(self, key: SagaKey) -> Purged | None:
        """Return what stays of a purged saga; None: no saga of this name was purged, as far as the log remembers."""

    async def forget(self, purged_before: int, limit: int) -> int:
        """Give up to ``limit`` names free again of sagas that were purged before then, oldest first; return how many."""

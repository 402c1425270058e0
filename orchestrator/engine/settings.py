"""The engine's limits. Every queue has one, and a clear error at it."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.core.retry import SECOND

DAY = 86_400 * SECOND


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Limits and patience.

    Attributes:
        max_live_sagas: sagas in memory at once; more are durable, PENDING or asleep, and wait for room.
        max_open_sagas: sagas that have not ended, over all replicas, beyond which StartSaga is refused.
        max_live_bytes: bytes of their logs, beyond which there is no room for another saga either.
        max_concurrent_calls: calls to participants under way at once, over all of them.
        crowd: calls of one definition waiting for one participant in memory; more wait in the log.
        max_backlog: appends waiting for a transaction, beyond which StartSaga is refused.
        max_backlog_bytes: bytes of events waiting for a transaction, beyond which StartSaga is refused.
        max_batch: appends in one transaction.
        max_batch_bytes: bytes of events in one transaction, beyond which it takes no further append.
        max_watchers: watchers at once.
        claim_page: sagas claimed in one transaction.
        doze_after: a saga that has nothing to do for longer than this leaves memory, microseconds.
        sweep_interval: how often to look for due sagas if nothing else wakes the dispatcher, microseconds.
        recovery_spread: the longest delay by which recovered sagas are spread, microseconds.
        commit_patience: how long StartSaga and other commands wait for a log that can't be written, microseconds.
    """

    max_live_sagas: int = 10_000
    max_open_sagas: int = 1_000_000
    max_live_bytes: int = 1 << 30
    max_concurrent_calls: int = 1_000
    crowd: int = 2_500
    max_backlog: int = 20_000
    max_backlog_bytes: int = 256 << 20
    max_batch: int = 512
    max_batch_bytes: int = 16 << 20
    max_watchers: int = 1_000
    claim_page: int = 200
    doze_after: int = 5 * SECOND
    sweep_interval: int = SECOND
    recovery_spread: int = SECOND
    commit_patience: int = 10 * SECOND


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """What is removed by itself.

    Attributes:
        ended_sagas: how long sagas are kept after their end, microseconds; 0: for ever.
        purged_names: how long the names of purged sagas stay taken after the purge, microseconds; 0: for ever.
    """

    ended_sagas: int = 0
    purged_names: int = 0

"""Ended sagas leave the log after a while: at a person's word, or in the background if that is set.

A purge writes, in the thread that StartSaga's commits go through, so it takes its time: a small batch a transaction, and
in the background a pause of several times as long after each. What one batch removes, the next need not know of: wherever
the process dies, the next round goes on. Several replicas may do this at once; what one has in hand the others leave to it.

What is kept of purged sagas, their names, is given free only if that is set, too, and never before all participants have
forgotten their operations: a saga of the same name would find its steps done.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import structlog

from orchestrator.core.model import Signature
from orchestrator.engine.background import Background
from orchestrator.engine.catalog import deduplication_retention
from orchestrator.engine.outlast import outlast
from orchestrator.engine.services import Services
from orchestrator.engine.settings import RetentionSettings
from orchestrator.store.base import Expiry, ListPosition, SagaLog, SagaRow

BATCH = 100
"""Sagas in one transaction."""

_ROUND = 600.0
"""Seconds between two looks for what has become old enough."""

_SHARE = 4
"""A pause is so many times as long as the batch took."""

_PAUSE = 0.05
"""The shortest pause, seconds."""

_SPREAD = 5.0
"""The longest wait before the first look, seconds."""

_log = structlog.get_logger(__name__)


async def purge(log: SagaLog, rows: Sequence[SagaRow], now: int, by: Signature) -> int:
    """Remove a page of ended sagas at a person's word, in small transactions, between which others write.

    Args:
        log: the saga log.
        rows: as `SagaLog.expired` returned them.
        now: microseconds.
        by: who, and why.

    Returns:
        How many were removed.

    Raises:
        LogUnavailable: some may be gone; ask again.
    """
    count = sum([await log.purge(rows[place : place + BATCH], now) for place in range(0, len(rows), BATCH)])
    _log.warning(
        "a person has purged sagas",
        namespace=rows[0].key.namespace,
        sagas=count,
        reason=by.reason,
        claimed_actor=by.claimed_actor,
        principal=by.principal,
    )
    return count


class Retention:
    """Removes what is old enough. One a process."""

    def __init__(self, services: Services, settings: RetentionSettings) -> None:
        """Make it; `start` sets it going.

        Args:
            services: the engine's: log, clock, chance.
            settings: what is removed.
        """
        self._services = services
        self._settings = settings
        self._background = Background()

    def start(self) -> None:
        """Begin, if there is anything to be done at all."""
        if self._settings.ended_sagas or self._settings.purged_names:
            self._background.spawn(self._run())

    async def close(self) -> None:
        """Remove nothing more."""
        await self._background.close()

    async def _run(self) -> None:
        # Replicas that start together do not look together.
        await asyncio.sleep(self._services.chance.uniform(0, _SPREAD))
        while True:
            try:
                await self.round()
            except Exception as error:
                if not await outlast(error, self._services, "ended sagas can't be purged"):
                    return
            await asyncio.sleep(_ROUND)

    async def round(self) -> None:
        """Remove all that is old enough now.

        Raises:
            StoreError: the log can't be read or written.
        """
        log, settings, now = self._services.log, self._settings, self._services.clock.now()
        sagas = names = 0
        if settings.ended_sagas:
            for namespace in await log.definition_namespaces():  # in which every saga's definition is registered
                async for page in _pages(log, Expiry(namespace, now - settings.ended_sagas)):
                    sagas += await _at_leisure(log.purge(page, now))
        if settings.purged_names:
            kept = max(settings.purged_names, await _longest_memory(log))
            while freed := await _at_leisure(log.forget(now - kept, BATCH)):
                names += freed
        if sagas or names:
            _log.info("old sagas were purged", sagas=sagas, names_given_free=names)


async def _at_leisure(removing: Coroutine[Any, Any, int]) -> int:
    loop = asyncio.get_running_loop()
    began = loop.time()
    count = await removing
    await asyncio.sleep(max(_PAUSE, _SHARE * (loop.time() - began)))
    return count


async def _pages(log: SagaLog, expiry: Expiry) -> AsyncIterator[list[SagaRow]]:
    after: ListPosition | None = None
    while page := await log.expired(expiry, after, BATCH):
        yield page
        after = ListPosition(page[-1].start_time, page[-1].uid)


async def _longest_memory(log: SagaLog) -> int:
    """Return how long the registered participants know their operations again at the most, microseconds."""
    longest, after = 0, None
    while page := await log.list_participants("", after, BATCH):
        longest = max(longest, *(deduplication_retention(row.description) for row in page))
        after = (page[-1].namespace, page[-1].name)
    return longest

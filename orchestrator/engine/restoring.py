"""Whether the log was restored from a backup, as this process knows it, and the end of that.

It is declared at a start (`sagaway serve --restored`) and durable in the log, so that every replica obeys it, through
restarts, until a person ends it. What it means for a saga is in `orchestrator.core.restored`; here it is a circumstance in
which sagas are driven, as a pause of their definition is. When it begins or ends, those in memory look what is due now;
those that sleep do when they wake.
"""

from __future__ import annotations

import asyncio

import structlog

from orchestrator.core.commands import Tick
from orchestrator.core.model import Signature
from orchestrator.engine.errors import Draining
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.outlast import outlast
from orchestrator.engine.services import Services
from orchestrator.store.base import StoreError

_SLICE = 100
"""So many sagas in memory are told before others have their turn in the event loop."""

_log = structlog.get_logger(__name__)


class Restoring:
    """Knows whether the log was restored from a backup."""

    def __init__(self, fleet: Fleet, services: Services) -> None:
        self._fleet = fleet
        self._services = services
        self._changing = asyncio.Lock()

    @property
    def since(self) -> int:
        """When that was declared, microseconds; 0: it was not, or was ended."""
        return self._services.restored_time

    async def load(self) -> None:
        """Learn it before any saga is driven: however long the log can't be read."""
        while True:
            try:
                await self.refresh()
                break
            except StoreError as error:
                if not await outlast(error, self._services, "whether the log was restored can't be read"):
                    return
        if self.since:
            _log.warning("the log was restored from a backup, and nobody has ended that yet")

    async def end(self, by: Signature) -> bool:
        """End it; returns once that is durable, and other replicas soon know.

        Args:
            by: who, and why.

        Returns:
            False if it did not stand.

        Raises:
            Draining: the server shuts down.
            LogUnavailable: unknown outcome; ask again.
        """
        if self._services.draining:
            raise Draining
        changed = await self._services.log.end_restore(by, self._services.clock.now())
        await self.refresh()
        if changed:
            who = {"reason": by.reason, "claimed_actor": by.claimed_actor, "principal": by.principal}
            _log.warning("a person has ended the time after a restore: sagas go back as ever", **who)
        return changed

    async def refresh(self) -> None:
        """Let hold what the log says.

        Raises:
            StoreError: it can't be read now.
        """
        async with self._changing:
            before, self._services.restored_time = self.since, await self._services.log.restored_time()
            if before == self.since:
                return
            for place, runner in enumerate(list(self._fleet), start=1):
                if not runner.over:
                    runner.post(Tick())
                if place % _SLICE == 0:
                    await asyncio.sleep(0)

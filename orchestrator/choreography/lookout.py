"""Looks out for sagas in which nothing has happened for too long.

The log says when a saga is overdue: each append to it sets that anew. It is told so only once everything that was
published until then has been observed, so that neither an observer that was away nor a bus that is makes a saga STUCK.
"""

from __future__ import annotations

from functools import partial

import structlog

from orchestrator.choreography.progress import Progress
from orchestrator.choreography.sagas import NotOurs, Sagas
from orchestrator.core.model import SagaKey
from orchestrator.core.naming import about
from orchestrator.core.observing import overdue
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.services import Services

_log = structlog.get_logger(__name__)

PAGE = 100


class Lookout:
    """Tells sagas that they are overdue. One an observer."""

    def __init__(self, sagas: Sagas, services: Services, progress: Progress) -> None:
        self._sagas = sagas
        self._services = services
        self._progress = progress

    async def look(self) -> bool:
        """Tell those that are overdue now, a page at the most; return whether there were any.

        Raises:
            LogUnavailable: the log can't be read now.
        """
        until = min(self._services.clock.now(), self._progress.seen_until)
        rows = await self._services.log.overdue(until, PAGE)
        for row in rows:
            await self._tell(row.key, row.sequence, until)
        return bool(rows)

    async def _tell(self, key: SagaKey, sequence: int, until: int) -> None:
        async with self._sagas.turn(key):
            try:
                standing = await self._sagas.get(key, sequence)
            except (NotOurs, SagaQuarantined):
                return
            if standing is None or standing.wake_time is None or standing.wake_time > until:
                return  # something has happened meanwhile
            changed = await self._sagas.change(
                key, standing, partial(overdue, standing.saga, self._services.clock.now())
            )
        if changed:
            _log.warning("nothing has happened in a choreographed saga for too long", **about(key))

"""What a process shows of itself while it runs: its metrics and its health, on a port of its own.

The way up: made first, so that it can say what a start waits for; told of the log and the engine as they come. The way
down: closed last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from orchestrator.choreography.observer import Sight
from orchestrator.engine.engine import Engine
from orchestrator.store.base import SagaLog, StoreError
from orchestrator.telemetry.endpoint import Endpoint
from orchestrator.telemetry.exposition import Exposition, Vitals
from orchestrator.telemetry.lag import watch_lag
from orchestrator.telemetry.metrics import Metrics

_READ_SECONDS = 1.0
"""How long a scrape waits for what it asks the saga log."""


class Monitor:
    """Metrics and health of this process.

    Attributes:
        metrics: who is to be told what happens.
    """

    def __init__(self, now: Callable[[], int], spans_dropped: Callable[[], int] | None = None) -> None:
        """Make one; `start` opens its port. Needs a running event loop.

        Args:
            now: the time, microseconds.
            spans_dropped: how many spans were never exported; None: nothing is traced.
        """
        self.metrics = Metrics(now)
        self._spans_dropped = spans_dropped
        self._exposition = Exposition(self.metrics, self._look)
        self._endpoint = Endpoint(self._exposition.render, self.readiness)
        self._engine: Engine | None = None
        self._log: SagaLog | None = None
        self._quarantined: int | None = None
        self._lag: asyncio.Task[None] | None = None
        self._webhook: Mapping[str, int] | None = None
        self._sight: Callable[[], Sight] | None = None

    async def start(self, host: str, port: int) -> int:
        """Open the port.

        Args:
            host: address to listen on.
            port: 0 takes a free one.

        Returns:
            The port.

        Raises:
            OSError: it can't listen there.
        """
        bound = await self._endpoint.start(host, port)
        self._lag = asyncio.create_task(watch_lag(self.metrics.lagged), name="lag")
        return bound

    def show_webhook(self, counts: Mapping[str, int]) -> None:
        """Show what became of dead letters, by outcome: read at each look."""
        self._webhook = counts

    def show_observer(self, look: Callable[[], Sight]) -> None:
        """Show what the observer of choreographed sagas sees."""
        self._sight = look

    async def count(self, log: SagaLog) -> None:
        """Take in what the log has. Before the engine starts: what it appends is counted on top.

        Raises:
            LogUnavailable: the log can't be read.
        """
        self.metrics.begin(await log.count_states())
        self._log = log

    def watch(self, engine: Engine) -> None:
        """Show the engine from now on: the server serves."""
        self._engine = engine

    def readiness(self) -> str:
        """Return why this process should get no traffic now; empty if it should."""
        return "starting: the saga log is opened and migrated" if self._engine is None else self._engine.readiness()

    async def close(self) -> None:
        """Close the port."""
        if self._lag is not None:
            self._lag.cancel()
            await asyncio.wait([self._lag])
        await self._endpoint.close()
        self._exposition.close()

    async def _look(self) -> Vitals:
        if self._log is not None:
            try:
                async with asyncio.timeout(_READ_SECONDS):
                    self._quarantined = await self._log.count_quarantined()
                    if self._log.lease:  # what other replicas append is in no count of ours
                        self.metrics.begin(await self._log.count_states())
            except (StoreError, TimeoutError):
                pass  # what it was when it could be read
        return Vitals(
            load=None if self._engine is None else self._engine.load(),
            unready=self.readiness(),
            quarantined=self._quarantined,
            spans_dropped=None if self._spans_dropped is None else self._spans_dropped(),
            webhook=None if self._webhook is None else dict(self._webhook),
            sight=None if self._sight is None else self._sight(),
        )

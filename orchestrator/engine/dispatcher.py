"""Finds sagas that should be driven and nobody drives: those of a dead owner, and those whose time has come.

Recovery comes first, a page at a time, as room in memory allows, and does not hold up new sagas. Recovered sagas are
spread over a short time, the longer the more there are, so that participants are not hit by all of them at once.
Afterwards the dispatcher sleeps until the next saga wakes, room appears, another replica was ended, or a sweep is due.
"""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from orchestrator.core.commands import Tick
from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.outlast import outlast
from orchestrator.engine.services import Services

_SPREAD_PER_SAGA = 2_000
"""How much a recovered saga adds to the spread of its page, microseconds."""

_LEAST_WAIT = 1_000
_NEVER = 1 << 62

_log = structlog.get_logger(__name__)


class _Recovery:
    """Counts what is recovered, from the first orphan to the last; the first recovery begins with the process."""

    def __init__(self) -> None:
        self.sagas = 0
        self._first = True
        self._start = 0.0

    def begin(self) -> None:
        if not self.sagas:
            self._start = asyncio.get_running_loop().time()

    def end(self, services: Services) -> None:
        if self.sagas or self._first:
            seconds = asyncio.get_running_loop().time() - self._start
            services.instruments.recovered(self.sagas, seconds)
            _log.info("recovery has ended", sagas=self.sagas, seconds=round(seconds, 3))
        self.sagas, self._first = 0, False


class Dispatcher:
    """Claims sagas for the fleet.

    Attributes:
        behind: True if sagas may be due that there was no room for; new ones must queue behind them.
    """

    def __init__(self, fleet: Fleet, services: Services) -> None:
        settings = services.settings
        self._fleet = fleet
        self._services = services
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        # Many sagas leave one by one; each claim should be worth its transaction.
        self._enough_room = max(1, min(settings.claim_page, settings.max_live_sagas // 20))
        self._looks_at = 0  # when it looks again; 0: it is looking
        self._heard = _NEVER  # the earliest time at which a saga wakes that fell asleep since it began to look
        self._orphans = True  # there may be some
        self._recovery = _Recovery()
        self.behind = False
        fleet.on_gone = self._gone

    def recover(self) -> None:
        """Say that a replica may have been ended, whose sagas want an owner."""
        self._orphans = True
        self._wake.set()

    async def look_for_orphans(self) -> None:
        """Look whether replicas that were ended have left sagas that nobody has taken since."""
        self.recover()

    def start(self) -> None:
        """Begin with recovery."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="dispatcher")

    async def close(self) -> None:
        """Claim nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            # What happens from here on may not be in what the log answers.
            self._wake.clear()
            self._looks_at, self._heard = 0, _NEVER
            try:
                if self._orphans and self._fleet.room > 0:
                    await self._recover()
                elif not await self._claim_due():
                    await self._sleep()
            except Exception as error:
                if not await outlast(error, self._services, "sagas can't be claimed"):
                    return

    async def _recover(self) -> None:
        """Claim one page of orphans; an empty one says that there are no more."""
        services, recovery = self._services, self._recovery
        limit = min(services.settings.claim_page, self._fleet.room)
        recovery.begin()
        self._orphans = False
        try:
            page = await self._fleet.take(partial(services.log.claim_orphans, limit))
        except BaseException:
            self._orphans = True
            raise
        recovery.sagas += len(page)
        self._orphans = self._orphans or bool(page)
        if not self._orphans:
            recovery.end(services)
        spread = min(services.settings.recovery_spread, len(page) * _SPREAD_PER_SAGA) / SECOND
        for runner in page:
            if runner is not None:
                delay = services.chance.random() * spread
                asyncio.get_running_loop().call_later(delay, self._tick, runner.saga.key)

    async def _claim_due(self) -> bool:
        """Claim one page of due sagas; True if there may be more, and room for them."""
        services = self._services
        limit = min(services.settings.claim_page, self._fleet.room)
        if limit <= 0:
            self.behind = True
            return False
        page = await self._fleet.take(partial(services.log.claim_due, services.clock.now(), limit))
        for runner in page:
            if runner is not None:
                runner.post(Tick())
        self.behind = len(page) == limit
        return self.behind

    def _tick(self, key: SagaKey) -> None:
        runner = self._fleet.get(key)
        if runner is not None and not self._services.draining:
            runner.post(Tick())

    def _gone(self, wake_time: int | None) -> None:
        """A saga has left memory: there is room for another, or it wakes before we would look."""
        if wake_time is not None:
            self._heard = min(self._heard, wake_time)
            self.behind = self.behind or wake_time <= self._services.clock.now()
            if wake_time < self._looks_at:
                self._wake.set()
        if self.behind and self._fleet.room >= self._enough_room:
            self._wake.set()

    async def _sleep(self) -> None:
        wait = self._services.settings.sweep_interval
        if not self._orphans and self._fleet.room > 0:
            next_wake = await self._services.log.next_wake()
            heard = self._heard if next_wake is None else min(self._heard, next_wake)
            wait = min(wait, max(heard - self._services.clock.now(), _LEAST_WAIT))
        self._looks_at = self._services.clock.now() + wait
        try:
            async with asyncio.timeout(wait / SECOND):
                await self._wake.wait()
        except TimeoutError:
            return

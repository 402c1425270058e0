"""What other replicas do that this one must know of.

Four things. Somebody appended to a saga that is driven here: it is folded anew. A saga that is watched here, and driven
elsewhere or by nobody, has moved on: its watchers are told. What is registered or paused was changed: it is read anew.
Sagas were left by a replica that was ended, or are parked, and whoever found that out has no room for them or has died
since: they are looked for again.

All of it is looked for every now and then, since nothing else is sure to arrive. Where the log can carry hints, they make
it sooner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from orchestrator.core.commands import Tick
from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.outlast import outlast
from orchestrator.engine.services import Services
from orchestrator.engine.view import read_saga

_SOON = 0.1
"""After how long sagas that are watched here and driven elsewhere are looked at again, seconds: if one has just moved on."""

_LATER = 1.5
"""By how much longer it takes each time that none has, up to the interval of all looks."""


class News:
    """Looks what other replicas did. Does nothing where there can be none."""

    def __init__(
        self,
        fleet: Fleet,
        services: Services,
        catalog: DefinitionCatalog,
        changed: Sequence[Callable[[], Awaitable[None]]],
        left: Sequence[Callable[[], Awaitable[None]]],
    ) -> None:
        """Make it; `start` sets it going.

        Args:
            fleet: the sagas that are driven here.
            services: what all share.
            catalog: the definitions, which are read anew.
            changed: called after what is registered or paused was changed.
            left: called a few times within a lease, to look for what others have left.
        """
        self._fleet = fleet
        self._services = services
        self._catalog = catalog
        self._changed = list(changed)
        self._left = left
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._revision: int | None = None
        self._known: Mapping[SagaKey, int] = {}
        services.log.on_news(self._wake.set)

    def on_change(self, changed: Callable[[], Awaitable[None]]) -> None:
        """Have something else called after what is registered was changed."""
        self._changed.append(changed)

    def start(self) -> None:
        """Begin to look."""
        if self._services.log.lease:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="news")

    async def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        loop, services = asyncio.get_running_loop(), self._services
        swept, wait = loop.time(), 0.0
        while True:
            self._wake.clear()
            try:
                await self._refresh()
                await self._read_nudges()
                moved = await self._tell_watchers()
                if loop.time() >= swept + services.log.lease / SECOND / 3:
                    swept = loop.time()
                    for look in self._left:
                        await look()
            except Exception as error:
                if not await outlast(error, services, "what other replicas did can't be read"):
                    return
                continue
            longest = services.settings.sweep_interval / SECOND
            wait = min(_SOON if moved else wait * _LATER, longest) if self._known else longest
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _refresh(self) -> None:
        revision = await self._services.log.register_revision()
        if revision != self._revision:
            self._catalog.forget()
            for changed in self._changed:
                await changed()
            self._revision = revision

    async def _read_nudges(self) -> None:
        for key in await self._services.log.nudged(self._services.settings.claim_page):
            runner = self._fleet.get(key)
            if runner is None:
                self._fleet.deliver(key, Tick(), None)
            else:
                runner.look_again()

    async def _tell_watchers(self) -> bool:
        """Tell who watches a saga that is not driven here; returns whether one has moved on, or is watched anew."""
        services, moved = self._services, False
        watched = [key for key in services.hub.watched() if self._fleet.get(key) is None]
        known = await services.log.read_sequences(watched) if watched else {}
        for key, sequence in known.items():
            if self._known.get(key) != sequence:
                moved = True
                view = await read_saga(services.log, self._catalog, key) if sequence > 0 else None
                services.hub.changed(key, None if view is None else view.saga)
        self._known = known
        return moved

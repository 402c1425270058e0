"""How many sagas may be open at once, over all replicas: beyond that, StartSaga is refused, and told to ask again.

Two limits, and what they are for. *Running* sagas are in this process's memory (`EngineSettings.max_live_sagas`): what
is accepted beyond them is durable, PENDING, and waits for its turn. *Open* sagas are all that have not ended, running,
waiting or asleep, whoever drives them: without a limit a client that starts more than is ever finished fills the disk, and
nobody tells it.

Theory. The log knows the number, but counting costs a walk over an index of all that is open. So it is counted now and
then, never for more than a small part of the time, and what this process has started since is added. What ends in
between, and what other replicas start, is known with the next count: the limit holds to within what they start until then.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import Overloaded
from orchestrator.engine.outlast import outlast
from orchestrator.engine.services import Services

_OFTEN = 0.5
"""How long it waits at least between two counts, seconds."""

_SELDOM = 30.0
"""How long it waits beyond that, unless the limit is reached."""

_SHARE = 20
"""It waits at least so many times as long as it has counted."""


class Admission:
    """Counts open sagas, and refuses more than the limit."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._limit = services.settings.max_open_sagas
        self._counted = 0
        self._started = 0
        self._filled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """True if no saga may be started now."""
        return self._counted + self._started >= self._limit

    def refusal(self) -> Overloaded:
        """Return what to answer then."""
        return Overloaded(f"{self._limit} sagas are open, the limit; ask again later", SECOND)

    def started(self) -> None:
        """Say that a saga is being started here."""
        self._started += 1
        if self.full:
            self._filled.set()

    def start(self) -> None:
        """Begin to count."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="admission")

    async def close(self) -> None:
        """Count no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began, self._started = loop.time(), 0
            try:
                self._counted = sum((await self._services.log.count_states()).values())
            except Exception as error:
                if not await outlast(error, self._services, "open sagas can't be counted"):
                    return
                continue
            least = max(_OFTEN, (loop.time() - began) * _SHARE)
            await asyncio.sleep(least)
            if not self.full:
                self._filled.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_SELDOM):
                        await self._filled.wait()

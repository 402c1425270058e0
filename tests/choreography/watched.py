"""A world to observe: a bus in memory, a saga log, an engine without participants, and an observer, on virtual time.

`w.kill()` is a `kill -9` of the process with observer and engine; the bus and the log stay. `w.up()` is the next one.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from orchestrator.choreography.observer import Connect, Observer
from orchestrator.core.events import Event as Recorded
from orchestrator.core.model import Saga, SagaKey
from orchestrator.core.observation import Fact
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.engine import Engine
from orchestrator.engine.instruments import Instruments
from orchestrator.engine.settings import EngineSettings
from orchestrator.engine.view import read_saga
from orchestrator.store.base import LogFatal, SagaRow
from orchestrator.store.memory import MemoryLog
from sagaway.bus import Event, MemoryBroker, MemoryBus
from tests.core.observed import DOCUMENT, KEY
from tests.engine.participants import Line, Participants
from tests.engine.ports import Crashes, LogPort
from tests.engine.virtual import VirtualClock


class Told(Instruments):
    """Keeps what the metrics and traces would be told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def committed(self, saga: Saga, events: Sequence[Recorded]) -> None:
        self.events += [f"{saga.key.saga_id} {type(event).__name__}" for event in events]


class Watched:
    """What survives, and the process that runs now.

    Attributes:
        broker: the bus.
        log: the saga log.
        observer: of the running process.
        engine: the same.
        told: what its metrics and traces were told.
        broken: whether what a test has subscribed fails.
    """

    observer: Observer
    engine: Engine
    catalog: DefinitionCatalog
    port: LogPort
    crashes: Crashes
    connection: MemoryBus

    def __init__(self, broker: MemoryBroker | None = None) -> None:
        self.broker = broker or MemoryBroker()
        self.bus = MemoryBus(self.broker)
        self.log = MemoryLog()
        self.clock = VirtualClock()
        self.fatal: list[LogFatal] = []
        self.broken = True
        self.told = Told()
        self._seed = 0
        self._count = 0

    async def up(self, document: dict[str, object] = DOCUMENT, connect: Connect | None = None) -> None:
        """Start a process, and register a choreography."""
        await self.log.open(self.clock.now())
        self._seed += 1
        self.crashes = crashes = Crashes(0)
        self.port = LogPort(self.log, {}, crashes)
        self.catalog = DefinitionCatalog(self.port)
        line = Line(Participants({}), crashes)
        self.engine = Engine(
            self.port,
            line,
            self.catalog,
            self.clock,
            random.Random(self._seed),
            EngineSettings(),
            self.fatal.append,
            self.told,
        )
        await self.engine.start()
        await self.catalog.register("default", document, self.clock.now())

        self.observer = Observer(connect or self._connect, self.engine.services, self.catalog)
        self.observer.start()

    async def _connect(self) -> MemoryBus:
        self.connection = MemoryBus(self.broker)
        return self.connection

    async def kill(self) -> None:
        """End the process as `kill -9` does; bus and log stay."""
        self.crashes.crashed.set()
        await self.connection.crash()
        await self.observer.close()

    async def down(self) -> None:
        """Stop the process as SIGTERM does."""
        await self.observer.close()
        await self.engine.drain(0)
        await self.log.close()

    async def publish(self, *facts: Fact, saga_id: str = KEY.saga_id) -> None:
        """Publish what the core's tests observe, as events on the bus."""
        for fact in facts:
            self._count += 1
            await self.bus.publish(event_of(fact, saga_id, self.clock.now()), message_id=f"m-{self._count}")

    async def row(self, saga_id: str = KEY.saga_id) -> SagaRow:
        """Return a saga's row."""
        row = await self.log.read(SagaKey("default", saga_id))
        assert row is not None
        return row

    async def kinds(self, saga_id: str = KEY.saga_id) -> list[str]:
        """Return the types of the events in a saga's log."""
        return [recorded.event.type for recorded in await self.log.read_events(SagaKey("default", saga_id))]

    async def saga(self, saga_id: str = KEY.saga_id) -> Saga:
        """Return a saga as the log has it."""
        view = await read_saga(self.log, self.catalog, SagaKey("default", saga_id))
        assert view is not None
        assert view.saga is not None, view.row.quarantine_reason
        return view.saga

    async def settled(self, saga_id: str = KEY.saga_id) -> Saga:
        """Return a saga once it is there and settled."""
        key = SagaKey("default", saga_id)
        with self.engine.watch(key) as watch:
            async with asyncio.timeout(3_600):
                row = await self.log.read(key)
                while row is None or not (row.end_time or row.state == "STUCK"):
                    await watch.changed()
                    row = await self.log.read(key)
        return await self.saga(saga_id)

    async def caught_up(self) -> None:
        """Return once all that was published until now has been observed."""
        now = self.clock.now()
        async with asyncio.timeout(3_600):
            await self._seen_until(now)

    async def _seen_until(self, now: int) -> None:
        while self.observer.progress.seen_until <= now:
            await asyncio.sleep(0.1)


def event_of(fact: Fact, saga_id: str, now: int) -> Event:
    """Return an observed event as it was on the bus."""
    data: object = {"outcome": fact.outcome} if fact.outcome else {"told": fact.event_type}
    if fact.refusal.reason:
        data = {"reason": fact.refusal.reason, "message": fact.refusal.message}
    return Event(
        id=f"{saga_id}/{fact.key.event_id}",
        source=fact.key.source,
        type=fact.event_type,
        subject=saga_id,
        time=datetime.fromtimestamp(now / 1_000_000, UTC),
        data=data,
        causation_id=f"{saga_id}/{fact.cause_id}" if fact.cause_id else "",
        reaction=fact.reaction,
    )


@asynccontextmanager
async def watched(document: dict[str, object] = DOCUMENT) -> AsyncIterator[Watched]:
    """A world with a running observer."""
    world = Watched()
    await world.up(document)
    try:
        yield world
    finally:
        await world.down()
    assert not world.fatal

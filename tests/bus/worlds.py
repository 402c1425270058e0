"""The two worlds that the bus is asked the same questions in: a broker in memory, and a real nats-server."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats

from sagaway.bus import Bus, Delivery, Event, MemoryBroker, MemoryBus, Policy
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings

CREATED = "com.example.order.created.v1"
RESERVED = "com.example.inventory.reserved.v1"
PAID = "com.example.payment.completed.v1"
WINDOW = timedelta(seconds=0.5)
QUICK = Policy(
    first_backoff=timedelta(milliseconds=20),
    max_backoff=timedelta(milliseconds=100),
    ack_wait=timedelta(milliseconds=400),
    max_deliveries=3,
)
PATIENCE = 20.0


def an_event(number: int = 1, event_type: str = CREATED, **given: object) -> Event:
    values: dict[str, object] = {
        "id": f"event-{number}",
        "source": "/tests",
        "type": event_type,
        "subject": f"saga-{number}",
        "time": datetime(2030, 1, 1, tzinfo=UTC),
        "data": {"number": number},
    }
    return Event(**(values | given))  # type: ignore[arg-type]


class World(ABC):
    """A bus that can be killed, and connections to it that can be cut."""

    @abstractmethod
    async def connect(self) -> Bus: ...
    @abstractmethod
    async def crash(self, bus: Bus) -> None:
        """End a connection as a killed process does."""

    @abstractmethod
    async def garbage(self, body: bytes, event_type: str = CREATED) -> None:
        """Put a body on the bus that no publisher of ours would."""

    @abstractmethod
    async def kill(self) -> None:
        """SIGKILL the server."""

    @abstractmethod
    async def restart(self) -> None:
        """Start it again on what it has stored."""

    @abstractmethod
    async def close(self) -> None: ...


class MemoryWorld(World):
    def __init__(self) -> None:
        self.broker = MemoryBroker(dedupe_window=WINDOW)
        self.buses: list[MemoryBus] = []

    async def connect(self) -> Bus:
        self.buses.append(MemoryBus(self.broker))
        return self.buses[-1]

    async def crash(self, bus: Bus) -> None:
        assert isinstance(bus, MemoryBus)
        await bus.crash()

    async def garbage(self, body: bytes, event_type: str = CREATED) -> None:
        self.broker.store(event_type, body)

    async def kill(self) -> None:
        self.broker.down()

    async def restart(self) -> None:
        self.broker.up()

    async def close(self) -> None:
        self.broker.up()
        for bus in self.buses:
            await bus.close()


class NatsWorld(World):
    def __init__(self, folder: Path) -> None:
        self.server = NatsServer(folder / "store")
        self.buses: list[JetStreamBus] = []

    async def connect(self) -> Bus:
        self.buses.append(await JetStreamBus.connect(self.settings))
        return self.buses[-1]

    @property
    def settings(self) -> NatsSettings:
        return NatsSettings(urls=(self.server.url,), dedupe_window=WINDOW)

    async def crash(self, bus: Bus) -> None:
        assert isinstance(bus, JetStreamBus)
        # The socket goes first, so that no last word gets out.
        bus._connection.client._transport._io_writer.transport.abort()  # type: ignore[union-attr]
        bus._connection.client.options["allow_reconnect"] = False
        for consumer in bus._consumers:
            await consumer.stop(grace=0)

    async def garbage(self, body: bytes, event_type: str = CREATED) -> None:
        client = await nats.connect(self.server.url)
        await client.jetstream().publish(f"sagaway.events.{event_type}", body)
        await client.close()

    async def kill(self) -> None:
        await self.server.kill()

    async def restart(self) -> None:
        # Where it was, so that clients find it again.
        self.server = NatsServer(self.server.store, self.server.listen)
        await self.server.start()

    async def close(self) -> None:
        for bus in self.buses:
            await bus.close()
        await self.server.stop()


class Collector:
    """A handler that keeps what it is given, and then does what `deed` says."""

    def __init__(self, deed: Callable[[Delivery], None] = lambda _: None) -> None:
        self.deed = deed
        self.seen: list[Delivery] = []
        self._changed = asyncio.Event()

    async def __call__(self, delivery: Delivery) -> None:
        self.seen.append(delivery)
        self._changed.set()
        self.deed(delivery)

    @property
    def ids(self) -> list[str]:
        return [delivery.event.id for delivery in self.seen]

    async def has(self, number: int) -> list[Delivery]:
        """Wait until it was called so often."""
        async with asyncio.timeout(PATIENCE):
            while len(self.seen) < number:
                self._changed.clear()
                await self._changed.wait()
        return self.seen


async def until(true: Callable[[], object]) -> None:
    """Wait until something that nobody signals is so."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)


async def drained(bus: Bus, durable: str) -> None:
    """Wait until nothing waits for the durable consumer."""
    async with asyncio.timeout(PATIENCE):
        while await bus.backlog(durable):
            await asyncio.sleep(0.01)

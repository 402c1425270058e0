"""A bus that has lost all that it had: who is connected makes streams and consumers anew, and what comes from then on is heard."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from sagaway.bus import Bus, BusUnavailableError
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from tests.bus.worlds import CREATED, PATIENCE, QUICK, Collector, an_event, drained


async def test_streams_and_consumers_are_made_anew(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "store")
    await server.start()
    settings = NatsSettings(urls=(server.url,))
    publisher, consumer = await JetStreamBus.connect(settings), await JetStreamBus.connect(settings)
    handler = Collector()
    await consumer.subscribe("orders", [CREATED], handler, QUICK)
    await publisher.publish(an_event(1), message_id="1")
    await handler.has(1)
    await server.kill()
    shutil.rmtree(tmp_path / "store")
    server = NatsServer(tmp_path / "store", server.listen)
    await server.start()
    await published(publisher, 2)
    await handler.has(2)
    assert handler.ids == ["event-1", "event-2"]
    await drained(consumer, "orders")
    assert (await consumer.reach("orders")).handled == 1
    for bus in (publisher, consumer):
        await bus.close()
    await server.stop()


async def test_a_consumer_that_somebody_deleted_is_made_anew(tmp_path: Path) -> None:
    async with NatsServer(tmp_path / "store") as server:
        bus, handler = await JetStreamBus.connect(NatsSettings(urls=(server.url,))), Collector()
        await bus.subscribe("orders", [CREATED], handler, QUICK)
        await bus.publish(an_event(1), message_id="1")
        await handler.has(1)
        await bus._stream.delete_consumer("sagaway-events", "orders")
        await bus.publish(an_event(2), message_id="2")
        await handler.has(3)
        assert handler.ids == ["event-1", "event-1", "event-2"], "from the oldest event on, as a new one begins"
        await bus.close()


async def published(bus: Bus, number: int) -> None:
    """Publish as the relay does: again, until the bus has it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await bus.publish(an_event(number), message_id=f"{number}")
                return
            except BusUnavailableError:
                await asyncio.sleep(0.05)

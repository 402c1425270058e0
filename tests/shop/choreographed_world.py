"""The shop's choreographed services on real SQLite files and a bus in memory, all in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from participants.shop.choreographed import carts, inventory, order, payment
from participants.shop.choreographed.running import open_choreography
from sagaway.bus import EVERYTHING, Delivery, MemoryBroker, MemoryBus
from sagaway.choreography.receipts import RECEIPT
from sagaway.participant.choreography import Choreography, ChoreographyService
from tests.shop.world import SEED

REACTORS = {"order": order.REACTOR, "inventory": inventory.REACTOR, "payment": payment.REACTOR}


@dataclass
class ChoreographedShop:
    """The three services at work."""

    orders: Choreography
    broker: MemoryBroker

    @property
    def engine(self) -> Engine:
        """The order service's database."""
        assert isinstance(self.orders.participant.engine, Engine)
        return self.orders.participant.engine

    def check_out(self, saga_id: str, customer_id: str, wanted: list[dict[str, Any]]) -> bool:
        with self.engine.begin() as tx:
            return carts.check_out(self.orders, tx, saga_id, {"customer_id": customer_id, "lines": wanted})

    async def closed(self, *saga_ids: str) -> dict[str, tuple[str, str]]:
        """Waits till these carts are closed; returns the status and reason of each."""
        async with asyncio.timeout(30):
            while True:
                with self.engine.connect() as tx:
                    found = carts.closed(tx, saga_ids)
                if len(found) == len(saga_ids):
                    return {each.saga_id: (each.status, each.reason) for each in found}
                await asyncio.sleep(0.01)

    async def told(self) -> list[str]:
        """The types of all events until now but receipts, in the order of their publishing."""
        types: list[str] = []

        async def note(delivery: Delivery) -> None:
            types.append(delivery.event.type)

        bus = MemoryBus(self.broker)
        await bus.subscribe("everything", [EVERYTHING], note)
        async with asyncio.timeout(10):
            while await bus.backlog("everything"):
                await asyncio.sleep(0.01)
        await bus.close()
        return [each for each in types if each != RECEIPT]


@asynccontextmanager
async def open_choreographed_shop(folder: Path) -> AsyncIterator[ChoreographedShop]:
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    broker, opened = MemoryBroker(), dict[str, Choreography]()
    async with AsyncExitStack() as stack:
        for name, reactor in REACTORS.items():
            opened[name] = await open_choreography(reactor, folder / f"{name}.db", seed)
            engine = opened[name].participant.engine
            assert isinstance(engine, Engine)
            stack.callback(engine.dispose)
            bus = MemoryBus(broker)
            stack.push_async_callback(bus.close)
            await stack.enter_async_context(ChoreographyService(opened[name], bus))
        yield ChoreographedShop(opened["order"], broker)

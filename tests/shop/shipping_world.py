"""The shop with shipping and the orchestrator: real servers, each with a life of its own on a database that stays.

Time is the test's: the carrier answers nothing (`NEVER`) until the test says so. Nothing here waits for a time, only
for what must happen.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from orchestrator import app
from orchestrator.config import Settings
from participants.shop import shipping
from participants.shop.carrier import Carrier
from participants.shop.common import open_database
from sagaway.client import Client, Saga, SagaEvent, is_settled
from sagaway.definitions import load_definition
from sagaway.participant import Participant, ParticipantServer
from tests.shop.world import SEED, SERVICES, lines

DEFINITION = Path(shipping.__file__).parent / "place_and_ship_order.yaml"
WAIT = timedelta(seconds=60)
NEVER, AT_ONCE = timedelta(days=1), timedelta(0)
SOON, RARELY = timedelta(milliseconds=50), timedelta(hours=1)
HOME = {"name": "Ada", "street": "Am Markt 1", "postal_code": "28195", "city": "Bremen"}
NOWHERE = HOME | {"postal_code": "00123"}
ORDER = {"customer_id": "ada", "lines": lines(MUG=2), "ship_to": HOME}
STEPS = ["create_order", "reserve_inventory", "process_payment", "ship_order"]


class Place:
    """The shop, its shipping and the orchestrator, each with a life of its own on a database that stays.

    Attributes:
        carrier: the running carrier.
        service: the shipping service on its database.
        engine: that database.
        client: a client of the running orchestrator.
    """

    carrier: Carrier
    service: Participant
    engine: Engine
    client: Client

    def __init__(self, folder: Path, poll: timedelta) -> None:
        self.folder = folder
        self.definition = load_definition(DEFINITION)
        self.definition.steps[-1].pending_poll_interval.FromTimedelta(poll)
        self.address = ""
        self.addresses: dict[str, str] = {}
        self._orchestrator = AsyncExitStack()
        self._shipping = AsyncExitStack()

    async def start_orchestrator(self) -> None:
        settings = Settings(database=self.folder / "sagaway.db", listen="127.0.0.1:0", drain_seconds=0)
        self.address = (await self._orchestrator.enter_async_context(app.serving(settings))).address
        self.client = await self._orchestrator.enter_async_context(Client(self.address))

    async def stop_orchestrator(self) -> None:
        await self._orchestrator.aclose()

    async def start_shipping(self, delay: timedelta, orchestrator: str | None = None) -> None:
        """Start it; None: it reports to the running orchestrator."""
        self.engine = open_database(shipping.SERVICE, self.folder / "shipping.db", None)
        self._shipping.callback(self.engine.dispose)
        self.service = shipping.participant(self.engine)
        await self.service.create_tables()
        server = await self._shipping.enter_async_context(ParticipantServer(self.service, "127.0.0.1:0"))
        self.addresses["shipping"] = server.address
        self.carrier = Carrier(
            self.engine,
            shipping.settle_with(self.service),
            delay=delay,
            orchestrator=self.address if orchestrator is None else orchestrator,
            poll=timedelta(milliseconds=10),
        )
        await self._shipping.enter_async_context(self.carrier)

    async def stop_shipping(self) -> None:
        await self._shipping.aclose()

    async def register(self) -> None:
        for name, address in self.addresses.items():
            await self.client.participants.register(name, address)
        await self.client.definitions.register(self.definition)

    async def start(self, saga_id: str = "s-1", **changes: Any) -> None:
        await self.client.start("place_and_ship_order", saga_id=saga_id, input=ORDER | changes)

    async def reach(self, type_: str, saga_id: str = "s-1") -> SagaEvent:
        """Watch a saga until it has an event of this type."""
        async with asyncio.timeout(WAIT.total_seconds()):
            async for event in self.client.watch(saga_id):
                if event.type == type_:
                    return event
        raise AssertionError(f"{saga_id} ended without {type_}")

    async def pending(self, saga_id: str = "s-1") -> str:
        """Start an order and wait until it waits for the carrier; return the completion token."""
        await self.start(saga_id)
        await self.reach("StepPending", saga_id)
        query = "SELECT completion_token FROM carrier_order WHERE kind = 'pick_up' AND saga_id = ?"
        [(token,)] = self.rows("shipping", query, saga_id)
        assert token
        return str(token)

    async def settled(self, saga_id: str = "s-1") -> Saga:
        saga = await self.client.wait(saga_id, WAIT)
        assert is_settled(saga), saga
        return saga

    async def events(self, saga_id: str = "s-1") -> list[SagaEvent]:
        return [event async for event in self.client.events(saga_id)]

    def rows(self, service: str, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / f"{service}.db")) as connection:
            return connection.execute(query, values).fetchall()

    def parcels(self) -> list[str]:
        """The parcels' statuses, oldest first."""
        return [row[0] for row in self.rows("shipping", "SELECT status FROM parcel ORDER BY announced_time")]

    def ledger(self) -> list[str]:
        return [row[0] for row in self.rows("shipping", "SELECT kind FROM ledger ORDER BY entry")]

    def tokens(self) -> list[tuple[str]]:
        """Orders of the carrier that still have their token."""
        return self.rows("shipping", "SELECT kind FROM carrier_order WHERE completion_token IS NOT NULL")


@asynccontextmanager
async def place(
    folder: Path, *, delay: timedelta = NEVER, poll: timedelta = SOON, reports_to: str | None = None
) -> AsyncIterator[Place]:
    made = Place(folder, poll)
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    async with AsyncExitStack() as stack:
        for name, service in SERVICES.items():
            engine = open_database(service, folder / f"{name}.db", seed)
            stack.callback(engine.dispose)
            participant = service.participant(engine)
            await participant.create_tables()
            server = await stack.enter_async_context(ParticipantServer(participant, "127.0.0.1:0"))
            made.addresses[name] = server.address
        stack.push_async_callback(made.stop_shipping)
        stack.push_async_callback(made.stop_orchestrator)
        await made.start_orchestrator()
        await made.start_shipping(delay, reports_to)
        await made.register()
        yield made


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that no event tells of."""
    async with asyncio.timeout(WAIT.total_seconds()):
        while not true():
            await asyncio.sleep(0.01)

"""Who plays: the bus, the services, the observer and the storefront, each a process that can be killed and started again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from participants.shop.choreographed import inventory, order, payment
from participants.shop.demo.client import RETRIES, until_serving
from participants.shop.demo.processes import Child, Processes, free_addresses
from participants.shop.demo.setting import Setting
from sagaway.bus import Bus
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.client import Client

BUS, OBSERVER, STOREFRONT = "bus", "observer", "storefront"
SAGAWAY = "orchestrator.cli.main"
CHOREOGRAPHY = "shop"
DECLARED = {each.participant.name: each for each in (order.DECLARED, inventory.DECLARED, payment.DECLARED)}


class Cast:
    """All processes of a play.

    Arguments:
        setting: the play's.
        processes: starts and kills.
    """

    def __init__(self, setting: Setting, processes: Processes) -> None:
        self._setting = setting
        self._processes = processes
        self._carts = [line for line in setting.orders_file.read_text(encoding="utf-8").splitlines() if line]
        self._let_in = 0
        self._bus_address, self._observer_address = free_addresses(2, Random())
        self._children: dict[str, Child] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are there before the first customer."""
        return (BUS, *DECLARED, OBSERVER)

    @property
    def durables(self) -> list[str]:
        """The services' consumers on the bus: one for each reaction."""
        return [f"{name}.{reaction}" for name, made in DECLARED.items() for reaction in made.reactions]

    async def start(self) -> None:
        """Starts all but the storefront, waits till they are there, and tells the observer what the services declare.

        Raises:
            DemoError: one does not come up; the text has its last log lines.
        """
        await self._start(BUS)
        await asyncio.gather(*(self._start(name) for name in self.names if name != BUS))
        services = [f"participants.shop.choreographed.{name}:DECLARED" for name in DECLARED]
        command = [SAGAWAY, "choreography", "register", CHOREOGRAPHY, *services]
        register = self._processes.start(
            "register", "", command, {"SAGAWAY_ADDRESS": self._observer_address}, may_end=True
        )
        await register.until_it_ends()

    def __getitem__(self, name: str) -> Child:
        """Returns the process of this name."""
        return self._children[name]

    async def open_storefront(self) -> None:
        """Opens the storefront, and lets in again whom it had before it was killed.

        Raises:
            DemoError: it ended; the text has its last log lines.
        """
        module, most_open = "participants.shop.choreographed.storefront", str(len(self._carts))
        command = [module, "-", "--database", str(self._setting.folder / "order.db"), "--most-open", most_open]
        self._children[STOREFRONT] = self._processes.start(STOREFRONT, "", command, may_end=True, reads=True)
        await self._children[STOREFRONT].tell(self._carts[: self._let_in])

    async def let_in(self, until: int) -> None:
        """Lets the customers in, up to that many in all; after the last one the storefront is closed.

        Raises:
            DemoError: the storefront ended; the text has its last log lines.
        """
        new, self._let_in = self._carts[self._let_in : until], max(until, self._let_in)
        await self._children[STOREFRONT].tell(new, last=until >= len(self._carts))

    def kill(self, name: str) -> None:
        """Kills a process with SIGKILL, frozen or not."""
        self._processes.kill(self._children.pop(name))

    async def restart(self, name: str) -> None:
        """Starts a killed one again, on what it had left, and waits till it is there.

        Raises:
            DemoError: as of `start`.
        """
        if name == STOREFRONT:
            await self.open_storefront()
        else:
            await self._start(name)

    @asynccontextmanager
    async def bus(self) -> AsyncIterator[Bus]:
        """A connection to the bus."""
        connection = await JetStreamBus.connect(NatsSettings(urls=(self._url,)))
        try:
            yield connection
        finally:
            await connection.close()

    def client(self) -> Client:
        """A client of the observer."""
        return Client(self._observer_address, retries=RETRIES)

    @property
    def _url(self) -> str:
        return f"nats://{self._bus_address}"

    async def _start(self, name: str) -> None:
        address, command, sign = "", self._command(name), f"{name} reacts"
        if name == BUS:
            address, sign = self._bus_address, self._url
        elif name == OBSERVER:
            address = self._observer_address
        child = self._processes.start(name, address, command, {"SAGAWAY_NATS_URL": self._url})
        self._children[name] = child
        await (until_serving([child]) if name == OBSERVER else child.until_it_says(sign))

    def _command(self, name: str) -> list[str]:
        folder = self._setting.folder
        if name == BUS:
            return [SAGAWAY, "bus", "--store", str(folder / "bus"), "--listen", self._bus_address]
        if name == OBSERVER:
            listen = ["--listen", self._observer_address, "--drain-seconds", "2"]
            return [SAGAWAY, "serve", "--observe", "--database", str(self._setting.log), *listen]
        module, database = f"participants.shop.choreographed.{name}", str(folder / f"{name}.db")
        return [module, "--database", database, "--seed", str(self._setting.seed)]

"""The orchestrator and the shop's four services as real processes, set up to be seen: for the labs of Jaeger and
Prometheus.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from participants.shop import books
from participants.shop.demo import client as shop
from participants.shop.demo.processes import Child, Processes, free_addresses
from sagaway.client import Client, SagaHandle, StepState
from sagaway.definitions import load_definition

ORCHESTRATOR = "orchestrator"
SERVICES = ("order", "inventory", "payment", "shipping")
SHOP = Path(books.__file__).parent

RICH = {"customer_id": "C-10218", "lines": [{"sku": "PAN-20CM", "quantity": 1}]}
"""An order that completes."""
SOLD_OUT = {"customer_id": "C-10218", "lines": [{"sku": "RUG-200", "quantity": 1}]}
"""An order that the warehouse refuses: its first step is undone."""
POOR = {"customer_id": "C-10008", "lines": [{"sku": "PAN-20CM", "quantity": 1}]}
"""An order that the payment service refuses: its first two steps are undone."""
SHIP_TO = {"name": "A. Hand", "street": "Am Markt 1", "postal_code": "28195", "city": "Bremen"}

_PATIENCE = 60.0


class Observed:
    """The processes, and a client of the orchestrator's; all ended at the end of the block.

    Args:
        folder: empty; databases and logs go there.
        variables: of the environment of every process.
        orchestrator: of the orchestrator's alone, on top.
    """

    def __init__(
        self, folder: Path, variables: Mapping[str, str], orchestrator: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._variables = {ORCHESTRATOR: {**variables, **(orchestrator or {})}}
        self._common = variables
        (folder / "logs").mkdir()
        self._processes = Processes(folder / "logs")
        names = (ORCHESTRATOR, *SERVICES)
        self._addresses = dict(zip(names, free_addresses(len(names), random.Random()), strict=True))
        self._children: dict[str, Child] = {}
        self.client = Client(self._addresses[ORCHESTRATOR], retries=shop.RETRIES)

    async def __aenter__(self) -> Observed:
        self._processes.__enter__()
        try:
            for name in self._addresses:
                self._start(name)
            await shop.until_serving(list(self._children.values()))
            for name in SERVICES:
                await self.client.participants.register(name, self._addresses[name])
            for file in ("place_order.yaml", "place_and_ship_order.yaml"):
                await self.client.definitions.register(load_definition(SHOP / file))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        await asyncio.to_thread(self._processes.end_all)

    def freeze(self, name: str) -> None:
        """Stop a process where it stands; what is sent to it waits."""
        self._processes.stop(self._children[name])

    def thaw(self, name: str) -> None:
        """Let a frozen process go on."""
        self._processes.resume(self._children[name])

    def kill(self, name: str) -> None:
        """End a process with SIGKILL."""
        self._processes.kill(self._children[name])

    async def restart(self, name: str) -> None:
        """Start a killed process anew, on the same database and address."""
        self._start(name)
        await shop.until_serving([self._children[name]])

    async def start(self, saga_id: str, input_: Mapping[str, Any], definition: str = "place_order") -> SagaHandle:
        """Start a saga."""
        return await self.client.start(definition, input=input_, saga_id=saga_id)

    async def until_executing(self, handle: SagaHandle, step_id: str) -> None:
        """Wait until a step's intent is committed and its outcome is not."""

        async def executing() -> bool:
            steps = (await handle.refresh()).steps
            return any(step.step_id == step_id and step.state == StepState.STEP_STATE_EXECUTING for step in steps)

        await self.until(f"{handle.saga_id} executes {step_id}", executing)

    async def until(self, what: str, look: Callable[[], Awaitable[object]]) -> None:
        """Look from outside, as any client must, until it is so.

        Raises:
            TimeoutError: it was not so within a minute; the text names it.
        """
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while not await look():
            self._processes.check()
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"{what}: not within {_PATIENCE:.0f} s")
            await asyncio.sleep(0.1)

    def _start(self, name: str) -> None:
        address = self._addresses[name]
        database = str(self._folder / f"{name}.db")
        if name == ORCHESTRATOR:
            arguments = ["orchestrator.cli.main", "serve", "--database", database, "--listen", address]
        else:
            arguments = [f"participants.shop.{name}", "--database", database, "--listen", address]
        if name == "shipping":
            arguments += ["--orchestrator", self._addresses[ORCHESTRATOR], "--carrier-delay", "0.5"]
        elif name != ORCHESTRATOR:
            arguments += ["--seed", str(books.SEED)]
        variables = self._variables.get(name, self._common)
        self._children[name] = self._processes.start(name, address, arguments, variables)

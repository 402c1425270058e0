"""The processes of the lab: `sagaway bus`, three services and an observer, started again whenever they end, as an operator's tools do.

Nothing here waits for a time to pass in the hope that something has happened by then: what is waited for is seen, in the
services' journals, in their databases, or by a port.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from participants.shop.demo.processes import Child, Processes, free_addresses
from tests.participant.choreography import audit
from tests.turmoil import observer
from tests.turmoil.observer import OBSERVER
from tests.turmoil.service import journal

BUS = "bus"
LOOK = 0.05
"""Seconds between two looks."""
PATIENCE = 120.0
"""Seconds without which nothing that is waited for takes, however busy the machine is."""


async def until(what: str, look: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Look until it is so.

    Raises:
        TimeoutError: it was not in time; says what.
    """
    try:
        async with asyncio.timeout(seconds):
            while not look():
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise TimeoutError(f"{what}: not within {seconds:.0f} s") from None


class World:
    """The processes, in slots: who is in one is killed, and the next one is there soon, while the block lasts.

    Args:
        folder: empty; databases, journals, the bus's store and logs go there.
        processes: starts and ends them.
    """

    def __init__(self, folder: Path, processes: Processes) -> None:
        self.folder = folder
        self._processes = processes
        bus, observing = free_addresses(2, random.Random())
        self._addresses = {BUS: bus, OBSERVER: observing}
        self._slots: dict[str, Child] = {}
        self._away: set[str] = set()
        self._started = 0

    @property
    def nats(self) -> str:
        """The bus's URL."""
        return f"nats://{self._addresses[BUS]}"

    async def __aenter__(self) -> Self:
        """Start the bus; the services follow by `begin_services`, once the streams are made as the lab wants them."""
        self._slots[BUS] = self._start(BUS)
        await self.until_up(BUS)
        self._tending = asyncio.create_task(self._tend())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tending.cancel()
        with suppress(asyncio.CancelledError):
            await self._tending

    async def begin_services(self) -> None:
        """Start all services, and the observer."""
        names = (*audit.ROLES, OBSERVER)
        for name in names:
            self._slots[name] = self._start(name)
        for name in names:
            await self.until_up(name)
        await observer.register(self.folder, self._addresses[OBSERVER])

    async def until_up(self, name: str) -> None:
        """Wait until the one in a slot is at work."""
        if name in self._addresses:
            await until(f"{name} listens", lambda: self._listens(self._addresses[name]))
        else:
            await until(f"{name} is up", lambda: self._is_up(name, self._slots[name]))

    def kill(self, name: str) -> None:
        """End the one in a slot with SIGKILL."""
        self._slots[name].process.kill()
        self._slots[name].process.wait()

    def kill_nats(self) -> None:
        """End the nats-server below `sagaway bus` with SIGKILL; its parent says so and ends."""
        parent = self._slots[BUS].process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)

    async def die(self, role: str, number: signal.Signals, away: float, place_more: Callable[[], None]) -> None:
        """Tell a service to die at the moment that the signal stands for; once it has, let it be away for so long."""
        doomed = self._slots[role].process
        self._away.add(role)
        doomed.send_signal(number)
        place_more()
        await until(f"{role} dies by {number.name}", lambda: doomed.poll() is not None)
        await asyncio.sleep(away)  # the outage itself
        self._away.discard(role)

    async def freeze(self, role: str, seconds: float) -> None:
        """Stop a service for so long, while another one takes its place; let it go on beside that one, and kill it."""
        frozen = self._slots[role]
        self._processes.stop(frozen)
        self._slots[role] = self._start(role)
        await asyncio.sleep(seconds)  # the outage itself
        self._processes.resume(frozen)
        await self.until_up(role)
        self._processes.kill(frozen)

    def ended(self) -> int:
        """How many sagas have an end."""
        return int(audit.rows(self.folder, "order", "SELECT count(*) FROM orders WHERE status <> 'open'")[0][0])

    def waiting(self) -> int:
        """How many events wait in the outboxes."""
        query = "SELECT count(*) FROM sagaway_outbox WHERE state = 'WAITING'"
        return sum(int(audit.rows(self.folder, role, query)[0][0]) for role in audit.ROLES)

    async def _tend(self) -> None:
        """Start again whoever has ended, for ever."""
        while True:
            for name, child in list(self._slots.items()):
                if name not in self._away and child.process.poll() is not None:
                    self._slots[name] = self._start(name)
            await asyncio.sleep(LOOK)

    def _is_up(self, role: str, child: Child) -> bool:
        file = journal(self.folder, role)
        return (
            child.process.poll() is None
            and file.exists()
            and f"{child.name} up" in file.read_text(encoding="utf-8").splitlines()
        )

    @staticmethod
    def _listens(address: str) -> bool:
        host, _, port = address.rpartition(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0

    def _start(self, name: str) -> Child:
        self._started += 1
        life = f"{name}-{self._started}"
        address = self._addresses.get(name, "")
        if name == BUS:
            store = str(self.folder / "store")
            arguments = ["orchestrator.cli.main", "bus", "--listen", address, "--store", store]
        elif name == OBSERVER:
            arguments = observer.arguments(self.folder, address)
        else:
            arguments = ["tests.turmoil.service", name, life, str(self.folder), self.nats]
        return self._processes.start(life, address, arguments, {"SAGAWAY_NATS_URL": self.nats})

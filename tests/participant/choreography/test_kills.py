"""Three real services and a real nats-server, each killed with SIGKILL under load: books balanced, nothing stuck."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.participant.choreography import Emit
from tests.participant.choreography.chain import ORDER, choreography, entries, open_books, orders

ROOT = Path(__file__).parents[3]
WAVE = 40
"""Orders placed before each kill."""
WAVES = 6
SAGAS = WAVE * WAVES
ROLES = ("order", "inventory", "payment")


class Lab:
    """The processes and their books."""

    def __init__(self, folder: Path) -> None:
        self.urls = {role: f"sqlite:///{folder}/{role}.db" for role in ROLES}
        self.books: dict[str, Engine] = {role: open_books(url) for role, url in self.urls.items()}
        self.server = NatsServer(folder / "store")
        self.processes: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, role: str) -> None:
        arguments = ("-m", "tests.participant.choreography.chain", role, self.urls[role], self.server.url)
        self.processes[role] = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        stdout = self.processes[role].stdout
        assert stdout is not None
        async with asyncio.timeout(30):
            assert await stdout.readline() == b"ready\n"

    async def kill(self, role: str) -> None:
        self.processes[role].kill()
        await self.processes[role].communicate()

    async def kill_bus(self) -> None:
        await self.server.kill()
        self.server = NatsServer(self.server.store, self.server.listen)
        await self.server.start()

    async def end(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
            await process.communicate()
            assert process.returncode == 0
        await self.server.stop()
        for engine in self.books.values():
            engine.dispose()

    def place_orders(self, wave: int) -> None:
        made = choreography("order", self.books["order"])
        for number in range(wave * WAVE, (wave + 1) * WAVE):
            data = {"short": number % 7 == 0, "poor": number % 4 == 0}
            with self.books["order"].begin() as tx:
                tx.execute(insert(orders).values(saga_id=f"o-{number}", status="open"))
                made.emit(tx, f"o-{number}", Emit(ORDER, data))

    def ended(self) -> int:
        with self.books["order"].connect() as tx:
            return tx.scalar(select(func.count()).select_from(orders).where(orders.c.status != "open")) or 0

    async def until_ended(self, number: int) -> None:
        async with asyncio.timeout(80):
            while self.ended() < number:
                await asyncio.sleep(0.02)

    def entered(self, role: str) -> Counter[tuple[str, str]]:
        with self.books[role].connect() as tx:
            return Counter((row.saga_id, row.kind) for row in tx.execute(select(entries)))


def expected(role: str) -> Iterator[tuple[str, str]]:
    for number in range(SAGAS):
        short, poor = number % 7 == 0, number % 4 == 0
        saga = f"o-{number}"
        if role == "order":
            yield saga, "refused" if short else "cancelled" if poor else "completed"
        elif role == "payment" and not (short or poor):
            yield saga, "charge"
        elif role == "inventory" and not short:
            yield saga, "reserve"
            if poor:
                yield saga, "release"


@pytest.mark.long(16)
@pytest.mark.timeout(120)
async def test_kills_under_load_leave_every_book_balanced(tmp_path: Path) -> None:
    lab, dice = Lab(tmp_path), random.Random(6)
    await lab.server.start()
    for role in ROLES:
        await lab.start(role)
    kills = (*ROLES, *dice.sample(ROLES, 3))
    assert len(kills) == WAVES
    for wave, role in enumerate(kills):
        placing = asyncio.create_task(asyncio.to_thread(lab.place_orders, wave))
        # In the middle of the wave: some have ended, others are anywhere.
        await lab.until_ended(wave * WAVE - WAVE // 2 if wave else 1)
        await lab.kill(role)
        await lab.start(role)
        if wave % 3 == 2:
            await lab.kill_bus()
        await placing
    await lab.until_ended(SAGAS)
    for role in ROLES:
        assert lab.entered(role) == Counter(expected(role))
    bus = await JetStreamBus.connect(NatsSettings(urls=(lab.server.url,)))
    assert not await bus.dead_letters()
    await bus.close()
    await lab.end()

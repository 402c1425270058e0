"""A thousand sagas stuck at a broken refund are mended with one command, with a kill of the orchestrator in the middle."""

from __future__ import annotations

import asyncio
import random
import resource
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from participants.shop.demo import client as shop
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.processes import Child, Processes, free_addresses
from sagaway.client import Client
from sagaway.definitions import Retry, SagaBuilder
from tests.e2e import bank

SAGAS = 1_000
AT_ONCE = 50
SILENT_AFTER = SAGAS // 4
"""So many refunds are answered. The next ones are made and not answered: that is when the orchestrator is killed."""
WAIT = timedelta(seconds=60)
ONCE = Retry(max_attempts=1)


class House:
    """The two processes, and where they keep what they know."""

    def __init__(self, folder: Path, processes: Processes) -> None:
        self.log = folder / "sagaway.db"
        self.books = folder / "bank.db"
        self.orchestrator_address, self.bank_address = free_addresses(2, random.Random())
        self.processes = processes
        self.children: dict[str, Child] = {}

    async def serve(self) -> None:
        """Start the orchestrator."""
        listen = ["--database", str(self.log), "--listen", self.orchestrator_address, "--metrics-listen", "off"]
        await self._start("orchestrator", self.orchestrator_address, ["orchestrator.cli.main", "serve", *listen])

    async def open_bank(self, *flags: str) -> None:
        """Start the bank."""
        await self._start(bank.NAME, self.bank_address, ["tests.e2e.bank", str(self.books), self.bank_address, *flags])

    async def _start(self, name: str, address: str, arguments: list[str]) -> None:
        self.children[name] = self.processes.start(name, address, arguments)
        await shop.until_serving([self.children[name]])

    def kill(self, name: str) -> None:
        """End a process with SIGKILL."""
        self.processes.kill(self.children[name])

    async def until(self, **sagas: int) -> None:
        """Look into the log's file until at least so many sagas stand there."""
        async with asyncio.timeout(WAIT.total_seconds()):
            while True:
                self.processes.check()
                states = await asyncio.to_thread(lambda: read_log(self.log).states)
                if all(states[state] >= count for state, count in sagas.items()):
                    return
                await asyncio.sleep(0.02)  # polls from outside, as anybody must


async def stick(client: Client, house: House) -> None:
    """Start the sagas and wait until all of them are STUCK."""
    await client.participants.register(bank.NAME, house.bank_address)
    saga = SagaBuilder("sale", 1, compensation_retry=ONCE)
    saga.step("pay", participant=bank.NAME, action="take")
    saga.step("thank", participant=bank.NAME, action="take", input={"text": "${input.nobody_said_it}"})
    await client.definitions.register(saga.build())
    for some in (ids()[n : n + AT_ONCE] for n in range(0, SAGAS, AT_ONCE)):
        await asyncio.gather(*(client.start("sale", saga_id=saga_id) for saga_id in some))
    await house.until(STUCK=SAGAS)


async def kill_in_the_middle(house: House) -> tuple[Snapshot, int]:
    """Kill the orchestrator while it does not know yet of refunds that the bank made and is silent about.

    Returns:
        How the sagas stand in the log, and how many refunds were made that it does not know of.
    """

    def made() -> int:
        return bank.movements(house.books)["refund"].total()

    async with asyncio.timeout(WAIT.total_seconds()):
        while made() < SILENT_AFTER + bank.SILENT:
            await asyncio.sleep(0.02)
    house.processes.stop(house.children["orchestrator"])
    found = await asyncio.to_thread(read_log, house.log)
    unheard = made() - found.states["COMPENSATED"]
    house.kill("orchestrator")
    return found, unheard


async def retry_all(house: House) -> str:
    """Do what docs/operations.md says, and return what the command says."""
    flags = ["--participant", bank.NAME, "--error", "FAILED_PRECONDITION", "--reason", "refunds work again"]
    command = ["orchestrator.cli.main", "retry", "--all", *flags]
    options = ["--address", house.orchestrator_address, "--patience", str(WAIT.total_seconds())]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, *options, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode().strip()


async def states(client: Client) -> Counter[str]:
    """Return how many sagas stand where, as ListSagas has them."""
    return Counter([shop.state(saga) async for saga in client.list(page_size=1_000)])


@pytest.mark.long(18)
@pytest.mark.timeout(170)
async def test_a_thousand_sagas_stuck_at_a_broken_refund_are_mended_over_a_kill(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with Processes(tmp_path / "logs") as processes:
        house = House(tmp_path, processes)
        await asyncio.gather(house.serve(), house.open_bank("--broken"))
        async with Client(house.orchestrator_address, retries=shop.RETRIES) as client:
            await stick(client, house)
            assert await states(client) == {"STUCK": SAGAS}
            assert bank.movements(house.books) == {"take": Counter(ids()), "refund": Counter()}

            house.kill(bank.NAME)
            await house.open_bank("--silent-after", str(SILENT_AFTER))
            mending = asyncio.create_task(retry_all(house))
            at_kill, unheard = await kill_in_the_middle(house)
            await house.serve()
            said = await mending
            await house.until(COMPENSATED=SAGAS)
            assert await states(client) == {"COMPENSATED": SAGAS}
        await asyncio.to_thread(processes.end_all)
    print(f"at the kill {at_kill}, and {unheard} refunds made that it had not heard of; then {said}")
    print(f"{children_seconds():.1f} s of processor time")
    assert unheard >= bank.SILENT
    assert asked(tmp_path / "logs" / "bank.log") > SAGAS, "nobody was asked twice"
    assert bank.movements(house.books) == {"take": Counter(ids()), "refund": Counter(ids())}
    assert operations(house.log) == {"CompensateRetried": SAGAS}


def asked(bank_log: Path) -> int:
    """Return how many Compensates came to the bank that ended last, as it said at its end."""
    return int(bank_log.read_text(encoding="utf-8").splitlines()[-1].removeprefix(bank.LAST_WORDS))


def ids() -> list[str]:
    return [f"sale-{number}" for number in range(SAGAS)]


def operations(log: Path) -> Counter[str]:
    """Return how often a person's retries are in the log, by event."""
    query = "SELECT type, COUNT(*) FROM events WHERE type LIKE '%Retried' GROUP BY type"
    with closing(sqlite3.connect(f"{log.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return Counter(dict(connection.execute(query).fetchall()))


def children_seconds() -> float:
    """Return the processor time of all processes that were started here and have ended, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

"""The saga log goes back to a backup while the shop's services do not: every order is as it was told, and the books balance.

Orders are placed while payment stands still, so all that want to pay are under way in the backup. Then payment goes on, more
orders are placed, and all of them end: that is what clients were told. Now the orchestrator dies, and the backup takes the
place of its log, when the time of the sagas in it has long been up. Clients place all their orders again.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from participants.shop import books
from participants.shop.demo import client as shop
from participants.shop.demo.log import read_log
from participants.shop.demo.orders import Order, read_orders
from participants.shop.demo.play import DEFINITION, SERVICES
from participants.shop.demo.processes import Child, Processes, free_addresses
from sagaway.client import Client
from sagaway.definitions import load_definition
from tests.e2e.kills import ORCHESTRATOR, VICTIMS, all_ended, place, some_orders, start

ORDERS = 40
TIMEOUT = 20
"""Seconds that a saga of this test has."""


def back_up(log: Path, backup: Path) -> float:
    """Back a log up while its server runs, and return when the time of all sagas in it will be up, seconds since 1970."""
    with closing(sqlite3.connect(log)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
        [(last,)] = target.execute("SELECT MAX(start_time) FROM sagas").fetchall()
    return float(last) / 1e6 + TIMEOUT


def put_back(backup: Path, log: Path) -> None:
    """Put a backup in a log's place."""
    for suffix in ("-wal", "-shm"):
        log.with_name(log.name + suffix).unlink(missing_ok=True)
    log.write_bytes(backup.read_bytes())


def movements(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every entry of the services' ledgers."""
    found = {}
    for service in SERVICES:
        with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
            found[service] = connection.execute(
                "SELECT kind, saga_id, operation_key FROM ledger ORDER BY 1, 2, 3"
            ).fetchall()
    return found


class House:
    """The shop and the orchestrator, and where they keep what they know."""

    def __init__(self, folder: Path, processes: Processes) -> None:
        self.folder = folder
        self.log = folder / "sagaway.db"
        self.processes = processes
        self.addresses = dict(zip(VICTIMS, free_addresses(len(VICTIMS), random.Random()), strict=True))
        self.children: dict[str, Child] = {}

    async def up(self, *names: str, flags: tuple[str, ...] = ()) -> None:
        """Start these."""
        for name in names:
            self.children[name] = start(self.processes, self.folder, name, self.addresses[name], *flags)
        await shop.until_serving([self.children[name] for name in names])

    async def sagaway(self, *arguments: str) -> str:
        """Run a command, and return what it says."""
        flags = ("--address", self.addresses[ORCHESTRATOR])
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "orchestrator.cli.main", *arguments, *flags), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        assert process.returncode == 0
        return said.decode()


async def told(client: Client, house: House, orders: list[Order]) -> dict[str, str]:
    """Place orders, wait until all that are known have ended, and return how."""
    await place(client, orders)
    await all_ended(client, house.processes)
    return {saga_id: end.state for saga_id, end in (await shop.ends(client)).items()}


@pytest.mark.long(35)
@pytest.mark.timeout(170)
async def test_after_a_declared_restore_every_order_is_as_it_was_told(tmp_path: Path) -> None:
    file = some_orders(tmp_path, random.Random(7), ORDERS)
    orders = read_orders(file)
    (tmp_path / "logs").mkdir()
    backup = tmp_path / "backup.db"
    definition = load_definition(DEFINITION)
    definition.timeout.FromSeconds(TIMEOUT)
    with Processes(tmp_path / "logs") as processes:
        house = House(tmp_path, processes)
        await house.up(*VICTIMS)
        async with Client(house.addresses[ORCHESTRATOR], retries=shop.RETRIES) as client:
            await shop.register(client, [house.children[name] for name in SERVICES], definition)
            processes.stop(house.children["payment"])
            await place(client, orders[::2])
            time_is_up = back_up(house.log, backup)
            assert read_log(backup).states["RUNNING"] > ORDERS / 10, "the backup has too little under way"
            processes.resume(house.children["payment"])
            acknowledged = await told(client, house, orders[1::2])
            assert acknowledged == {order.saga_id: order.expected.state for order in orders}
            before = movements(tmp_path)

            processes.kill(house.children[ORCHESTRATOR])
            put_back(backup, house.log)
            await asyncio.sleep(max(0, time_is_up - time.time()))  # what an outage of the log would have taken
            await house.up(ORCHESTRATOR, flags=("--restored",))
            assert await told(client, house, orders) == acknowledged
            assert movements(tmp_path) == before, "replay has no effect"
            assert books.audit(tmp_path, books.SEED, file).faults == []

            assert (await client.operations.overview()).HasField("restored_time")
            ended = json.loads(await house.sagaway("restore", "end", "--reason", "all orders are found", "--json"))
            assert ended == {"changed": True}
            assert not (await client.operations.overview()).HasField("restored_time")
            late = [replace(order, saga_id=f"{order.saga_id}-again") for order in orders if order.expected.step][:3]
            again = await told(client, house, late)
            assert [again[order.saga_id] for order in late] == ["COMPENSATED"] * len(late)

"""A server of the commit before and one of this commit, replicas of one log: under kills of both, every order ends right.

What a newer version writes, the older one reads: a rule of migrations (`orchestrator.store.migrations`) and of events
(`orchestrator.store.codec`). This holds every commit to it.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import random
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from participants.shop import books
from participants.shop.demo import client as shop
from participants.shop.demo.orders import read_orders, wrong_ends
from participants.shop.demo.play import DEFINITION, SERVICES
from participants.shop.demo.processes import Child, Processes, free_addresses
from sagaway.client import Client
from sagaway.definitions import load_definition
from tests.cli.conftest import run
from tests.e2e.kills import some_orders
from tests.postgresql import LogDatabase

ROOT = Path(__file__).parents[2]
ORDERS = 36
KILLS = 2
LEASE = "2"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The tree of the commit before this one."""
    tree = tmp_path / "before"
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD^"], capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"there is no commit before this one here: {packed.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(tree, filter="data")
    if not (tree / "orchestrator/store/replicas.py").exists():
        pytest.skip("the commit before this one knows no replicas")
    return tree


@pytest.mark.long(12)
async def test_two_versions_serve_one_log_under_kills(before: Path, tmp_path: Path, log_database: LogDatabase) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    chance = random.Random(seed)
    file = some_orders(tmp_path, chance, ORDERS)
    orders = read_orders(file)
    url = {"SAGAWAY_DATABASE_URL": log_database.location}
    assert run("migrate", **url).code == 0
    old = {"PYTHONSAFEPATH": "1", "PYTHONPATH": f"{before}:{before / 'generated'}"}
    versions = {"old": old, "new": {}}
    (tmp_path / "logs").mkdir()
    addresses = dict(zip((*versions, *SERVICES), free_addresses(len(versions) + len(SERVICES), chance), strict=True))
    with Processes(tmp_path / "logs") as processes:

        def serve(name: str) -> Child:
            flags = ["serve", "--listen", addresses[name], "--metrics-listen", "off"]
            variables = {**url, **versions[name], "SAGAWAY_LEASE_SECONDS": LEASE}
            return processes.start(name, addresses[name], ["orchestrator.cli.main", *flags], variables)

        def service(name: str) -> Child:
            given = ["--database", str(tmp_path / f"{name}.db"), "--listen", addresses[name], "--seed", str(books.SEED)]
            return processes.start(name, addresses[name], [f"participants.shop.{name}", *given])

        services = [service(name) for name in SERVICES]
        replicas = {name: serve(name) for name in versions}
        await shop.until_serving([*services, *replicas.values()])
        async with (
            Client(addresses["old"], retries=shop.RETRIES) as one,
            Client(addresses["new"], retries=shop.RETRIES) as other,
        ):
            await shop.register(one, services, load_definition(DEFINITION))
            clients = itertools.cycle((one, other))
            async with asyncio.TaskGroup() as load:
                for place in range(KILLS):
                    for order in orders[place :: KILLS + 1]:
                        load.create_task(shop.start(next(clients), "place_order", order))
                    await asyncio.sleep(chance.uniform(0.05, 0.4))  # the random moment
                    victim = ("old", "new")[place % 2]
                    processes.kill(replicas[victim])
                    await asyncio.sleep(float(LEASE) * 1.5 * (place % 2))  # or the other takes over meanwhile
                    replicas[victim] = serve(victim)
                    await shop.until_serving([replicas[victim]])
                for order in orders[KILLS :: KILLS + 1]:
                    load.create_task(shop.start(next(clients), "place_order", order))
            while await shop.open_sagas(other):
                processes.check()
                await asyncio.sleep(0.1)  # polls from outside, as any client must
            ends = await shop.ends(other)
            assert ends == await shop.ends(one)
    assert ends.keys() == {order.saga_id for order in orders}
    assert wrong_ends(orders, ends) == []
    assert books.audit(tmp_path, books.SEED, file).faults == []

"""Kills real processes at random moments while orders are placed, and reads the books afterwards.

The orchestrator and the three services of the shop, on the embedded default. Whoever is killed (SIGKILL) is started
again at once on the same database and address. The orders' outcomes do not depend on how they interleave, so each can
be checked; the books are read by code that shares nothing with the product.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from participants.shop import books
from participants.shop.demo import client as shop
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.orders import Order, read_orders, wrong_ends
from participants.shop.demo.play import DEFINITION, SERVICES
from participants.shop.demo.processes import Child, Processes, free_addresses
from sagaway.client import Client
from sagaway.definitions import load_definition

ORCHESTRATOR = "orchestrator"
VICTIMS = (ORCHESTRATOR, *SERVICES)
FIRST = "order"
"""Whose step is the first of every saga."""

LONGEST_LIFE = 0.8
"""Seconds of load between a victim's being up again and the next kill, at the most."""

SECONDS_AN_ORDER = 0.03
"""About how long an order keeps everybody busy: most kills come before the orders placed for them have ended."""

_STARTS_AT_ONCE = 32
_POLL = 0.2
_LOOK = 0.01


@dataclass(frozen=True, slots=True)
class Storm:
    """What became of the orders.

    Attributes:
        kills: who was killed, in order.
        open_at_kill: how many sagas were open at each kill, by the log's file.
        orders: how many orders were placed.
        wrong: orders that ended otherwise than their file says, and faults in the books, in words.
    """

    kills: Sequence[str]
    open_at_kill: Sequence[int]
    orders: int
    wrong: Sequence[str]


async def storm(
    folder: Path,
    chance: random.Random,
    orders_file: Path,
    victims: Sequence[str],
    said: Callable[[str], None] = lambda line: None,
) -> Storm:
    """Place every order of a file while the victims are killed, one after the other.

    Args:
        folder: empty; databases and logs go there.
        chance: chooses the moments.
        orders_file: what to place.
        victims: who is killed, in order, of `VICTIMS`.
        said: told of each kill.
    """
    orders = read_orders(orders_file)
    (folder / "logs").mkdir()
    addresses = dict(zip(VICTIMS, free_addresses(len(VICTIMS), chance), strict=True))
    open_at_kill: list[int] = []
    with Processes(folder / "logs") as processes:
        children = {name: start(processes, folder, name, addresses[name]) for name in VICTIMS}
        await shop.until_serving(list(children.values()))
        async with Client(addresses[ORCHESTRATOR], retries=shop.RETRIES) as client:
            await shop.register(client, [children[name] for name in SERVICES], load_definition(DEFINITION))
            chunks = [orders[place :: len(victims) + 1] for place in range(len(victims) + 1)]
            async with asyncio.TaskGroup() as load:
                for victim, chunk in zip(victims, chunks, strict=False):
                    load.create_task(place(client, chunk[:-1]))
                    busy = min(LONGEST_LIFE, len(chunk) * SECONDS_AN_ORDER)
                    await asyncio.sleep(chance.uniform(0, busy))  # the random moment
                    processes.stop(children[victim])
                    load.create_task(place(client, chunk[-1:]))
                    found = await _at_work(processes, children, victim, folder / "sagaway.db")
                    processes.kill(children[victim])
                    if victim != FIRST:
                        processes.resume(children[FIRST])
                    open_at_kill.append(found.open.total())
                    said(f"kill {len(open_at_kill)} of {len(victims)}: {victim}; the log has {found}")
                    children[victim] = start(processes, folder, victim, addresses[victim])
                    await shop.until_serving([children[victim]])
                load.create_task(place(client, chunks[-1]))
            await all_ended(client, processes)
            ends = await shop.ends(client)
    strange = [f"{id_}: is in the saga log, but nobody placed it" for id_ in ends.keys() - {o.saga_id for o in orders}]
    wrong = wrong_ends(orders, ends) + strange + books.audit(folder, books.SEED, orders_file).faults
    return Storm(victims, open_at_kill, len(orders), wrong)


async def _at_work(processes: Processes, children: Mapping[str, Child], victim: str, log: Path) -> Snapshot:
    """Return what the log shows while the victim stands still, as soon as there are open sagas.

    If all had ended before it stood still, it goes on, and the service of the first step stands still until a saga is
    there, which is placed meanwhile and can't end.
    """
    found = read_log(log)
    if not found.open and victim != FIRST:
        processes.stop(children[FIRST])
        processes.resume(children[victim])
    while not found.open:
        await asyncio.sleep(_LOOK)
        found = read_log(log)
    return found


def some_orders(folder: Path, chance: random.Random, count: int) -> Path:
    """Write a file of so many of the shop's orders, picked by chance, and return it."""
    lines = books.ORDERS.read_text(encoding="utf-8").splitlines(keepends=True)
    file = folder / "orders.jsonl"
    file.write_text("".join(chance.sample(lines, count)), encoding="utf-8")
    return file


def start(processes: Processes, folder: Path, name: str, address: str, *flags: str) -> Child:
    """Start the orchestrator or a service, on its database in a folder.

    Args:
        processes: starts it.
        folder: has the databases.
        name: of `VICTIMS`.
        address: where it listens.
        flags: more of the command line.
    """
    if name == ORCHESTRATOR:
        arguments = ["orchestrator.cli.main", "serve", "--database", str(folder / "sagaway.db"), "--listen", address]
    else:
        database = str(folder / f"{name}.db")
        arguments = [
            f"participants.shop.{name}",
            "--database",
            database,
            "--listen",
            address,
            "--seed",
            str(books.SEED),
        ]
    return processes.start(name, address, [*arguments, *flags])


async def place(client: Client, orders: Sequence[Order]) -> None:
    """Place orders, many at once; each is durable by then."""
    limit = asyncio.Semaphore(_STARTS_AT_ONCE)

    async def one(order: Order) -> None:
        async with limit:
            await shop.start(client, "place_order", order)

    async with asyncio.TaskGroup() as starts:
        for order in orders:
            starts.create_task(one(order))


async def all_ended(client: Client, processes: Processes) -> None:
    """Wait until no saga is open; a STUCK one stays open and shows in the ends."""
    while True:
        processes.check()
        states = await shop.open_sagas(client)
        if all(state == "STUCK" for state in states.values()):
            return
        await asyncio.sleep(_POLL)  # polls from outside, as any client must

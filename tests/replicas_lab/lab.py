"""Three replicas on one PostgreSQL and the shop under load, while this or that befalls them; what is played, and what is asked at the end.

In the end an audit that shares no code with the product reads the log and the services' databases: every order ended as
its file says, the books balance, no operation had two effects, no start that was acknowledged is lost, no saga is
open, each log is whole, and what customers were told is so.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from participants.shop import books
from participants.shop.demo import client as shop
from participants.shop.demo.orders import read_orders, wrong_ends
from participants.shop.demo.play import DEFINITION
from sagaway.client import Client
from sagaway.definitions import load_definition
from tests.replicas_lab.log import Log
from tests.replicas_lab.orders import write_orders
from tests.replicas_lab.places import Loopback, Places
from tests.replicas_lab.recovery import Recovery, distribution, recoveries
from tests.replicas_lab.storefront import AT_ONCE, Storefront
from tests.replicas_lab.troubles import KINDS, Hand, Kinds, Trouble, plan
from tests.replicas_lab.waiting import until
from tests.replicas_lab.world import World

LEASE = 3.0
"""Seconds."""
LATER = 2.0
"""So many seconds after the lease of one that has died every saga of it must have had its next attempt."""

_LAST = 3 * AT_ONCE
"""So many orders are kept back until the last trouble comes, if there are twice as many."""

Say = Callable[[str], None]
Findings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Play:
    """What is played.

    Attributes:
        name: of it.
        orders: how many.
        troubles: how many of which kind.
        lease: of the replicas, seconds.
        overlap: whether troubles may come while others last.
        kinds: what may befall.
        limit: seconds from a death within which others must have gone on; inf: that is told only.
    """

    name: str
    orders: int
    troubles: Counter[str]
    lease: float = LEASE
    overlap: bool = False
    limit: float = math.inf
    kinds: Kinds = field(default_factory=lambda: KINDS)


async def play(folder: Path, what: Play, seed: int, say: Say, places: Places | None = None) -> Findings:
    """Play it in an empty folder; return its figures, with `violations` in words."""
    begun, dice = time.monotonic(), random.Random(seed)
    orders_file, seed_file = write_orders(folder, what.orders, dice)
    orders = read_orders(orders_file)
    wrong: list[str] = []
    recovered: list[Recovery] = []
    async with World(folder, places or Loopback(dice), what.lease, seed_file) as world:
        storefront = Storefront(world.addresses, load_definition(DEFINITION).name, orders, dice)
        hand = Hand(world, what.kinds, dice, storefront.let_in_more, overlap=what.overlap)
        try:
            await _register(world)
            await _befall(storefront, hand, plan(what.troubles, max(what.orders // 2, what.orders - _LAST), dice), say)
            wrong += wrong_ends(orders, await _ends(world)) + list(world.log.faults())
            recovered = recoveries(world.absences, world.journals.calls())
            wrong += too_late(recovered, what.limit, world.log)
        except Exception as error:
            wrong += [f"it got stuck when {storefront.ended} orders had ended: {each!r}" for each in _leaves(error)]
        states = world.log.states()
    strange = states.keys() - {order.saga_id for order in orders}
    wrong += world.faults + [f"{saga_id}: is in the log, and nobody placed it" for saga_id in strange]
    wrong += storefront.faults(states) + books.audit(folder, seed_file, orders_file).faults
    return {
        "orders": what.orders,
        "seed": seed,
        "ends": dict(Counter(states.values())),
        "troubles": dict(what.troubles),
        "troubles_that_met_open_sagas": sum(met > 0 for met in hand.met),
        "open_sagas_of_the_victims": sum(hand.met),
        "ends_of_replicas_by_exit_code": dict(world.ends),
        "starts_acknowledged": len(storefront.acknowledged),
        "turned_away": dict(storefront.turned_away),
        "calls_of_participants": len(world.journals.calls()),
        "seconds_to_the_next_attempt": distribution(recovered),
        "longest_of_each_absence": sorted(round(each.longest, 2) for each in recovered),
        "violations": wrong[:200],
        "seconds": round(time.monotonic() - begun, 1),
    }


async def _register(world: World) -> None:
    async with Client(world.addresses[0], retries=shop.RETRIES) as client:
        for name, address in world.services.items():
            await client.participants.register(name, address)
        await client.definitions.register(load_definition(DEFINITION))


async def _befall(storefront: Storefront, hand: Hand, troubles: Sequence[Trouble], say: Say) -> None:
    """Let customers in, and all troubles come; returns when all orders have ended."""
    serving = asyncio.create_task(storefront.serve())
    count = 0

    async def due(trouble: Trouble) -> None:
        nonlocal count
        count += 1
        storefront.let_in(trouble.at + min(AT_ONCE, storefront.orders // 10))
        await _until_ended(storefront, trouble.at, serving)
        what = f"{trouble.victim}: {trouble.kind.replace('_', ' ')}"
        say(f"{count} of {len(troubles)}, {storefront.ended} orders ended: {what}")

    try:
        await hand.bring(troubles, due)
        storefront.let_in(storefront.orders)
        while not serving.done():
            await _until_ended(storefront, storefront.ended + 1, serving)
    finally:
        serving.cancel()
        with suppress(BaseException):
            await serving


async def _until_ended(storefront: Storefront, orders: int, serving: asyncio.Task[None]) -> None:
    await until(f"{orders} orders end", lambda: storefront.ended >= orders or serving.done())
    if serving.done():
        await serving  # it tells what went wrong with it


async def _ends(world: World) -> Mapping[str, Any]:
    async with Client(world.addresses[-1], retries=shop.RETRIES) as client:
        return await shop.ends(client)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for each in error.exceptions for leaf in _leaves(each)]
    return [error]


def too_late(recovered: Sequence[Recovery], limit: float, log: Log) -> list[str]:
    """Name, in words, the absences after which it took longer than this until all went on, and what the slowest did."""
    now = time.time() - time.monotonic()
    return [
        f"{each.absence.replica} {each.absence.kind}, and it took {each.longest:.2f} s until all {len(each.seconds)} "
        f"of its sagas went on; {limit:g} are allowed; {each.slowest}: "
        f"{log.history(each.slowest, now + each.absence.moment)}"
        for each in recovered
        if each.longest > limit
    ]


def run(what: Play, seed: int, say: Say, places: Places | None = None) -> Findings:
    """Play it in a folder of its own."""
    say(f"{what.name}: {what.orders} orders, {dict(what.troubles)}, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="sagaway-replicas-") as name:
        found = asyncio.run(play(Path(name), what, seed, say, places))
    write_report(Path("build"), what.name, found)
    return found


def write_report(folder: Path, name: str, found: Mapping[str, Any]) -> None:
    """Write what was found as JSON and Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"replicas-{name}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    lines = [f"# Replicas: {name}", "", f"**{len(found['violations'])} violations.**", ""]
    lines += [f"- {words}" for words in found["violations"]] + [""] * bool(found["violations"])
    lines += ["| | |", "|---|---|"]
    lines += [f"| {key.replace('_', ' ')} | {value} |" for key, value in found.items() if key != "violations"]
    (folder / f"replicas-{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")

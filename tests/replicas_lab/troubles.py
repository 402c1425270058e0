"""What befalls replicas and their database: kinds of trouble, and a plan of them from a seed. Each comes when so many orders have ended."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.replicas_lab.places import REPLICAS
from tests.replicas_lab.recovery import Absence, recoveries
from tests.replicas_lab.waiting import until
from tests.replicas_lab.world import World
from tests.store.proxies import Lose

DATABASE = "the database"
AT_ONCE = 2
"""Replicas in trouble at once: who is to be ended by another one needs one that is up."""


async def killed(world: World, victim: str, _dice: random.Random) -> None:
    """SIGKILL; it is back at once, and takes its own place."""
    world.kill(victim)


async def died(world: World, victim: str, _dice: random.Random) -> None:
    """SIGKILL; it is away until others have taken over all that it owned."""
    epoch = world.log.epoch(victim)
    world.away.add(victim)
    world.kill(victim)
    absence = Absence("died", victim, time.monotonic(), world.log.owned(epoch))
    await _taken_over(world, absence)
    world.away.discard(victim)


async def died_alone(world: World, victim: str, dice: random.Random) -> None:
    """The same while all others are up; it lasts until each of its sagas went on, and until it is back."""
    await died(world, victim, dice)
    await until_gone_on(world, world.absences[-1])
    await world.until_up(victim)


async def stopped(world: World, victim: str, dice: random.Random) -> None:
    """It stands still for longer than its lease, and goes on as a zombie: once it was ended, or once all was taken over."""
    epoch = world.log.epoch(victim)
    world.stop(victim)
    absence = Absence("stopped", victim, time.monotonic(), world.log.owned(epoch))
    await until(f"{victim}, which stands still, is ended", lambda: world.log.ended(epoch))
    if dice.random() < 0.5:
        await _taken_over(world, absence)
    else:
        world.absences.append(absence)
    await world.resume(victim)


async def database_killed(world: World, _victim: str, dice: random.Random) -> None:
    """SIGKILL to all of PostgreSQL; it is back at once, or after a lease."""
    world.postgresql.kill()
    world.log.close()
    await asyncio.sleep(dice.choice((0.0, world.lease * dice.random())))  # the outage itself
    world.postgresql.start()
    await asyncio.to_thread(world.postgresql.until_up)


async def reply_lost(world: World, victim: str, _dice: random.Random) -> None:
    """A COMMIT is carried out, and its reply lost."""
    await _lose(world, victim, Lose.REPLY)


async def commit_lost(world: World, victim: str, _dice: random.Random) -> None:
    """A COMMIT does not arrive."""
    await _lose(world, victim, Lose.COMMIT)


async def _lose(world: World, victim: str, what: Lose) -> None:
    proxy = world.proxies[victim]
    lost, proxy.lose = proxy.lost, what
    await until(f"a proxy loses of {victim}: {what.value}", lambda: proxy.lost > lost)


async def _taken_over(world: World, absence: Absence) -> None:
    world.absences.append(absence)
    sagas = dict(absence.sagas)
    await until(f"what {absence.replica} owned is taken over", lambda: world.log.left(sagas) == 0)


async def until_gone_on(world: World, absence: Absence) -> None:
    """Wait until each saga of an absence had its next attempt, or has ended.

    Where absences are measured, the next trouble comes no sooner: a saga whose next owner dies before its first call
    waits for a third one, and that is two absences, not one.
    """

    def gone_on() -> bool:
        (recovery,) = recoveries([absence], world.journals.calls())
        return not world.log.open_sagas().keys() & set(recovery.silent)

    await until(f"all that {absence.replica} owned goes on", gone_on)


Kinds = Mapping[str, Callable[[World, str, random.Random], Awaitable[None]]]

KINDS: Kinds = {
    "killed": killed,
    "died": died,
    "stopped": stopped,
    "database_killed": database_killed,
    "reply_lost": reply_lost,
    "commit_lost": commit_lost,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble.

    Attributes:
        kind: which of the kinds there are.
        victim: the replica whom it befalls, or the database.
        at: how many orders have ended when it comes.
    """

    kind: str
    victim: str
    at: int


def plan(kinds: Counter[str], room: int, dice: random.Random) -> list[Trouble]:
    """Return troubles of these kinds in random order, spread over the time until so many orders have ended."""
    all_of_them = list(kinds.elements())
    dice.shuffle(all_of_them)
    share = room / max(1, len(all_of_them))
    return [
        Trouble(
            kind, DATABASE if kind == "database_killed" else dice.choice(REPLICAS), int((n + dice.random()) * share)
        )
        for n, kind in enumerate(all_of_them)
    ]


class Hand:
    """Brings the troubles about, each over somebody who is at work.

    Attributes:
        met: how many open sagas the replicas owned that something befell, a number a trouble.

    Args:
        world: in which.
        kinds: what there is.
        dice: chooses what a trouble leaves open.
        more_orders: called while no order is under way that a trouble could meet.
        overlap: whether one may come while another one lasts.
    """

    def __init__(
        self, world: World, kinds: Kinds, dice: random.Random, more_orders: Callable[[], None], *, overlap: bool = False
    ) -> None:
        self.met: list[int] = []
        self._world = world
        self._kinds = kinds
        self._dice = dice
        self._more_orders = more_orders
        self._turns = {name: asyncio.Lock() for name in (*REPLICAS, DATABASE)}
        self._room = asyncio.Semaphore(AT_ONCE if overlap else 1)

    async def bring(self, troubles: Sequence[Trouble], ready: Callable[[Trouble], Awaitable[None]]) -> None:
        """Bring all of them about; returns when the last is over.

        Args:
            troubles: which.
            ready: waits until a trouble is due.
        """
        async with asyncio.TaskGroup() as tasks:
            for trouble in troubles:
                await self._room.acquire()
                await ready(trouble)
                tasks.create_task(self._bring(trouble)).add_done_callback(lambda _: self._room.release())

    async def _bring(self, trouble: Trouble) -> None:
        async with self._turns[trouble.victim]:
            await self._until_at_work(trouble.victim)
            await self._kinds[trouble.kind](self._world, trouble.victim, self._dice)

    async def _until_at_work(self, victim: str) -> None:
        log, owned = self._world.log, 0
        names = REPLICAS if victim == DATABASE else (victim,)
        for name in names:
            await self._world.until_up(name)

        def at_work() -> bool:
            nonlocal owned
            owned = sum(len(log.owned(log.epoch(name))) for name in names)
            if not owned:
                self._more_orders()
            return owned > 0

        await until(f"{victim} is at work", at_work)
        self.met.append(owned)

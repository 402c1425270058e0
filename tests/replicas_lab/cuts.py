"""What befalls the networks between replicas, database and shop: lines that lose all, or a part, one way or both, or are slow.

How long it takes to recover is measured from where recovery can begin: from the cut, where the others can go on with what
a replica owned that the log does not hear or that does not hear the log; from the end of it, where all must wait for it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager

from tests.replicas_lab.networks import DATABASE, SHOP, Networks
from tests.replicas_lab.places import REPLICAS
from tests.replicas_lab.recovery import Absence
from tests.replicas_lab.troubles import until_gone_on
from tests.replicas_lab.waiting import until
from tests.replicas_lab.world import World

LATER = 5.0
"""So many seconds after a lease every saga must have gone on."""
_SOME = 0.3
"""The share of packets that a bad line loses."""

Trouble = Callable[[World, str, random.Random], Awaitable[None]]


def _networks(world: World) -> Networks:
    assert isinstance(world.places, Networks)
    return world.places


async def cut_from_the_log(world: World, victim: str, _dice: random.Random) -> None:
    """A replica and the database hear nothing of each other."""
    await _without_log(world, victim, (victim, DATABASE), (DATABASE, victim))


async def unheard_by_the_log(world: World, victim: str, _dice: random.Random) -> None:
    """What a replica sends to the database is lost."""
    await _without_log(world, victim, (victim, DATABASE))


async def deaf_to_the_log(world: World, victim: str, _dice: random.Random) -> None:
    """What the database answers a replica is lost."""
    await _without_log(world, victim, (DATABASE, victim))


async def cut_from_the_shop(world: World, victim: str, dice: random.Random) -> None:
    """A replica and the participants hear nothing of each other."""
    await _while(world, victim, dice, _networks(world).losing((victim, SHOP), (SHOP, victim)))


async def deaf_to_the_shop(world: World, victim: str, dice: random.Random) -> None:
    """What participants answer a replica is lost: their effects stand."""
    await _while(world, victim, dice, _networks(world).losing((SHOP, victim)))


async def log_away(world: World, victim: str, dice: random.Random) -> None:
    """No replica reaches the database."""
    lines = [line for name in REPLICAS for line in ((name, DATABASE), (DATABASE, name))]
    await _while(world, victim, dice, _networks(world).losing(*lines))


async def bad_line_to_the_log(world: World, victim: str, dice: random.Random) -> None:
    """A part of what all replicas send to the database is lost."""
    lines = [(name, DATABASE) for name in REPLICAS]
    await _while(world, victim, dice, _networks(world).losing(*lines, chance=_SOME))


async def bad_line_from_the_shop(world: World, victim: str, dice: random.Random) -> None:
    """A part of what participants answer is lost."""
    lines = [(SHOP, name) for name in REPLICAS]
    await _while(world, victim, dice, _networks(world).losing(*lines, chance=_SOME))


async def slow_log(world: World, victim: str, dice: random.Random) -> None:
    """The database's line is slow."""
    await _while(world, victim, dice, _networks(world).slow(DATABASE))


async def slow_shop(world: World, victim: str, dice: random.Random) -> None:
    """The participants' line is slow."""
    await _while(world, victim, dice, _networks(world).slow(SHOP))


async def _without_log(world: World, victim: str, *lines: tuple[str, str]) -> None:
    epoch = world.log.epoch(victim)
    with _networks(world).losing(*lines):
        absence = Absence("cut off", victim, time.monotonic(), world.log.owned(epoch))
        world.absences.append(absence)
        sagas = dict(absence.sagas)
        await until(f"{victim}, which is cut off, is ended", lambda: world.log.ended(epoch))
        await until(f"what {victim} owned is taken over", lambda: world.log.left(sagas) == 0)
    await until(f"{victim}, which was ended, ends itself", lambda: world.log.epoch(victim) > epoch)
    await until_gone_on(world, absence)


async def _while(world: World, victim: str, dice: random.Random, fault: AbstractContextManager[None]) -> None:
    with fault:
        await asyncio.sleep(world.lease * dice.uniform(1.2, 2.2))  # the fault itself
    # By whoever owns them then.
    sagas = {saga_id: claim - 1 for saga_id, claim in world.log.open_sagas().items()}
    absence = Absence("in trouble with others", victim, time.monotonic(), sagas)
    world.absences.append(absence)
    await until_gone_on(world, absence)


KINDS: Mapping[str, Trouble] = {
    each.__name__: each
    for each in (
        cut_from_the_log,
        unheard_by_the_log,
        deaf_to_the_log,
        cut_from_the_shop,
        deaf_to_the_shop,
        log_away,
        bad_line_to_the_log,
        bad_line_from_the_shop,
        slow_log,
        slow_shop,
    )
}

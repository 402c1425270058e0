"""What befalls the services: kinds of trouble, and a plan of them from a seed. Each comes when so many sagas have ended."""

from __future__ import annotations

import random
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

import nats
from nats.errors import Error as NatsError

from sagaway.bus.jetstream import Names
from tests.participant.choreography.audit import ROLES
from tests.turmoil.observer import OBSERVER
from tests.turmoil.service import ACK_WAIT
from tests.turmoil.world import BUS, World

NAMES = Names("sagaway")
DEDUPE_WINDOW = timedelta(seconds=1)
"""The bus's; what is published again later than that it stores twice, as in production after two minutes."""
BURST = 40
"""Events that are published again at once, under other ids than before."""
FROZEN = 2.5 * ACK_WAIT
"""Seconds that a service stands still: all that it had goes to the next one."""

More = Callable[[], None]
"""Lets more orders be placed. Who waits for an event calls it when nothing else is missing: all others may have ended."""


async def kill(world: World, role: str, _dice: random.Random, _place_more: More) -> None:
    """SIGKILL, anywhere."""
    world.kill(role)


async def die_unpublished(world: World, role: str, _dice: random.Random, place_more: More) -> None:
    """Die just before publish."""
    await world.die(role, signal.SIGHUP, 0, place_more)


async def die_unmarked(world: World, role: str, dice: random.Random, place_more: More) -> None:
    """Die between publish and mark; be back before the bus forgets ids, or after."""
    await world.die(role, signal.SIGUSR1, dice.choice((0, DEDUPE_WINDOW.total_seconds())), place_more)


async def die_unacknowledged(world: World, role: str, _dice: random.Random, place_more: More) -> None:
    """Die between commit and acknowledgement."""
    await world.die(role, signal.SIGUSR2, 0, place_more)


async def freeze(world: World, role: str, _dice: random.Random, _place_more: More) -> None:
    """Stand still for longer than the ack wait, and wake up beside one's successor."""
    await world.freeze(role, FROZEN)


async def kill_bus(world: World, _victim: str, _dice: random.Random, _place_more: More) -> None:
    """SIGKILL `sagaway bus`, and by that its nats-server."""
    world.kill(BUS)


async def kill_nats(world: World, _victim: str, _dice: random.Random, _place_more: More) -> None:
    """SIGKILL the nats-server; `sagaway bus` ends by itself."""
    world.kill_nats()


async def kill_observer(world: World, _victim: str, _dice: random.Random, _place_more: More) -> None:
    """SIGKILL the observer, anywhere."""
    world.kill(OBSERVER)


async def double(world: World, _victim: str, dice: random.Random, _place_more: More) -> None:
    """Publish old events again under new message ids, so that nothing but the inboxes can know them."""
    client = await nats.connect(world.nats, max_reconnect_attempts=-1, reconnect_time_wait=0.2)
    stream = client.jetstream()
    left = BURST
    while left:
        try:
            last = (await stream.stream_info(NAMES.events)).state.last_seq
            old = await stream.get_msg(NAMES.events, dice.randint(1, last))
            assert old.subject is not None
            await stream.publish(
                old.subject, old.data or b"", headers={**(old.headers or {}), "Nats-Msg-Id": token_hex(8)}
            )
            left -= 1
        except (NatsError, OSError, TimeoutError):
            await world.until_up(BUS)
    await client.close()


KINDS: Mapping[str, Callable[[World, str, random.Random, More], Awaitable[None]]] = {
    "killed": kill,
    "died_unpublished": die_unpublished,
    "died_unmarked": die_unmarked,
    "died_unacknowledged": die_unacknowledged,
    "frozen": freeze,
    "bus_killed": kill_bus,
    "nats_killed": kill_nats,
    "observer_killed": kill_observer,
    "burst_of_old_events": double,
}
_VICTIMS = {"bus_killed": BUS, "nats_killed": BUS, "observer_killed": OBSERVER, "burst_of_old_events": BUS}
"""Of those that do not befall a service."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble.

    Attributes:
        kind: of `KINDS`.
        victim: whom it befalls: the bus, the observer or a service.
        at: how many sagas have ended when it comes.
    """

    kind: str
    victim: str
    at: int

    async def happen(self, world: World, dice: random.Random, place_more: More) -> None:
        """Let it come over somebody who is at work."""
        await world.until_up(self.victim)
        await KINDS[self.kind](world, self.victim, dice, place_more)


def plan(count: int, room: int, dice: random.Random) -> list[Trouble]:
    """Return so many troubles, of each kind about as many, in order, spread over the time until so many sagas have ended."""
    kinds = [list(KINDS)[number % len(KINDS)] for number in range(count)]
    dice.shuffle(kinds)
    share = room / count
    return [
        Trouble(kind, _VICTIMS.get(kind) or dice.choice(ROLES), 1 + int((number + dice.random()) * share))
        for number, kind in enumerate(kinds)
    ]

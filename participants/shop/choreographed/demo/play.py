"""The demo's course: start all, let customers check out, kill each process in its turn, start it again, wait for quiet.

The kills. Each must hit while the saga log shows sagas going forward and others being undone, and the kills are spread
over the day; so the moments are chosen, not timed. The log's file is read many times a second, which asks nothing of
anybody; when it shows that the moment may be right, everything is frozen (SIGSTOP), it is read again, and only if it
still shows the moment is the process killed (SIGKILL). Then it is read once more: what it shows is what the next process
finds, a commit included that was cut off when all of it was on the disk and nobody could see it yet. Then the others
go on.

When every saga has ended, one more thing is waited for before the books are read: that each event that was published
was handled by all whom it concerns, also those that come a second time because of a kill.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

from participants.shop.choreographed.demo.cast import BUS, DECLARED, OBSERVER, STOREFRONT, Cast
from participants.shop.choreographed.demo.databases import count_unpublished
from participants.shop.demo.client import ends
from participants.shop.demo.errors import DemoError
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.orders import End
from participants.shop.demo.processes import Processes
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting

KILL_FROM, KILL_EVERY, KILL_UNTIL = 0.1, 0.1, 0.9
# Several times within the life of a saga, however fast the machine.
POLL_SECONDS = 0.05
STALL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Kill:
    """A process to kill, and when."""

    name: str
    share: float
    """Not before this share of all sagas has ended."""

    def is_the_moment(self, seen: Snapshot, orders: int) -> bool:
        """Says whether this is it: late enough, not too late, sagas both going forward and being undone."""
        both = seen.states["RUNNING"] > 0 and seen.states["COMPENSATING"] > 0
        return both and self.share <= seen.ended / orders <= KILL_UNTIL


class Play:
    """One run of the demo.

    Arguments:
        setting: where, and which orders.
        processes: starts and kills.
        screen: where it is told.
        most_open: how many carts are open at once.
    """

    def __init__(self, setting: Setting, processes: Processes, screen: Screen, most_open: int) -> None:
        self._setting = setting
        self._processes = processes
        self._screen = screen
        self._cast = Cast(setting, processes, most_open)
        # The storefront first, which goes home when all its carts have ended; the observer last: while it is away, the
        # orders go on, and the log does not show it.
        victims = (STOREFRONT, BUS, *DECLARED, OBSERVER)
        self._kills = [Kill(name, KILL_FROM + number * KILL_EVERY) for number, name in enumerate(victims)]

    async def run(self) -> dict[str, End]:
        """Plays the demo to its end; returns how each saga ended, by id, as the observer has it.

        Raises:
            DemoError: a process died unasked, the moment of a kill could not be had, or nothing moved for a minute.
        """
        await self._cast.start()
        names, orders = ", ".join(self._cast.names), len(self._setting.orders)
        self._screen.say(f"{names} are up; {orders:,} orders to place")
        self._cast.open_storefront()
        await self._follow()
        await self._until_quiet()
        async with self._cast.client() as client:
            # A step is named `service.reaction` there, and the reaction as the step of the orchestrated shop.
            return {
                saga_id: end._replace(step=end.step.rpartition(".")[2]) for saga_id, end in (await ends(client)).items()
            }

    async def _follow(self) -> None:
        """Watches the orders till all have ended, and kills each process on the way."""
        orders, stall = len(self._setting.orders), Stall()
        while True:
            self._processes.check()
            seen = read_log(self._setting.log)
            self._screen.progress(seen.ended, orders, seen.open)
            if seen.ended >= orders:
                break
            if self._kills and self._kills[0].is_the_moment(seen, orders) and self._kill(self._kills[0], orders):
                name = self._kills.pop(0).name
                await self._cast.restart(name)
                self._screen.say(f"{name} is up again")
            stall.look(seen)
            await asyncio.sleep(POLL_SECONDS)
        if self._kills:
            raise DemoError(f"the orders ended before {self._kills[0].name} could be killed in the middle")

    def _kill(self, kill: Kill, orders: int) -> bool:
        """Kills a process if the log shows its moment while all stands still; says whether it did.

        Raises:
            DemoError: after the kill it shows nothing that is left to do.
        """
        log = self._setting.log
        with self._processes.frozen():
            if not kill.is_the_moment(read_log(log), orders):
                return False
            self._cast.kill(kill.name)
            found = read_log(log)
        if not found.open:
            raise DemoError(f"after the kill of {kill.name} the log shows no open saga: {found}")
        self._screen.say(f"killed {kill.name} (SIGKILL) with {found.ended / orders:.0%} ended: {found}", "bold")
        return True

    async def _until_quiet(self) -> None:
        """Waits till nothing is on its way any more.

        Raises:
            DemoError: it is not quiet in time, or an event was given up.
        """
        stall = Stall()
        async with self._cast.bus() as bus:
            while True:
                self._processes.check()
                if letters := await bus.dead_letters():
                    raise DemoError(f"{letters[0].durable} gave up an event: {letters[0].reason}")
                on_their_way = Counter({name: await bus.backlog(name) for name in self._cast.durables})
                on_their_way["outboxes"] = count_unpublished(self._setting.folder)
                if not on_their_way.total():
                    return
                stall.look(on_their_way)
                await asyncio.sleep(POLL_SECONDS)


class Stall:
    """Notices that nothing has moved for a minute."""

    def __init__(self) -> None:
        self._seen: object = None
        self._since = 0.0

    def look(self, seen: object) -> None:
        """Compares what is seen with what was.

        Raises:
            DemoError: it has been the same for too long.
        """
        now = asyncio.get_running_loop().time()
        if seen != self._seen:
            self._seen, self._since = seen, now
        elif now > self._since + STALL_SECONDS:
            raise DemoError(f"nothing has moved for {STALL_SECONDS:.0f} s: {seen}")

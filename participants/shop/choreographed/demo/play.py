"""The demo's course: start all, let customers check out, kill each process in its turn, start it again, wait for quiet.

The kills. Each must hit while the saga log shows sagas going forward and others being undone, and the kills are spread
over the day; so the moments are made, not timed. Customers are let in a share at a time, so that the day can't end before
the last kill; when a kill is due, more come in, and are held (`participants.shop.demo.hold`) so that the log must show
some on either way. As soon as it does, everything is frozen (SIGSTOP), it is read again, and the process is killed
(SIGKILL). Then it is read once more: what it shows is what the next process finds, a commit included that was cut off
when all of it was on the disk and nobody could see it yet. Then the others go on.

When every saga has ended, one more thing is waited for before the books are read: that each event that was published
was handled by all whom it concerns, also those that come a second time because of a kill.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from participants.shop.choreographed.demo.cast import BUS, DECLARED, OBSERVER, STOREFRONT, Cast
from participants.shop.choreographed.demo.databases import count_unpublished
from participants.shop.demo.client import ends
from participants.shop.demo.errors import DemoError
from participants.shop.demo.hold import have_come, hold, to_payment
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.orders import End
from participants.shop.demo.processes import Processes
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting
from participants.shop.demo.stall import Stall

KILL_FROM, KILL_EVERY, KILL_UNTIL = 0.1, 0.1, 0.9
# A kill may come when its share has ended, and meets those let in just then. Before that no more are let in than this
# share more: with those, too, all of whom might have ended meanwhile, no kill is later than it may be.
LET_IN = 0.1
# Several times within the life of a saga, however fast the machine.
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Kill:
    """A process to kill, and when."""

    name: str
    share: float
    """Not before this share of all sagas has ended."""

    def is_the_moment(self, seen: Snapshot, orders: int) -> bool:
        """Says whether this is it: late enough, not too late, sagas both going forward and being undone."""
        both = seen.states["RUNNING"] > 0 and seen.states["COMPENSATING"] > 0
        return both and self.is_due(seen, orders) and seen.ended / orders <= KILL_UNTIL

    def is_due(self, seen: Snapshot, orders: int) -> bool:
        """Says whether so many have ended."""
        return seen.ended / orders >= self.share


class Play:
    """One run of the demo.

    Arguments:
        setting: where, and which orders.
        processes: starts and kills.
        screen: where it is told.
    """

    def __init__(self, setting: Setting, processes: Processes, screen: Screen) -> None:
        self._setting = setting
        self._processes = processes
        self._screen = screen
        self._cast = Cast(setting, processes)
        # The storefront first, while carts are still to come; the observer last.
        victims = (STOREFRONT, BUS, *DECLARED, OBSERVER)
        self._kills = [Kill(name, KILL_FROM + number * KILL_EVERY) for number, name in enumerate(victims)]
        self._stall = Stall()

    async def run(self) -> dict[str, End]:
        """Plays the demo to its end; returns how each saga ended, by id, as the observer has it.

        Raises:
            DemoError: the orders leave a kill nobody to meet, a process died unasked, or nothing moved for a minute.
        """
        met = [self._who_is_met(kill) for kill in self._kills]
        await self._cast.start()
        names, orders = ", ".join(self._cast.names), len(self._setting.orders)
        self._screen.say(f"{names} are up; {orders:,} orders to place")
        await self._cast.open_storefront()
        for kill, sagas in zip(self._kills, met, strict=True):
            await self._cast.let_in(self._count(kill.share + LET_IN))
            await self._until(lambda seen, kill=kill: kill.is_due(seen, orders))  # type: ignore[misc]
            await self._hold(kill, sagas)
            await self._until(lambda seen, kill=kill: kill.is_the_moment(seen, orders) and self._kill(kill))  # type: ignore[misc]
            await self._cast.restart(kill.name)
            self._screen.say(f"{kill.name} is up again")
        await self._cast.let_in(orders)
        await self._until(lambda seen: seen.ended >= orders)
        await self._until_quiet()
        async with self._cast.client() as client:
            # A step is named `service.reaction` there, and the reaction as the step of the orchestrated shop.
            return {
                saga_id: end._replace(step=end.step.rpartition(".")[2]) for saga_id, end in (await ends(client)).items()
            }

    def _count(self, share: float) -> int:
        return round(share * len(self._setting.orders))

    def _who_is_met(self, kill: Kill) -> set[str]:
        """Those let in when a kill is due that come to payment. Raises DemoError if it would not take and refuse some."""
        before = kill.share + LET_IN
        return to_payment(self._setting.orders[self._count(before) : self._count(before + LET_IN)], placed=True)

    async def _hold(self, kill: Kill, met: set[str]) -> None:
        """Lets customers in, and holds their sagas where each still goes on in its direction, and none can end."""
        await hold(
            self._processes,
            self._cast["payment"],
            self._cast["order"],
            lambda: self._cast.let_in(self._count(kill.share + 2 * LET_IN)),
            lambda: self._until(lambda _seen: have_come(met, self._setting.folder)),
        )

    async def _until(self, it_is_so: Callable[[Snapshot], bool]) -> None:
        """Watches the orders till the log shows what is waited for.

        Raises:
            DemoError: a process died unasked, or nothing moved for a minute.
        """
        while True:
            self._processes.check()
            seen = read_log(self._setting.log)
            self._screen.progress(seen.ended, len(self._setting.orders), seen.open)
            if it_is_so(seen):
                return
            self._stall.look(seen)
            await asyncio.sleep(POLL_SECONDS)

    def _kill(self, kill: Kill) -> bool:
        """Kills a process if the log shows its moment while all stands still, and ends the hold; says whether it did.

        Raises:
            DemoError: after the kill it shows nothing that is left to do.
        """
        log, orders, order = self._setting.log, len(self._setting.orders), self._cast["order"]
        with self._processes.frozen():
            if not kill.is_the_moment(read_log(log), orders):
                return False
            self._cast.kill(kill.name)
            found = read_log(log)
        if kill.name != "order":
            self._processes.resume(order)
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

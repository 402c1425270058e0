"""The demo's course: start, order, kill in the middle, start again, wait for the end.

The kill. It must hit when the saga log shows 30 % to 70 % of the sagas ended, with some going forward and some being
undone; so the moment is made, not timed. Orders are let in a share at a time, so that the log can't come past the middle
before the kill, and more are held (`hold`) so that it must show some on either way. Then the others are let in: they are
still being started when the kill comes, so some requests lose their answer and are sent again with the same `saga_id`.
The log's file is read many times a second, which asks nothing of the orchestrator; when it shows the moment, the
orchestrator is frozen (SIGSTOP), the file is read again, and only if it still shows the moment is the process killed
(SIGKILL); else it goes on. After the kill the file is read once more and asserted: what it shows is what the next
orchestrator finds.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from participants.shop.demo import client
from participants.shop.demo.errors import DemoError
from participants.shop.demo.hold import have_come, hold, to_payment
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.orders import End
from participants.shop.demo.processes import Child, Processes
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting
from participants.shop.demo.stall import Stall
from sagaway.client import Client
from sagaway.definitions import load_definition

SERVICES = ("order", "inventory", "payment")
DEFINITION = Path(__file__).parent.parent / "place_order.yaml"
STARTS_AT_ONCE = 32
# Of all orders. The kill is near once `KILL_FROM` have ended; so many are let in before that. The next ones, to `HELD`,
# come to payment while it is held. So when all the others are let in between 30 % and 50 % have ended, and will have.
KILL_FROM, FIRST, HELD = 0.3, 0.35, 0.5
POLL_SECONDS = 0.02
WATCH_SECONDS = 0.25
# Between making room for new starts and the kill, so that it hits some of them.
LET_STARTS_OUT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Ending:
    """What a play comes to."""

    ends: dict[str, End]
    """How each saga stands, by id."""
    at_the_kill: Snapshot
    """What the log's file showed right after the kill."""
    cut_off: int
    """Starts that were under way at the kill and had to be sent again."""
    found: int
    """Those of them whose saga had been committed before the kill."""


class Play:
    """One run of the demo.

    Arguments:
        setting: where, and which orders.
        addresses: four free ones: the orchestrator's and the services'.
        processes: starts and kills.
        client_: of the orchestrator.
        screen: where it is told.
    """

    def __init__(
        self, setting: Setting, addresses: Sequence[str], processes: Processes, client_: Client, screen: Screen
    ) -> None:
        self._setting = setting
        self._addresses = addresses
        self._processes = processes
        self._client = client_
        self._screen = screen
        self._definition = load_definition(DEFINITION)
        self._room = asyncio.Condition()
        self._let_in = 0
        self._under_way: set[str] = set()
        self._cut_off = 0
        self._found = 0
        self._stall = Stall()

    async def run(self) -> Ending:
        """Plays the demo to its end.

        Raises:
            DemoError: the orders leave the kill nobody to meet, a process died, or nothing moved for a minute.
        """
        orders = self._setting.orders
        met = to_payment(orders[self._count(FIRST) : self._count(HELD)], placed=False)
        server = self._start_orchestrator()
        services = {name: self._start_service(name, self._addresses[place]) for place, name in enumerate(SERVICES, 1)}
        await client.until_serving([server, *services.values()])
        await client.register(self._client, list(services.values()), self._definition)
        self._screen.say(f"orchestrator and {', '.join(SERVICES)} are up; {len(orders):,} orders to place")
        try:
            # Together: whatever fails first ends the others, also while they wait for an orchestrator that is gone.
            async with asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(self._watch())
                starts = tasks.create_task(self._start_orders())
                await self._come_to_the_middle(services, met)
                found = await self._kill(server)
                self._processes.resume(services["order"])
                await client.until_serving([self._start_orchestrator()])
                self._screen.say("the orchestrator is up again on the same log")
                await self._until(lambda seen: seen.ended + seen.states["STUCK"] >= len(orders))
                await starts
                watch.cancel()
        except ExceptionGroup as group:
            raise first_of(group) from group
        return Ending(await client.ends(self._client), found, self._cut_off, self._found)

    def _count(self, share: float) -> int:
        return round(share * len(self._setting.orders))

    def _start_orchestrator(self) -> Child:
        address = self._addresses[0]
        arguments = ["serve", "--database", str(self._setting.log), "--listen", address, "--drain-seconds", "2"]
        return self._processes.start("orchestrator", address, ["orchestrator.cli.main", *arguments])

    def _start_service(self, name: str, address: str) -> Child:
        database = self._setting.folder / f"{name}.db"
        arguments = ["--database", str(database), "--listen", address, "--seed", str(self._setting.seed)]
        return self._processes.start(name, address, [f"participants.shop.{name}", *arguments])

    async def _start_orders(self) -> None:
        """Starts every order's saga, a few at once, and never more than are let in."""
        orders = enumerate(self._setting.orders, 1)

        async def start_some() -> None:
            for place, order in orders:
                async with self._room:
                    await self._room.wait_for(lambda place=place: place <= self._let_in)  # type: ignore[misc]
                self._under_way.add(order.saga_id)
                self._found += not await client.start(self._client, self._definition.name, order)
                self._under_way.remove(order.saga_id)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(STARTS_AT_ONCE):
                tasks.create_task(start_some())

    async def _let_in_until(self, share: float) -> None:
        """Lets orders be started, up to this share of all."""
        async with self._room:
            self._let_in = self._count(share)
            self._room.notify_all()

    async def _watch(self) -> None:
        """Raises DemoError once a child has died unasked."""
        while True:
            self._processes.check()
            await asyncio.sleep(WATCH_SECONDS)

    async def _until(self, it_is_so: Callable[[Snapshot], bool]) -> None:
        """Watches the orders till the log shows what is waited for.

        Raises:
            DemoError: nothing has moved for a minute.
        """
        while True:
            seen = read_log(self._setting.log)
            self._screen.progress(seen.ended, len(self._setting.orders), seen.open)
            if it_is_so(seen):
                return
            self._stall.look(seen)
            await asyncio.sleep(POLL_SECONDS)

    async def _come_to_the_middle(self, services: Mapping[str, Child], met: set[str]) -> None:
        """Places orders till the middle is near, and makes sure that it will come; the order service stands still then."""
        await self._let_in_until(FIRST)
        await self._until(lambda seen: seen.ended >= KILL_FROM * len(self._setting.orders))
        await hold(
            self._processes,
            services["payment"],
            services["order"],
            lambda: self._let_in_until(HELD),
            lambda: self._until(lambda _seen: have_come(met, self._setting.folder)),
        )
        await self._until(lambda seen: seen.states["COMPENSATING"] > 0)
        await self._let_in_until(1)

    async def _kill(self, server: Child) -> Snapshot:
        """Kills the orchestrator as soon as the log shows the middle; returns what it shows then.

        Raises:
            DemoError: what the log shows after the kill is not what was to be shown.
        """
        orders = len(self._setting.orders)
        while True:
            await self._until(lambda seen: seen.is_in_the_middle(orders))
            await asyncio.sleep(LET_STARTS_OUT_SECONDS)
            self._processes.stop(server)
            if read_log(self._setting.log).is_in_the_middle(orders):
                break
            self._processes.resume(server)
        self._processes.kill(server)
        found = read_log(self._setting.log)
        if not found.is_in_the_middle(orders):
            raise DemoError(f"after the kill the log does not show the middle of {orders:,} orders: {found}")
        self._cut_off = len(self._under_way)
        self._screen.say(f"killed the orchestrator (SIGKILL) with {found.ended / orders:.0%} ended: {found}", "bold")
        return found


def first_of(group: ExceptionGroup[Exception]) -> Exception:
    """The first failure of tasks that ran together."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, ExceptionGroup) else first

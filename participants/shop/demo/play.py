"""The demo's course: start, order, kill in the middle, start again, wait for the end.

The kill. It must hit when the saga log shows 30 % to 70 % of the sagas ended, with some going forward and some being
undone; so the moment is chosen, not timed. The log's file is read many times a second, which asks nothing of the
orchestrator; when it shows that the moment may be right, the orchestrator is frozen (SIGSTOP), the file is read again,
and only if it still shows the moment is the process killed (SIGKILL); else it goes on. After the kill the file is read
once more and asserted: what it shows is what the next orchestrator finds.

How many orders are open at once is bounded, so that both shares, of all orders and of the sagas started so far, are
in the middle together; and orders are still being started when the kill comes, so some requests lose their answer
and are sent again with the same `saga_id`.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from participants.shop.demo import client
from participants.shop.demo.errors import DemoError
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.orders import End
from participants.shop.demo.processes import Child, Processes
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting
from sagaway.client import Client
from sagaway.definitions import load_definition

SERVICES = ("order", "inventory", "payment")
DEFINITION = Path(__file__).parent.parent / "place_order.yaml"
STARTS_AT_ONCE = 32
OPEN_SHARE = 0.4
MOST_OPEN = 900
KILL_FROM = 0.45
# Several times within the life of a saga, however fast the machine: no wave of starts goes by unseen.
POLL_SECONDS = 0.02
WATCH_SECONDS = 0.25
# Between making room for new starts and the kill, so that it hits some of them.
LET_STARTS_OUT_SECONDS = 0.05
STALL_SECONDS = 60.0


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
        self._started: set[str] = set()
        self._under_way: set[str] = set()
        self._ended = 0
        self._cut_off = 0
        self._found = 0
        self._at_the_kill: Snapshot | None = None

    async def run(self) -> Ending:
        """Plays the demo to its end.

        Raises:
            DemoError: a process died, the moment of the kill could not be had, or nothing moved for a minute.
        """
        server = self._start_orchestrator()
        services = [self._start_service(name, self._addresses[place]) for place, name in enumerate(SERVICES, 1)]
        await client.until_serving([server, *services])
        await client.register(self._client, services, self._definition)
        self._screen.say(
            f"orchestrator and {', '.join(SERVICES)} are up; {len(self._setting.orders):,} orders to place"
        )
        try:
            # Together: whatever fails first ends the others, also while they wait for an orchestrator that is gone.
            async with asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(self._watch())
                starts = tasks.create_task(self._start_orders())
                await self._follow(server)
                await starts
                watch.cancel()
        except ExceptionGroup as group:
            raise first_of(group) from group
        if self._at_the_kill is None:
            raise DemoError("the orders ended before the orchestrator could be killed in the middle")
        return Ending(await client.ends(self._client), self._at_the_kill, self._cut_off, self._found)

    def _start_orchestrator(self) -> Child:
        address = self._addresses[0]
        arguments = ["serve", "--database", str(self._setting.log), "--listen", address, "--drain-seconds", "2"]
        return self._processes.start("orchestrator", address, ["orchestrator.cli.main", *arguments])

    def _start_service(self, name: str, address: str) -> Child:
        database = self._setting.folder / f"{name}.db"
        arguments = ["--database", str(database), "--listen", address, "--seed", str(self._setting.seed)]
        return self._processes.start(name, address, [f"participants.shop.{name}", *arguments])

    async def _start_orders(self) -> None:
        """Starts every order's saga, a few at once, and never more open ones than there is room for."""
        most_open = min(MOST_OPEN, max(1, int(OPEN_SHARE * len(self._setting.orders))))
        orders = iter(self._setting.orders)

        async def start_some() -> None:
            for order in orders:
                async with self._room:
                    await self._room.wait_for(lambda: self._open() < most_open)
                    self._under_way.add(order.saga_id)
                self._found += not await client.start(self._client, self._definition.name, order)
                self._under_way.remove(order.saga_id)
                self._started.add(order.saga_id)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(STARTS_AT_ONCE):
                tasks.create_task(start_some())

    def _open(self) -> int:
        """How many sagas are open or about to be, as far as is known."""
        return len(self._started) + len(self._under_way) - self._ended

    async def _watch(self) -> None:
        """Raises DemoError once a child has died unasked."""
        while True:
            self._processes.check()
            await asyncio.sleep(WATCH_SECONDS)

    async def _follow(self, server: Child) -> None:
        """Watches the orders till all have ended or are stuck, and kills the orchestrator on the way."""
        clock = asyncio.get_running_loop().time
        last_move, last_seen = clock(), Snapshot(Counter())
        while True:
            seen = await self._look()
            if seen != last_seen:
                last_move, last_seen = clock(), seen
            elif clock() > last_move + STALL_SECONDS:
                raise DemoError(f"nothing has moved for {STALL_SECONDS:.0f} s: {seen}")
            if seen.ended + seen.states["STUCK"] >= len(self._setting.orders):
                return
            if self._at_the_kill is None and self._may_be_the_moment(seen) and await self._kill(server):
                server = self._start_orchestrator()
                await client.until_serving([server])
                self._screen.say("the orchestrator is up again on the same log")
                last_move = clock()
            await asyncio.sleep(POLL_SECONDS)

    async def _look(self) -> Snapshot:
        """Reads the log's file, makes room for as many starts as have ended, and shows how far the orders are."""
        seen = read_log(self._setting.log)
        async with self._room:
            self._ended = seen.ended
            self._room.notify_all()
        self._screen.progress(seen.ended, len(self._setting.orders), seen.open)
        return seen

    def _may_be_the_moment(self, seen: Snapshot) -> bool:
        """Says whether it is worth freezing the orchestrator to look again."""
        orders = len(self._setting.orders)
        return seen.ended >= KILL_FROM * orders and seen.is_in_the_middle(orders)

    async def _kill(self, server: Child) -> bool:
        """Kills the orchestrator if the log shows the middle; says whether it did.

        Raises:
            DemoError: what the log shows after the kill is not what was to be shown.
        """
        orders = len(self._setting.orders)
        await asyncio.sleep(LET_STARTS_OUT_SECONDS)
        self._processes.stop(server)
        if not read_log(self._setting.log).is_in_the_middle(orders):
            self._processes.resume(server)
            return False
        self._processes.kill(server)
        found = read_log(self._setting.log)
        if not found.is_in_the_middle(orders):
            raise DemoError(f"after the kill the log does not show the middle of {orders:,} orders: {found}")
        self._at_the_kill, self._cut_off = found, len(self._under_way)
        self._screen.say(f"killed the orchestrator (SIGKILL) with {found.ended / orders:.0%} ended: {found}", "bold")
        return True


def first_of(group: ExceptionGroup[Exception]) -> Exception:
    """The first failure of tasks that ran together."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, ExceptionGroup) else first

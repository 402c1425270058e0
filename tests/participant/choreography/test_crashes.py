"""Death at each point between effect, commit, publish, mark and acknowledgement: no effect twice, no event lost.

On both buses. What a process that dies leaves to the next one is the database and the bus, and nothing else.
"""

import asyncio
from collections.abc import Iterable

import pytest

from sagaway.bus import Bus, BusUnavailableError, Delivery, Event, Handler, Policy, Reach, Redeliver, Subscription
from sagaway.participant import transaction as transactions
from sagaway.participant.choreography import EventCall
from sagaway.participant.choreography import rows as choreography_rows
from sagaway.participant.errors import database_unavailable
from tests.bus.worlds import WINDOW, World, drained
from tests.participant.choreography.warehouse import (
    PAYMENT_FAILED,
    RELEASED,
    RESERVED,
    Warehouse,
    effects,
    order,
    serving,
    waiting,
    watch,
)
from tests.participant.conftest import ON_SYNC, Database

pytestmark = ON_SYNC
DURABLE = "inventory.reserve"


class Between(Bus):
    """A bus that does what it is asked to and then fails once, at publishing or at acknowledging, as a kill would."""

    def __init__(self, bus: Bus, *, publish: int = 0, handle: int = 0) -> None:
        self.inner = bus
        self.publish_faults = publish
        self.handle_faults = handle
        self.published: list[str] = []

    async def publish(self, event: Event, *, message_id: str) -> bool:
        stored = await self.inner.publish(event, message_id=message_id)
        self.published.append(message_id)
        if self.publish_faults:
            self.publish_faults -= 1
            raise BusUnavailableError("died between publish and mark")
        return stored

    async def subscribe(
        self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None
    ) -> Subscription:
        async def handle(delivery: Delivery) -> None:
            await handler(delivery)
            if self.handle_faults:
                self.handle_faults -= 1
                raise Redeliver("died between commit and acknowledgement")

        return await self.inner.subscribe(durable, types, handle, policy)

    async def backlog(self, durable: str) -> int:
        return await self.inner.backlog(durable)

    async def reach(self, durable: str) -> Reach:
        return await self.inner.reach(durable)

    async def dead_letters(self, *, after: int = 0, limit: int = 100):  # type: ignore[no-untyped-def]
        return await self.inner.dead_letters(after=after, limit=limit)

    async def replay(self, letter_id: int) -> None:
        await self.inner.replay(letter_id)

    async def discard(self, letter_id: int) -> None:
        await self.inner.discard(letter_id)

    async def close(self) -> None:
        await self.inner.close()


async def one_saga(bus: Bus, asked: Bus) -> list[str]:
    """Order and compensate, and return the types that a third party saw."""
    watcher = await watch(bus)
    for event, told in ((order("o-1"), RESERVED), (order("o-1", PAYMENT_FAILED), RELEASED)):
        await bus.publish(event, message_id=event.id)
        await watcher.sees(told, "o-1")
        await drained(asked, DURABLE)
    await drained(bus, "watcher")
    return watcher.of("o-1")


async def test_between_commit_and_acknowledgement(books: Database, world: World) -> None:
    bus = await world.connect()
    between = Between(bus, handle=1)
    async with serving(Warehouse(books.engine()), between):
        seen = await one_saga(bus, between)
    assert not between.handle_faults
    assert seen.count(RESERVED) == seen.count(RELEASED) == 1
    assert effects(books, "o-1") == (1, 1)


async def test_between_publish_and_mark(books: Database, world: World) -> None:
    bus = await world.connect()
    between = Between(bus, publish=2)
    async with serving(Warehouse(books.engine()), between):
        seen = await one_saga(bus, between)
    assert len(between.published) == 4
    assert len(set(between.published)) == 2
    assert seen.count(RESERVED) == seen.count(RELEASED) == 1
    assert waiting(books) == 0


async def test_between_publish_and_mark_for_longer_than_the_bus_remembers(books: Database, world: World) -> None:
    bus, died = await world.connect(), asyncio.Event()

    class Dies(Between):
        async def publish(self, event: Event, *, message_id: str) -> bool:
            await self.inner.publish(event, message_id=message_id)
            died.set()
            raise BusUnavailableError("died")

    first = serving(Warehouse(books.engine()), Dies(bus))
    await first.start()
    await bus.publish(order("o-1"), message_id="1")
    await died.wait()
    await first.stop()
    assert waiting(books) == 1
    await asyncio.sleep(WINDOW.total_seconds() * 1.2)
    # A downstream participant of the same kind: its inbox knows the event that the bus does not.
    async with serving(Warehouse(books.engine()), bus):
        watcher = await watch(bus)
        await watcher.sees(RESERVED, "o-1")
        async with asyncio.timeout(10):
            while waiting(books):
                await asyncio.sleep(0.01)
        await drained(bus, DURABLE)
    assert effects(books, "o-1") == (1, 0)


async def test_between_effect_and_commit(books: Database, world: World) -> None:
    bus, warehouse = await world.connect(), Warehouse(books.engine())

    def die_once(call: EventCall) -> None:
        if call.context.attempt == 1:
            raise ConnectionError("died between effect and commit")

    warehouse.deed = die_once
    async with serving(warehouse, bus):
        seen = await one_saga(bus, bus)
    assert [call.context.attempt for call in warehouse.calls] == [1, 2]
    assert seen.count(RESERVED) == 1
    assert effects(books, "o-1") == (1, 1)


@pytest.mark.parametrize("commits", [True, False])
async def test_a_commit_of_unknown_outcome(
    books: Database, world: World, monkeypatch: pytest.MonkeyPatch, commits: bool
) -> None:
    bus, commit, faults = await world.connect(), transactions._commit, 2

    def lose(connection) -> None:  # type: ignore[no-untyped-def]
        nonlocal faults
        if not faults:
            commit(connection)
            return
        faults -= 1
        if commits:
            commit(connection)
        else:
            connection.rollback()
        raise database_unavailable("The outcome of the commit is unknown")

    monkeypatch.setattr(transactions, "_commit", lose)
    warehouse = Warehouse(books.engine())
    async with serving(warehouse, bus):
        seen = await one_saga(bus, bus)
    assert not faults
    assert seen.count(RESERVED) == seen.count(RELEASED) == 1
    assert effects(books, "o-1") == (1, 1)
    # A database that is away costs no delivery.
    assert {call.context.attempt for call in warehouse.calls} == {1}


async def test_a_process_that_dies_in_the_function_leaves_it_to_the_next(books: Database, world: World) -> None:
    mine, other = await world.connect(), await world.connect()
    first, entered = Warehouse(books.engine()), asyncio.Event()
    loop, forever = asyncio.get_running_loop(), asyncio.Event()

    def hang(call: EventCall) -> None:
        loop.call_soon_threadsafe(entered.set)
        # The thread waits; the process is dead to the bus meanwhile.
        asyncio.run_coroutine_threadsafe(forever.wait(), loop).result(20)
        raise ConnectionError("the process is gone")

    first.deed = hang
    serving_first = serving(first, mine)
    await serving_first.start()
    await other.publish(order("o-1"), message_id="1")
    await entered.wait()
    crashing = asyncio.create_task(world.crash(mine))
    await asyncio.sleep(0)
    forever.set()
    await crashing
    watcher = await watch(other)
    async with serving(Warehouse(books.engine()), other):
        await watcher.sees(RESERVED, "o-1")
        await drained(other, DURABLE)
    assert effects(books, "o-1") == (1, 0)
    serving_first._subscriptions.clear()
    await serving_first.stop()


async def test_a_relay_that_dies_after_it_read_leaves_its_rows_to_the_next(
    books: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, marks = await world.connect(), 0
    mark = choreography_rows.mark_published

    def die_once(*arguments) -> None:  # type: ignore[no-untyped-def]
        nonlocal marks
        marks += 1
        if marks == 1:
            raise ConnectionError("died before the mark was committed")
        mark(*arguments)

    monkeypatch.setattr(choreography_rows, "mark_published", die_once)
    async with serving(Warehouse(books.engine()), bus):
        seen = await one_saga(bus, bus)
    assert marks >= 3
    assert seen.count(RESERVED) == seen.count(RELEASED) == 1
    assert waiting(books) == 0

"""Two processes meet in one saga; and the database is busy for longer than a transaction waits."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from sagaway.bus import Bus, MemoryBroker, MemoryBus
from tests.bus.worlds import drained, until
from tests.participant.choreography.warehouse import (
    PAYMENT_FAILED,
    QUICK,
    RELEASED,
    RESERVED,
    Warehouse,
    effects,
    order,
    serving,
    watch,
)
from tests.participant.conftest import ON_SQLITE, POSTGRESQL, Database
from tests.participant.inventory import Gate

DURABLE = "inventory.reserve"
ONE = replace(QUICK, concurrency=1)


@pytest.mark.parametrize("database", POSTGRESQL[:1], indirect=True)
async def test_a_compensation_waits_for_what_another_process_has_under_way(
    books: Database, caplog: pytest.LogCaptureFixture
) -> None:
    broker, gate = MemoryBroker(), Gate()
    first, second = Warehouse(books.engine()), Warehouse(books.engine())
    first.deed = lambda _: gate.stop_here()
    bus = MemoryBus(broker)
    watcher = await watch(bus)
    async with serving(first, MemoryBus(broker), policy=ONE):
        await bus.publish(order("o-1"), message_id="1")
        await gate.entered()
        async with serving(second, MemoryBus(broker), policy=ONE):
            await bus.publish(order("o-1", PAYMENT_FAILED), message_id="2")
            await until(lambda: "reaction reserve: the database is busy or away" in caplog.text)
            assert effects(books, "o-1") == (0, 0)
            gate.open()
            await watcher.sees(RELEASED, "o-1")
            await drained(bus, DURABLE)
    assert (len(first.calls), len(second.undone)) == (1, 1)
    assert effects(books, "o-1") == (1, 1)
    assert watcher.of("o-1")[-2:] == [RESERVED, RELEASED]


async def test_many_processes_and_doubled_events_in_any_order(books: Database) -> None:
    broker = MemoryBroker()
    bus = MemoryBus(broker)
    watcher = await watch(bus)
    warehouses = [Warehouse(books.engine(), workers=4) for _ in range(3)]
    services = [serving(warehouse, MemoryBus(broker)) for warehouse in warehouses]
    for service in services:
        await service.start()
    for number in range(60):
        events = [order(f"o-{number}"), order(f"o-{number}"), order(f"o-{number}", PAYMENT_FAILED)]
        for turn, event in enumerate(events[number % 3 :] + events[: number % 3]):
            await bus.publish(event, message_id=f"{number}/{turn}")
    for number in range(60):
        await watcher.sees(RELEASED, f"o-{number}")
    await drained(bus, DURABLE)
    for service in services:
        await service.stop()
    found = {effects(books, f"o-{number}") for number in range(60)}
    assert found <= {(1, 1), (0, 0)}
    assert (0, 0) in found
    assert (1, 1) in found
    assert not await bus.dead_letters()


@ON_SQLITE
async def test_a_database_that_is_busy_costs_no_delivery(
    books: Database, bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse, watcher = Warehouse(books.engine("?timeout=0.02")), await watch(bus)
    async with serving(warehouse, bus):
        with books.reader.connect() as other:
            other.execute(text("BEGIN IMMEDIATE"))
            await bus.publish(order("o-1"), message_id="1")
            # More often than there are deliveries.
            await until(lambda: caplog.text.count("the database is busy or away") > QUICK.max_deliveries)
            assert await bus.backlog(DURABLE) == 1
        await watcher.sees(RESERVED, "o-1")
        await asyncio.wait_for(drained(bus, DURABLE), 10)
    assert [call.context.attempt for call in warehouse.calls] == [1]

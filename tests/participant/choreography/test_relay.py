"""The relay: each saga's events in their order, none lost, none overtaken; and events that your own code emits."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from sagaway.bus import BusUnavailableError, Event, EventInvalidError, MemoryBroker, MemoryBus
from sagaway.participant.choreography import Emit, Relay, UndeclaredEventError, rows
from sagaway.participant.choreography.tables import outbox_table
from tests.bus.worlds import until
from tests.participant.choreography.warehouse import (
    CREATED,
    RESERVED,
    UNDECLARED,
    Warehouse,
    effects,
    order,
    serving,
    waiting,
    watch,
)
from tests.participant.conftest import ON_ONE, ON_POSTGRESQL, ON_SYNC, Database


class Choosy(MemoryBus):
    """Refuses what it is told to, or holds it."""

    def __init__(self, broker: MemoryBroker) -> None:
        super().__init__(broker)
        self.refuses: Callable[[Event], bool] = lambda _: False
        self.asked: list[str] = []
        self.hold: asyncio.Event | None = None

    async def publish(self, event: Event, *, message_id: str) -> bool:
        self.asked.append(event.id)
        if self.hold is not None:
            await self.hold.wait()
        if self.refuses(event):
            raise BusUnavailableError("not this one")
        return await super().publish(event, message_id=message_id)


def put(database: Database, *ids: str) -> None:
    """Write events into the outbox: `a-1` is of saga a."""
    now = datetime(2030, 1, 1, tzinfo=UTC)
    events = [order(each.partition("-")[0], id=each) for each in ids]
    with database.reader.begin() as connection:
        rows.insert_outbox(connection, rows.outbox_values("inventory", events, now))


def stored(broker: MemoryBroker) -> list[str]:
    from sagaway.bus import decode  # noqa: PLC0415

    return [decode(message.data).id for message in broker.messages]


async def test_each_saga_keeps_its_order_and_none_waits_for_another(books: Database) -> None:
    broker = MemoryBroker()
    bus = Choosy(broker)
    bus.refuses = lambda event: event.id == "a-1"
    put(books, "a-1", "a-2", "b-1", "b-2", "c-1", "a-3", "b-3")
    relay = Relay(Warehouse(books.engine()).participant, bus)
    running = asyncio.create_task(relay.run())
    await until(lambda: len(broker.messages) == 4)
    await until(lambda: bus.asked.count("a-1") > 4)
    assert stored(broker) == ["b-1", "c-1", "b-2", "b-3"]
    bus.refuses = lambda _: False
    await until(lambda: not waiting(books))
    assert stored(broker)[4:] == ["a-1", "a-2", "a-3"]
    relay.stop()
    await running


@ON_POSTGRESQL
async def test_a_row_that_another_relay_has_under_way_is_not_overtaken(books: Database) -> None:
    broker = MemoryBroker()
    slow, quick = Choosy(broker), Choosy(broker)
    slow.hold = asyncio.Event()
    put(books, "a-1", "a-2")
    mine, other = (Relay(Warehouse(books.engine()).participant, bus) for bus in (slow, quick))
    first = asyncio.create_task(mine.round())
    await until(lambda: slow.asked == ["a-1"])
    put(books, "b-1", "a-3")
    assert await other.round() == (1, True)
    assert await other.round() == (0, False)
    assert quick.asked == ["b-1"]
    slow.hold.set()
    assert await first == (1, True)
    assert await other.round() == (1, True)
    assert await mine.round() == (1, True)
    assert stored(broker) == ["b-1", "a-1", "a-2", "a-3"]


@ON_SYNC
async def test_an_outage_of_the_bus_loses_nothing(books: Database) -> None:
    broker = MemoryBroker()
    bus = MemoryBus(broker)
    watcher = await watch(bus)
    async with serving(Warehouse(books.engine()), bus):
        for number in range(20):
            await bus.publish(order(f"o-{number}"), message_id=f"{number}")
        await watcher.sees(RESERVED, "o-0")
        broker.down()
        await asyncio.sleep(0.05)
        broker.up()
        for number in range(20):
            await watcher.sees(RESERVED, f"o-{number}")
    assert {effects(books, f"o-{number}") for number in range(20)} == {(1, 0)}


async def test_a_stop_publishes_what_was_committed(books: Database) -> None:
    broker = MemoryBroker()
    service = serving(Warehouse(books.engine()), MemoryBus(broker))
    await service.start()
    put(books, *(f"a-{number}" for number in range(20)))
    await service.stop()
    assert stored(broker) == [f"a-{number}" for number in range(20)]
    assert waiting(books) == 0


async def emit(engine: Engine | AsyncEngine, warehouse: Warehouse, *, fail: bool = False, **given: str) -> None:
    """Start a saga in a transaction of one's own."""
    event = Emit(CREATED, {"do": "complete", "quantity": 1})
    if isinstance(engine, AsyncEngine):
        async with engine.begin() as outer:
            await warehouse.choreography.emit(outer, "o-1", event, **given)
            if fail:
                raise ZeroDivisionError
        return
    with engine.begin() as connection:
        warehouse.choreography.emit(connection, "o-1", event, **given)
        if fail:
            raise ZeroDivisionError


async def test_ones_own_code_starts_a_saga_with_its_commit(books: Database) -> None:
    engine = books.engine()
    warehouse, bus = Warehouse(engine), MemoryBus(MemoryBroker())
    watcher = await watch(bus)
    async with serving(warehouse, bus):
        with pytest.raises(ZeroDivisionError):
            await emit(engine, warehouse, fail=True)
        await emit(engine, warehouse, namespace="shop", event_id="mine")
        started = await watcher.sees(CREATED, "o-1")
        await watcher.sees(RESERVED, "o-1")
        with pytest.raises(IntegrityError):
            await emit(engine, warehouse, event_id="mine")
    assert (started.id, started.namespace, started.correlation_id, started.causation_id) == ("mine", "shop", "o-1", "")
    assert watcher.of("o-1") == [CREATED, RESERVED]


async def test_the_relay_of_ones_own_process_need_not_look_for_what_ones_own_code_emits(books: Database) -> None:
    engine = books.engine()
    warehouse, bus = Warehouse(engine), MemoryBus(MemoryBroker())
    watcher = await watch(bus)
    service = serving(warehouse, bus, poll=timedelta(hours=1))
    async with service:
        await until(lambda: not service._relay._news.is_set())
        await emit(engine, warehouse)
        await watcher.sees(RESERVED, "o-1")
    # Nobody listens any more, in whatever loop comes next.
    service._relay._news.clear()
    await emit(engine, warehouse)
    await asyncio.sleep(0)
    assert not service._relay._news.is_set()


@ON_ONE
async def test_what_is_not_declared_or_no_event_can_not_start_a_saga(books: Database) -> None:
    engine = books.engine()
    warehouse = Warehouse(engine)
    assert isinstance(engine, Engine)
    with engine.begin() as connection:
        with pytest.raises(UndeclaredEventError, match="add it to Choreography"):
            warehouse.choreography.emit(connection, "o-1", Emit(UNDECLARED))
        with pytest.raises(EventInvalidError, match=r"^subject: "):
            warehouse.choreography.emit(connection, "an order", Emit(CREATED))
        assert connection.execute(select(outbox_table)).first() is None


@ON_SYNC
async def test_the_relay_does_not_read_through_all_that_was_ever_published(books: Database) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    events = [order(f"o-{number}") for number in range(5000)]
    with books.reader.begin() as connection:
        values = rows.outbox_values("inventory", events, now)
        published = [row | {"state": "PUBLISHED", "publish_time": now} for row in values]
        connection.execute(insert(outbox_table), published)
    put(books, "a-1", "a-2", "b-1")
    explain = "EXPLAIN QUERY PLAN " if books.is_sqlite else "EXPLAIN "
    plan: list[str] = []

    def explaining(connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("EXPLAIN"):
            plan.extend(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))

    with books.reader.connect() as connection:
        connection.execute(text("ANALYZE"))
        event.listen(connection, "after_cursor_execute", explaining)
        assert [row.saga for row in rows.oldest_waiting(connection, "inventory", 10)] == [
            ("default", "a"),
            ("default", "b"),
        ]
    told = "\n".join(plan)
    partial = told.count("sagaway_outbox_next") + told.count("sagaway_outbox_waiting")
    assert partial == 2, told
    assert "SCAN " not in told, told
    assert "Seq Scan" not in told, told

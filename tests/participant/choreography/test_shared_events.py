"""On SQLite events of different sagas that are ready at the same time share a transaction, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from opentelemetry import trace
from sqlalchemy import Engine, event, text

from sagaway.bus import Bus, Event
from sagaway.participant.choreography import ChoreographyService, sharing
from tests.bus.worlds import drained, until
from tests.participant.choreography.test_tracing import Finished, context, finished, named, of
from tests.participant.choreography.warehouse import (
    CANCELLED,
    CREATED,
    QUICK,
    REJECTED,
    RELEASED,
    RESERVED,
    Warehouse,
    effects,
    order,
    serving,
    states,
    waiting,
    watch,
)
from tests.participant.conftest import ON_SQLITE, Database

__all__ = ["finished"]
pytestmark = ON_SQLITE
DURABLE = "inventory.reserve"
MANY = replace(QUICK, concurrency=32)


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may be slow; a transaction takes all that is there nevertheless."""
    monkeypatch.setattr(sharing, "LONGEST", 60.0)


@asynccontextmanager
async def meeting(books: Database, bus: Bus, service: ChoreographyService, *events: Event) -> AsyncIterator[None]:
    """Publish events while another process has the database, so that all wait when it lets go."""
    transactions = service._transactions
    with books.reader.connect() as other:
        other.execute(text("BEGIN IMMEDIATE"))
        yield
        for given in events:
            await bus.publish(given, message_id=given.id)
        # The first ones wait for the database, the others for them.
        await until(
            lambda: len(transactions._waiting) + sum(map(len, transactions._running.values())) == len(events),
        )


def commits(warehouse: Warehouse, order_of_things: list[str]) -> None:
    """Note each saga whose function ran, and each commit, in their order."""
    engine = warehouse.participant.engine
    sync = engine if isinstance(engine, Engine) else engine.sync_engine
    warehouse.deed = lambda call: order_of_things.append(call.context.saga_id)
    event.listen(sync, "commit", lambda _: order_of_things.append("COMMIT"))


async def test_each_event_has_its_own_end(books: Database, bus: Bus) -> None:
    warehouse, watcher, things = Warehouse(books.engine()), await watch(bus), list[str]()
    service = serving(warehouse, bus, policy=MANY)
    async with service:
        commits(warehouse, things)
        events = [order(f"o-{number}") for number in range(5)]
        others = [order("rejected", do="reject"), order("undone", CANCELLED), order("bad", do="fail")]
        async with meeting(books, bus, service, *events, *others, order("misused", do="commit"), order("last")):
            pass
        for given in (*events, order("last")):
            await watcher.sees(RESERVED, given.subject)
        await watcher.sees(REJECTED, "rejected")
        await watcher.sees(RELEASED, "undone")
        await drained(bus, DURABLE)
    assert {effects(books, saga) for saga in ("o-0", "o-1", "o-2", "o-3", "o-4", "last")} == {(1, 0)}
    assert {effects(books, saga) for saga in ("rejected", "undone", "bad", "misused")} == {(0, 0)}
    assert waiting(books) == 0
    # One raised, and the other one ended the transaction.
    assert {(letter.reason.split()[0], letter.deliveries) for letter in await bus.dead_letters()} == {
        ("reaction", QUICK.max_deliveries),
        ("the", QUICK.max_deliveries),
    }


async def test_they_are_one_commit_and_acknowledged_after_it(books: Database, bus: Bus) -> None:
    warehouse, watcher, things = Warehouse(books.engine()), await watch(bus), list[str]()
    service = serving(warehouse, bus, policy=MANY)
    async with service:
        commits(warehouse, things)
        events = [order(f"o-{number}") for number in range(12)]
        async with meeting(books, bus, service, *events, order("bad", do="fail")):
            assert await bus.backlog(DURABLE) == 0
        for given in events:
            await watcher.sees(RESERVED, given.subject)
        await drained(bus, DURABLE)
    handled = things[: things.index("o-11")]
    assert handled.count("COMMIT") <= 1, things
    assert len(states(books)) == 12


async def test_of_one_saga_there_is_one_at_a_time_and_in_order(books: Database, bus: Bus) -> None:
    warehouse, watcher, things = Warehouse(books.engine()), await watch(bus), list[str]()
    service = serving(warehouse, bus, policy=MANY)
    async with service:
        commits(warehouse, things)
        with books.reader.connect() as other:
            other.execute(text("BEGIN IMMEDIATE"))
            for number in range(3):
                for saga in "ab":
                    await bus.publish(order(saga, id=f"{saga}-{number}"), message_id=f"{saga}-{number}")
            await until(lambda: sum(map(len, service._transactions._running.values())) > 0)
        for saga in "ab":
            await watcher.sees(RESERVED, saga, 3)
    ran = [thing for thing in things if thing != "COMMIT"]
    assert sorted(ran) == ["a"] * 3 + ["b"] * 3
    for saga in "ab":
        assert [call.event.id for call in warehouse.calls if call.context.saga_id == saga] == [
            f"{saga}-{number}" for number in range(3)
        ]
        between = "".join("|" if thing == "COMMIT" else thing for thing in things).split("|")
        assert max(part.count(saga) for part in between) == 1, things


async def test_a_database_that_is_busy_costs_none_of_them_a_delivery(
    books: Database, bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse, watcher = Warehouse(books.engine("?timeout=0.02")), await watch(bus)
    service = serving(warehouse, bus, policy=MANY)
    async with service:
        with books.reader.connect() as other:
            other.execute(text("BEGIN IMMEDIATE"))
            for number in range(6):
                await bus.publish(order(f"o-{number}"), message_id=f"{number}")
            await until(lambda: caplog.text.count("the database is busy or away") > 6 * QUICK.max_deliveries)
        for number in range(6):
            await watcher.sees(RESERVED, f"o-{number}")
        await drained(bus, DURABLE)
    assert {call.context.attempt for call in warehouse.calls} == {1}


async def test_each_has_its_own_span(books: Database, bus: Bus, finished: Finished) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    current: dict[str, trace.SpanContext] = {}
    service = serving(warehouse, bus, policy=MANY)
    async with service:
        warehouse.deed = lambda call: current.update(
            {call.context.saga_id: trace.get_current_span().get_span_context()}
        )
        events = [
            replace(order(f"o-{number}"), traceparent=f"00-{number + 1:032x}-b7ad6b7169203331-01")
            for number in range(6)
        ]
        async with meeting(books, bus, service, *events):
            pass
        told = {f"o-{number}": await watcher.sees(RESERVED, f"o-{number}") for number in range(6)}
        await drained(bus, DURABLE)
    processed = {of(span)["saga.id"]: span for span in named(finished(), f"process {CREATED}")}
    created = {of(span)["saga.id"]: span for span in named(finished(), f"create {RESERVED}")}
    for number, saga in enumerate(told):
        mine = context(processed[saga])
        assert mine.trace_id == number + 1
        assert current[saga] == mine
        assert created[saga].parent == mine
        assert told[saga].traceparent.split("-")[2] == trace.format_span_id(context(created[saga]).span_id)
        assert [each.name for each in processed[saga].events] == ["transaction began", "transaction committed"]


async def test_a_stop_lets_all_of_them_end(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    service = serving(warehouse, bus, policy=MANY)
    await service.start()
    events = [order(f"o-{number}") for number in range(6)]
    async with meeting(books, bus, service, *events):
        pass
    await asyncio.wait_for(service.stop(), 10)
    await drained(bus, "watcher")
    assert [watcher.of(given.subject) for given in events] == [[CREATED, RESERVED]] * 6
    assert await bus.backlog(DURABLE) == 0

"""The participant under test: a warehouse that reacts to orders as the order's `do` says; and a look at its books."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sagaway.bus import EVERYTHING, Bus, Delivery, Event, Policy
from sagaway.participant import Participant, Rejected
from sagaway.participant.choreography import (
    Choreography,
    ChoreographyService,
    CompensateEventCall,
    Emit,
    EventCall,
    choreography_metadata,
)
from sagaway.participant.choreography.tables import inbox_table, outbox_table
from tests.bus.worlds import PATIENCE
from tests.participant.conftest import Database
from tests.participant.inventory import business, released, reserved

CREATED = "com.example.order.created.v1"
RESERVED = "com.example.inventory.reserved.v1"
LOW = "com.example.inventory.low.v1"
REJECTED = "com.example.inventory.rejected.v1"
PAYMENT_FAILED = "com.example.payment.failed.v1"
CANCELLED = "com.example.order.cancelled.v1"
RELEASED = "com.example.inventory.released.v1"
UNDECLARED = "com.example.inventory.exploded.v1"
QUICK = Policy(
    concurrency=8,
    first_backoff=timedelta(milliseconds=20),
    max_backoff=timedelta(milliseconds=100),
    ack_wait=timedelta(milliseconds=500),
    max_deliveries=4,
)


def order(saga: str, event_type: str = CREATED, *, id: str = "", do: str = "complete", **given: Any) -> Event:
    return Event(
        id=id or f"{saga}-{event_type}",
        source="/tests",
        type=event_type,
        subject=saga,
        time=datetime(2030, 1, 1, tzinfo=UTC),
        data={"do": do, "quantity": 2},
        correlation_id="cart-1",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        **given,
    )


class Warehouse:
    """Builds the choreography for either kind of engine; keeps what its functions were given."""

    def __init__(self, engine: Engine | AsyncEngine, *, starts: tuple[str, ...] = (CREATED,), **options: Any) -> None:
        self.participant = Participant("inventory", engine, business_tables=business, **options)
        self.choreography = Choreography(self.participant, starts=starts)
        self.calls: list[EventCall] = []
        self.undone: list[CompensateEventCall] = []
        self.deed: Callable[[EventCall], None] = lambda _: None
        self.undoing: Callable[[CompensateEventCall], object] = lambda _: None
        kind = _AsyncFunctions(self) if isinstance(engine, AsyncEngine) else _SyncFunctions(self)
        reserve = self.choreography.on(CREATED, name="reserve", completes=RESERVED, rejects=REJECTED, emits=[LOW])
        self.reserve = reserve(kind.reserve)
        self.reserve.compensation(on=[PAYMENT_FAILED, CANCELLED], announces=RELEASED)(kind.release)

    def did(self, call: EventCall) -> object:
        self.calls.append(call)
        self.deed(call)
        return _ANSWERS[call.input["do"]](call)

    def undid(self, call: CompensateEventCall) -> object:
        self.undone.append(call)
        return self.undoing(call)


def _effect(call: EventCall) -> Any:
    return insert(reserved).values(saga_id=call.context.saga_id, quantity=call.input["quantity"])


def _undoing(call: CompensateEventCall) -> Any:
    return insert(released).values(saga_id=call.context.saga_id, quantity=call.input["quantity"])


class _SyncFunctions:
    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def reserve(self, call: EventCall, transaction: Connection) -> object:
        transaction.execute(_effect(call))
        if call.input["do"] == "commit":
            transaction.commit()
        return self._warehouse.did(call)

    def release(self, call: CompensateEventCall, transaction: Connection) -> object:
        transaction.execute(_undoing(call))
        return self._warehouse.undid(call)


class _AsyncFunctions:
    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    async def reserve(self, call: EventCall, transaction: AsyncConnection) -> object:
        await transaction.execute(_effect(call))
        if call.input["do"] == "commit":
            await transaction.commit()
        return self._warehouse.did(call)

    async def release(self, call: CompensateEventCall, transaction: AsyncConnection) -> object:
        await transaction.execute(_undoing(call))
        return self._warehouse.undid(call)


def _reject(call: EventCall) -> object:
    raise Rejected("INSUFFICIENT_STOCK", "2 wanted, 1 left")


def _fail(call: EventCall) -> object:
    raise RuntimeError("secret")


_ANSWERS: dict[str, Callable[[EventCall], object]] = {
    "complete": lambda call: {"reservation": f"R-{call.context.saga_id}"},
    "commit": lambda _: None,
    "nothing": lambda _: None,
    "events": lambda _: [Emit(LOW, {"left": 1}), Emit(RESERVED, {"by": "hand"}), Emit(LOW, b"\x00")],
    "undeclared": lambda _: Emit(UNDECLARED),
    "unwritable": lambda _: {"a set": {1}},
    "reject": _reject,
    "fail": _fail,
}


class Watcher:
    """Sees every event on the bus, once each."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()

    async def __call__(self, delivery: Delivery) -> None:
        if delivery.event.id not in {event.id for event in self.events}:
            self.events.append(delivery.event)
        self._changed.set()

    def of(self, saga: str) -> list[str]:
        """The types of a saga's events, in the order of the bus."""
        return [event.type for event in self.events if event.subject == saga]

    async def sees(self, event_type: str, saga: str, number: int = 1) -> Event:
        """Wait for the nth event of a type in a saga."""

        def found() -> list[Event]:
            return [event for event in self.events if (event.type, event.subject) == (event_type, saga)]

        async with asyncio.timeout(PATIENCE):
            while len(found()) < number:
                self._changed.clear()
                await self._changed.wait()
        return found()[number - 1]


async def watch(bus: Bus) -> Watcher:
    watcher = Watcher()
    await bus.subscribe("watcher", [EVERYTHING], watcher, Policy(concurrency=1))
    return watcher


def prepare(database: Database) -> None:
    """Make inbox and outbox."""
    database.make(choreography_metadata)


def serving(warehouse: Warehouse, bus: Bus, **options: Any) -> ChoreographyService:
    return ChoreographyService(warehouse.choreography, bus, **({"policy": QUICK} | options))


def states(database: Database) -> list[tuple[str, str, str]]:
    """The inbox: event, role and state."""
    columns = inbox_table.c.event_id, inbox_table.c.role, inbox_table.c.state
    with database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def waiting(database: Database) -> int:
    """How many rows of the outbox wait."""
    with database.reader.connect() as connection:
        return len(connection.execute(select(outbox_table.c.id).where(outbox_table.c.state == "WAITING")).all())


def effects(database: Database, saga: str) -> tuple[int, int]:
    """How often the saga's effect and its undoing stand."""
    with database.reader.connect() as connection:
        done, undone = (
            len(connection.execute(select(table.c.id).where(table.c.saga_id == saga)).all())
            for table in (reserved, released)
        )
    return done, undone
